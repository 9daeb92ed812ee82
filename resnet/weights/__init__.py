"""From a name or a stranger's file to a classifier.

May import maps and what is below it.
"""
