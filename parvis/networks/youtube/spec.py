"""The facts of YouTube, each with its source."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from parvis.core.say import Say, gettext_noop
from parvis.core.text import graphemes, utf8
from parvis.networks.facts import Fact, Field, Form, ImageRule, Mark, Spec, TextRule, VideoRule
from parvis.networks.google import APP
from parvis.networks.youtube.guide import GUIDE
from parvis.networks.youtube.limits import UPLOADS

READ = date(2026, 11, 23)
DOCS = "developers.google.com/youtube/v3/docs/videos"
SHORT = "short"
SHORTS = Fact(180, "support.google.com/youtube/answer/15424877: upright or square, up to three minutes; no flag says so", READ)
VIDEO = VideoRule(
    most=1, bytes=256_000_000_000, seconds=43_200, short=60, ratio=(0.5, 0.6), side=3840, fact=Fact(43_200, DOCS, READ),
    types=frozenset({"video/mp4", "video/quicktime", "video/webm"}),
)  # fmt: skip

SPEC = Spec(
    key="youtube",
    name="YouTube",
    mark=Mark("Yt", "tile-slate"),
    texts=(TextRule(5000, "bytes", utf8, Fact(5000, f"{DOCS}: snippet.description", READ)),),
    title=TextRule(100, "characters", graphemes, Fact(100, f"{DOCS}: snippet.title", READ)),
    tags=TextRule(500, "characters", len, Fact(500, f"{DOCS}: snippet.tags[]", READ)),
    images=ImageRule(
        most=0,
        bytes=2_000_000,
        side=1280,
        most_pixels=0,
        types=frozenset({"image/jpeg", "image/png"}),
        alt=0,
        fact=Fact(2_000_000, "developers.google.com/youtube/v3/docs/thumbnails/set", READ),
    ),
    videos=VIDEO,
    door="oauth",
    layout="watch",
    needs_title=True,
    threads=False,
    warnings=False,
    cards=False,
    fold=157,
    visible=125,
    needs="video",
    # A wrong absence makes no second video, for the session makes one only; a comment has nothing but its list.
    settles=timedelta(minutes=2),
    twice=Fact(
        gettext_noop("The upload’s session is kept, and asked how far it got, before anything is sent again."),
        "developers.google.com/youtube/v3/guides/using_resumable_upload_protocol",
        READ,
    ),
    guide=GUIDE,
    daily=UPLOADS,
    forms=(
        Form(
            SHORT,
            Say(gettext_noop("Short (upright, up to three minutes)")),
            needs="video",
            videos=replace(VIDEO, seconds=SHORTS.value, shape=(0.4, 1.0), fact=SHORTS),
            most_pictures=0,
        ),
    ),
    fields=(
        Field(
            "privacy",
            Say(gettext_noop("Who may see it")),
            "choice",
            options=(
                ("public", Say(gettext_noop("Everybody"))),
                ("unlisted", Say(gettext_noop("Those who have the link"))),
                ("private", Say(gettext_noop("Nobody but the channel"))),
            ),
        ),
        Field(
            "tags",
            Say(gettext_noop("Keywords")),
            "line",
            most=500,
            help=Say(gettext_noop("Separated by commas: what a customer would type.")),
        ),
        Field(
            "category",
            Say(gettext_noop("Category")),
            "choice",
            options=(
                ("22", Say(gettext_noop("People and blogs"))),
                ("26", Say(gettext_noop("How-to and style"))),
                ("27", Say(gettext_noop("Education"))),
                ("24", Say(gettext_noop("Entertainment"))),
                ("19", Say(gettext_noop("Travel and events"))),
                ("28", Say(gettext_noop("Science and technology"))),
                ("25", Say(gettext_noop("News and politics"))),
                ("29", Say(gettext_noop("Associations and causes"))),
                ("17", Say(gettext_noop("Sports"))),
                ("10", Say(gettext_noop("Music"))),
                ("1", Say(gettext_noop("Film and animation"))),
                ("2", Say(gettext_noop("Cars and vehicles"))),
                ("15", Say(gettext_noop("Pets and animals"))),
                ("20", Say(gettext_noop("Games"))),
                ("23", Say(gettext_noop("Comedy"))),
            ),
        ),
        Field(
            "kids",
            Say(gettext_noop("Made for children")),
            "flag",
            help=Say(gettext_noop("The law asks for it: such a video has no comments and no targeted advertising.")),
        ),
        Field(
            "playlist",
            Say(gettext_noop("Playlist")),
            "line",
            help=Say(gettext_noop("The address of one of the channel’s playlists, or nothing.")),
        ),
        Field(
            "license",
            Say(gettext_noop("Licence")),
            "choice",
            options=(
                ("youtube", Say(gettext_noop("YouTube’s usual one"))),
                ("creativeCommon", Say(gettext_noop("Creative Commons: others may use it and must name you"))),
            ),
        ),
        Field(
            "embed",
            Say(gettext_noop("On other websites")),
            "choice",
            options=(("yes", Say(gettext_noop("May be shown there"))), ("no", Say(gettext_noop("May not be shown there")))),
        ),
        Field(
            "notify",
            Say(gettext_noop("Subscribers")),
            "choice",
            options=(("yes", Say(gettext_noop("Are told of it"))), ("no", Say(gettext_noop("Are not told of it")))),
        ),
    ),
    comment=TextRule(
        10_000,
        "characters",
        graphemes,
        Fact(10_000, "YouTube’s own comment box [unverified]; the interface only answers commentTextTooLong", READ),
    ),
    edits=True,
    judges=True,
    discloses=frozenset({"ai", "paid"}),
    captions=frozenset({"text/vtt", "application/x-subrip"}),
    app=replace(
        APP,
        takes=Say(
            gettext_noop("Videos stay private until Google has audited your project: a form to fill in, then some weeks of waiting.")
        ),
    ),
    opens="https://studio.youtube.com",
)
