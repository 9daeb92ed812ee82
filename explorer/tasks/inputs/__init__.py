"""Models and photographs as values, and what a worker makes of them. May import `resnet` alone."""
