"""The public in numbers: a week of its messages, or a storm, as many as asked for, the same again with the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

import sandbox
from sandbox import numbers
from sandbox.town import Town
from tests.rooms import sandbox_visitor as web

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.fixture
def town() -> Iterator[Town]:
    with sandbox.running() as town:
        yield furnished(town)


def furnished(town: Town) -> Town:
    for key in ("mastodon", "fake", "facebook", "linkedin"):
        town.stands[key].add_account("lenoir", name="Boulangerie Lenoir")
        for at in ("2026-11-12T08:00:00Z", "2026-11-24T08:00:00Z"):
            town.stands[key].add_post("lenoir", f"Chaud à 7 h, {at}", at=at)
    return town


def written(town: Town) -> list[tuple[str, str, str]]:
    """What the public wrote in public, in an order that no id of a network decides."""
    posts = [(post["network"], post["name"], post["text"]) for post in town.posts() if post["name"] != "Boulangerie Lenoir"]
    under = [(post["network"], one["by"], one["text"]) for post in town.posts() for one in post.get("comments") or ()]
    return sorted(posts + under)


def test_the_same_seed_brings_the_same_words_and_another_one_others(town: Town) -> None:
    numbers.bring(town.stands, NOW, seed=5)
    with sandbox.running() as second, sandbox.running() as third:
        numbers.bring(furnished(second).stands, NOW, seed=5)
        numbers.bring(furnished(third).stands, NOW, seed=6)
        assert written(town) == written(second)
        assert written(town) != written(third)


def test_a_week_is_spread_over_seven_days_and_nobody_answers_what_is_not_there_yet(town: Town) -> None:
    done = numbers.bring(town.stands, NOW)
    assert numbers.USUAL * 0.8 < sum(done.values()) < numbers.USUAL * 1.2
    assert {"comment", "message", "answer"} <= done.keys()
    posts = {post["id"]: post for post in town.fake.posts()}
    answers = [post for post in posts.values() if post["after"]]
    moments = sorted(datetime.fromisoformat(post["at"]) for post in answers)
    assert timedelta(days=5) < moments[-1] - moments[0] <= timedelta(days=7)
    assert moments[-1] <= NOW
    assert all(post["at"] >= posts[post["after"]]["at"] for post in answers)
    assert town.clock.ahead == 0


def test_a_storm_writes_as_many_as_asked_for_on_every_network_now(town: Town) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    done = numbers.bring(town.stands, datetime.now(UTC), count=400, spread=False)
    assert 400 <= sum(done.values()) < 406
    assert done["edit_comment"]
    assert done["remove_comment"]
    assert {network for network, _, _ in written(town)} == {"mastodon", "fake", "facebook", "linkedin"}
    assert all(datetime.fromisoformat(post["at"]) >= before for post in town.fake.posts() if post["after"])


def test_the_square_has_buttons_for_it_and_takes_no_press_from_elsewhere(town: Town) -> None:
    assert "Faire parler le public" in web.get(town.url).text
    elsewhere = web.post(f"{town.url}/act", data={"act": "week"}, headers={"origin": "https://elsewhere.example"})
    assert (elsewhere.status_code, written(town)) == (403, [])
    assert web.post(f"{town.url}/act", data={"act": "week", "spread": "1"}).status_code == 303
    first = len(written(town))
    assert first > 40
    assert web.post(f"{town.url}/act", data={"act": "week"}).status_code == 303
    assert len(set(written(town))) > first * 1.4


def test_the_control_says_what_was_written_and_refuses_what_makes_no_sense(town: Town) -> None:
    url = f"{town.url}/_control/week"
    assert sum(web.post(url, json={"seed": 3, "count": 30, "spread": False}).json().values()) >= 30
    for given in ({"count": "many"}, {"count": -1}, {"colour": 3}, [1]):
        assert web.post(url, json=given).status_code == 400
    assert web.post(url, content=b"{").status_code == 400
    assert web.post(url, json={}, headers={"origin": "https://elsewhere.example"}).status_code == 403


def test_where_nothing_is_published_nobody_speaks() -> None:
    with sandbox.running() as town:
        assert numbers.bring(town.stands, NOW) == {}
        assert "Faire parler le public" not in web.get(town.url).text
