"""A network as a file to take away. May import drawing, weights and what is below them."""
