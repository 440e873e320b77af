"""What goes with a text, held against what a form of a network takes: pictures, a video, a document, and which of them together."""

from __future__ import annotations

from collections.abc import Iterator

from parvis.channels.models import Channel
from parvis.channels.queries import spec_of
from parvis.core.say import Say, gettext_noop
from parvis.media import films
from parvis.media.models import Asset
from parvis.networks.facts import DocumentRule, Spec, VideoRule
from parvis.posts.found import Finding
from parvis.posts.models import Variant
from parvis.posts.shapes import Held, is_short, longest

# Containers round the length of a video.
SLACK = 0.05
Facts = dict[str, str | int | Say]

# What a form or a network needs, and how it is said where it is missing.
NEEDS = {
    "medium": gettext_noop("%(network)s publishes nothing without a picture or a video: add one, or leave this account out."),
    "video": gettext_noop("%(network)s publishes nothing without a video: add one, or leave this account out."),
    "pictures": gettext_noop("%(network)s publishes nothing without a picture: add one, or leave this account out."),
    "document": gettext_noop("%(network)s publishes nothing without a document: add one, or leave this account out."),
}
FORM_NEEDS = {
    "medium": gettext_noop("%(network)s: “%(form)s” needs a picture or a video. Add one, or choose another form."),
    "video": gettext_noop("%(network)s: “%(form)s” needs a video. Add one, or choose another form."),
    "pictures": gettext_noop("%(network)s: “%(form)s” needs a picture. Add one, or choose another form."),
    "document": gettext_noop("%(network)s: “%(form)s” needs a document. Add one, or choose another form."),
}


def findings(variant: Variant, spec: Spec, held: Held, part: int) -> Iterator[Finding]:
    """Give what stops a part because of what it carries. `spec` holds the facts of the chosen form."""
    channel, form = variant.channel, spec.form(variant.form)
    facts: Facts = {"network": spec.name, "form": form.name if form else ""}
    need = (form.needs if form else spec.needs) if part == 0 else ""
    there = {"": True, "pictures": held.pictures, "video": held.videos, "medium": held.pictures + held.videos, "document": held.documents}
    if not there[need]:
        yield Finding(f"needs_{need}", Say((FORM_NEEDS if form else NEEDS)[need], facts), channel, part)
    yield from _taken(channel, spec, held, part, facts)
    kinds = sum(bool(some) for some in (held.pictures, held.videos, held.documents))
    if kinds > 1 and (held.documents or not spec.mixes) and _takes_each(spec, held):
        mixed = gettext_noop("%(network)s shows pictures, a video or a document, never two kinds together: keep one kind on this part.")
        yield Finding("mixed", Say(mixed, facts), channel, part)
    short = is_short(spec_of(channel), variant.form)
    told = [(asset, one) for asset in held.videos if spec.videos for one in _video(spec.videos, short, asset)]
    told += [(asset, one) for asset in held.documents if spec.documents for one in _document(spec.documents, asset)]
    for asset, (kind, what, more) in told:
        yield Finding(kind, Say(what, {**facts, "name": asset.name, **more}), channel, part, asset)


def _takes_each(spec: Spec, held: Held) -> bool:
    return not (held.pictures and not spec.images.most) and not (held.videos and not spec.videos)


def _taken(channel: Channel, spec: Spec, held: Held, part: int, facts: Facts) -> Iterator[Finding]:
    """Give what is of a kind that is not taken, or too many of one kind."""
    cure = gettext_noop("%(network)s takes no video here: take “%(name)s” off, choose another form, or leave this account out.")
    for asset in held.videos if not spec.videos else []:
        yield Finding("video_none", Say(cure, {**facts, "name": asset.name}), channel, part, asset)
    cure = gettext_noop("%(network)s takes no document here: take “%(name)s” off, choose another form, or leave this account out.")
    for asset in held.documents if not spec.documents else []:
        yield Finding("document_none", Say(cure, {**facts, "name": asset.name}), channel, part, asset)
    count, most = len(held.pictures), spec.images.most
    if count > most:
        many = (
            gettext_noop("%(count)s pictures, and %(network)s takes %(most)s at most.")
            if most
            else gettext_noop("%(network)s takes no picture here: take it off, choose another form, or leave this account out.")
        )
        yield Finding("many", Say(many, {**facts, "count": count, "most": most}), channel, part)
    if spec.videos and len(held.videos) > 1:
        many = gettext_noop("%(count)s videos on one part, and one leaves at a time: keep one.")
        yield Finding("videos_many", Say(many, {**facts, "count": len(held.videos)}), channel, part)
    if spec.documents and len(held.documents) > 1:
        many = gettext_noop("%(count)s documents on one part, and one leaves at a time: keep one.")
        yield Finding("documents_many", Say(many, {**facts, "count": len(held.documents)}), channel, part)


Told = tuple[str, str, dict[str, str | int]]


def _video(rule: VideoRule, short: bool, asset: Asset) -> Iterator[Told]:
    seconds, most = films.lasts(asset), longest(rule, short)
    lasts = lasting(seconds)
    if asset.seconds is not None and most and seconds > most + SLACK:
        long = gettext_noop(
            "“%(name)s” lasts %(lasts)s, and %(network)s takes %(most)s at most here: choose the part to show on its page, or another form."
        )
        yield "video_long", long, {"lasts": lasts, "most": lasting(most)}
    if asset.seconds is not None and seconds < rule.least - SLACK:
        brief = gettext_noop("“%(name)s” lasts %(lasts)s, and %(network)s takes nothing under %(least)s: choose a longer one.")
        yield "video_brief", brief, {"lasts": lasts, "least": lasting(rule.least)}


def _document(rule: DocumentRule, asset: Asset) -> Iterator[Told]:
    if asset.pages and asset.pages > rule.pages:
        long = gettext_noop("“%(name)s” has %(count)s pages, and %(network)s takes %(most)s at most: send fewer pages.")
        yield "document_long", long, {"count": asset.pages, "most": rule.pages}
    if asset.size > rule.bytes:
        heavy = gettext_noop("“%(name)s” weighs %(size)s MB, and %(network)s takes %(most)s at most: save it lighter.")
        yield "document_heavy", heavy, {"size": -(-asset.size // 1_000_000), "most": rule.bytes // 1_000_000}
    if asset.mime not in rule.types:
        yield "document_kind", gettext_noop("%(network)s does not take this kind of document: save “%(name)s” as a PDF."), {}


def lasting(seconds: float) -> str:
    """Write a length of time as a player does: 1:05."""
    whole = round(seconds)
    return f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}" if whole >= 3600 else f"{whole // 60}:{whole % 60:02d}"
