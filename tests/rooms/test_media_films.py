"""A video leaves as each network takes it; what makes it so is a job that can be watched, stopped, and taken up again."""

from __future__ import annotations

import io
import os
import struct
import threading
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import av
import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from parvis.audit.models import Entry
from parvis.core.clock import now
from parvis.core.db import hang_up
from parvis.media import commands, files, film_commands, films, makings
from parvis.media.children import FILM, Child, Failed
from parvis.media.films import CannotFit, NotReady, video, wanted
from parvis.media.models import Asset, Making, Rendition
from parvis.media.shelf import SCREEN
from parvis.networks.facts import Fact, VideoRule
from parvis.people.permissions import NotAllowed
from parvis.worker.mail import tell_made
from tests.films import mp4
from tests.rooms.test_media_videos import old, turned
from tests.world import NOON, World

RULE = VideoRule(most=1, bytes=50_000_000, seconds=60, fact=Fact(60, "", date(2026, 11, 27)), side=1920, frames=30)
LONG = {"start": 0, "end": 3, "crop": None, "size": (1920, 1080), "canvas": (1920, 1080), "frames": "120/1", "bits": 9_000_000, "sound": 0}


@pytest.fixture(autouse=True)
def own_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Other tests write drafts at the same time: what is left over is looked for where nobody else is."""
    monkeypatch.setattr(settings, "MEDIA_DIR", tmp_path)


def take(world: World, content: bytes | None = None, name: str = "fournil.mp4") -> Asset:
    file = io.BytesIO(mp4(width=128, height=64, seconds=2.0) if content is None else content)
    return commands.take(company=world.bakery, file=file, name=name, by=world.actor(world.bob), now=NOON)


def want(world: World, asset: Asset, rule: VideoRule, *, short: bool = False) -> Making | None:
    return wanted(asset=asset, rule=rule, short=short, by=world.actor(world.bob), now=NOON)


def made(world: World, asset: Asset, rule: VideoRule, *, short: bool = False) -> Any:
    """Return the stream of what leaves, after checking it against what was said of it."""
    making = want(world, asset, rule, short=short)
    assert making is not None
    done = makings.work("one", threading.Event())
    assert done is not None
    assert (done.pk, done.state, done.told) == (making.pk, "done", None)
    sent = video(fresh(asset), rule, short=short)
    content = files.read(sent.digest)
    assert (len(content), sent.mime) == (sent.size, "video/mp4")
    assert content.index(b"moov") < content.index(b"mdat")
    with av.open(io.BytesIO(content)) as film:
        stream = film.streams.video[0]
        frame = next(film.decode(stream))
        assert (frame.width, frame.height, frame.rotation) == (sent.width, sent.height, 0)
        assert (stream.codec_context.name, frame.format.name) == ("h264", "yuv420p")
        assert film.duration is not None
        assert film.duration / 1e6 == pytest.approx(sent.seconds, abs=0.05)
        if film.streams.audio:
            assert (film.streams.audio[0].codec_context.name, film.streams.audio[0].rate) == ("aac", 48_000)
        return sent, float(stream.average_rate or 0), frame.to_image().convert("L")  # type: ignore[no-untyped-call]


def fresh(asset: Asset) -> Asset:
    return Asset.objects.prefetch_related(*films.WITH).select_related("cover").get(pk=asset.pk)


def test_a_video_that_fits_leaves_as_it_was_kept(world: World) -> None:
    asset = take(world)
    assert want(world, asset, RULE) is None
    assert video(fresh(asset), RULE).digest == asset.digest


def test_a_video_that_must_be_made_first_says_so_and_is_made_once(world: World) -> None:
    asset, rule = take(world), replace(RULE, side=64)
    with pytest.raises(NotReady) as said:
        video(fresh(asset), rule)
    assert said.value.making is None
    assert want(world, asset, rule) == want(world, asset, rule)
    with pytest.raises(NotReady) as said:
        video(fresh(asset), rule)
    assert said.value.making == Making.objects.get()
    assert "waits its turn" in str(said.value.why)
    sent, _, _ = made(world, asset, rule)
    assert (sent.width, sent.height) == (64, 32)
    assert want(world, asset, rule) is None
    assert makings.work("two", threading.Event()) is None
    assert Entry.objects.filter(verb="media:making:done", object_id=asset.pk).count() == 1


def test_asking_for_a_video_makes_no_query(world: World) -> None:
    asset, rule = take(world), replace(RULE, side=64)
    made(world, asset, rule)
    read = fresh(asset)
    with CaptureQueriesContext(connection) as seen:
        video(read, rule)
        video(read, RULE)
    assert len(seen) == 0


@pytest.mark.parametrize(("kind", "codec"), [("avi", "mpeg4"), ("webm", "libvpx"), ("mov", "mjpeg")])
def test_every_kind_of_film_becomes_what_all_networks_take(world: World, kind: str, codec: str) -> None:
    sent, _, _ = made(world, take(world, old(kind, codec)), RULE)
    assert (sent.width, sent.height) == (64, 64)


def test_a_video_turned_by_a_note_is_turned_for_good(world: World) -> None:
    straight = made(world, take(world), replace(RULE, side=64))[2]
    sent, _, frame = made(world, take(world, turned(mp4(width=128, height=64, seconds=2.0))), RULE)
    assert (sent.width, sent.height) == (64, 128)
    # A quarter to the right: what was at the bottom left is now at the top left.
    assert abs(frame.getpixel((4, 4)) - straight.getpixel((2, 29))) < 25
    assert abs(frame.getpixel((59, 4)) - straight.getpixel((2, 2))) < 25


def hdr() -> bytes:
    """Return a film of one grey, white paper in HLG, as telephones film it: ten bits, BT.2020."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as film:
        stream = film.add_stream("libx264", rate=10, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p10le"
        told = stream.codec_context
        told.color_primaries, told.color_trc, told.colorspace, told.color_range = 9, 18, 9, 1
        for number in range(10):
            frame = av.VideoFrame(64, 64, "yuv420p10le")
            for place, plane in enumerate(frame.planes):
                plane.update(struct.pack("<H", 512 if place else 721) * (plane.buffer_size // 2))
            frame.pts = number
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    return out.getvalue()


def test_what_was_filmed_for_bright_screens_is_not_pale(world: World) -> None:
    sent, _, frame = made(world, take(world, hdr()), RULE)
    assert frame.getpixel((32, 32)) > 240
    with av.open(str(files.path(sent.digest))) as film:
        told = film.streams.video[0].codec_context
        assert (told.color_primaries, told.color_trc, told.colorspace) == (1, 1, 1)


def test_frames_are_brought_under_what_is_taken(world: World) -> None:
    asset = take(world, mp4(seconds=2.0, frames=50))
    _, rate, _ = made(world, asset, RULE)
    assert rate == 30


def test_a_light_rule_is_kept_by_size_and_by_bits(world: World) -> None:
    asset = take(world, mp4(width=640, height=360, seconds=4.0, frames=25))
    light = replace(RULE, bytes=100_000)
    sent, _, _ = made(world, asset, light)
    assert sent.size <= 100_000
    with pytest.raises(CannotFit) as said:
        video(fresh(asset), replace(RULE, bytes=9_000))
    assert "too long to be made light enough" in str(said.value.why)


def test_a_shape_that_is_not_taken_gets_bars_or_is_cut_around_what_was_pointed_at(world: World) -> None:
    asset, rule = take(world), replace(RULE, short=30, ratio=(0.5, 0.6))
    sent, _, frame = made(world, asset, rule, short=True)
    assert 0.5 <= sent.width / sent.height <= 0.6
    assert sent.width == 128
    assert frame.getpixel((60, 2)) < 20
    Asset.objects.filter(pk=asset.pk).update(focus_x=1.0, focus_y=0.5)
    asset.refresh_from_db()
    sent, _, frame = made(world, asset, rule, short=True)
    assert 0.5 <= sent.width / sent.height <= 0.61
    assert sent.height == 64
    assert frame.getpixel((4, 32)) > 20


def test_a_video_too_long_is_refused_until_somebody_cuts_it(world: World) -> None:
    asset, rule = take(world, mp4(seconds=4.0)), replace(RULE, seconds=2)
    for call in (lambda: video(fresh(asset), rule), lambda: want(world, asset, rule)):
        with pytest.raises(CannotFit) as said:
            call()
        assert "lasts 4 seconds" in str(said.value.why)
    film_commands.cut(asset=asset, start=1.5, end=3.5, by=world.actor(world.bob), now=NOON)
    sent, _, _ = made(world, asset, rule)
    assert sent.seconds == pytest.approx(2.0, abs=0.05)
    assert sent.seconds <= 2.0
    film_commands.cut(asset=asset, start=0, end=asset.seconds or 0, by=world.actor(world.bob), now=NOON)
    assert video(fresh(asset), RULE).digest == asset.digest
    with pytest.raises(CannotFit):
        video(fresh(asset), replace(RULE, least=10))


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (1, 1.5), (3, 2), (0, 99), (5, 6)])
def test_a_cut_that_makes_no_sense_is_refused(world: World, start: float, end: float) -> None:
    asset = take(world)
    with pytest.raises(commands.Unclear):
        film_commands.cut(asset=asset, start=start, end=end, by=world.actor(world.bob), now=NOON)
    assert "cut" not in asset.probed


def test_the_chosen_still_goes_with_the_video(world: World) -> None:
    asset = take(world)
    assert video(fresh(asset), RULE, cover_rule=SCREEN).cover is None
    cover = film_commands.choose_still(asset=asset, at=1.0, by=world.actor(world.bob), now=NOON)
    sent = video(fresh(asset), RULE, cover_rule=SCREEN)
    assert sent.cover is not None
    assert (sent.cover.digest, sent.cover.width) == (cover.digest, 128)
    film_commands.forget_still(asset=asset, by=world.actor(world.bob), now=NOON)
    assert video(fresh(asset), RULE, cover_rule=SCREEN).cover is None


# ---- the jobs


def job(world: World, **more: Any) -> Making:
    """Return a job that takes some seconds."""
    return Making.objects.create(
        asset=take(world, mp4(seconds=3.0)), recipe="long", rule={"plan": LONG | more, "bytes": 1 << 40}, created_at=now(), changed_at=now()
    )


def alone() -> bool:
    """Tell whether nothing half made is left."""
    return not list(settings.MEDIA_DIR.glob("draft-*")) and not Rendition.objects.filter(recipe="long").exists()


@pytest.mark.django_db(transaction=True)
def test_a_person_stops_a_job_in_the_middle(world: World) -> None:
    making, stopped = job(world), threading.Event()
    shares: list[float] = []

    def work() -> None:
        makings.work("one", threading.Event())
        hang_up()
        stopped.set()

    threading.Thread(target=work).start()
    while Making.objects.get().state == "waiting":
        stopped.wait(0.02)
    while not stopped.is_set() and not shares:
        shares = [share for share in [Making.objects.get().progress] if share > 0]
    assert films.cancel(making=making, by=world.actor(world.bob), now=NOON)
    assert stopped.wait(60)
    assert Making.objects.get().state == "cancelled"
    assert 0 < shares[0] < 1
    assert alone()
    assert not films.cancel(making=making, by=world.actor(world.bob), now=NOON)
    assert films.retry(making=making, by=world.actor(world.bob), now=NOON)
    assert Making.objects.get().state == "waiting"


def test_a_worker_that_is_told_to_stop_gives_its_job_back(world: World) -> None:
    job(world)
    stop = threading.Event()
    stop.set()
    makings.work("one", stop)
    assert (Making.objects.get().state, Making.objects.get().tries) == ("waiting", 0)
    assert alone()


def test_the_job_of_a_killed_worker_is_taken_up_and_the_first_writes_nothing_more(world: World) -> None:
    making = job(world)
    left = settings.MEDIA_DIR / f"draft-making-{making.pk}-begun"
    left.touch()
    first = makings.claim("one", NOON)
    assert first is not None
    assert makings.claim("two", NOON + timedelta(seconds=1)) is None
    second = makings.claim("two", NOON + makings.lease() + timedelta(seconds=1))
    assert second is not None
    assert (second.pk, second.tries) == (making.pk, 2)
    assert not makings._Held(first, "one").told(0.5)
    makings._Held(first, "one").end({"state": "done"})
    assert Making.objects.get().state == "working"
    Making.objects.update(
        lease_until=now() - timedelta(seconds=1), rule={"plan": LONG | {"size": (64, 64), "canvas": (64, 64)}, "bytes": 1 << 40}
    )
    done = makings.work("three", threading.Event())
    assert done is not None
    assert done.state == "done"
    assert not left.exists()


def test_a_child_ends_once_nobody_listens_any_more(world: World) -> None:
    asset = take(world, mp4(seconds=3.0))
    with files.drafted() as target:
        known = {"do": "make", "source": str(files.path(asset.digest)), "format": "mov", "target": str(target), "plan": LONG}
        child = Child(FILM, known, seconds=60)
        assert child.process.stdout is not None
        assert child.process.stdout.readline()
        child.process.stdout.close()
        assert child.process.wait(60) == 3


def test_a_job_that_kills_every_worker_is_given_up(world: World) -> None:
    making, hour = job(world), NOON
    for _ in range(makings.MOST_TRIES):
        assert makings.claim("one", hour) is not None
        hour += timedelta(minutes=5)
    assert makings.claim("one", hour) is None
    making.refresh_from_db()
    assert making.state == "failed"
    assert "begun three times" in str(films.why_not(making.asset, making))


def failed(making: Making) -> str:
    makings.work("one", threading.Event())
    making.refresh_from_db()
    assert making.state == "failed"
    assert alone()
    return str(films.why_not(making.asset, making))


def test_a_job_past_its_time_is_stopped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    making = job(world)
    monkeypatch.setattr(settings, "FILM_SECONDS", 1)
    assert "took too long" in failed(making)


def test_a_job_past_its_memory_is_stopped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    making = job(world, size=(3840, 2160), canvas=(3840, 2160))
    monkeypatch.setattr(settings, "FILM_MEMORY", 450_000_000)
    assert "more memory" in failed(making) or "broken" in failed(making)


def test_a_full_disk_ends_a_job_in_a_sentence(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """/dev/full answers every write as a full disk does."""
    making = job(world, size=(64, 64), canvas=(64, 64))
    real = files.tempfile.mkstemp

    def on_a_full_disk(**more: object) -> tuple[int, str]:
        handle, name = real(**more)  # type: ignore[call-overload]
        os.unlink(name)
        os.symlink("/dev/full", name)
        return handle, name

    monkeypatch.setattr(files.tempfile, "mkstemp", on_a_full_disk)
    assert "disk of this Parvis is full" in failed(making)


def test_a_video_broken_further_on_ends_in_a_sentence(world: World) -> None:
    making = job(world, size=(64, 64), canvas=(64, 64), frames="10/1")
    kept = files.path(making.asset.digest)
    whole = kept.read_bytes()
    try:
        kept.write_bytes(whole[: len(whole) // 3])
        assert "broken" in failed(making)
        kept.unlink()
        films.retry(making=making, by=world.actor(world.bob), now=NOON)
        assert "no longer on the disk" in failed(making)
    finally:
        kept.write_bytes(whole)


def test_what_failed_is_not_begun_again_by_itself(world: World) -> None:
    asset, rule = take(world), replace(RULE, side=64)
    making = want(world, asset, rule)
    Making.objects.update(state="failed", told={"text": "Choose another.", "facts": {}})
    assert want(world, asset, rule) == making
    assert makings.claim("one", NOON) is None
    with pytest.raises(CannotFit) as said:
        video(fresh(asset), rule)
    assert str(said.value.why) == "Choose another."


def test_who_may_not_change_the_media_has_nothing_made(world: World) -> None:
    asset = take(world)
    with pytest.raises(NotAllowed):
        wanted(asset=asset, rule=replace(RULE, side=64), by=world.actor(world.remi), now=NOON)
    assert wanted(asset=asset, rule=replace(RULE, side=64), by=world.actor(world.chloe), now=NOON)
    with pytest.raises(NotAllowed):
        films.cancel(making=Making.objects.get(), by=world.actor(world.remi), now=NOON)


def test_whoever_waited_long_is_told_by_mail(world: World) -> None:
    making = job(world)
    making.rule["by"], making.state, making.created_at = world.bob.pk, "done", NOON
    tell_made(making, NOON + timedelta(seconds=30))
    assert not mail.outbox
    tell_made(making, NOON + timedelta(minutes=5))
    assert [one.to for one in mail.outbox] == [["bob@example.test"]]
    assert f"/media/{making.asset_id}/" in mail.outbox[0].body


def test_a_child_that_dies_is_said_to_be_broken(world: World) -> None:
    with pytest.raises(Failed):
        list(Child(FILM, {"do": "never"}, seconds=5))
