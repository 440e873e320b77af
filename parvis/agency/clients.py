"""Whose work somebody may see side by side: their companies, and those of the mandates that an agency of theirs holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Func, Q

from parvis.channels.standing import Place, actors_of
from parvis.core.text import folded
from parvis.delegation.circuits import ANSWER, READS
from parvis.delegation.circuits import POST as REQUESTS
from parvis.delegation.models import Bearer, Mandate, Standing, Use, Work
from parvis.delegation.permits import day_in, rights_under
from parvis.delegation.queries import Spent
from parvis.delegation.uses import POST
from parvis.people.actors import Actor, made_rights
from parvis.people.models import Company, Member, Role, User
from parvis.people.permissions import rights_of
from parvis.people.rights import Rights

OVER = (Standing.ENDED, Standing.REVOKED, Standing.LEFT)
# How long a mandate that is over is still named.
NAMED = timedelta(days=60)


def among(ids: Iterable[int]) -> str:
    """Return ids as they stand in a statement; where there are none, one that nothing has."""
    return ", ".join(map(str, map(int, sorted(ids)))) or "0"


class Among(Func):
    """Tells whether a column holds one of these ids. They stand in the statement itself: hundreds of parameters are slow to hand over.

    `sought`: rows may be looked for by them. Where a row is at hand already, SQLite would look as many times as there are ids.
    """

    output_field = BooleanField()
    arity = 1

    def __init__(self, column: str, ids: Iterable[int], *, sought: bool = True) -> None:
        super().__init__(F(column))
        self.among, self.plus = among(ids), "" if sought else "+"

    def as_sql(self, compiler: Any, connection: Any, *_given: Any, **_more: Any) -> tuple[str, tuple[str | int, ...]]:
        """Write it for the database in use."""
        column, params = compiler.compile(self.source_expressions[0])
        return f"{self.plus}{column} IN ({self.among})", tuple(params)


@dataclass(frozen=True, slots=True)
class Held:
    """A mandate as the desk reads it: who bears it (ids and names), and what its month has taken."""

    mandate: Mandate
    bearers: dict[int, str]
    spent: Spent
    runs: bool


@dataclass(frozen=True, slots=True)
class Firm:
    """A company as the desk reads it."""

    pk: int
    name: str
    slug: str
    timezone: str
    agency: bool


@dataclass(slots=True)
class Client:
    """A company, and what whoever asks may do there. `actor` is None where they have no place of their own: an owner of the agency whose
    people bear the mandate sees what is done, and opens nothing."""

    company: Firm
    rights: Rights
    actor: Actor | None = None
    held: list[Held] = field(default_factory=list)
    id: int = field(init=False)
    key: tuple[str, int] = field(init=False)

    def __post_init__(self) -> None:
        """Remember the company's id, and what puts clients in order: their names, as people look for them."""
        self.id = self.company.pk
        self.key = (folded(self.company.name), self.id)

    @property
    def opens(self) -> bool:
        """Tell whether anything at all of it may be seen."""
        return any(self.rights.anywhere(verb) for verb in SEEN)

    @property
    def bears(self) -> bool:
        """Tell whether it is a mandate that leads here."""
        return bool(self.held)


SEEN = ("posts.read", "inbox.read", "approvals.read", "channels.read")


@dataclass(frozen=True, slots=True)
class Reach:
    """Where something may be done, over all clients: on whole companies (ids), or on single accounts of others.

    `answers`: where it may be done with answers to people, where that is another matter than with publications.
    """

    wide: frozenset[int]
    narrow: frozenset[int]
    accounts: frozenset[int]
    answers: Reach | None = None

    def of(self) -> Q:
        """Match rows with a company and an account that stand there."""
        return self.companies() & (self.whole() | Q(Among("channel_id", self.accounts, sought=False)))

    def companies(self) -> Q:
        """Match rows of the companies where it may be done at all, by their index: what else is to be true of a row comes after."""
        return Q(Among("company_id", self.wide | self.narrow))

    def whole(self) -> Q:
        """Match rows of the companies where it may be done everywhere."""
        return Q(Among("company_id", self.wide, sought=False))

    def __bool__(self) -> bool:
        return bool(self.wide or self.accounts or self.answers)


@dataclass(slots=True)
class Clients:
    """All clients of somebody, by their names."""

    rows: list[Client]
    now: datetime

    def __iter__(self) -> Iterator[Client]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def get(self, company_id: int) -> Client | None:
        """Return one of them."""
        return next((one for one in self.rows if one.id == company_id), None)

    def kept(self, rows: Iterable[Client]) -> Clients:
        """Return these of them alone."""
        return Clients(list(rows), self.now)

    def of_person(self, user_id: int) -> Clients:
        """Return those whose mandate this person bears."""
        return self.kept(one for one in self.rows if any(user_id in held.bearers for held in one.held))

    def reach(self, verb: str, *besides: str) -> Reach:
        """Return where something may be done, and one of `besides` too: what every reading across clients keeps to."""
        wide, narrow, accounts = set[int](), set[int](), set[int]()
        for one in self.rows:
            on = _both(one.rights.on(verb), [one.rights.on(other) for other in besides])
            if on is None:
                wide.add(one.id)
            elif on:
                narrow.add(one.id)
                accounts |= on
        return Reach(frozenset(wide), frozenset(narrow), frozenset(accounts))

    def requests(self) -> Reach:
        """Return where requests for a yes may be read, of publications and of answers."""
        posts, answers = (self.reach("approvals.read", *READS[subject]) for subject in (REQUESTS, ANSWER))
        return posts if posts == answers else replace(posts, answers=answers)

    def people(self) -> dict[int, str]:
        """Return who bears the mandates (ids and names), by their names."""
        found = {user: name for one in self.rows for held in one.held for user, name in held.bearers.items()}
        return dict(sorted(found.items(), key=lambda pair: (folded(pair[1]), pair[0])))


def _both(on: frozenset[int] | None, besides: Sequence[frozenset[int] | None]) -> frozenset[int] | None:
    """Return the accounts that are among these and among some of the others; None is all of them."""
    if not besides or None in besides:
        return on
    some = frozenset[int]().union(*(one for one in besides if one is not None))
    return some if on is None else on & some


def clients_of(user: User, now: datetime) -> Clients:
    """Return the clients of somebody and what each lets them see. Four queries, five where they were granted single places."""
    places, firms = _places(user)
    agencies = {one.by.company_id for one in places if one.by.role == Role.OWNER and firms[one.by.company_id or 0].agency}
    mandates = _mandates(user, agencies)
    if other := {one.company_id for one in mandates.values()} - set(firms):
        firms |= {row[0]: Firm(*row) for row in Company.objects.filter(Among("pk", other)).values_list(*FIRM)}
    borne, bearers = _bearers(mandates, {one.pk for one in places})
    actors = actors_of(places, now, borne).values()
    found = {by.company_id: Client(firms[by.company_id], rights_of(by), by) for by in actors if by.company_id}
    for held in _held(mandates.values(), firms, bearers, now):
        client = found.get(held.mandate.company_id)
        if client is None:
            client = found[held.mandate.company_id] = Client(firms[held.mandate.company_id], Rights())
        client.held.append(held)
    for client in found.values():
        client.rights = _with_agency(client, agencies, user.pk, now)
    return Clients(sorted(found.values(), key=lambda one: one.key), now)


# What is read of each: with hundreds of clients, every column more is felt, and so is every model made of a row.
FIRM = ("id", "name", "slug", "timezone", "agency")
MANDATE = (
    "company_id", "agency_id", "refused", "called", "accounts", "alone", "revision", "first_day", "last_day", "standing", "posts_a_month",
    "minutes_a_month", "stopped_at", "created_at",
)  # fmt: skip


def _places(user: User) -> tuple[list[Place], dict[int, Firm]]:
    """Return somebody's places, and the companies where they are."""
    rows = Member.objects.filter(user=user).values_list(
        "pk", "role", "granted", "made__verbs", "made__removed_at", *(f"company__{name}" for name in FIRM)
    )
    places, firms, called = [], {}, user.called
    for pk, role, granted, verbs, removed_at, *of_firm in rows:
        firm = Firm(*of_firm)
        firms[firm.pk] = firm
        places.append(Place(pk, Actor(user.pk, called, firm.pk, role, made_rights(verbs, removed_at)), granted, firm.timezone))
    return places, firms


def _mandates(user: User, agencies: set[int | None]) -> dict[int, Mandate]:
    own = Bearer.objects.filter(member__user=user).values("mandate")
    rows = Mandate.objects.filter(Q(pk__in=own) | Q(agency__in=agencies)).only(*MANDATE)
    return {one.pk: one for one in rows.exclude(standing__in=(Standing.DRAFT, Standing.OFFERED, Standing.DECLINED)).order_by("pk")}


def _bearers(mandates: dict[int, Mandate], own: set[int]) -> tuple[dict[int, list[Mandate]], dict[int, dict[int, str]]]:
    """Return the mandates by the places that bear them, and who bears each."""
    borne: dict[int, list[Mandate]] = {}
    people: dict[int, dict[int, str]] = {}
    rows = Bearer.objects.filter(Among("mandate_id", mandates)).order_by("pk")
    for mandate, member, user, name, email in rows.values_list(
        "mandate_id", "member_id", "member__user_id", "member__user__name", "member__user__email"
    ):
        people.setdefault(mandate, {})[user] = name or email.partition("@")[0]
        if member in own:
            borne.setdefault(member, []).append(mandates[mandate])
    return borne, people


def _held(mandates: Iterable[Mandate], firms: dict[int, Firm], bearers: dict[int, dict[int, str]], now: datetime) -> Iterator[Held]:
    rows = [(one, day_in(firms[one.company_id].timezone, now)) for one in mandates]
    taken = _taken([one.pk for one, _today in rows], {today.replace(day=1) for _one, today in rows})
    for one, today in rows:
        if one.standing in OVER and (one.stopped_at or one.created_at) < now - NAMED:
            continue
        month = today.replace(day=1)
        spent = Spent(month, taken.get((POST, one.pk, month), (0, 0))[0], *taken.get(("work", one.pk, month), (0, 0)))
        yield Held(one, bearers.get(one.pk, {}), spent, one.runs(today))


# In plain SQL: every page of the desk asks it, and building it costs several times what running it does. Nothing but our own words and
# numbers is put into it.
_MONTH = f"""
SELECT '{POST}', mandate_id, {{place}}, COUNT(*), 0 FROM {Use._meta.db_table}
WHERE mandate_id IN ({{among}}) AND kind = '{POST}' AND month = '{{month}}' GROUP BY mandate_id
UNION ALL SELECT 'work', mandate_id, {{place}}, SUM(CASE WHEN beyond AND agreed_at IS NULL THEN 0 ELSE minutes END),
  SUM(CASE WHEN beyond AND agreed_at IS NULL THEN minutes ELSE 0 END) FROM {Work._meta.db_table}
WHERE mandate_id IN ({{among}}) AND removed_at IS NULL AND day >= '{{month}}' AND day < '{{end}}' GROUP BY mandate_id
"""  # noqa: S608


def _taken(mandates: list[int], months: set[date]) -> dict[tuple[str, int, date], tuple[int, int]]:
    """Return what these months have taken of these mandates, posts and minutes, and what of it waits for a yes. One query."""
    if not mandates:
        return {}
    starts, ids = sorted(months), among(mandates)
    each = [
        _MONTH.format(place=place, among=ids, month=month, end=(month + timedelta(days=32)).replace(day=1))
        for place, month in enumerate(starts)
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(each))
        return {(sort, mandate, starts[place]): (total, asked) for sort, mandate, place, total, asked in cursor.fetchall()}


def _with_agency(client: Client, agencies: set[int | None], own: int, now: datetime) -> Rights:
    """Add what the mandates of their own agencies lend: its owner (`own`) sees what its people see, unless the company refused them."""
    held = [one for one in client.held if one.mandate.agency_id in agencies and own not in one.bearers]
    ours = [one.mandate for one in held if own not in one.mandate.refused]
    if not ours:
        return client.rights
    lent, before = rights_under(ours, day_in(client.company.timezone, now)), client.rights
    narrow = {pk: before.narrow.get(pk, frozenset()) | verbs for pk, verbs in {**before.narrow, **lent.narrow}.items()}
    return Rights(before.wide, narrow, before.why or lent.why, before.lent)
