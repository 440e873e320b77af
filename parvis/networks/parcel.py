"""What leaves the house: a parcel and what it carries, frozen, as it is stored, digested and sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


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
class Captions:
    """Subtitles of a video: `digest` finds the file, `mime` is text/vtt or application/x-subrip."""

    digest: str
    language: str
    mime: str
    size: int


@dataclass(frozen=True, slots=True)
class Video:
    """A video made to fit its network. `mime`, pixels, bytes and seconds are the sent file's own; `cover` is the chosen still."""

    digest: str
    mime: str
    width: int
    height: int
    size: int
    seconds: float
    alt: str = ""
    cover: Picture | None = None
    captions: tuple[Captions, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A document (a PDF, say) shown page by page where the network can."""

    digest: str
    mime: str
    size: int
    pages: int
    name: str
    title: str = ""


# The form of a parcel that is the first comment under what it follows.
COMMENT = "comment"
# The forms of a parcel that answers somebody (`Parcel.to` says what): in public, and in private.
REPLY, MESSAGE = "reply", "message"
ALONE = frozenset({COMMENT, REPLY, MESSAGE})


@dataclass(frozen=True, slots=True)
class Parcel:
    """One thing that leaves the house, frozen. What was seen and approved is what goes out.

    `form` is empty for the ordinary post, a key of `Spec.forms`, or COMMENT. `ai` and `paid` are what a person declared: made with
    artificial intelligence, a paid partnership. `details` holds what was filled in under the keys of `Spec.fields`. `to` is what a REPLY or
    a MESSAGE answers: the network's own references of it (`Heard.refs`, with "remote_id", "kind" and "thread").
    """

    text: str
    language: str = "fr"
    pictures: tuple[Picture, ...] = ()
    warning: str = ""
    card: Card | None = None
    form: str = ""
    title: str = ""
    video: Video | None = None
    document: Document | None = None
    ai: bool = False
    paid: bool = False
    details: Mapping[str, str] = field(default_factory=dict)
    to: Mapping[str, Any] = field(default_factory=dict)

    @property
    def has_media(self) -> bool:
        """Tell whether it carries more than words."""
        return bool(self.pictures or self.video or self.document)

    @property
    def files(self) -> tuple[str, ...]:
        """The digests of every file that it needs."""
        seen: list[Picture | Video | Document | Captions] = [*self.pictures]
        if self.card and self.card.picture:
            seen.append(self.card.picture)
        if self.video:
            seen += [self.video, *([self.video.cover] if self.video.cover else []), *self.video.captions]
        if self.document:
            seen.append(self.document)
        return tuple(one.digest for one in seen)

    def to_json(self) -> dict[str, Any]:
        """Return the form that is stored and digested. What is not there is left out, so that an old parcel keeps its digest."""
        more = {
            "form": self.form,
            "title": self.title,
            "video": {**asdict(self.video), "captions": [asdict(one) for one in self.video.captions]} if self.video else None,
            "document": asdict(self.document) if self.document else None,
            "ai": self.ai,
            "paid": self.paid,
            "details": dict(self.details),
            "to": dict(self.to),
        }
        return {
            **{name: value for name, value in more.items() if value},
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
            form=kept.get("form", ""),
            title=kept.get("title", ""),
            video=_video(kept["video"]) if kept.get("video") else None,
            document=Document(**kept["document"]) if kept.get("document") else None,
            ai=kept.get("ai", False),
            paid=kept.get("paid", False),
            details=kept.get("details", {}),
            to=kept.get("to", {}),
        )


def _plain(picture: Picture) -> dict[str, Any]:
    return {name: getattr(picture, name) for name in Picture.__slots__}


def _video(kept: Mapping[str, Any]) -> Video:
    return Video(
        **{
            **kept,
            "cover": Picture(**kept["cover"]) if kept.get("cover") else None,
            "captions": tuple(Captions(**one) for one in kept.get("captions", ())),
        }
    )
