"""Reads of mandates: a company's, a person's, one whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Case, Count, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum, When

from parvis.delegation.models import Bearer, Mandate, Revision, Side, Standing, Use, Work
from parvis.delegation.permits import today_of
from parvis.delegation.terms import Terms
from parvis.delegation.uses import POST
from parvis.delegation.working import COUNTS
from parvis.people.models import Company, Invitation, Member, Role, User

# How long before its end both sides are written to.
NOTICES = (timedelta(days=30), timedelta(days=7))
LIVING = (Standing.ACTIVE, Standing.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Spent:
    """What a month has taken of what a mandate includes. Time beyond counts with the company's yes, and is `asked` until then."""

    month: date
    posts: int
    minutes: int
    asked: int = 0


@dataclass(slots=True)
class Whole:
    """A mandate with its people, its wordings and this month."""

    mandate: Mandate
    bearers: list[Bearer]
    revisions: list[Revision]
    spent: Spent
    invitation: Invitation | None = None
    side: Side | None = None
    waiting: Revision | None = field(init=False)

    def __post_init__(self) -> None:
        """Find the wording that waits for a yes."""
        self.waiting = next(
            (one for one in self.revisions if one.closed_at is None and not (one.client_at and one.inside_at)), None
        )  # fmt: skip

    @property
    def next_terms(self) -> Terms | None:
        """The terms that wait for a yes."""
        return Terms.from_json(self.waiting.terms) if self.waiting else None

    @property
    def my_yes_waits(self) -> bool:
        """Tell whether the wording that waits waits for whoever looks."""
        return self.waiting is not None and self.side is not None and getattr(self.waiting, f"{self.side}_at") is None


def of(company: Company) -> QuerySet[Mandate]:
    """Return a company's mandates with their people: what runs first, then what is being written, then what is over."""
    people = Prefetch("bearers", Bearer.objects.select_related("member__user").order_by("pk"))
    rows = Mandate.objects.filter(company=company).select_related("agency").prefetch_related(people)
    over = Q(standing__in=(Standing.ENDED, Standing.REVOKED, Standing.LEFT, Standing.DECLINED))
    return rows.annotate(over=Case(When(over, then=1), default=0)).order_by("over", "last_day", "pk")


def borne_by(company: Company, user_id: int) -> QuerySet[Mandate]:
    """Return the mandates of a company that somebody bears."""
    return of(company).filter(pk__in=Bearer.objects.filter(member__user=user_id, member__company=company).values("mandate"))


def of_person(user: User) -> QuerySet[Mandate]:
    """Return the mandates that somebody bears, in every company, those that end first first."""
    rows = Mandate.objects.filter(bearers__member__user=user).select_related("company", "agency").prefetch_related("bearers")
    over = Q(standing__in=(Standing.ENDED, Standing.REVOKED, Standing.LEFT, Standing.DECLINED))
    return rows.annotate(over=Case(When(over, then=1), default=0)).order_by("over", "last_day", "pk")


def whole(mandate: Mandate, side: Side | None, now: datetime) -> Whole:
    """Return a mandate with all that its page shows. At most four queries."""
    open_ones = Invitation.objects.filter(mandate_id=mandate.pk, accepted_at=None, withdrawn_at=None)
    return Whole(
        mandate,
        list(Bearer.objects.filter(mandate=mandate).select_related("member__user").order_by("pk")),
        list(mandate.revisions.all()),
        spent(mandate, today_of(mandate.company, now).replace(day=1)),
        open_ones.select_related("company", "by").first() if mandate.standing == Standing.OFFERED else None,
        side,
    )


def latest(mandate: Mandate) -> Terms:
    """Return the wording that waits for a yes, else the one in force. One query."""
    waiting = mandate.revisions.filter(closed_at=None).exclude(client_at__isnull=False, inside_at__isnull=False).first()
    return Terms.from_json(waiting.terms) if waiting else Terms.of(mandate)


def spent(mandate: Mandate, month: date) -> Spent:
    """Return what a month has taken, in one query."""
    following = (month + timedelta(days=32)).replace(day=1)
    used = Use.objects.filter(mandate=OuterRef("pk"), kind=POST, month=month).order_by().values("mandate")
    work = Work.objects.filter(mandate=OuterRef("pk"), day__gte=month, day__lt=following, removed_at=None).order_by().values("mandate")
    taken, asked = (work.filter(which).annotate(total=Sum("minutes")).values("total") for which in (COUNTS, ~COUNTS))
    row = Mandate.objects.filter(pk=mandate.pk).values_list(
        Subquery(used.annotate(total=Count("pk")).values("total")), Subquery(taken), Subquery(asked)
    )
    return Spent(month, *(found or 0 for found in row.get()))


def agencies_of(user: User) -> list[Company]:
    """Return the agencies that somebody owns: a mandate may be accepted in their name."""
    return list(Company.objects.filter(agency=True, members__user=user, members__role=Role.OWNER).order_by("name", "pk"))


def staff_of(mandate: Mandate) -> list[Member]:
    """Return the agency's people who do not bear the mandate yet and whom the company has not refused."""
    if mandate.agency_id is None:
        return []
    bearing = Bearer.objects.filter(mandate=mandate).values("member__user")
    rows = Member.objects.filter(company=mandate.agency_id).exclude(user__in=bearing).exclude(user__in=mandate.refused)
    return list(rows.select_related("user").order_by("since", "pk"))


def settled(mandate: Mandate) -> dict[str, int]:
    """Return what came of what the wording in force no longer covered; empty where it covers all that there was."""
    return mandate.revisions.filter(number=mandate.revision).values_list("settled", flat=True).first() or {}


def to_tell() -> QuerySet[Mandate]:
    """Return the mandates about which both sides are still to be written to."""
    return Mandate.objects.exclude(tell="").select_related("company").order_by("company_id", "pk")


def near_end(now: datetime) -> list[Mandate]:
    """Return the running mandates whose end is so near that both sides are to be told, once at each distance of NOTICES."""
    far = (now + max(NOTICES) + timedelta(days=2)).date()
    rows = Mandate.objects.filter(standing__in=LIVING, last_day__lte=far).select_related("company").order_by("company_id", "pk")
    return [mandate for mandate in rows[:500] if _due(mandate, now)]


def _due(mandate: Mandate, now: datetime) -> bool:
    today = today_of(mandate.company, now)
    if mandate.last_day < today:
        return False
    told = today_of(mandate.company, mandate.told_end_at) if mandate.told_end_at else None
    return any(today >= mandate.last_day - notice and (told is None or told < mandate.last_day - notice) for notice in NOTICES)


def people_of(mandate: Mandate, side: Side) -> list[Member]:
    """Return whom to write to on one side: the company's owners, or whoever bears it, where they take mails."""
    rows = Member.objects.filter(mails=True, user__is_active=True, user__provisional=False).select_related("user", "company")
    if side == Side.CLIENT:
        return list(rows.filter(company=mandate.company_id, role=Role.OWNER).order_by("pk"))
    return list(rows.filter(bears__mandate=mandate).order_by("pk"))
