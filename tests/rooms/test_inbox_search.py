"""Conversations are found by their words and by who wrote, whatever the accents, and only one's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from parvis.inbox import queries, search
from parvis.inbox.models import Conversation, Message, Person
from parvis.inbox.queries import Wanted
from tests.rooms.parlour import CAMILLE, YANN, Parlour, channel, gather
from tests.world import NOON, World

AGO = NOON - timedelta(minutes=30)


@pytest.fixture
def parlour(world: World, settings: Any) -> Iterator[Parlour]:
    with time_machine.travel(NOON, tick=False):
        made = Parlour()
        settings.NETWORKS = {**settings.NETWORKS, "parlour": made.network()}
        channel(world)
        made.say("Le gâteau d'anniversaire était délicieux, Éloïse l'a adoré !", AGO, name="m1")
        made.say("Vous livrez les huîtres dimanche ? marie.dupont@example.test", AGO, who=YANN, name="m2")
        gather()
        yield made


def heard(world: World, text: str) -> set[str]:
    rows = Conversation.objects.filter(pk__in=search.found(world.bakery, text))
    return {row.person.handle if row.person else "" for row in rows}


@pytest.mark.parametrize(
    "text", ["gateau", "GÂTEAU", "gateau eloise", "delicieux anniv", "d’anniversaire", "l'a adoré !", "camille", "Dubreuil gateau", "dubr"]
)
def test_words_and_names_are_found_without_their_accents(world: World, parlour: Parlour, text: str) -> None:
    assert heard(world, text) == {"camille.d"}


@pytest.mark.parametrize("text", ["gat eloise", "huitres gateau", '"', "' OR 1=1 --", "c1", "company", "%", "& |"])
def test_what_is_not_there_is_not_found(world: World, parlour: Parlour, text: str) -> None:
    assert heard(world, text) == set()


@pytest.mark.parametrize("text", ["huitres", "dupont", "le goff", "LE  GOFF huit"])
def test_parts_of_addresses_and_names_are_words(world: World, parlour: Parlour, text: str) -> None:
    assert heard(world, text) == {"yann"}


@pytest.mark.parametrize(("said", "text"), [("Cœur de bœuf", "coeur boeuf"), ("Coeur", "cœur"), ("Cafe\u0301 fermé", "café")])
def test_ligatures_and_marks_apart_are_the_same_words(world: World, parlour: Parlour, said: str, text: str) -> None:
    Message.objects.filter(remote_id="m1").update(words=said)
    assert heard(world, text) == {"camille.d"}


def test_an_edit_a_new_name_and_a_deletion_are_followed(world: World, parlour: Parlour) -> None:
    parlour.heard["m1"] = replace(
        parlour.heard["m1"], words="Une brioche", edited_at=NOON, author=replace(CAMILLE, name="Camille Ménard"), at=NOON
    )
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        gather()
    assert heard(world, "gateau") == heard(world, "dubreuil") == set()
    assert heard(world, "menard brioche") == {"camille.d"}
    Person.objects.get(handle="camille.d").delete()
    assert heard(world, "menard") == set()
    Message.objects.filter(remote_id="m1").delete()
    assert heard(world, "brioche") == set()


def test_nobody_finds_what_is_said_to_another_company(world: World, parlour: Parlour) -> None:
    assert not search.found(world.elsewhere, "gateau").exists()


def test_the_list_is_narrowed_by_words(world: World, parlour: Parlour) -> None:
    page = queries.listed(world.bakery, world.bob.pk, Wanted(tab="all", text="huit"), NOON)
    assert [row.conversation.person.handle for row in page.rows if row.conversation.person] == ["yann"]
