"""Screens: a company's accounts on the networks, one of them in full (what works, limits, money), and how one is closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from parvis.channels import applications, commands, hooks, queries, rounds
from parvis.channels.models import Channel
from parvis.channels.readiness import checks_of, ending
from parvis.core import clock
from parvis.networks.contract import Check, Gauge
from parvis.people.models import Company
from parvis.people.permissions import allowed
from parvis.publishing import spending
from parvis.publishing.closing import StillLeaving, close_channel, waiting_on
from parvis.web import gate, reading
from parvis.web.asking import rows_of
from parvis.web.connecting import offered
from parvis.web.htmx import back, tell
from parvis.web.tags import spec_of

LEVELS = {
    "good": ("check", "done", gettext_lazy("Works")),
    "limited": ("triangle-alert", "wait", gettext_lazy("With limits")),
    "bad": ("x", "wrong", gettext_lazy("Does not work")),
    "unknown": ("circle-help", "wait", gettext_lazy("Not known")),
}
MICROS = 1_000_000
# What the database can hold is a little more.
MOST_DOLLARS = 2_000
SHOWN_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an account's readiness, with the sign, the tone and the word of its level.

    `said` is when the company gave its word on what the network does not tell.
    """

    check: Check
    sign: str
    tone: str
    word: Any
    said: datetime | None = None

    @classmethod
    def of(cls, check: Check, options: Mapping[str, Any]) -> Line:
        """Draw a check; `options` is what the company said of its application."""
        if check.asked and check.key in options:
            return cls(check, *LEVELS["good"], datetime.fromisoformat(options[check.key]))
        return cls(check, *LEVELS[check.level])


def lines_of(channel: Channel, options: Mapping[str, Mapping[str, Any]]) -> list[Line]:
    """Return what is known of an account, the most serious first; `options` is what its company said of its applications."""
    app = queries.network_of(channel).spec.app
    lines = [Line.of(check, options.get(app.family, {}) if app else {}) for check in checks_of(channel)]
    return sorted(lines, key=lambda line: line.said is not None)


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of an account, in words; `share` is how much of it is used, in percent."""

    words: str
    share: int
    gauge: Gauge


class Ceiling(forms.Form):
    """The most to spend in a month, in whole US dollars; nothing means no ceiling."""

    dollars = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=MOST_DOLLARS,
        label=gettext_lazy("The most to spend in a month, in US dollars"),
        help_text=gettext_lazy("What would pass it is held and waits for your word. Leave it empty for no ceiling."),
        widget=forms.NumberInput(attrs={"class": "input", "inputmode": "numeric", "step": 1}),
    )


@gate.member("channels.read")
@require_GET
def listing(request: gate.Inside) -> HttpResponse:
    """Show the accounts and how they are, and the networks where another can be connected."""
    now = clock.now()
    channels = [(channel, queries.spec_of(channel)) for channel in queries.of(request.company) if queries.known(channel)]
    owns = allowed(request.actor, "channels.change", request.company.pk)
    kept = applications.options_of(request.company)
    context = {
        "place": "settings",
        "channels": [(channel, spec, worst(lines_of(channel, kept))) for channel, spec in channels],
        "dead": sum(channel.state == "dead" for channel, _spec in channels),
        "networks": offered([network.spec for network in settings.NETWORKS.values()], kept),
        "connectable": set(settings.NETWORKS),
        "hands": [spec_of(key) for key in queries.by_hand_keys() if key not in settings.NETWORKS],
        "ending": {channel.pk for channel in ending([channel for channel, _spec in channels], now)},
        "owns": owns,
        "invited": rows_of(request.company, now) if owns else [],
        "now": now,
    }
    return render(request, "channels/list.html", context)


def worst(lines: list[Line]) -> Line | None:
    """Return the most serious thing that is known of an account, where not all is well."""
    return next((line for line in lines if line.check.level != "good" and line.said is None), None)


# ---- one account


@gate.member("channels.read")
@require_GET
def account(request: gate.Inside, pk: int) -> HttpResponse:
    """Show one account: what works there, what does not and what to do, its limits, what it costs."""
    channel = gate.one(queries.of(request.company), request.company, pk)
    return _shown(request, channel)


def _shown(request: gate.Inside, channel: Channel, form: Ceiling | None = None) -> HttpResponse:
    now, spec = clock.now(), queries.spec_of(channel)
    context = {
        "place": "settings",
        "channel": channel,
        "spec": spec,
        "checks": lines_of(channel, applications.options_of(request.company)),
        "limits": limits_of(queries.gauges_of(channel)),
        "ends": bool(ending([channel], now)),
        "owns": allowed(request.actor, "channels.change", request.company.pk),
        "now": now,
        "halt": request.halts.of(channel.pk),
        "bell": _bell(request, channel),
        "establishments": list(channel.company.establishments.filter(removed_at=None).order_by("-main", "name")),
        **_money(request.company, channel, form),
    }
    return render(request, "channels/page.html", context)


@gate.member("channels.change")
@require_POST
def place(request: gate.Inside, pk: int) -> HttpResponse:
    """Say which establishment an account is about."""
    channel = gate.one(queries.of(request.company), request.company, pk)
    chosen = request.POST.get("establishment", "")
    places = request.company.establishments.filter(removed_at=None)
    found = places.filter(pk=int(chosen)).first() if chosen.isascii() and chosen.isdecimal() and len(chosen) < 19 else None
    commands.put_with(channel=channel, establishment=found, by=request.actor, now=clock.now())
    tell(request, _("Kept."))
    return back(request, _to(request, channel))


def _bell(request: gate.Inside, channel: Channel) -> dict[str, str] | None:
    """Return what an owner copies into the network's form, so that it tells at once of news; None where it cannot, or they may not."""
    network = settings.NETWORKS.get(channel.network)
    shown = network is not None and network.bell is not None and not channel.by_hand and channel.state != "closed"
    if not shown or not allowed(request.actor, "channels.change", request.company.pk):
        return None
    return {"address": hooks.address(channel.network, request.company.pk), "word": hooks.verify_token(request.company.pk)}


def _money(company: Company, channel: Channel, form: Ceiling | None) -> dict[str, Any]:
    """Return what an account has cost by month, where its network bills publications."""
    if queries.spec_of(channel).price is None and channel.ceiling is None:
        return {}
    today = timezone.localtime(clock.now()).date()
    months = spending.months(company, _months_ago(today, SHOWN_MONTHS - 1), channel)
    present = today.replace(day=1)
    this = next((month for month in months if month.first == present), spending.Month(channel.pk, present, 0, 0))
    first = None if channel.ceiling is None else channel.ceiling // MICROS
    return {
        "bills": True,
        "months": months,
        "this": this,
        "passes": channel.ceiling is not None and this.all > channel.ceiling,
        "form": form or Ceiling(initial={"dollars": first}),
    }


def _months_ago(today: date, months: int) -> date:
    whole = today.year * 12 + today.month - 1 - months
    return date(whole // 12, whole % 12 + 1, 1)


def limits_of(gauges: Mapping[str, Gauge]) -> list[Limit]:
    """Return the limits that still stand, in words, the fullest first."""
    now = clock.now()
    found = [
        Limit(_in_words(one), min(100, round(100 * one.used / one.most)), one)
        for one in gauges.values()
        if one.reset_at > now and one.most > 0
    ]
    return sorted(found, key=lambda limit: -limit.share)


def _in_words(gauge: Gauge) -> str:
    used = round(gauge.used)
    words = {
        "calls": ngettext("%(used)s of %(most)s calls", "%(used)s of %(most)s calls", used),
        "percent": _("%(used)s%% of what the network allows"),
        "units": ngettext("%(used)s of %(most)s units of the quota", "%(used)s of %(most)s units of the quota", used),
        "posts": ngettext("%(used)s of %(most)s publications", "%(used)s of %(most)s publications", used),
        "uploads": ngettext("%(used)s of %(most)s files sent", "%(used)s of %(most)s files sent", used),
    }
    return words[gauge.unit] % {"used": reading.number(used), "most": reading.number(round(gauge.most))}


@require_POST
@gate.member("channels.change")
def check(request: gate.Inside, pk: int) -> HttpResponse:
    """Ask the network now how an account is."""
    channel = gate.one(queries.of(request.company), request.company, pk)
    said = rounds.check_now(channel=channel, by=request.actor, now=clock.now())
    words, tone = {
        "well": (_("Checked: this is how the account is now."), "done"),
        "fresh": (_("It was checked a moment ago: nothing can have changed yet."), "tip"),
        "dead": (_("The network no longer lets Parvis in. Connect the account again."), "wrong"),
        "unreachable": (
            _("The network does not answer at the moment. What was known before still stands; try again in a few minutes."),
            "wait",
        ),
    }[said]
    tell(request, words, tone=tone)
    return back(request, _to(request, channel))


@require_POST
@gate.member("channels.change")
def told(request: gate.Inside, pk: int) -> HttpResponse:
    """Keep the company's word on what the network does not tell of its application."""
    channel = gate.one(queries.of(request.company), request.company, pk)
    app, key = queries.network_of(channel).spec.app, request.POST.get("key", "")
    if app is None or not any(check.asked and check.key == key for check in checks_of(channel)):
        raise Http404
    done = request.POST.get("done") == "yes"
    commands.say_option(company=request.company, rule=app, key=key, done=done, by=request.actor, now=clock.now())
    tell(request, _("Noted: it is done.") if done else _("Noted: it is not done."))
    return back(request, _to(request, channel))


@require_POST
@gate.member("channels.change")
def ceiling(request: gate.Inside, pk: int) -> HttpResponse:
    """Set the most that may be spent there in a month, or take that ceiling away."""
    channel = gate.one(queries.of(request.company), request.company, pk)
    form = Ceiling(request.POST)
    if not form.is_valid():
        return _shown(request, channel, form)
    dollars = form.cleaned_data["dollars"]
    wanted = None if dollars is None else dollars * MICROS
    commands.set_ceiling(channel=channel, ceiling=wanted, by=request.actor, now=clock.now())
    if wanted is None:
        tell(request, _("There is no ceiling any more."))
    else:
        tell(request, _("The ceiling is set. What it holds waits for your word on the page of today."))
    return back(request, _to(request, channel))


def _to(request: gate.Inside, channel: Channel) -> str:
    return reverse("channel", args=[request.company.slug, channel.pk])


# ---- closing


@gate.member("channels.change")
def close(request: gate.Inside, pk: int) -> HttpResponse:
    """Say what closing an account will do, then do it. It cannot be undone: the authorisation is erased."""
    channel = gate.one(queries.of(request.company), request.company, pk)
    waits = waiting_on(channel)
    context: dict[str, Any] = {"place": "settings", "channel": channel, "waiting": waits}
    if request.method != "POST":
        return render(request, "channels/close.html", context)
    choice = request.POST.get("waiting", "")
    if waits.to_come and choice not in {"cancel", "keep"}:
        return render(request, "channels/close.html", {**context, "choose": True})
    try:
        close_channel(channel=channel, take_back=choice == "cancel", by=request.actor, now=clock.now())
    except StillLeaving:
        return render(request, "channels/close.html", {**context, "leaving": True})
    tell(request, _("%(account)s is closed. What you published there stays there.") % {"account": channel.handle})
    return back(request, reverse("channels", args=[request.company.slug]))


urls = [
    path("settings/channels/", listing, name="channels"),
    path("settings/channels/<int:pk>/", account, name="channel"),
    path("settings/channels/<int:pk>/check/", check, name="channel-check"),
    path("settings/channels/<int:pk>/told/", told, name="channel-told"),
    path("settings/channels/<int:pk>/place/", place, name="channel-place"),
    path("settings/channels/<int:pk>/ceiling/", ceiling, name="channel-ceiling"),
    path("settings/channels/<int:pk>/close/", close, name="channel-close"),
]
