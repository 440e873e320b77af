"""What works on an account, what it still may, until when it is authorised: read, kept, shown, and said in time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from parvis.audit.models import Entry
from parvis.channels import commands, queries, readiness, rounds
from parvis.channels.models import Channel, State
from parvis.core import clock
from parvis.core.say import Say
from parvis.networks.contract import Check, Disconnected, Gauge, NotSent
from parvis.people.models import User
from parvis.people.permissions import NotAllowed
from parvis.posts import commands as posts
from parvis.worker import mail
from parvis.worker import rounds as work
from tests.rooms import plaza
from tests.rooms.bakery import idea
from tests.rooms.plaza import BAD, GOOD, Plaza
from tests.rooms.town import as_, words
from tests.world import World

pytestmark = pytest.mark.django_db

LIMITED = Check("tier", "limited", Say("Ten publications a day until the review is over."), Say("Ask for the review."))


@pytest.fixture
def door(settings: LazySettings) -> Plaza:
    door = Plaza()
    settings.NETWORKS = {"plaza": plaza.network(door, billed=True), "gallery": plaza.network(Plaza("gallery"))}
    return door


@pytest.fixture
def alice(world: World, door: Plaza) -> Client:
    return as_(world.alice)


def connected(alice: Client, key: str = "plaza") -> Channel:
    plaza.keep(alice, key)
    plaza.connect(alice, key)
    return Channel.objects.get(network=key)


def page(client: Client, channel: Channel) -> str:
    return words(client.get(reverse("channel", args=["lenoir", channel.pk])))


def check(client: Client, channel: Channel, after: timedelta = timedelta(minutes=1)) -> str:
    with clock.shifted(after):
        return words(client.post(reverse("channel-check", args=["lenoir", channel.pk]), follow=True))


# ---- readiness


def test_what_works_is_read_when_an_account_is_connected(alice: Client, door: Plaza) -> None:
    door.checks = (GOOD, BAD, LIMITED)
    shown = page(alice, connected(alice))
    assert shown.index("You no longer manage this page.") < shown.index("Ten publications a day") < shown.index("Publishing works.")
    assert "Ask its owner to give you the role again." in shown
    assert BAD.at in shown
    for word in ("Does not work", "With limits", "Works"):
        assert word in shown


def test_every_visit_reads_it_again(alice: Client, door: Plaza) -> None:
    channel = connected(alice)
    door.checks = (BAD,)
    assert rounds.visit_due(clock.now()).well == 1
    assert "You no longer manage this page." in page(alice, channel)


@pytest.mark.parametrize("trouble", [NotSent(Say("busy")), ValueError("broken")])
def test_where_the_network_does_not_say_what_was_known_goes_on(alice: Client, door: Plaza, trouble: Exception) -> None:
    channel = connected(alice)
    door.checks = trouble
    rounds.visit_due(clock.now())
    assert "Publishing works." in page(alice, channel)
    assert Channel.objects.get().state == State.ALIVE


def test_an_account_whose_network_says_nothing_from_the_start_is_not_called_good(alice: Client, door: Plaza) -> None:
    door.checks = NotSent(Say("busy"))
    shown = page(alice, connected(alice))
    assert "did not say whether everything works" in shown
    assert "Not known" in shown
    assert "Publishing works." not in shown


def test_a_person_can_have_it_checked_now(alice: Client, door: Plaza) -> None:
    channel = connected(alice)
    door.checks = (BAD,)
    shown = check(alice, channel)
    assert "Checked: this is how the account is now." in shown
    assert "You no longer manage this page." in shown
    assert Entry.objects.filter(verb="channels:channel:checked").count() == 1


def test_an_impatient_finger_asks_the_network_once(alice: Client, door: Plaza) -> None:
    channel = connected(alice)
    asked = len(door.asked)
    assert "checked a moment ago" in check(alice, channel, timedelta(seconds=5))
    assert len(door.asked) == asked


def test_a_check_that_finds_the_authorisation_gone_says_so(alice: Client, door: Plaza) -> None:
    channel = connected(alice)
    door.visits = Disconnected.by("plaza.example", "revoked")
    shown = check(alice, channel)
    assert "no longer lets Parvis in" in shown
    assert Channel.objects.get().state == State.DEAD


def test_a_check_of_a_network_that_is_away_alarms_nobody(alice: Client, door: Plaza) -> None:
    channel = connected(alice)
    door.visits = NotSent(Say("down"))
    shown = check(alice, channel)
    assert "does not answer at the moment" in shown
    assert "Publishing works." in shown


def test_a_disconnection_learnt_while_reading_what_works_is_one(alice: Client, door: Plaza) -> None:
    connected(alice)
    door.checks = Disconnected.by("plaza.example")
    assert rounds.visit_due(clock.now()).dead == 1


def test_all_may_read_only_owners_check_and_strangers_see_nothing(world: World, alice: Client, door: Plaza) -> None:
    channel = connected(alice)
    for user in (world.bob, world.chloe, world.remi):
        shown = page(as_(user), channel)
        assert "Publishing works." in shown
        assert "Check again now" not in shown
        assert as_(user).post(reverse("channel-check", args=["lenoir", channel.pk])).status_code == 403
        assert as_(user).post(reverse("channel-ceiling", args=["lenoir", channel.pk]), {"dollars": "5"}).status_code == 403
        with pytest.raises(NotAllowed):
            rounds.check_now(channel=channel, by=world.actor(user), now=clock.now())
    for name in ("channel", "channel-check", "channel-ceiling"):
        assert as_(world.denis).post(reverse(name, args=["lenoir", channel.pk])).status_code in {404, 405}
        assert as_(world.denis).get(reverse(name, args=["denis", channel.pk])).status_code in {404, 405}


def test_an_account_that_cannot_publish_is_said_on_the_home_page(world: World, alice: Client, door: Plaza) -> None:
    channel = connected(alice)
    assert readiness.stopped([channel]) == []
    door.checks = (LIMITED, BAD)
    rounds.visit_due(clock.now())
    channel.refresh_from_db()
    (found,) = readiness.stopped([channel])
    assert (found.channel, found.check.key) == (channel, "role")
    home = words(alice.get(reverse("home", args=["lenoir"])))
    assert "Nothing can be published on Plaza as boulangerie." in home
    assert "You no longer manage this page." in home
    assert reverse("channel", args=["lenoir", channel.pk]) in home


def test_the_composer_says_so_of_an_account_that_is_chosen(world: World, alice: Client, door: Plaza) -> None:
    door.checks = (BAD,)
    channel = connected(alice)
    post = idea(world, "La galette est là.")
    composer = reverse("compose", args=["lenoir", post.pk])
    assert "Nothing can be published on Plaza" in words(alice.get(composer))
    posts.choose_channels(post=post, channels=[], by=world.actor(world.alice), now=clock.now())
    assert "Nothing can be published on Plaza" not in words(alice.get(composer))
    posts.choose_channels(post=post, channels=[channel.pk], by=world.actor(world.alice), now=clock.now())
    assert "You no longer manage this page." in words(alice.get(composer))


AUDIT = Check("audit", "unknown", Say("Plaza does not tell whether it has audited your application."), Say("Ask for it."), asked=True)


def tell(client: Client, channel: Channel, key: str = "audit", **more: str) -> Any:
    return client.post(reverse("channel-told", args=["lenoir", channel.pk]), {"key": key, **more}, follow=True)


def test_what_the_network_does_not_tell_the_company_says_once_for_its_application(alice: Client, door: Plaza) -> None:
    door.checks = (AUDIT, GOOD)
    channel = connected(alice)
    assert "Not known" in page(alice, channel)
    assert "Not known" in words(alice.get(reverse("channels", args=["lenoir"])))
    shown = words(tell(alice, channel, done="yes"))
    assert "that this is settled" in shown
    assert "Not known" not in shown
    assert "Not known" not in words(alice.get(reverse("channels", args=["lenoir"])))
    rounds.visit_due(clock.now())
    assert "that this is settled" in page(alice, channel)
    assert "Not known" in words(tell(alice, channel))
    assert Entry.objects.filter(verb="channels:app:told").count() == 2


def test_another_application_has_all_to_say_anew(alice: Client, door: Plaza) -> None:
    door.checks = (AUDIT,)
    channel = connected(alice)
    tell(alice, channel, done="yes")
    plaza.keep(alice, client_id="another-id")
    assert "Not known" in page(alice, channel)


def test_nobody_says_what_is_not_asked_and_only_owners_say(world: World, alice: Client, door: Plaza) -> None:
    door.checks = (AUDIT, BAD)
    channel = connected(alice)
    for key in ("role", "made-up", ""):
        assert tell(alice, channel, key, done="yes").status_code == 404
    for user in (world.bob, world.remi):
        assert tell(as_(user), channel, done="yes").status_code == 403
        assert "It is settled" not in page(as_(user), channel)
    assert tell(as_(world.denis), channel, done="yes").status_code == 404
    assert "You no longer manage this page." in page(alice, channel)


# ---- the end of an authorisation


def with_end(alice: Client, door: Plaza, days: float) -> Channel:
    door.ends_at = clock.now() + timedelta(days=days)
    return connected(alice)


@pytest.mark.parametrize(("days", "said"), [(20, False), (13, True), (1, True)])
def test_an_end_that_is_near_is_said_with_the_button_that_mends(alice: Client, door: Plaza, days: float, said: bool) -> None:
    channel = with_end(alice, door, days)
    assert channel.ends_at == door.ends_at
    mends = reverse("channel-mend", args=["lenoir", channel.pk])
    home = words(alice.get(reverse("home", args=["lenoir"])))
    assert (mends in home) is said
    assert ("does not let Parvis renew it without you" in home) is said
    assert ("gave ends" in page(alice, channel)) is said
    assert ("gave ends" in words(alice.get(reverse("channels", args=["lenoir"])))) is said


def test_people_are_written_to_fourteen_seven_and_two_days_before_once_each(
    world: World, alice: Client, door: Plaza, mailoutbox: list[EmailMessage]
) -> None:
    User.objects.update(language="en")
    channel = with_end(alice, door, 20)
    began = clock.now()
    told: list[float] = []
    for half_days in range(2 * 21):
        with clock.at(began + timedelta(days=half_days / 2)):
            work.make(work.Round("endings", timedelta(hours=1), mail.tell_endings, mail.any_ending), clock.now())
        told += [half_days / 2 for message in mailoutbox if message.to == [world.alice.email]]
        mailoutbox.clear()
    assert [day // 1 for day in told] == [6, 13, 18]
    assert Channel.objects.get().told_end_at is not None
    assert channel.state == State.ALIVE


def test_the_mail_says_when_it_ends_and_where_that_is_mended(
    alice: Client, world: World, door: Plaza, mailoutbox: list[EmailMessage]
) -> None:
    User.objects.update(language="en")
    channel = with_end(alice, door, 5)
    mail.tell_endings(clock.now())
    (message,) = [message for message in mailoutbox if message.to == [world.alice.email]]
    assert "an account must soon be connected again" in message.subject
    assert "Plaza lets Parvis publish as boulangerie until" in message.body
    assert settings.PUBLIC_URL + reverse("channel-mend", args=["lenoir", channel.pk]) in message.body
    assert not [one for one in mailoutbox if one.to == [world.denis.email]]


def test_an_account_connected_again_is_warned_about_anew(alice: Client, door: Plaza, mailoutbox: list[EmailMessage]) -> None:
    with_end(alice, door, 1)
    mail.tell_endings(clock.now())
    mailoutbox.clear()
    door.ends_at = clock.now() + timedelta(days=60)
    plaza.connect(alice)
    assert not mail.any_ending(clock.now())
    assert mail.any_ending(clock.now() + timedelta(days=47))


@pytest.mark.parametrize("state", [State.DEAD, State.CLOSED])
def test_what_is_no_longer_alive_has_no_end_to_tell(alice: Client, door: Plaza, state: State) -> None:
    with_end(alice, door, 1)
    Channel.objects.update(state=state)
    assert not mail.any_ending(clock.now())


def test_an_authorisation_that_renews_itself_is_never_said_to_end(alice: Client, door: Plaza) -> None:
    connected(alice)
    assert not mail.any_ending(clock.now() + timedelta(days=365))


# ---- limits


def gauge(used: float, unit: Any = "percent", shared: bool = False, hours: float = 1, most: float = 100) -> Gauge:
    return Gauge(used, most, soon(hours), unit, shared)


def soon(hours: float) -> datetime:
    return clock.now() + timedelta(hours=hours)


def test_a_visit_keeps_what_the_network_says_of_its_limits(alice: Client, door: Plaza) -> None:
    channel = connected(alice)
    door.gauges = {"calls": gauge(28), "posts": gauge(12, "posts", most=150), "day": gauge(9_900, "units", shared=True, most=10_000)}
    rounds.visit_due(clock.now())
    shown = page(alice, channel)
    assert "28% of what the network allows" in shown
    assert "12 of 150 publications" in shown
    assert "9,900 of 10,000 units of the quota" in shown
    assert "starts again" in shown
    assert "Counted for all the accounts that go through your application." in shown
    assert Channel.objects.get().paused_until is None


def test_a_limit_that_has_started_again_is_not_shown(alice: Client, door: Plaza) -> None:
    channel = connected(alice)
    commands.note_gauges(channel_id=channel.pk, gauges={"calls": gauge(28)}, before={}, now=clock.now())
    with clock.shifted(timedelta(hours=2)):
        assert "28%" not in page(alice, channel)


@pytest.mark.parametrize(("used", "pauses"), [(94.9, False), (95, True), (120, True)])
def test_a_percentage_that_is_nearly_full_lets_the_account_wait(alice: Client, door: Plaza, used: float, pauses: bool) -> None:
    channel = connected(alice)
    full = gauge(used)
    commands.note_gauges(channel_id=channel.pk, gauges={"calls": full}, before={}, now=clock.now())
    channel.refresh_from_db()
    assert channel.paused_until == (full.reset_at if pauses else None)


def test_a_count_that_is_nearly_full_waits_for_nothing_yet(alice: Client, door: Plaza) -> None:
    channel = connected(alice)
    commands.note_gauges(channel_id=channel.pk, gauges={"posts": gauge(99, "posts")}, before={}, now=clock.now())
    assert Channel.objects.get().paused_until is None


def test_a_limit_of_the_application_stops_all_accounts_of_its_family(world: World, alice: Client, door: Plaza) -> None:
    plaza_page, gallery = connected(alice), connected(alice, "gallery")
    full = gauge(97, shared=True)
    commands.note_gauges(channel_id=plaza_page.pk, gauges={"app": full}, before={}, now=clock.now())
    gallery.refresh_from_db()
    assert gallery.paused_until == full.reset_at
    assert queries.gauges_of(gallery)["app"].used == 97


def test_a_wait_is_never_longer_than_a_day_nor_shortened(alice: Client, door: Plaza) -> None:
    channel = connected(alice)
    now = clock.now()
    commands.note_gauges(channel_id=channel.pk, gauges={"a": gauge(99, hours=500)}, before={}, now=now)
    commands.note_gauges(channel_id=channel.pk, gauges={"a": gauge(99, hours=1)}, before={}, now=now)
    assert Channel.objects.get().paused_until == now + timedelta(days=1)


# ---- money


def test_a_ceiling_is_set_in_whole_dollars_and_taken_away(alice: Client, door: Plaza) -> None:
    channel = connected(alice)
    where = reverse("channel-ceiling", args=["lenoir", channel.pk])
    assert "Plaza bills your company itself, in US dollars" in page(alice, channel)
    assert "Ceiling: $25.00 a month" in words(alice.post(where, {"dollars": "25"}, follow=True))
    assert Channel.objects.get().ceiling == 25_000_000
    assert "There is no ceiling any more." in words(alice.post(where, {"dollars": ""}, follow=True))
    assert Channel.objects.get().ceiling is None
    assert Entry.objects.filter(verb__startswith="channels:ceiling").count() == 2


@pytest.mark.parametrize("typed", ["-1", "2001", "ten", "1e9"])
def test_a_ceiling_that_is_no_sum_is_said_and_what_was_typed_stays(alice: Client, door: Plaza, typed: str) -> None:
    channel = connected(alice)
    answer = alice.post(reverse("channel-ceiling", args=["lenoir", channel.pk]), {"dollars": typed})
    assert answer.status_code == 200
    assert f'value="{typed}"' in words(answer)
    assert "error" in words(answer)
    assert Channel.objects.get().ceiling is None


def test_where_nothing_is_billed_no_price_is_shown(alice: Client, door: Plaza) -> None:
    assert "What it costs" not in page(alice, connected(alice, "gallery"))
