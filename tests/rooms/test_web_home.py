"""Today: what waits is there with its answers, what left is told, and the page costs the same however much there is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from parvis.channels.models import Channel
from parvis.channels.models import State as Life
from parvis.core import clock
from parvis.core.say import Say
from parvis.people.models import User
from parvis.posts import commands, departures
from parvis.posts.models import Post
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from tests.world import World

HOME = "/c/lenoir/"


@pytest.fixture
def alice(world: World, client: Client) -> Client:
    User.objects.update(language="en")
    client.force_login(world.alice)
    return client


@pytest.fixture
def channel(world: World) -> Channel:
    now = clock.now()
    return Channel.objects.create(
        company=world.bakery, network="bluesky", base="https://pds.example", remote_id="did:plc:1", handle="lenoir.example",
        url="https://bsky.example/lenoir", connected_at=now, visit_at=now,
    )  # fmt: skip


def leave(world: World, title: str, hours: float, state: State, **more: object) -> Delivery:
    by, at = world.actor(world.alice), clock.now() + timedelta(hours=hours)
    before = min(at, clock.now()) - timedelta(days=9)
    post = commands.start(company=world.bakery, by=by, now=before, title=title, parts=[title])
    departures.schedule(post=post, at=at, by=by, now=before)
    delivery = Delivery.objects.get(departure__variant__post=post)
    Delivery.objects.filter(pk=delivery.pk).update(state=state, **more)
    delivery.refresh_from_db()
    return delivery


def page(client: Client) -> str:
    answer = client.get(HOME)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_company_is_shown_its_first_steps(alice: Client) -> None:
    assert "Three steps to your first publication" in page(alice)


def test_a_question_is_asked_with_its_three_answers(alice: Client, world: World, channel: Channel) -> None:
    asked = leave(world, "Le seigle", -2, State.ASKED)
    shown = page(alice)
    assert "One thing waits for you" in shown
    assert "we do not know whether it is there" in shown
    assert 'href="https://bsky.example/lenoir"' in shown
    for answer in ("there", "again"):
        assert f'action="/c/lenoir/deliveries/{asked.pk}/{answer}/"' in shown


ANSWERS = {
    "there": (State.ASKED, State.SENT),
    "again": (State.ASKED, State.SCHEDULED),
    "now": (State.HELD, State.SCHEDULED),
    "cancel": (State.HELD, State.CANCELLED),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_each_answer_does_what_it_says_and_then_nothing_waits(alice: Client, world: World, channel: Channel, answer: str) -> None:
    before, after = ANSWERS[answer]
    delivery = leave(world, "Le seigle", -3, before)
    done = alice.post(f"/c/lenoir/deliveries/{delivery.pk}/{answer}/")
    assert (done.status_code, done["Location"]) == (303, HOME)
    delivery.refresh_from_db()
    assert delivery.state == after
    assert f"delivery-{delivery.pk}" not in page(alice)


def test_an_answer_that_comes_too_late_changes_nothing_and_says_so(alice: Client, world: World, channel: Channel) -> None:
    delivery = leave(world, "Le seigle", -3, State.SENT)
    alice.post(f"/c/lenoir/deliveries/{delivery.pk}/again/")
    delivery.refresh_from_db()
    assert delivery.state == State.SENT
    assert "It had already moved on: gone out." in page(alice)


def test_whoever_may_not_decide_sees_no_answers_and_their_post_is_refused(world: World, client: Client, channel: Channel) -> None:
    delivery = leave(world, "Le seigle", -2, State.ASKED)
    User.objects.update(language="en")
    client.force_login(world.remi)
    shown = page(client)
    assert "One thing waits for a colleague" in shown
    assert f"/deliveries/{delivery.pk}/there/" not in shown
    assert client.post(f"/c/lenoir/deliveries/{delivery.pk}/there/").status_code == 403
    delivery.refresh_from_db()
    assert delivery.state == State.ASKED


def test_an_address_given_for_what_is_there_is_kept_only_when_it_is_one(alice: Client, world: World, channel: Channel) -> None:
    good, bad = leave(world, "Un", -3, State.ASKED), leave(world, "Deux", -2, State.ASKED)
    alice.post(f"/c/lenoir/deliveries/{good.pk}/there/", {"url": "https://bsky.example/lenoir/1"})
    alice.post(f"/c/lenoir/deliveries/{bad.pk}/there/", {"url": "javascript:alert(1)"})
    assert Delivery.objects.get(pk=good.pk).url == "https://bsky.example/lenoir/1"
    assert Delivery.objects.get(pk=bad.pk).url == ""


def test_a_refusal_is_told_with_its_cure_and_leads_to_the_post(alice: Client, world: World, channel: Channel) -> None:
    told = {"why": Say("Too heavy: %(kb)s kB.", {"kb": 2100}).to_json(), "cure": Say("Choose another.").to_json()}
    delivery = leave(world, "Le four", -2, State.REFUSED, told=told)
    shown = page(alice)
    assert "Too heavy: 2100 kB. Choose another." in shown
    assert f"/posts/{delivery.departure.variant.post_id}/" in shown


def test_a_refusal_that_was_mended_waits_no_more(alice: Client, world: World, channel: Channel) -> None:
    delivery = leave(world, "Le four", -2, State.REFUSED)
    departures.mend(post=delivery.departure.variant.post, by=world.actor(world.alice), now=clock.now(), at=clock.now() + timedelta(hours=1))
    assert "Nothing waits for you" in page(alice)


def test_a_dead_account_is_said_with_the_button_that_mends_it(alice: Client, channel: Channel) -> None:
    Channel.objects.filter(pk=channel.pk).update(
        state=Life.DEAD, dead_since=clock.now(), why_dead=Say("The password was taken back.").to_json()
    )
    shown = page(alice)
    assert "lenoir.example is disconnected from Bluesky" in shown
    assert "The password was taken back." in shown
    assert f'href="/c/lenoir/settings/channels/{channel.pk}/mend/"' in shown


def test_a_draft_with_an_hour_waits_to_be_confirmed_and_one_without_does_not(alice: Client, world: World, channel: Channel) -> None:
    by, now = world.actor(world.bob), clock.now()
    commands.start(company=world.bakery, by=by, now=now, title="Dated", at=now + timedelta(days=2))
    commands.start(company=world.bakery, by=by, now=now, title="Undated")
    shown = page(alice)
    assert "Confirm “Dated”" in shown
    assert "Undated" not in shown


def test_a_post_changed_since_it_was_sealed_is_said(alice: Client, world: World, channel: Channel) -> None:
    post = leave(world, "La galette", 30, State.SCHEDULED).departure.variant.post
    revision = Post.objects.get(pk=post.pk).revision
    changed = {"title": "La galette", "parts": ["Autre texte"], "language": "fr", "warning": ""}
    commands.write(post=post, by=world.actor(world.bob), now=clock.now(), revision=revision, **changed)
    assert "“La galette” has changed" in page(alice)


def test_what_left_is_told_as_it_is(alice: Client, world: World, channel: Channel) -> None:
    Channel.objects.create(company=world.bakery, network="mastodon", base="https://m.example", remote_id="9", handle="l@m.example",
                           connected_at=clock.now(), visit_at=clock.now())  # fmt: skip
    by, at = world.actor(world.alice), clock.now() - timedelta(hours=5)
    post = commands.start(company=world.bakery, by=by, now=at - timedelta(days=1), title="Saint-Nicolas", parts=["Saint-Nicolas"])
    departures.schedule(post=post, at=at, by=by, now=at - timedelta(days=1))
    rows = Delivery.objects.filter(departure__variant__post=post)
    rows.filter(channel__network="bluesky").update(state=State.SENT, sent_at=at)
    rows.filter(channel__network="mastodon").update(state=State.ASKED)
    assert "1 of 2 gone" in page(alice)
    rows.update(state=State.SENT, sent_at=at)
    shown = page(alice)
    assert "Gone everywhere" in shown
    assert "Nothing waits for you" in shown


def test_the_rail_counts_what_the_page_counts(alice: Client, world: World, channel: Channel) -> None:
    leave(world, "Un", -3, State.ASKED)
    leave(world, "Deux", -2, State.REFUSED)
    shown = page(alice)
    assert "Two things wait for you" in shown
    assert '<span class="count">2<' in shown


def test_the_count_of_every_page_walks_through_no_messages(alice: Client, world: World) -> None:
    with CaptureQueriesContext(connection) as asked:
        page(alice)
    (count,) = (one["sql"] for one in asked.captured_queries if "unanswered" in one["sql"])
    lite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if lite else ''}{count}")
        steps = [str(row[-1]) for row in cursor.fetchall()]
    # PostgreSQL reads a table of a page whole, whatever its indexes.
    assert any("answer_under_way" in step for step in steps) or not lite
    assert steps
    assert not any("message_by_date" in step for step in steps)


def test_a_company_never_counts_what_waits_in_another(world: World, client: Client, channel: Channel) -> None:
    leave(world, "Pain d’épices", -3, State.ASKED)
    client.force_login(world.denis)
    shown = client.get("/c/denis/").content.decode()
    assert 'class="count"' not in shown
    assert "épices" not in shown


def test_the_page_costs_the_same_with_three_things_or_sixty_and_hides_none_in_silence(
    alice: Client, world: World, channel: Channel
) -> None:
    for number in range(3):
        leave(world, f"Idée {number}", -number - 1, State.ASKED)
    with CaptureQueriesContext(
        connection,
    ) as few:
        page(alice)
    for number in range(60):
        leave(world, f"Question {number}", -number - 1, State.ASKED)
        leave(world, f"Partie {number}", -number - 1, State.SENT, sent_at=clock.now())
        leave(world, f"Demain {number}", number + 1, State.SCHEDULED)
    with CaptureQueriesContext(connection) as many:
        shown = page(alice)
    assert len(many) <= 12
    assert len(many) == len(few)
    assert "63 things wait for you" in shown
    assert "And 51 more" in shown


def test_past_a_hundred_things_the_page_says_so_rather_than_count(alice: Client, world: World, channel: Channel) -> None:
    by, now = world.actor(world.bob), clock.now()
    for number in range(101):
        commands.start(company=world.bakery, by=by, now=now, title=f"Idée {number}", at=now + timedelta(hours=number + 1))
    shown = page(alice)
    assert "More than 99 things wait for you" in shown
    assert '<span class="count">99+<' in shown
    assert "And the others" in shown
