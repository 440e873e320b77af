"""A mandate in words: the same facts on its page, before whoever is asked for a yes, and on paper."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy, ngettext

from parvis.channels.models import Channel
from parvis.delegation.models import Action, Standing, Waiting
from parvis.delegation.terms import Terms
from parvis.people.models import Company
from parvis.voice.models import Pillar
from parvis.web import reading
from parvis.web.inbox import TOPICS

ACTIONS: dict[str, Any] = {
    Action.PROPOSE: gettext_lazy("propose publications"), Action.PUBLISH: gettext_lazy("schedule publications"),
    Action.ANSWER: gettext_lazy("answer people"), Action.MODERATE: gettext_lazy("hide and delete comments"),
    Action.REPORT: gettext_lazy("read the figures"),
}  # fmt: skip
PRICES: dict[str, Any] = {
    "month": gettext_lazy("a month"), "day": gettext_lazy("a day"), "hour": gettext_lazy("an hour"), "post": gettext_lazy("a publication"),
}  # fmt: skip
WAITING: dict[str, Any] = {
    Waiting.HOLD: gettext_lazy("Held until the company says what becomes of it"),
    Waiting.KEEP: gettext_lazy("Kept: it leaves at its hour"),
    Waiting.CANCEL: gettext_lazy("Taken back: publications become drafts again"),
}  # fmt: skip
# A standing's sign, its tone and its word.
STANDINGS: dict[str, tuple[str, str, Any]] = {
    Standing.DRAFT: ("pencil-line", "", gettext_lazy("Being written")), Standing.OFFERED: ("hourglass", "wait", gettext_lazy("Offered")),
    Standing.ACTIVE: ("check", "done", gettext_lazy("In force")), Standing.SUSPENDED: ("ban", "wait", gettext_lazy("Suspended")),
    Standing.ENDED: ("calendar-check", "", gettext_lazy("Over")), Standing.REVOKED: ("x", "wrong", gettext_lazy("Taken back")),
    Standing.LEFT: ("log-out", "", gettext_lazy("Given up")), Standing.DECLINED: ("x", "", gettext_lazy("Declined")),
}  # fmt: skip
GONE = gettext_lazy("an account that is no longer here")


@dataclass(frozen=True, slots=True)
class Worded:
    """The terms of a mandate as people read them: `accounts` with what may be done there, `facts` as a label and its words."""

    accounts: list[tuple[Channel | None, list[str]]]
    facts: list[tuple[str, str]]
    words: str
    changed: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids in a company's mandates are called: its accounts and its kinds of content."""

    channels: Mapping[int, Channel]
    pillars: Mapping[int, str]

    @classmethod
    def of(cls, company: Company) -> Names:
        """Read them, in two queries."""
        return cls.of_many({company.pk})

    @classmethod
    def of_terms(cls, company: Company, *terms: Terms) -> Names:
        """Read what these terms name: in one query where they name no kind of content."""
        if any(isinstance(one.alone.get("posts"), list) for one in terms):
            return cls.of(company)
        return cls({channel.pk: channel for channel in Channel.objects.filter(company=company)}, {})

    @classmethod
    def of_many(cls, companies: Collection[int]) -> Names:
        """Read those of several companies, in two queries."""
        return cls(
            {channel.pk: channel for channel in Channel.objects.filter(company__in=companies)},
            dict(Pillar.objects.filter(company__in=companies).values_list("pk", "name")),
        )


def worded(terms: Terms, names: Names, before: Terms | None = None) -> Worded:
    """Put terms into words; with those `before`, the facts that differ are named in `changed`."""
    accounts = [(names.channels.get(int(pk)), [str(ACTIONS[one]) for one in actions]) for pk, actions in terms.accounts.items()]
    facts = _facts(terms, names.pillars)
    old = dict(_facts(before, names.pillars)) if before else dict(facts)
    changed = {label for label, words in facts if old.get(label) != words}
    if before and before.accounts != terms.accounts:
        changed.add("accounts")
    if before and before.terms != terms.terms:
        changed.add("words")
    return Worded(accounts, facts, terms.terms, frozenset(changed))


def _facts(terms: Terms, pillars: Mapping[int, str]) -> list[tuple[str, str]]:
    return [
        (gettext("Professional"), terms.called),
        (gettext("SIRET"), siret(terms.siret) or gettext("no number given")),
        (gettext("First day"), date_format(terms.first_day, "DATE_FORMAT")),
        (gettext("Last day"), date_format(terms.last_day, "DATE_FORMAT")),
        (gettext("Publications that go out alone"), posts_alone(terms.alone, pillars)),
        (gettext("Answers that go out alone"), answers_alone(terms.alone)),
        (gettext("Publications a month"), _count(terms.posts_a_month)),
        (
            gettext("Time a month"),
            reading.lasting_minutes(terms.minutes_a_month) if terms.minutes_a_month is not None else gettext("no limit"),
        ),
        (gettext("Price"), price(terms)),
        (gettext("Notice"), ngettext("%(count)s day", "%(count)s days", terms.notice_days) % {"count": terms.notice_days}),
        (gettext("What is scheduled at the end"), str(WAITING[terms.at_end])),
    ]


def _count(most: int | None) -> str:
    return gettext("no limit") if most is None else reading.number(most)


def _time(most: int | None) -> str:
    return gettext("no limit") if most is None else reading.lasting_minutes(most)


def posts_alone(alone: Mapping[str, Any], pillars: Mapping[int, str]) -> str:
    """Say which publications leave without a yes."""
    kept = alone.get("posts", "none")
    if kept in ("all", "none"):
        return gettext("all, save where the law is at stake") if kept == "all" else gettext("none: each asks for the company’s yes")
    named = [pillars[one] for one in kept if one in pillars]
    return ", ".join(named) or gettext("none: each asks for the company’s yes")


def answers_alone(alone: Mapping[str, Any]) -> str:
    """Say which answers leave without a yes."""
    kept = alone.get("answers", "none")
    if kept in ("all", "none"):
        return gettext("all, save where the law is at stake") if kept == "all" else gettext("none: each asks for the company’s yes")
    return ", ".join(str(TOPICS[one]) for one in kept if one in TOPICS) or gettext("none: each asks for the company’s yes")


def price(terms: Terms) -> str:
    """Say what is paid, and for what."""
    if terms.price_cents is None:
        return gettext("agreed elsewhere")
    return f"{reading.euros(terms.price_cents)} {PRICES.get(terms.price_per, '')}".strip()


def siret(number: str) -> str:
    """Write a SIRET as it is read out: « 732 829 320 00074 »."""
    return reading.NARROW.join((number[:3], number[3:6], number[6:9], number[9:])) if number else ""
