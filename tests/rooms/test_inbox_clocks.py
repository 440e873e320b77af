"""The clocks: what is promised is promised in opening hours, in the company's time zone, whatever the night does to its clocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail as mailing
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from parvis.audit.models import Entry
from parvis.channels.models import Channel
from parvis.core import clock
from parvis.inbox import clocks, commands, measures, warning
from parvis.inbox.models import Conversation, Promise, Turn
from parvis.people.models import Closure, Company, Establishment, Hours, Member, User
from parvis.people.opening import DAY_LONG, MIDNIGHT, Opening, Special
from parvis.worker import mail
from tests.rooms.parlour import US, Parlour, gather, only
from tests.world import NOON, World

PARIS = ZoneInfo("Europe/Paris")
HOUR = 3600
SHOP = ((9 * HOUR, 12 * HOUR), (14 * HOUR, 18 * HOUR))
WEEK = (SHOP,) * 5 + (((9 * HOUR, 12 * HOUR),), ())
ZONES = ("Europe/Paris", "America/Martinique", "Indian/Reunion", "Australia/Lord_Howe", "America/St_Johns", "America/Havana")


def at(text: str, fold: int = 0) -> datetime:
    """Return a moment of the wall clock in Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold)


def shop(**more: Any) -> Opening:
    return Opening("Europe/Paris", WEEK, **more)


# ---- the arithmetic


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-12-11T13:00", 240, "2026-12-11T18:00"),  # the break at noon is not counted
        ("2026-12-11T15:00", 240, "2026-12-12T10:00"),  # Friday afternoon: on Saturday morning
        ("2026-12-12T11:30", 60, "2026-12-14T09:30"),  # Saturday at noon: on Monday
        ("2026-12-13T03:00", 60, "2026-12-14T10:00"),  # a Sunday night
    ],
)
def test_what_is_promised_falls_in_opening_hours(start: str, minutes: int, due: str) -> None:
    assert shop().add_open(at(start), minutes) == at(due)
    assert shop().seconds_open(at(start), at(due)) == minutes * 60


def test_a_day_closed_by_law_is_skipped_where_it_is_one() -> None:
    boxing_day = at("2025-12-26T09:00")
    assert shop(holidays="metropole").add_open(boxing_day, 60) == at("2025-12-26T10:00")
    assert shop(holidays="alsace-moselle").add_open(boxing_day, 60) == at("2025-12-27T10:00")
    assert shop(holidays="metropole").add_open(at("2025-12-25T09:00"), 60) == at("2025-12-26T10:00")
    assert shop(holidays="").add_open(at("2025-12-25T09:00"), 60) == at("2025-12-25T10:00")
    assert not shop(holidays="974").open_at(at("2024-12-20T10:00"))
    assert shop(holidays="metropole").open_at(at("2024-12-20T10:00"))


def test_closures_and_exceptional_openings() -> None:
    august = Special(date(2026, 8, 3), date(2026, 8, 23))
    all_the_same = Special(date(2026, 8, 14), date(2026, 8, 14), opened=True)
    sunday = Special(date(2026, 12, 20), date(2026, 12, 20), opened=True, ranges=((10 * HOUR, 13 * HOUR),))
    twice = Special(date(2026, 12, 20), date(2026, 12, 20), opened=True, ranges=((15 * HOUR, 17 * HOUR),))
    kept = shop(holidays="metropole", specials=(august, all_the_same, sunday, twice))
    assert not kept.open_at(at("2026-08-13T10:00"))
    assert kept.open_at(at("2026-08-14T10:00"))
    assert kept.add_open(at("2026-08-01T11:30"), 60) == at("2026-08-14T09:30")
    assert kept.seconds_open(at("2026-12-20T00:00"), at("2026-12-21T00:00")) == 5 * HOUR


def test_the_night_on_which_an_hour_is_skipped() -> None:
    baker = Opening("Europe/Paris", ((),) * 6 + (((HOUR, 4 * HOUR),),))
    assert baker.seconds_open(at("2026-03-29T00:00"), at("2026-03-29T12:00")) == 2 * HOUR
    assert baker.seconds_open(at("2026-03-22T00:00"), at("2026-03-22T12:00")) == 3 * HOUR
    within = Opening("Europe/Paris", ((),) * 6 + (((2 * HOUR + 600, 2 * HOUR + 1800),),))
    assert within.seconds_open(at("2026-03-29T00:00"), at("2026-03-30T00:00")) == 0


def test_the_night_on_which_an_hour_comes_twice() -> None:
    baker = Opening("Europe/Paris", ((),) * 6 + (((HOUR, 4 * HOUR),),))
    assert baker.seconds_open(at("2026-10-25T00:00"), at("2026-10-25T12:00")) == 4 * HOUR
    half = Opening("Europe/Paris", ((),) * 6 + (((2 * HOUR, 2 * HOUR + 1800),),))
    assert half.seconds_open(at("2026-10-25T00:00"), at("2026-10-25T12:00")) == HOUR
    assert half.open_at(at("2026-10-25T02:15", fold=0))
    assert not half.open_at(at("2026-10-25T02:45", fold=0))
    assert half.open_at(at("2026-10-25T02:15", fold=1))


def test_hours_up_to_midnight_go_on_with_those_from_midnight() -> None:
    bar = Opening("Europe/Paris", (((0, 2 * HOUR), (18 * HOUR, DAY_LONG)),) * 7)
    assert bar.seconds_open(at("2026-12-11T18:00"), at("2026-12-12T02:00")) == 8 * HOUR
    assert bar.open_at(at("2026-12-11T23:59:59"))
    assert bar.open_at(at("2026-12-12T00:00"))
    assert not bar.open_at(at("2026-12-12T02:00"))


def test_without_hours_it_is_always_open_and_what_never_opens_counts_plain_minutes() -> None:
    assert Opening().add_open(NOON, 90) == NOON + timedelta(minutes=90)
    assert Opening("Europe/Paris", holidays="metropole").open_at(at("2026-12-25T03:00"))
    never = shop(specials=(Special(date(2020, 1, 1), date(2040, 1, 1)),))
    assert never.add_open(NOON, 90) == NOON + timedelta(minutes=90)
    assert never.opens_next(NOON) is None


spans = st.lists(st.tuples(st.integers(0, 95), st.integers(1, 96)).filter(lambda one: one[0] < one[1]), max_size=3)
weeks = st.lists(spans, min_size=7, max_size=7).map(
    lambda week: tuple(tuple((first * 900, last * 900) for first, last in day) for day in week)
)
FIRST = datetime(2025, 1, 1, tzinfo=UTC)
moments = st.integers(0, 3 * 366 * DAY_LONG).map(lambda seconds: FIRST + timedelta(seconds=seconds))
openings = st.builds(
    Opening, timezone=st.sampled_from(ZONES), week=weeks, holidays=st.sampled_from(["", "metropole", "alsace-moselle", "971"])
)


@given(openings, moments, st.integers(0, 3000))
def test_adding_minutes_and_counting_them_agree(opening: Opening, start: datetime, minutes: int) -> None:
    due = opening.add_open(start, minutes)
    assert due >= start
    if opening.opens_next(start) is not None:
        assert opening.seconds_open(start, due) == minutes * 60
        if minutes:
            assert opening.seconds_open(start, due - timedelta(seconds=1)) == minutes * 60 - 1


@given(openings, moments, st.integers(0, 400), st.integers(0, 400))
def test_what_is_counted_in_two_parts_is_counted_once(opening: Opening, start: datetime, one: int, two: int) -> None:
    start = start.replace(microsecond=0)
    middle = start + timedelta(hours=one)
    end = middle + timedelta(hours=two)
    parts = opening.seconds_open(start, middle) + opening.seconds_open(middle, end)
    assert parts == opening.seconds_open(start, end) <= (end - start).total_seconds()
    assert opening.seconds_open(end, start) == 0


@given(openings, moments)
def test_it_is_open_when_the_wall_clock_says_so(opening: Opening, moment: datetime) -> None:
    here = moment.astimezone(ZoneInfo(opening.timezone))
    seconds = here.hour * HOUR + here.minute * 60 + here.second
    assert opening.open_at(moment) == any(first <= seconds < last for first, last in opening.ranges(here.date()))


# ---- those who wait


@pytest.fixture
def travel() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as moment:
        yield moment


def open_week(company: Company, **more: Any) -> Establishment:
    """Give the company hours: 9 to 12 and 14 to 18 on weekdays, Saturday morning."""
    place = Establishment.objects.create(company=company, name="Le fournil", main=True, **more)
    for day, ranges in enumerate(WEEK):
        for first, last in ranges:
            Hours.objects.create(establishment=place, weekday=day, opens=time(first // HOUR), closes=time(last // HOUR))
    return place


def wrote(parlour: Parlour, since: datetime) -> Conversation:
    parlour.say("Vous êtes ouverts dimanche ?", since, name="m1")
    gather()
    return only()


def test_somebody_who_writes_is_promised_an_hour_of_the_company(world: World, parlour: Parlour, account: Channel) -> None:
    open_week(world.bakery)
    talk = wrote(parlour, at("2026-12-11T12:30"))
    assert talk.due_at == at("2026-12-11T18:00")
    assert Turn.objects.get().due_at == talk.due_at


def test_other_hours_or_another_promise_give_those_who_wait_another_hour(world: World, parlour: Parlour, account: Channel) -> None:
    talk = wrote(parlour, at("2026-12-11T12:30"))
    assert talk.due_at == at("2026-12-11T16:30")
    with clocks.retimed(world.bakery, NOON):
        open_week(world.bakery)
    assert only().due_at == Turn.objects.get().due_at == at("2026-12-11T18:00")
    commands.promise(company=world.bakery, facts={"minutes": 60}, by=world.actor(world.alice), now=NOON)
    assert only().due_at == at("2026-12-11T15:00")
    with clocks.retimed(world.bakery, NOON):
        Closure.objects.create(establishment=Establishment.objects.get(), first=date(2026, 12, 11), last=date(2026, 12, 12))
    assert only().due_at == at("2026-12-14T10:00")


def test_who_was_warned_of_an_hour_that_is_now_far_away_is_warned_again(world: World, parlour: Parlour, account: Channel) -> None:
    wrote(parlour, at("2026-12-11T12:30"))
    Conversation.objects.update(warned_at=NOON)
    with clocks.retimed(world.bakery, NOON):
        open_week(world.bakery)
    assert only().warned_at is None


def test_an_answer_is_measured_in_both_kinds_of_hours(world: World, parlour: Parlour, account: Channel, travel: Any) -> None:
    open_week(world.bakery)
    wrote(parlour, at("2026-12-11T11:00"))
    travel.move_to(at("2026-12-11T15:00"))
    parlour.say("Oui.", clock.now(), who=US, thread="with-u1")
    gather()
    turn = Turn.objects.get()
    assert (turn.seconds, turn.open_seconds) == (4 * HOUR, 2 * HOUR)
    commands.done(conversation=only(), by=world.actor(world.alice), now=at("2026-12-12T09:30"))
    turn.refresh_from_db()
    assert turn.resolved_open_seconds == 2 * HOUR + 3 * HOUR + HOUR // 2
    assert turn.resolved_seconds == 22 * HOUR + HOUR // 2


def test_the_company_is_closed_at_night_and_a_day_may_end_at_midnight(world: World) -> None:
    assert clocks.open_at(world.bakery, at("2026-12-11T23:30"))
    place = open_week(world.bakery)
    assert not clocks.open_at(world.bakery, at("2026-12-11T23:30"))
    Hours.objects.create(establishment=place, weekday=4, opens=time(20), closes=MIDNIGHT)
    assert clocks.open_at(world.bakery, at("2026-12-11T23:59:59"))
    assert not clocks.open_at(world.bakery, at("2026-12-12T00:00"))


def test_a_company_that_promised_nothing_has_the_usual_promise(world: World) -> None:
    assert clocks.clock_of(world.bakery).minutes == Promise._meta.get_field("minutes").default


# ---- before it is late


def warned(world: World, now: datetime) -> list[str]:
    """Let the round pass, and return who got a mail."""
    outbox = mailing.outbox
    outbox.clear()
    if warning.any_to_warn(now):
        mail.warn(now)
    return sorted(one.to[0].partition("@")[0] for one in outbox)


def test_who_may_answer_is_warned_once_before_the_promised_hour(world: World, parlour: Parlour, account: Channel) -> None:
    talk = wrote(parlour, NOON)
    due = NOON + timedelta(minutes=240)
    assert warned(world, due - timedelta(minutes=61)) == []
    assert warned(world, due - timedelta(minutes=60)) == ["alice", "bob", "chloe"]
    assert f"/c/lenoir/inbox/{talk.pk}/" in mailing.outbox[0].body
    assert "Camille" in mailing.outbox[0].subject
    assert "dimanche" in mailing.outbox[0].body
    assert warned(world, due - timedelta(minutes=5)) == []


def test_whoever_has_it_is_warned_and_nobody_else(world: World, parlour: Parlour, account: Channel) -> None:
    talk = wrote(parlour, NOON)
    commands.assign(conversation=talk, to=world.chloe, by=world.actor(world.alice), now=NOON)
    assert warned(world, NOON + timedelta(minutes=200)) == ["chloe"]


def test_no_mail_to_who_wants_none_nor_before_an_hour_that_is_nobodys(world: World, parlour: Parlour, account: Channel) -> None:
    talk = wrote(parlour, NOON)
    Member.objects.filter(user=world.alice).update(mails=False)
    late = NOON + timedelta(minutes=200)
    Conversation.objects.update(status="snoozed")
    assert warned(world, late) == []
    Conversation.objects.update(status="open")
    commands.promise(company=world.bakery, facts={"warn_minutes": 0}, by=world.actor(world.alice), now=NOON)
    assert warned(world, late) == []
    commands.promise(company=world.bakery, facts={"warn_minutes": 20}, by=world.actor(world.alice), now=NOON)
    assert warned(world, late) == []
    assert warned(world, NOON + timedelta(minutes=225)) == ["bob", "chloe"]
    commands.done(conversation=talk, by=world.actor(world.alice), now=late)
    assert warned(world, NOON + timedelta(minutes=230)) == []


def test_a_mail_that_could_not_leave_is_tried_again(world: World, parlour: Parlour, account: Channel, settings: Any) -> None:
    wrote(parlour, NOON)
    late, works = NOON + timedelta(minutes=200), settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1", 1
    assert warned(world, late) == []
    settings.EMAIL_BACKEND = works
    assert warned(world, late) == ["alice", "bob", "chloe"]


# ---- measured


def turn(account: Channel, minutes: int, within: int, name: str, by: User | None = None, **more: Any) -> Turn:
    talk = Conversation.objects.create(
        company=account.company, channel=account, kind="message", thread=name, first_at=NOON, last_at=NOON, last_words="Bonjour"
    )
    given = {"first": True, "opened_at": NOON, "due_at": NOON + timedelta(hours=4), "answered_at": NOON + timedelta(minutes=minutes)} | more
    seconds = {"seconds": minutes * 60, "open_seconds": within * 60}
    return Turn.objects.create(company=account.company, conversation=talk, channel=account, by=by, **seconds, **given)


def test_the_figures_of_a_period(world: World, account: Channel) -> None:
    for n in range(1, 11):
        turn(account, n * 60, n * 30, f"t{n}", world.alice if n < 4 else None)
    turn(account, 10, 10, "again", world.bob, first=False)
    found = measures.report(world.bakery, NOON - timedelta(days=1), NOON + timedelta(days=1), NOON)
    first = found.whole.first
    assert (first.count, first.median, first.ninth) == (10, timedelta(hours=5), timedelta(hours=9))
    assert (first.open_median, first.open_ninth, first.within) == (timedelta(minutes=150), timedelta(minutes=270), 0.4)
    assert (found.whole.every.count, found.whole.resolved.count, found.whole.resolved.median) == (11, 0, None)
    assert [(line.name, line.every.count) for line in found.members] == [("Alice", 3), ("Bob", 1), ("", 7)]
    assert [line.key for line in found.networks] == ["parlour"]
    assert [line.key for line in found.weeks] == [date(2026, 12, 7)]
    nothing = measures.report(world.bakery, NOON + timedelta(days=1), NOON + timedelta(days=2), NOON)
    assert (nothing.whole.every.count, nothing.networks) == (0, [])


def test_a_week_is_that_of_the_company(world: World, account: Channel) -> None:
    turn(account, 60, 60, "sunday", answered_at=datetime(2026, 12, 6, 23, 30, tzinfo=UTC))
    found = measures.report(world.bakery, NOON - timedelta(days=9), NOON, NOON)
    assert [line.key for line in found.weeks] == [date(2026, 12, 7)]


def signed(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_page_of_figures_and_its_file(world: World, account: Channel, travel: Any, django_assert_max_num_queries: Any) -> None:
    travel.shift(timedelta(hours=4))
    client = signed(world.remi)
    page = client.get("/c/lenoir/inbox/measures/").content.decode()
    assert 'class="empty"' in page
    for n in range(1, 4):
        turn(account, n * 60, n * 30, f"t{n}", world.alice)
    with django_assert_max_num_queries(12):
        page = client.get("/c/lenoir/inbox/measures/?weeks=4&what=every").content.decode()
    assert "2\N{NO-BREAK SPACE}h" in page
    assert "Alice" in page
    answer = client.get("/c/lenoir/inbox/measures.csv?weeks=4")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert "person;Alice;first;3;7200;10800;3600;5400;1.000" in lines
    assert signed(world.denis).get("/c/lenoir/inbox/measures.csv").status_code == 404


@pytest.mark.parametrize("asked", ["?weeks=x&what=y", "?weeks=-1", "?weeks=4;drop", "?weeks=99999999999999999999"])
def test_a_period_that_makes_no_sense_is_the_usual_one(world: World, account: Channel, asked: str) -> None:
    assert signed(world.remi).get(f"/c/lenoir/inbox/measures/{asked}").status_code == 200


# ---- the promise


def promised(client: Client, **typed: Any) -> Any:
    return client.post("/c/lenoir/settings/answers/", {"minutes": "240", "warn_minutes": "60"} | typed)


def test_the_promise_is_kept_as_it_was_written(world: World, parlour: Parlour, account: Channel) -> None:
    wrote(parlour, at("2026-12-11T12:30"))
    client = signed(world.alice)
    assert client.get("/c/lenoir/settings/answers/").status_code == 200
    typed = {"minutes": "60", "acknowledges": "on", "acknowledgement": "À demain !", "needs_yes": "on", "keep_message": "365"}
    assert promised(client, **typed).status_code == 303
    said = Promise.objects.get()
    assert (said.minutes, said.acknowledges, said.acknowledgement, said.needs_yes, said.late_answers) == (
        60,
        True,
        "À demain !",
        True,
        False,
    )
    assert said.keep_days == {"message": 365}
    assert only().due_at == at("2026-12-11T13:30")
    assert Entry.objects.filter(verb="inbox:promise:changed").count() == 1


def test_a_promise_that_makes_no_sense_is_said_and_not_lost(world: World) -> None:
    client = signed(world.alice)
    answer = promised(client, minutes="1", acknowledges="on", acknowledgement=" ", keep_person="3")
    page = answer.content.decode()
    assert (answer.status_code, page.count('aria-invalid="true"')) == (422, 3)
    assert not Promise.objects.exists()
    assert promised(signed(world.bob)).status_code == 403
    assert signed(world.denis).get("/c/lenoir/settings/answers/").status_code == 404
