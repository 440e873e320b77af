"""Keys can be turned over, and no secret is ever seen."""

from __future__ import annotations

import json
import logging
from datetime import timedelta

import pytest
from django.conf import LazySettings, settings
from django.core import serializers
from django.urls import reverse

import sandbox
from parvis.audit.models import Entry
from parvis.channels import commands, rounds
from parvis.channels.connecting import where_to
from parvis.channels.models import Channel, Connecting, Registration
from parvis.channels.tokens import Keeper
from parvis.core import clock
from parvis.core.secrets import KeyRing, new_key
from tests.rooms.town import PASSWORD, as_, begin, gone_to, sign
from tests.world import World

pytestmark = pytest.mark.django_db


def test_turning_the_keys_over_reseals_everything_and_can_be_done_again(world: World, town: sandbox.Town, settings: LazySettings) -> None:
    alice = as_(world.alice)
    town.bluesky.add_account("lenoir.test", PASSWORD)
    sign(alice, "lenoir.test")
    begin(alice, town.mastodon.host)
    old, tokens = settings.KEYS, Keeper(Channel.objects.get().pk).current()
    fresh = new_key()
    settings.KEYS = KeyRing.parse(f"{fresh}\n{old_line(old)}")
    assert commands.rotate_seals(now=clock.now()) == {"done": 3, "left": 0, "unreadable": 0}
    assert commands.rotate_seals(now=clock.now()) == {"done": 0, "left": 0, "unreadable": 0}
    settings.KEYS = KeyRing.parse(fresh)
    assert Keeper(Channel.objects.get().pk).current() == tokens
    assert Registration.objects.get().sealed.startswith(f"{settings.KEYS.current}:")
    assert where_to(Connecting.objects.get())["host"] == town.mastodon.host


def test_what_is_being_renewed_is_left_for_the_next_turn(world: World, town: sandbox.Town, settings: LazySettings) -> None:
    town.bluesky.add_account("lenoir.test", PASSWORD)
    sign(as_(world.alice), "lenoir.test")
    Channel.objects.update(renewing_by="another", renewing_until=clock.now() + timedelta(seconds=60))
    settings.KEYS = KeyRing.parse(f"{new_key()}\n{old_line(settings.KEYS)}")
    assert commands.rotate_seals(now=clock.now()) == {"done": 0, "left": 1, "unreadable": 0}


def test_what_no_key_opens_is_counted_and_left_alone(world: World, town: sandbox.Town, settings: LazySettings) -> None:
    town.bluesky.add_account("lenoir.test", PASSWORD)
    sign(as_(world.alice), "lenoir.test")
    settings.KEYS = KeyRing.parse(new_key())
    before = Channel.objects.get().tokens
    assert commands.rotate_seals(now=clock.now()) == {"done": 0, "left": 0, "unreadable": 1}
    assert Channel.objects.get().tokens == before


def old_line(keys: KeyRing) -> str:
    """Return the key ring of the tests as whoever hosts Parvis would write it down."""
    return (settings.DATA_DIR / "keys").read_text().strip() if keys else ""


def test_no_secret_stands_in_a_log_the_journal_a_page_or_a_row(world: World, town: sandbox.Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    alice = as_(world.alice)
    town.bluesky.add_account("lenoir.test", PASSWORD)
    town.mastodon.add_account("lenoir")
    pages = [sign(alice, "lenoir.test", "wrong-wrong-wrong-wrong"), sign(alice, "lenoir.test")]
    begun = begin(alice, town.mastodon.host)
    flow = settings.KEYS.open(Connecting.objects.get().sealed)
    pages += [begun, alice.get(gone_to(town, begun))]
    town.bluesky.arm("token_revoked", "any", times=99)
    rounds.visit_due(clock.now())
    pages += [alice.get(reverse("channels", args=["lenoir"]))]
    pages += [alice.get(reverse("channel-mend", args=["lenoir", channel.pk])) for channel in Channel.objects.all()]

    secrets = {PASSWORD, "wrong-wrong-wrong-wrong", flow["memory"]["client_secret"]}
    for channel in Channel.objects.all():
        secrets |= {value for value in settings.KEYS.open(channel.tokens).values() if isinstance(value, str) and len(value) > 20}
    secrets = {secret for secret in secrets if not secret.startswith("http")}
    assert len(secrets) >= 6
    client_id = flow["memory"]["client_id"]
    rows = [*Channel.objects.all(), *Registration.objects.all(), *Connecting.objects.all(), *Entry.objects.all()]
    places = [
        caplog.text,
        json.dumps(list(Entry.objects.values("facts", "label", "who"))),
        serializers.serialize("json", rows),
        repr(rows),
        *(page.content.decode() for page in pages),
    ]
    for secret in secrets - {client_id}:
        assert not any(secret in place for place in places)


def test_a_page_that_breaks_shows_and_logs_no_password(
    world: World, town: sandbox.Town, settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    town.bluesky.add_account("lenoir.test", PASSWORD)
    alice = as_(world.alice)
    alice.raise_request_exception = False
    settings.KEYS = None
    answer = sign(alice, "lenoir.test")
    assert answer.status_code == 500
    assert PASSWORD not in answer.content.decode()
    assert "Traceback" in caplog.text
    assert PASSWORD not in caplog.text
