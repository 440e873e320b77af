"""Screens: how a company speaks. Its trade, its words, the days of its sales, and what each rule weighs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from parvis.core import clock
from parvis.core.say import Say, gettext_noop
from parvis.networks.codes.calendar import SUMMER, WINTER
from parvis.networks.codes.profile import Profile
from parvis.people.permissions import allowed, may
from parvis.voice.commands import change_voice
from parvis.voice.profiles import profile_of
from parvis.voice.sales import Sale, moved, table
from parvis.voice.wanted import DEPARTMENTS, Refused, Wanted
from parvis.web import reading, weighing
from parvis.web.entrance import Dressed
from parvis.web.gate import Inside, member, see
from parvis.web.tags import say

LONGEST_LOOK = 80
NOT_A_DAY = gettext_noop("Give a first day and a last day.")
ANOTHER_YEAR = gettext_noop("These sales begin in %(year)s.")
SEASONS = {WINTER: gettext_lazy("Winter sales"), SUMMER: gettext_lazy("Summer sales")}
TRADES = (
    ("bakery", gettext_lazy("Bakery, pastry")), ("restaurant", gettext_lazy("Restaurant")), ("bar", gettext_lazy("Bar, café")),
    ("wine_shop", gettext_lazy("Wine shop, winery")), ("construction", gettext_lazy("Building trades")),
    ("industry", gettext_lazy("Industry")), ("lawyer", gettext_lazy("Lawyer")),
    ("regulated", gettext_lazy("Another regulated profession")), ("health", gettext_lazy("Health")), ("shop", gettext_lazy("Shop")),
    ("tourism", gettext_lazy("Tourism")), ("services", gettext_lazy("Services")), ("beauty", gettext_lazy("Beauty, hairdressing")),
    ("estate", gettext_lazy("Property")), ("other", gettext_lazy("Another trade")),
)  # fmt: skip


class VoiceForm(Dressed):
    """How a company speaks. What may be kept is said by `Wanted.refusals`."""

    trade = forms.ChoiceField(
        label=gettext_lazy("Trade"), choices=TRADES, help_text=gettext_lazy("Some rules are for one trade only: drink, health, the bar.")
    )
    address = forms.ChoiceField(
        label=gettext_lazy("You say to your customers"),
        choices=(("vous", gettext_lazy("vous")), ("tu", gettext_lazy("tu")), ("any", gettext_lazy("either"))),
    )
    inclusive = forms.ChoiceField(
        label=gettext_lazy("Inclusive writing"),
        choices=(
            ("any", gettext_lazy("Say nothing of it")),
            ("plain", gettext_lazy("Both words in full, without a middle dot")),
            ("none", gettext_lazy("None")),
        ),
    )
    department = forms.CharField(
        label=gettext_lazy("Department"),
        required=False,
        help_text=gettext_lazy("Its number, such as 44. It decides the days of the sales and local holidays."),
    )
    phone = forms.CharField(
        label=gettext_lazy("Telephone"), required=False, help_text=gettext_lazy("Another number in a publication is pointed out.")
    )
    site = forms.CharField(
        label=gettext_lazy("Website"), required=False, widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"})
    )
    legal_page = forms.CharField(
        label=gettext_lazy("Page of your legal notice"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )
    words = forms.CharField(
        label=gettext_lazy("Words of your own"),
        required=False,
        help_text=gettext_lazy("One a line: names, brands, words of the trade. They are taken as well spelled."),
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """Sales as they stand in the form."""

    sale: Sale
    name: Any
    first: str
    last: str
    back: bool
    error: str


@require_http_methods(["GET", "HEAD", "POST"])
@member("posts.read", post="voice.change")
def voice(request: Inside) -> HttpResponse:
    """Show how the company speaks, and change it. `q` keeps only the rules that hold these words."""
    profile, sent = profile_of(request.company), request.method == "POST"
    typed = request.POST.dict() if sent else {}
    if sent:
        may(request.actor, "voice.change", request.company.pk)
    at = replace(profile, department=typed["place"]) if typed.get("place") in {*DEPARTMENTS, ""} else profile
    sales = table(at, timezone.localdate(clock.now()))
    form = VoiceForm(typed if sent else None, initial=_initial(profile))
    why = _keep(request, form, profile, at, sales) if sent else {}
    looked_for = (typed if sent else request.GET.dict()).get("q", "").strip()[:LONGEST_LOOK]
    if sent and not why and not form.errors:
        messages.success(request, gettext("Kept."))
        return see(reverse("voice", args=[request.company.slug]) + (f"?{urlencode({'q': looked_for})}" if looked_for else ""))
    context = {
        "place": "settings",
        "form": form,
        "where": at.department,
        "sales": [_row(sale, typed, why) for sale in sales],
        "packs": weighing.shown(profile, looked_for, typed, why),
        "looked_for": looked_for,
        "wrong": bool(why or form.errors),
        "may_change": allowed(request.actor, "voice.change", request.company.pk),
    }
    return render(request, "people/voice.html", context, status=422 if why or form.errors else 200)


def told(facts: Mapping[str, Any]) -> dict[str, str]:
    """Return the facts of a journal entry of this room in words: the names of what changed, seasons and days."""
    words = {name: reading.day(date.fromisoformat(str(facts[name]))) for name in ("first", "last") if name in facts}
    if facts.get("label") in SEASONS:
        words["label"] = _small(SEASONS[str(facts["label"])])
    if "what" in facts:
        labels = {name: field.label for name, field in VoiceForm.base_fields.items()}
        words["what"] = ", ".join(_small(labels.get(name, name)) for name in str(facts["what"]).split(", "))
    return words


def _small(words: Any) -> str:
    text = str(words)
    return text[:1].lower() + text[1:]


def _initial(profile: Profile) -> dict[str, str]:
    return {
        name: "\n".join(sorted(profile.words, key=str.casefold)) if name == "words" else getattr(profile, name)
        for name in VoiceForm.base_fields
    }


def _keep(request: Inside, form: VoiceForm, profile: Profile, at: Profile, sales: list[Sale]) -> dict[str, Say]:
    """Keep what was sent if all of it can be kept; else put what is wrong on the form, and return what is wrong elsewhere."""
    typed = request.POST.dict()
    days, wrong = _days(sales, typed)
    limits, not_numbers = weighing.limits(typed, profile)
    said = {name: value for name, value in form.cleaned_data.items() if name != "words"} if form.is_valid() else {}
    wanted = Wanted(
        **said, words=typed.get("words", "").split("\n"), weights=weighing.weights(typed, profile), limits=limits,
        periods=moved(at, sales, days) if days else None,
    )  # fmt: skip
    why = {**wanted.tidy().refusals(), **wrong, **not_numbers}
    if not why and not form.errors:
        try:
            change_voice(company=request.company, wanted=wanted, by=request.actor, now=clock.now())
        except Refused as refused:
            why = dict(refused.why)
    for name in [name for name in why if name in form.fields]:
        form.add_error(name, say(why.pop(name)))
    return why


def _days(sales: list[Sale], typed: Mapping[str, str]) -> tuple[dict[str, tuple[date, date] | None], dict[str, Say]]:
    """Return the days that the form gives to these sales (None: the usual ones), and what is wrong with them."""
    found: dict[str, tuple[date, date] | None] = {}
    wrong = {}
    for sale in sales:
        if f"first:{sale.key}" not in typed:
            continue
        texts = [typed[f"first:{sale.key}"].strip(), typed.get(f"last:{sale.key}", "").strip()]
        if typed.get(f"back:{sale.key}") or not any(texts):
            found[sale.key] = None
            continue
        try:
            first, last = (date.fromisoformat(text) for text in texts)
        except ValueError:
            wrong[_wrong(sale)] = Say(NOT_A_DAY)
            continue
        if first.year != sale.year:
            wrong[_wrong(sale)] = Say(ANOTHER_YEAR, {"year": str(sale.year)})
        found[sale.key] = first, last
    return found, wrong


def _wrong(sale: Sale) -> str:
    return f"period:{sale.period.name}:{sale.year}"


def _row(sale: Sale, typed: Mapping[str, str], why: Mapping[str, Say]) -> Row:
    return Row(
        sale,
        SEASONS.get(sale.period.name, sale.period.name),
        typed.get(f"first:{sale.key}", str(sale.period.first)),
        typed.get(f"last:{sale.key}", str(sale.period.last)),
        f"back:{sale.key}" in typed,
        say(why.get(_wrong(sale))),
    )


urls = [path("settings/voice/", voice, name="voice")]
