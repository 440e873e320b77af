"""Screens: a company's mandates and one's own; saying yes and no, stopping, letting go on, who bears them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from parvis.channels.standing import actor_of
from parvis.core import clock
from parvis.delegation import commands, queries
from parvis.delegation.commands import Changed, Over, OwnCompany, WrongTerms
from parvis.delegation.covering import became, narrows
from parvis.delegation.models import Bearer, Mandate, Side, Standing, Waiting
from parvis.delegation.permits import today_of
from parvis.delegation.terms import Terms
from parvis.people import invitations
from parvis.people.actors import Actor
from parvis.people.models import Member, Role, User
from parvis.people.permissions import allowed, rights_of
from parvis.posts import mandates, rewording
from parvis.posts.mandates import Stopped
from parvis.publishing.mandates import count
from parvis.web.gate import Inside, Signed, member, one, person, see
from parvis.web.noting import section
from parvis.web.people import link_of
from parvis.web.tags import say
from parvis.web.wording import STANDINGS, WAITING, Names, worded

# So many departures that a wording no longer covers are named at once, the others where one asks for them.
SHOWN = 8


def side_here(request: Inside, mandate: Mandate) -> Side | None:
    """Return on which side of a mandate whoever asks stands; None on neither, which is not to be told from its not being there."""
    if allowed(request.actor, "mandates.change", request.company.pk):
        return Side.CLIENT
    # What runs is in the actor's rights already.
    if any(lent.mandate_id == mandate.pk for lent in rights_of(request.actor).lent):
        return Side.INSIDE
    return Side.INSIDE if Bearer.objects.filter(mandate=mandate, member=request.place).exists() else None


def found(request: Inside, pk: int) -> tuple[Mandate, Side | None]:
    """Return a mandate of the company for whoever may read it, and their side; 404 for everybody else."""
    borne = Exists(Bearer.objects.filter(mandate=OuterRef("pk"), member=request.place))
    mandate: Any = one(Mandate.objects.select_related("company", "agency").annotate(borne=borne), request.company, pk)
    side = Side.CLIENT if allowed(request.actor, "mandates.change", request.company.pk) else Side.INSIDE if mandate.borne else None
    if side is None and not allowed(request.actor, "mandates.read", request.company.pk):
        raise Http404
    return mandate, side


@require_GET
@member
def listing(request: Inside) -> HttpResponse:
    """Show whom the company has given what to; a professional sees their own."""
    company = request.company
    everything = allowed(request.actor, "mandates.read", company.pk)
    rows = queries.of(company) if everything else queries.borne_by(company, request.user.pk)
    context = {
        "place": "settings",
        "mandates": [(mandate, STANDINGS[mandate.standing]) for mandate in rows],
        "may_change": allowed(request.actor, "mandates.change", company.pk),
        "may_propose": allowed(request.actor, "mandates.propose", company.pk),
        "today": today_of(company, clock.now()),
    }
    return render(request, "mandates/list.html", context)


@require_GET
@person
def mine(request: Signed) -> HttpResponse:
    """Show somebody the mandates they bear, in every company: what each lets them do, and until when."""
    mandates_of = list(queries.of_person(request.user)[:100])
    names = Names.of_many({mandate.company_id for mandate in mandates_of})
    rows = [(mandate, STANDINGS[mandate.standing], worded(Terms.of(mandate), names)) for mandate in mandates_of]
    return render(request, "mandates/mine.html", {"mandates": rows, "agencies": queries.agencies_of(request.user)})


@require_GET
@member
def show(request: Inside, pk: int) -> HttpResponse:
    """Show a mandate: what it says, where it stands, who bears it, and what can be done about it."""
    mandate, side = found(request, pk)
    now = clock.now()
    whole = queries.whole(mandate, side, now)
    agency = _agency_actor(request.user, mandate)
    terms = Terms.of(mandate)
    names = Names.of_terms(request.company, terms, whole.next_terms or terms)
    living = mandate.standing in queries.LIVING
    narrower = living and whole.next_terms is not None and narrows(terms, whole.next_terms)
    gone = rewording.no_longer_covered(mandate, terms, whole.next_terms) if narrower and whole.next_terms and side == Side.CLIENT else []
    context: dict[str, Any] = {
        "place": "settings", "mandate": mandate, "whole": whole, "side": side, "owns": side == Side.CLIENT,
        "standing": STANDINGS[mandate.standing], "terms": worded(terms, names),
        "next": worded(whole.next_terms or terms, names, before=terms),
        "today": today_of(request.company, now), "living": living,
        "wordings": [(one, became(one.settled or {})) for one in whole.revisions],
        "narrower": narrower, "gone": gone[:SHOWN], "gone_count": len(gone), "rest": gone[SHOWN:],
        "waits": count(mandate_id=mandate.pk) if side == Side.CLIENT else 0, "choices": list(WAITING.items()),
        "link": link_of(whole.invitation) if whole.invitation and side == Side.CLIENT else "",
        "link_over": whole.invitation is not None and whole.invitation.expires_at <= now,
        "staff": queries.staff_of(mandate) if agency else [], "agency_owner": agency is not None,
        "wider": [bearer.member for bearer in whole.bearers if bearer.member.role != Role.MANDATED],
        **section(request, mandate, owns=side == Side.CLIENT, bearers=whole.bearers),
    }  # fmt: skip
    return render(request, "mandates/page.html", context)


Act = Callable[[Inside, Mandate], str]


def _act(act: Act) -> Callable[..., HttpResponse]:
    """Wrap something done to a mandate: find it, do it, say what came of it or why nothing did, and go back to its page."""

    @require_POST
    @member
    def done(request: Inside, pk: int) -> HttpResponse:
        mandate, _side = found(request, pk)
        try:
            messages.success(request, act(request, mandate))
        except Over as over:
            word = str(STANDINGS[over.standing][2]).lower()
            messages.warning(request, gettext("It had already moved on: %(state)s. Nothing was changed.") % {"state": word})
        except Changed:
            messages.warning(request, gettext("Its wording has changed since you read it. Read it again: nothing was agreed."))
        except WrongTerms as wrong:
            messages.error(request, say(wrong.why))
        except OwnCompany:
            messages.error(request, gettext("An owner of the company needs no mandate."))
        return see("mandate", request.company.slug, pk)

    return done


@_act
def offer(request: Inside, mandate: Mandate) -> str:
    """Say the company's yes, and send the link."""
    invitation = commands.offer(mandate=mandate, by=request.actor, now=clock.now())
    if invitation is None:
        return gettext("You have said yes: the professional is told.")
    if invitations.mail_leaves() and invitations.post(invitation=invitation, link=link_of(invitation)):
        return gettext("The mandate is offered: its link has left for %(email)s.") % {"email": invitation.email}
    return gettext("The mandate is offered. No mail left: copy its link below and give it yourself.")


@_act
def withdraw(request: Inside, mandate: Mandate) -> str:
    """Take an offer back."""
    commands.withdraw(mandate=mandate, by=request.actor, now=clock.now())
    return gettext("The link no longer opens anything. The mandate is a draft again.")


@_act
def agree(request: Inside, mandate: Mandate) -> str:
    """Say yes to the wording that waits, and what becomes of what it no longer covers; that can be chosen anew until the other's yes."""
    digest = request.POST.get("digest", "")
    done = rewording.agree(mandate=mandate, digest=digest, waiting=_chosen(request), by=request.actor, now=clock.now())
    if done is None:
        return gettext("Your choice is kept. It is carried out when the other side says yes.")
    return " ".join([gettext("You have said yes: this wording is in force."), *became(asdict(done))])


@_act
def decline(request: Inside, mandate: Mandate) -> str:
    """Say no to the wording that waits."""
    commands.decline(mandate=mandate, why=request.POST.get("why", ""), by=request.actor, now=clock.now())
    return gettext("You have said no. The other side is told.")


@_act
def suspend(request: Inside, mandate: Mandate) -> str:
    """Stop it for now."""
    return _stopped(request, mandate, Standing.SUSPENDED, gettext("The mandate is suspended, from this moment."))


@_act
def revoke(request: Inside, mandate: Mandate) -> str:
    """Take it back."""
    return _stopped(request, mandate, Standing.REVOKED, gettext("The mandate is taken back, from this moment."))


@_act
def leave(request: Inside, mandate: Mandate) -> str:
    """Give it up, from the professional's side."""
    return _stopped(request, mandate, Standing.LEFT, gettext("You have given the mandate up, from this moment."))


@_act
def resume(request: Inside, mandate: Mandate) -> str:
    """Let it go on."""
    leaves = mandates.resume(mandate=mandate, by=request.actor, now=clock.now())
    words = gettext("The mandate goes on.")
    if not leaves:
        return words
    held = ngettext(
        "%(count)s departure that was held leaves at its hour.", "%(count)s departures that were held leave at their hours.", leaves
    )
    return f"{words} {held % {'count': leaves}}"


def _stopped(request: Inside, mandate: Mandate, to: Standing, words: str) -> str:
    waiting = _chosen(request)
    done = mandates.stop(mandate=mandate, to=to, waiting=waiting, why=request.POST.get("why", ""), by=request.actor, now=clock.now())
    return " ".join([words, *_told(done)])


def _chosen(request: Inside) -> Waiting | None:
    chosen = request.POST.get("waiting", "")
    return Waiting(chosen) if chosen in Waiting.values else None


def _told(done: Stopped) -> list[str]:
    said = {
        "kept": ngettext("%(count)s departure leaves as planned.", "%(count)s departures leave as planned.", done.kept),
        "held": ngettext("%(count)s departure waits for your word.", "%(count)s departures wait for your word.", done.held),
        "cancelled": ngettext("%(count)s departure was taken back.", "%(count)s departures were taken back.", done.cancelled),
        "too_late": ngettext("%(count)s had begun to leave.", "%(count)s had begun to leave.", done.too_late),
    }  # fmt: skip
    return [words % {"count": getattr(done, name)} for name, words in said.items() if getattr(done, name)]


@_act
def add_bearer(request: Inside, mandate: Mandate) -> str:
    """Have one of the agency's people work under it."""
    by = _agency_actor(request.user, mandate)
    chosen = request.POST.get("person", "")
    user = User.objects.filter(pk=int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 19 else 0).first()
    if by is None or user is None:
        raise Http404
    commands.add_bearer(mandate=mandate, user=user, by=by, now=clock.now())
    return gettext("%(name)s works under this mandate from now on. The company is told.") % {"name": user.called}


@_act
def remove_bearer(request: Inside, mandate: Mandate) -> str:
    """Let somebody work under it no longer."""
    chosen = request.POST.get("bearer", "")
    pk = int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 19 else 0
    bearer = Bearer.objects.select_related("member__user", "mandate").filter(mandate=mandate, pk=pk).first()
    if bearer is None:
        raise Http404
    by = request.actor if allowed(request.actor, "mandates.change", request.company.pk) else _agency_actor(request.user, mandate)
    commands.remove_bearer(bearer=bearer, by=by or request.actor, now=clock.now())
    return gettext("%(name)s no longer works under this mandate.") % {"name": bearer.member.user.called}


def _agency_actor(user: User, mandate: Mandate) -> Actor | None:
    """Return somebody as the owner that they are of the agency that holds a mandate."""
    if mandate.agency_id is None:
        return None
    places = Member.objects.select_related("user", "company", "made")
    place = places.filter(company=mandate.agency_id, user=user, role=Role.OWNER).first()
    return actor_of(place, clock.now()) if place else None


urls = [
    path("settings/mandates/", listing, name="mandates"),
    path("settings/mandates/<int:pk>/", show, name="mandate"),
    path("settings/mandates/<int:pk>/offer/", offer, name="mandate-offer"),
    path("settings/mandates/<int:pk>/withdraw/", withdraw, name="mandate-withdraw"),
    path("settings/mandates/<int:pk>/agree/", agree, name="mandate-agree"),
    path("settings/mandates/<int:pk>/decline/", decline, name="mandate-decline"),
    path("settings/mandates/<int:pk>/suspend/", suspend, name="mandate-suspend"),
    path("settings/mandates/<int:pk>/revoke/", revoke, name="mandate-revoke"),
    path("settings/mandates/<int:pk>/leave/", leave, name="mandate-leave"),
    path("settings/mandates/<int:pk>/resume/", resume, name="mandate-resume"),
    path("settings/mandates/<int:pk>/people/add/", add_bearer, name="mandate-bearer-add"),
    path("settings/mandates/<int:pk>/people/remove/", remove_bearer, name="mandate-bearer-remove"),
]
outside = [path("mandates/", mine, name="mandates-mine")]
