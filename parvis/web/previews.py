"""What each network will show, drawn from the very parcels that would be sealed, and counted by the network's own rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import regex
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from parvis.channels.models import Channel
from parvis.channels.queries import spec_of
from parvis.core.say import Say
from parvis.core.text import URL
from parvis.media.fitting import changes
from parvis.networks.facts import Parcel, Spec, TextRule
from parvis.posts.checks import Finding
from parvis.posts.models import Link, Post, Variant
from parvis.posts.parcels import CannotSeal, by_part, parcels

TAG = r"(?<![\w&#/])#[\p{L}\p{M}\p{N}_]*[\p{L}\p{M}_][\p{L}\p{M}\p{N}_]*"
MENTION = r"(?<![\w@/.])@[A-Za-z0-9_](?:[\w.-]*\w)?(?:@[\w.-]*\w)?"
COLOURED = regex.compile(f"{URL.pattern}|{TAG}|{MENTION}", regex.IGNORECASE)
GRAPHEME = regex.compile(r"\X")


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
class Shown:
    """One part as the network shows it: `text` is marked up and cut at the fold, `rest` says that something is behind it."""

    number: int
    parcel: Parcel
    text: SafeString
    rest: bool
    changed: Sequence[tuple[str, Sequence[Say]]] = ()


@dataclass(slots=True)
class Look:
    """A post on one network: its parts as they will be seen, or why they cannot be sealed; its lengths; what stops it."""

    variant: Variant
    spec: Spec
    parts: list[Shown] = field(default_factory=list)
    why_not: Say | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def channel(self) -> Channel:
        """The account."""
        return self.variant.channel

    @property
    def adapted(self) -> bool:
        """Tell whether it has a text of its own."""
        return self.variant.parts is not None


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
        return look
    assets = by_part(variant.post.pictures.all())
    for number, parcel in enumerate(sealed):
        pairs = zip(assets.get(number, []), parcel.pictures, strict=False)
        changed = [(asset.name, said) for asset, picture in pairs if (said := changes(asset, picture))]
        text, rest = folded(parcel.text, look.spec.fold)
        look.parts.append(Shown(number, parcel, coloured(text), rest, changed))
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
