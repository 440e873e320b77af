"""How one idea is drawn on the calendar. Written by hand and not as a template: a crowded month draws many, within its budget of time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, gettext_lazy

from parvis.core import clock
from parvis.people.models import Company
from parvis.posts.agenda import Item
from parvis.posts.calendar import Placed, wall
from parvis.posts.moods import Mood
from parvis.web import reading
from parvis.web.tags import NOTICED, icon, marks, network_name

# The sign, the tone and the word of a mood; a draft that has an hour waits to be confirmed.
MOODS: dict[Mood, tuple[str, str, Any]] = {
    Mood.ASKED: ("circle-help", "wait", gettext_lazy("for you to say")),
    Mood.REFUSED: ("x", "wrong", gettext_lazy("refused")),
    Mood.HANDED: ("smartphone", "wait", gettext_lazy("for you to publish")),
    Mood.LEAVING: ("send", "tip", gettext_lazy("leaving")),
    Mood.PARTLY: ("send", "tip", gettext_lazy("partly gone out")),
    Mood.SCHEDULED: ("clock", "", gettext_lazy("scheduled")),
    Mood.SENT: ("check", "done", gettext_lazy("gone out")),
    Mood.AWAITED: ("user-check", "wait", gettext_lazy("waits for a yes")),
    Mood.RETURNED: ("pencil-line", "wait", gettext_lazy("changes asked")),
    Mood.DRAFT: ("lightbulb", "wait", gettext_lazy("to confirm")),
}


OVERDUE = ("smartphone", "wait", gettext_lazy("late, for you to publish"))


def entry(item: Item, company: Company, writes: bool) -> SafeString:
    """Draw a post as a link: its sign and state, its hour, the marks of its networks, its title."""
    assert item.at is not None
    late = item.at + timedelta(minutes=company.late_minutes) < clock.now() if item.mood == Mood.HANDED else False
    move = f' data-at="{wall(item.at, company.timezone):%Y-%m-%dT%H:%M}"' if writes and item.movable else ""
    return mark_safe(  # noqa: S308 the title is the only piece that people write, and it is escaped
        f'<a class="entry {MOODS[item.mood][1]}" id="p{item.id}" href="{address(company.slug, item.id)}"{move}>'
        f'<span class="top">{_state(item.mood, get_language(), late)}{_asks(item)} <span>{reading.hour(item.at)}{_lateness(item)}</span>'
        f"{carried(tuple(item.kinds), tuple(item.forms), get_language())}"
        f"{_marks_of(tuple(dict.fromkeys(item.networks)), get_language())}</span><b>{escape(item.called or '…')}</b></a>"
    )


def across(called: str, at: datetime, mood: Mood, *, networks: Sequence[str], client: str, url: str) -> SafeString:
    """Draw a publication on the calendar across clients, `at` its client's wall time, led to where whoever looks has a place there."""
    place = format_html('a href="{}"', url) if url else SafeString("span")
    return format_html(
        '<{} class="entry {}"><span class="top">{} <span>{}</span>{}</span><span class="of">{}</span><b>{}</b></{}>',
        place, MOODS[mood][1], _state(mood, get_language()), reading.wall_hour(at), _marks_of(tuple(networks), get_language()), client,
        called or "…", SafeString("a" if url else "span"),
    )  # fmt: skip


# So many marks stand beside an hour on the calendar.
MOST_MARKS = 4
# What a publication carries and the forms it takes: a sign and its word.
CARRIED: dict[str, tuple[str, Any]] = {
    "video": ("play", gettext_lazy("video")),
    "document": ("file-text", gettext_lazy("document")),
    "story": ("smartphone", gettext_lazy("story")),
    "reel": ("play", gettext_lazy("reel")),
    "short": ("play", gettext_lazy("short video")),
    "event": ("calendar-days", gettext_lazy("event")),
    "offer": ("tag", gettext_lazy("offer")),
    "poll": ("chart-column-big", gettext_lazy("poll")),
}


@lru_cache(maxsize=256)
def carried(kinds: tuple[str, ...], forms: tuple[str, ...], _language: str | None) -> SafeString:
    """Draw the signs of what a publication carries and of its forms, each sign once, with all their words."""
    known = [CARRIED[key] for key in (*forms, *kinds) if key in CARRIED]
    if not known:
        return SafeString("")
    words = ", ".join(str(word) for _sign, word in known)
    signs = format_html_join("", "{}", ((_icon(sign),) for sign in dict.fromkeys(sign for sign, _word in known)))
    return format_html('<span class="bears" title="{0}">{1}<span class="vh">{0}</span></span>', words, signs)


def _asks(item: Item) -> str:
    """Say that a yes to another version or another hour is awaited, where one waits to leave already."""
    return f"{_state(Mood.AWAITED, get_language())}" if item.asks and item.mood != Mood.AWAITED else ""


def _lateness(item: Item) -> str:
    """Say by how much it was late, where that is worth saying."""
    if item.late < NOTICED:
        return ""
    return f' <span class="late">{escape(gettext("+%(late)s") % {"late": reading.lasting(item.late)})}</span>'


def free(placed: Placed, company: Company, compose: str) -> SafeString:
    """Draw a free slot: the way to a new post at that hour."""
    at = wall(placed.at, company.timezone)
    return mark_safe(  # noqa: S308 no piece of it is written by people
        f'<a class="slot" href="{compose}?day={at:%Y-%m-%d}&amp;hour={at:%H:%M}">{_icon("plus")}{reading.hour(placed.at)}'
        f' <span class="vh">{gettext("free slot")}</span></a>'
    )


@lru_cache(maxsize=64)
def _state(mood: Mood, _language: str | None, late: bool = False) -> SafeString:
    sign, _tone, word = OVERDUE if late else MOODS[mood]
    return format_html('{}<span class="word">{}</span>', _icon(sign), word)


def address(slug: str, pk: int) -> str:
    """Return the address of a post's page."""
    return _pattern(slug).replace("/0/", f"/{pk}/")


# Reversing an address costs more than drawing the entry: it is done once a company.
@lru_cache(maxsize=512)
def _pattern(slug: str) -> str:
    return reverse("post", args=[slug, 0])


@lru_cache(maxsize=64)
def _icon(name: str) -> SafeString:
    return icon(name)


@lru_cache(maxsize=256)
def _marks_of(networks: tuple[str, ...], _language: str | None) -> SafeString:
    if len(networks) <= MOST_MARKS:
        return marks(networks) if networks else SafeString("")
    beyond = networks[MOST_MARKS - 1 :]
    names = ", ".join(map(network_name, beyond))
    more = format_html('<span class="beyond" title="{0}">+{1}<span class="vh"> {0}</span></span>', names, len(beyond))
    return format_html("{}{}", marks(networks[: MOST_MARKS - 1]), more)


def join(drawn: Iterable[SafeString]) -> SafeString:
    """Put drawings one after the other."""
    return format_html_join("", "{}", ((one,) for one in drawn))
