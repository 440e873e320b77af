"""Screens: the places of a company, when they are open, and the days that are not as usual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from parvis.core import clock
from parvis.inbox.clocks import retimed
from parvis.networks.codes.calendar import ALSACE_MOSELLE, public_holidays
from parvis.people import establishing
from parvis.people.models import Closure, Company, Establishment
from parvis.people.opening import DAY_LONG, ZONES, NoRange, Opening, Range, Written, as_written
from parvis.people.permissions import allowed
from parvis.people.queries import establishments_of, opening_at, removed_places
from parvis.voice.profiles import profile_of
from parvis.web.entrance import Dressed
from parvis.web.gate import Inside, member, one, see

LEAST, MOST = 2, 4
SOON = 3
HOLIDAYS = (
    ("metropole", gettext_lazy("Closed on public holidays")),
    ("alsace-moselle", gettext_lazy("Closed on public holidays, those of Alsace-Moselle too")),
    ("971", gettext_lazy("Closed on public holidays, Guadeloupe")), ("972", gettext_lazy("Closed on public holidays, Martinique")),
    ("973", gettext_lazy("Closed on public holidays, Guyane")), ("974", gettext_lazy("Closed on public holidays, La Réunion")),
    ("976", gettext_lazy("Closed on public holidays, Mayotte")), ("977", gettext_lazy("Closed on public holidays, Saint-Barthélemy")),
    ("978", gettext_lazy("Closed on public holidays, Saint-Martin")), ("", gettext_lazy("Open on public holidays")),
)  # fmt: skip


class PlaceForm(Dressed):
    """What a place is called, its number, its holidays."""

    name = forms.CharField(label=gettext_lazy("Name of the establishment"), max_length=120)
    siret = forms.CharField(
        label=gettext_lazy("SIRET"), required=False, max_length=30, help_text=gettext_lazy("Fourteen digits; its check digits are read.")
    )
    holidays = forms.ChoiceField(label=gettext_lazy("Public holidays"), choices=HOLIDAYS, required=False)

    def clean_siret(self) -> str:
        """Return the number without its spaces."""
        try:
            return establishing.siret_of(self.cleaned_data["siret"])
        except establishing.WrongSiret as wrong:
            raise forms.ValidationError(gettext("This is no SIRET: a digit is wrong or missing. Look at your Kbis.")) from wrong


class ClosureForm(Dressed):
    """Days that are not as usual."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is different"),
        choices=(
            ("closed", gettext_lazy("Closed")), ("usual", gettext_lazy("Open all the same, at the usual hours")),
            ("hours", gettext_lazy("Open at other hours")),
        ),
    )  # fmt: skip
    first = forms.DateField(label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Empty: one day only."),
    )
    opens = forms.TimeField(label=gettext_lazy("Opens"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    closes = forms.TimeField(
        label=gettext_lazy("Closes"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}),
        help_text=gettext_lazy("For other hours only."),
    )
    why = forms.CharField(label=gettext_lazy("Why"), required=False, max_length=120)

    def clean(self) -> dict[str, Any]:
        """Fill the last day in, and see that days and hours go forward."""
        typed: dict[str, Any] = super().clean() or {}
        first, last = typed.get("first"), typed.get("last") or typed.get("first")
        if first and last and last < first:
            self.add_error("last", gettext("The last day is before the first."))
        opens, closes = typed.get("opens"), typed.get("closes")
        if typed.get("kind") == "hours" and (opens is None or closes is None or (closes != time(0) and closes <= opens)):
            self.add_error("closes", gettext("Give an opening hour and a later closing hour; 00:00 is midnight."))
        return {**typed, "last": last}


@dataclass(frozen=True, slots=True)
class Day:
    """A weekday as it stands in the form: its number, its name, what is written in its fields, what is wrong there."""

    number: int
    name: Any
    fields: list[tuple[int, str, str]]
    error: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@member("company.read", post="company.change")
def hours(request: Inside, pk: int | None = None) -> HttpResponse:
    """Show when a place is open, and change its week. `copy` puts a day's hours on other days, `more` makes room: nothing is kept yet."""
    places = list(establishments_of(request.company))
    place = one(establishments_of(request.company), request.company, pk) if pk else (places[0] if places else None)
    if request.method != "POST" or place is None:
        return _shown(request, places, place)
    typed = _copied(request.POST.dict(), request.POST.getlist("onto")) if "copy" in request.POST else request.POST.dict()
    week, wrong = _read(typed)
    if "copy" in request.POST:
        words = (
            gettext("Copied. Nothing is kept until you press Keep.")
            if "onto" in request.POST
            else gettext("Tick the days that get these hours.")
        )
        messages.info(request, words)
        return _shown(request, places, place, week=_days(typed, wrong))
    if "more" in request.POST:
        return _shown(request, places, place, week=_days(typed, wrong, more=1))
    try:
        if not wrong:
            with retimed(request.company, clock.now()):
                establishing.change_hours(place=place, week=week, by=request.actor, now=clock.now())
    except NoRange as error:
        wrong[error.day] = gettext("These hours end where they begin.")
    if wrong:
        return _shown(request, places, place, week=_days(typed, wrong), status=422)
    messages.success(request, gettext("Kept. Answers are promised in these hours from now on."))
    return see("place-hours", request.company.slug, place.pk)


def _read(typed: Mapping[str, str]) -> tuple[dict[int, list[Written]], dict[int, str]]:
    """Return the week that was written, and what is wrong with which day."""
    week: dict[int, list[Written]] = {}
    wrong: dict[int, str] = {}
    for day in range(7):
        for place in range(MOST):
            texts = [typed.get(f"{side}-{day}-{place}", "").strip() for side in ("opens", "closes")]
            if not any(texts):
                continue
            try:
                opens, closes = (time.fromisoformat(text) for text in texts)
                week.setdefault(day, []).append((opens.replace(second=0, tzinfo=None), closes.replace(second=0, tzinfo=None)))
            except ValueError:
                wrong[day] = gettext("Give both hours, such as 09:00 and 12:30.")
    return week, wrong


def _copied(typed: dict[str, str], onto: Sequence[str]) -> dict[str, str]:
    """Return what was typed, with one day's hours on others."""
    source = typed.get("from", "")
    for day in onto:
        for place in range(MOST):
            for side in ("opens", "closes"):
                typed[f"{side}-{day}-{place}"] = typed.get(f"{side}-{source}-{place}", "")
    return typed


def _days(typed: Mapping[str, str], wrong: Mapping[int, str], more: int = 0) -> list[Day]:
    rows = [
        [(typed.get(f"opens-{day}-{place}", "").strip(), typed.get(f"closes-{day}-{place}", "").strip()) for place in range(MOST)]
        for day in range(7)
    ]
    return [_day(day, [one for one in ranges if any(one)], wrong.get(day, ""), more) for day, ranges in enumerate(rows)]


def _day(number: int, written: list[tuple[str, str]], error: str = "", more: int = 0) -> Day:
    """Give a day its fields: those that are written, and room for two at least, or for `more`."""
    room = min(MOST, max(LEAST, len(written)) + more)
    filled = [*written, *[("", "")] * (room - len(written))]
    return Day(number, WEEKDAYS[number], [(place, *texts) for place, texts in enumerate(filled)], error)


def _clock(seconds: int) -> str:
    return "00:00" if seconds == DAY_LONG else f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"


def _written(week: Sequence[Sequence[Range]]) -> list[Day]:
    spelled = [[(_clock(first), _clock(last)) for first, last in day] for day in as_written(week)] if week else [[]] * 7
    return [_day(number, day) for number, day in enumerate(spelled)]


def _shown(request: Inside, places: list[Establishment], place: Establishment | None, **more: Any) -> HttpResponse:
    """Show the page of a place, with whatever was typed."""
    status = more.pop("status", 200)
    company, now = request.company, clock.now()
    opening = opening_at(company, place)
    today = timezone.localdate(now)
    context = {
        "place": "settings",
        "places": places,
        "here": place,
        "week": _written(opening.week),
        "any_hours": any(opening.week),
        "open_now": opening.open_at(now),
        "opens_next": opening.opens_next(now),
        "about": PlaceForm(initial={name: getattr(place, name) for name in PlaceForm.base_fields} if place else _likely(company)),
        "fresh": PlaceForm(prefix="new", initial={"holidays": place.holidays if place else "metropole"}),
        "closing": ClosureForm(),
        "closures": sorted((one for one in place.closures.all() if one.last >= today), key=lambda one: one.first) if place else [],
        "by_law": _by_law(opening, today),
        "removed": list(removed_places(company)),
        "may_change": allowed(request.actor, "company.change", company.pk),
        **more,
    }
    return render(request, "people/hours.html", context, status=status)


def _likely(company: Company) -> dict[str, str]:
    """Return what a first place is likely to be: of the company's name, closed on the holidays of its department."""
    department = profile_of(company).department
    zones = {**{code: code for code in ZONES.values()}, **dict.fromkeys(ALSACE_MOSELLE, "alsace-moselle"), "": "metropole"}
    return {"name": company.name, "holidays": zones.get(department, "metropole")}


def _by_law(opening: Opening, today: date) -> list[tuple[date, Any]]:
    """Return the next days on which the law closes the place."""
    if opening.holidays not in ZONES:
        return []
    department = ZONES[opening.holidays]
    days = {**public_holidays(today.year, department), **public_holidays(today.year + 1, department)}
    return [(day, days[day]) for day in sorted(days) if day >= today][:SOON]


@require_POST
@member("company.change")
def add_place(request: Inside) -> HttpResponse:
    """Add a place to the company."""
    prefix = "new" if "new-name" in request.POST else None
    form = PlaceForm(request.POST, prefix=prefix)
    if not form.is_valid():
        places = list(establishments_of(request.company))
        return _shown(request, places, places[0] if places else None, status=422, **{"fresh" if prefix else "about": form})
    with retimed(request.company, clock.now()):
        place = establishing.add_place(company=request.company, **form.cleaned_data, by=request.actor, now=clock.now())
    messages.success(request, gettext("Kept. Now say when it is open."))
    return see("place-hours", request.company.slug, place.pk)


@require_POST
@member("company.change")
def change_place(request: Inside, pk: int) -> HttpResponse:
    """Change a place's name, number or holidays."""
    place = _place(request, pk)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return _shown(request, list(establishments_of(request.company)), place, about=form, status=422)
    with retimed(request.company, clock.now()):
        establishing.change_place(place=place, **form.cleaned_data, by=request.actor, now=clock.now())
    messages.success(request, gettext("Kept."))
    return see("place-hours", request.company.slug, pk)


@require_POST
@member("company.change")
def move_place(request: Inside, pk: int, verb: str) -> HttpResponse:
    """Make a place the main one, take it away, or bring it back."""
    done = {
        "main": (establishing.make_main, gettext("This is the main establishment now: its hours are those you answer in.")),
        "remove": (establishing.remove_place, gettext("It is gone from here. You can bring it back at the bottom of the page.")),
        "back": (establishing.bring_back_place, gettext("The establishment is back, with its hours.")),
    }  # fmt: skip
    change, words = done[verb]
    place = one(Establishment.objects.all(), request.company, pk)
    with retimed(request.company, clock.now()):
        change(place=place, by=request.actor, now=clock.now())
    messages.success(request, words)
    return see("hours", request.company.slug) if verb == "remove" else see("place-hours", request.company.slug, pk)


@require_POST
@member("company.change")
def add_closure(request: Inside, pk: int) -> HttpResponse:
    """Note days that are not as usual."""
    place = _place(request, pk)
    form = ClosureForm(request.POST)
    if not form.is_valid():
        return _shown(request, list(establishments_of(request.company)), place, closing=form, status=422)
    typed = form.cleaned_data
    with retimed(request.company, clock.now()):
        establishing.add_closure(
            place=place, first=typed["first"], last=typed["last"], why=typed["why"], opened=typed["kind"] != "closed",
            hours=(typed["opens"], typed["closes"]) if typed["kind"] == "hours" else None, by=request.actor, now=clock.now(),
        )  # fmt: skip
    messages.success(request, gettext("Kept."))
    return see("place-hours", request.company.slug, pk)


@require_POST
@member("company.change")
def remove_closure(request: Inside, pk: int, closure: int) -> HttpResponse:
    """Let days be as usual again."""
    row = _closure(_place(request, pk), closure)
    if row is not None:
        with retimed(request.company, clock.now()):
            establishing.remove_closure(closure=row, by=request.actor, now=clock.now())
        messages.success(request, gettext("These days are as usual again."))
    return see("place-hours", request.company.slug, pk)


def _place(request: Inside, pk: int) -> Establishment:
    return one(establishments_of(request.company), request.company, pk)


def _closure(place: Establishment, pk: int) -> Closure | None:
    rows = Closure.objects.filter(establishment=place, pk=pk)
    return rows.select_related("establishment").first()


urls = [
    path("settings/hours/", hours, name="hours"),
    path("settings/hours/<int:pk>/", hours, name="place-hours"),
    path("settings/hours/new/", add_place, name="place-new"),
    path("settings/hours/<int:pk>/about/", change_place, name="place-about"),
    path("settings/hours/<int:pk>/main/", move_place, {"verb": "main"}, name="place-main"),
    path("settings/hours/<int:pk>/remove/", move_place, {"verb": "remove"}, name="place-remove"),
    path("settings/hours/<int:pk>/back/", move_place, {"verb": "back"}, name="place-back"),
    path("settings/hours/<int:pk>/closures/", add_closure, name="closure-new"),
    path("settings/hours/<int:pk>/closures/<int:closure>/", remove_closure, name="closure-remove"),
]
