"""Choosing a model, one's own among them. May import files and what lies beside this folder."""
