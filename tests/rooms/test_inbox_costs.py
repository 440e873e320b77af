"""What reading costs: nothing without a person's word, counted by the month, and never past the ceiling by more than a page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from parvis.audit.models import Entry
from parvis.channels.models import Channel
from parvis.core.say import Say
from parvis.inbox import commands, costs
from parvis.inbox.models import Message, Reading
from parvis.networks.listening import Source
from parvis.people.models import User
from parvis.people.permissions import NotAllowed
from tests.rooms.parlour import Parlour, channel, gather
from tests.world import NOON, World

AGO = NOON - timedelta(minutes=30)


@pytest.fixture
def travel() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as at:
        yield at


@pytest.fixture
def parlour(settings: Any, travel: Any) -> Parlour:
    costly = Source("named", timedelta(minutes=10), costs=True, what=Say("What names you"), price=Say("A cent each."))
    made = Parlour(sources=(costly,), micros=600_000)
    settings.NETWORKS = {**settings.NETWORKS, "parlour": made.network()}
    return made


@pytest.fixture
def account(world: World, parlour: Parlour) -> Channel:
    made = channel(world)
    gather()
    return made


def listen(world: World, account: Channel, on: bool = True) -> bool:
    return commands.listen(channel=account, source="named", on=on, by=world.actor(world.alice), now=NOON)


def cap(world: World, account: Channel, ceiling: int | None) -> int | None:
    return commands.cap(channel=account, source="named", ceiling=ceiling, by=world.actor(world.alice), now=NOON)


def row() -> Reading:
    return Reading.objects.get()


def client(user: User) -> Client:
    made = Client(headers={"accept-language": "fr"})
    made.force_login(user)
    return made


def test_nothing_is_read_and_nothing_spent_until_an_owner_says_so(world: World, parlour: Parlour, account: Channel) -> None:
    parlour.say("Bonjour", AGO)
    assert gather() == 0
    for user in (world.bob, world.chloe, world.remi, world.denis):
        with pytest.raises(NotAllowed):
            commands.listen(channel=account, source="named", on=True, by=world.actor(user), now=NOON)
        with pytest.raises(NotAllowed):
            commands.cap(channel=account, source="named", ceiling=0, by=world.actor(user), now=NOON)
    assert listen(world, account)
    assert not listen(world, account)
    assert gather() == 1
    assert (row().spent, row().month) == (600_000, date(2026, 12, 1))
    assert Message.objects.count() == 1


def test_past_its_ceiling_a_source_rests_until_the_next_month(world: World, parlour: Parlour, account: Channel, travel: Any) -> None:
    listen(world, account)
    assert cap(world, account, 1_000_000) is None
    for _ in range(5):
        gather()
        Reading.objects.update(due_at=NOON)
    assert row().spent == 1_200_000
    gather()
    assert row().told == costs.stopped()
    assert row().due_at.date() == date(2026, 12, 31)  # midnight of January in Paris
    Reading.objects.update(knocked_at=NOON, due_at=NOON)  # the network says that there is news
    parlour.say("Bonjour", AGO)
    gather()
    assert not Message.objects.exists()
    travel.move_to(NOON + timedelta(days=30))
    gather()
    assert (row().spent, row().month, row().told) == (600_000, date(2027, 1, 1), None)
    assert Message.objects.count() == 1


def test_a_higher_ceiling_lets_it_go_on_at_once(world: World, parlour: Parlour, account: Channel) -> None:
    listen(world, account)
    cap(world, account, 500_000)
    gather()
    gather()
    parlour.say("Bonjour", AGO)
    Reading.objects.update(due_at=NOON)
    gather()
    assert not Message.objects.exists()
    assert cap(world, account, 5_000_000) == 500_000
    gather()
    assert Message.objects.count() == 1
    with pytest.raises(ValueError, match="ceiling"):
        cap(world, account, -1)


def test_a_long_reading_stops_at_its_ceiling_and_goes_on_where_it_stopped(world: World, parlour: Parlour, account: Channel) -> None:
    parlour.page = 1
    for number in range(5):
        parlour.say(f"Bonjour {number}", AGO, name=f"m{number}")
    listen(world, account)
    cap(world, account, 1_000_000)
    gather()
    assert Message.objects.count() == 2
    cap(world, account, None)
    gather()
    assert Message.objects.count() == 5


def test_the_page_says_what_it_costs_and_each_change_can_be_undone(world: World, parlour: Parlour, account: Channel) -> None:
    alice, at = client(world.alice), f"/c/lenoir/inbox/listening/{account.pk}/named/"
    page = alice.get("/c/lenoir/inbox/listening/").content.decode()
    assert "A cent each." in page
    assert "Pas lu" in page
    said = alice.post(at, {"on": "1"}, follow=True).content.decode()
    assert f"{at}?on=0" in said
    gather()
    said = alice.post(f"{at}ceiling/", {"dollars": "2,50"}, follow=True).content.decode()
    assert "0,60" in said
    assert row().ceiling == 2_500_000
    assert f"{at}ceiling/?dollars=" in said
    alice.post(f"{at}ceiling/?dollars=")
    assert row().ceiling is None
    for typed in ("-1", "nan", "1e999", "beaucoup", "9999999"):
        assert "Rien n’a été modifié" in alice.post(f"{at}ceiling/", {"dollars": typed}, follow=True).content.decode()
    alice.post(f"{at}?on=0")
    assert row().off
    verbs = list(Entry.objects.filter(verb__startswith="inbox:reading").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["inbox:reading:on", "inbox:reading:capped", "inbox:reading:uncapped", "inbox:reading:off"]


def test_who_may_not_change_it_sees_it_and_no_button(world: World, account: Channel) -> None:
    page = client(world.remi).get("/c/lenoir/inbox/listening/").content.decode()
    assert "A cent each." in page
    assert "ceiling/" not in page
    assert client(world.bob).post(f"/c/lenoir/inbox/listening/{account.pk}/named/", {"on": "1"}).status_code == 403
    assert client(world.alice).post(f"/c/lenoir/inbox/listening/{account.pk}/nothing/", {"on": "1"}).status_code == 404
    assert row().off
