"""The facts of X, each with its source. Its connector comes later."""

from __future__ import annotations

from datetime import date, timedelta

from parvis.core.weights import weighted
from parvis.networks.facts import Fact, ImageRule, Mark, Spec, TextRule, VideoRule

READ = date(2026, 11, 23)
DOCS = "docs.x.com: counting characters; github.com/twitter/twitter-text, config/v3.json"
TOOLS = "limits that public publishing tools enforce (TryPost)"

SPEC = Spec(
    key="x",
    name="X",
    mark=Mark("X", "tile-slate"),
    texts=(TextRule(280, "weight", weighted, Fact(280, DOCS, READ)),),
    images=ImageRule(
        most=4,
        bytes=5_000_000,
        side=8192,
        most_pixels=0,
        types=frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"}),
        alt=1000,
        fact=Fact(5_000_000, TOOLS, READ),
    ),
    videos=VideoRule(most=1, bytes=512_000_000, seconds=140, fact=Fact(140, TOOLS, READ)),
    door="oauth",
    threads=True,
    warnings=False,
    cards=True,
    fold=0,
    settles=timedelta(minutes=1),
    twice=Fact("The same text within minutes is refused, and the account’s own posts are read before anything is sent again.", DOCS, READ),
)
