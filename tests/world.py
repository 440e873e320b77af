"""The people of the tests: Alice owns, Bob drafts, Chloé approves, Rémi reads, Denis must see nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from parvis.people.actors import Actor
from parvis.people.models import Company, Member, Role, User

NOON = datetime(2026, 12, 11, 12, 0, tzinfo=UTC)


@dataclass
class World:
    """A bakery and its people, and a stranger with a company of his own."""

    bakery: Company
    elsewhere: Company
    alice: User
    bob: User
    chloe: User
    remi: User
    denis: User

    def actor(self, user: User) -> Actor:
        """Return the actor that this user is in their own company."""
        return Actor.of(Member.objects.select_related("user").get(user=user))


def build() -> World:
    """Make the world in the database."""
    people = {
        name: User.objects.create_user(f"{name}@example.test", "correct horse 9", name=name.capitalize())
        for name in ("alice", "bob", "chloe", "remi", "denis")
    }
    bakery = Company.objects.create(name="Boulangerie Lenoir", slug="lenoir", created_at=NOON)
    elsewhere = Company.objects.create(name="Chez Denis", slug="denis", created_at=NOON)
    for name, company, role in (
        ("alice", bakery, Role.OWNER),
        ("bob", bakery, Role.EDITOR),
        ("chloe", bakery, Role.APPROVER),
        ("remi", bakery, Role.READER),
        ("denis", elsewhere, Role.OWNER),
    ):
        Member.objects.create(company=company, user=people[name], role=role, since=NOON)
    return World(bakery=bakery, elsewhere=elsewhere, **people)
