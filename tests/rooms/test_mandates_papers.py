"""Both ends of a mandate: the handover lists, and everything taken out in one file."""

from __future__ import annotations

import csv
import io
import json
import sys
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from parvis.audit.models import Entry
from parvis.core import clock
from parvis.delegation.models import Handover, Standing
from parvis.inbox.models import Conversation, Message, Person
from parvis.people.models import User
from parvis.posts import commands as posts
from parvis.posts import mandates
from parvis.posts.models import Post
from tests.rooms.bakery import channel, idea, picture
from tests.rooms.mandates import bearer, mandate_of, marc
from tests.world import World

AT = "/c/lenoir/settings/mandates/"


def signed(user: User) -> Client:
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user)
    return client


def running(world: World, pro: User, *channels: Any) -> Any:
    now = clock.now()
    return mandate_of(world, pro, *channels, now=now, first_day=now.date(), last_day=now.date() + timedelta(days=60))


def opened(answer: Any) -> zipfile.ZipFile:
    assert answer.status_code == 200
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert archive.testzip() is None
    return archive


def test_each_side_ticks_lines_with_a_word_and_the_other_reads_it(world: World) -> None:
    blue, pro = channel(world), marc()
    mandate = running(world, pro, blue)
    at = f"{AT}{mandate.pk}/handover/start/"
    theirs, alice = signed(pro), signed(world.alice)
    theirs.post(at + "mark/", {"key": "factor", "account": str(blue.pk), "words": "Codes chez Alice, au coffre."})
    page = alice.get(at).content.decode()
    assert "Codes chez Alice, au coffre." in page
    assert "1 of 7 ticked" in page
    alice.post(at + "mark/", {"key": "factor", "account": str(blue.pk), "done": "no"})
    assert "0 of 7 ticked" in alice.get(at).content.decode()
    assert 'type="password"' not in page
    end = alice.get(f"{AT}{mandate.pk}/handover/end/").content.decode()
    assert "https://bsky.app/settings/app-passwords" in end, "the very page where the key is revoked"
    assert [entry.verb for entry in Entry.objects.filter(verb__startswith="delegation:handover").order_by("pk")] == [
        "delegation:handover:ticked", "delegation:handover:unticked",
    ]  # fmt: skip


@pytest.mark.parametrize("line", [{"key": "nonsense"}, {"key": "factor", "account": "999"}, {"key": "keys"}, {"account": "²"}, {}])
def test_lines_that_are_not_in_the_list_are_not_ticked(world: World, line: dict[str, str]) -> None:
    blue, pro = channel(world), marc()
    mandate = running(world, pro, blue)
    assert signed(pro).post(f"{AT}{mandate.pk}/handover/start/mark/", line).status_code == 404
    assert not Handover.objects.exists()


def test_only_the_two_sides_tick_and_strangers_see_nothing(world: World) -> None:
    mandate = running(world, marc(), channel(world))
    at = f"{AT}{mandate.pk}/handover/end/"
    assert signed(world.remi).get(at).status_code == 200
    assert signed(world.remi).post(at + "mark/", {"key": "export"}).status_code == 403
    assert signed(world.denis).get(at).status_code == 404
    assert signed(world.denis).post(f"{AT}{mandate.pk}/export/").status_code == 404
    assert signed(world.remi).post(f"{AT}{mandate.pk}/export/").status_code == 403


def test_the_company_takes_everything_and_a_professional_their_own_work(world: World) -> None:
    now = clock.now()
    blue, red, pro = channel(world), channel(world, "mastodon", "lenoir@mastodon.example"), marc()
    mandate = running(world, pro, blue)
    by = bearer(world, pro, now)
    asset = picture(world, name="../bûche de Noël.jpg")
    post = posts.start(company=world.bakery, by=by, now=now, parts=("=Écrit par Marc.",), channels=[blue.pk])
    posts.place_picture(post=post, asset=asset, by=by, now=now)
    hers = idea(world, "Écrit par Alice.", now=now)
    Post.objects.filter(pk=hers.pk).update(mandate_id=mandate.pk)  # as a colleague under the same mandate would have
    elsewhere = posts.start(company=world.bakery, by=world.actor(world.alice), now=now, parts=("Ailleurs.",), channels=[red.pk])
    person = Person.objects.create(company=world.bakery, network="bluesky", remote_id="p", handle="yann", first_at=now, last_at=now)
    later = now + timedelta(seconds=1)
    for one, words in ((blue, "Bonjour, ouvert ?"), (red, "Pas ici.")):
        talk = Conversation.objects.create(
            company=world.bakery, channel=one, kind="comment", thread=words, person=person, first_at=later, last_at=later
        )
        Message.objects.create(company=world.bakery, conversation=talk, channel=one, person=person, words=words, at=later, created_at=later)
        Message.objects.create(
            company=world.bakery, conversation=talk, channel=one, mine=True, by=pro if one == blue else world.bob, words="Réponse.",
            at=later, created_at=later,
        )  # fmt: skip
    mandates.stop(mandate=mandate, to=Standing.REVOKED, by=world.actor(world.alice), now=now)
    whole = opened(signed(world.alice).post(f"{AT}{mandate.pk}/export/"))
    own = opened(signed(pro).post(f"{AT}{mandate.pk}/export/"))
    all_posts = {tuple(one["parts"]) for one in json.loads(whole.read("posts.json"))}
    assert all_posts == {("=Écrit par Marc.",), tuple(hers.parts)}
    assert tuple(elsewhere.parts) not in all_posts
    assert [one["parts"] for one in json.loads(own.read("posts.json"))] == [["=Écrit par Marc."]]
    talks = json.loads(whole.read("conversations.json"))
    assert [[message["words"] for message in talk["messages"]] for talk in talks] == [["Bonjour, ouvert ?", "Réponse."]]
    assert "conversations.json" not in own.namelist()
    assert [one["words"] for one in json.loads(own.read("answers.json"))] == ["Réponse."]
    media = [name for name in whole.namelist() if name.startswith("media/")]
    assert len(media) == 1
    assert ".." not in media[0]
    assert whole.read(media[0])[:2] == b"\xff\xd8"
    kept = json.loads(whole.read("mandate.json"))
    assert (kept["standing"], kept["revisions"][0]["professional_yes"], kept["people"]) == ("revoked", "Marc Aubry", ["Marc Aubry"])
    lines = list(csv.reader(io.StringIO(whole.read("posts.csv").decode("utf-8-sig")), delimiter=";"))
    assert "'=Écrit par Marc." in {cell for line in lines for cell in line}, "no spreadsheet runs it"
    said = whole.read("journal.csv").decode()
    assert "took the mandate of Marc Aubry back" in said
    assert "Alice" not in own.read("journal.csv").decode()
    assert Entry.objects.filter(verb="delegation:mandate:own_exported").count() == 1


def test_the_file_of_a_mandate_with_nothing_is_whole_all_the_same(world: World) -> None:
    pro = marc()
    mandate = running(world, pro, channel(world))
    own = opened(signed(pro).post(f"{AT}{mandate.pk}/export/"))
    assert json.loads(own.read("posts.json")) == []
    assert json.loads(own.read("answers.json")) == []


def read_back(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).replace("\u00a0", " ").split())


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fr", ["Les parties", "732 829 320 00074", "800 € par mois", "30 jours", "Accepté sous réserve de #pagebreak() et $x$ à l’été.",
                "31 janvier 2027", "programmer des publications", "Aucun mot de passe"]),
        ("en", ["The parties", "732 829 320 00074", "€800 a month", "30 days", "Accepté sous réserve de #pagebreak() et $x$ à l’été.",
                "schedule publications", "No password"]),
    ],
)  # fmt: skip
def test_the_annex_is_read_back_from_the_paper(world: World, language: str, expected: list[str]) -> None:
    blue, pro = channel(world), marc()
    mandate = mandate_of(
        world, pro, blue, now=clock.now(), siret="73282932000074", price_cents=80_000, price_per="month",
        terms="Accepté sous réserve de #pagebreak() et $x$ à l’été.",
    )  # fmt: skip
    answer = signed(pro).get(f"{AT}{mandate.pk}/annex.pdf?language={language}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "typst" not in sys.modules, "the setter is loaded by its own process alone"
    text = read_back(answer.content)
    digest = mandate.revisions.get().digest
    assert not [words for words in [*expected, "lenoir.example", "Marc Aubry", "Boulangerie Lenoir", digest] if words not in text], text


def test_the_annex_is_of_the_wording_that_was_asked_for_and_strangers_have_none(world: World) -> None:
    mandate = running(world, marc(), channel(world))
    alice = signed(world.alice)
    for tail, status in (("?wording=1", 200), ("?wording=2", 404), ("?wording=²", 404)):
        assert alice.get(f"{AT}{mandate.pk}/annex.pdf{tail}").status_code == status
    assert signed(world.denis).get(f"{AT}{mandate.pk}/annex.pdf").status_code == 404
    assert signed(world.remi).post(f"{AT}{mandate.pk}/annex.pdf").status_code == 405


def test_the_handover_stays_within_twelve_queries_however_many_accounts(world: World, django_assert_max_num_queries: Any) -> None:
    accounts = [channel(world, handle=f"compte-{n}.example") for n in range(8)]
    mandate = running(world, marc(), *accounts)
    alice, at = signed(world.alice), f"{AT}{mandate.pk}/handover/end/"
    alice.post(at + "mark/", {"key": "export"})
    alice.get(at)
    with django_assert_max_num_queries(12):
        assert alice.get(at).status_code == 200


def test_the_lists_say_of_each_network_which_role_is_given_and_where_none_exists(world: World) -> None:
    blue, red, pro = channel(world), channel(world, "linkedin", "lenoir"), marc()
    mandate = running(world, pro, blue, red)
    alice = signed(world.alice)
    start, end = (alice.get(f"{AT}{mandate.pk}/handover/{when}/").content.decode() for when in ("start", "end"))
    assert "No such role exists: the password is shared at your own risk." in start
    assert "content admin" in start
    assert "Parvis works through the company’s own authorisation" in start
    assert "The second factor is a code sent by e-mail" in start
    assert "Read on " in start
    assert "https://www.linkedin.com/help/linkedin/answer/a541981" in end


def test_an_account_by_hand_says_that_whoever_publishes_needs_a_role_there(world: World) -> None:
    hand, pro = channel(world, "tiktok", "lenoir", by_hand=True), marc()
    other = channel(world, "place", "Le tableau", by_hand=True, name="Le tableau")
    page = signed(world.alice).get(f"{AT}{running(world, pro, hand, other).pk}/handover/start/").content.decode()
    assert page.count("whoever publishes signs in to the network itself") == 2
    assert "Parvis works through the company’s own authorisation" not in page
    assert "A Business Center gives members and partners access" in page
