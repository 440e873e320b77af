"""What a mandate lets its bearers do, as verbs: the one place where a contract becomes permissions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from parvis.core.say import Say, gettext_noop
from parvis.delegation.models import Action, Mandate, Standing
from parvis.people.models import Company
from parvis.people.rights import Lent, Rights

SEE = frozenset({"channels.read", "posts.read"})
VERBS_OF: dict[str, frozenset[str]] = {
    Action.PROPOSE: SEE | {"posts.write", "posts.propose", "approvals.read"},
    Action.PUBLISH: SEE | {"posts.write", "posts.propose", "approvals.read", "posts.schedule", "deliveries.decide"},
    Action.ANSWER: frozenset({"channels.read", "inbox.read", "inbox.sort", "inbox.answer", "approvals.read"}),
    Action.MODERATE: frozenset({"channels.read", "inbox.read", "inbox.sort", "inbox.moderate"}),
    Action.REPORT: SEE | {"measures.read"},
}
# What no account has for itself: the shelf of pictures, for whoever makes posts; the mandate itself, for every bearer.
WIDE_OF: dict[str, frozenset[str]] = {
    Action.PROPOSE: frozenset({"media.read", "media.write"}),
    Action.PUBLISH: frozenset({"media.read", "media.write"}),
}
BEARER = frozenset({"work.log"})

NOT_BEGUN = Say(gettext_noop("Your mandate has not begun yet."))
SUSPENDED = Say(gettext_noop("The company has suspended your mandate. What you wrote is kept."))
OVER = Say(gettext_noop("Your mandate is over. What you wrote is kept by the company."))
NONE_YET = Say(gettext_noop("You have no mandate here yet. Whoever invited you can offer you one."))
NOT_IN_IT = Say(gettext_noop("Your mandate does not include this. The company can change it."))


def today_of(company: Company, now: datetime) -> date:
    """Return the day it is at a company's."""
    return day_in(company.timezone, now)


# The hundreds of clients of a desk live in a few time zones.
@lru_cache(maxsize=64)
def day_in(zone: str, now: datetime) -> date:
    """Return the day it is in a time zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def lent_by(mandate: Mandate) -> Lent:
    """Return what a mandate lends, verbs by account, whatever the day."""
    return Lent(
        mandate.pk,
        {int(channel): _verbs(tuple(actions)) for channel, actions in mandate.accounts.items()},
        mandate.revision,
        mandate.alone,
        mandate.shared,
    )


# A desk asks this of hundreds of mandates that mostly name the same actions.
@lru_cache(maxsize=64)
def _verbs(actions: tuple[str, ...]) -> frozenset[str]:
    return frozenset[str]().union(*(VERBS_OF[action] for action in actions))


def rights_under(mandates: Iterable[Mandate], today: date) -> Rights:
    """Return what the bearers of these mandates may do on this day, all of them together."""
    rows = list(mandates)
    running = [one for one in rows if one.runs(today)]
    lent = tuple(lent_by(one) for one in running)
    narrow: dict[int, frozenset[str]] = {}
    for each in lent:
        for channel, verbs in each.narrow.items():
            narrow[channel] = narrow[channel] | verbs if channel in narrow else verbs
    actions = frozenset(action for one in running for given in one.accounts.values() for action in given)
    return Rights(_wide(actions) | BEARER if running else frozenset(), narrow, NOT_IN_IT if running else _why(rows, today), lent)


@lru_cache(maxsize=64)
def _wide(actions: frozenset[str]) -> frozenset[str]:
    return frozenset[str]().union(*(WIDE_OF.get(action, frozenset()) for action in actions))


def _why(mandates: list[Mandate], today: date) -> Say:
    """Say why none of these mandates lets anybody do anything."""
    if any(one.standing == Standing.SUSPENDED for one in mandates):
        return SUSPENDED
    if any(one.standing == Standing.ACTIVE and today < one.first_day for one in mandates):
        return NOT_BEGUN
    return OVER if mandates else NONE_YET
