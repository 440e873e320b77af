"""The journal in a file that others can verify: each entry with the texts that its digests were made of. Streamed, the oldest first."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from parvis.audit import chain
from parvis.audit.models import Chain, Entry
from parvis.audit.queries import Asked, matching
from parvis.core.text import safe_cell

AT_ONCE = 500
FORM = "parvis-journal-1"
COLUMNS = (
    "number", "at", "who", "what", "verb", "object", "mandate", "label", "link", "link_text", "sealed", "sealed_text",
)  # fmt: skip
# How an entry is said, in the language and the hours of whoever asked: called for some entries at a time.
Tell = Callable[[list[Entry]], list[str]]
Rows = QuerySet[Any]


def export_csv(company_id: int, asked: Asked, tell: Tell) -> Iterator[str]:
    """Give one line an entry, for a spreadsheet; `link_text` and `sealed_text` are what SHA-256 makes `link` and `sealed` of.

    What is looked for is settled at once, in the time zone in force; the reading comes later.
    """
    return _csv(_rows(company_id, asked), tell)


def export_json(company_id: int, asked: Asked, tell: Tell) -> Iterator[str]:
    """Give one JSON document: how the chain ended when it began to be written, and the same entries."""
    row = Chain.objects.filter(pk=company_id or chain.HOUSE).first() or Chain(head=chain.START)
    head = {"form": FORM, "company": company_id, "count": row.count, "head": row.head, "whole": not asked.narrowed}
    return _json(json.dumps(head), _rows(company_id, asked), tell)


def _csv(rows: Rows, tell: Tell) -> Iterator[str]:
    yield "\ufeff" + _line(COLUMNS)
    for entries in _some(rows):
        yield "".join(_line(_row(entry, said).values()) for entry, said in zip(entries, tell(entries), strict=True))


def _json(head: str, rows: Rows, tell: Tell) -> Iterator[str]:
    yield f'{head[:-1]}, "entries": ['
    comma = ""
    for entries in _some(rows):
        lines = [json.dumps(_row(entry, said), ensure_ascii=False) for entry, said in zip(entries, tell(entries), strict=True)]
        yield f"{comma}\n" + ",\n".join(lines)
        comma = ","
    yield "\n]}\n"


def _rows(company_id: int, asked: Asked) -> Rows:
    own = Entry.objects.filter(company_id=company_id or None)
    before = own.filter(seq=OuterRef("seq") - 1).values("link")
    return matching(own, replace(asked, before="")).annotate(previous=Subquery(before)).order_by("seq")


def _some(rows: Rows) -> Iterator[list[Any]]:
    last = 0
    while some := list(rows.filter(seq__gt=last)[:AT_ONCE]):
        last = some[-1].seq
        yield some


def _row(entry: Any, said: str) -> dict[str, Any]:
    return {
        "number": entry.seq,
        "at": chain.moment(entry.at),
        "who": entry.who,
        "what": said,
        "verb": entry.verb,
        "object": entry.object_id,
        "mandate": entry.mandate_id,
        "label": entry.label,
        "link": entry.link,
        "link_text": chain.link_text(entry.previous or chain.START, entry.seq, chain.rest_of(entry)),
        "sealed": entry.sealed,
        "sealed_text": chain.sealed_text(entry.salt, entry.label, entry.facts) if entry.salt else "",
    }


def _line(cells: Any) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=";", lineterminator="\r\n").writerow([safe_cell("" if cell is None else str(cell)) for cell in cells])
    return line.getvalue()
