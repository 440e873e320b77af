"""Who may do what, where: one table, one question."""

from __future__ import annotations

from parvis.people.actors import Actor
from parvis.people.models import Role

READ = frozenset(
    {"company.read", "posts.read", "media.read", "channels.read", "journal.read"},
)
DRAFT = frozenset({"posts.write", "media.write", "consents.write"})
SEND = frozenset({"posts.schedule", "deliveries.decide", "slots.write"})
OWN = frozenset({"company.change", "members.change", "channels.change", "export.all"})

ALLOWED: dict[str, frozenset[str]] = {
    Role.OWNER: READ | DRAFT | SEND | OWN,
    Role.EDITOR: READ | DRAFT | SEND,
    Role.APPROVER: READ | frozenset({"deliveries.decide", "posts.schedule"}),
    Role.READER: READ,
    "house": READ | DRAFT | SEND | OWN,
}
VERBS = READ | DRAFT | SEND | OWN


class NotAllowed(Exception):
    """This actor may not do this here."""


def allowed(by: Actor, verb: str, company_id: int) -> bool:
    """Tell whether `by` may do `verb` in that company."""
    if verb not in VERBS:
        raise ValueError(f"unknown verb {verb}")
    here = by.role == "house" or by.company_id == company_id
    return here and verb in ALLOWED[by.role]


def may(by: Actor, verb: str, company_id: int) -> None:
    """Raise NotAllowed unless `by` may do `verb` in that company."""
    if not allowed(by, verb, company_id):
        raise NotAllowed(verb)
