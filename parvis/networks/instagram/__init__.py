"""Instagram: facts and codes."""
