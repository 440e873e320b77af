"""The engine: whatever leaves the house leaves here, once, or a person is asked."""
