"""Screens: the desk of a professional. What waits at each client, late first; who of their public waits; nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from parvis.agency import talks, waits
from parvis.agency.clients import Client, Clients, Held, clients_of
from parvis.agency.waits import Item, Pile
from parvis.core import clock
from parvis.delegation.models import Standing
from parvis.web import reading
from parvis.web.gate import Signed, person
from parvis.web.tags import icon
from parvis.web.wording import STANDINGS

A_PAGE = 15
EACH, ALONE = 4, 25
# A kind's sign, its tone, its words on a line, and its words over a list.
KINDS: dict[str, tuple[str, str, Any, Any]] = {
    "lapsed": ("calendar-x", "wrong", gettext_lazy("Its hour passed without a yes"), gettext_lazy("Past without a yes")),
    "answer": ("message-circle", "wait", gettext_lazy("Waits beyond the promised hour"), gettext_lazy("Answers late")),
    "decision": ("circle-help", "wait", gettext_lazy("A delivery needs a decision"), gettext_lazy("Deliveries to decide")),
    "stop": ("ban", "wrong", gettext_lazy("Stopped: nothing leaves"), gettext_lazy("Stops")),
    "changes": ("pencil-line", "wait", gettext_lazy("Changes are asked"), gettext_lazy("Changes asked")),
    "ours": ("user-check", "wait", gettext_lazy("Waits for a yes among you"), gettext_lazy("Your own yes")),
    "client": ("hourglass", "", gettext_lazy("Waits for the client’s yes"), gettext_lazy("The client’s yes")),
    "ending": ("calendar-clock", "wait", gettext_lazy("A mandate ends soon"), gettext_lazy("Mandates ending")),
}
PAGES = (
    ("desk", "list", gettext_lazy("What waits")), ("desk-calendar", "calendar-days", gettext_lazy("Calendar")),
    ("desk-inbox", "message-circle", gettext_lazy("Answers")), ("desk-hours", "clock", pgettext_lazy("work", "Hours")),
    ("mandates-mine", "user-check", gettext_lazy("Mandates")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that waits, as it is drawn. `url` is empty where whoever looks has no place of their own there."""

    kind: str
    words: str
    label: str
    when: str
    late: bool
    url: str
    client: str = ""


@dataclass(slots=True)
class Group:
    """One client as the desk shows it."""

    client: Client
    pile: Pile
    standing: tuple[str, str, Any] | None
    facts: list[str]
    lines: list[SafeString] = field(default_factory=list)
    kinds: str = ""
    zone: str = ""

    @property
    def more(self) -> int:
        """How many things of theirs are not shown."""
        return self.pile.total - len(self.lines)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: a client, a kind, a person of the agency, and where the page begins."""

    client: int = 0
    kind: str = ""
    person: int = 0
    after: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Asked:
        """Read it; whatever is not ours is nothing."""
        given = request.GET
        kind = given.get("kind", "")
        return cls(
            number(given.get("client", "")), kind if kind in KINDS else "", number(given.get("person", "")), given.get("after", "")[:200]
        )

    def url(self, **other: Any) -> str:
        """Return the address that asks for this with something changed, from its beginning."""
        return f"?{urlencode({name: value for name, value in {**_fields(self), **other}.items() if value})}"

    def among(self, clients: Clients) -> Clients:
        """Keep the clients that are asked for."""
        kept = clients.of_person(self.person) if self.person else clients
        return kept.kept(one for one in kept if one.id == self.client) if self.client else kept


def _fields(asked: Asked) -> dict[str, Any]:
    return {"client": asked.client, "kind": asked.kind, "person": asked.person}


def number(typed: str) -> int:
    """Return the id that somebody's address names; 0 where it is none."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else 0


def around(request: Signed, clients: Clients, asked: Asked) -> dict[str, Any]:
    """Return what every page of the desk shows around its content: its pages, and what it can be narrowed to."""
    return {
        "asked": asked, "clients": len(clients), "people": _options(clients.people().items(), asked.person),
        "names": _options([(one.id, one.company.name) for one in clients], asked.client),
        "pages": pages_of(request),
    }  # fmt: skip


def pages_of(request: Signed) -> list[tuple[str, str, Any, bool]]:
    """Return the pages of the desk: address, sign, words, and whether it is the one shown."""
    here = getattr(request.resolver_match, "url_name", "")
    return [(reverse(name), sign, words, name == here) for name, sign, words in PAGES]


def _options(named: Iterable[tuple[int, str]], chosen: int) -> SafeString:
    """Draw the choices of a list; by hand, for there may be hundreds."""
    rows = (f'<option value="{int(pk)}"{" selected" if pk == chosen else ""}>{escape(name)}</option>' for pk, name in named)
    return SafeString("".join(rows))


@require_GET
@person
def desk(request: Signed) -> HttpResponse:
    """Show what waits at each client; one kind of it over all of them where the address asks for it."""
    now = clock.now()
    clients, asked = clients_of(request.user, now), Asked.of(request)
    kept = asked.among(clients)
    piles = waits.piles(kept)
    context = around(request, clients, asked) | {"totals": _totals(piles, asked), "all": sum(pile.total for pile in piles)}
    context["late"] = sum(pile.late for pile in piles)
    if asked.kind:
        page = waits.listed(kept, asked.kind, asked.after)
        context |= {"lines": lines(page.items, clients, named=True), "next": page.after and _turned(asked, page.after)}
        return render(request, "agency/kind.html", context)
    shown, after = _page(piles, asked.after)
    waits.fill(shown, kept, ALONE if asked.client else EACH)
    zones = {one.company.timezone for one in clients}
    context |= {"groups": [_group(pile, clients, asked, several=len(zones) > 1) for pile in shown], "next": after and _turned(asked, after)}
    return render(request, "agency/desk.html", context)


def _turned(asked: Asked, after: str) -> str:
    return asked.url(after=after)


def _totals(piles: Iterable[Pile], asked: Asked) -> list[tuple[str, str, str, Any, int, bool]]:
    """Return the kinds that wait: the address that shows it, its sign, tone and words, how many, and whether it is the one shown."""
    counts: dict[str, int] = {}
    for pile in piles:
        for kind, n in pile.counts.items():
            counts[kind] = counts.get(kind, 0) + n
    shown = [kind for kind in KINDS if counts.get(kind) and (not asked.kind or kind == asked.kind)]
    return [
        (asked.url(kind="" if asked.kind else kind), *KINDS[kind][:2], KINDS[kind][3], counts[kind], kind == asked.kind) for kind in shown
    ]  # fmt: skip


def _page(piles: list[Pile], after: str) -> tuple[list[Pile], str]:
    """Return the clients of a page, in order from where the last one ended."""
    rank, _sep, rest = after.partition("~")
    pk, _sep, name = rest.partition("~")
    if rank.isdecimal() and len(rank) == 1 and number(pk):
        piles = [pile for pile in piles if pile.key > (int(rank), name, int(pk))]
    shown = piles[:A_PAGE]
    if len(piles) <= A_PAGE:
        return shown, ""
    last = shown[-1].key
    return shown, f"{last[0]}~{last[2]}~{last[1]}"


def _group(pile: Pile, clients: Clients, asked: Asked, *, several: bool) -> Group:
    client = pile.client
    held = client.held[0].mandate if len(client.held) == 1 else None
    standing = STANDINGS[held.standing] if held and held.standing != Standing.ACTIVE else None
    facts = [fact for one in client.held for fact in _facts(one, clients.now)]
    by_kind = ((asked.url(client=client.id, kind=kind), KINDS[kind][3], n) for kind, n in pile.counts.items())
    kinds = format_html_join(" · ", '<a href="{}">{} ({})</a>', by_kind) if pile.total > len(pile.items) else ""
    zone = client.company.timezone.rpartition("/")[2].replace("_", " ") if several else ""
    return Group(client, pile, standing, facts, lines(pile.items, clients), kinds, zone)


def _facts(held: Held, now: datetime) -> list[str]:
    """Say what is left of a month under a mandate that runs, and nothing but where it stands of one that does not."""
    mandate, spent = held.mandate, held.spent
    if not held.runs:
        return [_not_running(held, now)]
    posts, most, minutes = mandate.posts_a_month, mandate.minutes_a_month, reading.lasting_minutes
    said = []
    if posts is not None:
        said.append(_("%(left)s of %(most)s publications left this month") % {"left": max(0, posts - spent.posts), "most": posts})
    if most is not None:
        said.append(_("%(taken)s of %(most)s noted this month") % {"taken": minutes(spent.minutes), "most": minutes(most)})
    if spent.asked:
        said.append(_("%(time)s beyond waits for a yes") % {"time": minutes(spent.asked)})
    return said


def _not_running(held: Held, now: datetime) -> str:
    mandate = held.mandate
    if mandate.standing == Standing.ACTIVE and now.date() <= mandate.first_day:
        return _("Begins on %(day)s.") % {"day": reading.day(mandate.first_day)}
    if mandate.standing == Standing.SUSPENDED:
        return _("The company has suspended the mandate: nothing of it is shown until it goes on.")
    return _("The mandate is over: what was written is kept by the company.")


# ---- one line


def lines(items: Iterable[Item], clients: Clients, *, named: bool = False) -> list[SafeString]:
    """Draw things, each hour in the time of its own client; by hand, for a page shows many."""
    found = {one.id: one for one in clients}
    return [_drawn(_line(item, found[item.company_id], named)) for item in items]


def _drawn(line: Line) -> SafeString:
    label = format_html('<a href="{}">{}</a>', line.url, line.label) if line.url else format_html('<span class="own">{}</span>', line.label)
    late = format_html(' <span class="vh">({})</span>', _("late")) if line.late else ""
    return format_html(
        '<li class="wait-line{}"><span class="what">{}<span>{}{}</span></span>{}<span class="fine">{}</span></li>',
        " is-late" if line.late else "", icon("triangle-alert" if line.late else KINDS[line.kind][0]), line.words, late, label,
        " · ".join(filter(None, (line.client, line.when))),
    )  # fmt: skip


def _line(item: Item, client: Client, named: bool) -> Line:
    label = item.label or item.subject or _("Without a name")
    words = str(KINDS[item.kind][2])
    if item.kind == "client" and not client.bears:
        words = _("Waits for the company’s yes")
    with timezone.override(zone_of(client.company.timezone)):
        when = reading.day(date.fromisoformat(label)) if item.kind == "ending" else reading.near(item.at) if item.at else ""
    if item.kind in ("ending", "stop"):
        label = _mandate_name(client, item.pk) if item.kind == "ending" else item.subject or _("The whole company")
    return Line(item.kind, words, label, when, item.late, _leads(item, client), client.company.name if named else "")


def _mandate_name(client: Client, pk: int) -> str:
    return next((held.mandate.called for held in client.held if held.mandate.pk == pk), "")


def _leads(item: Item, client: Client) -> str:
    """Return the client's own page of a thing; empty where whoever looks has no place there."""
    if client.actor is None:
        return ""
    slug = client.company.slug
    match item.kind:
        case "answer":
            return address("conversation", slug, item.pk)
        case "decision":
            return address("post", slug, item.object_id)
        case "stop":
            return address("stops", slug)
        case "ending":
            return address("mandate", slug, item.pk)
        case _:
            return address("approval", slug, item.pk)


def address(name: str, slug: str, pk: int = 0) -> str:
    """Return the address of a page of a company, or of a thing in it."""
    return _pattern(name, slug).replace("/0/", f"/{pk}/") if pk else _pattern(name, slug, bare=True)


# Reversing an address costs more than drawing the line.
@lru_cache(maxsize=2048)
def _pattern(name: str, slug: str, bare: bool = False) -> str:
    return reverse(name, args=[slug] if bare else [slug, 0])


@lru_cache(maxsize=256)
def zone_of(name: str) -> ZoneInfo:
    """Return a time zone."""
    return ZoneInfo(name)


# ---- who waits for an answer


@require_GET
@person
def inbox(request: Signed) -> HttpResponse:
    """Show who waits for an answer at any client, by the hour promised; each leads to the conversation, with its client."""
    clients, asked = clients_of(request.user, clock.now()), Asked.of(request)
    kept = asked.among(clients)
    page = talks.waiting(kept, asked.after)
    context = around(request, clients, asked) | {
        "talks": [_talk(one, clients, clients.now) for one in page.rows], "next": page.after and _turned(asked, page.after),
        "counts": talks.counted(kept), "listens": bool(kept.reach("inbox.read")),
    }  # fmt: skip
    return render(request, "agency/inbox.html", context)


def _talk(talk: talks.Talk, clients: Clients, now: datetime) -> dict[str, Any]:
    client = clients.get(talk.company_id)
    assert client is not None
    with timezone.override(zone_of(client.company.timezone)):
        due = reading.near(talk.due_at) if talk.due_at else ""
    return {
        "client": client.company, "who": talk.who, "network": talk.network, "words": talk.words, "due": due, "urgent": talk.urgent,
        "late": talk.due_at is not None and talk.due_at < now,
        "url": address("conversation", client.company.slug, talk.pk) if client.actor else "",
    }  # fmt: skip


outside = [path("desk/", desk, name="desk"), path("desk/inbox/", inbox, name="desk-inbox")]
