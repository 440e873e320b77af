"""Screens: the people without an account who say the company's yes. Added, changed, taken away, brought back, erased."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from parvis.core import clock
from parvis.delegation import contacts
from parvis.delegation.contacts import Enough, NoAddress, NoName, Removed, StillThere, Taken, Wanted
from parvis.delegation.models import Contact
from parvis.people.models import Company
from parvis.web.gate import Inside, member, one
from parvis.web.htmx import back, tell

WRONG = (NoName, NoAddress, Taken, Enough)


def _rows(company: Company) -> QuerySet[Contact]:
    return Contact.objects.filter(company=company, erased_at=None).select_related("company")


@member("approvals.change")
@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: Inside) -> HttpResponse:
    """Show the contacts, with a form for one more."""
    if request.method != "POST":
        return _listed(request)
    wanted = _wanted(request.POST)
    try:
        made = contacts.add(company=request.company, wanted=wanted, by=request.actor, now=clock.now())
    except WRONG as error:
        return _listed(request, wanted, _why(error))
    words = _("%(name)s can now be named in a circuit.") % {"name": made.name}
    tell(request, words, undo=reverse("contact-removal", args=[request.company.slug, made.pk]))
    return back(request, _page(request))


def _listed(request: Inside, typed: Wanted | None = None, wrong: str = "", changed: int = 0) -> HttpResponse:
    context: dict[str, Any] = {
        "place": "settings", "contacts": list(contacts.of(request.company)), "gone": list(contacts.taken_away(request.company)),
        "typed": typed or Wanted("", "", request.company.language), "wrong": wrong, "changed": changed,
    }  # fmt: skip
    return render(request, "approvals/contacts.html", context, status=422 if wrong else 200)


def _page(request: Inside) -> str:
    return reverse("contacts", args=[request.company.slug])


def _wanted(typed: QueryDict) -> Wanted:
    return Wanted(typed.get("name", ""), typed.get("email", ""), typed.get("language", ""))


def _why(error: Exception) -> str:
    if isinstance(error, NoName):
        return _("Say who it is: what they decide is written down under that name.")
    if isinstance(error, NoAddress):
        return _("This is no e-mail address that a link could be sent to.")
    if isinstance(error, Taken):
        if error.place:
            return _("Somebody of this address has a place here already: name them by their account, in the circuit.")
        return _("A contact of yours has this address already.")
    return _("Fifty contacts are enough: take one away first.")


@member("approvals.change")
@require_POST
def change(request: Inside, pk: int) -> HttpResponse:
    """Say otherwise who a contact is."""
    row, wanted = one(contacts.of(request.company), request.company, pk), _wanted(request.POST)
    try:
        contacts.change(contact=row, wanted=wanted, by=request.actor, now=clock.now())
    except WRONG as error:
        return _listed(request, wanted, _why(error), row.pk)
    tell(request, _("Kept. At another address, the links that were open are closed and new ones are sent."))
    return back(request, _page(request))


@member("approvals.change")
@require_POST
def remove(request: Inside, pk: int) -> HttpResponse:
    """Take a contact away, and say who is asked instead."""
    row = one(_rows(request.company), request.company, pk)
    became = contacts.remove(contact=row, by=request.actor, now=clock.now())
    undo = reverse("contact-return", args=[request.company.slug, pk])
    tell(request, f"{_('%(name)s is taken away.') % {'name': row.called}} {_became(became)}".strip(), undo=undo)
    return back(request, _page(request))


def _became(became: Removed) -> str:
    said = []
    if became.links:
        said.append(ngettext("A link opens nothing any more.", "%(n)s links open nothing any more.", became.links) % {"n": became.links})
    if became.requests:
        words = ngettext(
            "One request waited for them alone: %(whom)s may say the yes instead, and are written to.",
            "%(n)s requests waited for them alone: %(whom)s may say the yes instead, and are written to.",
            became.requests,
        )
        said.append(words % {"n": became.requests, "whom": became.whom})
    return " ".join(said)


@member("approvals.change")
@require_POST
def restore(request: Inside, pk: int) -> HttpResponse:
    """Bring a contact back."""
    row = one(_rows(request.company), request.company, pk)
    try:
        contacts.restore(contact=row, by=request.actor, now=clock.now())
        tell(request, _("%(name)s is back. Links that were closed stay closed.") % {"name": row.called})
    except (Taken, Enough) as error:
        tell(request, _why(error), tone="wait")
    return back(request, _page(request))


@member("approvals.change")
@require_POST
def erase(request: Inside, pk: int) -> HttpResponse:
    """Forget who a contact was."""
    row = one(_rows(request.company), request.company, pk)
    try:
        contacts.erase(contact=row, by=request.actor, now=clock.now())
        tell(request, _("Name and address are erased, in the journal too. What was decided stays, under “%(who)s”.") % {"who": row.signed})
    except StillThere:
        tell(request, _("Take them away first: erasing cannot be undone."), tone="wait")
    return back(request, _page(request))


ONE = "settings/contacts/<int:pk>/"
urls = [
    path("settings/contacts/", listing, name="contacts"),
    path(f"{ONE}change/", change, name="contact-change"),
    path(f"{ONE}removal/", remove, name="contact-removal"),
    path(f"{ONE}return/", restore, name="contact-return"),
    path(f"{ONE}erasure/", erase, name="contact-erasure"),
]
