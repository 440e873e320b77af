"""What the house knows of a person: shown whole, given out, erased; cards joined by hand; and how long each kind of thing is kept.

Erasing and keeping only so long blank a message in the same way: its place stays, so that a thread can still be read, and nothing of it
is taken in again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Window

from parvis.audit.commands import record
from parvis.audit.commands import shed as shed_names
from parvis.core.db import writing
from parvis.inbox import faces, yeses
from parvis.inbox.models import Conversation, Message, Note, Objection, Person, Presence, Promise, Turn
from parvis.inbox.objections import digest_of
from parvis.inbox.queries import persons
from parvis.inbox.settling import settle
from parvis.people.actors import HOUSE, Actor
from parvis.people.models import Company
from parvis.people.permissions import may
from parvis.people.rights import within
from parvis.publishing.blotting import blot as blot_deliveries
from parvis.publishing.blotting import blotted, still_open

BATCH = 200
# Parts of a name that are words of their own: taken out, they would take out half of a sentence.
SMALL = frozenset(
    (
        "au", "aux", "da", "das", "de", "del", "della", "den", "der", "des", "di", "do", "dos", "du", "el", "en", "et", "la", "las", "le",
        "les", "los", "mc", "of", "san", "st", "the", "un", "und", "une", "van", "von", "and", "y",
    )
)  # fmt: skip


class StillLeaving(Exception):
    """An answer to this person is on its way: erase once it is there, or taken back."""


class OneCard(Exception):
    """Two different cards of one company can be joined, and no card to itself."""


# ---- cards


def cards(person: Person) -> list[Person]:
    """Return all the cards of one human being, the one that stays first."""
    root = person.merged_into or person
    return [root, *Person.objects.filter(merged_into=root).order_by("pk")]


def merge(*, person: Person, into: Person, by: Actor, now: datetime) -> None:
    """Join a card, and those joined to it, to another: one human being on two networks. Raises NotAllowed, OneCard."""
    may(by, "inbox.sort", person.company_id)
    with writing():
        person.refresh_from_db()
        into.refresh_from_db()
        root = into.merged_into or into
        own = person.merged_into or person
        if root.company_id != own.company_id or root.pk == own.pk:
            raise OneCard
        Person.objects.filter(Q(pk=own.pk) | Q(merged_into=own)).update(merged_into=root)
        record("inbox:person:joined", by=by, now=now, company_id=root.company_id, object_id=root.pk, label=root.called)


def part(*, person: Person, by: Actor, now: datetime) -> None:
    """Take a card out of those that it was joined to. Raises NotAllowed."""
    may(by, "inbox.sort", person.company_id)
    with writing():
        if Person.objects.filter(pk=person.pk, merged_into__isnull=False).update(merged_into=None):
            record("inbox:person:parted", by=by, now=now, company_id=person.company_id, object_id=person.pk, label=person.called)


def likely(person: Person, company: Company, text: str = "", most: int = 20) -> list[Person]:
    """Return the cards that may be joined to somebody's: whose name or handle holds `text`, or, without it, those of the same name.

    Of those that whoever asks may see.
    """
    root = person.merged_into_id or person.pk
    others = persons(company).filter(merged_into=None).exclude(pk=root)
    if text:
        others = others.filter(Q(name__icontains=text) | Q(handle__icontains=text))
    else:
        others = others.filter(name__iexact=person.name) if person.name else others.none()
    return list(others.order_by("-last_at", "-pk")[:most])


# ---- what is known


def known(person: Person) -> dict[str, Any]:
    """Return everything that is kept of a person, in plain values, for a file."""
    found, _ = known_by(cards(person))
    return found


def known_by(own: Sequence[Person], most: int | None = None, only: frozenset[int] | None = None) -> tuple[dict[str, Any], dict[str, int]]:
    """Return the same of these cards, the one that stays first, and how much there is of each kind; `most`: the newest of each alone;
    `only`: as far as it stands on these accounts."""
    theirs = within(Message.objects.filter(person__in=own), only).select_related("conversation")
    talks = within(_talks(own), only).select_related("channel").prefetch_related("labels")
    notes = Note.objects.filter(conversation__in=within(_talks(own), only)).select_related("by")
    kinds: dict[str, tuple[QuerySet[Any], Callable[[Any], dict[str, Any]]]] = {
        "messages": (theirs, _message), "answers": (within(_answers(own), only), _said), "conversations": (talks, _conversation),
        "notes": (notes, _said),
    }  # fmt: skip
    found: dict[str, Any] = {"cards": [_card(one) for one in own], "objects": objecting_cards(own)}
    counts = {}
    for kind, (rows, plain) in kinds.items():
        newest, counts[kind] = _newest(rows, "first_at" if kind == "conversations" else "at", most)
        found[kind] = [plain(one) for one in newest]
    return found, counts


def _newest(rows: QuerySet[Any], by: str, most: int | None) -> tuple[list[Any], int]:
    """Return the newest of these rows, oldest first, and how many there are."""
    if most is None:
        found = list(rows.order_by(by, "pk"))
        return found, len(found)
    found = list(rows.annotate(total=Window(Count("pk"))).order_by(f"-{by}", "-pk")[:most])
    return found[::-1], found[0].total if found else 0


def exported(*, person: Person, by: Actor, now: datetime) -> dict[str, Any]:
    """Return what is known of a person to be handed to them, and note that it was. Raises NotAllowed."""
    may(by, "persons.erase", person.company_id)
    with writing():
        record("inbox:person:exported", by=by, now=now, company_id=person.company_id, object_id=person.pk)
    return {"made_at": _hour(now), **known(person)}


def _talks(own: Collection[Person]) -> QuerySet[Conversation]:
    """The conversations opened with a person."""
    return Conversation.objects.filter(person__in=own)


def _answers(own: Collection[Person]) -> QuerySet[Message]:
    """What we wrote to a person, or beside what they wrote: their name may stand in it."""
    spoken = Message.objects.filter(person__in=own).values("conversation_id")
    return Message.objects.filter(Q(conversation__in=_talks(own)) | Q(conversation__in=spoken), mine=True)


def objecting_cards(own: Sequence[Person]) -> bool:
    """Tell whether any of these cards is of somebody who asked not to be kept."""
    digests = [digest_of(one.company_id, one.network, one.remote_id) for one in own]
    return Objection.objects.filter(company=own[0].company_id, digest__in=digests).exists()


def _card(one: Person) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in ("network", "remote_id", "handle", "name", "url", "note")}
    acknowledged = one.acknowledged_on.isoformat() if one.acknowledged_on else None
    return plain | {"first_at": _hour(one.first_at), "last_at": _hour(one.last_at), "acknowledged_on": acknowledged}


def _message(one: Message) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in ("words", "before", "attached", "url", "hidden", "liked", "sorted", "corrected")}
    return {
        "at": _hour(one.at), "kind": one.conversation.kind, "remote_id": one.remote_id, **plain, "edited_at": _hour(one.edited_at),
        "gone_at": _hour(one.gone_at), "conversation": one.conversation_id,
    }  # fmt: skip


def _said(one: Message | Note) -> dict[str, Any]:
    return {"at": _hour(one.at), "by": one.by.called if one.by and isinstance(one, Note) else "", "words": one.words}


def _conversation(one: Conversation) -> dict[str, Any]:
    return {
        "id": one.pk, "kind": one.kind, "network": one.channel.network, "account": one.channel.handle, "status": one.status, "url": one.url,
        "labels": [label.name for label in one.labels.all()], "first_at": _hour(one.first_at), "last_at": _hour(one.last_at),
    }  # fmt: skip


def _hour(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


# ---- objecting and erasing


def objects(*, person: Person, by: Actor, now: datetime) -> None:
    """Keep that a person does not want to be kept: nothing more of theirs is taken in, on any of their cards. Raises NotAllowed."""
    may(by, "persons.erase", person.company_id)
    with writing():
        _object(cards(person), by, now)
        record("inbox:person:objected", by=by, now=now, company_id=person.company_id)


def _object(own: Collection[Person], by: Actor, now: datetime) -> None:
    for one in own:
        digest = digest_of(one.company_id, one.network, one.remote_id)
        named = {"company_id": one.company_id, "network": one.network, "digest": digest}
        kept, new = Objection.objects.get_or_create(**named, defaults={"by_id": by.user_id, "at": now, "person": one})
        if not new and kept.person_id is None:
            Objection.objects.filter(pk=kept.pk).update(person=one)


def erase(*, person: Person, by: Actor, now: datetime) -> dict[str, int]:
    """Erase a person: their cards, their words, their picture, the notes on them and their name wherever it stands; return how much.

    Our answers stay without the name, an empty place stays for each message, and the network is asked for nothing: what they wrote there is
    theirs to delete. They are put on the list of objections (a digest), or the next reading would bring it all back.
    Raises NotAllowed, StillLeaving.
    """
    may(by, "persons.erase", person.company_id)
    with writing():
        own = cards(person)
        answers = list(_answers(own))
        sent = [one.delivery_id for one in answers if one.delivery_id]
        if still_open(sent):
            raise StillLeaving
        names = names_of(own)
        _object(own, by, now)
        for one in answers:
            Message.objects.filter(pk=one.pk).update(
                words=blotted(one.words, names), refs=blotted(one.refs, names), before=blotted(one.before, names),
                told=blotted(one.told, names),
            )  # fmt: skip
        blot_deliveries(sent, names)
        _blot_colleagues(own, names)
        done = {"messages": _blank(Message.objects.filter(person__in=own), now, unknown=True), "conversations": _close(own, now)}
        _unname(own, by, now, [" ".join(one.words.split()) for one in answers])
        Person.objects.filter(pk__in=[one.pk for one in own]).delete()
        record("inbox:person:erased", by=by, now=now, company_id=person.company_id, messages=done["messages"])
    faces.shed(one.avatar for one in own)
    return done


def names_of(own: Collection[Person]) -> set[str]:
    """Return what names these cards, whole and in parts, however short; parts that are mere words are left out."""
    whole = {name for one in own for name in (one.name, one.handle, one.handle.lstrip("@"), one.remote_id)}
    parts = {part for one in own for part in one.name.split() if part.lower() not in SMALL}
    return {name for name in whole | parts if len(name) > 1}


def _blot_colleagues(own: Collection[Person], names: Collection[str]) -> None:
    """Take names out of what colleagues noted and began to write where a person spoke beside others."""
    spoken = Message.objects.filter(person__in=own).values("conversation_id")
    for note in Note.objects.filter(conversation__in=spoken):
        Note.objects.filter(pk=note.pk).update(words=blotted(note.words, names))
    for place in Presence.objects.filter(conversation__in=spoken).exclude(draft=""):
        Presence.objects.filter(pk=place.pk).update(draft=blotted(place.draft, names))


def _blank(messages: QuerySet[Message], now: datetime, *, unknown: bool = False) -> int:
    """Leave of messages of theirs an empty place. `unknown`: not even what the network calls it (their person is not gathered any more)."""
    rows = {pk: (talk, remote) for pk, talk, remote in messages.values_list("pk", "conversation_id", "remote_id")}
    talks = {talk for talk, _ in rows.values()}
    blank: dict[str, Any] = {"words": "", "before": [], "attached": [], "refs": {}, "url": "", "corrected": None, "person": None}
    if unknown:
        blank |= {"remote_id": "", "parent": ""}
        Message.objects.filter(conversation__in=talks, parent__in={remote for _, remote in rows.values() if remote}).update(parent="")
    Message.objects.filter(pk__in=rows).update(**blank, sorted={"erased": now.isoformat()}, wish="", wish_at=None, told=None)
    Message.objects.filter(pk__in=rows, gone_at=None).update(gone_at=now)
    yeses.shed(talks)
    settle(talks, now)
    return len(rows)


def _close(own: Collection[Person], now: datetime) -> int:
    """Take a person out of their conversations, with what colleagues noted and began to write there."""
    talks = list(_talks(own).values_list("pk", flat=True))
    Note.objects.filter(conversation__in=talks).delete()
    Presence.objects.filter(conversation__in=talks).exclude(draft="").update(draft="")
    Conversation.objects.filter(pk__in=talks).update(person=None, url="")
    # A thread in which others wrote too keeps its name, or what they add would stand elsewhere.
    shared = Message.objects.filter(conversation__in=talks, person__isnull=False).exclude(person__in=own).values("conversation_id")
    for pk in Conversation.objects.filter(pk__in=talks).exclude(pk__in=shared).values_list("pk", flat=True):
        Conversation.objects.filter(pk=pk).update(thread=f"erased-{pk}")
    settle(talks, now)
    return len(talks)


def _unname(own: Sequence[Person], by: Actor, now: datetime, more: Sequence[str] = ()) -> None:
    """Take a person's names out of the journal, and what was said to them by name (`more`)."""
    labels = [*more, *(label for one in own for label in (one.name, one.handle))]
    shed_names(company_id=own[0].company_id, rooms=("inbox", "publishing"), labels=labels, by=by, now=now)


def forget(*, company: Company, by: Actor, now: datetime) -> int:
    """Delete every conversation of a company that is itself about to go; return how many went. Raises NotAllowed."""
    may(by, "company.change", company.pk)
    with writing():
        Message.objects.filter(company=company).delete()
        Turn.objects.filter(company=company).delete()
        count = Conversation.objects.filter(company=company).delete()[1].get(Conversation._meta.label, 0)
        record("inbox:company:forgotten", by=by, now=now, company_id=company.pk, label=company.name, count=count)
    return count


# ---- only so long


def any_kept_so_long(now: datetime) -> bool:
    """Tell whether any company keeps things only so long."""
    return Promise.objects.exclude(keep_days={}).exists()


def purge_due(now: datetime) -> dict[int, dict[str, int]]:
    """Blank and delete what is older than its company keeps; return how much, by company and kind. What waits for an answer is left."""
    done = {}
    for promise in Promise.objects.exclude(keep_days={}).select_related("company"):
        limits = {kind: now - timedelta(days=number) for kind, number in promise.keep_days.items() if number}
        counts = {kind: _purge(promise.company, kind, before, now) for kind, before in limits.items() if kind != "person"}
        if "person" in limits:
            counts["person"] = _purge_persons(promise.company, limits["person"], now)
        if counts := {kind: count for kind, count in counts.items() if count}:
            done[promise.company_id] = counts
            with writing():
                total = sum(counts.values())
                record(
                    "inbox:retention:done", by=HOUSE, now=now, company_id=promise.company_id, label=promise.company.name, total=total,
                    counts=counts,
                )  # fmt: skip
    return done


def _purge(company: Company, kind: str, before: datetime, now: datetime) -> int:
    old = Message.objects.filter(company=company, mine=False, conversation__kind=kind, at__lt=before, conversation__waiting_since=None)
    left = old.exclude(sorted__has_key="erased").order_by("pk").values_list("pk", flat=True)
    count = 0
    while batch := list(left[:BATCH]):
        with writing():
            count += _blank(Message.objects.filter(pk__in=batch), now)
    return count


def _purge_persons(company: Company, before: datetime, now: datetime) -> int:
    """Delete the cards of those who have not written for so long, and of whom no message is left."""
    rows = Person.objects.filter(company=company, last_at__lt=before, messages=None).exclude(conversations__waiting_since__isnull=False)
    count = 0
    while batch := list(rows.order_by("pk")[:BATCH]):
        with writing():
            _close(batch, now)
            _unname(batch, HOUSE, now)
            Person.objects.filter(pk__in=[one.pk for one in batch]).delete()
        faces.shed(one.avatar for one in batch)
        count += len(batch)
    return count
