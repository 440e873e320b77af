"""Who may do what, where: one table, one question, and an answer that says why not."""

from __future__ import annotations

from collections.abc import Iterable

from parvis.core.say import Say, gettext_noop
from parvis.people.actors import Actor
from parvis.people.models import Role
from parvis.people.rights import Rights

# What every member may do wherever they stand, whatever their role.
ENTER = frozenset({"company.read", "company.leave", "mails.change"})
READ = frozenset(
    {
        "posts.read", "media.read", "channels.read", "journal.read", "inbox.read", "measures.read", "members.read", "mandates.read",
        "approvals.read",
    },
)  # fmt: skip
DRAFT = frozenset({"posts.write", "posts.propose", "media.write", "consents.write", "voice.change", "inbox.sort"})
SEND = frozenset({"posts.schedule", "deliveries.decide", "slots.write", "inbox.answer", "inbox.moderate", "company.stop"})
YES = frozenset({"posts.approve", "inbox.approve"})
# What a signed-in person may do outside any company, where no member stands: found one, join one, change their own account.
ALONE = frozenset({"company.start", "invitation.accept", "account.change"})
OWN = frozenset(
    {
        "company.change", "members.change", "channels.change", "export.all", "inbox.change", "persons.erase", "mandates.change",
        "approvals.change", "company.resume", "mandates.propose",
    }
)  # fmt: skip
# What a professional does: hours under a mandate, and the wording of one.
WORK = frozenset({"work.log", "mandates.propose"})
# What whoever holds the link of an invitation to connect may do, and nothing else.
CONNECT = frozenset({"channels.connect"})

ALLOWED: dict[str, frozenset[str]] = {
    Role.OWNER: ENTER | READ | DRAFT | SEND | YES | OWN,
    Role.EDITOR: ENTER | READ | DRAFT | SEND,
    Role.APPROVER: ENTER
    | READ
    | YES
    | frozenset({"deliveries.decide", "posts.schedule", "inbox.sort", "inbox.answer", "inbox.moderate", "company.stop"}),
    Role.READER: ENTER | READ,
    Role.MADE: ENTER,
    Role.GUEST: ENTER,
    Role.MANDATED: ENTER | frozenset({"mandates.propose"}),
    "person": ALONE,
    "invited": CONNECT,
    "house": ENTER | READ | DRAFT | SEND | YES | OWN | ALONE | WORK | CONNECT,
}
VERBS = ALLOWED["house"]
# What a company may put into a role it makes: everything but what would let its bearer change who may do what.
GIVABLE = READ | DRAFT | SEND | YES | frozenset({"export.all", "inbox.change", "persons.erase", "channels.change", "company.change"})
# What is about accounts, and may be given on one of them alone.
ON_ACCOUNTS = frozenset(
    {
        "channels.read", "posts.read", "posts.write", "posts.propose", "posts.schedule", "posts.approve", "deliveries.decide",
        "inbox.read", "inbox.sort", "inbox.answer", "inbox.moderate", "inbox.approve", "measures.read", "approvals.read",
        "company.stop",
    }
)  # fmt: skip

ELSEWHERE = Say(gettext_noop("You have no place in this company."))
NOT_HERE = Say(gettext_noop("You may do this on some accounts of the company, and this one is not among them."))
NOT_YOURS = Say(gettext_noop("Your role in this company does not include this. Its owner can change that."))


class NotAllowed(Exception):
    """This actor may not do this here; `why` is the sentence for them."""

    def __init__(self, verb: str, why: Say = NOT_YOURS) -> None:
        super().__init__(verb)
        self.verb, self.why = verb, why


def rights_of(by: Actor) -> Rights:
    """Return what somebody may do, and where."""
    own = ALLOWED[by.role]
    if by.rights is None:
        return Rights(own)
    return Rights(own | by.rights.wide, by.rights.narrow, by.rights.why, by.rights.lent)


def under(by: Actor, verb: str, on: Iterable[int]) -> int | None:
    """Return the mandate under which they do this on these accounts: the first that covers all of them; None: they need none."""
    rights, accounts = rights_of(by), tuple(on)
    if verb in rights.wide:
        return None
    return next((one.mandate_id for one in rights.lent if one.covers(verb, accounts)), None)


def allowed(by: Actor, verb: str, company_id: int | None, on: Iterable[int] | None = None) -> bool:
    """Tell whether `by` may do `verb` in that company, or outside any company when it is None.

    `on` are the accounts it touches (ids): it must be allowed on each, and on none in particular where there is none yet. Without `on` it
    must be allowed on the whole company.
    """
    return _against(by, verb, company_id, on) is None


def anywhere(by: Actor, verb: str, company_id: int | None) -> bool:
    """Tell whether `by` may do `verb` on at least one account of that company."""
    return allowed(by, verb, company_id, ())


def may(by: Actor, verb: str, company_id: int | None, on: Iterable[int] | None = None) -> None:
    """Raise NotAllowed, which says why, unless `allowed`."""
    why = _against(by, verb, company_id, on)
    if why is not None:
        raise NotAllowed(verb, why)


def _against(by: Actor, verb: str, company_id: int | None, on: Iterable[int] | None) -> Say | None:
    """Return what stands in the way, None where nothing does."""
    if verb not in VERBS:
        raise ValueError(f"unknown verb {verb}")
    if by.role != "house" and by.company_id != company_id:
        return ELSEWHERE
    rights = rights_of(by)
    if verb in rights.wide:
        return None
    if rights.anywhere(verb):
        # Read only now: most who ask may do it everywhere, and `on` may be a question to the database.
        if on is not None and all(verb in rights.narrow.get(channel, ()) for channel in on):
            return None
        return NOT_HERE
    return rights.why or NOT_YOURS
