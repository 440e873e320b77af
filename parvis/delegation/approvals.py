"""Asking for a yes, and giving it: each decision is one conditional change of the request, so that of two at once one is told.

What becomes of a yes (what leaves) is the room's whose thing it is: `posts.approving` and `inbox.answering` call these inside their own
transaction.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import F, Q, QuerySet

from parvis.audit.commands import Doer, record
from parvis.core.db import writing
from parvis.core.say import Say, gettext_noop
from parvis.delegation.circuits import READS, Asks, Known, Step, Thing, contacts_of, may_say, voters
from parvis.delegation.models import Approval, Contact, Decision, Stage, Verdict, YesLink
from parvis.people.actors import HOUSE, Actor
from parvis.people.permissions import NotAllowed, allowed, may

OPEN = (Stage.WAITING, Stage.HELD)
MOST_WORDS = 2_000
# Where no hour is asked for, people are reminded so long after the request.
UNHURRIED = timedelta(hours=24)
VERB_OF = {
    Verdict.YES: "delegation:approval:agreed", Verdict.CHANGES: "delegation:approval:sent_back", Verdict.NO: "delegation:approval:refused",
    Verdict.HOLD: "delegation:approval:put_off",
}  # fmt: skip
TURNED = {Verdict.CHANGES: Stage.CHANGES, Verdict.NO: Stage.REFUSED, Verdict.HOLD: Stage.HELD}

CHANGED = Say(gettext_noop("What is written is another text now: the yes that was asked for was to the one of before."))
OTHER = Say(gettext_noop("What would leave is no longer exactly what was shown: a yes to it lets nothing out."))
ANEW = Say(gettext_noop("A newer version was proposed."))
TAKEN_BACK = Say(gettext_noop("Whoever had asked for it took it back."))
OTHERWISE = Say(gettext_noop("Whoever may agree to it has decided otherwise since."))
PUT_AWAY = Say(gettext_noop("It was put away."))


class Settled(Exception):
    """It does not wait for this any more: `stored` is the request as it stands, decided, gone or a step further."""

    def __init__(self, stored: Approval) -> None:
        super().__init__(stored.stage)
        self.stored = stored


class NoReason(Exception):
    """A no, or a wish for changes, says why: nothing was decided."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Who decides, as it is written down: a member, or whoever a link was made for.

    `name` stands in the journal for ever. A contact is a number there, and their name is among the facts, which can be shed.
    """

    user_id: int | None
    name: str
    link: YesLink | None = None
    contact: Contact | None = None

    @property
    def called(self) -> str:
        """What people read."""
        return self.contact.called if self.contact else self.name

    @property
    def facts(self) -> dict[str, Any]:
        """What the journal keeps besides, of a contact."""
        return {"contact": self.contact.called, "contact_id": self.contact.pk} if self.contact else {}


def digest_of(content: object, at: datetime | None) -> str:
    """Return what identifies one exact content at one hour (SHA-256, hex)."""
    text = json.dumps([content, at.isoformat() if at else None], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def answer_digest(words: str, parent: str, channel_id: int) -> str:
    """Return what identifies an answer: its words, and what they answer through which account."""
    return digest_of([words, parent, channel_id], None)


def thing_of(approval: Approval) -> Thing:
    """Return what an approval is about, as circuits look at it."""
    return Thing(approval.company_id, approval.subject, frozenset(approval.channels))


def steps_of(approval: Approval) -> list[Step]:
    """Return the steps of a request, as they were when it was asked."""
    return [Step.from_json(step) for step in approval.steps]


def step_now(approval: Approval) -> Step | None:
    """Return the step it waits at, None where every step has had its yes."""
    steps = steps_of(approval)
    return steps[approval.step] if approval.step < len(steps) else None


def agreed(approval: Approval) -> bool:
    """Tell whether every step has had its yes, in time or after its hour."""
    return approval.step >= len(approval.steps) and approval.stage in (Stage.APPROVED, Stage.LAPSED)


def may_decide(approval: Approval, by: Actor, known: Known | None = None) -> bool:
    """Tell whether it waits for the word of this person: a yes may still be kept after the hour. `known` serves a whole list."""
    step = step_now(approval)
    if step is None or approval.stage not in (*OPEN, Stage.LAPSED):
        return False
    return may_say(step, by, thing=thing_of(approval), mandate_id=approval.mandate_id, asker=approval.by_id, known=known)


def may_read(approval: Approval, by: Actor) -> None:
    """Raise NotAllowed unless somebody may read requests on these accounts, and what this one is about."""
    may(by, "approvals.read", approval.company_id, on=approval.channels)
    reads = READS[approval.subject]
    if not any(allowed(by, verb, approval.company_id, on=approval.channels) for verb in reads):
        raise NotAllowed(reads[0])


# ---- asking


def ask(
    *, company_id: int, subject: str, object_id: int, label: str, channels: Sequence[int], content: Mapping[str, Any], digest: str,
    at: datetime | None, asks: Asks, by: Actor, now: datetime,
) -> Approval:  # fmt: skip
    """Ask for a yes to one exact content; an earlier request for the same thing is gone. The own act of whoever asks is their own yes.

    The caller has asked whether they may propose. Raises Settled where somebody else asked at the same moment.
    """
    with writing():
        of = Approval.objects.filter(company=company_id, subject=subject, object_id=object_id)
        of.filter(stage__in=OPEN).update(stage=Stage.GONE, ended=ANEW.to_json(), closed_at=now, tell="", remind_at=None, escalate_at=None)
        last = of.order_by("-version").first()
        made = Approval(
            company_id=company_id, mandate_id=asks.mandate_id, subject=subject, object_id=object_id, label=label[:200], at=at,
            version=last.version + 1 if last else 1, channels=sorted(channels), content=dict(content), digest=digest,
            steps=[step.to_json() for step in asks.steps], why=[say.to_json() for say in asks.why], step=asks.step,
            side=asks.steps[asks.step].side, tell="asked", by_id=by.user_id, who=by.name[:120], asked_at=now, **_hours(asks, at, now),
        )  # fmt: skip
        try:
            with writing():
                made.save()
        except IntegrityError as error:
            raise Settled(of.order_by("-version")[0]) from error
        own = range(asks.step + (asks.steps[asks.step].need == "all" and may_decide_own(made, by)))
        Decision.objects.bulk_create(_yes_of(made, step, Voice(by.user_id, by.name), now) for step in own)
        _note_outside(made)
        _journal("delegation:approval:asked", made, by, now, version=made.version)
    return made


def waiting_for(*, company_id: int, subject: str, object_id: int, digest: str) -> Approval | None:
    """Return the request that waits already for a yes to exactly this."""
    return Approval.objects.filter(company=company_id, subject=subject, object_id=object_id, digest=digest, stage__in=OPEN).first()


def may_decide_own(approval: Approval, by: Actor) -> bool:
    """Tell whether whoever asks is one of those whose yes the step waits for."""
    step = step_now(approval)
    return step is not None and by.user_id in voters(step, approval.company_id, approval.mandate_id)


def _yes_of(approval: Approval, step: int, voice: Voice, now: datetime) -> Decision:
    return Decision(approval=approval, step=step, verdict=Verdict.YES, user_id=voice.user_id, who=voice.called[:120], at=now)


def _hours(asks: Asks, at: datetime | None, now: datetime) -> dict[str, datetime | None]:
    """Return when people are reminded and when the owners are told; None where that is past already."""
    if at is None:
        return {"remind_at": now + UNHURRIED, "escalate_at": now + 2 * UNHURRIED}
    remind, escalate = at - timedelta(hours=asks.remind_hours), at - timedelta(hours=asks.escalate_hours)
    return {"remind_at": remind if remind > now else None, "escalate_at": escalate if escalate > now else None}


# ---- deciding


def decide(*, approval: Approval, verdict: Verdict, by: Actor, now: datetime, words: str = "") -> Approval:
    """Say yes, ask for changes, say no, or put it off, and return the request as it then stands.

    A yes that comes after the hour is kept, and the request stays LAPSED: nothing goes out by surprise.
    Raises NotAllowed, NoReason, and Settled where it does not wait for this any more.
    """
    if not may_decide(approval, by):
        stored = Approval.objects.get(pk=approval.pk)
        if stored.stage != approval.stage or stored.step != approval.step or stored.stage not in (*OPEN, Stage.LAPSED):
            raise Settled(stored)
        raise NotAllowed("posts.approve" if approval.subject == "post" else "inbox.approve")
    return turn(approval, verdict, Voice(by.user_id, by.name), now, words)


def turn(approval: Approval, verdict: Verdict, voice: Voice, now: datetime, words: str = "") -> Approval:
    """Write down what somebody who may decide has decided, inside the caller's transaction or one of its own. Raises NoReason, Settled."""
    words = words.replace("\r\n", "\n").replace("\x00", "").strip()[:MOST_WORDS]
    if verdict in (Verdict.NO, Verdict.CHANGES) and not words:
        raise NoReason
    stages = (*OPEN, Stage.LAPSED) if verdict == Verdict.YES else OPEN
    with writing():
        rows = Approval.objects.filter(pk=approval.pk, step=approval.step, stage__in=stages)
        # The row is taken first: of two people at the same moment the second finds what the first one decided.
        taken = rows.update(stage=F("stage"))
        stored = Approval.objects.get(pk=approval.pk)
        if not taken or _outdated(stored):
            raise Settled(stored)
        Decision.objects.create(
            approval=stored, step=stored.step, verdict=verdict, words=words, at=now,
            user_id=voice.user_id, link=voice.link, who=voice.called[:120],
        )  # fmt: skip
        _to(stored, _after_yes(stored, now) if verdict == Verdict.YES else _turned(verdict, now))
        done = Approval.objects.get(pk=stored.pk)
        _note_outside(done)
        _journal(VERB_OF[verdict], stored, voice, now, version=stored.version, words=words, **voice.facts)
    return done


def _outdated(stored: Approval) -> bool:
    """Tell whether a newer request was made for the same thing: what has lapsed is then not kept any more."""
    of = Approval.objects.filter(company=stored.company_id, subject=stored.subject, object_id=stored.object_id)
    return of.filter(version__gt=stored.version).exists()


def _to(stored: Approval, changes: Mapping[str, Any]) -> None:
    Approval.objects.filter(pk=stored.pk).update(**changes)


def _turned(verdict: Verdict, now: datetime) -> dict[str, Any]:
    if verdict == Verdict.HOLD:
        return {"stage": Stage.HELD, "tell": "decided"}
    return {"stage": TURNED[verdict], "closed_at": now, "tell": "decided", "remind_at": None, "escalate_at": None}


def _after_yes(stored: Approval, now: datetime) -> dict[str, Any]:
    """Return what a yes makes of a request: another one is awaited, the next step begins, or it is agreed."""
    steps = steps_of(stored)
    late = stored.at is not None and stored.at < now
    if _others(stored, steps[stored.step]):
        return {"stage": Stage.LAPSED if late else Stage.WAITING}
    if stored.step + 1 < len(steps):
        stage = Stage.LAPSED if late else Stage.WAITING
        return {"step": stored.step + 1, "side": steps[stored.step + 1].side, "stage": stage, "tell": "asked"}
    return {
        "step": len(steps), "stage": Stage.LAPSED if late else Stage.APPROVED, "closed_at": now, "tell": "late" if late else "decided",
        "remind_at": None, "escalate_at": None,
    }  # fmt: skip


def _others(stored: Approval, step: Step) -> bool:
    """Tell whether a step that needs all still waits for somebody."""
    return step.need == "all" and bool(_silent(stored, step) or silent_contacts(stored))


def _silent(stored: Approval, step: Step) -> frozenset[int]:
    """Return the people named in the step who have not said yes to it."""
    said = Decision.objects.filter(approval=stored, step=stored.step, verdict=Verdict.YES)
    heard = set(said.filter(user__isnull=False).values_list("user_id", flat=True))
    # A link speaks for whoever made it.
    heard |= set(said.filter(link__isnull=False).values_list("link__by_id", flat=True))
    return voters(step, stored.company_id, stored.mandate_id) - heard


def silent_contacts(approval: Approval) -> frozenset[int]:
    """Return the contacts whose yes a request waits for now: named in its step, and not heard yet."""
    step = step_now(approval)
    named = contacts_of(step, approval.company_id) if step else frozenset()
    if not named or approval.stage not in (*OPEN, Stage.LAPSED):
        return frozenset()
    said = Decision.objects.filter(approval=approval, step=approval.step, verdict=Verdict.YES, link__contact__in=named)
    return named - frozenset(said.values_list("link__contact_id", flat=True))


def _note_outside(stored: Approval) -> None:
    """Keep whether a request waits for contacts alone: what counts as waiting for the company's people leaves it out."""
    step = step_now(stored)
    outside = bool(step and silent_contacts(stored) and not _silent(stored, step))
    if outside != stored.outside:
        _to(stored, {"outside": outside})


def let_go_of(*, approval: Approval, contact_id: int, instead: Say, now: datetime) -> bool:
    """Ask a contact no more; return whether the request waited for them alone. Then whoever may of the company is asked `instead`.

    Nobody's yes is made up: a step that needed all, and has heard all others, waits for one more word. Inside the transaction of whoever
    takes the contact away.
    """
    rows = Approval.objects.filter(pk=approval.pk, step=approval.step, stage__in=(*OPEN, Stage.LAPSED))
    if not rows.update(stage=F("stage")):
        return False
    stored = Approval.objects.get(pk=approval.pk)
    steps = steps_of(stored)
    alone = contact_id in steps[stored.step].contacts
    steps = [_without(step, contact_id) if place >= stored.step else step for place, step in enumerate(steps)]
    stored.steps = [step.to_json() for step in steps]
    alone = alone and not silent_contacts(stored) and not (steps[stored.step].users and _silent(stored, steps[stored.step]))
    changes: dict[str, Any] = {"steps": stored.steps}
    if alone:
        steps[stored.step] = Step(steps[stored.step].side)
        changes = {"steps": [step.to_json() for step in steps], "why": [*stored.why, instead.to_json()]}
        changes |= {"tell": "asked"} if stored.stage == Stage.WAITING else {}
    _to(stored, changes)
    _note_outside(Approval.objects.get(pk=stored.pk))
    return alone


def _without(step: Step, contact_id: int) -> Step:
    if contact_id not in step.contacts:
        return step
    left = tuple(pk for pk in step.contacts if pk != contact_id)
    return Step(step.side, step.need if step.users or left else "one", step.users, left)


# ---- what ends it without a decision


def withdraw(*, approval: Approval, by: Actor, now: datetime) -> None:
    """Take a request back: nothing waits for a yes any more. Whoever asked may, and whoever may write the thing. Raises Settled."""
    verb = "posts.propose" if approval.subject == "post" else "inbox.answer"
    may(by, verb, approval.company_id, on=approval.channels)
    if not end(approval, TAKEN_BACK, by, now):
        raise Settled(Approval.objects.get(pk=approval.pk))


def end(approval: Approval, why: Say, by: Doer, now: datetime, *, tell: bool = True) -> bool:
    """Close a request that waits, or a yes that could not let out what it was given to; False where it was closed before."""
    return bool(_end(Approval.objects.filter(pk=approval.pk), (*OPEN, Stage.APPROVED), why, by, now, tell=tell))


def crossed(*, subject: str, object_id: int, by: Doer, now: datetime, why: Say = CHANGED) -> int:
    """Close what was asked for a thing that has changed since: a yes is to one exact content. Return how many were closed."""
    return _end(Approval.objects.filter(subject=subject, object_id=object_id), OPEN, why, by, now)


def superseded(*, subject: str, object_id: int, by: Doer, now: datetime, but: str = "", tell: bool = True) -> int:
    """Let the yeses that a thing had hold no more: whoever may say them has decided otherwise since, by their own act.

    `but` is the digest of what they let out by it. Return how many ended.
    """
    rows = Approval.objects.filter(subject=subject, object_id=object_id, stage__in=(Stage.APPROVED, Stage.LAPSED)).exclude(digest=but)
    given = [one.pk for one in rows if agreed(one)]
    return _end(Approval.objects.filter(pk__in=given), (Stage.APPROVED, Stage.LAPSED), OTHERWISE, by, now, tell=tell) if given else 0


def ended_with(*, mandate_id: int, why: Say, by: Doer, now: datetime, only: Callable[[Approval], bool] | None = None) -> int:
    """Close what waits for a yes under a mandate whose work is taken back, or what `only` picks. Return how many were closed."""
    rows = Approval.objects.filter(mandate=mandate_id)
    if only is not None:
        rows = rows.filter(pk__in=[one.pk for one in rows.filter(stage__in=OPEN) if only(one)])
    return _end(rows, OPEN, why, by, now)


def _end(rows: QuerySet[Approval], stages: Sequence[str], why: Say, by: Doer, now: datetime, *, tell: bool = True) -> int:
    count = 0
    for found in list(rows.filter(stage__in=stages)):
        with writing():
            # Nobody is told that something is gone of which nobody was told.
            word = "" if (found.tell == "asked" and found.step == 0) or not tell else "gone"
            gone = {"stage": Stage.GONE, "ended": why.to_json(), "closed_at": now, "tell": word, "remind_at": None, "escalate_at": None}
            if Approval.objects.filter(pk=found.pk, stage=found.stage).update(**gone):
                _journal("delegation:approval:gone", found, by, now, version=found.version)
                count += 1
    return count


def any_due(now: datetime) -> bool:
    """Tell whether people are to be reminded, the owners told, or an hour has passed without a yes."""
    return _due(now).exists()


def _due(now: datetime) -> QuerySet[Approval]:
    waits = Q(stage=Stage.WAITING) & (Q(remind_at__lte=now) | Q(escalate_at__lte=now))
    return Approval.objects.filter(waits | Q(stage__in=OPEN, at__lte=now))


def look_after(*, now: datetime, most: int = 200) -> int:
    """Remind, tell the owners, and let lapse what is due; return how many requests were touched. What is said is sent by the mails."""
    return sum(_looked_after(one, now) for one in list(_due(now).order_by("at", "pk")[:most]))


def _looked_after(one: Approval, now: datetime) -> bool:
    if one.at is not None and one.at <= now:
        changes: dict[str, Any] = {"stage": Stage.LAPSED, "tell": "lapsed", "remind_at": None, "escalate_at": None, "closed_at": now}
        verb = "delegation:approval:lapsed"
    elif one.escalate_at is not None and one.escalate_at <= now:
        changes, verb = {"tell": "escalate", "escalate_at": None, "remind_at": None}, "delegation:approval:escalated"
    else:
        changes, verb = {"tell": "remind", "remind_at": None}, "delegation:approval:reminded"
    with writing():
        same = {"stage": one.stage, "step": one.step, "remind_at": one.remind_at, "escalate_at": one.escalate_at}
        if not Approval.objects.filter(pk=one.pk, **same).update(**changes):
            return False
        _journal(verb, one, HOUSE, now, version=one.version)
    return True


def _journal(verb: str, approval: Approval, by: Doer, now: datetime, **facts: Any) -> None:
    record(verb, by=by, now=now, company_id=approval.company_id, object_id=approval.pk, label=approval.label, **facts)
