"""A new wording that both have said yes to takes effect, and what it no longer covers of what was scheduled is kept, held or taken back,
as the company chose with its yes: one act, whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.db.models import F

from parvis.core.db import writing
from parvis.delegation import approvals, commands
from parvis.delegation.circuits import ANSWER, LEAVES, POST
from parvis.delegation.covering import Planned, dropped, drops_request
from parvis.delegation.models import Approval, Mandate, Revision, Side, Stage, Waiting
from parvis.delegation.permits import today_of
from parvis.delegation.terms import Terms
from parvis.people.actors import HOUSE, Actor
from parvis.posts.mandates import Stopped, drafts_again
from parvis.publishing import mandates as deliveries
from parvis.publishing.models import Delivery
from parvis.publishing.moves import verb_of
from parvis.publishing.states import State

DECIDED = (Stage.APPROVED, Stage.LAPSED)


def agree(*, mandate: Mandate, digest: str, by: Actor, now: datetime, waiting: Waiting | None = None) -> Stopped | None:
    """Say one side's yes to the wording that waits; with the last yes it holds at once, for what is scheduled too.

    The company says with its yes what becomes of what is scheduled and no longer covered (`waiting`), and may say otherwise until the
    other side's; where it says nothing, it is held. Returns what came of that, None while a yes is awaited.
    Raises NotAllowed, Changed, Over, WrongTerms.
    """
    with writing():
        agreed = commands.agree(mandate=mandate, digest=digest, by=by, now=now, waiting=waiting)
        return _settled(*agreed, by, now) if agreed else None


def no_longer_covered(mandate: Mandate, before: Terms, after: Terms) -> list[Delivery]:
    """Return what waits to leave under a mandate, or has begun to, and is covered by one wording and not by the other. Two queries."""
    known, of = _Known(mandate), F("departure__variant__post")
    rows = deliveries.planned(mandate_id=mandate.pk).annotate(post=of, pillar=F("departure__variant__post__pillar"))
    return [one for one in rows if dropped(before, after, known.planned(one, one.post, one.pillar))]


class _Known:
    """What the company said yes to, read once of all that waits, and only where it counts."""

    def __init__(self, mandate: Mandate) -> None:
        self.company = mandate.company
        self.mandate_id = mandate.pk
        self._yeses: list[Approval] | None = None

    def planned(self, one: Delivery, post: int | None, pillar: int | None) -> Planned:
        """Return a delivery as the terms of a mandate look at it."""
        verb = verb_of(one.parcel.get("form", ""))
        return Planned(one.channel_id, verb, today_of(self.company, one.due_at), pillar, lambda: self.agreed(one, post))

    def agreed(self, one: Delivery, post: int | None) -> bool:
        """Tell whether the company said yes to exactly this, at this hour."""
        if post is None:
            parent = (one.parcel.get("to") or {}).get("remote_id", "")
            digest = approvals.answer_digest(one.parcel.get("text", ""), parent, one.channel_id)
            return any(yes.subject == ANSWER and yes.digest == digest for yes in self.yeses())
        return any(_says(yes, one) for yes in self.yeses() if yes.subject == POST and yes.object_id == post)

    def yeses(self) -> list[Approval]:
        """Return the requests under this mandate that the company agreed to."""
        if self._yeses is None:
            rows = Approval.objects.filter(company=self.company, mandate=self.mandate_id, stage__in=DECIDED).order_by("-pk")
            self._yeses = [one for one in rows if approvals.agreed(one) and _by_company(one)]
        return self._yeses


def _by_company(approval: Approval) -> bool:
    return any(step.side == Side.CLIENT for step in approvals.steps_of(approval))


def _says(yes: Approval, one: Delivery) -> bool:
    """Tell whether a yes was to this parcel through this account, at this hour; one that came late was to the content."""
    parts = [part for account in yes.content.get("accounts", []) if account["channel"] == one.channel_id for part in account["parts"]]
    return one.parcel in parts and (yes.at is None or yes.at == one.due_at or yes.stage == Stage.LAPSED)


def _settled(revision: Revision, before: Terms, by: Actor, now: datetime) -> Stopped:
    mandate = revision.mandate
    after = Terms.of(mandate)
    gone = no_longer_covered(mandate, before, after)
    done = _done(mandate, [one for one in gone if one.state in deliveries.WAITS], Waiting(revision.waiting), now)
    done.too_late += sum(one.state in deliveries.LEAVING for one in gone)

    def narrowed(asked: Approval) -> bool:
        day = today_of(mandate.company, asked.at) if asked.at else None
        return drops_request(before, after, LEAVES[asked.subject], asked.channels, day)

    done.closed = approvals.ended_with(mandate_id=mandate.pk, why=deliveries.REWORDED_ASKING, by=HOUSE, now=now, only=narrowed)
    if any(asdict(done).values()):
        commands.note_settled(revision=revision, counts=asdict(done), by=by, now=now)
    return done


def _done(mandate: Mandate, waits: Sequence[Delivery], waiting: Waiting, now: datetime) -> Stopped:
    pks = [one.pk for one in waits]
    if waiting == Waiting.KEEP:
        return Stopped(kept=len(pks))
    if waiting == Waiting.HOLD:
        held = deliveries.hold_dropped(pks, now)
        return Stopped(held=held, too_late=len(pks) - held)
    taken = deliveries.take_back_these(pks, deliveries.REWORDED_BACK, mandate.pk, now)
    drafts_again(taken, now)
    left = Delivery.objects.filter(pk__in=pks).exclude(state=State.CANCELLED).count()
    return Stopped(cancelled=len(taken), too_late=left)
