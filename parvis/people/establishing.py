"""The places of a company, their hours, and the days that are not as usual. Whoever shows these pages lets the clocks follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from parvis.audit.commands import record
from parvis.core.db import writing
from parvis.people.actors import Actor
from parvis.people.models import Closure, Company, Establishment, Hours
from parvis.people.opening import DAY_LONG, MIDNIGHT, ZONES, NoRange, Written, laid_out
from parvis.people.permissions import may

# The post office has more places than check digits can tell apart: theirs add up to a multiple of five (INSEE, SIRET).
LA_POSTE = "356000000"


class WrongSiret(Exception):
    """Its own check digits say that this is nobody's number."""


class Nameless(Exception):
    """A place has a name."""


class WrongDays(Exception):
    """The last day is before the first, or an opening has no hours that make sense."""


def siret_of(typed: str) -> str:
    """Return a SIRET without its spaces, empty where nothing was typed. Raises WrongSiret."""
    number = "".join(typed.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ").split()).replace(".", "")
    if not number:
        return ""
    if not (len(number) == 14 and number.isascii() and number.isdigit()) or not _luhn(number[:9]):
        raise WrongSiret
    if not _luhn(number) and not (number.startswith(LA_POSTE) and sum(map(int, number)) % 5 == 0):
        raise WrongSiret
    return number


def _luhn(number: str) -> bool:
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number)))
    return sum(sum(divmod(value, 10)) for value in doubled) % 10 == 0


def add_place(*, company: Company, name: str, siret: str, holidays: str, by: Actor, now: datetime) -> Establishment:
    """Add a place to a company; the first is its main one. Raises NotAllowed, Nameless, WrongSiret."""
    may(by, "company.change", company.pk)
    facts = _facts(name, siret, holidays)
    with writing():
        main = not Establishment.objects.filter(company=company, main=True, removed_at=None).exists()
        place = Establishment.objects.create(company=company, main=main, **facts)
        _journal("people:place:added", place, by, now)
    return place


def change_place(*, place: Establishment, name: str, siret: str, holidays: str, by: Actor, now: datetime) -> None:
    """Change a place's name, its number, and on which public holidays it is closed. Raises NotAllowed, Nameless, WrongSiret."""
    may(by, "company.change", place.company_id)
    facts = _facts(name, siret, holidays)
    with writing():
        before = {key: getattr(place, key) for key in facts}
        if before != facts and Establishment.objects.filter(pk=place.pk).update(**facts):
            place.name = facts["name"]
            _journal("people:place:changed", place, by, now, before=before, after=facts)


def make_main(*, place: Establishment, by: Actor, now: datetime) -> None:
    """Make a place the main one: its hours are those that the company answers in. Raises NotAllowed."""
    may(by, "company.change", place.company_id)
    with writing():
        if Establishment.objects.filter(pk=place.pk, main=False, removed_at=None).exists():
            Establishment.objects.filter(company=place.company_id, main=True, removed_at=None).update(main=False)
            Establishment.objects.filter(pk=place.pk).update(main=True)
            _journal("people:place:made_main", place, by, now)


def remove_place(*, place: Establishment, by: Actor, now: datetime) -> None:
    """Take a place away; its hours stay, for whoever brings it back. Another becomes the main one. Raises NotAllowed."""
    may(by, "company.change", place.company_id)
    with writing():
        if Establishment.objects.filter(pk=place.pk, removed_at=None).update(removed_at=now, main=False):
            _main(place.company_id)
            _journal("people:place:removed", place, by, now)


def bring_back_place(*, place: Establishment, by: Actor, now: datetime) -> None:
    """Bring a place back that was taken away. Raises NotAllowed."""
    may(by, "company.change", place.company_id)
    with writing():
        if Establishment.objects.filter(pk=place.pk, removed_at__isnull=False).update(removed_at=None):
            _main(place.company_id)
            _journal("people:place:brought_back", place, by, now)


def change_hours(*, place: Establishment, week: Mapping[int, Sequence[Written]], by: Actor, now: datetime) -> None:
    """Keep the hours of a place: by weekday (0 is Monday), when it opens and closes. A closing hour before the opening one is in the night.

    Raises NotAllowed, NoRange.
    """
    may(by, "company.change", place.company_id)
    laid = laid_out(week)
    rows = [
        Hours(establishment=place, weekday=day, opens=_time(first), closes=_time(last))
        for day, spans in enumerate(laid)
        for first, last in spans
    ]
    with writing():
        had = [(row.weekday, row.opens, row.closes) for row in Hours.objects.filter(establishment=place)]
        if had != [(row.weekday, row.opens, row.closes) for row in rows]:
            Hours.objects.filter(establishment=place).delete()
            Hours.objects.bulk_create(rows)
            _journal("people:hours:changed", place, by, now)


def add_closure(
    *, place: Establishment, first: date, last: date, why: str, opened: bool = False, hours: Written | None = None, by: Actor, now: datetime
) -> Closure:
    """Note days that are not as usual: closed, or `opened` all the same, at these hours or at the usual ones.

    Raises NotAllowed, WrongDays.
    """
    may(by, "company.change", place.company_id)
    opens, closes = hours or (None, None)
    if closes == time(0):
        closes = MIDNIGHT
    if last < first or (hours and (opens is None or closes is None or closes <= opens)):
        raise WrongDays
    with writing():
        row = Closure.objects.create(
            establishment=place, first=first, last=last, why=" ".join(why.split())[:120], opened=opened,
            opens=opens if opened else None, closes=closes if opened else None,
        )  # fmt: skip
        _journal("people:opening:added" if opened else "people:closure:added", place, by, now, first=str(first), last=str(last))
    return row


def remove_closure(*, closure: Closure, by: Actor, now: datetime) -> None:
    """Let these days be as usual again. Raises NotAllowed."""
    place = closure.establishment
    may(by, "company.change", place.company_id)
    with writing():
        if Closure.objects.filter(pk=closure.pk).delete()[0]:
            _journal("people:closure:removed", place, by, now, first=str(closure.first), last=str(closure.last))


def _facts(name: str, siret: str, holidays: str) -> dict[str, str]:
    name = " ".join(name.replace("\x00", "").split())[:120]
    if not name:
        raise Nameless
    return {"name": name, "siret": siret_of(siret), "holidays": holidays if holidays in ZONES else ""}


def _main(company_id: int) -> None:
    """See to it that one place is the main one, where there is any."""
    rows = Establishment.objects.filter(company=company_id, removed_at=None).order_by("pk")
    if not rows.filter(main=True).exists() and (first := rows.first()):
        Establishment.objects.filter(pk=first.pk).update(main=True)


def _time(seconds: int) -> time:
    return MIDNIGHT if seconds >= DAY_LONG else time(seconds // 3600, seconds // 60 % 60)


def _journal(verb: str, place: Establishment, by: Actor, now: datetime, **facts: Any) -> None:
    record(verb, by=by, now=now, company_id=place.company_id, object_id=place.pk, label=place.name, **facts)


__all__ = [
    "Nameless", "NoRange", "WrongDays", "WrongSiret", "add_closure", "add_place", "bring_back_place", "change_hours", "change_place",
    "make_main", "remove_closure", "remove_place", "siret_of",
]  # fmt: skip
