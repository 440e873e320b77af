"""What was said on some accounts, to be taken away: conversations for the company, one's own answers for whoever wrote them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from parvis.inbox.models import Conversation, Message

CHUNK = 200


def conversations(company_id: int, channels: Collection[int], since: datetime) -> Iterator[dict[str, Any]]:
    """Give the conversations of these accounts in which something was said since then, each with its messages, in chunks."""
    messages = Prefetch("messages", Message.objects.select_related("by", "person").order_by("at", "pk"))
    rows = Conversation.objects.filter(company=company_id, channel__in=channels, last_at__gte=since)
    rows = rows.select_related("channel", "person", "under").prefetch_related(messages).order_by("pk")
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
        yield from (_conversation(one) for one in chunk)
        last = chunk[-1].pk


def answers(company_id: int, channels: Collection[int], user_id: int) -> Iterator[dict[str, Any]]:
    """Give what somebody answered on these accounts: their own words, and nobody else's."""
    rows = Message.objects.filter(company=company_id, channel__in=channels, mine=True, by=user_id).select_related("channel", "by")
    return (_message(one) | {"network": one.channel.network, "account": one.channel.handle} for one in rows.order_by("pk").iterator(CHUNK))


def _conversation(one: Conversation) -> dict[str, Any]:
    return {
        "network": one.channel.network, "account": one.channel.handle, "kind": one.kind, "url": one.url, "status": one.status,
        "with": one.person.called if one.person else "", "under": one.under.url if one.under else "", "topic": one.topic,
        "messages": [_message(message) for message in one.messages.all()],
    }  # fmt: skip


def _message(one: Message) -> dict[str, Any]:
    return {
        "at": one.at.isoformat(), "ours": one.mine, "by": one.by.called if one.by else "", "words": one.words, "url": one.url,
        "standing": one.standing, "hidden": one.hidden, "gone_at": one.gone_at.isoformat() if one.gone_at else None,
    }  # fmt: skip
