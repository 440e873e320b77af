"""Screens: what we know of somebody who wrote. Shown whole, given out in a file, joined with another card, erased when they ask."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from parvis.core import clock
from parvis.inbox import forgetting, queries
from parvis.inbox.forgetting import OneCard, StillLeaving
from parvis.inbox.models import Objection, Person
from parvis.inbox.objections import digest_of, listed, reinstate, withdraw
from parvis.media.files import DIGEST
from parvis.people.permissions import allowed, anywhere
from parvis.web.gate import Inside, member, one, see
from parvis.web.htmx import tell
from parvis.web.inbox import KINDS

# The page shows the newest; the file holds everything.
SHOWN = 50
LONGEST = 100


@require_GET
@member("inbox.read")
def person(request: Inside, person: int) -> HttpResponse:
    """Show what is kept of a person; `q` looks for another card of theirs."""
    own = list(queries.persons(request.company).filter(Q(pk=person) | Q(merged_into=person)))
    own.sort(key=lambda card: (card.pk != person, card.pk))
    if not own or own[0].pk != person:
        raise Http404
    somebody = own[0]
    if somebody.merged_into_id:
        return see("inbox-person", request.company.slug, somebody.merged_into_id)
    known, counts = forgetting.known_by(own, SHOWN, request.company.only("inbox.read"))
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    context = {
        "place": "answer", "person": somebody, "objects": known["objects"], "asked": asked, "searched": "q" in request.GET,
        "cards": list(zip(own, [_read(card) for card in known["cards"]], strict=True)),
        "parts": [_part(known, counts, name) for name in ("messages", "answers", "notes")], "talks": _talks(known, counts),
        "likely": forgetting.likely(somebody, request.company, asked), "sorts": anywhere(request.actor, "inbox.sort", request.company.pk),
        "erases": allowed(request.actor, "persons.erase", request.company.pk),
    }  # fmt: skip
    return render(request, "inbox/person.html", context)


def _found(request: Inside, pk: int) -> Person:
    return one(queries.persons(request.company).select_related("merged_into"), request.company, pk)


def _part(known: dict[str, Any], counts: dict[str, int], kind: str) -> dict[str, Any]:
    """The newest of what is kept of one kind, and how much there is of it."""
    return {"count": counts[kind], "rows": [_read(row) for row in reversed(known[kind])], "more": counts[kind] > SHOWN}


def _talks(known: dict[str, Any], counts: dict[str, int]) -> dict[str, Any]:
    part = _part(known, counts, "conversations")
    return part | {"rows": [row | {"what": KINDS[row["kind"]]} for row in part["rows"]]}


def _read(row: dict[str, Any]) -> dict[str, Any]:
    """The same with its hours as hours."""
    return row | {name: datetime.fromisoformat(row[name]) for name in ("at", "first_at", "last_at") if row.get(name)}


@require_POST
@member("persons.erase")
def take_out(request: Inside, person: int) -> HttpResponse:
    """Give everything that is kept of a person in a file, for them."""
    somebody = _found(request, person)
    given = forgetting.exported(person=somebody, by=request.actor, now=clock.now())
    answer = HttpResponse(json.dumps(given, ensure_ascii=False, indent=2), content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="parvis-{request.company.slug}-person-{somebody.pk}.json"'
    return answer


@member("persons.erase")
def erase(request: Inside, person: int) -> HttpResponse:
    """Say what erasing a person takes away and what stays, then do it. It cannot be undone."""
    somebody = _found(request, person)
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
@member("persons.erase")
def objects(request: Inside, person: int) -> HttpResponse:
    """Note that a person does not want to be kept: nothing more of theirs is taken in."""
    somebody = _found(request, person)
    forgetting.objects(person=somebody, by=request.actor, now=clock.now())
    undo = reverse("inbox-person-welcome", args=[request.company.slug, somebody.pk])
    tell(request, gettext("Noted: nothing more of theirs is taken in. What was already here stays."), undo=undo)
    return _see(request, somebody)


@require_POST
@member("persons.erase")
def welcome(request: Inside, person: int) -> HttpResponse:
    """Take in again what a person writes, on all their cards."""
    somebody = _found(request, person)
    digests = [digest_of(one.company_id, one.network, one.remote_id) for one in forgetting.cards(somebody)]
    if withdraw(company=request.company, digests=digests, by=request.actor, now=clock.now()):
        undo = reverse("inbox-person-objects", args=[request.company.slug, somebody.pk])
        tell(request, gettext("Noted: what they write from now on is taken in again."), undo=undo)
    return _see(request, somebody)


# ---- who asked not to be kept


@require_GET
@member("inbox.read")
def objections(request: Inside) -> HttpResponse:
    """List who asked not to be kept; whose card is gone has no name here."""
    context = {
        "place": "answer", "rows": listed(request.company), "erases": allowed(request.actor, "persons.erase", request.company.pk),
    }  # fmt: skip
    return render(request, "inbox/objections.html", context)


@require_POST
@member("persons.erase")
def accept(request: Inside, objection: int) -> HttpResponse:
    """Withdraw one objection: what they write from now on is taken in again."""
    row = one(Objection.objects.all(), request.company, objection)
    if withdraw(company=request.company, digests=[row.digest], by=request.actor, now=clock.now()):
        undo = reverse("inbox-objection-back", args=[request.company.slug, row.network, row.digest])
        tell(request, gettext("Noted: what they write from now on is taken in again."), undo=undo)
    return see("inbox-objections", request.company.slug)


@require_POST
@member("persons.erase")
def refuse(request: Inside, network: str, digest: str) -> HttpResponse:
    """Put an objection back that was withdrawn by mistake."""
    if not DIGEST.fullmatch(digest) or network not in settings.NETWORKS:
        raise Http404
    reinstate(company=request.company, network=network, digest=digest, by=request.actor, now=clock.now())
    tell(request, gettext("Noted: nothing more of theirs is taken in."))
    return see("inbox-objections", request.company.slug)


@require_POST
@member("inbox.sort")
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
@member("inbox.sort")
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
    path(f"{_ONE}welcome/", welcome, name="inbox-person-welcome"),
    path("inbox/objections/", objections, name="inbox-objections"),
    path("inbox/objections/<int:objection>/withdrawal/", accept, name="inbox-objection-withdrawn"),
    path("inbox/objections/<slug:network>/<slug:digest>/", refuse, name="inbox-objection-back"),
    path(f"{_ONE}join/", join, name="inbox-person-join"),
    path(f"{_ONE}part/", part, name="inbox-person-part"),
]
