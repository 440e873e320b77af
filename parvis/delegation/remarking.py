"""What people say of a thing that asks for a yes: among those who make it, among the company's own, or to everybody concerned.

A remark made inside is read by the side that made it and by nobody else: a professional's inside remarks by those who bear the same
mandate, the company's by its own people. What is said to the client's side is read by all, and by whoever holds a link.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from parvis.audit.commands import record
from parvis.core.db import writing
from parvis.delegation.approvals import MOST_WORDS, Voice, may_read
from parvis.delegation.models import Approval, Bearer, Remark, Side
from parvis.people.actors import Actor
from parvis.people.permissions import NotAllowed


class Empty(Exception):
    """There is nothing to say."""


@dataclass(slots=True)
class Threads:
    """The remarks on a thing that somebody may read: those of their own side, and those everybody reads."""

    inside: list[Remark] = field(default_factory=list)
    shared: list[Remark] = field(default_factory=list)


def remark(*, approval: Approval, side: Side, words: str, by: Actor, now: datetime) -> Remark:
    """Say something of a thing: inside, to one's own side, or to everybody concerned. Raises NotAllowed, Empty."""
    may_read(approval, by)
    return _said(approval, words, Voice(by.user_id, by.name), now, side=side, mandate_id=_own_mandate(approval, by))


def remark_by_link(*, approval: Approval, words: str, voice: Voice, now: datetime) -> Remark:
    """Say something as whoever holds a link: everybody concerned reads it. Raises Empty."""
    return _said(approval, words, voice, now)


def _said(
    approval: Approval, words: str, voice: Voice, now: datetime, *, side: Side = Side.CLIENT, mandate_id: int | None = None
) -> Remark:
    words = words.replace("\r\n", "\n").replace("\x00", "").strip()[:MOST_WORDS]
    if not words:
        raise Empty
    with writing():
        made = Remark.objects.create(
            company_id=approval.company_id, mandate_id=mandate_id, subject=approval.subject, object_id=approval.object_id, side=side,
            user_id=voice.user_id, contact=voice.contact, who=voice.called[:120], words=words, at=now,
        )  # fmt: skip
        company, label = approval.company_id, approval.label
        record("delegation:remark:made", by=voice, now=now, company_id=company, object_id=approval.pk, label=label, **voice.facts)
    return made


def take_away(*, remark: Remark, approval: Approval, by: Actor, now: datetime) -> None:
    """Take one's own remark away. Raises NotAllowed."""
    may_read(approval, by)
    if by.user_id is None or remark.user_id != by.user_id:
        raise NotAllowed("approvals.read")
    with writing():
        if Remark.objects.filter(pk=remark.pk, removed_at=None).update(removed_at=now):
            company, label = approval.company_id, approval.label
            record("delegation:remark:removed", by=by, now=now, company_id=company, object_id=approval.pk, label=label)


def threads(approval: Approval, by: Actor) -> Threads:
    """Return what somebody of the house may read of what is said. Two queries."""
    mine = _own_mandates(by, approval.company_id)
    found = Threads()
    for one in _of(approval):
        if one.side == Side.CLIENT:
            found.shared.append(one)
        elif (one.mandate_id in mine) if by.mandate_id is not None else one.mandate_id is None:
            found.inside.append(one)
    return found


def shared(approval: Approval) -> list[Remark]:
    """Return what whoever holds a link may read: never what is said inside."""
    return [one for one in _of(approval) if one.side == Side.CLIENT]


def _of(approval: Approval) -> list[Remark]:
    rows = Remark.objects.filter(company=approval.company_id, subject=approval.subject, object_id=approval.object_id, removed_at=None)
    return list(rows)


def _own_mandate(approval: Approval, by: Actor) -> int | None:
    """Return the mandate on whose side somebody speaks here, None for the company's own people."""
    if by.mandate_id is None:
        return None
    mine = _own_mandates(by, approval.company_id)
    return approval.mandate_id if approval.mandate_id in mine else by.mandate_id


def _own_mandates(by: Actor, company_id: int) -> set[int]:
    if by.mandate_id is None:
        return set()
    rows = Bearer.objects.filter(member__user=by.user_id, member__company=company_id, mandate__company=company_id)
    return set(rows.values_list("mandate_id", flat=True))
