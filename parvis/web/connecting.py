"""Screens: connecting an account, with the network's guide, the company's own application, and a choice where a login opens several."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from parvis.channels import applications, choosing, commands, queries, rounds
from parvis.channels.connecting import Connected, NotConnected, where_to
from parvis.channels.models import Channel, Connecting
from parvis.channels.standing import actor_of
from parvis.core import clock
from parvis.core.links import digest
from parvis.core.say import Say
from parvis.networks.contract import Network
from parvis.networks.facts import AppRule, Spec
from parvis.people.models import Company, Member
from parvis.web import gate
from parvis.web.htmx import back, is_htmx, tell
from parvis.web.tags import say

ASKED_ELSEWHERE = "oauth"
BACK = "%(back)s"
# No login opens as many accounts as this has digits.
LONGEST = 6


class Sign(forms.Form):
    """What connects an account: its name and a password made for Parvis, or only the server it is on."""

    who = forms.CharField(max_length=300, widget=forms.TextInput(attrs={"class": "input", "autocapitalize": "none", "spellcheck": "false"}))
    password = forms.CharField(max_length=300, widget=forms.PasswordInput(attrs={"class": "input", "autocomplete": "off"}))

    def __init__(self, spec: Spec, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        guide, who = spec.guide, self.fields["who"]
        who.label = say(guide.asks) if guide else _("Your account's name")
        who.help_text = _("Such as %(examples)s") % {"examples": _(" or ").join(guide.like)} if guide and guide.like else ""
        self.fields["password"].label = {"password": _("App password"), "token": _("Access token")}.get(spec.door, "")
        if spec.door == ASKED_ELSEWHERE:
            del self.fields["password"]
            if not spec.asks_host:
                del self.fields["who"]

    def blame(self, error: NotConnected) -> None:
        """Put what went wrong beside what was typed."""
        self.add_error("who" if error.field and "who" in self.fields else None, f"{say(error.why)} {say(error.cure)}")


class Values(forms.Form):
    """The two values of an application, named as the network's own page names them."""

    client_id = forms.CharField(
        max_length=300, widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off", "spellcheck": "false"})
    )
    client_secret = forms.CharField(
        max_length=300, widget=forms.PasswordInput(attrs={"class": "input", "autocomplete": "off"}, render_value=False)
    )

    def __init__(self, rule: AppRule, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "app_%s"
        self.fields["client_id"].label, self.fields["client_secret"].label = rule.id_name, rule.secret_name
        for name in self.fields:
            self.fields[name].validators.append(_one_word)
        if rule.signing_name:
            self.fields["signing_secret"] = _signing(rule)
        if rule.number_name:
            self.fields["number"] = _number(say(rule.number_name))
        if rule.ways:
            names = [(key, say(name)) for key, name in rule.ways]
            self.fields["way"] = forms.ChoiceField(label=_("How you sign in"), choices=names, required=False, widget=forms.RadioSelect)
        if settings.SANDBOX:  # a demonstration's secret is none
            self.fields["client_secret"].widget.render_value = True
        self.fields["client_secret"].help_text = _("It is kept sealed; afterwards only its last four signs are shown.")

    def clean(self) -> dict[str, Any] | None:
        """Find the same value pasted twice."""
        typed = super().clean() or {}
        if typed.get("client_id") and typed.get("client_id") == typed.get("client_secret"):
            self.add_error("client_secret", _("This is the same value as above. Copy the second one from the network's page."))
        return typed


def _signing(rule: AppRule) -> forms.CharField:
    """Return the field of a third value, which nobody needs but whoever wants a network's webhooks."""
    hint = _("Only for news at once (webhook), and only where the network refuses the address without it. Leave it empty otherwise.")
    box = forms.PasswordInput(attrs={"class": "input", "autocomplete": "off"}, render_value=False)
    return forms.CharField(label=rule.signing_name, max_length=300, required=False, help_text=hint, widget=box, validators=[_one_word])


def _number(label: str) -> forms.CharField:
    """Return the field of the application's own number, which nobody needs but whoever wants a network's webhooks."""
    hint = _("Only for news at once (webhook): without it, Parvis cannot ask the network to tell. Leave it empty otherwise.")
    box = forms.TextInput(attrs={"class": "input", "autocomplete": "off", "inputmode": "numeric"})
    figures = RegexValidator(r"\A[0-9]{1,20}\Z", _("Figures only, as they stand in the address of the application’s page."))
    return forms.CharField(label=label, max_length=20, required=False, help_text=hint, widget=box, validators=[figures])


def _one_word(value: str) -> None:
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ValidationError(_("There is a space or a sign here that such a value never holds. Copy it again, whole and alone."))


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a guide; `address` is where the exact return address stands in it, between `before` and `after`."""

    before: str
    address: str = ""
    after: str = ""


def steps_of(spec: Spec, address: str) -> list[Step]:
    """Return the steps of a guide, with the return address of this Parvis in its place."""
    return [_step(step, address) for step in spec.guide.steps] if spec.guide else []


def _step(step: Say, address: str) -> Step:
    if BACK not in step.text:
        return Step(say(step))
    before, _sep, after = say(Say(step.text, {**step.facts, "back": "\n"}, step.french)).partition("\n")
    return Step(before, address, after)


def return_address() -> str:
    """Return the one address at which networks give people back to this Parvis."""
    return str(settings.PUBLIC_URL + reverse("connect-return"))


# ---- connecting


@gate.member("channels.change")
@sensitive_post_parameters("password")
def connect(request: gate.Inside, network: str) -> HttpResponse:
    """Connect an account of this network."""
    return _connect(request, network, None)


@gate.member("channels.change")
@sensitive_post_parameters("password")
def mend(request: gate.Inside, pk: int) -> HttpResponse:
    """Connect an account again, when its authorisation is gone."""
    channel = gate.one(queries.of(request.company), request.company, pk)
    return _connect(request, channel.network, channel)


def _connect(request: gate.Inside, key: str, mends: Channel | None) -> HttpResponse:
    spec = network_of(key).spec
    form = Sign(spec, request.POST or None, initial={"who": _known(spec, mends)})
    if request.method == "POST" and form.is_valid():
        try:
            return _asked(request, spec, form, mends) if spec.door == ASKED_ELSEWHERE else _signed(request, spec, form, mends)
        except NotConnected as error:
            form.blame(error)
    return _page(request, spec, mends, form=form)


def _page(request: gate.Inside, spec: Spec, mends: Channel | None, **more: Any) -> HttpResponse:
    context = {"place": "settings", "spec": spec, "mends": mends, "spare": _spare(spec), "steps": steps_of(spec, return_address()), **more}
    if spec.app is None:
        return render(request, "channels/connect.html", context)
    context |= {
        "rule": spec.app,
        "app": applications.shown(request.company, spec.app),
        "connects_at": _to(request.company, spec, mends),
        "family": [other for other in applications.served(spec.app) if other.key != spec.key],
    }
    context.setdefault("values", Values(spec.app, initial=_proposed()))
    context.setdefault("form", Sign(spec))
    return render(request, "channels/connect_app.html", context)


def _spare(spec: Spec) -> dict[str, str]:
    """Return what to type to try this network's stand-in; empty outside a demonstration."""
    if spec.key not in settings.SANDBOX:
        return {}
    name, password = settings.SPARE_ACCOUNT
    if spec.door == ASKED_ELSEWHERE:
        return {"host": urlsplit(settings.SANDBOX[spec.key]).netloc, "name": name}
    return {"handle": f"{name}.test", "password": password}


def _proposed() -> dict[str, str]:
    """Return the values that the stand-ins of a demonstration know."""
    return dict(zip(("client_id", "client_secret"), settings.SPARE_APP, strict=True)) if settings.SANDBOX else {}


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
    return _connected(request, [done], request.company.slug)


def _asked(request: gate.Inside, spec: Spec, form: Sign, mends: Channel | None) -> HttpResponse:
    flow = commands.connect_begin(
        company=request.company,
        network=spec.key,
        host=form.cleaned_data.get("who", ""),
        redirect_uri=return_address(),
        by=request.actor,
        now=clock.now(),
        mends=mends.pk if mends else None,
    )
    if is_htmx(request):
        return back(request, where_to(flow)["url"])
    return back(request, reverse("connect-leave", args=[request.company.slug, flow.pk]))


@gate.member("channels.change")
@require_GET
def leave(request: gate.Inside, pk: int) -> HttpResponse:
    """Say where the person goes now, and let them go: without JavaScript a form may not lead out of the house (form-action)."""
    mine = Connecting.objects.filter(user=request.user.pk, expires_at__gt=clock.now())
    flow = gate.one(mine, request.company, pk)
    going = where_to(flow)
    if not going["url"]:
        raise Http404
    context = {"place": "settings", "spec": network_of(flow.network).spec, **going}
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
    by, company = actor_of(member, clock.now()), flow.company
    try:
        if "code" in request.GET:
            done = commands.connect_finish(state=state, code=request.GET["code"], by=by, now=now)
            if isinstance(done, Connecting):
                return back(request, reverse("connect-choose", args=[company.slug, done.pk]))
            return _connected(request, [done], company.slug)
        commands.connect_stop(state=state, why=request.GET.get("error", ""), by=by, now=now)
    except NotConnected as error:
        tell(request, f"{say(error.why)} {say(error.cure)}", tone="wrong")
    mends = queries.of(company).filter(pk=choosing.mended(flow) or 0).first()
    return back(request, _to(company, network_of(flow.network).spec, mends))


@gate.member("channels.change")
def choose(request: gate.Inside, pk: int) -> HttpResponse:
    """Show the accounts that a login opened, and connect those that the person chooses."""
    now, slug, wrong = clock.now(), request.company.slug, ""
    if request.method == "POST":
        numbers = {int(number) for number in request.POST.getlist("chosen") if number.isdecimal() and len(number) < LONGEST}
        try:
            done = commands.connect_choose(flow_id=pk, numbers=numbers, by=request.actor, now=now)
            return _connected(request, done, slug)
        except NotConnected as error:
            wrong = f"{say(error.why)} {say(error.cure)}"
    flow = choosing.waiting(pk, request.actor, now)
    if flow is None:
        return render(request, "channels/over.html", status=404)
    offers, mends = choosing.offers(flow), choosing.mended(flow)
    context = {
        "place": "settings",
        "spec": network_of(flow.network).spec,
        "offers": offers,
        "fresh": sum(not offer.alive for offer in offers),
        "mends": queries.of(request.company).filter(pk=mends).first() if mends else None,
        "wrong": wrong,
        "until": flow.expires_at,
    }
    return render(request, "channels/choose.html", context)


def _connected(request: HttpRequest, done: list[Connected], slug: str) -> HttpResponse:
    first = done[0]
    if len(done) == 1:  # of several, each is looked at by its first visit, in a minute: nobody waits for them all
        rounds.first_look(first.channel, clock.now())
    words = {"account": first.channel.handle}
    if not any(one.channel.pk == one.mends or one.mends is None for one in done):
        told = _("%(account)s is connected. It is another account than the one you wanted to mend: that one is still disconnected.") % words
        tell(request, told, tone="wait")
    elif len(done) > 1:
        tell(request, _("%(count)s accounts are connected. You can publish there now.") % {"count": len(done)})
    elif first.how == "again":
        tell(request, _("%(account)s is connected again. What was waiting for it leaves at its hour.") % words)
    else:
        tell(request, _("%(account)s is connected. You can publish there now.") % words)
    # Where an application stands between, what works and what does not is the next question.
    alone = len(done) == 1 and queries.network_of(first.channel).spec.app is not None
    return back(request, reverse("channel", args=[slug, first.channel.pk]) if alone else reverse("channels", args=[slug]))


# ---- the company's own application


@require_POST
@gate.member("channels.change")
@sensitive_post_parameters("client_secret", "signing_secret")
def keep_app(request: gate.Inside, network: str) -> HttpResponse:
    """Keep the two values of the company's application for this network and its family."""
    spec, mends = network_of(network).spec, _mends(request)
    rule = _rule(spec)
    values = Values(rule, request.POST)
    if not values.is_valid():
        return _page(request, spec, mends, values=values, changes=True)
    before = rule.family in applications.options_of(request.company)
    commands.save_app(company=request.company, rule=rule, by=request.actor, now=clock.now(), **values.cleaned_data)
    if before:
        tell(request, _("Kept. Accounts that are connected go on with the earlier values: connect them again to give them these."))
    else:
        tell(request, _("Kept. Now connect your account."))
    return back(request, _to(request.company, spec, mends))


@require_POST
@gate.member("channels.change")
def forget_app(request: gate.Inside, network: str) -> HttpResponse:
    """Erase the two values."""
    spec = network_of(network).spec
    commands.forget_app(company=request.company, rule=_rule(spec), by=request.actor, now=clock.now())
    tell(request, _("The two values are erased. Accounts that are connected keep their authorisation."))
    return back(request, _to(request.company, spec, _mends(request)))


def _mends(request: gate.Inside) -> Channel | None:
    pk = request.POST.get("mends", "")
    return queries.of(request.company).filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None


def _rule(spec: Spec) -> AppRule:
    if spec.app is None:
        raise Http404
    return spec.app


def _to(company: Company, spec: Spec, mends: Channel | None) -> str:
    if mends is not None:
        return reverse("channel-mend", args=[company.slug, mends.pk])
    return reverse("connect", args=[company.slug, spec.key])


def network_of(key: str) -> Network:
    """Return the network of this key, or 404."""
    network: Network | None = settings.NETWORKS.get(key)
    if network is None:
        raise Http404
    return network


# ---- what it takes


@dataclass(frozen=True, slots=True)
class Offered:
    """A network where an account can be connected, and in one sentence what that takes."""

    spec: Spec
    takes: str
    quick: bool


def offered(specs: Iterable[Spec], kept: Collection[str]) -> list[Offered]:
    """Return the networks with what each takes, those that take no application first; `kept` are the families that have one."""
    found = [_offered(spec, kept) for spec in specs]
    return sorted(found, key=lambda one: not one.quick)


def _offered(spec: Spec, kept: Collection[str]) -> Offered:
    if spec.app is None:
        return Offered(spec, _("No key needed: two minutes."), quick=True)
    if spec.app.family in kept:
        return Offered(spec, _("Your application is kept here: one minute."), quick=True)
    return Offered(spec, say(spec.app.takes) or _("An application to create there once: about twenty minutes."), quick=False)


urls = [
    path("settings/channels/connect/<slug:network>/", connect, name="connect"),
    path("settings/channels/connect/<slug:network>/app/", keep_app, name="app-keep"),
    path("settings/channels/connect/<slug:network>/app/forget/", forget_app, name="app-forget"),
    path("settings/channels/leave/<int:pk>/", leave, name="connect-leave"),
    path("settings/channels/choose/<int:pk>/", choose, name="connect-choose"),
    path("settings/channels/<int:pk>/mend/", mend, name="channel-mend"),
]
