"""From an idea to its deliveries: sealed, chained, moved, taken back, mended."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from parvis.audit.models import Entry
from parvis.media import files
from parvis.posts import commands as posts
from parvis.posts.models import Departure, Post
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from tests.rooms.bakery import TOMORROW, channel, deliveries, idea, picture, scheduled, stand, typed
from tests.world import NOON, World

pytestmark = pytest.mark.django_db
LATER = TOMORROW + timedelta(hours=3)


def test_each_channel_gets_its_own_sealed_parcels_in_a_chain(world: World) -> None:
    channel(world), channel(world, "mastodon", "@lenoir@toot.example")
    post = scheduled(world, "un", "deux", "trois")
    made = deliveries(post)
    assert [d.parcel["text"] for d in made] == ["un", "deux", "trois"] * 2
    for chain in (made[:3], made[3:]):
        assert [d.after_id for d in chain] == [None, chain[0].pk, chain[1].pk]
        assert len({d.channel_id for d in chain}) == 1
    assert {d.due_at for d in made} == {TOMORROW}
    assert post.scheduled
    assert not post.behind


def test_pictures_are_sealed_with_their_description(world: World) -> None:
    channel(world)
    post = idea(world)
    posts.place_picture(post=post, asset=picture(world), by=world.actor(world.bob), now=NOON)
    posts.schedule(post=post, at=TOMORROW, by=world.actor(world.alice), now=NOON)
    sealed = deliveries(post)[0].parcel["pictures"]
    assert [p["alt"] for p in sealed] == ["Une bûche aux marrons"]
    assert files.exists(sealed[0]["digest"])


def test_a_date_in_the_past_is_refused_and_nothing_is_made(world: World) -> None:
    channel(world)
    with pytest.raises(posts.InThePast):
        posts.schedule(post=idea(world), at=NOON - timedelta(minutes=1), by=world.actor(world.alice), now=NOON)
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("text", ["", "   \n"])
def test_nothing_written_leaves_nothing(world: World, text: str) -> None:
    channel(world)
    with pytest.raises(posts.NothingToSend):
        posts.schedule(post=idea(world, text), at=TOMORROW, by=world.actor(world.alice), now=NOON)


def test_no_account_leaves_nothing(world: World) -> None:
    with pytest.raises(posts.NothingToSend):
        posts.schedule(post=idea(world), at=TOMORROW, by=world.actor(world.alice), now=NOON)


def test_a_text_too_long_for_one_network_stops_the_whole(world: World) -> None:
    channel(world), channel(world, "mastodon", "@lenoir@toot.example")
    post = idea(world, "é" * 301)
    with pytest.raises(posts.Breaks) as told:
        posts.schedule(post=post, at=TOMORROW, by=world.actor(world.alice), now=NOON)
    assert [(f.kind, f.channel.network, f.part) for f in told.value.findings if f.channel] == [("long", "bluesky", 0)]
    assert not Delivery.objects.exists()
    assert not Post.objects.get().scheduled


def test_a_picture_whose_file_is_gone_stops_it_with_a_sentence(world: World) -> None:
    channel(world)
    post, asset = idea(world), picture(world)
    posts.place_picture(post=post, asset=asset, by=world.actor(world.bob), now=NOON)
    type(asset).objects.update(width=9000)
    files.path(asset.digest).unlink()
    with pytest.raises(posts.Breaks) as told:
        posts.schedule(post=post, at=TOMORROW, by=world.actor(world.alice), now=NOON)
    assert "buche.jpg" in str(told.value.findings[0].what)


def test_typing_in_a_scheduled_post_changes_nothing_of_what_leaves_until_said(world: World) -> None:
    channel(world)
    post = scheduled(world, "sûr")
    posts.write(
        post=post, by=world.actor(world.bob), now=NOON, revision=post.revision, title="", parts=["à moiti"], language="fr", warning=""
    )
    post.refresh_from_db()
    assert deliveries(post)[0].parcel["text"] == "sûr"
    assert post.behind
    posts.update(post=post, by=world.actor(world.bob), now=NOON)
    post.refresh_from_db()
    assert [d.parcel["text"] for d in deliveries(post)] == ["à moiti"]
    assert not post.behind


def test_a_change_that_breaks_a_limit_is_kept_and_the_sealed_one_stays(world: World) -> None:
    channel(world)
    post = scheduled(world, "court")
    posts.write(
        post=post, by=world.actor(world.bob), now=NOON, revision=post.revision, title="", parts=["x" * 400], language="fr", warning=""
    )
    with pytest.raises(posts.Breaks):
        posts.update(post=post, by=world.actor(world.bob), now=NOON)
    assert deliveries(post)[0].parcel["text"] == "court"
    assert Post.objects.get().parts == ["x" * 400]


def test_a_part_added_or_dropped_lengthens_or_shortens_the_chain(world: World) -> None:
    channel(world)
    post, by = scheduled(world, "un", "deux"), world.actor(world.bob)
    for parts, states in ((["un", "deux", "trois"], ["scheduled"] * 3), (["un"], ["scheduled", "cancelled", "cancelled"])):
        post.refresh_from_db()
        typed(post, parts, world)
        posts.update(post=post, by=by, now=NOON)
        assert [d.state for d in deliveries(post)] == states
    third = deliveries(post)[2]
    assert third.after_id == deliveries(post)[1].pk


def test_editing_while_the_engine_sends_is_told_and_the_rest_is_changed(world: World) -> None:
    channel(world), channel(world, "mastodon", "@lenoir@toot.example")
    post = scheduled(world, "avant")
    gone, waits = deliveries(post)
    stand(gone, State.SENDING)
    posts.write(
        post=post, by=world.actor(world.bob), now=NOON, revision=post.revision, title="", parts=["après"], language="fr", warning=""
    )
    outcome = posts.update(post=post, by=world.actor(world.bob), now=NOON)
    assert [d.pk for d in outcome.too_late] == [gone.pk]
    assert [d.parcel["text"] for d in deliveries(post)] == ["avant", "après"]
    assert outcome.done[0].pk == waits.pk


def test_scheduling_twice_makes_no_second_delivery(world: World) -> None:
    channel(world)
    post = scheduled(world)
    posts.schedule(post=post, at=TOMORROW, by=world.actor(world.alice), now=NOON)
    assert Delivery.objects.count() == 1


def test_moving_moves_every_part_and_says_so_in_the_journal(world: World) -> None:
    channel(world), channel(world, "mastodon", "@lenoir@toot.example")
    post = scheduled(world, "un", "deux")
    posts.move(post=post, at=LATER, by=world.actor(world.bob), now=NOON)
    assert {d.due_at for d in deliveries(post)} == {LATER}
    assert {d.ready_at for d in deliveries(post)} == {LATER}
    assert Post.objects.get().at == LATER
    assert Entry.objects.get(verb="posts:post:moved").facts["before"] == TOMORROW.isoformat()


@pytest.mark.parametrize("state", [State.SENDING, State.SENT, State.UNKNOWN, State.ASKED])
def test_a_post_that_began_to_leave_does_not_move_at_all(world: World, state: State) -> None:
    channel(world), channel(world, "mastodon", "@lenoir@toot.example")
    post = scheduled(world)
    first, second = deliveries(post)
    stand(second, state)
    with pytest.raises(posts.TooLate):
        posts.move(post=post, at=LATER, by=world.actor(world.bob), now=NOON)
    first.refresh_from_db()
    assert first.due_at == TOMORROW
    assert Post.objects.get().at == TOMORROW


def test_a_held_post_that_is_moved_leaves_again(world: World) -> None:
    channel(world)
    post = scheduled(world)
    stand(deliveries(post)[0], State.HELD)
    posts.move(post=post, at=LATER, by=world.actor(world.bob), now=NOON)
    assert [(d.state, d.due_at) for d in deliveries(post)] == [(State.SCHEDULED, LATER)]


def test_a_draft_moves_without_any_delivery(world: World) -> None:
    post = idea(world, at=TOMORROW)
    posts.move(post=post, at=LATER, by=world.actor(world.bob), now=NOON)
    assert Post.objects.get().at == LATER


def test_taking_back_wins_over_everything_that_still_waits(world: World) -> None:
    channel(world)
    post = scheduled(world, "un", "deux")
    outcome = posts.unschedule(post=post, by=world.actor(world.bob), now=NOON)
    assert len(outcome.done) == 2
    assert {d.state for d in deliveries(post)} == {State.CANCELLED}
    post.refresh_from_db()
    assert (post.scheduled, post.at) == (False, TOMORROW)


def test_taking_back_what_has_half_left_tells_the_truth(world: World) -> None:
    channel(world), channel(world, "mastodon", "@lenoir@toot.example")
    post = scheduled(world)
    gone, _ = deliveries(post)
    stand(gone, State.SENT)
    outcome = posts.unschedule(post=post, by=world.actor(world.bob), now=NOON)
    assert [d.pk for d in outcome.too_late] == [gone.pk]
    assert [d.state for d in deliveries(post)] == [State.SENT, State.CANCELLED]
    assert Post.objects.get().scheduled


def test_after_taking_back_it_can_be_scheduled_anew(world: World) -> None:
    channel(world)
    post = scheduled(world)
    posts.unschedule(post=post, by=world.actor(world.bob), now=NOON)
    posts.schedule(post=Post.objects.get(), at=LATER, by=world.actor(world.bob), now=NOON)
    assert [d.state for d in deliveries(post)] == [State.CANCELLED, State.SCHEDULED]


def test_an_account_taken_back_alone_stays_out_of_an_update(world: World) -> None:
    one, _ = channel(world), channel(world, "mastodon", "@lenoir@toot.example")
    post = scheduled(world)
    posts.unschedule(post=post, channel_id=one.pk, by=world.actor(world.bob), now=NOON)
    posts.update(post=post, by=world.actor(world.bob), now=NOON)
    assert [d.state for d in deliveries(post)] == [State.CANCELLED, State.SCHEDULED]
    posts.mend(post=post, channel_id=one.pk, at=TOMORROW, by=world.actor(world.bob), now=NOON)
    assert [d.state for d in deliveries(post)] == [State.CANCELLED, State.SCHEDULED, State.SCHEDULED]


def test_a_refused_part_is_mended_after_the_one_that_is_there(world: World) -> None:
    channel(world)
    post = scheduled(world, "un", "deux", "trois")
    first, second, third = deliveries(post)
    stand(first, State.SENT, remote_id="at://1")
    stand(second, State.REFUSED)
    stand(third, State.CANCELLED)
    outcome = posts.mend(post=post, by=world.actor(world.bob), now=NOON)
    new_second, new_third = outcome.done
    assert (new_second.after_id, new_third.after_id) == (first.pk, new_second.pk)
    assert [d.parcel["text"] for d in outcome.done] == ["deux", "trois"]
    assert Departure.objects.count() == 5


def test_there_is_nothing_to_mend_in_a_healthy_post(world: World) -> None:
    channel(world)
    with pytest.raises(posts.NothingToSend):
        posts.mend(post=scheduled(world), by=world.actor(world.bob), now=NOON)


def test_the_next_free_slot_is_the_first_that_no_post_holds(world: World) -> None:
    channel(world)
    by = world.actor(world.alice)
    for weekday, hour in ((4, time(18, 30)), (1, time(11, 30))):
        posts.add_slot(company=world.bakery, weekday=weekday, at=hour, by=by, now=NOON)
    # NOON is Friday 11 December, 13:00 in Paris.
    friday, tuesday = datetime(2026, 12, 11, 17, 30, tzinfo=UTC), datetime(2026, 12, 15, 10, 30, tzinfo=UTC)
    for expected in (friday, tuesday, friday + timedelta(days=7)):
        post = idea(world)
        posts.schedule_next_free(post=post, by=by, now=NOON)
        post.refresh_from_db()
        assert post.at == expected


def test_without_slots_there_is_no_free_one(world: World) -> None:
    channel(world)
    with pytest.raises(posts.NoFreeSlot):
        posts.schedule_next_free(post=idea(world), by=world.actor(world.alice), now=NOON)


def test_a_post_edited_while_it_is_sealed_is_not_scheduled_with_the_old_text(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    channel(world)
    post = idea(world, "vieux")
    real = posts.schedule.__globals__["parcels"]

    def slow(variant: object) -> object:
        Post.objects.filter(pk=post.pk).update(revision=7, parts=["neuf"])
        return real(variant)

    monkeypatch.setitem(posts.schedule.__globals__, "parcels", slow)
    with pytest.raises(posts.Changed) as told:
        posts.schedule(post=post, at=TOMORROW, by=world.actor(world.alice), now=NOON)
    assert told.value.stored.parts == ["neuf"]
    assert not Delivery.objects.exists()
