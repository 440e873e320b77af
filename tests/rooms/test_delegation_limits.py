"""What a mandate includes each month, and what becomes of what is scheduled under it when it stops."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from parvis.channels.models import Channel
from parvis.delegation.models import Approval, Stage, Standing, Use, Waiting
from parvis.delegation.uses import OverMandate
from parvis.people.actors import Actor
from parvis.people.models import Company
from parvis.people.permissions import NotAllowed
from parvis.posts import commands as posts
from parvis.posts import mandates
from parvis.posts.models import Post
from parvis.publishing import commands as engine
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from tests.rooms.bakery import channel, deliveries, idea, stand
from tests.rooms.mandates import bearer, mandate_of, marc
from tests.world import NOON, World, build

NEXT_MONTH = datetime(2027, 1, 5, 9, tzinfo=UTC)


def begun(world: World, by: Actor, *channels: Channel, words: str = "La bûche est là.") -> Post:
    return posts.start(company=world.bakery, by=by, now=NOON, parts=(words,), channels=[one.pk for one in channels])


def at(days: float) -> datetime:
    return NOON + timedelta(days=days)


def leave(world: World, by: Actor, *channels: Channel, when: datetime, words: str = "La bûche est là.") -> Post:
    post = begun(world, by, *channels, words=words)
    posts.schedule(post=post, at=when, by=by, now=NOON)
    post.refresh_from_db()
    return post


def test_no_more_leaves_in_a_month_than_the_mandate_includes_and_the_error_says_all(world: World) -> None:
    blue, pro = channel(world), marc()
    mandate_of(world, pro, blue, posts_a_month=2)
    by = bearer(world, pro)
    for n in (1, 2):
        leave(world, by, blue, when=at(n), words=f"Numéro {n}.")
    third = begun(world, by, blue, words="Numéro 3.")
    with pytest.raises(OverMandate) as refused:
        posts.schedule(post=third, at=at(3), by=by, now=NOON)
    why = refused.value.why
    assert (why.facts["count"], str(why.facts["month"]), str(why.facts["next"]), why.facts["whom"]) == (
        2, "December 2026", "January 1, 2027", "Alice",
    )  # fmt: skip
    third.refresh_from_db()
    assert (third.scheduled, deliveries(third)) == (False, [])
    posts.schedule(post=third, at=NEXT_MONTH, by=by, now=NOON)
    assert dict(Use.objects.values_list("object_id", "month"))[third.pk] == date(2027, 1, 1)


def test_what_is_moved_taken_back_or_put_away_gives_its_place_back(world: World) -> None:
    blue, pro = channel(world), marc()
    mandate_of(world, pro, blue, posts_a_month=1)
    by = bearer(world, pro)
    first = leave(world, by, blue, when=at(1))
    waits = begun(world, by, blue, words="Une autre.")

    def fits() -> bool:
        try:
            posts.schedule(post=Post.objects.get(pk=waits.pk), at=at(2), by=by, now=NOON)
        except OverMandate:
            return False
        posts.unschedule(post=Post.objects.get(pk=waits.pk), by=by, now=NOON)
        return True

    assert not fits()
    posts.schedule(post=first, at=at(1.5), by=by, now=NOON)  # again, at another hour of the month: it counts once
    posts.move(post=first, at=NEXT_MONTH, by=by, now=NOON)
    assert fits()
    with pytest.raises(OverMandate):
        leave(world, by, blue, when=NEXT_MONTH, words="En janvier.")
    posts.move(post=first, at=at(1), by=by, now=NOON)
    assert not fits()
    posts.unschedule(post=first, by=by, now=NOON)
    assert fits()
    posts.schedule(post=Post.objects.get(pk=first.pk), at=at(1), by=by, now=NOON)
    posts.remove(post=Post.objects.get(pk=first.pk), by=by, now=NOON)
    assert fits()
    again = leave(world, by, blue, when=at(1), words="Encore.")
    engine.cancel(delivery=deliveries(again)[0], by=world.actor(world.alice), now=NOON)
    assert fits(), "taken back past the post itself"


def test_moving_into_a_full_month_moves_nothing(world: World) -> None:
    blue, pro = channel(world), marc()
    mandate_of(world, pro, blue, posts_a_month=1)
    by = bearer(world, pro)
    leave(world, by, blue, when=at(1))
    later = leave(world, by, blue, when=NEXT_MONTH, words="En janvier.")
    with pytest.raises(OverMandate):
        posts.move(post=later, at=at(2), by=by, now=NOON)
    later.refresh_from_db()
    assert later.at == NEXT_MONTH
    assert deliveries(later)[0].due_at == NEXT_MONTH


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Guadeloupe"])
def test_the_month_is_the_company_s(world: World, zone: str) -> None:
    Company.objects.filter(pk=world.bakery.pk).update(timezone=zone)
    world.bakery.refresh_from_db()
    blue, pro = channel(world), marc()
    mandate_of(world, pro, blue, posts_a_month=5)
    post = leave(world, bearer(world, pro), blue, when=datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    assert Use.objects.get(object_id=post.pk).month == (date(2027, 1, 1) if zone == "Europe/Paris" else date(2026, 12, 1))


def test_nothing_is_scheduled_past_the_last_day(world: World) -> None:
    blue, pro = channel(world), marc()
    mandate_of(world, pro, blue, last_day=date(2026, 12, 20))
    by = bearer(world, pro)
    last = datetime(2026, 12, 20, 22, 59, tzinfo=UTC)
    post = leave(world, by, blue, when=last)
    with pytest.raises(OverMandate) as refused:
        posts.move(post=post, at=last + timedelta(minutes=2), by=by, now=NOON)
    assert str(refused.value.why.facts["day"]) == "December 20, 2026"
    assert deliveries(post)[0].due_at == last


def test_the_company_is_never_refused_and_what_it_schedules_of_theirs_counts(world: World) -> None:
    blue, pro, alice = channel(world), marc(), world.actor(world.alice)
    mandate = mandate_of(world, pro, blue, actions=["propose"], posts_a_month=1)
    by = bearer(world, pro)
    for n in (1, 2):
        post = begun(world, by, blue, words=f"Proposé {n}.")
        with pytest.raises(NotAllowed):
            posts.schedule(post=post, at=at(n), by=by, now=NOON)
        posts.schedule(post=post, at=at(n), by=alice, now=NOON)
        assert deliveries(post)[0].mandate_id == mandate.pk
    assert Use.objects.count() == 2
    own = idea(world, "Celle de la boulangerie.")
    posts.schedule(post=own, at=at(3), by=alice, now=NOON)
    assert (Use.objects.count(), deliveries(own)[0].mandate_id) == (2, None)


def test_a_post_of_two_mandates_counts_in_both_and_each_delivery_is_its_own_s(world: World) -> None:
    blue, red, pro = channel(world), channel(world, "mastodon", "lenoir@mastodon.example"), marc()
    first = mandate_of(world, pro, blue, posts_a_month=9)
    second = mandate_of(world, pro, red, posts_a_month=1, now=NOON + timedelta(seconds=1))
    by = bearer(world, pro, at(0.1))
    post = leave(world, by, blue, red, when=at(1))
    assert [one.mandate_id for one in deliveries(post)] == [first.pk, second.pk]
    with pytest.raises(OverMandate):
        leave(world, by, blue, red, when=at(2), words="Une de trop.")
    assert Use.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_both_take_the_last_place() -> None:
    world = build()
    blue, pro = channel(world), marc()
    mandate_of(world, pro, blue, posts_a_month=1)
    by = bearer(world, pro)
    waiting = [begun(world, by, blue, words=f"Au même moment {n}.") for n in range(4)]
    start, told = threading.Barrier(4), []

    def go(post: Post) -> None:
        start.wait()
        try:
            posts.schedule(post=post, at=at(1), by=by, now=NOON)
            told.append("in")
        except OverMandate:
            told.append("over")
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(post,)) for post in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["in", "over", "over", "over"]
    assert Delivery.objects.count() == Use.objects.count() == 1


def test_a_mandate_suspended_after_the_page_was_opened_stops_the_schedule_all_the_same(world: World) -> None:
    blue, pro = channel(world), marc()
    mandate = mandate_of(world, pro, blue)
    by = bearer(world, pro)
    post = begun(world, by, blue)
    mandates.stop(mandate=mandate, to=Standing.SUSPENDED, by=world.actor(world.alice), now=NOON)
    with pytest.raises(OverMandate):
        posts.schedule(post=post, at=at(1), by=by, now=NOON)
    assert not Delivery.objects.exists()


# ---- stopping


def test_kept_what_is_scheduled_leaves_as_it_was(world: World) -> None:
    blue, pro = channel(world), marc()
    mandate = mandate_of(world, pro, blue)
    post = leave(world, bearer(world, pro), blue, when=at(1))
    done = mandates.stop(mandate=mandate, to=Standing.REVOKED, waiting=Waiting.KEEP, by=world.actor(world.alice), now=NOON)
    assert (done.kept, deliveries(post)[0].state) == (1, State.SCHEDULED)


def test_held_it_waits_for_the_company_and_goes_on_where_its_hour_is_still_to_come(world: World) -> None:
    blue, pro, alice = channel(world), marc(), world.actor(world.alice)
    mandate = mandate_of(world, pro, blue)
    other = mandate_of(world, pro, blue, now=NOON + timedelta(seconds=1))
    by = bearer(world, pro)
    soon, later = leave(world, by, blue, when=at(1)), leave(world, by, blue, when=at(4), words="Plus tard.")
    hers = idea(world, "Celle d’Alice.")
    posts.schedule(post=hers, at=at(2), by=alice, now=NOON)
    done = mandates.stop(mandate=mandate, to=Standing.SUSPENDED, waiting=Waiting.HOLD, by=alice, now=NOON)
    assert (done.held, deliveries(hers)[0].state) == (2, State.SCHEDULED)
    held = deliveries(soon)[0]
    assert (held.state, held.mandate_id, bool(held.told), held.mailed_at) == (State.HELD, mandate.pk, True, NOON)
    # Another mandate on the same account does not let them decide in the company's place.
    assert bearer(world, pro).mandate_id == other.pk
    for act in (
        lambda: engine.release(delivery=held, due_at=at(1), by=bearer(world, pro), now=NOON),
        lambda: posts.move(post=soon, at=at(1.5), by=bearer(world, pro), now=NOON),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert mandates.resume(mandate=mandate, by=alice, now=at(2)) == 1
    assert (deliveries(soon)[0].state, deliveries(later)[0].state) == (State.HELD, State.SCHEDULED)
    engine.release(delivery=deliveries(soon)[0], due_at=at(2), by=alice, now=at(2))
    assert deliveries(soon)[0].state == State.SCHEDULED


def test_taken_back_posts_are_drafts_again_and_what_was_asked_is_withdrawn(world: World) -> None:
    blue, pro = channel(world), marc()
    mandate = mandate_of(world, pro, blue)
    by = bearer(world, pro)
    thread = begun(world, by, blue)
    posts.write(post=thread, by=by, now=NOON, revision=thread.revision, title="", parts=["Un.", "Deux."], language="fr", warning="")
    thread.refresh_from_db()
    posts.schedule(post=thread, at=at(1), by=by, now=NOON)
    gone = leave(world, by, blue, when=at(2), words="Déjà parti.")
    stand(deliveries(gone)[0], State.SENT, sent_at=NOON)
    asked = Approval.objects.create(
        company=world.bakery, mandate=mandate, subject="post", object_id=thread.pk, label="Un.", content={}, digest="0" * 64, who="Marc",
        asked_at=NOON,
    )  # fmt: skip
    done = mandates.stop(mandate=mandate, to=Standing.REVOKED, waiting=Waiting.CANCEL, by=world.actor(world.alice), now=NOON)
    thread.refresh_from_db()
    asked.refresh_from_db()
    assert (done.cancelled, thread.scheduled, thread.words != "", asked.stage) == (2, False, True, Stage.GONE)
    assert {one.state for one in deliveries(thread)} == {State.CANCELLED}
    assert deliveries(gone)[0].state == State.SENT
    assert list(Use.objects.values_list("object_id", flat=True)) == [gone.pk]
    posts.schedule(post=thread, at=at(3), by=world.actor(world.alice), now=NOON)


def test_what_is_in_a_person_s_hands_or_leaving_is_told_apart(world: World) -> None:
    blue, pro = channel(world), marc()
    mandate = mandate_of(world, pro, blue)
    by = bearer(world, pro)
    handed, leaving = (leave(world, by, blue, when=at(n), words=f"n° {n}") for n in (1, 2))
    stand(deliveries(handed)[0], State.HANDED, handed_at=NOON)
    stand(deliveries(leaving)[0], State.SENDING)
    done = mandates.stop(mandate=mandate, to=Standing.SUSPENDED, waiting=Waiting.HOLD, by=world.actor(world.alice), now=NOON)
    assert (done.held, done.too_late) == (1, 1)
    assert (deliveries(handed)[0].state, deliveries(leaving)[0].state) == (State.HELD, State.SENDING)


@pytest.mark.parametrize(("at_end", "state"), [("keep", State.SCHEDULED), ("hold", State.HELD), ("cancel", State.CANCELLED)])
def test_given_up_or_at_its_end_what_the_mandate_says_happens(world: World, at_end: str, state: State) -> None:
    blue, pro = channel(world), marc()
    mandate = mandate_of(world, pro, blue, at_end=at_end)
    post = leave(world, bearer(world, pro), blue, when=at(1))
    mandates.stop(mandate=mandate, to=Standing.LEFT, waiting=Waiting.CANCEL, by=bearer(world, pro), now=NOON)
    assert deliveries(post)[0].state == state
    other = mandate_of(world, pro, blue, at_end=at_end, last_day=date(2026, 12, 20), now=NOON + timedelta(seconds=1))
    post = leave(world, bearer(world, pro), blue, when=at(1), words="Sous l’autre.")
    Delivery.objects.filter(pk=deliveries(post)[0].pk).update(due_at=datetime(2026, 12, 24, tzinfo=UTC))
    assert mandates.end_due(datetime(2026, 12, 21, tzinfo=UTC)) == 1
    other.refresh_from_db()
    assert (other.standing, deliveries(post)[0].state) == (Standing.ENDED, state)


def test_words_written_under_a_mandate_stay_the_company_s(world: World) -> None:
    blue, pro = channel(world), marc()
    mandate = mandate_of(world, pro, blue)
    by = bearer(world, pro)
    draft = begun(world, by, blue, words="À moitié écrit")
    mandates.stop(mandate=mandate, to=Standing.REVOKED, by=world.actor(world.alice), now=NOON)
    with pytest.raises(NotAllowed):
        posts.write(
            post=draft, by=bearer(world, pro), now=NOON, revision=draft.revision, title="", parts=["Changé"], language="fr", warning=""
        )  # fmt: skip
    draft.refresh_from_db()
    assert (draft.parts, draft.removed_at) == (["À moitié écrit"], None)
    posts.write(
        post=draft, by=world.actor(world.bob), now=NOON, revision=draft.revision, title="", parts=["Fini."], language="fr", warning=""
    )  # fmt: skip


def test_a_post_of_the_company_s_own_counts_only_once_the_professional_schedules_it(world: World) -> None:
    blue, pro, alice = channel(world), marc(), world.actor(world.alice)
    mandate = mandate_of(world, pro, blue, posts_a_month=1)
    by = bearer(world, pro)
    hers = idea(world, "Celle d’Alice.")
    posts.schedule(post=hers, at=at(1), by=alice, now=NOON)
    posts.move(post=Post.objects.get(pk=hers.pk), at=at(2), by=by, now=NOON)
    assert not Use.objects.exists()
    assert deliveries(hers)[0].mandate_id is None
    posts.unschedule(post=Post.objects.get(pk=hers.pk), by=by, now=NOON)
    posts.schedule(post=Post.objects.get(pk=hers.pk), at=at(2), by=by, now=NOON)
    assert list(Use.objects.values_list("mandate", "object_id")) == [(mandate.pk, hers.pk)]
