"""Screens: the card of what a person publishes by hand, made for the phone, and what they say became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from parvis.channels.by_hand import page_of
from parvis.channels.queries import spec_of
from parvis.core import clock
from parvis.networks.facts import COMMENT, Field, Parcel, Spec
from parvis.people.permissions import anywhere
from parvis.posts import departures
from parvis.posts.calendar import NotAMoment, place, read_day, read_hour
from parvis.posts.departures import Breaks, InThePast, NeedsYes, OverMandate
from parvis.publishing import handing
from parvis.publishing.commands import TooLate
from parvis.publishing.handing import NotAnAddress, NotByHand
from parvis.publishing.models import Delivery
from parvis.publishing.queries import of as deliveries_of
from parvis.publishing.states import State
from parvis.web import reading, tags
from parvis.web.calendar import next_page
from parvis.web.gate import Inside, member, one
from parvis.web.htmx import back, tell
from parvis.web.stopping import stopped
from parvis.web.tags import say

ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif", "video/mp4": "mp4", "video/quicktime": "mov",
    "application/pdf": "pdf", "text/vtt": "vtt", "application/x-subrip": "srt",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """A file to save or to share: what it is, and the name under which it is saved."""

    digest: str
    mime: str
    name: str
    alt: str = ""
    shown: str = ""

    @property
    def is_picture(self) -> bool:
        """Tell whether it can be shown as it is."""
        return self.mime.startswith("image/")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a card, in the order in which it is published."""

    delivery: Delivery
    parcel: Parcel
    number: int
    pieces: list[Piece]
    fields: list[tuple[str, str]]

    @property
    def is_comment(self) -> bool:
        """Tell whether it is the first comment under what stands before it."""
        return self.parcel.form == COMMENT


@member("posts.read")
@require_GET
def card(request: Inside, pk: int) -> HttpResponse:
    """Show what to copy, what to save, where to open it, and how to say that it is done."""
    found = _found(request, pk)
    if found.state == State.HANDED and found.after is not None and found.after.state == State.HANDED:
        return _see(request, found.after.pk)
    return _shown(request, found)


def _shown(request: Inside, found: Delivery, typed: str = "", wrong: str = "") -> HttpResponse:
    now, spec = clock.now(), spec_of(found.channel)
    open_now = found.state == State.HANDED or (found.channel.by_hand and found.state in handing.SAYABLE)
    rows = handing.together(found, now) if open_now else [found]
    form = spec.form(found.parcel.get("form", ""))
    context = {
        "place": "today",
        "delivery": found,
        "channel": found.channel,
        "spec": spec,
        "form_name": form.name if form else None,
        "parts": [_part(row, spec, number) for number, row in enumerate(rows, 1)],
        "open": open_now,
        "early": found.state != State.HANDED and found.due_at > now,
        "overdue": handing.overdue(found, now),
        "regret": handing.regrettable(found, now),
        "opens": page_of(found.channel),
        "typed": typed,
        "wrong": wrong,
        "soon": now + timedelta(hours=1),
        "decides": anywhere(request.actor, "deliveries.decide", request.company.pk),
        "sends": anywhere(request.actor, "posts.schedule", request.company.pk),
    }
    return render(request, "hand/card.html", context, status=422 if wrong else 200)


def _found(request: Inside, pk: int) -> Delivery:
    return one(deliveries_of(request.company).select_related("company", "after", "departure__variant__post"), request.company, pk)


def _see(request: Inside, pk: int) -> HttpResponse:
    answer = back(request, reverse("card", args=[request.company.slug, pk]))
    answer.status_code = 302
    return answer


def _part(row: Delivery, spec: Spec, number: int) -> Part:
    parcel = spec.carried(Parcel.from_json(row.parcel))
    return Part(row, parcel, number, list(_pieces(parcel, row.subject)), list(_fields(parcel, spec)))


def _pieces(parcel: Parcel, subject: str) -> Iterator[Piece]:
    stem = slugify(subject)[:40].strip("-") or "parvis"
    for number, picture in enumerate(parcel.pictures, 1):
        yield Piece(picture.digest, picture.mime, _name(stem, number, picture.mime), picture.alt, picture.digest)
    if parcel.video:
        video, cover = parcel.video, parcel.video.cover
        yield Piece(video.digest, video.mime, _name(stem, 0, video.mime), video.alt, cover.digest if cover else "")
        if cover:
            yield Piece(cover.digest, cover.mime, _name(f"{stem}-{_('cover')}", 0, cover.mime), "", cover.digest)
        for words in video.captions:
            yield Piece(words.digest, words.mime, _name(f"{stem}-{words.language}", 0, words.mime))
    if parcel.document:
        yield Piece(parcel.document.digest, parcel.document.mime, _name(stem, 0, parcel.document.mime))


def _name(stem: str, number: int, mime: str) -> str:
    return f"{stem}{f'-{number}' if number else ''}.{ENDINGS.get(mime, 'bin')}"


def _fields(parcel: Parcel, spec: Spec) -> Iterator[tuple[str, str]]:
    for field in spec.fields_of(parcel.form):
        value = parcel.details.get(field.key, "")
        if value:
            yield say(field.name), _said(field, value)


def _said(field: Field, value: str) -> str:
    if field.kind == "choice":
        return next((say(name) for key, name in field.options if key == value), value)
    if field.kind == "flag":
        return _("yes")
    if field.kind == "moment":
        try:
            return reading.when(datetime.fromisoformat(value))
        except ValueError:
            return value
    return value


# ---- what became of it


@member("deliveries.decide")
@require_POST
def published(request: Inside, pk: int) -> HttpResponse:
    """Note that it is published, with its address where one was given."""
    found = _found(request, pk)
    typed = request.POST.get("url", "").strip()
    also = {int(one) for one in request.POST.getlist("part") if one.isdecimal() and len(one) < 19}
    try:
        said = handing.published(delivery=found, url=typed, by=request.actor, now=clock.now(), also=also)
    except NotAnAddress:
        wrong = _("This is not an address of the web. Copy it from the network’s page, or leave it empty: nothing else was changed.")
        return _shown(request, found, typed, wrong)
    except NotByHand:
        tell(request, _("Parvis publishes there by itself: nothing was changed."), tone="wait")
        return _see(request, pk)
    except TooLate as late:
        return _late(request, late)
    left = len(handing.together(found, clock.now())) > len(said)
    tell(
        request,
        _("Noted: it is published."),
        undo=reverse("card-unpublished", args=[request.company.slug, pk]),
        tone="wait" if left else "done",
    )
    return back(request, _home(request))


@member("deliveries.decide")
@require_POST
def unpublished(request: Inside, pk: int) -> HttpResponse:
    """Take back the word that it is published, within ten minutes."""
    try:
        handing.unpublished(delivery=_found(request, pk), by=request.actor, now=clock.now())
        tell(request, _("Taken back: it waits for you again."))
    except TooLate as late:
        return _late(request, late)
    return back(request, reverse("card", args=[request.company.slug, pk]))


@member("posts.schedule")
@require_POST
def postpone(request: Inside, pk: int) -> HttpResponse:
    """Give it another hour: in an hour, at once where Parvis now publishes there itself, or as typed."""
    found, now = _found(request, pk), clock.now()
    try:
        at = _asked(request, found, now)
        _moved(request, found, at, now)
    except NotAMoment as error:
        tell(request, say(error.why), tone="wrong")
        return back(request, reverse("card", args=[request.company.slug, pk]))
    except InThePast:
        tell(request, _("This hour is already past: nothing was moved."), tone="wrong")
        return back(request, reverse("card", args=[request.company.slug, pk]))
    except NeedsYes:
        words = _("Another hour needs a yes: ask for it on the page of the publication. Nothing was moved.")
        tell(request, words, tone="wait")
        return back(request, reverse("card", args=[request.company.slug, pk]))
    except (Breaks, OverMandate) as error:
        tell(request, f"{stopped(error)} {_('Nothing was moved.')}", tone="wrong")
        return back(request, reverse("card", args=[request.company.slug, pk]))
    except TooLate as late:
        return _late(request, late)
    tell(request, _("It is put off to %(when)s.") % {"when": reading.near(at)} if at > now else _("Parvis publishes it now."))
    return back(request, _home(request))


def _asked(request: Inside, found: Delivery, now: datetime) -> datetime:
    minutes = request.POST.get("in", "")
    if minutes.isdecimal() and len(minutes) < 5:
        return now + timedelta(minutes=int(minutes))
    at = place(read_day(request.POST.get("day", "")), read_hour(request.POST.get("time", "")), request.company.timezone).at
    if at < now:
        raise InThePast
    return at


def _moved(request: Inside, found: Delivery, at: datetime, now: datetime) -> None:
    """Move the whole post, so that the calendar stays true; only this account's part where others have theirs."""
    departure: Any = getattr(found, "departure", None)
    if departure is not None and departure.variant.post.variants.count() == 1:
        try:
            departures.move(post=departure.variant.post, at=at, by=request.actor, now=now)
            return
        except TooLate:  # an earlier part of it is there already
            pass
    departures.put_off(delivery=found, at=at, by=request.actor, now=now)


def _late(request: Inside, late: TooLate) -> HttpResponse:
    word = str(tags.STATES[late.state][2]).lower()
    tell(request, _("It had already moved on: %(state)s. Nothing was changed.") % {"state": word}, tone="wait")
    return back(request, _home(request))


def _home(request: HttpRequest) -> str:
    return next_page(request, reverse("home", args=[request.company.slug]))  # type: ignore[attr-defined]


urls = [
    path("deliveries/<int:pk>/hand/", card, name="card"),
    path("deliveries/<int:pk>/hand/published/", published, name="card-published"),
    path("deliveries/<int:pk>/hand/unpublished/", unpublished, name="card-unpublished"),
    path("deliveries/<int:pk>/hand/hour/", postpone, name="card-hour"),
]
