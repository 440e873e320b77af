"""Roles that a company makes for itself, and roles on single places and accounts beside a member's own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from parvis.audit.commands import record
from parvis.core.db import writing
from parvis.core.say import Say, gettext_noop
from parvis.people.actors import Actor
from parvis.people.models import Company, Establishment, Grant, MadeRole, Member, Role
from parvis.people.permissions import GIVABLE, may

# What may be given on a single place or account; an owner's and a professional's are given otherwise.
ON_PLACES = (Role.EDITOR, Role.APPROVER, Role.READER)
NAMELESS = Say(gettext_noop("A role has a name."))
NAME_TAKEN = Say(gettext_noop("Another role of the company is called that."))
NOTHING_IN_IT = Say(gettext_noop("Choose at least one thing that it allows."))
STILL_HELD = Say(gettext_noop("Somebody still has this role. Give them another one first."))
NO_PLACE = Say(gettext_noop("This account or establishment is not among the company’s any more."))
NO_ROLE = Say(gettext_noop("Choose a role that can be given on a single account."))
NO_NEED = Say(gettext_noop("An owner may do everything everywhere already."))


class WrongRole(Exception):
    """A role cannot be so; `why` is the sentence for a person. Nothing was changed."""

    def __init__(self, why: Say) -> None:
        super().__init__(str(why))
        self.why = why


def make_role(*, company: Company, name: str, verbs: Iterable[str], by: Actor, now: datetime) -> MadeRole:
    """Make a role of the company's own. Raises NotAllowed, WrongRole."""
    may(by, "members.change", company.pk)
    facts = _facts(name, verbs)
    try:
        with writing():
            made = MadeRole.objects.create(company=company, **facts)
            _journal("people:made_role:made", made, by, now, verbs=facts["verbs"])
    except IntegrityError as error:
        raise WrongRole(NAME_TAKEN) from error
    return made


def change_made(*, made: MadeRole, name: str, verbs: Iterable[str], by: Actor, now: datetime) -> None:
    """Change what a role is called and allows: at once, for everybody who has it. Raises NotAllowed, WrongRole."""
    may(by, "members.change", made.company_id)
    facts = _facts(name, verbs)
    try:
        with writing():
            before = MadeRole.objects.select_for_update().get(pk=made.pk)
            if (before.name, before.verbs) == (facts["name"], facts["verbs"]):
                return
            MadeRole.objects.filter(pk=made.pk).update(**facts)
            made.name = facts["name"]
            _journal("people:made_role:changed", made, by, now, before=before.verbs, after=facts["verbs"])
    except IntegrityError as error:
        raise WrongRole(NAME_TAKEN) from error


def remove_made(*, made: MadeRole, by: Actor, now: datetime) -> None:
    """Take a role away that nobody has any more; it can be brought back. Raises NotAllowed, WrongRole."""
    may(by, "members.change", made.company_id)
    with writing():
        Company.objects.select_for_update().get(pk=made.company_id)
        if Member.objects.filter(made=made).exists() or Grant.objects.filter(made=made).exists():
            raise WrongRole(STILL_HELD)
        if MadeRole.objects.filter(pk=made.pk, removed_at=None).update(removed_at=now):
            _journal("people:made_role:removed", made, by, now)


def bring_back_made(*, made: MadeRole, by: Actor, now: datetime) -> None:
    """Bring a role back that was taken away. Raises NotAllowed, WrongRole."""
    may(by, "members.change", made.company_id)
    try:
        with writing():
            if MadeRole.objects.filter(pk=made.pk, removed_at__isnull=False).update(removed_at=None):
                _journal("people:made_role:brought_back", made, by, now)
    except IntegrityError as error:
        raise WrongRole(NAME_TAKEN) from error


def grant(
    *, member: Member, role: Role, by: Actor, now: datetime, made: MadeRole | None = None, establishment: Establishment | None = None,
    channel_id: int | None = None,
) -> Grant:  # fmt: skip
    """Give a member a role on one establishment or one account beside their own; what they had there is replaced.

    Raises NotAllowed, WrongRole.
    """
    may(by, "members.change", member.company_id)
    if (establishment is None) == (channel_id is None):
        raise WrongRole(NO_PLACE)
    with writing():
        held = Member.objects.select_for_update().get(pk=member.pk)
        place = _place(held.company_id, establishment, channel_id)
        _usable(held, role, made)
        given, _new = Grant.objects.update_or_create(
            member=held, establishment=establishment, channel_id=channel_id, defaults={"role": role, "made": made}
        )
        Member.objects.filter(pk=held.pk).update(granted=True)
        _told("people:grant:given", member, by, now, role=made.name if made else str(role), place=place)
    return given


def ungrant(*, grant: Grant, by: Actor, now: datetime) -> None:
    """Take a role on one place or account back; the member's own stays. Raises NotAllowed."""
    member = grant.member
    may(by, "members.change", member.company_id)
    with writing():
        if Grant.objects.filter(pk=grant.pk).delete()[0]:
            left = Grant.objects.filter(member=member).exists() or member.bears.exists()
            Member.objects.filter(pk=member.pk).update(granted=left)
            place = _place(member.company_id, grant.establishment, grant.channel_id, gone=True)
            _told("people:grant:taken_back", member, by, now, role=grant.made.name if grant.made else grant.role, place=place)


def _facts(name: str, verbs: Iterable[str]) -> dict[str, Any]:
    name = " ".join(name.replace("\x00", "").split())[:60]
    kept = sorted(GIVABLE & set(verbs))
    if not name:
        raise WrongRole(NAMELESS)
    if not kept:
        raise WrongRole(NOTHING_IN_IT)
    return {"name": name, "verbs": kept}


def _usable(member: Member, role: Role, made: MadeRole | None) -> None:
    if member.role == Role.OWNER:
        raise WrongRole(NO_NEED)
    if made is None and role not in ON_PLACES:
        raise WrongRole(NO_ROLE)
    if made is not None and (
        role != Role.MADE or not MadeRole.objects.filter(pk=made.pk, company=member.company_id, removed_at=None).exists()
    ):
        raise WrongRole(NO_ROLE)


def _place(company_id: int, establishment: Establishment | None, channel_id: int | None, *, gone: bool = False) -> str:
    """Return what the place is called. Raises WrongRole where it is not the company's (`gone` allows that: it is being taken back)."""
    company = Company.objects.get(pk=company_id)
    if establishment is not None:
        name = company.establishments.filter(pk=establishment.pk, removed_at=None).values_list("name", flat=True).first()
    else:
        name = company.channels.exclude(state="closed").filter(pk=channel_id or 0).values_list("handle", flat=True).first()
    if name is None and not gone:
        raise WrongRole(NO_PLACE)
    return name or ""


def _journal(verb: str, made: MadeRole, by: Actor, now: datetime, **facts: Any) -> None:
    record(verb, by=by, now=now, company_id=made.company_id, object_id=made.pk, label=made.name, **facts)


def _told(verb: str, member: Member, by: Actor, now: datetime, **facts: Any) -> None:
    record(verb, by=by, now=now, company_id=member.company_id, object_id=member.user_id, label=member.user.called, **facts)
