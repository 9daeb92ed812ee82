"""The Lessons page, a lesson a file.

May import architecture's values, widgets, resources, figures, state.
"""
