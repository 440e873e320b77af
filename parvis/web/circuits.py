"""Screens: whose yes is needed, and for what. A list of circuits, and a form of steps for each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from parvis.channels.queries import alive
from parvis.core import clock
from parvis.delegation import circling, contacts
from parvis.delegation.circling import KINDS, Wanted
from parvis.delegation.circuits import ANSWER, ESCALATE_HOURS, POST, REMIND_HOURS, REVIEW, Step
from parvis.delegation.models import Circuit, Side
from parvis.people.models import Company, Member
from parvis.people.permissions import allowed
from parvis.voice import pillars
from parvis.web.gate import Inside, member, one
from parvis.web.htmx import back, tell

STEPS = 3
WRONG = (circling.NoName, circling.NobodyNamed, circling.NotInside)
KIND_WORDS = {POST: gettext_lazy("Publications"), ANSWER: gettext_lazy("Answers"), REVIEW: gettext_lazy("Answers to reviews")}


@dataclass(slots=True)
class Shown:
    """A circuit as the list shows it: what it holds for, and its steps with their people."""

    circuit: Circuit
    kinds: list[Any]
    accounts: list[Any]
    pillars: list[Any]
    steps: list[tuple[Step, list[str]]]


@dataclass(slots=True)
class Typed:
    """What stands in the form, whether it was kept or was just typed."""

    wanted: Wanted = field(default_factory=lambda: Wanted(""))

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The steps of the form: those that are set, and empty ones up to three."""
        steps = [
            {"need": step.need, "side": str(step.side), "users": list(step.users), "contacts": list(step.contacts)}
            for step in self.wanted.steps
        ]
        return [*steps, *({"need": "", "side": "client", "users": [], "contacts": []} for _nothing in range(STEPS - len(steps)))]


def _rows(company: Company) -> QuerySet[Circuit]:
    return Circuit.objects.filter(company=company, removed_at=None).select_related("company")


@member("approvals.read")
@require_GET
def listing(request: Inside) -> HttpResponse:
    """Show the circuits in the order in which they are looked at."""
    company = request.company
    names = {place.user_id: place.user.called for place in circling.choosable(company)}
    rows = list(_rows(company))
    outside = {row.pk: row.called for row in contacts.of(company)} if any("contacts" in step for row in rows for step in row.steps) else {}
    accounts = {channel.pk: channel for channel in alive(company)}
    named = {pillar.pk: pillar.name for pillar in pillars.of(company)}
    context = {
        "place": "settings",
        "circuits": [_shown(row, names, outside, accounts, named) for row in rows],
        "sets": allowed(request.actor, "approvals.change", company.pk),
    }
    return render(request, "approvals/circuits.html", context)


def _shown(row: Circuit, names: dict[int, str], outside: dict[int, str], accounts: dict[int, Any], named: dict[int, str]) -> Shown:
    steps = [Step.from_json(kept) for kept in row.steps]
    return Shown(
        row, [KIND_WORDS[kind] for kind in row.kinds if kind in KIND_WORDS], [accounts[pk] for pk in row.channels if pk in accounts],
        [named[pk] for pk in row.pillars if pk in named],
        [(step, [*(names[pk] for pk in step.users if pk in names), *(outside[pk] for pk in step.contacts if pk in outside)])
         for step in steps],
    )  # fmt: skip


@member("approvals.change")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Inside) -> HttpResponse:
    """Set a circuit."""
    if request.method != "POST":
        return _form(request, Typed(Wanted("", steps=(Step(),))), None)
    wanted = _wanted(request.POST)
    try:
        made = circling.make(company=request.company, wanted=wanted, by=request.actor, now=clock.now())
    except WRONG as error:
        return _form(request, Typed(wanted), None, _why(error))
    undo = reverse("circuit-removal", args=[request.company.slug, made.pk])
    tell(request, _("“%(name)s” holds from now on.") % {"name": made.name}, undo=undo)
    return back(request, reverse("circuits", args=[request.company.slug]))


@member("approvals.change")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Inside, pk: int) -> HttpResponse:
    """Set a circuit otherwise."""
    row = one(_rows(request.company), request.company, pk)
    if request.method != "POST":
        return _form(request, Typed(_kept(row)), row)
    wanted = _wanted(request.POST)
    try:
        circling.change(circuit=row, wanted=wanted, by=request.actor, now=clock.now())
    except WRONG as error:
        return _form(request, Typed(wanted), row, _why(error))
    tell(request, _("Kept. What was asked before keeps the steps it was asked with."))
    return back(request, reverse("circuits", args=[request.company.slug]))


def _why(error: Exception) -> str:
    if isinstance(error, circling.NoName):
        return _("Give it a name: it is what people read when something waits.")
    if isinstance(error, circling.NotInside):
        return _("Somebody without an account says the company’s yes: choose “The company” for their step.")
    return _("“All of” needs two people at least: tick them, or choose “one yes is enough”.")


def _kept(row: Circuit) -> Wanted:
    steps = [Step.from_json(kept) for kept in row.steps]
    return Wanted(
        row.name,
        steps,
        row.kinds,
        row.channels,
        row.pillars,
        row.findings,
        remind_hours=row.remind_hours,
        escalate_hours=row.escalate_hours,
    )


def _wanted(typed: QueryDict) -> Wanted:
    steps = [step for number in range(STEPS) if (step := _step(typed, number))]
    return Wanted(
        typed.get("name", ""), steps, [kind for kind in KINDS if kind in typed.getlist("kind")], _ids(typed, "channel"),
        _ids(typed, "pillar"), "findings" in typed, _hours(typed.get("remind", ""), REMIND_HOURS),
        _hours(typed.get("escalate", ""), ESCALATE_HOURS),
    )  # fmt: skip


def _step(typed: QueryDict, number: int) -> Step | None:
    need = typed.get(f"need-{number}", "")
    if need not in {"one", "all"}:
        return None
    side = Side.INSIDE if typed.get(f"side-{number}") == "inside" else Side.CLIENT
    return Step(side, need, tuple(_ids(typed, f"user-{number}")), tuple(_ids(typed, f"contact-{number}")))


def _ids(typed: QueryDict, name: str) -> list[int]:
    return [int(pk) for pk in typed.getlist(name)[:200] if pk.isdecimal() and len(pk) < 19]


def _hours(text: str, usual: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else usual


def _form(request: Inside, typed: Typed, row: Circuit | None, wrong: str = "") -> HttpResponse:
    people: list[Member] = circling.choosable(request.company)
    context = {
        "place": "settings", "typed": typed, "circuit": row, "wrong": wrong, "people": people, "kinds": KIND_WORDS.items(),
        "accounts": list(alive(request.company)), "pillars": pillars.of(request.company), "contacts": list(contacts.of(request.company)),
    }  # fmt: skip
    return render(request, "approvals/circuit.html", context, status=422 if wrong else 200)


@member("approvals.change")
@require_POST
def remove(request: Inside, pk: int) -> HttpResponse:
    """Take a circuit away."""
    row = one(_rows(request.company), request.company, pk)
    circling.remove(circuit=row, by=request.actor, now=clock.now())
    tell(request, _("“%(name)s” is taken away: what already waits still waits.") % {"name": row.name})
    return back(request, reverse("circuits", args=[request.company.slug]))


@member("approvals.change")
@require_POST
def raise_up(request: Inside, pk: int) -> HttpResponse:
    """Put a circuit before the one above it."""
    circling.raise_up(circuit=one(_rows(request.company), request.company, pk), by=request.actor, now=clock.now())
    return back(request, reverse("circuits", args=[request.company.slug]))


urls = [
    path("settings/circuits/", listing, name="circuits"),
    path("settings/circuits/new/", new, name="circuit-new"),
    path("settings/circuits/<int:pk>/", change, name="circuit"),
    path("settings/circuits/<int:pk>/removal/", remove, name="circuit-removal"),
    path("settings/circuits/<int:pk>/earlier/", raise_up, name="circuit-earlier"),
]
