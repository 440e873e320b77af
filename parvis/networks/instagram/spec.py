"""The facts of Instagram, each with its source."""

from __future__ import annotations

from datetime import date, timedelta

from parvis.core.say import Say, gettext_noop
from parvis.core.text import utf8, utf16
from parvis.networks.facts import AppRule, Fact, Form, ImageRule, Mark, Spec, TextRule, VideoRule
from parvis.networks.instagram.guide import GUIDE

READ = date(2026, 11, 23)
DOCS = "developers.facebook.com/docs/instagram-platform/content-publishing"
STORY = VideoRule(
    most=1,
    bytes=100_000_000,
    seconds=60,
    least=3,
    fact=Fact(60, f"{DOCS}: stories of 3 to 60 seconds, 100 MB", READ),
    bits=25_000_000,
    shape=(0.1, 10),
)

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
    videos=VideoRule(
        most=10,
        bytes=300_000_000,
        seconds=900,
        least=3,
        short=900,
        ratio=(0.01, 10),
        bits=25_000_000,
        fact=Fact(900, f"{DOCS}: reels of 3 seconds to 15 minutes, 300 MB, 1920 pixels wide, 25 Mbit/s", READ),
    ),
    door="oauth",
    layout="gallery",
    mixes=True,
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
    guide=GUIDE,
    forms=(
        Form(
            "story",
            Say(gettext_noop("Story")),
            needs="medium",
            texts=(),
            images=ImageRule(
                most=1,
                bytes=8_000_000,
                side=1920,
                most_pixels=0,
                types=frozenset({"image/jpeg"}),
                alt=0,
                fact=Fact(8_000_000, DOCS, READ),
            ),
            videos=STORY,
            most_pictures=1,
        ),
    ),
    comment=TextRule(2200, "utf16", utf16, Fact(2200, "unverified: the length of a caption is taken for that of a comment", READ)),
    messages=TextRule(1000, "bytes", utf8, Fact(1000, "developers.facebook.com, Instagram messaging: 1,000 bytes of text", READ)),
    discloses=frozenset({"ai", "paid"}),
    fetches=True,
    app=AppRule(
        "meta",
        "App ID",
        "App secret",
        "https://developers.facebook.com/apps/",
        Say(gettext_noop("An application to create at Meta once: about twenty minutes. No review is needed for your own pages.")),
        ways=(
            ("", Say(gettext_noop("Through the page that the account is linked to: the values of your application"))),
            ("direct", Say(gettext_noop("Without a page: the Instagram app ID and secret, under “API setup with Instagram login”"))),
        ),
    ),
    opens="https://www.instagram.com/",
)
