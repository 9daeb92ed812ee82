"""All photographs of a visitor's at once: their answers counted, ordered, and shown in four views.

May import answer beside it, widgets, resources, figures, state.
"""
