"""The answer on show, whatever the family: its class, its layers, its evidence.

May import resources, figures, state.
"""
