"""What one block, one path or one direction of weights does.

May import maps and what is below it.
"""
