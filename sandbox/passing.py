"""What the public can do on a network, in person; nothing of it, unless the network's stand-in says how."""

from __future__ import annotations

from typing import Any, ClassVar


class NobodyDoes(ValueError):
    """The public cannot do that on this network."""


class Passing:
    """The acts of passers-by."""

    name: ClassVar[str]
    # What the control calls them.
    ACTS: ClassVar[dict[str, str]] = {
        "POST comments": "comment",
        "POST messages": "message",
        "POST mentions": "mention",
        "POST reviews": "review",
        "PATCH comments": "edit_comment",
        "DELETE comments": "remove_comment",
    }

    def comment(self, post: str, who: str, text: str) -> dict[str, Any]:
        """Write under a post as somebody of the public; return what was written."""
        raise NobodyDoes(f"nobody comments on {self.name}")

    def message(self, account: str, who: str, text: str) -> dict[str, Any]:
        """Write to an account in private."""
        raise NobodyDoes(f"nobody writes in private on {self.name}")

    def mention(self, account: str, who: str, text: str) -> dict[str, Any]:
        """Name an account elsewhere than under its posts."""
        raise NobodyDoes(f"nobody is named on {self.name}")

    def review(self, account: str, who: str, stars: int, text: str) -> dict[str, Any]:
        """Leave a review of an account's place, of one to five stars."""
        raise NobodyDoes(f"nobody leaves a review on {self.name}")

    def edit_comment(self, name: str, text: str) -> Any:
        """Put other words in what somebody of the public wrote."""
        raise NobodyDoes(f"nothing is changed on {self.name}")

    def remove_comment(self, name: str) -> Any:
        """Take off what somebody of the public wrote."""
        raise NobodyDoes(f"nothing is taken off on {self.name}")

    def acts(self) -> list[str]:
        """Return what the public can do here: comment, message, review."""
        return [name for name in ("comment", "message", "review") if getattr(type(self), name) is not getattr(Passing, name)]
