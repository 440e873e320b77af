"""What the tests of mandates set up: terms, an offer, somebody who has said yes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from parvis.channels.models import Channel
from parvis.channels.standing import actor_of
from parvis.delegation import commands
from parvis.delegation.models import Mandate
from parvis.delegation.terms import Terms
from parvis.people import invitations
from parvis.people.actors import Actor
from parvis.people.models import Company, Invitation, Member, Role, User
from tests.world import NOON, World

ALL = ["propose", "publish", "answer", "moderate", "report"]


def marc() -> User:
    """A professional who belongs to no company."""
    return User.objects.create_user("marc@agence.test", "correct horse 9", name="Marc Aubry")


def terms(*channels: Channel, actions: list[str] | None = None, **more: Any) -> Terms:
    given: dict[str, Any] = {
        "called": "Marc Aubry", "email": "marc@agence.test", "first_day": date(2026, 12, 1), "last_day": date(2027, 1, 31),
        "alone": {"posts": "all", "answers": "all"}, "accounts": {str(channel.pk): actions or ALL for channel in channels},
    } | more  # fmt: skip
    return Terms(**given)


def offered(world: World, *channels: Channel, now: datetime = NOON, **more: Any) -> tuple[Mandate, str]:
    """A mandate that Alice offers, and the secret of its link."""
    alice = world.actor(world.alice)
    mandate = commands.draft(company=world.bakery, terms=terms(*channels, **more), by=alice, now=now)
    invitation = commands.offer(mandate=mandate, by=alice, now=now)
    assert invitation is not None
    return mandate, invitations.token_of(invitation)


def mandate_of(world: World, user: User, *channels: Channel, agency: Company | None = None, now: datetime = NOON, **more: Any) -> Mandate:
    """A mandate that Alice offered and `user` accepted."""
    mandate, token = offered(world, *channels, now=now, **more)
    commands.join(token=token, digest=waiting(mandate), agency=agency, by=Actor.person(user), now=now)
    mandate.refresh_from_db()
    return mandate


def waiting(mandate: Mandate) -> str:
    """The digest of the wording that was written last."""
    return mandate.revisions.order_by("-number")[0].digest


def bearer(world: World, user: User, now: datetime = NOON) -> Actor:
    """What somebody is in the bakery at this moment."""
    return actor_of(Member.objects.select_related("user", "company", "made").get(user=user, company=world.bakery), now)


def agency_of(user: User) -> Company:
    company = Company.objects.create(name="Agence Aubry", slug="aubry", created_at=NOON, agency=True)
    Member.objects.create(company=company, user=user, role=Role.OWNER, since=NOON)
    return company


def links() -> list[str]:
    return [invitations.token_of(one) for one in Invitation.objects.filter(accepted_at=None, withdrawn_at=None)]
