"""Where a member stands: their role, the grants on single places and accounts, the mandates they bear."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from parvis.delegation.models import Bearer, Mandate
from parvis.delegation.permits import day_in, rights_under
from parvis.people.actors import Actor
from parvis.people.models import Grant, Member, Role
from parvis.people.permissions import ALLOWED, ENTER, ON_ACCOUNTS
from parvis.people.rights import Rights

# What of a mandate says what it lends.
BORNE = ("id", "accounts", "alone", "standing", "first_day", "last_day", "revision")


@dataclass(frozen=True, slots=True)
class Place:
    """A member's place, as far as it says who acts: `by` is whoever they are by their role alone, `zone` their company's time zone."""

    pk: int
    by: Actor
    granted: bool
    zone: str

    @classmethod
    def of(cls, member: Member) -> Place:
        """Return the place of a member with their company, user and made role."""
        return cls(member.pk, Actor.of(member), member.granted, member.company.timezone)

    @property
    def mandated(self) -> bool:
        """Tell whether mandates may say what they may do."""
        return self.granted or self.by.role == Role.MANDATED


def actor_of(member: Member, now: datetime, borne: Sequence[Mandate] | None = None) -> Actor:
    """Return the actor that a member is at this moment, with everything they were given. None for plain roles, at most two queries.

    `borne` are their mandates where they are read already.
    """
    return actors_of([Place.of(member)], now, None if borne is None else {member.pk: borne})[member.pk]


def with_mandates(places: QuerySet[Any]) -> QuerySet[Any]:
    """Add to members the mandates that they bear: one row for each, one without where they bear none."""
    others = Bearer.objects.filter(mandate=OuterRef("bears__mandate")).exclude(member=OuterRef("pk"))
    joined: QuerySet[Any] = places.annotate(**{f"borne_{name}": F(f"bears__mandate__{name}") for name in BORNE}, shared=Exists(others))
    return joined


def borne_in(rows: Iterable[Any]) -> list[Mandate]:
    """Return the mandates that a member bears, from the rows of `with_mandates`, as far as they say what each lends."""
    found = {}
    for row in rows:
        if row.borne_id is not None:
            found[row.borne_id] = Mandate(**{name: getattr(row, f"borne_{name}") for name in BORNE})
            found[row.borne_id].shared = row.shared
    return [found[pk] for pk in sorted(found)]


def actors_of(places: Iterable[Place], now: datetime, borne: Mapping[int, Sequence[Mandate]] | None = None) -> dict[int, Actor]:
    """Return the actors that several members are, by the members' ids, in as many queries as for one.

    `borne` gives the mandates by the members' ids where they are read already.
    """
    rows = list(places)
    grants = _grants([one.pk for one in rows if one.granted])
    mandates = _borne([one.pk for one in rows if one.mandated]) if borne is None else borne
    found = {}
    for one in rows:
        by = one.by
        if by.role != Role.MANDATED and one.granted:
            by = _with_grants(by, grants.get(one.pk, []))
        found[one.pk] = _with_mandates(by, one.zone, mandates.get(one.pk, ()), now) if one.mandated else by
    return found


def _borne(members: Sequence[int]) -> dict[int, list[Mandate]]:
    found: dict[int, list[Mandate]] = {}
    rows = Mandate.objects.filter(bearers__member__in=members).annotate(bearer=F("bearers__member")) if members else ()
    for mandate in sorted(rows, key=lambda row: row.pk):
        found.setdefault(mandate.bearer, []).append(mandate)
    return found


def _with_mandates(by: Actor, zone: str, mandates: Sequence[Mandate], now: datetime) -> Actor:
    """Add what their mandates lend to whatever else they may do."""
    if not mandates and by.role != Role.MANDATED:
        return by
    rights, own = rights_under(mandates, day_in(zone, now)), by.rights
    if own is not None:
        narrow = {channel: own.narrow.get(channel, frozenset()) | verbs for channel, verbs in {**own.narrow, **rights.narrow}.items()}
        rights = Rights(own.wide | rights.wide, narrow, rights.why, rights.lent)
    return replace(by, rights=rights, mandate_id=rights.lent[0].mandate_id if rights.lent else None)


Given = tuple[Grant, int | None]


def _grants(members: Sequence[int]) -> dict[int, list[Given]]:
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
