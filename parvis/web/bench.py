"""What is shaped of a post on one account besides its text: form, title, fields, first comment; what is declared, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from parvis.channels.queries import spec_of
from parvis.core.say import Say, gettext_noop
from parvis.core.text import URL
from parvis.networks.facts import Field, Parcel, Spec, TextRule
from parvis.posts.models import Post, Variant
from parvis.posts.shapes import Held, by_part, shaped, title_rule, wordless
from parvis.publishing import spending
from parvis.web.previews import Count, Look

OPEN = 5
ORDINARY = Say(gettext_noop("Publication"))


@dataclass(frozen=True, slots=True)
class Choice:
    """A form that an account may take; the empty key is the ordinary post."""

    key: str
    name: Say
    chosen: bool


@dataclass(frozen=True, slots=True)
class Blank:
    """One thing to fill in, with what was."""

    field: Field
    value: str

    @property
    def name(self) -> str:
        """Its name in the form."""
        return f"field-{self.field.key}"

    @property
    def options(self) -> list[tuple[str, Say, bool]]:
        """The choices, the one that was made or is the usual one marked."""
        made = self.value or (self.field.options[0][0] if self.field.options else "")
        return [(value, name, value == made) for value, name in self.field.options]


@dataclass(frozen=True, slots=True)
class Bench:
    """What is shaped on an account's tab. A title or a comment without a limit is one that this form does not have."""

    variant: Variant
    spec: Spec
    choices: Sequence[Choice]
    blanks: Sequence[Blank]
    title: Count | None
    comment: Count | None
    others: bool

    @property
    def first(self) -> Sequence[Blank]:
        """What is filled in at once; the rest waits behind one line, where there is much."""
        needed = [blank for blank in self.blanks if blank.field.needed]
        return self.blanks if len(self.blanks) <= OPEN else needed or self.blanks[: OPEN - 2]

    @property
    def more(self) -> Sequence[Blank]:
        """What waits behind one line."""
        return [blank for blank in self.blanks if blank not in self.first]

    @property
    def told(self) -> bool:
        """Tell whether something of it was filled in."""
        return any(blank.value for blank in self.more)

    @property
    def wordless(self) -> bool:
        """Tell whether the form carries no text."""
        return wordless(self.spec)

    @property
    def bare(self) -> bool:
        """Tell whether there is nothing to choose or to fill in."""
        return not (self.choices or self.blanks or self.title or self.comment)


def bench_of(variant: Variant) -> Bench:
    """Lay out what is shaped for one account (of a post from `queries.sheets`)."""
    whole, spec = spec_of(variant.channel), shaped(variant)
    held = Held(by_part(variant.post.pictures.all()).get(0, []))
    chosen = variant.form if whole.form(variant.form) else ""
    forms = [Choice("", ORDINARY, not chosen), *(Choice(form.key, form.name, form.key == chosen) for form in whole.forms)]
    return Bench(
        variant=variant,
        spec=spec,
        choices=forms if whole.forms else [],
        blanks=[Blank(field, str(variant.details.get(field.key, ""))) for field in whole.fields_of(variant.form)],
        title=_count(spec, title_rule(spec, held), variant.title),
        comment=_count(spec, spec.comment, variant.comment),
        others=len(variant.post.variants.all()) > 1,
    )


def _count(spec: Spec, rule: TextRule | None, text: str) -> Count | None:
    return Count(spec, rule, rule.count(text.strip())) if rule else None


# ---- what is declared once, and how each network carries it


@dataclass(frozen=True, slots=True)
class Declared:
    """One declaration, the networks that mark it themselves, and those where it must be said in the text."""

    key: str
    on: bool
    marked: Sequence[str]
    unmarked: Sequence[str]


def declared(post: Post) -> list[Declared]:
    """Return the declarations of a post, with what its networks make of them."""
    specs = list({v.channel.network: spec_of(v.channel) for v in post.variants.all()}.values())
    return [
        Declared(key, on, [s.name for s in specs if key in s.discloses], [s.name for s in specs if key not in s.discloses])
        for key, on in (("ai", post.ai), ("paid", post.paid))
    ]


def titled(post: Post) -> list[str]:
    """Return the names of the networks that show the post's own title."""
    shown = [v for v in post.variants.all() if shaped(v).title and not v.title.strip()]
    return list(dict.fromkeys(spec_of(v.channel).name for v in shown))


# ---- what it costs


@dataclass(frozen=True, slots=True)
class Bill:
    """What leaving costs on one account, in millionths of a US dollar, and why; `without` is what it would cost without its links."""

    look: Look
    micros: int
    why: Say
    without: int | None
    month: int
    ceiling: int | None

    @property
    def passes(self) -> bool:
        """Tell whether it would pass the ceiling of the month."""
        return self.ceiling is not None and self.month + self.micros > self.ceiling


def bills(post: Post, looks: Sequence[Look], now: datetime) -> list[Bill]:
    """Return what the networks that bill ask for this post, each with what its month costs already. One query, where one bills."""
    priced = [look for look in looks if look.spec.price and look.parts and not look.channel.by_hand]
    if not priced:
        return []
    first = timezone.localtime(now).date().replace(day=1)
    months = {month.channel_id: month.all for month in spending.months(post.company, first) if month.first == first}
    return [bill for look in priced for bill in _bill(look, months.get(look.channel.pk, 0))]


def _bill(look: Look, month: int) -> Iterator[Bill]:
    price = look.spec.price
    assert price is not None
    parcels = [part.parcel for part in look.parts]
    asked = [price(parcel) for parcel in parcels]
    whole = sum(one.micros for one in asked)
    bare = sum(price(_unlinked(parcel)).micros for parcel in parcels)
    if whole:
        dearest = max(asked, key=lambda one: one.micros)
        yield Bill(look, whole, dearest.why, bare if bare < whole else None, month, look.channel.ceiling)


def _unlinked(parcel: Parcel) -> Parcel:
    return Parcel.from_json({**parcel.to_json(), "text": URL.sub("", parcel.text), "card": None})
