"""The list that both sides go through when pages are handed over, and when they are given back: roles, not passwords."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from parvis.audit.commands import record
from parvis.core.db import writing
from parvis.delegation.commands import side_of
from parvis.delegation.models import Handover, Mandate
from parvis.people.actors import Actor

START, END = "start", "end"
# What is looked at for each account, and once for all.
OF_ACCOUNT = {START: ("owner", "role", "recovery", "factor"), END: ("role_back", "keys", "recovery", "factor")}
OF_ALL = {START: ("passwords", "people", "sources"), END: ("people", "files", "export", "settled")}


class NoSuchLine(Exception):
    """The list has no such line, or the account is not in the mandate."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list: what is looked at, on which account (0: none in particular), and who ticked it."""

    key: str
    channel_id: int
    ticked: Handover | None


def lines(mandate: Mandate, end: str) -> list[Line]:
    """Return the lines of a list, those of each account first. One query."""
    ticked = {(row.key, row.channel_id): row for row in Handover.objects.filter(mandate=mandate, end=end).exclude(done_at=None)}
    return [Line(key, channel, ticked.get((key, channel))) for key, channel in _all(mandate, end)]


def tick(*, mandate: Mandate, end: str, key: str, channel_id: int, words: str, by: Actor, now: datetime) -> None:
    """Tick a line off, with a word. The other side reads it. Raises NotAllowed, NoSuchLine."""
    side = side_of(mandate, by)
    _known(mandate, end, key, channel_id)
    with writing():
        done = {"words": " ".join(words.split())[:300], "done_at": now, "side": side, "who": by.name[:120], "by_id": by.user_id}
        Handover.objects.update_or_create(mandate=mandate, end=end, key=key, channel_id=channel_id, defaults=done)
        _journal("delegation:handover:ticked", mandate, by, now, key=key)


def untick(*, mandate: Mandate, end: str, key: str, channel_id: int, by: Actor, now: datetime) -> None:
    """Take a tick back: it was not so after all. Raises NotAllowed, NoSuchLine."""
    side_of(mandate, by)
    _known(mandate, end, key, channel_id)
    with writing():
        rows = Handover.objects.filter(mandate=mandate, end=end, key=key, channel_id=channel_id).exclude(done_at=None)
        if rows.update(done_at=None):
            _journal("delegation:handover:unticked", mandate, by, now, key=key)


def _all(mandate: Mandate, end: str) -> Iterable[tuple[str, int]]:
    for channel in mandate.accounts:
        yield from ((key, int(channel)) for key in OF_ACCOUNT[end])
    yield from ((key, 0) for key in OF_ALL[end])


def _known(mandate: Mandate, end: str, key: str, channel_id: int) -> None:
    if end not in OF_ALL or (key, channel_id) not in set(_all(mandate, end)):
        raise NoSuchLine


def _journal(verb: str, mandate: Mandate, by: Actor, now: datetime, **facts: str) -> None:
    record(verb, by=by, now=now, company_id=mandate.company_id, object_id=mandate.pk, label=mandate.called, **facts)
