"""How French and English are set: the spaces, quotes and apostrophes that a printer would use, and words that nobody wants to read."""

from __future__ import annotations

import re
from collections.abc import Iterator

NO_BREAK = "\u00a0\u202f"
# Not text: places to fill, tags, addresses.
_ASIDE = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}|<[^>]*>|https?://\S+|&\w+;")
_PLACES = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
_FRENCH = (
    (re.compile(rf"(?<![{NO_BREAK}!?])[:;!?](?=\s|$|[»)])"), "no no-break space before : ; ! ?"),
    (re.compile(rf"«(?![{NO_BREAK}])"), "no no-break space after «"),
    (re.compile(rf"(?<![{NO_BREAK}])»"), "no no-break space before »"),
    (re.compile(rf"(?<![{NO_BREAK}])[%€](?=\s|$|[.,)])"), "no no-break space before % or €"),
    (re.compile(r"['\"“”]"), "a straight or an English quote"),
    (re.compile(r"\.\.\."), "three points for …"),
    (re.compile(r"\b(posts?|feeds?|insights?|dashboards?)\b", re.IGNORECASE), "a word that French shops do not use"),
)
_ENGLISH = (
    (re.compile(r"['\"]"), "a straight quote"),
    (re.compile(r"\.\.\."), "three points for …"),
)


def faults(text: str, language: str) -> Iterator[str]:
    """Yield what a printer would mend in `text`."""
    plain = _ASIDE.sub(lambda found: "%" if found[0] == "%%" else "x", text)
    for pattern, why in _FRENCH if language == "fr" else _ENGLISH:
        if pattern.search(plain):
            yield f"{why} in {text!r}"


def places(text: str) -> set[str]:
    """Return the places to fill in a text."""
    return set(_PLACES.findall(text))


def english(text: str) -> str:
    """Return English source text with a printer's apostrophes, quotes and ellipsis, outside tags."""
    parts = re.split(r"(<[^>]*>)", text)
    return "".join(part if part.startswith("<") else _curled(part) for part in parts)


def _curled(text: str) -> str:
    curled = re.sub(r"(?<!\w)\"(?=\S)", "“", text).replace('"', "”")
    return re.sub(r"(?<!\w)'(?=\w)", "‘", curled).replace("'", "’").replace("...", "…")
