"""What les codes say of a post before it leaves: an error stops it, warnings and tips only teach. Hard limits are in `checks`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import prefetch_related_objects

from parvis.audit.commands import record
from parvis.channels.models import Channel
from parvis.channels.queries import spec_of
from parvis.core.db import writing
from parvis.core.say import Say
from parvis.media.models import Asset, Kind
from parvis.networks.codes.draft import Context, Draft, Medium, Past
from parvis.networks.codes.fixing import applied
from parvis.networks.codes.linter import lint
from parvis.networks.codes.reading import Reading
from parvis.networks.codes.rule import Finding, Fix, Hit, Rule, Severity
from parvis.people.actors import Actor
from parvis.people.permissions import may
from parvis.posts import checks
from parvis.posts.models import Post, Variant
from parvis.posts.queries import accounts
from parvis.posts.shapes import Held, by_part, details_of, draft_form, shaped, title_of, wordless
from parvis.voice.profiles import profile_of

BEFORE, AFTER = timedelta(days=35), timedelta(days=8)
MOST_AROUND = 80
MOST_MUTED = 200
LONG = 60


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to say about one text of a post, for all the channels it concerns.

    `tab` is 0 for the shared text, else the channel whose own text it is.
    """

    rule: Rule
    severity: Severity
    hit: Hit
    text: str
    tab: int
    part: int
    channels: tuple[Channel, ...]
    asset: Asset | None = None
    muted: bool = False

    @property
    def excerpt(self) -> str:
        """The piece of the text it is about; empty for the whole."""
        return self.text[slice(*self.hit.span)] if self.hit.span else ""

    @property
    def what(self) -> Say:
        """What is said."""
        says = self.hit.says or self.rule.says
        return Say(says.within("en", self.hit.facts), french=says.within("fr", self.hit.facts))

    @property
    def cure(self) -> Say:
        """What to do about it."""
        cure = self.rule.cure
        return Say(cure.within("en", self.hit.facts), french=cure.within("fr", self.hit.facts))

    @property
    def name(self) -> str:
        """What names it on this post as long as the piece it is about stays: the rule, and a digest of the piece or of the picture."""
        # A long piece is the text itself, which changes with every key: then the rule is named for the whole post.
        about = self.asset.digest if self.asset else self.excerpt if len(self.excerpt) <= LONG else ""
        return f"{self.rule.id}:{hashlib.sha256(about.encode('utf-8', 'surrogatepass')).hexdigest()[:12] if about else ''}"

    @property
    def stops(self) -> bool:
        """Tell whether it stops the departure."""
        return self.severity is Severity.ERROR


def remarks(post: Post, *, now: datetime, at: datetime | None = None, variants: Sequence[Variant] | None = None) -> list[Remark]:
    """Return what the codes say of a post (from `queries.sheets`) on all its channels or these: the gravest first, then as the text goes.

    Two queries: the company's profile, and the posts around this one.
    """
    chosen = list(post.variants.all() if variants is None else variants)
    if not chosen:
        return []
    whole = _context(post, now, at)
    found = [remark for part in range(max(len(v.own) for v in chosen)) for remark in _part(post, chosen, part, whole)]
    return sorted(found, key=lambda r: (-r.severity, r.part, r.hit.span or (-1, -1), r.rule.id))


def _context(post: Post, now: datetime, at: datetime | None) -> Context:
    moment = (at or now).astimezone(ZoneInfo(post.company.timezone))
    return Context(
        at=moment if at else None, profile=profile_of(post.company), history=_around(post, moment), partnership=post.paid, synthetic=post.ai
    )  # fmt: skip


def law_beside(post: Post, *, now: datetime, at: datetime | None, variants: Sequence[Variant]) -> list[Say]:
    """Return what the law has to say of the words that leave beside the texts: a first comment, a warning, fields, descriptions.

    Nobody is taught by these while they write; they count where the law asks for a yes.
    """
    said, whole = list[Say](), None
    for variant in variants:
        spec = spec_of(variant.channel)
        for text in _beside(post, variant):
            whole = whole or _context(post, now, at)
            found = lint(Draft(Reading(text, post.language), spec.key, spec, whole))
            said += [_remark(finding, variant, text).what for finding in found if finding.rule.of_law and not finding.rule.hard]
    return said


def _beside(post: Post, variant: Variant) -> list[str]:
    alts = [place.asset.alt for place in post.pictures.all()]
    comment = variant.comment if shaped(variant).comment is not None else ""
    texts = [comment, post.warning, *details_of(variant).values(), *alts]
    return list(dict.fromkeys(text.strip() for text in texts if text.strip()))


def _remark(finding: Finding, variant: Variant, text: str) -> Remark:
    return Remark(finding.rule, finding.severity, finding.hit, text, variant.channel_id, 0, (variant.channel,))


def stopping(found: Sequence[Remark]) -> list[checks.Finding]:
    """Return the errors among these remarks as what stops a departure, each with its cure, one for each account."""
    return [checks.Finding(checks.CODE, _with_cure(r), channel, r.part, r.asset) for r in found if r.stops for channel in r.channels]


def _with_cure(remark: Remark) -> Say:
    # Not every door that is stopped leads to the page where the cure stands.
    what, cure = remark.what, remark.cure
    return Say(f"{what.text} {cure.text}", french=f"{what.french} {cure.french}")


def _part(post: Post, variants: list[Variant], part: int, whole: Context) -> list[Remark]:
    assets = by_part(post.pictures.all()).get(part, [])
    held = Held(assets)
    prefetch_related_objects(held.videos, "subtitles")
    texts = {v.channel.network: v.own[part] for v in variants if part < len(v.own)}
    context = replace(whole, media=tuple(_medium(asset) for asset in assets), texts=texts)
    readings: dict[str, tuple[Reading, dict[str, tuple[Hit, ...]]]] = {}
    said: dict[tuple[object, ...], Remark] = {}
    for variant in variants:
        if part >= len(variant.own) or not (variant.own[part].strip() or assets):
            continue
        # What a form without words does not send is not checked.
        text = "" if wordless(shaped(variant)) else variant.own[part]
        reading, answers = readings.setdefault(text, (Reading(text, post.language), {}))
        spec = spec_of(variant.channel)
        title = title_of(variant) if shaped(variant).title else ""
        form = draft_form(variant.form, held)
        tags = tuple(filter(None, map(str.strip, str(variant.details.get("tags", "")).split(",")))) if spec.tags else ()
        parts = len(variant.own)
        draft = Draft(reading, spec.key, spec, context, title=title, tags=tags, form=form, part=part, parts=parts, answers=answers)
        for finding in lint(draft):
            if not finding.rule.hard:
                hit = finding.hit.medium
                _say(said, finding, variant, part, assets[hit] if hit is not None and hit < len(assets) else None)
    return list(said.values())


def _say(said: dict[tuple[object, ...], Remark], finding: Finding, variant: Variant, part: int, asset: Asset | None) -> None:
    """Add a finding; what is said already, of the same text on another account, gains that account."""
    hit, tab = finding.hit, 0 if variant.parts is None else variant.channel_id
    key = (tab, finding.rule.id, hit.span[0] if hit.span else None, hit.medium)
    if key in said:
        first = said[key]
        said[key] = replace(first, channels=(*first.channels, variant.channel), hit=_plainer(first.hit, hit))
        return
    remark = Remark(finding.rule, finding.severity, hit, variant.own[part], tab, part, (variant.channel,), asset)
    said[key] = replace(remark, muted=not remark.stops and remark.name in variant.post.muted)


def _plainer(one: Hit, other: Hit) -> Hit:
    # Where networks want different no-break spaces, the plainer one (U+00A0) suits all of them.
    if one.fix is None or other.fix is None:
        return one
    return min(one, other, key=lambda hit: hit.fix.text if hit.fix else "")


def _medium(asset: Asset) -> Medium:
    # Weight and type are left unsaid: every picture and every video is made to fit its network before it leaves.
    own: dict[str, Any] = {"width": asset.width, "height": asset.height, "alt": asset.alt, "decorative": asset.decorative}
    if asset.kind == Kind.VIDEO:
        return Medium("video", asset.name, seconds=asset.seconds or 0, captions=bool(asset.subtitles.all()), **own)
    if asset.kind == Kind.DOCUMENT:
        return Medium("document", asset.name, pages=asset.pages or 0, title=PurePath(asset.name).stem, **own)
    return Medium("image", asset.name, **own)


def _around(post: Post, moment: datetime) -> Mapping[str, tuple[Past, ...]]:
    rows = (
        Variant.objects.filter(
            post__company_id=post.company_id, post__removed_at=None, post__scheduled=True, post__at__range=(moment - BEFORE, moment + AFTER)
        )
        .exclude(post=post.pk)
        .order_by("-post__at", "-pk")
        .values_list("channel__network", "post__at", "post__parts", "parts")[:MOST_AROUND]
    )
    found: dict[str, list[Past]] = {}
    for network, at, shared, own in rows:
        texts = shared if own is None else own
        assert at is not None
        found.setdefault(network, []).append(Past(at.astimezone(moment.tzinfo), "\n\n".join(texts)))
    return {network: tuple(pasts) for network, pasts in found.items()}


# ---- what a person does about them


def corrections(found: Sequence[Remark]) -> Iterator[tuple[int, int, str]]:
    """Return the texts once these remarks are cured, as (tab, part, text), those that can be."""
    fixes: dict[tuple[int, int, str], list[Fix]] = {}
    for remark in found:
        if remark.hit.fix:
            fixes.setdefault((remark.tab, remark.part, remark.text), []).append(remark.hit.fix)
    for (tab, part, text), of_text in fixes.items():
        after = applied(text, of_text)
        if after != text:
            yield tab, part, after


def mute(*, post: Post, remark: Remark, by: Actor, now: datetime) -> None:
    """Put a remark aside on this post, until the piece it is about changes. An error is not put aside: raises ValueError."""
    may(by, "posts.write", post.company_id, on=accounts(post))
    if remark.stops:
        raise ValueError("an error is cured, not put aside")
    with writing():
        stored = Post.objects.select_for_update().get(pk=post.pk)
        if remark.name not in stored.muted:
            stored.muted = [*stored.muted, remark.name][-MOST_MUTED:]
            stored.save(update_fields=["muted"])
            label, rule = stored.called, remark.rule.id
            record("posts:remark:muted", by=by, now=now, company_id=stored.company_id, object_id=stored.pk, label=label, rule=rule)
    post.muted = stored.muted


def unmute(*, post: Post, name: str, by: Actor, now: datetime) -> None:
    """Let a remark that was put aside be said again."""
    may(by, "posts.write", post.company_id, on=accounts(post))
    with writing():
        stored = Post.objects.select_for_update().get(pk=post.pk)
        if name in stored.muted:
            stored.muted = [other for other in stored.muted if other != name]
            stored.save(update_fields=["muted"])
            label, rule = stored.called, name.partition(":")[0]
            record("posts:remark:unmuted", by=by, now=now, company_id=stored.company_id, object_id=stored.pk, label=label, rule=rule)
    post.muted = stored.muted
