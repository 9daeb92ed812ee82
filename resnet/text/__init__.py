"""Words and numbers that people read, and the languages they are said in.

Imports nothing of the project.
"""
