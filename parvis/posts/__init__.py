"""Composing and calendar: one idea, its form for each channel, its hour."""
