"""An answer as a bundle that computes itself again. May import weights and what is below it."""
