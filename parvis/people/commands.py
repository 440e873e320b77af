"""What changes companies, members and persons."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import available_timezones

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, Q
from django.utils.text import slugify

from parvis.audit.commands import record
from parvis.core.db import writing
from parvis.people.actors import Actor
from parvis.people.invitations import mail_leaves
from parvis.people.models import Company, Invitation, MadeRole, Member, Role, User
from parvis.people.permissions import NotAllowed, may


class LastOwner(Exception):
    """A company keeps at least one owner; nothing was changed."""


class BearsMandate(Exception):
    """They work under a mandate that runs: it is taken back, or given up, first, and with it what is scheduled under it is decided."""


class NoSuchRole(Exception):
    """The company has no such role, or has taken it away."""


class UnknownTimezone(Exception):
    """No place on earth keeps this time."""


class AddressTaken(Exception):
    """Another person already signs in with this e-mail address."""


STARTED = "people:company:started"
ACCOUNT_VERBS = {
    "account/email/password_changed": "people:password:changed",
    "account/email/password_set": "people:password:set",
    "account/email/password_reset": "people:password:reset",
    "account/email/email_changed": "people:email:changed",
    "account/email/email_deleted": "people:email:removed",
    "mfa/email/totp_activated": "people:second_factor:added",
    "mfa/email/totp_deactivated": "people:second_factor:removed",
    "mfa/email/webauthn_added": "people:passkey:added",
    "mfa/email/webauthn_removed": "people:passkey:removed",
    "mfa/email/recovery_codes_generated": "people:recovery_codes:renewed",
    "signed_up": "people:person:joined",
}


def create_company(*, name: str, timezone: str, language: str, user: User, by: Actor, now: datetime) -> Member:
    """Found a company with `user` as its owner, and return their place in it. Raises UnknownTimezone."""
    may(by, "company.start", None)
    _known(timezone)
    with writing():
        return _found(name=name, timezone=timezone, language=language, user=user, by=by, now=now, named=True)


def start_own(*, name: str, timezone: str, language: str, by: Actor, now: datetime) -> Member:
    """Make a provisional person, whom nobody can sign in as, and an empty company of theirs."""
    may(by, "company.start", None)
    _known(timezone)
    with writing():
        user = User.objects.create_user(f"visitor-{secrets.token_hex(8)}@parvis.invalid", provisional=True, language=language)
        return _found(name=name, timezone=timezone, language=language, user=user, by=Actor.person(user), now=now, named=False)


def settle(*, user: User, email: str, password: str, name: str, by: Actor, now: datetime) -> None:
    """Give a provisional person an e-mail and a password of their own, so that they can come back. Raises AddressTaken."""
    may(by, "account.change", None)
    _self(by, user)
    email, password = email.strip().lower(), make_password(password)
    try:
        with writing():
            kept = User.objects.filter(pk=user.pk, provisional=True)
            if kept.update(email=email, password=password, name=name.strip(), provisional=False):
                EmailAddress.objects.create(user=user, email=email, primary=True, verified=not mail_leaves())
                record("people:person:settled", by=by, now=now, company_id=None, object_id=user.pk, label=email)
    except IntegrityError as error:
        raise AddressTaken from error
    user.refresh_from_db()


def change_company(
    *, company: Company, name: str, timezone: str, language: str, late_minutes: int, quiet_days: int, by: Actor, now: datetime
) -> None:
    """Change what a company is called and how it counts time. Its address stays. Raises UnknownTimezone."""
    may(by, "company.change", company.pk)
    _known(timezone)
    wanted = {"name": name.strip(), "timezone": timezone, "language": language, "late_minutes": late_minutes, "quiet_days": quiet_days}
    with writing():
        before = Company.objects.values(*wanted).get(pk=company.pk)
        changed = {key: value for key, value in wanted.items() if before[key] != value}
        if changed:
            Company.objects.filter(pk=company.pk).update(**changed)
            record(
                "people:company:changed",
                by=by,
                now=now,
                company_id=company.pk,
                object_id=company.pk,
                label=name.strip(),
                what=", ".join(sorted(changed)),
                before={key: before[key] for key in changed},
                after=changed,
            )
    company.refresh_from_db()


def change_role(*, member: Member, role: Role, by: Actor, now: datetime, made: MadeRole | None = None) -> None:
    """Give a member another role: one of the house's, or one that the company `made`. Raises LastOwner, NoSuchRole."""
    may(by, "members.change", member.company_id)
    with writing():
        _hold(member.company_id)
        before = Member.objects.select_related("made").get(pk=member.pk)
        if (before.role, before.made_id) == (role, made.pk if made else None):
            return
        usable = MadeRole.objects.filter(pk=made.pk, company=member.company_id, removed_at=None).exists() if made else role != Role.MADE
        if not usable or (made is not None and role != Role.MADE):
            raise NoSuchRole
        # What stands beside the role is looked at only where this says so, and a mandate is borne beside any role but its own.
        beside = before.grants.exists() or before.bears.exists()
        if not _spared(member, unless=role == Role.OWNER).update(role=role, made=made, granted=beside):
            raise LastOwner
        if before.role == Role.OWNER:
            _close_invitations(member, now)
        record(
            "people:member:given_role", by=by, now=now, company_id=member.company_id, object_id=member.user_id, label=member.user.called,
            before=before.made.name if before.made else before.role, role=made.name if made else str(role),
        )  # fmt: skip


def remove_member(*, member: Member, by: Actor, now: datetime) -> None:
    """Take somebody's place in the company away; what they made stays. Raises LastOwner, BearsMandate."""
    may(by, "members.change", member.company_id)
    with writing():
        if _take_out(member, by, now):
            record(
                "people:member:removed",
                by=by,
                now=now,
                company_id=member.company_id,
                object_id=member.user_id,
                label=member.user.called,
            )


def leave(*, member: Member, by: Actor, now: datetime) -> None:
    """Give up one's own place in the company. Raises LastOwner, BearsMandate."""
    may(by, "company.leave", member.company_id)
    _self(by, member.user)
    with writing():
        if _take_out(member, by, now):
            record("people:member:left", by=by, now=now, company_id=member.company_id, object_id=member.user_id, label=member.user.called)


def call_agency(*, company: Company, agency: bool, by: Actor, now: datetime) -> None:
    """Say whether a company works for others: mandates are then accepted in its name."""
    may(by, "company.change", company.pk)
    with writing():
        if Company.objects.filter(pk=company.pk).exclude(agency=agency).update(agency=agency):
            verb = "people:company:made_agency" if agency else "people:company:no_agency"
            record(verb, by=by, now=now, company_id=company.pk, object_id=company.pk, label=company.name)
    company.agency = agency


def change_mails(*, member: Member, mails: bool, by: Actor, now: datetime) -> None:
    """Say whether this company's mails reach one: refusals, questions, a quiet week."""
    may(by, "mails.change", member.company_id)
    _self(by, member.user)
    with writing():
        if Member.objects.filter(pk=member.pk).exclude(mails=mails).update(mails=mails):
            verb = "people:mails:turned_on" if mails else "people:mails:turned_off"
            record(verb, by=by, now=now, company_id=member.company_id, object_id=member.user_id)


def change_person(*, user: User, name: str, language: str, by: Actor, now: datetime) -> None:
    """Change one's own name and language; an empty language follows the company, then the browser."""
    may(by, "account.change", None)
    _self(by, user)
    with writing():
        same = Q(name=name.strip(), language=language)
        if User.objects.filter(pk=user.pk).exclude(same).update(name=name.strip(), language=language):
            record("people:person:changed", by=by, now=now, company_id=None, object_id=user.pk, label=name.strip(), language=language)
    user.refresh_from_db()


def note_account(*, event: str, user: User, by: Actor, now: datetime) -> None:
    """Write into the journal what the sign-in part changed in somebody's account. `event` is a key of ACCOUNT_VERBS; others are ignored."""
    may(by, "account.change", None)
    if event in ACCOUNT_VERBS:
        with writing():
            record(ACCOUNT_VERBS[event], by=by, now=now, company_id=None, object_id=user.pk, label=user.email)


def _found(*, name: str, timezone: str, language: str, user: User, by: Actor, now: datetime, named: bool) -> Member:
    company = _named(name.strip(), timezone, language, now)
    place = Member.objects.create(company=company, user=user, role=Role.OWNER, since=now)
    record(STARTED, by=by, now=now, company_id=company.pk, object_id=company.pk, label=company.name, named=named)
    return place


def _named(name: str, timezone: str, language: str, now: datetime) -> Company:
    """Insert the company under the first address that is free: two of one name may be founded at the same moment."""
    for slug in _slugs(name):
        try:
            with transaction.atomic():
                return Company.objects.create(name=name, slug=slug, timezone=timezone, language=language, created_at=now)
        except IntegrityError:
            continue
    raise AssertionError("addresses never end")


def _slugs(name: str) -> Iterator[str]:
    base = slugify(name.lower().replace("œ", "oe").replace("æ", "ae"))[:48].strip("-") or "company"
    yield base
    yield from (f"{base}-{number}" for number in range(2, 8))
    while True:
        yield f"{base}-{secrets.token_hex(4)}"


def _known(timezone: str) -> None:
    if timezone not in available_timezones():
        raise UnknownTimezone(timezone)


def _self(by: Actor, user: User) -> None:
    if by.user_id != user.pk:
        raise NotAllowed("somebody else's account")


def _hold(company_id: int) -> None:
    # Under READ COMMITTED two owners who demote each other would each still see the other as owner.
    Company.objects.select_for_update().get(pk=company_id)


def _spared(member: Member, *, unless: bool = False) -> models.QuerySet[Member]:
    """Return this member's row, empty when it is the company's last owner's (`unless` lifts that)."""
    row = Member.objects.filter(pk=member.pk)
    others = Member.objects.filter(company_id=member.company_id, role=Role.OWNER).exclude(pk=member.pk)
    return row if unless else row.filter(~Q(role=Role.OWNER) | Exists(others))


def _take_out(member: Member, by: Actor, now: datetime) -> bool:
    """Delete the row; tell whether it was still there."""
    _hold(member.company_id)
    if not Member.objects.filter(pk=member.pk).exists():
        return False
    if member.bears.filter(mandate__standing__in=("active", "suspended")).exists():
        raise BearsMandate
    if not _spared(member).delete()[0]:
        raise LastOwner
    _close_invitations(member, now)
    _leave_clients(member, by, now)
    return True


def _close_invitations(member: Member, now: datetime) -> None:
    """Let the links open nothing any more with which somebody, who owns the company no longer, was bringing others in."""
    Invitation.objects.filter(company=member.company_id, by=member.user_id, accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)


def _leave_clients(member: Member, by: Actor, now: datetime) -> None:
    """Have whoever leaves an agency work for its clients no more: they bore its mandates as one of its people. The clients are told."""
    places = Member.objects.filter(user=member.user_id, bears__mandate__agency=member.company_id).distinct()
    for bearer in [one for place in places for one in place.bears.filter(mandate__agency=member.company_id).select_related("mandate")]:
        mandate = bearer.mandate
        bearer.delete()
        mandate.tell = "bearers"
        mandate.save(update_fields=["tell"])
        record(
            "delegation:bearer:removed", by=by, now=now, company_id=mandate.company_id, object_id=mandate.pk, label=mandate.called,
            name=member.user.called,
        )  # fmt: skip
