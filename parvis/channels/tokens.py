"""The tokens of a channel: opened when needed, renewed once in the whole house, kept before they are used."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q

from parvis.channels.models import Channel
from parvis.channels.queries import account_of, gauges_of, network_of
from parvis.core import clock
from parvis.core.db import Busy, writing
from parvis.core.say import Say, gettext_noop
from parvis.core.secrets import CannotOpen
from parvis.networks.contract import Connector, Disconnected, NotSent, Refused, Unknown, Wires

# Longer than the slowest call the client allows, so that a lease never lapses under a living process.
LEASE = timedelta(seconds=90)
WAIT_SECONDS = 6.0
INSISTENCE = 4
POLL_SECONDS = 0.15
SOON = timedelta(seconds=10)
LATER = timedelta(minutes=5)
KEY_LOST = Say(gettext_noop("The key that protects this account's connection is missing. Whoever hosts Parvis must put it back."))

log = logging.getLogger(__name__)

Tokens = Mapping[str, Any]


class Gone(Disconnected):
    """There is no authorisation any more, for a reason that the network did not give in person."""

    def __init__(self, why: Say) -> None:
        NotSent.__init__(self, why)


class Keeper:
    """Keeps one channel's tokens; what the contract calls Retake. Safe in threads and in many processes.

    `sealed` may be given by whoever has just read the row. What was read once is trusted until it proves stale.
    """

    def __init__(self, channel_id: int, sealed: str | None = None) -> None:
        self._id = channel_id
        self._sealed = sealed
        self._me = uuid.uuid4().hex

    def __repr__(self) -> str:
        return f"<Keeper of channel {self._id}>"

    def current(self) -> Tokens:
        """Return the tokens in force. Raises Disconnected where there are none, NotSent where no key opens them."""
        if self._sealed is None:
            self._sealed = self._read()
        return self._opened(self._sealed)

    def renewed(self, stale: Tokens, renew: Callable[[Tokens], Tokens]) -> Tokens:
        """Return tokens newer than `stale`; see the contract.

        Raises Disconnected when the network says the authorisation is over, and NotSent when the renewal must be tried again,
        because the network cannot be reached or because another process has been at it for too long.
        """
        until = time.monotonic() + WAIT_SECONDS
        while True:
            sealed = self._sealed = self._read()
            kept = self._opened(sealed)
            if dict(kept) != dict(stale):
                return kept
            if self._claim(sealed):
                return self._renew(sealed, kept, renew)
            if time.monotonic() > until:
                why = Say(gettext_noop("The connection to this account is being renewed; it takes longer than usual."))
                raise NotSent(why, clock.now() + SOON)
            time.sleep(POLL_SECONDS)

    def _renew(self, sealed: str, stale: Tokens, renew: Callable[[Tokens], Tokens]) -> Tokens:
        try:
            fresh = renew(stale)
        except Unknown as error:
            # A renewal publishes nothing: whatever became of it, no message left.
            self._release()
            why = Say(gettext_noop("The network did not finish renewing the connection to this account."))
            raise NotSent(why, clock.now() + SOON) from error
        except (Disconnected, Refused) as error:
            self._release()
            return self._someone_elses(stale, error)
        except BaseException:
            self._release()
            raise
        return fresh if self._keep(sealed, fresh) else self._kept()

    def _someone_elses(self, stale: Tokens, error: Disconnected | Refused) -> Tokens:
        """A used refresh token is no bad news when another process used it and kept what it got."""
        kept = self._kept()
        if dict(kept) != dict(stale):
            return kept
        if isinstance(error, Disconnected):
            raise error
        raise Gone(error.reason) from error

    def _claim(self, sealed: str) -> bool:
        now = clock.now()
        free = Q(renewing_until__isnull=True) | Q(renewing_until__lt=now)
        with writing():
            rows = Channel.objects.filter(free, pk=self._id, tokens=sealed)
            return rows.update(renewing_by=self._me, renewing_until=now + LEASE) == 1

    def _keep(self, sealed: str, fresh: Tokens) -> bool:
        """Store what the network gave, unless a person connected the account again meanwhile."""
        text = settings.KEYS.seal(fresh)
        for _ in range(INSISTENCE):
            with suppress(Busy):  # what is not kept now is lost for good: the old token is spent
                return self._written(sealed, text)
        return self._written(sealed, text)

    def _written(self, sealed: str, text: str) -> bool:
        with writing():
            rows = Channel.objects.filter(Q(renewing_by=self._me) | Q(tokens=sealed), pk=self._id)
            kept = rows.update(tokens=text, renewing_by="", renewing_until=None) == 1
        self._sealed = text if kept else None
        return kept

    def _release(self) -> None:
        with suppress(Busy), writing():  # the lease lapses by itself
            Channel.objects.filter(pk=self._id, renewing_by=self._me).update(renewing_by="", renewing_until=None)

    def _kept(self) -> Tokens:
        self._sealed = self._read()
        return self._opened(self._sealed)

    def _read(self) -> str:
        return Channel.objects.values_list("tokens", flat=True).get(pk=self._id)

    def _opened(self, sealed: str) -> Tokens:
        if not sealed:
            raise Gone(Say(gettext_noop("This account is no longer connected.")))
        try:
            return settings.KEYS.open(sealed)
        except CannotOpen as error:
            log.error("channel %s: its tokens were sealed with key %s, which the key ring lacks", self._id, error)
            raise NotSent(KEY_LOST, clock.now() + LATER) from error


def connector(channel: Channel, read: Callable[[str], bytes], **more: Any) -> tuple[Connector, Wires]:
    """Return what writes to this channel, and its wires (whose `budget` and `gauges` tell afterwards what the network said is left).

    `read` finds a file's bytes by its digest; `more` is what else `Wires` takes (`open`, `address`, `keep`).
    """
    wires = Wires(http=settings.HTTP, tokens=Keeper(channel.pk, channel.tokens), read=read, gauges=gauges_of(channel), **more)
    return network_of(channel).connector(account_of(channel), wires), wires
