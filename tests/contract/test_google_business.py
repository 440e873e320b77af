"""What is Google Business's own: events, offers, buttons, a picture that Google fetches, its look at every post, the choice of a place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from parvis.core import clock
from parvis.networks.contract import Absent, NotSent, Refused
from parvis.networks.facts import Parcel
from sandbox import Town
from tests.contract.benches import BACK, OUR_APP, Bench, said_yes
from tests.contract.conftest import connected

WORDS = "Portes ouvertes samedi : venez pétrir avec nous."
DAYS = {"starts": "2026-12-12T09:30", "ends": "2026-12-12T18:00"}


@pytest.fixture
def places(town: Town) -> Iterator[Bench]:
    yield from connected("google_business", town)


def event(**more: Any) -> Parcel:
    return replace(Parcel(WORDS, form="event", title="Portes ouvertes", details=DAYS), **more)


class TestForms:
    def test_an_event_has_a_title_and_its_days_to_the_minute(self, places: Bench) -> None:
        places.send(event(details={**DAYS, "action": "BOOK", "link": "https://lenoir.example/venir"}))
        (post,) = places.posts()
        assert (post["form"], post["title"], post["text"]) == ("event", "Portes ouvertes", WORDS)
        schedule = post["event"]["schedule"]
        assert schedule["startDate"] == {"year": 2026, "month": 12, "day": 12}
        assert (schedule["startTime"]["hours"], schedule["startTime"]["minutes"], schedule["endTime"]["hours"]) == (9, 30, 18)
        assert post["action"] == {"actionType": "BOOK", "url": "https://lenoir.example/venir"}

    def test_an_offer_has_its_code_its_address_and_its_terms_and_no_button(self, places: Bench) -> None:
        details = {
            **DAYS, "coupon": "NOIX10", "redeem": "https://lenoir.example/noix", "terms": "Une fois par client.",
            "action": "SHOP", "link": "https://lenoir.example",
        }  # fmt: skip
        places.send(event(form="offer", title="Dix pour cent sur les noix", details=details))
        (post,) = places.posts()
        assert post["form"] == "offer"
        assert post["offer"] == {
            "couponCode": "NOIX10", "redeemOnlineUrl": "https://lenoir.example/noix", "termsConditions": "Une fois par client."
        }  # fmt: skip
        assert post["action"] == {}
        assert post["event"]["title"] == "Dix pour cent sur les noix"

    @pytest.mark.parametrize("kind", ["LEARN_MORE", "BOOK", "ORDER", "SHOP", "SIGN_UP"])
    def test_a_button_leads_to_its_address(self, places: Bench, kind: str) -> None:
        places.send(Parcel(WORDS, details={"action": kind, "link": "https://lenoir.example"}))
        assert places.posts()[0]["action"] == {"actionType": kind, "url": "https://lenoir.example"}

    def test_the_button_that_calls_needs_no_address(self, places: Bench) -> None:
        places.send(Parcel(WORDS, details={"action": "CALL"}))
        assert places.posts()[0]["action"] == {"actionType": "CALL"}

    @pytest.mark.parametrize(
        ("parcel", "says"),
        [
            (Parcel(WORDS, details={"action": "BOOK"}), "button"),
            (event(details={}), "days"),
            (event(details={**DAYS, "ends": "2026-12-11T18:00"}), "days"),
            (event(title=""), "title"),
            (event(title="x" * 59), "title"),
        ],
    )
    def test_what_is_missing_or_wrong_is_said_and_makes_nothing(self, places: Bench, parcel: Parcel, says: str) -> None:
        with pytest.raises(Refused) as caught:
            places.send(parcel)
        assert says in str(caught.value.reason)
        assert str(caught.value.cure)
        assert places.posts() == []

    def test_the_same_words_as_an_event_and_as_a_post_are_two_things(self, places: Bench) -> None:
        began = clock.now()
        places.send(event())
        assert isinstance(places.look(Parcel(WORDS), "", began), Absent)
        assert isinstance(places.look(event(title="Autre chose"), "", began), Absent)
        assert places.look(event(), "", began).remote_id == places.posts()[0]["id"]  # type: ignore[union-attr]

    def test_changing_an_event_changes_its_days_and_leaves_its_picture(self, places: Bench) -> None:
        parcel = event(pictures=(places.picture(1),))
        receipt = places.send(parcel)
        places.line().edit(receipt, replace(parcel, title="Reporté", details={**DAYS, "ends": "2026-12-13T12:00"}))
        (post,) = places.posts()
        assert (post["title"], post["event"]["schedule"]["endDate"]["day"], len(post["pictures"])) == ("Reporté", 13, 1)

    def test_a_button_that_was_taken_away_is_gone_after_the_change(self, places: Bench) -> None:
        parcel = Parcel(WORDS, details={"action": "CALL"})
        receipt = places.send(parcel)
        places.line().edit(receipt, Parcel(WORDS))
        assert not places.posts()[0]["action"]


class TestPictures:
    def test_google_fetches_the_picture_by_itself(self, places: Bench) -> None:
        picture = places.picture(1)
        places.send(Parcel(WORDS, pictures=(picture,)))
        (shown,) = places.posts()[0]["pictures"]
        assert places.http.call("GET", shown["url"]).body == places.files[picture.digest]

    def test_one_that_is_too_small_is_told(self, places: Bench) -> None:
        with pytest.raises(Refused) as caught:
            places.send(Parcel(WORDS, pictures=(places.picture(1, width=200, height=200),)))
        assert "400 by 300" in str(caught.value.reason)
        assert places.posts() == []

    def test_one_that_google_cannot_fetch_is_told_with_the_cure(self, places: Bench) -> None:
        ready = places.ready(Parcel(WORDS, pictures=(places.picture(1),)))
        lost = replace(ready, body={**ready.body, "media": [{"mediaFormat": "PHOTO", "sourceUrl": "http://127.0.0.1:1/m/none.png"}]})
        with pytest.raises(Refused) as caught:
            places.line().commit(lost, places.new_key())
        assert "could not fetch" in str(caught.value.reason)
        assert "public address" in str(caught.value.cure)


class TestGooglesLook:
    def test_a_post_that_is_looked_over_is_there_and_its_fate_is_asked_later(self, places: Bench) -> None:
        places.stand.settings(processing_reads=1)
        receipt = places.send(Parcel(WORDS))
        assert receipt.refs["state"] == "PROCESSING"
        line = places.line()
        with pytest.raises(NotSent) as caught:
            line.became(receipt)  # type: ignore[attr-defined]
        assert caught.value.again_at is not None
        assert line.became(receipt) is None  # type: ignore[attr-defined]

    def test_a_post_that_google_does_not_show_is_told(self, places: Bench) -> None:
        places.stand.settings(rejects=True)
        receipt = places.send(Parcel(WORDS))
        assert "does not show it" in str(places.line().became(receipt).why)  # type: ignore[attr-defined]

    def test_a_post_that_is_gone_is_told(self, places: Bench) -> None:
        receipt = places.send(Parcel(WORDS))
        places.line().delete(receipt)
        assert "taken off" in str(places.line().became(receipt).why)  # type: ignore[attr-defined]


class TestLimits:
    def test_ten_changes_a_minute_are_counted_and_the_eleventh_waits_without_a_call(self, places: Bench) -> None:
        for number in range(10):
            places.send(Parcel(f"Publication n° {number}"))
        with pytest.raises(NotSent) as caught:
            places.send(Parcel("La onzième"))
        assert caught.value.again_at is not None
        assert caught.value.again_at - clock.now() <= timedelta(minutes=1)
        assert len(places.stand.requests("commit")) == 10

    def test_the_networks_own_limit_is_waited_for(self, places: Bench) -> None:
        for number in range(10):
            places.send(Parcel(f"Publication n° {number}"))
        places.gauges.clear()
        with pytest.raises(NotSent) as caught:
            places.send(Parcel("La onzième"))
        assert caught.value.again_at is not None
        assert len(places.posts()) == 10

    def test_a_quota_of_zero_is_a_refusal_with_the_way_out(self, places: Bench) -> None:
        places.stand.settings(approved=False)
        with pytest.raises(Refused) as caught:
            places.ready(Parcel(WORDS))
        assert "not opened" in str(caught.value.reason)
        assert "access form" in str(caught.value.cure)


class TestChoice:
    def test_every_place_of_the_account_can_be_chosen(self, places: Bench) -> None:
        several = [{"title": "Lenoir Nantes"}, {"title": "Lenoir Rezé", "town": "Rezé"}, *({"title": f"Kiosque {n}"} for n in range(101))]
        places.stand.add_account("plusieurs", name="Lenoir", places=several)
        begun = places.network.door.begin(places.http, "", BACK, "the state", OUR_APP)
        found = places.network.door.finish(places.http, begun.memory, said_yes(places, begun.url, "plusieurs"))
        assert isinstance(found, tuple)
        assert [one.account.handle for one in found[:2]] == ["Lenoir Nantes, Nantes", "Lenoir Rezé, Rezé"]
        assert len({one.account.remote_id for one in found}) == 103

    def test_an_account_without_a_place_is_told(self, places: Bench) -> None:
        places.stand.add_account("rien", name="Rien")
        places.stand.state["places"].clear()
        begun = places.network.door.begin(places.http, "", BACK, "the state", OUR_APP)
        with pytest.raises(Refused) as caught:
            places.network.door.finish(places.http, begun.memory, said_yes(places, begun.url, "rien"))
        assert "no establishment" in str(caught.value.reason)


class TestReviews:
    """The stand-in's own: a later part of the house reads them."""

    def ask(self, bench: Bench, method: str, path: str, **more: Any) -> Any:
        head = {"authorization": f"Bearer {bench.purse.tokens['access']}"}
        return bench.http.call(method, f"{bench.stand.url}/v4/{bench.account.remote_id}/reviews{path}", headers=head, **more).mapping()

    def test_the_public_leaves_reviews_and_the_place_answers_and_changes_its_answer(self, places: Bench) -> None:
        places.stand.settings(reply_reads=1)
        places.stand.review(places.account.remote_id, "Chloé", 5, "Le meilleur pain de Nantes.")
        places.stand.review(places.account.remote_id, "", 2, "")
        listed = self.ask(places, "GET", "")
        assert (listed["totalReviewCount"], listed["averageRating"]) == (2, 3.5)
        stars = {one["starRating"]: one for one in listed["reviews"]}
        assert stars["TWO"]["reviewer"] == {"isAnonymous": True}
        assert "comment" not in stars["TWO"]
        place = f"/{stars['FIVE']['reviewId']}"
        for words in ("Merci !", "Merci Chloé !"):
            assert self.ask(places, "PUT", f"{place}/reply", json={"comment": words})["reviewReplyState"] == "PENDING"
        self.ask(places, "GET", place)
        reply = self.ask(places, "GET", place)["reviewReply"]
        assert (reply["comment"], reply["reviewReplyState"]) == ("Merci Chloé !", "APPROVED")
        self.ask(places, "DELETE", f"{place}/reply")
        assert "reviewReply" not in self.ask(places, "GET", place)

    def test_an_answer_may_be_refused_and_a_review_changed_or_taken_off(self, places: Bench) -> None:
        review = places.stand.review(places.account.remote_id, "Chloé", 1, "Trop cuit.")
        places.stand.settings(reply_rejects="SPAM")
        reply = self.ask(places, "PUT", f"/{review['id']}/reply", json={"comment": "Appelez-nous."})
        assert (reply["reviewReplyState"], reply["policyViolation"]) == ("REJECTED", "SPAM")
        places.stand.reviews.change(review["id"], 4, "Finalement très bon.")
        assert self.ask(places, "GET", f"/{review['id']}")["starRating"] == "FOUR"
        places.stand.reviews.take_off(review["id"])
        assert self.ask(places, "GET", "") == {}

    def test_fifty_make_a_page(self, places: Bench) -> None:
        for number in range(60):
            places.stand.review(places.account.remote_id, f"Client {number}", 5, "")
        first = self.ask(places, "GET", "")
        second = self.ask(places, "GET", f"?pageToken={first['nextPageToken']}")
        assert (len(first["reviews"]), len(second["reviews"])) == (50, 10)
