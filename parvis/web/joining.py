"""Screens: whoever holds the link of an invitation, or of a mandate, says yes or no to it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from parvis.core import clock
from parvis.delegation import commands, queries
from parvis.delegation.commands import Changed, OwnCompany
from parvis.delegation.models import Mandate, Side, Standing
from parvis.delegation.terms import Terms
from parvis.people import invitations
from parvis.people.actors import Actor
from parvis.people.models import Company, Invitation, User
from parvis.web.gate import see
from parvis.web.wording import Names, worded


@never_cache
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation to whoever holds its link, and accept it."""
    try:
        invitation = invitations.open_by(token, clock.now())
        if invitation.mandate_id is not None:
            return _mandate(request, token, invitation, Actor.person(request.user) if isinstance(request.user, User) else None)
        if request.method == "POST" and isinstance(request.user, User):
            place = invitations.accept(token=token, by=Actor.person(request.user), now=clock.now())
            messages.success(request, gettext("Welcome to %(company)s.") % {"company": place.company.name})
            return see("home", place.company.slug)
    except invitations.InvitationOver:
        return render(request, "people/join_over.html", status=410)
    return render(request, "people/join.html", {"invitation": invitation, "here": reverse("join", args=[token])})


def _mandate(request: HttpRequest, token: str, invitation: Invitation, by: Actor | None) -> HttpResponse:
    """Show a mandate to whoever holds its link, and take their yes or no. Raises InvitationOver."""
    mandate = Mandate.objects.select_related("company").filter(pk=invitation.mandate_id or 0).first()
    whole = queries.whole(mandate, Side.INSIDE, clock.now()) if mandate else None
    if mandate is None or whole is None or whole.waiting is None or mandate.standing != Standing.OFFERED:
        raise invitations.InvitationOver
    trouble = ""
    if request.method == "POST" and by is not None:
        try:
            return _answered(request, token, by)
        except Changed:
            trouble = gettext("Its wording has changed since you read it. Read it again: nothing was agreed.")
        except OwnCompany:
            trouble = gettext("You own this company: you need no mandate of it.")
    terms = whole.next_terms or Terms.of(mandate)
    context = {
        "invitation": invitation, "mandate": mandate, "whole": whole, "terms": worded(terms, Names.of(mandate.company)), "trouble": trouble,
        "here": reverse("join", args=[token]), "agencies": _agencies(request),
    }  # fmt: skip
    return render(request, "mandates/join.html", context, status=409 if trouble else 200)


def _answered(request: HttpRequest, token: str, by: Actor) -> HttpResponse:
    now = clock.now()
    if request.POST.get("answer") == "no":
        mandate = commands.decline_link(token=token, why=request.POST.get("why", ""), by=by, now=now)
        messages.success(request, gettext("You have said no. %(company)s is told.") % {"company": mandate.company.name})
        return see("mandates-mine")
    agency = _named(request)
    mandate = commands.join(token=token, digest=request.POST.get("digest", ""), agency=agency, by=by, now=now)
    messages.success(request, gettext("You have said yes. This is what you may do for %(company)s.") % {"company": mandate.company.name})
    return see("mandate", mandate.company.slug, mandate.pk)


def _named(request: HttpRequest) -> Company | None:
    chosen = request.POST.get("agency", "")
    return next((one for one in _agencies(request) if str(one.pk) == chosen), None)


def _agencies(request: HttpRequest) -> list[Company]:
    return queries.agencies_of(request.user) if isinstance(request.user, User) else []


urls = [path("join/<str:token>/", join, name="join")]
