"""Screens of an agency: what it proposes to companies that are not its clients yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from parvis.core import clock
from parvis.delegation import proposing
from parvis.delegation.models import Action, Proposal, Waiting
from parvis.delegation.permits import today_of
from parvis.delegation.proposing import Line, TooMany
from parvis.delegation.terms import Terms, WrongTerms
from parvis.networks.facts_of import SPECS
from parvis.people import invitations
from parvis.people.invitations import InvitationOver
from parvis.web.drafting import FIELDS, MandateForm
from parvis.web.gate import Inside, member, see
from parvis.web.tags import say
from parvis.web.wording import ACTIONS

LINES = 4
USUAL = timedelta(days=365)
WHOLE = (("none", gettext_lazy("None: each asks for a yes")), ("all", gettext_lazy("All")))
# Where a proposal stands: its sign, its tone, its word.
STATES: dict[str, tuple[str, str, Any]] = {
    "open": ("hourglass", "wait", gettext_lazy("waits for an answer")), "over": ("calendar-x", "", gettext_lazy("its days are over")),
    "withdrawn": ("undo-2", "", gettext_lazy("withdrawn")), "declined": ("x", "wrong", gettext_lazy("declined")),
    "agreed": ("check", "done", gettext_lazy("agreed to")), "answered": ("pencil-line", "wait", gettext_lazy("they word it otherwise")),
}  # fmt: skip


class ProposalForm(MandateForm):
    """What an agency proposes: the terms of a mandate, and to whom."""

    owner_email = forms.EmailField(
        label=gettext_lazy("The owner’s e-mail address"), help_text=gettext_lazy("The link leaves for there. It tells you nothing of them.")
    )
    company = forms.CharField(label=gettext_lazy("Their company, as you call it"), required=False, max_length=120)
    field_order = ("owner_email", "company")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("posts_alone", "answers_alone"):
            self.fields[name].choices = WHOLE  # type: ignore[attr-defined]
        self.fields["email"].help_text = gettext("Yours: what they word otherwise is offered there.")


def agency_of(request: Inside) -> None:
    """Raise 404 where the company is no agency: only one proposes."""
    if not request.company.agency:
        raise Http404


def link_of(proposal: Proposal) -> str:
    """Return the address that answers a proposal; empty when the house's own key has changed since."""
    token = proposing.token_of(proposal)
    return f"{settings.PUBLIC_URL}{reverse('proposal', args=[token])}" if token else ""


def state_of(proposal: Proposal, now: datetime) -> str:
    """Say where a proposal stands for the agency, which learns who they are with their yes and not before."""
    if proposal.withdrawn_at is not None:
        return "withdrawn"
    if proposal.answered_at is not None:
        return "declined" if proposal.declined else "agreed" if _theirs(proposal) else "answered"
    return "over" if proposal.expires_at <= now else "open"


def _theirs(proposal: Proposal) -> bool:
    return proposal.mandate is not None and proposal.mandate.agency_id == proposal.agency_id


@require_GET
@member("members.change")
def listing(request: Inside) -> HttpResponse:
    """Show what was proposed to whom, and what came of it."""
    agency_of(request)
    now = clock.now()
    rows = [(one, STATES[state_of(one, now)], state_of(one, now), link_of(one)) for one in proposing.of_agency(request.company)[:100]]
    return render(request, "mandates/proposals.html", {"place": "settings", "proposals": rows})


@member("members.change")
def new(request: Inside) -> HttpResponse:
    """Write a proposal, and send its link."""
    agency_of(request)
    if request.method != "POST":
        return _shown(request, ProposalForm(initial=_initial(request)), [])
    form, lines = ProposalForm(request.POST), _lines(request)
    if not form.is_valid():
        return _shown(request, form, lines, status=422)
    try:
        return _sent(request, form, lines)
    except WrongTerms as wrong:
        name = FIELDS.get(wrong.field, wrong.field)
        if name in form.fields:
            form.add_error(name, say(wrong.why))
            return _shown(request, form, lines, status=422)
        return _shown(request, form, lines, status=422, wrong=say(wrong.why))
    except TooMany:
        words = gettext("So many proposals have left today that this one does not. All you typed is still here: send it tomorrow.")
        return _shown(request, form, lines, status=429, wrong=words)


def _sent(request: Inside, form: ProposalForm, lines: Sequence[Line]) -> HttpResponse:
    typed = form.cleaned_data
    made = proposing.propose(
        company=request.company, email=typed["owner_email"], called=typed["company"], terms=_terms(typed), wanted=lines,
        by=request.actor, now=clock.now(),
    )  # fmt: skip
    link = link_of(made)
    if link and invitations.mail_leaves() and proposing.post(proposal=made, link=link):
        messages.success(request, gettext("Proposed: the link has left for %(email)s.") % {"email": made.email})
    else:
        messages.success(request, gettext("Proposed. No mail left: copy the link below and give it yourself."))
    return see("proposals", request.company.slug)


def _terms(typed: dict[str, Any]) -> Terms:
    hours, price = typed["hours_a_month"], typed["price"]
    return Terms(
        called=typed["called"], email=typed["email"], siret=typed["siret"], first_day=typed["first_day"], last_day=typed["last_day"],
        accounts={}, alone={"posts": typed["posts_alone"] or "none", "answers": typed["answers_alone"] or "none"},
        posts_a_month=typed["posts_a_month"], minutes_a_month=None if hours is None else round(hours * 60),
        price_cents=None if price is None else round(price * 100), price_per="" if price is None else typed["price_per"],
        notice_days=typed["notice_days"], terms=typed["terms"], at_end=typed["at_end"],
    )  # fmt: skip


def _lines(request: Inside) -> list[Line]:
    found = []
    for number in range(LINES):
        network, handle = request.POST.get(f"network-{number}", ""), request.POST.get(f"handle-{number}", "")
        if network in SPECS:
            found.append(Line(network, handle, tuple(one for one in request.POST.getlist(f"do-{number}") if one in Action.values)))
    return found


def _initial(request: Inside) -> dict[str, Any]:
    today = today_of(request.company, clock.now())
    return {
        "called": request.company.name, "email": request.user.email, "first_day": today, "last_day": today + USUAL, "notice_days": 30,
        "at_end": Waiting.HOLD, "price_per": "month", "posts_alone": "none", "answers_alone": "none",
    }  # fmt: skip


def _shown(request: Inside, form: ProposalForm, lines: Sequence[Line], *, status: int = 200, wrong: str = "") -> HttpResponse:
    blank = Line("", "", (Action.PROPOSE.value,))
    shown = [
        (number, line, [(value, words, value in line.actions) for value, words in ACTIONS.items()])
        for number, line in enumerate([*lines, *[blank] * LINES][:LINES])
    ]
    networks = [(key, spec.name) for key, spec in SPECS.items()]
    context = {"place": "settings", "form": form, "lines": shown, "networks": networks, "wrong": wrong}
    return render(request, "mandates/propose.html", context, status=status)


@require_POST
@member("members.change")
def withdraw(request: Inside, pk: int) -> HttpResponse:
    """Close the link of a proposal."""
    agency_of(request)
    proposal = proposing.of_agency(request.company).filter(pk=pk).first()
    if proposal is None:
        raise Http404
    try:
        proposing.withdraw(proposal=proposal, by=request.actor, now=clock.now())
        messages.success(request, gettext("The link no longer opens anything."))
    except InvitationOver:
        messages.warning(request, gettext("It was answered or withdrawn already. Nothing was changed."))
    return see("proposals", request.company.slug)


urls = [
    path("settings/proposals/", listing, name="proposals"),
    path("settings/proposals/new/", new, name="proposal-new"),
    path("settings/proposals/<int:pk>/withdraw/", withdraw, name="proposal-withdraw"),
]
