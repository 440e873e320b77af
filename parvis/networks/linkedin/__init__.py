"""LinkedIn: facts and codes."""
