"""Where a member stands: their role, the grants on single places and accounts, the mandates they bear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from parvis.channels.models import Channel
from parvis.delegation.models import Mandate
from parvis.delegation.permits import rights_under, today_of
from parvis.people.actors import Actor
from parvis.people.models import Grant, Member, Role
from parvis.people.permissions import ALLOWED, ENTER, ON_ACCOUNTS
from parvis.people.rights import Rights


def actor_of(member: Member, now: datetime) -> Actor:
    """Return the actor that a member is at this moment, with everything they were given. At most two queries, none for plain roles."""
    by = Actor.of(member)
    if member.role == Role.MANDATED:
        return _with_mandates(by, member, now)
    return _with_mandates(_with_grants(by, member), member, now) if member.granted else by


def _with_mandates(by: Actor, member: Member, now: datetime) -> Actor:
    """Add what their mandates lend to whatever else they may do."""
    mandates = list(Mandate.objects.filter(bearers__member=member).order_by("pk"))
    if not mandates and member.role != Role.MANDATED:
        return by
    found, own = rights_under(mandates, today_of(member.company, now)), by.rights or Rights()
    narrow = {channel: own.narrow.get(channel, frozenset()) | verbs for channel, verbs in {**own.narrow, **found.narrow}.items()}
    rights = Rights(own.wide | found.wide, narrow, found.why, found.lent)
    return replace(by, rights=rights, mandate_id=found.lent[0].mandate_id if found.lent else None)


def _with_grants(by: Actor, member: Member) -> Actor:
    grants = list(Grant.objects.filter(member=member).select_related("made"))
    places = {grant.establishment_id for grant in grants if grant.establishment_id is not None}
    of_place: dict[int, list[int]] = {}
    if places:
        rows = Channel.objects.filter(company_id=member.company_id, establishment__in=places).values_list("establishment_id", "pk")
        for place, channel in rows:
            of_place.setdefault(place or 0, []).append(channel)
    narrow: dict[int, frozenset[str]] = {}
    wide: frozenset[str] = by.rights.wide if by.rights else frozenset()
    for grant in grants:
        verbs = verbs_of(grant)
        for channel in _channels(grant, of_place):
            narrow[channel] = narrow.get(channel, frozenset()) | (verbs & ON_ACCOUNTS)
        # The shelf of pictures has no account: whoever makes posts somewhere reaches it.
        wide |= verbs & {"media.read", "media.write"}
    return replace(by, rights=Rights(wide, narrow))


def _channels(grant: Grant, of_place: Mapping[int, list[int]]) -> list[int]:
    return [grant.channel_id] if grant.channel_id is not None else of_place.get(grant.establishment_id or 0, [])


def verbs_of(grant: Grant) -> frozenset[str]:
    """Return the verbs that a grant gives."""
    if grant.made is not None:
        return frozenset(grant.made.verbs) if grant.made.removed_at is None else frozenset()
    return ALLOWED[grant.role] - ENTER
