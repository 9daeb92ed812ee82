"""Many photographs asked one question each, and what was measured of every answer, as rows.

Imports what answers (`weights`, `maps`, `model`) and what is shown of it (`pictures`).
"""
