"""What one block, one path or one direction of weights does.

May import training, weights and what is below them.
"""
