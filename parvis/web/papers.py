"""What printed papers share: their parts, the spaces of their typeface, and the child that sets them (press.py)."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify
from django.utils.translation import get_language

from parvis.media.children import ask
from parvis.web import reading

PRESS, SECONDS = "parvis.web.press", 30
# The typeface has no narrow no-break space; the broad one is as unbreakable.
SPACES = str.maketrans({reading.NARROW: reading.NO_BREAK})
Part = dict[str, Any]


def language_of(request: HttpRequest) -> str:
    """Return the language that a paper is asked for in, else the one in force."""
    asked = request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else get_language() or "fr"


def printed(data: dict[str, Any], *name: str) -> HttpResponse:
    """Have a paper set and give it, to be looked at; its file is called by `name`. Raises Failed."""
    paper = ask(PRESS, {"data": _spaced(data)}, seconds=SECONDS)
    answer = HttpResponse(b64decode(paper["pdf"]), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{"-".join(map(slugify, name))}.pdf"'
    return answer


def section(title: str, *parts: Part) -> dict[str, Any]:
    """Return a section: a title over its parts."""
    return {"title": title, "parts": list(parts)}


def facts(rows: list[tuple[str, str]]) -> Part:
    """Return facts, each with its label."""
    return {"kind": "facts", "rows": [list(row) for row in rows]}


def words(*rows: str) -> Part:
    """Return paragraphs."""
    return {"kind": "words", "rows": [row for row in rows if row.strip()]}


def table(head: list[str], rows: list[list[str]], *widths: int) -> Part:
    """Return a table. `widths` are the shares of its columns, which are even without."""
    return {"kind": "table", "head": head, "rows": rows, "widths": list(widths) or [1] * len(head)}


def _spaced(value: Any) -> Any:
    """Give every text the spaces that the typeface has."""
    if isinstance(value, str):
        return value.translate(SPACES)
    if isinstance(value, dict):
        return {key: _spaced(one) for key, one in value.items()}
    return [_spaced(one) for one in value] if isinstance(value, list) else value
