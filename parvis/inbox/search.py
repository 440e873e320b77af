"""Finding conversations by their words: the database's own full-text search, behind one name.

What is found is kept by the database itself (migration 0006), whoever writes a message or renames a person.
"""

from __future__ import annotations

import re
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from parvis.core.text import folded
from parvis.inbox.models import Message
from parvis.people.models import Company

# A search that finds more is no search: the newest are what is looked for.
MOST, MOST_WORDS = 3_000, 8
_WORD = re.compile(r"[^\W_]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
_SQLITE = "SELECT rowid FROM parvis_message_found WHERE parvis_message_found MATCH %s ORDER BY rowid DESC LIMIT %s"  # written by `_match`
_POSTGRESQL = "SELECT id FROM parvis_message WHERE company_id = %s AND found @@ to_tsquery('simple', %s) ORDER BY id DESC LIMIT %s"


def found(company: Company, text: str) -> QuerySet[Any]:
    """Return the ids of the conversations in which these words stand, in a message or as the name of who wrote.

    Capitals and accents do not count, and the last word may be a beginning. Among very many the newest are found.
    """
    words = words_of(text)
    if not words:
        return Message.objects.none().values("conversation_id")
    if connection.vendor == "sqlite":
        sql, values = _SQLITE, [_match(company.pk, words), MOST]
    else:
        sql, values = _POSTGRESQL, [company.pk, " & ".join(words) + ":*", MOST]
    # The statements are ours; what was typed is a parameter, and of letters and digits alone.
    ids = RawSQL(sql, values)  # noqa: S611
    return Message.objects.filter(company=company, pk__in=ids).values("conversation_id")


def words_of(text: str) -> list[str]:
    """Return what was typed as words without accents or signs."""
    return _WORD.findall(folded(text[:400]).translate(_LIGATURES))[:MOST_WORDS]


def _match(company_id: int, words: list[str]) -> str:
    said = " AND ".join(f'"{word}"' for word in words)
    return f"company : c{company_id} AND {{words who}} : ({said}*)"
