"""What changed between two versions: every word of both is there, and French is cut where French is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.delegation.differences import GONE, NEW, SAME, differences, words
from parvis.delegation.models import Approval
from parvis.posts.comparing import compare

TEXTS = st.text(alphabet="ab é’'\u00a0\u202f\n.,;:!?«»#@0", max_size=60)


@given(TEXTS, TEXTS)
def test_each_text_can_be_read_out_of_the_differences(before: str, after: str) -> None:
    pieces = differences(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != NEW) == before
    assert "".join(piece.text for piece in pieces if piece.kind != GONE) == after
    assert all(piece.text for piece in pieces)


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert [piece.kind for piece in differences(text, text)] == [SAME] * bool(text)
    assert "".join(words(text)) == text


@pytest.mark.parametrize(
    ("before", "after", "gone", "new"),
    [
        ("l’été arrive", "l’hiver arrive", ["été"], ["hiver"]),
        ("aujourd’hui", "demain", ["aujourd’hui"], ["demain"]),
        ("à 9\u00a0h 30\u00a0: venez", "à 9\u00a0h 30\u00a0! venez", ["\u00a0:"], ["\u00a0!"]),
        ("La bûche est là", "La bûche est là,", [], [","]),
        ("un deux trois", "un quatre cinq trois", ["deux"], ["quatre cinq"]),
        ("2,50 €", "2,80 €", ["2,50"], ["2,80"]),
    ],
)
def test_words_are_those_of_french(before: str, after: str, gone: list[str], new: list[str]) -> None:
    pieces = differences(before, after)
    assert [piece.text for piece in pieces if piece.kind == GONE] == gone
    assert [piece.text for piece in pieces if piece.kind == NEW] == new


def test_a_very_long_text_is_compared_by_its_lines() -> None:
    before = "\n".join(f"ligne {n} de la longue annonce" for n in range(900))
    pieces = differences(before, before.replace("ligne 450", "ligne quatre cent cinquante"))
    assert sum(piece.kind == NEW for piece in pieces) == 1


def part(text: str, **more: object) -> dict[str, object]:
    return {"text": text, "language": "fr", "pictures": [], "warning": "", "card": None, **more}


def version(number: int, *accounts: tuple[int, str, list[dict[str, object]]]) -> Approval:
    told = [{"channel": pk, "handle": handle, "parts": parts} for pk, handle, parts in accounts]
    return Approval(version=number, content={"accounts": told})


def test_what_changed_alike_on_several_accounts_is_said_once() -> None:
    before = version(1, (1, "a", [part("un")]), (2, "b", [part("un")]))
    after = version(2, (1, "a", [part("deux")]), (2, "b", [part("deux")]))
    (change,) = compare(before, after).changes
    assert change.accounts == ["a", "b"]


def test_accounts_pictures_and_their_descriptions_are_compared() -> None:
    old = {"digest": "1", "alt": "Une bûche"}
    before = version(1, (1, "a", [part("x", pictures=[old])]), (2, "b", [part("x")]))
    after = version(2, (1, "a", [part("x", pictures=[{"digest": "2", "alt": "Deux bûches"}])]), (3, "c", [part("x")]))
    said = [str(change.what) for change in compare(before, after).changes]
    assert len(said) == 4
    assert "c" in said[2]
    assert "b" in said[3]


def test_nothing_changed_is_said_to_be_nothing() -> None:
    assert compare(version(1, (1, "a", [part("x")])), version(2, (1, "a", [part("x")]))).same
