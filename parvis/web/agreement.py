"""The pieces of approvals in every state, for the page of patterns: lines of the list, steps, what changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy

from parvis.channels.models import Channel
from parvis.delegation.approvals import CHANGED
from parvis.delegation.circuits import BY_MANDATE, Step
from parvis.delegation.models import Approval, Bearer, Decision, Mandate, Side, Stage, Standing, Verdict
from parvis.delegation.requests import Stair
from parvis.people.models import Member, User
from parvis.posts.comparing import compare
from parvis.web.asked import VERDICTS, line
from parvis.web.wording import STANDINGS

LONG = "Nous cherchons un apprenti pour la rentrée de janvier, au fournil comme à la boutique, sans expérience exigée"
WHY_NEEDED = gettext_lazy("Say why: whoever wrote it needs it to go on. Nothing was decided yet.")
WHO = "Paul Le Guennec-Kerbrat"


def agreement(channels: Sequence[Channel], now: datetime) -> dict[str, Any]:
    """Return what the page of patterns shows of approvals."""
    known = {channel.pk: channel for channel in channels}
    bearer = Bearer(member=Member(user=User(name=WHO)))
    rows = [_request(place, stage, [*known], now) for place, stage in enumerate(Stage, 1)]
    before, after = (
        _version(1, "La bûche est là, à 9 h.", now),
        _version(2, "La bûche aux marrons est là, dès 9 h 30.", now + timedelta(hours=1)),
    )
    return {
        "asked_lines": [line(row, known, now) for row in rows], "asked_stairs": _stairs(now), "asked_changes": compare(before, after),
        "asked_verdicts": VERDICTS, "asked_one": rows[0], "decisions": _decisions(rows),
        "mandates": [(_mandate(n, standing, now), STANDINGS[standing], [bearer]) for n, standing in enumerate(Standing, 1)],
    }  # fmt: skip


def _decisions(rows: Sequence[Approval]) -> list[dict[str, Any]]:
    """Return the form of a decision: as it is met, without the words that a no needs, put off, and after the hour."""
    states = {row.stage: row for row in rows}
    return [
        {"approval": states[Stage.WAITING]},
        {"approval": states[Stage.WAITING], "wrong": WHY_NEEDED, "typed": LONG},
        {"approval": states[Stage.HELD]},
        {"approval": states[Stage.LAPSED], "late": True},
    ]


def _mandate(place: int, standing: Standing, now: datetime) -> Mandate:
    today = now.date()
    called = f"{WHO}, {LONG}" if place % 2 else WHO
    accounts = {str(number): ["propose"] for number in range(place)}
    return Mandate(pk=place, called=called, accounts=accounts, standing=standing, first_day=today, last_day=today + timedelta(days=99))


def _request(place: int, stage: Stage, channels: list[int], now: datetime) -> Approval:
    at = None if stage == Stage.HELD else now + timedelta(hours=place)
    return Approval(
        pk=place, label=LONG if place % 2 else "La bûche", subject="answer" if place == 2 else "post", version=place, stage=stage, at=at,
        channels=channels[:place], who=WHO, asked_at=now, why=[BY_MANDATE.to_json()], steps=[Step().to_json()], ended=CHANGED.to_json(),
    )  # fmt: skip


def _version(number: int, text: str, at: datetime) -> Approval:
    part: dict[str, Any] = {"text": text, "language": "fr", "pictures": [], "warning": "", "card": None}
    return Approval(version=number, at=at, content={"accounts": [{"channel": 1, "handle": "boulangerie-lenoir.example", "parts": [part]}]})


def _stairs(now: datetime) -> list[Stair]:
    people = [User(name="Alice"), User(name=WHO)]
    said = [Decision(verdict=verdict, who=WHO, words="" if verdict == Verdict.YES else LONG, at=now) for verdict in Verdict]
    return [
        Stair(0, Step(Side.INSIDE), [], said, done=True, now=False), Stair(1, Step(Side.CLIENT, "all"), people, [], done=False, now=True),
        Stair(2, Step(Side.CLIENT), people[:1], [], done=False, now=False),
    ]  # fmt: skip
