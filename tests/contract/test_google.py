"""What Google's networks share, tried on both: the page of permissions, tokens that renew, readiness, and what each error means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from parvis.core import clock
from parvis.core.http import Answer
from parvis.networks.contract import Check, Disconnected, NotSent, Refused, Unknown
from parvis.networks.google import judged
from parvis.networks.google_business import words as business
from parvis.networks.youtube import words as videos
from sandbox import Town
from tests.contract.benches import BACK, OUR_APP, Bench, said_yes
from tests.contract.conftest import connected

WHO = {"youtube": "@lenoir", "google_business": "lenoir"}


@pytest.fixture(params=["youtube", "google_business"])
def google(request: pytest.FixtureRequest, town: Town) -> Iterator[Bench]:
    yield from connected(request.param, town)


@pytest.fixture
def youtube(town: Town) -> Iterator[Bench]:
    yield from connected("youtube", town)


@pytest.fixture
def places(town: Town) -> Iterator[Bench]:
    yield from connected("google_business", town)


def enter(bench: Bench, client: Mapping[str, str] = OUR_APP) -> Any:
    begun = bench.network.door.begin(bench.http, "", BACK, "the state", client)
    return bench.network.door.finish(bench.http, begun.memory, said_yes(bench, begun.url, WHO[bench.key]))


def checks(bench: Bench) -> dict[str, Check]:
    bench.line()
    assert bench.wires is not None
    return {one.key: one for one in bench.network.door.readiness(bench.account, bench.wires)}


class TestPermission:
    def test_it_is_asked_for_good_with_a_proof_and_the_exact_address(self, google: Bench) -> None:
        begun = google.network.door.begin(google.http, "", BACK, "the state", OUR_APP)
        asked = {name: values[0] for name, values in parse_qs(urlsplit(begun.url).query).items()}
        assert (asked["access_type"], asked["prompt"], asked["state"], asked["redirect_uri"]) == ("offline", "consent", "the state", BACK)
        assert asked["code_challenge_method"] == "S256"
        assert asked["code_challenge"] not in (begun.memory["verifier"], "")
        assert begun.client == OUR_APP

    def test_it_is_not_asked_without_the_two_values(self, google: Bench) -> None:
        with pytest.raises(Refused) as caught:
            google.network.door.begin(google.http, "", BACK, "the state", None)
        assert "two values" in str(caught.value.reason)

    def test_a_code_serves_once(self, google: Bench) -> None:
        begun = google.network.door.begin(google.http, "", BACK, "the state", OUR_APP)
        code = said_yes(google, begun.url, WHO[google.key])
        google.network.door.finish(google.http, begun.memory, code)
        with pytest.raises(Refused) as caught:
            google.network.door.finish(google.http, begun.memory, code)
        assert "used already" in str(caught.value.reason)
        assert str(caught.value.cure)

    @pytest.mark.parametrize(
        ("wrong", "says"), [({"client_secret": "another"}, "identifier or the secret"), ({"verifier": "x" * 64}, "not taken up")]
    )
    def test_what_is_wrong_with_the_values_is_said(self, google: Bench, wrong: dict[str, str], says: str) -> None:
        begun = google.network.door.begin(google.http, "", BACK, "the state", OUR_APP)
        code = said_yes(google, begun.url, WHO[google.key])
        with pytest.raises(Refused) as caught:
            google.network.door.finish(google.http, {**begun.memory, **wrong}, code)
        assert says in str(caught.value.reason)

    def test_a_box_that_was_not_ticked_is_said(self, google: Bench) -> None:
        google.stand.settings(withheld=list(google.stand.doors.scopes))
        with pytest.raises(Refused) as caught:
            enter(google)
        assert "box" in str(caught.value.reason)

    def test_an_application_in_testing_gives_seven_days_and_the_end_is_known(self, google: Bench) -> None:
        google.stand.settings(testing=True)
        found = enter(google)
        assert timedelta(days=6, hours=23) < found.ends_at - clock.now() < timedelta(days=7, hours=1)
        google.purse.tokens = found.tokens
        told = checks(google)["lasting"]
        assert told.level == "limited"
        assert "Publish app" in str(told.cure)

    def test_an_application_that_is_published_gives_a_permission_without_end(self, google: Bench) -> None:
        assert google.found is not None
        assert google.found.ends_at is None
        assert checks(google)["lasting"].level == "good"


class TestTokens:
    def test_an_expired_one_is_renewed_once_and_the_call_goes_on(self, google: Bench) -> None:
        google.stand.arm("token_expired", "any")
        google.send(google.says("Bonjour."))
        assert google.purse.renewals == 1
        assert len(google.posts()) == 1

    def test_one_that_is_about_to_end_is_renewed_before_it_is_used(self, google: Bench) -> None:
        before = len(google.stand.requests("POST /token"))
        google.purse.tokens = {**google.purse.tokens, "until": clock.now().isoformat()}
        google.send(google.says("Bonjour."))
        assert len(google.stand.requests("POST /token")) == before + 1
        assert not [one for one in google.stand.requests() if one["status"] == 401]

    def test_the_refresh_token_stays_the_same(self, google: Bench) -> None:
        refresh = google.purse.tokens["refresh"]
        for _ in range(2):
            google.stand.arm("token_expired", "any")
            google.send(google.says("Bonjour."))
        assert google.purse.tokens["refresh"] == refresh
        assert google.purse.renewals == 2

    def test_a_permission_that_is_over_must_be_given_again(self, google: Bench) -> None:
        google.stand.settings(testing=True)
        google.purse.tokens = enter(google).tokens
        google.stand.advance(7 * 86_400 + 60)
        with pytest.raises(Disconnected) as caught:
            google.send(google.says("Bonjour."))
        assert "expired or revoked" in str(caught.value.why)
        assert google.posts() == []

    def test_a_permission_that_opens_another_channel_does_not_serve_this_one(self, youtube: Bench) -> None:
        youtube.line()
        assert youtube.wires is not None
        with pytest.raises(Disconnected):
            youtube.network.door.visit(replace(youtube.account, remote_id="UCanother"), youtube.wires)

    def test_a_token_endpoint_in_trouble_is_not_the_end_of_a_permission(self, google: Bench) -> None:
        google.purse.tokens = {**google.purse.tokens, "until": clock.now().isoformat()}
        google.stand.arm("reject_before_commit", "POST /token")
        with pytest.raises(NotSent) as caught:
            google.send(google.says("Bonjour."))
        assert not isinstance(caught.value, Disconnected)


class TestReadiness:
    def test_all_is_well_and_what_google_does_not_tell_is_said_to_be_unknown(self, youtube: Bench) -> None:
        told = checks(youtube)
        assert {key: one.level for key, one in told.items()} == {
            "publish": "good", "manage": "good", "long": "good", "audit": "unknown", "lasting": "good",
        }  # fmt: skip
        assert "stays private" in str(told["audit"].what)
        assert told["audit"].cure
        assert told["audit"].at.startswith("https://")

    def test_a_box_that_was_not_ticked_limits_what_works(self, youtube: Bench) -> None:
        youtube.stand.settings(withheld=["https://www.googleapis.com/auth/youtube.force-ssl"])
        youtube.purse.tokens = enter(youtube).tokens
        told = checks(youtube)
        assert (told["publish"].level, told["manage"].level) == ("good", "limited")
        assert "tick every box" in str(told["manage"].cure)

    def test_a_channel_without_a_phone_takes_no_long_videos(self, youtube: Bench) -> None:
        youtube.stand.settings(long_uploads="eligible")
        assert checks(youtube)["long"].level == "limited"

    def test_an_interface_that_is_not_switched_on_is_said_with_its_place(self, google: Bench) -> None:
        google.stand.settings(api_enabled=False)
        told = checks(google)["publish"]
        assert told.level == "bad"
        assert "not switched on" in str(told.what)
        assert "enable it" in str(told.cure)

    def test_a_google_account_without_a_channel_is_told(self, youtube: Bench) -> None:
        youtube.stand.add_account("@lenoir", channel=False)
        with pytest.raises(Refused) as caught:
            enter(youtube)
        assert "no YouTube channel" in str(caught.value.reason)

    def test_an_interface_that_google_has_not_opened_is_said(self, places: Bench) -> None:
        places.stand.settings(approved=False)
        told = checks(places)["publish"]
        assert told.level == "bad"
        assert "not opened" in str(told.what)
        assert told.at.startswith("https://support.google.com")
        with pytest.raises(Refused) as caught:
            enter(places)
        assert "by hand" in str(caught.value.cure)

    @pytest.mark.parametrize("about", [{"verified": False}, {"no_posts": True}])
    def test_a_place_without_posts_is_said_and_refused_before_it_is_tried(self, places: Bench, about: dict[str, bool]) -> None:
        for place in places.stand.state["places"].values():
            place.update(about)
        assert checks(places)["publish"].level == "bad"
        with pytest.raises(Refused) as caught:
            places.ready(places.says("Bonjour."))
        assert "takes no posts" in str(caught.value.reason)

    def test_a_trouble_of_the_moment_is_no_verdict(self, google: Bench) -> None:
        google.stand.arm("reject_before_commit", "GET *")
        assert checks(google)["publish"].level == "unknown"


def said_by(stand: Any, status: int, reason: str) -> Answer:
    """Return the stand-in's own error, as it comes over the line."""
    reply = stand.error(status, reason, "The words of Google <a href='/'>itself</a>.")
    return Answer(reply.status, dict(reply.headers), reply.body, stand.url)


class TestErrors:
    @pytest.mark.parametrize("reason", [reason for reason, word in videos.WORDS.items() if not word.later and "_" not in reason])
    def test_each_refusal_of_youtube_has_its_sentence_and_its_cure(self, youtube: Bench, reason: str) -> None:
        found = judged(said_by(youtube.stand, 400, reason), videos.WORDS, commit=True)
        assert isinstance(found, Refused)
        assert found.reason.text == videos.WORDS[reason].why.text
        assert found.cure.text == videos.WORDS[reason].cure.text
        assert "<a" not in str(found.reason)

    @pytest.mark.parametrize("reason", [reason for reason, word in videos.WORDS.items() if word.later and "_" not in reason])
    def test_each_limit_of_youtube_is_waited_for(self, youtube: Bench, reason: str) -> None:
        day = clock.now() + timedelta(hours=9)
        found = judged(said_by(youtube.stand, 403, reason), videos.WORDS, commit=True, day=day)
        assert isinstance(found, NotSent)
        assert found.again_at is not None
        assert (found.again_at == day) == (videos.WORDS[reason].later == "day")

    @pytest.mark.parametrize(
        ("status", "kind"), [(400, Refused), (403, Refused), (404, Refused), (412, Refused), (429, NotSent), (500, Unknown), (503, Unknown)]
    )
    def test_each_state_of_google_business_has_its_class_and_words(self, places: Bench, status: int, kind: type[Exception]) -> None:
        found = business.judge(said_by(places.stand, status, ""), commit=True)
        assert isinstance(found, kind)
        if isinstance(found, Refused):
            assert str(found.reason)
            assert str(found.cure)

    @pytest.mark.parametrize("field", [*business.FIELDS])
    def test_each_field_that_google_business_refuses_has_its_words(self, places: Bench, field: str) -> None:
        reply = places.stand.wrong(field).reply
        found = business.judge(Answer(reply.status, {}, reply.body, places.stand.url), commit=True)
        assert isinstance(found, Refused)
        assert (found.reason.text, found.cure.text) == (business.FIELDS[field].why.text, business.FIELDS[field].cure.text)

    def test_a_refusal_without_a_word_of_ours_is_said_in_googles(self, youtube: Bench) -> None:
        found = judged(said_by(youtube.stand, 400, "somethingNew"), videos.WORDS, commit=True)
        assert isinstance(found, Refused)
        assert "The words of Google itself." in str(found.reason)

    def test_a_page_of_a_proxy_is_never_shown(self, google: Bench) -> None:
        page = Answer(403, {}, b"<html><body><h1>403 Forbidden</h1></body></html>", google.stand.url)
        found = judged(page, videos.WORDS, commit=True)
        assert isinstance(found, Refused)
        assert "<" not in str(found.reason)

    def test_a_page_of_a_proxy_that_says_yes_is_no_receipt(self, google: Bench) -> None:
        found = judged(Answer(200, {}, b"<html>Welcome</html>", google.stand.url), videos.WORDS, commit=True)
        assert isinstance(found, Unknown)
