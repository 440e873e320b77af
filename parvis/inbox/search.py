"""Finding conversations by their words."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from parvis.inbox.models import Message
from parvis.people.models import Company


def found(company: Company, text: str) -> QuerySet[Any]:
    """Return the ids of the conversations in which these words stand, in a message or as the name of who wrote."""
    rows = Message.objects.filter(company=company)
    for word in text.split()[:8]:
        rows = rows.filter(Q(words__icontains=word) | Q(person__name__icontains=word) | Q(person__handle__icontains=word))
    return rows.values("conversation_id").distinct()
