"""Screens for whoever holds an invitation to connect: who asks, what Parvis will be able to do, and the same doors as for a member.

They have no account here and need none. The link is all they are; what they begin is bound to the browser they began it in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from parvis.channels import choosing, commands, inviting, queries, rounds
from parvis.channels.connecting import Connected, NotConnected, where_to
from parvis.channels.models import AskedNetwork, Connecting, ConnectInvitation
from parvis.core import clock
from parvis.core.links import digest
from parvis.core.say import Say
from parvis.networks.contract import Network
from parvis.networks.facts import Spec
from parvis.people.actors import Actor
from parvis.web import connecting
from parvis.web.accounts import Accounts
from parvis.web.connecting import ASKED_ELSEWHERE, LONGEST, Sign, network_of, return_address, steps_of
from parvis.web.htmx import back, tell
from parvis.web.speech import speak_in
from parvis.web.tags import say

SALT = "parvis.web.guests"
PATIENCE = int(choosing.PATIENCE.total_seconds())
# Links that open nothing, from one address within a minute: a person mistypes one, a machine guesses many.
MOST_GUESSES, GUESSING = 20, 60


class Holding(HttpRequest):
    """A request of whoever holds an open invitation."""

    invitation: ConnectInvitation
    actor: Actor
    token: str


def guest(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let whoever holds the link of an open invitation through; anybody else is told why it opens nothing. Looking changes nothing."""

    @never_cache
    @wraps(view)
    def guarded(request: Any, token: str, **rest: Any) -> HttpResponse:
        invitation = inviting.by_token(token)
        if invitation is None:
            return too_fast(request) or _over(request, inviting.UNKNOWN)
        speak_in(invitation.company, request)
        request.invitation, request.actor, request.token = invitation, inviting.actor_of(invitation), token
        with timezone.override(ZoneInfo(invitation.company.timezone)):
            why = inviting.why_over(invitation, clock.now())
            return _over(request, why, invitation) if why else view(request, **rest)

    return guarded


def _over(request: HttpRequest, why: Say, invitation: ConnectInvitation | None = None) -> HttpResponse:
    return render(request, "guest/over.html", {"why": why, "invitation": invitation}, status=410)


def too_fast(request: HttpRequest) -> HttpResponse | None:
    """Count a link that opens nothing; answer in its place whoever tries so many."""
    key = f"guesses:{Accounts().get_client_ip(request)}"
    if cache.add(key, 1, GUESSING) or cache.incr(key) <= MOST_GUESSES:
        return None
    return render(request, "429.html", status=429)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A network that an invitation asks for: its facts, what Parvis will do there, and what was connected already."""

    asked: AskedNetwork
    spec: Spec
    hears: bool

    @classmethod
    def of(cls, asked: AskedNetwork, network: Network) -> Wanted:
        """Read what is known of it."""
        return cls(asked, network.spec, network.listens)


@guest
@require_GET
def page(request: Holding) -> HttpResponse:
    """Say who asks, for which company, and what Parvis will be able to do there."""
    rows = [one for one in request.invitation.asked.all() if one.network in settings.NETWORKS]
    wanted = [Wanted.of(one, settings.NETWORKS[one.network]) for one in rows]
    context = {
        "invitation": request.invitation,
        "token": request.token,
        "wanted": wanted,
        "left": sum(not one.asked.used_at for one in wanted),
    }
    return render(request, "guest/page.html", context)


@sensitive_post_parameters("password")
@guest
def connect(request: Holding, network: str) -> HttpResponse:
    """Connect an account of one's own on this network."""
    spec = network_of(network).spec
    asked = next((one for one in request.invitation.asked.all() if one.network == network), None)
    if asked is None:
        raise Http404
    form = Sign(spec, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _asked(request, spec, form) if spec.door == ASKED_ELSEWHERE else _signed(request, spec, form)
        except NotConnected as error:
            form.blame(error)
    steps = steps_of(spec, return_address()) if spec.app is None else []
    context = {"invitation": request.invitation, "token": request.token, "wanted": Wanted.of(asked, network_of(network)), "spec": spec}
    return render(request, "guest/connect.html", {**context, "form": form, "steps": steps}, status=422 if form.errors else 200)


def _signed(request: Holding, spec: Spec, form: Sign) -> HttpResponse:
    done = commands.connect_password(
        company=request.invitation.company, network=spec.key, identifier=form.cleaned_data["who"], password=form.cleaned_data["password"],
        by=request.actor, now=clock.now(), invitation=request.invitation,
    )  # fmt: skip
    return _connected(request, request.token, [done])


def _asked(request: Holding, spec: Spec, form: Sign) -> HttpResponse:
    flow = commands.connect_begin(
        company=request.invitation.company, network=spec.key, host=form.cleaned_data.get("who", ""), redirect_uri=return_address(),
        by=request.actor, now=clock.now(), invitation=request.invitation,
    )  # fmt: skip
    return _bound(request, flow, back(request, reverse("guest-leave", args=[request.token, flow.pk])))


@guest
@require_GET
def leave(request: Holding, pk: int) -> HttpResponse:
    """Say where the person goes now, and let them go."""
    flow = Connecting.objects.filter(pk=pk, invitation=request.invitation, expires_at__gt=clock.now()).first()
    if flow is None or not _same_browser(request, flow):
        return render(request, "channels/over.html", status=404)
    going = where_to(flow)
    if not going["url"]:
        raise Http404
    return render(request, "guest/leave.html", {"token": request.token, "spec": network_of(flow.network).spec, **going})


@guest
def choose(request: Holding, pk: int) -> HttpResponse:
    """Show the accounts that a login opened, and connect those that the person chooses."""
    now, wrong = clock.now(), ""
    flow = choosing.waiting(pk, request.actor, now, request.invitation)
    if flow is None or not _same_browser(request, flow):
        return render(request, "channels/over.html", status=404)
    if request.method == "POST":
        numbers = {int(number) for number in request.POST.getlist("chosen") if number.isdecimal() and len(number) < LONGEST}
        try:
            done = commands.connect_choose(flow_id=pk, numbers=numbers, by=request.actor, now=now, invitation=request.invitation)
            return _connected(request, request.token, done)
        except NotConnected as error:
            wrong = f"{say(error.why)} {say(error.cure)}"
    context = {
        "invitation": request.invitation, "token": request.token, "spec": network_of(flow.network).spec,
        "offers": choosing.offers(flow), "wrong": wrong, "until": flow.expires_at,
    }  # fmt: skip
    return render(request, "guest/choose.html", context)


# ---- coming back


@never_cache
@require_GET
def returned(request: HttpRequest) -> HttpResponse:
    """Take somebody back from the server that they were sent to: a guest to their page, a member to theirs.

    It changes something on a GET: the other server chose the method. A guest must come back in the browser that they left with.
    """
    now = clock.now()
    flow = queries.invited_flow(digest(request.GET.get("state", "")), now)
    if flow is None:
        return connecting.returned(request)
    invitation = flow.invitation
    token = inviting.token_of(invitation) if invitation else ""
    if invitation is None or not token or not _same_browser(request, flow):
        return render(request, "channels/over.html", status=404)
    speak_in(flow.company, request)
    told: dict[str, Any] = {"state": request.GET["state"], "by": inviting.actor_of(invitation), "now": now, "invitation": invitation}
    try:
        if "code" in request.GET:
            done = commands.connect_finish(code=request.GET["code"], **told)
            if isinstance(done, Connecting):
                return _bound(request, done, back(request, reverse("guest-choose", args=[token, done.pk])))
            return _connected(request, token, [done])
        commands.connect_stop(why=request.GET.get("error", ""), **told)
    except NotConnected as error:
        tell(request, f"{say(error.why)} {say(error.cure)}", tone="wrong")
    return back(request, reverse("guest", args=[token]))


def _connected(request: HttpRequest, token: str, done: list[Connected]) -> HttpResponse:
    for one in done[:1]:  # of several, each is looked at by its first visit, in a minute
        rounds.first_look(one.channel, clock.now())
    tell(
        request,
        _("Connected: %(accounts)s. Thank you, whoever asked is told.") % {"accounts": ", ".join(one.channel.handle for one in done)},
    )
    return back(request, reverse("guest", args=[token]))


def _bound(request: HttpRequest, flow: Connecting, answer: HttpResponse) -> HttpResponse:
    """Bind a flow to this browser: whoever else comes back with its state is not let in."""
    answer.set_signed_cookie(
        f"guest-{flow.network}", str(flow.pk), salt=SALT, max_age=PATIENCE, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return answer


def _same_browser(request: HttpRequest, flow: Connecting) -> bool:
    kept = request.get_signed_cookie(f"guest-{flow.network}", default="", salt=SALT, max_age=PATIENCE)
    return kept == str(flow.pk)


# One address of return for the whole Parvis: servers remember it, whatever the company is called later.
outside = [
    path("connect/return/", returned, name="connect-return"),
    path("connect/for/<str:token>/", page, name="guest"),
    path("connect/for/<str:token>/leave/<int:pk>/", leave, name="guest-leave"),
    path("connect/for/<str:token>/choose/<int:pk>/", choose, name="guest-choose"),
    path("connect/for/<str:token>/<slug:network>/", connect, name="guest-connect"),
]
