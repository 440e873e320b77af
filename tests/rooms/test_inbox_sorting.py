"""What a message is about, by its words: measured on messages marked by hand, explained, and corrected by people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from parvis.inbox import commands
from parvis.inbox.models import Conversation, Message
from parvis.inbox.sorting import TOPICS, sort
from tests.rooms.parlour import Parlour, channel, gather, only
from tests.sortings import MESSAGES, figures, table
from tests.world import NOON, World


@pytest.mark.parametrize("name", ["marked", "unseen"])
def test_messages_are_sorted_as_a_person_did(name: str) -> None:
    measured = figures(name)
    assert measured["messages"] >= 250
    assert measured["right"] >= 0.85
    assert measured["found"] >= 0.90


def test_no_message_is_in_two_sets() -> None:
    words = [row["words"] for rows in MESSAGES.values() for row in rows]
    assert len(set(words)) == len(words)


def test_the_documentation_says_the_figures_that_are_measured() -> None:
    text = (Path(__file__).parents[2] / "docs" / "sorting.md").read_text("utf-8")
    assert "\n".join(table()) in text


def test_every_label_says_which_words_made_it() -> None:
    words = "Bonjour, j'ai attendu 2 h, c'est INADMISSIBLE !! Répondez vite"
    said = sort(words)
    assert (said["topic"], said["urgent"]) == ("complaint", True)
    why = {(one["label"], words[one["start"] : one["end"]]) for one in said["why"]}
    assert {("complaint", "INADMISSIBLE"), ("urgent", "Répondez vite")} <= why


@pytest.mark.parametrize("row", [row for rows in MESSAGES.values() for row in rows if sort(row["words"])["topic"] != "other"][::7])
def test_no_label_stands_without_words(row: dict[str, Any]) -> None:
    said = sort(row["words"])
    places = [(one["start"], one["end"]) for one in said["why"]]
    assert said["topic"] in TOPICS
    assert places
    assert all(0 <= start < end <= len(row["words"]) for start, end in places)


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("pas bon du tout", "complaint"),
        ("jamais déçue", "praise"),
        ("Troooop booon", "praise"),
        ("C'ÉTAIT BON MAIS L'ATTENTE EST INADMISSIBLE", "complaint"),
        ("c kan ke vs ouvrez", "question"),
        ("How much is the blue one?", "purchase"),
        ("Le livreur a renversé mes pots", "complaint"),
        ("J’ai renversé mes pots, vous en revendez ?", "question"),
        ("toujours pas remboursé", "complaint"),
        ("vs ouvré dem1 matin", "question"),
        ("jaurais besoin dun devis pr 3 fenetres", "purchase"),
        ("exelent acceuil, mercii", "praise"),
        ("Vous comptez répondre un jour ?", "complaint"),
        ("", "other"),
        ("\U0001f44d\U0001f3fd", "praise"),
        ("?" * 10_000, "question"),
    ],
)
def test_words_are_read_as_people_write_them(words: str, topic: str) -> None:
    assert sort(words)["topic"] == topic


def test_irony_is_a_doubt_with_its_words() -> None:
    said = sort("Bravo, deux heures d'attente pour une pizza froide")
    assert said["ironic"]
    assert said["topic"] == "complaint"
    assert {"irony", "trouble"} <= {one["label"] for one in said["why"]}
    assert "ironic" not in sort("Bravo, une pizza délicieuse")


@pytest.mark.parametrize(
    ("words", "declared", "language"),
    [
        ("slt c ouvert demain", "", "fr"),
        ("Thanks, great!", "", "en"),
        ("Are you open on the 14th of July?", "", "en"),
        ("Gracias", "", "es"),
        ("Привет, вы открыты?", "", "ru"),
        ("هل أنتم مفتوحون", "", "ar"),
        ("ok", "nl", "nl"),
    ],
)
def test_the_language_is_told(words: str, declared: str, language: str) -> None:
    assert sort(words, declared)["language"] == language


@pytest.fixture
def talk(world: World, settings: Any) -> Iterator[tuple[Parlour, Conversation]]:
    with time_machine.travel(NOON, tick=False):
        made = Parlour()
        settings.NETWORKS = {**settings.NETWORKS, "parlour": made.network()}
        channel(world)
        made.say("Merci pour votre accueil", NOON - timedelta(minutes=30), name="m1")
        gather()
        yield made, only()


def test_what_a_person_corrected_is_kept_and_goes_before(world: World, talk: tuple[Parlour, Conversation]) -> None:
    parlour, conversation = talk
    assert conversation.topic == "praise"
    message = Message.objects.get(remote_id="m1")
    commands.correct_sorting(message=message, facts={"topic": "complaint"}, by=world.actor(world.bob), now=NOON)
    parlour.heard["m1"] = replace(parlour.heard["m1"], words="Merci beaucoup, c'est parfait", edited_at=NOON)
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        gather()
    message.refresh_from_db()
    conversation.refresh_from_db()
    assert (message.sorted["topic"], (message.corrected or {})["topic"], conversation.topic) == ("praise", "complaint", "complaint")
