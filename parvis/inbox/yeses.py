"""Answers that need a yes: one case of the approvals of the delegation room."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial

from parvis.delegation import approvals
from parvis.delegation.approvals import OPEN, agreed, answer_digest
from parvis.delegation.circuits import ANSWER, Asks, Step, Thing, asks_of
from parvis.delegation.models import Approval, Bearer, Decision, Remark
from parvis.inbox.models import Conversation, Message, Promise
from parvis.people.actors import Actor
from parvis.people.models import Habits

# Of more that waits than this, the newest say what it is about.
MOST_WAITING = 20


def asks_for(
    conversation: Conversation, promise: Promise, by: Actor, now: datetime, to: Message | None = None, *, known: Habits | None = None
) -> Asks | None:
    """Return what an answer here (to the message `to`, where one is chosen) must go through where `by` gives it: a circuit, a mandate, or
    the company's own rule of a yes first.

    `known` gives the circuits to a page; what makes an answer leave looks for itself.
    """
    if known and not (known.circuits or promise.needs_yes or by.mandate_id is not None):
        return None
    thing = Thing(conversation.company_id, ANSWER, frozenset({conversation.channel_id}), topics=partial(topics, conversation, to))
    return asks_of(thing, by, now, (Step(),) if promise.needs_yes else (), known)


def topics(conversation: Conversation, to: Message | None) -> set[str]:
    """Return what all that waits for an answer here is about, and what `to` is.

    What somebody under a mandate made of it counts beside what its words say, never instead: nobody says themselves what they may answer
    alone.
    """
    theirs = Message.objects.filter(conversation=conversation, mine=False, gone_at=None).order_by("-at", "-pk")
    since = conversation.waiting_since
    waiting = theirs.filter(at__gte=since)[:MOST_WAITING] if since else theirs[:1]
    rows = [*waiting, *([to] if to is not None else [])]
    outside = {corrected["by"] for one in rows if (corrected := one.corrected or {}).get("by")}
    outside = set(Bearer.objects.filter(member__user__in=outside).values_list("member__user_id", flat=True)) if outside else set()
    return {topic for one in rows for topic in _topics_of(one, outside)}


def _topics_of(message: Message, outside: Collection[int]) -> set[str]:
    said, corrected = str((message.sorted or {}).get("topic") or ""), message.corrected or {}
    if "topic" not in corrected:
        return {said}
    return {str(corrected["topic"]), *([said] if corrected.get("by") in outside else [])}


def ask(message: Message, asks: Asks, by: Actor, now: datetime, *, to: Message | None) -> Approval:
    """Ask for a yes to an answer, exactly as it is written."""
    conversation = message.conversation
    person = conversation.person
    content = {
        "words": message.words, "conversation": conversation.pk, "asked": to.words if to else "",
        "to": person.called if person else conversation.channel.handle, "parent": message.parent,
    }  # fmt: skip
    return approvals.ask(
        company_id=message.company_id, subject=ANSWER, object_id=message.pk, label=" ".join(message.words.split())[:200],
        channels=[message.channel_id], content=content, digest=digest(message), at=None, asks=asks, by=by, now=now,
    )  # fmt: skip


def digest(message: Message) -> str:
    """Return what identifies an answer: its words, and what they answer through which account."""
    return answer_digest(message.words, message.parent, message.channel_id)


def request_of(message: Message) -> Approval | None:
    """Return the newest request for an answer."""
    return Approval.objects.filter(company=message.company_id, subject=ANSWER, object_id=message.pk).order_by("-version").first()


def has_yes(message: Message) -> bool:
    """Tell whether exactly these words were agreed to."""
    found = request_of(message)
    return found is not None and agreed(found) and found.digest == digest(message)


def requests(company_id: int, messages: Iterable[int]) -> dict[int, Approval]:
    """Return the requests that wait for these answers, by the answer's id."""
    rows = Approval.objects.filter(company=company_id, subject=ANSWER, object_id__in=list(messages), stage__in=OPEN)
    return {one.object_id: one for one in rows.order_by("version")}


def shed(conversations: Iterable[int]) -> None:
    """Forget what requests for answers in these conversations said: the decision stays, the words and the names do not."""
    for talk in Conversation.objects.filter(pk__in=list(conversations)):
        rows = Approval.objects.filter(company=talk.company_id, subject=ANSWER, content__conversation=talk.pk)
        ids = list(rows.values_list("object_id", flat=True))
        if ids:
            Remark.objects.filter(company=talk.company_id, subject=ANSWER, object_id__in=ids).delete()
            Decision.objects.filter(approval__in=rows).exclude(words="").update(words="…")
            rows.exclude(stage__in=OPEN).update(label="…", content={})
