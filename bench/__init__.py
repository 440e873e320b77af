"""Measures of the house, by `make bench` and `make chaos`: never by a timed test."""
