"""The facts of Bluesky, each with its source."""

from __future__ import annotations

from datetime import date, timedelta

from parvis.core.say import Say, gettext_noop
from parvis.core.text import graphemes, utf8
from parvis.networks.bluesky.guide import GUIDE
from parvis.networks.facts import Fact, ImageRule, Mark, Spec, TextRule

READ = date(2026, 11, 22)
LEXICONS = "github.com/bluesky-social/atproto, lexicons"

MOST_TAG = Fact(64, f"{LEXICONS}/app/bsky/richtext/facet.json: tag.maxGraphemes", READ)
MOST_TAG_BYTES = Fact(640, f"{LEXICONS}/app/bsky/richtext/facet.json: tag.maxLength", READ)

TEXT = TextRule(300, "graphemes", graphemes, Fact(300, f"{LEXICONS}/app/bsky/feed/post.json: text.maxGraphemes", READ))
MESSAGES = Fact(1000, f"{LEXICONS}/chat/bsky/convo/defs.json: messageInput.text.maxGraphemes", READ)

SPEC = Spec(
    key="bluesky",
    name="Bluesky",
    mark=Mark("Bs", "arch-sky"),
    texts=(
        TEXT,
        TextRule(3000, "bytes", utf8, Fact(3000, f"{LEXICONS}/app/bsky/feed/post.json: text.maxLength", READ)),
    ),
    answers=TEXT,
    messages=TextRule(1000, "graphemes", graphemes, MESSAGES),
    images=ImageRule(
        most=4,
        bytes=2_000_000,
        # The network's own app sends at most 2000 pixels a side; the schema sets no limit in pixels.
        side=2000,
        most_pixels=0,
        types=frozenset({"image/jpeg", "image/png", "image/webp"}),
        alt=2000,
        fact=Fact(2_000_000, f"{LEXICONS}/app/bsky/embed/images.json: images.maxLength, image.maxSize", READ),
    ),
    opens="https://bsky.app/intent/compose",
    door="password",
    threads=True,
    warnings=False,
    warning_note=Say(
        gettext_noop(
            "Bluesky has no content warning in words: yours becomes the first line of the text, "
            "and the pictures are covered until the reader opens them."
        )
    ),
    cards=True,
    card_picture=ImageRule(
        most=1,
        bytes=1_000_000,
        side=1200,
        most_pixels=0,
        types=frozenset({"image/jpeg", "image/png", "image/webp"}),
        alt=0,
        fact=Fact(1_000_000, f"{LEXICONS}/app/bsky/embed/external.json: thumb.maxSize", READ),
    ),
    fold=0,
    # The account's own server reads its own writes at once; this waits for a call that is still on its way there.
    settles=timedelta(seconds=15),
    twice=Fact(
        gettext_noop("The record’s key is chosen before the first call, and the call may only create: the same key never makes two posts."),
        f"{LEXICONS}/com/atproto/repo/putRecord.json: swapRecord; seen on @atproto/pds 0.5.35",
        READ,
    ),
    guide=GUIDE,
)
