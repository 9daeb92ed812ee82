"""What keeps a server quick and bounded: workers, turns, shelves, one import, housekeeping.

May import tasks and state.
"""
