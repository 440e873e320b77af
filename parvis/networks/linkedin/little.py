"""LinkedIn's "little text": how words are written for its API so that none is lost, and read back.

A reserved sign that stands without a backslash ends the text over there, without an error. Hashtags are written as templates, so that
they stay links.
"""

from __future__ import annotations

import regex

from parvis.core.text import URL

RESERVED = r"\\|{}@\[\]()<>#*_~"
_SIGN = regex.compile(rf"[{RESERVED}]")
# What LinkedIn makes a link of: a word with a letter in it, not in the middle of another word.
HASHTAG = regex.compile(r"(?<![\p{L}\p{M}\p{N}_#&/])#((?:[\p{N}_]*\p{L})[\p{L}\p{M}\p{N}_]*)")
_ELEMENT = regex.compile(
    rf"\\(?P<sign>[{RESERVED}])"
    r"|\{hashtag\|\\?#\|(?P<tag>(?:\\.|[^\\|{}])+)\}"
    r"|@\[(?P<name>(?:\\.|[^\\\]])+)\]\(urn:li:[a-z]+:[\w-]+\)"
)


def escaped(text: str) -> str:
    """Return the text with a backslash before each reserved sign: every letter of it is shown."""
    return _SIGN.sub(r"\\\g<0>", text)


def written(text: str, most: int = 0) -> str:
    """Return the text as it is sent, hashtags as links; where that is longer than `most` signs, hashtags as plain words."""
    parts, last = [], 0
    for url in URL.finditer(text):
        parts += [_tagged(text[last : url.start()]), escaped(url[0])]
        last = url.end()
    found = "".join([*parts, _tagged(text[last:])])
    return found if not most or len(found) <= most else escaped(text)


def _tagged(text: str) -> str:
    parts, last = [], 0
    for tag in HASHTAG.finditer(text):
        parts += [escaped(text[last : tag.start()]), rf"{{hashtag|\#|{escaped(tag[1])}}}"]
        last = tag.end()
    return "".join([*parts, escaped(text[last:])])


def read(little: str) -> str:
    """Return the words of a text as the API gives it back; a mention is its name."""
    return _ELEMENT.sub(_plain, little)


def _plain(found: regex.Match[str]) -> str:
    if found["sign"]:
        return str(found["sign"])
    return f"#{_bare(found['tag'])}" if found["tag"] else _bare(found["name"])


def _bare(text: str) -> str:
    return regex.sub(r"\\(.)", r"\1", text)
