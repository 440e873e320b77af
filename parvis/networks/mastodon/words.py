"""Reading a post back: from a server's HTML to words that can be compared with what was sent.

Servers shorten addresses on screen, hide parts in spans, drop the domain of a mention, fold white space and change the form of accents.
None of that is content, so none of it is compared.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

from parvis.core.text import URL
from parvis.networks.mastodon.spec import MENTION

_BREAKS = frozenset({"br", "p", "div", "li", "blockquote", "pre", "h1", "h2", "h3"})
# White space, controls and marks that choose how an emoji is drawn: servers and keyboards differ in them.
_SILENT = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
_VARIANTS = frozenset("\ufe0e\ufe0f")


class _Words(HTMLParser):
    """Collects the text; in `whole`, each address is written as where it leads instead of as what is shown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.shown: list[str] = []
        self.whole: list[str] = []
        self._link = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self._both(" ")
        named = {name: value or "" for name, value in attrs}
        marks = set(named.get("class", "").split()) | set(named.get("rel", "").split())
        if tag == "a" and not marks & {"mention", "hashtag", "tag", "u-url"}:
            self._link = True
            self.whole.append(named.get("href", ""))
        elif tag == "img":
            self.handle_data(named.get("alt", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._link = False
        elif tag in _BREAKS:
            self._both(" ")

    def handle_data(self, data: str) -> None:
        self.shown.append(data)
        if not self._link:
            self.whole.append(data)

    def _both(self, text: str) -> None:
        self.shown.append(text)
        self.whole.append(text)


def flat(text: str) -> str:
    """Return what of a text is content: no white space, one form of accents, no domains of mentions, addresses unescaped."""
    text = MENTION.sub(r"@\1", URL.sub(lambda match: _address(match[0]), unicodedata.normalize("NFC", text)))
    kept = [c for c in text if c not in _VARIANTS and unicodedata.category(c) not in _SILENT]
    return unicodedata.normalize("NFC", "".join(kept)).casefold()


def letters(flattened: str) -> str:
    """Return a flat text without its punctuation: servers that read Markdown swallow some, others draw quotation marks of their own."""
    return "".join(c for c in flattened if unicodedata.category(c)[0] != "P" and unicodedata.category(c) != "Sk")


def _address(url: str) -> str:
    host, slash, rest = unquote(url).partition("://")[2].partition("/")
    with suppress(UnicodeError):
        host = host.encode("ascii").decode("idna")
    return f"{host}{slash}{rest}".rstrip("/")


def readings(status: Mapping[str, Any]) -> set[str]:
    """Return every flat form in which a status may be read: as shown, with whole addresses, and its source where it is given."""
    words = _Words()
    words.feed(str(status.get("content") or ""))
    words.close()
    found = ["".join(words.shown), "".join(words.whole)]
    if isinstance(status.get("text"), str):
        found.append(status["text"])
    return {flat(text) for text in found}


def is_it(status: Mapping[str, Any], text: str, warning: str, pictures: int, *, by_letters: bool = False) -> bool:
    """Tell whether a status is the post with this text, this warning and so many pictures; `by_letters` compares no punctuation.

    A warning without a text is shown by Mastodon as a text without a warning.
    """
    media = status.get("media_attachments")
    if len(media if isinstance(media, list) else []) != pictures:
        return False
    words, head = readings(status), flat(str(status.get("spoiler_text") or ""))
    sent, warned = flat(text), flat(warning)
    if by_letters:
        words, head, sent, warned = {letters(said) for said in words}, letters(head), letters(sent), letters(warned)
    return (sent in words and head == warned and bool(sent or not text.strip())) or (not text.strip() and warned in words and not head)
