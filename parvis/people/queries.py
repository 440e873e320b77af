"""Reads of companies, members and persons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from allauth.account.models import EmailAddress
from django.db.models import QuerySet

from parvis.audit.models import Entry
from parvis.people.commands import STARTED
from parvis.people.models import Closure, Company, Establishment, Invitation, Member, Role, User
from parvis.people.opening import Opening, Range, Special, seconds_of


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """What a new company has done of the three things that make it live."""

    named: bool
    connected: bool
    written: bool

    @property
    def left(self) -> int:
        """How many are left to do."""
        return 3 - self.named - self.connected - self.written


def first_steps(company: Company) -> FirstSteps:
    """Tell what a company still has to do before its first publication can leave. Three queries."""
    by_default = Entry.objects.filter(company_id=company.pk, verb=STARTED, facts__named=False, label=company.name)
    return FirstSteps(
        named=not by_default.exists(),
        connected=company.channels.exclude(state="closed").exists(),
        written=company.posts.filter(removed_at=None).exists(),
    )


def companies_of(user: User) -> QuerySet[Company]:
    """Return the companies somebody belongs to, by name."""
    return Company.objects.filter(members__user=user).order_by("name", "pk")


def home_of(user: User, slug: str) -> Company | None:
    """Return the company somebody was last in (`slug`) if they still belong to it, else the one they joined last."""
    mine = list(Company.objects.filter(members__user=user).order_by("-members__since", "-pk"))
    return next((company for company in mine if company.slug == slug), mine[0] if mine else None)


def members_of(company: Company) -> QuerySet[Member]:
    """Return the members with their persons, in the order they came."""
    return company.members.select_related("user", "company", "made").order_by("since", "pk")


def places_of(user: User) -> QuerySet[Member]:
    """Return somebody's places with their companies, by name."""
    return user.memberships.select_related("company", "user").order_by("company__name", "pk")


def open_invitations(company: Company) -> QuerySet[Invitation]:
    """Return the invitations nobody has used or withdrawn, the newest first; those past their date included."""
    return (
        company.invitations.filter(accepted_at=None, withdrawn_at=None)
        .select_related("company", "by", "made")
        .order_by("-created_at", "-pk")
    )


def invitations_for(user: User, now: datetime) -> list[Invitation]:
    """Return what waits for somebody at the addresses they have proved to be theirs."""
    proved = EmailAddress.objects.filter(user=user, verified=True).values("email")
    rows = Invitation.objects.filter(email__in=proved, accepted_at=None, withdrawn_at=None, expires_at__gt=now)
    return list(rows.select_related("company", "by").order_by("-created_at"))


def demo_owner() -> User | None:
    """Return the owner of the demonstration company, if there is one."""
    place = Member.objects.filter(company__demo=True, role=Role.OWNER).select_related("user").order_by("pk").first()
    return place.user if place else None


def establishments_of(company: Company) -> QuerySet[Establishment]:
    """Return the places of a company, the main one first; with their hours and closures."""
    rows = Establishment.objects.filter(company=company, removed_at=None).order_by("-main", "name", "pk")
    return rows.prefetch_related("hours", "closures")


def removed_places(company: Company) -> QuerySet[Establishment]:
    """Return the places that were taken away, the latest first."""
    return Establishment.objects.filter(company=company, removed_at__isnull=False).order_by("-removed_at")


def opening_of(company: Company) -> Opening:
    """Return the hours that a company keeps towards those who write, its main place's; always open without one. Two queries."""
    places = Establishment.objects.filter(company=company, removed_at=None)
    in_order = places.order_by("-main", "name", "pk", "hours__weekday", "hours__opens")
    rows = list(in_order.values_list("pk", "holidays", "hours__weekday", "hours__opens", "hours__closes"))
    if not rows:
        return Opening(company.timezone)
    main, holidays = rows[0][:2]
    written = [row[2:] for row in rows if row[0] == main and row[2] is not None]
    return _opening(company, holidays, written, Closure.objects.filter(establishment=main))


def opening_at(company: Company, place: Establishment | None) -> Opening:
    """Return the hours of a place as `establishments_of` gave it."""
    if place is None:
        return Opening(company.timezone)
    written = [(row.weekday, row.opens, row.closes) for row in place.hours.all()]
    return _opening(company, place.holidays, written, place.closures.all())


def _opening(company: Company, holidays: str, written: Iterable[tuple[int, time, time]], closures: Iterable[Closure]) -> Opening:
    week: list[list[Range]] = [[] for _ in range(7)]
    for weekday, opens, closes in written:
        week[weekday].append((seconds_of(opens), seconds_of(closes)))
    specials = (Special(one.first, one.last, one.opened, _range(one.opens, one.closes)) for one in closures)
    return Opening(company.timezone, tuple(tuple(day) for day in week), holidays, tuple(specials))


def _range(opens: time | None, closes: time | None) -> tuple[Range, ...]:
    return ((seconds_of(opens), seconds_of(closes)),) if opens is not None and closes is not None else ()
