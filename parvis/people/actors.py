"""Who acts: a member in a company, a professional under a mandate, or the house itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from parvis.people.models import Member, User
from parvis.people.rights import Rights


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever a command is done by. `company_id` is where they stand; the house itself stands nowhere and has no role.

    `rights` is what they may do where it differs from their role's own line in `permissions.ALLOWED`; `mandate_id` the mandate they act
    under.
    """

    user_id: int | None
    name: str
    company_id: int | None
    role: str
    rights: Rights | None = None
    mandate_id: int | None = None

    @classmethod
    def of(cls, member: Member) -> Actor:
        """Return the actor that a member is by their role alone; `channels.standing.actor_of` adds their grants and mandates."""
        made = made_rights(member.made.verbs, member.made.removed_at) if member.made is not None else None
        return cls(member.user_id, member.user.called, member.company_id, member.role, made)

    @classmethod
    def person(cls, user: User) -> Actor:
        """Return the actor that a signed-in person is outside any company."""
        return cls(user.pk, user.called, None, "person")


def made_rights(verbs: Iterable[str] | None, removed_at: datetime | None) -> Rights | None:
    """Return what a role that a company made gives; None where there is none (verbs None), or no more."""
    return Rights(frozenset(verbs)) if verbs is not None and removed_at is None else None


HOUSE = Actor(None, "Parvis", None, "house")
