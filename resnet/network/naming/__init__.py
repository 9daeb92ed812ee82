"""Networks by name and as text: presets, families, what each part of a name says, links' fields.

May import fields.
"""
