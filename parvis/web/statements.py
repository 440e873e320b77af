"""Screens: the monthly statement of a mandate, the same page for both sides; on paper, and in a file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from parvis.agency.statements import Due, Statement, months, statement
from parvis.core import clock
from parvis.core.text import safe_cell
from parvis.delegation.models import Mandate, Side, Stage
from parvis.delegation.permits import today_of
from parvis.people.permissions import allowed
from parvis.posts.calendar import wall
from parvis.web import reading
from parvis.web.gate import Inside, member
from parvis.web.mandates import found
from parvis.web.tags import network_name

STAGES: dict[str, Any] = {
    Stage.WAITING: gettext_lazy("waiting"), Stage.HELD: gettext_lazy("put off"), Stage.APPROVED: gettext_lazy("agreed to"),
    Stage.CHANGES: gettext_lazy("sent back for changes"), Stage.REFUSED: gettext_lazy("refused"), Stage.GONE: gettext_lazy("taken back"),
    Stage.LAPSED: gettext_lazy("past their hour without a yes"),
}  # fmt: skip
YEARS = range(2000, 2100)


@require_GET
@member
def show(request: Inside, pk: int, year: int, number: int) -> HttpResponse:
    """Show the month of a mandate to either side: what was done under it, and what is due."""
    mandate, month, lists = _asked(request, pk, year, number)
    told = statement(mandate, month)
    context = {
        "place": "settings", "mandate": mandate, "told": told, "title": f"{MONTHS[month.month]} {month.year}", "lists": lists,
        "due": _due(told.due), "approvals": [(STAGES[stage], n) for stage, n in told.approvals.items()],
        "months": [(one, f"{MONTHS[one.month]} {one.year}") for one in months(mandate, today_of(mandate.company, clock.now()))],
        "posts_beyond": told.posts_beyond, "is_running": month >= today_of(mandate.company, clock.now()).replace(day=1),
    }  # fmt: skip
    return render(request, "mandates/statement.html", context)


@require_GET
@member
def file(request: Inside, pk: int, year: int, number: int) -> HttpResponse:
    """Give the same statement in a file, a line a thing."""
    mandate, month, lists = _asked(request, pk, year, number)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{mandate.company.slug}-{month:%Y-%m}.csv"'
    answer.write("\ufeff")
    csv.writer(answer, delimiter=";").writerows(_rows(statement(mandate, month), lists))
    return answer


def _asked(request: Inside, pk: int, year: int, number: int) -> tuple[Mandate, date, bool]:
    """Return the mandate, the month, and whether titles may be listed: a professional whose mandate does not run reads the figures."""
    mandate, side = found(request, pk)
    if year not in YEARS or not 1 <= number <= 12:
        raise Http404
    runs = mandate.runs(today_of(mandate.company, clock.now()))
    lists = runs if side == Side.INSIDE else allowed(request.actor, "posts.read", request.company.pk)
    return mandate, date(year, number, 1), lists


def _due(due: Due | None) -> str:
    """Say how what is due comes about: « 12 h 30 à 45 € »."""
    if due is None:
        return ""
    units = {
        "month": _("the month"), "hour": reading.lasting_minutes(round(due.count * 60)),
        "day": ngettext("%(n)s day", "%(n)s days", int(due.count)) % {"n": int(due.count)},
        "post": ngettext("%(n)s publication", "%(n)s publications", int(due.count)) % {"n": int(due.count)},
    }  # fmt: skip
    return _("%(units)s at %(price)s") % {"units": units[due.per], "price": reading.euros(due.price)}


def _rows(told: Statement, lists: bool) -> Iterator[list[str]]:
    """Yield the lines of the file: what, when, which, how much."""
    zone = told.mandate.company.timezone
    yield [_("What"), _("Day"), _("Which"), _("How much")]
    for post in told.left if lists else []:
        names = ", ".join(map(network_name, post.networks))
        yield [_("Publication"), wall(post.at, zone).date().isoformat(), safe_cell(post.called), names]
    for work in told.works:
        state = "" if not work.beyond else _("beyond, agreed") if work.agreed_at else _("beyond, waits for the company")
        yield [_("Hours"), work.day.isoformat(), safe_cell(f"{work.who} {work.what}".strip()), f"{work.minutes} min {state}".strip()]
    yield [_("Publications that left"), "", "", str(len(told.left))]
    yield [_("Answers given"), "", "", str(told.answers)]
    if told.times.median is not None:
        yield [_("Middle time to an answer"), "", "", reading.lasting(told.times.median)]
    for stage, n in told.approvals.items():
        yield [_("Requests for a yes"), "", str(STAGES[stage]), str(n)]
    yield [_("Time noted"), "", "", f"{told.minutes} min"]
    yield [_("Due, before tax"), "", _due(told.due), f"{told.due.cents / 100:.2f}" if told.due else _("agreed elsewhere")]


ONE = "settings/mandates/<int:pk>/statement/<int:year>/<int:number>/"
urls = [path(ONE, show, name="statement"), path(f"{ONE}file/", file, name="statement-file")]
