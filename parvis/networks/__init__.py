"""The outside world, in pure Python: the only place where a network is called by its name."""
