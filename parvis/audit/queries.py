"""Reading the journal: page after page, by person, by room, by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils import timezone

from parvis.audit.models import Entry
from parvis.core.say import gettext_noop

SIZE = 50
HOUSE = "house"
ROOMS = (
    ("posts", gettext_noop("Publications")),
    ("publishing", gettext_noop("Departures")),
    ("inbox", gettext_noop("Answers")),
    ("delegation", gettext_noop("Approvals and mandates")),
    ("media", gettext_noop("Pictures")),
    ("channels", gettext_noop("Accounts")),
    ("voice", gettext_noop("Voice")),
    ("people", gettext_noop("Company and members")),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for in the journal. `who` is a user's id or `house`; days are those of the time zone in force."""

    who: str = ""
    room: str = ""
    since: str = ""
    until: str = ""
    before: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Asked:
        """Read it from the address; what makes no sense is left out."""
        who = given.get("who", "")
        return cls(
            who=who if who == HOUSE or (who.isascii() and who.isdigit() and len(who) < 19) else "",
            room=given.get("room", "") if given.get("room") in dict(ROOMS) else "",
            since=str(_day(given.get("since", "")) or ""),
            until=str(_day(given.get("until", "")) or ""),
            before=given.get("before", "") if _mark(given.get("before", "")) else "",
        )

    @property
    def narrowed(self) -> bool:
        """Tell whether anything is left out on purpose."""
        return bool(self.who or self.room or self.since or self.until)

    def address(self) -> str:
        """Return the query string that asks the same."""
        names = ("who", "room", "since", "until", "before")
        return urlencode({name: getattr(self, name) for name in names if getattr(self, name)})


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, the newest first; `older` is the query string of the next ones, empty at the end."""

    entries: list[Entry]
    older: str


def page(company_id: int, asked: Asked) -> Page:
    """Return one page of a company's journal. One query, whatever the journal's length."""
    found = list(_matching(Entry.objects.filter(company_id=company_id), asked).order_by("-at", "-id")[: SIZE + 1])
    if len(found) <= SIZE:
        return Page(found, "")
    last = found[SIZE - 1]
    micros = (last.at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return Page(found[:SIZE], replace(asked, before=f"{micros}-{last.pk}").address())


def of_account(user_id: int) -> list[Entry]:
    """Return the last things that happened to somebody's own account."""
    return list(Entry.objects.filter(company_id=None, user_id=user_id).order_by("-at", "-id")[:10])


def _matching(rows: QuerySet[Entry], asked: Asked) -> QuerySet[Entry]:
    if asked.who:
        rows = rows.filter(user_id=None if asked.who == HOUSE else int(asked.who))
    if asked.room:
        rows = rows.filter(room=asked.room)
    if since := _day(asked.since):
        rows = rows.filter(at__gte=_midnight(since))
    if until := _day(asked.until):
        rows = rows.filter(at__lt=_midnight(until + timedelta(days=1)))
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
