"""X: facts and codes."""
