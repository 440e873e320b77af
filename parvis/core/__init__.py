"""What everybody stands on. Imports nothing of ours."""
