"""One try of one delivery: write, call, write. Nothing else happens around the call."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from parvis.channels.commands import note_gauges
from parvis.channels.models import Channel
from parvis.channels.tokens import connector
from parvis.core import clock
from parvis.core.db import AWAY, change, hang_up, writing
from parvis.core.http import ForbiddenAddress
from parvis.core.say import Say, gettext_noop
from parvis.media import addresses, files
from parvis.networks.contract import Connector, NotSent, NotYet, Ready, Receipt, Refused, Unknown, Wires
from parvis.networks.facts import Parcel
from parvis.publishing.claims import Held, fence
from parvis.publishing.commands import NAMELESS, NAMELESS_CURE
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from parvis.publishing.verdicts import Outcome, Verdict, write

log = logging.getLogger(__name__)
T = TypeVar("T")

BROKE = Say(gettext_noop("Something in Parvis itself went wrong while this was prepared; nothing was sent. It will be tried again."))
INTERRUPTED = Say(gettext_noop("The exchange with the network was cut while this was prepared; nothing was published."))
FORBIDDEN = Say(gettext_noop("The account's server has an address that this Parvis may not call."))
FORBIDDEN_CURE = Say(gettext_noop("Whoever hosts Parvis can allow that server in its settings; then send this again."))
NO_FILE = Say(gettext_noop("A picture of this post is missing from Parvis's disk."))
NO_FILE_CURE = Say(gettext_noop("Add the picture again, then schedule the post again."))


def deliver(held: Held) -> Outcome | None:
    """Make one try of what was claimed, to its end: its verdict is in the database when this returns. None: it was no longer ours."""
    ready, wires = _prepared(held)
    outcome = _committed(held, ready, wires) if isinstance(ready, tuple) else ready
    if outcome is None:
        return None
    verdict = Verdict(outcome, clock.now(), wires.budget if wires else None)
    # A receipt must never be lost while this process lives, however long the database is away.
    insist(lambda: write(held, verdict))
    if wires:
        learnt(held.delivery.channel, wires)
    return outcome


def learnt(channel: Channel, wires: Wires) -> None:
    """Keep what the calls of these wires taught of the channel's limits."""
    insist(lambda: note_gauges(channel_id=channel.pk, gauges=wires.gauges, before=channel.gauges, now=clock.now()))


def _prepared(held: Held) -> tuple[tuple[Connector, Ready] | Outcome, Wires | None]:
    """Prepare: repeatable, so that whatever goes wrong here, nothing was published."""
    wires = None
    try:
        keep = partial(_kept, held)
        line, wires = connector(held.delivery.channel, files.read, open=files.opened, address=addresses.public, keep=keep)
        ready = line.prepare(Parcel.from_json(held.delivery.parcel), held.delivery.memory, _before(held))
    except (NotSent, Refused) as known:
        return known, wires
    except Unknown as cut:
        log.info("delivery %s: %s while preparing", held.pk, cut.trace)
        return NotSent(INTERRUPTED), wires
    except ForbiddenAddress:
        return Refused(FORBIDDEN, FORBIDDEN_CURE), wires
    except files.Missing:
        return Refused(NO_FILE, NO_FILE_CURE), wires
    except Exception:
        log.exception("delivery %s: preparing broke", held.pk)
        return NotSent(BROKE), wires
    return (ready if isinstance(ready, NotYet) else (line, ready)), wires


def _kept(held: Held, memory: Mapping[str, Any]) -> None:
    """Keep a preparation's memory in the middle of it. Raises NotSent where the delivery was taken away meanwhile."""
    mine = {"id": held.pk, "state": State.SENDING, "attempt": held.number, "committing": False}

    def keep() -> int:
        with writing():
            return change(Delivery, mine, {"memory": dict(memory)})

    if not insist(keep):
        raise NotSent(INTERRUPTED)


def _before(held: Held) -> Receipt | None:
    after = held.delivery.after
    if after is not None and not after.remote_id and not held.delivery.channel.by_hand:
        raise Refused(NAMELESS, NAMELESS_CURE)  # a person published it, and no network named it: nothing can be tied to it
    return Receipt(after.remote_id, after.url, after.refs) if after else None


def _committed(held: Held, prepared: tuple[Connector, Ready], wires: Wires | None) -> Outcome | None:
    line, ready = prepared
    if not insist(lambda: fence(held, dict(ready.memory), clock.now())):
        log.info("delivery %s: taken away before its call", held.pk)
        return None
    try:
        return line.commit(ready, held.delivery.key)
    except (NotSent, Refused, Unknown) as known:
        return known
    except Exception as error:
        log.exception("delivery %s: the call broke", held.pk)
        return Unknown(f"{type(error).__name__}: {error}")


def insist(do: Callable[[], T]) -> T:
    """Do a piece of database work until the database takes it."""
    wait = 0.05
    while True:
        try:
            return do()
        except AWAY as error:
            log.warning("the database is away, trying again: %s", error)
            hang_up()
            time.sleep(wait)
            wait = min(2.0, wait * 2)
