"""Screens: time noted under mandates. A quick form on the desk and on a mandate's page, the days, what the company agrees to beyond."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from parvis.agency.clients import Client, Clients, Held, clients_of
from parvis.core import clock
from parvis.delegation import working
from parvis.delegation.models import Mandate, Work
from parvis.delegation.permits import day_in
from parvis.delegation.working import Beyond, Gone, WrongWork
from parvis.people.actors import Actor
from parvis.people.permissions import allowed
from parvis.web import reading
from parvis.web.agency import Asked, around, number
from parvis.web.gate import Inside, Signed, member, person, see
from parvis.web.htmx import tell
from parvis.web.mandates import found
from parvis.web.noting import WorkForm, by_day
from parvis.web.tags import say

# So far back the desk lists what was noted.
SHOWN = timedelta(days=62)
FIELDS = {"time": "minutes", "day": "day"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A mandate with its client, and the place of whoever looks there: none for an owner of the agency whose people bear it."""

    client: Client
    held: Held
    actor: Actor | None


def choices(clients: Clients) -> list[Choice]:
    """Return the mandates under which time can be noted now."""
    return [
        Choice(client, held, client.actor)
        for client in clients
        for held in client.held
        if client.actor is not None and held.runs and client.actor.user_id in held.bearers
        and allowed(client.actor, "work.log", client.company.pk)
    ]  # fmt: skip


# ---- on the desk


@require_http_methods(["GET", "HEAD", "POST"])
@person
def hours(request: Signed) -> HttpResponse:
    """Show somebody the time they noted, day by day and against each mandate's month; note more."""
    now = clock.now()
    clients = clients_of(request.user, now)
    able = choices(clients)
    form = WorkForm(request.POST or None, initial={"day": _today(able)})
    chosen = next((one for one in able if one.held.mandate.pk == number(request.POST.get("mandate", ""))), None)
    if request.method == "POST" and chosen is None:
        raise Http404
    if chosen and chosen.actor and form.is_valid() and _noted(request, form, chosen.held.mandate, chosen.actor):
        return see("desk-hours")
    listed = list(working.of_person(request.user.pk, now.date() - SHOWN)[:100])
    context = around(request, clients, Asked.of(request)) | {
        "form": form, "able": able, "months": _months(clients)[:60],
        "chosen": chosen or _asked(request, able),
        "days": by_day([work for work in listed if clients.get(work.mandate.company_id)]), "own": {one.held.mandate.pk for one in able},
    }  # fmt: skip
    return render(request, "agency/hours.html", context, status=422 if form.errors else 200)


def _months(clients: Clients) -> list[Choice]:
    """Return the mandates under which time was noted this month: one's own, and those of an agency that one owns."""
    held = ((client, one) for client in clients for one in client.held if one.runs and (one.spent.minutes or one.spent.asked))
    bears = {client.id: client.actor for client in clients if client.actor}
    return [Choice(client, one, by if (by := bears.get(client.id)) and by.user_id in one.bearers else None) for client, one in held]


def _today(able: list[Choice]) -> date:
    return day_in(able[0].client.company.timezone, clock.now()) if able else reading.today()


def _asked(request: Signed, able: list[Choice]) -> Choice | None:
    wanted = number(request.GET.get("client", ""))
    return next((one for one in able if one.client.company.pk == wanted), None)


def _noted(request: Signed, form: WorkForm, mandate: Mandate, by: Actor, work: Work | None = None) -> bool:
    """Note what a form says, or say on it why not."""
    now = clock.now()
    try:
        if work is None:
            work = working.log(mandate=mandate, spell=form.spell(), by=by, now=now)
            undo = reverse("work-remove", args=[mandate.company.slug, mandate.pk, work.pk])
            tell(request, _("Noted: %(time)s, %(day)s.") % _said(work), undo=undo)
        else:
            working.change(work=work, spell=form.spell(), by=by, now=now)
            messages.success(request, _("Kept."))
    except WrongWork as wrong:
        form.add_error(FIELDS[wrong.field], say(wrong.why))
    except Beyond as beyond:
        form.add_error("beyond", _beyond(beyond.left))
    except Gone:
        form.add_error(None, _("It was taken away meanwhile: nothing was kept."))
    return not form.errors


def _beyond(left: int) -> str:
    if not left:
        return _("The month includes no more time. Tick this, and the company is asked to agree.")
    words = _("The month includes %(left)s more. Note less, or tick this: the company is asked to agree.")
    return words % {"left": reading.lasting_minutes(left)}


def _said(work: Work) -> dict[str, str]:
    return {"time": reading.lasting_minutes(work.minutes), "day": reading.day(work.day)}


# ---- on the mandate's page


@require_POST
@member
def log(request: Inside, pk: int) -> HttpResponse:
    """Note time from the mandate's page."""
    mandate, _side = found(request, pk)
    form = WorkForm(request.POST)
    if form.is_valid() and _noted(request, form, mandate, request.actor):
        return see("mandate", request.company.slug, pk)
    return _form(request, mandate, form, 422)


@require_http_methods(["GET", "HEAD", "POST"])
@member
def change(request: Inside, pk: int, work: int) -> HttpResponse:
    """Say otherwise what one noted."""
    mandate, row = _row(request, pk, work)
    kept = {"day": row.day, "hours": row.minutes // 60, "minutes": row.minutes % 60, "what": row.what, "beyond": row.beyond}
    form = WorkForm(request.POST or None, initial=kept)
    if form.is_bound and form.is_valid() and _noted(request, form, mandate, request.actor, row):
        return see("mandate", request.company.slug, pk)
    return _form(request, mandate, form, 422 if form.errors else 200, row)


def _form(request: Inside, mandate: Mandate, form: WorkForm, status: int, work: Work | None = None) -> HttpResponse:
    context = {"place": "settings", "mandate": mandate, "form": form, "work": work}
    return render(request, "mandates/work.html", context, status=status)


def _row(request: Inside, pk: int, work: int) -> tuple[Mandate, Work]:
    mandate, _side = found(request, pk)
    row = Work.objects.filter(mandate=mandate, pk=work).first()
    if row is None:
        raise Http404
    return mandate, row


Act = Callable[[Inside, Work], tuple[str, str]]


def _act(act: Act) -> Callable[..., HttpResponse]:
    """Wrap something done to time that was noted: say what came of it, and how to undo it, or why nothing did."""

    @require_POST
    @member
    def done(request: Inside, pk: int, work: int) -> HttpResponse:
        mandate, row = _row(request, pk, work)
        try:
            words, undo = act(request, row)
            tell(request, words % _said(row), undo=reverse(undo, args=[request.company.slug, pk, work]) if undo else "")
        except Gone:
            messages.warning(request, _("It was changed meanwhile: look again. Nothing was changed by you."))
        except WrongWork as wrong:
            messages.error(request, say(wrong.why))
        except Beyond as beyond:
            messages.error(request, _("The month includes %(left)s more: note it again, as time beyond.") % {
                "left": reading.lasting_minutes(beyond.left)})  # fmt: skip
        own = row.user_id == request.user.pk and "desk" in request.POST
        return see("desk-hours") if own else see("mandate", request.company.slug, mandate.pk)

    return done


@_act
def remove(request: Inside, work: Work) -> tuple[str, str]:
    """Take away what one noted."""
    working.remove(work=work, by=request.actor, now=clock.now())
    return _("Taken away: %(time)s, %(day)s."), "work-restore"


@_act
def restore(request: Inside, work: Work) -> tuple[str, str]:
    """Bring it back."""
    working.restore(work=work, by=request.actor, now=clock.now())
    return _("Back again: %(time)s, %(day)s."), "work-remove"


@_act
def agree(request: Inside, work: Work) -> tuple[str, str]:
    """Say the company's yes to time beyond."""
    working.agree(work=work, by=request.actor, now=clock.now())
    return _("Agreed: %(time)s, %(day)s, beyond what the month includes."), "work-disagree"


@_act
def disagree(request: Inside, work: Work) -> tuple[str, str]:
    """Take that yes back."""
    working.disagree(work=work, by=request.actor, now=clock.now())
    return _("No longer agreed: %(time)s, %(day)s."), "work-agree"


ONE = "settings/mandates/<int:pk>/hours/<int:work>/"
urls = [
    path("settings/mandates/<int:pk>/hours/", log, name="work-log"),
    path(f"{ONE}change/", change, name="work-change"),
    path(f"{ONE}remove/", remove, name="work-remove"),
    path(f"{ONE}restore/", restore, name="work-restore"),
    path(f"{ONE}agree/", agree, name="work-agree"),
    path(f"{ONE}disagree/", disagree, name="work-disagree"),
]
outside = [path("desk/hours/", hours, name="desk-hours")]
