"""A first proposal: what an agency would do for a company that is not its client, answered by whoever holds the link.

Nothing of a company is known to the agency before its yes, and nothing tells whether the address belongs to anybody here: no row of a
company is read when a proposal is made. Only the digest of the link's secret is kept; it ends, can be withdrawn, and is answered once.
"""

from __future__ import annotations

import smtplib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from parvis.audit.commands import Doer, record
from parvis.core.db import writing
from parvis.core.links import derived, digest
from parvis.core.say import Say, gettext_noop
from parvis.delegation import commands
from parvis.delegation.commands import OwnCompany, owns
from parvis.delegation.models import Action, Mandate, Proposal
from parvis.delegation.permits import today_of
from parvis.delegation.terms import Terms, WrongTerms, address_of, checked_alone
from parvis.people.actors import HOUSE, Actor
from parvis.people.invitations import InvitationOver
from parvis.people.models import Company, Invitation, User
from parvis.people.permissions import may

LASTS = timedelta(days=14)
DAY = timedelta(days=1)
# What an agency sends out in a day, and what one address receives in a day, whoever sends it.
MOST_SENT, MOST_RECEIVED = 20, 3
MOST_LINES = 12
# An address is somebody's: where nothing came of it, it is not kept for ever.
KEPT = timedelta(days=90)

NO_LINE = Say(gettext_noop("Name at least one network, and at least one thing to do there."))
OTHER_NETWORK = Say(gettext_noop("One of these accounts is on another network than the one proposed. Choose again."))


class NotAnAgency(Exception):
    """Only an agency proposes; any company becomes one in its settings."""


class TooMany(Exception):
    """So many proposals were sent today that this one is not: nothing was kept."""


@dataclass(frozen=True, slots=True)
class Line:
    """One account as an agency names it without seeing it: its network, its name there as text, and what would be done."""

    network: str
    handle: str
    actions: tuple[str, ...]

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Line:
        """Read what is kept."""
        return cls(kept["network"], kept["handle"], tuple(kept["actions"]))

    def to_json(self) -> dict[str, Any]:
        """Return the form that is kept."""
        return {"network": self.network, "handle": self.handle, "actions": list(self.actions)}


# ---- the agency's side


def propose(
    *, company: Company, email: str, called: str, terms: Terms, wanted: Sequence[Line], by: Actor, now: datetime
) -> Proposal:  # fmt: skip
    """Propose a mandate, in the name of the agency `company`, to whoever reads `email`; an earlier one of ours to them is withdrawn.

    Raises NotAllowed, NotAnAgency, WrongTerms, TooMany. What it answers is the same whoever the address belongs to.
    """
    may(by, "members.change", company.pk)
    if not company.agency:
        raise NotAnAgency
    lines = _clean(wanted)
    kept = checked_alone(replace(terms, accounts={}), today_of(company, now))
    to = address_of(email, "owner_email")
    with writing():
        # One at a time for an agency: the counts below are then true.
        Company.objects.select_for_update().get(pk=company.pk)
        recent = Proposal.objects.filter(created_at__gt=now - DAY)
        if recent.filter(Q(agency=company) | Q(by=by.user_id)).count() >= MOST_SENT or recent.filter(email=to).count() >= MOST_RECEIVED:
            raise TooMany
        of_agency(company).filter(email=to, **OPEN).update(withdrawn_at=now)
        made = Proposal(
            agency=company, by_id=by.user_id, who=by.name[:120], email=to, called=" ".join(called.replace("\x00", "").split())[:120],
            terms=kept.to_json(), wanted=[one.to_json() for one in lines], created_at=now, expires_at=now + LASTS,
            digest=f"new:{company.pk}:{now.timestamp()}:{by.user_id}"[:64],
        )  # fmt: skip
        made.save()
        made.digest = digest(_derived(made))
        made.save(update_fields=["digest"])
        _journal("delegation:proposal:sent", made, by, now)
    return made


def withdraw(*, proposal: Proposal, by: Actor, now: datetime) -> None:
    """Close the link before anybody has answered. Raises NotAllowed, InvitationOver where somebody was faster."""
    may(by, "members.change", proposal.agency_id)
    with writing():
        if not Proposal.objects.filter(pk=proposal.pk, **OPEN).update(withdrawn_at=now):
            raise InvitationOver
        _journal("delegation:proposal:withdrawn", proposal, by, now)


OPEN: dict[str, Any] = {"withdrawn_at": None, "answered_at": None}


def of_agency(company: Company) -> QuerySet[Proposal]:
    """Return the proposals of an agency that are not forgotten, the newest first."""
    return (
        Proposal.objects.filter(agency=company)
        .exclude(email="")
        .select_related("agency", "mandate__company")
        .order_by("-created_at", "-pk")
    )


# ---- whoever holds the link


def opened(token: str, now: datetime) -> Proposal:
    """Return the proposal of this secret while it can be answered; looking changes nothing. Raises InvitationOver."""
    found = Proposal.objects.select_related("agency", "by").filter(digest=digest(token), expires_at__gt=now, **OPEN).first()
    if found is None or not _stands(found):
        raise InvitationOver
    return found


def addressed_to(user: User, now: datetime) -> list[Proposal]:
    """Return the proposals that wait for somebody at the addresses they have proved to be theirs."""
    proved = EmailAddress.objects.filter(user=user, verified=True).values("email")
    rows = Proposal.objects.select_related("agency", "by").filter(email__in=proved, expires_at__gt=now, **OPEN)
    return [one for one in rows.order_by("-created_at")[:20] if _stands(one)]


def _stands(proposal: Proposal) -> bool:
    """Tell whether whoever proposed still speaks for the agency."""
    return proposal.by is not None and proposal.by.is_active and owns(proposal.agency, proposal.by_id)


def terms_of(proposal: Proposal) -> Terms:
    """Return what is proposed, save the accounts."""
    return Terms.from_json(proposal.terms)


def lines_of(proposal: Proposal) -> list[Line]:
    """Return the accounts that it names."""
    return [Line.from_json(one) for one in proposal.wanted]


def take(
    *, token: str, company: Company, accounts: Mapping[int, int], agree: bool, by: Actor, now: datetime
) -> tuple[Mandate, Invitation | None]:
    """Answer for a company: `accounts` gives the number of a line the company's own account. The link is used up by it.

    `agree` says yes: with an account for each line the mandate is in force at once, with fewer it is offered to the agency, whose yes it
    then needs (the invitation). Otherwise it becomes the company's own draft, to be worded as it likes.
    Raises NotAllowed, InvitationOver, OwnCompany, WrongTerms: then nothing was changed.
    """
    may(by, "mandates.change", company.pk)
    with writing():
        proposal = _held(token, now)
        if proposal.agency_id == company.pk:
            raise OwnCompany
        lines = lines_of(proposal)
        terms = replace(terms_of(proposal), accounts=_mapped(lines, accounts, company))
        whole = set(accounts) >= set(range(len(lines)))
        mandate, invitation = commands.take_up(proposal=proposal, company=company, terms=terms, agree=agree, whole=whole, by=by, now=now)
        Proposal.objects.filter(pk=proposal.pk).update(answered_at=now, mandate=mandate)
        if agree:
            _journal("delegation:proposal:agreed", proposal, HOUSE, now)
    return mandate, invitation


def decline(*, token: str, why: str, now: datetime) -> Proposal:
    """Say no, which needs no account; the link opens nothing any more. Raises InvitationOver."""
    with writing():
        proposal = _held(token, now)
        words = " ".join(why.replace("\x00", "").split())[:300]
        Proposal.objects.filter(pk=proposal.pk).update(answered_at=now, declined=True, words=words)
        _journal("delegation:proposal:declined", proposal, HOUSE, now)
    return proposal


def _held(token: str, now: datetime) -> Proposal:
    """Use the link up; of two at once the second finds it used. Raises InvitationOver."""
    found = opened(token, now)
    if not Proposal.objects.filter(pk=found.pk, **OPEN).update(answered_at=now):
        raise InvitationOver
    return found


def _mapped(lines: Sequence[Line], accounts: Mapping[int, int], company: Company) -> dict[str, list[str]]:
    ours = dict(company.channels.exclude(state="closed").values_list("pk", "network"))
    mapped: dict[str, list[str]] = {}
    for number, line in enumerate(lines):
        pk = accounts.get(number)
        if pk is None:
            continue
        if ours.get(pk) != line.network:
            raise WrongTerms("accounts", OTHER_NETWORK)
        mapped[str(pk)] = [*mapped.get(str(pk), []), *line.actions]
    return mapped


def _clean(wanted: Sequence[Line]) -> list[Line]:
    """Keep the lines that say something. Raises WrongTerms where none does."""
    lines = [
        Line(one.network[:40], " ".join(one.handle.replace("\x00", "").split())[:200], tuple(a.value for a in Action if a in one.actions))
        for one in wanted[:MOST_LINES]
        if one.network
    ]
    if not lines or not all(one.actions for one in lines):
        raise WrongTerms("accounts", NO_LINE)
    return lines


# ---- the link


def token_of(proposal: Proposal) -> str:
    """Return the secret of a proposal, for its address; empty when the house's own key has changed since."""
    token = _derived(proposal)
    return token if digest(token) == proposal.digest else ""


def _derived(proposal: Proposal) -> str:
    facts = f"{proposal.pk}:{proposal.agency_id}:{proposal.email}:{proposal.created_at.timestamp()}"
    return derived("parvis.delegation.proposing", facts)


def post(*, proposal: Proposal, link: str) -> bool:
    """Mail the link in the agency's language; tell whether the mail server took it. Never called inside a write."""
    facts = {"agency": proposal.agency.name, "who": proposal.who, "link": link, "days": LASTS.days}
    with translation.override(proposal.agency.language):
        subject = _("%(agency)s proposes to look after your pages") % facts
        text = (
            _(
                "Hello,\n\n%(who)s, of %(agency)s, has written down what they would do on your social networks: on which ones, what they "
                "may do there, from when to when, at what price.\n\n"
                "You read it, word it otherwise, say yes or no, within %(days)s days:\n%(link)s\n\n"
                "Nothing holds before you have said yes, and they see nothing of your company before that. "
                "If you do not know them, ignore this message: nothing happens without you."
            )
            % facts
        )
    try:
        return bool(send_mail(" ".join(subject.split()), text, settings.DEFAULT_FROM_EMAIL, [proposal.email]))
    except (OSError, smtplib.SMTPException):
        return False


# ---- what is told


def untold() -> QuerySet[Proposal]:
    """Return what was declined and whoever proposed it was not told of."""
    return Proposal.objects.filter(declined=True, told_at=None).select_related("agency", "by").order_by("pk")


def note_told(*, proposal_id: int, now: datetime) -> None:
    """Remember that whoever proposed knows of the no."""
    with writing():
        Proposal.objects.filter(pk=proposal_id).update(told_at=now)


def any_to_forget(now: datetime) -> bool:
    """Tell whether something came to nothing so long ago that whom it was sent to is forgotten."""
    return _to_forget(now).exists()


def forget(now: datetime) -> int:
    """Forget to whom what came to nothing was sent, and what they said; return how many."""
    with writing():
        return _to_forget(now).update(email="", called="", words="", withdrawn_at=now, told_at=now)


def _to_forget(now: datetime) -> QuerySet[Proposal]:
    return Proposal.objects.filter(mandate=None, expires_at__lte=now - KEPT).exclude(email="")


def _journal(verb: str, proposal: Proposal, by: Doer, now: datetime) -> None:
    record(verb, by=by, now=now, company_id=proposal.agency_id, object_id=proposal.pk, label=proposal.email)
