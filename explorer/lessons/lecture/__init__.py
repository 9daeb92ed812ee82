"""A lesson as a lecture: full screen, one sentence a step, notes for who speaks."""
