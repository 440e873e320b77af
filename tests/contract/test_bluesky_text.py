"""Facets: what is alive in a text, counted in bytes of UTF-8 whatever the text."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.networks.bluesky.facets import facets

DID = "did:plc:abcdefghijklmnopqrstuvwx"
ANY_TEXT = st.text(st.characters(exclude_categories=()))
PIECES = st.sampled_from(
    ["https://lenoir.example/pain", "https://lenoir.example/été(1)", "@lenoir.test", "#pain", "#Noël_2026", "👩‍🍳", "é", "e\u0301", " ",
     "\n", ".", ",", "(", ")", "«", "»", "’", "\u00a0", "#", "@", "#1", "＃pain", "\ud83e", "&", "a"]
)  # fmt: skip


def known(handle: str) -> str | None:
    return None if handle.startswith("nobody") else DID


def spans(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the bytes each facet points to, as text, and its feature."""
    body = text.encode("utf-8", "surrogatepass")
    found = facets(text, known)
    return [(body[f["index"]["byteStart"] : f["index"]["byteEnd"]].decode("utf-8", "surrogatepass"), f["features"][0]) for f in found]


@pytest.mark.parametrize(
    ("text", "alive"),
    [
        ("Été 🥖 : https://lenoir.example/pain-été.", ["https://lenoir.example/pain-été"]),
        ("«https://lenoir.example»", ["https://lenoir.example"]),
        ("Avec @lenoir.test, @chloe.bsky.social et @Rémi", ["@lenoir.test", "@chloe.bsky.social"]),
        ("Écrire à contact@lenoir.test", []),
        ("@nobody.test n’existe pas", []),
        ("(@lenoir.test)", ["@lenoir.test"]),
        ("@lenoir.test. Fin.", ["@lenoir.test"]),
        ("#pain #Noël2026 #été, #a", ["#pain", "#Noël2026", "#été", "#a"]),
        ("Le n° #1 et #2026", []),
        ("L’offre #1jour", ["#1jour"]),
        ("#pain#chaud", ["#pain"]),
        ("C# et F#", []),
        ("https://lenoir.example/#pain", ["https://lenoir.example/#pain"]),
        ("https://lenoir.example/@lenoir.test", ["https://lenoir.example/@lenoir.test"]),
        ("#️⃣ pain", []),
        ("#" + "a" * 65, []),
        ("https:///pain", []),
        ("rien", []),
        ("", []),
    ],
)
def test_what_a_reader_would_touch_is_alive(text: str, alive: list[str]) -> None:
    assert [shown for shown, _ in spans(text)] == alive


def test_each_kind_points_where_it_should() -> None:
    (_, link), (_, mention), (_, tag) = spans("🥖 https://lenoir.example/a @Lenoir.Test #Pain")
    assert link == {"$type": "app.bsky.richtext.facet#link", "uri": "https://lenoir.example/a"}
    assert mention == {"$type": "app.bsky.richtext.facet#mention", "did": DID}
    assert tag == {"$type": "app.bsky.richtext.facet#tag", "tag": "Pain"}


@given(st.one_of(ANY_TEXT, st.lists(PIECES, max_size=30).map("".join)))
def test_facets_slice_back_to_their_text_in_order_and_never_overlap(text: str) -> None:
    end = 0
    for facet, (shown, feature) in zip(facets(text, known), spans(text), strict=True):
        assert end <= facet["index"]["byteStart"] < facet["index"]["byteEnd"] <= len(text.encode("utf-8", "surrogatepass"))
        end = facet["index"]["byteEnd"]
        assert shown in text
        match feature["$type"].partition("#")[2]:
            case "link":
                assert shown == feature["uri"]
            case "tag":
                assert shown[1:] == feature["tag"]
            case "mention":
                assert re.fullmatch(r"@[a-zA-Z0-9.-]+", shown)
