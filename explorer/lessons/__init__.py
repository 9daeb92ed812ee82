"""The Lessons page, a lesson a file.

May import widgets, resources, figures, state.
"""
