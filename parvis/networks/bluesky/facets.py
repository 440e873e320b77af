"""What is alive in a text: addresses, mentions and hashtags, placed in bytes of UTF-8 as Bluesky wants them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import regex

from parvis.core.text import URL, graphemes, utf8
from parvis.networks.bluesky.spec import MOST_TAG, MOST_TAG_BYTES

MENTION = regex.compile(r"(?<![\w@/.-])@((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])?)(?![\w@-])", regex.IGNORECASE)
# A tag has at least one letter: "#1" is a rank. A mark that follows # alone would be a keycap.
TAG = regex.compile(r"(?<![\w#＃&/])[#＃]((?=[\w\p{M}]*\p{L})[\w\p{M}]+)")


def facets(text: str, did_of: Callable[[str], str | None]) -> list[dict[str, Any]]:
    """Return the facets of a text, in order and without overlap. A mention that `did_of` does not know stays plain text."""
    found: list[dict[str, Any]] = []
    end = 0
    for start, stop, feature in sorted(_found(text), key=lambda span: span[0]):
        if start < end:
            continue
        if "did" in feature:
            did = did_of(feature["did"])
            if did is None:
                continue
            feature["did"] = did
        end = stop
        found.append({"index": {"byteStart": utf8(text[:start]), "byteEnd": utf8(text[:stop])}, "features": [feature]})
    return found


def _found(text: str) -> Iterator[tuple[int, int, dict[str, str]]]:
    for match in URL.finditer(text):
        yield match.start(), match.end(), {"$type": "app.bsky.richtext.facet#link", "uri": match[0]}
    for match in MENTION.finditer(text):
        yield match.start(), match.end(), {"$type": "app.bsky.richtext.facet#mention", "did": match[1].lower()}
    for match in TAG.finditer(text):
        if graphemes(match[1]) <= MOST_TAG.value and utf8(match[1]) <= MOST_TAG_BYTES.value:
            yield match.start(), match.end(), {"$type": "app.bsky.richtext.facet#tag", "tag": match[1]}
