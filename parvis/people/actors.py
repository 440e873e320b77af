"""Who acts: a member in a company, or the house itself."""

from __future__ import annotations

from dataclasses import dataclass

from parvis.people.models import Member, User


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever a command is done by. `company_id` is where they stand; the house itself stands nowhere and has no role."""

    user_id: int | None
    name: str
    company_id: int | None
    role: str

    @classmethod
    def of(cls, member: Member) -> Actor:
        """Return the actor that a member is in their company."""
        return cls(member.user_id, member.user.called, member.company_id, member.role)

    @classmethod
    def person(cls, user: User) -> Actor:
        """Return the actor that a signed-in person is outside any company."""
        return cls(user.pk, user.called, None, "person")


HOUSE = Actor(None, "Parvis", None, "house")
