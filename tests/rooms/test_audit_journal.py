"""The journal: every verb has its sentence, everything can be reached, nothing of others is shown."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as post
from django.test import Client

import parvis
from parvis.audit import exporting, watching
from parvis.audit.commands import GRAMMAR, record, shed
from parvis.audit.models import Entry
from parvis.audit.queries import SIZE
from parvis.audit.sentences import SENTENCES, sentence
from parvis.channels.inviting import invite
from parvis.cli.main import main
from parvis.core import clock
from parvis.networks.facts import Parcel
from parvis.people.actors import HOUSE
from parvis.publishing import commands
from parvis.worker import mail
from tests.rooms.bakery import channel
from tests.world import NOON, World

HERE = Path(parvis.__file__).parent
ROOMS = ("audit", "people", "voice", "channels", "media", "publishing", "posts", "inbox", "delegation", "worker", "cli", "web")


def trees() -> Iterator[tuple[Path, ast.AST]]:
    for room in ROOMS:
        for path in {*(HERE / room).rglob("*.py")} - {HERE / "audit" / "sentences.py"}:
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
        page = re.sub(r'class="vh">.*?</span>', "", client.get(url).content.decode())
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


# ---- whole, and taken away

JOURNAL = "/c/lenoir/settings/journal/"


def exported(client: Client, form: str, **asked: object) -> str:
    answer = client.get(f"{JOURNAL}journal.{form}", asked)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]


def whole(rows: list[dict[str, str]]) -> bool:
    """Do what docs/journal.md tells a third party to do."""
    before = "0" * 64
    for row in rows:
        said = json.loads(row["link_text"])
        if sha256(row["link_text"].encode()).hexdigest() != row["link"] or said[0] != before or said[9] != row["sealed"]:
            return False
        if row["sealed_text"] and sha256(row["sealed_text"].encode()).hexdigest() != row["sealed"]:
            return False
        before = row["link"]
    return True


def test_the_journal_is_sifted_by_words_by_thing_and_by_mandate(world: World, client: Client) -> None:
    write(world, 1, label="n° 1. Pain au levain", object_id=5)
    write(world, 2, label="n° 2. Brioche au levain", object_id=6, by=world.actor(world.bob))
    write(world, 3, label="n° 3. Brioche", object_id=5, verb="posts:slot:added")
    client.force_login(world.alice)

    def shown(**asked: object) -> list[int]:
        page = client.get(JOURNAL, asked).content.decode()
        return sorted(int(found) for found in re.findall(r"n° (\d+)\.", re.sub(r'class="vh">.*?</span>', "", page)))

    assert shown(words="LEVAIN") == [1, 2]
    assert shown(words="brioche bob") == [2]
    assert shown(thing="posts:post:5") == [1]
    assert shown(thing="posts:slot:5") == [3]
    assert shown(mandate="4") == []
    write(world, 4, by=replace(world.actor(world.bob), mandate_id=4))
    assert shown(mandate="4") == [4]
    assert f'href="{JOURNAL}?mandate=4"' in client.get(JOURNAL).content.decode()
    assert shown(thing="posts:post:x", mandate="a", words=" ") == [1, 2, 3, 4]
    assert f'href="{JOURNAL}?thing=posts:post:5"' in client.get(JOURNAL).content.decode()


def test_a_day_and_a_network_are_named_in_the_journal_as_people_name_them(world: World, client: Client) -> None:
    write(world, 1, verb="delegation:work:logged", label="Marc Aubry", minutes=75, day="2026-12-03")
    invite(company=world.bakery, name="Jeanne", email="jeanne@lenoir.test", networks=["bluesky"], by=world.actor(world.alice), now=NOON)
    client.force_login(world.alice)
    page = client.get(JOURNAL).content.decode().replace("\u00a0", " ")
    assert "75 min le jeudi 3 décembre" in page
    assert "2026-12-03" not in page
    assert "Bluesky" in page
    assert "bluesky" not in page


def test_the_journal_says_through_which_account_of_which_network(world: World, client: Client) -> None:
    by, parcel = world.actor(world.alice), Parcel("Le four est chaud.")
    for network in ("bluesky", "mastodon"):
        commands.schedule(channel=channel(world, network), parcel=parcel, subject="Le pain du jour", due_at=NOON, by=by, now=NOON)
    client.force_login(world.alice)
    page = client.get(JOURNAL).content.decode().replace("\u00a0", " ")
    for network in ("Bluesky", "Mastodon"):
        assert f"a prévu le départ de « Le pain du jour » ({network} lenoir.example)" in page


@pytest.mark.parametrize("form", ["csv", "json"])
def test_what_is_taken_away_can_be_verified_by_anybody(world: World, client: Client, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 3)
    for number in range(7):
        write(world, number, ratio="1:1", é="«ï»")
    shed(company_id=world.bakery.pk, rooms=["posts"], labels=["n° 3."], by=HOUSE, now=NOON)
    client.force_login(world.alice)
    text = exported(client, form)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";")) if form == "csv" else json.loads(text)["entries"]
    assert [int(row["number"]) for row in rows] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert whole(rows)
    assert rows[0]["what"] == "Alice a modifié « n° 0. »".replace(" »", "\u00a0»").replace("« ", "«\u00a0")
    rows[4] = {**rows[4], "link_text": rows[4]["link_text"].replace("Alice", "Denis")}
    assert not whole(rows)


def test_what_is_taken_away_is_what_is_shown(world: World, client: Client) -> None:
    world.bakery.timezone = "Pacific/Noumea"
    world.bakery.save()
    night = datetime(2026, 12, 24, 0, 30, tzinfo=ZoneInfo("Pacific/Noumea"))
    write(world, 1, now=night)
    write(world, 2, now=night - timedelta(hours=1))
    client.force_login(world.alice)
    found = json.loads(exported(client, "json", since="2026-12-24"))
    assert [row["number"] for row in found["entries"]] == [1]
    assert found["whole"] is False


def test_no_cell_is_a_formula(world: World, client: Client) -> None:
    for label in ("=1+1", "+33 1", "-2", "@SUM(A1)", "\tx"):
        write(world, 0, label=label)
    client.force_login(world.alice)
    rows = list(csv.reader(io.StringIO(exported(client, "csv").removeprefix("\ufeff")), delimiter=";"))
    assert len(rows) == 6
    assert not [cell for row in rows for cell in row if cell[:1] in set("=+-@\t")]


def test_only_who_may_take_everything_away_takes_the_journal(world: World, client: Client) -> None:
    client.force_login(world.remi)
    assert client.get(f"{JOURNAL}journal.csv").status_code == 403
    assert "journal.csv" not in client.get(JOURNAL).content.decode()
    client.force_login(world.denis)
    assert client.get(f"{JOURNAL}journal.csv").status_code == 404


def test_the_page_says_how_far_the_journal_was_verified_and_what_is_wrong_with_it(world: World, client: Client) -> None:
    write(world, 1)
    write(world, 2)
    client.force_login(world.alice)
    assert "Vérifié" not in client.get(JOURNAL).content.decode()
    watching.watch(clock.now())
    assert "Vérifié jusqu’à la ligne 2" in client.get(JOURNAL).content.decode()
    assert "Le journal a été changé" not in client.get("/c/lenoir/").content.decode()
    Entry.objects.filter(seq=1).delete()
    watching.watch(clock.now() + timedelta(days=1))
    page = client.get(JOURNAL).content.decode()
    assert "La ligne 1 manque." in page
    assert "Vérifié jusqu’à" not in page
    assert "Le journal a été changé" in client.get("/c/lenoir/").content.decode()
    client.force_login(world.remi)
    assert "Le journal a été changé" not in client.get("/c/lenoir/").content.decode(), "its owner is told"


def test_owners_are_written_to_once_when_the_journal_is_torn(world: World) -> None:
    write(world, 1)
    write(world, 2)
    Entry.objects.filter(seq=1).update(who="Denis")
    now = clock.now()
    assert not mail.any_torn(now)
    watching.watch(now)
    assert mail.any_torn(now)
    mail.tell_torn(now)
    mail.tell_torn(now)
    watching.watch(now + timedelta(days=1))
    mail.tell_torn(now + timedelta(days=1))
    assert [message.to for message in post.outbox] == [["alice@example.test"]]
    assert "La ligne 1 a été changée" in post.outbox[0].body
    assert JOURNAL in post.outbox[0].body


# ---- from the terminal


def test_the_terminal_verifies_and_says_what_it_found(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    write(world, 1)
    write(world, 2)
    assert main(["audit", "verify"]) == 0
    said = capsys.readouterr().out
    assert "lenoir: 2 entries, whole" in said
    head = re.findall(r"lenoir: .* (2:[0-9a-f]{16})", said)[0]
    assert main(["audit", "verify", "--company", "lenoir", "--noted", head]) == 0
    assert main(["audit", "verify", "--company", "lenoir", "--noted", "2:" + "0" * 16]) == 1
    Entry.objects.filter(seq=2).delete()
    capsys.readouterr()
    assert main(["audit", "verify", "--company", "lenoir"]) == 1
    assert "The end was cut off: entry 2 is missing." in capsys.readouterr().out
    assert main(["audit", "verify", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["whole"] is False
    assert [one["findings"][0]["kind"] for one in told["journals"] if one["company"] == "lenoir"] == ["cut"]
    assert main(["audit", "verify", "--company", "nobody"]) == 2
    assert main(["audit", "accept", "--company", "lenoir", "--reason", "Base remise d’une sauvegarde"]) == 0
    assert main(["audit", "verify"]) == 0
    assert "(looked into)" in capsys.readouterr().out
    assert main(["audit", "accept", "--company", "lenoir", "--reason", "Encore"]) == 1


def test_the_terminal_writes_the_journal_out(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(world, 1)
    file = tmp_path / "journal.json"
    assert main(["audit", "export", "--company", "lenoir", "--format", "json", "--output", str(file)]) == 0
    assert whole(json.loads(file.read_text())["entries"])
    assert main(["audit", "export"]) == 2
    [lines] = re.findall(r"```python\n(.*?)```", (HERE.parent / "docs" / "journal.md").read_text(), re.DOTALL)
    said = subprocess.run([sys.executable, "-c", lines], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert said.stdout.startswith("whole; the last link is")
    file.write_text(file.read_text().replace("Alice", "Denis"))
    assert subprocess.run([sys.executable, "-c", lines], cwd=tmp_path, capture_output=True, check=False).returncode == 1
