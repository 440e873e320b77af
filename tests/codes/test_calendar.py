"""The computed days are those of the law and of the almanac."""

from __future__ import annotations

from datetime import date

import holidays
import pytest

from parvis.networks.codes.calendar import SUMMER, WINTER, feasts, next_sales, on_sale, public_holidays, sales
from parvis.networks.codes.profile import Period

YEARS = range(2023, 2033)
MOTHERS = ("4/6", "26/5", "25/5", "31/5", "30/5", "28/5", "27/5", "26/5", "25/5", "30/5")
WINTERS = (11, 10, 8, 7, 6, 12, 10, 9, 8, 7)
SUMMERS = (28, 26, 25, 24, 23, 28, 27, 26, 25, 23)


@pytest.mark.parametrize(("place", "library"), [("", None), ("57", "57"), ("67", "6AE"), ("974", "974")])
def test_public_holidays_are_those_of_the_library(place: str, library: str | None) -> None:
    for year in range(2008, 2060):
        assert set(public_holidays(year, place)) == set(holidays.country_holidays("FR", subdiv=library, years=year)), year


@pytest.mark.parametrize("place", ["971", "972", "973", "976"])
def test_the_overseas_days_are_among_those_of_the_library(place: str) -> None:
    for year in range(2015, 2040):
        assert set(public_holidays(year, place)) <= set(holidays.country_holidays("FR", subdiv=place, years=year)), year


def test_mother_s_day_is_the_last_sunday_of_may_unless_it_is_whitsun() -> None:
    days = [feasts(year)["meres"] for year in YEARS]
    assert [f"{day.day}/{day.month}" for day in days] == list(MOTHERS)
    assert feasts(2020)["meres"] == date(2020, 6, 7)


def test_sales_begin_on_the_days_of_the_law_and_last_four_weeks() -> None:
    for year, winter, summer in zip(YEARS, WINTERS, SUMMERS, strict=True):
        first, second = sales(year)
        assert (first.name, first.first) == (WINTER, date(year, 1, winter))
        assert (second.name, second.first) == (SUMMER, date(year, 6, summer))
        assert (first.last - first.first).days == 27
    assert on_sale(date(2026, 2, 3))
    assert not on_sale(date(2026, 2, 4))
    assert not on_sale(date(2026, 1, 6))


def test_a_place_has_its_own_sales() -> None:
    assert sales(2023, "57")[0].first == date(2023, 1, 2)
    assert sales(2022, "88")[0].first == date(2022, 1, 3)
    assert not on_sale(date(2026, 1, 10), "974")


def test_an_edited_period_replaces_the_computed_one_of_the_same_name_and_year() -> None:
    own = (Period(WINTER, date(2027, 1, 13), date(2027, 2, 9)),)
    assert not on_sale(date(2027, 1, 6), "44", own)
    assert on_sale(date(2027, 2, 9), "44", own)
    assert on_sale(date(2026, 1, 7), "44", own)
    assert next_sales(date(2027, 1, 7), "44", own).first == date(2027, 1, 13)


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("beaujolais-nouveau", ("2026-11-19", "2027-11-18", "2028-11-16")),
        ("black-friday", ("2026-11-27", "2027-11-26", "2028-11-24")),
        ("mardi-gras", ("2026-02-17", "2027-02-09", "2028-02-29")),
        ("peres", ("2026-06-21", "2027-06-20", "2028-06-18")),
        ("grands-meres", ("2026-03-01", "2027-03-07", "2028-03-05")),
        ("epiphanie", ("2026-01-04", "2027-01-03", "2028-01-02")),
        ("patrimoine", ("2026-09-19", "2027-09-18", "2028-09-16")),
    ],
)
def test_feasts_fall_where_the_almanac_has_them(name: str, days: tuple[str, ...]) -> None:
    assert tuple(feasts(year)[name].isoformat() for year in (2026, 2027, 2028)) == days
