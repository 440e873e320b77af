"""What is YouTube's own in listening: whole threads for few units, what is held back, answers beyond the fifth, a day that is used up."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from parvis.networks.contract import NotSent
from sandbox import Town
from tests.contract.conftest import connected
from tests.contract.hearings import Hearing


@pytest.fixture
def hearing(town: Town) -> Iterator[Hearing]:
    for bench in connected("youtube", town):
        yield Hearing(bench)


def test_answers_beyond_those_that_come_with_a_thread_are_read_too(hearing: Hearing) -> None:
    first = hearing.comment(hearing.publish().remote_id, "Il en reste ?")
    answers = {hearing.comment(first, f"Moi aussi, {n}", f"Passant {n}") for n in range(9)}
    assert answers <= hearing.read().keys()
    assert {hearing.held[name].parent for name in answers} == {first}


def test_what_youtube_holds_back_is_heard_and_hidden_until_it_is_shown(hearing: Hearing) -> None:
    name = hearing.comment(hearing.publish().remote_id, "Gagnez de l’argent")
    hearing.bench.stand.state["comments"][name]["status"] = "heldForReview"
    assert hearing.heard(name).hidden
    hearing.ear.hide(hearing.held[name], hidden=False)
    assert not hearing.heard(name).hidden
    assert not hearing.gone


def test_a_comment_taken_off_takes_the_answers_under_it_along(hearing: Hearing) -> None:
    first = hearing.comment(hearing.publish().remote_id, "Il en reste ?")
    second = hearing.comment(first, "Moi aussi", "Paul")
    other = hearing.comment(hearing.ours[0].remote_id, "Bravo", "Zoé")
    hearing.read()
    hearing.bench.stand.remove_comment(first)
    hearing.read()
    assert {first, second} <= hearing.gone
    assert other not in hearing.gone


def test_a_reading_of_many_videos_costs_two_units(hearing: Hearing) -> None:
    for n in range(4):
        hearing.comment(hearing.publish(f"Vidéo {n}").remote_id, "Bravo")
    before = len(hearing.bench.stand.requests("GET /youtube/v3/comment*"))
    hearing.read()
    assert len(hearing.bench.stand.requests("GET /youtube/v3/comment*")) == before + 2


def test_a_mark_that_is_no_longer_taken_begins_the_reading_again(hearing: Hearing) -> None:
    name = hearing.comment(hearing.publish().remote_id, "Bravo")
    hearing.cursors["threads"] = {"page": "AAAA-no-page", "status": "published"}
    hearing.bench.stand.arm("reject_before_commit", "GET /youtube/v3/commentThreads", status=400)
    assert name in hearing.read()


def test_a_day_that_is_used_up_is_waited_for(hearing: Hearing) -> None:
    hearing.publish()
    hearing.bench.stand.arm("rate_limited", "GET /youtube/v3/commentThreads")
    with pytest.raises(NotSent):
        hearing.read()
