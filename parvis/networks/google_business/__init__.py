"""Google Business: facts and codes."""
