"""How the company reads a date, an hour and a number, in the language in force. The time zone in force is the company's."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import formats, timezone
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import get_language, gettext, npgettext, pgettext

from parvis.core import clock

NARROW = "\u202f"
NO_BREAK = "\u00a0"
WEEK = 7


def local(value: date | datetime) -> date | datetime:
    """Return a moment in the time zone in force; a plain day stays as it is."""
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def today() -> date:
    """Return the day it is for the company."""
    return timezone.localtime(clock.now()).date()


def day(value: date | datetime) -> str:
    """Say a day: « mardi 24 novembre », with its year when it is not this one."""
    here = local(value)
    words = f"{WEEKDAYS[here.weekday()]} {day_number(here)} {MONTHS[here.month]}"
    return words if here.year == today().year else f"{words} {here.year}"


def day_number(value: date) -> str:
    """Say the number of a day in its month: « 1er » in French."""
    return pgettext("first day of a month", "1") if value.day == 1 else str(value.day)


def hour(value: datetime) -> str:
    """Say an hour: « 9 h 30 », « 9 h » when it is sharp; 9:30 in English."""
    here = local(value)
    assert isinstance(here, datetime)
    return wall_hour(here)


def wall_hour(here: datetime) -> str:
    """Say the hour that a clock on the wall shows."""
    if get_language() != "fr":
        return f"{here.hour}:{here.minute:02d}"
    return f"{here.hour}{NO_BREAK}h" + (f"{NO_BREAK}{here.minute:02d}" if here.minute else "")


def when(value: datetime) -> str:
    """Say a moment in full: « mardi 24 novembre, 9 h 30 »."""
    return f"{day(value)}, {hour(value)}"


def near(value: date | datetime) -> str:
    """Say a moment as people do: today, tomorrow, yesterday, the day's name within the week; the full date further away."""
    here = local(value)
    whole = here.date() if isinstance(here, datetime) else here
    words = _near_day(whole, (whole - today()).days)
    return f"{words}, {hour(value)}" if isinstance(value, datetime) else words


def _near_day(value: date, distance: int) -> str:
    named = {0: gettext("today"), 1: gettext("tomorrow"), -1: gettext("yesterday")}
    if distance in named:
        return named[distance]
    return str(WEEKDAYS[value.weekday()]) if abs(distance) < WEEK else day(value)


def ago(value: datetime) -> str:
    """Say how long ago something was, roughly: minutes, then hours, then the day."""
    minutes = int((clock.now() - value).total_seconds() // 60)
    if minutes < 1:
        return gettext("just now")
    if minutes < 60:
        return npgettext("time past", "%(count)s minute ago", "%(count)s minutes ago", minutes) % {"count": minutes}
    if minutes < 60 * 12:
        hours = minutes // 60
        return npgettext("time past", "%(count)s hour ago", "%(count)s hours ago", hours) % {"count": hours}
    return near(value)


def lasting(value: timedelta) -> str:
    """Say a length of time: « 25 min », « 2 h 10 », then whole days."""
    minutes = int(value.total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}{NO_BREAK}min"
    if hours < 48:
        return f"{hours}{NO_BREAK}h" + (f"{NO_BREAK}{rest:02d}" if rest else "")
    return npgettext("length of time", "%(count)s day", "%(count)s days", hours // 24) % {"count": hours // 24}


def lasting_minutes(minutes: int) -> str:
    """Say a length of work, in hours however many: « 62 h 30 »."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}{NO_BREAK}min"
    return f"{number(hours)}{NO_BREAK}h" + (f"{NO_BREAK}{rest:02d}" if rest else "")


def number(value: float) -> str:
    """Write a number with the separators of the language: « 1 204 » with a narrow no-break space in French."""
    return formats.number_format(value, use_l10n=True, force_grouping=True)


def percent(share: float) -> str:
    """Write a share from 0 to 1 in hundredths, rounded down so that only all of it is a hundred: « 84 % », 84%."""
    return f"{int(share * 100 + 1e-9)}{NARROW + '%' if get_language() == 'fr' else '%'}"


def size(value: int) -> str:
    """Write a weight in bytes as people do: « 3,2 Mo »."""
    for limit, unit in ((10**9, gettext("GB")), (10**6, gettext("MB")), (10**3, gettext("kB"))):
        if value >= limit:
            shown = round(value / limit, 1)
            return f"{number(int(shown) if shown.is_integer() else shown)}{NO_BREAK}{unit}"
    return f"{number(value)}{NO_BREAK}{gettext('bytes')}"


def dollars(micros: int) -> str:
    """Write a sum in US dollars, given in millionths: « 0,20 $ », $0.20; with a third decimal only where it says something."""
    figure = formats.number_format(micros / 1_000_000, 2 if micros % 10_000 == 0 else 3, use_l10n=True, force_grouping=True)
    return f"{figure}{NO_BREAK}$" if get_language() == "fr" else f"${figure}"


def euros(cents: int) -> str:
    """Write a sum in euros: « 1 200 € », €1,200."""
    figure = formats.number_format(cents / 100, 2 if cents % 100 else 0, use_l10n=True, force_grouping=True)
    return f"{figure}{NO_BREAK}€" if get_language() == "fr" else f"€{figure}"
