"""Recognising one's own words in what X answers: it shortens addresses, escapes signs and adds an address for the media."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from html import unescape
from typing import Any
from urllib.parse import unquote

import regex

from parvis.core.weights import addresses

SHORT = regex.compile(r"https?://t\.co/\w++", regex.IGNORECASE)
SCHEME = regex.compile(r"https?://", regex.IGNORECASE)
HOLE = "\N{OBJECT REPLACEMENT CHARACTER}"


def is_it(post: Mapping[str, Any], text: str, held: tuple[int, bool], handle: str, *, blurred: bool = False) -> bool:
    """Tell whether a post has these words, as many pictures or videos, and a poll or none. `blurred`: whatever its addresses are."""
    if (_count(post, "media_keys"), _count(post, "poll_ids") > 0) != held:
        return False
    return _squashed(shown(post, handle, blurred)) == _squashed(_blurred(text) if blurred else text)


def _count(post: Mapping[str, Any], name: str) -> int:
    keys = _under(post, "attachments").get(name)
    return len(keys) if isinstance(keys, list) else 0


def _under(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = found.get(name)
    return inner if isinstance(inner, dict) else {}


def shown(post: Mapping[str, Any], handle: str, blurred: bool = False) -> str:
    """Return the words of a post as they were written: long addresses, plain signs, nothing that X added."""
    whole = _under(post, "note_post") or _under(post, "note_tweet")
    text = str(whole.get("text") or post.get("text") or "")
    long, rows = dict[str, str](), (_under(whole, "entities") or _under(post, "entities")).get("urls")
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict) and isinstance(row.get("url"), str):
            long[row["url"]] = "" if row.get("media_key") else str(row.get("expanded_url") or HOLE)
    pieces, at = list[str](), 0
    for short in SHORT.finditer(text):
        pieces += [unescape(text[at : short.start()]), _long(long, short[0], blurred)]
        at = short.end()
    shown = "".join([*pieces, unescape(text[at:])])
    own = f"@{handle} "
    return shown[len(own) :] if shown.lower().startswith(own.lower()) else shown


def _long(long: Mapping[str, str], short: str, blurred: bool) -> str:
    found = long.get(short, HOLE)
    return HOLE if blurred and found else found


def _blurred(text: str) -> str:
    for one in sorted(addresses(text), key=len, reverse=True):
        text = text.replace(one, HOLE)
    return text


def _squashed(text: str) -> str:
    """Return the text without what writing an address another way changes: its scheme, its capitals, its escapes, its last slash."""
    plain = unquote(SCHEME.sub("", unicodedata.normalize("NFC", text)))
    return " ".join(word.rstrip("/") for word in plain.casefold().split())
