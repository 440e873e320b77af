"""The facts of YouTube, each with its source. Its connector comes later."""

from __future__ import annotations

from datetime import date, timedelta

from parvis.core.text import graphemes, utf8
from parvis.networks.facts import Fact, ImageRule, Mark, Spec, TextRule, VideoRule

READ = date(2026, 11, 23)
DOCS = "developers.google.com/youtube/v3/docs/videos"

SPEC = Spec(
    key="youtube",
    name="YouTube",
    mark=Mark("Yt", "tile-slate"),
    texts=(TextRule(5000, "bytes", utf8, Fact(5000, f"{DOCS}: snippet.description", READ)),),
    title=TextRule(100, "characters", graphemes, Fact(100, f"{DOCS}: snippet.title", READ)),
    tags=TextRule(500, "characters", len, Fact(500, f"{DOCS}: snippet.tags[]", READ)),
    images=ImageRule(
        most=1,
        bytes=2_000_000,
        side=1280,
        most_pixels=0,
        types=frozenset({"image/jpeg", "image/png"}),
        alt=0,
        fact=Fact(2_000_000, "developers.google.com/youtube/v3/docs/thumbnails/set", READ),
    ),
    videos=VideoRule(most=1, bytes=256_000_000_000, seconds=43_200, short=60, ratio=(0.5, 0.6), fact=Fact(43_200, DOCS, READ)),
    door="oauth",
    layout="watch",
    needs_title=True,
    threads=False,
    warnings=False,
    cards=False,
    fold=157,
    visible=125,
    needs="video",
    settles=timedelta(minutes=5),
    twice=Fact("The upload’s session is kept, and asked how far it got, before anything is sent again.", DOCS, READ),
)
