"""The facts of Facebook, each with its source."""

from __future__ import annotations

from datetime import date, timedelta

from parvis.core.say import Say, gettext_noop
from parvis.networks.facebook.guide import GUIDE
from parvis.networks.facts import AppRule, Fact, Field, Form, ImageRule, Mark, Spec, TextRule, VideoRule

READ = date(2026, 11, 23)
TOOLS = "limits that public publishing tools enforce (Postiz, TryPost)"
UNVERIFIED = "unverified: the documentation gives no number; public tools enforce this one"
SDK = "the vendor’s SDK 26.0.3, generated from the schema of v26.0"
REELS = "developers.facebook.com, Reels publishing: 3 to 90 seconds, 9:16, 540 by 960 pixels at least, 24 to 60 frames, 30 a day"
STORIES = "developers.facebook.com, Page stories (length unverified)"

SPEC = Spec(
    key="facebook",
    name="Facebook",
    mark=Mark("Fb", "round-blue"),
    texts=(TextRule(63_206, "characters", len, Fact(63_206, UNVERIFIED, READ)),),
    images=ImageRule(
        most=10,
        bytes=4_000_000,
        side=2048,
        most_pixels=0,
        types=frozenset({"image/jpeg", "image/png"}),
        alt=1000,
        fact=Fact(4_000_000, "developers.facebook.com, Graph API: page photos (JPG, PNG, less than 4 MB); ten of them: " + TOOLS, READ),
    ),
    videos=VideoRule(
        most=1,
        bytes=10_000_000_000,
        seconds=14_400,
        short=90,
        ratio=(0.5, 0.6),
        fact=Fact(14_400, TOOLS, READ),
        types=frozenset({"video/mp4"}),
    ),
    door="oauth",
    layout="page",
    threads=False,
    warnings=False,
    cards=True,
    fold=477,
    visible=125,
    settles=timedelta(minutes=2),
    twice=Fact("The page’s own posts are read before anything is sent again.", "developers.facebook.com, Graph API: page feed", READ),
    guide=GUIDE,
    forms=(
        Form(
            "reel",
            Say(gettext_noop("Reel")),
            needs="video",
            videos=VideoRule(
                most=1, bytes=1_000_000_000, seconds=90, least=3, fact=Fact(90, REELS, READ), shape=(0.5, 0.6), ratio=(0.5, 0.6), short=90
            ),
            most_pictures=0,
        ),
        Form(
            "story",
            Say(gettext_noop("Story")),
            needs="medium",
            texts=(),
            videos=VideoRule(most=1, bytes=1_000_000_000, seconds=60, fact=Fact(60, STORIES, READ), shape=(0.5, 0.6)),
            most_pictures=1,
        ),
    ),
    fields=(
        Field(
            "sponsor",
            Say(gettext_noop("Page of the partner")),
            "line",
            forms=frozenset({""}),
            most=30,
            help=Say(
                gettext_noop("The number of the partner's page, where somebody pays for this publication; it stands under “About” there.")
            ),
        ),
    ),
    comment=TextRule(8000, "characters", len, Fact(8000, UNVERIFIED, READ)),
    messages=TextRule(2000, "characters", len, Fact(2000, "unverified: public tools take 2,000 signs for a message’s end", READ)),
    edits=True,
    judges=True,
    discloses=frozenset({"ai"}),
    captions=frozenset({"application/x-subrip"}),
    app=AppRule(
        "meta",
        "App ID",
        "App secret",
        "https://developers.facebook.com/apps/",
        Say(gettext_noop("An application to create at Meta once: about twenty minutes. No review is needed for your own pages.")),
    ),
    opens="https://www.facebook.com/",
)
