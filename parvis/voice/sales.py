"""The legal sales as a company sees them: computed, or on the days that it set itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.utils.text import slugify

from parvis.networks.codes import calendar
from parvis.networks.codes.profile import Period, Profile


@dataclass(frozen=True, slots=True)
class Sale:
    """The sales of one season of one year. `usual` is what is computed for the place, None where the company alone knows them."""

    year: int
    period: Period
    usual: Period | None

    @property
    def key(self) -> str:
        """What names it in a form."""
        return f"{slugify(self.period.name)}-{self.year}"

    @property
    def own(self) -> bool:
        """Tell whether its days are the company's own."""
        return self.usual is None or (self.period.first, self.period.last) != (self.usual.first, self.usual.last)


def table(profile: Profile, day: date) -> list[Sale]:
    """Return the sales of that day's year and of the next, in the department of the profile."""
    found = []
    for year in (day.year, day.year + 1):
        usual = {period.name: period for period in calendar.sales(year, profile.department)}
        found += [Sale(year, period, usual.get(period.name)) for period in calendar.sales(year, profile.department, profile.periods)]
    return found


def moved(profile: Profile, shown: list[Sale], days: Mapping[str, tuple[date, date] | None]) -> tuple[Period, ...]:
    """Return the periods of a profile once these sales are on these days, by `Sale.key`; None: on their usual days again.

    Sales that are not named, and what is kept for other years and other places, stay as they are.
    """
    place, named = profile.department, {(sale.period.name, sale.year) for sale in shown if sale.key in days}
    kept = [p for p in profile.periods if (p.name, p.first.year) not in named or p.place not in ("", place)]
    for sale in shown:
        wanted = days.get(sale.key)
        if wanted and (sale.usual is None or wanted != (sale.usual.first, sale.usual.last)):
            kept.append(replace(sale.period, first=wanted[0], last=wanted[1], place=place))
    return tuple(kept)
