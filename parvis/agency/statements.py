"""The month of a mandate, for both sides: what left, who was answered and how fast, what was agreed to, the hours, what is due.

There is one reading, and both sides are shown it: the two can never differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import BooleanField, Case, Count, F, Q, QuerySet, When

from parvis.delegation.models import Approval, Mandate, Revision, Stage, Work
from parvis.delegation.terms import Terms
from parvis.delegation.working import of_month
from parvis.inbox.measures import FIELDS, Figures, Measured, figures
from parvis.inbox.models import Message, Turn
from parvis.posts.calendar import bounds
from parvis.posts.models import Departure
from parvis.publishing.models import Delivery
from parvis.publishing.states import State

# A month of one mandate: far above what anybody does in it.
MOST = 2000


@dataclass(frozen=True, slots=True)
class Left:
    """A publication that left: its first hour, the accounts it is on."""

    post_id: int
    called: str
    at: datetime
    networks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """What the terms make due: `count` units at `price`, in cents. None where the price is agreed elsewhere."""

    per: str
    price: int
    count: float
    cents: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One month under a mandate, by the wording that was in force at its end. `beyond` are minutes, agreed to and not yet."""

    mandate: Mandate
    month: date
    terms: Terms
    left: list[Left]
    answers: int
    times: Figures
    approvals: Mapping[str, int]
    works: list[Work]
    due: Due | None

    @property
    def minutes(self) -> int:
        """The time noted, without what nobody agreed to."""
        return sum(work.minutes for work in self.works if not work.beyond or work.agreed_at)

    @property
    def beyond(self) -> int:
        """The time beyond what the month includes that the company agreed to."""
        return sum(work.minutes for work in self.works if work.beyond and work.agreed_at)

    @property
    def asked(self) -> int:
        """The time beyond that waits for the company's word: it is not counted."""
        return sum(work.minutes for work in self.works if work.beyond and not work.agreed_at)

    @property
    def posts_beyond(self) -> int:
        """How many publications left beyond what the month includes."""
        most = self.terms.posts_a_month
        return 0 if most is None else max(0, len(self.left) - most)


def statement(mandate: Mandate, month: date) -> Statement:
    """Return the month of a mandate, in its company's time. Six queries."""
    start, end = bounds(month, _last(month), mandate.company.timezone)
    terms, works, left = _terms(mandate, end), list(of_month(mandate, month)), _left(mandate, start, end)
    return Statement(
        mandate, month, terms, left, _answers(mandate, start, end).count(), _times(mandate, start, end),
        _approvals(mandate, start, end), works,
        _due(terms, works, len(left), month),
    )  # fmt: skip


def months(mandate: Mandate, today: date) -> list[date]:
    """Return the months that a mandate has touched until today, the newest first, two years of them at most."""
    last = min(today, mandate.last_day, mandate.stopped_at.date() if mandate.stopped_at else today).replace(day=1)
    found: list[date] = []
    first = mandate.first_day.replace(day=1)
    while last >= first and len(found) < 24:
        found.append(last)
        last = (last - timedelta(days=1)).replace(day=1)
    return found


def _last(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _terms(mandate: Mandate, end: datetime) -> Terms:
    """Return the wording in force at a moment: the last that both sides had said yes to by then; before the first, the one that stands."""
    both = Revision.objects.filter(mandate=mandate, client_at__lt=end, inside_at__lt=end).order_by("-number").first()
    return Terms.from_json(both.terms) if both else Terms.of(mandate)


def _left(mandate: Mandate, start: datetime, end: datetime) -> list[Left]:
    rows = Departure.objects.filter(
        delivery__mandate_id=mandate.pk, delivery__company=mandate.company_id, delivery__state=State.SENT, delivery__sent_at__gte=start,
        delivery__sent_at__lt=end, part=0, delivery__after=None,
    ).select_related("variant__post")  # fmt: skip
    found: dict[int, Left] = {}
    for one in rows.order_by("delivery__sent_at", "pk").annotate(at=F("delivery__sent_at"), network=F("variant__channel__network"))[:MOST]:
        post = one.variant.post
        before = found.get(post.pk, Left(post.pk, post.called, one.at, ()))
        found[post.pk] = Left(post.pk, post.called, before.at, tuple(dict.fromkeys((*before.networks, one.network))))
    return list(found.values())


def _answers(mandate: Mandate, start: datetime, end: datetime) -> QuerySet[Message]:
    sent = Delivery.objects.filter(mandate_id=mandate.pk, state=State.SENT, sent_at__gte=start, sent_at__lt=end)
    return Message.objects.filter(company=mandate.company_id, mine=True, delivery__in=sent)


def _times(mandate: Mandate, start: datetime, end: datetime) -> Figures:
    """Return how long people waited whom those who bear the mandate answered under it."""
    given = _answers(mandate, start, end)
    turns = Turn.objects.filter(
        company=mandate.company_id, answered_at__gte=start, answered_at__lt=end, by__in=given.values("by"),
        conversation__in=given.values("conversation"),
    )  # fmt: skip
    promised = Case(When(due_at=None, then=None), default=Q(answered_at__lte=F("due_at")), output_field=BooleanField())
    return figures(Measured(*row) for row in turns.annotate(promised=promised).order_by("pk").values_list(*FIELDS)[:MOST])


def _approvals(mandate: Mandate, start: datetime, end: datetime) -> dict[str, int]:
    """Return what became of what was asked for in the month, by where it stands now."""
    rows = Approval.objects.filter(mandate=mandate, asked_at__gte=start, asked_at__lt=end).order_by()
    counted = dict(rows.values("stage").annotate(n=Count("pk")).values_list("stage", "n"))
    return {stage: counted[stage] for stage in Stage.values if stage in counted}


def _due(terms: Terms, works: list[Work], left: int, month: date) -> Due | None:
    """Return what the month makes due. A month that is begun is due whole; half a cent is rounded up."""
    if terms.price_cents is None:
        return None
    kept = [work for work in works if not work.beyond or work.agreed_at]
    minutes = sum(work.minutes for work in kept)
    held = terms.first_day <= _last(month) and terms.last_day >= month
    cents = {
        "month": terms.price_cents if held else 0, "day": terms.price_cents * len({work.day for work in kept}),
        "hour": (terms.price_cents * minutes * 2 + 60) // 120, "post": terms.price_cents * left,
    }  # fmt: skip
    counts = {"month": float(held), "day": float(len({work.day for work in kept})), "hour": minutes / 60, "post": float(left)}
    return Due(terms.price_per, terms.price_cents, counts[terms.price_per], cents[terms.price_per])
