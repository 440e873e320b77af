"""The verbs of the inbox: who has a conversation, where it stands, what colleagues add to it. Answers are in `answering`, what is done over
there in `wishes`, answers kept ready in `ready`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from parvis.audit.commands import record
from parvis.core.db import writing
from parvis.inbox import clocks, news
from parvis.inbox.answering import again, answer, approve_answer, give_up, is_there, refuse_answer, take_back
from parvis.inbox.costs import cap, listen
from parvis.inbox.models import Conversation, Label, Message, Note, Presence, Promise, Standing, Status
from parvis.inbox.ready import bring_back_saved, change_saved, make_saved, remove_saved, use_saved
from parvis.inbox.settling import settle
from parvis.inbox.wishes import unwish, wish
from parvis.people.actors import HOUSE, Actor
from parvis.people.models import Company, Member, User
from parvis.people.permissions import may

__all__ = [
    "AlreadyThere", "Nameless", "NotAMember", "PastHour", "again", "answer", "any_to_wake", "approve_answer", "assign",
    "bring_back_label", "bring_back_note", "bring_back_saved", "cap", "change_saved", "correct_sorting", "done", "draft", "follow",
    "give_up", "is_there", "label", "leave", "listen", "look_at", "make_label", "make_saved", "note", "promise", "refuse_answer",
    "remove_label", "remove_note", "remove_saved", "rename_label", "reopen", "seen", "snooze", "take_back", "unfollow", "unlabel",
    "unwish", "use_saved", "wake", "wake_due", "wish", "writes",
]  # fmt: skip

MOST_NOTE, MOST_DRAFT = 5_000, 20_000
# Each kind of thing is kept for as many days as a company says.
KINDS = ("comment", "mention", "message", "person")


class NotAMember(Exception):
    """Only members of the company can have a conversation."""


class PastHour(Exception):
    """What is put off is put off until a later hour."""


class AlreadyThere(Exception):
    """The company has a label of that name."""


class Nameless(Exception):
    """A label, or a note, needs words."""


# ---- who has it


def assign(*, conversation: Conversation, to: User | None, by: Actor, now: datetime) -> int | None:
    """Give a conversation to a member, or to nobody; return who had it (an id, to be given back on undo). Raises NotAllowed, NotAMember."""
    may(by, "inbox.sort", conversation.company_id, on=(conversation.channel_id,))
    if to is not None and not Member.objects.filter(company=conversation.company_id, user=to).exists():
        raise NotAMember
    with writing():
        before = Conversation.objects.values_list("assigned_to_id", flat=True).get(pk=conversation.pk)
        if before == (to.pk if to else None):
            return before
        Conversation.objects.filter(pk=conversation.pk).update(assigned_to=to)
        _journal(
            "inbox:conversation:assigned" if to else "inbox:conversation:unassigned", conversation, by, now, to=to.called if to else ""
        )
        if to is not None:
            news.note(conversation, "assigned", by, now, to=to)
    return before


def follow(*, conversation: Conversation, by: Actor, now: datetime) -> None:
    """Follow a conversation: its news is this member's too. Raises NotAllowed."""
    may(by, "inbox.read", conversation.company_id, on=(conversation.channel_id,))
    with writing():
        if by.user_id is not None and not conversation.followers.filter(pk=by.user_id).exists():
            conversation.followers.add(by.user_id)
            _journal("inbox:conversation:followed", conversation, by, now)


def unfollow(*, conversation: Conversation, by: Actor, now: datetime) -> None:
    """Follow a conversation no longer. Raises NotAllowed."""
    may(by, "inbox.read", conversation.company_id, on=(conversation.channel_id,))
    with writing():
        if by.user_id is not None and conversation.followers.filter(pk=by.user_id).exists():
            conversation.followers.remove(by.user_id)
            _journal("inbox:conversation:unfollowed", conversation, by, now)


# ---- where it stands


def done(*, conversation: Conversation, by: Actor, now: datetime) -> None:
    """Call a conversation done: nobody waits there any more. A new message of theirs opens it again. Raises NotAllowed."""
    may(by, "inbox.sort", conversation.company_id, on=(conversation.channel_id,))
    with writing():
        rows = Conversation.objects.filter(pk=conversation.pk).exclude(status=Status.DONE)
        if rows.update(status=Status.DONE, done_at=now, snoozed_until=None, waiting_since=None, due_at=None, warned_at=None):
            # The clock of an answer on its way stops when it is there (`settling`).
            if not Message.objects.filter(conversation=conversation, standing=Standing.LEAVING, automatic=False).exists():
                clocks.resolved(Conversation.objects.get(pk=conversation.pk), now)
            _journal("inbox:conversation:done", conversation, by, now)


def reopen(*, conversation: Conversation, by: Actor, now: datetime) -> None:
    """Open a conversation again that was done; whoever was not answered waits again, since when they wrote. Raises NotAllowed."""
    may(by, "inbox.sort", conversation.company_id, on=(conversation.channel_id,))
    with writing():
        rows = Conversation.objects.filter(pk=conversation.pk, status=Status.DONE)
        if rows.update(status=Status.OPEN, done_at=None):
            settle({conversation.pk}, now)
            _journal("inbox:conversation:reopened", conversation, by, now)


def snooze(*, conversation: Conversation, until: datetime, by: Actor, now: datetime) -> None:
    """Put a conversation off until an hour, or until they write again; the clock runs on. Raises NotAllowed, PastHour."""
    may(by, "inbox.sort", conversation.company_id, on=(conversation.channel_id,))
    if until <= now:
        raise PastHour
    with writing():
        Conversation.objects.filter(pk=conversation.pk).update(status=Status.SNOOZED, snoozed_until=until)
        _journal("inbox:conversation:snoozed", conversation, by, now, until=until.isoformat())


def wake(*, conversation: Conversation, by: Actor, now: datetime) -> None:
    """Take a conversation up again before its hour. Raises NotAllowed."""
    may(by, "inbox.sort", conversation.company_id, on=(conversation.channel_id,))
    with writing():
        rows = Conversation.objects.filter(pk=conversation.pk, status=Status.SNOOZED)
        if rows.update(status=Status.OPEN, snoozed_until=None):
            settle({conversation.pk}, now)
            _journal("inbox:conversation:woken", conversation, by, now)


def any_to_wake(*, now: datetime) -> bool:
    """Tell whether the hour of anything put off has come."""
    return Conversation.objects.filter(status=Status.SNOOZED, snoozed_until__lte=now).exists()


def wake_due(*, now: datetime, by: Actor = HOUSE) -> int:
    """Take up again what was put off until now; return how many."""
    rows = Conversation.objects.filter(status=Status.SNOOZED, snoozed_until__lte=now).select_related("person", "channel")
    woken = list(rows.order_by("snoozed_until")[:200])
    for conversation in woken:
        wake(conversation=conversation, by=by, now=now)
        # Whoever put it off sees it as news.
        Presence.objects.filter(conversation=conversation, user=conversation.assigned_to_id).update(read_at=None)
    return len(woken)


# ---- between colleagues


def note(*, conversation: Conversation, words: str, by: Actor, now: datetime) -> Note:
    """Add a word between colleagues; it is never sent. Raises NotAllowed, Nameless."""
    may(by, "inbox.sort", conversation.company_id, on=(conversation.channel_id,))
    text = words.replace("\r\n", "\n").replace("\x00", "").strip()[:MOST_NOTE]
    if not text:
        raise Nameless
    with writing():
        kept = Note.objects.create(conversation=conversation, by_id=by.user_id, words=text, at=now)
        news.note(conversation, "noted", by, now, note=kept)
        _journal("inbox:note:added", conversation, by, now)
    return kept


def remove_note(*, note: Note, by: Actor, now: datetime) -> None:
    """Take a note away. Raises NotAllowed."""
    may(by, "inbox.sort", note.conversation.company_id, on=(note.conversation.channel_id,))
    with writing():
        if Note.objects.filter(pk=note.pk, removed_at=None).update(removed_at=now):
            _journal("inbox:note:removed", note.conversation, by, now)


def bring_back_note(*, note: Note, by: Actor, now: datetime) -> None:
    """Put a note back that was taken away. Raises NotAllowed."""
    may(by, "inbox.sort", note.conversation.company_id, on=(note.conversation.channel_id,))
    with writing():
        if Note.objects.filter(pk=note.pk, removed_at__isnull=False).update(removed_at=None):
            _journal("inbox:note:brought_back", note.conversation, by, now)


def make_label(*, company: Company, name: str, by: Actor, now: datetime) -> Label:
    """Return the company's label of this name, made where there is none. Raises NotAllowed, Nameless."""
    may(by, "inbox.sort", company.pk)
    name = _one_line(name)
    with writing():
        made, new = Label.objects.get_or_create(company=company, name=name)
        if new:
            record("inbox:label:made", by=by, now=now, company_id=company.pk, object_id=made.pk, label=name)
    return made


def rename_label(*, label: Label, name: str, by: Actor, now: datetime) -> None:
    """Give a label another name. Raises NotAllowed, Nameless, AlreadyThere."""
    may(by, "inbox.sort", label.company_id)
    name = _one_line(name)
    with writing():
        try:
            with transaction.atomic():
                Label.objects.filter(pk=label.pk).update(name=name)
        except IntegrityError as error:
            raise AlreadyThere from error
        record("inbox:label:renamed", by=by, now=now, company_id=label.company_id, object_id=label.pk, label=name, before=label.name)


def remove_label(*, label: Label, by: Actor, now: datetime) -> None:
    """Take a label away from the company, and so off its conversations. Raises NotAllowed."""
    may(by, "inbox.sort", label.company_id)
    with writing():
        if Label.objects.filter(pk=label.pk).update(removed_at=now):
            record("inbox:label:removed", by=by, now=now, company_id=label.company_id, object_id=label.pk, label=label.name)


def bring_back_label(*, label: Label, by: Actor, now: datetime) -> None:
    """Put a label back that was taken away, on the conversations that had it. Raises NotAllowed, AlreadyThere."""
    may(by, "inbox.sort", label.company_id)
    with writing():
        try:
            with transaction.atomic():
                back = Label.every.filter(pk=label.pk, removed_at__isnull=False).update(removed_at=None)
        except IntegrityError as error:
            raise AlreadyThere from error
        if back:
            record("inbox:label:brought_back", by=by, now=now, company_id=label.company_id, object_id=label.pk, label=label.name)


def label(*, conversation: Conversation, label: Label, by: Actor, now: datetime) -> None:
    """Put a label on a conversation. Raises NotAllowed."""
    may(by, "inbox.sort", conversation.company_id, on=(conversation.channel_id,))
    if label.company_id != conversation.company_id:
        raise ValueError("a label of another company")
    with writing():
        if not conversation.labels.filter(pk=label.pk).exists():
            conversation.labels.add(label)
            _journal("inbox:conversation:labelled", conversation, by, now, name=label.name)


def unlabel(*, conversation: Conversation, label: Label, by: Actor, now: datetime) -> None:
    """Take a label off a conversation. Raises NotAllowed."""
    may(by, "inbox.sort", conversation.company_id, on=(conversation.channel_id,))
    with writing():
        if conversation.labels.filter(pk=label.pk).exists():
            conversation.labels.remove(label)
            _journal("inbox:conversation:unlabelled", conversation, by, now, name=label.name)


# ---- what a member is doing there; nothing of it is journalled


def look_at(*, conversation: Conversation, by: Actor, now: datetime) -> None:
    """Note that a member has the conversation open and has read what is in it. Raises NotAllowed."""
    _present(conversation, by, read_at=now, here_at=now)


def seen(*, conversation: Conversation, by: Actor, now: datetime, read: bool = True) -> None:
    """Mark a conversation as read, or as unread, for one member. Raises NotAllowed."""
    _present(conversation, by, read_at=now if read else None)


def writes(*, conversation: Conversation, by: Actor, now: datetime) -> None:
    """Note that a member is writing there. Raises NotAllowed."""
    _present(conversation, by, here_at=now, writing_at=now)


def leave(*, conversation: Conversation, by: Actor, now: datetime) -> None:
    """Note that a member has closed the conversation. Raises NotAllowed."""
    _present(conversation, by, here_at=None, writing_at=None)


def draft(*, conversation: Conversation, words: str, by: Actor, now: datetime) -> None:
    """Keep what a member has written so far. Raises NotAllowed."""
    may(by, "inbox.answer", conversation.company_id, on=(conversation.channel_id,))
    text = words.replace("\r\n", "\n").replace("\x00", "")[:MOST_DRAFT]
    _present(conversation, by, draft=text if text.strip() else "", here_at=now, writing_at=now if text.strip() else None)


def _present(conversation: Conversation, by: Actor, **facts: Any) -> None:
    may(by, "inbox.read", conversation.company_id, on=(conversation.channel_id,))
    if by.user_id is None:
        return
    with writing():
        if not Presence.objects.filter(conversation=conversation, user=by.user_id).update(**facts):
            Presence.objects.update_or_create(conversation=conversation, user_id=by.user_id, defaults=facts)


# ---- what it is about, and what is read


def correct_sorting(*, message: Message, facts: Mapping[str, Any] | None, by: Actor, now: datetime) -> dict[str, Any] | None:
    """Keep what a person says a message is about (`topic`, `urgent`, `language`); None: what its words said.

    Return what was kept before, to be given back on undo. Raises NotAllowed.
    """
    may(by, "inbox.sort", message.company_id, on=(message.channel_id,))
    kept = {name: facts[name] for name in ("topic", "urgent", "language") if name in facts} if facts is not None else None
    if kept:
        kept |= {"by": by.user_id, "at": now.isoformat()}
    with writing():
        before: dict[str, Any] | None = Message.objects.values_list("corrected", flat=True).get(pk=message.pk)
        Message.objects.filter(pk=message.pk).update(corrected=kept or None)
        settle({message.conversation_id}, now)
        _journal("inbox:message:corrected", message.conversation, by, now, topic=str((kept or {}).get("topic", "")))
    return before


def promise(*, company: Company, facts: Mapping[str, Any], by: Actor, now: datetime) -> Promise:
    """Keep how a company answers: any of `minutes`, `warn_minutes`, `acknowledges`, `acknowledgement`, `late_answers`, `needs_yes`,
    `keep_days` (for how many days each of `KINDS` is kept; 0 or nothing: without end). Whoever waits is promised an hour anew.

    Whether answers need a yes is for whoever says what needs whose yes. Raises NotAllowed, ValueError.
    """
    may(by, "inbox.change", company.pk)
    names = ("minutes", "warn_minutes", "acknowledges", "acknowledgement", "late_answers", "needs_yes")
    wanted = {name: facts[name] for name in names if name in facts}
    if "keep_days" in facts:
        wanted["keep_days"] = _kept(facts["keep_days"])
    with clocks.retimed(company, now):
        before = Promise.objects.filter(company=company).first() or Promise(company=company)
        if wanted.get("needs_yes", before.needs_yes) != before.needs_yes:
            may(by, "approvals.change", company.pk)
        kept, _ = Promise.objects.update_or_create(company=company, defaults=wanted)
        if any(getattr(before, name) != getattr(kept, name) for name in names):
            record("inbox:promise:changed", by=by, now=now, company_id=company.pk, object_id=kept.pk, label=company.name)
        if before.keep_days != kept.keep_days:
            verb, days = "inbox:retention:changed", kept.keep_days
            record(verb, by=by, now=now, company_id=company.pk, object_id=kept.pk, label=company.name, days=days)
    return kept


def _kept(days: Mapping[str, int]) -> dict[str, int]:
    if set(days) - set(KINDS) or any(number < 0 for number in days.values()):
        raise ValueError("not a kind of thing, or fewer than no days")
    return {kind: number for kind, number in days.items() if number}


def _one_line(name: str) -> str:
    name = " ".join(name.replace("\x00", "").split())[:40]
    if not name:
        raise Nameless
    return name


def _journal(verb: str, conversation: Conversation, by: Actor, now: datetime, **facts: Any) -> None:
    person = conversation.person
    called = person.called if person else conversation.channel.handle
    record(verb, by=by, now=now, company_id=conversation.company_id, object_id=conversation.pk, label=called, **facts)
