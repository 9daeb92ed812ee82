"""Scenes drawn or rendered from a seed, with the masks of what is in them. No torch."""
