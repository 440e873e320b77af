"""Establishments and their hours: what is written on the page is what the clocks go by, and what cannot be kept is said."""

from __future__ import annotations

import re
from datetime import date, time
from html import unescape
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from parvis.audit.models import Entry
from parvis.core import clock
from parvis.people import establishing
from parvis.people.establishing import WrongDays, WrongSiret, siret_of
from parvis.people.models import Closure, Company, Establishment, Hours
from parvis.people.opening import DAY_LONG, MIDNIGHT, as_written, laid_out, merged
from parvis.people.permissions import NotAllowed
from parvis.people.queries import opening_of
from parvis.voice.commands import change_voice
from parvis.voice.wanted import Wanted
from tests.world import NOON, World

pytestmark = pytest.mark.django_db
PAGE = "/c/lenoir/settings/hours/"
GOOD = "73282932000074"


@pytest.fixture
def alice(world: World) -> Client:
    client = Client()
    client.force_login(world.alice)
    return client


def place_of(world: World, **more: Any) -> Establishment:
    given = {"name": "Le fournil", "siret": "", "holidays": "metropole"} | more
    return establishing.add_place(company=world.bakery, **given, by=world.actor(world.alice), now=NOON)


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def ranges(place: Establishment) -> list[tuple[int, time, time]]:
    return [(row.weekday, row.opens, row.closes) for row in Hours.objects.filter(establishment=place)]


# ---- numbers


@pytest.mark.parametrize("typed", [GOOD, "732 829 320 00074", "356 000 000 00048", "35600000049837", ""])
def test_a_siret_is_read_with_its_spaces(typed: str) -> None:
    assert siret_of(typed) == typed.replace(" ", "")


@pytest.mark.parametrize("typed", ["73282932000075", "7328293200007", "732829320000740", "abc", "73282932000O74", "35600000000046"])
def test_a_siret_that_is_nobodys_is_refused(typed: str) -> None:
    with pytest.raises(WrongSiret):
        siret_of(typed)


@given(st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_of_a_siret_is_seen(place: int, by: int) -> None:
    wrong = GOOD[:place] + str((int(GOOD[place]) + by) % 10) + GOOD[place + 1 :]
    with pytest.raises(WrongSiret):
        siret_of(wrong)


# ---- weeks

days = st.lists(st.tuples(st.integers(0, 47), st.integers(1, 48)).filter(lambda one: one[0] < one[1]), max_size=3).map(
    lambda ranges: merged((first * 1800, last * 1800) for first, last in ranges)
)


@given(st.lists(days, min_size=7, max_size=7))
def test_a_week_written_out_and_read_again_is_the_same_week(week: list[Any]) -> None:
    written = {day: [(_time(first), _time(last)) for first, last in ranges] for day, ranges in enumerate(as_written(week))}
    assert laid_out(written) == tuple(week)


def _time(seconds: int) -> time:
    return time(0) if seconds == DAY_LONG else time(seconds // 3600, seconds // 60 % 60)


# ---- commands


def test_the_first_place_is_the_main_one_and_one_always_is(world: World) -> None:
    by = world.actor(world.alice)
    first, second = place_of(world), place_of(world, name="La boutique", siret=GOOD)
    assert (first.main, second.main) == (True, False)
    establishing.make_main(place=second, by=by, now=NOON)
    assert Establishment.objects.get(main=True) == second
    establishing.remove_place(place=second, by=by, now=NOON)
    assert Establishment.objects.get(main=True) == first
    establishing.bring_back_place(place=second, by=by, now=NOON)
    assert Establishment.objects.get(main=True) == first
    verbs = list(Entry.objects.filter(verb__startswith="people:place").order_by("pk").values_list("verb", flat=True))
    assert [verb.rpartition(":")[2] for verb in verbs] == ["added", "added", "made_main", "removed", "brought_back"]


def test_only_who_may_change_the_company_changes_its_hours(world: World) -> None:
    place = place_of(world)
    for user in (world.bob, world.chloe, world.remi, world.denis):
        with pytest.raises(NotAllowed):
            establishing.change_hours(place=place, week={0: [(time(9), time(12))]}, by=world.actor(user), now=NOON)
        with pytest.raises(NotAllowed):
            establishing.remove_place(place=place, by=world.actor(user), now=NOON)
    assert ranges(place) == []


def test_a_night_goes_on_into_the_next_day(world: World) -> None:
    place = place_of(world)
    week = {4: [(time(18), time(2))], 5: [(time(0), time(0))], 6: [(time(10), time(12)), (time(11), time(13))]}
    establishing.change_hours(place=place, week=week, by=world.actor(world.alice), now=NOON)
    assert ranges(place) == [(4, time(18), MIDNIGHT), (5, time(0), MIDNIGHT), (6, time(10), time(13))]
    before = Entry.objects.count()
    establishing.change_hours(place=place, week=week, by=world.actor(world.alice), now=NOON)
    assert Entry.objects.count() == before


def test_days_that_are_not_as_usual(world: World) -> None:
    place, by = place_of(world), world.actor(world.alice)
    sunday = date(2026, 12, 20)
    with pytest.raises(WrongDays):
        establishing.add_closure(place=place, first=sunday, last=date(2026, 12, 19), why="", by=by, now=NOON)
    backwards = (time(12), time(10))
    with pytest.raises(WrongDays):
        establishing.add_closure(place=place, first=sunday, last=sunday, why="", opened=True, hours=backwards, by=by, now=NOON)
    establishing.change_hours(place=place, week={0: [(time(9), time(12))]}, by=by, now=NOON)
    row = establishing.add_closure(
        place=place, first=sunday, last=sunday, why="Noël", opened=True, hours=(time(20), time(0)), by=by, now=NOON
    )
    assert opening_of(world.bakery).ranges(sunday) == ((20 * 3600, DAY_LONG),)
    establishing.remove_closure(closure=row, by=by, now=NOON)
    assert opening_of(world.bakery).ranges(sunday) == ()


# ---- the page


def test_a_company_says_when_it_is_open(alice: Client, world: World) -> None:
    assert "day and night" in text(alice.get(PAGE, headers={"accept-language": "en"})) or "jour et nuit" in text(alice.get(PAGE))
    answer = alice.post(f"{PAGE}new/", {"name": "Le fournil", "siret": "732 829 320 00074", "holidays": "metropole"})
    place = Establishment.objects.get()
    assert (answer.status_code, place.siret, place.main) == (303, GOOD, True)
    typed = {"opens-0-0": "09:00", "closes-0-0": "12:00", "opens-0-1": "14:00", "closes-0-1": "18:30"}
    assert alice.post(f"{PAGE}{place.pk}/", typed).status_code == 303
    assert ranges(place) == [(0, time(9), time(12)), (0, time(14), time(18, 30))]
    page = text(alice.get(PAGE))
    assert all(f'name="{name}" value="{value}"' in page for name, value in typed.items())
    assert 'name="opens-0-2"' not in page
    # The enter key in a field presses the first button: the one that keeps.
    form = page[page.index('<form class="stack hours"') :]
    assert re.findall(r"<button[^>]*>", form)[0] == '<button class="btn primary">'
    assert 'name="opens-0-2"' in text(alice.post(f"{PAGE}{place.pk}/", {**typed, "more": "1"}))


def test_the_first_place_is_proposed_with_the_holidays_of_its_department(alice: Client, world: World) -> None:
    assert '<option value="metropole" selected>' in text(alice.get(PAGE))
    change_voice(company=world.bakery, wanted=Wanted(department="57"), by=world.actor(world.alice), now=NOON)
    assert '<option value="alsace-moselle" selected>' in text(alice.get(PAGE))


def test_a_day_is_copied_onto_others_and_nothing_is_kept_yet(alice: Client, world: World) -> None:
    place = place_of(world)
    typed = {"opens-0-0": "07:30", "closes-0-0": "13:00", "copy": "1", "from": "0", "onto": ["1", "5"]}
    page = text(alice.post(f"{PAGE}{place.pk}/", typed))
    assert 'name="opens-5-0" value="07:30"' in page
    assert 'name="opens-2-0" value=""' in page
    assert ranges(place) == []


@pytest.mark.parametrize(
    "typed", [{"opens-3-0": "09:00"}, {"opens-3-0": "09:00", "closes-3-0": "25:00"}, {"opens-3-0": "9", "closes-3-0": "x"}]
)
def test_hours_that_make_no_sense_are_said_and_not_lost(alice: Client, world: World, typed: dict[str, str]) -> None:
    place = place_of(world)
    answer = alice.post(f"{PAGE}{place.pk}/", {**typed, "opens-0-0": "08:00", "closes-0-0": "12:00"})
    page = text(answer)
    assert answer.status_code == 422
    assert 'id="wrong-3"' in page
    assert 'name="opens-0-0" value="08:00"' in page
    assert ranges(place) == []


def test_hours_that_end_where_they_begin_are_said(alice: Client, world: World) -> None:
    place = place_of(world)
    answer = alice.post(f"{PAGE}{place.pk}/", {"opens-2-0": "09:00", "closes-2-0": "09:00"})
    assert (answer.status_code, 'id="wrong-2"' in text(answer)) == (422, True)


def test_closures_are_noted_and_taken_back(alice: Client, world: World) -> None:
    place = place_of(world)
    with clock.at(NOON):
        assert alice.post(f"{PAGE}{place.pk}/closures/", {"kind": "closed", "first": "2026-12-24", "why": "Inventaire"}).status_code == 303
        row = Closure.objects.get()
        assert (row.first, row.last, row.opened) == (date(2026, 12, 24), date(2026, 12, 24), False)
        assert "Inventaire" in text(alice.get(PAGE))
        assert alice.post(f"{PAGE}{place.pk}/closures/", {"kind": "hours", "first": "2026-12-24"}).status_code == 422
        assert alice.post(f"{PAGE}{place.pk}/closures/", {"kind": "closed", "first": "2026-12-24", "last": "2026-12-01"}).status_code == 422
        assert alice.post(f"{PAGE}{place.pk}/closures/{row.pk}/").status_code == 303
    assert not Closure.objects.exists()
    assert "24" in text(alice.get("/c/lenoir/settings/journal/"))


def test_a_wrong_number_is_said_and_what_was_typed_stays(alice: Client, world: World) -> None:
    place = place_of(world)
    answer = alice.post(f"{PAGE}{place.pk}/about/", {"name": "Chez nous", "siret": "123", "holidays": "974"})
    assert answer.status_code == 422
    assert 'value="Chez nous"' in text(answer)
    assert 'value="123"' in text(answer)
    assert alice.post(f"{PAGE}{place.pk}/about/", {"name": "Chez nous", "siret": "", "holidays": "974"}).status_code == 303
    place.refresh_from_db()
    assert (place.name, place.holidays) == ("Chez nous", "974")


def test_a_place_goes_and_comes_back(alice: Client, world: World) -> None:
    place = place_of(world)
    assert alice.post(f"{PAGE}{place.pk}/remove/").status_code == 303
    assert f"{PAGE}{place.pk}/back/" in text(alice.get(PAGE))
    assert alice.post(f"{PAGE}{place.pk}/back/").status_code == 303
    assert Establishment.objects.get(removed_at=None).main


def test_a_stranger_sees_and_changes_nothing(world: World) -> None:
    place, denis, bob = place_of(world), Client(), Client()
    denis.force_login(world.denis)
    bob.force_login(world.bob)
    for path in ("", f"{place.pk}/"):
        assert denis.get(PAGE + path).status_code == 404
    assert denis.get(f"/c/denis/settings/hours/{place.pk}/").status_code == 404
    for path in (f"{place.pk}/", f"{place.pk}/remove/", f"{place.pk}/main/", f"{place.pk}/back/"):
        assert denis.post(f"/c/denis/settings/hours/{path}").status_code in {404}
        assert bob.post(PAGE + path).status_code == 403
    assert bob.get(PAGE).status_code == 200


def test_the_page_reads_a_fixed_number_of_times(alice: Client, world: World, django_assert_max_num_queries: Any) -> None:
    for n in range(4):
        place_of(world, name=f"Boutique {n}")
    assert Company.objects.count() == 2
    alice.get(PAGE)
    with django_assert_max_num_queries(12):
        assert alice.get(PAGE).status_code == 200
