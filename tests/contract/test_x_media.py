"""X's media: pictures in one call, films in segments that a restart goes on with, and the time it takes to work on them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from parvis.core import clock
from parvis.networks.contract import NotSent, NotYet, Ready, Refused
from parvis.networks.facts import Captions, Parcel, Picture, Video
from tests.contract.benches import Bench
from tests.pictures import shades

HELLO = Parcel("Le fournil à cinq heures du matin.")
MEGA = 1_000_000
APPEND = "POST /2/media/upload/*/append"


class Died(BaseException):
    """The worker is gone."""


def gif(x: Bench, alt: str = "") -> Picture:
    out = io.BytesIO()
    first, second = shades(64, 48), shades(64, 48).rotate(180)
    first.convert("P").save(out, "GIF", save_all=True, append_images=[second.convert("P")], duration=200)
    return kept(x, out.getvalue(), alt)


def kept(x: Bench, body: bytes, alt: str = "") -> Picture:
    digest = hashlib.sha256(body).hexdigest()
    x.files[digest] = body
    with Image.open(io.BytesIO(body)) as shown:
        return Picture(digest, Image.MIME[str(shown.format)], shown.width, shown.height, len(body), alt)


def filmed(x: Bench, weight: int = 9 * MEGA, **more: Any) -> Parcel:
    return replace(HELLO, video=replace(x.video(weight=weight), **more))


def calls(x: Bench, match: str) -> int:
    return len(x.stand.requests(match))


def dying(x: Bench, parcel: Parcel, memory: Mapping[str, Any], after: int) -> Mapping[str, Any]:
    """Prepare with a worker that dies when it has kept its memory `after` times; return what was kept last."""
    left = after
    line = x.line()
    assert x.wires is not None
    keep = x.wires.keep

    def once(found: Mapping[str, Any]) -> None:
        nonlocal left
        keep(found)
        left -= 1
        if left == 0:
            raise Died

    x.wires.keep = once
    with pytest.raises(Died):
        line.prepare(parcel, memory, None)
    return x.memory


# ---- pictures


def test_a_picture_is_described_once_and_only_where_there_are_words(x: Bench) -> None:
    parcel = replace(HELLO, pictures=(x.picture(1, "Un pain"), x.picture(2), x.picture(3, "  ")))
    x.line().commit(x.ready(parcel, memory=x.ready(parcel).memory), "k")
    assert [picture["alt"] for picture in x.posts()[0]["pictures"]] == ["Un pain", "", ""]
    assert (calls(x, "POST /2/media/upload"), calls(x, "POST /2/media/metadata")) == (3, 1)


def test_words_changed_since_the_upload_are_the_ones_that_go_out(x: Bench) -> None:
    picture = x.picture(1, "Avant")
    ready = x.ready(replace(HELLO, pictures=(picture,)))
    x.line().commit(x.ready(replace(HELLO, pictures=(replace(picture, alt="Après"),)), memory=ready.memory), "k")
    assert x.posts()[0]["pictures"][0]["alt"] == "Après"


def test_what_was_uploaded_survives_a_worker_that_dies_between_two_pictures(x: Bench) -> None:
    parcel = replace(HELLO, pictures=(x.picture(1, "Un"), x.picture(2, "Deux")))
    memory = dying(x, parcel, {}, after=1)
    x.line().commit(x.ready(parcel, memory=memory), "k")
    assert [picture["alt"] for picture in x.posts()[0]["pictures"]] == ["Un", "Deux"]
    assert calls(x, "POST /2/media/upload") == 2


def test_media_that_are_a_day_old_are_uploaded_again(x: Bench) -> None:
    parcel = replace(HELLO, pictures=(x.picture(1, "Un"),))
    memory: Any = dict(x.ready(parcel).memory)
    ((name, entry),) = memory["media"].items()
    memory["media"] = {name: {**entry, "until": (clock.now() + timedelta(minutes=30)).isoformat()}}
    x.line().commit(x.ready(parcel, memory=memory), "k")
    assert calls(x, "POST /2/media/upload") == 2
    assert len(x.posts()[0]["pictures"]) == 1


def test_media_that_x_lost_are_uploaded_again_at_the_next_try(x: Bench) -> None:
    parcel = replace(HELLO, pictures=(x.picture(1, "Un"),))
    ready = x.ready(parcel)
    x.stand.advance(86_500)
    with pytest.raises(NotSent):
        x.line().commit(ready, "k")
    x.line().commit(x.ready(parcel, memory=ready.memory), "k")
    assert calls(x, "POST /2/media/upload") == 2
    assert x.posts()[0]["pictures"][0]["alt"] == "Un"


def test_what_is_no_picture_is_refused_in_words(x: Bench) -> None:
    picture = x.picture(1, "Un")
    x.files[picture.digest] = b"Chers clients, nous fermons lundi."
    with pytest.raises(Refused) as caught:
        x.ready(replace(HELLO, pictures=(picture,)))
    assert "Replace the picture" in str(caught.value.cure)


# ---- animations


def test_an_animation_goes_in_segments_and_alone(x: Bench) -> None:
    picture = gif(x, "Le pain qui lève")
    x.send(replace(HELLO, pictures=(picture,)))
    assert x.posts()[0]["pictures"][0]["alt"] == "Le pain qui lève"
    assert x.stand.requests("POST /2/media/upload/initialize")[0]["given"]["media_category"] == "tweet_gif"
    with pytest.raises(Refused) as caught:
        x.ready(replace(HELLO, pictures=(picture, x.picture(2))))
    assert "alone" in str(caught.value.cure)
    assert calls(x, "POST /2/media/upload") == 0


# ---- videos


def test_a_video_goes_out_byte_for_byte_with_its_words(x: Bench) -> None:
    parcel = filmed(x, alt="Le four")
    x.send(parcel)
    assert parcel.video is not None
    (post,) = x.posts()
    assert (post["video"]["alt"], post["video"]["width"], round(post["video"]["seconds"])) == ("Le four", 64, 1)
    assert x.http.call("GET", post["video"]["url"]).body == x.files[parcel.video.digest]
    sizes = [call["size"] for call in x.stand.requests(APPEND)]
    assert len(sizes) == 3
    assert max(sizes) < 5 * MEGA


def test_a_video_is_never_read_whole(x: Bench) -> None:
    parcel = filmed(x)
    line = x.line()
    assert x.wires is not None
    x.wires.open = lambda digest: io.BytesIO(x.files[digest])
    x.wires.read = lambda digest: pytest.fail("read whole")
    ready = line.prepare(parcel, {}, None)
    assert isinstance(ready, Ready)


@pytest.mark.parametrize("after", [1, 2, 3, 4, 5])
def test_a_restart_in_the_middle_of_a_video_uploads_nothing_twice(x: Bench, after: int) -> None:
    parcel = filmed(x, alt="Le four")
    memory = dying(x, parcel, {}, after)
    x.line().commit(x.ready(parcel, memory=memory), "k")
    segments = [call["given"]["segment_index"] for call in x.stand.requests(APPEND)]
    assert segments == ["0", "1", "2"]
    assert [calls(x, f"POST /2/media/upload/{name}") for name in ("initialize", "*/finalize")] == [1, 1]
    assert x.posts()[0]["video"]["alt"] == "Le four"


def test_every_worker_dies_and_still_each_segment_goes_once(x: Bench) -> None:
    parcel, memory = filmed(x), dict[str, Any]()
    for _ in range(4):
        memory = dict(dying(x, parcel, memory, after=1))
    x.line().commit(x.ready(parcel, memory=memory), "k")
    assert calls(x, APPEND) == 3
    assert len(x.posts()) == 1


@pytest.mark.parametrize("fault", ["commit_then_drop", "partial_body", "commit_then_5xx", "html_error_page", "reject_before_commit"])
@pytest.mark.parametrize("call", ["initialize", "*/append", "*/finalize"])
def test_a_fault_anywhere_in_an_upload_is_gone_on_from(x: Bench, fault: str, call: str) -> None:
    parcel = filmed(x, weight=5 * MEGA)
    x.stand.arm(fault, f"POST /2/media/upload/{call}")
    with pytest.raises(NotSent):
        x.ready(parcel)
    x.line().commit(x.ready(parcel, memory=x.memory), "k")
    assert len(x.posts()) == 1
    assert calls(x, APPEND) <= 3


def test_an_upload_that_x_forgot_is_begun_again(x: Bench) -> None:
    parcel = filmed(x)
    memory = dying(x, parcel, {}, after=2)
    x.stand.state["media"].clear()
    with pytest.raises(NotSent):
        x.ready(parcel, memory=memory)
    x.line().commit(x.ready(parcel, memory=x.memory), "k")
    assert calls(x, "POST /2/media/upload/initialize") == 2


def test_x_is_asked_no_sooner_than_it_says(x: Bench) -> None:
    x.stand.settings(media_polls=3, check_after=5)
    parcel, memory, waits = filmed(x, weight=0), dict[str, Any](), 0
    while isinstance(prepared := x.line().prepare(parcel, memory, None), NotYet):
        waits += 1
        wait = (prepared.again_at - clock.now()).total_seconds()
        assert 4 < wait <= 5
        x.stand.clock.ahead += wait + 0.1
        memory = dict(prepared.memory)
    assert waits == 3
    assert x.stand.state["early_polls"] == 0
    x.line().commit(prepared, "k")
    assert x.posts()[0]["video"] is not None


def test_a_video_that_x_cannot_use_is_refused_in_its_words_and_begun_anew_afterwards(x: Bench) -> None:
    parcel = replace(HELLO, video=x.video(seconds=0.3))
    with pytest.raises(Refused) as caught:
        x.ready(parcel)
    assert "duration" in str(caught.value.reason)
    assert x.memory["media"] == {}


def test_a_video_longer_than_the_account_may_is_refused_in_words(x: Bench) -> None:
    x.stand.settings(video_seconds=0.6)
    with pytest.raises(Refused) as caught:
        x.send(filmed(x, weight=0))
    assert "Shorten the video" in str(caught.value.cure)


def test_a_video_that_is_never_finished_is_refused_at_last(x: Bench) -> None:
    x.stand.settings(media_polls=10_000, limits=False)
    parcel = filmed(x, weight=0)
    ready = x.line().prepare(parcel, {}, None)
    assert isinstance(ready, NotYet)
    tired = {name: {**entry, "polls": 400} for name, entry in ready.memory["media"].items()}
    with pytest.raises(Refused):
        x.line().prepare(parcel, {**ready.memory, "media": tired}, None)


def test_subtitles_go_with_their_video(x: Bench) -> None:
    tracks = []
    for language, mime, body in (("fr", "text/vtt", b"WEBVTT\n"), ("en", "application/x-subrip", b"1\n")):
        digest = hashlib.sha256(body).hexdigest()
        x.files[digest] = body
        tracks.append(Captions(digest, language, mime, len(body)))
    parcel = filmed(x, weight=0, captions=tuple(tracks))
    x.line().commit(x.ready(parcel, memory=x.ready(parcel).memory), "k")
    told = [(track["language"], track["name"]) for track in x.posts()[0]["video"]["subtitles"]]
    assert told == [("fr", "Français"), ("en", "English")]
    kinds = [call["given"]["media_type"] for call in x.stand.requests("POST /2/media/upload/initialize")]
    assert kinds == ["video/mp4", "text/vtt", "text/srt"]


def test_what_other_networks_take_and_x_does_not_is_not_sent(x: Bench) -> None:
    video: Video = replace(x.video(), cover=x.picture(1, "Une image"), captions=(Captions("0" * 64, "fr", "text/plain", 3),))
    x.send(replace(HELLO, video=video))
    assert calls(x, "POST /2/media/upload") == 0
    assert x.posts()[0]["video"]["subtitles"] == []
