"""The facts of Google Business, each with its source. Its connector comes later."""

from __future__ import annotations

from datetime import date, timedelta

from parvis.core.text import graphemes
from parvis.networks.facts import Fact, ImageRule, Mark, Spec, TextRule

READ = date(2026, 11, 23)
TOOLS = "limits that public publishing tools enforce (Postiz, Zernio); the reference states none"

SPEC = Spec(
    key="google_business",
    name="Google Business",
    mark=Mark("Gb", "shield-green"),
    texts=(TextRule(1500, "characters", graphemes, Fact(1500, TOOLS, READ)),),
    title=TextRule(58, "characters", graphemes, Fact(58, TOOLS, READ)),
    images=ImageRule(
        most=1,
        bytes=5_000_000,
        side=2400,
        most_pixels=0,
        types=frozenset({"image/jpeg", "image/png"}),
        alt=0,
        fact=Fact(5_000_000, TOOLS, READ),
    ),
    door="oauth",
    layout="local",
    threads=False,
    warnings=False,
    cards=False,
    fold=100,
    visible=100,
    links_clickable=False,
    settles=timedelta(minutes=2),
    twice=Fact(
        "The establishment’s own posts are read before anything is sent again.", "developers.google.com/my-business: localPosts", READ
    ),
)
