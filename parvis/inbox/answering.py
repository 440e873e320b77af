"""Answering: a parcel through the one engine, after some seconds in which it can be taken back, and what becomes of it.

Whatever happens, the words are kept: in the message while it is under way, in the writer's draft when it comes back.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from parvis.audit.commands import Doer, record
from parvis.channels import speaking
from parvis.channels.models import Channel
from parvis.channels.queries import spec_of
from parvis.core.db import writing
from parvis.core.say import Say, gettext_noop
from parvis.delegation import approvals, linking, uses
from parvis.delegation.approvals import NoReason, Settled, Voice
from parvis.delegation.circuits import ANSWER, NeedsYes
from parvis.delegation.models import Approval, Stage, Verdict, YesLink
from parvis.inbox import news, yeses
from parvis.inbox.ears import window_of
from parvis.inbox.hearing import there
from parvis.inbox.models import Conversation, Message, Presence, Promise, Standing, Status
from parvis.inbox.settling import settle
from parvis.networks.facts import MESSAGE, REPLY, Parcel, TextRule
from parvis.networks.listening import Window
from parvis.people.actors import HOUSE, Actor
from parvis.people.permissions import may, under
from parvis.publishing import commands as engine
from parvis.publishing import revisions
from parvis.publishing.commands import TooLate
from parvis.publishing.models import Delivery
from parvis.publishing.states import State

__all__ = [
    "Closed", "Empty", "NeedsYes", "NoReason", "NothingToAnswer", "TooLate", "TooLong", "again", "answer", "any_moved", "approve_answer",
    "decide", "decide_by_link", "follow_answers",
    "form_of", "give_up", "is_there", "measured", "refuse_answer", "revise", "take_back", "withdraw",
]  # fmt: skip

MOST_LETTERS = 20_000
# Where a delivery stands that goes on by itself, and where a person is needed.
GOES_ON = (State.SCHEDULED, State.SENDING, State.UNKNOWN)
STOPPED = (State.REFUSED, State.HELD, State.ASKED, State.HANDED)
NO_ANSWERS = Say(gettext_noop("This network takes no such answer from here."))


class Empty(Exception):
    """There is nothing to send."""


class NothingToAnswer(Exception):
    """What was to be answered is not there any more, or it is no message of this conversation."""


class Closed(Exception):
    """The network would not take an answer from here now; `window` says why. The draft is kept: one answers on its own page."""

    def __init__(self, window: Window) -> None:
        super().__init__(str(window.why))
        self.window = window


class TooLong(Exception):
    """The answer is longer than its network takes."""

    def __init__(self, rule: TextRule, count: int) -> None:
        super().__init__(f"{count} > {rule.most}")
        self.rule, self.count = rule, count


def form_of(conversation: Conversation) -> str:
    """Return the form of an answer here: in private, or in public."""
    return MESSAGE if conversation.kind == "message" else REPLY


def measured(conversation: Conversation, words: str) -> list[tuple[TextRule, int]]:
    """Return each limit on an answer here, with what these words count."""
    return spec_of(conversation.channel).measured(Parcel(words, form=form_of(conversation)))


def answer(*, conversation: Conversation, words: str, by: Actor, now: datetime, to: Message | None = None) -> Message:
    """Answer the newest message of theirs (or `to`), in some seconds; where a yes is needed first, it waits for it.

    Raises NotAllowed, Empty, NothingToAnswer, Closed, TooLong. The draft is kept in each case, and is gone once the answer is on its way.
    """
    may(by, "inbox.answer", conversation.company_id, on=(conversation.channel_id,))
    words = _clean(words)
    promise = _promise(conversation.company_id)
    try:
        parcel = _parcel(conversation, to or _newest(conversation), words, now, promise.late_answers)
    except (Closed, TooLong, NothingToAnswer):
        _keep_draft(conversation, words, by)
        raise
    asks = yeses.asks_for(conversation, promise, by, now, to)
    with writing():
        message = _row(conversation, parcel, by, now)
        if asks:
            Message.objects.filter(pk=message.pk).update(standing=Standing.ASKS)
            yeses.ask(message, asks, by, now, to=to or _newest(conversation))
        else:
            _leave(message, parcel, by, now)
        Presence.objects.filter(conversation=conversation, user=by.user_id).update(draft="", writing_at=None)
        settle({conversation.pk}, now)
        news.note(conversation, "answered", by, now, message=message)
        _journal("inbox:answer:proposed" if asks else "inbox:answer:given", conversation, by, now)
    return Message.objects.get(pk=message.pk)


def _keep_draft(conversation: Conversation, words: str, by: Actor) -> None:
    if by.user_id is not None:
        with writing():
            Presence.objects.update_or_create(conversation=conversation, user_id=by.user_id, defaults={"draft": words})


def _clean(words: str) -> str:
    words = words.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()[:MOST_LETTERS]
    if not words:
        raise Empty
    return words


def _promise(company_id: int) -> Promise:
    return Promise.objects.filter(company=company_id).first() or Promise(company_id=company_id)


def _newest(conversation: Conversation) -> Message | None:
    rows = Message.objects.filter(conversation=conversation, mine=False, gone_at=None).select_related("person")
    return rows.order_by("-at", "-pk").first()


def _parcel(conversation: Conversation, to: Message | None, words: str, now: datetime, late_allowed: bool) -> Parcel:
    """Make what leaves, after everything that can be known beforehand was asked."""
    if to is None or to.conversation_id != conversation.pk or to.mine or to.gone_at is not None:
        raise NothingToAnswer
    window = window_of(to, conversation, now, late_allowed)
    if not window.open:
        raise Closed(window)
    limits = measured(conversation, words)
    if not limits:
        raise Closed(Window(False, why=NO_ANSWERS))
    for rule, count in limits:
        if count > rule.most:
            raise TooLong(rule, count)
    refs: dict[str, Any] = {**to.refs, "remote_id": to.remote_id, "kind": conversation.kind, "thread": conversation.thread}
    if window.late:
        refs["late"] = True
    return Parcel(words, language=conversation.language or "fr", form=form_of(conversation), to=refs)


def _row(conversation: Conversation, parcel: Parcel, by: Actor, now: datetime) -> Message:
    return Message.objects.create(
        company_id=conversation.company_id, conversation=conversation, channel_id=conversation.channel_id, mine=True, by_id=by.user_id,
        standing=Standing.LEAVING, words=parcel.text, at=now, parent=parcel.to["remote_id"], refs=dict(parcel.to), created_at=now,
    )  # fmt: skip


def _leave(message: Message, parcel: Parcel, by: Actor, now: datetime) -> None:
    """Hand an answer to the engine, after an earlier one of this conversation that has not left.

    Whoever acts under a mandate may have lost it since the page was opened: looked at again under its lock. Raises NotAllowed.
    """
    lent = under(by, "inbox.answer", (message.channel_id,))
    uses.keeps_within(mandates=[lent] if lent is not None else [], at=now, now=now)
    earlier = Message.objects.filter(conversation=message.conversation_id, standing=Standing.LEAVING, delivery__state__in=GOES_ON)
    last = earlier.exclude(pk=message.pk).select_related("delivery").order_by("-pk").first()
    due = now + timedelta(seconds=settings.UNDO_SECONDS)
    after = last.delivery if last else None
    channel = Channel.objects.get(pk=message.channel_id)
    subject = " ".join(message.words.split())[:200]
    delivery = engine.schedule(
        channel=channel, parcel=parcel, subject=subject, due_at=due, by=by, now=now, after=after, mandate_id=by.mandate_id
    )  # fmt: skip
    Message.objects.filter(pk=message.pk).update(delivery=delivery, standing=Standing.LEAVING, told=None)


def _parcel_of(message: Message) -> Parcel:
    form = MESSAGE if message.refs.get("kind") == "message" else REPLY
    return Parcel(message.words, language=message.conversation.language or "fr", form=form, to=message.refs)


# ---- taken back, approved, refused


def take_back(*, message: Message, by: Actor, now: datetime) -> None:
    """Take an answer back before it leaves, with those that were to follow it; its words are in the writer's draft again.

    Raises NotAllowed, and TooLate where it has left or may have.
    """
    may(by, "inbox.answer", message.company_id, on=(message.channel_id,))
    with writing():
        Message.objects.select_for_update().filter(pk=message.pk).values_list("pk").first()
        delivery = Delivery.objects.filter(message=message).first()
        if delivery is None and not Message.objects.filter(pk=message.pk, standing=Standing.ASKS).exists():
            if Message.objects.filter(pk=message.pk).exists():
                raise TooLate(State.SENT)
            return
        if delivery is not None:
            engine.cancel(delivery=delivery, by=by, now=now)
        approvals.crossed(subject=ANSWER, object_id=message.pk, by=by, now=now, why=approvals.TAKEN_BACK)
        _back(message, by.user_id)
        for row in _cancelled(message.conversation_id):
            _back(row, row.by_id)
        settle({message.conversation_id}, now)
        _journal("inbox:answer:taken_back", message.conversation, by, now)


def withdraw(*, approval: Approval, by: Actor, now: datetime) -> None:
    """Take a request for an answer back, and with it the answer: its words are in the draft of whoever does. Raises NotAllowed, Settled."""
    message = Message.objects.filter(pk=approval.object_id, standing=Standing.ASKS).select_related("conversation").first()
    if message is None:
        raise Settled(Approval.objects.get(pk=approval.pk))
    take_back(message=message, by=by, now=now)


def _cancelled(conversation_id: int) -> QuerySet[Message]:
    return Message.objects.filter(conversation=conversation_id, delivery__state=State.CANCELLED).exclude(standing="").order_by("pk")


def _back(message: Message, user_id: int | None) -> None:
    """Put an answer's words back into a draft; the row goes."""
    if user_id is not None and not message.automatic:
        place, _ = Presence.objects.get_or_create(conversation_id=message.conversation_id, user_id=user_id)
        place.draft = "\n\n".join(part for part in (message.words, place.draft) if part.strip())
        place.save(update_fields=["draft"])
    Message.objects.filter(pk=message.pk).exclude(standing="").delete()


def approve_answer(*, message: Message, by: Actor, now: datetime) -> None:
    """Say yes: with the last yes the answer leaves in some seconds, as the one who wrote it. Doing it twice is no error.

    Raises NotAllowed, Closed where the network would not take it any more.
    """
    _decided(message, Verdict.YES, by, now)


def refuse_answer(*, message: Message, by: Actor, now: datetime, why: str = "") -> None:
    """Say no: the words go back to the draft of whoever wrote them, and `why` becomes a note. Raises NotAllowed, NoReason."""
    _decided(message, Verdict.NO, by, now, why)


def _decided(message: Message, verdict: Verdict, by: Actor, now: datetime, words: str = "") -> None:
    may(by, "inbox.approve", message.company_id, on=(message.channel_id,))
    approval = yeses.request_of(message)
    if approval is None or not Message.objects.filter(pk=message.pk, standing=Standing.ASKS).exists():
        return
    with suppress(Settled):
        decide(approval=approval, verdict=verdict, by=by, now=now, words=words)


def decide(*, approval: Approval, verdict: Verdict, by: Actor, now: datetime, words: str = "") -> Approval:
    """Decide on a request for an answer. With the last yes it leaves; sent back or refused, its words are in the writer's draft again.

    Raises NotAllowed, NoReason, Settled, and Closed where the network would not take it any more: then nothing was decided.
    """
    ready = _ready(approval, now) if verdict == Verdict.YES and approvals.may_decide(approval, by) else None
    with writing():
        _hold(approval)
        done = approvals.decide(approval=approval, verdict=verdict, by=by, now=now, words=words)
        return _carry(done, ready, Voice(by.user_id, by.name), words, now)


def decide_by_link(*, link: YesLink, verdict: Verdict, now: datetime, words: str = "") -> Approval:
    """Decide as the person for whom a link was made. Raises what `decide` raises, and LinkOver."""
    ready = _ready(link.approval, now) if verdict == Verdict.YES else None
    with writing():
        _hold(link.approval)
        speaking.check(link, now)
        done = linking.use(link=link, verdict=verdict, now=now, words=words)
        return _carry(done, ready, linking.voice_of(link), words, now)


def _hold(approval: Approval) -> None:
    """Take the answer before its request: two that meet wait for each other in the same order."""
    Message.objects.select_for_update().filter(pk=approval.object_id).values_list("pk").first()


def _ready(approval: Approval, now: datetime) -> tuple[Message, Parcel] | None:
    """Return the answer and what would leave; None where it is not there any more, or says something else."""
    rows = Message.objects.filter(pk=approval.object_id, company=approval.company_id, standing=Standing.ASKS)
    message = rows.select_related("conversation__channel", "conversation__person").first()
    if message is None or yeses.digest(message) != approval.digest:
        return None
    return message, _parcel(message.conversation, _answered(message), message.words, now, _promise(message.company_id).late_answers)


def _answered(message: Message) -> Message | None:
    """Return the message that an answer answers."""
    of = Message.objects.filter(conversation=message.conversation_id, remote_id=message.parent).exclude(remote_id="")
    return of.select_related("person").first()


def _carry(done: Approval, ready: tuple[Message, Parcel] | None, voice: Voice, words: str, now: datetime) -> Approval:
    by = Actor(voice.user_id, voice.name, done.company_id, "house", mandate_id=done.mandate_id)
    if done.stage == Stage.APPROVED:
        _let_go(done, ready, by, now)
    elif done.stage in (Stage.REFUSED, Stage.CHANGES):
        _send_back(done, voice, words, now)
    return Approval.objects.get(pk=done.pk)


def _let_go(done: Approval, ready: tuple[Message, Parcel] | None, by: Actor, now: datetime) -> None:
    """Have an answer leave that was agreed to, in the transaction of the last yes."""
    waits = Message.objects.filter(pk=done.object_id, standing=Standing.ASKS)
    if ready is None or not waits.update(standing=Standing.LEAVING, at=now, refs=dict(ready[1].to)):
        approvals.end(done, approvals.OTHER, by, now)
        return
    message, parcel = ready
    _leave(message, parcel, by, now)
    settle({message.conversation_id}, now)
    _journal("inbox:answer:approved", message.conversation, by, now)


def _send_back(done: Approval, voice: Voice, words: str, now: datetime) -> None:
    """Put an answer back into its writer's draft; why becomes a note."""
    message = Message.objects.filter(pk=done.object_id, standing=Standing.ASKS).select_related("conversation__person").first()
    if message is None:
        return
    _back(message, message.by_id)
    if words.strip():
        message.conversation.notes.create(by_id=voice.user_id, words=_clean(words), at=now)
    settle({message.conversation_id}, now)
    _journal("inbox:answer:refused", message.conversation, voice, now)


# ---- where it failed


def _delivery_of(message: Message) -> Delivery:
    if message.delivery is None:  # it was never under way, or has long been there
        raise TooLate(State.SENT)
    return message.delivery


def again(*, message: Message, by: Actor, now: datetime) -> None:
    """Send an answer again that failed: at once where it was held or lost, as a new parcel where it was refused.

    Raises NotAllowed, Closed, NothingToAnswer, NeedsYes where these words had no yes, and TooLate where it is there after all.
    """
    may(by, "inbox.answer", message.company_id, on=(message.channel_id,))
    delivery = _delivery_of(message)
    promise = _promise(message.company_id)
    parcel = _parcel(message.conversation, _answered(message), message.words, now, promise.late_answers)
    if (asks := yeses.asks_for(message.conversation, promise, by, now, _answered(message))) and not yeses.has_yes(message):
        raise NeedsYes(asks)
    with writing():
        state = Delivery.objects.values_list("state", flat=True).get(pk=delivery.pk)
        if state == State.HELD:
            engine.release(delivery=delivery, due_at=now, by=by, now=now)
        elif state == State.ASKED:
            engine.send_again(delivery=delivery, by=by, now=now)
        elif state == State.REFUSED:
            _leave(message, parcel, by, now)
        else:
            raise TooLate(state)
        Message.objects.filter(pk=message.pk).update(standing=Standing.LEAVING, told=None)
        settle({message.conversation_id}, now)
        _journal("inbox:answer:sent_again", message.conversation, by, now)


def revise(*, delivery: Delivery, parcel: Parcel, by: Actor, now: datetime) -> bool:
    """Have other words put in the place of an answer that is there; return whether there is anything to change.

    Raises what `publishing.revisions.revise` raises, and NeedsYes where somebody else would have had to agree to these words.
    """
    message = Message.objects.filter(delivery=delivery.pk).select_related("conversation__company").first()
    if message is not None:
        promise, answered = _promise(message.company_id), _answered(message)
        if asks := yeses.asks_for(message.conversation, promise, by, now, answered):
            raise NeedsYes(asks)
    return revisions.revise(delivery=delivery, parcel=parcel, by=by, now=now)


def is_there(*, message: Message, by: Actor, now: datetime, url: str = "") -> None:
    """Answer the engine's question: a person saw the answer over there. Raises NotAllowed, TooLate."""
    may(by, "inbox.answer", message.company_id, on=(message.channel_id,))
    delivery = _delivery_of(message)
    with writing():
        engine.say_there(delivery=delivery, url=url, by=by, now=now)
        there(Message.objects.select_related("delivery").get(pk=message.pk), now)
        _journal("inbox:answer:found", message.conversation, by, now)


def give_up(*, message: Message, by: Actor, now: datetime) -> None:
    """Leave an answer that failed: its words are in this member's draft again. Raises NotAllowed, TooLate where it left after all."""
    may(by, "inbox.answer", message.company_id, on=(message.channel_id,))
    with writing():
        delivery = Delivery.objects.filter(message=message).first()
        if delivery is not None and delivery.state != State.REFUSED:
            engine.cancel(delivery=delivery, by=by, now=now)
        _back(message, by.user_id)
        settle({message.conversation_id}, now)
        _journal("inbox:answer:given_up", message.conversation, by, now)


# ---- what became of it


def _moved() -> QuerySet[Message]:
    """Return the answers that stand elsewhere than was last seen."""
    on_its_way = Q(standing=Standing.LEAVING) & ~Q(delivery__state__in=GOES_ON)
    stopped = Q(standing=Standing.FAILED) & ~Q(delivery__state__in=STOPPED)
    # Named as in the index, which holds what is under way and nothing else.
    return Message.objects.filter(on_its_way | stopped, delivery__isnull=False).exclude(standing="")


def any_moved(now: datetime) -> bool:
    """Tell whether an answer has left, or failed, since this was last looked into."""
    return _moved().exists()


def follow_answers(*, now: datetime, most: int = 200) -> int:
    """Take over what the engine made of answers: those that left are there, those that failed say so, those called off come back."""
    count = 0
    for message in _moved().select_related("delivery", "conversation").order_by("pk")[:most]:
        with writing():
            count += _follow(message, now)
    return count


def _follow(message: Message, now: datetime) -> bool:
    delivery = Delivery.objects.get(pk=message.delivery_id or 0)
    match delivery.state:
        case State.SENT:
            message.delivery = delivery
            there(message, now)
            return True
        case State.CANCELLED:
            _back(message, message.by_id)
        case State.REFUSED | State.HELD | State.ASKED | State.HANDED:
            Message.objects.filter(pk=message.pk, standing=Standing.LEAVING).update(standing=Standing.FAILED, told=delivery.told)
            # Whoever was called done meanwhile waits again: what was to answer them has not.
            Conversation.objects.filter(pk=message.conversation_id, status=Status.DONE).update(status=Status.OPEN, done_at=None)
        case _:
            Message.objects.filter(pk=message.pk, standing=Standing.FAILED).update(standing=Standing.LEAVING, told=None)
    settle({message.conversation_id}, now)
    return True


def acknowledge(*, conversation: Conversation, to: Message, words: str, now: datetime) -> Message | None:
    """Send the house's message out of hours; whoever waits goes on waiting. None where the network would not take it."""
    try:
        parcel = _parcel(conversation, to, _clean(words), now, late_allowed=False)
    except (Closed, TooLong, Empty, NothingToAnswer):
        return None
    parcel = replace(parcel, to={name: value for name, value in parcel.to.items() if name != "late"})
    with writing():
        message = _row(conversation, parcel, HOUSE, now)
        Message.objects.filter(pk=message.pk).update(automatic=True)
        _leave(message, parcel, HOUSE, now)
        settle({conversation.pk}, now)
        _journal("inbox:person:acknowledged", conversation, HOUSE, now)
    return message


def _journal(verb: str, conversation: Conversation, by: Doer, now: datetime) -> None:
    person = conversation.person
    record(
        verb, by=by, now=now, company_id=conversation.company_id, object_id=conversation.pk,
        label=person.called if person else conversation.channel.handle,
    )  # fmt: skip
