"""A photograph edited and asked again, beside the same edit at random places.

May import maps and what is below it.
"""
