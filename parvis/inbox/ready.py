"""Answers kept ready: made, changed, taken away, counted when used; their variables filled from the person and the company."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from parvis.audit.commands import record
from parvis.core.db import writing
from parvis.inbox.models import Conversation, SavedAnswer
from parvis.people.actors import Actor
from parvis.people.models import Company
from parvis.people.permissions import may

__all__ = ["VARIABLES", "AlreadyThere", "Nameless", "bring_back_saved", "change_saved", "filled", "make_saved", "remove_saved", "use_saved"]

# What may stand in braces, in either language of the pages.
VARIABLES = ("prenom", "nom", "entreprise", "telephone", "site")
ALSO = {"first_name": "prenom", "name": "nom", "company": "entreprise", "phone": "telephone", "website": "site", "prénom": "prenom"}
_PLACE = re.compile(r"\{\s*([\w ]{1,20}?)\s*\}")
MOST_LETTERS = 5_000


class AlreadyThere(Exception):
    """Another one of this company has that name."""


class Nameless(Exception):
    """It needs a name and words."""


def make_saved(*, company: Company, name: str, words: str, by: Actor, now: datetime) -> SavedAnswer:
    """Keep an answer ready. Raises NotAllowed, Nameless, AlreadyThere."""
    may(by, "inbox.sort", company.pk)
    name, words = _read(name, words)
    with writing():
        try:
            with transaction.atomic():
                saved = SavedAnswer.objects.create(company=company, name=name, words=words)
        except IntegrityError as error:
            raise AlreadyThere from error
        record("inbox:saved:made", by=by, now=now, company_id=company.pk, object_id=saved.pk, label=name)
    return saved


def change_saved(*, saved: SavedAnswer, name: str, words: str, by: Actor, now: datetime) -> None:
    """Change an answer kept ready. Raises NotAllowed, Nameless, AlreadyThere."""
    may(by, "inbox.sort", saved.company_id)
    name, words = _read(name, words)
    with writing():
        try:
            with transaction.atomic():
                SavedAnswer.objects.filter(pk=saved.pk).update(name=name, words=words)
        except IntegrityError as error:
            raise AlreadyThere from error
        record("inbox:saved:changed", by=by, now=now, company_id=saved.company_id, object_id=saved.pk, label=name)


def remove_saved(*, saved: SavedAnswer, by: Actor, now: datetime) -> None:
    """Take an answer kept ready away. Raises NotAllowed."""
    may(by, "inbox.sort", saved.company_id)
    with writing():
        if SavedAnswer.objects.filter(pk=saved.pk).update(removed_at=now):
            record("inbox:saved:removed", by=by, now=now, company_id=saved.company_id, object_id=saved.pk, label=saved.name)


def bring_back_saved(*, saved: SavedAnswer, by: Actor, now: datetime) -> None:
    """Keep an answer ready again that was taken away. Raises NotAllowed, AlreadyThere where another has its name now."""
    may(by, "inbox.sort", saved.company_id)
    with writing():
        try:
            with transaction.atomic():
                back = SavedAnswer.every.filter(pk=saved.pk, removed_at__isnull=False).update(removed_at=None)
        except IntegrityError as error:
            raise AlreadyThere from error
        if back:
            record("inbox:saved:brought_back", by=by, now=now, company_id=saved.company_id, object_id=saved.pk, label=saved.name)


def use_saved(*, saved: SavedAnswer, conversation: Conversation, by: Actor, now: datetime, place: Mapping[str, str] | None = None) -> str:
    """Return an answer kept ready with its variables filled, and count its use. `place` holds "telephone" and "site" where they are known.

    Raises NotAllowed. What is not known stays in braces, for a person to see.
    """
    may(by, "inbox.answer", saved.company_id)
    with writing():
        SavedAnswer.objects.filter(pk=saved.pk).update(used=F("used") + 1, used_at=now)
    return filled(saved.words, conversation, place)


def filled(words: str, conversation: Conversation, place: Mapping[str, str] | None = None) -> str:
    """Return words with their variables filled from the person and the company."""
    person = conversation.person
    whole = (person.name or person.handle.lstrip("@")) if person else ""
    first, _, last = whole.partition(" ")
    known = {"prenom": first, "nom": last or first, "entreprise": conversation.company.name, **(place or {})}

    def value(found: re.Match[str]) -> str:
        name = found[1].strip().lower()
        return known.get(ALSO.get(name, name), "") or found[0]

    return _PLACE.sub(value, words)


def _read(name: str, words: str) -> tuple[str, str]:
    name = " ".join(name.replace("\x00", "").split())[:60]
    words = words.replace("\r\n", "\n").replace("\x00", "").strip()[:MOST_LETTERS]
    if not name or not words:
        raise Nameless
    return name, words
