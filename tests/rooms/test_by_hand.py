"""By hand: a card comes at the hour, a person publishes and says so, and the calendar, the mails and the pages stay true."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail as box
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from parvis.audit.models import Entry
from parvis.core import clock
from parvis.networks.facts import COMMENT, Captions, Document, Parcel, Picture, Video
from parvis.people.models import User
from parvis.posts import commands, departures
from parvis.posts.models import Post
from parvis.publishing import claims, handing
from parvis.publishing.commands import TooLate, schedule
from parvis.publishing.handing import NotAnAddress, NotByHand
from parvis.publishing.models import Delivery
from parvis.publishing.queries import silent
from parvis.publishing.states import State
from parvis.web.waiting import companies
from parvis.worker import mail
from tests.rooms.bakery import channel as connected
from tests.rooms.bakery import picture
from tests.rooms.hands import card, hand_over, in_hand, place, planned, say, state
from tests.rooms.town import as_, words
from tests.world import World

HOME = "/c/lenoir/"


# ---- at the hour


def test_at_the_hour_it_is_put_into_hands_and_nothing_is_called(world: World) -> None:
    place(world, "x")
    delivery = in_hand(world)
    assert state(delivery) == State.HANDED
    assert delivery.handed_at is not None
    assert hand_over() == []


def test_after_an_outage_it_is_handed_at_once_rather_than_held(world: World) -> None:
    place(world, "x")
    posts = [planned(world, title=f"Idée {n}") for n in range(2)]
    with clock.later(timedelta(hours=9)):
        assert claims.hold_late(clock.now()) == 0
        hand_over()
        hand_over()
        assert set(Delivery.objects.values_list("state", flat=True)) == {State.HANDED}
    assert len(posts) == 2


def test_the_card_has_the_text_the_pictures_and_the_page_to_open(world: World) -> None:
    place(world, "other", name="Forum des boulangers", opens="https://forum.example/poster")
    by, now = world.actor(world.alice), clock.now()
    post = commands.start(company=world.bakery, by=by, now=now, title="La bûche", parts=["La bûche & sa crème"])
    commands.place_picture(post=post, asset=picture(world), by=by, now=now)
    departures.schedule(post=post, at=now, by=by, now=now)
    hand_over()
    delivery = Delivery.objects.get()
    shown = card(as_(world.alice), delivery)
    assert "La bûche & sa crème</textarea>" in shown
    assert "Une bûche aux marrons</textarea>" in shown
    assert 'href="https://forum.example/poster"' in shown
    assert 'download="la-buche-1.jpg"' in shown
    assert "Open Forum des boulangers" in shown
    file = as_(world.alice).get(reverse("file", args=["lenoir", delivery.parcel["pictures"][0]["digest"]]))
    assert file.status_code == 200


def test_published_with_its_link_it_is_there_and_counts_as_such(world: World) -> None:
    place(world, "x")
    delivery = in_hand(world)
    client = as_(world.chloe)
    assert say(client, delivery, url="x.example/lenoir/1").status_code == 303
    assert state(delivery) == State.SENT
    assert delivery.url == "https://x.example/lenoir/1"
    assert delivery.sent_at is not None
    assert delivery.channel.last_left_at is not None
    assert Entry.objects.get(verb="publishing:delivery:published").user_id == world.chloe.pk
    assert "A person published it, and said so." in words(client.get(reverse("post", args=["lenoir", delivery.departure.variant.post_id])))


def test_the_link_may_be_left_out(world: World) -> None:
    place(world, "x")
    delivery = in_hand(world)
    say(as_(world.alice), delivery, url="")
    assert (state(delivery), delivery.url) == (State.SENT, "")


@pytest.mark.parametrize("typed", ["javascript:alert(1)", "pas un lien", "data://text"])
def test_what_is_no_link_is_given_back_and_changes_nothing(world: World, typed: str) -> None:
    place(world, "x")
    delivery = in_hand(world)
    answer = say(as_(world.alice), delivery, url=typed)
    assert answer.status_code == 422
    assert typed in words(answer)
    assert state(delivery) == State.HANDED
    with pytest.raises(NotAnAddress):
        handing.published(delivery=delivery, url=typed, by=world.actor(world.alice), now=clock.now())


def test_a_reader_sees_the_card_and_may_say_nothing(world: World) -> None:
    place(world, "x")
    delivery = in_hand(world)
    client = as_(world.remi)
    assert "It is published" not in card(client, delivery)
    assert say(client, delivery).status_code == 403
    assert as_(world.denis).get(reverse("card", args=["lenoir", delivery.pk])).status_code == 404
    assert state(delivery) == State.HANDED


def test_nobody_s_word_is_taken_for_what_parvis_sends_itself(world: World) -> None:
    connected(world)
    planned(world, at=clock.now() + timedelta(hours=1))
    delivery = Delivery.objects.get()
    with pytest.raises(NotByHand):
        handing.published(delivery=delivery, url="", by=world.actor(world.alice), now=clock.now())
    say(as_(world.alice), delivery)
    assert state(delivery) == State.SCHEDULED


def test_it_may_be_published_before_its_hour(world: World) -> None:
    place(world, "x")
    planned(world, at=clock.now() + timedelta(hours=5))
    delivery = Delivery.objects.get()
    client = as_(world.alice)
    assert "Nothing keeps you from publishing it before." in card(client, delivery)
    say(client, delivery)
    assert state(delivery) == State.SENT


def test_a_word_said_by_mistake_is_taken_back_within_minutes(world: World) -> None:
    place(world, "x")
    delivery = in_hand(world)
    client = as_(world.alice)
    say(client, delivery, url="https://x.example/1")
    undo = reverse("card-unpublished", args=["lenoir", delivery.pk])
    assert undo in words(client.get(HOME))
    client.post(undo)
    assert (state(delivery), delivery.url, delivery.sent_at) == (State.HANDED, "", None)
    assert "for you to publish" in card(client, delivery)
    say(client, delivery)
    with clock.later(handing.REGRET + timedelta(minutes=1)):
        assert "No, it is not" not in card(client, delivery)
        client.post(undo)
        assert state(delivery) == State.SENT


def test_what_a_network_confirmed_is_never_taken_back(world: World) -> None:
    connected(world)
    planned(world)
    Delivery.objects.update(state=State.SENT, sent_at=clock.now(), remote_id="at://1")
    delivery = Delivery.objects.get()
    with pytest.raises(TooLate):
        handing.unpublished(delivery=delivery, by=world.actor(world.alice), now=clock.now())


def test_saying_it_twice_is_told_and_changes_nothing(world: World) -> None:
    place(world, "x")
    delivery = in_hand(world)
    client = as_(world.alice)
    say(client, delivery, url="https://x.example/1")
    say(client, delivery, url="https://x.example/2")
    assert (state(delivery), delivery.url) == (State.SENT, "https://x.example/1")
    assert "It had already moved on: gone out." in words(client.get(HOME))


def test_another_hour_moves_the_post_and_its_card_comes_again(world: World) -> None:
    place(world, "x")
    delivery = in_hand(world)
    client = as_(world.alice)
    client.post(reverse("card-hour", args=["lenoir", delivery.pk]), {"in": "60"})
    assert state(delivery) == State.SCHEDULED
    post = delivery.departure.variant.post
    post.refresh_from_db()
    assert post.at == delivery.due_at > clock.now()
    assert hand_over() == []
    with clock.later(timedelta(hours=2)):
        hand_over()
        assert state(delivery) == State.HANDED
        assert delivery.mailed_at is None


def test_an_hour_that_is_past_moves_nothing(world: World) -> None:
    place(world, "x")
    delivery = in_hand(world)
    client = as_(world.alice)
    client.post(reverse("card-hour", args=["lenoir", delivery.pk]), {"day": "2020-01-01", "time": "09:00"})
    assert state(delivery) == State.HANDED
    assert "already past" in card(client, delivery)


def test_what_a_person_will_not_publish_is_taken_back_and_kept_as_a_draft(world: World) -> None:
    place(world, "x")
    delivery = in_hand(world)
    as_(world.alice).post(reverse("delivery-cancel", args=["lenoir", delivery.pk]))
    assert state(delivery) == State.CANCELLED
    assert not Post.objects.get().scheduled


def test_a_text_corrected_meanwhile_comes_on_a_new_card(world: World) -> None:
    place(world, "x")
    delivery = in_hand(world)
    post, by = Post.objects.get(), world.actor(world.alice)
    commands.write(
        post=post, by=by, now=clock.now(), revision=post.revision, title="", parts=["La bûche, à 24 €."], language="fr", warning=""
    )
    departures.update(post=Post.objects.get(), by=by, now=clock.now())
    hand_over()
    assert state(delivery) == State.HANDED
    assert "La bûche, à 24 €." in card(as_(world.alice), delivery)


# ---- threads and first comments


def test_a_thread_is_one_card_and_one_word(world: World) -> None:
    place(world, "x")
    delivery = in_hand(world, "Un", "Deux", "Trois")
    client = as_(world.alice)
    shown = card(client, delivery)
    assert all(f"{text}</textarea>" in shown for text in ("Un", "Deux", "Trois"))
    followers = list(Delivery.objects.exclude(pk=delivery.pk).values_list("pk", flat=True))
    say(client, delivery, part=followers)
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.SENT}
    client.post(reverse("card-unpublished", args=["lenoir", delivery.pk]))
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.HANDED}
    assert "One thing waits for you" in words(client.get(HOME))
    answer = client.get(reverse("card", args=["lenoir", followers[0]]))
    assert answer["Location"] == reverse("card", args=["lenoir", delivery.pk])


def test_a_part_that_is_not_there_yet_comes_on_a_card_of_its_own(world: World) -> None:
    place(world, "x")
    delivery = in_hand(world, "Un", "Deux")
    say(as_(world.alice), delivery)
    follower = Delivery.objects.exclude(pk=delivery.pk).get()
    assert state(follower) == State.SCHEDULED
    hand_over()
    assert state(follower) == State.HANDED


def test_the_first_comment_of_a_thread_comes_last_on_its_card(world: World) -> None:
    made = place(world, "x")
    delivery = in_hand(world, "Un", "Deux", "Trois")
    comment = Parcel("Le lien", form=COMMENT)
    schedule(
        channel=made,
        parcel=comment,
        subject="La bûche",
        due_at=delivery.due_at,
        by=world.actor(world.alice),
        now=clock.now(),
        after=delivery,
    )
    texts = [row.parcel["text"] for row in handing.together(delivery, clock.now())]
    assert texts == ["Un", "Deux", "Trois", "Le lien"]
    assert "Part 3, as an answer to the one before" in card(as_(world.alice), delivery)


def test_a_card_costs_the_same_with_two_parts_or_twenty(world: World) -> None:
    place(world, "x")
    short, long = in_hand(world, "Un", "Deux"), in_hand(world, *[f"Partie {n}" for n in range(20)])
    client = as_(world.alice)
    counts = []
    for delivery in (short, long):
        with CaptureQueriesContext(connection) as made:
            card(client, delivery)
        counts.append(len(made))
    assert counts[0] == counts[1] <= 12


def test_a_first_comment_is_named_as_such_on_the_card_the_page_of_today_and_in_the_mail(world: World) -> None:
    made = place(world, "x")
    delivery = in_hand(world, "La bûche est là.")
    comment = schedule(
        channel=made, parcel=Parcel("Le lien", form=COMMENT), subject="La bûche", due_at=delivery.due_at, by=world.actor(world.alice),
        now=clock.now(), after=delivery,
    )  # fmt: skip
    client = as_(world.alice)
    assert "The first comment, once it is published" in card(client, delivery)
    User.objects.update(language="en")
    variant = delivery.departure.variant
    variant.departures.create(part=1, delivery=comment)
    say(client, delivery)
    hand_over()
    assert state(comment) == State.HANDED
    assert "Publish “La bûche (first comment)”" in words(client.get(HOME))
    assert "first comment" in words(client.get(reverse("post", args=["lenoir", variant.post_id])))
    mail.tell(clock.now())
    assert "“La bûche (first comment)” is for you to publish on X" in box.outbox[-1].body


# ---- told, reminded, late


def test_it_is_on_the_page_of_today_and_counted_in_the_rail(world: World) -> None:
    place(world, "x")
    delivery = in_hand(world)
    shown = words(as_(world.alice).get(HOME))
    assert "One thing waits for you" in shown
    assert reverse("card", args=["lenoir", delivery.pk]) in shown
    assert [company.waiting for company in companies(world.alice.pk, clock.now())] == [1]  # type: ignore[attr-defined]
    assert "For you to publish" in shown


def test_a_mail_says_it_once_and_one_reminder_follows_at_half_of_the_patience(world: World) -> None:
    place(world, "x")
    User.objects.update(language="en")
    delivery = in_hand(world)
    mail.tell(clock.now())
    first = {message.to[0]: message for message in box.outbox}
    assert set(first) == {"alice@example.test", "bob@example.test", "chloe@example.test"}
    assert first["alice@example.test"].subject == "Boulangerie Lenoir: publish “La bûche” now"
    assert reverse("card", args=["lenoir", delivery.pk]) in first["alice@example.test"].body
    for minutes in (1, 59, 61, 90, 600, 6000):
        with clock.later(timedelta(minutes=minutes)):
            mail.tell(clock.now())
            mail.remind(clock.now())
            assert len(box.outbox) == (3 if minutes < 60 else 6)
    assert box.outbox[-1].subject == "Boulangerie Lenoir: “La bûche” still waits to be published"
    assert not handing.any_to_remind(clock.now())


def test_what_is_late_is_shown_late_and_never_lost(world: World) -> None:
    place(world, "x")
    delivery = in_hand(world)
    client = as_(world.alice)
    with clock.later(timedelta(minutes=130)):
        shown = words(client.get(HOME))
        assert "Late, for you to publish" in shown
        assert "it is not lost" in card(client, delivery)
        assert "late, for you to publish" in words(client.get(reverse("calendar", args=["lenoir"])))
        say(client, delivery)
        assert state(delivery) == State.SENT
        for page in ("post", "card"):
            of = delivery.departure.variant.post_id if page == "post" else delivery.pk
            assert "2 h 10 after its hour" in words(client.get(reverse(page, args=["lenoir", of])))


def test_what_lies_in_hands_for_ever_does_not_keep_a_company_from_being_quiet(world: World) -> None:
    place(world, "x")
    in_hand(world)
    with clock.later(timedelta(days=6)):
        assert silent(clock.now()) == []
    with clock.later(timedelta(days=9)):
        assert silent(clock.now()) == [world.bakery]


def test_the_page_of_today_costs_the_same_with_one_card_or_thirty(world: World) -> None:
    place(world, "x")
    in_hand(world)
    client = as_(world.alice)
    with CaptureQueriesContext(connection) as one:
        client.get(HOME)
    for n in range(30):
        in_hand(world, title=f"Idée {n}")
    with CaptureQueriesContext(connection) as many:
        client.get(HOME)
    assert len(one) == len(many) <= 12


def test_a_card_gives_every_piece_and_every_word_that_the_place_wants(world: World) -> None:
    made = place(world, "youtube", handle="@lenoir")
    cover = Picture("c" * 64, "image/jpeg", 1280, 720, 90_000, "La vitrine")
    words_of = (Captions("d" * 64, "fr", "text/vtt", 900),)
    film = Video("e" * 64, "video/mp4", 1920, 1080, 9_000_000, 31.5, "Le four s’ouvre", cover, words_of)
    parcel = Parcel("Visite du fournil", title="Le fournil à 4 h", video=film, ai=True, paid=True, details={"nothing": "known"})
    delivery = schedule(channel=made, parcel=parcel, subject="Le fournil", due_at=clock.now(), by=world.actor(world.alice), now=clock.now())
    hand_over()
    shown = card(as_(world.alice), delivery)
    for piece in (
        "Le fournil à 4 h</textarea>",
        "le-fournil.mp4",
        "le-fournil-cover.jpg",
        "le-fournil-fr.vtt",
        "Le four s’ouvre</textarea>",
    ):
        assert piece in shown
    assert "made with artificial intelligence" in shown
    assert "paid partnership" in shown
    document = Parcel("Nos tarifs", document=Document("f" * 64, "application/pdf", 80_000, 4, "tarifs.pdf", "Tarifs 2027"))
    other = schedule(channel=made, parcel=document, subject="Tarifs", due_at=clock.now(), by=world.actor(world.alice), now=clock.now())
    hand_over()
    shown = card(as_(world.alice), other)
    assert "Tarifs 2027</textarea>" in shown
    assert "tarifs.pdf" in shown
