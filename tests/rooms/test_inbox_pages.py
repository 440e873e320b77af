"""The pages of Answer: who waits comes first, an answer can be taken back, nothing typed is lost, outside words are never HTML."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from parvis.channels.models import Channel
from parvis.core import clock
from parvis.core.say import Say
from parvis.inbox import commands
from parvis.inbox.models import Conversation, Label, Message, Note, Presence, SavedAnswer, Standing, Status
from parvis.networks.listening import Attached, Window
from parvis.people.models import Role, User
from tests.rooms.parlour import US, YANN, Parlour, channel, gather, only
from tests.world import NOON, World


@pytest.fixture
def talk(parlour: Parlour, account: Channel) -> Conversation:
    parlour.say("Vous êtes ouverts dimanche ?", NOON - timedelta(minutes=30), name="m1")
    gather()
    return only()


def client(user: User) -> Client:
    made = Client(headers={"accept-language": "fr"})
    made.force_login(user)
    return made


@pytest.fixture
def alice(world: World) -> Client:
    return client(world.alice)


def page(alice: Client, path: str = "", **more: Any) -> str:
    answer = alice.get(f"/c/lenoir/inbox/{path}", more or None)
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def press(alice: Client, talk: Conversation, path: str, **given: Any) -> Any:
    return alice.post(f"/c/lenoir/inbox/{talk.pk}/{path}", given, follow=True)


def draft(talk: Conversation) -> str:
    return "".join(Presence.objects.filter(conversation=talk).values_list("draft", flat=True))


# ---- the list


def test_the_menu_shows_the_place_only_where_an_account_can_be_listened_to(world: World, parlour: Parlour, alice: Client) -> None:
    assert "Répondre" not in alice.get("/c/lenoir/").content.decode()
    channel(world)
    parlour.say("Bonjour", NOON)
    gather()
    home = alice.get("/c/lenoir/").content.decode()
    assert "Répondre" in home
    assert '<span class="count">1' in home.partition("Répondre")[2][:80]


def test_what_is_about_to_be_late_comes_first_with_its_clock_in_words(parlour: Parlour, account: Channel, alice: Client) -> None:
    parlour.say("Vous êtes ouverts dimanche ?", NOON - timedelta(minutes=30))
    late = replace(YANN, remote_id="u9", name="Odile Ravanel")
    parlour.say("Et ma commande ?", NOON - timedelta(hours=6), who=late, thread="with-u9")
    parlour.say("C’est ouvert ?", NOON - timedelta(hours=3, minutes=30), who=YANN, thread="with-u2")
    gather()
    text = page(alice)
    places = [text.index(words) for words in ("En retard", "Odile Ravanel", "Bientôt en retard", "Yannick", "Dans les temps", "Camille")]
    assert places == sorted(places)
    assert "en retard de 2\u00a0h" in text
    assert "avant 13\u00a0h\u00a030" in text


def test_a_search_finds_by_name_and_by_word_and_says_when_it_does_not(talk: Conversation, alice: Client) -> None:
    assert "Camille Dubreuil" in page(alice, tab="all", q="dubreuil")
    assert "Camille Dubreuil" in page(alice, tab="all", q="dimanche")
    assert "Rien n’a été trouvé" in page(alice, tab="all", q="galette")


def test_the_empty_list_teaches(world: World, parlour: Parlour, alice: Client) -> None:
    assert "Aucun compte" in page(alice)
    channel(world)
    assert "Personne n’a encore écrit" in page(alice)


def test_tabs_hold_what_is_mine_put_off_and_done(world: World, talk: Conversation, alice: Client) -> None:
    press(alice, talk, "assign/", to=world.alice.pk)
    assert "Camille Dubreuil" in page(alice, tab="mine")
    press(alice, talk, "snooze/", until=(NOON + timedelta(days=1)).isoformat())
    assert "Camille Dubreuil" not in page(alice)
    assert "Camille Dubreuil" in page(alice, tab="snoozed")
    press(alice, talk, "done/")
    assert "Camille Dubreuil" in page(alice, tab="done")


def test_no_page_asks_more_than_twelve_questions_however_long(parlour: Parlour, talk: Conversation, alice: Client) -> None:
    page(alice)
    asked = []
    for count in (3, 30):
        for n in range(count):
            who = replace(YANN, remote_id=f"u{count}-{n}", name=f"Client {n}")
            parlour.say(f"Question {n}", NOON - timedelta(minutes=n), who=who, name=f"c{count}-{n}", kind="comment", thread=f"c{count}-{n}")
            parlour.say(f"Encore {n}", NOON - timedelta(minutes=n), name=f"d{count}-{n}")
        gather()
        for path in ("", f"{talk.pk}/", "filters/", f"{talk.pk}/choices/"):
            with CaptureQueriesContext(connection) as seen:
                page(alice, path)
            asked.append((path, len(seen)))
    assert max(number for _, number in asked) <= 12, asked
    assert asked[:4] == asked[4:]


# ---- a conversation


def test_outside_words_are_shown_as_they_are_and_never_run(parlour: Parlour, account: Channel, alice: Client) -> None:
    hostile = '<script>alert(1)</script><img src=x onerror=alert(2)> \u202eevil {{ 7|add:7 }} & "quoted"'
    who = replace(YANN, name="<b>Yann</b>", handle="<i>")
    hangs = (Attached("picture", "https://x.example/a.jpg", "<u>photo</u>"), Attached("link", "javascript:alert(3)", "un lien"))
    parlour.say(hostile, NOON, who=who, attached=hangs, url="javascript:alert(4)")
    gather()
    for text in (page(alice), page(alice, f"{only().pk}/")):
        for bad in ("<script>alert", "<img", "<b>Yann", "<u>photo", 'href="javascript'):
            assert bad not in text
        assert "&lt;script&gt;alert(1)" in text
    assert 'href="https://x.example/a.jpg"' in text


def test_edits_deletions_and_our_answers_given_elsewhere_are_shown(
    parlour: Parlour, talk: Conversation, alice: Client, travel: Any
) -> None:
    travel.shift(timedelta(minutes=20))
    parlour.heard["m1"] = replace(parlour.heard["m1"], words="Vous êtes ouverts lundi ?", edited_at=clock.now())
    parlour.say("Oui, dès 7 h", clock.now(), who=US, thread="with-u1")
    parlour.say("Parfait", clock.now(), name="m9")
    gather()
    parlour.gone.add("m9")
    travel.shift(timedelta(minutes=20))
    gather()
    text = page(alice, f"{talk.pk}/")
    for words in ("Vous êtes ouverts lundi", "Vous êtes ouverts dimanche", "modifié", "Supprimé sur le réseau", "depuis ailleurs"):
        assert words in text, words


def test_an_answer_leaves_after_some_seconds_and_can_be_taken_back(talk: Conversation, alice: Client) -> None:
    said = press(alice, talk, "answer/", words="Oui, de 8 h à 12 h.").content.decode()
    message = Message.objects.get(mine=True)
    assert (message.standing, message.words) == (Standing.LEAVING, "Oui, de 8 h à 12 h.")
    assert f"messages/{message.pk}/take-back/" in said
    press(alice, talk, f"messages/{message.pk}/take-back/")
    assert not Message.objects.filter(mine=True).exists()
    assert "Oui, de 8 h à 12 h." in page(alice, f"{talk.pk}/")


def test_what_the_network_would_not_take_is_kept_and_said(parlour: Parlour, talk: Conversation, alice: Client) -> None:
    parlour.window = Window(False, why=Say("This conversation can only be answered within 24 hours."))
    text = press(alice, talk, "answer/", words="Trop tard ?").content.decode()
    assert not Message.objects.filter(mine=True).exists()
    assert draft(talk) == "Trop tard ?"
    assert "Trop tard ?" in text
    assert "24 hours" in text
    assert 'name="then"' not in text


def test_too_long_and_empty_answers_lose_nothing(parlour: Parlour, account: Channel, alice: Client) -> None:
    parlour.say("Bravo", NOON, kind="comment", thread="c1")
    gather()
    text = press(alice, only(), "answer/", words="a" * 301).content.decode()
    assert "Un signe de trop" in text
    assert draft(only()) == "a" * 301
    press(alice, only(), "answer/", words="  ")
    assert not Message.objects.filter(mine=True).exists()


def test_any_button_keeps_what_is_written(talk: Conversation, alice: Client) -> None:
    for path in ("follow/", "unread/", "done/", "reopen/"):
        press(alice, talk, path, words=f"Bonjour {path}")
        assert draft(talk) == f"Bonjour {path}"


def test_a_ready_answer_comes_in_with_its_names_filled(world: World, talk: Conversation, alice: Client) -> None:
    saved = SavedAnswer.objects.create(company=world.bakery, name="Horaires", words="Bonjour {prenom}, nous ouvrons à 7 h.")
    assert "Horaires" in page(alice, f"{talk.pk}/saved/", q="hor")
    press(alice, talk, f"saved/{saved.pk}/", words="Merci.")
    assert draft(talk) == "Merci.\nBonjour Camille, nous ouvrons à 7 h."
    script = alice.post(f"/c/lenoir/inbox/{talk.pk}/saved/{saved.pk}/", headers={"X-Words": "1"})
    assert script.headers["Content-Type"].startswith("text/plain")


def test_answers_kept_ready_are_made_changed_and_taken_away(world: World, parlour: Parlour, alice: Client) -> None:
    kept = SavedAnswer.objects.filter(company=world.bakery)
    assert alice.post("/c/lenoir/inbox/ready/", {"name": "Horaires", "words": ""}).status_code == 422
    alice.post("/c/lenoir/inbox/ready/", {"name": "Horaires", "words": "Dès 7 h, {prenom}."})
    assert "{prenom}." in page(alice, "ready/")
    assert alice.post("/c/lenoir/inbox/ready/", {"name": "Horaires", "words": "x"}).status_code == 422
    alice.post(f"/c/lenoir/inbox/ready/{kept.get().pk}/", {"name": "Heures", "words": "Dès 6 h."})
    assert (kept.get().name, kept.get().words) == ("Heures", "Dès 6 h.")
    pk = kept.get().pk
    said = alice.post(f"/c/lenoir/inbox/ready/{pk}/", {"what": "remove"}, follow=True).content.decode()
    assert not kept.exists()
    assert f"/inbox/ready/{pk}/back/" in said
    alice.post(f"/c/lenoir/inbox/ready/{pk}/back/")
    assert (kept.get().name, kept.get().words) == ("Heures", "Dès 6 h.")
    alice.post(f"/c/lenoir/inbox/ready/{pk}/", {"what": "remove"})
    alice.post("/c/lenoir/inbox/ready/", {"name": "Heures", "words": "Dès 5 h."})
    assert "porte ce nom" in alice.post(f"/c/lenoir/inbox/ready/{pk}/back/", follow=True).content.decode()
    assert kept.get().words == "Dès 5 h."


def test_a_label_taken_away_comes_back_where_it_was(talk: Conversation, alice: Client) -> None:
    press(alice, talk, "labels/", name="Commandes")
    label = Label.objects.get()
    said = press(alice, talk, f"labels/{label.pk}/remove/").content.decode()
    assert f"labels/?label={label.pk}" in said
    press(alice, talk, f"labels/?label={label.pk}")
    assert list(talk.labels.all()) == [label]
    alice.post(f"/c/lenoir/inbox/labels/{label.pk}/", {"name": "Commandes de Noël"})
    assert "1 conversation" in page(alice, "labels/")
    said = alice.post(f"/c/lenoir/inbox/labels/{label.pk}/", {"what": "remove"}, follow=True).content.decode()
    assert "Commandes de Noël" not in page(alice, f"{talk.pk}/")
    assert f"labels/{label.pk}/back/" in said
    alice.post(f"/c/lenoir/inbox/labels/{label.pk}/back/")
    assert "Commandes de Noël" in page(alice, f"{talk.pk}/")


def test_send_then_the_next_opens_whoever_waits(parlour: Parlour, account: Channel, alice: Client) -> None:
    parlour.say("Vous êtes ouverts dimanche ?", NOON - timedelta(minutes=30))
    parlour.say("Et moi ?", NOON, who=YANN, thread="with-u2")
    gather()
    talk = Conversation.objects.get(person__name="Camille Dubreuil")
    answer = press(alice, talk, "answer/", words="Oui.", then="next")
    assert "Et moi ?" in answer.content.decode()
    assert str(Conversation.objects.get(person__name="Yannick Le Goff").pk) in answer.request["PATH_INFO"]


def test_notes_labels_and_their_undoing(world: World, talk: Conversation, alice: Client) -> None:
    press(alice, talk, "notes/", note="Paie en titres-restaurant")
    note = Note.objects.get()
    assert "Paie en titres-restaurant" in page(alice, f"{talk.pk}/")
    press(alice, talk, f"notes/{note.pk}/remove/")
    assert "Paie en titres-restaurant" not in page(alice, f"{talk.pk}/")
    press(alice, talk, f"notes/{note.pk}/back/")
    assert "Paie en titres-restaurant" in page(alice, f"{talk.pk}/")
    press(alice, talk, "labels/", name="Noël")
    assert "Noël" in page(alice)
    press(alice, talk, f"labels/{Label.objects.get().pk}/remove/")
    assert "Noël" not in page(alice)


def test_what_is_done_over_there_is_wished_and_can_be_undone(parlour: Parlour, account: Channel, alice: Client) -> None:
    parlour.say("Spam !", NOON, kind="comment", thread="c1")
    gather()
    talk = only()
    message = Message.objects.get()
    press(alice, talk, f"messages/{message.pk}/wish/", what="hide")
    assert Message.objects.get().wish == "hide"
    press(alice, talk, f"messages/{message.pk}/unwish/")
    assert Message.objects.get().wish == ""
    assert press(alice, talk, f"messages/{message.pk}/wish/", what="explode").status_code == 200


def test_each_message_has_its_own_menu(parlour: Parlour, account: Channel, alice: Client) -> None:
    for n in range(3):
        parlour.say(f"Message {n}", NOON - timedelta(minutes=60 - 10 * n), kind="comment", thread="c1", name=f"c{n}")
    gather()
    Message.objects.filter(remote_id="c1").update(url="https://ici.example/?a=1&b=2", liked=True)
    shown = page(alice, f"{only().pk}/")
    for message in Message.objects.all():
        assert shown.count(f"/messages/{message.pk}/wish/") == 3
    assert shown.count('href="https://ici.example/?a=1&amp;b=2"') == 1
    assert shown.count('value="unlike"') == 1
    assert ("9007199254740991" in shown, "over.invalid" in shown) == (False, False)


def test_colleagues_see_each_other(world: World, talk: Conversation, alice: Client) -> None:
    bob = client(world.bob)
    bob.post(f"/c/lenoir/inbox/{talk.pk}/here/", {"writing": "1"})
    signs = alice.post(f"/c/lenoir/inbox/{talk.pk}/here/").content.decode()
    assert "Bob écrit" in signs
    assert "Bob" in page(alice)
    bob.post(f"/c/lenoir/inbox/{talk.pk}/gone/")
    assert "Bob" not in alice.post(f"/c/lenoir/inbox/{talk.pk}/here/").content.decode()


def test_reading_a_page_writes_nothing(talk: Conversation, alice: Client) -> None:
    page(alice)
    page(alice, f"{talk.pk}/")
    assert not Presence.objects.exists()
    alice.post(f"/c/lenoir/inbox/{talk.pk}/here/")
    assert Presence.objects.get().read_at == NOON


def test_who_reads_only_is_shown_no_button_and_may_press_none(world: World, talk: Conversation) -> None:
    remi = client(world.remi)
    text = page(remi, f"{talk.pk}/")
    assert 'name="words"' not in text
    assert "Vous êtes ouverts dimanche" in text
    for path in ("answer/", "done/", "notes/", "assign/", "labels/"):
        assert press(remi, talk, path, words="x", note="x", name="x").status_code == 403
    assert Conversation.objects.get().status == Status.OPEN


def test_an_answer_that_needs_a_yes_waits_for_it(world: World, talk: Conversation, alice: Client) -> None:
    commands.promise(company=world.bakery, facts={"needs_yes": True}, by=world.actor(world.alice), now=NOON)
    assert world.actor(world.bob).role == Role.EDITOR
    press(client(world.bob), talk, "answer/", words="Oui.")
    message = Message.objects.get(mine=True)
    assert message.standing == Standing.ASKS
    assert "Oui, envoyer" in page(alice, f"{talk.pk}/")
    press(alice, talk, f"messages/{message.pk}/approve/")
    assert Message.objects.get(mine=True).standing == Standing.LEAVING
