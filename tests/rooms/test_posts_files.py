"""A file of posts brought in, once and with nothing lost; everything written taken out."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from parvis.core import clock
from parvis.people.permissions import NotAllowed
from parvis.posts import commands as posts
from parvis.posts.importing import MOST_BYTES, AlreadyMade, NotRead, confirm_csv, import_csv
from parvis.posts.models import Batch, Post
from parvis.publishing.models import Attempt
from parvis.publishing.states import State
from tests.rooms.bakery import channel, deliveries, idea, picture, scheduled, stand
from tests.world import NOON, World

pytestmark = pytest.mark.django_db
GOOD = "date;time;text;channels;title\n24/12/2026;9h30;Retrait des commandes;bluesky;Noël\n2026-12-31;;Ouvert jusqu’à 17 h;;\n"


def read(world: World, text: str | bytes, encoding: str = "utf-8") -> Batch:
    content = text if isinstance(text, bytes) else text.encode(encoding)
    return import_csv(company=world.bakery, content=content, name="décembre.csv", by=world.actor(world.bob), now=NOON)


def why(batch: Batch) -> list[tuple[int, str]]:
    return [(line["number"], line["why"]["text"] % line["why"]["facts"]) for line in batch.broken]


def test_reading_makes_nothing_and_confirming_makes_each_once(world: World) -> None:
    one, two = channel(world), channel(world, "mastodon", "@lenoir@toot.example")
    batch = read(world, GOOD)
    assert not Post.objects.exists()
    confirm_csv(batch=batch, leave=False, by=world.actor(world.bob), now=NOON)
    with pytest.raises(AlreadyMade):
        confirm_csv(batch=Batch.objects.get(), leave=False, by=world.actor(world.bob), now=NOON)
    first, second = Post.objects.order_by("pk")
    assert (first.title, first.parts, first.at) == ("Noël", ["Retrait des commandes"], datetime(2026, 12, 24, 8, 30, tzinfo=UTC))
    assert [v.channel for v in first.variants.all()] == [one]
    assert (second.at, {v.channel for v in second.variants.all()}) == (datetime(2026, 12, 31, 8, 0, tzinfo=UTC), {one, two})
    assert not first.scheduled


def test_what_is_brought_in_can_be_scheduled_at_once(world: World) -> None:
    channel(world)
    made = confirm_csv(batch=read(world, GOOD), leave=True, by=world.actor(world.bob), now=NOON)
    assert [d.due_at for post in made.posts for d in deliveries(post)] == [post.at for post in made.posts]


def test_a_line_that_breaks_a_limit_stays_a_draft_and_the_others_leave(world: World) -> None:
    channel(world)
    text = f"date;text\n24/12/2026;{'x' * 400}\n25/12/2026;court\n"
    made = confirm_csv(batch=read(world, text), leave=True, by=world.actor(world.bob), now=NOON)
    assert [post.parts[0][:1] for post, _why in made.kept_as_drafts] == ["x"]
    assert [post.scheduled for post in Post.objects.order_by("pk")] == [False, True]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_a_spreadsheet_s_own_habits_are_read(world: World, encoding: str, mark: str) -> None:
    channel(world)
    text = f"Date{mark}Heure{mark}Texte\r\n24/12/2026{mark}9 h 30{mark}Réveillon à Couëron\r\n"
    assert [line["text"] for line in read(world, text, encoding).good] == ["Réveillon à Couëron"]


def test_a_text_on_several_lines_is_one_post_and_the_count_goes_on(world: World) -> None:
    channel(world)
    batch = read(world, 'date;text\n24/12/2026;"un\ndeux; trois"\n\ndemain;x\n')
    assert [line["text"] for line in batch.good] == ["un\ndeux; trois"]
    assert [number for number, _ in why(batch)] == [5]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("31/02/2027;9:00;x;", "no such day"),
        ("demain;9:00;x;", "not a date"),
        ("24/12/2026;midi;x;", "not a time"),
        ("24/11/2025;9:00;x;", "past"),
        ("24/12/2026;9:00;;", "empty"),
        ("24/12/2026;9:00;x;myspace", "myspace"),
    ],
)
def test_a_broken_line_gives_its_number_and_a_sentence(world: World, row: str, said: str) -> None:
    channel(world)
    batch = read(world, f"date;time;text;channels\n24/12/2026;9:00;bon;\n{row}\n")
    assert [line["text"] for line in batch.good] == ["bon"]
    [(number, sentence)] = why(batch)
    assert number == 3
    assert said in sentence


def test_a_picture_is_found_by_its_name(world: World) -> None:
    channel(world)
    picture(world, "Bûche.jpg")
    batch = read(world, "date;text;picture\n24/12/2026;a;bûche.JPG\n25/12/2026;b;absente.jpg\n")
    confirm_csv(batch=batch, leave=False, by=world.actor(world.bob), now=NOON)
    assert [p.asset.name for p in Post.objects.get().pictures.all()] == ["Bûche.jpg"]
    assert "absente.jpg" in why(batch)[0][1]


def test_the_hour_that_does_not_exist_is_told_on_the_line(world: World) -> None:
    channel(world)
    [line] = read(world, "date;time;text\n28/03/2027;02:30;x\n").good
    assert "does not exist" in line["note"]["text"]


@pytest.mark.parametrize(
    "content",
    [b"", b"   \n\n", b"date;text\n", b"jour\n24/12/2026\n", b"PK\x03\x04 a spreadsheet", b"\x00\x01\x02", b"x" * (MOST_BYTES + 1),
     b"date;text\n" + b"24/12/2026;x\n" * 2001, b'date;text\n24/12/2026;"' + b"x" * 200_000],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_whole_with_a_sentence(world: World, content: bytes) -> None:
    with pytest.raises(NotRead) as told:
        read(world, content)
    assert str(told.value.why)
    assert not Batch.objects.exists()


def test_a_reader_brings_nothing_in_and_takes_nothing_out(world: World, client: Client) -> None:
    with pytest.raises(NotAllowed):
        import_csv(company=world.bakery, content=GOOD.encode(), name="x", by=world.actor(world.remi), now=NOON)
    client.force_login(world.bob)
    assert client.get("/c/lenoir/posts/export.csv").status_code == 403
    assert client.get("/c/lenoir/posts/export.json").status_code == 403


def test_a_person_sees_the_lines_before_anything_is_made(world: World, client: Client) -> None:
    channel(world)
    client.force_login(world.bob)
    with clock.at(NOON):
        file = SimpleUploadedFile("décembre.csv", (GOOD + "demain;;Perdue ?;;\n").encode(), "text/csv")
        page = client.post("/c/lenoir/posts/import/", {"file": file}, follow=True)
        said = page.content.decode()
        assert "Retrait des commandes" in said
        assert "demain" in said
        assert not Post.objects.exists()
        batch = Batch.objects.get()
        refused = client.get(f"/c/lenoir/posts/import/{batch.pk}/refused.csv").content.decode("utf-8-sig")
        [row] = csv.DictReader(io.StringIO(refused), delimiter=";")
        assert row["text"] == "Perdue ?"
        assert row["reason"]
        for _ in range(2):
            client.post(f"/c/lenoir/posts/import/{batch.pk}/confirmation/", {"leave": "0"})
    assert Post.objects.count() == 2


def test_another_company_s_file_is_not_found(world: World, client: Client) -> None:
    batch = read(world, GOOD)
    client.force_login(world.denis)
    assert client.get(f"/c/denis/posts/import/{batch.pk}/").status_code == 404
    assert client.post(f"/c/denis/posts/import/{batch.pk}/confirmation/").status_code == 404


def test_a_file_that_cannot_be_read_is_said_on_the_page(world: World, client: Client) -> None:
    client.force_login(world.bob)
    answer = client.post("/c/lenoir/posts/import/", {"file": SimpleUploadedFile("x.csv", b"PK\x03\x04")})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert client.post("/c/lenoir/posts/import/").status_code == 422


def test_the_template_can_be_brought_in_as_it_is(world: World, client: Client) -> None:
    channel(world)
    client.force_login(world.alice)
    with clock.at(NOON.replace(hour=1)):
        content = client.get("/c/lenoir/posts/import/template.csv").content
        batch = import_csv(company=world.bakery, content=content, name="t", by=world.actor(world.alice), now=clock.now())
    assert (len(batch.good), batch.broken) == (1, [])


def out(client: Client, ending: str) -> str:
    return b"".join(client.get(f"/c/lenoir/posts/export.{ending}").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]


def test_everything_written_is_taken_out_with_its_links_and_attempts(world: World, client: Client) -> None:
    channel(world), channel(world, "mastodon", "@lenoir@toot.example")
    post = scheduled(world, "un", "deux", title="Bûche")
    first = deliveries(post)[0]
    stand(first, State.SENT, url="https://bsky.example/1", sent_at=NOON)
    Attempt.objects.create(delivery=first, number=1, kind="send", began_at=NOON, verdict="receipt")
    draft = idea(world, "brouillon")
    posts.place_picture(post=draft, asset=picture(world), by=world.actor(world.bob), now=NOON)
    posts.remove(post=idea(world, "rangée"), by=world.actor(world.bob), now=NOON)
    client.force_login(world.alice)
    kept = json.loads(out(client, "json"))["posts"]
    assert [p["parts"] for p in kept] == [["un", "deux"], ["brouillon"], ["rangée"]]
    sent = next(d for v in kept[0]["variants"] for d in v["deliveries"] if d["url"])
    assert (sent["url"], sent["attempts"][0]["verdict"], sent["parcel"]["text"]) == ("https://bsky.example/1", "receipt", "un")
    assert kept[1]["pictures"][0]["alt"] == "Une bûche aux marrons"
    rows = list(csv.DictReader(io.StringIO(out(client, "csv")), delimiter=";"))
    assert [row["text"] for row in rows] == ["un\n\ndeux"] * 2 + ["brouillon"] * 2 + ["rangée"] * 2
    assert "https://bsky.example/1" in {row["link"] for row in rows}


def test_more_than_a_chunk_is_taken_out_whole(world: World, client: Client) -> None:
    Post.objects.bulk_create(Post(company=world.bakery, parts=[f"n{n}"], created_at=NOON, changed_at=NOON) for n in range(450))
    Post.objects.create(company=world.elsewhere, parts=["secret"], created_at=NOON, changed_at=NOON)
    client.force_login(world.alice)
    assert [p["parts"] for p in json.loads(out(client, "json"))["posts"]] == [[f"n{n}"] for n in range(450)]
    assert re.findall(r";(n\d+);", out(client, "csv")) == [f"n{n}" for n in range(450)]


@pytest.mark.parametrize("cell", ["=1+1", "+33 2 40", "-5 %", "@lenoir", "\t=1"])
def test_no_cell_taken_out_is_a_formula(world: World, client: Client, cell: str) -> None:
    idea(world, cell)
    client.force_login(world.alice)
    assert [row["text"] for row in csv.DictReader(io.StringIO(out(client, "csv")), delimiter=";")] == [f"'{cell}"]
