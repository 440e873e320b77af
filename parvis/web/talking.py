"""Screens: one conversation, open. What was said day by day, who waits, what may be answered until when, who else is there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from parvis.core import clock
from parvis.inbox import commands, queries
from parvis.inbox.answering import measured
from parvis.inbox.models import Conversation, Message, Status, Turn
from parvis.inbox.queries import Shown, Whole
from parvis.networks.facts import TextRule
from parvis.people.actors import Actor
from parvis.people.models import User
from parvis.people.permissions import allowed
from parvis.web.gate import Inside, member, one, see
from parvis.web.htmx import fragment, is_htmx
from parvis.web.inbox import TOPICS, Clock, asked_with, clock_of, column, tabs_of, wanted_of
from parvis.web.tags import network_name

# Messages of one person that follow each other so soon stand together, under one hour.
TOGETHER = timedelta(minutes=5)
CHIPS = 4
KINDS = {
    "comment": gettext_lazy("Comment on %(network)s"),
    "mention": gettext_lazy("Mention on %(network)s"),
    "message": gettext_lazy("Private message on %(network)s"),
}
LEAVES_IN = ("http://", "https://")


@dataclass(slots=True)
class Said:
    """One message as it stands on the page. `named`: who wrote it is said above it; `last`: its hour is said beneath it."""

    shown: Shown
    acts: frozenset[str]
    named: bool = False
    last: bool = True

    @property
    def message(self) -> Message:
        """The message."""
        return self.shown.message

    @property
    def attached(self) -> list[dict[str, str]]:
        """What hangs on it, as plain links; an address that no browser should follow is a name only."""
        return [{**one, "url": one["url"] if str(one.get("url", "")).startswith(LEAVES_IN) else ""} for one in self.message.attached]

    @property
    def url(self) -> str:
        """Where it is on its network."""
        return self.message.url if self.message.url.startswith(LEAVES_IN) else ""


@dataclass(slots=True)
class Day:
    """One day of a conversation."""

    day: date
    said: list[Said] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit on an answer, and how much of it these words take."""

    rule: TextRule
    count: int

    @property
    def passed(self) -> bool:
        """Tell whether they are too many."""
        return self.count > self.rule.most


@require_GET
@member("inbox.read")
def conversation(request: Inside, conversation: int) -> HttpResponse:
    """Show one conversation; htmx is given what stands beside the list. `before` shows what came earlier."""
    return shown(request, found(request, conversation))


def found(request: Inside, pk: int) -> Conversation:
    """Return a conversation of this company, or 404."""
    return one(queries.of(request.company), request.company, pk)


def shown(request: Inside, talk: Conversation, typed: str | None = None, note: str = "", pushed: bool = False) -> HttpResponse:
    """Answer with a conversation as it stands now: a part of the page for htmx, the page else. `typed` is what could not be kept."""
    context = open_context(request, talk, typed) | {"note": note}
    if is_htmx(request):
        answer = fragment(request, "inbox/open.html", context)
        if pushed:
            answer.headers["HX-Push-Url"] = context["to"]
        return answer
    wanted = wanted_of(request)
    context |= {**column(request, wanted), "wanted": wanted, "tabs": tabs_of(request, wanted)}
    return render(request, "inbox/one.html", context)


def go_on(request: Inside, talk: Conversation) -> HttpResponse:
    """Show a conversation after something was done in it."""
    if is_htmx(request):
        note = "" if request.resolver_match and request.resolver_match.url_name == "inbox-note" else request.POST.get("note", "")
        return shown(request, found(request, talk.pk), note=note)
    return see(reverse("conversation", args=[request.company.slug, talk.pk]) + asked_with(wanted_of(request)))


def open_context(request: Inside, talk: Conversation, typed: str | None = None) -> dict[str, Any]:
    """Return what the open conversation is drawn from."""
    now = clock.now()
    whole = queries.whole(talk, request.user.pk, now, before=_before(request, talk))
    asked = asked_with(wanted_of(request))
    draft = typed if typed is not None else whole.own.draft if whole.own else ""
    return {
        "place": "answer", "whole": whole, "talk": talk, "now": now, "asked": asked,
        "to": reverse("conversation", args=[request.company.slug, talk.pk]) + asked,
        "days": list(days_of(whole)), "clock": _clock(whole, now), "answered": _answered(whole.turns),
        "kind": KINDS[talk.kind] % {"network": network_name(talk.channel)}, "topic": TOPICS.get(talk.topic, talk.topic), "draft": draft,
        "limits": limits_of(talk, draft), "saved": queries.saved_answers(request.company, most=CHIPS),
        "stamp": stamp_of(one.message for one in whole.messages), "follows": request.user in whole.followers,
        "elsewhere": elsewhere(talk, whole.newest), **_allowed(request.actor, whole), "hours": later(now),
        "topics": TOPICS.items(),
    }  # fmt: skip


def _clock(whole: Whole, now: datetime) -> Clock | None:
    warn = timedelta(minutes=whole.promise.warn_minutes)
    return clock_of(whole.conversation, now, warn) if whole.conversation.status == Status.OPEN else None


def _answered(turns: Iterable[Turn]) -> tuple[timedelta, User | None] | None:
    """Return how long our last answer took, and who gave it."""
    return next(((timedelta(seconds=turn.seconds), turn.by) for turn in turns if turn.answered_at and turn.seconds is not None), None)


def _allowed(by: Actor, whole: Whole) -> dict[str, bool]:
    def here(verb: str) -> bool:
        return allowed(by, verb, whole.conversation.company_id, on=(whole.conversation.channel_id,))

    approves = here("inbox.approve")
    return {
        "answers": here("inbox.answer"), "sorts": here("inbox.sort"), "moderates": here("inbox.moderate"), "approves": approves,
        "proposes": whole.promise.needs_yes and not approves,
    }  # fmt: skip


def _before(request: Inside, talk: Conversation) -> int | None:
    asked = request.GET.get("before", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 16):
        return None
    return int(asked) if Message.objects.filter(conversation=talk, pk=int(asked)).exists() else None


def elsewhere(talk: Conversation, newest: Message | None) -> str:
    """Return the address at which the conversation is answered on its own network."""
    for url in (newest.url if newest else "", talk.url, talk.channel.url):
        if url.startswith(LEAVES_IN):
            return url
    return ""


def limits_of(talk: Conversation, words: str) -> list[Limit]:
    """Return the limits on an answer here, with what these words take of them."""
    return [Limit(rule, count) for rule, count in measured(talk, words)]


def days_of(whole: Whole) -> Iterator[Day]:
    """Return what was said, day by day; what follows at once of the same person stands together."""
    day: Day | None = None
    for shown_one in whole.messages:
        message = shown_one.message
        on = timezone.localtime(message.at).date()
        if day is None or day.day != on:
            if day is not None:
                yield day
            day = Day(on)
        above = day.said[-1] if day.said else None
        row = Said(shown_one, whole.abilities if message.remote_id and not message.gone_at else frozenset())
        row.named = not message.mine and message.person_id != whole.conversation.person_id
        if above is not None and _together(above.message, message) and shown_one.answers is None:
            above.last, row.named = False, False
        day.said.append(row)
    if day is not None:
        yield day


def _together(above: Message, message: Message) -> bool:
    same = (above.mine, above.person_id, above.by_id) == (message.mine, message.person_id, message.by_id)
    quiet = not (above.standing or above.edited_at or above.gone_at or above.hidden or above.liked or above.wish or above.told)
    return same and quiet and abs(message.at - above.at) <= TOGETHER


def later(now: datetime) -> list[tuple[str, datetime]]:
    """Return the hours until which a conversation is readily put off, in the company's time."""
    here = timezone.localtime(now)
    morning = here.replace(hour=9, minute=0, second=0, microsecond=0)
    monday = morning + timedelta(days=7 - here.weekday())
    found_hours = [
        (gettext("In two hours"), now + timedelta(hours=2)), (gettext("This evening"), morning.replace(hour=18)),
        (gettext("Tomorrow morning"), morning + timedelta(days=1)), (gettext("Monday morning"), monday),
    ]  # fmt: skip
    return [(words, at) for words, at in found_hours if at > now + timedelta(minutes=30)]


# ---- who else is there, and whether something came


def stamp_of(messages: Iterable[Message]) -> str:
    """Return what tells two states of a conversation apart."""
    rows = [(m.pk, m.standing, m.edited_at, m.gone_at, m.hidden, m.liked, m.wish) for m in messages]
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:12]


@require_POST
@member("inbox.read", post="inbox.read")
def here(request: Inside, conversation: int) -> HttpResponse:
    """Note that a member has it open (and writes); answer with who else does, and what tells whether something changed."""
    talk, now = found(request, conversation), clock.now()
    act = commands.writes if request.POST.get("writing") else commands.look_at
    act(conversation=talk, by=request.actor, now=now)
    whole = queries.whole(talk, request.user.pk, now)
    stamp = stamp_of(one.message for one in whole.messages)
    return HttpResponse(render_to_string("inbox/signs.html", {"whole": whole, "stamp": stamp}, request))


@require_POST
@member("inbox.read", post="inbox.read")
def gone(request: Inside, conversation: int) -> HttpResponse:
    """Note that a member has closed it."""
    commands.leave(conversation=found(request, conversation), by=request.actor, now=clock.now())
    return HttpResponse(status=204)


urls = [
    path("inbox/<int:conversation>/", conversation, name="conversation"),
    path("inbox/<int:conversation>/here/", here, name="inbox-here"),
    path("inbox/<int:conversation>/gone/", gone, name="inbox-gone"),
]
