"""The process that sends: it claims, calls, looks, and makes its rounds."""
