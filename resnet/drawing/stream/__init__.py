"""The residual stream: where it lies, and the marks on it.

May import svg and palette beside it, and what drawing may.
"""
