"""Screens: what is read of each account, what that costs where a network charges for it, and the most that it may cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from parvis.channels.models import Channel
from parvis.channels.queries import of as channels_of
from parvis.core import clock
from parvis.inbox import commands, costs, queries
from parvis.inbox.ears import ear_of, hears
from parvis.inbox.models import Reading
from parvis.networks.listening import Source
from parvis.people.permissions import allowed
from parvis.web import reading as reads
from parvis.web.gate import Inside, member, one, see
from parvis.web.htmx import tell

MICROS = costs.MICROS
MOST_DOLLARS = 2_000


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is read of an account; `spent` is what this month has cost."""

    reading: Reading
    source: Source
    spent: int

    @property
    def dollars(self) -> str:
        """The ceiling in whole dollars, as it is typed."""
        return "" if self.reading.ceiling is None else f"{self.reading.ceiling / MICROS:g}"


@dataclass(slots=True)
class Account:
    """One account: what is read of it and costs, and what is read of it and does not."""

    channel: Channel
    costly: list[Line] = field(default_factory=list)
    free: list[Line] = field(default_factory=list)

    @property
    def every(self) -> timedelta:
        """How often what costs nothing is read at rest."""
        return min((line.source.every for line in self.free), default=timedelta(0))

    @property
    def read_at(self) -> Any:
        """When anything free was last read."""
        return max((line.reading.read_at for line in self.free if line.reading.read_at), default=None)

    @property
    def told(self) -> Any:
        """What is wrong with reading it, if anything."""
        return next((line.reading.told for line in self.free if line.reading.told), None)


@require_GET
@member("inbox.read")
def listening(request: Inside) -> HttpResponse:
    """Show what is read of each account."""
    first = costs.month(request.company, clock.now())
    channels = [channel for channel in channels_of(request.company) if hears(channel) and channel.state != "closed"]
    found = list(_accounts(channels, queries.readings(request.company), first))
    context = {
        "place": "answer", "accounts": found, "may_change": allowed(request.actor, "inbox.change", request.company.pk),
        "spent": sum(line.spent for account in found for line in account.costly), "any_costly": any(one.costly for one in found),
    }  # fmt: skip
    return render(request, "inbox/listening.html", context)


def _accounts(channels: Iterable[Channel], readings: list[Reading], first: date) -> Iterable[Account]:
    for channel in channels:
        sources = {source.name: source for source in ear_of(channel, calls=False)[0].sources}
        account = Account(channel)
        for row in readings:
            if row.channel_id == channel.pk and (source := sources.get(row.source)):
                line = Line(row, source, row.spent if row.month == first else 0)
                (account.costly if source.costs else account.free).append(line)
        yield account


def _found(request: Inside, pk: int, source: str) -> Channel:
    channel = one(channels_of(request.company), request.company, pk)
    if not Reading.objects.filter(channel=channel, source=source).exists():
        raise Http404
    return channel


@require_POST
@member("inbox.change")
def switch(request: Inside, pk: int, source: str) -> HttpResponse:
    """Have a source read, or no longer."""
    channel, on = _found(request, pk, source), request.GET.get("on", request.POST.get("on", "")) == "1"
    if commands.listen(channel=channel, source=source, on=on, by=request.actor, now=clock.now()):
        undo = reverse("inbox-listening-switch", args=[request.company.slug, pk, source]) + ("?on=0" if on else "?on=1")
        tell(request, gettext("It is read from now on.") if on else gettext("It is no longer read. What is here stays."), undo=undo)
    return see("inbox-listening", request.company.slug)


@require_POST
@member("inbox.change")
def ceiling(request: Inside, pk: int, source: str) -> HttpResponse:
    """Set the most that reading a source may cost in a month."""
    channel = _found(request, pk, source)
    typed = request.GET.get("dollars", request.POST.get("dollars", "")).strip().replace(",", ".")
    try:
        dollars = float(typed) if typed else None
        wanted = None if dollars is None else round(dollars * MICROS)
    except (ValueError, OverflowError):
        wanted, dollars = None, -1.0
    if dollars is not None and not 0 <= dollars <= MOST_DOLLARS:
        words = gettext("Write a sum between 0 and %(most)s dollars, or nothing for no ceiling. Nothing was changed.")
        tell(request, words % {"most": reads.number(MOST_DOLLARS)}, tone="wait")
        return see("inbox-listening", request.company.slug)
    before = commands.cap(channel=channel, source=source, ceiling=wanted, by=request.actor, now=clock.now())
    if before != wanted:
        back = urlencode({"dollars": "" if before is None else f"{before / MICROS:g}"})
        undo = f"{reverse('inbox-listening-ceiling', args=[request.company.slug, pk, source])}?{back}"
        tell(request, gettext("The ceiling is set.") if wanted is not None else gettext("There is no ceiling any more."), undo=undo)
    return see("inbox-listening", request.company.slug)


_SOURCE = "inbox/listening/<int:pk>/<slug:source>/"
urls = [
    path("inbox/listening/", listening, name="inbox-listening"),
    path(_SOURCE, switch, name="inbox-listening-switch"),
    path(f"{_SOURCE}ceiling/", ceiling, name="inbox-listening-ceiling"),
]
