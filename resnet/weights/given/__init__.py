"""What is known of a file's network beside its weights: said, in a config.json, or assumed.

May import network and pictures.
"""
