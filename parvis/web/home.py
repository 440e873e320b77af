"""Screens: Today (what waits for a person, what left, what leaves next, and an end to the list), and help."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from parvis.channels.models import Channel
from parvis.channels.models import State as Life
from parvis.channels.readiness import NotReady, ending, stopped
from parvis.core import clock
from parvis.core.db import either
from parvis.delegation import requests as approvals
from parvis.inbox.models import Message
from parvis.inbox.queries import answers_stopped
from parvis.people.actors import Actor
from parvis.people.models import Company
from parvis.people.permissions import allowed, anywhere
from parvis.people.queries import FirstSteps, first_steps
from parvis.people.rights import within
from parvis.posts.models import Post, Variant
from parvis.posts.moods import Mood, mood
from parvis.posts.queries import of as posts_of
from parvis.publishing.models import Delivery
from parvis.publishing.queries import with_form
from parvis.publishing.states import State
from parvis.web import waiting
from parvis.web.asked import Line, line
from parvis.web.chrome import torn, waiting_in, yeses_in
from parvis.web.gate import Inside, member

SHOWN = 12
GONE, COMING = 5, 4
WEEK = timedelta(days=7)
# What a decision is not told from, and weighs: the sealed parcel, the texts, what the engine remembers.
UNREAD = (
    "parcel", "memory", "refs", "channel__limits", "channel__tokens",
    "departure__variant__parts", "departure__variant__post__parts", "departure__variant__post__words",
)  # fmt: skip
PRESSING = [State.HANDED, State.ASKED, State.HELD, State.REFUSED]
NUMBERS = [
    gettext_lazy("Nothing"), gettext_lazy("One"), gettext_lazy("Two"), gettext_lazy("Three"), gettext_lazy("Four"),
    gettext_lazy("Five"), gettext_lazy("Six"), gettext_lazy("Seven"), gettext_lazy("Eight"), gettext_lazy("Nine"), gettext_lazy("Ten"),
]  # fmt: skip


@dataclass(slots=True)
class Shown:
    """A post on this page: one idea, its accounts, and how many of its deliveries are there."""

    post: Post
    channels: list[Channel] = field(default_factory=list)
    states: dict[tuple[int, int], str] = field(default_factory=dict)

    @property
    def mood(self) -> Mood:
        """What it looks like to a person."""
        return mood(self.states.values())

    @property
    def gone(self) -> int:
        """On how many accounts all of it is there."""
        whole: dict[int, bool] = {}
        for (variant, _part), state in self.states.items():
            whole[variant] = whole.get(variant, True) and state == State.SENT
        return sum(whole.values())

    @property
    def badge(self) -> str:
        """The state to show: « partly » as soon as some of it is missing, whatever the reason."""
        if self.mood in {Mood.ASKED, Mood.LEAVING} and not self.gone:
            return "asked" if self.mood == Mood.ASKED else "sending"
        return "sent" if self.gone == len(self.channels) else "partly" if self.gone else str(self.mood)


@dataclass(slots=True)
class Day:
    """What one company's people see today."""

    decisions: list[Delivery]
    dead: list[Channel]
    confirmations: list[Shown]
    gone: list[Shown]
    coming: list[Shown]
    waiting: int
    stopped: list[NotReady] = field(default_factory=list)
    ending: list[Channel] = field(default_factory=list)
    answers: list[Message] = field(default_factory=list)
    yeses: list[Line] = field(default_factory=list)

    @property
    def hidden(self) -> int:
        """How many things wait that this page does not list."""
        listed = len(self.decisions) + len(self.dead) + len(self.confirmations) + len(self.answers) + len(self.yeses)
        return max(0, self.waiting - listed)

    @property
    def many(self) -> bool:
        """Tell whether more waits than was counted."""
        return self.waiting >= waiting.MANY

    @property
    def in_words(self) -> object:
        """How many things wait, in words up to ten."""
        return NUMBERS[self.waiting] if self.waiting < len(NUMBERS) else self.waiting


@member("company.read")
@require_GET
def today(request: Inside) -> HttpResponse:
    """Show what waits for this company's people, what left and what leaves next."""
    now, company = clock.now(), request.company
    day = gather(company, now, waiting_in(request, company), request.actor if yeses_in(request, company) else None)
    context = {
        "place": "today",
        "day": day,
        "now": now,
        "steps": _steps(company, day),
        "torn": torn(request, company) and allowed(request.actor, "company.change", company.pk),
        "decides": anywhere(request.actor, "deliveries.decide", company.pk),
        "sends": anywhere(request.actor, "posts.schedule", company.pk),
        "writes": anywhere(request.actor, "posts.write", company.pk),
        "connects": allowed(request.actor, "channels.change", company.pk),
        "overdue": {d.pk for d in day.decisions if d.state == State.HANDED and now - d.due_at > timedelta(minutes=company.late_minutes)},
        "week_is_empty": not any(shown.post.at and shown.post.at < now + WEEK for shown in day.coming),
    }
    return render(request, "home/today.html", context)


def _steps(company: Company, day: Day) -> FirstSteps | None:
    """Return the first steps of a company where nothing has happened yet, while some are left."""
    if day.gone or day.coming or day.waiting:
        return None
    steps = first_steps(company)
    return steps if steps.left else None


def gather(company: Company, now: datetime, count: int, by: Actor | None = None) -> Day:
    """Read the page's day in eight queries; `count` is how many things wait in all, `by` whose yes is looked for, where any waits."""
    decided = waiting.decisions(company, now).select_related("channel", "departure__variant__post").defer(*UNREAD).order_by("due_at", "id")
    decisions = _one_a_variant(with_form(decided.defer("parcel", "memory", "refs", "departure__variant__post__words"))[:SHOWN])
    channels = list(within(Channel.objects.filter(company=company), company.only("channels.read"), "pk"))
    posts = posts_of(company).filter(removed_at=None).defer("words")
    unsure = list(waiting.confirmations(company, now).defer("words").order_by("at", "id")[:SHOWN])
    left = posts.filter(scheduled=True, at__lte=now, at__gt=now - WEEK).order_by("-at", "-id")[:GONE]
    leaving = posts.filter(scheduled=True, at__gt=now).order_by("at", "id")[:COMING]
    timed = list(posts.filter(pk__in=either(left, leaving)).order_by("at", "id"))
    gone = [post for post in reversed(timed) if post.at and post.at <= now]
    coming = [post for post in timed if post.at and post.at > now]
    shown = _with_deliveries([*unsure, *gone, *coming], channels)
    dead = [channel for channel in channels if channel.state == Life.DEAD]
    known = {channel.pk: channel for channel in channels}
    asked = approvals.waiting(company, by).mine[:SHOWN] if by else []
    return Day(
        decisions=sorted(decisions, key=lambda d: PRESSING.index(State(d.state))),
        dead=dead,
        confirmations=[shown[post.pk] for post in unsure],
        gone=[shown[post.pk] for post in gone],
        coming=[shown[post.pk] for post in coming],
        waiting=count,
        stopped=stopped(channels),
        ending=ending(channels, now),
        answers=answers_stopped(company, SHOWN),
        yeses=[line(one, known, now) for one in asked],
    )


def _one_a_variant(rows: Iterable[Delivery]) -> list[Delivery]:
    """Keep the first part of each: a thread that was refused is one thing to mend."""
    first: dict[int, Delivery] = {}
    for row in rows:
        departure = getattr(row, "departure", None)
        first.setdefault(departure.variant_id if departure else -row.pk, row)
    return list(first.values())


def _with_deliveries(posts: list[Post], channels: list[Channel]) -> dict[int, Shown]:
    shown = {post.pk: Shown(post) for post in posts}
    known = {channel.pk: channel for channel in channels}
    variants = Variant.objects.filter(post__in=shown, channel__in=known).order_by("channel__network", "pk", "departures__pk")
    left = ("departures__part", "departures__delivery__state")
    for post, pk, channel, part, state in variants.values_list("post_id", "pk", "channel_id", *left):
        if known[channel] not in shown[post].channels:
            shown[post].channels.append(known[channel])
        if state is not None:
            shown[post].states[pk, part] = state
    return shown


@member("company.read")
@require_GET
def answers(request: Inside) -> HttpResponse:
    """Answer what people ask most."""
    return render(request, "help/page.html", {"place": "help"})


urls = [path("", today, name="home"), path("help/", answers, name="help")]
