"""Through whose yes something goes: which circuit holds for it, who may say the yes of a step, and whose own act is their yes.

What asks more counts: a mandate that lets something out alone does not undo a circuit of the company, nor the other way round.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from parvis.core.say import Say, gettext_noop
from parvis.delegation.models import Bearer, Circuit, Contact, Side
from parvis.people.actors import Actor
from parvis.people.models import Habits, Member, Role
from parvis.people.permissions import allowed, rights_of
from parvis.people.rights import Lent

POST, ANSWER, REVIEW = "post", "answer", "review"
# What each kind of thing is approved by, and what one must be allowed for it to leave at all.
APPROVES = {POST: "posts.approve", ANSWER: "inbox.approve", REVIEW: "inbox.approve"}
LEAVES = {POST: "posts.schedule", ANSWER: "inbox.answer", REVIEW: "inbox.answer"}
# What one must be allowed besides reading requests: to read such things themselves, or to say yes to them.
READS = {POST: ("posts.read", "posts.approve"), ANSWER: ("inbox.read", "inbox.approve"), REVIEW: ("inbox.read", "inbox.approve")}
REMIND_HOURS, ESCALATE_HOURS = 24, 4
# What of a circuit says what it holds.
HELD = ("id", "company_id", "name", "steps", "kinds", "channels", "pillars", "findings", "position", "remind_hours", "escalate_hours")

BY_MANDATE = Say(gettext_noop("Under the mandate, this goes out only with the company’s yes."))
BY_ROLE = Say(gettext_noop("Whoever wrote it may propose, and does not decide."))
BY_CIRCUIT = gettext_noop("The company’s circuit “%(name)s” asks for it.")
ON_REQUEST = Say(gettext_noop("A yes was asked for, though none is needed."))


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a circuit: of which side, whether one yes is enough or all are needed, and of whom (nobody named: whoever may).

    `contacts` are people without an account, who say the company's yes by a link.
    """

    side: str = Side.CLIENT
    need: str = "one"
    users: tuple[int, ...] = ()
    contacts: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the form that is kept."""
        kept = {"side": str(self.side), "need": self.need, "users": list(self.users)}
        return {**kept, "contacts": list(self.contacts)} if self.contacts else kept

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Step:
        """Read what `to_json` wrote."""
        users, contacts = tuple(kept.get("users", ())), tuple(kept.get("contacts", ()))
        return cls(kept.get("side", Side.CLIENT), kept.get("need", "one"), users, contacts)


@dataclass(frozen=True, slots=True)
class Thing:
    """What would leave, as circuits look at it.

    `law` finds the remarks about the law that stand on it, `topics` what is said in what it answers: each called only where it counts.
    """

    company_id: int
    kind: str
    channels: frozenset[int]
    pillar: int | None = None
    topics: Callable[[], Collection[str]] = tuple
    law: Callable[[], Sequence[Say]] = field(default=tuple)


@dataclass(frozen=True, slots=True)
class Asks:
    """What something must go through before it leaves: the steps from the first that is open (`step`), and why, for a person."""

    steps: tuple[Step, ...]
    why: tuple[Say, ...] = ()
    step: int = 0
    mandate_id: int | None = None
    remind_hours: int = REMIND_HOURS
    escalate_hours: int = ESCALATE_HOURS


class NeedsYes(Exception):
    """It does not leave without a yes that it has not got; nothing was changed. `asks` says whose, `at` the hour that was wanted."""

    def __init__(self, asks: Asks, at: datetime | None = None) -> None:
        super().__init__("; ".join(map(str, asks.why)))
        self.asks, self.at = asks, at


def asks_of(thing: Thing, by: Actor, now: datetime, standing: Sequence[Step] = (), known: Habits | None = None) -> Asks | None:
    """Return what this must go through where `by` would have it leave, None where their own act is enough.

    `standing` are steps that the thing's own room asks for where no circuit holds (a company whose answers need a yes). A page gives the
    circuits that are `known`; what makes something leave looks for them itself.
    """
    if by.role == "house":
        return None
    borne = rights_of(by).lent if by.company_id == thing.company_id else ()
    law = _Once(thing.law)
    circuits = _holding(thing, law, known)
    why = [*_of_mandates(thing, borne, law), *_of_role(thing, by)]
    named = [Say(BY_CIRCUIT, {"name": one.name}) for one in circuits if one.steps]
    steps = tuple(dict.fromkeys(Step.from_json(step) for one in circuits for step in one.steps)) or tuple(standing)
    if not steps and not why:
        return None
    mandate_id = _mandate(thing, borne)
    # Colleagues of a professional never stand in for the yes of the company that their mandate, or the law, asks for.
    if not steps or (borne and why and all(step.side == Side.INSIDE for step in steps)):
        steps = (*steps, Step())
    first = _first_open(steps, by, thing, mandate_id)
    if first == len(steps):
        return None
    return Asks(
        steps, distinct([*why, *named]), first, mandate_id,
        max((one.remind_hours for one in circuits), default=REMIND_HOURS),
        max((one.escalate_hours for one in circuits), default=ESCALATE_HOURS),
    )  # fmt: skip


def distinct(said: Iterable[Say]) -> tuple[Say, ...]:
    """Return sentences, each once, in their order."""
    return tuple({str(one): one for one in said}.values())


@dataclass(slots=True)
class _Once:
    """Remarks that are looked for at most once, and only where somebody asks."""

    look: Callable[[], Sequence[Say]]
    found: Sequence[Say] | None = None

    def __call__(self) -> Sequence[Say]:
        if self.found is None:
            self.found = self.look()
        return self.found


def _of_mandates(thing: Thing, borne: Sequence[Lent], law: _Once) -> Iterable[Say]:
    """Say why a professional may not let it out alone; nothing where they may, and where nobody acts under a mandate."""
    if not borne:
        return []
    if remarks := law():
        return remarks
    free = all(any(channel in one.narrow and _alone(one, thing) for one in borne) for channel in thing.channels)
    return [] if free else [BY_MANDATE]


def _alone(mandate: Lent, thing: Thing) -> bool:
    """Tell whether a mandate lets this kind of thing out without a yes."""
    said = mandate.alone.get("posts" if thing.kind == POST else "answers", "none")
    if isinstance(said, str):
        return said == "all"
    about = [thing.pillar] if thing.kind == POST else thing.topics()
    return bool(about) and all(one in said for one in about)


def _of_role(thing: Thing, by: Actor) -> list[Say]:
    return [] if allowed(by, LEAVES[thing.kind], thing.company_id, on=thing.channels) else [BY_ROLE]


def _mandate(thing: Thing, borne: Sequence[Lent]) -> int | None:
    covering = [one.mandate_id for one in borne if any(channel in one.narrow for channel in thing.channels)]
    return next(iter([*covering, *(one.mandate_id for one in borne)]), None)


def _holding(thing: Thing, law: _Once, known: Habits | None) -> list[Circuit]:
    """Return the circuits that hold: for each account the first that fits it."""
    rows: list[Circuit] = list(known.circuits if known else Circuit.objects.filter(company=thing.company_id, removed_at=None))
    fitting = [one for one in rows if _fits(one, thing) and (not one.findings or law())]
    held = {channel: next((one for one in fitting if not one.channels or channel in one.channels), None) for channel in thing.channels}
    return [one for one in fitting if one in held.values()]


def _fits(circuit: Circuit, thing: Thing) -> bool:
    of_kind = not circuit.kinds or thing.kind in circuit.kinds
    return of_kind and (not circuit.pillars or (thing.kind == POST and thing.pillar in circuit.pillars))


# ---- whose yes


def voters(step: Step, company_id: int, mandate_id: int | None) -> frozenset[int]:
    """Return the people (ids) whose yes a step waits for by name: those named who still have a place on that side.

    Empty where nobody is named, or nobody of them is left: then whoever may of that side.
    """
    outside = step.side == Side.INSIDE and mandate_id is not None
    rows = Member.objects.filter(company=company_id, user__is_active=True)
    rows = rows.filter(role=Role.MANDATED) if outside else _of_company(rows, mandate_id)
    if step.users:
        return frozenset(rows.filter(user__in=step.users).values_list("user_id", flat=True))
    if step.need != "all" or step.contacts:
        return frozenset()
    rows = rows.filter(bears__mandate=mandate_id) if outside else rows.filter(role__in=(Role.OWNER, Role.APPROVER))
    return frozenset(rows.values_list("user_id", flat=True))


def contacts_of(step: Step, company_id: int) -> frozenset[int]:
    """Return the contacts (ids) whose yes a step waits for: those named who were not taken away. They speak for the company alone."""
    if not step.contacts or step.side != Side.CLIENT:
        return frozenset()
    rows = Contact.objects.filter(company=company_id, pk__in=step.contacts, removed_at=None)
    return frozenset(rows.values_list("pk", flat=True))


def _of_company(rows: QuerySet[Member], mandate_id: int | None) -> QuerySet[Member]:
    """Keep of a company's members those who speak for it where something is done under a mandate: nobody who bears that mandate."""
    own = rows.exclude(role=Role.MANDATED)
    if mandate_id is None:
        return own
    return own.filter(Q(role=Role.OWNER) | ~Q(pk__in=Bearer.objects.filter(mandate=mandate_id).values("member")))


@dataclass(slots=True)
class Known:
    """What was looked up of who may say yes, so that a list asks once for each kind of step and not for each of its rows."""

    named: dict[tuple[Step, int, int | None], frozenset[int]] = field(default_factory=dict)
    outside: dict[tuple[Step, int], frozenset[int]] = field(default_factory=dict)
    bears: dict[tuple[int | None, int | None, int], bool] = field(default_factory=dict)

    def voters(self, step: Step, company_id: int, mandate_id: int | None) -> frozenset[int]:
        """Return what `voters` does."""
        key = (step, company_id, mandate_id)
        if key not in self.named:
            self.named[key] = voters(*key)
        return self.named[key]

    def contacts(self, step: Step, company_id: int) -> frozenset[int]:
        """Return what `contacts_of` does."""
        key = (step, company_id)
        if key not in self.outside:
            self.outside[key] = contacts_of(*key)
        return self.outside[key]

    def bearer(self, user_id: int | None, mandate_id: int | None, company_id: int) -> bool:
        """Tell whether somebody bears a mandate of a company."""
        key = (user_id, mandate_id, company_id)
        if key not in self.bears:
            rows = Bearer.objects.filter(mandate=mandate_id, member__user=user_id, member__company=company_id)
            self.bears[key] = rows.exists()
        return self.bears[key]


def may_say(step: Step, by: Actor, *, thing: Thing, mandate_id: int | None, asker: int | None, known: Known | None = None) -> bool:
    """Tell whether `by` is one of those whose yes a step waits for.

    Nobody speaks for the company about what is done under a mandate that they bear, whatever their role is beside it; its owners do.
    `asker` is who asks: inside, where nobody is named, a colleague of theirs looks over it and not they themselves.
    """
    if by.user_id is None:
        return False
    known = known or Known()
    named = known.voters(step, thing.company_id, mandate_id)
    if by.user_id not in named and (named or known.contacts(step, thing.company_id)):
        return False
    if step.side == Side.INSIDE and mandate_id is not None:
        # What their mandates lend is there only while these run.
        bears = any(lent.mandate_id == mandate_id for lent in rights_of(by).lent)
        return bears and (by.user_id != asker or by.user_id in named)
    if by.role == Role.MANDATED or not allowed(by, APPROVES[thing.kind], thing.company_id, on=thing.channels):
        return False
    own = step.side == Side.INSIDE and by.user_id == asker and not named and _others(by, thing.company_id)
    # Whoever has a plain role and nothing beside it bears no mandate.
    lent = by.role != Role.OWNER and by.rights is not None and mandate_id and known.bearer(by.user_id, mandate_id, thing.company_id)
    return not own and not lent


def _first_open(steps: Sequence[Step], by: Actor, thing: Thing, mandate_id: int | None) -> int:
    """Return the first step that the own act of whoever asks does not fulfil."""
    # Whoever acts under a mandate bears it.
    known = Known(bears={(by.user_id, mandate_id, thing.company_id): True}) if mandate_id is not None else Known()
    for place, step in enumerate(steps):
        alone = step.side == Side.INSIDE and mandate_id is not None and not step.users and not _colleagues(by, mandate_id)
        own = alone or may_say(step, by, thing=thing, mandate_id=mandate_id, asker=by.user_id, known=known)
        if not own or (not alone and step.need == "all" and _also_others(step, by, thing, mandate_id, known)):
            return place
    return len(steps)


def _also_others(step: Step, by: Actor, thing: Thing, mandate_id: int | None, known: Known) -> bool:
    return bool(known.voters(step, thing.company_id, mandate_id) - {by.user_id} or known.contacts(step, thing.company_id))


def _others(by: Actor, company_id: int) -> bool:
    """Tell whether a company has somebody else who may look over what one of its own makes."""
    rows = Member.objects.filter(company=company_id, user__is_active=True, role__in=(Role.OWNER, Role.APPROVER))
    return rows.exclude(user=by.user_id).exists()


def _colleagues(by: Actor, mandate_id: int) -> bool:
    shared = next((one.shared for one in rights_of(by).lent if one.mandate_id == mandate_id), None)
    return shared if shared is not None else Bearer.objects.filter(mandate=mandate_id).exclude(member__user=by.user_id).exists()
