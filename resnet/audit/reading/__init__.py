"""Audits that are read: opened, ordered, set side by side, reported.

May import findings, running and images.
"""
