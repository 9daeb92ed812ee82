"""What rows of an audit show: which classes are confused, how surely, by which channels and places.

May import running and images.
"""
