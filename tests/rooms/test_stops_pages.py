"""The emergency stop on the pages: a button where one looks for it, a banner everywhere, and a page that says what would leave."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail as post
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from parvis.audit.models import Entry
from parvis.audit.sentences import sentence
from parvis.channels.models import Channel
from parvis.cli.main import main
from parvis.core import clock
from parvis.people.models import User
from parvis.publishing import stops
from parvis.publishing.models import Delivery, Stop
from parvis.publishing.states import State
from parvis.worker import stops as worker_stops
from tests.rooms.test_web_home import leave
from tests.world import World

C = "/c/lenoir/"


@pytest.fixture
def channel(world: World) -> Channel:
    now = clock.now()
    return Channel.objects.create(
        company=world.bakery, network="bluesky", base="https://pds.example", remote_id="did:plc:1", handle="lenoir.example",
        connected_at=now, visit_at=now,
    )  # fmt: skip


def signed(user: User) -> Client:
    User.objects.update(language="en")
    client = Client()
    client.force_login(user)
    return client


def halt(world: World, **more: object) -> Stop:
    return stops.stop(company=world.bakery, by=world.actor(world.alice), now=clock.now(), **more)  # type: ignore[arg-type]


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.parametrize("who", ["alice", "bob", "chloe"])
def test_one_press_on_the_page_of_today_stops_everything(world: World, channel: Channel, who: str) -> None:
    leave(world, "Brioche", 1, State.SCHEDULED)
    client = signed(getattr(world, who))
    assert f'action="{C}stops/"' in text(client, C)
    answer = client.post(f"{C}stops/")
    stop = Stop.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"{C}stops/{stop.pk}/")
    assert stop.who == who.capitalize()
    assert f'action="{C}stops/"' not in text(client, C)
    client.post(f"{C}stops/")
    assert Stop.objects.count() == 1


def test_a_reader_sees_the_banner_and_no_button(world: World, channel: Channel) -> None:
    remi = signed(world.remi)
    leave(world, "Brioche", 1, State.SCHEDULED)
    assert f'action="{C}stops/"' not in text(remi, C)
    assert remi.post(f"{C}stops/").status_code == 403
    stop = halt(world, why="Une fuite de gaz")
    page = text(remi, C)
    assert "Everything is stopped: nothing new leaves." in page
    assert "Une fuite de gaz" in page
    assert "By Alice" in page
    assert remi.post(f"{C}stops/{stop.pk}/lift/").status_code == 403
    assert remi.post(f"{C}stops/{stop.pk}/why/", {"why": "x"}).status_code == 403
    assert "Only an owner can lift it" in text(remi, f"{C}stops/{stop.pk}/")


PAGES = [
    "",
    "calendar/",
    "posts/",
    "inbox/",
    "settings/",
    "settings/channels/",
    "settings/members/",
    "media/",
    "settings/journal/",
    "help/",
    "stops/",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_so_and_asks_the_database_nothing_more(world: World, channel: Channel, path: str) -> None:
    client = signed(world.remi)
    client.get(C + path)
    with CaptureQueriesContext(
        connection,
    ) as before:
        assert "nothing new leaves" not in text(client, C + path)
    halt(world, channel=channel)
    halt(world)
    with CaptureQueriesContext(connection) as after:
        page = text(client, C + path)
    assert "Everything is stopped: nothing new leaves." in page
    assert "And 1 account" in page
    assert len(after) <= len(before)


def test_a_stop_of_one_account_is_said_as_such(world: World, channel: Channel) -> None:
    client = signed(world.alice)
    page = f"{C}settings/channels/{channel.pk}/"
    assert "Stop this account" in text(client, page)
    client.post(f"{C}stops/", {"channel": channel.pk, "why": "Compte piraté"})
    assert Stop.objects.get().channel == channel
    shown = text(client, page)
    assert "Stop this account" not in shown
    assert "This account is stopped: nothing new leaves through it." in shown
    assert "lenoir.example is stopped" in text(client, C)
    # Everything may still be stopped besides.
    client.post(f"{C}stops/")
    assert Stop.objects.filter(lifted_at=None).count() == 2
    assert client.post(f"{C}stops/", {"channel": 10**18}).status_code == 404
    assert client.post(f"{C}stops/", {"channel": "x"}).status_code == 404


def test_before_lifting_it_shows_what_would_leave(world: World, channel: Channel) -> None:
    for n in range(3):
        leave(world, f"Brioche {n}", -n / 10, State.SCHEDULED)
    leave(world, "Demain", 24, State.SCHEDULED)
    stop = halt(world)
    client = signed(world.alice)
    page = text(client, f"{C}stops/{stop.pk}/")
    assert "3 departures would leave, in this order" in page
    assert page.index("Brioche 2") < page.index("Brioche 1") < page.index("Brioche 0")
    assert "Demain" not in page
    assert "4 departures wait" in page
    client.post(f"{C}stops/{stop.pk}/lift/", {"overdue": "hold"})
    assert Delivery.objects.filter(state=State.HELD).count() == 3
    stop.refresh_from_db()
    assert stop.lifted_who == "Alice"
    assert "This stop is lifted" in text(client, f"{C}stops/{stop.pk}/")
    assert "already" in text(client, client.post(f"{C}stops/{stop.pk}/lift/")["Location"])


def test_the_page_costs_the_same_however_much_waits(world: World, channel: Channel) -> None:
    first = leave(world, "Brioche", -0.1, State.SCHEDULED)
    row = {f.attname: getattr(first, f.attname) for f in Delivery._meta.concrete_fields if f.name != "id"}
    Delivery.objects.bulk_create([Delivery(**row) for _ in range(900)])
    stop = halt(world)
    client = signed(world.alice)
    client.get(f"{C}stops/{stop.pk}/")
    with CaptureQueriesContext(connection) as asked:
        page = text(client, f"{C}stops/{stop.pk}/")
    assert len(asked) <= 12
    assert "And 851 more after these" in page


def test_the_post_and_the_calendar_say_that_it_waits(world: World, channel: Channel) -> None:
    delivery = leave(world, "Brioche", 1, State.SCHEDULED)
    client = signed(world.remi)
    page = f"{C}posts/{delivery.departure.variant.post_id}/departures/"  # type: ignore[attr-defined]
    assert "Stopped, waits" not in text(client, page)
    halt(world)
    assert "Stopped, waits" in text(client, page)
    assert "Nothing of it leaves before the stop is lifted." in text(client, f"{C}calendar/")


def test_why_may_be_said_afterwards(world: World) -> None:
    stop = halt(world)
    client = signed(world.chloe)
    client.post(f"{C}stops/{stop.pk}/why/", {"why": "Un client allergique"})
    assert "Un client allergique" in text(client, C)


def test_the_journal_says_who_stopped_and_who_let_go(world: World, channel: Channel) -> None:
    stop, one = halt(world, why="Feu"), halt(world, channel=channel)
    by = world.actor(world.alice)
    stops.explain(stop=stop, why="Feu au four", by=by, now=clock.now())
    stops.resume(stop=stop, by=by, now=clock.now())
    stops.resume(stop=one, by=by, now=clock.now())
    said = [str(sentence(entry)) for entry in Entry.objects.filter(verb__startswith="publishing:stop").order_by("pk")]
    assert said == [
        "Alice stopped everything: nothing new leaves any more",
        "Alice stopped the account lenoir.example: nothing new leaves through it",
        "Alice said why everything is stopped: Feu au four",
        "Alice let everything leave again",
        "Alice let the account lenoir.example leave again",
    ]


def test_owners_are_written_to_when_it_is_given_and_when_it_is_lifted(world: World, channel: Channel) -> None:
    User.objects.update(language="en")
    stop = stops.stop(company=world.bakery, by=world.actor(world.bob), now=clock.now(), why="Feu")
    worker_stops.tell(clock.now())
    worker_stops.tell(clock.now())
    [mail] = post.outbox
    assert mail.to == ["alice@example.test"]
    assert mail.subject == "Boulangerie Lenoir: everything is stopped"
    assert "Bob stopped everything" in mail.body
    assert f"/c/lenoir/stops/{stop.pk}/" in mail.body
    stops.resume(stop=stop, by=world.actor(world.alice), now=clock.now())
    worker_stops.tell(clock.now())
    assert post.outbox[-1].subject == "Boulangerie Lenoir: the stop is lifted"
    assert not stops.any_untold(clock.now())


def test_a_stop_lifted_before_any_mail_left_is_told_in_one(world: World, channel: Channel) -> None:
    stop = halt(world, channel=channel)
    stops.resume(stop=stop, by=world.actor(world.alice), now=clock.now())
    worker_stops.tell(clock.now())
    assert len(post.outbox) == 1
    assert not stops.any_untold(clock.now())


def test_the_commands_stop_show_and_let_go(world: World, channel: Channel, capsys: pytest.CaptureFixture[str]) -> None:
    late = leave(world, "Brioche", -0.1, State.SCHEDULED)
    assert main(["stop"]) == 0
    assert "Nothing is stopped." in capsys.readouterr().out
    assert main(["stop", "nowhere"]) == 1
    assert "lenoir" in capsys.readouterr().err
    assert main(["stop", "lenoir", "--channel", "999"]) == 1
    assert f"{channel.pk} (bluesky: lenoir.example)" in capsys.readouterr().err
    assert main(["stop", "lenoir", "--channel", str(channel.pk), "--why", "piraté"]) == 0
    assert main(["stop"]) == 0
    assert "lenoir.example" in capsys.readouterr().out
    assert main(["resume", "lenoir"]) == 1
    assert main(["resume", "lenoir", "--channel", str(channel.pk), "--show"]) == 0
    assert "Brioche" in capsys.readouterr().out
    assert Stop.objects.get().lifted_at is None
    assert main(["resume", "lenoir", "--channel", str(channel.pk), "--hold"]) == 0
    late.refresh_from_db()
    assert late.state == State.HELD


def test_a_worker_that_starts_says_what_is_stopped(world: World, caplog: pytest.LogCaptureFixture) -> None:
    halt(world, why="Feu")
    with clock.later(timedelta(minutes=1)):
        worker_stops.say_standing()
    assert "lenoir: everything stopped by Alice" in caplog.text
