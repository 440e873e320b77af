"""Bluesky: the AT Protocol, written to the account's own server."""
