"""What the tests of approvals set up: a professional and their colleague under a mandate, circuits, and a post that would leave."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from parvis.channels.standing import actor_of
from parvis.delegation.models import Approval, Bearer, Circuit, Mandate, Standing
from parvis.people.actors import Actor
from parvis.people.models import Member, Role, User
from parvis.posts import approving
from parvis.posts.models import Post
from tests.rooms.bakery import TOMORROW, channel, idea
from tests.world import NOON, World


def bearer(world: World, mandate: Mandate, name: str = "paul") -> User:
    """A professional with their own place, under a mandate."""
    user, _ = User.objects.get_or_create(email=f"{name}@agence.test", defaults={"name": name.capitalize()})
    user.set_password("correct horse 9")
    user.save()
    place, _ = Member.objects.get_or_create(company=world.bakery, user=user, defaults={"role": Role.MANDATED, "since": NOON})
    Bearer.objects.create(mandate=mandate, member=place, since=NOON)
    return user


def mandate(world: World, *channels: int, actions: tuple[str, ...] = ("propose", "publish", "answer"), **more: object) -> Mandate:
    fields: dict[str, object] = {
        "called": "Agence Parole", "accounts": {str(pk): list(actions) for pk in channels}, "alone": {"posts": "none", "answers": "none"},
        "first_day": date(2026, 1, 1), "last_day": date(2027, 12, 31), "standing": Standing.ACTIVE, "created_at": NOON,
    }  # fmt: skip
    return Mandate.objects.create(company=world.bakery, **{**fields, **more})


def acting(world: World, user: User, now: datetime = NOON) -> Actor:
    """The actor that somebody is with their mandates and grants, as the gate makes it."""
    return actor_of(Member.objects.select_related("user", "company", "made").get(user=user, company=world.bakery), now)


def circuit(world: World, *steps: dict[str, object], **more: object) -> Circuit:
    return Circuit.objects.create(company=world.bakery, name="Relecture", steps=list(steps), **more)


def step(side: str = "client", need: str = "one", *users: User) -> dict[str, object]:
    return {"side": side, "need": need, "users": [user.pk for user in users]}


def outside(world: World, **more: object) -> tuple[Mandate, User]:
    """A mandate on the one account of the bakery, and who bears it."""
    held = mandate(world, channel(world).pk, **more)
    return held, bearer(world, held)


def proposed(world: World, *parts: str, at: datetime | None = TOMORROW, by: User | None = None) -> tuple[Post, Approval]:
    post = idea(world, *parts)
    by = by or User.objects.get(email="paul@agence.test")
    return post, approving.propose(post=post, at=at, by=acting(world, by), now=NOON)


def fresh(approval: Approval) -> Approval:
    return Approval.objects.get(pk=approval.pk)


LATER = TOMORROW + timedelta(hours=3)
