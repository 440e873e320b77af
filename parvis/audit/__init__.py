"""What happened: append-only, ids and names, no foreign keys."""
