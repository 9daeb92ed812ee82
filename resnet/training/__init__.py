"""Data, recipes, and networks trained and kept. May import weights and what is below it."""
