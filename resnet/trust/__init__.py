"""May a map be believed? Each question is one function, or one iterator that can be stopped.

May import maps and what is below it.
"""
