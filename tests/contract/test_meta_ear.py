"""What is this family's own in listening: windows of messages, levels of answers, webhooks over the body as it came."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from parvis.core import clock
from parvis.networks.contract import Refused
from parvis.networks.facts import COMMENT, Parcel
from parvis.networks.listening import Bell, Call, Knock, Ours
from sandbox import Town
from sandbox.bells import packed as webhook
from sandbox.graph import signed
from sandbox.oauth import CLIENT_SECRET
from tests.contract.benches import Bench
from tests.contract.conftest import connected
from tests.contract.hearings import Hearing
from tests.pictures import jpeg, shades

FAMILY = ("facebook", "instagram")
APP = {"client_id": "1", "client_secret": CLIENT_SECRET, "verify_token": "the agreed word"}


@pytest.fixture(params=FAMILY)
def hearing(request: pytest.FixtureRequest, town: Town) -> Iterator[Hearing]:
    for bench in connected(request.param, town):
        yield Hearing(bench)


@pytest.fixture
def facebook(town: Town) -> Iterator[Bench]:
    yield from connected("facebook", town)


def written(hearing: Hearing, ago: timedelta) -> str:
    with hearing.bench.stand.at((clock.now() - ago).isoformat()):
        return hearing.message("Bonjour")


class TestWindows:
    def test_a_human_being_answers_within_a_week_where_that_is_allowed(self, hearing: Hearing) -> None:
        theirs = hearing.heard(written(hearing, timedelta(days=2)))
        window = hearing.ear.window(theirs, clock.now(), late_allowed=True)
        assert (window.open, window.late, window.until) == (True, True, theirs.at + timedelta(days=7))
        receipt = hearing.bench.send(hearing.answer(theirs, "Oui.", late=True))
        assert hearing.heard(receipt.remote_id).mine

    def test_after_a_week_nobody_does_and_the_words_are_kept(self, hearing: Hearing) -> None:
        theirs = hearing.heard(written(hearing, timedelta(days=8)))
        assert not hearing.ear.window(theirs, clock.now(), late_allowed=True).open
        with pytest.raises(Refused) as refused:
            hearing.bench.send(hearing.answer(theirs, "Oui.", late=True))
        assert "Your words are kept" in str(refused.value.cure)

    def test_a_new_message_opens_it_again(self, hearing: Hearing) -> None:
        written(hearing, timedelta(days=8))
        theirs = hearing.heard(hearing.message("Toujours là ?"))
        assert hearing.ear.window(theirs, clock.now(), late_allowed=False).open
        hearing.bench.send(hearing.answer(theirs, "Oui."))

    def test_a_message_cannot_be_taken_back_and_that_is_said(self, hearing: Hearing) -> None:
        receipt = hearing.bench.send(hearing.answer(hearing.heard(hearing.message("Bonjour")), "Bonjour."))
        with pytest.raises(Refused) as refused:
            hearing.bench.line().delete(receipt)
        assert refused.value.cure


class TestMessagesThatChange:
    def test_one_beyond_those_that_are_looked_at_again_is_never_taken_for_gone(self, hearing: Hearing) -> None:
        with hearing.bench.stand.at((clock.now() - timedelta(hours=5)).isoformat()):
            names = [hearing.message(f"Question {n}") for n in range(30)]
        written(hearing, timedelta(hours=1))
        hearing.read()
        hearing.message("Encore une")
        hearing.read()
        assert not hearing.gone
        hearing.bench.stand.remove_comment(names[0])
        hearing.read()
        assert not hearing.gone, "it could not be told from one that is only old"

    def test_what_a_webhook_says_was_taken_back_is_gone_however_old_it_is(self, hearing: Hearing) -> None:
        names = [hearing.message(f"Question {n}") for n in range(30)]
        hearing.read()
        hearing.bench.stand.remove_comment(names[0])
        hearing.cursors["talks"] = {**hearing.cursors["talks"], "told": [names[0], "m_nobody_knows"]}
        hearing.read()
        assert hearing.gone == {names[0], "m_nobody_knows"}

    def test_a_webhook_that_is_wrong_takes_nothing_away(self, hearing: Hearing) -> None:
        name = hearing.message("Bonjour")
        hearing.read()
        hearing.cursors["talks"] = {**hearing.cursors["talks"], "told": [name]}
        hearing.read()
        assert not hearing.gone

    def test_what_did_not_change_is_not_told_again(self, hearing: Hearing) -> None:
        for hours in (5, 4, 3, 2):
            with hearing.bench.stand.at((clock.now() - timedelta(hours=hours)).isoformat()):
                hearing.message(f"Question {hours}", f"Passant {hours}")
        names = {one.words: name for name, one in hearing.read().items()}
        hearing.bench.stand.edit_comment(names["Question 4"], "Autre question")
        again = hearing.restarted().read()
        # What is newest is always read twice, for what arrives in their lists late.
        assert {one.words for one in again.values()} == {"Autre question", "Question 2"}

    def test_an_account_to_which_nobody_writes_is_not_looked_at_again(self, hearing: Hearing) -> None:
        written(hearing, timedelta(days=4))
        hearing.read()
        before = len(talks_asked(hearing))
        hearing.ear.gather("talks", hearing.cursors["talks"], [], clock.now())
        assert not [seen for seen in talks_asked(hearing)[before:] if "messages.limit" in seen["query"]]


def talks_asked(hearing: Hearing) -> list[Any]:
    return [seen for seen in hearing.bench.stand.requests() if "/conversations" in seen["path"] or "/messages" in seen["path"]]


class TestWhatWasPublishedElsewhere:
    def test_what_nobody_wrote_under_is_not_watched(self, hearing: Hearing) -> None:
        post = phone_made(hearing)
        hearing.read()
        assert hearing.all_ours == []
        hearing.comment(post, "Il en reste ?")
        hearing.read()
        assert [one.remote_id for one in hearing.all_ours] == [post]

    def test_one_call_tells_of_all_of_it(self, hearing: Hearing) -> None:
        for n in range(3):
            hearing.comment(phone_made(hearing, f"Numéro {n}"), "Bravo")
        before = len(hearing.bench.stand.requests())
        gathered = hearing.ear.gather("posts", {}, [], clock.now())
        assert (len(gathered.cursor["posts"]), len(hearing.bench.stand.requests()) - before) == (3, 1)


def phone_made(hearing: Hearing, text: str = "Depuis le téléphone") -> str:
    return str(hearing.bench.stand.add_post("lenoir", text, pictures=[(jpeg(shades(480, 480)), "Un pain")])["id"])


def test_a_video_that_was_sent_from_here_is_not_found_again_as_a_post(facebook: Bench) -> None:
    hearing = Hearing(facebook)
    post = phone_made(hearing)
    hearing.comment(post, "Bravo")
    [shown] = facebook.stand.state["posts"][post]["photos"]
    hearing.ours.append(Ours(shown, "", {}, clock.now()))
    hearing.ear.gather("posts", {}, hearing.ours, clock.now())
    assert hearing.ear.gather("posts", {}, hearing.ours, clock.now()).cursor == {"posts": []}


class TestComments:
    def test_our_own_first_comment_is_no_message_but_what_answers_it_is(self, hearing: Hearing) -> None:
        from_us = hearing.bench.send(Parcel("Venez tôt.", form=COMMENT), after=hearing.publish())
        assert hearing.read() == {}
        theirs = hearing.heard(hearing.comment(from_us.remote_id, "Merci !"))
        assert (theirs.parent, theirs.thread, theirs.mine) == (from_us.remote_id, theirs.remote_id, False)

    def test_an_answer_to_an_answer_stays_in_its_conversation(self, hearing: Hearing) -> None:
        first = hearing.comment(hearing.publish().remote_id, "Il en reste ?")
        second = hearing.heard(hearing.comment(first, "Moi aussi", "Paul Martin"))
        ours = hearing.heard(hearing.bench.send(hearing.answer(second, "Oui, pour deux.")).remote_id)
        assert (ours.mine, ours.thread) == (True, first)

    def test_one_that_is_gone_cannot_be_answered_and_the_words_are_kept(self, hearing: Hearing) -> None:
        theirs = hearing.heard(hearing.comment(hearing.publish().remote_id, "Il en reste ?"))
        hearing.bench.stand.remove_comment(theirs.remote_id)
        with pytest.raises(Refused) as refused:
            hearing.bench.send(hearing.answer(theirs, "Oui."))
        assert "Your words are kept" in str(refused.value.cure)

    def test_those_of_a_publication_that_was_taken_off_are_gone_with_it(self, hearing: Hearing) -> None:
        post = hearing.publish()
        name = hearing.comment(post.remote_id, "Il en reste ?")
        other = hearing.comment(hearing.publish().remote_id, "Et demain ?")
        hearing.read()
        hearing.bench.line().delete(post)
        hearing.read()
        assert hearing.gone == {name}
        assert other in hearing.read()


class TestMentions:
    """What names the account is listed, or told by a webhook alone and read by its name."""

    def named(self, hearing: Hearing, text: str, where: str = "", *, listed: bool = True) -> str:
        made = hearing.bench.stand.mention("lenoir", "Zoé Petit", text, where=where, listed=listed)
        return str(made["id"])

    def tell(self, hearing: Hearing, *names: str) -> None:
        """Do what the inbox does with what a webhook named."""
        hearing.cursors["named"] = {**hearing.cursors.get("named", {}), "told": [*names]}

    def test_what_only_a_webhook_names_is_read_by_its_name(self, hearing: Hearing) -> None:
        post, comment = self.named(hearing, "@lenoir le meilleur", listed=False), self.named(hearing, "@lenoir bravo", where="178400")
        assert hearing.read() == {}
        self.tell(hearing, post, f"178400:{comment}")
        heard = hearing.read()
        assert {post, comment} <= heard.keys()
        assert [(heard[name].kind, heard[name].thread, heard[name].words) for name in (post, comment)] == [
            ("mention", post, "@lenoir le meilleur"), ("mention", comment, "@lenoir bravo"),
        ]  # fmt: skip

    def test_it_is_looked_at_again_so_that_an_edit_and_a_deletion_are_seen(self, hearing: Hearing) -> None:
        post, other = (self.named(hearing, f"@lenoir {text}", listed=False) for text in ("le meilleur", "bravo"))
        self.tell(hearing, post, other)
        hearing.read()
        hearing.bench.stand.edit_comment(post, "@lenoir le meilleur, de loin")
        hearing.bench.stand.remove_comment(other)
        assert hearing.heard(post).words == "@lenoir le meilleur, de loin"
        assert hearing.gone == {other}

    def test_what_stands_under_our_own_publication_is_heard_there_and_not_twice(self, hearing: Hearing) -> None:
        post = hearing.publish().remote_id
        name = hearing.comment(post, "@lenoir il en reste ?")
        self.tell(hearing, f"{post}:{name}")
        assert [(one.remote_id, one.kind) for one in hearing.read().values()] == [(name, "comment")]

    def test_one_that_cannot_be_read_any_more_is_gone_and_stops_nothing(self, hearing: Hearing) -> None:
        other = self.named(hearing, "@lenoir bravo", listed=False)
        self.tell(hearing, "17840", "1:2", other)
        assert hearing.read().keys() == {other}

    def test_what_is_listed_and_told_is_one(self, hearing: Hearing) -> None:
        name = self.named(hearing, "@lenoir bravo")
        self.tell(hearing, name)
        assert [one.remote_id for one in hearing.read().values()] == [name]

    def test_what_we_publish_ourselves_names_nobody(self, hearing: Hearing) -> None:
        hearing.publish("Chez @lenoir, le pain est chaud")
        assert hearing.read() == {}

    def test_a_storm_that_webhooks_named_is_read_in_several_times(self, hearing: Hearing) -> None:
        names = [self.named(hearing, f"@lenoir bravo {n}", listed=False) for n in range(45)]
        self.tell(hearing, *names)
        assert set(names) <= hearing.read().keys()


def test_a_page_does_not_learn_who_tagged_it_and_says_so_by_naming_nobody(facebook: Bench) -> None:
    hearing = Hearing(facebook)
    name = hearing.mention("Le meilleur pain", "Zoé Petit")
    assert (hearing.heard(name).author.remote_id, hearing.held[name].author.name) == ("", "")
    facebook.stand.settings(names_taggers=True)
    assert hearing.heard(name).author.name == "Zoé Petit"


def test_where_the_list_is_closed_to_an_application_webhooks_still_tell(facebook: Bench) -> None:
    hearing = Hearing(facebook)
    facebook.stand.settings(refuses=[["GET */tagged", 10, 0]])
    name = str(facebook.stand.mention("lenoir", "Zoé Petit", "@lenoir bravo", listed=False)["id"])
    assert hearing.read() == {}
    hearing.cursors["named"] = {**hearing.cursors["named"], "told": [name]}
    assert hearing.read().keys() == {name}
    facebook.stand.remove_comment(name)
    hearing.read()
    assert hearing.gone == {name}


def test_whoever_only_tagged_an_account_is_answered_on_instagram_itself(town: Town) -> None:
    for bench in connected("instagram", town):
        hearing = Hearing(bench)
        name = str(bench.stand.mention("lenoir", "Zoé Petit", "Le pain du matin")["id"])
        window = hearing.ear.window(hearing.heard(name), clock.now(), late_allowed=False)
        assert (window.open, bool(window.why)) == (False, True)
        with pytest.raises(Refused) as refused:
            bench.send(hearing.answer(hearing.held[name], "Merci !"))
        assert refused.value.cure


def test_a_comment_that_names_an_account_is_answered_where_it_stands_and_not_taken_back(town: Town) -> None:
    for bench in connected("instagram", town):
        hearing = Hearing(bench)
        name = str(bench.stand.mention("lenoir", "Zoé Petit", "Allez chez @lenoir", where="178400")["id"])
        hearing.cursors["named"] = {"told": [f"178400:{name}"]}
        receipt = bench.send(hearing.answer(hearing.heard(name), "Merci !"))
        assert [(one["to"], one["text"]) for one in bench.stand.state["answers"]] == [(name, "Merci !")]
        with pytest.raises(Refused) as refused:
            bench.line().delete(receipt)
        assert refused.value.cure


def test_who_named_an_account_may_stay_untold(town: Town) -> None:
    for bench in connected("instagram", town):
        bench.stand.settings(names_mentions=False)
        hearing = Hearing(bench)
        name = str(bench.stand.mention("lenoir", "Zoé Petit", "@lenoir bravo", listed=False)["id"])
        hearing.cursors["named"] = {"told": [name]}
        assert hearing.heard(name).author.remote_id == ""


class TestBells:
    def test_news_of_a_message_that_was_taken_back_names_it_and_news_of_an_edit_has_it_read(self, hearing: Hearing) -> None:
        about = "page" if hearing.bench.key == "facebook" else "instagram"
        said = [
            {"message": {"mid": "m_1", "is_deleted": True}},
            {"message_edit": {"mid": "m_2", "text": "é"}},
            {"message": {"mid": "m_3"}},
            7,
        ]
        told = bell(hearing).knocks(Call("POST", {}, {}, webhook({"object": about, "entry": [{"id": "42", "messaging": said}]})))
        assert told == (Knock("42", "talks", "m_1"), Knock("42", "talks"))

    def test_news_of_what_a_page_published_has_it_looked_for(self, hearing: Hearing) -> None:
        if hearing.bench.key == "facebook":
            told = [{"item": "photo", "verb": "add"}, {"item": "comment", "verb": "add"}, {"item": "post", "verb": "remove"}]
            body = webhook({"object": "page", "entry": [{"id": "42", "changes": [{"field": "feed", "value": one} for one in told]}]})
            assert bell(hearing).knocks(Call("POST", {}, {}, body)) == (Knock("42", "posts"), Knock("42", "under"))

    def test_news_of_a_mention_says_what_names_the_account(self, hearing: Hearing) -> None:
        post, comment = ("post_id", "comment_id") if hearing.bench.key == "facebook" else ("media_id", "comment_id")
        about, field = ("page", "mention") if hearing.bench.key == "facebook" else ("instagram", "mentions")
        changes = [{"field": field, "value": value} for value in ({post: "1"}, {post: "1", comment: "2"}, {}, "x")]
        body = webhook({"object": about, "entry": [{"id": "42", "changes": changes}]})
        told = bell(hearing).knocks(Call("POST", {}, {}, body))
        assert told == (Knock("42", "named", "1"), Knock("42", "named", "1:2"), Knock("42", "named"))

    def test_whoever_knows_the_word_gets_the_challenge_back(self, hearing: Hearing) -> None:
        asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "the agreed word"}
        reply = bell(hearing).handshake(Call("GET", asked, {}, b""), APP)
        assert reply is not None
        assert (reply.status, reply.body) == (200, "1158201444")

    @pytest.mark.parametrize("word", ["", "another word", "é"])
    def test_whoever_does_not_is_shown_the_door(self, hearing: Hearing, word: str) -> None:
        asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": word}
        for app in (APP, {"verify_token": ""}, {}):
            reply = bell(hearing).handshake(Call("GET", asked, {}, b""), app)
            assert reply is not None
            assert (reply.status, reply.body) == (403, "")

    def test_news_is_no_handshake(self, hearing: Hearing) -> None:
        assert bell(hearing).handshake(news(hearing), APP) is None

    def test_the_signature_is_over_the_body_as_it_came(self, hearing: Hearing) -> None:
        call = news(hearing)
        assert b"\\u00e9" in call.body
        assert bell(hearing).genuine(call, APP)
        written_anew = Call("POST", {}, call.headers, call.body.replace(b"\\u00e9", "é".encode()))
        assert not bell(hearing).genuine(written_anew, APP)

    def test_another_secret_none_at_all_or_no_signature_is_not_believed(self, hearing: Hearing) -> None:
        call = news(hearing)
        assert not bell(hearing).genuine(call, {**APP, "client_secret": "another"})
        assert not bell(hearing).genuine(Call("POST", {}, {"x-hub-signature-256": signed(call.body, "")}, call.body), {})
        assert not bell(hearing).genuine(Call("POST", {}, {}, call.body), APP)

    def test_a_batch_knocks_once_for_each_account_and_source(self, hearing: Hearing) -> None:
        assert bell(hearing).knocks(news(hearing)) == (Knock("42", "under"), Knock("42", "talks"), Knock("43", "talks"))

    @pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"object":"user","entry":[{"id":"1","changes":[{"field":"feed"}]}]}'])
    def test_what_makes_no_sense_or_concerns_others_knocks_nowhere(self, hearing: Hearing, body: bytes) -> None:
        assert bell(hearing).knocks(Call("POST", {}, {}, body)) == ()


def bell(hearing: Hearing) -> Bell:
    found: Bell = hearing.bench.network.bell
    return found


def news(hearing: Hearing) -> Call:
    about, field = ("page", "feed") if hearing.bench.key == "facebook" else ("instagram", "comments")
    change = {"field": field, "value": {"message": "Du pain de seigle à l’épeautre 🥖 ?"}}
    said: list[Any] = [{"sender": {"id": "7"}, "message": {"text": "é"}}]
    entries = [{"id": "42", "changes": [change, change]}, {"id": "42", "messaging": said}, {"id": 43, "messaging": said}, {"id": "44"}]
    body = webhook({"object": about, "entry": [*entries, {"id": "42", "changes": [{"field": "unheard of"}, change]}]})
    return Call("POST", {}, {"x-hub-signature-256": signed(body, CLIENT_SECRET)}, body)
