"""Screens: what we know of somebody who wrote. Shown whole, given out in a file, joined with another card, erased when they ask."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from parvis.core import clock
from parvis.inbox import forgetting
from parvis.inbox.forgetting import OneCard, StillLeaving
from parvis.inbox.models import Person
from parvis.people.permissions import allowed, may
from parvis.web.gate import Inside, member, one, see
from parvis.web.htmx import tell
from parvis.web.inbox import KINDS

# The page shows the newest; the file holds everything.
SHOWN = 50
LONGEST = 100


@require_GET
@member
def person(request: Inside, person: int) -> HttpResponse:
    """Show what is kept of a person; `q` looks for another card of theirs."""
    may(request.actor, "inbox.read", request.company.pk)
    own = list(Person.objects.filter(Q(pk=person) | Q(merged_into=person), company=request.company))
    own.sort(key=lambda card: (card.pk != person, card.pk))
    if not own or own[0].pk != person:
        raise Http404
    somebody = own[0]
    if somebody.merged_into_id:
        return see("inbox-person", request.company.slug, somebody.merged_into_id)
    known, asked = forgetting.known_by(own), request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    context = {
        "place": "answer", "person": somebody, "objects": known["objects"], "asked": asked, "searched": "q" in request.GET,
        "cards": list(zip(own, [_read(card) for card in known["cards"]], strict=True)),
        "parts": [_part(known[name]) for name in ("messages", "answers", "notes")], "talks": _talks(known["conversations"]),
        "likely": forgetting.likely(somebody, asked), "sorts": allowed(request.actor, "inbox.sort", request.company.pk),
        "erases": allowed(request.actor, "persons.erase", request.company.pk),
    }  # fmt: skip
    return render(request, "inbox/person.html", context)


def _found(request: Inside, pk: int) -> Person:
    return one(Person.objects.select_related("merged_into"), request.company, pk)


def _part(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The newest of what is kept of one kind, and how much there is of it."""
    return {"count": len(rows), "rows": [_read(row) for row in reversed(rows[-SHOWN:])], "more": len(rows) > SHOWN}


def _talks(rows: list[dict[str, Any]]) -> dict[str, Any]:
    part = _part(rows)
    return part | {"rows": [row | {"what": KINDS[row["kind"]]} for row in part["rows"]]}


def _read(row: dict[str, Any]) -> dict[str, Any]:
    """The same with its hours as hours."""
    return row | {name: datetime.fromisoformat(row[name]) for name in ("at", "first_at", "last_at") if row.get(name)}


@require_POST
@member
def take_out(request: Inside, person: int) -> HttpResponse:
    """Give everything that is kept of a person in a file, for them."""
    somebody = _found(request, person)
    given = forgetting.exported(person=somebody, by=request.actor, now=clock.now())
    answer = HttpResponse(json.dumps(given, ensure_ascii=False, indent=2), content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="parvis-{request.company.slug}-person-{somebody.pk}.json"'
    return answer


@member
def erase(request: Inside, person: int) -> HttpResponse:
    """Say what erasing a person takes away and what stays, then do it. It cannot be undone."""
    somebody = _found(request, person)
    may(request.actor, "persons.erase", request.company.pk)
    context = {"place": "answer", "person": somebody}
    if request.method != "POST":
        return render(request, "inbox/erase.html", context)
    if request.POST.get("sure") != "yes":
        return render(request, "inbox/erase.html", {**context, "unsure": True})
    try:
        done = forgetting.erase(person=somebody, by=request.actor, now=clock.now())["messages"]
    except StillLeaving:
        return render(request, "inbox/erase.html", {**context, "leaving": True})
    said = ngettext("Erased, with %(n)s message. Nothing more of theirs is taken in.",
                    "Erased, with %(n)s messages. Nothing more of theirs is taken in.", done)  # fmt: skip
    tell(request, said % {"n": done})
    return see("inbox", request.company.slug)


@require_POST
@member
def objects(request: Inside, person: int) -> HttpResponse:
    """Note that a person does not want to be kept: nothing more of theirs is taken in."""
    somebody = _found(request, person)
    forgetting.objects(person=somebody, by=request.actor, now=clock.now())
    tell(request, gettext("Noted: nothing more of theirs is taken in. What was already here stays."))
    return _see(request, somebody)


@require_POST
@member
def join(request: Inside, person: int) -> HttpResponse:
    """Join another card to this one: the same human being."""
    somebody, given = _found(request, person), request.POST.get("card", "")
    other = _found(request, int(given) if given.isascii() and given.isdigit() and len(given) < 16 else 0)
    alone = len(forgetting.cards(other)) == 1
    try:
        forgetting.merge(person=other, into=somebody, by=request.actor, now=clock.now())
    except OneCard:
        tell(request, gettext("These cards are one already. Nothing was changed."), tone="tip")
        return _see(request, somebody)
    undo = reverse("inbox-person-part", args=[request.company.slug, other.pk]) if alone else ""
    tell(request, gettext("The two cards are one now."), undo=undo)
    return _see(request, somebody)


@require_POST
@member
def part(request: Inside, person: int) -> HttpResponse:
    """Take a card out of those it was joined to."""
    somebody = _found(request, person)
    forgetting.part(person=somebody, by=request.actor, now=clock.now())
    tell(request, gettext("The cards are apart again."))
    return _see(request, somebody.merged_into or somebody)


def _see(request: Inside, somebody: Person) -> HttpResponse:
    return see("inbox-person", request.company.slug, somebody.pk)


_ONE = "inbox/persons/<int:person>/"
urls = [
    path(_ONE, person, name="inbox-person"),
    path(f"{_ONE}file/", take_out, name="inbox-person-file"),
    path(f"{_ONE}erase/", erase, name="inbox-person-erase"),
    path(f"{_ONE}objects/", objects, name="inbox-person-objects"),
    path(f"{_ONE}join/", join, name="inbox-person-join"),
    path(f"{_ONE}part/", part, name="inbox-person-part"),
]
