"""Chapter 8: why gradients vanish, and what is done about it."""
