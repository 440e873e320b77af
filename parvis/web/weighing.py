"""The rules of les codes as lines of a form: what a company made of each, what was typed, what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from parvis.core.say import Say, gettext_noop
from parvis.networks.codes import catalogue
from parvis.networks.codes.profile import Profile, Weight
from parvis.networks.codes.rule import Rule, Severity
from parvis.networks.facts_of import SPECS
from parvis.voice.profiles import greatest, thresholds
from parvis.voice.queries import packs, sentence
from parvis.web.remarks import TONES
from parvis.web.tags import icon, say, spoken

OFF = "off"
SELECTED = SafeString(" selected")
NOT_A_NUMBER = gettext_noop("Write a whole number from 0 to %(most)s.")
WORDS: dict[Severity | None, Any] = {
    Severity.TIP: gettext_lazy("Tip"),
    Severity.WARNING: gettext_lazy("To look at"),
    Severity.ERROR: gettext_lazy("Stops it"),
    None: gettext_lazy("Off"),
}
SIGNS: dict[Severity | None, str] = {Severity.TIP: "lightbulb", Severity.WARNING: "triangle-alert", Severity.ERROR: "x", None: "ban"}
PACKS = {
    "own": gettext_lazy("Changed by you"),
    "typography": gettext_lazy("Typography"),
    "wording": gettext_lazy("Words"),
    "accessibility": gettext_lazy("Readable by everybody"),
    "content": gettext_lazy("Content"),
    "law": gettext_lazy("Law"),
}
THRESHOLD_NAMES = {
    "advised": gettext_lazy("Letters at most"),
    "chapters": gettext_lazy("Chapters"),
    "common": gettext_lazy("At most, where many are usual"),
    "day": gettext_lazy("In a day"),
    "days": gettext_lazy("Days"),
    "desktop": gettext_lazy("Letters seen on a computer"),
    "first": gettext_lazy("First hour"),
    "from": gettext_lazy("From, hour"),
    "height": gettext_lazy("Height in pixels"),
    "hours": gettext_lazy("Hours"),
    "last": gettext_lazy("Last hour"),
    "least": gettext_lazy("At least"),
    "line": gettext_lazy("Letters in a line"),
    "lix": gettext_lazy("Difficulty (LIX)"),
    "minutes": gettext_lazy("Minutes"),
    "long": gettext_lazy("From how many seconds"),
    "longest": gettext_lazy("Seconds at most"),
    "mobile": gettext_lazy("Letters seen on a phone"),
    "most": gettext_lazy("At most"),
    "month": gettext_lazy("In a month"),
    "near": gettext_lazy("Characters left"),
    "of": gettext_lazy("Out of so many publications"),
    "parts": gettext_lazy("From how many parts"),
    "posts": gettext_lazy("Publications in a row"),
    "seconds": gettext_lazy("Seconds"),
    "share": gettext_lazy("Share, in percent"),
    "story": gettext_lazy("Seconds of a story"),
    "tall": gettext_lazy("Tallest shape (width for 100 of height)"),
    "to": gettext_lazy("Until, hour"),
    "visible": gettext_lazy("Letters seen at first"),
    "week": gettext_lazy("In a week"),
    "wide": gettext_lazy("Widest shape (width for 100 of height)"),
    "width": gettext_lazy("Width in pixels"),
    "words": gettext_lazy("From how many words"),
}


@dataclass(frozen=True, slots=True)
class Threshold:
    """One threshold of a rule, as it stands in the form."""

    key: str
    name: Any
    usual: int
    said: str
    value: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One rule, as it stands in the form. `badge` says what it does today, `options` are the choices."""

    rule: Rule
    sentence: str
    badge: SafeString
    options: SafeString
    reason: str
    thresholds: list[Threshold]
    error: str = ""

    @property
    def open(self) -> bool:
        """Tell whether it must be seen at once."""
        return bool(self.error) or any(threshold.error for threshold in self.thresholds)


@dataclass(frozen=True, slots=True)
class Shown:
    """A pack on the page."""

    key: str
    name: Any
    lines: list[Line]
    open: bool


def weights(typed: Mapping[str, str], profile: Profile) -> dict[str, Weight | None]:
    """Return what the form changes in the weights; a rule that is not on the page stays as it is."""
    found = {}
    for key in catalogue.BY_ID:
        choice = typed.get(f"weight:{key}")
        if choice is None or not (choice in {"", OFF} or choice.upper() in Severity.__members__):
            continue
        reason = typed.get(f"reason:{key}", "").strip()
        weight = Weight(None if choice == OFF else Severity.named(choice), reason) if choice else None
        if weight != profile.weights.get(key):
            found[key] = weight
    return found


def limits(typed: Mapping[str, str], profile: Profile) -> tuple[dict[str, int | None], dict[str, Say]]:
    """Return what the form changes in the thresholds, and what in it is no number, as `Wanted.refusals` names it."""
    found: dict[str, int | None] = {}
    wrong = {}
    for key in thresholds():
        text = typed.get(f"limit:{key}")
        if text is None or text.strip() == _kept(profile, key):
            continue
        try:
            found[key] = int(text) if text.strip() else None
        except ValueError:
            wrong[f"limit:{key}"] = Say(NOT_A_NUMBER, {"most": greatest(key)})
    return found, wrong


def shown(profile: Profile, looked_for: str, typed: Mapping[str, str], why: Mapping[str, Say]) -> list[Shown]:
    """Return the packs of the page: what is kept, with what was typed over it, and what is wrong."""
    wrong = {key.split(":")[1].partition(".")[0] for key in why}
    found = []
    for pack in packs(profile, looked_for, wrong):
        lines = [_line(rule, profile, typed, why) for rule in pack.rules]
        name = PACKS.get(pack.key) or (SPECS[pack.key].name if pack.key in SPECS else pack.key)
        found.append(Shown(pack.key, name, lines, pack.key == "own" or bool(looked_for) or any(line.open for line in lines)))
    return found


def _line(rule: Rule, profile: Profile, typed: Mapping[str, str], why: Mapping[str, Say]) -> Line:
    weight = profile.weights.get(rule.id)
    kept = "" if weight is None else weight.severity.word if weight.severity else OFF
    own = {name: profile.limits.get(f"{rule.id}.{name}", most) for name, most in rule.limits.items()}
    return Line(
        rule,
        sentence(rule.says, spoken(), own),
        _badge(rule.severity if weight is None else weight.severity, spoken()),
        _options(rule.severity, typed.get(f"weight:{rule.id}", kept), spoken()),
        typed.get(f"reason:{rule.id}", weight.reason if weight else ""),
        list(_thresholds(rule, profile, typed, why)),
        say(why.get(f"weight:{rule.id}")),
    )


# The same few badges and lists stand on a hundred lines and more: each is made once in a language.
@lru_cache(maxsize=16)
def _badge(weight: Severity | None, _language: str) -> SafeString:
    tone = TONES[weight] if weight else ""
    return format_html('<span class="badge {}">{}{}</span>', tone, icon(SIGNS[weight]), WORDS[weight])


@lru_cache(maxsize=64)
def _options(usual: Severity, chosen: str, _language: str) -> SafeString:
    first = gettext("As it comes: %(weight)s") % {"weight": str(WORDS[usual]).lower()}
    found = [("", first), *((weight.word if weight else OFF, word) for weight, word in WORDS.items())]
    return format_html_join(
        "", '<option value="{}"{}>{}</option>', ((value, SELECTED if value == chosen else "", word) for value, word in found)
    )


def _thresholds(rule: Rule, profile: Profile, typed: Mapping[str, str], why: Mapping[str, Say]) -> Iterator[Threshold]:
    for name, usual in rule.limits.items():
        key = f"{rule.id}.{name}"
        value = typed.get(f"limit:{key}", _kept(profile, key))
        yield Threshold(
            key, THRESHOLD_NAMES.get(name, name), usual, gettext("usually %(n)s") % {"n": usual}, value, say(why.get(f"limit:{key}"))
        )


def _kept(profile: Profile, key: str) -> str:
    return str(profile.limits[key]) if key in profile.limits else ""
