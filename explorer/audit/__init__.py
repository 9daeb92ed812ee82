"""The Audit page: what a model made of a data set, and one of its images opened.

May import its panels, widgets, resources, figures, state.
"""
