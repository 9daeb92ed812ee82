"""Common mistakes about residual networks: programs that run, and what they teach.

May import model, text.
"""
