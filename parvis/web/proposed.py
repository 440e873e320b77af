"""Screens: whoever holds the link of a proposal reads it, and answers for a company of theirs: yes, no, or in other words.

Opening the page decides nothing and writes nothing, for mail scanners open every link they see.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from parvis.channels.models import Channel
from parvis.channels.queries import of as channels_of
from parvis.channels.standing import actor_of
from parvis.core import clock
from parvis.delegation import proposing
from parvis.delegation.commands import OwnCompany
from parvis.delegation.models import Proposal
from parvis.delegation.proposing import Line
from parvis.delegation.terms import WrongTerms
from parvis.people import invitations
from parvis.people.invitations import InvitationOver
from parvis.people.models import Member, Role, User
from parvis.web.gate import see
from parvis.web.guests import too_fast
from parvis.web.people import link_of
from parvis.web.tags import say
from parvis.web.wording import ACTIONS, Names, worded

# No other site is told the address; this one is, or a browser would name no origin and the answer would be refused.
PRIVATE = {"X-Robots-Tag": "noindex, nofollow, noarchive", "Referrer-Policy": "same-origin"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, token: str) -> HttpResponse:
    """Show a proposal to whoever holds its link, and take their answer."""
    try:
        proposal = proposing.opened(token, clock.now())
        answer = _answered(request, token) if request.method == "POST" else _shown(request, token, proposal)
    except InvitationOver:
        answer = too_fast(request) or render(request, "people/join_over.html", status=410)
    for name, value in PRIVATE.items():
        answer.headers[name] = value
    return answer


def _answered(request: HttpRequest, token: str) -> HttpResponse:
    if request.POST.get("answer") == "no":
        proposing.decline(token=token, why=request.POST.get("why", ""), now=clock.now())
        return render(request, "mandates/proposal_declined.html")
    place = _place(request, request.POST.get("company", ""))
    if place is None or request.POST.get("answer") not in {"yes", "words"}:
        raise Http404
    try:
        return _taken(request, token, place)
    except WrongTerms as wrong:
        trouble = say(wrong.why)
    except OwnCompany:
        trouble = gettext("It was proposed by an owner of this company, who needs no mandate of it. Choose another company.")
    return _shown(request, token, proposing.opened(token, clock.now()), trouble)


def _taken(request: HttpRequest, token: str, place: Member) -> HttpResponse:
    agree, now = request.POST["answer"] == "yes", clock.now()
    mandate, invitation = proposing.take(
        token=token, company=place.company, accounts=_accounts(request), agree=agree, by=actor_of(place, now), now=now
    )
    if not agree:
        messages.success(request, gettext("This is your own draft now: word it as you like, then offer it."))
        return see("mandate-edit", place.company.slug, mandate.pk)
    if invitation is None:
        messages.success(request, gettext("You have said yes: the mandate is in force, and they are told."))
    elif invitations.mail_leaves() and invitations.post(invitation=invitation, link=link_of(invitation)):
        messages.success(request, gettext("You have said yes to a part of it: they are asked for theirs."))
    else:
        messages.success(request, gettext("You have said yes to a part of it. No mail left: copy the link below and give it to them."))
    return see("mandate", place.company.slug, mandate.pk)


def _accounts(request: HttpRequest) -> dict[int, int]:
    found = {}
    for number in range(proposing.MOST_LINES):
        typed = request.POST.get(f"account-{number}", "")
        if typed.isascii() and typed.isdecimal() and len(typed) < 19:
            found[number] = int(typed)
    return found


def _places(request: HttpRequest) -> list[Member]:
    """Return where whoever asks is an owner: for those companies they may answer."""
    if not isinstance(request.user, User):
        return []
    rows = Member.objects.filter(user=request.user, role=Role.OWNER).select_related("company", "user", "made")
    return list(rows.order_by("company__name", "pk")[:100])


def _place(request: HttpRequest, slug: str) -> Member | None:
    return next((one for one in _places(request) if one.company.slug == slug), None)


def _shown(request: HttpRequest, token: str, proposal: Proposal, trouble: str = "") -> HttpResponse:
    places, lines = _places(request), proposing.lines_of(proposal)
    asked = request.POST.get("company", "") or request.GET.get("company", "")
    chosen = next((one for one in places if one.company.slug == asked), places[0] if len(places) == 1 else None)
    accounts = list(channels_of(chosen.company)) if chosen else []
    typed = _accounts(request)
    context: dict[str, Any] = {
        "proposal": proposal, "terms": worded(proposing.terms_of(proposal), Names({}, {})), "here": reverse("proposal", args=[token]),
        "places": places, "chosen": chosen.company if chosen else None, "trouble": trouble,
        "lines": [(number, line, [str(ACTIONS[one]) for one in line.actions], _offered(line, accounts, typed.get(number)))
                  for number, line in enumerate(lines)],
    }  # fmt: skip
    return render(request, "mandates/proposal.html", context, status=422 if trouble else 200)


def _offered(line: Line, accounts: list[Channel], typed: int | None) -> list[tuple[Channel, bool]]:
    """Return the accounts on that network, with the one that is most likely meant chosen beforehand."""
    fitting = [one for one in accounts if one.network == line.network]
    named = next((one.pk for one in fitting if _plain(one.handle) == _plain(line.handle)), None)
    first = typed or named or (fitting[0].pk if len(fitting) == 1 else None)
    return [(one, one.pk == first) for one in fitting]


def _plain(handle: str) -> str:
    return handle.strip().lstrip("@").casefold()


outside = [path("proposals/<str:token>/", show, name="proposal")]
