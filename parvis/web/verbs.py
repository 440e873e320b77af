"""What may be done, in plain words and in groups: for whoever makes a role, and for whoever asks what somebody may do and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext, gettext_lazy

from parvis.channels.models import Channel
from parvis.channels.queries import spec_of
from parvis.channels.standing import actor_of, verbs_of
from parvis.delegation.models import Mandate
from parvis.delegation.permits import rights_under, today_of
from parvis.people.models import Grant, MadeRole, Member, Role
from parvis.people.permissions import ALLOWED, GIVABLE, rights_of

GROUPS: tuple[tuple[Any, dict[str, Any]], ...] = (
    (gettext_lazy("Publications"), {
        "posts.read": gettext_lazy("read publications and the calendar"), "posts.write": gettext_lazy("write publications"),
        "posts.propose": gettext_lazy("ask for a yes to a publication"), "posts.schedule": gettext_lazy("schedule publications"),
        "posts.approve": gettext_lazy("say yes to a publication"),
        "deliveries.decide": gettext_lazy("decide about what was held, refused or is not known"),
        "slots.write": gettext_lazy("choose the weekly times"), "approvals.read": gettext_lazy("read what waits for a yes"),
        "company.stop": gettext_lazy("stop every departure in an emergency"),
    }),
    (gettext_lazy("Pictures and videos"), {
        "media.read": gettext_lazy("see the shelf"), "media.write": gettext_lazy("add and describe pictures"),
        "consents.write": gettext_lazy("note who agreed to be shown"),
    }),
    (gettext_lazy("Answers"), {
        "inbox.read": gettext_lazy("read comments and messages"), "inbox.sort": gettext_lazy("sort and assign conversations"),
        "inbox.answer": gettext_lazy("answer people"), "inbox.moderate": gettext_lazy("hide and delete comments"),
        "inbox.approve": gettext_lazy("say yes to an answer"), "inbox.change": gettext_lazy("change how answers are promised and kept"),
        "persons.erase": gettext_lazy("give out and erase what is known of a person"),
    }),
    (gettext_lazy("Accounts and figures"), {
        "channels.read": gettext_lazy("see the accounts"), "channels.change": gettext_lazy("connect and close accounts"),
        "measures.read": gettext_lazy("read the figures"), "export.all": gettext_lazy("take everything out in a file"),
    }),
    (gettext_lazy("The company"), {
        "voice.change": gettext_lazy("say how the company speaks"), "journal.read": gettext_lazy("read the journal"),
        "members.read": gettext_lazy("see the members"), "mandates.read": gettext_lazy("read the mandates"),
        "company.change": gettext_lazy("change the settings"), "members.change": gettext_lazy("invite, and give roles"),
        "mandates.change": gettext_lazy("offer and stop mandates"), "approvals.change": gettext_lazy("say what needs whose yes"),
        "company.resume": gettext_lazy("let departures go on after an emergency stop"),
    }),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """Where something that somebody may do comes from. `channels` None: it holds everywhere."""

    words: str
    verbs: frozenset[str]
    channels: frozenset[int] | None = None


@dataclass(slots=True)
class May:
    """One thing: whether it may be done, where, and what that comes from."""

    words: Any
    everywhere: bool
    places: list[str] = field(default_factory=list)
    why: list[str] = field(default_factory=list)

    @property
    def at_all(self) -> bool:
        """Tell whether it may be done anywhere."""
        return self.everywhere or bool(self.places)


def givable() -> list[tuple[Any, list[tuple[str, Any]]]]:
    """Return what may be put into a role, in groups."""
    found = [(title, [(verb, words) for verb, words in verbs.items() if verb in GIVABLE]) for title, verbs in GROUPS]
    return [(title, verbs) for title, verbs in found if verbs]


def explained(
    member: Member, roles: dict[str, str], channels: Sequence[Channel], grants: Sequence[Grant], now: datetime
) -> list[tuple[Any, list[May]]]:  # fmt: skip
    """Return what a member may do, in groups, each with where and why: asked of the same rights as every command asks.

    `channels` are the company's accounts, `grants` what the member has on single places.
    """
    rights = rights_of(actor_of(member, now))
    sources = [_own(member, roles), *_granted(grants, roles, channels), *_lent(member, now)]
    names = {channel.pk: placed_as(channel) for channel in channels}
    return [(title, [_one(verb, words, rights.on(verb), sources, names) for verb, words in verbs.items()]) for title, verbs in GROUPS]


def placed_as(channel: Channel) -> str:
    """Return what tells an account from another of the company's: its network and its name there."""
    return f"{spec_of(channel).name} {channel.handle}".strip()


def _one(verb: str, words: Any, on: frozenset[int] | None, sources: list[Source], names: dict[int, str]) -> May:
    found = [one for one in sources if verb in one.verbs]
    places = [] if on is None else sorted(names.get(channel, "") for channel in on)
    return May(words, on is None, [name for name in places if name], [one.words for one in found] if on is None or on else [])


def _own(member: Member, roles: dict[str, str]) -> Source:
    if member.made is not None:
        alive = member.made.removed_at is None
        return Source(gettext("role: %(name)s") % {"name": member.made.name}, frozenset(member.made.verbs) if alive else frozenset())
    return Source(gettext("role: %(name)s") % {"name": roles[member.role]}, ALLOWED[member.role])


def _granted(grants: Sequence[Grant], roles: dict[str, str], channels: Sequence[Channel]) -> list[Source]:
    found = []
    for grant in grants:
        here = [one for one in channels if _reaches(grant, one)]
        place = grant.establishment.name if grant.establishment else ", ".join(map(placed_as, here))
        facts = {"name": grant.made.name if grant.made else roles[grant.role], "place": place}
        found.append(Source(gettext("%(name)s on %(place)s") % facts, verbs_of(grant), frozenset(channel.pk for channel in here)))
    return found


def _reaches(grant: Grant, channel: Channel) -> bool:
    if grant.establishment_id is not None:
        return channel.establishment_id == grant.establishment_id
    return channel.pk == grant.channel_id


def _lent(member: Member, now: datetime) -> list[Source]:
    if member.role != Role.MANDATED and not member.granted:
        return []
    today = today_of(member.company, now)
    found = []
    for mandate in Mandate.objects.filter(bearers__member=member).order_by("pk"):
        rights = rights_under([mandate], today)
        verbs = rights.wide.union(*rights.narrow.values())
        found.append(Source(gettext("the mandate of %(name)s") % {"name": mandate.called}, verbs, frozenset(rights.narrow)))
    return found


def with_holders(rows: QuerySet[MadeRole]) -> QuerySet[MadeRole]:
    """Add to roles how many have them (`held`): as their own, or on a single place."""
    own = Member.objects.filter(made=OuterRef("pk")).order_by().values("made").annotate(total=Count("pk")).values("total")
    there = Grant.objects.filter(made=OuterRef("pk")).order_by().values("made").annotate(total=Count("pk")).values("total")
    return rows.annotate(held=Coalesce(Subquery(own), 0) + Coalesce(Subquery(there), 0))
