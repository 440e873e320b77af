"""Parvis: the square in front of a small company, where it speaks, listens, answers and is seen."""

__version__ = "0.1.0"
