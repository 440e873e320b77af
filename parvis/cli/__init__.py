"""`parvis …`, the command line."""
