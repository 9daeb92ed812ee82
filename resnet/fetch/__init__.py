"""A URL, an archive or a bundled file to a file on this machine, whole and verified or not at all.

May import text.
"""
