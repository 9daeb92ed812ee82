"""May a map be believed? Each question is one function, or one iterator that can be stopped.

May import weights and what is below it.
"""
