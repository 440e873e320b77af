"""Posts that need a yes: whose, to exactly what, and what leaves by which door."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from parvis.audit.models import Entry
from parvis.delegation import approvals
from parvis.delegation.approvals import NoReason, Settled
from parvis.delegation.models import Decision, Stage, Verdict
from parvis.media import framing_commands
from parvis.media.commands import describe, say_people, take_in
from parvis.people.models import Member
from parvis.people.permissions import NotAllowed
from parvis.posts import approving
from parvis.posts import commands as posts
from parvis.posts.importing import confirm_csv, import_csv
from parvis.posts.models import Post
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from tests.pictures import jpeg, shades
from tests.rooms.agreement import LATER, acting, bearer, circuit, fresh, mandate, outside, proposed, step
from tests.rooms.bakery import TOMORROW, channel, deliveries, idea, picture, scheduled, stand, typed
from tests.world import NOON, World

pytestmark = pytest.mark.django_db
YES, NO, CHANGES, HOLD = Verdict.YES, Verdict.NO, Verdict.CHANGES, Verdict.HOLD


def say(world: World, approval: object, verdict: Verdict = YES, who: object = None, *, words: str = "", now: object = NOON) -> object:
    by = acting(world, who or world.alice)  # type: ignore[arg-type]
    return approving.decide(approval=approval, verdict=verdict, by=by, now=now, words=words)  # type: ignore[arg-type]


# ---- who must ask


def test_a_company_without_circuits_and_without_mandates_asks_nobody(world: World) -> None:
    channel(world)
    left = approving.leave(post=idea(world), at=TOMORROW, by=acting(world, world.bob), now=NOON)
    assert left.asked is None
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize("alone", ["none", "all", "their pillar", "another pillar"])
def test_a_mandate_says_what_goes_out_without_a_yes(world: World, alone: str) -> None:
    pillars = [world.bakery.pillars.create(name=name) for name in ("Fournil", "Offres")]
    said = {"their pillar": [pillars[0].pk], "another pillar": [pillars[1].pk]}.get(alone, alone)
    _, paul = outside(world, alone={"posts": said})
    post = idea(world)
    Post.objects.filter(pk=post.pk).update(pillar=pillars[0])
    left = approving.leave(post=post, at=TOMORROW, by=acting(world, paul), now=NOON)
    assert (left.asked is None) == (alone in {"all", "their pillar"})
    assert Delivery.objects.exists() == (alone in {"all", "their pillar"})


def test_whoever_may_only_propose_asks_instead_of_scheduling(world: World) -> None:
    _, paul = outside(world, actions=("propose",), alone={"posts": "all"})
    with pytest.raises(NotAllowed):
        posts.schedule(post=idea(world), at=TOMORROW, by=acting(world, paul), now=NOON)
    left = approving.leave(post=idea(world), at=TOMORROW, by=acting(world, paul), now=NOON)
    assert left.asked
    assert left.asked.stage == Stage.WAITING
    assert not Delivery.objects.exists()


def test_a_remark_about_the_law_always_asks_under_a_mandate(world: World) -> None:
    _, paul = outside(world, alone={"posts": "all"})
    free = approving.leave(post=idea(world, "Le pain sort du four."), at=TOMORROW, by=acting(world, paul), now=NOON)
    caught = approving.leave(post=idea(world, "Notre vin chaud vous attend au comptoir."), at=TOMORROW, by=acting(world, paul), now=NOON)
    assert free.asked is None
    assert caught.asked
    assert caught.asked.why


def test_a_picture_of_which_nobody_said_who_is_on_it_asks_under_a_mandate(world: World) -> None:
    _, paul = outside(world, alone={"posts": "all"})
    post, asset = idea(world), picture(world)
    posts.place_picture(post=post, asset=asset, by=acting(world, world.bob), now=NOON)
    assert approving.leave(post=post, at=TOMORROW, by=acting(world, paul), now=NOON).asked
    say_people(asset=asset, shown=False, by=acting(world, world.alice), now=NOON)
    assert approving.leave(post=post, at=TOMORROW, by=acting(world, paul), now=NOON).asked is None


def test_a_circuit_holds_for_its_accounts_and_pillars_and_nobody_elses(world: World) -> None:
    one, _other = channel(world), channel(world, "mastodon", "@lenoir@toot.example")
    circuit(world, step("client", "one", world.alice), channels=[one.pk])
    both = idea(world)
    with pytest.raises(posts.NeedsYes):
        posts.schedule(post=both, at=TOMORROW, by=acting(world, world.bob), now=NOON)
    posts.choose_channels(post=both, channels=[_other.pk], by=acting(world, world.bob), now=NOON)
    posts.schedule(post=both, at=TOMORROW, by=acting(world, world.bob), now=NOON)
    assert Delivery.objects.get().channel_id == _other.pk


def test_a_circuit_without_steps_on_one_account_does_not_spare_the_other_its_yes(world: World) -> None:
    one, other = channel(world), channel(world, "mastodon", "@lenoir@toot.example")
    circuit(world, channels=[one.pk], position=0)
    circuit(world, step("client", "one", world.alice), channels=[other.pk], position=1)
    with pytest.raises(posts.NeedsYes):
        posts.schedule(post=idea(world), at=TOMORROW, by=acting(world, world.bob), now=NOON)


def test_a_circuit_for_the_law_asks_only_where_a_remark_stands(world: World) -> None:
    channel(world)
    circuit(world, step("client", "one", world.alice), findings=True)
    posts.schedule(post=idea(world, "Le pain sort du four."), at=TOMORROW, by=acting(world, world.bob), now=NOON)
    with pytest.raises(posts.NeedsYes):
        posts.schedule(post=idea(world, "Notre vin chaud vous attend."), at=TOMORROW, by=acting(world, world.bob), now=NOON)


def test_the_own_act_of_whoever_may_say_yes_is_their_yes(world: World) -> None:
    channel(world)
    circuit(world, step("client", "one", world.chloe, world.alice))
    posts.schedule(post=idea(world), at=TOMORROW, by=acting(world, world.alice), now=NOON)
    assert Delivery.objects.count() == 1


# ---- every door


@pytest.mark.parametrize("door", ["schedule", "schedule_now", "update", "move", "mend", "schedule_next_free"])
def test_no_door_lets_out_what_has_no_yes(world: World, door: str) -> None:
    _, paul = outside(world)
    by = acting(world, paul)
    if door in {"schedule", "schedule_now", "schedule_next_free"}:
        posts.add_slot(company=world.bakery, weekday=4, at=TOMORROW.time(), by=acting(world, world.alice), now=NOON)
        post = idea(world)
    else:
        post = scheduled(world, "avant")
        post = typed(post, ["après"], world)
    if door == "mend":
        stand(deliveries(post)[0], State.REFUSED)
    before = [(d.state, d.parcel["text"], d.due_at) for d in deliveries(post)]
    more = {"schedule": {"at": TOMORROW}, "move": {"at": LATER}}.get(door, {})
    with pytest.raises(posts.NeedsYes):
        getattr(posts, door)(post=post, by=by, now=NOON, **more)
    assert [(d.state, d.parcel["text"], d.due_at) for d in deliveries(post)] == before


def test_a_file_of_posts_asks_for_each_of_them(world: World) -> None:
    channel(world)
    circuit(world, step("client", "one", world.alice))
    content = b"date;heure;texte\n2026-12-12;9:00;Un\n2026-12-13;9:00;Deux\n"
    batch = import_csv(company=world.bakery, content=content, name="posts.csv", by=acting(world, world.bob), now=NOON)
    made = confirm_csv(batch=batch, leave=True, by=acting(world, world.bob), now=NOON)
    assert not Delivery.objects.exists()
    assert {a.stage for a in approvals.Approval.objects.all()} == {Stage.WAITING}
    assert approvals.Approval.objects.count() == 2
    assert (len(made.asked), made.kept_as_drafts) == (2, [])


# ---- one exact content


def test_with_the_last_yes_exactly_what_was_shown_leaves_at_its_hour(world: World) -> None:
    held, _ = outside(world)
    post, approval = proposed(world, "La bûche est là.")
    say(world, approval)
    sent = Delivery.objects.get()
    assert (fresh(approval).stage, sent.due_at, sent.mandate_id) == (Stage.APPROVED, TOMORROW, held.pk)
    assert sent.parcel == approval.content["accounts"][0]["parts"][0]
    post.refresh_from_db()
    assert post.scheduled
    assert Entry.objects.get(verb="posts:post:scheduled").who == "Alice"


def test_a_comma_changed_and_the_yes_is_gone(world: World) -> None:
    outside(world)
    post, approval = proposed(world, "La bûche est là")
    typed(post, ["La bûche est là,"], world)
    assert fresh(approval).stage == Stage.GONE
    with pytest.raises(Settled):
        say(world, approval)
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("what", ["alt", "crop"])
def test_a_picture_that_is_another_one_lets_nothing_out(world: World, what: str) -> None:
    bob = acting(world, world.bob)
    held = mandate(world, channel(world, "instagram", "lenoir").pk)
    bearer(world, held)
    wide = take_in(company=world.bakery, file=io.BytesIO(jpeg(shades(1200, 300))), name="wide.jpg", by=bob, now=NOON)
    describe(asset=wide, alt="Une bûche", decorative=False, by=bob, now=NOON)
    post = idea(world)
    posts.place_picture(post=post, asset=wide, by=bob, now=NOON)
    approval = approving.propose(post=post, at=TOMORROW, by=bob, now=NOON)
    if what == "alt":
        describe(asset=wide, alt="Autre chose", decorative=False, by=bob, now=NOON)
    else:
        framing_commands.focus_on(asset=wide, x=1.0, y=0.5, by=bob, now=NOON)
    done = say(world, approval)
    assert done.stage == Stage.GONE  # type: ignore[attr-defined]
    assert done.ended  # type: ignore[attr-defined]
    assert not Delivery.objects.exists()
    assert Decision.objects.filter(verdict=YES).count() == 1


def test_another_picture_in_its_place_closes_the_request(world: World) -> None:
    outside(world)
    bob = acting(world, world.bob)
    post = idea(world)
    first = posts.place_picture(post=post, asset=picture(world), by=bob, now=NOON)
    approval = approving.propose(post=post, at=TOMORROW, by=bob, now=NOON)
    posts.take_picture_off(picture=first, by=bob, now=NOON)
    posts.place_picture(post=post, asset=picture(world, "autre.jpg", shade=9), by=bob, now=NOON)
    assert fresh(approval).stage == Stage.GONE


def test_an_account_added_after_the_request_closes_it(world: World) -> None:
    outside(world)
    post, approval = proposed(world)
    other = channel(world, "mastodon", "@lenoir@toot.example")
    posts.choose_channels(post=post, channels=[*approval.channels, other.pk], by=acting(world, world.bob), now=NOON)
    assert fresh(approval).stage == Stage.GONE


def test_another_hour_needs_another_yes_and_the_approved_one_stays_until_then(world: World) -> None:
    _, paul = outside(world)
    post, first = proposed(world)
    say(world, first)
    with pytest.raises(posts.NeedsYes) as told:
        posts.move(post=Post.objects.get(), at=LATER, by=acting(world, paul), now=NOON)
    second = approving.propose(post=post, at=told.value.at, by=acting(world, paul), now=NOON)
    assert {d.due_at for d in deliveries(post)} == {TOMORROW}
    assert Post.objects.get().at == TOMORROW
    say(world, second)
    assert {d.due_at for d in deliveries(post)} == {LATER}
    assert Post.objects.get().at == LATER


def test_what_waits_with_a_yes_stays_the_approved_version_until_the_next_one(world: World) -> None:
    _, paul = outside(world)
    post, first = proposed(world, "un")
    say(world, first)
    post = typed(Post.objects.get(), ["deux"], world)
    assert [d.parcel["text"] for d in deliveries(post)] == ["un"]
    second = approving.leave(post=post, at=TOMORROW, by=acting(world, paul), now=NOON).asked
    assert second
    assert second.version == 2
    assert [d.parcel["text"] for d in deliveries(post)] == ["un"]
    say(world, second)
    assert [d.parcel["text"] for d in deliveries(post)] == ["deux"]


def test_a_yes_already_given_to_exactly_this_is_not_asked_twice(world: World) -> None:
    _, paul = outside(world)
    post, approval = proposed(world)
    say(world, approval)
    posts.unschedule(post=post, by=acting(world, paul), now=NOON)
    posts.schedule(post=Post.objects.get(), at=TOMORROW, by=acting(world, paul), now=NOON)
    assert [d.state for d in deliveries(post)] == [State.CANCELLED, State.SCHEDULED]


def test_a_no_to_the_same_content_takes_an_earlier_yes_back(world: World) -> None:
    _, paul = outside(world)
    post, approval = proposed(world)
    say(world, approval)
    posts.unschedule(post=post, by=acting(world, paul), now=NOON)
    again = approving.propose(post=post, at=TOMORROW, by=acting(world, paul), now=NOON)
    say(world, again, NO, words="Plus maintenant.")
    with pytest.raises(posts.NeedsYes):
        posts.schedule(post=Post.objects.get(), at=TOMORROW, by=acting(world, paul), now=NOON)


def test_what_a_network_refused_is_mended_with_the_yes_it_had_and_with_no_other_words(world: World) -> None:
    _, paul = outside(world)
    post, approval = proposed(world, "un")
    say(world, approval)
    stand(deliveries(post)[0], State.REFUSED)
    posts.mend(post=post, by=acting(world, paul), now=TOMORROW + timedelta(minutes=5))
    assert [d.state for d in deliveries(post)] == [State.REFUSED, State.SCHEDULED]
    stand(deliveries(post)[1], State.REFUSED)
    typed(Post.objects.get(), ["deux"], world)
    with pytest.raises(posts.NeedsYes):
        posts.mend(post=post, by=acting(world, paul), now=TOMORROW + timedelta(minutes=6))
    at = TOMORROW + timedelta(minutes=6)
    asked = approving.propose(post=post, at=None, by=acting(world, paul), now=at)
    say(world, asked, now=at)
    assert [(d.state, d.parcel["text"]) for d in deliveries(post)][-1] == (State.SCHEDULED, "deux")


# ---- the hour


def test_a_yes_after_the_hour_is_kept_and_nothing_goes_out_by_surprise(world: World) -> None:
    _, paul = outside(world)
    post, approval = proposed(world)
    late = TOMORROW + timedelta(hours=1)
    assert approvals.look_after(now=late) == 1
    assert fresh(approval).stage == Stage.LAPSED
    done = say(world, fresh(approval), now=late)
    assert done.stage == Stage.LAPSED  # type: ignore[attr-defined]
    assert approvals.agreed(done)  # type: ignore[arg-type]
    assert not Delivery.objects.exists()
    # The yes is kept: a person chooses another hour, and it leaves then.
    posts.schedule(post=Post.objects.get(), at=late + timedelta(days=1), by=acting(world, paul), now=late)
    assert Delivery.objects.get().due_at == late + timedelta(days=1)
    assert post.pk == Post.objects.get().pk


def test_a_post_asked_for_at_once_leaves_with_the_yes(world: World) -> None:
    outside(world)
    _, approval = proposed(world, at=None)
    later = NOON + timedelta(hours=5)
    say(world, approval, now=later)
    assert Delivery.objects.get().due_at == later


def test_an_hour_is_one_moment_whatever_the_time_zone_it_is_said_in(world: World) -> None:
    world.bakery.timezone = "Indian/Reunion"
    world.bakery.save()
    _, paul = outside(world)
    post, approval = proposed(world)
    say(world, approval)
    from zoneinfo import ZoneInfo

    there = TOMORROW.astimezone(ZoneInfo("Pacific/Auckland"))
    posts.schedule(post=post, at=there, by=acting(world, paul), now=NOON)
    assert Delivery.objects.get().due_at == TOMORROW


# ---- deciding


def test_of_two_who_decide_at_once_the_second_is_told_what_the_first_decided(world: World) -> None:
    outside(world)
    _, approval = proposed(world)
    first, second = fresh(approval), fresh(approval)
    say(world, first, NO, words="Trop tôt.")
    with pytest.raises(Settled) as told:
        say(world, second, YES, world.chloe)
    assert told.value.stored.stage == Stage.REFUSED
    assert not Delivery.objects.exists()


def test_two_yeses_at_once_make_one_departure(world: World) -> None:
    outside(world)
    _, approval = proposed(world)
    first, second = fresh(approval), fresh(approval)
    say(world, first)
    with pytest.raises(Settled):
        say(world, second, YES, world.chloe)
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize("verdict", [NO, CHANGES])
def test_a_no_says_why(world: World, verdict: Verdict) -> None:
    outside(world)
    _, approval = proposed(world)
    with pytest.raises(NoReason):
        say(world, approval, verdict, words="  ")
    assert fresh(approval).stage == Stage.WAITING
    done = say(world, approval, verdict, words="Le prix a changé.")
    assert done.stage in {Stage.REFUSED, Stage.CHANGES}  # type: ignore[attr-defined]


def test_what_was_put_off_can_still_have_its_yes(world: World) -> None:
    outside(world)
    _, approval = proposed(world)
    say(world, approval, HOLD)
    assert fresh(approval).stage == Stage.HELD
    say(world, fresh(approval))
    assert Delivery.objects.count() == 1


def test_inside_then_client_a_colleague_first_and_then_the_company(world: World) -> None:
    held, paul = outside(world)
    nina = bearer(world, held, "nina")
    circuit(world, step("inside"), step("client"))
    _, approval = proposed(world)
    for nobody in (paul, world.alice):  # not one's own, and not before the inside has looked
        with pytest.raises(NotAllowed):
            say(world, approval, YES, nobody)
    say(world, approval, YES, nina)
    assert (fresh(approval).side, fresh(approval).stage) == ("client", Stage.WAITING)
    with pytest.raises(NotAllowed):
        say(world, fresh(approval), YES, nina)
    say(world, fresh(approval))
    assert Delivery.objects.count() == 1


def test_a_professional_alone_has_nobody_inside_to_wait_for(world: World) -> None:
    outside(world)
    circuit(world, step("inside"), step("client"))
    _, approval = proposed(world)
    assert (approval.step, approval.side) == (1, "client")


def test_all_of_waits_for_each_and_any_of_for_one(world: World) -> None:
    outside(world)
    circuit(world, step("client", "all", world.alice, world.chloe))
    _, approval = proposed(world)
    say(world, approval)
    say(world, fresh(approval))  # saying it twice is saying it once
    assert not Delivery.objects.exists()
    say(world, fresh(approval), YES, world.chloe)
    assert Delivery.objects.count() == 1


def test_whoever_left_is_not_waited_for(world: World) -> None:
    outside(world)
    circuit(world, step("client", "all", world.alice, world.chloe))
    _, approval = proposed(world)
    Member.objects.filter(user=world.chloe).delete()
    say(world, approval)
    assert fresh(approval).stage == Stage.APPROVED


def test_nobody_under_a_mandate_says_the_companys_yes(world: World) -> None:
    held, paul = outside(world)
    nina = bearer(world, held, "nina")
    _, approval = proposed(world)
    for who in (paul, nina, world.bob, world.remi):
        with pytest.raises(NotAllowed):
            say(world, approval, YES, who)


def test_a_professional_removed_while_asking_leaves_the_request_to_the_company(world: World) -> None:
    _, paul = outside(world)
    _, approval = proposed(world)
    Member.objects.filter(user=paul).delete()
    say(world, approval)
    assert Delivery.objects.count() == 1


def test_a_professional_removed_while_writing_can_neither_ask_nor_send(world: World) -> None:
    _, paul = outside(world)
    by = acting(world, paul)
    approval = proposed(world)[1]
    mandate(world)
    approval.mandate.standing = "revoked"  # type: ignore[union-attr]
    approval.mandate.save()  # type: ignore[union-attr]
    assert by.mandate_id
    gone = acting(world, paul)
    for verb in (approving.leave, approving.propose, posts.schedule):
        with pytest.raises(NotAllowed):
            verb(post=idea(world), at=TOMORROW, by=gone, now=NOON)


def test_a_post_that_breaks_a_limit_by_now_is_not_decided(world: World) -> None:
    outside(world)
    _, approval = proposed(world)
    approval.company.channels.update(state="dead")
    with pytest.raises(posts.Breaks):
        say(world, approval)
    assert fresh(approval).stage == Stage.WAITING
    assert not Decision.objects.exists()


def test_putting_it_away_closes_the_request(world: World) -> None:
    outside(world)
    post, approval = proposed(world)
    posts.remove(post=post, by=acting(world, world.bob), now=NOON)
    assert fresh(approval).stage == Stage.GONE


def test_whoever_asked_may_take_it_back(world: World) -> None:
    _, paul = outside(world)
    _, approval = proposed(world)
    approving.withdraw(approval=approval, by=acting(world, paul), now=NOON)
    with pytest.raises(Settled):
        approving.withdraw(approval=approval, by=acting(world, paul), now=NOON)
    with pytest.raises(Settled):
        say(world, approval)


def test_asking_twice_for_the_same_asks_once(world: World) -> None:
    _, paul = outside(world)
    post, approval = proposed(world)
    again = approving.propose(post=post, at=TOMORROW, by=acting(world, paul), now=NOON)
    assert (again.pk, again.version) == (approval.pk, 1)
    other = approving.propose(post=post, at=LATER, by=acting(world, paul), now=NOON)
    assert (other.version, fresh(approval).stage) == (2, Stage.GONE)
