"""What changed between two versions that a yes was asked for, said in words and shown word by word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from parvis.core.say import Say, gettext_noop
from parvis.delegation.differences import Piece, differences
from parvis.delegation.models import Approval
from parvis.networks.facts import COMMENT

ADDED = gettext_noop("%(account)s is new: it was not among the accounts before.")
LEFT_OUT = gettext_noop("%(account)s is no longer among the accounts.")
TEXT, PART, FIRST_COMMENT, TITLE = (
    gettext_noop("The text"), gettext_noop("The text of part %(number)s"), gettext_noop("The first comment"), gettext_noop("The title"),
)  # fmt: skip
MORE_PARTS = gettext_noop("It has %(after)s parts instead of %(before)s.")
PICTURES = gettext_noop("The pictures are others, or in another order: %(after)s instead of %(before)s.")
CUT = gettext_noop("A picture is another one, or cut otherwise.")
ALTS = gettext_noop("The description of a picture")
VIDEO, DOCUMENT = gettext_noop("The video is another one, or cut otherwise."), gettext_noop("The document is another one.")
FORM = gettext_noop("It takes another form.")
WARNING, CARD, DETAILS = (
    gettext_noop("The warning"),
    gettext_noop("The card of the link is another one."),
    gettext_noop("What was filled in"),
)
DECLARED = gettext_noop("What is declared of it (made with AI, paid partnership) is other.")


@dataclass(slots=True)
class Change:
    """One thing that changed, on these accounts (their handles). `pieces` shows a text word by word, where it is one."""

    what: Say
    pieces: Sequence[Piece] = ()
    accounts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions: what changed of the content, and whether the hour did."""

    before: Approval
    changes: list[Change]
    hour: bool

    @property
    def same(self) -> bool:
        """Tell whether nothing changed at all."""
        return not (self.changes or self.hour)


def compare(before: Approval, after: Approval) -> Compared:
    """Return what changed from one version to the other; what changed alike on several accounts is said once."""
    old, new = _accounts(before), _accounts(after)
    found: dict[str, Change] = {}
    for channel in [*new, *(pk for pk in old if pk not in new)]:
        for change in _of_account(old.get(channel), new.get(channel)):
            key = repr((str(change.what), [(piece.kind, piece.text) for piece in change.pieces]))
            held = found.setdefault(key, change)
            if held is not change:
                held.accounts += change.accounts
    return Compared(before, list(found.values()), before.at != after.at)


def _accounts(approval: Approval) -> dict[int, Mapping[str, Any]]:
    return {account["channel"]: account for account in approval.content.get("accounts", [])}


def _of_account(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Iterator[Change]:
    if old is None or new is None:
        account = (new or old or {}).get("handle", "")
        yield Change(Say(LEFT_OUT if new is None else ADDED, {"account": account}))
        return
    for change in _parts(old["parts"], new["parts"]):
        change.accounts.append(new.get("handle", ""))
        yield change


def _parts(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> Iterator[Change]:
    ours, theirs = _numbered(old), _numbered(new)
    before, after = len([k for k in ours if k != COMMENT]), len([k for k in theirs if k != COMMENT])
    if before != after:
        yield Change(Say(MORE_PARTS, {"before": before, "after": after}))
    for key in dict.fromkeys([*theirs, *ours]):
        yield from _part(key, ours.get(key, {}), theirs.get(key, {}), several=max(before, after) > 1)


def _numbered(parts: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return the parts by what names them: their number, or that they are the first comment."""
    return {COMMENT if part.get("form") == COMMENT else str(number): part for number, part in enumerate(parts, 1)}


def _part(key: str, old: Mapping[str, Any], new: Mapping[str, Any], *, several: bool) -> Iterator[Change]:
    named = Say(FIRST_COMMENT) if key == COMMENT else Say(PART, {"number": int(key)}) if several else Say(TEXT)
    yield from _text(named, old.get("text", ""), new.get("text", ""))
    if not (old and new):
        return
    yield from _text(Say(TITLE), old.get("title", ""), new.get("title", ""))
    yield from _text(Say(WARNING), old.get("warning", ""), new.get("warning", ""))
    yield from _media(old, new)
    for name, sentence in (("card", CARD), ("form", FORM)):
        if old.get(name) != new.get(name):
            yield Change(Say(sentence))
    yield from _text(Say(DETAILS), _told(old.get("details")), _told(new.get("details")))
    if [bool(old.get(name)) for name in ("ai", "paid")] != [bool(new.get(name)) for name in ("ai", "paid")]:
        yield Change(Say(DECLARED))


def _text(what: Say, before: str, after: str) -> Iterator[Change]:
    if before != after:
        yield Change(what, differences(before, after))


def _told(details: Mapping[str, str] | None) -> str:
    return "\n".join(f"{name}: {value}" for name, value in sorted((details or {}).items()))


def _media(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    before, after = old.get("pictures", []), new.get("pictures", [])
    if len(before) != len(after):
        yield Change(Say(PICTURES, {"before": len(before), "after": len(after)}))
    elif [one["digest"] for one in before] != [one["digest"] for one in after]:
        yield Change(Say(CUT))
    for one, other in zip(before, after, strict=False):
        yield from _text(Say(ALTS), one.get("alt", ""), other.get("alt", ""))
    for name, sentence in (("video", VIDEO), ("document", DOCUMENT)):
        if old.get(name) != new.get(name):
            yield Change(Say(sentence))
