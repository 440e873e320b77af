"""Counting as a Mastodon server counts, and reading a post back whatever the server made of it."""

from __future__ import annotations

from html import escape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.networks.mastodon.spec import SPEC, counter, learn
from parvis.networks.mastodon.words import flat, is_it, readings

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("pain", 4),
        ("👩‍🍳 é e\u0301", 5),
        ("https://lenoir.example/" + "a" * 300, 23),
        ("http://a.fr", 23),
        ("Voir https://lenoir.example/a.", 29),
        ("@lenoir@la-place.example bonjour", 15),
        ("@lenoir bonjour", 15),
        ("mail@la-place.example", 21),
        ("https://la-place.example/@lenoir@autre.example", 23),
    ],
)
def test_it_counts_as_the_server_does(text: str, count: int) -> None:
    assert counter(23)(text) == count


@given(ANY_TEXT)
def test_no_text_breaks_the_counter_or_the_reading(text: str) -> None:
    assert counter(23)(text) >= 0
    assert isinstance(flat(text), str)
    assert readings({"content": text})


# ---- what servers make of one text

SENT = "Été à Léry\u00a0: le pain 🥖 d’@alice@autre.example est là\u202f!\n\nhttps://lenoir.example/pain?a=1&b=été#c #Noël <3 & « oui »"
LINK = "https://lenoir.example/pain?a=1&amp;b=%C3%A9t%C3%A9#c"
MASTODON = (
    "<p>Été à Léry\u00a0: le pain 🥖 d’"
    '<span class="h-card"><a href="https://autre.example/@alice" class="u-url mention">@<span>alice</span></a></span>'
    f' est là\u202f!</p><p><a href="{LINK}" rel="nofollow noopener" target="_blank"><span class="invisible">https://</span>'
    '<span class="ellipsis">lenoir.example/pain?a=1&amp;b=</span><span class="invisible">été#c</span></a> '
    '<a href="https://la-place.example/tags/Noel" class="mention hashtag" rel="tag">#<span>Noël</span></a> &lt;3 &amp; « oui »</p>'
)
SHORTENED = (
    "Été à Léry : le pain 🥖\ufe0f d’"
    '<a class="u-url mention" href="https://autre.example/users/alice">@<span>alice</span></a> est là !<br/><br/>'
    f'<a href="{LINK}">lenoir.example/pain?a=1…</a> '
    '<a class="hashtag" href="https://la-place.example/tag/noel" rel="tag">#noël</a> &lt;3 &amp; « oui »'
)
PLAIN = f"<p>{escape(SENT).replace(chr(10), '<br>')}</p>"


def status(content: str, **more: Any) -> dict[str, Any]:
    return {"id": "1", "content": content, "media_attachments": [], "spoiler_text": "", **more}


@pytest.mark.parametrize("content", [MASTODON, SHORTENED, PLAIN], ids=["mastodon", "shortened", "plain"])
def test_a_post_is_known_again_in_every_dress(content: str) -> None:
    assert is_it(status(content), SENT, "", 0)


def test_a_post_is_known_by_its_source_where_its_page_says_something_else() -> None:
    assert is_it(status("<p>…</p>", text=SENT), SENT, "", 0)


@pytest.mark.parametrize(
    "other",
    [
        SENT + "!",
        SENT.replace("pain?a=1", "pain?a=2"),
        SENT.replace("lenoir.example", "autre.example"),
        SENT.replace("@alice", "@bob"),
        SENT.replace("#Noël", "#Noel"),
        SENT.replace("🥖", "🥐"),
        SENT.replace("« oui »", "« non »"),
        "",
    ],
)
def test_another_text_is_another_post(other: str) -> None:
    assert not is_it(status(MASTODON), other, "", 0)


def test_a_server_that_rewrites_punctuation_is_understood_where_nothing_else_fits() -> None:
    sent, shown = 'Le *pain* de l\'année -- "enfin"...', status("<p>Le <em>pain</em> de l’année – “enfin”…</p>")
    assert not is_it(shown, sent, "", 0)
    assert is_it(shown, sent, "", 0, by_letters=True)
    assert not is_it(shown, sent + " 2", "", 0, by_letters=True)
    assert not is_it(status("<p>?!</p>"), "…", "", 0, by_letters=True)


def test_the_warning_and_the_number_of_pictures_must_agree() -> None:
    plain = status("<p>Pain</p>", spoiler_text="Régime", media_attachments=[{}, {}])
    assert is_it(plain, "Pain", "Re\u0301gime ", 2)
    assert not is_it(plain, "Pain", "", 2)
    assert not is_it(plain, "Pain", "Régime", 1)


def test_a_warning_that_the_server_made_the_text_is_known_again() -> None:
    assert is_it(status("<p>Régime</p>", media_attachments=[{}]), "", "Régime", 1)


def test_marks_that_are_no_tags_are_not_lost() -> None:
    assert flat("a < b > c") == "a<b>c"
    assert readings(status("<p>1 &lt; 2 &amp;amp; 3</p>")) == {"1<2&amp;3"}


# ---- limits


def test_a_server_tells_its_limits_and_they_are_counted_with() -> None:
    told = {
        "configuration": {
            "statuses": {"max_characters": 1000, "max_media_attachments": 6, "characters_reserved_per_url": 30},
            "media_attachments": {
                "supported_mime_types": ["image/jpeg", "video/mp4"], "image_size_limit": 1_000_000, "image_matrix_limit": 2_000_000,
                "description_limit": 420,
            },
        }
    }  # fmt: skip
    spec = SPEC.refined(learn(told))
    assert spec.texts[0].most == 1000
    assert spec.texts[0].count("https://lenoir.example/a") == 30
    assert (spec.images.most, spec.images.bytes, spec.images.most_pixels, spec.images.alt) == (6, 1_000_000, 2_000_000, 420)
    assert spec.images.types == {"image/jpeg"}


def test_older_and_other_servers_tell_them_elsewhere() -> None:
    assert learn({"max_toot_chars": 5000, "upload_limit": 16_000_000, "description_limit": 5000}) == {
        "text": 5000,
        "image_bytes": 16_000_000,
        "alt": 5000,
    }


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"configuration": None},
        {"configuration": []},
        {"configuration": {"statuses": {"max_characters": None}}},
        {"configuration": {"statuses": {"max_characters": "many"}, "media_attachments": "none"}},
        {"configuration": {"statuses": {"max_characters": -1}, "media_attachments": {"supported_mime_types": []}}},
        {"max_toot_chars": True},
    ],
)
def test_a_server_that_tells_nonsense_changes_nothing(told: dict[str, Any]) -> None:
    assert SPEC.refined(learn(told)).texts[0].most == SPEC.texts[0].most
    assert SPEC.refined(learn(told)).images == SPEC.images


def test_pictures_of_emoji_and_punycode_are_read() -> None:
    sent = "Pain 🥖 https://été.example/pain"
    shown = '<p>Pain <img alt="🥖" src="/e.svg"> <a href="https://xn--t-9fab.example/pain">xn--t-9fab.example/…</a></p>'
    assert is_it(status(shown), sent, "", 0)
