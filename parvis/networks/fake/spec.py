"""The facts of the fake network: chosen, not read."""

from __future__ import annotations

from datetime import date, timedelta

from parvis.networks.facts import Fact, ImageRule, Mark, Spec, TextRule

OURS = Fact(500, "parvis/networks/fake/__init__.py: the protocol is ours", date(2026, 11, 22))

TEXT = TextRule(500, "characters", len, OURS)

SPEC = Spec(
    key="fake",
    name="Fake",
    mark=Mark("Fx", "tile-slate"),
    texts=(TEXT,),
    answers=TEXT,
    messages=TextRule(1000, "characters", len, OURS),
    images=ImageRule(
        most=4,
        bytes=1_000_000,
        side=4096,
        most_pixels=0,
        types=frozenset({"image/jpeg", "image/png", "image/webp"}),
        alt=1000,
        fact=OURS,
    ),
    door="token",
    threads=True,
    warnings=True,
    cards=False,
    edits=True,
    fold=0,
    settles=timedelta(seconds=20),
    twice=Fact("Nothing avoids a double over there: the account's posts are read before anything is sent again.", OURS.source, OURS.read),
)
