"""Scripts that make files kept in the repository."""
