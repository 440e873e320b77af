"""The facts of LinkedIn, each with its source. Its connector comes later."""

from __future__ import annotations

from datetime import date, timedelta

from parvis.core.text import escaped
from parvis.networks.facts import DocumentRule, Fact, ImageRule, Mark, Spec, TextRule, VideoRule

READ = date(2026, 11, 23)
DOCS = "learn.microsoft.com/linkedin/marketing: Posts API"
TOOLS = "limits that public publishing tools enforce (Postiz, BrightBean, Ayrshare)"

SPEC = Spec(
    key="linkedin",
    name="LinkedIn",
    mark=Mark("Li", "square-navy"),
    # The page of help says 3 000 characters; how reserved signs count is not documented: as they are sent, escaped, is the safe side.
    texts=(TextRule(3000, "characters", escaped, Fact(3000, f"linkedin.com/help; {TOOLS}", READ)),),
    images=ImageRule(
        most=20,
        bytes=5_000_000,
        side=6012,
        most_pixels=36_152_320,
        types=frozenset({"image/jpeg", "image/png", "image/gif"}),
        alt=4086,
        fact=Fact(36_152_320, DOCS, READ),
    ),
    videos=VideoRule(most=1, bytes=500_000_000, seconds=600, least=3, fact=Fact(600, TOOLS, READ)),
    documents=DocumentRule(bytes=100_000_000, pages=300, title=400, fact=Fact(300, DOCS, READ)),
    door="oauth",
    layout="page",
    threads=False,
    warnings=False,
    cards=True,
    fold=210,
    visible=140,
    daily=Fact(150, TOOLS, READ),
    settles=timedelta(minutes=2),
    twice=Fact("The page’s own posts are read before anything is sent again.", DOCS, READ),
)
