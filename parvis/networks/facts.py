"""The hard facts of a network, and what can be carried there. Nothing here opens a connection: advice and counters stand on it alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

from parvis.core.say import Say

WARNING_SIGN = "\N{WARNING SIGN}\N{VARIATION SELECTOR-16}"

# ---- the facts of a network


@dataclass(frozen=True, slots=True)
class Fact:
    """A number or a rule of the outside world, where it was read and when."""

    value: Any
    source: str
    read: date


@dataclass(frozen=True, slots=True)
class Mark:
    """How a network is recognised on a page: two letters and the name of its colour and shape in the style sheet."""

    letters: str
    style: str


@dataclass(frozen=True, slots=True)
class TextRule:
    """A limit on text: `most` of what `count` counts; `unit` names it to a person.

    `priced`, where a server may set its own price of an address, makes the counter for that price.
    """

    most: int
    unit: Literal["graphemes", "characters", "bytes", "weight", "utf16"]
    count: Callable[[str], int]
    fact: Fact
    priced: Callable[[int], Callable[[str], int]] | None = None

    def refined(self, most: int, url: int | None) -> TextRule:
        """Return the same rule with a server's own figures."""
        return replace(self, most=most, count=self.priced(url) if self.priced and url is not None else self.count)


@dataclass(frozen=True, slots=True)
class ImageRule:
    """What a network takes as pictures. Sizes in bytes and pixels; `most_pixels` is width x height (0: no limit).

    `ratio` holds the least and the most width by height (None: any).
    """

    most: int
    bytes: int
    side: int
    most_pixels: int
    types: frozenset[str]
    alt: int
    fact: Fact
    ratio: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class VideoRule:
    """What a network takes as videos: how many, their weight in bytes, their length in seconds (0: no limit).

    `ratio` holds the least and the most width by height of its short form; `short` is that form's longest time (0: no short form).
    """

    most: int
    bytes: int
    seconds: float
    fact: Fact
    least: float = 0
    short: float = 0
    ratio: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class DocumentRule:
    """What a network takes as documents: their weight in bytes, their pages, the length of their title."""

    bytes: int
    pages: int
    title: int
    fact: Fact


@dataclass(frozen=True, slots=True)
class Guide:
    """What a person is told on the page that connects an account.

    `asks` names what they type first (an account's name or a server) and `like` shows examples of it; `steps` say what to do, in
    order; `at` is the network's own page where that is done; `apart` says what never to type here.
    """

    asks: Say
    like: tuple[str, ...]
    steps: tuple[Say, ...]
    at: str = ""
    apart: Say | None = None


@dataclass(frozen=True, slots=True)
class Spec:
    """The hard facts of a network. Counters, forms, previews and checks are all drawn from it.

    `texts` are all to be met (the first is the one shown to a person). `settles` is how long after an attempt a reading that
    finds nothing may still be wrong; `twice` says in a sentence how a double is avoided. `warnings` tells whether the network
    has content warnings of its own; where it has none, `carried` makes the warning the first line of the text, and
    `warning_note` says so to a person. `card_picture` is the rule of a card's picture. `fold` is where the network's own page
    cuts a long text (0: it does not), `visible` about how much of it a phone shows at once. `title` is the limit on a title, where there
    is one. `needs` says that nothing goes without a picture or a video ("medium") or without a video. `hashtags`, `mentions` and `daily`
    are what it refuses to exceed in one text, and in a day by its API (None: no such limit).
    """

    key: str
    name: str
    mark: Mark
    texts: tuple[TextRule, ...]
    images: ImageRule
    door: Literal["password", "oauth", "token"]
    threads: bool
    warnings: bool
    cards: bool
    fold: int
    settles: timedelta
    twice: Fact
    asks_host: bool = False
    links_clickable: bool = True
    warning_note: Say | None = None
    card_picture: ImageRule | None = None
    guide: Guide | None = None
    videos: VideoRule | None = None
    documents: DocumentRule | None = None
    title: TextRule | None = None
    tags: TextRule | None = None
    visible: int = 0
    needs: Literal["", "medium", "video"] = ""
    hashtags: Fact | None = None
    mentions: Fact | None = None
    daily: Fact | None = None

    def carried(self, parcel: Parcel) -> Parcel:
        """Return the parcel as this network can carry it: what is sealed, previewed and sent. Doing it twice changes nothing.

        Nothing is dropped: a warning without a field of its own becomes the first line of the text, and the address of a card that
        cannot be shown (no cards there, or pictures take its place) stands in the text.
        """
        text, card = parcel.text, parcel.card
        if card and (parcel.pictures or not self.cards):
            text = text if card.url in text else f"{text}\n\n{card.url}".strip()
            card = None
        head = f"{WARNING_SIGN} {parcel.warning.strip()}"
        if parcel.warning.strip() and not self.warnings and not text.startswith(head):
            text = f"{head}\n\n{text}".rstrip()
        return replace(parcel, text=text, card=card)

    def measured(self, parcel: Parcel) -> list[tuple[TextRule, int]]:
        """Return each of `texts` with what it counts of a parcel. A warning weighs too, wherever it is shown."""
        shown = self.carried(parcel)
        own = shown.warning if self.warnings else ""
        return [(rule, rule.count(shown.text) + rule.count(own)) for rule in self.texts]

    def refined(self, limits: Mapping[str, Any]) -> Spec:
        """Return the facts as one server tells them, where it tells more than the network's own (see each folder's `spec.learn`).

        Known names: `text`, `url`, `images`, `image_bytes`, `image_pixels`, `image_types`, `alt`. Unknown ones are left alone.
        """
        return _refined(self, limits)


def _refined(spec: Spec, limits: Mapping[str, Any]) -> Spec:
    images = replace(
        spec.images,
        most=int(limits.get("images", spec.images.most)),
        bytes=int(limits.get("image_bytes", spec.images.bytes)),
        most_pixels=int(limits.get("image_pixels", spec.images.most_pixels)),
        types=frozenset(limits.get("image_types", spec.images.types)) & spec.images.types or spec.images.types,
        alt=int(limits.get("alt", spec.images.alt)),
    )
    first = spec.texts[0].refined(int(limits.get("text", spec.texts[0].most)), limits.get("url"))
    return replace(spec, images=images, texts=(first, *spec.texts[1:]))


# ---- what leaves


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture made to fit its network. `digest` (SHA-256, hex) finds its bytes; `mime`, pixels and bytes are the sent file's own."""

    digest: str
    mime: str
    width: int
    height: int
    size: int
    alt: str


@dataclass(frozen=True, slots=True)
class Card:
    """The card of a link, read when the post was composed."""

    url: str
    title: str
    description: str = ""
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """One thing that leaves the house, frozen. What was seen and approved is what goes out."""

    text: str
    language: str = "fr"
    pictures: tuple[Picture, ...] = ()
    warning: str = ""
    card: Card | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the form that is stored and digested."""
        return {
            "text": self.text,
            "language": self.language,
            "pictures": [_plain(p) for p in self.pictures],
            "warning": self.warning,
            "card": {
                "url": self.card.url,
                "title": self.card.title,
                "description": self.card.description,
                "picture": _plain(self.card.picture) if self.card.picture else None,
            }
            if self.card
            else None,
        }

    def digest(self) -> str:
        """Return what identifies this exact content (SHA-256, hex)."""
        text = json.dumps(self.to_json(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Parcel:
        """Read what `to_json` wrote."""
        card = kept.get("card")
        return cls(
            text=kept["text"],
            language=kept["language"],
            pictures=tuple(Picture(**p) for p in kept["pictures"]),
            warning=kept["warning"],
            card=Card(card["url"], card["title"], card["description"], Picture(**card["picture"]) if card["picture"] else None)
            if card
            else None,
        )


def _plain(picture: Picture) -> dict[str, Any]:
    return {name: getattr(picture, name) for name in Picture.__slots__}
