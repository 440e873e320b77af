"""The yes, attacked: by colleagues, by whoever has two places, by links, by doors that do not look like one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.test import Client

from parvis.channels.models import Channel
from parvis.core import clock
from parvis.delegation import linking
from parvis.delegation.models import Approval, Bearer, Mandate, Stage, Standing, Verdict, Waiting
from parvis.media.commands import say_people
from parvis.people.models import Grant, MadeRole, Member, Role, User
from parvis.people.permissions import NotAllowed
from parvis.posts import approving, mandates
from parvis.posts import commands as posts
from parvis.posts.approving import Left
from parvis.posts.models import Post, Variant
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from parvis.worker import asking
from tests.rooms.agreement import LATER, acting, bearer, circuit, fresh, mandate, outside, proposed, step
from tests.rooms.bakery import TOMORROW, channel, deliveries, idea, picture, scheduled, stand, typed
from tests.world import NOON, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


def enter(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def say(world: World, approval: Approval, who: User) -> Approval:
    return approving.decide(approval=approval, verdict=Verdict.YES, by=acting(world, who), now=NOON)


def left(world: World, who: User, **more: Any) -> Left:
    return approving.leave(post=idea(world), at=TOMORROW, by=acting(world, who), now=NOON, **more)


# ---- colleagues, and whoever has two places


@pytest.mark.parametrize("colleague", [False, True])
def test_a_circuit_inside_does_not_stand_in_for_the_yes_that_a_mandate_asks_for(world: World, colleague: bool) -> None:
    held, paul = outside(world)
    circuit(world, step("inside"))
    nina = bearer(world, held, "nina") if colleague else None
    asked = left(world, paul).asked
    assert asked
    if nina is not None:
        say(world, asked, nina)
    assert fresh(asked).side == "client"
    assert not Delivery.objects.exists()
    say(world, fresh(asked), world.alice)
    assert Delivery.objects.count() == 1


def test_the_law_asks_the_company_where_a_circuit_asks_colleagues_alone(world: World) -> None:
    held, paul = outside(world, alone={"posts": "all"})
    nina = bearer(world, held, "nina")
    circuit(world, step("inside"))
    post = idea(world, "Notre vin chaud vous attend au comptoir.")
    asked = approving.leave(post=post, at=TOMORROW, by=acting(world, paul), now=NOON).asked
    assert asked
    say(world, asked, nina)
    assert (fresh(asked).stage, fresh(asked).side) == (Stage.WAITING, "client")


@pytest.mark.parametrize("limit", [{"posts_a_month": 0}, {"last_day": NOON.date()}])
def test_what_colleagues_agree_to_keeps_to_the_limits_of_their_mandate(world: World, limit: dict[str, Any]) -> None:
    held, paul = outside(world, alone={"posts": "all"}, **limit)
    nina = bearer(world, held, "nina")
    circuit(world, step("inside"))
    asked = left(world, paul).asked
    assert asked
    with pytest.raises(posts.OverMandate):
        say(world, asked, nina)
    assert fresh(asked).stage == Stage.WAITING
    page = enter(nina).post(f"/c/lenoir/approvals/{asked.pk}/decision/", {"verdict": "yes"})
    assert page.status_code == 422
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("ended", [{"standing": "suspended"}, {"standing": "revoked"}, {"last_day": NOON.date() - timedelta(days=1)}])
def test_a_mandate_that_does_not_run_says_no_yes_inside(world: World, ended: dict[str, Any]) -> None:
    held, _paul = outside(world)
    nina = bearer(world, held, "nina")
    circuit(world, step("inside"), step("client"))
    _, asked = proposed(world)
    Mandate.objects.filter(pk=held.pk).update(**ended)
    with pytest.raises(NotAllowed):
        say(world, asked, nina)


def bears_too(world: World, user: User) -> Mandate:
    """A mandate of which the company says yes to each post, and that somebody bears beside a role of their own."""
    held = mandate(world, channel(world).pk)
    place = Member.objects.get(user=user)
    Bearer.objects.create(mandate=held, member=place, since=NOON)
    Member.objects.filter(pk=place.pk).update(granted=True)
    return held


def test_whoever_bears_the_mandate_does_not_say_the_companys_yes_beside_it(world: World) -> None:
    bears_too(world, world.chloe)
    asked = left(world, world.chloe).asked
    assert asked
    with pytest.raises(NotAllowed):
        say(world, asked, world.chloe)
    say(world, asked, world.alice)
    assert Delivery.objects.count() == 1


def test_nor_is_their_yes_waited_for_where_all_must_agree(world: World) -> None:
    bears_too(world, world.chloe)
    circuit(world, step("client", "all", world.alice, world.chloe))
    asked = left(world, world.chloe).asked
    assert asked
    assert say(world, asked, world.alice).stage == Stage.APPROVED


def test_they_still_say_it_of_what_others_make(world: World) -> None:
    bears_too(world, world.chloe)
    circuit(world, step("client"))
    asked = left(world, world.bob).asked
    assert asked
    assert say(world, asked, world.chloe).stage == Stage.APPROVED


# ---- links


@pytest.mark.parametrize("role", ["editor", "guest", "made", "mandated"])
def test_a_link_speaks_no_longer_than_whoever_made_it_could(world: World, role: str) -> None:
    outside(world)
    _, asked = proposed(world)
    path = f"/yes/{linking.token_of(linking.make(approval=asked, name='Jeanne', by=acting(world, world.chloe), now=NOON))}/"
    assert Client().get(path).status_code == 200
    made = MadeRole.objects.create(company=world.bakery, name="Plume", verbs=["posts.read", "posts.write"])
    Member.objects.filter(user=world.chloe).update(role=role, made=made if role == "made" else None)
    assert Client().get(path).status_code == 410
    assert Client().post(f"{path}decision/", {"verdict": "yes"}).status_code == 410
    assert fresh(asked).stage == Stage.WAITING
    assert not Delivery.objects.exists()


def test_a_link_made_on_one_account_ends_with_the_role_there(world: World) -> None:
    _, paul = outside(world)
    guest = Member.objects.create(
        company=world.bakery, user=User.objects.create_user("zoe@example.test"), role=Role.GUEST, since=NOON, granted=True
    )
    given = Grant.objects.create(member=guest, role=Role.APPROVER, channel_id=world.bakery.channels.get().pk)
    asked = left(world, paul).asked
    assert asked
    path = f"/yes/{linking.token_of(linking.make(approval=asked, name='Jeanne', by=acting(world, guest.user), now=NOON))}/"
    assert Client().get(path).status_code == 200
    given.delete()
    assert Client().post(f"{path}decision/", {"verdict": "yes"}).status_code == 410
    assert not Delivery.objects.exists()


# ---- another hour, by the door of what is published by hand


def two_accounts(world: World, **more: Any) -> tuple[Mandate, User]:
    held = mandate(world, channel(world).pk, channel(world, "mastodon", "@lenoir@toot.example").pk, **more)
    return held, bearer(world, held)


@pytest.mark.parametrize("accounts", [1, 2])
def test_another_hour_given_on_a_card_needs_the_yes_that_any_other_hour_needs(world: World, accounts: int) -> None:
    _, paul = outside(world) if accounts == 1 else two_accounts(world)
    post, asked = proposed(world)
    say(world, asked, world.alice)
    page = enter(paul).post(f"/c/lenoir/deliveries/{deliveries(post)[0].pk}/hand/hour/", {"in": "60"}, follow=True)
    assert "Rien n’a été déplacé" in page.content.decode()
    assert {one.due_at for one in deliveries(post)} == {TOMORROW}
    enter(world.alice).post(f"/c/lenoir/deliveries/{deliveries(post)[0].pk}/hand/hour/", {"in": "60"})
    assert deliveries(post)[0].due_at == NOON + timedelta(hours=1)


def test_another_hour_given_on_a_card_keeps_to_the_month_and_the_last_day_of_the_mandate(world: World) -> None:
    _, paul = two_accounts(world, alone={"posts": "all"}, posts_a_month=1, last_day=(NOON + timedelta(days=40)).date())
    by = acting(world, paul)
    gone = approving.leave(post=idea(world), at=TOMORROW, by=by, now=NOON).outcome
    assert gone
    for days in (25, 60):
        with pytest.raises(posts.OverMandate):
            posts.put_off(delivery=gone.done[0], at=NOON + timedelta(days=days), by=by, now=NOON)
    assert Delivery.objects.get(pk=gone.done[0].pk).due_at == TOMORROW
    with pytest.raises(posts.OverMandate):
        approving.leave(post=idea(world, "Autre."), at=LATER, by=by, now=NOON)
    posts.put_off(delivery=gone.done[0], at=LATER, by=by, now=NOON)


def test_what_leaves_on_one_account_alone_counts_in_the_month_of_its_other_hour(world: World) -> None:
    _, paul = outside(world, alone={"posts": "all"}, posts_a_month=1)
    by = acting(world, paul)
    gone = approving.leave(post=idea(world), at=TOMORROW, by=by, now=NOON).outcome
    assert gone
    posts.put_off(delivery=gone.done[0], at=NOON + timedelta(days=25), by=by, now=NOON)
    assert approving.leave(post=idea(world, "Autre."), at=LATER, by=by, now=NOON).outcome
    with pytest.raises(posts.OverMandate):
        posts.put_off(delivery=gone.done[0], at=LATER, by=by, now=NOON)


def test_what_the_company_scheduled_itself_is_not_moved_past_the_last_day_of_a_mandate(world: World) -> None:
    _, paul = outside(world, alone={"posts": "all"}, last_day=(NOON + timedelta(days=3)).date())
    post = scheduled(world)
    with pytest.raises(posts.OverMandate):
        posts.move(post=post, at=NOON + timedelta(days=30), by=acting(world, paul), now=NOON)
    assert deliveries(post)[0].due_at == TOMORROW


# ---- a yes that was taken back


def by_taking_back(world: World, post: Post) -> None:
    posts.unschedule(post=post, by=acting(world, world.alice), now=NOON)


def by_stopping_the_mandate(world: World, post: Post) -> None:
    held, alice = Mandate.objects.get(), acting(world, world.alice)
    mandates.stop(mandate=held, to=Standing.SUSPENDED, waiting=Waiting.CANCEL, by=alice, now=NOON)
    mandates.resume(mandate=held, by=alice, now=NOON)


def by_putting_away(world: World, post: Post) -> None:
    posts.remove(post=post, by=acting(world, world.alice), now=NOON)
    posts.restore(post=post, by=acting(world, world.alice), now=NOON)


def by_leaving_the_account_out(world: World, post: Post) -> None:
    one = post.variants.get().channel_id
    posts.choose_channels(post=post, channels=[], by=acting(world, world.alice), now=NOON)
    posts.choose_channels(post=post, channels=[one], by=acting(world, world.alice), now=NOON)


@pytest.mark.parametrize("how", [by_taking_back, by_stopping_the_mandate, by_putting_away, by_leaving_the_account_out])
def test_what_the_company_took_back_does_not_leave_with_the_yes_it_had(world: World, how: Callable[[World, Post], None]) -> None:
    _, paul = outside(world)
    post, asked = proposed(world)
    say(world, asked, world.alice)
    how(world, Post.objects.get(pk=post.pk))
    again = approving.leave(post=Post.objects.get(pk=post.pk), at=TOMORROW, by=acting(world, paul), now=NOON)
    assert again.asked
    assert again.asked.pk != asked.pk
    assert not Delivery.objects.exclude(state=State.CANCELLED).exists()
    assert fresh(asked).stage == Stage.GONE


def test_taken_back_on_one_account_it_is_not_sent_there_again(world: World) -> None:
    _, paul = two_accounts(world)
    post, asked = proposed(world)
    say(world, asked, world.alice)
    one = deliveries(post)[0]
    enter(world.alice).post(f"/c/lenoir/deliveries/{one.pk}/cancel/")
    enter(paul).post(f"/c/lenoir/posts/{post.pk}/mending/?channel={one.channel_id}")
    assert [row.state for row in deliveries(post) if row.channel_id == one.channel_id] == [State.CANCELLED]


def test_another_hour_or_other_words_of_the_companys_are_not_undone_with_an_earlier_yes(world: World) -> None:
    _, paul = outside(world)
    post, asked = proposed(world, "avant")
    say(world, asked, world.alice)
    posts.move(post=Post.objects.get(pk=post.pk), at=LATER, by=acting(world, world.alice), now=NOON)
    with pytest.raises(posts.NeedsYes):
        posts.move(post=Post.objects.get(pk=post.pk), at=TOMORROW, by=acting(world, paul), now=NOON)
    post, asked = proposed(world, "avant")
    say(world, asked, world.alice)
    posts.update(post=typed(Post.objects.get(pk=post.pk), ["après"], world), by=acting(world, world.alice), now=NOON)
    with pytest.raises(posts.NeedsYes):
        posts.update(post=typed(Post.objects.get(pk=post.pk), ["avant"], world), by=acting(world, paul), now=NOON)
    assert [one.parcel["text"] for one in deliveries(post)] == ["après"]


def test_whoever_only_asked_may_take_back_and_send_again_what_was_agreed_to(world: World) -> None:
    _, paul = outside(world)
    post, asked = proposed(world)
    say(world, asked, world.alice)
    posts.unschedule(post=Post.objects.get(pk=post.pk), by=acting(world, paul), now=NOON)
    assert approving.leave(post=Post.objects.get(pk=post.pk), at=TOMORROW, by=acting(world, paul), now=NOON).outcome


# ---- the law, beside the text


@pytest.mark.parametrize("where", ["first comment", "description", "warning", "own text"])
def test_the_law_is_looked_for_wherever_words_leave(world: World, where: str) -> None:
    _, paul = outside(world, alone={"posts": "all"})
    wine, post = "Notre vin chaud vous attend au comptoir.", idea(world, "Le pain sort du four.")
    if where == "first comment":
        Channel.objects.update(network="linkedin")
        Variant.objects.update(comment=wine)
    elif where == "description":
        asset = picture(world, alt=wine)
        say_people(asset=asset, shown=False, by=acting(world, world.alice), now=NOON)
        posts.place_picture(post=post, asset=asset, by=acting(world, world.alice), now=NOON)
    elif where == "warning":
        Post.objects.update(warning=wine)
    else:
        Variant.objects.update(parts=[wine])
    asked = approving.leave(post=post, at=TOMORROW, by=acting(world, paul), now=NOON).asked
    assert asked
    assert asked.why


# ---- a no


@pytest.mark.parametrize("verdict", [Verdict.NO, Verdict.CHANGES])
def test_what_was_refused_does_not_leave_alone_because_it_is_put_under_another_pillar(world: World, verdict: Verdict) -> None:
    offers, bakehouse = (world.bakery.pillars.create(name=name) for name in ("Offres", "Fournil"))
    _, paul = outside(world, alone={"posts": [bakehouse.pk]})
    by, post = acting(world, paul), idea(world)
    posts.classify(post=post, pillar=offers, by=by, now=NOON)
    asked = approving.leave(post=Post.objects.get(), at=TOMORROW, by=by, now=NOON).asked
    assert asked
    approving.decide(approval=asked, verdict=verdict, by=acting(world, world.alice), now=NOON, words="Pas ainsi.")
    posts.classify(post=post, pillar=bakehouse, by=by, now=NOON)
    again = approving.leave(post=Post.objects.get(), at=LATER, by=by, now=NOON).asked
    assert again
    assert again.side == "client"
    written = typed(Post.objects.get(), ["Le pain sort du four."], world)
    assert approving.leave(post=written, at=LATER, by=by, now=NOON).outcome, "other words are another matter"


def test_whoever_may_say_yes_undoes_a_no_by_their_own_act(world: World) -> None:
    channel(world)
    asked = approving.propose(post=idea(world), at=TOMORROW, by=acting(world, world.bob), now=NOON)
    approving.decide(approval=asked, verdict=Verdict.NO, by=acting(world, world.alice), now=NOON, words="Non.")
    post = Post.objects.get()
    assert approving.leave(post=post, at=TOMORROW, by=acting(world, world.bob), now=NOON).asked
    assert approving.leave(post=post, at=TOMORROW, by=acting(world, world.chloe), now=NOON).outcome


# ---- mails


def test_what_was_decided_is_not_mailed_to_whoever_may_not_read_it_any_more(world: World) -> None:
    one = channel(world)
    held = mandate(world, one.pk, channel(world, "mastodon", "@lenoir@toot.example").pk)
    paul = bearer(world, held)
    post = idea(world)
    posts.choose_channels(post=post, channels=[one.pk], by=acting(world, paul), now=NOON)
    asked = approving.propose(post=post, at=TOMORROW, by=acting(world, paul), now=NOON)
    asking.tell(NOON)
    Mandate.objects.update(accounts={pk: do for pk, do in held.accounts.items() if pk != str(one.pk)})
    approving.decide(approval=asked, verdict=Verdict.NO, by=acting(world, world.alice), now=NOON, words="Secret.")
    outbox.outbox.clear()
    asking.tell(NOON)
    assert outbox.outbox == []


# ---- what was held


def test_what_is_late_leaves_at_another_hour_with_the_yes_of_whoever_may_say_it(world: World) -> None:
    _, paul = outside(world)
    post, asked = proposed(world)
    say(world, asked, world.alice)
    held = deliveries(post)[0]
    stand(held, State.HELD)
    enter(paul).post(f"/c/lenoir/deliveries/{held.pk}/now/")
    assert [one.state for one in deliveries(post)] == [State.HELD]
    again = Approval.objects.order_by("-pk")[0]
    assert (again.stage, again.at) == (Stage.WAITING, None)
    say(world, again, world.alice)
    assert [(one.state, one.due_at) for one in deliveries(post)] == [(State.SCHEDULED, NOON)]


def test_an_owner_has_what_is_late_leave_by_their_own_act(world: World) -> None:
    outside(world)
    post, asked = proposed(world)
    say(world, asked, world.alice)
    held = deliveries(post)[0]
    stand(held, State.HELD)
    enter(world.alice).post(f"/c/lenoir/deliveries/{held.pk}/now/")
    assert [one.state for one in deliveries(post)] == [State.SCHEDULED]


# ---- one's own work


def test_a_step_inside_is_another_pair_of_eyes_in_a_company_too(world: World) -> None:
    channel(world)
    circuit(world, step("inside"))
    asked = left(world, world.chloe).asked
    assert asked
    with pytest.raises(NotAllowed):
        say(world, asked, world.chloe)
    assert not Delivery.objects.exists()
    say(world, asked, world.alice)
    assert Delivery.objects.count() == 1


def test_whoever_is_alone_in_a_company_has_nobody_to_wait_for(world: World) -> None:
    channel(world)
    circuit(world, step("inside"))
    Member.objects.filter(user=world.chloe).delete()
    assert left(world, world.alice).outcome
