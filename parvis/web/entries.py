"""How one idea is drawn on the calendar. Written by hand and not as a template: a crowded month draws many, within its budget of time."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from parvis.people.models import Company
from parvis.posts.agenda import Item
from parvis.posts.calendar import Placed, wall
from parvis.posts.moods import Mood
from parvis.web import reading
from parvis.web.tags import icon, marks

# The sign, the tone and the word of a mood; a draft that has an hour waits for a yes.
MOODS: dict[Mood, tuple[str, str, Any]] = {
    Mood.ASKED: ("circle-help", "wait", gettext_lazy("for you to say")),
    Mood.REFUSED: ("x", "wrong", gettext_lazy("refused")),
    Mood.LEAVING: ("send", "tip", gettext_lazy("leaving")),
    Mood.PARTLY: ("send", "tip", gettext_lazy("partly gone out")),
    Mood.SCHEDULED: ("clock", "", gettext_lazy("scheduled")),
    Mood.SENT: ("check", "done", gettext_lazy("gone out")),
    Mood.DRAFT: ("lightbulb", "wait", gettext_lazy("to confirm")),
}


def entry(item: Item, company: Company, writes: bool) -> SafeString:
    """Draw a post as a link: its sign and state, its hour, the marks of its networks, its title."""
    sign, tone, word = MOODS[item.mood]
    assert item.at is not None
    at = wall(item.at, company.timezone).strftime("%Y-%m-%dT%H:%M")
    move = format_html(' data-at="{}"', at) if writes and item.movable else ""
    return format_html(
        '<a class="entry {}" id="p{}" href="{}"{}><span class="top">{}<span class="word">{}</span> <span>{}</span>{}</span><b>{}</b></a>',
        tone, item.id, address(company.slug, item.id), move,
        _icon(sign), word, reading.hour(item.at), _marks_of(tuple(dict.fromkeys(item.networks))), item.called or "…",
    )  # fmt: skip


def free(placed: Placed, company: Company, compose: str) -> SafeString:
    """Draw a free slot: the way to a new post at that hour."""
    at, words = wall(placed.at, company.timezone), gettext("free slot")
    return format_html(
        '<a class="slot" href="{}?day={}&amp;hour={}">{}{} <span class="vh">{}</span></a>',
        compose, at.date().isoformat(), at.strftime("%H:%M"), _icon("plus"), reading.hour(placed.at), words,
    )  # fmt: skip


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
def _marks_of(networks: tuple[str, ...]) -> SafeString:
    return marks(networks) if networks else SafeString("")


def join(drawn: Iterable[SafeString]) -> SafeString:
    """Put drawings one after the other."""
    return format_html_join("", "{}", ((one,) for one in drawn))
