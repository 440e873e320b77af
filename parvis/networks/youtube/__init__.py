"""YouTube: facts and codes."""
