"""What all visitors share: caches, turns, jobs, the collector.

The only room with cache decorators. May import state, figures.
"""
