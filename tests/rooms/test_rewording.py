"""A narrower wording of a running mandate: what it no longer covers is kept, held or taken back, as the company says."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from parvis.audit.models import Entry
from parvis.audit.verifying import verify
from parvis.channels.models import Channel
from parvis.core import clock
from parvis.delegation import commands, linking
from parvis.delegation.circuits import NeedsYes
from parvis.delegation.models import Approval, Mandate, Stage, Standing, Use, Verdict, Waiting
from parvis.delegation.terms import Terms
from parvis.delegation.uses import OverMandate
from parvis.people.actors import Actor
from parvis.people.models import Member, Role, User
from parvis.people.permissions import NotAllowed
from parvis.posts import approving, mandates, rewording
from parvis.posts import commands as posts
from parvis.posts.mandates import Stopped
from parvis.posts.models import Post
from parvis.publishing import commands as engine
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from parvis.voice import pillars
from parvis.worker import mandates as mails
from tests.rooms.bakery import TOMORROW, channel, deliveries, stand
from tests.rooms.mandates import ALL, bearer, mandate_of, marc, terms, waiting
from tests.world import NOON, World, build


def at(days: float) -> datetime:
    return NOON + timedelta(days=days)


def leave(
    world: World, by: Actor, *channels: Channel, when: datetime = TOMORROW, words: str = "La bûche est là.", pillar: Any = None
) -> Post:
    post = posts.start(company=world.bakery, by=by, now=NOON, parts=(words,), channels=[one.pk for one in channels])
    posts.classify(post=post, pillar=pillar, by=by, now=NOON)
    posts.schedule(post=post, at=when, by=by, now=NOON)
    post.refresh_from_db()
    return post


def reword(world: World, mandate: Mandate, pro: User, new: Terms, choice: Waiting | None = None) -> Stopped | None:
    """The professional words it anew, and Alice says the yes that puts it in force."""
    commands.change(mandate=mandate, terms=new, by=bearer(world, pro), now=NOON)
    return rewording.agree(mandate=mandate, digest=waiting(mandate), waiting=choice, by=world.actor(world.alice), now=NOON)


def two(world: World, **more: Any) -> tuple[Channel, Channel, User, Mandate, Actor]:
    blue, red, pro = channel(world), channel(world, "mastodon", "lenoir@mastodon.example"), marc()
    mandate = mandate_of(world, pro, blue, red, **more)
    return blue, red, pro, mandate, bearer(world, pro)


@pytest.mark.parametrize(
    ("choice", "state", "count"),
    [
        (None, State.HELD, "held"), (Waiting.HOLD, State.HELD, "held"), (Waiting.KEEP, State.SCHEDULED, "kept"),
        (Waiting.CANCEL, State.CANCELLED, "cancelled"),
    ],
)  # fmt: skip
def test_on_an_account_that_is_dropped_what_is_scheduled_becomes_what_the_company_chose(
    world: World, choice: Waiting | None, state: State, count: str
) -> None:
    blue, red, pro, mandate, by = two(world)
    both = leave(world, by, blue, red)
    only = leave(world, by, red, words="Le pain.")
    done = reword(world, mandate, pro, terms(blue), choice)
    assert done is not None
    assert (getattr(done, count), done.too_late) == (2, 0)
    assert [one.state for one in deliveries(both)] == [State.SCHEDULED, state]
    assert [one.state for one in deliveries(only)] == [state]
    only.refresh_from_db()
    assert only.scheduled == (choice != Waiting.CANCEL)
    assert Use.objects.count() == (1 if choice == Waiting.CANCEL else 2)
    settled = Entry.objects.get(verb="delegation:wording:settled")
    assert (settled.facts[count], settled.facts["number"]) == (2, 2)
    assert mandate.revisions.get(number=2).settled[count] == 2
    assert verify(world.bakery.pk).whole


def test_what_is_held_waits_for_the_company_alone_even_once_the_mandate_goes_on(world: World) -> None:
    blue, red, pro, mandate, by = two(world)
    post, alice = leave(world, by, red), world.actor(world.alice)
    mandates.stop(mandate=mandate, to=Standing.SUSPENDED, waiting=Waiting.HOLD, by=alice, now=NOON)
    commands.change(mandate=mandate, terms=terms(blue), by=alice, now=NOON)
    rewording.agree(mandate=mandate, digest=waiting(mandate), by=bearer(world, pro), now=NOON)
    assert mandates.resume(mandate=Mandate.objects.get(), by=alice, now=NOON) == 0
    (held,) = deliveries(post)
    assert held.state == State.HELD
    other = mandate_of(world, pro, red, now=NOON + timedelta(seconds=1))
    assert bearer(world, pro).rights is not None
    with pytest.raises(NotAllowed):
        engine.release(delivery=held, due_at=at(1), by=bearer(world, pro), now=NOON)
    with pytest.raises(NotAllowed):
        posts.move(post=post, at=at(1.5), by=bearer(world, pro), now=NOON)
    engine.release(delivery=held, due_at=at(1), by=alice, now=NOON)
    assert (deliveries(post)[0].state, other.standing) == (State.SCHEDULED, Standing.ACTIVE)


def test_where_publishing_is_dropped_what_the_company_agreed_to_still_leaves(world: World) -> None:
    blue, pro = channel(world), marc()
    mandate = mandate_of(world, pro, blue)
    by = bearer(world, pro)
    alone = leave(world, by, blue)
    asked = posts.start(company=world.bakery, by=by, now=NOON, parts=("Le pain.",), channels=[blue.pk])
    request = approving.propose(post=asked, at=at(2), by=by, now=NOON)
    approving.decide(approval=request, verdict=Verdict.YES, by=world.actor(world.alice), now=NOON)
    assert deliveries(asked)[0].state == State.SCHEDULED
    done = reword(world, mandate, pro, terms(blue, actions=["propose"]))
    assert done is not None
    assert (done.held, deliveries(alone)[0].state, deliveries(asked)[0].state) == (1, State.HELD, State.SCHEDULED)


def test_a_kind_of_content_that_no_longer_goes_out_alone_holds_what_went_out_alone(world: World) -> None:
    news, offers = (pillars.add(company=world.bakery, name=name, by=world.actor(world.alice), now=NOON) for name in ("Fournil", "Offres"))
    blue, pro = channel(world), marc()
    mandate = mandate_of(world, pro, blue, alone={"posts": [news.pk, offers.pk], "answers": "none"})
    by = bearer(world, pro)
    kept = leave(world, by, blue, words="Le levain.", pillar=news)
    gone = leave(world, by, blue, words="Moins cher.", pillar=offers)
    done = reword(world, mandate, pro, terms(blue, alone={"posts": [news.pk], "answers": "none"}))
    assert done is not None
    assert (done.held, deliveries(kept)[0].state, deliveries(gone)[0].state) == (1, State.SCHEDULED, State.HELD)


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Guadeloupe"])
def test_past_a_nearer_last_day_by_the_company_s_own_clock_nothing_stays_as_it_was(world: World, zone: str) -> None:
    type(world.bakery).objects.filter(pk=world.bakery.pk).update(timezone=zone)
    world.bakery.refresh_from_db()
    blue, pro = channel(world), marc()
    mandate = mandate_of(world, pro, blue)
    by = bearer(world, pro)
    edge = leave(world, by, blue, when=datetime(2026, 12, 20, 23, 30, tzinfo=NOON.tzinfo))
    far = leave(world, by, blue, when=at(20), words="En janvier.")
    done = reword(world, mandate, pro, terms(blue, last_day=date(2026, 12, 20)))
    assert done is not None
    assert deliveries(far)[0].state == State.HELD
    assert deliveries(edge)[0].state == (State.HELD if zone == "Europe/Paris" else State.SCHEDULED)


def test_a_wider_wording_touches_nothing_and_writes_nothing_of_it(world: World) -> None:
    blue, red, pro = channel(world), channel(world, "mastodon", "lenoir@mastodon.example"), marc()
    mandate = mandate_of(world, pro, blue)
    post = leave(world, bearer(world, pro), blue)
    assert reword(world, mandate, pro, terms(blue, red, posts_a_month=8)) == Stopped()
    assert deliveries(post)[0].state == State.SCHEDULED
    assert not Entry.objects.filter(verb="delegation:wording:settled").exists()
    assert mandate.revisions.get(number=2).settled is None


def test_what_was_kept_once_is_not_asked_for_again_by_the_next_wording(world: World) -> None:
    blue, red, pro, mandate, by = two(world)
    post = leave(world, by, red)
    reword(world, mandate, pro, terms(blue), Waiting.KEEP)
    mandate.refresh_from_db()
    assert reword(world, mandate, pro, terms(blue, posts_a_month=9)) == Stopped()
    assert deliveries(post)[0].state == State.SCHEDULED


def test_the_owner_s_choice_holds_when_the_professional_s_yes_comes_last_and_days_later(world: World) -> None:
    blue, red, pro, mandate, by = two(world)
    first, alice = leave(world, by, red, when=at(6)), world.actor(world.alice)
    commands.change(mandate=mandate, terms=terms(blue), by=alice, now=NOON)
    assert rewording.agree(mandate=mandate, digest=waiting(mandate), waiting=Waiting.KEEP, by=alice, now=NOON) is None
    assert rewording.agree(mandate=mandate, digest=waiting(mandate), waiting=Waiting.CANCEL, by=alice, now=at(1)) is None
    assert deliveries(first)[0].state == State.SCHEDULED, "nothing is touched before both have said yes"
    second = leave(world, bearer(world, pro), red, when=at(7), words="Écrit entre-temps.")
    done = rewording.agree(mandate=mandate, digest=waiting(mandate), waiting=Waiting.KEEP, by=bearer(world, pro, at(3)), now=at(3))
    assert done is not None
    assert done.cancelled == 2, "the professional has no say in it"
    assert {deliveries(post)[0].state for post in (first, second)} == {State.CANCELLED}
    verbs = Entry.objects.filter(verb__startswith="delegation:wording").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == [
        "delegation:wording:keep", "delegation:wording:cancel", "delegation:wording:settled",
    ]  # fmt: skip


def test_requests_and_links_for_what_is_dropped_are_closed_and_say_why(world: World) -> None:
    blue, red, pro, mandate, by = two(world, alone={"posts": "none", "answers": "none"})
    alice = world.actor(world.alice)
    made = {}
    for one, when in ((red, at(2)), (blue, at(3)), (blue, at(20))):
        post = posts.start(company=world.bakery, by=by, now=NOON, parts=(f"Le {when:%d}.",), channels=[one.pk])
        made[one, when] = approving.propose(post=post, at=when, by=by, now=NOON)
    link = linking.make(approval=made[red, at(2)], name="Jeanne", by=alice, now=NOON)
    token = linking.token_of(link)
    new = terms(blue, last_day=date(2026, 12, 20), alone={"posts": "none", "answers": "none"})
    done = reword(world, mandate, pro, new, Waiting.KEEP)
    assert done is not None
    assert done.closed == 2
    stages = [Approval.objects.get(pk=one.pk).stage for one in made.values()]
    assert stages == [Stage.GONE, Stage.WAITING, Stage.GONE]
    with clock.at(NOON):
        page = Client().get(f"/yes/{token}/").content.decode()
        assert "ne comprend plus cela" in page
        assert Client().post(f"/yes/{token}/decision/", {"verdict": "yes"}).status_code == 422, "told, and nothing decided"
    assert not Delivery.objects.exists()


def test_what_is_leaving_or_in_a_person_s_hands_is_told_apart(world: World) -> None:
    blue, red, pro, mandate, by = two(world)
    handed, leaving = (leave(world, by, red, when=at(n), words=f"n° {n}") for n in (1, 2))
    stand(deliveries(handed)[0], State.HANDED, handed_at=NOON)
    stand(deliveries(leaving)[0], State.SENDING)
    done = reword(world, mandate, pro, terms(blue))
    assert done == Stopped(held=1, too_late=1)
    assert (deliveries(handed)[0].state, deliveries(leaving)[0].state) == (State.HELD, State.SENDING)


def test_a_thread_that_is_taken_back_is_a_draft_again_whole(world: World) -> None:
    blue, red, pro, mandate, by = two(world)
    thread = posts.start(company=world.bakery, by=by, now=NOON, parts=("Un.", "Deux."), channels=[red.pk])
    posts.schedule(post=thread, at=at(1), by=by, now=NOON)
    done = reword(world, mandate, pro, terms(blue), Waiting.CANCEL)
    thread.refresh_from_db()
    assert (done, thread.scheduled, len(thread.parts)) == (Stopped(cancelled=2), False, 2)


def test_whoever_schedules_while_the_wording_changes_is_told_and_nothing_is_done_under_the_old_one(world: World) -> None:
    blue, _red, pro, mandate, by = two(world)
    post = posts.start(company=world.bakery, by=by, now=NOON, parts=("Au même moment.",), channels=[blue.pk])
    reword(world, mandate, pro, terms(blue))
    with pytest.raises(OverMandate) as refused:
        posts.schedule(post=post, at=at(1), by=by, now=NOON)
    assert "took effect just now" in str(refused.value.why)
    assert not Delivery.objects.exists()
    posts.schedule(post=post, at=at(1), by=bearer(world, pro), now=NOON)


@pytest.mark.django_db(transaction=True)
def test_of_a_schedule_and_a_wording_at_once_nothing_is_left_uncovered() -> None:
    world = build()
    blue, red, _pro, mandate, by = two(world)
    waits = [posts.start(company=world.bakery, by=by, now=NOON, parts=(f"n° {n}",), channels=[red.pk]) for n in range(3)]
    commands.change(mandate=mandate, terms=terms(blue), by=by, now=NOON)
    start = threading.Barrier(4)

    def schedule(post: Post) -> None:
        start.wait()
        try:
            posts.schedule(post=post, at=at(1), by=by, now=NOON)
        except (OverMandate, NeedsYes):
            pass
        finally:
            connection.close()

    def say_yes() -> None:
        alice = world.actor(world.alice)
        start.wait()
        rewording.agree(mandate=mandate, digest=waiting(mandate), by=alice, now=NOON)
        connection.close()

    threads = [threading.Thread(target=schedule, args=(post,)) for post in waits] + [threading.Thread(target=say_yes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not Delivery.objects.exclude(state=State.HELD).exists()
    assert Mandate.objects.get().revision == 2


def test_if_what_becomes_of_it_cannot_be_done_the_wording_is_not_in_force(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    blue, red, pro, mandate, by = two(world)
    leave(world, by, red)
    # The disk is full at the very last write.
    monkeypatch.setattr(rewording.commands, "note_settled", _broken)
    with pytest.raises(OSError, match="full"):
        reword(world, mandate, pro, terms(blue))
    mandate.refresh_from_db()
    assert (mandate.revision, Delivery.objects.get().state) == (1, State.SCHEDULED)


def _broken(**_: Any) -> None:
    raise OSError("full")


def signed(user: User) -> Client:
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user)
    return client


def living(world: World, pro: User, *channels: Channel) -> tuple[Mandate, datetime, dict[str, Any]]:
    now = clock.now()
    days = {"first_day": now.date(), "last_day": now.date() + timedelta(days=60)}
    return mandate_of(world, pro, *channels, now=now, **days), now, days


def test_the_owner_sees_how_many_which_and_when_and_chooses_on_the_page_and_both_are_told(world: World) -> None:
    blue, red, pro = channel(world), channel(world, "mastodon", "lenoir@mastodon.example"), marc()
    mandate, now, days = living(world, pro, blue, red)
    by = bearer(world, pro, now)
    post = posts.start(company=world.bakery, by=by, now=now, parts=("La galette arrive.",), channels=[red.pk])
    posts.schedule(post=post, at=now + timedelta(days=3), by=by, now=now)
    alice, theirs, where = signed(world.alice), signed(pro), f"/c/lenoir/settings/mandates/{mandate.pk}/"
    assert "no longer covered" not in alice.get(where).content.decode()
    commands.change(mandate=mandate, terms=terms(blue, **days), by=by, now=now)
    page = alice.get(where).content.decode()
    assert "1 departure that is already scheduled is no longer covered by this wording" in page
    assert "La galette arrive." in page
    assert 'value="hold" checked' in page
    hers = theirs.get(where).content.decode()
    assert "becomes what the company chooses" in hers
    assert 'name="waiting"' not in hers
    answer = alice.post(where + "agree/", {"digest": waiting(mandate), "waiting": "cancel"}, follow=True)
    assert "1 departure was taken back." in answer.content.decode()
    assert Delivery.objects.get().state == State.CANCELLED
    assert "Of what was scheduled and no longer covered" in theirs.get(where).content.decode()
    mail.outbox.clear()
    mails.tell(clock.now())
    assert sorted(message.to[0] for message in mail.outbox) == ["alice@example.test", "marc@agence.test"]
    assert all("1 departure was taken back." in message.body for message in mail.outbox)


def test_an_owner_who_wrote_the_wording_chooses_until_the_other_side_says_yes(world: World) -> None:
    blue, red, pro = channel(world), channel(world, "mastodon", "lenoir@mastodon.example"), marc()
    mandate, now, days = living(world, pro, blue, red)
    by = bearer(world, pro, now)
    post = posts.start(company=world.bakery, by=by, now=now, parts=("La galette arrive.",), channels=[red.pk])
    posts.schedule(post=post, at=now + timedelta(days=3), by=by, now=now)
    alice, theirs, where = signed(world.alice), signed(pro), f"/c/lenoir/settings/mandates/{mandate.pk}/"
    commands.change(mandate=mandate, terms=terms(blue, **days), by=world.actor(world.alice), now=now)
    assert "Keep this choice" in alice.get(where).content.decode()
    answer = alice.post(where + "agree/", {"digest": waiting(mandate), "waiting": "keep"}, follow=True)
    assert "It is carried out when the other side says yes." in answer.content.decode()
    assert 'value="keep" checked' in alice.get(where).content.decode()
    theirs.post(where + "agree/", {"digest": waiting(mandate), "waiting": "cancel"})
    mandate.refresh_from_db()
    assert (mandate.revision, Delivery.objects.get().state) == (2, State.SCHEDULED)


def test_a_reader_neither_chooses_nor_is_asked(world: World) -> None:
    blue, red, pro, mandate, by = two(world)
    leave(world, by, red)
    commands.change(mandate=mandate, terms=terms(blue), by=by, now=NOON)
    for user in (world.remi, world.bob, world.chloe):
        with pytest.raises(NotAllowed):
            rewording.agree(mandate=mandate, digest=waiting(mandate), waiting=Waiting.KEEP, by=world.actor(user), now=NOON)
    assert Member.objects.get(user=pro).role == Role.MANDATED
    assert set(ALL) == set(Mandate.objects.get().accounts[str(red.pk)])
    assert mandate.revisions.get(number=2).waiting == Waiting.HOLD


def test_the_page_stays_within_twelve_queries_however_much_is_dropped(world: World, django_assert_max_num_queries: Any) -> None:
    blue, red, pro = channel(world), channel(world, "mastodon", "lenoir@mastodon.example"), marc()
    mandate, now, days = living(world, pro, blue, red)
    by = bearer(world, pro, now)
    for n in range(30):
        post = posts.start(company=world.bakery, by=by, now=now, parts=(f"Numéro {n}.",), channels=[red.pk])
        posts.schedule(post=post, at=now + timedelta(days=3, hours=n), by=by, now=now)
    commands.change(mandate=mandate, terms=terms(blue, **days, alone={"posts": "none", "answers": "none"}), by=by, now=now)
    for user in (world.alice, pro):
        client, where = signed(user), f"/c/lenoir/settings/mandates/{mandate.pk}/"
        client.get(where)
        with django_assert_max_num_queries(12):
            page = client.get(where).content.decode()
        assert ("30 departures that are already scheduled" in page and "and 22 more" in page and "Numéro 29." in page) == (
            user == world.alice
        )
