"""Class evidence: maps by every method, and what is said of them.

May import model, counts, pictures, network, text.
"""
