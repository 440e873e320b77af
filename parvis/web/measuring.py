"""Screens: how long answers take, by network, by person and by week; and the same in a file."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET

from parvis.core import clock
from parvis.core.text import safe_cell
from parvis.inbox.clocks import clock_of
from parvis.inbox.measures import Figures, Line, Report, report
from parvis.networks.facts_of import SPECS
from parvis.web import reading
from parvis.web.gate import Inside, member
from parvis.web.tags import network_name

WEEKS = (4, 12, 26, 52)
WHATS = (
    ("first", gettext_lazy("First answers")), ("every", gettext_lazy("Every answer")), ("resolved", gettext_lazy("Until it is done")),
)  # fmt: skip
HEADER = (
    "by", "name", "what", "count", "median_seconds", "ninth_seconds", "median_open_seconds", "ninth_open_seconds", "within_promise",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of a table: what it is of, and its figures."""

    name: str
    figures: Figures


@require_GET
@member("measures.read")
def measures(request: Inside) -> HttpResponse:
    """Show how long answers take."""
    weeks, what = _asked(request)
    found = _report(request, weeks)
    kept = clock_of(request.company)
    context = {
        "place": "answer",
        "weeks": weeks,
        "what": what,
        "periods": WEEKS,
        "whats": WHATS,
        "report": found,
        "whole": found.whole.of(what),
        "minutes": timedelta(minutes=kept.minutes),
        "always": not any(kept.opening.week),
        "tables": [(title, head, _table(lines, what)) for title, head, lines in _groups(found)],
    }
    return render(request, "inbox/measures.html", context)


@require_GET
@member("measures.read")
def measures_csv(request: Inside) -> HttpResponse:
    """Give every figure of the page in a file: seconds, and shares from 0 to 1."""
    found = _report(request, _asked(request)[0])
    rows = [_cells("all", found.whole, what) for what, _ in WHATS]
    for by, lines in (("network", found.networks), ("person", found.members), ("week", found.weeks)):
        rows += [_cells(by, line, what) for line in lines for what, _ in WHATS]
    page = io.StringIO()
    csv.writer(page, delimiter=";", lineterminator="\r\n").writerows([HEADER, *rows])
    answer = HttpResponse(f"\ufeff{page.getvalue()}", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="parvis-{request.company.slug}-answers.csv"'
    return answer


def _asked(request: Inside) -> tuple[int, str]:
    weeks, what = request.GET.get("weeks", ""), request.GET.get("what", "")
    return int(weeks) if weeks in map(str, WEEKS) else 12, what if what in dict(WHATS) else "first"


def _report(request: Inside, weeks: int) -> Report:
    """Return the figures of so many weeks, this one included; weeks begin on the company's Monday."""
    now, zone = clock.now(), ZoneInfo(request.company.timezone)
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday() + 7 * (weeks - 1))
    since = datetime.combine(monday, time(), zone).astimezone(UTC)
    return report(request.company, since, now + timedelta(seconds=1), now)


def _groups(found: Report) -> list[tuple[str, str, list[Line]]]:
    return [
        (gettext("By network"), gettext("Network"), found.networks),
        (gettext("By person"), gettext("Person"), found.members),
        (gettext("By week"), gettext("Week of"), found.weeks),
    ]


def _table(lines: list[Line], what: str) -> list[Shown]:
    return [Shown(_name(line), line.of(what)) for line in lines if line.of(what).count]


def _name(line: Line) -> str:
    if isinstance(line.key, date):
        return reading.day(line.key)
    if isinstance(line.key, str):
        return network_name(line.key) if line.key in SPECS else line.key
    return line.name if line.key is not None else gettext("Answered elsewhere")


def _cells(by: str, line: Line, what: str) -> list[str]:
    name = "" if by == "all" else str(line.key) if by == "week" else _name(line)
    found = line.of(what)
    lengths = (found.median, found.ninth, found.open_median, found.open_ninth)
    share: Any = "" if found.within is None else f"{found.within:.3f}"
    return [by, safe_cell(name), what, str(found.count), *("" if one is None else str(int(one.total_seconds())) for one in lengths), share]


urls = [
    path("inbox/measures/", measures, name="inbox-measures"),
    path("inbox/measures.csv", measures_csv, name="inbox-measures-csv"),
]
