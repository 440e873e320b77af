"""What a mandate says: its terms as one value, looked at once before anybody is asked to say yes to them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from parvis.core.say import Say, gettext_noop
from parvis.delegation.models import Action, Mandate, Waiting
from parvis.people.establishing import WrongSiret, siret_of
from parvis.people.models import Company

PRICES = ("month", "day", "hour", "post")
LONGEST = timedelta(days=10 * 366)
MOST_POSTS, MOST_MINUTES, MOST_CENTS, MOST_NOTICE = 1_000, 31 * 24 * 60, 10_000_000_00, 366
MOST_WORDS = 20_000

NAMELESS = Say(gettext_noop("Say who the professional is."))
NO_MAIL = Say(gettext_noop("This is no e-mail address: the mandate is offered there."))
NO_SIRET = Say(gettext_noop("Its check digits do not add up: look at the fourteen figures again."))
NO_ACCOUNT = Say(gettext_noop("Choose at least one account, and at least one thing to do there."))
NOT_OURS = Say(gettext_noop("One of these accounts is not among the company’s any more. Choose again."))
REVERSED = Say(gettext_noop("The last day is before the first."))
IS_PAST = Say(gettext_noop("The last day is past already."))
TOO_LONG = Say(gettext_noop("A mandate lasts ten years at most: nobody remembers a longer one."))
TOO_MUCH = Say(gettext_noop("This figure is out of proportion."))
NO_PRICE = Say(gettext_noop("Say what the price is for."))
TOO_MANY_WORDS = Say(gettext_noop("These words are too long: %(most)s characters at most."), {"most": MOST_WORDS})


class WrongTerms(Exception):
    """A mandate cannot say this; `field` names where, `why` is the sentence for a person. Nothing was changed."""

    def __init__(self, name: str, why: Say) -> None:
        super().__init__(name)
        self.field, self.why = name, why


@dataclass(frozen=True, slots=True)
class Terms:
    """What both sides agree on. See `Mandate` for what each field means."""

    called: str
    email: str
    first_day: date
    last_day: date
    accounts: Mapping[str, list[str]]
    alone: Mapping[str, Any] = field(default_factory=lambda: {"posts": "none", "answers": "none"})
    siret: str = ""
    posts_a_month: int | None = None
    minutes_a_month: int | None = None
    price_cents: int | None = None
    price_per: str = ""
    notice_days: int = 30
    terms: str = ""
    at_end: str = Waiting.HOLD

    @classmethod
    def of(cls, mandate: Mandate) -> Terms:
        """Return the terms that a mandate carries."""
        return cls(**{one.name: getattr(mandate, one.name) for one in fields(cls)})

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Terms:
        """Read what `to_json` wrote."""
        days = {name: date.fromisoformat(kept[name]) for name in ("first_day", "last_day")}
        return cls(**{**kept, **days})

    def to_json(self) -> dict[str, Any]:
        """Return a form that fits a JSON column."""
        return {**asdict(self), "first_day": self.first_day.isoformat(), "last_day": self.last_day.isoformat()}

    def digest(self) -> str:
        """Return what proves that two wordings are one: SHA-256 of their JSON, in the order of its keys."""
        text = json.dumps(self.to_json(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def checked(terms: Terms, company: Company, today: date) -> Terms:
    """Return the terms as they are kept, or raise WrongTerms."""
    kept = checked_alone(terms, today)
    return replace(kept, accounts=_accounts(terms.accounts, company), alone=_alone(terms.alone, company))


def checked_alone(terms: Terms, today: date) -> Terms:
    """Return the terms as they are kept, of whatever company: without its accounts and its kinds of content. Raises WrongTerms."""
    called = " ".join(terms.called.replace("\x00", "").split())[:120]
    if not called:
        raise WrongTerms("called", NAMELESS)
    _days(terms, today)
    _figures(terms)
    words = terms.terms.replace("\x00", "").strip()
    if len(words) > MOST_WORDS:
        raise WrongTerms("terms", TOO_MANY_WORDS)
    alone = {kind: "all" if terms.alone.get(kind) == "all" else "none" for kind in ("posts", "answers")}
    return replace(
        terms, called=called, email=address_of(terms.email), siret=_siret(terms.siret), alone=alone, terms=words,
        at_end=Waiting(terms.at_end).value,
    )  # fmt: skip


def address_of(typed: str, name: str = "email") -> str:
    """Return an e-mail address as it is kept. Raises WrongTerms, on the field of this name."""
    email = typed.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise WrongTerms(name, NO_MAIL) from error
    return email


def _siret(typed: str) -> str:
    try:
        return siret_of(typed)
    except WrongSiret as error:
        raise WrongTerms("siret", NO_SIRET) from error


def _days(terms: Terms, today: date) -> None:
    if terms.last_day < terms.first_day:
        raise WrongTerms("last_day", REVERSED)
    if terms.last_day < today:
        raise WrongTerms("last_day", IS_PAST)
    if terms.last_day - terms.first_day > LONGEST:
        raise WrongTerms("last_day", TOO_LONG)


def _figures(terms: Terms) -> None:
    most = {
        "posts_a_month": MOST_POSTS, "minutes_a_month": MOST_MINUTES, "price_cents": MOST_CENTS, "notice_days": MOST_NOTICE,
    }  # fmt: skip
    for name, top in most.items():
        value = getattr(terms, name)
        if value is not None and not 0 <= value <= top:
            raise WrongTerms(name, TOO_MUCH)
    if terms.price_cents is not None and terms.price_per not in PRICES:
        raise WrongTerms("price_per", NO_PRICE)


def _accounts(given: Mapping[str, list[str]], company: Company) -> dict[str, list[str]]:
    """Keep the actions in one order, so that the same choice has the same digest."""
    wanted = {str(channel): [one.value for one in Action if one.value in actions] for channel, actions in given.items() if actions}
    wanted = {channel: wanted[channel] for channel in sorted(wanted, key=_number) if wanted[channel]}
    if not wanted:
        raise WrongTerms("accounts", NO_ACCOUNT)
    ours = set(company.channels.exclude(state="closed").values_list("pk", flat=True))
    if not {_number(channel) for channel in wanted} <= ours:
        raise WrongTerms("accounts", NOT_OURS)
    return wanted


def _number(channel: str) -> int:
    return int(channel) if channel.isascii() and channel.isdecimal() and len(channel) < 19 else -1


def _alone(given: Mapping[str, Any], company: Company) -> dict[str, Any]:
    posts, answers = given.get("posts", "none"), given.get("answers", "none")
    if posts not in ("all", "none"):
        known = set(company.pillars.filter(removed_at=None).values_list("pk", flat=True))
        posts = sorted(known & {one for one in posts if isinstance(one, int)}) or "none"
    if answers not in ("all", "none"):
        answers = sorted({one for one in answers if isinstance(one, str) and one.isidentifier() and len(one) <= 20}) or "none"
    return {"posts": posts, "answers": answers}
