"""What the address and a visitor's session say. May import the library alone.

The only room that reads or writes the address. Of the session, the other rooms name the keys of
their own controls, each where it is drawn.
"""
