"""The health round: what it refreshes, what it declares dead, whom it tells."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from PIL import Image

import sandbox
from parvis.channels import commands, queries, rounds
from parvis.channels.models import Channel, Connecting, State
from parvis.channels.tokens import Keeper
from parvis.core import clock
from parvis.core.say import Say
from parvis.worker import mail
from tests.rooms.town import PASSWORD, as_, begin, gone_to, sign
from tests.world import World

pytestmark = pytest.mark.django_db


def test_the_health_round_refreshes_what_a_server_says(world: World, town: sandbox.Town) -> None:
    square = io.BytesIO()
    Image.new("RGB", (900, 900), "teal").save(square, "PNG")
    town.mastodon.add_account("lenoir", avatar=square.getvalue())
    alice = as_(world.alice)
    alice.get(gone_to(town, begin(alice, town.mastodon.host)))
    town.mastodon.settings(max_characters=777)
    kept: list[bytes] = []

    def keep(body: bytes) -> str:
        kept.append(body)
        return "d" * 64

    assert rounds.visit_due(clock.now(), keep=keep).well == 1
    channel = Channel.objects.get()
    assert channel.limits["text"] == 777
    assert channel.avatar == "d" * 64
    assert Image.open(io.BytesIO(kept[0])).size == (160, 160)
    assert channel.visited_at is not None
    assert timedelta(hours=5) < channel.visit_at - channel.visited_at < timedelta(hours=7)
    assert rounds.visit_due(clock.now(), keep=keep) == rounds.Visits()


@pytest.mark.parametrize("network", ["bluesky", "mastodon"])
def test_a_round_that_finds_the_authorisation_gone_declares_it_dead_and_tells(world: World, town: sandbox.Town, network: str) -> None:
    alice = as_(world.alice)
    town.bluesky.add_account("lenoir.test", PASSWORD)
    town.mastodon.add_account("lenoir")
    if network == "bluesky":
        sign(alice, "lenoir.test")
    else:
        alice.get(gone_to(town, begin(alice, town.mastodon.host)))
    town.stands[network].arm("token_revoked", "any", times=99)
    assert rounds.visit_due(clock.now()).dead == 1
    (channel,) = queries.untold_dead()
    assert channel.state == State.DEAD
    assert channel.why_dead
    assert rounds.visit_due(clock.now() + timedelta(days=1)) == rounds.Visits()


def test_a_server_that_is_down_alarms_nobody_and_is_visited_again_soon(world: World, town: sandbox.Town) -> None:
    town.bluesky.add_account("lenoir.test", PASSWORD)
    sign(as_(world.alice), "lenoir.test")
    town.bluesky.arm("html_error_page", "any", times=99)
    assert rounds.visit_due(clock.now()).unreachable == 1
    channel = Channel.objects.get()
    assert channel.state == State.ALIVE
    assert channel.visit_at - clock.now() < timedelta(hours=1)


def test_one_network_out_of_order_does_not_keep_the_round_from_the_others(world: World, town: sandbox.Town) -> None:
    alice = as_(world.alice)
    town.bluesky.add_account("lenoir.test", PASSWORD)
    town.mastodon.add_account("lenoir")
    sign(alice, "lenoir.test")
    alice.get(gone_to(town, begin(alice, town.mastodon.host)))
    town.bluesky.arm("drop_before_commit", "any", times=99)
    found = rounds.visit_due(clock.now())
    assert (found.unreachable, found.well) == (1, 1)


def test_a_visit_is_claimed_by_one_process_alone(world: World, town: sandbox.Town) -> None:
    town.bluesky.add_account("lenoir.test", PASSWORD)
    sign(as_(world.alice), "lenoir.test")
    now = clock.now()
    seen_by_one, seen_by_another = (queries.to_visit(now).get() for _ in range(2))
    assert rounds.claim(seen_by_one, now)
    assert not rounds.claim(seen_by_another, now)


def test_a_full_disk_or_a_broken_picture_keeps_the_round_from_nobody(world: World, town: sandbox.Town) -> None:
    square = io.BytesIO()
    Image.new("RGB", (9, 9)).save(square, "PNG")
    for name in ("lenoir", "autre"):
        town.mastodon.add_account(name, avatar=square.getvalue())
        alice = as_(world.alice)
        alice.get(gone_to(town, begin(alice, town.mastodon.host), name))

    def full(body: bytes) -> str:
        raise OSError("no space left on device")

    assert rounds.visit_due(clock.now(), keep=full).unreachable == 2
    assert Channel.objects.filter(state=State.ALIVE).count() == 2


def test_a_dead_account_is_written_about_once_with_the_page_that_mends_it(
    world: World, town: sandbox.Town, mailoutbox: list[EmailMessage]
) -> None:
    town.bluesky.add_account("lenoir.test", PASSWORD)
    sign(as_(world.alice), "lenoir.test")
    channel = Channel.objects.get()
    mail.tell(clock.now())
    assert mailoutbox == []
    commands.declare_dead(channel_id=channel.pk, why=Say("The password was taken back."), now=clock.now())
    mail.tell(clock.now())
    mail.tell(clock.now())
    (to_alice,) = [message for message in mailoutbox if message.to == [world.alice.email]]
    assert "The password was taken back." in to_alice.body
    link = settings.PUBLIC_URL + reverse("channel-mend", args=["lenoir", channel.pk])
    assert link in to_alice.body
    assert as_(world.alice).get(link.removeprefix(settings.PUBLIC_URL)).status_code == 200
    assert not [message for message in mailoutbox if world.denis.email in message.to]


def test_an_expired_token_is_mended_by_the_visit_and_the_new_pair_is_kept(world: World, town: sandbox.Town) -> None:
    town.bluesky.add_account("lenoir.test", PASSWORD)
    sign(as_(world.alice), "lenoir.test")
    before = Keeper(Channel.objects.get().pk).current()
    town.bluesky.arm("token_expired", "any")
    assert rounds.visit_due(clock.now()).well == 1
    assert Keeper(Channel.objects.get().pk).current()["refresh"] != before["refresh"]


def test_a_connection_that_nobody_finished_is_forgotten(world: World, town: sandbox.Town) -> None:
    begin(as_(world.alice), town.mastodon.host)
    rounds.visit_due(clock.now())
    assert Connecting.objects.count() == 1
    rounds.visit_due(clock.now() + timedelta(minutes=11))
    assert Connecting.objects.count() == 0
