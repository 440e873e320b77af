"""Screens: the emergency stop. One button holds every delivery of the company, or of one account; an owner lets go."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from parvis.channels import queries
from parvis.channels.models import Channel
from parvis.core import clock
from parvis.publishing import releasing, stops
from parvis.publishing.models import Stop
from parvis.web import gate
from parvis.web.htmx import back, tell

LONGEST = 19


@gate.member("company.read", post="company.stop")
def listing(request: gate.Inside) -> HttpResponse:
    """Show what is stopped, and stop everything, or one account."""
    if request.method == "POST":
        channel = _channel(request)
        why = request.POST.get("why", "")
        made = stops.stop(company=request.company, channel=channel, why=why, by=request.actor, now=clock.now())
        if channel is None:
            tell(request, _("Everything is stopped. Nothing new leaves until an owner lifts the stop."), tone="wait")
        else:
            tell(request, _("%(account)s is stopped. The other accounts go on.") % {"account": channel.handle}, tone="wait")
        return back(request, _to(request, made.pk))
    accounts = [(channel, request.halts.of(channel.pk)) for channel in queries.of(request.company)]
    return render(request, "emergency/list.html", {"place": "settings", "accounts": accounts})


def _channel(request: gate.Inside) -> Channel | None:
    pk = request.POST.get("channel", "")
    if not pk:
        return None
    if not pk.isdecimal() or len(pk) >= LONGEST:
        raise Http404
    return gate.one(queries.of(request.company), request.company, int(pk))


@gate.member("company.read")
@require_GET
def page(request: gate.Inside, pk: int) -> HttpResponse:
    """Show one stop: who, since when, why, what it came too late for, and what would leave in which order if it were lifted."""
    stop = _one(request, pk)
    if stop.lifted_at is not None:
        return render(request, "emergency/lifted.html", {"place": "settings", "stop": stop})
    now = clock.now()
    context = {
        "place": "settings",
        "stop": stop,
        "going": releasing.going(stop),
        "release": releasing.release_of(stop, now),
        "also": [halt for halt in request.halts.rows if halt.pk != stop.pk],
        "now": now,
    }
    return render(request, "emergency/stop.html", context)


@require_POST
@gate.member("company.read", post="company.resume")
def lift(request: gate.Inside, pk: int) -> HttpResponse:
    """Let go: in order, or with what is past its hour held for a person's word."""
    try:
        held = stops.resume(stop=_one(request, pk), hold=request.POST.get("overdue") == "hold", by=request.actor, now=clock.now())
    except stops.AlreadyLifted:
        tell(request, _("Somebody lifted it already: nothing was changed."), tone="wait")
        return back(request, _to(request, pk))
    if held:
        tell(request, _("Lifted. What was past its hour waits for your word, on the page of today."))
    else:
        tell(request, _("Lifted. What was waiting leaves in order, one by one on each account."))
    return back(request, reverse("home", args=[request.company.slug]))


@require_POST
@gate.member("company.read", post="company.stop")
def explain(request: gate.Inside, pk: int) -> HttpResponse:
    """Say why, for whoever reads the banner."""
    try:
        stops.explain(stop=_one(request, pk), why=request.POST.get("why", ""), by=request.actor, now=clock.now())
        tell(request, _("Kept: everybody in the company reads it at the top of each page."))
    except stops.AlreadyLifted:
        tell(request, _("Somebody lifted it already: nothing was changed."), tone="wait")
    return back(request, _to(request, pk))


def _one(request: gate.Inside, pk: int) -> Stop:
    stop = gate.one(Stop.objects.select_related("channel", "company"), request.company, pk)
    if stop.channel is not None:  # of an account that they may see
        gate.one(Channel.objects.filter(pk__in=[channel.pk for channel in queries.of(request.company)]), request.company, stop.channel.pk)
    return stop


def _to(request: gate.Inside, pk: int) -> str:
    return reverse("stop", args=[request.company.slug, pk])


urls = [
    path("stops/", listing, name="stops"),
    path("stops/<int:pk>/", page, name="stop"),
    path("stops/<int:pk>/lift/", lift, name="stop-lift"),
    path("stops/<int:pk>/why/", explain, name="stop-why"),
]
