"""What counts against a mandate each month: posts, in the month in which they leave, in the company's time zone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime, timedelta

from parvis.core.say import Say, gettext_noop
from parvis.delegation.models import Mandate, Use
from parvis.delegation.permits import NOT_IN_IT, rights_under, today_of
from parvis.people.models import Member, Role
from parvis.people.permissions import NotAllowed

POST = "post"
ALL_USED = gettext_noop(
    "Your mandate includes %(count)s publications a month, and those of %(month)s are all taken: "
    "choose an hour from %(next)s on, or ask %(whom)s to allow more. What you wrote is kept."
)
NONE_INCLUDED = gettext_noop("Your mandate includes no publications: ask %(whom)s to change that. What you wrote is kept.")
AFTER_END = gettext_noop("Your mandate ends on %(day)s: choose an hour before, or ask %(whom)s to prolong it. What you wrote is kept.")
REWORDED = Say(
    gettext_noop("Another wording of your mandate took effect just now: look at what it says, and try again. What you wrote is kept.")
)
ONE_MONTH = gettext_noop(
    "Your mandate counts publications by the month, and the rest of this one leaves in %(month)s: choose an hour in that month, or move "
    "all of it. What you wrote is kept."
)
DAY = gettext_noop("%(month)s %(day)s, %(year)s")
FIRST_DAY = gettext_noop("%(month)s 1, %(year)s")
MONTH = gettext_noop("%(month)s %(year)s")
# The names that Django's own catalogues translate.
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
Standing = Callable[[list[int]], Collection[int]]


class OverMandate(NotAllowed):
    """The mandate does not include this any more: `why` says how much it includes, until when, and whom to ask. Nothing was changed."""

    def __init__(self, why: Say) -> None:
        super().__init__("posts.schedule", why)


def take(
    *, object_id: int, mandates: Iterable[int], strictly: bool, at: datetime, now: datetime, standing: Standing,
    read: Mapping[int, int] | None = None,
) -> None:  # fmt: skip
    """Count a post against these mandates, in the month of `at`; `strictly` refuses what they do not include. Inside a write only.

    `read` is the number of the wording that was read of each: where another one took effect meanwhile, nothing is done under the old one.
    `standing` tells which of some posts still stand: whatever was taken back elsewhere counts no more. The rows of the mandates are held
    until the transaction ends, so that two at once cannot both take the last one. Raises OverMandate.
    """
    for mandate in Mandate.objects.select_for_update(of=("self",)).select_related("company").filter(pk__in=set(mandates)).order_by("pk"):
        day = today_of(mandate.company, at)
        month = day.replace(day=1)
        if strictly:
            if (read or {}).get(mandate.pk, mandate.revision) != mandate.revision:
                raise OverMandate(REWORDED)
            _within(mandate, day, now)
            _room(mandate, object_id, month, standing)
        Use.objects.update_or_create(mandate=mandate, kind=POST, object_id=object_id, defaults={"month": month, "at": now})


def keeps_within(*, mandates: Collection[int], at: datetime, now: datetime, object_id: int | None = None) -> None:
    """Look, inside a write, whether these mandates run and reach as far as `at`; nothing is counted.

    `object_id` is a post of which only a part is given that hour: where a month includes so many, it stays in the month it counts in.
    Raises OverMandate.
    """
    if not mandates:
        return
    for mandate in Mandate.objects.select_for_update(of=("self",)).select_related("company").filter(pk__in=mandates).order_by("pk"):
        day = today_of(mandate.company, at)
        _within(mandate, day, now)
        counts = Use.objects.filter(mandate=mandate, kind=POST, object_id=object_id or 0).exclude(month=day.replace(day=1)).first()
        if counts is not None and mandate.posts_a_month is not None:
            raise OverMandate(Say(ONE_MONTH, {"month": said_month(counts.month)}))


def give_back(*, object_id: int) -> None:
    """Count a post no more: it was taken back, and is a draft again."""
    Use.objects.filter(kind=POST, object_id=object_id).delete()


def counted(*, object_id: int) -> list[int]:
    """Return the mandates against which a post counts."""
    return list(Use.objects.filter(kind=POST, object_id=object_id).values_list("mandate_id", flat=True))


def _within(mandate: Mandate, day: date, now: datetime) -> None:
    """Look again under the lock: it may have been suspended since the page was opened."""
    today = today_of(mandate.company, now)
    if not mandate.runs(today):
        raise OverMandate(rights_under([mandate], today).why or NOT_IN_IT)
    if day > mandate.last_day:
        raise OverMandate(Say(AFTER_END, {"day": said(mandate.last_day), "whom": whom(mandate)}))


def _room(mandate: Mandate, object_id: int, month: date, standing: Standing) -> None:
    if mandate.posts_a_month is None:
        return
    taken = list(
        Use.objects.filter(mandate=mandate, kind=POST, month=month).exclude(object_id=object_id).values_list("object_id", flat=True)
    )
    stand = set(standing(taken)) if taken else set()
    if gone := set(taken) - stand:
        Use.objects.filter(mandate=mandate, kind=POST, object_id__in=gone).delete()
    if len(stand) < mandate.posts_a_month:
        return
    if not mandate.posts_a_month:
        raise OverMandate(Say(NONE_INCLUDED, {"whom": whom(mandate)}))
    following = (month + timedelta(days=32)).replace(day=1)
    facts: dict[str, str | int | Say] = {
        "count": mandate.posts_a_month,
        "month": said_month(month),
        "next": said(following),
        "whom": whom(mandate),
    }
    raise OverMandate(Say(ALL_USED, facts))


def whom(mandate: Mandate) -> str:
    """Return whom to ask: the company's owners by their names."""
    owners = Member.objects.filter(company=mandate.company_id, role=Role.OWNER).select_related("user").order_by("since", "pk")
    return ", ".join(owner.user.called for owner in owners[:3]) or mandate.company.name


def said(day: date) -> Say:
    """Say a day with its year, in whatever language it is read."""
    facts: dict[str, str | int | Say] = {"month": Say(MONTHS[day.month - 1]), "day": day.day, "year": day.year}
    return Say(FIRST_DAY if day.day == 1 else DAY, facts)


def said_month(month: date) -> Say:
    """Say a month with its year."""
    return Say(MONTH, {"month": Say(MONTHS[month.month - 1]), "year": month.year})
