"""What a colleague did in a conversation that others follow: kept until one mail has told each of them all of it.

Whoever has looked at the conversation since then knows it, and gets no mail. An answer is news once it is there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from parvis.channels.standing import actor_of
from parvis.core.db import writing
from parvis.inbox.models import Conversation, Message, News, Note, Presence
from parvis.people.actors import Actor
from parvis.people.models import Company, Member, User
from parvis.people.permissions import allowed

# What follows so soon stands in the same mail.
PAUSE = timedelta(minutes=5)
MOST = 500


def note(
    conversation: Conversation, what: str, by: Actor, now: datetime, *, message: Message | None = None, note: Note | None = None,
    to: User | None = None,
) -> None:  # fmt: skip
    """Keep for those who follow a conversation (and for `to`, whom it was given) what somebody did. Inside that change's transaction."""
    readers = set(Conversation.followers.through.objects.filter(conversation=conversation.pk).values_list("user_id", flat=True))
    readers |= {to.pk} if to is not None else set()
    rows = [
        News(user_id=reader, conversation=conversation, what=what, by_id=by.user_id, message=message, note=note, at=now)
        for reader in sorted(readers - {by.user_id})
    ]
    News.objects.bulk_create(rows)


def any_due(now: datetime) -> bool:
    """Tell whether anybody is to be told anything."""
    return _ready().filter(at__lte=now - PAUSE).exists()


def due(now: datetime) -> list[tuple[Member | None, list[News]]]:
    """Return whom to tell what, oldest first. None: what nobody is to be told any more (they have seen it, left, or want no mails)."""
    readers = _ready().filter(at__lte=now - PAUSE).order_by().values_list("user_id", "conversation__company_id").distinct()[:MOST]
    users, companies = {user for user, _ in readers}, {company for _, company in readers}
    rows = _ready().filter(user__in=users, conversation__company__in=companies).select_related(
        "conversation__channel", "conversation__person", "conversation__assigned_to", "by", "message", "note"
    )  # fmt: skip
    places = _places(users, companies)
    told: dict[int | None, list[News]] = defaultdict(list)
    for row in rows.order_by("at", "pk")[: MOST * 4]:
        place = places.get((row.user_id, row.conversation.company_id))
        known = row.seen or place is None or not _sees(place, row, now)  # type: ignore[attr-defined]
        told[None if known or place is None else place.pk].append(row)
    members = {place.pk: place for place in places.values()}
    return [(members[pk] if pk is not None else None, news) for pk, news in told.items()]


def done(news: Collection[News]) -> None:
    """Note that this was told, or that nobody is to be told of it."""
    with writing():
        News.objects.filter(pk__in=[one.pk for one in news]).delete()


def _ready() -> QuerySet[News]:
    looked = Presence.objects.filter(conversation=OuterRef("conversation"), user=OuterRef("user"), read_at__gte=OuterRef("at"))
    there = Q(message=None) | Q(message__standing="")
    return News.objects.filter(there).filter(Q(note=None) | Q(note__removed_at=None)).annotate(seen=Exists(looked))


def _places(users: Collection[int], companies: Collection[int]) -> dict[tuple[int, int], Member]:
    rows = Member.objects.filter(user__in=users, company__in=companies, mails=True, user__is_active=True, user__provisional=False)
    return {(one.user_id, one.company_id): one for one in rows.select_related("user", "company", "made")}


def _sees(place: Member, row: News, now: datetime) -> bool:
    company: Company = place.company
    return allowed(actor_of(place, now), "inbox.read", company.pk, on=(row.conversation.channel_id,))


__all__ = ["PAUSE", "any_due", "done", "due", "note"]
