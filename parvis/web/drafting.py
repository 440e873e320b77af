"""Screens: writing a mandate. What was typed comes back whatever is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext, gettext_lazy

from parvis.channels.models import Channel
from parvis.channels.queries import of as channels_of
from parvis.core import clock
from parvis.delegation import commands, queries
from parvis.delegation.commands import Over, WrongTerms
from parvis.delegation.models import Action, Mandate, Waiting
from parvis.delegation.permits import today_of
from parvis.delegation.terms import Terms
from parvis.people.permissions import allowed, may
from parvis.voice.models import Pillar
from parvis.web.entrance import Dressed
from parvis.web.gate import Inside, member, one, see
from parvis.web.inbox import TOPICS
from parvis.web.mandates import side_here
from parvis.web.tags import say
from parvis.web.wording import ACTIONS, PRICES, WAITING

USUAL = timedelta(days=365)
# Which field of the form a term stands in, where they differ.
FIELDS = {"minutes_a_month": "hours_a_month", "price_cents": "price"}
HOW_MUCH = (("none", gettext_lazy("None: each asks for a yes")), ("some", gettext_lazy("These only")), ("all", gettext_lazy("All")))


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class MandateForm(Dressed):
    """What both sides agree on, save the accounts, which are a table."""

    called = forms.CharField(label=gettext_lazy("The professional or the agency"), max_length=120)
    email = forms.EmailField(label=gettext_lazy("E-mail address"), help_text=gettext_lazy("The mandate is offered there."))
    siret = forms.CharField(
        label=gettext_lazy("SIRET"), required=False, max_length=30, help_text=gettext_lazy("Fourteen digits; its check digits are read.")
    )
    first_day = forms.DateField(label=gettext_lazy("First day"), widget=_day())
    last_day = forms.DateField(label=gettext_lazy("Last day"), widget=_day(), help_text=gettext_lazy("Included, in your time zone."))
    posts_a_month = forms.IntegerField(
        label=gettext_lazy("Publications a month"), required=False, min_value=0, max_value=1000, help_text=gettext_lazy("Empty: no limit.")
    )
    hours_a_month = forms.DecimalField(
        label=gettext_lazy("Hours a month"), required=False, min_value=0, max_value=744, decimal_places=2, localize=True,
        help_text=gettext_lazy("Empty: no limit."),
    )  # fmt: skip
    price = forms.DecimalField(
        label=gettext_lazy("Price in euros, before tax"), required=False, min_value=0, max_value=10_000_000,
        decimal_places=2, localize=True,
        help_text=gettext_lazy("Empty: agreed elsewhere."),
    )  # fmt: skip
    price_per = forms.ChoiceField(label=gettext_lazy("For"), choices=list(PRICES.items()), required=False)
    notice_days = forms.IntegerField(label=gettext_lazy("Notice, in days"), min_value=0, max_value=366)
    at_end = forms.ChoiceField(
        label=gettext_lazy("What is still scheduled at the end"), choices=[(one.value, WAITING[one]) for one in Waiting]
    )  # fmt: skip
    terms = forms.CharField(
        label=gettext_lazy("Whatever else you agree on"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("In your own words: what is delivered, who owns what, how long a yes may take."),
    )  # fmt: skip
    posts_alone = forms.ChoiceField(
        label=gettext_lazy("Publications that go out without your yes"), choices=HOW_MUCH, required=False, widget=forms.RadioSelect
    )
    answers_alone = forms.ChoiceField(
        label=gettext_lazy("Answers that go out without your yes"), choices=HOW_MUCH, required=False, widget=forms.RadioSelect
    )


@member("mandates.propose")
def new(request: Inside) -> HttpResponse:
    """Write a mandate; `?again=` begins with the terms of an older one."""
    older = _older(request)
    source = queries.latest(older) if older else None
    if request.method != "POST":
        return _shown(request, source, MandateForm(initial=_initial(request, source)), _chosen(source))
    return _kept(request, None)


@member("mandates.propose")
def edit(request: Inside, pk: int) -> HttpResponse:
    """Word a mandate anew. One that runs goes on as it is until the other side has said yes."""
    mandate = one(Mandate.objects.all(), request.company, pk)
    if side_here(request, mandate) is None:
        raise Http404
    if request.method != "POST":
        source = queries.latest(mandate)
        return _shown(request, source, MandateForm(initial=_initial(request, source)), _chosen(source), editing=mandate)
    return _kept(request, mandate)


def _kept(request: Inside, mandate: Mandate | None) -> HttpResponse:
    form = MandateForm(request.POST)
    chosen = _typed_accounts(request)
    if not form.is_valid():
        return _shown(request, None, form, chosen, editing=mandate, status=422)
    terms = _terms(request, form.cleaned_data, chosen)
    try:
        return _written(request, mandate, terms)
    except WrongTerms as wrong:
        place = FIELDS.get(wrong.field, wrong.field)
        if place in form.fields:
            form.add_error(place, say(wrong.why))
            return _shown(request, None, form, chosen, editing=mandate, status=422)
        return _shown(request, None, form, chosen, editing=mandate, status=422, wrong_accounts=say(wrong.why))


def _written(request: Inside, mandate: Mandate | None, terms: Terms) -> HttpResponse:
    if mandate is None:
        mandate = commands.draft(company=request.company, terms=terms, by=request.actor, now=clock.now())
        messages.success(request, gettext("Kept."))
        return see("mandate", request.company.slug, mandate.pk)
    try:
        commands.change(mandate=mandate, terms=terms, by=request.actor, now=clock.now())
        messages.success(request, gettext("Kept."))
    except Over:
        messages.error(request, gettext("This mandate is over: write a new one that begins with its terms."))
    return see("mandate", request.company.slug, mandate.pk)


def _terms(request: Inside, typed: dict[str, Any], chosen: dict[str, list[str]]) -> Terms:
    hours, price = typed["hours_a_month"], typed["price"]
    return Terms(
        called=typed["called"], email=typed["email"], siret=typed["siret"], first_day=typed["first_day"], last_day=typed["last_day"],
        accounts=chosen, alone=_alone(request, typed), posts_a_month=typed["posts_a_month"],
        minutes_a_month=None if hours is None else round(hours * 60), price_cents=None if price is None else round(price * 100),
        price_per="" if price is None else typed["price_per"], notice_days=typed["notice_days"], terms=typed["terms"],
        at_end=typed["at_end"],
    )  # fmt: skip


def _alone(request: Inside, typed: Mapping[str, Any]) -> dict[str, Any]:
    pillars = [int(pk) for pk in request.POST.getlist("pillar") if pk.isascii() and pk.isdecimal() and len(pk) < 19]
    topics = [topic for topic in request.POST.getlist("topic") if topic in TOPICS]
    posts, answers = typed.get("posts_alone") or "none", typed.get("answers_alone") or "none"
    return {"posts": pillars if posts == "some" else posts, "answers": topics if answers == "some" else answers}


def _typed_accounts(request: Inside) -> dict[str, list[str]]:
    found = {}
    for name, values in request.POST.lists():
        if name.startswith("do-"):
            found[name.removeprefix("do-")] = [value for value in values if value in Action.values]
    return found


def _chosen(source: Terms | None) -> dict[str, list[str]]:
    return dict(source.accounts) if source else {}


def _initial(request: Inside, terms: Terms | None) -> dict[str, Any]:
    today = today_of(request.company, clock.now())
    if terms is None:
        return {
            "first_day": today, "last_day": today + USUAL, "notice_days": 30, "at_end": Waiting.HOLD, "price_per": "month",
            "posts_alone": "none", "answers_alone": "none",
        }  # fmt: skip
    kept = {name: getattr(terms, name) for name in MandateForm.base_fields if hasattr(terms, name)}
    if "again" in request.GET:
        kept |= {"first_day": max(today, terms.last_day + timedelta(days=1))}
        kept["last_day"] = kept["first_day"] + (terms.last_day - terms.first_day)
    minutes, cents = terms.minutes_a_month, terms.price_cents
    return kept | {
        "hours_a_month": None if minutes is None else (Decimal(minutes) / 60).normalize(),
        "price": None if cents is None else Decimal(cents) / 100,
        "posts_alone": _how_much(terms.alone.get("posts")), "answers_alone": _how_much(terms.alone.get("answers")),
    }  # fmt: skip


def _how_much(kept: Any) -> str:
    return str(kept) if kept in ("all", "none") else "some"


def _older(request: Inside) -> Mandate | None:
    pk = request.GET.get("again", "")
    if not (pk.isascii() and pk.isdecimal() and len(pk) < 19):
        return None
    mandate = one(Mandate.objects.all(), request.company, int(pk))
    if side_here(request, mandate) is None:
        raise Http404
    return mandate


def _shown(
    request: Inside, source: Terms | None, form: MandateForm, chosen: dict[str, list[str]], *, editing: Mandate | None = None,
    status: int = 200, wrong_accounts: str = "",
) -> HttpResponse:  # fmt: skip
    alone: dict[str, Any] = _alone(request, request.POST) if form.is_bound else {}
    if source is not None and not form.is_bound:
        alone = dict(source.alone)
    posts, answers = (kept if isinstance(kept, list) else [] for kept in (alone.get("posts"), alone.get("answers")))
    offered = list(_choosable(request))
    context = {
        "place": "settings", "form": form, "editing": editing, "wrong_accounts": wrong_accounts,
        "accounts": [(channel, [(value, words, value in chosen.get(str(channel.pk), [])) for value, words in ACTIONS.items()])
                     for channel in offered],
        "actions": list(ACTIONS.values()),
        "pillars": [(one.pk, one.name, one.pk in posts) for one in Pillar.objects.filter(
            company=request.company, removed_at=None)],
        "topics": [(key, words, key in answers) for key, words in TOPICS.items()],
        "owns": allowed(request.actor, "mandates.change", request.company.pk),
    }  # fmt: skip
    return render(request, "mandates/write.html", context, status=status)


def _choosable(request: Inside) -> list[Channel]:
    """Return the accounts a mandate may be about: all of the company's for its own people, those they see for a professional."""
    may(request.actor, "mandates.propose", request.company.pk)
    only = request.company.only("channels.read")
    rows = channels_of(request.company)
    return list(rows if only is None else rows.filter(pk__in=only))


urls = [
    path("settings/mandates/new/", new, name="mandate-new"),
    path("settings/mandates/<int:pk>/edit/", edit, name="mandate-edit"),
]
