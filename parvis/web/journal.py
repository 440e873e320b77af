"""Screens: a company's journal: who did what, when; whether it is whole; and all of it to take away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import groupby
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone, translation
from django.views.decorators.http import require_GET

from parvis.audit import queries as journal_of
from parvis.audit.exporting import export_csv, export_json
from parvis.audit.models import Entry
from parvis.audit.sentences import sentence
from parvis.audit.verifying import Finding
from parvis.core import clock
from parvis.core.say import Say, gettext_noop
from parvis.people import queries
from parvis.people.models import Role
from parvis.people.permissions import allowed, may
from parvis.web import reading
from parvis.web.gate import Inside, member
from parvis.web.people import ROLES
from parvis.web.tags import network_name, say
from parvis.web.voice import told as of_voice

MOST_FOUND = 8
WHERE = ("network", "account")
SAID_OF = gettext_noop("%(said)s (%(where)s)")


@require_GET
@member("journal.read")
def journal(request: Inside) -> HttpResponse:
    """Show who did what, when: all of it can be reached, page after page."""
    asked = journal_of.Asked.read(request.GET)
    page = journal_of.page(request.company.pk, asked)
    state = journal_of.state_of(request.company.pk)
    found = [Finding.from_json(one).say() for one in state.findings] if state and state.torn_at else []
    context = {
        "place": "settings",
        "page": page,
        "asked": asked,
        "state": state,
        "found": found[:MOST_FOUND],
        "more": max(0, len(found) - MOST_FOUND),
        "days": _by_day(page.entries),
        "people": [(str(m.user_id), m.user.called) for m in queries.members_of(request.company)],
        "rooms": journal_of.ROOMS,
        "takes_away": allowed(request.actor, "export.all", request.company.pk),
    }
    return render(request, "people/journal.html", context)


@member("export.all")
@require_GET
def out_csv(request: Inside) -> HttpResponse:
    """Give what is looked for, for a spreadsheet."""
    return _out(request, export_csv, "text/csv; charset=utf-8", "csv")


@member("export.all")
@require_GET
def out_json(request: Inside) -> HttpResponse:
    """Give what is looked for, for a program."""
    return _out(request, export_json, "application/json", "json")


def _out(request: Inside, write: Callable[..., Any], kind: str, ending: str) -> HttpResponse:
    may(request.actor, "export.all", request.company.pk)
    language, zone = translation.get_language(), ZoneInfo(request.company.timezone)

    def tell(entries: list[Entry]) -> list[str]:
        # The gate has closed its own by the time that this is read.
        with translation.override(language), timezone.override(zone):
            return [say(told(entry)) for entry in entries]

    asked = journal_of.Asked.read(request.GET)
    answer = StreamingHttpResponse((piece.encode() for piece in write(request.company.pk, asked, tell)), content_type=kind)
    day = timezone.localtime(clock.now()).date().isoformat()
    answer["Content-Disposition"] = f'attachment; filename="parvis-{request.company.slug}-journal-{day}.{ending}"'
    return cast(HttpResponse, answer)


def _by_day(entries: list[Entry]) -> list[tuple[date, list[tuple[Entry, Say]]]]:
    """Gather the entries under the day they happened on, in the time zone in force."""
    return [
        (day, [(entry, told(entry)) for entry in found])
        for day, found in groupby(entries, key=lambda entry: timezone.localtime(entry.at).date())
    ]


def told(entry: Entry) -> Say:
    """Return an entry's sentence, with the roles in it in words, and the account it is about where its network says which one."""
    plain = sentence(entry)
    words = {
        key: str(ROLES[Role(value)][0]).lower() for key, value in plain.facts.items() if key in {"role", "before"} and value in Role.values
    }
    if entry.room == "people":
        words |= {key: reading.day(date.fromisoformat(str(plain.facts[key]))) for key in ("first", "last") if key in plain.facts}
    if entry.room == "voice":
        words |= of_voice(plain.facts)
    said = Say(plain.text, {**plain.facts, **words})
    # A company bears the same name on eight networks.
    where = [network_name(str(plain.facts[key])) if key == "network" else str(plain.facts[key]) for key in WHERE if key in plain.facts]
    return Say(SAID_OF, {"said": said, "where": " ".join(where)}) if where else said


urls = [
    path("settings/journal/", journal, name="journal"),
    path("settings/journal/journal.csv", out_csv, name="journal-csv"),
    path("settings/journal/journal.json", out_json, name="journal-json"),
]
