"""What a message is about, by its words."""

from __future__ import annotations

from typing import Any


def sort(words: str, language: str = "") -> dict[str, Any]:
    """Return what a message is about, as `Message.sorted` keeps it: {"topic", "urgent", "language"} and the words that say so ("why")."""
    return {}
