"""The composer's sheet: everything that its form holds, and how it is kept without losing what another window wrote."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from datetime import datetime

from django.http import QueryDict

from parvis.channels.queries import spec_of
from parvis.core.say import Say, gettext_noop
from parvis.media import commands as media
from parvis.people.actors import Actor
from parvis.posts import commands as posts
from parvis.posts.calendar import NotAMoment, Placed, place, read_day, read_hour
from parvis.posts.models import Post, Variant
from parvis.posts.queries import sheets
from parvis.posts.shaping import Shape, shape

ALT = re.compile(r"alt-(\d{1,18})")
TOO_LONG = Say(
    gettext_noop("This is more than one publication can hold (25 parts, 50 000 letters a part). It is still on this page: shorten it.")
)
PAST = Say(gettext_noop("This hour is already past. Choose a later one: the rest is kept."))


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was typed. `tab` is the channel whose own text is shown (0: the shared text); `seen` stamps the texts that the page showed.

    `shaped` is the form whose fields the page showed, None where it showed none; `ai` and `paid` are None where it did not ask.
    """

    tab: int = 0
    revision: int = 0
    seen: str = ""
    title: str = ""
    parts: Sequence[str] = ()
    language: str = ""
    warning: str = ""
    alts: Sequence[tuple[int, str, bool]] = ()
    day: str = ""
    hour: str = ""
    proposed: str = ""
    ai: bool | None = None
    paid: bool | None = None
    shaped: str | None = None
    headline: str = ""
    comment: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, typed: QueryDict) -> Sheet:
        """Read a form; what is no number counts as 0."""
        return cls(
            tab=number(typed.get("for", "")),
            revision=number(typed.get("mine") or typed.get("revision", "")),
            seen=typed.get("seen", ""),
            title=typed.get("title", ""),
            parts=[_lines(part) for part in typed.getlist("part")] or [""],
            language=typed.get("language", ""),
            warning=typed.get("warning", ""),
            alts=list(_alts(typed)),
            day=typed.get("day", "").strip(),
            hour=typed.get("hour", "").strip(),
            proposed=typed.get("proposed", ""),
            ai="ai" in typed if "declares" in typed else None,
            paid="paid" in typed if "declares" in typed else None,
            shaped=typed.get("shaped"),
            headline=" ".join(typed.get("headline", "").split()),
            comment=_lines(typed.get("comment", "")).strip(),
            fields={name.removeprefix("field-"): _lines(typed.get(name, "")).strip() for name in typed if name.startswith("field-")},
        )

    @property
    def has_own_hour(self) -> bool:
        """Tell whether a person chose the hour, rather than left the one that was proposed."""
        return bool(self.day and self.hour) and f"{self.day} {self.hour}" != self.proposed

    def shape(self, variant: Variant) -> Shape:
        """Return the shape that was typed for an account: the form is chosen by its own button, and fields that were not shown stay."""
        own = Shape.of(variant)
        if self.shaped is None:
            return own
        shown = [one.key for one in spec_of(variant.channel).fields_of(self.shaped)]
        details = {**(own.details or {}), **{key: self.fields.get(key, "") for key in shown}}
        return replace(own, title=self.headline, comment=self.comment, details={key: value for key, value in details.items() if value})

    def placed(self, timezone: str) -> Placed:
        """Return the moment that was typed, on the company's wall. Raises NotAMoment."""
        return place(read_day(self.day), read_hour(self.hour), timezone)


@dataclass(slots=True)
class Kept:
    """What came of keeping a sheet. `other` is the text that another window wrote meanwhile: then nothing of ours was kept."""

    post: Post
    other: Sequence[str] | None = None
    troubles: list[Say] = field(default_factory=list)


def number(text: str) -> int:
    """Read a whole number as addresses hold it; anything else is 0."""
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 19 else 0


def variant_of(post: Post, channel_id: int) -> Variant | None:
    """Return the form of the post for a channel, or None."""
    return next((variant for variant in post.variants.all() if variant.channel_id == channel_id), None)


def stamp(post: Post, tab: int) -> str:
    """Name the texts that a page on this tab shows: two pages with the same stamp show the same words."""
    variant = variant_of(post, tab)
    shown = [post.title, post.language, post.warning, post.ai, post.paid, variant.own if variant else post.parts]
    shown += list(astuple(Shape.of(variant))) if variant else []
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]


def keep(post: Post, sheet: Sheet, *, by: Actor, now: datetime) -> Kept:
    """Keep what was typed; on a text that another window changed meanwhile, keep nothing and give that text back.

    Raises NotAllowed.
    """
    kept = Kept(post)
    _describe(kept, sheet, by, now)
    if sheet.tab and variant_of(post, sheet.tab) is None:
        kept.other = post.parts
        return kept
    if sheet.revision != post.revision and sheet.seen != stamp(post, sheet.tab) and not _same(post, sheet):
        kept.other = _shown(post, sheet.tab)
        return kept
    try:
        _write(post, sheet, by, now)
    except posts.Changed:
        kept.post = _again(post)
        kept.other = _shown(kept.post, sheet.tab)
        return kept
    except posts.TooLong:
        kept.troubles.append(TOO_LONG)
    _hour(kept, sheet, by, now)
    kept.post = _again(post)
    return kept


def _again(post: Post) -> Post:
    return sheets(Post.objects.filter(pk=post.pk)).get()


def _shown(post: Post, tab: int) -> list[str]:
    variant = variant_of(post, tab)
    return variant.own if variant else list(post.parts)


def _same(post: Post, sheet: Sheet) -> bool:
    variant = variant_of(post, sheet.tab)
    if variant is not None and sheet.shape(variant) != Shape.of(variant):
        return False
    return _heads(post) == _typed_heads(post, sheet) and list(sheet.parts) == _shown(post, sheet.tab)


Heads = tuple[str, str, str, bool, bool]


def _heads(post: Post) -> Heads:
    return post.title, post.language, post.warning, post.ai, post.paid


def _typed_heads(post: Post, sheet: Sheet) -> Heads:
    declared = (post.ai if sheet.ai is None else sheet.ai, post.paid if sheet.paid is None else sheet.paid)
    return " ".join(sheet.title.split())[:160], sheet.language[:5], " ".join(sheet.warning.split())[:200], *declared


def _write(post: Post, sheet: Sheet, by: Actor, now: datetime) -> None:
    variant = variant_of(post, sheet.tab)
    shared = list(post.parts) if variant else list(sheet.parts)
    revision = post.revision
    if _heads(post) != _typed_heads(post, sheet) or shared != list(post.parts):
        title, language, warning, ai, paid = _typed_heads(post, sheet)
        read = posts.write(
            post=post, by=by, now=now, revision=revision, title=title, parts=shared, language=language, warning=warning, ai=ai, paid=paid
        )
        revision = read.revision
    if variant is not None and sheet.shape(variant) != Shape.of(variant):
        revision = shape(variant=variant, shape=sheet.shape(variant), by=by, now=now, revision=revision).revision
    if variant is not None and variant.own != list(sheet.parts):
        posts.adapt(variant=variant, parts=sheet.parts, by=by, now=now, revision=revision)


def _describe(kept: Kept, sheet: Sheet, by: Actor, now: datetime) -> None:
    stored = {place.asset_id: place.asset for place in kept.post.pictures.all()}
    for asset_id, alt, waived in sheet.alts:
        asset = stored.get(asset_id)
        if asset is not None and (asset.alt, asset.decorative) != (alt.strip(), waived and not alt.strip()):
            media.describe(asset=asset, alt=alt, decorative=waived, by=by, now=now)


def _hour(kept: Kept, sheet: Sheet, by: Actor, now: datetime) -> None:
    """Give a draft the hour that was chosen. What is scheduled is only moved by its own button."""
    if kept.post.scheduled or not sheet.has_own_hour:
        return
    try:
        placed = sheet.placed(kept.post.company.timezone)
        if placed.note:
            kept.troubles.append(placed.note)
        if placed.at != kept.post.at:
            posts.move(post=kept.post, at=placed.at, by=by, now=now)
    except NotAMoment as error:
        kept.troubles.append(error.why)
    except posts.OverMandate as error:
        kept.troubles.append(error.why)
    except posts.InThePast:
        kept.troubles.append(PAST)


def as_typed(post: Post, sheet: Sheet) -> Post:
    """Put what was typed into the rows in memory, to look at it without keeping it. Returns the same post."""
    post.title, post.language, post.warning, post.ai, post.paid = _typed_heads(post, sheet)
    variant = variant_of(post, sheet.tab)
    if variant is None:
        post.parts = list(sheet.parts)
    else:
        shaped = sheet.shape(variant)
        variant.title, variant.comment, variant.details = shaped.title, shaped.comment, dict(shaped.details or {})
        if variant.own != list(sheet.parts):
            variant.parts = list(sheet.parts)
    typed = {asset_id: (alt.strip(), waived) for asset_id, alt, waived in sheet.alts}
    for spot in post.pictures.all():
        if spot.asset_id in typed:
            spot.asset.alt, waived = typed[spot.asset_id]
            spot.asset.decorative = waived and not spot.asset.alt
    return post


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def _alts(typed: QueryDict) -> Iterator[tuple[int, str, bool]]:
    for name in typed:
        found = ALT.fullmatch(name)
        if found:
            yield int(found[1]), _lines(typed.get(name, "")), f"waived-{found[1]}" in typed
