"""What waits for a person, in one definition for the home page and for the count in the rail."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from parvis.channels.models import Channel
from parvis.channels.models import State as Life
from parvis.people.models import Company
from parvis.posts.models import Departure, Post
from parvis.publishing.models import Delivery
from parvis.publishing.states import WAITS_FOR_A_PERSON, State

# A refusal that nobody mends is put away by itself after a week; the post's page keeps it.
RECENT = timedelta(days=7)


def decisions(company: Any, now: datetime) -> QuerySet[Delivery]:
    """Return the deliveries that a person must decide about, each the newest of its part of a post that is not put away."""
    newer = Departure.objects.filter(
        variant=OuterRef("departure__variant"), part=OuterRef("departure__part"), pk__gt=OuterRef("departure__pk")
    )
    pressing = Q(state__in=(State.ASKED, State.HELD)) | Q(state=State.REFUSED, due_at__gte=now - RECENT)
    # The states are named apart as well, for the index: a page asks this of companies with tens of thousands of deliveries.
    rows = Delivery.objects.filter(pressing, company=company, state__in=WAITS_FOR_A_PERSON, departure__variant__post__removed_at=None)
    return rows.filter(~Exists(newer))


def confirmations(company: Any, now: datetime) -> QuerySet[Post]:
    """Return the posts that have an hour and are not what will leave: drafts with a date, and posts changed since they were sealed."""
    timely = Q(scheduled=False, at__gte=now - RECENT) | Q(scheduled=True, at__gt=now)
    return Post.objects.filter(timely, company=company, removed_at=None, unsure=True)


def dead(company: Any) -> QuerySet[Channel]:
    """Return the accounts that must be connected again."""
    return Channel.objects.filter(company=company, state=Life.DEAD)


def counted(companies: QuerySet[Company], now: datetime) -> QuerySet[Company]:
    """Add `waiting`, how many things wait in each company, within the same query."""
    here = OuterRef("pk")
    return companies.annotate(
        waiting=_count(decisions(here, now), "departure__variant") + _count(confirmations(here, now), "pk") + _count(dead(here), "pk")
    )


def how_many(company: Company, now: datetime) -> int:
    """Return how many things wait in one company."""
    found: Any = counted(Company.objects.filter(pk=company.pk), now).get()
    return int(found.waiting)


def _count(rows: QuerySet[Any], of: str) -> Coalesce:
    number = rows.order_by().values("company").annotate(number=Count(of, distinct=True)).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)
