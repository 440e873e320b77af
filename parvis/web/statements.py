"""Screens: the monthly statement of a mandate, the same page for both sides; on paper, and in a file.

Whoever owns the agency that holds a mandate reads it from the desk: they have no place of their own at the client.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from parvis.agency.statements import Due, Statement, months, statement
from parvis.channels.standing import actor_of
from parvis.core import clock
from parvis.core.text import safe_cell
from parvis.delegation.models import Mandate, Side, Stage, Standing, Work
from parvis.delegation.permits import today_of
from parvis.media.children import Failed
from parvis.people.models import Establishment, Member
from parvis.people.permissions import allowed
from parvis.posts.calendar import wall
from parvis.web import reading
from parvis.web.agency import pages_of
from parvis.web.annex import parties
from parvis.web.gate import Inside, Signed, member, person, see
from parvis.web.mandates import found
from parvis.web.papers import facts, language_of, printed, section, table, words
from parvis.web.tags import network_name

STAGES: dict[str, Any] = {
    Stage.WAITING: gettext_lazy("waiting"), Stage.HELD: gettext_lazy("put off"), Stage.APPROVED: gettext_lazy("agreed to"),
    Stage.CHANGES: gettext_lazy("sent back for changes"), Stage.REFUSED: gettext_lazy("refused"), Stage.GONE: gettext_lazy("taken back"),
    Stage.LAPSED: gettext_lazy("past their hour without a yes"),
}  # fmt: skip
YEARS = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class Reader:
    """From where somebody reads a mandate's statements. `lists`: titles may be listed; `opens`: they lead to their pages."""

    mandate: Mandate
    lists: bool
    opens: bool
    where: tuple[Any, ...]
    name: str = "statement"

    def url(self, month: date, tail: str = "") -> str:
        """Return the address of a month's statement, or of its `-file` or `-paper`."""
        return reverse(f"{self.name}{tail}", args=[*self.where, month.year, month.month])


def _inside(request: Inside, pk: int) -> Reader:
    """Let either side read: a professional whose mandate does not run reads the figures."""
    mandate, side = found(request, pk)
    runs = mandate.runs(today_of(mandate.company, clock.now()))
    lists = runs if side == Side.INSIDE else allowed(request.actor, "posts.read", request.company.pk)
    return Reader(mandate, lists, True, (request.company.slug, pk))


def _across(request: Signed, pk: int) -> Reader:
    """Let whoever may change the mandates of the agency that holds this one read; 404 for everybody else, its other people too."""
    now = clock.now()
    rows = Mandate.objects.select_related("company", "agency").exclude(standing__in=(Standing.DRAFT, Standing.OFFERED, Standing.DECLINED))
    mandate = rows.filter(pk=pk, agency__agency=True).first()
    places = Member.objects.select_related("user", "company", "made").filter(user=request.user)
    place = places.filter(company=mandate.agency_id).first() if mandate else None
    if mandate is None or place is None or not allowed(actor_of(place, now), "mandates.change", place.company_id):
        raise Http404
    # Whom the company refused reads what is due, and nothing of what left.
    lists = mandate.runs(today_of(mandate.company, now)) and request.user.pk not in mandate.refused
    return Reader(mandate, lists, False, (pk,), "desk-statement")


def _month(year: int, number: int) -> date:
    if year not in YEARS or not 1 <= number <= 12:
        raise Http404
    return date(year, number, 1)


Answer = Callable[[Any, Reader, date], HttpResponse]


def _read(answer: Answer) -> tuple[Callable[..., HttpResponse], Callable[..., HttpResponse]]:
    """Return a view of a statement for those inside the company, and the same for the desk."""

    @require_GET
    @member
    @wraps(answer)
    def inside(request: Inside, pk: int, year: int, number: int) -> HttpResponse:
        return answer(request, _inside(request, pk), _month(year, number))

    @require_GET
    @person
    @wraps(answer)
    def across(request: Signed, pk: int, year: int, number: int) -> HttpResponse:
        reader = _across(request, pk)
        with timezone.override(ZoneInfo(reader.mandate.company.timezone)):
            return answer(request, reader, _month(year, number))

    return inside, across


def show(request: Inside, reader: Reader, month: date) -> HttpResponse:
    """Show the month of a mandate: what was done under it, and what is due."""
    told, today = statement(reader.mandate, month), today_of(reader.mandate.company, clock.now())
    context = {
        "place": "settings", "mandate": reader.mandate, "told": told, "title": said_month(month), "lists": reader.lists,
        "opens": reader.opens, "due": said_due(told.due), "sums": sums(told), "is_running": month >= today.replace(day=1),
        "months": [(reader.url(one), said_month(one), one == month) for one in months(reader.mandate, today)],
        "file": reader.url(month, "-file"), "paper": reader.url(month, "-paper"),
    }  # fmt: skip
    if reader.opens:
        return render(request, "mandates/statement.html", context)
    return render(request, "agency/statement.html", context | {"pages": pages_of(request)})


def file(request: Inside, reader: Reader, month: date) -> HttpResponse:
    """Give the same statement in a file, a line a thing."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{reader.mandate.company.slug}-{month:%Y-%m}.csv"'
    answer.write("\ufeff")
    csv.writer(answer, delimiter=";").writerows(_rows(statement(reader.mandate, month), reader.lists))
    return answer


def paper(request: Inside, reader: Reader, month: date) -> HttpResponse:
    """Give the same statement as a PDF, in the language in force or in `?language=`."""
    told = statement(reader.mandate, month)
    with translation.override(language_of(request)):
        data = _on_paper(told, reader.lists)
    try:
        return printed(data, reader.mandate.company.name, reader.mandate.called, f"{month:%Y-%m}")
    except Failed:
        messages.error(request, _("The paper could not be made at this moment. Nothing was changed: try again in a minute."))
        return see(reader.url(month))


# ---- what it says


def said_month(month: date) -> str:
    """Say a month: « octobre 2026 »."""
    return f"{MONTHS[month.month]} {month.year}"


def sums(told: Statement) -> list[tuple[str, str, str]]:
    """Return the figures of a statement but what is due: the label, a word more where there is one, the figure."""
    most, included = told.terms.posts_a_month, told.terms.minutes_a_month
    worked = reading.lasting_minutes
    of = _("of %(most)s")
    rows = [(_("Publications that left"), "", _of(reading.number(len(told.left)), of, most if most is None else str(most)))]
    if told.posts_beyond:
        rows.append((_("Of them beyond what the month includes"), "", str(told.posts_beyond)))
    rows.append((_("Answers given"), "", reading.number(told.answers)))
    if told.times.median is not None:
        rows.append((_("Middle time to an answer"), "", reading.lasting(told.times.median)))
        if told.times.within is not None:
            rows.append((_("Answered by the promised hour"), "", reading.percent(told.times.within)))
    rows += [(_("Requests for a yes"), str(STAGES[stage]), reading.number(n)) for stage, n in told.approvals.items()]
    rows.append((_("Time noted"), "", _of(worked(told.minutes), of, included if included is None else worked(included))))
    if told.beyond:
        rows.append((_("Of it beyond, agreed"), "", worked(told.beyond)))
    if told.asked:
        rows.append((_("Beyond, not agreed: not counted"), "", worked(told.asked)))
    return rows


def _of(taken: str, of: str, most: str | None) -> str:
    return taken if most is None else f"{taken} {of % {'most': most}}"


def said_due(due: Due | None) -> str:
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
        how_much = f"{work.minutes} min {_state(work)}".strip()
        yield [_("Hours"), work.day.isoformat(), safe_cell(f"{work.who} {work.what}".strip()), how_much]
    yield [_("Publications that left"), "", "", str(len(told.left))]
    yield [_("Answers given"), "", "", str(told.answers)]
    if told.times.median is not None:
        yield [_("Middle time to an answer"), "", "", reading.lasting(told.times.median)]
    for stage, n in told.approvals.items():
        yield [_("Requests for a yes"), "", str(STAGES[stage]), str(n)]
    yield [_("Time noted"), "", "", f"{told.minutes} min"]
    yield [_("Due, before tax"), "", said_due(told.due), f"{told.due.cents / 100:.2f}" if told.due else _("agreed elsewhere")]


def _on_paper(told: Statement, lists: bool) -> dict[str, Any]:
    """Return what stands on the paper, in the language in force."""
    mandate, today = told.mandate, today_of(told.mandate.company, clock.now())
    company, called = mandate.company, told.terms.called or mandate.called
    place = Establishment.objects.filter(company=company, main=True, removed_at=None).first()
    owed = reading.euros(told.due.cents) if told.due else _("agreed elsewhere")
    due = (_("Due, before tax"), f"{owed} ({said_due(told.due)})" if told.due else owed)
    facts_of = {"company": company.name, "called": called, "month": said_month(told.month)}
    running = told.month >= today.replace(day=1)
    figures = [(f"{label} ({note})" if note else label, figure) for label, note, figure in sums(told)]
    return {
        "title": _("Statement of %(month)s") % facts_of, "author": called, "lang": (get_language() or "fr")[:2],
        "subtitle": _("What %(called)s did for %(company)s under the mandate, and what is due") % facts_of,
        "footer": _("%(company)s and %(called)s, %(month)s, made on %(day)s") % {**facts_of, "day": date_format(today, "DATE_FORMAT")},
        "sections": [
            section(_("The parties"), facts([row for row in parties(mandate, told.terms, company, place) if row[1]])),
            section(_("In short"), facts(figures), facts([due]), words(
                _("The month is not over: it still changes.") if running else "",
                _("The price is for the month: what goes beyond is settled between you.")
                if told.beyond and told.due and told.due.per == "month" else "")),
            *_lists(told, lists),
        ],
    }  # fmt: skip


def _lists(told: Statement, lists: bool) -> Iterator[dict[str, Any]]:
    zone = told.mandate.company.timezone
    if not lists:
        yield section(_("What left"), words(_("The mandate does not run: what left is read by the company.")))
    elif told.left:
        rows = [[_day(wall(post.at, zone).date()), post.called, ", ".join(map(network_name, post.networks))] for post in told.left]
        yield section(_("What left"), table([_("Day"), _("Publication"), _("Networks")], rows, 4, 7, 3))
    if told.works:
        rows = [[_day(work.day), " · ".join(filter(None, (work.who, work.what))), _worked(work)] for work in told.works]
        yield section(pgettext("work", "Hours"), table([_("Day"), _("Who, and on what"), _("Time")], rows, 4, 6, 4))


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


def _worked(work: Work) -> str:
    return " · ".join(filter(None, (reading.lasting_minutes(work.minutes), _state(work))))


def _state(work: Work) -> str:
    return "" if not work.beyond else _("beyond, agreed") if work.agreed_at else _("beyond, waits for the company")


ONE, ACROSS = "settings/mandates/<int:pk>/", "desk/mandates/<int:pk>/"
MONTH = "statement/<int:year>/<int:number>/"
(show_inside, show_across), (file_inside, file_across), (paper_inside, paper_across) = _read(show), _read(file), _read(paper)
urls = [
    path(f"{ONE}{MONTH}", show_inside, name="statement"),
    path(f"{ONE}{MONTH}file/", file_inside, name="statement-file"),
    path(f"{ONE}{MONTH}statement.pdf", paper_inside, name="statement-paper"),
]
outside = [
    path(f"{ACROSS}{MONTH}", show_across, name="desk-statement"),
    path(f"{ACROSS}{MONTH}file/", file_across, name="desk-statement-file"),
    path(f"{ACROSS}{MONTH}statement.pdf", paper_across, name="desk-statement-paper"),
]
