"""Trained networks of each family, with all that their answers depend on.

May import reading and given.
"""
