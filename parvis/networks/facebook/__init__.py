"""Facebook: facts and codes."""
