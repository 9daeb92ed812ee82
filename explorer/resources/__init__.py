"""What all visitors share: caches, workers and the line before them, jobs, the collector.

The only room with cache decorators. May import tasks, state, figures.
"""
