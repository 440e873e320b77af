"""Connecting an account: with a password made for Parvis, or by asking its server. Done again for the same account, it mends it."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from django.conf import settings
from django.db import IntegrityError

from parvis.audit.commands import record
from parvis.channels import inviting
from parvis.channels.applications import client_of
from parvis.channels.choosing import PATIENCE, chosen_of, keep_founds, meant, waiting
from parvis.channels.hosts import NotAHost, host_of
from parvis.channels.inviting import NotInvited
from parvis.channels.models import Channel, Connecting, ConnectInvitation, Registration, State
from parvis.channels.queries import flow, invited_flow
from parvis.core.db import writing
from parvis.core.http import ForbiddenAddress
from parvis.core.links import digest
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Account, Begun, Found, Network, NotSent, Refused, Unknown
from parvis.networks.facts import Spec
from parvis.people.actors import Actor
from parvis.people.models import Company
from parvis.people.permissions import NotAllowed, may

# How servers name the no of a person: the standard's word, and those of one that has its own.
SAID_NO = frozenset({"access_denied", "user_cancelled_login", "user_cancelled_authorize"})
AGAIN = Say(gettext_noop("Nothing was changed. Try again in a few minutes."))
# What comes back when a person says no: RFC 6749's word, and those of networks that have their own.
SAID_NO = frozenset({"access_denied", "user_denied", "user_cancelled_login", "user_cancelled_authorize"})
NO_APP = Say(gettext_noop("%(network)s wants an application of your own first, and its two values are not here yet."))
NO_APP_CURE = Say(gettext_noop("Follow the steps, copy the two values here, then connect."))
NOTHING = Say(gettext_noop("This login opens no account that a company could publish on."))
NOTHING_CURE = Say(
    gettext_noop("Nothing was changed. Sign in with the person who manages the page or the account, and allow Parvis to see it.")
)
NONE_CHOSEN = Say(gettext_noop("No account is chosen."))
NONE_CURE = Say(gettext_noop("Choose at least one."))


CONNECTED, CONNECTED_INVITED = "channels:channel:connected", "channels:channel:connected_invited"
RECONNECTED, RECONNECTED_INVITED = "channels:channel:reconnected", "channels:channel:reconnected_invited"
TAKEN_OVER = "channels:channel:taken_over"


class NotConnected(Exception):
    """The account was not connected and nothing was changed. `why` and `cure` are for the person; `field` is where to look."""

    def __init__(self, why: Say, cure: Say = AGAIN, field: str = "") -> None:
        super().__init__(str(why))
        self.why = why
        self.cure = cure
        self.field = field


@dataclass(frozen=True, slots=True)
class Connected:
    """An account that is connected now. `mends` is the channel that was to be mended, where it was asked for."""

    channel: Channel
    how: Literal["new", "again"]
    mends: int | None = None

    @property
    def another(self) -> bool:
        """Tell whether the person mended one account and signed in with another."""
        return self.mends is not None and self.mends != self.channel.pk


@dataclass(frozen=True, slots=True)
class _Into:
    """Where what was found is kept: the company, who does it and when, the account to be mended, and the invitation it is done with."""

    company: Company
    by: Actor
    now: datetime
    mends: int | None = None
    invitation: ConnectInvitation | None = None

    @property
    def under(self) -> dict[str, Any]:
        """What the journal says of the invitation."""
        return {"invitation": self.invitation.pk, "inviter": self.invitation.who} if self.invitation else {}


@contextmanager
def _in_words() -> Iterator[None]:
    """Turn what a network may answer into a sentence for whoever waits at the form."""
    try:
        yield
    except NotAHost as error:
        cure = Say(gettext_noop("Correct the address and try again."))
        raise NotConnected(error.why, cure, "host") from error
    except ForbiddenAddress as error:
        raise NotConnected(error.reason, error.cure, "host") from error
    except Refused as error:
        raise NotConnected(error.reason, error.cure) from error
    except NotSent as error:
        raise NotConnected(error.why) from error
    except Unknown as error:
        raise NotConnected(Say(gettext_noop("The server did not answer as it should."))) from error


def connect_password(
    *,
    company: Company,
    network: str,
    identifier: str,
    password: str,
    by: Actor,
    now: datetime,
    mends: int | None = None,
    invitation: ConnectInvitation | None = None,
) -> Connected:
    """Connect an account with its name and a password made for Parvis. The password is exchanged for tokens and not kept.

    `invitation` is what whoever does it was asked with, where they are no member; it is spent. Raises NotAllowed, NotConnected.
    """
    _entitled(by, company.pk, invitation, network, now)
    with _in_words():
        found = _network(network).door.enter(settings.HTTP, identifier.strip(), password.strip())
    return _keep_all([found], _Into(company, by, now, mends, invitation))[0]


def connect_begin(
    *,
    company: Company,
    network: str,
    host: str,
    redirect_uri: str,
    by: Actor,
    now: datetime,
    mends: int | None = None,
    invitation: ConnectInvitation | None = None,
) -> Connecting:
    """Start asking a server for an account; `where_to` says where to send the person. It must come back within ten minutes.

    Raises NotAllowed, NotConnected.
    """
    if invitation is None:
        _person(by, company.pk)
    _entitled(by, company.pk, invitation, network, now)
    chosen = _network(network)
    state = secrets.token_urlsafe(32)
    with _in_words():
        host = host_of(host) if chosen.spec.asks_host else ""
        begun = chosen.door.begin(settings.HTTP, host, redirect_uri, state, _client(company, chosen.spec, host, redirect_uri))
    kept = {"memory": dict(begun.memory), "url": begun.url, "host": host, "mends": mends}
    with writing():
        if chosen.spec.app is None:  # a company's own application is nobody else's
            _register(network, host, redirect_uri, begun, now)
        Connecting.objects.filter(company=company, expires_at__lte=now).delete()
        flow = Connecting.objects.create(
            company=company,
            user_id=None if invitation else by.user_id,
            invitation=invitation,
            network=network,
            digest=digest(state),
            sealed=settings.KEYS.seal(kept),
            created_at=now,
            expires_at=now + PATIENCE,
        )
        record("channels:connection:begun", by=by, now=now, company_id=company.pk, label=host, network=network)
    return flow


def where_to(flow: Connecting) -> Mapping[str, Any]:
    """Return the `url` to send the person to (empty once they have come back), and the `host` it is on."""
    kept = settings.KEYS.open(flow.sealed)
    return {"url": kept.get("url", ""), "host": kept.get("host", "")}


def connect_finish(
    *, state: str, code: str, by: Actor, now: datetime, invitation: ConnectInvitation | None = None
) -> Connected | Connecting:
    """End a connection when the person comes back. Each start serves once, for the same person or invitation, within ten minutes.

    Where the login opens several accounts and none is the one to be mended, what it found is returned, for `connect_choose`.
    Raises NotAllowed, NotConnected.
    """
    begun = _begun(state, by, now, invitation)
    if begun is None or by.company_id != begun.company_id:
        raise _over()
    if invitation is not None:
        _still_asked(invitation, begun.network, now)
    with writing():
        taken, _ = Connecting.objects.filter(pk=begun.pk, digest=begun.digest).delete()
    if not taken:
        raise _over()
    kept = settings.KEYS.open(begun.sealed)
    with _in_words():
        found = _network(begun.network).door.finish(settings.HTTP, kept["memory"], code)
    founds = found if isinstance(found, tuple) else (found,)
    one = founds[0] if len(founds) == 1 else meant(begun.company, founds, kept["mends"])
    if one is not None:
        return _keep_all([one], _Into(begun.company, by, now, kept["mends"], invitation))[0]
    if not founds:
        raise NotConnected(NOTHING, NOTHING_CURE)
    return keep_founds(begun, founds, kept["mends"], now)


def connect_choose(
    *, flow_id: int, numbers: Collection[int], by: Actor, now: datetime, invitation: ConnectInvitation | None = None
) -> list[Connected]:
    """Connect those of the found accounts that the person chose, by their numbers: all of them, or none.

    Raises NotAllowed, and NotConnected where nothing is chosen or the ten minutes are over.
    """
    if invitation is None:
        _person(by, by.company_id)
    begun = waiting(flow_id, by, now, invitation)
    if begun is None:
        raise _over()
    founds = chosen_of(begun, numbers)
    if not founds:
        raise NotConnected(NONE_CHOSEN, NONE_CURE, "chosen")
    mends = settings.KEYS.open(begun.sealed)["mends"]
    with writing():
        taken, _ = Connecting.objects.filter(pk=begun.pk, digest=begun.digest).delete()
        if not taken:
            raise _over()
        return _keep_all(founds, _Into(begun.company, by, now, mends, invitation))


def connect_stop(*, state: str, why: str, by: Actor, now: datetime, invitation: ConnectInvitation | None = None) -> None:
    """End a connection that the person, or their server, said no to. Raises NotAllowed, and NotConnected with what to say."""
    begun = _begun(state, by, now, invitation)
    if begun is None:
        raise _over()
    with writing():
        if Connecting.objects.filter(pk=begun.pk).delete()[0]:
            called = settings.NETWORKS[begun.network].spec.name if begun.network in settings.NETWORKS else begun.network
            record("channels:connection:stopped", by=by, now=now, company_id=begun.company_id, label=called, network=begun.network)
    if why in SAID_NO:
        raise NotConnected(
            Say(gettext_noop("You did not allow Parvis to publish, so the account was not connected.")),
            Say(gettext_noop("Nothing was changed. You can start again whenever you like.")),
        )
    raise NotConnected(Say(gettext_noop("The server ended the connection without saying why.")))


def _person(by: Actor, company_id: int | None) -> int:
    """A server asks a person, so the house cannot do this by itself."""
    if by.user_id is None or company_id is None:
        raise NotAllowed("channels.change")
    may(by, "channels.change", company_id)
    return by.user_id


def _entitled(by: Actor, company_id: int, invitation: ConnectInvitation | None, network: str, now: datetime) -> None:
    if invitation is None:
        may(by, "channels.change", company_id)
        return
    may(by, "channels.connect", company_id)
    if invitation.company_id != company_id:
        raise NotAllowed("channels.connect")
    _still_asked(invitation, network, now)
    try:
        inviting.take_try(invitation, now)
    except NotInvited as error:
        raise NotConnected(error.why, error.cure) from error


def _still_asked(invitation: ConnectInvitation, network: str, now: datetime) -> None:
    try:
        inviting.check(invitation, network, now)
    except NotInvited as error:
        raise NotConnected(error.why, error.cure) from error


def _begun(state: str, by: Actor, now: datetime, invitation: ConnectInvitation | None) -> Connecting | None:
    if invitation is None:
        return flow(digest(state), _person(by, by.company_id), now)
    may(by, "channels.connect", invitation.company_id)
    begun = invited_flow(digest(state), now)
    return begun if begun is not None and begun.invitation_id == invitation.pk else None


def _over() -> NotConnected:
    return NotConnected(
        Say(gettext_noop("This connection was already finished, or it was begun more than ten minutes ago, or by somebody else.")),
        Say(gettext_noop("Nothing was changed. Start again.")),
    )


def _network(key: str) -> Network:
    network: Network = settings.NETWORKS[key]
    return network


def _client(company: Company, spec: Spec, host: str, redirect_uri: str) -> Mapping[str, Any] | None:
    if spec.app is not None:
        if (client := client_of(company, spec.app)) is None:
            raise NotConnected(Say(NO_APP.text, {"network": spec.name}), NO_APP_CURE)
        return client
    row = Registration.objects.filter(network=spec.key, host=host, redirect_uri=redirect_uri).first()
    return settings.KEYS.open(row.sealed) if row else None


def _register(network: str, host: str, redirect_uri: str, begun: Begun, now: datetime) -> None:
    Registration.objects.update_or_create(
        network=network,
        host=host,
        redirect_uri=redirect_uri,
        defaults={"sealed": settings.KEYS.seal(begun.client)},
        create_defaults={"sealed": settings.KEYS.seal(begun.client), "created_at": now},
    )


# ---- keeping what was found


def _keep_all(founds: Sequence[Found], into: _Into) -> list[Connected]:
    """Keep them all, or none; an invitation is spent in the same moment."""
    if into.invitation is None:
        return [_keep(found, into) for found in founds]
    try:
        with writing():
            done = [_keep(found, into) for found in founds]
            inviting.use(into.invitation, [one.channel for one in done], into.now)
    except NotInvited as error:
        raise NotConnected(error.why, error.cure) from error
    return done


def _keep(found: Found, into: _Into) -> Connected:
    try:
        channel, how = _store(found, into)
    except IntegrityError:  # the same account was connected twice in one moment: now it is there
        channel, how = _store(found, into)
    return Connected(channel, how, into.mends)


def _store(found: Found, into: _Into) -> tuple[Channel, Literal["new", "again"]]:
    company, now = into.company, into.now
    account = found.account
    facts = {**facts_of(account), **_fresh(found, now)}
    same = Channel.objects.filter(company=company, network=account.network, remote_id=account.remote_id)
    if _network(account.network).spec.asks_host:  # there, an id means something on its own server only
        same = same.filter(base=account.base)
    with writing():
        known = same.exclude(state=State.CLOSED).first() or _by_hand(company, account, into.mends) or same.order_by("-id").first()
        if known is None:
            channel = Channel.objects.create(company=company, network=account.network, remote_id=account.remote_id, **facts)
        else:
            Channel.objects.filter(pk=known.pk).update(**facts, remote_id=account.remote_id)
            channel = Channel.objects.get(pk=known.pk)
        known_by_hand = known is not None and known.by_hand
        verbs = (CONNECTED_INVITED, RECONNECTED_INVITED) if into.invitation else (CONNECTED, RECONNECTED)
        verb = TAKEN_OVER if known_by_hand else verbs[known is not None]
        said = {"network": channel.network, "base": channel.base, **into.under}
        record(verb, by=into.by, now=now, company_id=company.pk, object_id=channel.pk, label=channel.handle, **said)
    return channel, "again" if known else "new"


def _by_hand(company: Company, account: Account, mends: int | None) -> Channel | None:
    """Return the channel where a person published until now, and that this account takes over with its history."""
    rows = Channel.objects.filter(company=company, network=account.network, by_hand=True, pk=mends or 0)
    return rows.exclude(state=State.CLOSED).first()


def _fresh(found: Found, now: datetime) -> dict[str, Any]:
    return {
        "tokens": settings.KEYS.seal(found.tokens),
        "ends_at": found.ends_at,
        "told_end_at": None,
        "readiness": None,
        "readiness_at": None,
        "state": State.ALIVE,
        "why_dead": None,
        "dead_since": None,
        "told_dead_at": None,
        "connected_at": now,
        "visit_at": now,
        "renewing_by": "",
        "renewing_until": None,
        "paused_until": None,
        "failures": 0,
        "by_hand": False,
    }


def facts_of(account: Account) -> dict[str, Any]:
    """Return the columns that an account fills, made safe: a server may write anything into its answers."""
    account = replace(account, name=_plain(account.name)[:300], handle=_plain(account.handle))
    if len(account.handle) > 300 or len(account.remote_id) > 300 or len(account.base) > 300:
        raise NotConnected(Say(gettext_noop("The server describes this account in a way that cannot be right.")))
    web = account.url.startswith(("https://", "http://")) and len(account.url) <= 500
    return {
        "base": account.base,
        "handle": account.handle,
        "name": account.name,
        "url": account.url if web else "",
        "limits": dict(account.limits),
    }


def _plain(text: str) -> str:
    return " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())
