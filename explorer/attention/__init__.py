"""The Attention page: one answer, its picture and its classes.

May import its panels, widgets, resources, figures, state.
"""
