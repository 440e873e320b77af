"""Five networks that exist nowhere, with every form, field and limit that the composer must draw and check: the tests own their facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, cast

import pytest

from parvis.channels.models import Channel
from parvis.core.say import Say
from parvis.core.text import URL, graphemes
from parvis.media.files import keep
from parvis.media.models import Asset, Kind
from parvis.networks.contract import Network
from parvis.networks.facts import (
    DocumentRule,
    Fact,
    Field,
    Form,
    ImageRule,
    Mark,
    Price,
    Spec,
    TextRule,
    VideoRule,
)
from parvis.posts.models import Post, PostPicture
from tests.rooms.bakery import channel
from tests.world import NOON, World

FACT = Fact(0, "a test", date(2026, 11, 27))


def letters(most: int) -> TextRule:
    return TextRule(most, "characters", graphemes, FACT)


PLAIN = Spec(
    key="talk",
    name="Parlotte",
    mark=Mark("Pa", "tile-slate"),
    texts=(letters(280),),
    images=ImageRule(4, 5_000_000, 4096, 0, frozenset({"image/jpeg", "image/png"}), 1000, FACT),
    videos=VideoRule(most=1, bytes=500_000_000, seconds=140, fact=FACT),
    door="oauth",
    threads=True,
    warnings=False,
    cards=True,
    fold=0,
    settles=timedelta(minutes=1),
    twice=FACT,
    comment=letters(280),
    price=lambda parcel: Price(200_000, Say("a link")) if URL.search(parcel.text) else Price(15_000, Say("no link")),
)
GALLERY = replace(
    PLAIN,
    key="gallery",
    name="Vitrine",
    mark=Mark("Vi", "tile-rose"),
    texts=(letters(2200),),
    layout="gallery",
    videos=VideoRule(most=1, bytes=300_000_000, seconds=900, least=3, short=90, ratio=(0.5, 0.6), fact=FACT),
    threads=False,
    cards=False,
    fold=125,
    links_clickable=False,
    needs="medium",
    forms=(
        Form("story", Say("Story"), needs="medium", texts=(), most_pictures=1),
        Form("reel", Say("Reel"), needs="video", most_pictures=0),
    ),
    comment=letters(100),
    discloses=frozenset({"ai"}),
    price=None,
)
WATCH = replace(
    GALLERY,
    key="watch",
    name="Lucarne",
    mark=Mark("Lu", "tile-slate"),
    texts=(letters(5000),),
    layout="watch",
    title=letters(100),
    needs="video",
    needs_title=True,
    forms=(),
    fields=(
        Field("privacy", Say("Who sees it"), "choice", options=(("public", Say("Everybody")), ("unlisted", Say("Who has the address")))),
        Field("children", Say("Made for children"), "flag"),
    ),
)
LOCAL = replace(
    GALLERY,
    key="local",
    name="Carte",
    mark=Mark("Ca", "shield-green"),
    texts=(letters(1500),),
    layout="local",
    title=letters(58),
    titled=frozenset({"event"}),
    videos=None,
    needs="",
    forms=(Form("event", Say("Event"), takes_videos=False, most_pictures=1),),
    fields=(
        Field("starts", Say("Begins"), "moment", frozenset({"event"}), needed=True),
        Field("ends", Say("Ends"), "moment", frozenset({"event"}), needed=True, after="starts"),
        Field("button", Say("Button"), "choice", options=(("", Say("None")), ("book", Say("Book")))),
        Field("to", Say("Address of the button"), "address", most=60),
    ),
    comment=None,
)
PAGES = replace(
    PLAIN,
    key="pages",
    name="Cartable",
    mark=Mark("Cb", "square-navy"),
    texts=(letters(3000),),
    layout="page",
    threads=False,
    documents=DocumentRule(bytes=100_000_000, pages=300, title=40, fact=FACT),
    price=None,
)


def network(spec: Spec) -> Network:
    return Network(spec, cast(Any, None), cast(Any, None), lambda now: now.isoformat())


@pytest.fixture
def square(settings: Any) -> None:
    """Put the five networks beside those of the house."""
    settings.NETWORKS = {**settings.NETWORKS, **{spec.key: network(spec) for spec in (PLAIN, GALLERY, WATCH, LOCAL, PAGES)}}


def account(world: World, key: str) -> Channel:
    return channel(world, key, f"lenoir.{key}")


def asset(world: World, kind: Kind, name: str, **more: Any) -> Asset:
    fields = {"width": 1080, "height": 1920, "size": 2_000_000, "digest": keep(name.encode()), "created_at": NOON} | more
    return Asset.objects.create(company=world.bakery, kind=kind, name=name, **fields)


# What every network takes as it is.
PROBED = {"video": "h264", "pixels": "yuv420p", "rotation": 0, "audio": "aac", "hertz": 48_000, "frames": 25, "bits": 800_000}


def film(world: World, name: str = "fournil.mp4", **more: Any) -> Asset:
    return asset(world, Kind.VIDEO, name, **{"mime": "video/mp4", "seconds": 20.0, "probed": PROBED, **more})


def booklet(world: World, name: str = "carte-de-noel.pdf", **more: Any) -> Asset:
    return asset(world, Kind.DOCUMENT, name, **{"mime": "application/pdf", "pages": 4, "width": 595, "height": 842, **more})


def place(post: Post, *assets: Asset, part: int = 0) -> None:
    for position, one in enumerate(assets):
        PostPicture.objects.create(post=post, asset=one, part=part, position=position)
