"""What the tests of the desk set up: an agency, two clients in two time zones, and things that wait at each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from parvis.channels.models import Channel
from parvis.core import clock
from parvis.delegation.models import Approval, Bearer, Mandate, Side, Stage, Standing
from parvis.inbox.models import Conversation, Person
from parvis.networks.facts import Parcel
from parvis.people.models import Company, Member, Role, User
from parvis.posts.models import Departure, Post, Variant
from parvis.publishing.models import Delivery
from tests.world import NOON, World

ALL = ["propose", "publish", "answer", "moderate", "report"]


@dataclass
class Square:
    """The bakery in Paris and a distillery in Martinique, both with Marc of the agency; Léa, of the agency too, at the bakery alone."""

    world: World
    distillery: Company
    agency: Company
    marc: User
    lea: User
    bread: Channel
    rum: Channel
    at_bakery: Mandate
    at_distillery: Mandate


def account(company: Company, name: str, network: str = "bluesky") -> Channel:
    return Channel.objects.create(
        company=company, network=network, handle=name, remote_id=f"{company.pk}:{name}", base="https://x.example", connected_at=NOON,
        visit_at=NOON,
    )  # fmt: skip


def person(name: str) -> User:
    return User.objects.create_user(f"{name.lower()}@agence.test", "correct horse 9", name=name, language="en")


def square(world: World) -> Square:
    agency = Company.objects.create(name="Agence Aubry", slug="aubry", created_at=NOON, agency=True)
    distillery = Company.objects.create(name="Rhum du Nord", slug="rhum", timezone="America/Martinique", created_at=NOON)
    boss = User.objects.create_user("rose@rhum.test", "correct horse 9", name="Rose", language="en")
    Member.objects.create(company=distillery, user=boss, role=Role.OWNER, since=NOON)
    marc, lea = person("Marc"), person("Lea")
    Member.objects.create(company=agency, user=marc, role=Role.EDITOR, since=NOON)
    Member.objects.create(company=agency, user=lea, role=Role.EDITOR, since=NOON)
    bread, rum = account(world.bakery, "lenoir"), account(distillery, "rhum")
    at_bakery = given(world.bakery, bread, agency=agency)
    at_distillery = given(distillery, rum, agency=agency)
    for mandate, *users in ((at_bakery, marc, lea), (at_distillery, marc)):
        for user in users:
            bear(mandate, user)
    return Square(world, distillery, agency, marc, lea, bread, rum, at_bakery, at_distillery)


def given(company: Company, *channels: Channel, **more: Any) -> Mandate:
    today = clock.now().date()
    fields: dict[str, Any] = {
        "called": "Agence Aubry", "accounts": {str(one.pk): ALL for one in channels}, "alone": {"posts": "none", "answers": "none"},
        "first_day": today - timedelta(days=90), "last_day": today + timedelta(days=300), "standing": Standing.ACTIVE, "created_at": NOON,
    }  # fmt: skip
    return Mandate.objects.create(company=company, **{**fields, **more})


def bear(mandate: Mandate, user: User) -> Member:
    place, _ = Member.objects.get_or_create(company=mandate.company, user=user, defaults={"role": Role.MANDATED, "since": NOON})
    Bearer.objects.create(mandate=mandate, member=place, since=NOON)
    return place


def asked(channel: Channel, label: str, *, at: datetime | None = None, mandate: Mandate | None = None, **more: Any) -> Approval:
    fields: dict[str, Any] = {
        "company": channel.company, "mandate": mandate, "subject": "post", "label": label, "channels": [channel.pk], "content": {},
        "digest": "0" * 64, "at": at, "steps": [{"side": "client", "need": "one", "users": []}], "asked_at": clock.now(), "who": "Marc",
        "object_id": Approval.objects.count() + 1, "side": Side.CLIENT, "stage": Stage.WAITING,
        "escalate_at": at - timedelta(hours=4) if at else None,
    }  # fmt: skip
    return Approval.objects.create(**{**fields, **more})


def talk(channel: Channel, name: str, due: datetime, words: str = "Bonjour ?") -> Conversation:
    now = clock.now()
    who = Person.objects.create(
        company=channel.company, network=channel.network, remote_id=name, handle=name, name=name, first_at=now, last_at=now
    )
    return Conversation.objects.create(
        company=channel.company, channel=channel, kind="comment", thread=name, person=who, first_at=now, last_at=now, waiting_since=now,
        due_at=due, last_words=words,
    )  # fmt: skip


def leaving(channel: Channel, title: str, at: datetime, state: str = "scheduled", mandate: Mandate | None = None, **more: Any) -> Delivery:
    now = clock.now()
    post = Post.objects.create(
        company=channel.company, title=title, parts=[title], at=at, scheduled=True, sealed_revision=1, created_at=now, changed_at=now
    )
    delivery = Delivery.objects.create(
        company=channel.company, channel=channel, subject=title, parcel=Parcel(text=title).to_json(), digest="0" * 64,
        state=state, due_at=at, ready_at=at,
        created_at=now, mandate_id=mandate and mandate.pk, **more,
    )  # fmt: skip
    Departure.objects.create(variant=Variant.objects.create(post=post, channel=channel), delivery=delivery)
    return delivery


def signed(user: User) -> Client:
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, url: str = "/desk/", status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, f"{url}: {answer.status_code}"
    return str(answer.content.decode())
