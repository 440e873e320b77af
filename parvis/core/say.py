"""A sentence for a person, kept as its English source and its facts, so that any face can say it in any language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


def gettext_noop(text: str) -> str:
    """Mark a string for the catalogues; the face that shows it translates it."""
    return text


@dataclass(frozen=True, slots=True)
class Say:
    """`text` is a catalogue key with `%(name)s` places; `facts` fills them: strings, numbers, or another Say (the name of a form, say).

    `french` is its French where the sentence does not stand in the catalogues: the codes bring both languages with them.
    """

    text: str
    facts: Mapping[str, str | int | Say] = field(default_factory=dict)
    french: str = ""

    def __str__(self) -> str:
        return self.text % self.facts if self.facts else self.text

    def to_json(self) -> dict[str, Any]:
        """Return a form that fits a JSON column; `from_json` reads it back."""
        facts = {name: fact.to_json() if isinstance(fact, Say) else fact for name, fact in self.facts.items()}
        kept = {"text": self.text, "facts": facts}
        return {**kept, "french": self.french} if self.french else kept

    @classmethod
    def from_json(cls, kept: Mapping[str, Any] | None) -> Say | None:
        """Read what `to_json` wrote; None stays None."""
        if not kept:
            return None
        facts: dict[str, Any] = {
            name: cls.from_json(fact) if isinstance(fact, Mapping) else fact for name, fact in (kept.get("facts") or {}).items()
        }
        return cls(kept["text"], facts, kept.get("french", ""))
