"""Untrusted bytes to an image; what a network sees of it; maps laid over it. May import text."""
