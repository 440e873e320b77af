"""Screens: Answer. Who waits, what is about to be late first; the list, its tabs, its search and its filters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_GET

from parvis.channels.queries import of as channels_of
from parvis.core import clock
from parvis.inbox import queries
from parvis.inbox.ears import hears
from parvis.inbox.models import Conversation, Promise
from parvis.inbox.queries import Counts, Page, Row, Wanted
from parvis.people.opening import Opening
from parvis.people.permissions import anywhere
from parvis.people.queries import opening_of
from parvis.web import reading
from parvis.web.gate import Inside, member
from parvis.web.home import NUMBERS
from parvis.web.htmx import fragment, is_htmx
from parvis.web.tags import network_name

TABS = (
    ("waiting", gettext_lazy("To answer")), ("mine", gettext_lazy("Mine")), ("all", pgettext_lazy("conversations", "All")),
    ("snoozed", gettext_lazy("Put off")), ("done", pgettext_lazy("conversations", "Done")),
)  # fmt: skip
KINDS = {"comment": gettext_lazy("comment"), "mention": gettext_lazy("mention"), "message": gettext_lazy("private message")}
TOPICS = {
    "question": gettext_lazy("question"), "complaint": gettext_lazy("complaint"), "praise": gettext_lazy("praise"),
    "purchase": gettext_lazy("purchase likely"), "spam": gettext_lazy("spam"), "other": gettext_lazy("something else"),
}  # fmt: skip
# A clock's ring, r = 9: its length round.
ROUND = 56.5
LONGEST = 200
# It stands for a conversation in the address that all lines of a list share.
_ANY = 9_007_199_254_740_991
GROUPS = {
    "late": gettext_lazy("Late"), "soon": gettext_lazy("Soon late"), "fine": gettext_lazy("In time"),
    "answered": gettext_lazy("Answered today"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock on whoever waits: a word, a tone, and how far round its ring is."""

    words: str
    tone: str
    arc: float
    group: str


@dataclass(frozen=True, slots=True)
class Watch:
    """What a clock is read by: the hour it is, how long before its end it warns, and the company's hours where they are known."""

    now: datetime
    warn: timedelta
    opening: Opening | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list."""

    row: Row
    url: str
    clock: Clock | None
    about: str

    @property
    def talk(self) -> Conversation:
        """The conversation."""
        return self.row.conversation


@dataclass(slots=True)
class Group:
    """Lines under one heading (the empty one has none)."""

    key: str
    lines: list[Line] = field(default_factory=list)

    @property
    def title(self) -> Any:
        """Its heading."""
        return GROUPS.get(self.key, "")


@require_GET
@member("inbox.read")
def inbox(request: Inside) -> HttpResponse:
    """Show who wrote; htmx is given the lines alone."""
    now = clock.now()
    wanted = wanted_of(request)
    page = queries.listed(
        request.company, request.user.pk, wanted, now, after=request.GET.get("after", ""), since=morning(now), joined=request.place.since
    )
    context = {**column(request, wanted), **lines_of(request, page, now), "wanted": wanted}
    if is_htmx(request) and "column" not in request.GET:
        return fragment(request, "inbox/rows.html", context)
    figures = queries.counts(request.company, request.place, now)
    context |= {"place": "answer", "figures": figures, "tabs": tabs_of(request, wanted, figures)}
    if is_htmx(request):
        return fragment(request, "inbox/column.html", context)
    context |= {
        "first": _first(page, wanted, now),
        "in_words": in_words(figures.waiting),
        "nothing": _nothing(request, page),
    }
    return render(request, "inbox/page.html", context)


# ---- what is asked for


def wanted_of(request: HttpRequest) -> Wanted:
    """Read which conversations are wanted from the address; whatever makes no sense is not asked for."""
    asked = request.GET
    tab, kind, topic = asked.get("tab", "waiting"), asked.get("kind", ""), asked.get("topic", "")
    return Wanted(
        tab=tab if tab in queries.TABS else "waiting", network=asked.get("network", "")[:30], channel=_number(asked.get("account")),
        kind=kind if kind in KINDS else "", topic=topic if topic in TOPICS else "",
        label=_number(asked.get("label")), assignee=_number(asked.get("who")), urgent=asked.get("urgent") == "1",
        text=asked.get("q", "").replace("\x00", "").strip()[:LONGEST],
    )  # fmt: skip


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None


def asked_with(wanted: Wanted, **changes: Any) -> str:
    """Return the part of an address behind « ? » that asks for these conversations, some of it changed; empty for the usual ones."""
    facts = {
        "tab": "" if wanted.tab == "waiting" else wanted.tab, "network": wanted.network, "account": wanted.channel, "kind": wanted.kind,
        "topic": wanted.topic, "label": wanted.label, "who": wanted.assignee, "urgent": "1" if wanted.urgent else "", "q": wanted.text,
    }  # fmt: skip
    kept = {name: value for name, value in {**facts, **changes}.items() if value not in (None, "")}
    return f"?{urlencode(kept)}" if kept else ""


def narrowed(wanted: Wanted) -> bool:
    """Tell whether a member filtered, beyond the tab and the search."""
    return wanted != Wanted(tab=wanted.tab, text=wanted.text)


def promise_of(request: Inside) -> Promise:
    """Return how this company answers."""
    return getattr(request.company, "promise", None) or Promise(company=request.company)


def morning(now: datetime) -> datetime:
    """Return when the company's day began."""
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


# ---- what is shown


def column(request: Inside, wanted: Wanted) -> dict[str, Any]:
    """Return what the head of the list needs of the address; no query."""
    here = reverse("inbox", args=[request.company.slug])
    asked = asked_with(wanted)
    return {"here": here, "asked": asked, "cleared": here + asked_with(Wanted(tab=wanted.tab)), "narrowed": narrowed(wanted)}


def tabs_of(request: Inside, wanted: Wanted, figures: Counts | None = None) -> list[dict[str, Any]]:
    """Return the tabs with their figures, where these are known."""
    counted = {"waiting": figures.waiting, "mine": figures.mine, "all": figures.unread, "snoozed": figures.snoozed} if figures else {}
    here = reverse("inbox", args=[request.company.slug])
    return [
        {"key": key, "words": words, "url": here + asked_with(wanted, tab="" if key == "waiting" else key), "count": counted.get(key, 0),
         "here": key == wanted.tab}
        for key, words in TABS
    ]  # fmt: skip


def lines_of(request: Inside, page: Page, now: datetime) -> dict[str, Any]:
    """Return the lines of the list in their groups, and the address of the next ones."""
    wanted = wanted_of(request)
    asked = asked_with(wanted)
    watch = Watch(now, timedelta(minutes=promise_of(request).warn_minutes), opening_of(request.company))
    address = reverse("conversation", args=[request.company.slug, _ANY]) + asked
    lines = [line_of(row, address, watch) for row in page.rows]
    groups = list(_grouped(lines, by_clock=wanted.tab == "waiting"))
    if page.answered:
        groups.append(Group("answered", [line_of(row, address, watch) for row in page.answered]))
    here = reverse("inbox", args=[request.company.slug])
    more = here + asked_with(wanted, after=page.after, under=groups[-1].key) if page.after and groups else ""
    return {"groups": groups, "more": more, "under": request.GET.get("under", "")}


def _grouped(lines: Iterable[Line], by_clock: bool) -> Iterable[Group]:
    group: Group | None = None
    for line in lines:
        key = line.clock.group if by_clock and line.clock else ""
        if group is None or group.key != key:
            if group is not None:
                yield group
            group = Group(key)
        group.lines.append(line)
    if group is not None:
        yield group


def line_of(row: Row, address: str, watch: Watch) -> Line:
    """Return one line of the list; `address` is that of any conversation."""
    talk = row.conversation
    waits = clock_of(talk, watch) if row.waits else None
    return Line(row, address.replace(str(_ANY), str(talk.pk), 1), waits, about(talk))


def about(talk: Conversation) -> str:
    """Say what a conversation is: its kind, and its topic where one was recognised."""
    words = [str(KINDS[talk.kind])]
    if talk.topic:
        words.append(str(TOPICS.get(talk.topic, talk.topic)))
    return ", ".join(words)


def clock_of(talk: Conversation, watch: Watch) -> Clock | None:
    """Return the clock of whoever waits, or None where nobody does. With the company's hours: how much of them is left."""
    since, due, now = talk.waiting_since, talk.due_at, watch.now
    if since is None or due is None:
        return None
    if due < now:
        return Clock(gettext("late by %(time)s") % {"time": reading.lasting(max(now - due, timedelta(minutes=1)))}, "wrong", ROUND, "late")
    past = (now - since) / (due - since) if due > since else 1.0
    group = "soon" if due - now <= max(watch.warn, timedelta(minutes=1)) else "fine"
    words = before(due)
    if watch.opening is not None and group == "fine":
        words, past = left(watch.opening, since, now, due)
    return Clock(words, "wait" if group == "soon" else "", round(ROUND * min(1.0, max(0.05, past)), 1), group)


def left(opening: Opening, since: datetime, now: datetime, due: datetime) -> tuple[str, float]:
    """Say how much time is left to answer, in opening hours where the company keeps any; and how much of it has passed, from 0 to 1."""
    if not any(opening.week):
        gone = (now - since) / max(due - since, timedelta(seconds=1))
        return gettext("%(time)s left") % {"time": reading.lasting(_roughly(due - now))}, gone
    seconds, passed = opening.seconds_open(now, due), opening.seconds_open(since, now)
    rest = _roughly(timedelta(seconds=seconds))
    # Minutes are always several; of hours, one may be alone.
    several = int(rest.total_seconds() // 3600) or 2
    words = ngettext("%(time)s of opening left", "%(time)s of opening left", several)
    return words % {"time": reading.lasting(rest)}, passed / max(1, passed + seconds)


def _roughly(time: timedelta) -> timedelta:
    """Return a length of time without what nobody needs: the minutes of many hours."""
    return timedelta(hours=int(time.total_seconds() // 3600)) if time >= timedelta(hours=2) else time


def before(due: datetime) -> str:
    """Say until when: « avant 19 h », « avant demain, 9 h »."""
    here = reading.local(due)
    same = isinstance(here, datetime) and here.date() == reading.today()
    return gettext("before %(hour)s") % {"hour": reading.hour(due) if same else reading.near(due)}


def in_words(count: int) -> Any:
    """Say a number in words up to ten."""
    return NUMBERS[count] if count < len(NUMBERS) else reading.number(count)


def _first(page: Page, wanted: Wanted, now: datetime) -> datetime | None:
    """Return when the first answer is due, where that is known and has not passed."""
    if wanted.tab != "waiting" or narrowed(wanted) or wanted.text or not page.rows:
        return None
    due = page.rows[0].conversation.due_at
    return due if due is not None and due >= now else None


def _nothing(request: Inside, page: Page) -> str:
    """Tell why the list is empty: `deaf` (no account that can be listened to), `new` (nobody ever wrote), or nothing of this kind."""
    if page.rows:
        return ""
    if Conversation.objects.filter(company=request.company).exists():
        return "none"
    return "new" if any(hears(channel) for channel in channels_of(request.company)) else "deaf"


# ---- filters


@require_GET
@member("inbox.read")
def filters(request: Inside) -> HttpResponse:
    """Show what the list can be narrowed to: its own page, or beneath the search where htmx asks."""
    wanted = wanted_of(request)
    channels = [channel for channel in channels_of(request.company) if hears(channel)]
    context = {
        **column(request, wanted), "wanted": wanted, "place": "answer",
        "networks": sorted({(channel.network, network_name(channel)) for channel in channels}),
        "kinds": KINDS.items(), "topics": TOPICS.items(),
        "labels": queries.labels(request.company), "people": queries.assignable(request.company),
        "sorts": anywhere(request.actor, "inbox.sort", request.company.pk),
    }  # fmt: skip
    return fragment(request, "inbox/filters.html", context) if is_htmx(request) else render(request, "inbox/filters_page.html", context)


urls = [path("inbox/", inbox, name="inbox"), path("inbox/filters/", filters, name="inbox-filters")]
