"""What more is asked of an answer, one panel a file.

May import answer beside it, widgets, resources, figures, state.
"""
