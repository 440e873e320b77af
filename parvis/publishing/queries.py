"""Reading deliveries: what waits, what left, what needs a person."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Min, Q, QuerySet
from django.db.models.fields.json import KT

from parvis.channels.models import State as Life
from parvis.core.say import Say, gettext_noop
from parvis.networks.facts import COMMENT, MESSAGE, REPLY, Parcel
from parvis.people.models import Company
from parvis.publishing.models import Delivery, Stop
from parvis.publishing.states import OPEN, WAITS_FOR_A_PERSON, State


def of(company: Company) -> QuerySet[Delivery]:
    """Return a company's deliveries, each with its channel."""
    return Delivery.objects.filter(seen_in(company), company=company).select_related("channel")


def seen_in(company: Company) -> Q:
    """Match a company's deliveries that whoever asks may see: publications where they read these, answers where they read those."""
    posts, talks = company.only("posts.read"), company.only("inbox.read")
    if posts is None and talks is None:
        return Q()
    answers = Q(parcel__form__in=[REPLY, MESSAGE])
    others = Q(parcel__form__isnull=True) | ~answers
    return others & _on(posts) | answers & _on(talks)


def _on(only: frozenset[int] | None) -> Q:
    return Q() if only is None else Q(channel__in=only)


def with_form(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Add to rows read without their parcel the form of what they carry, as `form`."""
    return rows.annotate(form=KT("parcel__form"))


def is_comment(delivery: Delivery) -> bool:
    """Tell whether it is the first comment under what it follows."""
    known = delivery.__dict__
    return bool((known["form"] if "form" in known else delivery.parcel.get("form")) == COMMENT)


def name_of(delivery: Delivery) -> Say:
    """Return how a delivery is named to a person."""
    text = gettext_noop("%(subject)s (first comment)") if is_comment(delivery) else "%(subject)s"
    return Say(text, {"subject": delivery.subject})


def unmailed() -> QuerySet[Delivery]:
    """Return what waits for a person, in every company, and that nobody was written to about."""
    rows = Delivery.objects.filter(state__in=WAITS_FOR_A_PERSON, mailed_at=None, sent_at=None)
    return rows.select_related("company", "channel").order_by("company_id", "due_at", "id")


def silent(now: datetime) -> list[Company]:
    """Return the companies that have living accounts, from which nothing has left for their `quiet_days`, and where nothing is to come."""
    companies = Company.objects.filter(quiet_days__gt=0, demo=False, channels__state=Life.ALIVE)
    # Whoever stopped everything knows why nothing leaves.
    companies = companies.exclude(pk__in=Stop.objects.filter(channel=None, lifted_at=None).values("company"))
    connected = companies.annotate(first=Min("channels__connected_at")).order_by("id")
    return [c for c in connected if c.first <= now - timedelta(days=c.quiet_days) and not _stirs(c, now)]


def files_waiting() -> frozenset[str]:
    """Return the digests of every file that something still to leave, or to be changed where it is, was sealed with."""
    rows = Delivery.objects.filter(Q(state__in=OPEN | {State.REFUSED}) | Q(revision__isnull=False))
    kept = (parcel for row in rows.values_list("parcel", "revision").iterator() for parcel in row if parcel)
    return frozenset(digest for parcel in kept for digest in Parcel.from_json(parcel).files)


def _stirs(company: Company, now: datetime) -> bool:
    since = now - timedelta(days=company.quiet_days)
    left = Q(state=State.SENT, sent_at__gt=since) | Q(state=State.HANDED, handed_at__gt=since)
    rows = Delivery.objects.filter(left | Q(state__in=OPEN - {State.HANDED}), company=company)
    # Whoever only answers has published nothing.
    return rows.filter(Q(parcel__form__isnull=True) | ~Q(parcel__form__in=[REPLY, MESSAGE])).exists()
