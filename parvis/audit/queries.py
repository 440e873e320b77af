"""Reading the journal: page after page, by person, by room, by day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils import timezone

from parvis.audit.models import Chain, Entry
from parvis.core.say import gettext_noop

SIZE = 50
MOST_WORDS = 120
NAMES = ("who", "room", "since", "until", "thing", "words", "mandate", "before")
_NUMBER = re.compile(r"[0-9]{1,18}")
_THING = re.compile(r"[a-z]+:[a-z_]+:[0-9]{1,18}")
HOUSE = "house"
ROOMS = (
    ("posts", gettext_noop("Publications")),
    ("publishing", gettext_noop("Departures")),
    ("inbox", gettext_noop("Answers")),
    ("media", gettext_noop("Pictures")),
    ("channels", gettext_noop("Accounts")),
    ("voice", gettext_noop("Voice")),
    ("delegation", gettext_noop("Mandates and approvals")),
    ("people", gettext_noop("Company and members")),
    ("audit", gettext_noop("The journal itself")),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for in the journal. `who` is a user's id or `house`; days are those of the time zone in force.

    `thing` is what an entry is about, `posts:post:12`; `words` all stand in a label or a name.
    """

    who: str = ""
    room: str = ""
    since: str = ""
    until: str = ""
    thing: str = ""
    words: str = ""
    mandate: str = ""
    before: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Asked:
        """Read it from the address; what makes no sense is left out."""
        who = given.get("who", "")
        return cls(
            who=who if who == HOUSE or _NUMBER.fullmatch(who) else "",
            room=given.get("room", "") if given.get("room") in dict(ROOMS) else "",
            since=str(_day(given.get("since", "")) or ""),
            until=str(_day(given.get("until", "")) or ""),
            thing=given.get("thing", "") if _THING.fullmatch(given.get("thing", "")) else "",
            words=" ".join(given.get("words", "").replace("\x00", "").split())[:MOST_WORDS],
            mandate=given.get("mandate", "") if _NUMBER.fullmatch(given.get("mandate", "")) else "",
            before=given.get("before", "") if _mark(given.get("before", "")) else "",
        )

    @property
    def narrowed(self) -> bool:
        """Tell whether anything is left out on purpose."""
        return any(getattr(self, name) for name in NAMES if name != "before")

    def address(self) -> str:
        """Return the query string that asks the same."""
        return urlencode({name: getattr(self, name) for name in NAMES if getattr(self, name)})


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, the newest first; `older` is the query string of the next ones, empty at the end."""

    entries: list[Entry]
    older: str


def page(company_id: int, asked: Asked) -> Page:
    """Return one page of a company's journal. One query, whatever the journal's length."""
    found = list(matching(Entry.objects.filter(company_id=company_id), asked).order_by("-at", "-id")[: SIZE + 1])
    if len(found) <= SIZE:
        return Page(found, "")
    last = found[SIZE - 1]
    micros = (last.at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return Page(found[:SIZE], replace(asked, before=f"{micros}-{last.pk}").address())


def of_account(user_id: int) -> list[Entry]:
    """Return the last things that happened to somebody's own account."""
    return list(Entry.objects.filter(company_id=None, user_id=user_id).order_by("-at", "-id")[:10])


def state_of(company_id: int) -> Chain | None:
    """Return how the company's chain was found at its last reading; None when nothing was ever written."""
    return Chain.objects.filter(pk=company_id).first()


def matching(rows: QuerySet[Entry], asked: Asked) -> QuerySet[Entry]:
    """Return the rows that somebody looks for."""
    if asked.who:
        rows = rows.filter(user_id=None if asked.who == HOUSE else int(asked.who))
    if asked.room:
        rows = rows.filter(room=asked.room)
    if since := _day(asked.since):
        rows = rows.filter(at__gte=_midnight(since))
    if until := _day(asked.until):
        rows = rows.filter(at__lt=_midnight(until + timedelta(days=1)))
    if asked.thing:
        kind, _, number = asked.thing.rpartition(":")
        rows = rows.filter(object_id=int(number), verb__startswith=f"{kind}:")
    for word in asked.words.split():
        rows = rows.filter(Q(label__icontains=word) | Q(who__icontains=word))
    if asked.mandate:
        rows = rows.filter(mandate_id=int(asked.mandate))
    if mark := _mark(asked.before):
        at, pk = mark
        rows = rows.filter(at__lte=at).filter(Q(at__lt=at) | Q(pk__lt=pk))
    return rows


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 < day.year < 9000 else None


def _mark(text: str) -> tuple[datetime, int] | None:
    micros, dash, pk = text.partition("-")
    if not (dash and micros.isascii() and micros.isdigit() and pk.isascii() and pk.isdigit() and len(micros) < 18 and len(pk) < 19):
        return None
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(micros)), int(pk)
