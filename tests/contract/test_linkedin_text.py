"""The little text of LinkedIn: no letter is lost on the way there or back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.core.text import escaped as counted
from parvis.networks.linkedin import restli
from parvis.networks.linkedin.little import escaped, read, written
from sandbox.linkedin_text import shown

SIGNS = st.text(st.sampled_from("\\|{}@[]()<>#*_~ aé#1’🥖\n/:.h"), max_size=40)
TEXTS = st.text(max_size=80)


@given(st.one_of(SIGNS, TEXTS))
def test_whatever_is_written_is_shown_and_read_back_letter_by_letter(text: str) -> None:
    assert read(written(text)) == text
    assert shown(written(text)) == text
    assert shown(escaped(text)) == text


@given(st.one_of(SIGNS, TEXTS))
def test_the_counter_counts_what_is_sent_where_hashtags_are_plain(text: str) -> None:
    assert len(escaped(text)) == counted(text)


@pytest.mark.parametrize(
    ("text", "little"),
    [
        ("Le pain (aux noix)", r"Le pain \(aux noix\)"),
        ("#pain", r"{hashtag|\#|pain}"),
        ("Été : #Noël2026, #pain_frais !", r"Été : {hashtag|\#|Noël2026}, {hashtag|\#|pain\_frais} !"),
        ("n#pain #1 # ##", r"n\#pain \#1 \# \#\#"),
        ("https://lenoir.example/a_b#pain", r"https://lenoir.example/a\_b\#pain"),
        ("C:\\pain *gras* ~", r"C:\\pain \*gras\* \~"),
    ],
)
def test_reserved_signs_are_escaped_and_hashtags_stay_links(text: str, little: str) -> None:
    assert written(text) == little
    assert shown(little) == text


def test_hashtags_become_plain_words_where_their_form_would_be_too_long() -> None:
    text = "é" * 90 + " #pain"
    assert written(text, 97) == escaped(text)
    assert written(text, 200).endswith(r"{hashtag|\#|pain}")


@pytest.mark.parametrize(
    ("little", "seen"),
    [
        ("Bonjour (à tous", "Bonjour "),
        ("a*b", "a"),
        ("Merci @[Lenoir](urn:li:organization:5) !", "Merci Lenoir !"),
        ("#pain ok", "#pain ok"),
    ],
)
def test_the_stand_in_shows_nothing_after_a_sign_that_is_not_escaped(little: str, seen: str) -> None:
    assert shown(little) == seen


def test_names_lists_and_records_are_written_as_the_protocol_wants_them() -> None:
    urn = "urn:li:comment:(urn:li:activity:1,2)"
    assert restli.key(urn) == "urn%3Ali%3Acomment%3A%28urn%3Ali%3Aactivity%3A1%2C2%29"
    assert restli.many(["urn:li:image:a", "b"]) == "List(urn%3Ali%3Aimage%3Aa,b)"
    day = restli.Raw(restli.record(start="1", end="2"))
    assert restli.record(timeRange=day, timeGranularityType="DAY") == "(timeRange:(start:1,end:2),timeGranularityType:DAY)"


@pytest.mark.parametrize(
    ("text", "urn"),
    [
        ("https://www.linkedin.com/feed/update/urn:li:share:7141138937766391808/", "urn:li:share:7141138937766391808"),
        ("https://www.linkedin.com/feed/update/urn%3Ali%3AugcPost%3A71/", "urn:li:ugcPost:71"),
        ("Content is a duplicate of urn:li:share:714", "urn:li:share:714"),
        ("urn:li:organization:5", ""),
    ],
)
def test_the_post_that_a_text_names_is_found(text: str, urn: str) -> None:
    assert restli.post_in(text) == urn
