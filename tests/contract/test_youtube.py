"""What is YouTube's own: uploads that go on where they stopped, days of quota, what is declared of a video, what goes with it."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from parvis.core import clock
from parvis.networks.contract import Absent, Gauge, NotSent, Receipt, Refused, Unknown
from parvis.networks.facts import COMMENT, Captions, Parcel, Video
from parvis.networks.youtube.limits import midnight
from parvis.networks.youtube.upload import PIECE, STEP
from sandbox import Town
from sandbox.youtube_pages import hub_signature
from tests.contract.benches import Bench
from tests.contract.conftest import connected

HELLO = "Deux jours de repos, quatre tours à la main : voici nos croissants."
TITLE = "Nos croissants, du pétrin au four"
HEAVY = 2 * PIECE + 3 * STEP + 7


@pytest.fixture
def youtube(town: Town) -> Iterator[Bench]:
    yield from connected("youtube", town)


def film(bench: Bench, text: str = HELLO, **more: Any) -> Parcel:
    return bench.says(text, title=TITLE, **more)


def heavy(bench: Bench) -> Parcel:
    return film(bench, video=bench.video(weight=HEAVY))


def pieces(bench: Bench) -> list[str]:
    return [one["headers"]["content-range"] for one in bench.stand.requests("commit")]


def until_ready(bench: Bench, parcel: Parcel) -> int:
    """Prepare as the engine does, however often it must be tried, and return how often it was."""
    for tries in range(1, 20):
        try:
            ready = bench.line().prepare(parcel, bench.memory, None)
        except NotSent:
            continue
        bench._keep(ready.memory)
        return tries
    raise AssertionError("it never gets ready")


def held(bench: Bench) -> dict[str, Any]:
    (video,) = bench.stand.state["videos"].values()
    return dict(video)


class TestUploading:
    def test_a_video_leaves_in_pieces_and_only_the_last_one_makes_it(self, youtube: Bench) -> None:
        ready = youtube.ready(heavy(youtube))
        assert pieces(youtube) == [f"bytes 0-{PIECE - 1}/{HEAVY}", f"bytes {PIECE}-{2 * PIECE - 1}/{HEAVY}"]
        assert youtube.posts() == []
        youtube.line().commit(ready, youtube.new_key())
        assert pieces(youtube)[2:] == [f"bytes {2 * PIECE}-{HEAVY - 1}/{HEAVY}"]
        (post,) = youtube.posts()
        assert youtube.http.call("GET", post["video"]["url"]).body == youtube.files[heavy(youtube).video.digest]

    def test_the_session_is_kept_before_a_byte_is_sent(self, youtube: Bench) -> None:
        youtube.stand.arm("drop_before_commit", "commit")
        with pytest.raises(NotSent):
            youtube.line().prepare(heavy(youtube), {}, None)
        assert youtube.memory["session"].startswith("/upload/youtube/v3/videos?")
        assert youtube.memory["sent"] == 0

    @pytest.mark.parametrize("fault", ["drop_before_commit", "reject_before_commit", "html_error_page"])
    def test_a_preparation_that_died_goes_on_and_sends_no_byte_twice(self, youtube: Bench, fault: str) -> None:
        parcel = heavy(youtube)
        youtube.stand.arm(fault, "commit", nth=2)
        with pytest.raises(NotSent):
            youtube.line().prepare(parcel, {}, None)
        assert youtube.memory["sent"] == PIECE
        youtube.line().commit(youtube.line().prepare(parcel, youtube.memory, None), youtube.new_key())
        taken = [one for one in youtube.stand.requests("commit") if one["status"] in (200, 308) and not one["fault"]]
        assert sum(one["size"] for one in taken) == HEAVY
        assert len(youtube.stand.requests("prepare")) == 1
        assert len(youtube.posts()) == 1

    def test_a_piece_that_arrived_though_its_answer_did_not_is_not_sent_again(self, youtube: Bench) -> None:
        parcel = heavy(youtube)
        youtube.stand.arm("commit_then_drop", "commit", nth=2)
        with pytest.raises(NotSent):
            youtube.line().prepare(parcel, {}, None)
        youtube.line().commit(youtube.line().prepare(parcel, youtube.memory, None), youtube.new_key())
        assert sum(one["size"] for one in youtube.stand.requests("commit")) == HEAVY

    def test_a_line_that_breaks_in_the_middle_of_a_piece_loses_only_what_did_not_arrive(self, youtube: Bench) -> None:
        parcel = heavy(youtube)
        youtube.stand.arm("cut_midway", "commit", nth=2)
        with pytest.raises(NotSent):
            youtube.line().prepare(parcel, {}, None)
        youtube.line().commit(youtube.line().prepare(parcel, youtube.memory, None), youtube.new_key())
        assert f"bytes {PIECE + PIECE // 2}-" in pieces(youtube)[-1]
        assert len(youtube.posts()) == 1

    def test_a_network_that_keeps_less_than_it_was_sent_is_given_the_rest(self, youtube: Bench) -> None:
        youtube.stand.settings(keeps_bytes=12 * STEP)
        assert until_ready(youtube, heavy(youtube)) == 1
        receipt = self._end(youtube)
        (post,) = youtube.posts()
        assert post["id"] == receipt.remote_id
        assert youtube.http.call("GET", post["video"]["url"]).body == youtube.files[heavy(youtube).video.digest]

    def _end(self, bench: Bench) -> Receipt:
        for _ in range(5):
            try:
                return bench.line().commit(bench.line().prepare(heavy(bench), bench.memory, None), bench.new_key())
            except NotSent:
                continue
        raise AssertionError("it never ends")

    def test_a_session_that_ended_begins_again_and_makes_one_video(self, youtube: Bench) -> None:
        parcel = heavy(youtube)
        youtube.stand.arm("drop_before_commit", "commit", nth=2)
        with pytest.raises(NotSent):
            youtube.line().prepare(parcel, {}, None)
        youtube.stand.advance(8 * 86_400)
        youtube.line().commit(youtube.line().prepare(parcel, youtube.memory, None), youtube.new_key())
        assert len(youtube.stand.requests("prepare")) == 2
        assert len(youtube.posts()) == 1

    def test_a_session_that_ends_before_the_last_piece_is_no_refusal(self, youtube: Bench) -> None:
        parcel = film(youtube)
        ready = youtube.ready(parcel)
        youtube.stand.advance(8 * 86_400)
        with pytest.raises(NotSent):
            youtube.line().commit(ready, youtube.new_key())
        youtube.line().commit(youtube.line().prepare(parcel, youtube.memory, None), youtube.new_key())
        assert len(youtube.posts()) == 1

    def test_the_end_sent_twice_makes_one_video(self, youtube: Bench) -> None:
        ready = youtube.ready(film(youtube))
        first = youtube.line().commit(ready, youtube.new_key())
        assert youtube.line().commit(ready, youtube.new_key()) == first
        assert len(youtube.posts()) == 1

    def test_a_video_that_was_made_in_a_doubt_is_not_sent_a_second_time(self, youtube: Bench) -> None:
        parcel = film(youtube)
        youtube.stand.arm("commit_then_drop")
        with pytest.raises(Unknown):
            youtube.line().commit(youtube.ready(parcel), youtube.new_key())
        # Even if a reading did not show it, as when it lags.
        ready = youtube.line().prepare(parcel, youtube.memory, None)
        receipt = youtube.line().commit(ready, youtube.new_key())
        assert [post["id"] for post in youtube.posts()] == [receipt.remote_id]

    def test_what_the_session_says_is_not_finished_is_absent(self, youtube: Bench) -> None:
        parcel = film(youtube)
        youtube.ready(parcel)
        assert isinstance(youtube.look(parcel, youtube.new_key(), clock.now()), Absent)

    def test_the_session_tells_its_own_video_from_one_with_the_same_words(self, youtube: Bench) -> None:
        parcel, began = film(youtube), clock.now()
        youtube.stand.arm("commit_then_drop")
        with pytest.raises(Unknown):
            youtube.line().commit(youtube.ready(parcel), youtube.new_key())
        (made,) = youtube.posts()
        youtube.stand.add_post(youtube.account.remote_id, HELLO, title=TITLE)
        found = youtube.look(parcel, "", began)
        assert isinstance(found, Receipt)
        assert found.remote_id == made["id"]

    @pytest.mark.parametrize(("lacks", "says"), [({"video": None}, "videos only"), ({"title": " "}, "title")])
    def test_what_cannot_go_is_refused_before_anything_is_sent(self, youtube: Bench, lacks: dict[str, Any], says: str) -> None:
        before = len(youtube.stand.requests())
        with pytest.raises(Refused) as caught:
            youtube.line().prepare(replace(film(youtube), **lacks), {}, None)
        assert says in str(caught.value.reason)
        assert len(youtube.stand.requests()) == before

    def test_a_file_that_is_lost_is_known_before_anything_is_sent(self, youtube: Bench) -> None:
        parcel = film(youtube)
        youtube.files.clear()
        with pytest.raises(KeyError):
            youtube.line().prepare(parcel, {}, None)
        assert not youtube.stand.requests("prepare")

    def test_a_still_that_is_lost_takes_nothing_from_the_video(self, youtube: Bench) -> None:
        parcel = film(youtube, video=replace(youtube.video(), cover=youtube.picture(1)))
        assert parcel.video is not None
        assert parcel.video.cover is not None
        youtube.files.pop(parcel.video.cover.digest)
        assert youtube.send(parcel).refs["left_out"] == ["cover"]


class TestQuota:
    @pytest.mark.parametrize(
        ("now", "ends"),
        [
            ("2026-11-26T23:59:00", "2026-11-27T08:00:00"),  # winter: eight hours behind
            ("2026-07-14T12:00:00", "2026-07-15T07:00:00"),  # summer: seven
            ("2026-03-08T09:00:00", "2026-03-09T07:00:00"),  # the day that loses an hour
            ("2026-11-01T08:30:00", "2026-11-02T08:00:00"),  # the day that wins one
        ],
    )
    def test_its_day_ends_at_midnight_in_california(self, now: str, ends: str) -> None:
        assert midnight(datetime.fromisoformat(now).replace(tzinfo=UTC)) == datetime.fromisoformat(ends).replace(tzinfo=UTC)

    def test_uploads_are_counted_for_the_whole_project_and_waited_for_without_a_call(self, youtube: Bench) -> None:
        youtube.send(film(youtube))
        gauge = youtube.gauges["uploads"]
        assert (gauge.used, gauge.most, gauge.unit, gauge.shared) == (1, 100, "uploads", True)
        youtube.gauges["uploads"] = Gauge(100, 100, midnight(clock.now()), "uploads", shared=True)
        with pytest.raises(NotSent) as caught:
            youtube.ready(film(youtube))
        assert caught.value.again_at == midnight(clock.now())
        assert len(youtube.stand.requests("prepare")) == 1

    def test_what_was_used_yesterday_counts_no_more(self, youtube: Bench) -> None:
        youtube.gauges["uploads"] = Gauge(100, 100, clock.now() - timedelta(seconds=1), "uploads", shared=True)
        youtube.send(film(youtube))
        assert youtube.gauges["uploads"].used == 1

    def test_units_are_counted_by_what_each_call_costs(self, youtube: Bench) -> None:
        parcel = film(youtube, video=dressed(youtube))
        receipt = youtube.send(parcel)
        assert youtube.gauges["units"].used == 50 + 400
        youtube.line().delete(receipt)
        assert youtube.gauges["units"].used == 500

    def test_a_day_that_youtube_says_is_over_is_waited_for_and_shown(self, youtube: Bench) -> None:
        for name in list(youtube.stand.state["spent"]):
            youtube.stand.state["spent"][name]["uploads"] = 100
        with pytest.raises(NotSent) as caught:
            youtube.ready(film(youtube))
        assert "midnight in California" in str(caught.value.why)
        assert caught.value.again_at == midnight(clock.now())
        assert youtube.gauges["uploads"].used == 100

    def test_the_stand_in_counts_anew_after_midnight_in_california(self, youtube: Bench) -> None:
        for name in list(youtube.stand.state["spent"]):
            youtube.stand.state["spent"][name]["uploads"] = 100
        youtube.stand.advance((midnight(clock.now()) - clock.now()).total_seconds() + 1)
        youtube.gauges.clear()
        youtube.send(film(youtube))
        assert len(youtube.posts()) == 1


def dressed(bench: Bench) -> Video:
    """Return a film with a still and French subtitles."""
    lines = b"1\n00:00:00,000 --> 00:00:01,000\nBonjour\n"
    bench.files["lines"] = lines
    captions = (Captions("lines", "fr", "application/x-subrip", len(lines)),)
    return replace(bench.video(), cover=bench.picture(1), captions=captions)


class TestWhatIsDeclared:
    def test_everything_that_was_filled_in_arrives(self, youtube: Bench) -> None:
        details = {
            "privacy": "unlisted", "tags": "croissant, pain au levain,", "category": "26", "kids": "1", "license": "creativeCommon",
            "embed": "no", "notify": "no",
        }  # fmt: skip
        youtube.send(film(youtube, details=details, ai=True, paid=True, language="fr"))
        video = held(youtube)
        assert video["snippet"] == {
            "title": TITLE, "description": HELLO, "tags": ["croissant", "pain au levain"], "categoryId": "26",
            "defaultLanguage": "fr", "defaultAudioLanguage": "fr",
        }  # fmt: skip
        assert video["paid"] is True
        assert video["status"] == {
            "privacyStatus": "unlisted", "license": "creativeCommon", "embeddable": False, "publicStatsViewable": True,
            "selfDeclaredMadeForKids": True, "containsSyntheticMedia": True,
        }  # fmt: skip
        (session,) = youtube.stand.state["sessions"].values()
        assert session["notifies"] is False

    def test_what_nobody_filled_in_is_public_and_nothing_is_declared(self, youtube: Bench) -> None:
        youtube.send(film(youtube))
        status = held(youtube)["status"]
        assert (status["privacyStatus"], status["selfDeclaredMadeForKids"], status["containsSyntheticMedia"]) == ("public", False, False)
        assert held(youtube)["paid"] is False

    def test_a_short_is_an_upright_video_of_three_minutes_at_most(self, youtube: Bench) -> None:
        youtube.send(film(youtube, form="short", video=youtube.video(width=64, height=112)))
        assert youtube.posts()[0]["form"] == "short"
        rule = youtube.network.spec.as_form("short").videos
        assert rule is not None
        assert rule.seconds == 180

    def test_a_project_that_was_not_audited_leaves_it_private_and_the_receipt_says_so(self, youtube: Bench) -> None:
        youtube.stand.settings(unaudited=True)
        receipt = youtube.send(film(youtube))
        assert receipt.refs["privacy"] == "private"
        assert youtube.posts()[0]["privacy"] == "private"
        assert youtube.look(film(youtube), "", clock.now()) == receipt


class TestWhatGoesWithIt:
    def test_its_still_its_subtitles_and_its_playlist_are_given(self, youtube: Bench) -> None:
        playlist = youtube.stand.add_playlist(youtube.account.remote_id, "Nos gestes")
        video = dressed(youtube)
        address = f"https://www.youtube.com/playlist?list={playlist}"
        receipt = youtube.send(film(youtube, video=video, details={"playlist": address}))
        assert "left_out" not in receipt.refs
        (post,) = youtube.posts()
        assert video.cover is not None
        assert youtube.http.call("GET", post["video"]["cover"]).body == youtube.files[video.cover.digest]
        assert [(one["language"], "Bonjour" in one["text"]) for one in post["video"]["captions"]] == [("fr", True)]
        assert youtube.stand.state["listed"][playlist]["videos"] == [receipt.remote_id]

    def test_what_cannot_be_given_is_left_out_and_the_video_is_there(self, youtube: Bench) -> None:
        youtube.stand.settings(verified=False)
        receipt = youtube.send(film(youtube, video=dressed(youtube), details={"playlist": "PLnobody"}))
        assert receipt.refs["left_out"] == ["cover", "playlist"]
        assert len(youtube.posts()) == 1

    def test_what_a_lost_answer_kept_from_being_given_is_not_forgotten(self, youtube: Bench) -> None:
        parcel, began = film(youtube, video=dressed(youtube)), clock.now()
        youtube.stand.arm("commit_then_drop")
        with pytest.raises(Unknown):
            youtube.line().commit(youtube.ready(parcel), youtube.new_key())
        found = youtube.look(parcel, "", began)
        assert isinstance(found, Receipt)
        assert found.refs["left_out"] == ["cover", "captions"]
        assert "still" in str(youtube.line().became(found).why)  # type: ignore[attr-defined]
        youtube.line().edit(found, parcel)
        assert youtube.line().became(found) is None  # type: ignore[attr-defined]

    def test_changing_it_gives_the_still_again(self, youtube: Bench) -> None:
        youtube.stand.settings(verified=False)
        parcel = film(youtube, video=dressed(youtube))
        receipt = youtube.send(parcel)
        with pytest.raises(Refused):
            youtube.line().edit(receipt, parcel)
        youtube.stand.settings(verified=True)
        youtube.line().edit(receipt, replace(parcel, title="Un autre titre", details={"tags": "pain"}))
        assert held(youtube)["cover"]
        assert (held(youtube)["snippet"]["title"], held(youtube)["snippet"]["tags"]) == ("Un autre titre", ["pain"])
        assert len(held(youtube)["captions"]) == 1

    @pytest.mark.parametrize("fault", ["drop_before_commit", "reject_before_commit", "permission_lost", "token_revoked", "rate_limited"])
    def test_no_failure_of_a_still_looks_like_a_failure_of_the_video(self, youtube: Bench, fault: str) -> None:
        youtube.stand.arm(fault, "POST /upload/youtube/v3/thumbnails/set", times=9)
        receipt = youtube.send(film(youtube, video=replace(youtube.video(), cover=youtube.picture(1))))
        assert receipt.refs["left_out"] == ["cover"]


class TestWhatBecameOfIt:
    def test_a_video_that_youtube_works_on_is_asked_about_later(self, youtube: Bench) -> None:
        youtube.stand.settings(processing_reads=1)
        receipt = youtube.send(film(youtube))
        line = youtube.line()
        with pytest.raises(NotSent) as caught:
            line.became(receipt)  # type: ignore[attr-defined]
        assert caught.value.again_at is not None
        assert line.became(receipt) is None  # type: ignore[attr-defined]

    @pytest.mark.parametrize(
        ("setting", "says"),
        [
            ({"rejects": "duplicate"}, "the same as one that is there already"),
            ({"rejects": "copyright"}, "rights"),
            ({"rejects": "termsOfUse"}, "termsOfUse"),
            ({"fails": "codec"}, "codec"),
        ],
    )
    def test_a_video_that_nobody_can_watch_is_told(self, youtube: Bench, setting: dict[str, str], says: str) -> None:
        youtube.stand.settings(**setting)
        receipt = youtube.send(film(youtube))
        assert says in str(youtube.line().became(receipt).why)  # type: ignore[attr-defined]

    def test_a_video_that_is_locked_private_is_told_until_somebody_makes_it_public(self, youtube: Bench) -> None:
        youtube.stand.settings(unaudited=True)
        receipt = youtube.send(film(youtube))
        assert receipt.refs["locked"] is True
        told = youtube.line().became(receipt)  # type: ignore[attr-defined]
        assert "audit" in str(told.why)
        assert "by hand" in str(told.cure)
        youtube.stand.state["videos"][receipt.remote_id]["status"]["privacyStatus"] = "public"
        assert youtube.line().became(receipt) is None  # type: ignore[attr-defined]

    def test_a_video_that_was_meant_to_be_private_is_well(self, youtube: Bench) -> None:
        youtube.stand.settings(unaudited=True)
        receipt = youtube.send(film(youtube, details={"privacy": "private"}))
        assert "locked" not in receipt.refs
        assert youtube.line().became(receipt) is None  # type: ignore[attr-defined]

    def test_what_was_left_out_is_told_until_it_is_there(self, youtube: Bench) -> None:
        youtube.stand.settings(verified=False)
        parcel = film(youtube, video=dressed(youtube), details={"playlist": "PLlater"})
        receipt = youtube.send(parcel)
        assert "still" in str(youtube.line().became(receipt).why)  # type: ignore[attr-defined]
        youtube.stand.settings(verified=True)
        youtube.line().edit(receipt, parcel)
        assert "playlist" in str(youtube.line().became(receipt).why)  # type: ignore[attr-defined]
        youtube.stand.state["listed"]["PLlater"] = {"account": youtube.account.remote_id, "title": "x", "videos": [receipt.remote_id]}
        assert youtube.line().became(receipt) is None  # type: ignore[attr-defined]

    def test_a_file_that_is_no_video_is_told(self, youtube: Bench) -> None:
        youtube.files["none"] = b"this is no film at all" * 9
        receipt = youtube.send(film(youtube, video=Video("none", "video/mp4", 64, 64, 22 * 9, 1.0)))
        assert "invalidFile" in str(youtube.line().became(receipt).why)  # type: ignore[attr-defined]

    def test_a_video_that_is_gone_is_told(self, youtube: Bench) -> None:
        receipt = youtube.send(film(youtube))
        youtube.line().delete(receipt)
        assert "no longer on YouTube" in str(youtube.line().became(receipt).why)  # type: ignore[attr-defined]


class TestThePublic:
    def test_a_feed_shows_what_is_public_and_its_notices_are_signed(self, youtube: Bench) -> None:
        youtube.send(film(youtube))
        youtube.send(film(youtube, "Caché.", details={"privacy": "private"}))
        feed = youtube.http.call("GET", f"{youtube.stand.url}/feeds/videos.xml?channel_id={youtube.account.remote_id}").body
        assert feed.count(b"<entry>") == 1
        assert TITLE.encode() in feed
        signed = hub_signature("secret", feed)
        assert signed == "sha1=" + hmac.new(b"secret", feed, "sha1").hexdigest()

    def test_a_video_is_played_in_parts(self, youtube: Bench) -> None:
        youtube.send(film(youtube))
        (post,) = youtube.posts()
        part = youtube.http.call("GET", post["video"]["url"], headers={"range": "bytes=4-7"})
        assert (part.status, part.body) == (206, b"ftyp")


class TestComments:
    def test_a_comment_is_changed_and_taken_off_without_its_video(self, youtube: Bench) -> None:
        video = youtube.send(film(youtube))
        said = youtube.send(Parcel("La recette est ici.", form=COMMENT), after=video)
        assert said.url.startswith(f"{youtube.stand.url}/watch?v={video.remote_id}&lc=")
        youtube.line().edit(said, Parcel("La recette est là.", form=COMMENT))
        assert [one["text"] for one in youtube.posts()[0]["comments"]] == ["La recette est là."]
        youtube.line().delete(said)
        assert youtube.posts()[0]["comments"] == []
        assert len(youtube.posts()) == 1

    def test_comments_that_are_switched_off_are_told_with_the_cure(self, youtube: Bench) -> None:
        video = youtube.send(film(youtube))
        youtube.stand.settings(comments_off=True)
        with pytest.raises(Refused) as caught:
            youtube.send(Parcel("La recette est ici.", form=COMMENT), after=video)
        assert "switched off" in str(caught.value.reason)
        assert "YouTube Studio" in str(caught.value.cure)

    def test_the_words_of_a_stranger_are_not_taken_for_ours(self, youtube: Bench) -> None:
        video, began = youtube.send(film(youtube)), clock.now()
        youtube.stand.comment(video.remote_id, "@chloe", "La recette est ici.")
        assert isinstance(youtube.look(Parcel("La recette est ici.", form=COMMENT), "", began), Absent)
