"""Every address of the house, walked as nobody and as a stranger: nothing of the bakery is seen or changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from parvis.channels import inviting
from parvis.channels.models import Channel
from parvis.core import clock
from parvis.delegation.models import Approval, Contact, Remark, Work
from parvis.inbox.models import Conversation, Label, Message, Note, Objection, Person, SavedAnswer
from parvis.media.models import Asset, Consent, Making
from parvis.networks.facts import Parcel
from parvis.people import invitations
from parvis.people.actors import HOUSE
from parvis.people.models import Closure, Establishment, Grant, MadeRole, Member, Role, User
from parvis.posts.models import Post, PostPicture, Slot, Variant
from parvis.publishing.models import Attempt, Delivery, Stop
from tests.rooms.mandates import mandate_of
from tests.world import NOON, World

SECRETS = (
    "Boulangerie Lenoir",
    "Seigle de Couëron",
    "lenoir.bakery.test",
    "fournil.jpg",
    "Odile Ravanel",
    "le mercredi",
    "alice@example.test",
)
# What stands in an address beside the company's name, and an existing value of the bakery's for each.
KINDS = ("pk", "post", "variant", "delivery", "channel", "asset", "picture", "slot", "member", "invitation", "consent", "making",
         "conversation", "message", "person", "note", "label", "saved", "objection", "establishment", "closure", "grant", "mandate",
         "made", "said", "work")  # fmt: skip


@dataclass(frozen=True)
class Place:
    """One address pattern of the house."""

    name: str
    pattern: str
    kwargs: tuple[str, ...]


def walk(patterns: list[Any], prefix: str = "", kwargs: tuple[str, ...] = ()) -> Iterator[Place]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        found = (*kwargs, *pattern.pattern.converters, *getattr(pattern.pattern, "regex", re.compile("")).groupindex)
        names = tuple(dict.fromkeys(found))
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, route, names)
        elif isinstance(pattern, URLPattern):
            yield Place(pattern.name or route, route, names)


PLACES = list(walk(get_resolver().url_patterns))
COMPANY = "c/<slug:slug>/"
INSIDE = [place for place in PLACES if place.pattern.startswith(COMPANY)]
NAMED = [place for place in INSIDE if {*KINDS, "digest"} & set(place.kwargs)]
# Open to anybody: the doors themselves, what a browser chooses for itself, the page of patterns with its invented rows.
OPEN = re.compile(
    r"account_(login|logout|signup|reset|email_verification_sent|confirm|inactive)|mfa_(login|authenticate)"
    r"|root$|language$|theme$|join$|proposal$|patterns|health$"
)


SEALED = Parcel(text="Seigle de Couëron").to_json()


@pytest.fixture
def bakery(world: World) -> dict[str, Any]:
    """Fill the bakery with one of everything; return what its addresses are made of."""
    company = world.bakery
    network = next(iter(settings.NETWORKS))
    where = {"network": network, "base": "https://x.test", "remote_id": "1", "handle": "lenoir.bakery.test"}
    channel = Channel.objects.create(company=company, **where, connected_at=NOON, visit_at=NOON)
    post = Post.objects.create(company=company, title="Seigle de Couëron", parts=["Seigle de Couëron"], created_at=NOON, changed_at=NOON)
    variant = Variant.objects.create(post=post, channel=channel)
    asset = Asset.objects.create(
        company=company, digest="0" * 64, name="fournil.jpg", mime="image/jpeg", width=10, height=10, size=10, created_at=NOON
    )
    picture = PostPicture.objects.create(post=post, asset=asset, position=0)
    making = Making.objects.create(asset=asset, recipe="film", rule={}, state="failed", created_at=NOON, changed_at=NOON)
    consent = Consent.objects.create(asset=asset, person="Odile Ravanel", given_on=NOON.date())
    hours = {"due_at": NOON, "ready_at": NOON, "created_at": NOON}
    delivery = Delivery.objects.create(
        company=company, channel=channel, subject="Seigle de Couëron", parcel=SEALED, digest="0" * 64, **hours
    )
    Attempt.objects.create(delivery=delivery, number=1, kind="send", began_at=NOON)
    ask = inviting.invite(company=company, name="Odile Ravanel", email="", networks=inviting.invitable(company), by=HOUSE, now=clock.now())
    stop = Stop.objects.create(company=company, at=NOON, who="Odile Ravanel", why="le mercredi")
    slot = Slot.objects.create(company=company, weekday=1, time=NOON.time())
    invitation = invitations.invite(company=company, email="z@example.test", role=Role.OWNER, by=world.actor(world.alice), now=clock.now())
    rows: dict[str, Model] = {
        **_inbox(world, channel), **_place(world), **_asked(world, post),
        "post": post, "variant": variant, "delivery": delivery, "channel": channel, "asset": asset,
        "picture": picture, "slot": slot, "consent": consent, "making": making, "stop": stop, "ask": ask,
        "invitation": invitation, "member": Member.objects.get(user=world.bob), **_delegated(world, channel),
    }  # fmt: skip
    return {"slug": company.slug, "digest": asset.digest, "rows": rows}


def _asked(world: World, post: Post) -> dict[str, Model]:
    """Return a request for a yes to the bakery's post, with what is said of it."""
    of = {"company": world.bakery, "subject": "post", "object_id": post.pk, "who": "Odile Ravanel"}
    approval = Approval.objects.create(label="Seigle de Couëron", content={}, digest="0" * 64, asked_at=NOON, steps=[], **of)
    named = {"company": world.bakery, "name": "Odile Ravanel", "email": "odile@example.test", "language": "fr", "created_at": NOON}
    said = Remark.objects.create(side="client", words="le mercredi", at=NOON, **of)
    return {"approval": approval, "said": said, "contact": Contact.objects.create(**named)}


def _place(world: World) -> dict[str, Model]:
    """Return the bakery's shop, closed on a day."""
    shop = Establishment.objects.create(company=world.bakery, name="Boulangerie Lenoir")
    return {"establishment": shop, "closure": Closure.objects.create(establishment=shop, first=NOON.date(), last=NOON.date())}


def _delegated(world: World, channel: Channel) -> dict[str, Model]:
    """Return a mandate of the bakery, a role that it made, and what somebody has on one account."""
    mandate = mandate_of(world, User.objects.create_user("odile@example.test", name="Odile Ravanel"), channel, called="Odile Ravanel")
    made = MadeRole.objects.create(company=world.bakery, name="le mercredi", verbs=["posts.read"])
    grant = Grant.objects.create(member=Member.objects.get(user=world.chloe), role=Role.READER, channel_id=channel.pk)
    today = mandate.first_day
    work = Work.objects.create(
        mandate=mandate, who="Odile Ravanel", day=today, minutes=30, what="le mercredi", beyond=True, created_at=NOON
    )
    return {"mandate": mandate, "made": made, "grant": grant, "work": work}


def _inbox(world: World, channel: Channel) -> dict[str, Model]:
    """Return a conversation of the bakery with one of everything."""
    company, words = world.bakery, "Retire ses commandes le mercredi"
    camille = Person.objects.create(
        company=company, network=channel.network, remote_id="c", handle="Odile Ravanel", first_at=NOON, last_at=NOON
    )
    hours = {"first_at": NOON, "last_at": NOON, "heard_at": NOON, "waiting_since": NOON, "due_at": NOON}
    talk = Conversation.objects.create(
        company=company, channel=channel, kind="comment", thread="t", person=camille, last_words=words, **hours
    )
    said = {"company": company, "channel": channel, "at": NOON, "created_at": NOON}
    message = Message.objects.create(conversation=talk, remote_id="m", person=camille, words=words, **said)
    return {
        "conversation": talk, "message": message, "person": camille, "note": Note.objects.create(conversation=talk, words=words, at=NOON),
        "label": Label.objects.create(company=company, name=words),
        "saved": SavedAnswer.objects.create(company=company, name=words, words=words),
        "objection": Objection.objects.create(company=company, network="fake", digest="0" * 64, person=camille, at=NOON),
    }  # fmt: skip


# What a bare `pk` names, by how its address begins inside a company.
NAMES = {
    "approvals/<": "approval", "deliveries/<": "delivery", "inbox/listening/<": "channel", "media/<": "asset", "posts/<": "post",
    "settings/channels/<": "channel", "settings/channels/ask/<": "ask", "settings/contacts/<": "contact",
    "settings/hours/<": "establishment", "settings/invitations/<": "invitation", "settings/mandates/<": "mandate",
    "settings/members/<": "member", "settings/roles/<": "made", "settings/slots/<": "slot", "stops/<": "stop",
}  # fmt: skip


def addresses(place: Place, bakery: dict[str, Any]) -> Iterator[str]:
    """Return existing addresses of the bakery for a pattern; a bare `pk` is the row it names, or every kind of row where NAMES has none."""
    pks = {name: row.pk for name, row in bakery["rows"].items()}
    inside = place.pattern.removeprefix(COMPANY)
    named = [pks[name] for begins, name in NAMES.items() if inside.startswith(f"{begins}int:pk>")]
    for pk in named or sorted(set(pks.values())):
        given = {"slug": bakery["slug"], "digest": bakery["digest"], "pk": pk, **pks, **EXTRA}
        yield "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found, given=given: str(given[found[1]]), place.pattern)
        if "pk" not in place.kwargs:
            return


EXTRA: dict[str, Any] = {
    "part": 0, "position": 0, "year": 2026, "month": 12, "week": 50, "number": 1, "day": "2026-12-11", "network": "fake",
    "size": 400, "recipe": "x", "name": "x", "format": "csv", "key": "x", "uidb36": "x", "token": "x", "kind": "csv", "spot": 1,
    "source": "named", "said": 1, "language": "fr", "box": "0,0,5,5",
}  # fmt: skip
KNOWN = {"slug", "digest", "pk", *KINDS, *EXTRA}


def test_every_address_is_one_that_this_walk_knows_how_to_write() -> None:
    unknown = {f"{place.pattern} ({name})" for place in PLACES for name in place.kwargs if name not in KNOWN}
    assert not unknown, "add an example of these to EXTRA or to `rows` above, so that strangers are tried there"
    assert not [begins for begins in NAMES if not any(place.pattern.startswith(f"{COMPANY}{begins}") for place in INSIDE)]
    assert len(INSIDE) >= 10


def everything(bakery: dict[str, Any]) -> list[Any]:
    """Return every row of the bakery, to see that nothing moves."""
    return [list(type(row).objects.order_by("pk").values()) for row in bakery["rows"].values()]


def leaks(answer: Any) -> list[str]:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = body.decode(errors="replace") + str(answer.headers)
    return [secret for secret in SECRETS if secret in text]


# Few enough addresses that no core is left with many of them while the other has none; for so many one bakery is baked.
FEW = 8


def few(walked: list[Any]) -> list[list[Any]]:
    return [walked[at : at + FEW] for at in range(0, len(walked), FEW)]


@contextmanager
def writing() -> Iterator[list[str]]:
    """Yield what is asked of the database besides reading: where that is nothing, no row needs to be looked at again."""
    written: list[str] = []

    def noted(execute: Any, sql: str, *rest: Any) -> Any:
        if not sql.startswith(("SELECT", "SAVEPOINT", "RELEASE SAVEPOINT")):
            written.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(noted):
        yield written


@contextmanager
def unchanged(bakery: dict[str, Any], before: list[Any]) -> Iterator[None]:
    """See that nothing of the bakery moves meanwhile; what else is changed or counted is forgotten before the next address."""
    cache.clear()
    with transaction.atomic():
        with writing() as written:
            yield
        assert not written or everything(bakery) == before
        transaction.set_rollback(True)


@pytest.mark.parametrize("some", few(INSIDE), ids=lambda some: some[0].name)
def test_a_stranger_finds_nothing_and_changes_nothing(some: list[Place], world: World, bakery: dict[str, Any]) -> None:
    denis = Client()
    denis.force_login(world.denis)
    before = everything(bakery)
    for place in some:
        with unchanged(bakery, before):
            for url in addresses(place, bakery):
                for method in ("get", "post", "put", "delete"):
                    answer = getattr(denis, method)(url)
                    assert answer.status_code in {404, 405}, f"{method} {url}: {answer.status_code}"
                    assert not leaks(answer), f"{method} {url}"
                    never = getattr(denis, method)(url.replace("/c/lenoir/", "/c/never-was/"))
                    assert (answer.status_code, strip(answer)) == (never.status_code, strip(never)), f"{method} {url} tells too much"


def strip(answer: Any) -> str:
    return re.sub(r'(name="next" value="[^"]*")|(csrfmiddlewaretoken" value="[^"]*")', "", answer.content.decode())


@pytest.mark.parametrize("some", few(NAMED), ids=lambda some: some[0].name)
def test_his_own_company_does_not_open_rows_of_the_bakery(some: list[Place], world: World, bakery: dict[str, Any]) -> None:
    """The address says his company; the ids in it are the bakery's."""
    denis = Client()
    denis.force_login(world.denis)
    before = everything(bakery)
    for place in some:
        with unchanged(bakery, before):
            for url in addresses(place, {**bakery, "slug": world.elsewhere.slug}):
                for method in ("get", "post"):
                    answer = getattr(denis, method)(url)
                    own = Member.objects.filter(pk=bakery["rows"]["member"].pk, company=world.elsewhere).exists()
                    assert answer.status_code in {404, 405} or own, f"{method} {url}: {answer.status_code}"
                    assert not leaks(answer), f"{method} {url}"


@pytest.mark.parametrize("some", few(PLACES), ids=lambda some: some[0].name)
def test_nobody_is_led_to_the_door(some: list[Place], bakery: dict[str, Any]) -> None:
    before = everything(bakery)
    for place in some:
        nobody = Client()
        with unchanged(bakery, before):
            for url in addresses(place, bakery):
                for method in ("get", "post"):
                    answer = getattr(nobody, method)(url.replace("^", "").replace("$", ""))
                    assert not leaks(answer), f"{method} {url}"
                    assert answer.status_code < 500, f"{method} {url}"
                    to_the_door = answer.status_code in {302, 303} and answer["Location"].startswith(
                        ("/accounts/login/", "/accounts/signup/")
                    )
                    closed = to_the_door or answer.status_code in {404, 405, 410, 429}
                    assert closed or OPEN.match(place.name), f"{method} {url}: {answer.status_code}"
            assert "_auth_user_id" not in nobody.session


def test_the_walk_would_see_a_leak(world: World, bakery: dict[str, Any]) -> None:
    """The secrets looked for are truly on the pages of those who may read them."""
    alice = Client()
    alice.force_login(world.alice)
    seen: set[str] = set()
    for place in INSIDE:
        for url in addresses(place, bakery):
            answer = alice.get(url)
            seen |= set(leaks(answer)) if answer.status_code == 200 else set()
    assert seen == set(SECRETS)


def test_the_walk_would_see_a_change(bakery: dict[str, Any]) -> None:
    before = everything(bakery)
    with pytest.raises(AssertionError), unchanged(bakery, before):
        Channel.objects.update(handle="x")
    assert everything(bakery) == before
