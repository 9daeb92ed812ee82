"""Class evidence: maps by every method, and what is said of them.

May import weights and what is below it.
"""
