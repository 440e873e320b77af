"""What is Mastodon's own in listening: rights, older servers, HTML, visibilities, threads that lose their middle."""

from __future__ import annotations

import pytest

from parvis.core import clock
from parvis.networks.contract import Absent, Refused
from parvis.networks.mastodon.heard import plain
from tests.contract.benches import Bench, Purse
from tests.contract.hearings import Hearing


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>Bonjour&nbsp;!</p><p>À demain<br>ou après</p>", "Bonjour\u00a0!\n\nÀ demain\nou après"),
        ("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", "<script>alert(1)</script>"),
        ("<script>alert(1)</script><p>vrai</p>", "vrai"),
        (
            '<p>Voir <a href="https://exemple.fr/a/b"><span class="invisible">https://</span>exemple.fr…</a></p>',
            "Voir https://exemple.fr/a/b",
        ),
        ('<p><a href="javascript:alert(1)">ici</a> <a href="https://s/@x" class="u-url mention">@<span>x</span></a></p>', "@x"),
        ("<p>pas <b>fermé", "pas fermé"),
    ],
)
def test_html_becomes_the_words_that_a_person_reads(html: str, words: str) -> None:
    assert plain(html) == words


def test_a_connection_without_the_right_still_publishes_and_says_what_it_cannot_read(mastodon: Bench) -> None:
    narrow = mastodon.stand.add_account("lenoir", scopes=["read:accounts", "read:statuses", "write:statuses", "write:media"])
    mastodon.purse = Purse({**mastodon.purse.tokens, "access": narrow})
    hearing = Hearing(mastodon)
    with pytest.raises(Refused) as refused:
        hearing.ear.gather("named", {}, [], clock.now())
    assert "Connect the account again" in str(refused.value.cure)
    assert mastodon.wires is not None
    checks = {one.key: one.level for one in mastodon.network.door.readiness(mastodon.account, mastodon.wires)}
    assert checks == {"publish": "good", "inbox": "limited"}
    assert hearing.publish().remote_id


def test_an_older_server_shows_edits_and_deletions_too(mastodon: Bench) -> None:
    mastodon.stand.settings(several_statuses=False)
    hearing = Hearing(mastodon)
    one, two = hearing.message("Bonjour"), hearing.message("À demain", "Paul")
    hearing.read()
    mastodon.stand.edit_comment(one, "Bonsoir")
    mastodon.stand.remove_comment(two)
    assert hearing.heard(one).words == "Bonsoir"
    assert hearing.gone == {two}


@pytest.mark.parametrize("visibility", ["public", "unlisted", "private", "direct"])
def test_an_answer_is_as_visible_as_what_it_answers_and_names_whom_it_answers(mastodon: Bench, visibility: str) -> None:
    hearing = Hearing(mastodon)
    name = mastodon.stand.inbox.named("lenoir", "Zoé Petit", "Il en reste ?", visibility)["id"]
    receipt = mastodon.send(hearing.answer(hearing.heard(name), "Oui."))
    status = mastodon.stand.state["statuses"][receipt.remote_id]
    assert (status["visibility"], status["after"], status["text"]) == (visibility, name, "@zoe_petit Oui.")


def test_what_answered_a_comment_that_is_gone_is_still_there(mastodon: Bench) -> None:
    hearing = Hearing(mastodon)
    first = hearing.comment(hearing.publish().remote_id, "Il en reste ?")
    second = hearing.comment(first, "Oui, il en reste", "Paul")
    hearing.read()
    mastodon.stand.remove_comment(first)
    hearing.read()
    assert hearing.gone == {first}
    assert second in hearing.held


def test_a_picture_comes_along_with_its_description(mastodon: Bench) -> None:
    hearing = Hearing(mastodon)
    picture = mastodon.picture(1)
    mastodon.stand.inbox.passer_by("Zoé")
    name = mastodon.stand.add_post("zoe", "@lenoir Regardez", pictures=[(mastodon.files[picture.digest], "Un pain brûlé")])["id"]
    assert [(one.kind, one.name) for one in hearing.heard(name).attached] == [("picture", "Un pain brûlé")]


def test_our_own_thread_is_no_conversation(mastodon: Bench) -> None:
    hearing = Hearing(mastodon)
    first = hearing.publish("Première partie")
    second = mastodon.send(hearing.bench.says("Seconde partie"), after=first)
    name = hearing.comment(second.remote_id, "Et la suite ?")
    heard = hearing.read()
    assert set(heard) == {name}
    assert heard[name].under == second.remote_id


def test_the_same_words_under_another_comment_are_not_taken_for_our_answer(mastodon: Bench) -> None:
    hearing = Hearing(mastodon)
    one, two = hearing.heard(hearing.mention("Bravo")), hearing.heard(hearing.mention("Encore bravo"))
    began = clock.now()
    mastodon.send(hearing.answer(one, "Merci."))  # by hand, a moment ago
    assert mastodon.look(hearing.answer(two, "Merci."), "", began) == Absent()
