"""What is checked: a text read once, what goes with it, and the network that would get it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from parvis.networks.codes.profile import Profile
from parvis.networks.codes.reading import Reading
from parvis.networks.codes.rule import Hit
from parvis.networks.facts import Spec

# What a text is published as, whatever a network calls it.
Form = Literal["post", "story", "short", "event", "offer", "document"]
FORMS: tuple[Form, ...] = get_args(Form)


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture, a video or a document. 0 and "" where unknown: a rule then says nothing. Sizes in pixels, bytes and seconds.

    `decorative` is a conscious waiver of the description; `captions` tells whether a video has subtitles (None: unknown).
    """

    kind: Literal["image", "video", "document"] = "image"
    name: str = ""
    mime: str = ""
    width: int = 0
    height: int = 0
    size: int = 0
    seconds: float = 0
    pages: int = 0
    alt: str = ""
    decorative: bool = False
    captions: bool | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier or coming post of the same company on the same network: for the rules of rhythm and repetition."""

    at: datetime
    text: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What goes with a text whatever the network. `at` is the hour of departure, aware and in the company's zone; None: not chosen.

    `texts` holds the text each chosen network gets, by key. `history` holds the posts around this one, by network.
    `partnership`: somebody pays for it. `synthetic`: its pictures were made or altered by a machine.
    """

    media: tuple[Medium, ...] = ()
    at: datetime | None = None
    profile: Profile = field(default_factory=Profile)
    texts: Mapping[str, str] = field(default_factory=dict)
    history: Mapping[str, tuple[Past, ...]] = field(default_factory=dict)
    partnership: bool = False
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """One text for one network. `title`, `tags` and `form` serve the networks that have them ("" and "post" else).

    `part` counts from 0 in a thread of `parts`. `answers` keeps what shared rules found, for the other networks of the same reading.
    """

    reading: Reading
    network: str
    spec: Spec
    context: Context = field(default_factory=Context)
    title: str = ""
    tags: tuple[str, ...] = ()
    form: Form = "post"
    part: int = 0
    parts: int = 1
    answers: dict[str, tuple[Hit, ...]] = field(default_factory=dict, compare=False)

    @property
    def text(self) -> str:
        """The text itself."""
        return self.reading.text

    @property
    def profile(self) -> Profile:
        """The company's profile."""
        return self.context.profile

    @property
    def media(self) -> tuple[Medium, ...]:
        """What goes with the text."""
        return self.context.media

    @property
    def images(self) -> list[tuple[int, Medium]]:
        """The pictures, each with its number among the media."""
        return [(n, medium) for n, medium in enumerate(self.context.media) if medium.kind == "image"]

    @property
    def videos(self) -> list[tuple[int, Medium]]:
        """The videos, each with its number among the media."""
        return [(n, medium) for n, medium in enumerate(self.context.media) if medium.kind == "video"]
