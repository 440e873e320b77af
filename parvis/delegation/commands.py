"""What changes mandates: their wording, the yes of both sides, who bears them, and where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from parvis.audit.commands import record
from parvis.core.db import writing
from parvis.core.say import Say, gettext_noop
from parvis.delegation.models import Bearer, Mandate, Proposal, Revision, Side, Standing, Waiting
from parvis.delegation.permits import today_of
from parvis.delegation.terms import Terms, WrongTerms, checked
from parvis.people import invitations
from parvis.people.actors import Actor
from parvis.people.invitations import InvitationOver
from parvis.people.models import Company, Invitation, Member, Role, User
from parvis.people.permissions import NotAllowed, allowed, may

__all__ = [
    "Changed", "InvitationOver", "Over", "OwnCompany", "WrongTerms",
    "add_bearer", "agree", "change", "decline", "decline_link", "draft", "join", "offer", "remove_bearer", "resume", "stop", "withdraw",
]  # fmt: skip

BEFORE = (Standing.DRAFT, Standing.OFFERED, Standing.DECLINED)
LIVING = (Standing.ACTIVE, Standing.SUSPENDED)
NOT_YOURS = Say(gettext_noop("Only the company and whoever bears this mandate can do this."))
NOT_AGENCY = Say(gettext_noop("Only an owner of the agency can do this."))
STOPS: dict[str, str] = {
    Standing.SUSPENDED: "delegation:mandate:suspended",
    Standing.REVOKED: "delegation:mandate:revoked",
    Standing.LEFT: "delegation:mandate:left",
    Standing.ENDED: "delegation:mandate:ended",
}
CHOSEN: dict[str, str] = {
    Waiting.KEEP: "delegation:wording:keep", Waiting.HOLD: "delegation:wording:hold", Waiting.CANCEL: "delegation:wording:cancel",
}  # fmt: skip


class Changed(Exception):
    """The wording is no longer the one that was read: nothing was agreed."""


class Over(Exception):
    """The mandate no longer stands where this could be done; `standing` says where it stands. Nothing was changed."""

    def __init__(self, standing: str) -> None:
        super().__init__(standing)
        self.standing = standing


class OwnCompany(Exception):
    """Whoever owns the company needs no mandate of it."""


# ---- the wording


def draft(*, company: Company, terms: Terms, by: Actor, now: datetime) -> Mandate:
    """Write a mandate, for the company or for the professional who already works here. Raises NotAllowed, WrongTerms."""
    may(by, "mandates.propose", company.pk)
    side = Side.CLIENT if allowed(by, "mandates.change", company.pk) else Side.INSIDE
    kept = checked(terms, company, today_of(company, now))
    with writing():
        mandate = Mandate.objects.create(company=company, by_id=by.user_id, created_at=now, **_columns(kept))
        if side == Side.INSIDE:
            place = Member.objects.get(company=company, user_id=by.user_id or 0)
            Bearer.objects.create(mandate=mandate, member=place, since=now)
        _write(mandate, 1, kept, side=side, by=by, now=now)
        _journal("delegation:mandate:drafted", mandate, by, now)
    return mandate


def change(*, mandate: Mandate, terms: Terms, by: Actor, now: datetime) -> Revision:
    """Word a mandate anew. One that runs goes on as it is until both have said yes to the new wording; whoever writes it says theirs.

    Raises NotAllowed, WrongTerms, Over.
    """
    side = side_of(mandate, by)
    kept = checked(terms, mandate.company, today_of(mandate.company, now))
    with writing():
        row = _held(mandate)
        if row.standing not in (*BEFORE, *LIVING):
            raise Over(row.standing)
        if row.revisions.filter(digest=kept.digest(), closed_at=None).exists():
            return row.revisions.get(digest=kept.digest(), closed_at=None)
        _close_open(row, by, now)
        last = row.revisions.first()
        revision = _write(
            row, last.number + 1 if last else 1, kept, side=side, by=by, now=now, agreed=row.standing in LIVING
        )  # fmt: skip
        if row.standing in BEFORE:
            _update(row, standing=Standing.DRAFT, **_columns(kept))
        else:
            _update(row, tell="reworded")
        _journal("delegation:mandate:reworded", row, by, now, number=revision.number)
    return revision


def offer(*, mandate: Mandate, by: Actor, now: datetime) -> Invitation | None:
    """Say the company's yes. Returns the invitation whose link the professional accepts by; None where they bear it already.

    What the professional wrote themselves is agreed at once. Offered again, the link is made anew. Raises NotAllowed, Over, WrongTerms.
    """
    may(by, "mandates.change", mandate.company_id)
    with writing():
        row = _held(mandate)
        if row.standing not in (Standing.DRAFT, Standing.OFFERED):
            raise Over(row.standing)
        checked(Terms.of(row), row.company, today_of(row.company, now))
        revision = _open(row)
        _say_yes(revision, Side.CLIENT, by, now)
        if revision.inside_at is not None:
            _activate(row, revision, by, now)
            return None
        if row.standing == Standing.DRAFT:
            _update(row, standing=Standing.OFFERED, tell="offered" if row.bearers.exists() else "")
            _journal("delegation:mandate:offered", row, by, now)
        if row.bearers.exists():
            return None
        return invitations.invite(company=row.company, email=row.email, role=Role.MANDATED, by=by, now=now, mandate_id=row.pk)


def take_up(
    *, proposal: Proposal, company: Company, terms: Terms, agree: bool, whole: bool, by: Actor, now: datetime
) -> tuple[Mandate, Invitation | None]:  # fmt: skip
    """Make a mandate of what an agency proposed. Called by `proposing.take`, in its transaction, which has used the link up.

    With the company's yes (`agree`) to the `whole` of it, it is in force; to a part of it, the agency's yes is asked for. Without, it is
    the company's draft. Raises NotAllowed, WrongTerms, OwnCompany.
    """
    may(by, "mandates.change", company.pk)
    kept = checked(terms, company, today_of(company, now))
    pro = Actor(proposal.by_id, proposal.who, company.pk, Role.MANDATED)
    with writing():
        mandate = Mandate.objects.create(company=company, by_id=by.user_id, created_at=now, **_columns(kept))
        _journal("delegation:mandate:taken_up", mandate, by, now, who_proposed=proposal.who)
        if agree and whole:
            # The agency said its yes when it wrote this.
            revision = _write(mandate, 1, kept, side=Side.INSIDE, by=pro, now=proposal.created_at)
        else:
            revision = _write(mandate, 1, kept, side=Side.CLIENT, by=by, now=now)
        if not agree:
            return mandate, None
        if not whole:
            invitation = offer(mandate=mandate, by=by, now=now)
            return _held(mandate), invitation
        member = _seat(company, proposal.by_id, now)
        if member.role == Role.OWNER:
            raise OwnCompany
        Bearer.objects.create(mandate=mandate, member=member, since=now)
        _update(mandate, agency=proposal.agency)
        _say_yes(revision, Side.CLIENT, by, now)
        _activate(mandate, revision, by, now)
    return mandate, None


def withdraw(*, mandate: Mandate, by: Actor, now: datetime) -> None:
    """Take an offer back before it is accepted: a draft again. Raises NotAllowed, Over."""
    may(by, "mandates.change", mandate.company_id)
    with writing():
        row = _held(mandate)
        if row.standing != Standing.OFFERED:
            raise Over(row.standing)
        invitations.close_of(mandate_id=row.pk, now=now)
        Revision.objects.filter(pk=_open(row).pk).update(client_at=None, client_who="")
        _update(row, standing=Standing.DRAFT, tell="")
        _journal("delegation:mandate:withdrawn", row, by, now)


# ---- the yes


def join(*, token: str, digest: str, agency: Company | None = None, by: Actor, now: datetime) -> Mandate:
    """Accept a mandate through its link, in one's own name or in an agency's of which one is an owner. `digest` is the wording they read.

    Whoever has a place in the company keeps it and bears the mandate beside it. Raises InvitationOver, Changed, OwnCompany, NotAllowed.
    """
    may(by, "invitation.accept", None)
    with writing():
        row = _opened_by(token, by, now)
        revision = _open(row)
        if revision.digest != digest:
            raise Changed
        if agency is not None and not owns(agency, by.user_id):
            raise NotAllowed("members.change", NOT_AGENCY)
        member = _seat(row.company, by.user_id, now)
        if member.role == Role.OWNER:
            raise OwnCompany
        Bearer.objects.get_or_create(mandate=row, member=member, defaults={"since": now})
        _update(row, agency=agency)
        _say_yes(revision, Side.INSIDE, by, now)
        _activate(row, revision, by, now)
    return row


def agree(*, mandate: Mandate, digest: str, by: Actor, now: datetime, waiting: Waiting | None = None) -> tuple[Revision, Terms] | None:
    """Say one side's yes to the wording that waits, as it was read. Called by `posts.rewording.agree`, in its transaction.

    With it the company says what becomes of what is scheduled and no longer covered (`waiting`), also after its yes, until the other's.
    Returns the wording and the terms of before where it is in force now; None where the other yes is awaited.
    Raises NotAllowed, Changed, Over, WrongTerms.
    """
    side = side_of(mandate, by)
    with writing():
        row = _held(mandate)
        if row.standing not in (*LIVING, Standing.OFFERED):
            raise Over(row.standing)
        revision = _open(row)
        if revision.digest != digest:
            raise Changed
        checked(Terms.from_json(revision.terms), row.company, today_of(row.company, now))
        # The other side has no say in what becomes of what is scheduled.
        if side == Side.CLIENT and waiting is not None and waiting != revision.waiting:
            _choose(revision, waiting, by, now)
        _say_yes(revision, side, by, now)
        if not (revision.client_at and revision.inside_at):
            return None
        before = Terms.of(row)
        _activate(row, revision, by, now)
        return revision, before


def _choose(revision: Revision, waiting: Waiting, by: Actor, now: datetime) -> None:
    revision.waiting = waiting
    revision.save(update_fields=["waiting"])
    _journal(CHOSEN[waiting], revision.mandate, by, now, number=revision.number)


def note_settled(*, revision: Revision, counts: Mapping[str, int], by: Actor, now: datetime) -> None:
    """Write down what came of what a wording no longer covers: how many were kept, held, taken back. In the transaction of the last yes."""
    with writing():
        revision.settled = dict(counts)
        revision.save(update_fields=["settled"])
        _journal("delegation:wording:settled", revision.mandate, by, now, number=revision.number, **counts)


def decline(*, mandate: Mandate, why: str, by: Actor, now: datetime) -> None:
    """Say no to the wording that waits; a mandate that runs goes on as it is. Raises NotAllowed, Over."""
    side_of(mandate, by)
    with writing():
        row = _held(mandate)
        _refuse(row, why, by, now)


def decline_link(*, token: str, why: str, by: Actor, now: datetime) -> Mandate:
    """Say no to a mandate through its link, which opens nothing any more. Raises InvitationOver."""
    may(by, "invitation.accept", None)
    with writing():
        row = _opened_by(token, by, now)
        _refuse(row, why, by, now)
    return row


# ---- whoever bears it


def add_bearer(*, mandate: Mandate, user: User, by: Actor, now: datetime) -> Bearer:
    """Have one of the agency's own people work under its mandate; the company is told, and may refuse. `by` stands in the agency.

    Raises NotAllowed, Over, OwnCompany.
    """
    if mandate.agency_id is None:
        raise NotAllowed("members.change", NOT_AGENCY)
    may(by, "members.change", mandate.agency_id)
    with writing():
        row = _held(mandate)
        mine = Member.objects.filter(company=mandate.agency_id, user=user).exists()
        if row.standing not in LIVING or not mine or user.pk in row.refused:
            raise Over(row.standing)
        member = _seat(row.company, user.pk, now)
        if member.role == Role.OWNER:
            raise OwnCompany
        bearer, new = Bearer.objects.get_or_create(mandate=row, member=member, defaults={"since": now})
        if new:
            _update(row, tell="bearers")
            _journal("delegation:bearer:added", row, by, now, name=user.called)
    return bearer


def remove_bearer(*, bearer: Bearer, by: Actor, now: datetime) -> None:
    """Let somebody work under a mandate no longer, at once. Whom the company refuses, the agency cannot add again. Raises NotAllowed."""
    mandate = bearer.mandate
    client = allowed(by, "mandates.change", mandate.company_id)
    if not client:
        may(by, "members.change", mandate.agency_id)
    with writing():
        row = _held(mandate)
        member = bearer.member
        if Bearer.objects.filter(pk=bearer.pk).delete()[0]:
            if client:
                _update(row, refused=[*row.refused, member.user_id], tell="bearers")
            _journal("delegation:bearer:removed", row, by, now, name=member.user.called)


def owns(company: Company, user_id: int | None) -> bool:
    """Tell whether somebody owns this agency."""
    return company.agency and Member.objects.filter(company=company, user_id=user_id or 0, role=Role.OWNER).exists()


def side_of(mandate: Mandate, by: Actor) -> Side:
    """Return the side of the mandate on which somebody stands. Raises NotAllowed where it is neither."""
    if allowed(by, "mandates.change", mandate.company_id):
        return Side.CLIENT
    may(by, "company.read", mandate.company_id)
    if not Bearer.objects.filter(mandate=mandate, member__user_id=by.user_id or 0).exists():
        raise NotAllowed("mandates.propose", NOT_YOURS)
    return Side.INSIDE


# ---- where it stands; what becomes of what is scheduled is `posts.mandates`'


def stop(*, mandate: Mandate, to: Standing, why: str, by: Actor, now: datetime, **told: Any) -> Mandate:
    """Suspend it, take it back, give it up, or note that its last day is past. Called by `posts.mandates.stop`, in its transaction.

    Raises NotAllowed, and Over when it stands there already or is over.
    """
    if to == Standing.LEFT:
        if side_of(mandate, by) != Side.INSIDE:
            raise NotAllowed("mandates.propose", NOT_YOURS)
    else:
        may(by, "mandates.change", mandate.company_id)
    with writing():
        row = _held(mandate)
        if row.standing not in LIVING or row.standing == to:
            raise Over(row.standing)
        over = to != Standing.SUSPENDED
        words = " ".join(why.split())[:2000]
        _update(row, standing=to, stopped_at=now, why=words, tell="stopped", handled_at=now if over else None)
        if over:
            _close_open(row, by, now)
        _journal(STOPS[to], row, by, now, why=words, **told)
    return row


def resume(*, mandate: Mandate, by: Actor, now: datetime) -> Mandate:
    """Let a suspended mandate go on. Called by `posts.mandates.resume`, in its transaction. Raises NotAllowed, Over."""
    may(by, "mandates.change", mandate.company_id)
    with writing():
        row = _held(mandate)
        if row.standing != Standing.SUSPENDED or row.last_day < today_of(row.company, now):
            raise Over(row.standing)
        _update(row, standing=Standing.ACTIVE, stopped_at=None, why="", tell="resumed")
        _journal("delegation:mandate:resumed", row, by, now)
    return row


def note_export(*, mandate: Mandate, by: Actor, now: datetime) -> Side:
    """Write down that somebody takes out what was done under a mandate, and return whose: all of it for the company, which must be allowed
    to take everything out; their own work for whoever bears it. Raises NotAllowed."""
    side = side_of(mandate, by)
    if side == Side.CLIENT:
        may(by, "export.all", mandate.company_id)
    verb = "delegation:mandate:exported" if side == Side.CLIENT else "delegation:mandate:own_exported"
    with writing():
        _journal(verb, mandate, by, now)
    return side


def note_told(*, mandate_id: int, news: str, now: datetime) -> None:
    """Remember that both sides were written to; what came up meanwhile is still to be told."""
    with writing():
        Mandate.objects.filter(pk=mandate_id, tell=news).update(tell="")


def note_end_told(*, mandate_id: int, now: datetime) -> None:
    """Remember that both sides were told that the end is near."""
    with writing():
        Mandate.objects.filter(pk=mandate_id).update(told_end_at=now)


# ---- inside


def _columns(terms: Terms) -> dict[str, Any]:
    kept = terms.to_json()
    return {**kept, "first_day": terms.first_day, "last_day": terms.last_day}


def _write(mandate: Mandate, number: int, terms: Terms, *, side: Side, by: Actor, now: datetime, agreed: bool = False) -> Revision:
    """Keep a wording. Whoever words what runs already has said yes to it, and so has a professional who writes one."""
    yes = {f"{side.value}_at": now, f"{side.value}_who": by.name[:120]} if agreed or side == Side.INSIDE else {}
    return Revision.objects.create(
        mandate=mandate, number=number, terms=terms.to_json(), digest=terms.digest(), side=side, by_id=by.user_id, who=by.name[:120],
        made_at=now, **yes,
    )  # fmt: skip


def _say_yes(revision: Revision, side: Side, by: Actor, now: datetime) -> None:
    if getattr(revision, f"{side.value}_at") is None:
        setattr(revision, f"{side.value}_at", now)
        setattr(revision, f"{side.value}_who", by.name[:120])
        revision.save(update_fields=[f"{side.value}_at", f"{side.value}_who"])


def _activate(mandate: Mandate, revision: Revision, by: Actor, now: datetime) -> None:
    """Put into force what both have said yes to; a mandate that is suspended stays so."""
    first = mandate.standing not in LIVING
    _update(
        mandate, **_columns(Terms.from_json(revision.terms)), standing=Standing.ACTIVE if first else mandate.standing, accepted_at=now,
        revision=revision.number, told_end_at=None, tell="agreed", by_id=revision.by_id,
    )  # fmt: skip
    _journal("delegation:mandate:agreed", mandate, by, now, number=revision.number)


def _refuse(row: Mandate, why: str, by: Actor, now: datetime) -> None:
    revision = _open(row)
    words = " ".join(why.split())[:300]
    Revision.objects.filter(pk=revision.pk).update(closed_at=now, closed_who=by.name[:120], words=words)
    if row.standing in BEFORE:
        _update(row, standing=Standing.DECLINED, tell="declined", why=words)
    else:
        _update(row, tell="declined")
    _journal("delegation:mandate:declined", row, by, now, number=revision.number, why=words)


def _open(mandate: Mandate) -> Revision:
    """Return the wording that waits for a yes. Raises Over where none does."""
    found = _waiting(mandate).first()
    if found is None:
        raise Over(mandate.standing)
    return found


def _waiting(mandate: Mandate) -> QuerySet[Revision]:
    return mandate.revisions.filter(closed_at=None).exclude(client_at__isnull=False, inside_at__isnull=False)


def _close_open(mandate: Mandate, by: Actor, now: datetime) -> None:
    _waiting(mandate).update(closed_at=now, closed_who=by.name[:120])


def _seat(company: Company, user_id: int | None, now: datetime) -> Member:
    """Give somebody a place to bear a mandate from; whoever has one keeps it, and what the mandate lends comes on top."""
    member, new = Member.objects.get_or_create(company=company, user_id=user_id or 0, defaults={"role": Role.MANDATED, "since": now})
    if not new and member.role not in (Role.MANDATED, Role.OWNER) and not member.granted:
        Member.objects.filter(pk=member.pk).update(granted=True)
    return member


def _held(mandate: Mandate) -> Mandate:
    """Return the row as it stands now, locked: two people who decide at once do so one after the other."""
    return Mandate.objects.select_for_update(of=("self",)).select_related("company").get(pk=mandate.pk)


def _opened_by(token: str, by: Actor, now: datetime) -> Mandate:
    """Use a link up and return its mandate, locked. The mandate first, as whoever takes an offer back does: else each could wait for the
    other for ever. Raises InvitationOver."""
    row = _held_id(invitations.open_by(token, now).mandate_id)
    invitations.use(token=token, by=by, now=now)
    if row is None or row.standing != Standing.OFFERED:
        raise InvitationOver
    return row


def _held_id(mandate_id: int | None) -> Mandate | None:
    return Mandate.objects.select_for_update(of=("self",)).select_related("company").filter(pk=mandate_id or 0).first()


def _update(mandate: Mandate, **columns: Any) -> None:
    for name, value in columns.items():
        setattr(mandate, name, value)
    mandate.save(update_fields=list(columns))


def _journal(verb: str, mandate: Mandate, by: Actor, now: datetime, **facts: Any) -> None:
    record(verb, by=by, now=now, company_id=mandate.company_id, object_id=mandate.pk, label=mandate.called, **facts)
