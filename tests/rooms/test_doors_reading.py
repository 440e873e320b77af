"""Reading, attacked: what a mandate, a single account or a made role does not let one see is seen by no door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from parvis.channels.models import Channel
from parvis.channels.standing import actor_of
from parvis.core import clock
from parvis.delegation import commands as delegation
from parvis.delegation import remarking
from parvis.delegation.models import Approval, Bearer, Mandate, Side
from parvis.inbox import answering
from parvis.inbox import commands as inbox
from parvis.inbox.models import Conversation, Person
from parvis.people import commands as people
from parvis.people.models import MadeRole, Member, Role, User
from parvis.people.permissions import NotAllowed
from parvis.posts import approving
from parvis.posts import commands as posts
from parvis.posts.importing import import_csv
from parvis.posts.models import Batch, Post, PostPicture, Variant
from parvis.publishing import stops
from parvis.publishing.states import State
from tests.rooms import parlour as there
from tests.rooms.agreement import acting, bearer, circuit, mandate, step
from tests.rooms.bakery import TOMORROW, channel, deliveries, idea, picture, scheduled, stand
from tests.rooms.mandates import agency_of, mandate_of, marc
from tests.rooms.parlour import Parlour
from tests.world import NOON, World

pytestmark = pytest.mark.django_db
SECRET = "Le secret de Noël"


@pytest.fixture(autouse=True)
def parlour(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Parlour:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    made = Parlour()
    settings.NETWORKS = {**settings.NETWORKS, "parlour": made.network()}
    return made


@pytest.fixture
def talk(world: World, parlour: Parlour) -> Conversation:
    there.channel(world)
    parlour.say("Vous êtes ouverts dimanche ?", NOON - timedelta(minutes=30), name="m1")
    there.gather()
    return there.only()


def enter(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, url: str) -> str:
    answer = enter(user).get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def holds(world: World, *verbs: str) -> User:
    """Somebody with a role that the company made."""
    made = MadeRole.objects.create(company=world.bakery, name="Plume", verbs=list(verbs))
    user = User.objects.create_user("plume@example.test", "correct horse 9", name="Plume")
    Member.objects.create(company=world.bakery, user=user, role=Role.MADE, made=made, since=NOON)
    return user


def two(world: World) -> tuple[Channel, Channel]:
    return channel(world), channel(world, "mastodon", "@lenoir@toot.example")


# ---- requests for a yes


def of_an_answer(world: World, talk: Conversation) -> Approval:
    circuit(world, step("client"))
    answering.answer(conversation=talk, words=SECRET, by=acting(world, world.bob), now=NOON)
    return Approval.objects.get()


def of_a_post(world: World, talk: Conversation) -> Approval:
    circuit(world, step("client"))
    asked = approving.leave(post=idea(world, SECRET), at=TOMORROW, by=acting(world, world.bob), now=NOON).asked
    assert asked
    return asked


@pytest.mark.parametrize(("asked", "reads", "does_not"), [(of_an_answer, "answer", "propose"), (of_a_post, "propose", "answer")])
def test_a_request_is_read_by_whoever_reads_what_it_is_about(
    world: World, talk: Conversation, asked: Callable[[World, Conversation], Approval], reads: str, does_not: str
) -> None:
    approval = asked(world, talk)
    outsider = bearer(world, mandate(world, talk.channel_id, actions=(does_not,)))
    insider = bearer(world, mandate(world, talk.channel_id, actions=(reads,)), "nina")
    urls = ("/c/lenoir/approvals/", "/desk/", "/desk/?kind=client")
    for url in urls:
        assert SECRET not in page(outsider, url), url
        assert SECRET in page(insider, url), url
    one = f"/c/lenoir/approvals/{approval.pk}/"
    assert enter(outsider).get(one).status_code == 404
    assert SECRET in page(insider, one)
    with pytest.raises(NotAllowed):
        remarking.remark(approval=approval, side=Side.CLIENT, words="Je lis.", by=acting(world, outsider), now=NOON)


def test_whoever_may_only_say_yes_reads_what_they_say_it_to(world: World, talk: Conversation) -> None:
    approval = of_a_post(world, talk)
    assert SECRET in page(holds(world, "approvals.read", "posts.approve"), f"/c/lenoir/approvals/{approval.pk}/")


def test_an_earlier_version_for_another_account_is_not_read_in_what_changed(world: World) -> None:
    one, other = two(world)
    circuit(world, step("client"))
    post = idea(world, "La bûche est là.")
    Variant.objects.filter(post=post, channel=other).update(parts=[SECRET])
    first = approving.leave(post=post, at=TOMORROW, by=acting(world, world.bob), now=NOON).asked
    posts.choose_channels(post=post, channels=[one.pk], by=acting(world, world.bob), now=NOON)
    second = approving.leave(post=Post.objects.get(pk=post.pk), at=TOMORROW, by=acting(world, world.bob), now=NOON).asked
    assert first
    assert second
    paul = bearer(world, mandate(world, one.pk, actions=("propose",)))
    text = page(paul, f"/c/lenoir/approvals/{second.pk}/")
    assert SECRET not in text
    assert other.handle not in text
    assert f"/approvals/{first.pk}/" not in text
    assert other.handle in page(world.alice, f"/c/lenoir/approvals/{second.pk}/")


# ---- drafts, files of posts, the shelf


def test_a_file_of_posts_is_not_read_by_whoever_writes_on_one_account(world: World) -> None:
    one, _other = two(world)
    lines = f"date;text;comptes\n24/12/2026;{SECRET};mastodon\nhier;{SECRET} aussi;mastodon\n"
    batch = import_csv(company=world.bakery, content=lines.encode(), name="noel.csv", by=acting(world, world.bob), now=NOON)
    paul = bearer(world, mandate(world, one.pk))
    assert "noel.csv" not in page(paul, "/c/lenoir/posts/import/")
    for tail in ("", "refused.csv"):
        assert enter(paul).get(f"/c/lenoir/posts/import/{batch.pk}/{tail}").status_code == 404
        assert SECRET in page(world.bob, f"/c/lenoir/posts/import/{batch.pk}/{tail}")
    assert enter(paul).post(f"/c/lenoir/posts/import/{batch.pk}/confirmation/").status_code == 404


def test_whoever_writes_nothing_makes_no_posts_of_a_file(world: World) -> None:
    channel(world)
    batch = import_csv(company=world.bakery, content=b"date;text\n24/12/2026;Ouvert", name="n.csv", by=acting(world, world.bob), now=NOON)
    assert enter(world.chloe).post(f"/c/lenoir/posts/import/{batch.pk}/confirmation/", {"leave": "1"}).status_code == 403
    assert not Post.objects.exists()
    assert Batch.objects.get().confirmed_at is None


def test_another_s_draft_without_an_account_is_not_put_under_a_pillar(world: World) -> None:
    one, _other = two(world)
    pillar = world.bakery.pillars.create(name="Fournil")
    post = idea(world)
    posts.choose_channels(post=post, channels=[], by=acting(world, world.alice), now=NOON)
    paul = bearer(world, mandate(world, one.pk))
    assert enter(paul).post(f"/c/lenoir/posts/{post.pk}/pillar/", {"pillar": pillar.pk}).status_code == 404
    assert Post.objects.get().pillar is None


def test_the_shelf_is_shut_in_the_composer_too(world: World) -> None:
    channel(world)
    asset, post = picture(world, "secret.jpg"), idea(world)
    plume = holds(world, "posts.read", "posts.write")
    assert enter(plume).get(f"/c/lenoir/posts/{post.pk}/edit/shelf/").status_code == 403
    assert enter(plume).post(f"/c/lenoir/posts/{post.pk}/edit/pictures/", {"asset": asset.pk}).status_code == 403
    assert enter(plume).post(f"/c/lenoir/posts/{post.pk}/edit/pictures/back/{asset.pk}/0/").status_code == 403
    assert not PostPicture.objects.exists()


# ---- people who wrote, labels, figures


def test_cards_of_other_accounts_are_not_proposed(world: World, talk: Conversation) -> None:
    Person.objects.create(
        company=world.bakery, network="mastodon", remote_id="9", handle="cachee", name="Mme Cachée", first_at=NOON, last_at=NOON
    )
    paul = bearer(world, mandate(world, talk.channel_id))
    url = f"/c/lenoir/inbox/persons/{talk.person_id}/?q=cach"
    assert "Mme Cachée" not in page(paul, url)
    assert "Mme Cachée" in page(world.bob, url)


def test_a_label_does_not_tell_how_many_conversations_other_accounts_have(world: World, talk: Conversation) -> None:
    label = inbox.make_label(company=world.bakery, name="Urgent", by=acting(world, world.alice), now=NOON)
    inbox.label(conversation=talk, label=label, by=acting(world, world.alice), now=NOON)
    paul = bearer(world, mandate(world, channel(world).pk))
    assert "0 conversation" in page(paul, "/c/lenoir/inbox/labels/").replace("\xa0", " ")
    assert "1 conversation" in page(world.bob, "/c/lenoir/inbox/labels/").replace("\xa0", " ")


@pytest.mark.parametrize("verbs", [("media.read",), ("inbox.read",), ("posts.read",)])
def test_a_made_role_is_told_of_what_waits_where_it_reads_and_of_nothing_else(world: World, talk: Conversation, verbs: tuple[str]) -> None:
    stand(deliveries(scheduled(world))[0], State.HELD)
    text = page(holds(world, *verbs), "/c/lenoir/")
    assert ("La bûche est là." in text) == (verbs == ("posts.read",))
    assert ("<h1>Rien" in text) == (verbs != ("posts.read",))


def test_a_made_role_that_says_yes_is_told_what_waits_for_it(world: World, talk: Conversation) -> None:
    of_a_post(world, talk)
    assert SECRET in page(holds(world, "posts.read", "approvals.read", "posts.approve"), "/c/lenoir/")


# ---- agencies


def of_agency(world: World) -> tuple[User, User, Mandate]:
    """An agency's owner and an employee of theirs, who both bear its mandate in the bakery."""
    owner, lou = marc(), User.objects.create_user("lou@agence.test", "correct horse 9", name="Lou")
    agency = agency_of(owner)
    held = mandate_of(world, owner, channel(world), agency=agency)
    Member.objects.create(company=agency, user=lou, role=Role.EDITOR, since=NOON)
    delegation.add_bearer(mandate=held, user=lou, by=owner_of(held), now=NOON)
    return owner, lou, held


def owner_of(held: Mandate) -> Any:
    return actor_of(Member.objects.get(company=held.agency, role=Role.OWNER), NOON)


@pytest.mark.parametrize("how", ["removed", "left"])
def test_whoever_leaves_an_agency_works_for_its_clients_no_more(world: World, how: str) -> None:
    _, lou, held = of_agency(world)
    assert enter(lou).get("/c/lenoir/calendar/").status_code == 200
    place = Member.objects.get(company=held.agency, user=lou)
    if how == "removed":
        people.remove_member(member=place, by=owner_of(held), now=NOON)
    else:
        people.leave(member=place, by=actor_of(place, NOON), now=NOON)
    assert enter(lou).get("/c/lenoir/calendar/").status_code == 403
    assert [one.member.user.email for one in Bearer.objects.filter(mandate=held)] == ["marc@agence.test"]
    assert Mandate.objects.get().tell == "bearers"


def test_a_mandate_in_one_s_own_name_stays_when_one_leaves_an_agency(world: World) -> None:
    _, lou, held = of_agency(world)
    own = mandate_of(world, lou, channel(world, "mastodon", "@lenoir@toot.example"), email="lou@agence.test")
    people.remove_member(member=Member.objects.get(company=held.agency, user=lou), by=owner_of(held), now=NOON)
    assert [one.mandate for one in Bearer.objects.filter(member__user=lou)] == [own]


def test_an_owner_of_an_agency_whom_the_company_refused_sees_nothing_of_it_on_the_desk(world: World) -> None:
    owner, lou, held = of_agency(world)
    delegation.remove_bearer(bearer=Bearer.objects.get(mandate=held, member__user=owner), by=acting(world, world.alice), now=NOON)
    scheduled(world, SECRET)
    for url in ("/desk/", "/desk/calendar/", "/desk/inbox/"):
        assert SECRET not in page(owner, url), url
    assert SECRET in page(lou, "/desk/calendar/")


# ---- a stop


@pytest.mark.parametrize("standing", ["active", "suspended"])
def test_the_page_of_a_stop_shows_what_waits_of_what_one_sees(world: World, talk: Conversation, standing: str) -> None:
    one, other = two(world)
    for account, words in ((one, "Le pain du jour"), (other, SECRET)):
        post = idea(world, words)
        posts.choose_channels(post=post, channels=[account.pk], by=acting(world, world.alice), now=NOON)
        posts.schedule(post=post, at=NOON, by=acting(world, world.alice), now=NOON)
    paul = bearer(world, mandate(world, one.pk, standing=standing))
    stop = stops.stop(company=world.bakery, by=acting(world, world.alice), now=NOON, why="Deuil")
    text = page(paul, f"/c/lenoir/stops/{stop.pk}/")
    assert SECRET not in text
    assert ("Le pain du jour" in text) == (standing == "active")
    assert SECRET in page(world.remi, f"/c/lenoir/stops/{stop.pk}/")


def test_nor_what_left_in_its_statement(world: World) -> None:
    owner, lou, held = of_agency(world)
    delegation.remove_bearer(bearer=Bearer.objects.get(mandate=held, member__user=owner), by=acting(world, world.alice), now=NOON)
    post = scheduled(world, SECRET)
    stand(deliveries(post)[0], State.SENT, sent_at=NOON, mandate_id=held.pk)
    assert SECRET not in page(owner, f"/desk/mandates/{held.pk}/statement/2026/12/")
    assert SECRET not in page(owner, f"/desk/mandates/{held.pk}/statement/2026/12/file/")
    assert SECRET in page(lou, f"/c/lenoir/settings/mandates/{held.pk}/statement/2026/12/")
