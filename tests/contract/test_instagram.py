"""What is Instagram's own: two logins, containers that it fetches itself, carousels, reels, stories, the day's quota, publishing once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from parvis.core import clock
from parvis.networks.contract import CannotTell, Check, Disconnected, Found, NotSent, NotYet, Receipt, Refused, Unknown, Wires
from parvis.networks.facts import COMMENT, Parcel, Video
from sandbox import Town
from tests.contract import larder
from tests.contract.benches import BACK, OUR_APP, Bench, Purse, said_yes
from tests.contract.conftest import connected

DAY = 86_400
DIRECT = {**OUR_APP, "way": "direct"}


@pytest.fixture
def bench(town: Town) -> Iterator[Bench]:
    yield from connected("instagram", town)


@pytest.fixture
def direct(town: Town) -> Iterator[Bench]:
    """An account that is connected by Instagram's own login."""
    bench = Bench("instagram", town)
    bench.stand.add_account("lenoir", name="Boulangerie Lenoir")
    account = next(iter(bench.stand.state["accounts"]))
    begun = bench.network.door.begin(bench.http, "", BACK, "the state", DIRECT)
    found = bench.network.door.finish(bench.http, begun.memory, said_yes(bench, begun.url, account))
    assert isinstance(found, Found)
    bench.found, bench.purse = found, Purse(found.tokens)
    yield bench
    bench.http.close()
    larder.clear()


def wires(bench: Bench) -> Wires:
    return Wires(bench.http, bench.purse, bench.files.__getitem__)


def checks(bench: Bench) -> dict[str, Check]:
    return {check.key: check for check in bench.network.door.readiness(bench.account, wires(bench))}


def film(bench: Bench, seconds: float = 3.0, **more: Any) -> Video:
    return bench.video(seconds, width=360, height=640, **more)


def photo(bench: Bench, text: str = "Chaud.", number: int = 1) -> Parcel:
    return Parcel(text, pictures=(bench.picture(number, "Un pain"),))


# ---- the doors


def test_accounts_that_are_linked_to_pages_are_offered(bench: Bench) -> None:
    bench.stand.add_account("nantes", name="Lenoir Nantes")
    begun = bench.network.door.begin(bench.http, "", BACK, "the state", OUR_APP)
    found = bench.network.door.finish(bench.http, begun.memory, said_yes(bench, begun.url, bench.stand.who_signs_in("lenoir")))
    assert isinstance(found, tuple)
    assert [one.account.handle for one in found] == ["lenoir", "nantes"]


def test_a_page_without_an_account_says_what_to_link(bench: Bench) -> None:
    for page in bench.stand.state["pages"].values():
        page["account"] = ""
    begun = bench.network.door.begin(bench.http, "", BACK, "the state", OUR_APP)
    who = next(iter(bench.stand.state["people"]))
    with pytest.raises(Refused) as caught:
        bench.network.door.finish(bench.http, begun.memory, said_yes(bench, begun.url, who))
    assert "Link the account" in str(caught.value.cure)


def test_its_own_login_needs_no_page(direct: Bench) -> None:
    assert direct.account.handle == "lenoir"
    receipt = direct.send(photo(direct))
    assert direct.posts()[0]["id"] == receipt.remote_id
    assert direct.network.door.visit(direct.account, wires(direct)) == direct.account
    assert "comments,mentions,messages" in [(seen["given"] or {}).get("subscribed_fields") for seen in direct.stand.requests()]


def test_its_own_login_is_renewed_in_its_last_month_and_once(direct: Bench) -> None:
    direct.network.door.visit(direct.account, wires(direct))
    assert direct.purse.renewals == 0
    direct.stand.advance(40 * DAY)
    direct.purse.tokens = {**direct.purse.tokens, "until": (clock.now() + timedelta(days=20)).isoformat()}
    direct.network.door.visit(direct.account, wires(direct))
    direct.send(photo(direct))
    assert direct.purse.renewals == 1
    direct.stand.advance(40 * DAY)
    direct.send(photo(direct, "Après deux mois."))


def test_a_login_that_ended_is_told(direct: Bench) -> None:
    direct.stand.advance(61 * DAY)
    with pytest.raises(Disconnected, match="time is over"):
        direct.send(photo(direct))


def test_what_works_is_said_with_the_days_figures(bench: Bench, direct: Bench) -> None:
    bench.send(photo(bench))
    found = checks(bench)
    assert (found["scopes"].level, str(found["quota"].what)) == ("good", "1 of the 50 publications of a day are used.")
    assert checks(direct)["scopes"].level == "good"


def test_a_missing_permission_is_named(bench: Bench) -> None:
    bench.stand.settings(withheld=["instagram_content_publish"])
    bench.connect()
    assert checks(bench)["scope:instagram_content_publish"].level == "bad"
    with pytest.raises(Refused) as caught:
        bench.send(photo(bench))
    assert "ticked" in str(caught.value.cure)


# ---- forms


def test_the_network_fetches_the_picture_itself_without_a_session(bench: Bench) -> None:
    bench.send(photo(bench))
    (seen,) = bench.stand.requests("POST /*/media")
    assert seen["given"]["image_url"].endswith(".jpg")
    assert seen["given"]["alt_text"] == "Un pain"


def test_a_carousel_of_pictures_and_a_video(bench: Bench) -> None:
    parcel = Parcel("La semaine.", pictures=tuple(bench.picture(n, f"n° {n}") for n in range(3)), video=film(bench), ai=True, paid=True)
    receipt = bench.send(parcel)
    (post,) = bench.posts()
    assert (post["id"], len(post["pictures"]), post["video"]["seconds"] >= 3) == (receipt.remote_id, 3, True)
    assert (post["ai"], post["paid"]) == (True, True)
    assert bench.look(parcel, bench.new_key(), clock.now()) == receipt


def test_a_reel_is_sent_in_one_piece_and_waited_for(bench: Bench) -> None:
    bench.stand.settings(video_polls=3)
    video = film(bench)
    first = bench.line().prepare(Parcel("Le geste.", video=video), {}, None)
    assert isinstance(first, NotYet)
    assert first.again_at > clock.now()
    receipt = bench.send(Parcel("Le geste.", video=video))
    (post,) = bench.posts()
    assert post["id"] == receipt.remote_id
    assert bench.http.call("GET", post["video"]["url"]).body == bench.files[video.digest]


def test_a_video_goes_on_where_the_line_broke(bench: Bench) -> None:
    video = film(bench)
    parcel = Parcel("Le geste.", video=video)
    bench.stand.arm("cut_midway", "POST /ig-api-upload/*")
    with pytest.raises(NotSent):
        bench.ready(parcel)
    bench.line().commit(bench.ready(parcel, memory=bench.memory), bench.new_key())
    sent = [(int(seen["headers"]["offset"]), seen["size"]) for seen in bench.stand.requests("POST /ig-api-upload/*")]
    assert sent == [(0, video.size // 2), (video.size // 2, video.size - video.size // 2)]
    assert len(bench.stand.requests("POST /*/media")) == 1
    assert bench.http.call("GET", bench.posts()[0]["video"]["url"]).body == bench.files[video.digest]


@pytest.mark.parametrize("medium", ["picture", "video"])
@pytest.mark.parametrize("fault", ["drop_before_commit", "commit_then_drop", "commit_then_5xx"])
def test_a_story_goes_out_once(bench: Bench, medium: str, fault: str) -> None:
    more: dict[str, Any] = {"video": film(bench)} if medium == "video" else {"pictures": (bench.picture(1, width=360, height=640),)}
    bench.stand.arm(fault)
    receipt = bench.send_whatever_happens(Parcel("", form="story", **more))
    (post,) = bench.posts()
    assert (post["id"], post["form"]) == (receipt.remote_id, "story")


@pytest.mark.parametrize("fault", ["reject_before_commit", "commit_then_drop", "commit_then_timeout", "html_error_page", "partial_body"])
def test_a_doubt_about_a_carousel_ends_as_one(bench: Bench, fault: str) -> None:
    parcel = Parcel("La semaine.", pictures=(bench.picture(1), bench.picture(2)), video=film(bench))
    ready = bench.ready(parcel)
    bench.stand.arm(fault, **({"ms": 900} if fault == "commit_then_timeout" else {}))
    with bench.hasty(0.4 if fault == "commit_then_timeout" else 5), pytest.raises(Unknown):
        bench.line().commit(ready, bench.new_key())
    receipt = bench.look(parcel, bench.new_key(), clock.now())
    if not isinstance(receipt, Receipt):
        receipt = bench.line().commit(bench.ready(parcel, memory=bench.memory), bench.new_key())
    assert [post["id"] for post in bench.posts()] == [receipt.remote_id]


# ---- the container is the key


def test_a_container_is_published_once_whatever_is_believed(bench: Bench) -> None:
    parcel = photo(bench)
    ready = bench.ready(parcel)
    bench.stand.arm("commit_then_drop")
    for _ in range(2):
        with pytest.raises(Unknown):
            bench.line().commit(ready, bench.new_key())
    assert len(bench.posts()) == 1


def test_a_container_that_was_published_is_not_made_again(bench: Bench) -> None:
    parcel = photo(bench)
    bench.stand.arm("commit_then_drop")
    with pytest.raises(Unknown):
        bench.line().commit(bench.ready(parcel), bench.new_key())
    again = bench.ready(parcel, memory=bench.memory)
    with pytest.raises(Unknown):
        bench.line().commit(again, bench.new_key())
    assert len(bench.posts()) == 1


def test_a_container_whose_state_is_read_late_is_a_doubt_and_no_refusal(bench: Bench) -> None:
    bench.stand.settings(lag_seconds=600)
    ready = bench.ready(photo(bench))
    bench.stand.arm("commit_then_drop")
    for _ in range(2):
        with pytest.raises(Unknown):
            bench.line().commit(ready, bench.new_key())
    assert len(bench.posts()) == 1


def test_an_expired_container_is_made_anew(bench: Bench) -> None:
    parcel = photo(bench)
    first = bench.ready(parcel)
    bench.stand.advance(DAY + 60)
    second = bench.ready(parcel, memory=bench.memory)
    assert first.body["container"] != second.body["container"]
    bench.line().commit(second, bench.new_key())
    assert len(bench.posts()) == 1


def test_what_expires_under_the_hand_is_refused_with_a_cure(bench: Bench) -> None:
    ready = bench.ready(photo(bench))
    bench.stand.advance(DAY + 60)
    assert bench.posts() == []
    with pytest.raises(Refused, match="thrown it away") as caught:
        bench.line().commit(ready, bench.new_key())
    assert "prepared anew" in str(caught.value.cure)


def test_what_was_published_and_taken_off_can_be_sent_again_an_hour_later(bench: Bench) -> None:
    parcel = photo(bench)
    bench.line().delete(bench.send(parcel))
    memory = {**bench.memory, "began": clock.now().timestamp() - 7200}
    bench.line().commit(bench.ready(parcel, memory=memory), bench.new_key())
    assert len(bench.posts()) == 1


def test_a_container_that_is_not_ready_means_later(bench: Bench) -> None:
    ready = bench.ready(photo(bench))
    bench.stand.settings(picture_polls=9)
    with pytest.raises(NotSent, match="still working"):
        bench.line().commit(ready, bench.new_key())


def test_the_days_quota_is_read_never_guessed(bench: Bench) -> None:
    bench.stand.settings(quota_total=1)
    bench.send(photo(bench))
    with pytest.raises(NotSent, match="1 of 1") as caught:
        bench.send(photo(bench, "Encore."))
    assert caught.value.again_at is not None
    bench.stand.settings(quota_total=100)
    bench.send(photo(bench, "Encore."))
    assert bench.wires is not None


# ---- what cannot be taken


def test_a_picture_that_cannot_be_fetched_says_who_must_act(bench: Bench) -> None:
    parcel = photo(bench)
    bench.address = lambda digest, mime: "http://127.0.0.1:1/nothing.jpg"  # type: ignore[method-assign]
    with pytest.raises(Refused, match="could not fetch") as caught:
        bench.send(parcel)
    assert "internet can reach" in str(caught.value.cure)


def test_a_house_without_a_public_address_can_still_send_a_video(bench: Bench) -> None:
    line = bench.line()
    line.wires = Wires(bench.http, bench.purse, bench.files.__getitem__)  # type: ignore[attr-defined]
    with pytest.raises(NotSent, match="no public address"):
        bench.network.connector(bench.account, wires(bench)).prepare(photo(bench), {}, None)
    parcel = Parcel("Le geste.", video=replace(film(bench), cover=bench.picture(1)))
    memory: dict[str, Any] = {}
    for _ in range(5):
        ready = bench.network.connector(bench.account, wires(bench)).prepare(parcel, memory, None)
        memory = dict(ready.memory)
    assert bench.network.connector(bench.account, wires(bench)).commit(ready, "key")  # type: ignore[arg-type]


def test_a_video_that_cannot_be_worked_on_is_told(bench: Bench) -> None:
    bench.stand.settings(ends_in_error=2207026)
    with pytest.raises(Refused, match="cannot read this video"):
        bench.send(Parcel("Le geste.", video=film(bench)))
    bench.stand.settings(ends_in_error=0)
    bench.line().commit(bench.ready(Parcel("Le geste.", video=film(bench)), memory=bench.memory), bench.new_key())
    assert len(bench.posts()) == 1


def test_a_picture_of_another_shape_is_refused_with_the_ratio(bench: Bench) -> None:
    with pytest.raises(Refused, match="shape"):
        bench.send(Parcel("Haut.", pictures=(bench.picture(1, width=200, height=600),)))


def test_more_than_thirty_hashtags_are_refused(bench: Bench) -> None:
    with pytest.raises(Refused, match="hashtags"):
        bench.send(photo(bench, " ".join(f"#pain{n}" for n in range(31))))


# ---- comments


def test_a_passer_by_is_not_taken_for_the_account(bench: Bench) -> None:
    post = bench.send(photo(bench))
    parcel = Parcel("Merci !", form=COMMENT)
    bench.stand.comment(post.remote_id, "Camille Rousseau", "Merci !")
    bench.ready(parcel, after=post)
    assert not isinstance(bench.look(parcel, bench.new_key(), clock.now()), Receipt)


def test_a_comment_waits_until_its_publication_shows(bench: Bench) -> None:
    bench.stand.settings(lag_seconds=5)
    post = bench.send(photo(bench))
    ready = bench.ready(Parcel("Merci.", form=COMMENT), after=post)
    with pytest.raises(NotSent, match="does not show the publication yet"):
        bench.line().commit(ready, bench.new_key())
    bench.stand.advance(6)
    bench.line().commit(ready, bench.new_key())
    assert [one["text"] for one in bench.posts()[0]["comments"]] == ["Merci."]


def test_a_comment_whose_publication_is_gone_is_refused_in_the_end(bench: Bench) -> None:
    post = bench.send(photo(bench))
    bench.line().delete(post)
    ready = bench.ready(Parcel("Merci.", form=COMMENT), after=post, memory={"began": clock.now().timestamp() - 3600})
    with pytest.raises(Refused, match="no longer there"):
        bench.line().commit(ready, bench.new_key())


def test_a_list_that_may_not_be_read_cannot_tell(bench: Bench) -> None:
    bench.stand.settings(refuses=[["GET /*/media", 10, 0]])
    assert isinstance(bench.look(photo(bench), bench.new_key(), clock.now()), CannotTell)
