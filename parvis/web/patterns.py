"""Screens: every component in every state, on one page, from the same templates as the real pages. No company's data."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET

from parvis.channels.models import Channel
from parvis.channels.queries import spec_of
from parvis.channels.readiness import UNANSWERED, NotReady
from parvis.core import clock
from parvis.core.say import Say, gettext_noop
from parvis.networks.codes.draft import Draft
from parvis.networks.codes.linter import lint
from parvis.networks.codes.reading import Reading
from parvis.networks.contract import Check, Gauge
from parvis.networks.facts import COMMENT, Card, Parcel, Spec
from parvis.people.models import Company
from parvis.posts.advice import Remark
from parvis.posts.agenda import Item
from parvis.posts.calendar import Placed
from parvis.posts.checks import Finding
from parvis.posts.models import Post, Variant
from parvis.posts.moods import Mood
from parvis.publishing.models import Delivery
from parvis.publishing.moves import told
from parvis.publishing.spending import OVER, OVER_CURE, Month
from parvis.publishing.states import State
from parvis.web import entries
from parvis.web.agreement import agreement
from parvis.web.channels import Ceiling, Line, limits_of
from parvis.web.desk import Part
from parvis.web.halts import Halt, Halts
from parvis.web.home import Day
from parvis.web.home import Shown as OnHome
from parvis.web.letters import letters
from parvis.web.media import Spoiled
from parvis.web.previews import Look, Shown, counts
from parvis.web.remarks import Said, grouped, marked, numbered
from parvis.web.sheet import PAST
from parvis.web.tags import STATES

# One idea and its names, as a company writes them: samples are not translated, no more than what people type.
SAMPLE = "Le seigle de Couëron"
LONG = "Nous cherchons un apprenti pour la rentrée de janvier, au fournil comme à la boutique, sans expérience exigée"
CLUMSY = 'Bonjour à tous! Le "seigle" de Couëron est 𝗻𝗼𝘂𝘃𝗲𝗮𝘂 , #painbio https://boulangerie-lenoir.example'
COLOURS = ("paper", "surface", "sunk", "line", "edge", "ink", "ink-2", "ink-3", "action", "action-soft", "wait", "wait-soft", "wrong",
           "wrong-soft", "done", "done-soft")  # fmt: skip
REFUSAL = Say(gettext_noop("The picture weighs more than this network takes."))
NOT_A_PICTURE = Say(
    gettext_noop("This is not a picture that can be read, whatever its name says. Send a JPEG, PNG, WebP, AVIF or still GIF.")
)
CURE = Say(gettext_noop("Put a lighter one in its place."))
CHECKS = (
    Check(
        "role",
        "bad",
        Say(gettext_noop("The person who connected this account no longer manages it.")),
        Say(gettext_noop("Let its owner give the role back, or connect again as somebody who has it.")),
        "https://example.com/roles",
    ),
    Check("audit", "limited", Say(gettext_noop("Videos stay private until the network has looked at your application.")), asked=True),
    UNANSWERED,
    Check("publish", "good", Say(gettext_noop("Publishing works."))),
)
# How many days ago, what was spent, what is to come.
MONTHS = ((0, 3_215_000, 2_000_000), (31, 4_600_000, 0))


class Sample(forms.Form):
    """Fields in their states."""

    name = forms.CharField(label=gettext_lazy("Name of the publication"), widget=forms.TextInput(attrs={"class": "input"}))
    day = forms.DateField(
        label=gettext_lazy("Day"),
        help_text=gettext_lazy("In the company’s time zone."),
        widget=forms.DateInput(attrs={"class": "input", "type": "date"}),
        error_messages={"invalid": gettext_lazy("This day does not exist. Your text is kept: choose another day.")},
    )
    text = forms.CharField(label=gettext_lazy("Text"), required=False, widget=forms.Textarea(attrs={"class": "input", "rows": 3}))


@require_GET
def patterns(request: HttpRequest) -> HttpResponse:
    """Show every component in every state."""
    now = clock.now()
    specs = [network.spec for network in settings.NETWORKS.values()]
    channels = [Channel(pk=place, network=spec.key, handle="boulangerie-lenoir.example") for place, spec in enumerate(specs, 1)]
    waits = ((State.HANDED, SAMPLE), (State.HANDED, LONG), (State.ASKED, SAMPLE), (State.HELD, LONG), (State.REFUSED, SAMPLE))
    deliveries = [
        Delivery(pk=place, state=state, subject=title, due_at=now - timedelta(days=place), channel=channels[0], parcel={})
        for place, (state, title) in enumerate(waits, 1)
    ]
    deliveries[-1].told = {"why": REFUSAL.to_json(), "cure": CURE.to_json()}
    dear = Delivery(
        pk=9, state=State.HELD, subject=SAMPLE, due_at=now, channel=channels[0], parcel={}, price=200_000, told=told(OVER, OVER_CURE)
    )
    context = {
        "now": now,
        "company": Company(name="Boulangerie Lenoir", slug="patterns"),
        "decides": True, "sends": True, "connects": True, "writes": True,
        "colours": COLOURS, "specs": specs, "states": STATES, "channels": channels, "deliveries": [*deliveries, dear],
        "day": _day(channels, now), "overdue": {deliveries[1].pk}, "empty": Day([], [], [], [], [], 0),
        "sample": SAMPLE, "long": LONG, "halted": _halts(now),
        "form": Sample(), "wrong": Sample({"name": SAMPLE, "day": "2027-02-30", "text": LONG}),
        "desk": _desk(channels), "post": Post(pk=1, parts=[]), "other": [SAMPLE], "spoiled": [Spoiled("menu.jpg", NOT_A_PICTURE)],
        "entries": _entries(specs, now), "slot": entries.free(Placed(now), Company(slug="patterns"), "#"),
        "results": _results(),
        **_account(channels[0], now), **letters(channels, now), **agreement(channels, now),
        "rows": [(spec, 6840 - 3791 * place, 412.5 / (place + 1)) for place, spec in enumerate(specs)],
    }  # fmt: skip
    return render(request, "patterns/page.html", context)


def _halts(now: datetime) -> list[Halts]:
    """Return a stop of everything with a long reason beside one of an account, and one of an account alone."""
    whole, one = Halt(1, None, "", "Alice", now, LONG), Halt(2, 1, "boulangerie-lenoir.example", "Bob", now - timedelta(days=2), "")
    return [Halts((whole, one)), Halts((one,))]


def _day(channels: list[Channel], now: datetime) -> Day:
    def shown(pk: int, title: str, days: int, *states: State) -> OnHome:
        post = Post(pk=pk, title=title, parts=[title], at=now + timedelta(days=days), scheduled=True)
        return OnHome(post, channels[: len(states)], {(place, 0): state for place, state in enumerate(states)})

    return Day(
        decisions=[],
        dead=channels[:1],
        confirmations=[shown(1, SAMPLE, 3)],
        gone=[shown(2, SAMPLE, -1, State.SENT, State.ASKED), shown(3, LONG, -2, State.SENT, State.SENT), shown(4, SAMPLE, -3, State.SENT)],
        coming=[shown(5, SAMPLE, 1, State.SCHEDULED)],
        waiting=0,
        stopped=[NotReady(channels[0], CHECKS[0])],
        ending=[Channel(network=channels[-1].network, pk=1, handle="boulangerie-lenoir.example", ends_at=now + timedelta(days=5))],
    )


def _account(channel: Channel, now: datetime) -> dict[str, Any]:
    """Return an account in trouble: every level of a check, a limit nearly used up, a month that passes its ceiling."""
    billed = Channel(pk=1, network=channel.network, handle=channel.handle, ceiling=5_000_000, readiness_at=now - timedelta(hours=2))
    this, then = (Month(1, (now - timedelta(days=days)).date().replace(day=1), spent, coming) for days, spent, coming in MONTHS)
    gauges = {"calls": Gauge(93, 100, now + timedelta(hours=1), "percent", True), "posts": Gauge(12, 150, now + timedelta(days=1), "posts")}
    return {
        "billed": billed, "spec": spec_of(channel), "checks": [Line.of(check, {}) for check in CHECKS], "limits": limits_of(gauges),
        "months": [this, then], "this": this, "passes": True, "ceiling": Ceiling(initial={"dollars": 5}),
    }  # fmt: skip


def _desk(channels: list[Channel]) -> dict[str, Any]:
    specs = [spec_of(channel) for channel in channels]
    texts = (CLUMSY, f"{LONG}. " * 5)
    said = _said(channels, specs[0])
    card = Card("https://boulangerie-lenoir.example/buches", SAMPLE, LONG)
    look = Parcel(texts[0], card=card)
    shown = _looks(channels, specs, (look, Parcel(texts[1], warning=SAMPLE), Parcel("")))
    return {
        "tab": 0,
        "parts": [
            Part(n, text, marked(text, n, said), [count for spec in specs for count in counts(spec, text, "")], [])
            for n, text in enumerate(texts)
        ],
        "hard": [Finding("picture", REFUSAL, channels[0], 1), Finding("past", PAST)],
        "looks": [*shown, Look(Variant(channel=channels[0]), specs[0], why_not=REFUSAL)],
        "said": said, "groups": grouped(said[1:], channels[:1]), "more": said[:1], "more_groups": grouped(said[:1], channels),
        "muted": [said[-1].remark], "may_write": True, "curable": len(said),
    }  # fmt: skip


def _looks(channels: list[Channel], specs: list[Spec], parcels: tuple[Parcel, ...]) -> list[Look]:
    """Return the ordinary post in several states, then one of each way to lay a publication out and of each form."""
    found = [
        Look(Variant(channel=channel), spec, [Shown.of(spec, parcel)])
        for channel, spec, parcel in zip(channels, specs, parcels, strict=False)
    ]
    seen: set[tuple[str, str]] = set()
    for channel, spec in zip(channels, specs, strict=True):
        for key in ("", *(form.key for form in spec.forms)):
            if (spec.layout, key) not in seen:
                seen.add((spec.layout, key))
                variant = Variant(channel=channel, form=key, post=Post(parts=[SAMPLE]))
                parcels_of = (Parcel(SAMPLE, form=key, title=SAMPLE), Parcel(LONG, form=COMMENT))
                found.append(Look(variant, spec, [Shown.of(spec, parcel, n) for n, parcel in enumerate(parcels_of)]))
    return found


def _said(channels: list[Channel], spec: Spec) -> list[Said]:
    """Return what les codes say of a clumsy text, as it stands on its first account."""
    found = lint(Draft(Reading(CLUMSY), spec.key, spec))
    return numbered([Remark(one.rule, one.severity, one.hit, CLUMSY, 0, 0, (channels[0],)) for one in found], 0)


def _entries(specs: list[Spec], now: datetime) -> list[SafeString]:
    here, networks = Company(slug="patterns"), [spec.key for spec in specs]
    items = [Item(place, SAMPLE, now, mood, networks[: 1 + place % 2]) for place, mood in enumerate(Mood, 1)]
    return [entries.entry(item, here, writes=True) for item in [*items, Item(20, LONG, now, Mood.SCHEDULED, networks)]]


def _results() -> list[Message]:
    said = (
        (messages.SUCCESS, gettext("Moved to Thursday 17, 17:30."), "/-/patterns"),
        (messages.WARNING, gettext("It had already left: nothing was changed."), ""),
        (messages.ERROR, gettext("The disk is full. What you typed is kept on this page: try again once room is made."), ""),
    )
    return [Message(level, words, extra_tags=undo) for level, words, undo in said]


urls = [path("-/patterns", patterns, name="patterns")]
