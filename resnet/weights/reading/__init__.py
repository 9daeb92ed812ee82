"""Untrusted bytes to the weights of a network by torchvision's names, or a sentence that refuses.

May import given.
"""
