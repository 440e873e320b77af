"""What counting promises: it agrees with the networks, and no text can break it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.core.text import URL, graphemes, utf8, with_urls_as

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("pain", 4),
        ("é", 1),
        ("e\u0301", 1),
        ("🥖", 1),
        ("👩‍🍳", 1),
        ("👨‍👩‍👧‍👦", 1),
        ("🇫🇷", 1),
        ("❤️", 1),
        ("à l’heure", 9),
        ("« pain »", 8),
        ("\r\n", 1),
    ],
)
def test_a_grapheme_is_what_a_reader_calls_a_character(text: str, count: int) -> None:
    assert graphemes(text) == count


def test_bytes_are_those_of_utf8() -> None:
    assert utf8("é🥖a") == 7


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Voir https://ex.fr/pain.", "https://ex.fr/pain"),
        ("Voir https://ex.fr/pain, et venez", "https://ex.fr/pain"),
        ("« https://ex.fr/pain »", "https://ex.fr/pain"),
        ("«https://ex.fr/pain»", "https://ex.fr/pain"),
        ("(https://ex.fr/pain)", "https://ex.fr/pain"),
        ("(voir https://ex.fr/pain).", "https://ex.fr/pain"),
        ("https://fr.wikipedia.org/wiki/Pain_(aliment)", "https://fr.wikipedia.org/wiki/Pain_(aliment)"),
        ("(https://fr.wikipedia.org/wiki/Pain_(aliment))", "https://fr.wikipedia.org/wiki/Pain_(aliment)"),
        ("https://ex.fr/pain?a=1&b=2#c !", "https://ex.fr/pain?a=1&b=2#c"),
        ("https://ex.fr/pain?", "https://ex.fr/pain"),
        ("https://ex.fr/été/crêpes…", "https://ex.fr/été/crêpes"),
        ("HTTPS://EX.FR/A", "HTTPS://EX.FR/A"),
        ("https://ex.fr/", "https://ex.fr/"),
        ("“https://ex.fr/pain”", "https://ex.fr/pain"),
        ("https://ex.fr/a\u00a0!", "https://ex.fr/a"),
        ("https://ex.fr/l’hiver", "https://ex.fr/l’hiver"),
    ],
)
def test_an_address_ends_where_the_sentence_goes_on(text: str, address: str) -> None:
    assert [match[0] for match in URL.finditer(text)] == [address]


@pytest.mark.parametrize("text", ["https://", "http://.", "rien", "ftp://ex.fr", "xhttps"])
def test_what_is_no_address_is_none(text: str) -> None:
    assert URL.search(text) is None


def test_every_address_has_the_price_of_the_network() -> None:
    assert with_urls_as("Là : https://ex.fr/" + "a" * 200 + ".", 23) == "Là : " + "x" * 23 + "."


@given(ANY_TEXT)
def test_no_text_breaks_a_counter(text: str) -> None:
    assert 0 <= graphemes(text) <= len(text)
    assert len(text) <= utf8(text) <= 4 * len(text)
    assert URL.search(with_urls_as(text, 23)) is None


@given(ANY_TEXT, ANY_TEXT)
def test_bytes_add_up(one: str, other: str) -> None:
    assert utf8(one + other) == utf8(one) + utf8(other)
