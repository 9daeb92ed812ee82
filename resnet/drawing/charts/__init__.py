"""Charts along the depth, and of one block.

May import svg and palette beside it, and what drawing may.
"""
