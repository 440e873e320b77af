"""A mandate on paper: the annex to a contract, with every fact that the pages show and places to sign."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import path
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from parvis.channels.models import Channel
from parvis.channels.queries import facts_of_key
from parvis.delegation import handing_over
from parvis.delegation.handing_over import END, START
from parvis.delegation.models import Mandate, Revision
from parvis.delegation.terms import Terms
from parvis.media.children import Failed, ask
from parvis.people.models import Company, Establishment
from parvis.web import reading
from parvis.web.gate import Inside, member, see
from parvis.web.handover import shown
from parvis.web.mandates import found
from parvis.web.wording import Names, Worded, siret, worded

PRESS, SECONDS = "parvis.web.press", 30
# The typeface has no narrow no-break space; the broad one is as unbreakable.
SPACES = str.maketrans({reading.NARROW: reading.NO_BREAK})
Part = dict[str, Any]


@require_GET
@member
def annex(request: Inside, pk: int) -> HttpResponse:
    """Give a wording of a mandate as a PDF: the one that waits for a yes, else the one in force, or `?wording=`."""
    mandate, _side = found(request, pk)
    revision = _revision(mandate, request.GET.get("wording", ""))
    language = request.GET.get("language", "")
    with translation.override(language if language in dict(settings.LANGUAGES) else get_language() or "fr"):
        data = _spaced(data_of(mandate, revision))
    try:
        paper = ask(PRESS, {"data": data}, seconds=SECONDS)
    except Failed:
        messages.error(request, _("The paper could not be made at this moment. Nothing was changed: try again in a minute."))
        return see("mandate", request.company.slug, pk)
    name = f"{slugify(mandate.company.name)}-{slugify(mandate.called)}-{revision.number}.pdf"
    answer = HttpResponse(b64decode(paper["pdf"]), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


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
    words = worded(terms, Names.of(company))
    title = _("Mandate for the company’s pages")
    place = Establishment.objects.filter(company=company, main=True, removed_at=None).first()
    return {
        "title": title, "author": company.name, "lang": (get_language() or "fr")[:2],
        "subtitle": _("Annex to the contract between %(company)s and %(called)s, wording %(number)s")
        % {"company": company.name, "called": terms.called, "number": revision.number},
        "footer": _("%(company)s and %(called)s, wording %(number)s, digest %(digest)s…")
        % {"company": company.name, "called": terms.called, "number": revision.number, "digest": revision.digest[:16]},
        "sections": [
            _section(_("The parties"), _facts(_parties(mandate, terms, company, place))),
            _section(_("Accounts, and what may be done there"), _accounts(words), _words(
                _("No password and no key is handed over: the professional signs in to Parvis with an account of their own."))),
            _section(_("What was agreed"), _facts(words.facts[2:]), _words(
                _("Whatever does not go out alone leaves only once the company has said yes to exactly that: content, accounts and hour."),
                _("Parvis refuses what goes beyond these limits, and stops at the end of the last day in the time zone %(zone)s.")
                % {"zone": company.timezone})),
            _section(_("Whatever else was agreed"), _words(*(words.words.splitlines() or [_("Nothing else was written down.")]))),
            _section(_("Who owns what"), _words(
                _("The accounts belong to the company, and so do their recovery addresses and second factors."),
                _("What is written under this mandate is kept in the company’s workspace and stays there after the end. "
                  "Rights in texts and pictures pass as it is written above; "
                  "where nothing is written, both agree on it before they sign."))),
            _section(_("At the end"), _words(
                _("The company may suspend this mandate or take it back at any moment, and the professional may give it up: "
                  "access stops at once. What is owed, and the notice, are not touched by that."),
                _("The company takes out everything, the professional their own work."))),
            _section(_("Handing over: at the start"), _boxes(mandate, terms, START)),
            _section(_("Giving back: at the end"), _boxes(mandate, terms, END)),
            _section(_("Signatures"), _facts(_yeses(revision)), {"kind": "signs", "rows": [
                [company.name, _("Date, name, signature")], [terms.called, _("Date, name, signature")]]}),
            _section(_("Digest of these terms"), {"kind": "code", "rows": [revision.digest]}, _words(
                _("SHA-256 of the terms as Parvis keeps them. The same terms have the same digest; a comma changes it."))),
        ],
    }  # fmt: skip


def _parties(mandate: Mandate, terms: Terms, company: Company, place: Establishment | None) -> list[tuple[str, str]]:
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


def _accounts(words: Worded) -> Part:
    rows = [[_named(channel), ", ".join(actions)] for channel, actions in words.accounts]
    return {"kind": "table", "head": [_("Account"), _("What may be done there")], "rows": rows}


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


def _section(title: str, *parts: Part) -> dict[str, Any]:
    return {"title": title, "parts": list(parts)}


def _facts(rows: list[tuple[str, str]]) -> Part:
    return {"kind": "facts", "rows": [list(row) for row in rows]}


def _words(*rows: str) -> Part:
    return {"kind": "words", "rows": [row for row in rows if row.strip()]}


def _spaced(value: Any) -> Any:
    """Give every text the spaces that the typeface has."""
    if isinstance(value, str):
        return value.translate(SPACES)
    if isinstance(value, dict):
        return {key: _spaced(one) for key, one in value.items()}
    return [_spaced(one) for one in value] if isinstance(value, list) else value


urls = [path("settings/mandates/<int:pk>/annex.pdf", annex, name="mandate-annex")]
