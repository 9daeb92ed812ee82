"""An audit under way: its plan, its parts, the engines that do them, and the rows that they write.

May import images.
"""
