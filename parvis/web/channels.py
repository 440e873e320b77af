"""Screens: a company's accounts on the networks, how one is connected, mended and closed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from parvis.channels import commands, queries
from parvis.channels.connecting import Connected, NotConnected, digest, where_to
from parvis.channels.models import Channel, Connecting
from parvis.core import clock
from parvis.networks.contract import Network
from parvis.networks.facts import Spec
from parvis.people.actors import Actor
from parvis.people.models import Member
from parvis.people.permissions import allowed, may
from parvis.publishing.closing import StillLeaving, close_channel, waiting_on
from parvis.web import gate
from parvis.web.htmx import back, is_htmx, tell
from parvis.web.tags import say

ASKED_ELSEWHERE = "oauth"


class Sign(forms.Form):
    """What connects an account: its name and a password made for Parvis, or only the server it is on."""

    who = forms.CharField(max_length=300, widget=forms.TextInput(attrs={"class": "input", "autocapitalize": "none", "spellcheck": "false"}))
    password = forms.CharField(max_length=300, widget=forms.PasswordInput(attrs={"class": "input", "autocomplete": "off"}))

    def __init__(self, spec: Spec, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        guide, who = spec.guide, self.fields["who"]
        who.label = say(guide.asks) if guide else _("Your account's name")
        who.help_text = _("Such as %(examples)s") % {"examples": _(" or ").join(guide.like)} if guide else ""
        self.fields["password"].label = {"password": _("App password"), "token": _("Access token")}.get(spec.door, "")
        if spec.door == ASKED_ELSEWHERE:
            del self.fields["password"]
            if not spec.asks_host:
                del self.fields["who"]

    def blame(self, error: NotConnected) -> None:
        """Put what went wrong beside what was typed."""
        self.add_error("who" if error.field and "who" in self.fields else None, f"{say(error.why)} {say(error.cure)}")


@gate.member
@require_GET
def listing(request: gate.Inside) -> HttpResponse:
    """Show the accounts and how they are, and the networks where another can be connected."""
    may(request.actor, "channels.read", request.company.pk)
    channels = [(channel, queries.spec_of(channel)) for channel in queries.of(request.company) if channel.network in settings.NETWORKS]
    context = {
        "place": "settings",
        "channels": channels,
        "dead": sum(channel.state == "dead" for channel, _spec in channels),
        "networks": [network.spec for network in settings.NETWORKS.values()],
        "owns": allowed(request.actor, "channels.change", request.company.pk),
        "now": clock.now(),
    }
    return render(request, "channels/list.html", context)


@gate.member
@sensitive_post_parameters("password")
def connect(request: gate.Inside, network: str) -> HttpResponse:
    """Connect an account of this network."""
    return _connect(request, network, None)


@gate.member
@sensitive_post_parameters("password")
def mend(request: gate.Inside, pk: int) -> HttpResponse:
    """Connect an account again, when its authorisation is gone."""
    channel = gate.one(queries.of(request.company), request.company, pk)
    return _connect(request, channel.network, channel)


def _connect(request: gate.Inside, key: str, mends: Channel | None) -> HttpResponse:
    may(request.actor, "channels.change", request.company.pk)
    spec = _network(key).spec
    form = Sign(spec, request.POST or None, initial={"who": _known(spec, mends)})
    if request.method == "POST" and form.is_valid():
        try:
            return _asked(request, spec, form, mends) if spec.door == ASKED_ELSEWHERE else _signed(request, spec, form, mends)
        except NotConnected as error:
            form.blame(error)
    context = {"place": "settings", "spec": spec, "form": form, "mends": mends, "spare": _spare(spec)}
    return render(request, "channels/connect.html", context)


def _spare(spec: Spec) -> dict[str, str]:
    """Return what to type to try this network's stand-in; empty outside a demonstration."""
    if spec.key not in settings.SANDBOX:
        return {}
    name, password = settings.SPARE_ACCOUNT
    if spec.door == ASKED_ELSEWHERE:
        return {"host": urlsplit(settings.SANDBOX[spec.key]).netloc, "name": name}
    return {"handle": f"{name}.test", "password": password}


def _known(spec: Spec, mends: Channel | None) -> str:
    if mends is None:
        return ""
    return mends.base.partition("://")[2] if spec.asks_host else mends.handle


def _signed(request: gate.Inside, spec: Spec, form: Sign, mends: Channel | None) -> HttpResponse:
    typed = form.cleaned_data
    done = commands.connect_password(
        company=request.company,
        network=spec.key,
        identifier=typed["who"],
        password=typed["password"],
        by=request.actor,
        now=clock.now(),
        mends=mends.pk if mends else None,
    )
    return _connected(request, done, request.company.slug)


def _asked(request: gate.Inside, spec: Spec, form: Sign, mends: Channel | None) -> HttpResponse:
    flow = commands.connect_begin(
        company=request.company,
        network=spec.key,
        host=form.cleaned_data.get("who", ""),
        redirect_uri=settings.PUBLIC_URL + reverse("connect-return"),
        by=request.actor,
        now=clock.now(),
        mends=mends.pk if mends else None,
    )
    if is_htmx(request):
        return back(request, where_to(flow)["url"])
    return back(request, reverse("connect-leave", args=[request.company.slug, flow.pk]))


@gate.member
@require_GET
def leave(request: gate.Inside, pk: int) -> HttpResponse:
    """Say where the person goes now, and let them go: without JavaScript a form may not lead out of the house (form-action)."""
    may(request.actor, "channels.change", request.company.pk)
    mine = Connecting.objects.filter(user=request.user.pk, expires_at__gt=clock.now())
    flow = gate.one(mine, request.company, pk)
    context = {"place": "settings", "spec": _network(flow.network).spec, **where_to(flow)}
    return render(request, "channels/leave.html", context)


@login_required
@require_GET
def returned(request: HttpRequest) -> HttpResponse:
    """Take a person back from the server that they were sent to. It changes something on a GET: the other server chose the method."""
    state, now = request.GET.get("state", ""), clock.now()
    flow = queries.flow(digest(state), request.user.pk or 0, now)
    member = flow and Member.objects.select_related("company", "user").filter(company=flow.company, user=request.user.pk).first()
    if not flow or not member:
        return render(request, "channels/over.html", status=404)
    by, company = Actor.of(member), flow.company
    try:
        if "code" in request.GET:
            return _connected(request, commands.connect_finish(state=state, code=request.GET["code"], by=by, now=now), company.slug)
        commands.connect_stop(state=state, why=request.GET.get("error", ""), by=by, now=now)
    except NotConnected as error:
        tell(request, f"{say(error.why)} {say(error.cure)}", tone="wrong")
    return back(request, reverse("connect", args=[company.slug, flow.network]))


def _connected(request: HttpRequest, done: Connected, slug: str) -> HttpResponse:
    words = {"account": done.channel.handle}
    if done.another:
        told = _("%(account)s is connected. It is another account than the one you wanted to mend: that one is still disconnected.") % words
        tell(request, told, tone="wait")
    elif done.how == "again":
        tell(request, _("%(account)s is connected again. What was waiting for it leaves at its hour.") % words)
    else:
        tell(request, _("%(account)s is connected. You can publish there now.") % words)
    return back(request, reverse("channels", args=[slug]))


@gate.member
def close(request: gate.Inside, pk: int) -> HttpResponse:
    """Say what closing an account will do, then do it. It cannot be undone: the authorisation is erased."""
    may(request.actor, "channels.change", request.company.pk)
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


def _network(key: str) -> Network:
    network: Network | None = settings.NETWORKS.get(key)
    if network is None:
        raise Http404
    return network


urls = [
    path("settings/channels/", listing, name="channels"),
    path("settings/channels/connect/<slug:network>/", connect, name="connect"),
    path("settings/channels/leave/<int:pk>/", leave, name="connect-leave"),
    path("settings/channels/<int:pk>/mend/", mend, name="channel-mend"),
    path("settings/channels/<int:pk>/close/", close, name="channel-close"),
]
# One address for the whole Parvis: servers remember it, whatever the company is called later.
outside = [path("connect/return/", returned, name="connect-return")]
