"""What lies on the composer's desk: everything that its page and its fragments show, from one post and what was typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf.locale import LANG_INFO
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.safestring import SafeString

from parvis.channels.models import Channel
from parvis.channels.queries import of as channels_of
from parvis.channels.queries import spec_of
from parvis.channels.readiness import NotReady, stopped
from parvis.media.fitting import fits
from parvis.media.models import Making
from parvis.networks.codes.rule import Severity
from parvis.networks.facts import COMMENT
from parvis.people.actors import Actor
from parvis.people.permissions import allowed
from parvis.posts import heavy
from parvis.posts.advice import Remark, remarks, stopping
from parvis.posts.agreed import would_ask
from parvis.posts.calendar import NotAMoment
from parvis.posts.checks import CODE, Finding, findings
from parvis.posts.departures import next_free_slot
from parvis.posts.links import LONGEST
from parvis.posts.models import Link, Post, PostPicture, Variant
from parvis.posts.parcels import address_in, cited, with_card
from parvis.posts.queries import accounts_read
from parvis.posts.shapes import Held, shaped
from parvis.voice.models import Pillar
from parvis.voice.pillars import of as pillars_of
from parvis.web.bench import Bench, Bill, Declared, bench_of, bills, declared, titled
from parvis.web.previews import Count, Look, counts, looks
from parvis.web.remarks import OPEN_TIPS, Group, Said, grouped, marked, numbered
from parvis.web.sheet import Sheet, stamp, variant_of

LANGUAGES = ("fr", "en", "de", "es", "it", "nl", "pt", "br", "eu", "ca", "co", "ar", "tr", "pl", "ro", "uk")
CORSICAN = "Corsu"
OLD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Part:
    """One part as it is written: its text, its lengths, the pictures under it."""

    number: int
    text: str
    marked: SafeString
    counts: Sequence[Count]
    pictures: Sequence[PostPicture]


@dataclass(frozen=True, slots=True)
class Cited:
    """An address whose card would be shown, and what is to do about it: `unread`, `failed` (`link` says why) or `old`."""

    url: str
    state: str
    link: Link | None = None

    @property
    def host(self) -> str:
        """The site, to be named to a person."""
        return urlsplit(self.url).netloc


@dataclass(slots=True)
class Desk:
    """All that the composer shows."""

    post: Post
    tab: int
    revision: int
    seen: str
    parts: list[Part]
    looks: list[Look]
    findings: list[Finding]
    chips: list[tuple[Channel, bool]]
    at: datetime | None
    proposed: datetime | None
    day: str
    hour: str
    may_write: bool
    may_send: bool
    languages: list[tuple[str, str]] = field(default_factory=list)
    cited: list[Cited] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    muted: list[Remark] = field(default_factory=list)
    bench: Bench | None = None
    declared: list[Declared] = field(default_factory=list)
    titled: list[str] = field(default_factory=list)
    bills: list[Bill] = field(default_factory=list)
    stopped: list[Making] = field(default_factory=list)
    may_propose: bool = False
    asks: bool = False
    asked: bool = False
    pillars: list[Pillar] = field(default_factory=list)

    @property
    def variant(self) -> Variant | None:
        """The form that is shown, None for the shared text."""
        return variant_of(self.post, self.tab)

    @property
    def look(self) -> Look | None:
        """The look to show first: this tab's, or the first one."""
        return next((look for look in self.looks if look.variant.channel_id == self.tab), self.looks[0] if self.looks else None)

    @property
    def others(self) -> list[Look]:
        """The looks that stand below."""
        return [look for look in self.looks if look is not self.look]

    @property
    def ready(self) -> list[Look]:
        """The accounts that nothing stops."""
        return [] if self.common else [look for look in self.looks if not look.findings and look.why_not is None]

    @property
    def unable(self) -> list[NotReady]:
        """The chosen accounts where nothing can be published as they stand, whatever is written."""
        return stopped([channel for channel, chosen in self.chips if chosen])

    @property
    def waiting(self) -> list[Look]:
        """The accounts that wait for a video to be made ready."""
        return [look for look in self.looks if look.waits]

    @property
    def at_work(self) -> bool:
        """Tell whether one of these videos is being made, or will be."""
        return any(look.making is not None for look in self.waiting)

    @property
    def blank(self) -> bool:
        """Tell whether nothing is there yet: then nobody is told what is missing."""
        texts = [*self.post.parts, *(part for look in self.looks for part in look.variant.own)]
        return not any(text.strip() for text in texts) and not self.post.pictures.all()

    @property
    def hard(self) -> list[Finding]:
        """What stops the departure and is no code: a limit, a picture, an account, an hour."""
        return [f for f in self.findings if f.kind != CODE]

    @property
    def to_mend(self) -> int:
        """How many things stop the departure, one that stops it on several accounts counted once."""
        return len({(f.kind, str(f.what), f.part, f.asset and f.asset.pk, f.channel if f.kind != CODE else None) for f in self.findings})

    @property
    def groups(self) -> list[Group]:
        """The remarks that are shown at once, by network."""
        later = self.more
        return grouped([one for one in self.said if one not in later], self._chosen)

    @property
    def more(self) -> list[Said]:
        """The tips beyond the first few: they wait behind one line."""
        tips = [one for one in self.said if one.remark.severity is Severity.TIP]
        first = list({one.remark.rule.id: one for one in reversed(tips)}.values())
        shown = sorted(first, key=lambda one: one.number)[:OPEN_TIPS]
        return [one for one in tips if one not in shown]

    @property
    def more_groups(self) -> list[Group]:
        """Those tips, by network."""
        return grouped(self.more, self._chosen)

    @property
    def curable(self) -> int:
        """How many remarks can be cured by one press."""
        return sum(one.remark.hit.fix is not None for one in self.said)

    @property
    def _chosen(self) -> list[Channel]:
        return [look.channel for look in self.looks]

    @property
    def common(self) -> list[Finding]:
        """What stops the departure on every account."""
        return [f for f in self.findings if f.channel is None]


def desk(post: Post, *, tab: int, actor: Actor, now: datetime, sheet: Sheet | None = None) -> Desk:
    """Lay out a post (from `queries.whole`, with what was typed in its fields). `sheet` gives back the hour as it was typed."""
    proposed = None if post.at else next_free_slot(company=post.company, now=now)
    at = _hour(post, sheet) or post.at or proposed
    _fetch(post)
    advised = remarks(post, now=now, at=at)
    found = findings(post, now=now, at=at) + stopping(advised)
    variant = variant_of(post, tab)
    said = numbered(advised, tab if variant else 0)
    chosen, on = {v.channel_id for v in post.variants.all()}, accounts_read(post)
    read = cited(post, (text for v in post.variants.all() if spec_of(v.channel).cards for text in v.own))
    shown = looks(post, found, with_card(read))
    return Desk(
        post=post,
        tab=tab if variant else 0,
        revision=post.revision,
        seen=stamp(post, tab),
        parts=_parts(post, variant, said),
        looks=shown,
        findings=found,
        chips=[(channel, channel.pk in chosen) for channel in channels_of(post.company)],
        at=at,
        proposed=proposed,
        day=sheet.day if sheet else _wall(at, "%Y-%m-%d"),
        hour=sheet.hour if sheet else _wall(at, "%H:%M"),
        may_write=allowed(actor, "posts.write", post.company_id, on=on),
        may_send=allowed(actor, "posts.schedule", post.company_id, on=on),
        languages=_languages(post.language),
        cited=list(_cited(shown, read, now)),
        said=said,
        muted=[remark for remark in advised if remark.muted],
        bench=bench_of(variant) if variant else None,
        declared=declared(post),
        titled=titled(post),
        bills=bills(post, shown, now),
        stopped=heavy.stopped(post),
        may_propose=allowed(actor, "posts.propose", post.company_id, on=[*chosen]),
        asks=bool(chosen) and would_ask(post, actor, now, at, advised),
        asked=getattr(post, "asking", False) or False,
        pillars=pillars_of(post.company),
    )


def hour_of(post: Post, sheet: Sheet, now: datetime) -> datetime | None:
    """Return the hour whose remarks the desk shows: the one that was typed, or kept, or else the one that is proposed."""
    return _hour(post, sheet) or post.at or next_free_slot(company=post.company, now=now)


def _cited(shown: Sequence[Look], read: Mapping[str, Link], now: datetime) -> Iterator[Cited]:
    parts = [part.parcel for look in shown if look.spec.cards for part in look.parts if part.parcel.form != COMMENT]
    # Pictures, a video or a document take the place of a card: then nothing is to be read.
    urls = dict.fromkeys(address_in(parcel.text) for parcel in parts if parcel.card or not parcel.has_media)
    for url in urls:
        link = read.get(url)
        if link is None and 0 < len(url) <= LONGEST:
            yield Cited(url, "unread")
        elif link is not None and link.trouble:
            yield Cited(url, "failed", link)
        elif link is not None and link.read_at <= now - OLD:
            yield Cited(url, "old", link)


def _fetch(post: Post) -> None:
    """Fetch at once what the checks and the seals will look at, and only for the pictures and videos of which they will."""
    assets = [place.asset for place in post.pictures.all()]
    pictures, videos = Held(assets).pictures, Held(assets).videos
    rules = [shaped(variant).images for variant in post.variants.all()]
    prefetch_related_objects([asset for asset in assets if asset.shows_people], "consents")
    made = [asset for asset in pictures if not all(fits(asset, rule) for rule in rules)]
    made += [*videos, *(film.cover for film in videos if film.cover)]
    prefetch_related_objects(made, "renditions", "crops")
    prefetch_related_objects(videos, "makings", "subtitles")


def _parts(post: Post, variant: Variant | None, said: Sequence[Said]) -> list[Part]:
    of = [variant] if variant else [v for v in post.variants.all() if v.parts is None]
    texts = variant.own if variant else list(post.parts)
    places = sorted(post.pictures.all(), key=lambda p: (p.part, p.position))
    return [
        Part(
            number,
            text,
            marked(text, number, said),
            _counted([v.channel for v in of], text, post.warning),
            # A picture on a part that is no longer there stays in sight, under the last one.
            [p for p in places if p.part == number or (number == len(texts) - 1 and p.part > number)],
        )
        for number, text in enumerate(texts or [""])
    ]


def _counted(of: Sequence[Channel], text: str, warning: str) -> list[Count]:
    from_network: dict[tuple[str, int], Count] = {}
    for channel in of:
        for count in counts(spec_of(channel), text, warning):
            from_network.setdefault((count.spec.key, count.rule.most), count)
    return list(from_network.values())


def _hour(post: Post, sheet: Sheet | None) -> datetime | None:
    if sheet is None or not (sheet.day and sheet.hour):
        return None
    try:
        return sheet.placed(post.company.timezone).at
    except NotAMoment:
        return None


def _wall(at: datetime | None, form: str) -> str:
    return f"{timezone.localtime(at):{form}}" if at else ""


def _languages(present: str) -> list[tuple[str, str]]:
    keys = LANGUAGES if present in LANGUAGES else (present, *LANGUAGES)
    return [(key, LANG_INFO.get(key, {}).get("name_local", CORSICAN if key == "co" else key)) for key in keys]
