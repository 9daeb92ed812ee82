"""Experiments: settings to rows of numbers that a command repeats.

May import every room but cli.
"""
