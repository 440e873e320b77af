"""The days that the codes need: public holidays, the legal sales, and the days French shops and readers keep.

All are computed from their rules. An order may shift a year's sales: a company's own `Profile.periods` go before what is computed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from parvis.networks.codes.profile import Period
from parvis.networks.codes.rule import Both

DAY, WEEK = timedelta(days=1), timedelta(days=7)
WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = 2, 3, 4, 5, 6
SALES = timedelta(days=27)
WINTER, SUMMER = "soldes d’hiver", "soldes d’été"
# First days of the sales of some places, by an order of 2019 that was not read again: (which sales, month, weekday, which of them).
_OTHER_SALES = {
    "06": ((SUMMER, 7, WEDNESDAY, 1),),
    "66": ((SUMMER, 7, WEDNESDAY, 1),),
    "2A": ((SUMMER, 7, WEDNESDAY, 2),),
    "2B": ((SUMMER, 7, WEDNESDAY, 2),),
    "971": ((WINTER, 1, SATURDAY, 1), (SUMMER, 9, SATURDAY, -1)),
    "972": ((WINTER, 1, SATURDAY, 1), (SUMMER, 10, THURSDAY, 1)),
    "973": ((WINTER, 1, THURSDAY, 1), (SUMMER, 10, THURSDAY, 1)),
    "974": ((WINTER, 9, SATURDAY, 1), (SUMMER, 2, SATURDAY, 1)),
    "977": ((WINTER, 5, SATURDAY, 1), (SUMMER, 10, SATURDAY, 2)),
    "978": ((WINTER, 5, SATURDAY, 1), (SUMMER, 10, SATURDAY, 2)),
}
LORRAINE = frozenset(("54", "55", "57", "88"))
ALSACE_MOSELLE = frozenset(("57", "67", "68"))
UNSURE = frozenset((*_OTHER_SALES, *LORRAINE, "975"))
"""Places whose sales are not those of the country, and whose dates nobody confirmed: a finding there only advises."""
_ABOLITION = {"971": (5, 27), "972": (5, 22), "973": (6, 10), "974": (12, 20), "976": (4, 27), "977": (10, 9), "978": (5, 28)}


def easter(year: int) -> date:
    """Return Easter Sunday, by the Gregorian computus (Meeus, Astronomical Algorithms, chapter 8)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return date(year, month, day + 1)


def nth(year: int, month: int, weekday: int, which: int) -> date:
    """Return the `which`-th such weekday of a month, from its end where negative (-1: the last). Monday is 0."""
    if which > 0:
        first = date(year, month, 1)
        return first + DAY * ((weekday - first.weekday()) % 7) + WEEK * (which - 1)
    last = (date(year, month, 28) + 4 * DAY).replace(day=1) - DAY
    return last - DAY * ((last.weekday() - weekday) % 7) + WEEK * (which + 1)


@lru_cache(maxsize=64)
def public_holidays(year: int, department: str = "") -> dict[date, Both]:
    """Return the public holidays of a year, with those of Alsace-Moselle or of an overseas department where it is one."""
    sunday = easter(year)
    days = {
        date(year, 1, 1): Both("New Year’s Day", "Jour de l’an"),
        sunday + DAY: Both("Easter Monday", "Lundi de Pâques"),
        date(year, 5, 1): Both("Labour Day", "Fête du Travail"),
        date(year, 5, 8): Both("Victory Day", "Victoire de 1945"),
        sunday + 39 * DAY: Both("Ascension Day", "Ascension"),
        sunday + 50 * DAY: Both("Whit Monday", "Lundi de Pentecôte"),
        date(year, 7, 14): Both("Bastille Day", "Fête nationale"),
        date(year, 8, 15): Both("Assumption Day", "Assomption"),
        date(year, 11, 1): Both("All Saints’ Day", "Toussaint"),
        date(year, 11, 11): Both("Armistice Day", "Armistice"),
        date(year, 12, 25): Both("Christmas Day", "Noël"),
    }
    if department in ALSACE_MOSELLE:
        days[sunday - 2 * DAY] = Both("Good Friday", "Vendredi saint")
        days[date(year, 12, 26)] = Both("Saint Stephen’s Day", "Saint-Étienne")
    if department in _ABOLITION:
        days[date(year, *_ABOLITION[department])] = Both("Abolition of Slavery", "Abolition de l’esclavage")
    return days


def sales(year: int, place: str = "", own: Iterable[Period] = ()) -> list[Period]:
    """Return the legal sales that begin in a year in a department ("57", "974"), in order.

    Source: Code de commerce, art. L310-3 and D310-15-2 as kept by order: the second Wednesday of January, or the first where that is
    after the 12th; the last Wednesday of June, or the one before where that is after the 28th; four weeks. `own` replaces what has the
    same name, year and place.
    """
    second, last = nth(year, 1, WEDNESDAY, 2), nth(year, 6, WEDNESDAY, -1)
    starts = {WINTER: second - WEEK if second.day > 12 else second, SUMMER: last - WEEK if last.day > 28 else last}
    if place in LORRAINE:
        starts[WINTER] = _working(date(year, 1, 2))
    if place == "975":
        starts = {WINTER: _after(date(year, 1, 15)), SUMMER: _after(date(year, 7, 14))}
    for name, month, weekday, which in _OTHER_SALES.get(place, ()):
        starts[name] = nth(year, month, weekday, which)
    found = {name: Period(name, first, first + SALES, place) for name, first in starts.items()}
    for period in own:
        if period.first.year == year and period.place in ("", place):
            found[period.name] = period
    return sorted(found.values(), key=lambda period: period.first)


def on_sale(day: date, place: str = "", own: Iterable[Period] = ()) -> bool:
    """Tell whether a day is in the legal sales of a place."""
    kept = tuple(own)
    return any(period.first <= day <= period.last for year in (day.year - 1, day.year) for period in sales(year, place, kept))


def next_sales(day: date, place: str = "", own: Iterable[Period] = ()) -> Period:
    """Return the first sales that begin on that day or after."""
    kept = tuple(own)
    return next(period for year in (day.year, day.year + 1) for period in sales(year, place, kept) if period.first >= day)


def _working(day: date) -> date:
    while day.weekday() >= SATURDAY:
        day += DAY
    return day


def _after(day: date) -> date:
    return day + DAY * (((WEDNESDAY - day.weekday() - 1) % 7) + 1)


@lru_cache(maxsize=64)
def feasts(year: int) -> dict[str, date]:
    """Return the days that shops and readers keep, by a short name.

    Mother's day: loi 50-577 of 24 May 1950. Heritage days give their Saturday. Days that organisers choose are not here.
    """
    sunday = easter(year)
    mothers = nth(year, 5, SUNDAY, -1)
    epiphany = date(year, 1, 2)
    return {
        "epiphanie": epiphany + DAY * ((SUNDAY - epiphany.weekday()) % 7),
        "chandeleur": date(year, 2, 2),
        "saint-valentin": date(year, 2, 14),
        "mardi-gras": sunday - 47 * DAY,
        "grands-meres": nth(year, 3, SUNDAY, 1),
        "droits-des-femmes": date(year, 3, 8),
        "poisson-d-avril": date(year, 4, 1),
        "paques": sunday,
        "meres": nth(year, 6, SUNDAY, 1) if mothers == sunday + 49 * DAY else mothers,
        "peres": nth(year, 6, SUNDAY, 3),
        "musique": date(year, 6, 21),
        "patrimoine": nth(year, 9, SUNDAY, 3) - DAY,
        "halloween": date(year, 10, 31),
        "beaujolais-nouveau": nth(year, 11, THURSDAY, 3),
        "black-friday": nth(year, 11, THURSDAY, 4) + DAY,
        "saint-nicolas": date(year, 12, 6),
    }
