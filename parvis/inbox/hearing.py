"""What an ear heard, kept: each message once however often it is read, edits and deletions seen, people known by what stays.

In short transactions: a storm of messages keeps nobody from writing.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from parvis.channels.models import Channel
from parvis.core.db import writing
from parvis.core.http import address, line
from parvis.inbox import faces, sorting
from parvis.inbox.ears import attached_json
from parvis.inbox.models import Conversation, Message, Person, Status, Turn
from parvis.inbox.objections import objecting
from parvis.inbox.settling import settle
from parvis.networks.listening import Gathered, Heard, Somebody
from parvis.publishing.models import Delivery
from parvis.publishing.states import State

BATCH = 10
# SQLite has one writer and no queue: whoever waits in another process gets in only while nobody writes.
BREATH_SECONDS = 0.025
# When an account is listened to for the first time, what is older is history: kept, and nobody is told that it waits.
HISTORY = timedelta(days=7)
# Marks that turn the direction of what follows, and controls: they make words say what they do not say.
_MARKS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000))
_UNSEEN = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127, *_MARKS))


@dataclass(slots=True)
class Kept:
    """What keeping did: how many messages were new, changed and found gone."""

    new: int = 0
    changed: int = 0
    gone: int = 0

    def __iadd__(self, other: Kept) -> Kept:
        self.new, self.changed, self.gone = self.new + other.new, self.changed + other.changed, self.gone + other.gone
        return self


def keep(channel: Channel, gathered: Gathered, now: datetime, first: bool = False) -> Kept:
    """Keep what a reading of an account brought; doing it again changes nothing. `first`: the account was never read to its end before."""
    heard = list({one.remote_id: one for one in map(_plain, gathered.heard) if one.remote_id}.values())
    away = objecting(channel.company_id, channel.network, {one.author.remote_id for one in heard if not one.mine})
    heard = [one for one in heard if one.mine or one.author.remote_id not in away]
    # A conversation is somebody writing to us: what we say by ourselves opens none.
    theirs: set[tuple[str, str]] = {(one.kind, one.thread) for one in heard if not one.mine}
    kept = Kept()
    for number, batch in enumerate(_batches(heard)):
        if number and connection.vendor == "sqlite":
            time.sleep(BREATH_SECONDS)
        kept += _Batch(channel, now, first, theirs).keep(batch)
    for ids in _batches(sorted(gathered.gone)):
        kept.gone += _gone(channel, ids, now)
    return kept


def _batches(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def _plain(one: Heard) -> Heard:
    """Make of what the outside said something that any database and any page can hold."""
    words = one.words.replace("\r\n", "\n").replace("\r", "\n").translate(_UNSEEN).strip()
    author = replace(
        one.author,
        remote_id=one.author.remote_id[:300],
        handle=line(one.author.handle),
        name=line(one.author.name),
        url=address(one.author.url),
        avatar=address(one.author.avatar, 700),
    )
    attached = tuple(replace(each, url=url, name=line(each.name)) for each in one.attached if (url := address(each.url, 2000)))
    return replace(
        one, remote_id=one.remote_id[:500], thread=(one.thread or one.remote_id)[:500], parent=one.parent[:500], under=one.under[:500],
        words=words, author=author, attached=attached, url=address(one.url, 700), language=line(one.language, 10),
    )  # fmt: skip


def _named(channel: Channel) -> QuerySet[Message]:
    """Return the messages that their network names, in the words of the index that finds them."""
    return Message.objects.filter(channel=channel).exclude(remote_id="")


def _lock(channel: Channel) -> None:
    """Let nobody else keep anything of this account meanwhile (SQLite has one writer anyway)."""
    list(Channel.objects.select_for_update(no_key=True).filter(pk=channel.pk).values_list("pk"))


@dataclass(slots=True)
class _Batch:
    """Some messages of one account, kept in one transaction."""

    channel: Channel
    now: datetime
    first: bool
    theirs: set[tuple[str, str]]
    known: dict[str, Message] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)
    threads: dict[tuple[str, str], Conversation] = field(default_factory=dict)
    left: dict[str, Delivery | None] = field(default_factory=dict)
    placed: dict[str, Conversation] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)
    fresh: set[int] = field(default_factory=set)

    def keep(self, heard: Sequence[Heard]) -> Kept:
        """Keep them."""
        said = {one.remote_id: sorting.sort(one.words, one.language) for one in heard if not one.mine}
        kept = Kept()
        with writing():
            _lock(self.channel)
            self._read(heard)
            added = []
            for one in heard:
                row = self.known.get(one.remote_id) or self._ours(one)
                if row is not None:
                    kept.changed += self._changed(row, one, said.get(one.remote_id, {}))
                elif message := self._new(one, said.get(one.remote_id, {})):
                    added.append(message)
            Message.objects.bulk_create(added)
            kept.new = len(added)
            settle(self.touched, self.now, self.fresh)
        return kept

    # ---- what is known already

    def _read(self, heard: Sequence[Heard]) -> None:
        ids = [one.remote_id for one in heard]
        self.known = {row.remote_id: row for row in _named(self.channel).filter(remote_id__in=ids)}
        self._know_persons([one for one in heard if not one.mine and one.author.remote_id])
        rows = Conversation.objects.filter(channel=self.channel, thread__in={one.thread for one in heard})
        self.threads = {(row.kind, row.thread): row for row in rows}

    def _know_persons(self, heard: Sequence[Heard]) -> None:
        named = {"company_id": self.channel.company_id, "network": self.channel.network}
        rows = Person.objects.filter(**named, remote_id__in={one.author.remote_id for one in heard})
        self.persons = {row.remote_id: row for row in rows}
        for one in heard:
            who, row = one.author, self.persons.get(one.author.remote_id)
            if row is None:
                row = Person(
                    **named, remote_id=who.remote_id, handle=who.handle, name=who.name, url=who.url, first_at=one.at, last_at=one.at
                )
                row.save(force_insert=True)
                self.persons[who.remote_id] = row
            else:
                self._meet(row, who, one.at)
        faces.note({self.persons[one.author.remote_id].pk: one.author.avatar for one in heard}, self.now)

    def _meet(self, row: Person, who: Somebody, at: datetime) -> None:
        """Keep the newest name of somebody, and when they first and last wrote."""
        changes: dict[str, Any] = {"first_at": min(row.first_at, at), "last_at": max(row.last_at, at)}
        if at >= row.last_at:
            changes |= {name: getattr(who, name) for name in ("handle", "name", "url") if getattr(who, name)}
        changes = {name: value for name, value in changes.items() if getattr(row, name) != value}
        if changes:
            Person.objects.filter(pk=row.pk).update(**changes)
            for name, value in changes.items():
                setattr(row, name, value)

    def _ours(self, one: Heard) -> Message | None:
        """Return the answer that we sent and that the network now shows us: it is one message, not two."""
        if not one.mine:
            return None
        delivery = self._delivery(one.remote_id)
        row = Message.objects.filter(mine=True, remote_id="", delivery=delivery).first() if delivery else self._nameless(one)
        if row is not None:
            row.remote_id, row.at, row.standing = one.remote_id, one.at, ""
            row.save(update_fields=["remote_id", "at", "standing"])
            self.touched.add(row.conversation_id)
        return row

    def _delivery(self, remote_id: str) -> Delivery | None:
        if remote_id and remote_id not in self.left:
            # Named as in the index, which holds what has a name there.
            rows = Delivery.objects.filter(channel=self.channel, remote_id=remote_id).exclude(remote_id="")
            self.left[remote_id] = rows.defer("parcel", "memory").first()
        return self.left.get(remote_id)

    def _nameless(self, one: Heard) -> Message | None:
        """A person found it there, so no receipt names it: its place and its words do."""
        talk = self.threads.get((one.kind, one.thread))
        if talk is None:
            return None
        rows = Message.objects.filter(conversation=talk, mine=True, remote_id="", standing="", delivery__state=State.SENT)
        return next((row for row in rows if row.words.split() == one.words.split()), None)

    # ---- what changed

    def _changed(self, row: Message, one: Heard, said: dict[str, Any]) -> bool:
        if row.erased:
            return False
        facts: dict[str, Any] = {"hidden": one.hidden, "gone_at": None, "attached": attached_json(one), "refs": dict(one.refs)}
        facts |= {name: value for name, value in {"url": one.url, "parent": one.parent}.items() if value}
        if self._edited(row, one):
            until = (one.edited_at or self.now).isoformat()
            facts |= {
                "words": one.words,
                "edited_at": one.edited_at or self.now,
                "before": [*row.before, {"words": row.words, "until": until}],
            }
            facts |= {} if row.mine else {"sorted": said}
        if row.wish:
            facts.pop("hidden")  # the network has not yet done what a member wants
        changes = {name: value for name, value in facts.items() if getattr(row, name) != value}
        if not changes:
            return False
        Message.objects.filter(pk=row.pk).update(**changes)
        if changes.keys() & {"words", "gone_at"}:
            self.touched.add(row.conversation_id)
        return True

    def _edited(self, row: Message, one: Heard) -> bool:
        """Words of ours come back as the network writes them (with the name of who is answered, say): that is no edit."""
        if row.words == one.words:
            return False
        return row.delivery_id is None or (one.edited_at is not None and one.edited_at != row.edited_at)

    # ---- what is new

    def _new(self, one: Heard, said: dict[str, Any]) -> Message | None:
        conversation = self._place(one)
        if conversation is None:
            return None
        self.touched.add(conversation.pk)
        if not one.mine and not self._history(one):
            self.fresh.add(conversation.pk)
        return Message(
            company_id=self.channel.company_id, conversation=conversation, channel=self.channel, remote_id=one.remote_id, mine=one.mine,
            person=None if one.mine else self.persons.get(one.author.remote_id), words=one.words, at=one.at, edited_at=one.edited_at,
            hidden=one.hidden, parent=one.parent, url=one.url, attached=attached_json(one), refs=dict(one.refs), sorted=said,
            # History came in when it was written: it is not news, however late it is read.
            created_at=one.at if self._history(one) else self.now,
        )  # fmt: skip

    def _history(self, one: Heard) -> bool:
        return self.first and one.at < self.now - HISTORY

    def _place(self, one: Heard) -> Conversation | None:
        """Return the conversation that a message belongs to: its thread's, or that of what it answers or is answered by; else a new one."""
        found = self.threads.get((one.kind, one.thread)) or self._beside(one)
        if found is None and (not one.mine or (one.kind, one.thread) in self.theirs):
            found = self._open(one)
        if found is not None:
            self.threads[one.kind, one.thread] = self.placed[one.remote_id] = found
            if found.person_id is None and not one.mine and one.author.remote_id in self.persons:
                found.person = self.persons[one.author.remote_id]
                Conversation.objects.filter(pk=found.pk).update(person=found.person)
            if found.done_at is None and self._history(one):
                found.done_at = self.now - HISTORY
                Conversation.objects.filter(pk=found.pk, done_at=None).update(done_at=found.done_at)
        return found

    def _beside(self, one: Heard) -> Conversation | None:
        if one.parent in self.placed and self.placed[one.parent].kind == one.kind:
            return self.placed[one.parent]
        above = _named(self.channel).filter(remote_id=one.parent).select_related("conversation").first() if one.parent else None
        if above is not None and above.conversation.kind == one.kind:
            return above.conversation
        if one.thread == one.remote_id:  # its thread was looked for already
            return None
        # Whatever answers what had not come yet was put under its name.
        return Conversation.objects.filter(channel=self.channel, kind=one.kind, thread=one.remote_id).first()

    def _open(self, one: Heard) -> Conversation:
        done = self._history(one)
        return Conversation.objects.create(
            company_id=self.channel.company_id, channel=self.channel, kind=one.kind, thread=one.thread, under=self._delivery(one.under),
            url=one.url,
            person=None if one.mine else self.persons.get(one.author.remote_id), first_at=one.at, last_at=one.at,
            status=Status.DONE if done else Status.OPEN, done_at=self.now - HISTORY if done else None,
        )  # fmt: skip


def _gone(channel: Channel, ids: Iterable[str], now: datetime) -> int:
    """Mark what is no longer there; what it said stays readable here."""
    with writing():
        _lock(channel)
        rows = _named(channel).filter(remote_id__in=ids, gone_at=None)
        touched = set(rows.values_list("conversation_id", flat=True))
        count = rows.update(gone_at=now)
        settle(touched, now)
    return count


def there(message: Message, now: datetime) -> None:
    """Note that an answer of ours is there, as its receipt says. Inside the transaction of whoever learnt it.

    Where a reading had brought it already, the two become one.
    """
    delivery = message.delivery
    assert delivery is not None
    facts: dict[str, Any] = {
        "standing": "",
        "told": None,
        "url": delivery.url,
        "remote_id": delivery.remote_id,
        "at": delivery.sent_at or now,
    }
    copy = _copy_of(message, delivery)
    if copy is not None:
        facts |= {name: getattr(copy, name) for name in ("remote_id", "at", "url", "refs", "attached", "hidden", "gone_at")}
        Turn.objects.filter(conversation=message.conversation_id, answered_at=copy.at, by=None).update(by=message.by_id)
        copy.delete()
    Message.objects.filter(pk=message.pk).exclude(standing="").update(**facts)
    settle({message.conversation_id}, now)


def _copy_of(message: Message, delivery: Delivery) -> Message | None:
    """Return the answer as a reading brought it: by its name, or, where a person found it and nothing names it, by its words."""
    rows = Message.objects.filter(channel_id=message.channel_id, mine=True).exclude(pk=message.pk)
    if delivery.remote_id:
        return rows.filter(remote_id=delivery.remote_id).exclude(remote_id="").first()
    beside = rows.filter(conversation=message.conversation_id, delivery=None, at__gte=delivery.created_at).exclude(remote_id="")
    return next((row for row in beside if row.words.split() == message.words.split()), None)
