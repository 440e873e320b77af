"""Screens: invented conversations in every state, for the page of patterns. Nothing of it is in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from parvis.channels.models import Channel
from parvis.core.say import Say, gettext_noop
from parvis.inbox.models import Conversation, Message, Person, Standing, Status
from parvis.inbox.queries import Row, Shown
from parvis.people.models import User
from parvis.publishing.models import Delivery
from parvis.publishing.moves import told
from parvis.web.inbox import Watch, line_of
from parvis.web.talking import Day, Said

# As people write them: samples are not translated.
CALLED = ("Camille Dubreuil", "Marie-Odile Duplessis de la Forestière et du marché de Talensac", "Yannick Le Goff", "Inès")
ASKED = "Bonjour, est-ce que vous faites des bûches sans gluten ? C’est pour 8 personnes, le 24. " * 3
WARN = timedelta(hours=1)
WHY, CURE = Say(gettext_noop("The network said no.")), Say(gettext_noop("Answer on its own page."))
FACTS: tuple[dict[str, Any], ...] = (
    {"hours": 6, "due": -2, "urgent": True, "topic": "complaint"}, {"hours": 4, "due": 0.5, "topic": "question"},
    {"hours": 1, "due": 5, "kind": "mention"}, {"hours": 9, "status": Status.DONE, "last_mine": True},
)  # fmt: skip


def letters(channels: Sequence[Channel], now: datetime) -> dict[str, Any]:
    """Return lines of the list and messages of a conversation, in their states."""
    rows = [Row(_talk(place, channels[place % len(channels)], facts, now), unread=place == 0) for place, facts in enumerate(FACTS, 1)]
    rows[0].labels = ["Noël"]
    rows[1].standing, rows[1].here, rows[2].draft, rows[2].standing = Standing.FAILED, [User(name="Bob")], True, Standing.ASKS
    lines = [line_of(row, reverse("conversation", args=["patterns", 0]), Watch(now, WARN)) for row in rows]
    talk = rows[0].conversation
    return {
        "lines": lines, "talk": talk, "letter_days": [Day(timezone.localtime(now).date(), _said(talk, now))],
        "answers": True, "moderates": True, "deciding": {None}, "elsewhere": "https://example.com/",
    }  # fmt: skip


def _talk(place: int, channel: Channel, facts: dict[str, Any], now: datetime) -> Conversation:
    since, due = now - timedelta(hours=facts["hours"]), facts.get("due")
    return Conversation(
        pk=place, channel=channel, kind=facts.get("kind", "message"), person=Person(name=CALLED[place - 1], handle="c"),
        last_words=ASKED[:200],
        status=facts.get("status", Status.OPEN), last_mine=facts.get("last_mine", False), topic=facts.get("topic", ""),
        urgent=facts.get("urgent", False), waiting_since=None if due is None else since,
        due_at=None if due is None else now + timedelta(hours=due),
    )  # fmt: skip


def _said(talk: Conversation, now: datetime) -> list[Said]:
    theirs = {"person": talk.person, "remote_id": "x"}
    hangs = [{"kind": "picture", "url": "https://example.com/buche.jpg", "name": "buche.jpg"}]
    rows: list[dict[str, Any]] = [
        {**theirs, "words": ASKED, "attached": hangs, "liked": True},
        {**theirs, "words": "Du mardi au samedi ?", "edited_at": now, "before": [{"words": "Du mardi au dimanche ?", "until": ""}]},
        {**theirs, "words": "Oubliez ma question.", "gone_at": now},
        {**theirs, "words": "Gagnez de l’argent", "hidden": True, "wish": "delete"},
        {"mine": True, "by": User(name="Inès"), "words": "Bonsoir, oui, à partir de 7 h.", "remote_id": "y"},
        {"mine": True, "by": User(name="Bob"), "words": "Nous vous attendons.", "standing": Standing.LEAVING},
        {"mine": True, "by": User(name="Bob"), "words": "À bientôt !", "standing": Standing.ASKS},
        {"mine": True, "words": "Merci !", "standing": Standing.FAILED, "told": told(WHY, CURE),
         "delivery": Delivery(state="asked", parcel={})},
    ]  # fmt: skip
    return [
        Said(Shown(Message(pk=place, conversation=talk, at=now, **facts)), frozenset({"like", "hide", "delete"}))
        for place, facts in enumerate(rows, 1)
    ]
