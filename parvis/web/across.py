"""Screens: one calendar across clients, month and week. Each entry says its client and leads to its own page; nothing is moved here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from parvis.agency import calendar
from parvis.agency.calendar import Day, Entry, Span
from parvis.agency.clients import Client, Clients, clients_of
from parvis.core import clock
from parvis.posts.calendar import next_month, previous_month, today, week_of
from parvis.web import entries, reading
from parvis.web.agency import Asked, around
from parvis.web.calendar import day_of, first_of
from parvis.web.gate import Signed, person


@dataclass(frozen=True, slots=True)
class Cell:
    """A day as the page draws it."""

    day: Day
    drawn: SafeString
    more: str
    classes: str

    @property
    def name(self) -> str:
        """The day of the week."""
        return str(WEEKDAYS[self.day.day.weekday()])

    @property
    def label(self) -> str:
        """The number of the day, with its month on the first."""
        here = self.day.day
        return f"{reading.day_number(here)} {MONTHS[here.month]}" if here.day == 1 or self.day.out else reading.day_number(here)


@require_GET
@person
def month(request: Signed, year: int = 0, number: int = 0) -> HttpResponse:
    """Show a month across clients; without a date, the present one."""
    clients, asked = clients_of(request.user, clock.now()), Asked.of(request)
    here = _today(clients)
    first = first_of(year or here.year, number or here.month)
    span = calendar.month(asked.among(clients), first.year, first.month)
    return _page(request, clients, asked, span, {
        "view": "month", "title": f"{MONTHS[first.month]} {first.year}", "before": _month(asked, previous_month(first)),
        "after": _month(asked, next_month(first)), "other": _week(asked, here if here.replace(day=1) == first else first),
    })  # fmt: skip


@require_GET
@person
def week(request: Signed, day: str) -> HttpResponse:
    """Show the week of a day across clients."""
    clients, asked = clients_of(request.user, clock.now()), Asked.of(request)
    shown = day_of(day)
    span, days = calendar.week(asked.among(clients), shown), week_of(shown)
    return _page(request, clients, asked, span, {
        "view": "week", "title": _("%(first)s to %(last)s") % {"first": reading.day(days[0]), "last": reading.day(days[-1])},
        "before": _week(asked, days[0] - timedelta(days=7)), "after": _week(asked, days[0] + timedelta(days=7)),
        "other": _month(asked, shown),
    })  # fmt: skip


def _page(request: Signed, clients: Clients, asked: Asked, span: Span, more: dict[str, Any]) -> HttpResponse:
    found = {one.id: one for one in clients}
    context = around(request, clients, asked) | {
        "span": span, "weeks": [[_cell(day, found, asked) for day in days] for days in span.weeks],
        "weekdays": [WEEKDAYS[n] for n in range(7)], "here": request.get_full_path(),
        "moods": [entries.MOODS[one] for one in dict.fromkeys(entry.mood for entry in calendar.entries_of(span))], **more,
    }  # fmt: skip
    return render(request, "agency/calendar.html", context)


def _cell(day: Day, clients: dict[int, Client], asked: Asked) -> Cell:
    drawn = entries.join(_entry(entry, clients[entry.company_id]) for entry in day.entries)
    more = ngettext("+ %(n)s other", "+ %(n)s others", day.more) % {"n": day.more} if day.more else ""
    marks = {"out": day.out, "today": day.today, "bare": not day.entries}
    return Cell(day, drawn, more, " ".join(name for name, on in marks.items() if on))


def _entry(entry: Entry, client: Client) -> SafeString:
    url = entries.address(client.company.slug, entry.id) if client.actor else ""
    return entries.across(entry.called, entry.at, entry.mood, networks=entry.networks, client=client.company.name, url=url)


def _today(clients: Clients) -> date:
    return today(clients.now, clients.rows[0].company.timezone) if len(clients) else clients.now.date()


def _month(asked: Asked, day: date) -> str:
    return reverse("desk-month", args=[day.year, day.month]) + asked.url().rstrip("?")


def _week(asked: Asked, day: date) -> str:
    return reverse("desk-week", args=[day.isoformat()]) + asked.url().rstrip("?")


outside = [
    path("desk/calendar/", month, name="desk-calendar"),
    path("desk/calendar/<int:year>/<int:number>/", month, name="desk-month"),
    path("desk/calendar/week/<str:day>/", week, name="desk-week"),
]
