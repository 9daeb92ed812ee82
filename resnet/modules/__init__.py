"""A user's own `nn.Module`: matched to a spec, held to its answers, explored in a notebook.

May import evidence, export, weights and what is below them.
"""
