"""The facts of Instagram, each with its source. Its connector comes later."""

from __future__ import annotations

from datetime import date, timedelta

from parvis.core.text import utf16
from parvis.networks.facts import Fact, ImageRule, Mark, Spec, TextRule, VideoRule

READ = date(2026, 11, 23)
DOCS = "developers.facebook.com/docs/instagram-platform/content-publishing"

SPEC = Spec(
    key="instagram",
    name="Instagram",
    mark=Mark("Ig", "tile-rose"),
    texts=(TextRule(2200, "utf16", utf16, Fact(2200, DOCS, READ)),),
    images=ImageRule(
        most=10,
        bytes=8_000_000,
        side=1440,
        most_pixels=0,
        types=frozenset({"image/jpeg"}),
        alt=1000,
        ratio=(0.8, 1.91),
        fact=Fact(8_000_000, DOCS, READ),
    ),
    videos=VideoRule(most=10, bytes=300_000_000, seconds=900, least=3, short=900, ratio=(0.01, 10), fact=Fact(900, DOCS, READ)),
    door="oauth",
    layout="gallery",
    threads=False,
    warnings=False,
    cards=False,
    fold=125,
    visible=125,
    needs="medium",
    hashtags=Fact(5, "Instagram’s announcement of December 2025: five hashtags in a publication", READ),
    mentions=Fact(20, DOCS, READ),
    daily=Fact(50, f"{DOCS}: content_publishing_limit (50 in 24 hours; the account’s own figure goes before)", READ),
    links_clickable=False,
    settles=timedelta(minutes=5),
    twice=Fact("The container is kept before it is published, and its state is read before anything is sent again.", DOCS, READ),
)
