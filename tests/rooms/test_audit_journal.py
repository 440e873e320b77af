"""The journal: every verb has its sentence, everything can be reached, nothing of others is shown."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

import parvis
from parvis.audit.commands import GRAMMAR, record
from parvis.audit.models import Entry
from parvis.audit.queries import SIZE
from parvis.audit.sentences import SENTENCES, sentence
from parvis.people.actors import HOUSE
from tests.world import NOON, World

HERE = Path(parvis.__file__).parent
ROOMS = ("people", "delegation", "voice", "channels", "media", "publishing", "posts", "inbox", "worker", "cli", "web")


def trees() -> Iterator[tuple[Path, ast.AST]]:
    for room in ROOMS:
        for path in (HERE / room).rglob("*.py"):
            yield path, ast.parse(path.read_text())


def test_every_verb_that_is_recorded_has_a_sentence() -> None:
    rooms = re.compile(rf"({'|'.join(ROOMS)}):[a-z_]+:[a-z_]+")
    found = {
        node.value
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and rooms.fullmatch(node.value)
    }
    assert len(found) > 30
    assert not found - set(SENTENCES), "verbs without a sentence in parvis/audit/sentences.py"
    assert not set(SENTENCES) - found, "sentences of verbs that nothing records"


def test_no_verb_is_put_together_where_nobody_can_find_it() -> None:
    wrong = [
        f"{path.name}:{node.lineno}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        and re.match(rf"({'|'.join(ROOMS)}):[a-z_]+:", "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant)))
    ]
    assert not wrong


@pytest.mark.parametrize("verb", sorted(SENTENCES))
def test_a_sentence_reads_with_the_facts_that_every_entry_has(verb: str) -> None:
    assert GRAMMAR.fullmatch(verb)
    entry = Entry(verb=verb, who="Alice", label="Le seigle", facts={"role": "owner", "before": "reader"})
    said = str(sentence(entry))
    assert "Alice" in said or "Le seigle" in said, said
    assert "%" not in said


def test_an_entry_of_another_age_is_still_shown(world: World) -> None:
    said = str(sentence(Entry(verb="posts:post:enchanted", who="Alice", label="Le seigle")))
    assert "Alice" in said
    assert "Le seigle" in said
    assert "Alice" in str(sentence(Entry(verb="people:member:given_role", who="Alice", label="Bob", facts={})))


def write(world: World, number: int, **more: object) -> None:
    given = {"by": world.actor(world.alice), "now": NOON, "company_id": world.bakery.pk, "label": f"n° {number}."} | more
    record(str(given.pop("verb", "posts:post:written")), **given)  # type: ignore[arg-type]


def test_every_entry_can_be_reached_once_page_after_page(world: World, client: Client) -> None:
    """Many share one moment, as those of one command do."""
    total = 2 * SIZE + 7
    for number in range(total):
        write(world, number, now=NOON + timedelta(seconds=number // 40))
    client.force_login(world.alice)
    url, seen = "/c/lenoir/settings/journal/", []
    while url:
        page = client.get(url).content.decode()
        seen += [int(found) for found in re.findall(r"n° (\d+)\.", page)]
        older = re.findall(r'href="(\?[^"]+)"', page)
        url = "/c/lenoir/settings/journal/" + older[0].replace("&amp;", "&") if older else ""
    assert seen == list(reversed(range(total)))


def test_the_journal_is_sifted_by_person_by_room_and_by_day_of_the_company(world: World, client: Client) -> None:
    world.bakery.timezone = "Pacific/Noumea"
    world.bakery.save()
    night = datetime(2026, 12, 24, 0, 30, tzinfo=ZoneInfo("Pacific/Noumea"))
    write(world, 1, now=night)
    write(world, 2, now=night - timedelta(hours=1))
    write(world, 3, now=night, by=HOUSE, verb="channels:channel:died")
    write(world, 4, now=night, by=world.actor(world.bob), verb="media:asset:taken")
    client.force_login(world.alice)

    def shown(**asked: object) -> list[int]:
        page = client.get("/c/lenoir/settings/journal/", asked).content.decode()
        return sorted(int(found) for found in re.findall(r"n° (\d+)\.", page))

    assert shown() == [1, 2, 3, 4]
    assert shown(who=world.bob.pk) == [4]
    assert shown(who="house") == [3]
    assert shown(room="posts") == [1, 2]
    assert shown(since="2026-12-24") == [1, 3, 4]
    assert shown(until="2026-12-23") == [2]
    assert shown(room="posts", since="2026-12-24", until="2026-12-24", who=world.alice.pk) == [1]
    assert shown(who="nobody", room="attic", since="32/13", before="x-y") == [1, 2, 3, 4]


@pytest.mark.parametrize("before", ["9" * 17 + "-1", "1-" + "9" * 18, "-", "1", "٣-٣", "0-0"])
def test_an_address_made_up_breaks_nothing(world: World, client: Client, before: str) -> None:
    client.force_login(world.alice)
    assert client.get("/c/lenoir/settings/journal/", {"before": before, "who": "9" * 30}).status_code == 200


def test_the_journal_of_others_is_not_shown(world: World, client: Client) -> None:
    write(world, 1)
    write(world, 2, company_id=world.elsewhere.pk)
    write(world, 3, company_id=None)
    client.force_login(world.alice)
    assert re.findall(r"n° (\d+)\.", client.get("/c/lenoir/settings/journal/").content.decode()) == ["1"]
