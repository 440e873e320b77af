"""Places where a person publishes: opened without any key, renamed, and switched to and from a connection with all their history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from parvis.audit.commands import record
from parvis.channels.models import Channel, State
from parvis.channels.queries import by_hand_keys, facts_of_key
from parvis.core.db import writing
from parvis.core.http import line, typed_address
from parvis.core.say import Say, gettext_noop
from parvis.networks.hand import OTHER
from parvis.people.actors import Actor
from parvis.people.models import Company
from parvis.people.permissions import may

UNNAMED = Say(gettext_noop("Give it a name: it is how you will know it everywhere here."))
NO_ADDRESS = Say(gettext_noop("This is not an address of the web. Copy it from your browser, or leave it empty."))
TWICE = Say(gettext_noop("Your company has this account here already."))


class Unclear(Exception):
    """Something that was typed cannot be kept; nothing was changed. `field` is where to look."""

    def __init__(self, field: str, why: Say) -> None:
        super().__init__(str(why))
        self.field = field
        self.why = why


@dataclass(frozen=True, slots=True)
class Place:
    """What a person says of such a place: the account's name there, the name to show, and the page to open."""

    handle: str
    name: str
    opens: str


def open_by_hand(*, company: Company, network: str, handle: str, name: str, opens: str, by: Actor, now: datetime) -> Channel:
    """Open an account where a person publishes. One that was closed comes back with its history.

    Raises NotAllowed, Unclear, and KeyError for a network that Parvis has no facts of.
    """
    may(by, "channels.change", company.pk)
    if network not in by_hand_keys():
        raise KeyError(network)
    place = _read(network, handle, name, opens)
    try:
        return _open(company, network, place, by, now)
    except IntegrityError as error:  # the same was opened twice in one moment
        raise Unclear("handle", TWICE) from error


def _open(company: Company, network: str, place: Place, by: Actor, now: datetime) -> Channel:
    identity = f"hand:{place.handle.casefold()}"[:300]
    with writing():
        same = Channel.objects.filter(company=company, network=network, by_hand=True, remote_id=identity)
        if same.exclude(state=State.CLOSED).exists():
            raise Unclear("handle", TWICE)
        fresh = {"handle": place.handle, "name": place.name, "opens": place.opens, "connected_at": now, "visit_at": now}
        closed = same.order_by("-id").first()
        if closed is None:
            channel = Channel.objects.create(company=company, network=network, remote_id=identity, by_hand=True, **fresh)
        else:
            same.filter(pk=closed.pk).update(state=State.ALIVE, **fresh)
            channel = Channel.objects.get(pk=closed.pk)
        _journal("channels:channel:opened_by_hand", channel, by, now)
    return channel


def rename(*, channel: Channel, handle: str, name: str, opens: str, by: Actor, now: datetime) -> None:
    """Change how such a place is called, and the page that is opened. Raises NotAllowed, Unclear."""
    may(by, "channels.change", channel.company_id)
    place = _read(channel.network, handle, name, opens)
    with writing():
        rows = Channel.objects.filter(pk=channel.pk, by_hand=True).exclude(state=State.CLOSED)
        if rows.update(handle=place.handle, name=place.name, opens=place.opens):
            channel.refresh_from_db()
            _journal("channels:channel:renamed", channel, by, now)


def to_hand(*, channel: Channel, by: Actor, now: datetime) -> bool:
    """Let a person publish where Parvis did: the authorisation is erased, the history stays. Return whether this call did it.

    Whoever calls it has seen to it that nothing is half-way (see `publishing.switching`). Raises NotAllowed.
    """
    may(by, "channels.change", channel.company_id)
    changes: dict[str, Any] = {
        "by_hand": True, "tokens": "", "state": State.ALIVE, "why_dead": None, "dead_since": None, "told_dead_at": None, "renewing_by": "",
        "renewing_until": None, "paused_until": None, "failures": 0, "ends_at": None, "told_end_at": None, "readiness": None,
        "readiness_at": None, "gauges": {},
    }  # fmt: skip
    with writing():
        done = Channel.objects.filter(pk=channel.pk, by_hand=False).exclude(state=State.CLOSED).update(**changes)
        if done:
            _journal("channels:channel:to_hand", channel, by, now)
    return done == 1


def page_of(channel: Channel) -> str:
    """Return the page where a person publishes: the one they gave, the network's own, else the account's; empty where none is known."""
    return channel.opens or facts_of_key(channel.network, channel.name).opens or channel.url


def _read(network: str, handle: str, name: str, opens: str) -> Place:
    handle, name, opens = line(handle.strip()), line(name.strip()), opens.strip()
    if network == OTHER and not name:
        raise Unclear("name", UNNAMED)
    if not (handle or name):
        raise Unclear("handle", UNNAMED)
    page = typed_address(opens)
    if opens and not page:
        raise Unclear("opens", NO_ADDRESS)
    return Place(handle or name, name, page)


def _journal(verb: str, channel: Channel, by: Actor, now: datetime) -> None:
    record(verb, by=by, now=now, company_id=channel.company_id, object_id=channel.pk, label=channel.handle, network=channel.network)
