"""What each network will show, drawn from the very parcels that would be sealed, and counted by the network's own rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from parvis.channels.models import Channel
from parvis.channels.queries import spec_of
from parvis.core import late
from parvis.core.say import Say, gettext_noop
from parvis.core.text import URL
from parvis.media.fitting import changes
from parvis.media.models import Making
from parvis.networks.facts import COMMENT, Field, Form, Parcel, Spec, TextRule
from parvis.posts.checks import Finding
from parvis.posts.filled import wall_of
from parvis.posts.loads import lasting
from parvis.posts.models import Link, Post, Variant
from parvis.posts.parcels import CannotSeal, NotMade, by_part, parcels
from parvis.posts.shapes import Held
from parvis.web import reading

TAG = r"(?<![\w&#/])#[\p{L}\p{M}\p{N}_]*[\p{L}\p{M}_][\p{L}\p{M}\p{N}_]*"
MENTION = r"(?<![\w@/.])@[A-Za-z0-9_](?:[\w.-]*\w)?(?:@[\w.-]*\w)?"
COLOURED = late.compile(f"{URL.pattern}|{TAG}|{MENTION}", re.IGNORECASE)
GRAPHEME = late.compile(r"\X")


@dataclass(frozen=True, slots=True)
class Count:
    """How long one part is for one network, in that network's own unit."""

    spec: Spec
    rule: TextRule
    count: int

    @property
    def over(self) -> int:
        """How much too long it is; 0 when it fits."""
        return max(0, self.count - self.rule.most)


@dataclass(frozen=True, slots=True)
class Detail:
    """Something that was filled in, as a person reads it."""

    field: Field
    value: str | Say

    @classmethod
    def of(cls, field: Field, value: str) -> Detail:
        """Return a value of a field in words."""
        if field.kind == "choice":
            return cls(field, dict(field.options).get(value, value))
        moment = wall_of(value) if field.kind == "moment" else None
        return cls(field, reading.when(moment) if moment else value)


@dataclass(frozen=True, slots=True)
class Shown:
    """One part as the network shows it: `text` is marked up and cut at the fold, `rest` says that something is behind it.

    `still` is the digest of what a video shows before it plays, where it is known.
    """

    number: int
    spec: Spec
    parcel: Parcel
    text: SafeString
    rest: bool
    changed: Sequence[tuple[str, Sequence[Say]]] = ()
    still: str = ""

    @classmethod
    def of(cls, spec: Spec, parcel: Parcel, number: int = 0, *, whole: bool = False) -> Shown:
        """Show a parcel as its network will; `whole` leaves the fold out."""
        text, rest = (parcel.text, False) if whole or parcel.form == COMMENT else folded(parcel.text, spec.fold)
        return cls(number, spec, parcel, coloured(text), rest)

    @property
    def template(self) -> str:
        """What draws it."""
        if self.parcel.form == COMMENT:
            return "looks/comment.html"
        return "looks/story.html" if not self.spec.as_form(self.parcel.form).texts else f"looks/{self.spec.layout}.html"

    @property
    def form(self) -> Form | None:
        """The form that was chosen, None for the ordinary post."""
        return self.spec.form(self.parcel.form)

    @property
    def host(self) -> str:
        """The site of its card."""
        return urlsplit(self.parcel.card.url).netloc.removeprefix("www.") if self.parcel.card else ""

    @property
    def details(self) -> list[Detail]:
        """What was filled in, in words; a choice that is the usual one goes without saying."""
        fields = self.spec.fields_of(self.parcel.form)
        usual = {field.key: field.options[0][0] for field in fields if field.options}
        told = [(field, self.parcel.details.get(field.key, "")) for field in fields]
        return [Detail.of(field, value) for field, value in told if value and value != usual.get(field.key)]

    @property
    def moments(self) -> list[Detail]:
        """The moments among them."""
        return [detail for detail in self.details if detail.field.kind == "moment"]

    @property
    def button(self) -> Detail | None:
        """The button that it shows, where its network has one: a choice that goes with an address."""
        at = [detail for detail in self.details if detail.field.kind == "address"]
        made = [detail for detail in self.details if detail.field.kind == "choice" and at]
        return made[0] if made else None

    @property
    def others(self) -> list[Detail]:
        """What was filled in and is neither a moment nor a button."""
        return [detail for detail in self.details if detail.field.kind != "moment" and detail != self.button]

    @property
    def lasts(self) -> str:
        """How long its video lasts: 1:05."""
        return lasting(self.parcel.video.seconds) if self.parcel.video else ""

    @property
    def upright(self) -> bool:
        """Tell whether its video is higher than wide."""
        return bool(self.parcel.video and self.parcel.video.height > self.parcel.video.width)


@dataclass(slots=True)
class Look:
    """A post on one network: its parts as they will be seen, or why they cannot be sealed; its lengths; what stops it.

    `making` is the job that makes its video ready, where that is what it waits for (`waits`).
    """

    variant: Variant
    spec: Spec
    parts: list[Shown] = field(default_factory=list)
    why_not: Say | None = None
    findings: list[Finding] = field(default_factory=list)
    waits: bool = False
    making: Making | None = None

    @property
    def channel(self) -> Channel:
        """The account."""
        return self.variant.channel

    @property
    def adapted(self) -> bool:
        """Tell whether it has a text of its own."""
        return self.variant.parts is not None

    @property
    def form(self) -> Form | None:
        """The form that was chosen, None for the ordinary post."""
        return self.spec.form(self.variant.form)

    @property
    def notes(self) -> list[Say]:
        """What the preview does not show, or what is not carried there."""
        return list(_notes(self))


ALTS = gettext_noop("%(network)s takes no descriptions from outside: they are kept here, and can be added over there.")
WORDLESS = gettext_noop("No words go with “%(form)s”: yours stay on the other accounts.")
UNCLICKABLE = gettext_noop("The address can be read there, not pressed.")
UNSEEN: dict[str, str] = {
    "gallery": gettext_noop("It cannot show music, a place or people tagged: they are added over there."),
    "watch": gettext_noop("It cannot show chapters, the end screen nor what is proposed beside it."),
    "clip": gettext_noop("It cannot show the sounds and effects of the application."),
    "local": gettext_noop("It cannot show where on its page the network puts it."),
}


def _notes(look: Look) -> Iterator[Say]:
    parcels_of = [part.parcel for part in look.parts]
    facts: dict[str, str | int | Say] = {"network": look.spec.name, "form": look.form.name if look.form else ""}
    if look.form and not look.spec.as_form(look.variant.form).texts and any(text.strip() for text in look.variant.own):
        yield Say(WORDLESS, facts)
    if not look.spec.images.alt and any(picture.alt for parcel in parcels_of for picture in parcel.pictures):
        yield Say(ALTS, facts)
    if not look.spec.links_clickable and any(URL.search(parcel.text) for parcel in parcels_of if parcel.form != COMMENT):
        yield Say(UNCLICKABLE)
    if look.spec.layout in UNSEEN:
        yield Say(UNSEEN[look.spec.layout])


def looks(post: Post, found: Sequence[Finding], read: Mapping[str, Link]) -> list[Look]:
    """Return how the post will look, account by account, with the cards of `read`.

    Give it a post from `queries.whole`, with what was typed in its fields.
    """
    return [
        _look(variant, read, [f for f in found if f.channel is not None and f.channel.pk == variant.channel_id])
        for variant in post.variants.all()
    ]


def warm(post: Post) -> None:
    """Make every picture as each network takes it, so that the pages which show them only read."""
    for variant in post.variants.all():
        with suppress(CannotSeal):
            parcels(variant, {})


def _look(variant: Variant, read: Mapping[str, Link], found: list[Finding]) -> Look:
    look = Look(variant, spec_of(variant.channel), findings=found)
    try:
        sealed = parcels(variant, read)
    except CannotSeal as error:
        look.why_not = error.why
        if isinstance(error, NotMade):
            look.waits, look.making = True, error.making
        return look
    assets = by_part(variant.post.pictures.all())
    for number, parcel in enumerate(sealed):
        pairs = zip(Held(assets.get(number, [])).pictures, parcel.pictures, strict=False)
        changed = [(asset.name, said) for asset, picture in pairs if (said := changes(asset, picture))]
        still = next((film.cover.digest if film.cover else film.digest for film in Held(assets.get(number, [])).videos), "")
        look.parts.append(replace(Shown.of(look.spec, parcel, number), changed=changed, still=still))
    return look


def counts(spec: Spec, text: str, warning: str) -> list[Count]:
    """Count one part as this network does: its first limit, and any other that is passed."""
    every = [Count(spec, rule, count) for rule, count in spec.measured(Parcel(text=text.strip(), warning=warning))]
    return every[:1] + [count for count in every[1:] if count.over]


def folded(text: str, fold: int) -> tuple[str, bool]:
    """Return what is seen before the fold (0: the network does not fold), and whether something is behind it."""
    if not fold:
        return text, False
    ends = [found.end() for found in GRAPHEME.finditer(text)]
    return (text, False) if len(ends) <= fold else (text[: ends[fold - 1]].rstrip(), True)


def coloured(text: str) -> SafeString:
    """Mark up addresses, hashtags and mentions, as networks colour them; everything else is escaped."""
    drawn, at = [], 0
    for found in COLOURED.finditer(text):
        drawn += [escape(text[at : found.start()]), format_html('<span class="tag">{}</span>', found[0])]
        at = found.end()
    return mark_safe("".join([*drawn, escape(text[at:])]))  # noqa: S308 each piece is escaped
