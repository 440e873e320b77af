"""Who may do what, where: one table, one question."""

from __future__ import annotations

from parvis.people.actors import Actor
from parvis.people.models import Role

READ = frozenset(
    {"company.read", "company.leave", "mails.change", "posts.read", "media.read", "channels.read", "journal.read", "inbox.read"},
)
DRAFT = frozenset({"posts.write", "media.write", "consents.write", "voice.change", "inbox.sort"})
SEND = frozenset({"posts.schedule", "deliveries.decide", "slots.write", "inbox.answer"})
# What a signed-in person may do outside any company, where no member stands: found one, join one, change their own account.
ALONE = frozenset({"company.start", "invitation.accept", "account.change"})
OWN = frozenset({"company.change", "members.change", "channels.change", "export.all", "inbox.change", "inbox.approve", "persons.erase"})

ALLOWED: dict[str, frozenset[str]] = {
    Role.OWNER: READ | DRAFT | SEND | OWN,
    Role.EDITOR: READ | DRAFT | SEND,
    Role.APPROVER: READ | frozenset({"deliveries.decide", "posts.schedule", "inbox.sort", "inbox.answer", "inbox.approve"}),
    Role.READER: READ,
    "person": ALONE,
    "house": READ | DRAFT | SEND | OWN | ALONE,
}
VERBS = READ | DRAFT | SEND | OWN | ALONE


class NotAllowed(Exception):
    """This actor may not do this here."""


def allowed(by: Actor, verb: str, company_id: int | None) -> bool:
    """Tell whether `by` may do `verb` in that company, or outside any company when it is None."""
    if verb not in VERBS:
        raise ValueError(f"unknown verb {verb}")
    here = by.role == "house" or by.company_id == company_id
    return here and verb in ALLOWED[by.role]


def may(by: Actor, verb: str, company_id: int | None) -> None:
    """Raise NotAllowed unless `by` may do `verb` in that company, or outside any company when it is None."""
    if not allowed(by, verb, company_id):
        raise NotAllowed(verb)
