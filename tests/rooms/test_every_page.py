"""Every page of a company that has everything, and much of it: none asks the database more than twelve times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from parvis.channels.models import Channel
from parvis.cli.rights import views
from parvis.delegation.models import Approval, Circuit, Decision, YesLink
from parvis.inbox.models import Conversation, Message, Person
from parvis.networks.facts import Parcel
from parvis.people.models import Grant, Member, Role, User
from parvis.posts.models import Batch, Departure, Post, PostPicture, Slot, Variant
from parvis.publishing.models import Delivery, Stop
from parvis.voice.models import Pillar
from tests.rooms.agreement import bearer, mandate, step
from tests.test_rights import urls_of
from tests.test_strangers import bakery  # noqa: F401 - a fixture
from tests.world import NOON, World

MOST = 12
POSTS, TALKS = 240, 240
STATES = ("sent", "scheduled", "refused", "asked", "held", "handed", "unknown", "cancelled")
PEOPLE = ("alice", "chloe", "guest", "paul")


@pytest.fixture
def full(world: World, bakery: dict[str, Any], travel: Any) -> dict[str, Any]:  # noqa: F811
    """Give the bakery circuits, pillars, a mandate, stops, and a few hundred publications, conversations and requests."""
    rows, company = bakery["rows"], world.bakery
    here: Channel = rows["channel"]
    others = [
        Channel.objects.create(
            company=company, network=network, base="https://x.test", remote_id=network, handle=network, connected_at=NOON, visit_at=NOON
        )
        for network in ("mastodon", "linkedin", "x")
    ]
    Stop.objects.create(company=company, channel=here, at=NOON, who="Alice")
    held = mandate(world, here.pk, others[0].pk, actions=("propose", "publish", "answer", "moderate", "report"), minutes_a_month=600)
    paul = bearer(world, held)
    for n in range(4):
        bearer(world, held, f"nina{n}")
    guest = Member.objects.create(
        company=company, user=User.objects.create_user("guest@agence.test", name="Zoé"), role=Role.GUEST, since=NOON, granted=True
    )
    Grant.objects.create(member=guest, role=Role.EDITOR, channel_id=here.pk)
    pillars = [Pillar.objects.create(company=company, name=f"Pilier {n}", position=n) for n in range(4)]
    for n, one in enumerate((step("inside"), step("client", "one", world.alice, world.chloe), step("client", "all"))):
        Circuit.objects.create(
            company=company,
            name=f"Relecture {n}",
            steps=[one, {**step("client", "one", world.alice, world.chloe), "contacts": [rows["contact"].pk]}],
            position=n,
            pillars=[pillars[n].pk] if n == 2 else [],
            findings=n == 1,
            channels=[here.pk] if n else [],
        )
    Batch.objects.create(company=company, name="semaine.csv", created_at=NOON)
    Slot.objects.create(company=company, weekday=4, time=NOON.time())
    _publications(world, [here, *others], pillars, bakery)
    _requests(world, here, held.pk, bakery)
    _conversations(world, here, bakery)
    rows |= {"mandate": held}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as a database does by itself that has held all this for a while
    return {**bakery, "people": {"guest": guest.user, "paul": paul, "alice": world.alice, "chloe": world.chloe}}


def _publications(world: World, channels: list[Channel], pillars: list[Pillar], bakery: dict[str, Any]) -> None:  # noqa: F811
    posts = Post.objects.bulk_create(
        Post(
            company=world.bakery, title=f"Fournée {n}", parts=[f"Le four est chaud, fournée {n}."], at=NOON + timedelta(hours=n - 100),
            scheduled=n % 4 > 0, sealed_revision=n % 3, created_at=NOON, changed_at=NOON, pillar=pillars[n % 4],
        )
        for n in range(POSTS)
    )  # fmt: skip
    variants = list(Variant.objects.bulk_create(Variant(post=post, channel=channel) for post in posts for channel in channels[:3]))
    own = [bakery["rows"]["variant"], *(Variant.objects.create(post=bakery["rows"]["post"], channel=channel) for channel in channels[1:])]
    PostPicture.objects.bulk_create(PostPicture(post=post, asset=bakery["rows"]["asset"], position=0) for post in posts[:40])
    made = Delivery.objects.bulk_create(
        Delivery(
            company=world.bakery, channel=one.channel, subject="Fournée", parcel=Parcel(text="Fournée").to_json(), digest="0" * 64,
            state=STATES[n % len(STATES)], due_at=one.post.at or NOON, ready_at=NOON, created_at=NOON, mandate_id=None,
        )
        for n, one in enumerate([*own, *variants])
    )  # fmt: skip
    Departure.objects.bulk_create(Departure(variant=one, delivery=leaving) for one, leaving in zip([*own, *variants], made, strict=True))


def _requests(world: World, here: Channel, mandate_id: int, bakery: dict[str, Any]) -> None:  # noqa: F811
    own: Approval = bakery["rows"]["approval"]
    Approval.objects.filter(pk=own.pk).update(channels=[here.pk], steps=[step("inside"), step()], mandate_id=mandate_id)
    for n in range(6):
        Decision.objects.create(approval=own, verdict="changes", who="Nina", words="Plus court.", at=NOON, step=0)
        YesLink.objects.create(
            approval=own, name=f"Léa {n}", digest=f"{n:064}", step=0, created_at=NOON, expires_at=NOON + timedelta(days=9)
        )
    Approval.objects.bulk_create(
        Approval(
            company=world.bakery, mandate_id=mandate_id if n % 2 else None, subject="post", object_id=post.pk, label=post.title,
            channels=[here.pk], content={}, digest="0" * 64, at=post.at, steps=[step("inside"), step()], side=("inside", "client")[n % 2],
            stage=("waiting", "held", "changes", "approved")[n % 4], asked_at=NOON, who="Paul",
        )
        for n, post in enumerate(Post.objects.order_by("pk")[20:80])
    )  # fmt: skip


def _conversations(world: World, here: Channel, bakery: dict[str, Any]) -> None:  # noqa: F811
    company, hours = world.bakery, {"first_at": NOON, "last_at": NOON}
    people = Person.objects.bulk_create(
        Person(company=company, network=here.network, remote_id=f"p{n}", handle=f"client-{n}", **hours) for n in range(TALKS)
    )
    talks = Conversation.objects.bulk_create(
        Conversation(
            company=company, channel=here, kind=("comment", "message", "mention")[n % 3], thread=f"t{n}", person=who, heard_at=NOON,
            waiting_since=NOON, due_at=NOON + timedelta(hours=n - 100), last_words="Bonjour ?", messages_count=1, **hours,
        )
        for n, who in enumerate(people)
    )  # fmt: skip
    own: Conversation = bakery["rows"]["conversation"]
    said = {"company": company, "channel": here, "words": "Bonjour ?", "at": NOON, "created_at": NOON}
    Message.objects.bulk_create(Message(conversation=talk, remote_id=f"m{n}", person=people[n], **said) for n, talk in enumerate(talks))
    Message.objects.bulk_create(
        Message(conversation=own, remote_id=f"own{n}", person=own.person, mine=n % 3 == 0, **said) for n in range(80)
    )

    asks = Message.objects.create(conversation=own, standing="asks", mine=True, **said)
    Approval.objects.create(
        company=company, subject="answer", object_id=asks.pk, label="Bonjour", channels=[here.pk], content={}, digest="0" * 64,
        asked_at=NOON, steps=[step("inside"), step()], who="Paul",
    )  # fmt: skip


def _asked(client: Client, url: str) -> tuple[int, list[str]]:
    with CaptureQueriesContext(connection) as seen:
        status = client.get(url).status_code
    return status, [one["sql"] for one in seen.captured_queries]


def _pages(full: dict[str, Any]) -> Iterator[str]:
    for view in views():
        yield from urls_of(view, full)


@pytest.mark.parametrize("who", PEOPLE)
def test_no_page_asks_more_than_twelve_times(full: dict[str, Any], who: str) -> None:
    client = Client()
    client.force_login(full["people"][who])
    client.get("/c/lenoir/")
    wrong, read = [], 0
    for url in _pages(full):
        status, asked = _asked(client, url)
        read += status == 200
        if status < 400 and len(asked) > MOST:
            wrong.append(f"{len(asked)}: {url}")
    assert not wrong, "\n".join(sorted(wrong, reverse=True))
    assert read > 40
