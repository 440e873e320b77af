"""The contract: what the engine may count on, on every network. A new network passes this suite, or it is not one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from parvis.core import clock
from parvis.networks.contract import Absent, CannotTell, Disconnected, NotSent, Receipt, Refused, Unknown
from parvis.networks.facts import COMMENT, Parcel
from sandbox import Town
from tests.contract.benches import (
    FORBIDDEN_SIGNS,
    LONG_AGO,
    NAMES_THE_HOUR,
    REFUSES_TWINS,
    SHOWS_LIMITS,
    TOLD_LANGUAGE,
    Bench,
    connected_networks,
)
from tests.contract.conftest import connected

HELLO = "Chaud à 7 h : le pain aux noix 🥖 est là, « tout simplement »."


@pytest.fixture(params=connected_networks())
def bench(request: pytest.FixtureRequest, town: Town) -> Iterator[Bench]:
    yield from connected(request.param, town)


@pytest.fixture(params=connected_networks(lambda spec: spec.images.most > 1))
def gallery(request: pytest.FixtureRequest, town: Town) -> Iterator[Bench]:
    """Those that take several gallery."""
    yield from connected(request.param, town)


@pytest.fixture(params=connected_networks(lambda spec: spec.threads))
def threads(request: pytest.FixtureRequest, town: Town) -> Iterator[Bench]:
    """Those that have threads."""
    yield from connected(request.param, town)


@pytest.fixture(params=connected_networks(lambda spec: spec.comment is not None))
def comments(request: pytest.FixtureRequest, town: Town) -> Iterator[Bench]:
    """Those that take a first comment."""
    yield from connected(request.param, town)


@pytest.fixture(params=connected_networks(lambda spec: spec.edits))
def edits(request: pytest.FixtureRequest, town: Town) -> Iterator[Bench]:
    """Those that let a publication be changed."""
    yield from connected(request.param, town)


class TestDoor:
    def test_it_tells_whose_account_it_is(self, bench: Bench) -> None:
        account = bench.account
        assert account.network == bench.key
        assert account.name == "Boulangerie Lenoir"
        assert "lenoir" in account.handle.casefold()
        assert account.remote_id
        assert bench.http.call("GET", account.url).status == 200

    def test_a_visit_reads_it_again(self, bench: Bench) -> None:
        bench.line()
        assert bench.wires is not None
        assert bench.network.door.visit(bench.account, bench.wires) == bench.account

    def test_a_visit_says_that_the_authorisation_is_dead(self, bench: Bench) -> None:
        bench.stand.arm("token_revoked", "any", times=9)
        bench.line()
        assert bench.wires is not None
        with pytest.raises(Disconnected) as caught:
            bench.network.door.visit(bench.account, bench.wires)
        assert "127.0.0.1" in str(caught.value.why)

    def test_no_secret_stands_in_what_is_shown_of_an_account(self, bench: Bench) -> None:
        assert bench.found is not None
        shown = repr(bench.found.account)
        assert not [secret for secret in bench.found.tokens.values() if len(str(secret)) > 12 and "http" not in secret and secret in shown]


class TestSending:
    def test_a_text_goes_out_as_it_is(self, bench: Bench) -> None:
        receipt = bench.send(bench.says(HELLO))
        (post,) = bench.posts()
        assert post["text"] == HELLO
        assert (receipt.remote_id, receipt.url) == (post["id"], post["url"])

    def test_its_address_leads_to_it(self, bench: Bench) -> None:
        receipt = bench.send(bench.says(HELLO))
        answer = bench.http.call("GET", receipt.url, headers={"accept": "text/html"})
        assert answer.status == 200
        assert "pain aux noix" in answer.body.decode()

    def test_what_is_prepared_does_not_stand_there_yet(self, bench: Bench) -> None:
        bench.ready(bench.heavy(HELLO))
        assert bench.posts() == []

    def test_four_pictures_keep_their_order_their_words_and_their_size(self, gallery: Bench) -> None:
        most = min(4, gallery.network.spec.images.most)
        pictures = tuple(gallery.picture(n, f"Pain n° {n}, « doré » 🥖") for n in range(most))
        gallery.send(gallery.says(HELLO, pictures=pictures))
        (post,) = gallery.posts()
        shown = [(p["alt"], p["width"], p["height"]) for p in post["pictures"]]
        assert shown == [(p.alt, p.width, p.height) for p in pictures]

    def test_a_picture_goes_out_byte_for_byte(self, gallery: Bench) -> None:
        picture = gallery.picture(1, "Un pain")
        gallery.send(gallery.says(HELLO, pictures=(picture,)))
        (post,) = gallery.posts()
        assert gallery.http.call("GET", post["pictures"][0]["url"]).body == gallery.files[picture.digest]

    def test_the_same_picture_may_stand_twice(self, gallery: Bench) -> None:
        picture = gallery.picture(1, "Un pain")
        gallery.send(gallery.says(HELLO, pictures=(picture, replace(picture, alt="Le même"))))
        (post,) = gallery.posts()
        assert [p["alt"] for p in post["pictures"]] == ["Un pain", "Le même"]

    def test_a_picture_may_go_out_without_words(self, gallery: Bench) -> None:
        gallery.send(gallery.says("", pictures=(gallery.picture(1, "Un pain"),)))
        (post,) = gallery.posts()
        assert len(post["pictures"]) == 1

    def test_a_thread_of_three_holds_together(self, threads: Bench) -> None:
        first = threads.send(threads.says("Un."))
        second = threads.send(threads.says("Deux."), after=first)
        threads.send(threads.says("Trois."), after=second)
        posts = {post["text"]: post for post in threads.posts()}
        assert posts["Un."]["after"] == ""
        assert posts["Deux."]["after"] == posts["Un."]["id"]
        assert posts["Trois."]["after"] == posts["Deux."]["id"]

    def test_a_post_can_be_answered_by_its_address_alone(self, threads: Bench) -> None:
        first = threads.send(threads.says("Un."))
        threads.send(threads.says("Deux."), after=Receipt("", first.url))
        posts = {post["text"]: post for post in threads.posts()}
        assert posts["Deux."]["after"] == posts["Un."]["id"]

    def test_an_answer_to_what_is_gone_is_refused_and_makes_nothing(self, threads: Bench) -> None:
        first = threads.send(threads.says("Un."))
        threads.line().delete(first)
        kept = Receipt(first.remote_id, first.url)
        with pytest.raises(Refused):
            threads.send(threads.says("Deux."), after=kept)
        assert threads.posts() == []

    @pytest.mark.parametrize("language", ["fr", "en", "br"])
    def test_the_language_is_told(self, bench: Bench, language: str) -> None:
        bench.send(bench.says(HELLO, language=language))
        (post,) = bench.posts()
        assert post["language"] == (language if bench.key in TOLD_LANGUAGE else "")

    def test_a_warning_is_never_lost(self, bench: Bench) -> None:
        parcel = bench.says(HELLO, warning="Régime")
        bench.send(parcel)
        (post,) = bench.posts()
        carried = bench.network.spec.carried(parcel)
        assert post["text"] == carried.text
        assert "Régime" in post["warning"] + post["text"]

    def test_a_parcel_carried_twice_is_the_parcel_carried_once(self, bench: Bench) -> None:
        spec = bench.network.spec
        once = spec.carried(bench.says(HELLO, warning="Régime", pictures=(bench.picture(1),)))
        assert spec.carried(once) == once

    def test_links_mentions_hashtags_and_emoji_change_no_letter(self, bench: Bench) -> None:
        text = "👩‍🍳 Été : https://lenoir.example/pain-été?a=1&b=2#c, @lenoir.test @chocolat@example.social #pain #Noël2026 <b>&amp; \\ % ’"
        for sign in FORBIDDEN_SIGNS.get(bench.key, ""):
            text = text.replace(sign, "")
        bench.send(bench.says(text))
        (post,) = bench.posts()
        assert post["text"] == text

    def test_a_text_at_the_very_limit_leaves_and_one_letter_more_is_refused_in_words(self, bench: Bench) -> None:
        rule = bench.network.spec.refined(bench.account.limits).texts[0]
        most = rule.most // rule.count("é")
        bench.send(bench.says("é" * most))
        with pytest.raises(Refused) as caught:
            bench.send(bench.says("é" * (most + 1)))
        assert str(caught.value.reason)
        assert str(caught.value.cure)
        assert len(bench.posts()) == 1

    def test_the_rate_budget_is_read(self, bench: Bench) -> None:
        bench.send(bench.says(HELLO))
        assert bench.wires is not None
        told = bench.wires.budget
        left = [*([(told.left, told.reset_at)] if told else []), *((g.most - g.used, g.reset_at) for g in bench.wires.gauges.values())]
        assert bool(left) == (bench.key in SHOWS_LIMITS)
        assert all(some > 0 and at > clock.now() for some, at in left)


class TestPreparing:
    def test_a_second_preparation_uploads_nothing_again(self, bench: Bench) -> None:
        parcel = bench.heavy(HELLO)
        ready = bench.ready(parcel)
        uploads = len(bench.stand.requests("prepare"))
        again = bench.ready(parcel, memory=ready.memory)
        assert uploads
        assert len(bench.stand.requests("prepare")) == uploads
        bench.line().commit(again, bench.new_key())
        (post,) = bench.posts()
        assert len(post["pictures"]) + bool(post.get("video")) == 1

    def test_several_pictures_are_each_uploaded_once(self, gallery: Bench) -> None:
        parcel = gallery.says(HELLO, pictures=(gallery.picture(1, "Un"), gallery.picture(2, "Deux")))
        ready = gallery.ready(parcel)
        uploads = len(gallery.stand.requests("prepare"))
        gallery.line().commit(gallery.ready(parcel, memory=ready.memory), gallery.new_key())
        assert len(gallery.stand.requests("prepare")) == uploads
        assert len(gallery.posts()[0]["pictures"]) == 2

    @pytest.mark.parametrize(
        ("fault", "raised"),
        [
            ("reject_before_commit", NotSent),
            ("drop_before_commit", NotSent),
            ("commit_then_drop", NotSent),
            ("commit_then_5xx", NotSent),
            ("commit_then_html", NotSent),
            ("partial_body", NotSent),
            ("rate_limited", NotSent),
            ("html_error_page", NotSent),
            ("permission_lost", Refused),
        ],
    )
    def test_whatever_goes_wrong_with_an_upload_nothing_was_posted(self, bench: Bench, fault: str, raised: type[Exception]) -> None:
        bench.stand.arm(fault, "prepare")
        parcel = bench.heavy(HELLO)
        with pytest.raises(raised):
            bench.ready(parcel)
        assert bench.posts() == []
        bench.send(parcel)
        assert len(bench.posts()) == 1


class TestFaults:
    @pytest.mark.parametrize(
        "fault",
        ["reject_before_commit", "drop_before_commit", "commit_then_drop", "commit_then_reset", "commit_then_5xx", "commit_then_html",
         "partial_body", "html_error_page"],
    )  # fmt: skip
    def test_a_doubtful_call_is_unknown_and_ends_as_exactly_one_post(self, bench: Bench, fault: str) -> None:
        bench.stand.arm(fault)
        with pytest.raises(Unknown):
            bench.line().commit(bench.ready(bench.says("Une autre.")), bench.new_key())
        bench.stand.arm(fault)
        receipt = bench.send_whatever_happens(bench.says(HELLO))
        held = [post for post in bench.posts() if post["text"] == HELLO]
        assert [post["id"] for post in held] == [receipt.remote_id]

    def test_a_call_without_an_answer_in_time_is_unknown_and_ends_as_exactly_one_post(self, bench: Bench) -> None:
        bench.stand.arm("commit_then_timeout", ms=1500)
        ready, key, began = bench.ready(bench.says(HELLO)), bench.new_key(), clock.now()
        with bench.hasty(0.5), pytest.raises(Unknown):
            bench.line().commit(ready, key)
        found = bench.look(bench.says(HELLO), key, began)
        assert isinstance(found, Receipt)
        assert [post["id"] for post in bench.posts()] == [found.remote_id]

    def test_a_slow_call_is_waited_for(self, bench: Bench) -> None:
        bench.stand.arm("slow", ms=300)
        assert bench.send(bench.says(HELLO)).remote_id == bench.posts()[0]["id"]

    def test_a_doubt_ends_as_one_post_even_where_readings_lag(self, bench: Bench) -> None:
        bench.stand.settings(lag_seconds=8)
        bench.stand.arm("commit_then_drop")
        receipt = bench.send_whatever_happens(bench.says(HELLO))
        assert [post["id"] for post in bench.posts()] == [receipt.remote_id]

    def test_every_fault_in_a_row_ends_as_exactly_one_post(self, bench: Bench) -> None:
        for fault in ("reject_before_commit", "drop_before_commit", "html_error_page", "commit_then_5xx"):
            bench.stand.arm(fault, nth=1)
        receipt = bench.send_whatever_happens(bench.says(HELLO))
        assert [post["id"] for post in bench.posts()] == [receipt.remote_id]

    def test_a_limit_means_later_and_names_its_hour(self, bench: Bench) -> None:
        bench.stand.arm("rate_limited", reset=300)
        with pytest.raises(NotSent) as caught:
            bench.send(bench.says(HELLO))
        assert not isinstance(caught.value, Disconnected)
        assert caught.value.again_at is not None
        if bench.key in NAMES_THE_HOUR:
            assert timedelta(seconds=280) < caught.value.again_at - clock.now() < timedelta(seconds=320)
        assert caught.value.again_at > clock.now()
        assert bench.posts() == []

    def test_a_revoked_authorisation_is_told_and_makes_nothing(self, bench: Bench) -> None:
        ready = bench.ready(bench.says(HELLO))
        bench.stand.arm("token_revoked", times=9)
        with pytest.raises(Disconnected):
            bench.line().commit(ready, bench.new_key())
        assert bench.posts() == []

    def test_a_lost_permission_is_refused_in_words(self, bench: Bench) -> None:
        bench.stand.arm("permission_lost")
        with pytest.raises(Refused) as caught:
            bench.send(bench.says(HELLO))
        assert str(caught.value.reason)
        assert str(caught.value.cure)
        assert bench.posts() == []

    def test_a_dead_server_was_sent_nothing(self, bench: Bench, town: Town) -> None:
        ready = bench.ready(bench.says(HELLO))
        with pytest.raises(NotSent):
            bench.at_a_dead_server().commit(ready, bench.new_key())
        assert bench.posts() == []


class TestLooking:
    def test_what_never_left_is_absent(self, bench: Bench) -> None:
        assert isinstance(bench.look(bench.says(HELLO), bench.new_key(), clock.now()), Absent)

    def test_what_left_is_found_with_all_that_an_answer_needs(self, bench: Bench) -> None:
        key, began = bench.new_key(), clock.now()
        parcel = bench.says("Voir https://lenoir.example/a/très/long/chemin/vers/le/pain #pain @lenoir 👩‍🍳", warning="Régime")
        sent = bench.send(parcel, key=key)
        found = bench.look(parcel, key, began)
        assert found == sent
        if bench.network.spec.threads:
            bench.send(bench.says("La suite."), after=found)

    def test_pictures_are_found_too(self, gallery: Bench) -> None:
        key, began = gallery.new_key(), clock.now()
        parcel = gallery.says(HELLO, pictures=(gallery.picture(1, "Un"), gallery.picture(2, "Deux")))
        sent = gallery.send(parcel, key=key)
        assert gallery.look(parcel, key, began) == sent

    def test_what_was_taken_off_is_absent(self, bench: Bench) -> None:
        key, began = bench.new_key(), clock.now()
        bench.line().delete(bench.send(bench.says(HELLO), key=key))
        assert isinstance(bench.look(bench.says(HELLO), key, began), Absent)

    def test_another_post_is_not_taken_for_it(self, bench: Bench) -> None:
        began = clock.now()
        bench.send(bench.says(HELLO + " Oui."))
        assert isinstance(bench.look(bench.says(HELLO), bench.new_key(), began), Absent)

    def test_the_same_words_with_other_pictures_are_another_post(self, gallery: Bench) -> None:
        began = clock.now()
        gallery.send(gallery.says(HELLO, pictures=(gallery.picture(1, "Un"), gallery.picture(2, "Deux"))))
        assert isinstance(gallery.look(gallery.says(HELLO), gallery.new_key(), began), Absent)

    def test_what_belongs_to_another_delivery_is_not_taken_for_it(self, bench: Bench) -> None:
        began = clock.now()
        other = bench.send(bench.says(HELLO))
        assert isinstance(bench.look(bench.says(HELLO), bench.new_key(), began, frozenset({other.remote_id})), Absent)

    def test_it_is_found_among_a_hundred_later_ones(self, bench: Bench) -> None:
        key, began = bench.new_key(), clock.now()
        sent = bench.send(bench.says(HELLO), key=key)
        for n in range(100):
            bench.stand.add_post(bench.posts()[0]["account"], f"Autre chose, n° {n}.")
        assert bench.look(bench.says(HELLO), key, began) == sent

    @pytest.mark.parametrize("fault", ["reject_before_commit", "drop_before_commit", "partial_body", "rate_limited", "html_error_page"])
    def test_a_reading_that_fails_is_read_again_later(self, bench: Bench, fault: str) -> None:
        bench.stand.arm(fault, "GET *")
        with pytest.raises(NotSent):
            bench.look(bench.says(HELLO), bench.new_key(), LONG_AGO)

    def test_a_reading_that_is_forbidden_cannot_tell(self, bench: Bench) -> None:
        bench.stand.arm("permission_lost", "GET *")
        assert isinstance(bench.look(bench.says(HELLO), bench.new_key(), LONG_AGO), CannotTell)


class TestTakingOff:
    def test_it_is_gone_and_a_second_time_is_no_error(self, bench: Bench) -> None:
        receipt, kept = bench.send(bench.says(HELLO)), bench.send(bench.says("Ceci reste."))
        bench.line().delete(receipt)
        bench.line().delete(receipt)
        assert [post["id"] for post in bench.posts()] == [kept.remote_id]

    def test_a_failure_is_told(self, bench: Bench) -> None:
        receipt = bench.send(bench.says(HELLO))
        bench.stand.arm("reject_before_commit", "any")
        with pytest.raises(NotSent):
            bench.line().delete(receipt)
        assert len(bench.posts()) == 1


class TestKeys:
    def test_no_two_keys_are_alike_even_in_one_instant(self, bench: Bench) -> None:
        now = clock.now()
        assert len({bench.network.new_key(now) for _ in range(1000)}) == 1000

    def test_two_deliveries_of_the_same_words_are_two_posts_or_the_second_is_not_made(self, bench: Bench) -> None:
        first = bench.send(bench.says(HELLO))
        if bench.key in REFUSES_TWINS:
            with pytest.raises((Refused, Unknown)):
                bench.send(bench.says(HELLO))
            assert len(bench.posts()) == 1
        else:
            assert bench.send(bench.says(HELLO)).remote_id != first.remote_id
            assert len(bench.posts()) == 2


class TestFirstComment:
    WORDS = "Réservez au 02 40 00 00 00 : nous répondons de 7 h à 19 h."

    def test_it_stands_under_its_post_and_is_no_post(self, comments: Bench) -> None:
        post = comments.send(comments.says(HELLO))
        receipt = comments.send(Parcel(self.WORDS, form=COMMENT), after=post)
        # Where a comment is an answer like any other, the network shows it as a post of its own too.
        (held,) = [one for one in comments.posts() if not one["after"]]
        assert [(one["id"], one["text"]) for one in held["comments"]] == [(receipt.remote_id, self.WORDS)]

    def test_a_doubt_ends_as_one_comment(self, comments: Bench) -> None:
        post = comments.send(comments.says(HELLO))
        parcel, key, began = Parcel(self.WORDS, form=COMMENT), comments.new_key(), clock.now()
        ready = comments.ready(parcel, after=post)
        comments.stand.arm("commit_then_drop", "any")
        with pytest.raises(Unknown):
            comments.line().commit(ready, key)
        found = comments.look(parcel, key, began)
        (held,) = [one for one in comments.posts() if not one["after"]]
        assert isinstance(found, Receipt)
        assert [one["id"] for one in held["comments"]] == [found.remote_id]

    def test_one_that_was_never_sent_is_absent(self, comments: Bench) -> None:
        post = comments.send(comments.says(HELLO))
        parcel = Parcel(self.WORDS, form=COMMENT)
        comments.ready(parcel, after=post)
        assert isinstance(comments.look(parcel, comments.new_key(), clock.now()), Absent)


class TestEditing:
    def test_the_words_change_and_nothing_else(self, edits: Bench) -> None:
        parcel = edits.says(HELLO)
        receipt = edits.send(parcel)
        (before,) = edits.posts()
        for _ in range(2):
            edits.line().edit(receipt, replace(parcel, text="Épuisé : le pain aux noix revient samedi."))
        (after,) = edits.posts()
        assert after["text"] == "Épuisé : le pain aux noix revient samedi."
        assert (after["id"], after["pictures"], after["at"]) == (before["id"], before["pictures"], before["at"])

    def test_what_is_gone_is_told(self, edits: Bench) -> None:
        parcel = edits.says(HELLO)
        receipt = edits.send(parcel)
        edits.line().delete(receipt)
        with pytest.raises(Refused) as caught:
            edits.line().edit(receipt, parcel)
        assert str(caught.value.cure)
