"""LinkedIn's "little text": a text whose reserved signs stand behind a backslash; one that does not ends what is shown."""

from __future__ import annotations

import re

RESERVED = r"\\|{}@\[\]()<>#*_~"
ELEMENT = re.compile(
    rf"\\(?P<sign>[{RESERVED}])"
    r"|@\[(?P<name>(?:\\.|[^\\\]])+)\]\(urn:li:(?:person|organization):[\w-]+\)"
    r"|\{hashtag\|\\?#\|(?P<tag>(?:\\.|[^\\|{}])+)\}"
    r"|#(?P<bare>[^\W_]\w*)"
    rf"|(?P<plain>[^{RESERVED}]+)"
)


def shown(little: str) -> str:
    """Return what the network would show of a commentary: nothing from the first reserved sign that is neither escaped nor an element."""
    parts, place = [], 0
    while found := ELEMENT.match(little, place):
        if found["tag"] or found["bare"]:
            parts.append(f"#{_plain(found['tag'] or found['bare'])}")
        else:
            parts.append(found["sign"] or found["plain"] or _plain(found["name"]))
        place = found.end()
    return "".join(parts)


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
