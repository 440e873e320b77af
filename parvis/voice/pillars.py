"""Pillars: the kinds of content that a company keeps coming back to, with those that suit its trade to begin with."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError
from django.db.models import Max

from parvis.audit.commands import record
from parvis.core.db import writing
from parvis.core.say import gettext_noop
from parvis.people.actors import Actor
from parvis.people.models import Company
from parvis.people.permissions import may
from parvis.voice.models import Pillar, Voice

LONGEST = 60
MOST = 20
# By the trades of the voice, in our own words. What a trade does not name gets the last.
_CRAFT = (
    gettext_noop("Before and after"), gettext_noop("The site of the week"), gettext_noop("Care and upkeep"),
    gettext_noop("Labels and guarantees"), gettext_noop("The team is hiring"), gettext_noop("What customers say"),
)  # fmt: skip
_LAW = (
    gettext_noop("A law explained"), gettext_noop("Questions we are asked"), gettext_noop("Life of the firm"),
    gettext_noop("Talks and meetings"),
)  # fmt: skip
_TABLE = (
    gettext_noop("On the slate"), gettext_noop("Our producers"), gettext_noop("Behind the scenes"), gettext_noop("Evenings and events"),
    gettext_noop("What customers say"), gettext_noop("To book"),
)  # fmt: skip
_SHOP = (
    gettext_noop("What is new"), gettext_noop("How to use it"), gettext_noop("Behind the scenes"), gettext_noop("Dated offers"),
    gettext_noop("The neighbourhood"), gettext_noop("What customers say"),
)  # fmt: skip
_OFFICE = (
    gettext_noop("How we work"), gettext_noop("Figures with their source"), gettext_noop("A case told"), gettext_noop("The team"),
    gettext_noop("Where to meet us"),
)  # fmt: skip
_ANY = (
    gettext_noop("What is new"), gettext_noop("Behind the scenes"), gettext_noop("Advice"), gettext_noop("The team"),
    gettext_noop("The neighbourhood"),
)  # fmt: skip
BY_TRADE: dict[str, tuple[str, ...]] = {
    "bakery": (
        gettext_noop("From the bakehouse"), gettext_noop("Of the day"), gettext_noop("The team and its apprentices"),
        gettext_noop("Feasts of the year"), gettext_noop("The neighbourhood"), gettext_noop("Nothing thrown away"),
    ),
    "restaurant": _TABLE, "bar": _TABLE, "wine_shop": _SHOP, "construction": _CRAFT,
    "industry": (
        gettext_noop("A customer’s case, agreed in writing"), gettext_noop("How it is made"), gettext_noop("Trades and hiring"),
        gettext_noop("What we invent"), gettext_noop("What we do for the climate, with proof"), gettext_noop("Trade fairs"),
    ),
    "lawyer": _LAW, "regulated": _LAW, "health": _LAW, "shop": _SHOP,
    "tourism": (
        gettext_noop("The season"), gettext_noop("Weather and openings"), gettext_noop("Places around"),
        gettext_noop("Guests, with their agreement"), gettext_noop("Last minute"),
    ),
    "services": _OFFICE, "beauty": _SHOP, "estate": _OFFICE,
}  # fmt: skip


class Taken(Exception):
    """The company has a pillar of this name already."""


class Empty(Exception):
    """A pillar has a name."""


class Enough(Exception):
    """A company keeps twenty pillars at most: more would be none."""


def of(company: Company) -> list[Pillar]:
    """Return a company's pillars, in their order."""
    return list(company.habits.pillars if company.habits else Pillar.objects.filter(company=company, removed_at=None))


def suggested(company: Company) -> list[str]:
    """Return the names (keys of the catalogues) of pillars that suit the company's trade and that it has not yet."""
    trade = Voice.objects.filter(company=company).values_list("trade", flat=True).first() or ""
    return list(BY_TRADE.get(trade, _ANY))


def add(*, company: Company, name: str, by: Actor, now: datetime) -> Pillar:
    """Add a pillar after the others; one of that name that was taken away comes back. Raises NotAllowed, Empty, Taken, Enough."""
    may(by, "voice.change", company.pk)
    name = _clean(name)
    with writing():
        if Pillar.objects.filter(company=company, removed_at=None).count() >= MOST:
            raise Enough
        gone = Pillar.objects.filter(company=company, name=name, removed_at__isnull=False).order_by("-removed_at").first()
        last = Pillar.objects.filter(company=company, removed_at=None).aggregate(last=Max("position"))["last"]
        made = gone or Pillar(company=company, name=name)
        made.position, made.removed_at = 0 if last is None else last + 1, None
        _save(made)
        verb = "voice:pillar:brought_back" if gone else "voice:pillar:added"
        record(verb, by=by, now=now, company_id=company.pk, object_id=made.pk, label=name)
    return made


def rename(*, pillar: Pillar, name: str, by: Actor, now: datetime) -> None:
    """Call a pillar otherwise; what stands under it stays there. Raises NotAllowed, Empty, Taken."""
    may(by, "voice.change", pillar.company_id)
    before, pillar.name = pillar.name, _clean(name)
    if pillar.name == before:
        return
    with writing():
        _save(pillar)
        record(
            "voice:pillar:renamed", by=by, now=now, company_id=pillar.company_id, object_id=pillar.pk, label=pillar.name, before=before
        )  # fmt: skip


def remove(*, pillar: Pillar, by: Actor, now: datetime) -> None:
    """Take a pillar away: nothing new is put under it; what stands there keeps it."""
    may(by, "voice.change", pillar.company_id)
    with writing():
        if Pillar.objects.filter(pk=pillar.pk, removed_at=None).update(removed_at=now):
            record("voice:pillar:removed", by=by, now=now, company_id=pillar.company_id, object_id=pillar.pk, label=pillar.name)


def _clean(name: str) -> str:
    name = " ".join(name.replace("\x00", "").split())[:LONGEST]
    if not name:
        raise Empty
    return name


def _save(pillar: Pillar) -> None:
    try:
        with writing():
            pillar.save()
    except IntegrityError as error:
        raise Taken from error
