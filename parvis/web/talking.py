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
from parvis.delegation.approvals import may_decide
from parvis.inbox import commands, queries, yeses
from parvis.inbox.answering import measured
from parvis.inbox.cautions import Caution, cautions
from parvis.inbox.models import Conversation, Message, Standing, Status
from parvis.inbox.panel import panel_of
from parvis.inbox.queries import Shown, Whole
from parvis.networks.facts import TextRule
from parvis.networks.listening import moment
from parvis.people.actors import Actor
from parvis.people.models import User
from parvis.people.permissions import allowed
from parvis.web.gate import Inside, member, one, see
from parvis.web.htmx import fragment, is_htmx
from parvis.web.inbox import TOPICS, Clock, Watch, asked_with, clock_of, column, tabs_of, wanted_of
from parvis.web.tags import network_name

# Messages of one person that follow each other so soon stand together, under one hour.
TOGETHER = timedelta(minutes=5)
CHIPS, WORDS = 4, 6
# What may be done to a message of theirs, and to one of ours.
THEIRS, OURS = frozenset({"hide", "delete", "like"}), frozenset({"delete"})
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
    answerable: bool = False
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
    def marked(self) -> bool:
        """Tell whether something became of it that is said beneath it."""
        one = self.message
        return bool(one.edited_at or one.gone_at or one.hidden or one.liked or one.wish or one.told)

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
    return one(queries.with_aside(queries.of(request.company)), request.company, pk)


def shown(
    request: Inside, talk: Conversation, typed: str | None = None, *, note: str = "", pushed: bool = False, to: int | None = None
) -> HttpResponse:
    """Answer with a conversation as it stands now: a part of the page for htmx, the page else.

    `typed` is what could not be kept, `to` the message that is to be answered.
    """
    context = open_context(request, talk, typed, to) | {"note": note}
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


def open_context(request: Inside, talk: Conversation, typed: str | None = None, to: int | None = None) -> dict[str, Any]:
    """Return what the open conversation is drawn from."""
    now = clock.now()
    whole = queries.whole(talk, request.user.pk, now, before=_number(request, "before"), to=to or _number(request, "to"))
    asked, panel = asked_with(wanted_of(request)), panel_of(talk, request.company)
    draft = typed if typed is not None else whole.own.draft if whole.own else ""
    return {
        "place": "answer", "whole": whole, "talk": talk, "now": now, "asked": asked,
        "to": reverse("conversation", args=[request.company.slug, talk.pk]) + asked,
        "days": list(days_of(whole)), "clock": _clock(whole, now), "panel": panel, "about": about_of(whole),
        "networks": [network_name(channel) for channel in panel.ways],
        "cautions": cautions_of(whole),
        "kind": KINDS[talk.kind] % {"network": network_name(talk.channel)}, "draft": draft,
        "limits": limits_of(talk, draft), "saved": [] if whole.older else queries.saved_answers(request.company, most=CHIPS),
        "stamp": stamp_of(one.message for one in whole.messages), "follows": request.user in whole.followers,
        "elsewhere": elsewhere(talk, whole.to), **_allowed(request.actor, whole, now), "hours": later(now),
        "topics": TOPICS.items(), "menus": {},
        "waited": max(now - talk.waiting_since, timedelta(minutes=1)) if talk.waiting_since else None,
    }  # fmt: skip


def _clock(whole: Whole, now: datetime) -> Clock | None:
    warn = timedelta(minutes=whole.promise.warn_minutes)
    return clock_of(whole.conversation, Watch(now, warn)) if whole.conversation.status == Status.OPEN else None


@dataclass(frozen=True, slots=True)
class About:
    """What the newest message of theirs is about, and why: the words that say so, or who corrected it.

    `unsure`: the words may mean their contrary.
    """

    message: Message
    topic: Any
    urgent: bool
    words: list[str]
    unsure: bool = False
    by: User | None = None
    at: datetime | None = None
    corrected: bool = False


def about_of(whole: Whole) -> About | None:
    """Return what the newest message is about; None where nobody wrote, or it was erased."""
    message = whole.newest
    if message is None or message.erased:
        return None
    said, corrected = message.sorted or {}, message.corrected or {}
    found = {**said, **corrected}
    topic = TOPICS.get(str(found.get("topic") or ""), "")
    words = [message.words[one["start"] : one["end"]] for one in said.get("why", ()) if one.get("label") != "urgent"]
    return About(
        message, topic, bool(found.get("urgent")), list(dict.fromkeys(" ".join(one.split()) for one in words if one.strip()))[:WORDS],
        unsure=bool(said.get("ironic")) and not corrected, by=whole.corrector, at=moment(corrected.get("at")), corrected=bool(corrected),
    )  # fmt: skip


def cautions_of(whole: Whole) -> list[Caution]:
    """Return what asks for care in what waits for an answer."""
    since = whole.conversation.waiting_since
    if since is None:
        return []
    waiting = (one.message for one in whole.messages if not one.message.mine and one.message.gone_at is None)
    return cautions(one.words for one in waiting if one.at >= since)


def _allowed(by: Actor, whole: Whole, now: datetime) -> dict[str, Any]:
    def here(verb: str) -> bool:
        return allowed(by, verb, whole.conversation.company_id, on=(whole.conversation.channel_id,))

    return {
        "answers": here("inbox.answer"), "sorts": here("inbox.sort"), "moderates": here("inbox.moderate"),
        "proposes": yeses.asks_for(whole.conversation, whole.promise, by, now, known=whole.conversation.company.habits) is not None,
        **_asked(by, whole),
    }  # fmt: skip


def _number(request: Inside, name: str) -> int | None:
    asked = request.GET.get(name, "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else None


def _asked(by: Actor, whole: Whole) -> dict[str, Any]:
    """Return the requests for a yes to answers of this conversation, and the answers (ids) on which whoever looks may decide."""
    asks = [one.message.pk for one in whole.messages if one.message.standing == Standing.ASKS]
    found_ones = yeses.requests(whole.conversation.company_id, asks) if asks else {}
    return {
        "requests": {pk: one.pk for pk, one in found_ones.items()},
        "deciding": {pk for pk, one in found_ones.items() if may_decide(one, by)},
    }


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
        there = bool(message.remote_id) and message.gone_at is None and not message.erased
        row = Said(
            shown_one,
            whole.abilities & (OURS if message.mine else THEIRS) if there else frozenset(),
            answerable=_answerable(whole, message),
        )
        row.named = not message.mine and message.person_id != whole.conversation.person_id
        if above is not None and _together(above.message, message) and shown_one.answers is None:
            above.last, row.named = False, False
        day.said.append(row)
    if day is not None:
        yield day


def _answerable(whole: Whole, message: Message) -> bool:
    """Tell whether one may choose to answer this message: one of theirs in public, where the network takes answers."""
    theirs = not message.mine and message.gone_at is None and not message.erased
    return theirs and whole.conversation.kind != "message" and "answer" in whole.abilities and not whole.older and message != whole.to


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
@member("inbox.read")
def here(request: Inside, conversation: int) -> HttpResponse:
    """Note that a member has it open (and writes); answer with who else does, and what tells whether something changed."""
    talk, now = found(request, conversation), clock.now()
    act = commands.writes if request.POST.get("writing") else commands.look_at
    act(conversation=talk, by=request.actor, now=now)
    whole = queries.whole(talk, request.user.pk, now)
    stamp = stamp_of(one.message for one in whole.messages)
    return HttpResponse(render_to_string("inbox/signs.html", {"whole": whole, "stamp": stamp}, request))


@require_POST
@member("inbox.read")
def gone(request: Inside, conversation: int) -> HttpResponse:
    """Note that a member has closed it."""
    commands.leave(conversation=found(request, conversation), by=request.actor, now=clock.now())
    return HttpResponse(status=204)


urls = [
    path("inbox/<int:conversation>/", conversation, name="conversation"),
    path("inbox/<int:conversation>/here/", here, name="inbox-here"),
    path("inbox/<int:conversation>/gone/", gone, name="inbox-gone"),
]
