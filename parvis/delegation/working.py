"""Time noted under a mandate: logged, changed, taken away and brought back by whoever spent it; what goes beyond, agreed by the company."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Sum, Value, When

from parvis.audit.commands import record
from parvis.core.db import writing
from parvis.core.say import Say, gettext_noop
from parvis.delegation.models import Bearer, Mandate, Work
from parvis.delegation.permits import NOT_IN_IT, rights_under, today_of
from parvis.people.actors import Actor
from parvis.people.permissions import NotAllowed, may

MOST = 24 * 60
MOST_WORDS = 300
# Whoever notes a week, or answers it, does so line by line: what follows within this stands in one mail.
GATHER = timedelta(minutes=10)
ASKED, ANSWERED = "asked", "answered"
# What counts, and is due: the rest waits for the company's word.
COUNTS = Q(beyond=False) | Q(agreed_at__isnull=False)
NO_TIME = Say(gettext_noop("Say how long: from one minute to twenty-four hours."))
TOO_EARLY = Say(gettext_noop("Your mandate had not begun on that day."))
TOO_LATE = Say(gettext_noop("That day is yet to come: time is noted once it is spent."))
DAY_FULL = Say(gettext_noop("A day has twenty-four hours, and more is noted on that one already."))


class WrongWork(Exception):
    """Time cannot be noted so; `field` names where, `why` is the sentence for a person. Nothing was changed."""

    def __init__(self, name: str, why: Say) -> None:
        super().__init__(name)
        self.field, self.why = name, why


class Beyond(Exception):
    """The month includes `left` minutes more and no longer: nothing was noted. Asked for as `beyond`, it waits for the company's word."""

    def __init__(self, left: int) -> None:
        super().__init__(str(left))
        self.left = left


class Gone(Exception):
    """It was taken away, brought back or agreed to meanwhile: nothing was changed."""


@dataclass(frozen=True, slots=True)
class Spell:
    """Some time on a day, and what it went into. `beyond`: more than the month includes, for the company to agree to."""

    day: date
    minutes: int
    what: str = ""
    beyond: bool = False


def log(*, mandate: Mandate, spell: Spell, by: Actor, now: datetime) -> Work:
    """Note time under a mandate that runs, by one who bears it. Raises NotAllowed, WrongWork, Beyond."""
    with writing():
        row = _held(mandate.pk, by, now)
        _checked(row, spell, by, now)
        what = " ".join(spell.what.replace("\x00", "").split())[:MOST_WORDS]
        work = Work.objects.create(
            mandate=row, user_id=by.user_id, who=by.name[:120], day=spell.day, minutes=spell.minutes, what=what, beyond=spell.beyond,
            created_at=now, **_asking(spell.beyond, now),
        )  # fmt: skip
        _journal("delegation:work:logged", work, row, by, now)
    return work


def change(*, work: Work, spell: Spell, by: Actor, now: datetime) -> None:
    """Say otherwise what one noted; the company's yes to time beyond is asked for anew. Raises NotAllowed, WrongWork, Beyond, Gone."""
    with writing():
        row = _held(work.mandate_id, by, now)
        _own(work, by)
        _checked(row, spell, by, now, but=work.pk)
        what = " ".join(spell.what.replace("\x00", "").split())[:MOST_WORDS]
        said = {"day": spell.day, "minutes": spell.minutes, "what": what, "beyond": spell.beyond, "agreed_at": None, "agreed_by": None}
        said |= _asking(spell.beyond, now)
        if not Work.objects.filter(pk=work.pk, removed_at=None).update(**said):
            raise Gone
        _journal("delegation:work:changed", Work.objects.get(pk=work.pk), row, by, now)


def remove(*, work: Work, by: Actor, now: datetime) -> None:
    """Take away what one noted. Raises NotAllowed, Gone."""
    with writing():
        row = _held(work.mandate_id, by, now)
        _own(work, by)
        if not Work.objects.filter(pk=work.pk, removed_at=None).update(removed_at=now, tell=""):
            raise Gone
        _journal("delegation:work:removed", work, row, by, now)


def restore(*, work: Work, by: Actor, now: datetime) -> None:
    """Bring back what one took away, where the month still has room for it. Raises NotAllowed, WrongWork, Beyond, Gone."""
    with writing():
        row = _held(work.mandate_id, by, now)
        _own(work, by)
        _checked(row, Spell(work.day, work.minutes, work.what, work.beyond), by, now, but=work.pk)
        back = Work.objects.filter(pk=work.pk, removed_at__isnull=False)
        if not back.update(removed_at=None):
            raise Gone
        Work.objects.filter(pk=work.pk).exclude(COUNTS).update(**_asking(True, now))
        _journal("delegation:work:restored", work, row, by, now)


def agree(*, work: Work, by: Actor, now: datetime) -> None:
    """Say the company's yes to time beyond what the month includes: it is paid. Raises NotAllowed, Gone."""
    _answer(work, by, now, yes=True)


def disagree(*, work: Work, by: Actor, now: datetime) -> None:
    """Take that yes back. Raises NotAllowed, Gone."""
    _answer(work, by, now, yes=False)


def _answer(work: Work, by: Actor, now: datetime, *, yes: bool) -> None:
    row = Mandate.objects.get(pk=work.mandate_id)
    may(by, "mandates.change", row.company_id)
    with writing():
        # The very time that was read: changed meanwhile, it is another question.
        same = Work.objects.filter(pk=work.pk, removed_at=None, beyond=True, day=work.day, minutes=work.minutes, agreed_at__isnull=yes)
        # Said and taken back before the mail has left, it is nothing to write about.
        tell = Case(When(tell=ANSWERED, then=Value("")), default=Value(ANSWERED))
        if not same.update(agreed_at=now if yes else None, agreed_by=by.user_id if yes else None, tell=tell, tell_at=now + GATHER):
            raise Gone
        _journal("delegation:work:agreed" if yes else "delegation:work:disagreed", work, row, by, now)


def _asking(beyond: bool, now: datetime) -> dict[str, Any]:
    """Return what has the company written to about time beyond; nobody is about the rest."""
    return {"tell": ASKED, "tell_at": now + GATHER} if beyond else {"tell": "", "tell_at": None}


# ---- who is written to


def any_to_tell(now: datetime) -> bool:
    """Tell whether somebody is to be written to about time beyond what months include."""
    return Work.objects.filter(~Q(tell=""), tell_at__lte=now).exists()


def to_tell(now: datetime, most: int = 500) -> dict[tuple[int, str], list[Work]]:
    """Return what is to be told of each mandate (id), by the word about it: once the first of it is due, all of it."""
    due = Work.objects.filter(~Q(tell=""), tell_at__lte=now).values("mandate")
    rows = Work.objects.filter(~Q(tell=""), mandate__in=due, removed_at=None).select_related("mandate__company", "agreed_by")
    found: dict[tuple[int, str], list[Work]] = {}
    for work in rows.order_by("mandate", "day", "pk")[:most]:
        found.setdefault((work.mandate_id, work.tell), []).append(work)
    return found


def note_told(works: Sequence[Work]) -> None:
    """Keep that people were written to about just this: what was said otherwise since is told as well."""
    for work in works:
        Work.objects.filter(pk=work.pk, tell=work.tell, tell_at=work.tell_at).update(tell="", tell_at=None)


# ---- reading


def of_month(mandate: Mandate, month: date) -> QuerySet[Work]:
    """Return the time noted in a month, by its days."""
    following = (month + timedelta(days=32)).replace(day=1)
    rows = Work.objects.filter(mandate=mandate, day__gte=month, day__lt=following, removed_at=None)
    return rows.select_related("agreed_by").order_by("day", "pk")


def shown(mandate: Mandate, month: date) -> QuerySet[Work]:
    """Return the time noted in a month, and what of any month waits for the company's word, by its days."""
    following = (month + timedelta(days=32)).replace(day=1)
    rows = Work.objects.filter(Q(day__gte=month, day__lt=following) | ~COUNTS, mandate=mandate, removed_at=None)
    return rows.select_related("agreed_by").order_by("day", "pk")


def of_person(user_id: int, since: date) -> QuerySet[Work]:
    """Return the time that somebody noted from a day on, under any mandate, the newest day first."""
    rows = Work.objects.filter(user=user_id, day__gte=since, removed_at=None)
    return rows.select_related("mandate__company").defer("mandate__terms").order_by("-day", "-pk")


# ---- rules


def _held(mandate_id: int, by: Actor, now: datetime) -> Mandate:
    """Return the mandate as it stands now, locked, where `by` bears it and it runs. Raises NotAllowed."""
    row = Mandate.objects.select_for_update(of=("self",)).select_related("company").get(pk=mandate_id)
    may(by, "work.log", row.company_id)
    if not Bearer.objects.filter(mandate=row, member__user=by.user_id or 0).exists():
        raise NotAllowed("work.log", NOT_IN_IT)
    today = today_of(row.company, now)
    if not row.runs(today):
        raise NotAllowed("work.log", rights_under([row], today).why or NOT_IN_IT)
    return row


def _own(work: Work, by: Actor) -> None:
    """What somebody noted is theirs to change, and nobody else's."""
    if work.user_id is None or work.user_id != by.user_id:
        raise NotAllowed("work.log")


def _checked(mandate: Mandate, spell: Spell, by: Actor, now: datetime, but: int = 0) -> None:
    if not 0 < spell.minutes <= MOST:
        raise WrongWork("time", NO_TIME)
    if spell.day < mandate.first_day:
        raise WrongWork("day", TOO_EARLY)
    if spell.day > today_of(mandate.company, now):
        raise WrongWork("day", TOO_LATE)
    others = Work.objects.filter(mandate=mandate, removed_at=None).exclude(pk=but)
    if _sum(others.filter(user=by.user_id, day=spell.day)) + spell.minutes > MOST:
        raise WrongWork("time", DAY_FULL)
    if mandate.minutes_a_month is None or spell.beyond:
        return
    left = mandate.minutes_a_month - _sum(_month(others, spell.day).filter(beyond=False))
    if spell.minutes > left:
        raise Beyond(max(0, left))


def _month(rows: QuerySet[Work], day: date) -> QuerySet[Work]:
    month = day.replace(day=1)
    return rows.filter(day__gte=month, day__lt=(month + timedelta(days=32)).replace(day=1))


def _sum(rows: QuerySet[Work]) -> int:
    return rows.aggregate(total=Sum(F("minutes")))["total"] or 0


def _journal(verb: str, work: Work, mandate: Mandate, by: Actor, now: datetime) -> None:
    facts = {"minutes": work.minutes, "day": work.day.isoformat()}
    record(verb, by=by, now=now, company_id=mandate.company_id, object_id=mandate.pk, label=mandate.called, **facts)
