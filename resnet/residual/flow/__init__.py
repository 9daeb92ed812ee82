"""One picture through blocks: every value, the arithmetic of one, and gradients back."""
