"""The facts of TikTok, each with its source. Its connector comes later."""

from __future__ import annotations

from datetime import date, timedelta

from parvis.core.text import utf16
from parvis.networks.facts import Fact, ImageRule, Mark, Spec, TextRule, VideoRule

READ = date(2026, 11, 23)
DOCS = "developers.tiktok.com/doc/content-posting-api-reference"
TOOLS = "limits that public publishing tools state (Zernio, Ayrshare)"

SPEC = Spec(
    key="tiktok",
    name="TikTok",
    mark=Mark("Tk", "tile-slate"),
    # With photographs the description takes 4 000, the title 90; a video’s caption 2 200.
    texts=(TextRule(2200, "utf16", utf16, Fact(2200, DOCS, READ)),),
    title=TextRule(90, "utf16", utf16, Fact(90, DOCS, READ)),
    images=ImageRule(
        most=35,
        bytes=20_000_000,
        side=1920,
        most_pixels=0,
        types=frozenset({"image/jpeg", "image/webp"}),
        alt=0,
        fact=Fact(35, TOOLS, READ),
    ),
    videos=VideoRule(most=1, bytes=4_000_000_000, seconds=600, least=3, short=600, ratio=(0.5, 0.6), fact=Fact(600, TOOLS, READ)),
    door="oauth",
    opens="https://www.tiktok.com/upload",
    layout="clip",
    threads=False,
    warnings=False,
    cards=False,
    fold=0,
    visible=100,
    needs="medium",
    hashtags=Fact(5, "TikTok’s limit of 2025, as the French press reports it (adresseip.com)", READ),
    daily=Fact(15, TOOLS, READ),
    links_clickable=False,
    settles=timedelta(minutes=5),
    twice=Fact("The publication’s own number is kept, and its state is read before anything is sent again.", DOCS, READ),
)
