"""Data, recipes, and networks trained and kept. May import trust, maps and what is below them."""
