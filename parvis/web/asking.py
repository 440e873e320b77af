"""Screens: asking somebody to connect their own accounts, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from parvis.channels import inviting
from parvis.channels.models import AskedNetwork, ConnectInvitation
from parvis.core import clock
from parvis.people.invitations import mail_leaves
from parvis.people.models import Company
from parvis.web import gate
from parvis.web.entrance import Dressed
from parvis.web.htmx import back, tell

DAYS = (1, 3, 7, 14, 30)


class Ask(Dressed):
    """Whom to ask, for which networks, and until when the link opens."""

    name = forms.CharField(label=gettext_lazy("Their name"), max_length=120)
    email = forms.EmailField(label=gettext_lazy("Their e-mail address"))

    def __init__(self, company: Company, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.possible = inviting.invitable(company)
        self.fields["networks"] = forms.MultipleChoiceField(
            label=gettext_lazy("On which networks"),
            choices=[(key, settings.NETWORKS[key].spec.name) for key in self.possible],
            widget=forms.CheckboxSelectMultiple(),
            error_messages={"required": gettext_lazy("Choose at least one network.")},
        )
        spans = [(days, ngettext("%(n)s day", "%(n)s days", days) % {"n": days}) for days in DAYS]
        box = forms.Select(attrs={"class": "input"})
        self.fields["days"] = forms.TypedChoiceField(
            label=gettext_lazy("The link opens for"), choices=spans, coerce=int, initial=7, widget=box
        )


@dataclass(frozen=True, slots=True)
class Row:
    """An invitation on the page: how it stands, its link while it opens, and what was connected on each network."""

    invitation: ConnectInvitation
    state: str
    link: str
    asked: list[tuple[AskedNetwork, str]]


def rows_of(company: Company, now: datetime) -> list[Row]:
    """Return the invitations of a company, as its accounts page shows them. Two queries."""
    return [_row(one, now) for one in inviting.of(company)]


def _row(invitation: ConnectInvitation, now: datetime) -> Row:
    asked = list(invitation.asked.all())
    over = inviting.why_over(invitation, now)
    state = "done" if all(one.used_at for one in asked) else "withdrawn" if invitation.withdrawn_at else "over" if over else "open"
    names = [settings.NETWORKS[one.network].spec.name if one.network in settings.NETWORKS else one.network for one in asked]
    return Row(invitation, state, link_of(invitation) if state == "open" else "", list(zip(asked, names, strict=True)))


def link_of(invitation: ConnectInvitation) -> str:
    """Return the address that an invitation opens at; empty where its secret can no longer be shown."""
    token = inviting.token_of(invitation)
    return f"{settings.PUBLIC_URL}{reverse('guest', args=[token])}" if token else ""


@gate.member("channels.change")
def ask(request: gate.Inside) -> HttpResponse:
    """Ask somebody to connect their own accounts."""
    form = Ask(request.company, request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        made = inviting.invite(
            company=request.company, name=typed["name"], email=typed["email"], networks=typed["networks"], by=request.actor,
            now=clock.now(), lasts=timedelta(days=typed["days"]),
        )  # fmt: skip
        _posted(request, made)
        return back(request, _to(request, made.pk))
    missing = [network.spec for key, network in settings.NETWORKS.items() if key not in form.possible]
    context = {"place": "settings", "form": form, "missing": missing}
    return render(request, "channels/ask.html", context, status=422 if form.errors else 200)


@require_POST
@gate.member("channels.change")
def again(request: gate.Inside, pk: int) -> HttpResponse:
    """Send the link again; one that is over gets another week, and another secret."""
    invitation = gate.one(ConnectInvitation.objects.select_related("company", "by"), request.company, pk)
    try:
        _posted(request, inviting.renew(invitation=invitation, by=request.actor, now=clock.now()))
    except inviting.NotInvited:
        tell(request, _("It was withdrawn: ask anew."), tone="wait")
    return back(request, _to(request, pk))


@require_POST
@gate.member("channels.change")
def withdraw(request: gate.Inside, pk: int) -> HttpResponse:
    """Close the link."""
    invitation = gate.one(ConnectInvitation.objects.all(), request.company, pk)
    inviting.withdraw(invitation=invitation, by=request.actor, now=clock.now())
    tell(request, _("The link no longer opens anything. What was connected with it stays."))
    return back(request, _to(request, pk))


def _posted(request: gate.Inside, invitation: ConnectInvitation) -> None:
    link = link_of(invitation)
    if link and mail_leaves() and inviting.post(invitation=invitation, link=link, now=clock.now()):
        tell(request, _("The invitation has left for %(email)s.") % {"email": invitation.email})
    else:
        tell(request, _("The invitation is ready, but no mail left: copy its link below and give it yourself."), tone="wait")


def _to(request: gate.Inside, pk: int) -> str:
    return f"{reverse('channels', args=[request.company.slug])}#invited-{pk}"


urls = [
    path("settings/channels/ask/", ask, name="connect-ask"),
    path("settings/channels/ask/<int:pk>/again/", again, name="connect-ask-again"),
    path("settings/channels/ask/<int:pk>/withdraw/", withdraw, name="connect-ask-withdraw"),
]
