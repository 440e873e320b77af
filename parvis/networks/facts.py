"""The hard facts of a network, and what can be carried there. Nothing here opens a connection: advice and counters stand on it alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

from parvis.core.say import Say
from parvis.networks.parcel import ALONE, COMMENT, MESSAGE, REPLY, Captions, Card, Document, Parcel, Picture, Video

__all__ = [
    "ALONE", "COMMENT", "MESSAGE", "REPLY", "AppRule", "Captions", "Card", "Document", "DocumentRule", "Fact", "Field", "Form", "Guide",
    "Handing",
    "ImageRule", "Mark", "Parcel", "Picture", "Price", "Spec", "TextRule", "Video", "VideoRule",
]  # fmt: skip

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
    `side` is the longest side in pixels, `frames` the most a second, `bits` the most a second (0: no limit), `shape` the least and the
    most width by height of any video there (None: any); `types` are the containers. H.264 and AAC are taken everywhere.
    """

    most: int
    bytes: int
    seconds: float
    fact: Fact
    least: float = 0
    short: float = 0
    ratio: tuple[float, float] | None = None
    side: int = 1920
    frames: float = 60
    bits: int = 0
    shape: tuple[float, float] | None = None
    types: frozenset[str] = frozenset({"video/mp4"})


@dataclass(frozen=True, slots=True)
class DocumentRule:
    """What a network takes as documents: their weight in bytes, their pages, the length of their title."""

    bytes: int
    pages: int
    title: int
    fact: Fact
    types: frozenset[str] = frozenset({"application/pdf"})


# ---- other forms than the ordinary post, and what a person fills in for them

# What a form can carry beside its text.
Medium = Literal["", "pictures", "video", "medium", "document"]


@dataclass(frozen=True, slots=True)
class Form:
    """A form of publishing beside the ordinary post: a story, an event. `key` is short and permanent.

    `needs` is what must be there ("medium": a picture or a video). `texts` empty: no text goes with it. Rules left None are the
    network's own; `most_pictures` and `videos` say what it takes of them (0 and False: none).
    """

    key: str
    name: Say
    needs: Medium = ""
    texts: tuple[TextRule, ...] | None = None
    images: ImageRule | None = None
    videos: VideoRule | None = None
    most_pictures: int | None = None
    takes_videos: bool = True


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a person fills in for a network: forms, checks and the API are drawn from it.

    `key` is permanent; `forms` are the forms it belongs to (empty: all, "" the ordinary post). `moment` is an ISO 8601 local time of the
    company, and `after` the key of the moment that comes before it; `choice` takes one of `options` (value, name), the first being the
    usual one; a `flag` is "1" or not there.
    """

    key: str
    name: Say
    kind: Literal["line", "text", "address", "moment", "choice", "flag"]
    forms: frozenset[str] = frozenset()
    needed: bool = False
    most: int = 0
    options: tuple[tuple[str, Say], ...] = ()
    help: Say | None = None
    after: str = ""


@dataclass(frozen=True, slots=True)
class AppRule:
    """The developer application that a company makes at a network before it can connect.

    `family` is shared by networks that one application serves; `id_name` and `secret_name` are what the network's own page calls the two
    values; `at` is that page. `takes` says in one sentence what the network asks for before it works, where twenty minutes are not enough.
    `ways` are the logins that one chooses among, the usual one first and without a key; each of the others has two values of its own, and
    the door is told its key as `way`. `signing_name` is what the network calls a third value, which nobody needs but whoever wants its
    webhooks, where it signs these with another secret ("": it does not); a bell is told it as `signing_secret`. `number_name` is in the
    same way the number of the application itself, where one cannot ask to be told of a page without it; a visit is told it.
    """

    family: str
    id_name: str
    secret_name: str
    at: str
    takes: Say | None = None
    ways: tuple[tuple[str, Say], ...] = ()
    signing_name: str = ""
    number_name: Say | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """What sending a parcel costs, in millionths of a US dollar, and why."""

    micros: int
    why: Say


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
class Handing:
    """What handing an account over means on a network. Each value is a sentence for a person (Say).

    `owner` says who owns it there, `role` which role is given instead of a password, `recovery` and `factor` what they are there. `at` is
    the page where roles are given and taken back. `shared`: no role lets somebody else publish, so that only a password could be shared.
    """

    owner: Fact
    role: Fact
    recovery: Fact
    factor: Fact
    at: str = ""
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Spec:
    """The hard facts of a network. Counters, forms, previews and checks are all drawn from it.

    `texts` are all to be met (the first is the one shown to a person). `settles` is how long after an attempt a reading that
    finds nothing may still be wrong; `twice` says in a sentence how a double is avoided. `warnings` tells whether the network
    has content warnings of its own; where it has none, `carried` makes the warning the first line of the text, and
    `warning_note` says so to a person. `card_picture` is the rule of a card's picture. `fold` is where the network's own page
    cuts a long text (0: it does not), `visible` about how much of it a phone shows at once. `title` is the limit on a title, where there
    is one. `needs` says that nothing goes without a picture or a video ("medium") or without a video. `hashtags`, `mentions` and `daily`
    are what it refuses to exceed in one text, and in a day by its API (None: no such limit). `judges`: it looks a publication over once it
    is there, and may take it off again. `mixes` says that pictures and a video may
    go together. `titled` names the forms that have a title (None: all that have a text). `layout` is how its page lays a publication
    out, for the preview: "page" (words under it), "feed" (signs under it), "gallery" (pictures first), "watch" (a video and its title),
    "local" (a box on a map's page), "clip" (a full screen).

    `forms` are what can be published beside the ordinary post, `fields` what a person fills in besides, `comment` the limit of a first
    comment (None: it cannot be sent), `answers` and `messages` those of an answer in public (None: as a comment) and in private (None:
    there are none). `discloses` tells which of "ai" and "paid" the network marks itself, `captions` the types of subtitles that it takes.
    `fetches`: it fetches media from a public address of this Parvis. `app`: a company makes its own application there first. `price`
    tells what a parcel costs (None: nothing). `opens` is the page where a person publishes by hand.
    """

    key: str
    name: str
    mark: Mark
    texts: tuple[TextRule, ...]
    images: ImageRule
    door: Literal["password", "oauth", "token", "hand"]
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
    forms: tuple[Form, ...] = ()
    fields: tuple[Field, ...] = ()
    comment: TextRule | None = None
    answers: TextRule | None = None
    messages: TextRule | None = None
    edits: bool = False
    discloses: frozenset[str] = frozenset()
    captions: frozenset[str] = frozenset()
    fetches: bool = False
    app: AppRule | None = None
    price: Callable[[Parcel], Price] | None = None
    opens: str = ""
    needs_title: bool = False
    judges: bool = False
    titled: frozenset[str] | None = None
    mixes: bool = False
    layout: Literal["page", "feed", "gallery", "watch", "local", "clip"] = "feed"

    def form(self, key: str) -> Form | None:
        """Return the form of this key, or None for the ordinary post (and for one that this network does not have)."""
        return next((form for form in self.forms if form.key == key), None)

    def as_form(self, key: str) -> Spec:
        """Return the facts as one form of publishing has them; a first comment, and an answer, are a text alone."""
        if key in ALONE:
            rule = {COMMENT: self.comment, REPLY: self.answers or self.comment, MESSAGE: self.messages}[key]
            texts = (rule,) if rule else ()
            return replace(self, texts=texts, images=replace(self.images, most=0), videos=None, documents=None, title=None, needs="")
        form = self.form(key)
        title = self.title if self.titled is None or key in self.titled else None
        if form is None:
            return self if title is self.title else replace(self, title=title)
        images = form.images or self.images
        if form.most_pictures is not None:
            images = replace(images, most=form.most_pictures)
        return replace(
            self,
            texts=self.texts if form.texts is None else form.texts,
            images=images,
            videos=(form.videos or self.videos) if form.takes_videos else None,
            documents=self.documents if form.needs == "document" else None,
            title=title if form.texts != () else None,
            comment=self.comment if form.texts != () else None,
            needs="medium" if form.needs == "pictures" else "" if form.needs == "document" else form.needs,
        )

    def fields_of(self, form: str) -> tuple[Field, ...]:
        """Return what a person fills in for a form."""
        return tuple(field for field in self.fields if not field.forms or form in field.forms)

    def carried(self, parcel: Parcel) -> Parcel:
        """Return the parcel as this network can carry it: what is sealed, previewed and sent. Doing it twice changes nothing.

        Nothing is dropped: a warning without a field of its own becomes the first line of the text, and the address of a card that
        cannot be shown (no cards there, or pictures take its place) stands in the text.
        """
        text, card = parcel.text, parcel.card
        if card and (parcel.has_media or not self.cards):
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
        return [(rule, rule.count(shown.text) + rule.count(own)) for rule in self.as_form(parcel.form).texts]

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
    if not spec.texts:
        return replace(spec, images=images)
    plain, url = spec.texts[0], limits.get("url")
    first = plain.refined(int(limits.get("text", plain.most)), url)
    # An answer has so many signs fewer as it has by the network's own figures.
    fewer = {name: getattr(spec, name) for name in ("answers", "messages") if "text" in limits and getattr(spec, name)}
    rules = {name: rule.refined(max(1, first.most - (plain.most - rule.most)), url) for name, rule in fewer.items()}
    return replace(spec, images=images, texts=(first, *spec.texts[1:]), **rules)
