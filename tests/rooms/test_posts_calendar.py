"""Hours as the company lives them, the two odd nights included."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from parvis.posts.calendar import NotAMoment, bounds, grid, holiday, moments, place, read_day, read_hour, week_of

PARIS = "Europe/Paris"


def test_an_ordinary_hour_is_what_the_wall_says() -> None:
    placed = place(date(2026, 11, 24), time(9, 30), PARIS)
    assert placed.at == datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
    assert placed.note is None


def test_an_hour_that_does_not_exist_moves_forward_and_says_so() -> None:
    placed = place(date(2026, 3, 29), time(2, 30), PARIS)
    assert placed.at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 03:30 on the wall
    assert placed.note is not None
    assert "03:30" in str(placed.note)


def test_the_hours_around_the_missing_one_are_themselves() -> None:
    assert place(date(2026, 3, 29), time(1, 59), PARIS).at == datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
    after = place(date(2026, 3, 29), time(3, 0), PARIS)
    assert after.at == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert after.note is None


def test_an_hour_that_exists_twice_is_the_first_and_says_so() -> None:
    placed = place(date(2026, 10, 25), time(2, 30), PARIS)
    assert placed.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert placed.note is not None
    assert "twice" in str(placed.note)


def test_three_in_the_morning_of_the_long_night_exists_once() -> None:
    placed = place(date(2026, 10, 25), time(3, 0), PARIS)
    assert placed.at == datetime(2026, 10, 25, 2, 0, tzinfo=UTC)
    assert placed.note is None


def test_the_two_odd_days_have_23_and_25_hours() -> None:
    lengths = [bounds(day, day, PARIS) for day in (date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 24))]
    assert [(end - start).total_seconds() / 3600 for start, end in lengths] == [23, 25, 24]


def test_slots_keep_their_hour_on_the_wall_across_the_change() -> None:
    found = moments([(5, time(10)), (6, time(2, 30)), (0, time(10))], datetime(2026, 10, 23, tzinfo=UTC), PARIS)
    saturday, sunday, monday = (next(found) for _ in range(3))
    assert saturday.at == datetime(2026, 10, 24, 8, tzinfo=UTC)
    assert sunday.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert sunday.note is not None
    assert monday.at == datetime(2026, 10, 26, 9, tzinfo=UTC)


def test_weeks_begin_on_monday_and_a_month_is_whole_weeks() -> None:
    weeks = grid(2026, 12)
    assert weeks[0][0] == date(2026, 11, 30)
    assert weeks[-1][-1] == date(2027, 1, 3)
    assert all(week[0].weekday() == 0 and len(week) == 7 for week in weeks)
    assert week_of(date(2026, 12, 13))[0] == date(2026, 12, 7)


@pytest.mark.parametrize("month", range(1, 13))
def test_every_day_of_a_month_stands_once_in_its_grid(month: int) -> None:
    days = [day for week in grid(2024, month) for day in week if day.month == month]
    assert days == sorted(set(days))
    assert days[0].day == 1
    assert len(days) >= 28


def test_public_holidays_are_named_in_the_language_of_the_company() -> None:
    assert holiday(date(2026, 12, 25), "fr") == "Noël"
    assert holiday(date(2026, 12, 25), "en") == "Christmas Day"
    assert holiday(date(2026, 12, 24), "fr") == ""


@pytest.mark.parametrize("typed", ["24/11/2026", "24.11.26", "2026-11-24", " 24-11-2026 "])
def test_dates_are_read_as_people_write_them(typed: str) -> None:
    assert read_day(typed) == date(2026, 11, 24)


@pytest.mark.parametrize("typed", ["9:30", "9h30", "9 h 30", "09:30:00", "9\u00a0h\u202f30"])
def test_hours_are_read_as_people_write_them(typed: str) -> None:
    assert read_hour(typed) == time(9, 30)


@pytest.mark.parametrize("typed", ["31/02/2026", "demain", "", "11/24/2026"])
def test_what_is_no_date_is_said(typed: str) -> None:
    with pytest.raises(NotAMoment):
        read_day(typed)


@pytest.mark.parametrize("typed", ["25:00", "midi", "", "9h75"])
def test_what_is_no_hour_is_said(typed: str) -> None:
    with pytest.raises(NotAMoment):
        read_hour(typed)
