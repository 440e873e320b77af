"""Connecting by invitation: a link with which somebody connects their own accounts, so that whoever asks never sees a password or a token.

Only the digest of the link's secret is kept. It names its networks, ends, can be withdrawn, and serves once for each network.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import F, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from parvis.audit.commands import record
from parvis.channels.applications import client_of
from parvis.channels.models import AskedNetwork, Channel, ConnectInvitation
from parvis.core.db import writing
from parvis.core.links import derived, digest
from parvis.core.say import Say, gettext_noop
from parvis.people.actors import Actor
from parvis.people.models import Company
from parvis.people.permissions import may

LASTS = timedelta(days=7)
MOST_DAYS = 90
# Whoever mistypes a password needs a few; whoever guesses one needs thousands.
MOST_TRIES, WITHIN = 20, timedelta(hours=1)

UNKNOWN = Say(gettext_noop("This link opens nothing."))
ENDED = Say(gettext_noop("This invitation is over: its last day has passed."))
WITHDRAWN = Say(gettext_noop("This invitation was withdrawn."))
NOT_ASKED = Say(gettext_noop("This invitation does not ask for an account on this network."))
USED = Say(gettext_noop("An account of this network was already connected with this invitation."))
TOO_MANY = Say(gettext_noop("Too many tries in a row with this invitation."))
ASK_ANEW = Say(gettext_noop("Nothing was changed. Ask whoever invited you for a new link."))
WAIT = Say(gettext_noop("Nothing was changed. Wait an hour, then try again."))


class NotInvited(Exception):
    """The invitation does not allow this: `why` and `cure` are for whoever holds the link; nothing was changed."""

    def __init__(self, why: Say, cure: Say = ASK_ANEW) -> None:
        super().__init__(str(why))
        self.why, self.cure = why, cure


class NothingAsked(Exception):
    """No network was named that this company could connect now."""


def invite(
    *, company: Company, name: str, email: str, networks: Collection[str], by: Actor, now: datetime, lasts: timedelta = LASTS
) -> ConnectInvitation:
    """Ask somebody to connect their own accounts on these networks. Raises NotAllowed, NothingAsked."""
    may(by, "channels.change", company.pk)
    asked = [key for key in invitable(company) if key in networks]
    if not asked:
        raise NothingAsked
    with writing():
        made = ConnectInvitation(
            company=company, name=name.strip()[:120], email=email.strip().lower(), by_id=by.user_id, who=by.name[:200], created_at=now,
            expires_at=now + min(max(lasts, timedelta(hours=1)), timedelta(days=MOST_DAYS)),
        )  # fmt: skip
        made.digest = digest(_derived(made))
        made.save()
        AskedNetwork.objects.bulk_create([AskedNetwork(invitation=made, network=key) for key in asked])
        _journal("channels:invitation:sent", made, by, now, networks=", ".join(settings.NETWORKS[key].spec.name for key in asked))
    return made


def renew(*, invitation: ConnectInvitation, by: Actor, now: datetime) -> ConnectInvitation:
    """Give an invitation that is over another week, with another secret: the old link stays dead. One that is open is left as it is.

    Raises NotAllowed, NotInvited where it was withdrawn.
    """
    may(by, "channels.change", invitation.company_id)
    with writing():
        fresh = ConnectInvitation.objects.select_for_update(of=("self",)).select_related("company", "by").get(pk=invitation.pk)
        if fresh.withdrawn_at is not None:
            raise NotInvited(WITHDRAWN)
        if fresh.expires_at <= now:
            fresh.created_at, fresh.expires_at = now, now + LASTS
            fresh.digest = digest(_derived(fresh))
            fresh.save(update_fields=["created_at", "expires_at", "digest"])
        _journal("channels:invitation:sent_again", fresh, by, now)
    return fresh


def withdraw(*, invitation: ConnectInvitation, by: Actor, now: datetime) -> None:
    """Close the link; what was connected with it stays. Doing it twice is no error. Raises NotAllowed."""
    may(by, "channels.change", invitation.company_id)
    with writing():
        if ConnectInvitation.objects.filter(pk=invitation.pk, withdrawn_at=None).update(withdrawn_at=now):
            _journal("channels:invitation:withdrawn", invitation, by, now)


def invitable(company: Company) -> list[str]:
    """Return the networks on which somebody could be asked to connect: where an application must stand between, the company has one."""
    found = settings.NETWORKS.items()
    return [key for key, network in found if network.spec.app is None or client_of(company, network.spec.app) is not None]


# ---- whoever holds the link


def actor_of(invitation: ConnectInvitation) -> Actor:
    """Return the actor that whoever holds the link is: they connect an account in this company, and nothing else."""
    return Actor(None, invitation.name or invitation.email, invitation.company_id, "invited")


def by_token(token: str) -> ConnectInvitation | None:
    """Return the invitation whose secret this is, whatever became of it."""
    rows = ConnectInvitation.objects.select_related("company", "by").prefetch_related("asked")
    return rows.filter(digest=digest(token)).first()


def why_over(invitation: ConnectInvitation, now: datetime) -> Say | None:
    """Return why an invitation no longer opens anything; None while it does."""
    if invitation.withdrawn_at is not None:
        return WITHDRAWN
    return ENDED if invitation.expires_at <= now else None


def check(invitation: ConnectInvitation, network: str, now: datetime) -> None:
    """Raise NotInvited unless an account of this network may still be connected with it, as it stands in the database now."""
    fresh = ConnectInvitation.objects.get(pk=invitation.pk)
    if (why := why_over(fresh, now)) is not None:
        raise NotInvited(why)
    asked = AskedNetwork.objects.filter(invitation=fresh, network=network).first()
    if asked is None:
        raise NotInvited(NOT_ASKED)
    if asked.used_at is not None:
        raise NotInvited(USED)


def take_try(invitation: ConnectInvitation, now: datetime) -> None:
    """Count one try. Raises NotInvited where there were too many within the hour."""
    mine = ConnectInvitation.objects.filter(pk=invitation.pk)
    with writing():
        if mine.filter(Q(tries_since=None) | Q(tries_since__lte=now - WITHIN)).update(tries=1, tries_since=now):
            return
        if not mine.filter(tries__lt=MOST_TRIES).update(tries=F("tries") + 1):
            raise NotInvited(TOO_MANY, WAIT)


def use(invitation: ConnectInvitation, channels: Sequence[Channel], now: datetime) -> None:
    """Note what was connected with it, once for its network. Inside the transaction that connects. Raises NotInvited where it was used."""
    mine = AskedNetwork.objects.filter(invitation=invitation, network=channels[0].network, used_at=None)
    handles = ", ".join(channel.handle for channel in channels)
    open_one = ConnectInvitation.objects.filter(pk=invitation.pk, withdrawn_at=None, expires_at__gt=now)
    if not open_one.exists() or not mine.update(used_at=now, accounts=handles[:1000]):
        raise NotInvited(USED)


# ---- the link


def token_of(invitation: ConnectInvitation) -> str:
    """Return the secret of an invitation, for its link; empty when the house's own secret has changed since."""
    token = _derived(invitation)
    return token if digest(token) == invitation.digest else ""


def _derived(invitation: ConnectInvitation) -> str:
    """Make the secret from the house's key and the row's own facts: the link can be shown again, the database alone does not hold it."""
    facts = f"{invitation.company_id}:{invitation.email}:{invitation.name}:{invitation.created_at.timestamp()}"
    return derived("parvis.channels.inviting", facts)


def post(*, invitation: ConnectInvitation, link: str, now: datetime) -> bool:
    """Mail the link in the company's language; tell whether the mail server took it. Never called inside a write."""
    with translation.override(invitation.company.language):
        subject, text = _written(invitation, link)
    try:
        left = bool(send_mail(" ".join(subject.split()), text, settings.DEFAULT_FROM_EMAIL, [invitation.email]))
    except OSError:
        return False
    with writing():
        ConnectInvitation.objects.filter(pk=invitation.pk).update(posted_at=now)
    return left


def _written(invitation: ConnectInvitation, link: str) -> tuple[str, str]:
    names = [settings.NETWORKS[one.network].spec.name for one in invitation.asked.all() if one.network in settings.NETWORKS]
    facts = {
        "company": invitation.company.name, "who": invitation.who, "link": link, "networks": ", ".join(names),
        "days": max(1, (invitation.expires_at - invitation.created_at).days),
    }  # fmt: skip
    return _("%(company)s: connect your accounts") % facts, _(
        "Hello,\n\n%(who)s asks you, for %(company)s, to connect your own accounts: %(networks)s.\n\n"
        "You sign in yourself: nobody else sees your password, %(who)s included. "
        "Open this page within %(days)s days; it says what Parvis will be able to do before you decide:\n%(link)s\n\n"
        "If you do not know %(who)s, ignore this message: nothing happens without you."
    ) % facts


# ---- what is read


def of(company: Company, most: int = 50) -> list[ConnectInvitation]:
    """Return the invitations of a company, the newest first, with the networks that they ask for. Two queries."""
    rows = ConnectInvitation.objects.filter(company=company).prefetch_related("asked").order_by("-created_at", "-pk")
    return list(rows[:most])


def untold() -> QuerySet[AskedNetwork]:
    """Return what was connected by invitation and whoever invited was not told of."""
    rows = AskedNetwork.objects.filter(used_at__isnull=False, told_at=None)
    return rows.select_related("invitation__company", "invitation__by").order_by("invitation_id", "pk")


def any_untold(now: datetime) -> bool:
    """Tell whether somebody is to be told."""
    return untold().exists()


def note_told(*, asked: AskedNetwork, now: datetime) -> None:
    """Remember that whoever invited knows of it."""
    with writing():
        AskedNetwork.objects.filter(pk=asked.pk).update(told_at=now)


def _journal(verb: str, invitation: ConnectInvitation, by: Actor, now: datetime, **facts: str) -> None:
    label = invitation.name or invitation.email
    record(verb, by=by, now=now, company_id=invitation.company_id, object_id=invitation.pk, label=label, **facts)
