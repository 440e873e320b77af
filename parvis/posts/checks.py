"""The hard limits: what a network, a picture or a date would certainly refuse. Advice is another room's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from parvis.channels.models import Channel
from parvis.channels.models import State as ChannelState
from parvis.core.say import Say, gettext_noop
from parvis.core.text import graphemes
from parvis.media.models import Asset, Kind
from parvis.media.queries import trouble, undescribed
from parvis.networks.facts import Parcel, Spec, TextRule
from parvis.posts import filled, loads
from parvis.posts.calendar import today
from parvis.posts.found import CODE, Finding
from parvis.posts.models import Post, Variant
from parvis.posts.shapes import Held, by_part, shaped, wordless

__all__ = ["CODE", "Finding", "findings"]


def findings(post: Post, *, now: datetime, at: datetime | None = None, variants: Sequence[Variant] | None = None) -> list[Finding]:
    """Return everything that stops this post from leaving (at `at`, where one is given), on all its channels or these.

    Give it a post from `queries.whole`: it then makes no query.
    """
    return list(_findings(post, now, at, list(post.variants.all() if variants is None else variants)))


def _findings(post: Post, now: datetime, at: datetime | None, variants: list[Variant]) -> Iterator[Finding]:
    if at is not None and at < now:
        yield Finding("past", Say(gettext_noop("This hour is already past.")))
    if not variants:
        yield Finding("no_channel", Say(gettext_noop("No account is chosen: say where it leaves for.")))
    pictures = by_part(post.pictures.all())
    for variant in variants:
        yield from _variant(variant, pictures)
        yield from filled.findings(variant, Held(pictures.get(0, [])), max(at or now, now))
    day = today(max(at or now, now), post.company.timezone)
    seen: set[int] = set()
    for part, assets in sorted(pictures.items()):
        for asset in assets:
            if asset.pk not in seen:
                seen.add(asset.pk)
                yield from _asset(asset, part, day)


def _variant(variant: Variant, pictures: dict[int, list[Asset]]) -> Iterator[Finding]:
    channel, spec = variant.channel, shaped(variant)
    facts = {"network": spec.name, "account": channel.handle}
    if channel.state == ChannelState.DEAD:
        yield Finding("dead", Say(gettext_noop("%(account)s must be connected to %(network)s again."), facts), channel)
    if channel.state == ChannelState.CLOSED:
        yield Finding("closed", Say(gettext_noop("%(account)s (%(network)s) was taken away."), facts), channel)
    texts = [part.strip() for part in variant.own]
    yield from _parts(variant, spec, texts)
    for part, text in enumerate(texts or [""]):
        assets = pictures.get(part, [])
        if not text and not assets:
            yield Finding("empty", Say(gettext_noop("There is nothing here yet: a text or a picture is needed.")), channel, part)
        for rule, count in spec.measured(Parcel(text=text, warning=variant.post.warning.strip(), form=variant.form)):
            yield from _text(channel, spec, rule, count, part)
        yield from loads.findings(variant, spec, Held(assets), part)
        yield from _alts(channel, spec, assets, part)
    for part in sorted(pictures):
        if part >= max(len(texts), 1):
            stray = gettext_noop("A picture stands on part %(part)s, and %(account)s has no such part.")
            yield Finding("stray", Say(stray, {**facts, "part": part + 1}), channel, part)


def _parts(variant: Variant, spec: Spec, texts: list[str]) -> Iterator[Finding]:
    channel, form = variant.channel, spec.form(variant.form)
    facts: dict[str, str | int | Say] = {"network": spec.name, "form": form.name if form else ""}
    if variant.form and form is None:
        gone = gettext_noop("%(network)s has no such form any more: choose another one on its tab.")
        yield Finding("form_gone", Say(gone, facts), channel)
    if len(texts) > 1 and form is not None:
        one = gettext_noop("%(network)s: “%(form)s” has one part only. Join the parts, or choose another form.")
        yield Finding("thread", Say(one, facts), channel)
    elif len(texts) > 1 and not spec.threads:
        yield Finding("thread", Say(gettext_noop("%(network)s has no threads: one part only."), facts), channel)
    if wordless(spec) and variant.post.warning.strip():
        unseen = gettext_noop("%(network)s: “%(form)s” cannot carry the content warning. Take the warning off, or choose another form.")
        yield Finding("warning_lost", Say(unseen, facts), channel)


LONG = {
    "graphemes": gettext_noop("%(count)s characters, and %(network)s takes %(most)s at most: %(over)s too many."),
    "characters": gettext_noop("%(count)s characters, and %(network)s takes %(most)s at most: %(over)s too many."),
    "bytes": gettext_noop("%(count)s bytes, and %(network)s takes %(most)s at most (accents and emojis weigh more): %(over)s too many."),
}


def _text(channel: Channel, spec: Spec, rule: TextRule, count: int, part: int) -> Iterator[Finding]:
    if count > rule.most:
        facts: dict[str, str | int] = {"count": count, "most": rule.most, "over": count - rule.most, "network": spec.name}
        yield Finding("long", Say(LONG.get(rule.unit, LONG["characters"]), facts), channel, part)


def _alts(channel: Channel, spec: Spec, assets: list[Asset], part: int) -> Iterator[Finding]:
    rule = spec.images
    for asset in assets:
        length = graphemes(asset.alt)
        # Where the limit is 0 the network takes no description at all: nothing of it is sent, and nothing is too long.
        if 0 < rule.alt < length:
            long = gettext_noop("The description of %(name)s has %(count)s characters; %(network)s takes %(most)s at most.")
            facts: dict[str, str | int] = {"name": asset.name, "count": length, "most": rule.alt, "network": spec.name}
            yield Finding("alt_long", Say(long, facts), channel, part, asset)


def _asset(asset: Asset, part: int, day: date) -> Iterator[Finding]:
    for what in trouble(asset, day):
        yield Finding("picture", what, part=part, asset=asset)
    if asset.kind == Kind.PICTURE and undescribed(asset):
        missing = gettext_noop(
            "“%(name)s” has no description: people who do not see it would get nothing. Write one, or say that it needs none."
        )
        yield Finding("alt", Say(missing, {"name": asset.name}), part=part, asset=asset)
