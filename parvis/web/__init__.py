"""The screens: thin, one module per room."""
