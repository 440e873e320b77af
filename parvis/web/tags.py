"""Template tags and filters of the house."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.template.engine import Engine
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, gettext_lazy

from parvis.channels.queries import facts_of_key, network_of
from parvis.core.say import Say
from parvis.media import films
from parvis.networks.codes.rule import Both
from parvis.networks.facts import Spec
from parvis.networks.hand import OTHER
from parvis.posts import loads
from parvis.publishing.claims import lateness
from parvis.publishing.models import Delivery
from parvis.publishing.queries import name_of
from parvis.publishing.spending import for_money
from parvis.web import reading
from parvis.web.halts import Halt, Halts
from parvis.web.waiting import MANY

register = template.Library()
register.filter("for_money", for_money)

CORE = ("tokens", "base", "menu", "button", "mark", "badge", "avatar", "card", "form", "table", "tabs", "note", "progress")
# Networks take a few minutes by themselves: a delay below this is none.
NOTICED = timedelta(minutes=10)
TONES = {"success": "done", "error": "wrong", "warning": "wait", "info": "tip", "debug": "tip"}
# A state's sign, its tone and its word. Ochre asks a question, brick says that something failed: unknown is a question.
STATES: dict[str, tuple[str, str, Any]] = {
    "draft": ("pencil-line", "", gettext_lazy("Draft")),
    "scheduled": ("clock", "", gettext_lazy("Scheduled")),
    "sending": ("send", "tip", gettext_lazy("Leaving now")),
    "unknown": ("circle-help", "wait", gettext_lazy("Being checked")),
    "asked": ("circle-help", "wait", gettext_lazy("For you to say")),
    "handed": ("smartphone", "wait", gettext_lazy("For you to publish")),
    "overdue": ("smartphone", "wait", gettext_lazy("Late, for you to publish")),
    "stopped": ("ban", "wait", gettext_lazy("Stopped, waits")),
    "held": ("hourglass", "wait", gettext_lazy("Held, waits for you")),
    "sent": ("check", "done", gettext_lazy("Gone out")),
    "refused": ("x", "wrong", gettext_lazy("Refused")),
    "cancelled": ("undo-2", "", gettext_lazy("Taken back")),
    "partly": ("circle-help", "wait", gettext_lazy("Partly gone out")),
    "removed": ("trash-2", "", gettext_lazy("Taken off the network")),
    "by_hand": ("smartphone", "tip", gettext_lazy("By hand")),
    "alive": ("check", "done", gettext_lazy("Connected")),
    "dead": ("unplug", "wrong", gettext_lazy("Disconnected")),
    "closed": ("x", "", gettext_lazy("Closed")),
}


# ---- words


@register.filter
def worked(minutes: int) -> str:
    """Say a length of work, in hours however many."""
    return reading.lasting_minutes(minutes)


@register.filter
def say(value: Any) -> str:
    """Say a Say, or its form in JSON, or plain text, in the language in force."""
    if isinstance(value, Mapping):
        value = Say.from_json(value)
    if isinstance(value, Say):
        text = value.french if value.french and spoken() == "fr" else gettext(value.text)
        return text % {name: _fact(name, fact) for name, fact in value.facts.items()} if value.facts else text
    return "" if value is None else str(value)


def _fact(name: str, fact: Any) -> Any:
    """Say what fills a place of a sentence. A fact called `day` is a day as it is kept, `2026-11-26`: nobody reads days so."""
    if isinstance(fact, Say):
        return say(fact)
    if name == "day" and isinstance(fact, str):
        with suppress(ValueError):
            return reading.day(date.fromisoformat(fact))
    return fact


def spoken() -> str:
    """Return the language in force, "fr" or "en"."""
    return "fr" if (get_language() or "").startswith("fr") else "en"


@register.filter
def within(words: Both, facts: Mapping[str, str | int] | None = None) -> str:
    """Say one of the codes' own sentences in the language in force, with what was found put in its places."""
    return words.within(spoken(), facts)


@register.filter
def when(value: datetime | None) -> str:
    """Say a moment in full: « mardi 24 novembre, 9 h 30 »."""
    return reading.when(value) if value else ""


@register.filter
def near(value: date | datetime | None) -> str:
    """Say a moment as people do: « demain, 9 h 30 »."""
    return reading.near(value) if value else ""


@register.filter
def ago(value: datetime | None) -> str:
    """Say how long ago something was."""
    return reading.ago(value) if value else ""


@register.filter
def quoted(words: str) -> str:
    """Put somebody's words between the quotation marks of the language in force."""
    return gettext("“%(words)s”") % {"words": words}


@register.filter
def lasting(value: timedelta | None) -> str:
    """Say a length of time: « 2 h 10 »."""
    return reading.lasting(value) if value else ""


@register.filter
def late_by(delivery: Delivery) -> timedelta | None:
    """Return how long after its hour a thing was there, where it is worth saying."""
    late = lateness(delivery, delivery.sent_at) if delivery.sent_at else timedelta(0)
    return late if late >= NOTICED else None


@register.filter
def called(delivery: Delivery) -> str:
    """Name a delivery to a person: a first comment by what it stands under."""
    return say(name_of(delivery))


@register.filter
def over(halts: Halts | None, channel_id: int) -> Halt | None:
    """Return what stops this account now, if anything does."""
    return halts.over(channel_id) if halts else None


@register.filter
def day(value: date | datetime | None) -> str:
    """Say a day: « mardi 24 novembre »."""
    return reading.day(value) if value else ""


@register.filter
def hour(value: datetime | None) -> str:
    """Say an hour: « 9 h 30 »."""
    return reading.hour(value) if value else ""


@register.filter
def number(value: float | None) -> str:
    """Write a number with the separators of the language."""
    return "" if value is None else reading.number(value)


@register.filter
def percent(value: float | None) -> str:
    """Write a share from 0 to 1 in hundredths: « 84 % », 84%."""
    return reading.percent(value) if value is not None else ""


@register.filter
def counted(value: int) -> str:
    """Write how many things wait: they are counted up to a hundred."""
    return str(value) if value < MANY else f"{MANY - 1}+"


@register.filter
def size(value: int | None) -> str:
    """Write a weight in bytes: « 3,2 Mo »."""
    return "" if value is None else reading.size(value)


@register.filter
def clock(value: float | None) -> str:
    """Write a length in seconds as players do: 1:05."""
    whole = round(value or 0)
    minutes, seconds = divmod(whole, 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}" if minutes >= 60 else f"{minutes}:{seconds:02d}"


@register.filter
def hundredths(value: float | None) -> str:
    """Write a share as people do: « 42 % »."""
    whole = int((value or 0) * 100)
    return f"{whole}{reading.NO_BREAK}%" if spoken() == "fr" else f"{whole}%"


@register.filter
def euros(value: int | None) -> str:
    """Write a sum given in cents: « 1 200 € »."""
    return "" if value is None else reading.euros(value)


@register.filter
def dollars(value: int | None) -> str:
    """Write a sum given in millionths of a US dollar: « 0,20 $ »."""
    return "" if value is None else reading.dollars(value)


@register.filter
def first_up(value: Any) -> str:
    """Return the words with a capital at their head and the rest untouched."""
    words = str(value)
    return words[:1].upper() + words[1:]


@register.filter
def letters(value: str) -> str:
    """Return the two letters that stand for a name: « BL » for Boulangerie Lenoir."""
    words = [word for word in value.replace("-", " ").replace("’", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "?"


@register.filter
def tone(level: str) -> str:
    """Return the tone of a message's level."""
    return TONES.get(level, "tip")


@register.filter
def as_json(value: Any) -> str:
    """Write a value as JSON, for a data attribute that a module of ours reads."""
    return json.dumps(value, cls=DjangoJSONEncoder)


@register.filter
def lasts(asset: Any) -> str:
    """Write how long a video will be shown: 1:05."""
    return loads.lasting(films.lasts(asset))


@register.simple_tag(takes_context=True)
def kept(context: Mapping[str, Any], digest: str, size: str = "") -> str:
    """Return the address of a kept file: on the company’s own pages, or under the link (`files`) of somebody without an account."""
    if files := context.get("files"):
        return f"{files}{digest}/"
    return reverse(f"file-{size}" if size else "file", args=[context["company"].slug, digest])


# ---- signs

# The icon of a form of publishing, and of what a publication carries.
FORM_SIGNS = {
    "": "file-text",
    "story": "smartphone",
    "reel": "play",
    "short": "play",
    "event": "calendar-days",
    "offer": "tag",
    "poll": "chart-column-big",
}


@register.filter
def brief(name: Any) -> str:
    """Say a name without what stands in brackets behind it."""
    return say(name).partition(" (")[0]


@register.filter
def form_sign(key: str) -> str:
    """Return the icon that stands for a form of publishing."""
    return FORM_SIGNS.get(key, "megaphone")


# What is drawn here from a few names is the same on every page: each drawing is made once in a process.
@register.simple_tag(name="static")
@cache
def address(path: str) -> str:
    """Return the address of a static file, as Django's own tag does."""
    return static(path)


@register.simple_tag
@cache
def styles() -> SafeString:
    """Link the style sheets that every page needs; a page adds its own in the block `head` with `style`."""
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', ((static(f"css/{name}.css"),) for name in CORE))


@register.simple_tag
@cache
def style(*names: str) -> SafeString:
    """Link the style sheets of these components."""
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', ((static(f"css/{name}.css"),) for name in names))


@register.simple_tag
@cache
def script(*names: str) -> SafeString:
    """Load these modules of ours."""
    return format_html_join("\n", '<script type="module" src="{}"></script>', ((static(f"js/{name}.js"),) for name in names))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of the sprite; without a label it is silent, and words must stand beside it."""
    return format_html('{}<span class="vh">{}</span>', _sign(name), label) if label else _sign(name)


@lru_cache(maxsize=256)
def _sign(name: str) -> SafeString:
    return format_html('<svg class="i" aria-hidden="true"><use href="{}#{}"/></svg>', static("sprite.svg"), name)


# They stand for a message's number and its address in a menu that serves all messages alike.
_ANY, _OVER_THERE = 9_007_199_254_740_991, "https://over.invalid/there"


@register.simple_tag(takes_context=True)
def acts(context: template.Context, said: Any) -> SafeString:
    """Draw what can be done with a message: once for all that are alike, for half of a long conversation's time went into these menus."""
    message = said.message
    drawn: dict[Any, str] = context.get("menus", {})  # type: ignore[assignment]
    shape = (said.acts, said.answerable, bool(said.url), message.mine, message.liked, message.hidden)
    if shape not in drawn:
        like = {
            "said": {"acts": said.acts, "answerable": said.answerable, "url": _OVER_THERE if said.url else ""},
            "message": {"pk": _ANY, "mine": message.mine, "liked": message.liked, "hidden": message.hidden},
        }
        with context.push(**like):
            drawn[shape] = Engine.get_default().get_template("inbox/acts.html").render(context)
    return SafeString(drawn[shape].replace(str(_ANY), str(message.pk)).replace(_OVER_THERE, conditional_escape(said.url)))


@register.simple_tag
def mark(of: Any, name: bool = False) -> SafeString:
    """Draw the mark of a network (of a Spec, a Channel or a network's key); with `name`, followed by it, else it is spoken only."""
    spec = spec_of(of)
    return _mark(spec.mark.style, spec.mark.letters, spec.name, name)


@lru_cache(maxsize=256)
def _mark(style_of: str, letters_of: str, called: str, named: bool) -> SafeString:
    drawn = format_html('<span class="mark {}" aria-hidden="true">{}</span>', style_of, letters_of)
    if named:
        return format_html('<span class="net">{} <span class="txt">{}</span></span>', drawn, called)
    return format_html('<span class="net" title="{0}">{1}<span class="vh">{0}</span></span>', called, drawn)


@register.simple_tag
def marks(of: Iterable[Any]) -> SafeString:
    """Draw the marks of several networks, each once, small, named for who cannot see them."""
    specs = list({(spec.key, spec.name): spec for spec in map(spec_of, of)}.values())
    drawn = format_html_join("", '<span class="mark {}" aria-hidden="true">{}</span>', ((s.mark.style, s.mark.letters) for s in specs))
    names = ", ".join(spec.name for spec in specs)
    return format_html('<span class="marks" title="{0}">{1}<span class="vh">{0}</span></span>', names, drawn)


@register.filter
def network_name(of: Any) -> str:
    """Return the name of a network."""
    return spec_of(of).name


def spec_of(of: Any) -> Spec:
    """Return the facts of a network, from themselves, its key, or a channel on it."""
    if isinstance(of, Spec):
        return of
    if isinstance(of, str):
        found = facts_of_key(of)
        return found if found.key != OTHER else replace(found, name=gettext(found.name))
    return network_of(of).spec


@register.simple_tag
def badge(state: str, words: str = "") -> SafeString:
    """Show a state: a word, a sign, a tone. `words` says it otherwise (« 3 sur 5 sont parties ») with the same sign and tone."""
    sign, tone_of, word = STATES[state]
    return _badge(sign, tone_of, conditional_escape(words or word))


# Safe words only: a cache takes safe and unsafe words for the same.
@lru_cache(maxsize=512)
def _badge(sign: str, tone_of: str, words: SafeString) -> SafeString:
    return format_html('<span class="badge {}">{}{}</span>', tone_of, _sign(sign), words)


@register.simple_tag
def field(bound: Any, help_text: str = "") -> SafeString:
    """Render a form's field with its label, its help and its errors, all tied to it."""
    return render_to_string("parts/field.html", {"field": bound, "help": help_text or bound.help_text})
