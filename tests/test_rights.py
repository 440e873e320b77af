"""Every address and every command, tried by each role, each state of a mandate and each stranger. The tables of `parvis rights` are what is
expected; docs/rights.md shows the same."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from parvis.channels.models import Channel
from parvis.channels.standing import actor_of
from parvis.cli.rights import PAGE, Command, View, commands, page, views
from parvis.core import clock
from parvis.core.say import Say
from parvis.delegation.models import Action, Approval, Bearer, Circuit, Contact, Mandate, Proposal, Remark, Standing, YesLink
from parvis.inbox.models import Label, SavedAnswer
from parvis.media.models import Consent
from parvis.networks.facts import Parcel
from parvis.networks.facts_of import SPECS
from parvis.people.actors import Actor
from parvis.people.models import Grant, MadeRole, Member, Role, User
from parvis.people.permissions import ON_ACCOUNTS, NotAllowed, anywhere, may
from parvis.posts.models import Batch
from parvis.publishing.models import Stop
from parvis.voice.models import Pillar
from tests.test_strangers import COMPANY, Place, addresses, bakery, few, writing  # noqa: F401 - a fixture
from tests.world import NOON, World

# Of accounts: whoever has nothing there must find none of these words.
SECRETS = ("Seigle de Couëron", "lenoir.bakery.test", "Odile Ravanel", "le mercredi")
ON_ACCOUNT = ("post", "variant", "delivery", "channel", "picture", "conversation", "message", "person", "note")
EVERYTHING = list(Action)
# Commands that ask for no verb, and why that is so.
FREE = {
    "delegation.approvals.ask": "posts.approving and inbox.answering have asked whether they may propose",
    "delegation.approvals.crossed": "what changed is told by the command that changed it",
    "delegation.commands.note_settled": "called by what puts a wording into force",
    "delegation.approvals.ended_with": "called by what ends a mandate",
    "delegation.approvals.superseded": "what is taken back, or leaves otherwise, is by the command that does so",
    "channels.commands.rotate_seals": "the command line of whoever holds the server",
}
# What one does for oneself alone: whoever holds the verb is still refused it for another.
FOR_ONESELF = {
    "people.commands.leave", "people.commands.change_mails", "delegation.remarking.take_away", "delegation.commands.add_bearer",
}  # fmt: skip
# A flow that is not theirs is not there for them.
NOT_THERE = {"NotConnected", "InvitationOver", "Settled"}
# A round of the house, which no door calls; and what asks only where there is something heavy to make.
SILENT = {"inbox.commands.wake_due", "posts.heavy.wanted", "media.films.wanted"}


@dataclass(frozen=True)
class Who:
    """One who tries, and whether they have anything on the account that the rows stand on."""

    name: str
    member: Member | None
    here: bool = True


@pytest.fixture
def cast(world: World, bakery: dict[str, Any]) -> list[Who]:  # noqa: F811
    """Return everybody who could try, in a bakery whose second account has nothing on it."""
    here = bakery["rows"]["channel"]
    there = Channel.objects.create(
        company=world.bakery, network=here.network, base=here.base, remote_id="2", handle="autre", connected_at=NOON, visit_at=NOON
    )
    Stop.objects.update(who="Mme Martin", why="", lifted_at=NOON)
    Label.objects.update(name="Urgent")
    SavedAnswer.objects.update(name="Merci", words="Merci")
    Consent.objects.update(person="Mme Martin")
    User.objects.filter(name="Odile Ravanel").update(name="Mme Martin")
    Mandate.objects.update(called="Mme Martin")
    Contact.objects.update(name="Mme Martin")
    Approval.objects.update(channels=[here.pk], steps=[{"side": "client", "need": "one", "users": []}])
    roles = {name: getattr(world, name) for name in ("alice", "bob", "chloe", "remi")}
    people = [Who(name, Member.objects.get(user=user)) for name, user in roles.items()]
    made = MadeRole.objects.create(company=world.bakery, name="Rédactrice", verbs=["posts.read", "posts.write", "media.read"])
    people.append(Who("made", _member(world, "made", Role.MADE, made=made)))
    for name, channel in (("guest", here), ("guest elsewhere", there)):
        guest = _member(world, name.replace(" ", ""), Role.GUEST, granted=True)
        Grant.objects.create(member=guest, role=Role.EDITOR, channel_id=channel.pk)
        people.append(Who(name, guest, channel == here))
    for action in Action:
        people.append(_bearer(world, f"to {action}", {here.pk: [action]}))
    people.append(_bearer(world, "elsewhere", {there.pk: EVERYTHING}, here=False))
    today = clock.now().date()
    for name, changes in {
        "suspended": {"standing": Standing.SUSPENDED}, "revoked": {"standing": Standing.REVOKED}, "offered": {"standing": Standing.OFFERED},
        "ended": {"last_day": today - timedelta(days=1)}, "not begun": {"first_day": today + timedelta(days=2)},
    }.items():  # fmt: skip
        people.append(_bearer(world, name, {here.pk: EVERYTHING}, here=False, **changes))
    return people


def _member(world: World, name: str, role: Role, **more: Any) -> Member:
    user = User.objects.create_user(f"{name}@agence.test", "correct horse 9", name=name)
    return Member.objects.create(company=world.bakery, user=user, role=role, since=NOON, **more)


def _bearer(world: World, name: str, accounts: dict[int, list[Action]], *, here: bool = True, **changes: Any) -> Who:
    member = _member(world, name.replace(" ", ""), Role.MANDATED)
    today = clock.now().date()
    facts = {"first_day": today - timedelta(days=30), "last_day": today + timedelta(days=30), "standing": Standing.ACTIVE, **changes}
    mandate = Mandate.objects.create(
        company=world.bakery, called="Agence", accounts={str(pk): actions for pk, actions in accounts.items()}, created_at=NOON, **facts
    )
    Bearer.objects.create(mandate=mandate, member=member, since=NOON)
    return Who(name, member, here)


def _actor(who: Who) -> Actor:
    assert who.member is not None
    return actor_of(who.member, clock.now())


def _holds(by: Actor, verbs: tuple[str, ...]) -> bool:
    return any(anywhere(by, verb, by.company_id) for verb in verbs)


# ---- addresses


def test_the_page_of_the_documentation_says_what_the_code_does() -> None:
    assert Path(__file__).parents[1].joinpath(PAGE).read_text() == page(), "run `parvis rights --write`"


def _areas(names: Iterable[str], sign: str) -> list[str]:
    return sorted({name.partition(sign)[0] for name in names})


@pytest.mark.parametrize("some", few(views()), ids=lambda some: some[0].name)
def test_an_address_opens_to_those_whom_the_table_names(some: list[View], cast: list[Who], bakery: dict[str, Any]) -> None:  # noqa: F811
    before, wrong = _rows(bakery), []
    for who in cast:
        browser, by = Client(), _actor(who)
        assert who.member is not None
        browser.force_login(who.member.user)
        for view in some:
            for method, verbs in (("get", view.read), ("post", view.post)):
                # Whoever holds no verb is stopped before any row is looked for: one address tells as much as all.
                urls, holds = list(urls_of(view, bakery)), _holds(by, verbs)
                for url in urls if holds else urls[:1]:
                    with transaction.atomic(), writing() as written:
                        answer = getattr(browser, method)(url)
                        if why := _against(answer, who, method, holds, lambda: bool(written) and _rows(bakery) != before):
                            wrong.append(f"{who.name}: {method} {url}: {answer.status_code} {why}")
                        transaction.set_rollback(True)
    assert not wrong, "\n".join(wrong)


def _against(answer: Any, who: Who, method: str, holds: bool, changed: Callable[[], bool]) -> str:
    """Say what is wrong with an answer, "" where nothing is."""
    if not holds and answer.status_code not in {403, 404, 405}:
        return "should be closed"
    if holds and who.here and method == "get" and answer.status_code == 403:
        return "should be open"
    if holds and who.here:
        return ""
    leaked = [secret for secret in SECRETS if secret in _body(answer)]
    return f"shows {leaked}" if leaked else "changed something" if method == "post" and changed() else ""


def urls_of(view: View, bakery: dict[str, Any]) -> Iterator[str]:  # noqa: F811
    route = f"{COMPANY}{view.route}"
    names = tuple(part.partition(">")[0].rpartition(":")[2] for part in route.split("<")[1:])
    return addresses(Place(view.name, route, names), bakery)


def _body(answer: Any) -> str:
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode(errors="replace")


def _rows(bakery: dict[str, Any]) -> list[Any]:  # noqa: F811
    return [list(type(row).objects.filter(pk=row.pk).values()) for name, row in bakery["rows"].items() if name in ON_ACCOUNT]


# ---- commands


@pytest.mark.parametrize("room", _areas((command.name for command in commands()), "."))
def test_a_command_obeys_those_whom_the_table_names(room: str, world: World, cast: list[Who], bakery: dict[str, Any]) -> None:  # noqa: F811
    stranger = Actor.of(Member.objects.select_related("user").get(user=world.denis))
    tried = [*((who.name, _actor(who), who.here) for who in cast), ("a stranger", stranger, False)]
    more, wrong = _more(world, bakery), []
    for command in (one for one in commands() if one.verbs and one.name.partition(".")[0] == room and one.name not in SILENT):
        given = _given(command, world, {**bakery["rows"], **more})
        for name, by, here in tried:
            outcome = _tried(command, given, by)
            held = _holds(by, command.verbs) and by.company_id == world.bakery.pk
            elsewhere = not here and set(command.verbs) <= ON_ACCOUNTS and any(one in ON_ACCOUNT for one in given)
            every = by.rights is None and all(_holds(by, (verb,)) for verb in command.verbs) and command.name not in FOR_ONESELF
            refused = outcome is NotAllowed or getattr(outcome, "__name__", "") in NOT_THERE
            if not refused if not held or elsewhere else outcome is NotAllowed and every:
                wrong.append(f"{command.name}: {name}: {outcome}")
    assert not wrong, "\n".join(wrong)


def test_every_command_asks_for_a_verb_or_says_why_not() -> None:
    assert {one.name for one in commands() if not one.verbs} == set(FREE)


def _tried(command: Command, given: dict[str, Any], by: Actor) -> type[BaseException] | None:
    """Try a command and leave no trace; return what it raised."""
    try:
        with transaction.atomic():
            try:
                command.call(**given, by=by, now=clock.now())
            finally:
                transaction.set_rollback(True)
    except NotAllowed:
        return NotAllowed
    except Exception as error:
        return type(error)
    return None


def _given(command: Command, world: World, rows: dict[str, Any]) -> dict[str, Any]:
    """Return something for each thing that a command must be given: a row of the bakery, or a plain value of its type."""
    for row in rows.values():
        row.refresh_from_db()
    values: dict[str, Any] = {
        "company": world.bakery, "user": world.alice, "place": rows["establishment"], "into": rows["person"], "company_id": world.bakery.pk,
        "parcel": Parcel(text="x"), "why": Say("x"), "file": BytesIO(b"x"), "content": b"x", "channels": [rows["channel"].pk],
        "channel_id": rows["channel"].pk, "flow_id": 0, "role": Role.READER, "to": None, "timezone": "Europe/Paris",
        "source": "named", "what": "like",
    }  # fmt: skip
    parameters = inspect.signature(command.call).parameters.values()
    wanted = [one for one in parameters if one.name not in {"by", "now"} and one.default is one.empty]
    return {one.name: rows.get(one.name) or values.get(one.name) or _plain(str(one.annotation)) for one in wanted}


def _plain(kind: str) -> Any:
    plain: dict[str, Any] = {
        "str": "x", "int": 1, "float": 0.5, "bool": False, "bytes": b"x", "date": NOON.date(), "datetime": clock.now() + timedelta(days=1),
        "time": time(9, 0), "VideoRule": next(spec.videos for spec in SPECS.values() if spec.videos),
        "AppRule": next(spec.app for spec in SPECS.values() if spec.app),
    }  # fmt: skip
    first = kind.partition(" ")[0]
    return plain.get(first, {} if first.startswith("Mapping") else [] if "[" in first else None)


def _more(world: World, bakery: dict[str, Any]) -> dict[str, Any]:  # noqa: F811
    """Return rows that no address of the bakery needs and some command does."""
    company, post = world.bakery, bakery["rows"]["post"]
    approval = Approval.objects.get()
    link = {"name": "x", "digest": "1" * 64, "step": 0, "created_at": NOON, "expires_at": NOON + timedelta(days=900)}
    said = {"company": company, "subject": "post", "object_id": post.pk, "side": "client", "who": "Bob", "words": "x", "at": NOON}
    other = _bearer(world, "another", {bakery["rows"]["channel"].pk: EVERYTHING}).member
    mandate = Mandate.objects.get(bearers__member=other)
    made = MadeRole.objects.create(company=company, name="x", verbs=["posts.read"])
    return {
        "made": made,
        "mandate": mandate, "bearer": mandate.bearers.get(), "approval": approval,
        "link": YesLink.objects.create(approval=approval, **link), "remark": Remark.objects.create(**said),
        "circuit": Circuit.objects.create(company=company, name="x"), "pillar": Pillar.objects.create(company=company, name="x"),
        "batch": Batch.objects.create(company=company, name="x", created_at=NOON),
        "stop": Stop.objects.create(company=company, at=NOON, who="Alice"),
        "proposal": Proposal.objects.create(
            agency=company, who="Alice", email="x@example.test", terms={}, digest="2" * 64, created_at=NOON, expires_at=NOON
        ),
    }  # fmt: skip


def test_a_verb_outside_the_company_is_nobody_s() -> None:
    alice = Actor(1, "Alice", 1, Role.OWNER)
    with pytest.raises(NotAllowed):
        may(alice, "posts.read", 2)


def test_the_tables_are_not_empty() -> None:
    assert len(views()) > 150
    assert len([one for one in commands() if one.verbs]) > 150
