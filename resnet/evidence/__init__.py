"""An answer as a bundle that computes itself again. May import maps and what is below it."""
