"""Where a member stands: their role, the grants on single places and accounts, the mandates they bear."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import F

from parvis.delegation.models import Mandate
from parvis.delegation.permits import rights_under, today_of
from parvis.people.actors import Actor
from parvis.people.models import Grant, Member, Role
from parvis.people.permissions import ALLOWED, ENTER, ON_ACCOUNTS
from parvis.people.rights import Rights


def actor_of(member: Member, now: datetime) -> Actor:
    """Return the actor that a member is at this moment, with everything they were given. None for plain roles, at most two queries."""
    return actors_of([member], now)[member.pk]


def actors_of(members: Iterable[Member], now: datetime, borne: Mapping[int, Sequence[Mandate]] | None = None) -> dict[int, Actor]:
    """Return the actors that several members are, by the members' ids, in as many queries as for one.

    `borne` gives the mandates by the members' ids where they are read already. Each member has their company, user and made role.
    """
    rows = list(members)
    grants = _grants([one for one in rows if one.granted])
    mandates = _borne([one for one in rows if one.granted or one.role == Role.MANDATED]) if borne is None else borne
    found = {}
    for one in rows:
        by = Actor.of(one)
        if one.role != Role.MANDATED and one.granted:
            by = _with_grants(by, grants.get(one.pk, []))
        found[one.pk] = _with_mandates(by, one, mandates.get(one.pk, ()), now) if one.granted or one.role == Role.MANDATED else by
    return found


def _borne(members: Sequence[Member]) -> dict[int, list[Mandate]]:
    found: dict[int, list[Mandate]] = {}
    rows = Mandate.objects.filter(bearers__member__in=members).annotate(bearer=F("bearers__member")) if members else ()
    for mandate in sorted(rows, key=lambda row: row.pk):
        found.setdefault(mandate.bearer, []).append(mandate)
    return found


def _with_mandates(by: Actor, member: Member, mandates: Sequence[Mandate], now: datetime) -> Actor:
    """Add what their mandates lend to whatever else they may do."""
    if not mandates and member.role != Role.MANDATED:
        return by
    found, own = rights_under(mandates, today_of(member.company, now)), by.rights or Rights()
    narrow = {channel: own.narrow.get(channel, frozenset()) | verbs for channel, verbs in {**own.narrow, **found.narrow}.items()}
    rights = Rights(own.wide | found.wide, narrow, found.why, found.lent)
    return replace(by, rights=rights, mandate_id=found.lent[0].mandate_id if found.lent else None)


Given = tuple[Grant, int | None]


def _grants(members: Sequence[Member]) -> dict[int, list[Given]]:
    """Return what these members were granted, by their ids: each grant once for every account (of its place) that it stands on."""
    found: dict[int, list[Given]] = {}
    # A place's accounts come with its grants: one question, however many members.
    of_place = F("establishment__channels")
    rows = Grant.objects.filter(member__in=members).select_related("made").annotate(of_place=of_place) if members else ()
    for grant in rows:
        found.setdefault(grant.member_id, []).append((grant, grant.channel_id if grant.channel_id is not None else grant.of_place))
    return found


def _with_grants(by: Actor, grants: Sequence[Given]) -> Actor:
    narrow: dict[int, frozenset[str]] = {}
    wide: frozenset[str] = by.rights.wide if by.rights else frozenset()
    for grant, channel in grants:
        verbs = verbs_of(grant)
        if channel is not None:
            narrow[channel] = narrow.get(channel, frozenset()) | (verbs & ON_ACCOUNTS)
        # The shelf of pictures has no account: whoever makes posts somewhere reaches it.
        wide |= verbs & {"media.read", "media.write"}
    return replace(by, rights=Rights(wide, narrow))


def verbs_of(grant: Grant) -> frozenset[str]:
    """Return the verbs that a grant gives."""
    if grant.made is not None:
        return frozenset(grant.made.verbs) if grant.made.removed_at is None else frozenset()
    return ALLOWED[grant.role] - ENTER
