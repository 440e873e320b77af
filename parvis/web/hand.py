"""Screens: the accounts where a person publishes: opening one, naming it, and going on by hand where Parvis published."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from parvis.channels import by_hand, queries
from parvis.channels.by_hand import Unclear
from parvis.channels.models import Channel
from parvis.core import clock
from parvis.networks.facts import Spec
from parvis.networks.hand import OTHER
from parvis.publishing.closing import StillLeaving, waiting_on
from parvis.publishing.switching import switch_to_hand
from parvis.web import gate
from parvis.web.htmx import back, tell
from parvis.web.tags import say, spec_of

LINE = {"class": "input", "autocomplete": "off"}
NAME = {**LINE, "autocapitalize": "none", "spellcheck": "false"}


class Named(forms.Form):
    """How an account where a person publishes is called, and the page that they open."""

    name = forms.CharField(max_length=300, required=False, widget=forms.TextInput(LINE))
    handle = forms.CharField(max_length=300, required=False, widget=forms.TextInput(NAME))
    opens = forms.CharField(max_length=500, required=False, widget=forms.TextInput({**NAME, "inputmode": "url"}))

    def __init__(self, spec: Spec, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the place") if spec.key == OTHER else _("Name to show here")
        self.fields["handle"].label = _("Your account's name there")
        self.fields["opens"].label = _("Page to open when it is time to publish")
        if spec.key == OTHER:
            self.fields["name"].help_text = _("Such as: the customers’ list on the phone, the bakers’ forum, the town hall’s notice board.")
            self.fields["name"].required = True
        if spec.opens:
            self.fields["opens"].help_text = _("Left empty: %(page)s") % {"page": spec.opens}


@gate.member("channels.change")
def new(request: gate.Inside, network: str) -> HttpResponse:
    """Open an account where a person publishes."""
    if network not in queries.by_hand_keys():
        raise Http404
    spec = spec_of(network)
    form = Named(spec, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = by_hand.open_by_hand(company=request.company, network=network, **form.cleaned_data, by=request.actor, now=clock.now())
            tell(
                request,
                _("%(account)s is there. At the hour, its card comes to you: on your page of today and by mail.")
                % {"account": made.handle},
            )
            return back(request, reverse("channels", args=[request.company.slug]))
        except Unclear as error:
            form.add_error(error.field, say(error.why))
    return render(request, "channels/hand.html", {"place": "settings", "spec": spec, "form": form})


@gate.member("channels.change")
def edit(request: gate.Inside, pk: int) -> HttpResponse:
    """Change how such an account is called; where Parvis publishes, ask whether a person shall."""
    channel = gate.one(queries.of(request.company), request.company, pk)
    return _renamed(request, channel) if channel.by_hand else _switched(request, channel)


def _renamed(request: gate.Inside, channel: Channel) -> HttpResponse:
    spec = queries.spec_of(channel)
    kept = {"name": channel.name, "handle": channel.handle, "opens": channel.opens}
    form = Named(spec, request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        try:
            by_hand.rename(channel=channel, **form.cleaned_data, by=request.actor, now=clock.now())
            tell(request, _("It is kept."))
            return back(request, reverse("channels", args=[request.company.slug]))
        except Unclear as error:
            form.add_error(error.field, say(error.why))
    return render(request, "channels/hand.html", {"place": "settings", "spec": spec, "form": form, "channel": channel})


def _switched(request: gate.Inside, channel: Channel) -> HttpResponse:
    context: dict[str, Any] = {"place": "settings", "channel": channel, "waiting": waiting_on(channel)}
    if request.method != "POST":
        return render(request, "channels/to_hand.html", context)
    try:
        switch_to_hand(channel=channel, by=request.actor, now=clock.now())
    except StillLeaving:
        return render(request, "channels/to_hand.html", {**context, "leaving": True})
    tell(request, _("%(account)s goes on by hand: at the hour, its card comes to you.") % {"account": channel.handle})
    return back(request, reverse("channels", args=[request.company.slug]))


urls = [
    path("settings/channels/by-hand/<slug:network>/", new, name="hand-new"),
    path("settings/channels/<int:pk>/by-hand/", edit, name="channel-hand"),
]
