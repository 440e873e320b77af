"""What a rule is, and what it says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from parvis.networks.codes.draft import Draft

READ = date(2026, 11, 23)
_PLACE = re.compile(r"%\((\w+)\)s")


class Severity(IntEnum):
    """How much it matters. Only an error stops a departure."""

    TIP = 1
    WARNING = 2
    ERROR = 3

    @classmethod
    def named(cls, name: str) -> Severity:
        """Return the severity of that name, in any case. Raises KeyError."""
        return cls[name.strip().upper()]

    @property
    def word(self) -> str:
        """Its name as it is written in a file and on a command line."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Both:
    """A sentence in the two languages of the house. `%(name)s` places are filled from a finding's facts; no other "%" means anything."""

    en: str
    fr: str

    def within(self, language: str, facts: Mapping[str, Any] | None = None) -> str:
        """Return it in French for "fr", in English for anything else. A place without its fact is an ellipsis."""
        text, known = self.fr if language == "fr" else self.en, facts or {}
        return _PLACE.sub(lambda place: str(known.get(place[1], "…")), text) if "%(" in text else text


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from and when that was read. `verified` is False where nobody has confirmed the figure: then it is a tip."""

    name: str
    url: str = ""
    read: date = READ
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Fix:
    """A mechanical cure: put `text` in the place of the characters from `start` to `end` (code points, end excluded)."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule found. `span` is its place in the text; `medium` the number of a medium from 0; both None: the whole.

    `facts` fill the rule's sentence. `says` replaces the sentence where one rule has several things to say. `mild`: a light case of
    the rule, said as a tip unless the company gave the rule a weight of its own.
    """

    span: tuple[int, int] | None = None
    medium: int | None = None
    fix: Fix | None = None
    facts: Mapping[str, str | int] = field(default_factory=dict)
    says: Both | None = None
    mild: bool = False


Check = Callable[["Draft", Mapping[str, int]], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One code. `id` never changes once it was published; `name` is its short English handle.

    `shared` promises that the answer depends on the text, the profile, the date and the media alone, never on the network: it is then
    computed once for all. `networks` and `trades` are None where the rule is for all. `limits` are its thresholds, each of which
    a company may change (`{"FB02.most": 120}`). `hard`: it says a limit of the Spec, or a missing description, which the composer's own
    checks refuse by themselves in their own words: it is then not said a second time there.
    """

    id: str
    name: str
    severity: Severity
    says: Both
    why: Both
    cure: Both
    source: Source
    check: Check
    networks: frozenset[str] | None = None
    trades: frozenset[str] | None = None
    limits: Mapping[str, int] = field(default_factory=dict)
    shared: bool = False
    fixes: bool = False
    hard: bool = False

    @property
    def of_law(self) -> bool:
        """Tell whether it is about the law: such a remark always asks for a yes where somebody acts under a mandate."""
        return self.id.startswith("LAW")

    def concerns(self, network: str, trade: str) -> bool:
        """Tell whether the rule is for this network and this trade."""
        return (self.networks is None or network in self.networks) and (self.trades is None or trade in self.trades)


def rule(
    code: str,
    name: str,
    severity: Severity,
    *,
    says: Both,
    why: Both,
    cure: Both,
    source: Source,
    networks: Iterable[str] | None = None,
    trades: Iterable[str] | None = None,
    limits: Mapping[str, int] | None = None,
    shared: bool = False,
    fixes: bool = False,
    hard: bool = False,
) -> Callable[[Check], Rule]:
    """Make a rule of a function `check(draft, limits) -> Iterable[Hit]`.

    Raises ValueError for a rule that no one has verified and that would do more than advise.
    """
    if not source.verified and severity is not Severity.TIP:
        raise ValueError(f"{code}: an unverified figure is a tip")

    def made(check: Check) -> Rule:
        return Rule(
            id=code,
            name=name,
            severity=severity,
            says=says,
            why=why,
            cure=cure,
            source=source,
            check=check,
            networks=None if networks is None else frozenset(networks),
            trades=None if trades is None else frozenset(trades),
            limits=dict(limits or {}),
            shared=shared,
            fixes=fixes,
            hard=hard,
        )

    return made


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A code of the reference that no text, medium, date or profile can show, and why."""

    id: str
    what: Both
    why: Both


@dataclass(frozen=True, slots=True)
class Finding:
    """What is said to a person about one draft: the rule, where, and the fix. `severity` is the company's own weight where it has one."""

    rule: Rule
    network: str
    severity: Severity
    hit: Hit

    def sentence(self, language: str) -> str:
        """Return what happened, in French or English."""
        return (self.hit.says or self.rule.says).within(language, self.hit.facts)

    @property
    def key(self) -> str:
        """What names this finding on one post: the rule and its place."""
        place = self.hit.span or (self.hit.medium,)
        return f"{self.rule.id}:{':'.join(str(n) for n in place if n is not None)}"
