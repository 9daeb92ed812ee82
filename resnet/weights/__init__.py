"""From a name or a stranger's file to a classifier.

May import model, counts, pictures, fetch, network, text.
"""
