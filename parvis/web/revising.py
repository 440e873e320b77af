"""Screens: other words for what is on a network already, where the network lets one."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from parvis.channels.queries import spec_of
from parvis.core import clock
from parvis.inbox import answering
from parvis.networks.facts import MESSAGE, REPLY, Parcel
from parvis.people.permissions import anywhere
from parvis.posts import approving
from parvis.posts.approving import NeedsYes
from parvis.publishing.commands import TooLate
from parvis.publishing.models import Delivery
from parvis.publishing.queries import of as deliveries_of
from parvis.publishing.revisions import CannotRevise, why_not
from parvis.publishing.states import State
from parvis.web.gate import Inside, member, one
from parvis.web.htmx import back, tell
from parvis.web.tags import network_name, say


@member("posts.read|inbox.read", post="deliveries.decide|inbox.answer")
def revision(request: Inside, pk: int) -> HttpResponse:
    """Show the words that are there, to be written anew; a POST has the worker put them there."""
    found = one(deliveries_of(request.company), request.company, pk)
    if request.method != "POST":
        return _shown(request, found)
    there = Parcel.from_json(found.parcel)
    typed = request.POST.get("text", "").replace("\r\n", "\n").replace("\x00", "").strip()
    title = " ".join(request.POST.get("title", there.title).replace("\x00", "").split())
    revise = answering.revise if there.form in (REPLY, MESSAGE) else approving.revise
    try:
        changed = revise(delivery=found, parcel=replace(there, text=typed, title=title), by=request.actor, now=clock.now())
    except CannotRevise as error:
        return _shown(request, found, typed, title, say(error.why))
    except NeedsYes:
        return _shown(
            request, found, typed, title, _("Other words there need a yes: whoever may give it can change them. Nothing was changed.")
        )
    except TooLate:
        tell(request, _("It is not there any more: nothing was changed."), tone="wait")
        return back(request, reverse("delivery", args=[request.company.slug, pk]))
    if changed:
        tell(request, _("It is being changed on %(network)s.") % {"network": network_name(found.channel)})
    else:
        tell(request, _("These are the words that are there already."), tone="wait")
    return back(request, reverse("delivery", args=[request.company.slug, pk]))


def _shown(request: Inside, found: Delivery, typed: str | None = None, title: str = "", wrong: str = "") -> HttpResponse:
    kept = Parcel.from_json(found.revision or found.parcel)
    there = found.state == State.SENT and found.removed_at is None and found.removal_at is None
    context = {
        "place": "publish",
        "delivery": found,
        "channel": found.channel,
        "rule": next(iter(spec_of(found.channel).as_form(kept.form).texts), None),
        "text": kept.text if typed is None else typed,
        "title": kept.title if typed is None else title,
        "language": kept.language,
        "wrong": wrong,
        "why_not": why_not(found, found.channel) if there else _("It is not there any more: nothing was changed."),
        "decides": anywhere(request.actor, "deliveries.decide", request.company.pk),
    }
    return render(request, "posts/revision.html", context, status=422 if wrong else 200)


urls = [path("deliveries/<int:pk>/revision/", revision, name="revision")]
