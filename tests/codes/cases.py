"""How an example of a rule is written, and what it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from parvis.networks.codes.draft import Context, Draft, Medium, Past
from parvis.networks.codes.linter import lint
from parvis.networks.codes.profile import Profile
from parvis.networks.codes.reading import Reading
from parvis.networks.codes.rule import Finding, Rule
from parvis.networks.facts_of import SPECS


@dataclass(frozen=True)
class Case:
    """A post. `network` is the rule's first one where it is left empty (facebook for a rule for all)."""

    text: str
    network: str = ""
    media: tuple[Medium, ...] = ()
    at: datetime | None = None
    profile: Profile = field(default_factory=Profile)
    language: str = "fr"
    title: str = ""
    tags: tuple[str, ...] = ()
    form: Literal["post", "story", "short", "event", "offer", "document"] = "post"
    part: int = 0
    parts: int = 1
    texts: Mapping[str, str] = field(default_factory=dict)
    history: Mapping[str, tuple[Past, ...]] = field(default_factory=dict)
    partnership: bool = False
    synthetic: bool = False

    def draft(self, rule: Rule | None = None) -> Draft:
        """Return the draft it is."""
        network = self.network or (sorted(rule.networks)[0] if rule and rule.networks else "facebook")
        context = Context(
            media=self.media,
            at=self.at,
            profile=self.profile,
            texts=self.texts or {network: self.text},
            history=self.history,
            partnership=self.partnership,
            synthetic=self.synthetic,
        )
        return Draft(
            Reading(self.text, self.language),
            network,
            SPECS[network],
            context,
            title=self.title,
            tags=self.tags,
            form=self.form,
            part=self.part,
            parts=self.parts,
        )

    def findings(self, rule: Rule | None = None) -> list[Finding]:
        """Return what the linter says of it."""
        return lint(self.draft(rule))


@dataclass(frozen=True)
class Examples:
    """Posts that trip a rule and posts that must not. A plain string is a Case with that text."""

    trips: tuple[Case | str, ...]
    silent: tuple[Case | str, ...]


def case(example: Case | str) -> Case:
    """Return the case an example stands for."""
    return Case(example) if isinstance(example, str) else example
