"""What is Facebook's own: its dialog, pages and tasks, videos and reels in pieces, stories, twins, and what its checks say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from parvis.core import clock
from parvis.networks.contract import Check, Disconnected, Found, NotSent, Receipt, Refused, Unknown, Wires
from parvis.networks.facts import COMMENT, Captions, Card, Parcel, Video
from parvis.networks.registry import Config, networks
from sandbox import Town
from tests.contract.benches import BACK, OUR_APP, Bench, said_yes
from tests.contract.conftest import connected

SRT = b"1\n00:00:00,000 --> 00:00:01,000\nBonjour\n"
DAY = 86_400


@pytest.fixture
def bench(town: Town) -> Iterator[Bench]:
    yield from connected("facebook", town)


def finish(bench: Bench) -> Found | tuple[Found, ...]:
    begun = bench.network.door.begin(bench.http, "", BACK, "the state", OUR_APP)
    return bench.network.door.finish(bench.http, begun.memory, said_yes(bench, begun.url, bench.stand.add_person()["id"]))


def checks(bench: Bench, **at: str) -> dict[str, Check]:
    door = networks(Config(places={"facebook": {"all": bench.stand.url, **at}}))["facebook"].door
    return {check.key: check for check in door.readiness(bench.account, Wires(bench.http, bench.purse, bench.files.__getitem__))}


def upright(bench: Bench, seconds: float = 3.0, **more: Any) -> Video:
    return bench.video(seconds, width=540, height=960, **more)


# ---- the door


def test_the_dialog_is_asked_for_pages_at_the_exact_address(bench: Bench) -> None:
    begun = bench.network.door.begin(bench.http, "", BACK, "the state", OUR_APP)
    asked = {name: values[-1] for name, values in parse_qs(urlsplit(begun.url).query).items()}
    assert (asked["redirect_uri"], asked["state"], asked["client_id"]) == (BACK, "the state", OUR_APP["client_id"])
    assert {"pages_show_list", "pages_manage_posts", "pages_read_engagement"} <= set(asked["scope"].split(","))
    assert urlsplit(begun.url).path == "/v26.0/dialog/oauth"


def test_without_an_application_it_says_what_to_do_first(bench: Bench) -> None:
    with pytest.raises(Refused) as caught:
        bench.network.door.begin(bench.http, "", BACK, "the state", None)
    assert "two values" in str(caught.value.cure)


def test_a_wrong_secret_is_told_in_words(bench: Bench) -> None:
    begun = bench.network.door.begin(bench.http, "", BACK, "the state", {**OUR_APP, "client_secret": "another"})
    code = said_yes(bench, begun.url, bench.stand.add_person()["id"])
    with pytest.raises(Refused, match="does not know this application"):
        bench.network.door.finish(bench.http, begun.memory, code)


def test_every_page_on_which_a_person_may_publish_is_offered(bench: Bench) -> None:
    bench.stand.add_account("nantes", name="Lenoir Nantes")
    bench.stand.add_account("seulement-lue", tasks=["ANALYZE"])
    found = finish(bench)
    assert isinstance(found, tuple)
    assert [one.account.handle for one in found] == ["lenoir", "nantes"]
    assert len({one.tokens["access"] for one in found}) == 2


def test_no_page_at_all_is_refused_with_what_to_tick(town: Town) -> None:
    bench = Bench("facebook", town)
    bench.stand.add_account("seulement-lue", tasks=["ANALYZE"])
    with pytest.raises(Refused) as caught:
        finish(bench)
    assert "tick the page" in str(caught.value.cure)
    bench.http.close()


def test_a_page_token_has_no_end(bench: Bench) -> None:
    assert bench.found is not None
    assert bench.found.ends_at is None
    bench.stand.advance(200 * DAY)
    bench.send(Parcel("Toujours là."))


def test_an_application_that_wants_a_proof_gets_it_everywhere(bench: Bench) -> None:
    bench.stand.settings(require_proof=True)
    bench.connect()
    picture = bench.picture(1, "Un pain")
    receipt = bench.send(Parcel("Avec preuve.", pictures=(picture,)))
    bench.send(Parcel("Un mot.", form=COMMENT), after=receipt)
    bench.line().delete(receipt)


def test_no_token_stands_in_an_address(bench: Bench) -> None:
    bench.stand.requests_seen.clear()
    bench.send(Parcel("Bonjour.", pictures=(bench.picture(1),)))
    assert not [seen for seen in bench.stand.requests() if "access_token" in seen["query"]]


# ---- what works


def test_a_page_that_is_ready_says_so(bench: Bench) -> None:
    found = checks(bench)
    assert {found[key].level for key in ("scopes", "version")} == {"good"}
    assert found["mode"].level == "unknown"


def test_a_missing_permission_is_named_with_what_fails(bench: Bench) -> None:
    bench.stand.settings(withheld=["pages_manage_engagement", "pages_manage_posts"])
    bench.connect()
    found = checks(bench)
    assert found["scope:pages_manage_posts"].level == "bad"
    assert "first comment" in str(found["scope:pages_manage_engagement"].what)
    with pytest.raises(Refused) as caught:
        bench.send(Parcel("Sans permission."))
    assert "ticked" in str(caught.value.cure)


def test_a_version_near_its_end_is_told_months_before(bench: Bench) -> None:
    ends = (clock.now() + timedelta(days=100)).date().isoformat()
    assert checks(bench, version_ends=ends)["version"].level == "limited"
    assert checks(bench, version="v25.0")["version"].level == "limited"


def test_a_connection_to_be_confirmed_soon_is_told(bench: Bench) -> None:
    assert "data" not in checks(bench)
    for kept in bench.stand.state["tokens"].values():
        kept["at"] -= 80 * DAY
    assert checks(bench)["data"].level == "limited"


# ---- forms


def test_a_link_goes_out_with_its_card(bench: Bench) -> None:
    bench.send(Parcel("À lire.", card=Card("https://lenoir.example/carte", "La carte")))
    (post,) = bench.posts()
    assert post["card"]["url"] == "https://lenoir.example/carte"
    assert post["text"] == "À lire."


def test_a_partner_is_named(bench: Bench) -> None:
    bench.send(Parcel("En partenariat.", paid=True, details={"sponsor": "4242"}))
    assert bench.stand.requests("POST /*/feed")[-1]["given"]["sponsor_id"] == "4242"


def test_a_video_goes_out_whole_with_its_words_its_still_and_its_subtitles(bench: Bench) -> None:
    bench.stand.settings(chunk=3000)
    digest = hashlib.sha256(SRT).hexdigest()
    bench.files[digest] = SRT
    cover = bench.picture(3)
    video = replace(bench.video(2.0), cover=cover, captions=(Captions(digest, "fr", "application/x-subrip", len(SRT)),))
    receipt = bench.send(Parcel("La fournée.", title="Matin", video=video, ai=True))
    (post,) = bench.posts()
    assert (post["id"], post["url"], post["text"], post["title"]) == (receipt.remote_id, receipt.url, "La fournée.", "Matin")
    assert bench.http.call("GET", post["video"]["url"]).body == bench.files[video.digest]
    assert bench.http.call("GET", post["video"]["cover"]).body == bench.files[cover.digest]
    assert (post["video"]["ai"], post["video"]["captions"]) == (True, ["fr_FR"])


def test_an_upload_that_was_cut_goes_on_after_a_restart(bench: Bench) -> None:
    bench.stand.settings(chunk=3000)
    parcel = Parcel("La fournée.", video=bench.video(2.0))
    transfers = "POST /*?upload_phase=transfer"
    bench.stand.arm("drop_before_commit", transfers, nth=3)
    with pytest.raises(NotSent):
        bench.ready(parcel)
    bench.stand.arm("commit_then_drop", transfers, nth=2)
    with pytest.raises(NotSent):
        bench.ready(parcel, memory=bench.memory)
    ready = bench.ready(parcel, memory=bench.memory)
    bench.line().commit(ready, bench.new_key())
    done = [
        seen["given"]["start_offset"]
        for seen in bench.stand.requests(transfers)
        if seen["status"] == 200 and seen["fault"] != "drop_before_commit"
    ]
    assert len(done) == len(set(done)), "no piece was taken twice"
    assert len(bench.stand.requests("POST /*?upload_phase=start")) == 1
    assert bench.http.call("GET", bench.posts()[0]["video"]["url"]).body == bench.files[parcel.video.digest if parcel.video else ""]


@pytest.mark.parametrize("spoiled", ["gone", "error"])
@pytest.mark.parametrize("form", ["", "reel"])
def test_an_upload_that_no_longer_serves_begins_anew(bench: Bench, form: str, spoiled: str) -> None:
    parcel = Parcel("La fournée.", form=form, video=upright(bench))
    bench.ready(parcel)
    for name, video in list(bench.stand.state["videos"].items()):
        video["state"] = spoiled
        if spoiled == "gone":
            del bench.stand.state["videos"][name]
    bench.line().commit(bench.ready(parcel, memory=bench.memory), bench.new_key())
    assert len(bench.posts()) == 1


def test_a_session_that_goes_in_the_middle_begins_anew(bench: Bench) -> None:
    bench.stand.settings(chunk=3000, refuses=[["POST /*?upload_phase=transfer", 6000, 1363019]])
    parcel = Parcel("La fournée.", video=bench.video(1.0))
    with pytest.raises(NotSent):
        bench.ready(parcel)
    bench.stand.settings(refuses=[])
    bench.line().commit(bench.ready(parcel, memory=bench.memory), bench.new_key())
    assert len(bench.posts()) == 1


def test_a_reel_is_poured_once_and_goes_on_where_the_line_broke(bench: Bench) -> None:
    video = upright(bench)
    parcel = Parcel("Le geste.", form="reel", video=video, ai=True)
    bench.stand.arm("cut_midway", "POST /video-upload/*")
    with pytest.raises(NotSent):
        bench.ready(parcel)
    receipt = bench.line().commit(bench.ready(parcel, memory=bench.memory), bench.new_key())
    (post,) = bench.posts()
    assert (post["id"], post["form"], post["text"], post["video"]["ai"]) == (receipt.remote_id, "reel", "Le geste.", True)
    sent = [(int(seen["headers"]["offset"]), seen["size"]) for seen in bench.stand.requests("POST /video-upload/*")]
    assert sent == [(0, video.size // 2), (video.size // 2, video.size - video.size // 2)]
    assert bench.http.call("GET", post["video"]["url"]).body == bench.files[video.digest]


@pytest.mark.parametrize("edge", ["video", "reel", "story"])
@pytest.mark.parametrize("fault", ["drop_before_commit", "commit_then_drop", "commit_then_5xx", "html_error_page"])
def test_a_doubt_about_a_video_ends_as_one(bench: Bench, edge: str, fault: str) -> None:
    form = "" if edge == "video" else edge
    parcel = Parcel("" if edge == "story" else "Le geste.", form=form, video=upright(bench))
    bench.stand.arm(fault, "POST /*?upload_phase=finish")
    receipt = bench.send_whatever_happens(parcel)
    assert [post["id"] for post in bench.posts()] == [receipt.remote_id]


@pytest.mark.parametrize("fault", ["drop_before_commit", "commit_then_drop", "html_error_page"])
def test_a_story_with_a_picture_goes_out_once(bench: Bench, fault: str) -> None:
    bench.stand.arm(fault)
    receipt = bench.send_whatever_happens(Parcel("", form="story", pictures=(bench.picture(1, "Un pain"),)))
    (post,) = bench.posts()
    assert (post["id"], post["form"], len(post["pictures"])) == (receipt.remote_id, "story", 1)


def test_a_reel_of_the_wrong_shape_is_refused_in_words(bench: Bench) -> None:
    with pytest.raises(Refused, match="upright"):
        bench.send(Parcel("Large.", form="reel", video=bench.video(3.0, width=640, height=360)))
    assert bench.posts() == []


def test_the_words_of_a_video_can_be_changed(bench: Bench) -> None:
    parcel = Parcel("La fournée.", video=bench.video(1.0))
    receipt = bench.send(parcel)
    bench.line().edit(receipt, replace(parcel, text="La fournée de midi."))
    assert bench.posts()[0]["text"] == "La fournée de midi."
    bench.line().delete(receipt)
    assert bench.posts() == []


def test_a_video_that_cannot_be_made_ready_is_told_afterwards(bench: Bench) -> None:
    bench.stand.settings(video_fails=True)
    receipt = bench.send(Parcel("La fournée.", video=bench.video(1.0)))
    line = bench.line()
    with pytest.raises(NotSent, match="still working"):
        line.became(receipt)  # type: ignore[attr-defined]
    said = line.became(receipt)  # type: ignore[attr-defined]
    assert "nobody sees it" in str(said.why)
    bench.stand.settings(video_fails=False)
    good = bench.send(Parcel("La suite.", video=bench.video(1.5)))
    with pytest.raises(NotSent):
        line.became(good)  # type: ignore[attr-defined]
    assert line.became(good) is None  # type: ignore[attr-defined]
    line.delete(good)
    assert line.became(good) is not None  # type: ignore[attr-defined]
    assert line.became(bench.send(Parcel("Un mot."))) is None  # type: ignore[attr-defined]


# ---- twins, roles, limits


def test_the_same_words_twice_in_a_row_are_refused_and_say_so(bench: Bench) -> None:
    bench.send(Parcel("Chaud."))
    bench.stand.advance(60)
    bench.purse.tokens = dict(bench.purse.tokens)
    for post in bench.stand.state["posts"].values():
        post["at"] -= 120
    with pytest.raises(Refused) as caught:
        bench.send(Parcel("Chaud."))
    assert "Change a word" in str(caught.value.cure)


def test_ones_own_lost_answer_is_never_taken_for_another(bench: Bench) -> None:
    parcel, key, began = Parcel("Chaud."), bench.new_key(), clock.now()
    ready = bench.ready(parcel)
    bench.stand.arm("commit_then_drop")
    for _ in range(2):
        with pytest.raises(Unknown):
            bench.line().commit(ready, key)
    assert isinstance(bench.look(parcel, key, began), Receipt)
    assert len(bench.posts()) == 1


def test_a_role_that_was_taken_away_is_told(bench: Bench) -> None:
    bench.stand.settings(lost_roles=["lenoir"])
    with pytest.raises(Disconnected, match="no longer has a role"):
        bench.send(Parcel("Bonjour."))


def test_a_page_alone_does_not_make_a_person_able(bench: Bench) -> None:
    page = next(iter(bench.stand.state["pages"].values()))
    page["tasks"] = {person: ["ANALYZE"] for person in page["tasks"]}
    with pytest.raises(Refused):
        bench.send(Parcel("Bonjour."))


def test_the_limits_are_shown_and_their_end_is_named(bench: Bench) -> None:
    bench.send(Parcel("Bonjour."))
    bench.stand.settings(calls_a_day=3)
    with pytest.raises(NotSent) as caught:
        bench.send(Parcel("Encore.", pictures=tuple(bench.picture(n) for n in range(5))))
    assert bench.wires is not None
    assert (bench.wires.gauges["pages"].used, bench.wires.gauges["pages"].unit) == (100, "percent")
    assert caught.value.again_at is not None
    assert caught.value.again_at > clock.now()


def test_a_page_of_a_proxy_is_no_answer(bench: Bench) -> None:
    bench.stand.arm("html_error_page", "GET *", times=2, nth=1)
    with pytest.raises(NotSent):
        bench.network.door.visit(bench.account, Wires(bench.http, bench.purse, bench.files.__getitem__))


def test_the_public_answers_and_is_not_taken_for_the_page(bench: Bench) -> None:
    post = bench.send(Parcel("Bonjour."))
    parcel = Parcel("Merci !", form=COMMENT)
    bench.stand.comment(post.remote_id, "Camille Rousseau", "Merci !")
    bench.ready(parcel, after=post)
    assert not isinstance(bench.look(parcel, bench.new_key(), clock.now()), Receipt)
