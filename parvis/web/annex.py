"""A mandate on paper: the annex to a contract, with every fact that the pages show and places to sign."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import path
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from parvis.channels.models import Channel
from parvis.channels.queries import facts_of_key
from parvis.delegation import handing_over
from parvis.delegation.handing_over import END, START
from parvis.delegation.models import Mandate, Revision
from parvis.delegation.terms import Terms
from parvis.media.children import Failed
from parvis.people.models import Company, Establishment
from parvis.web.gate import Inside, member, see
from parvis.web.handover import shown
from parvis.web.mandates import found
from parvis.web.papers import Part, facts, language_of, printed, section, table, words
from parvis.web.wording import Names, Worded, siret, worded


@require_GET
@member
def annex(request: Inside, pk: int) -> HttpResponse:
    """Give a wording of a mandate as a PDF: the one that waits for a yes, else the one in force, or `?wording=`."""
    mandate, _side = found(request, pk)
    revision = _revision(mandate, request.GET.get("wording", ""))
    with translation.override(language_of(request)):
        data = data_of(mandate, revision)
    try:
        return printed(data, mandate.company.name, mandate.called, str(revision.number))
    except Failed:
        messages.error(request, _("The paper could not be made at this moment. Nothing was changed: try again in a minute."))
        return see("mandate", request.company.slug, pk)


def _revision(mandate: Mandate, asked: str) -> Revision:
    rows = mandate.revisions.all()
    if asked:
        number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 0
        named = rows.filter(number=number).first()
    else:
        named = rows.filter(closed_at=None).first() or rows.first()
    if named is None:
        raise Http404
    return named


def data_of(mandate: Mandate, revision: Revision) -> dict[str, Any]:
    """Return what stands on the paper, in the language in force."""
    company, terms = mandate.company, Terms.from_json(revision.terms)
    said = worded(terms, Names.of(company))
    title = _("Mandate for the company’s pages")
    place = Establishment.objects.filter(company=company, main=True, removed_at=None).first()
    return {
        "title": title, "author": company.name, "lang": (get_language() or "fr")[:2],
        "subtitle": _("Annex to the contract between %(company)s and %(called)s, wording %(number)s")
        % {"company": company.name, "called": terms.called, "number": revision.number},
        "footer": _("%(company)s and %(called)s, wording %(number)s, digest %(digest)s…")
        % {"company": company.name, "called": terms.called, "number": revision.number, "digest": revision.digest[:16]},
        "sections": [
            section(_("The parties"), facts(parties(mandate, terms, company, place))),
            section(_("Accounts, and what may be done there"), _accounts(said), words(
                _("No password and no key is handed over: the professional signs in to Parvis with an account of their own."))),
            section(_("What was agreed"), facts(said.facts[2:]), words(
                _("Whatever does not go out alone leaves only once the company has said yes to exactly that: content, accounts and hour."),
                _("Parvis refuses what goes beyond these limits, and stops at the end of the last day in the time zone %(zone)s.")
                % {"zone": company.timezone})),
            section(_("Whatever else was agreed"), words(*(said.words.splitlines() or [_("Nothing else was written down.")]))),
            section(_("Who owns what"), words(
                _("The accounts belong to the company, and so do their recovery addresses and second factors."),
                _("What is written under this mandate is kept in the company’s workspace and stays there after the end. "
                  "Rights in texts and pictures pass as it is written above; "
                  "where nothing is written, both agree on it before they sign."))),
            section(_("At the end"), words(
                _("The company may suspend this mandate or take it back at any moment, and the professional may give it up: "
                  "access stops at once. What is owed, and the notice, are not touched by that."),
                _("The company takes out everything, the professional their own work."))),
            section(_("Handing over: at the start"), _boxes(mandate, terms, START)),
            section(_("Giving back: at the end"), _boxes(mandate, terms, END)),
            section(_("Signatures"), facts(_yeses(revision)), {"kind": "signs", "rows": [
                [company.name, _("Date, name, signature")], [terms.called, _("Date, name, signature")]]}),
            section(_("Digest of these terms"), {"kind": "code", "rows": [revision.digest]}, words(
                _("SHA-256 of the terms as Parvis keeps them. The same terms have the same digest; a comma changes it."))),
        ],
    }  # fmt: skip


def parties(mandate: Mandate, terms: Terms, company: Company, place: Establishment | None) -> list[tuple[str, str]]:
    """Return who the two sides of a mandate are."""
    rows = [
        (_("Company"), company.name), (_("SIRET of the company"), siret(place.siret if place else "") or _("no number given")),
        (_("Professional"), terms.called), (_("SIRET of the professional"), siret(terms.siret) or _("no number given")),
        (_("E-mail address"), terms.email),
    ]  # fmt: skip
    return [*rows, (_("In the name of"), mandate.agency.name)] if mandate.agency else rows


def _yeses(revision: Revision) -> list[tuple[str, str]]:
    both = ((_("Yes of the company in Parvis"), revision.client_who, revision.client_at),
            (_("Yes of the professional in Parvis"), revision.inside_who, revision.inside_at))  # fmt: skip
    return [(label, f"{who}, {date_format(timezone.localtime(at), 'DATETIME_FORMAT')}" if at else _("not yet")) for label, who, at in both]


def _accounts(said: Worded) -> Part:
    rows = [[_named(channel), ", ".join(actions)] for channel, actions in said.accounts]
    return table([_("Account"), _("What may be done there")], rows)


def _named(channel: Channel | None) -> str:
    return f"{facts_of_key(channel.network, channel.name).name}, {channel.handle}" if channel else _("an account that is no longer here")


def _boxes(mandate: Mandate, terms: Terms, end: str) -> Part:
    channels = Channel.objects.in_bulk([int(pk) for pk in terms.accounts])
    rows = []
    for line in handing_over.lines(mandate, end):
        one = shown(line, channels.get(line.channel_id))
        head = f"{_named(channels[line.channel_id])} – {one.words}" if line.channel_id in channels else one.words
        rows.append([head, " ".join(filter(None, (one.help, one.at)))])
    return {"kind": "boxes", "rows": rows}


urls = [path("settings/mandates/<int:pk>/annex.pdf", annex, name="mandate-annex")]
