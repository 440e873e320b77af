"""The facts of Facebook, each with its source. Its connector comes later."""

from __future__ import annotations

from datetime import date, timedelta

from parvis.core.text import graphemes
from parvis.networks.facts import Fact, ImageRule, Mark, Spec, TextRule, VideoRule

READ = date(2026, 11, 23)
TOOLS = "limits that public publishing tools enforce (Postiz, TryPost)"

SPEC = Spec(
    key="facebook",
    name="Facebook",
    mark=Mark("Fb", "round-blue"),
    texts=(TextRule(63_206, "characters", graphemes, Fact(63_206, TOOLS, READ)),),
    images=ImageRule(
        most=10,
        bytes=4_000_000,
        side=2048,
        most_pixels=0,
        types=frozenset({"image/jpeg", "image/png"}),
        alt=1000,
        fact=Fact(4_000_000, TOOLS, READ),
    ),
    videos=VideoRule(most=1, bytes=10_000_000_000, seconds=14_400, short=90, ratio=(0.5, 0.6), fact=Fact(14_400, TOOLS, READ)),
    door="oauth",
    layout="page",
    threads=False,
    warnings=False,
    cards=True,
    fold=477,
    visible=125,
    settles=timedelta(minutes=2),
    twice=Fact("The page’s own posts are read before anything is sent again.", "developers.facebook.com, Graph API: page feed", READ),
)
