"""Bad input and faults, through a person's doors: a sentence says what happened and what to do; nothing typed is lost, or half done."""

from __future__ import annotations

import io
import resource
import struct
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from parvis.core import clock
from parvis.media import files
from parvis.media.models import Asset
from parvis.posts import commands
from parvis.posts.models import Departure
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from tests.engine.conftest import Engine, engine, fake, state
from tests.engine.processes import wait_until, workers
from tests.engine.test_crash import struck
from tests.pictures import jpeg, shades
from tests.rooms.bakery import channel
from tests.rooms.test_composing_pages import at, begun, door, form, words
from tests.rooms.test_people_trouble import typed_again
from tests.world import NOON, World, build

__all__ = ["engine", "fake"]

MB = 1_000_000
TEXT = "Les bûches sont prêtes, venez vite."


@pytest.fixture
def alice(world: World) -> Client:
    channel(world, "bluesky", "lenoir.example")
    channel(world, "mastodon", "lenoir@piaille.example")
    return door(world.alice)


# ---- pictures


class Slowly(io.RawIOBase):
    """The body of a form with one file of `size` bytes of a JPEG, made as it is read: nothing so heavy stands in memory."""

    def __init__(self, size: int, seen: Callable[[], None], **typed: str) -> None:
        fields = "".join(f'--cut\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in typed.items())
        head = '--cut\r\ncontent-disposition: form-data; name="files"; filename="affiche.jpg"\r\ncontent-type: image/jpeg\r\n\r\n'
        self._pieces = [(fields + head).encode() + jpeg(shades(60, 40)), size, b"\r\n--cut--\r\n"]
        self.size = sum(piece if isinstance(piece, int) else len(piece) for piece in self._pieces)
        self._seen = seen

    def readable(self) -> bool:
        """It is read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        self._seen()
        if not self._pieces:
            return b""
        first = self._pieces[0]
        if isinstance(first, int):
            taken = b"\0" * min(size, first)
            rest: int | bytes = first - len(taken)
        else:
            taken, rest = first[:size], first[size:]
        self._pieces[:1] = [rest] if rest else []
        return taken


def send(client: Client, to: str, size: int, seen: Callable[[], None] = lambda: None, **typed: str) -> Any:
    body = Slowly(size, seen, **typed)
    environ = {
        "PATH_INFO": to, "REQUEST_METHOD": "POST", "CONTENT_TYPE": "multipart/form-data; boundary=cut", "CONTENT_LENGTH": str(body.size),
        "wsgi.input": body,
    }  # fmt: skip
    return client.request(**environ)


@pytest.fixture
def desk(tmp_path: Path, settings: Any) -> Path:
    """Return the folder in which files are received."""
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    return tmp_path


def weight(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def test_a_picture_of_200_mb_is_told_and_never_stands_on_the_disk(alice: Client, desk: Path, settings: Any) -> None:
    heaviest = 0

    def measure() -> None:
        nonlocal heaviest
        heaviest = max(heaviest, weight(desk))

    settings.PICTURE_BYTES = 20 * MB
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    send(alice, "/c/lenoir/media/", 200 * MB, measure)
    page = words(alice.get("/c/lenoir/media/"))
    assert "affiche.jpg" in page
    assert "heavier than" in page
    assert heaviest <= settings.PICTURE_BYTES
    assert weight(desk) == 0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000
    assert not Asset.objects.exists()


@contextmanager
def no_file_above(size: int) -> Iterator[None]:
    """Let the kernel refuse every file of this process that grows past a size, as a full disk does."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


def test_a_picture_that_the_disk_has_no_room_for_is_told_and_leaves_no_file(alice: Client, desk: Path) -> None:
    with no_file_above(20 * MB):
        send(alice, "/c/lenoir/media/", 21 * MB)
    page = words(alice.get("/c/lenoir/media/"))
    assert "affiche.jpg" in page
    assert "make some room, then send it again" in page
    assert list(desk.iterdir()) == []
    assert not Asset.objects.exists()


def test_a_file_is_kept_whole_or_not_at_all(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_DIR = tmp_path
    with no_file_above(20 * MB), pytest.raises(files.NoRoom):
        files.keep(io.BytesIO(b"x" * (21 * MB)))
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


def bomb() -> bytes:
    """Return 60 000 × 60 000 pixels in a few bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("place", ["shelf", "sheet"])
def test_a_text_named_jpg_and_a_bomb_are_each_told_what_they_are(alice: Client, desk: Path, place: str) -> None:
    post = begun(alice)
    sent = [
        SimpleUploadedFile("carte.jpg", b"Menu du jour", "image/jpeg"),
        SimpleUploadedFile("bombe.png", bomb(), "image/png"),
        SimpleUploadedFile("buche.jpg", jpeg(shades(60, 40)), "image/jpeg"),
    ]
    if place == "shelf":
        page = words(alice.post("/c/lenoir/media/", {"files": sent}, follow=True))
    else:
        page = words(alice.post(at(post, "pictures/"), form(alice, post, part=[TEXT]) | {"files": sent}, follow=True))
        post.refresh_from_db()
        assert post.parts == [TEXT]
        assert TEXT in page
        assert post.pictures.count() == 1
    assert "“carte.jpg” was not kept. This is not a picture" in page.replace("&quot;", '"')
    assert "“bombe.png” was not kept." in page
    assert "60000 × 60000" in page
    assert list(Asset.objects.values_list("name", flat=True)) == ["buche.jpg"]
    assert list(desk.iterdir()) == []


# ---- a full disk under the database


@contextmanager
def full(on: str) -> Iterator[None]:
    """Let the database itself answer that its disk is full, to whatever is written in `on`: `INSERT ON a_table`, say."""
    cursor = connection.cursor()
    if connection.vendor == "sqlite":
        cursor.execute("CREATE TABLE filler (x)")
        cursor.execute("PRAGMA max_page_count = 1")
        cursor.execute(f"CREATE TRIGGER fill AFTER {on} BEGIN INSERT INTO filler VALUES (zeroblob(9000000)); END")
        undo = ["PRAGMA max_page_count = 1073741823", "DROP TRIGGER fill", "DROP TABLE filler"]
    else:
        raised = "RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'"
        cursor.execute(f"CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {raised}; END $$")
        cursor.execute(f"CREATE TRIGGER fill AFTER {on} FOR EACH ROW EXECUTE FUNCTION fill()")
        undo = [f"DROP TRIGGER fill ON {on.rpartition(' ')[2]}", "DROP FUNCTION fill"]
    try:
        yield
    finally:
        for statement in undo:
            connection.cursor().execute(statement)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("on", ["INSERT ON parvis_delivery", "INSERT ON parvis_departure", "INSERT ON parvis_entry"])
def test_a_disk_that_fills_while_a_post_is_scheduled_leaves_it_unscheduled_and_gives_the_words_back(on: str) -> None:
    world = build()
    channel(world, "bluesky", "lenoir.example")
    channel(world, "mastodon", "lenoir@piaille.example")
    alice = door(world.alice)
    post = begun(alice)
    typed = form(alice, post, part=[TEXT], day="2026-12-15", hour="11:30")
    with clock.at(NOON):
        with full(on):
            answer = alice.post(at(post, "departure/"), typed)
        assert answer.status_code == 503
        assert "The disk of this Parvis is full" in words(answer)
        assert not Delivery.objects.exists()
        assert not Departure.objects.exists()
        post.refresh_from_db()
        assert not post.scheduled
        to, again = typed_again(words(answer))
        assert TEXT in again.values()
        assert alice.post(to, again).status_code == 303
    post.refresh_from_db()
    assert (post.scheduled, post.parts) == (True, [TEXT])
    assert Delivery.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_disk_that_fills_while_the_worker_runs_loses_no_receipt(engine: Engine) -> None:
    """It fills during the call. The worker says so, lives on, and writes down what it holds as soon as there is room."""
    engine.fake.arm("slow", ms=800)
    account = engine.channel()
    first, second = engine.schedule(account), engine.schedule(account)
    said: list[bytes] = []
    with workers(engine.fake) as team:
        worker = subprocess.Popen(
            [sys.executable, "-m", "parvis.cli", "work"], env={**team.env, "PARVIS_LOG": "WARNING"}, stderr=subprocess.PIPE
        )
        team.running.append(worker)
        reader = threading.Thread(target=lambda: said.extend(worker.stderr or ()), daemon=True)
        reader.start()
        wait_until(lambda: struck(engine), "the call")
        with filled(worker.pid):
            wait_until(engine.posts, "the post")
            wait_until(lambda: any(b"trying again" in line and (b"disk" in line or b"space" in line) for line in said), "a word")
            assert worker.poll() is None
            assert state(first) in {State.SENDING, State.UNKNOWN}
        wait_until(lambda: state(first) == State.SENT and state(second) == State.SENT, "the deliveries")
        worker.terminate()
        assert worker.wait(30) == 0
        reader.join()
        assert worker.stderr
        worker.stderr.close()
    assert sorted(engine.posts()) == sorted([first.subject, second.subject])
    assert first.attempt == 1


@contextmanager
def filled(pid: int) -> Iterator[None]:
    """Leave a running process no room: no byte for its files, or, where a server writes them, that server's own refusal."""
    if connection.vendor != "sqlite":
        with full("UPDATE ON parvis_delivery"):
            yield
        return
    usual = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, usual[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, usual)


# ---- a clock that jumps


@pytest.mark.parametrize("jump", [timedelta(days=3), timedelta(hours=3)])
def test_a_clock_that_jumps_forward_sends_nothing_in_a_burst_and_asks(engine: Engine, jump: timedelta) -> None:
    engine.channel()
    alice, by, now = door(engine.world.alice), engine.world.actor(engine.world.alice), clock.now()
    for text in ("Un", "Deux"):
        post = commands.start(company=engine.world.bakery, by=by, now=now, parts=[text])
        commands.schedule(post=post, at=now + timedelta(hours=1), by=by, now=now)
    waits = list(Delivery.objects.order_by("pk"))
    with clock.shifted(jump):
        goes_on(engine)
        assert engine.posts() == []
        page = words(alice.get("/c/lenoir/"))
        for one in waits:
            assert f"“{one.subject}” is late and has not left" in page
        assert "Send it now, give it another hour, or cancel it." in page
        alice.post(f"/c/lenoir/deliveries/{waits[0].pk}/now/")
        goes_on(engine)
        assert engine.posts() == ["Un"]
    # The clock is put right.
    goes_on(engine)
    assert engine.posts() == ["Un"]
    assert [state(one) for one in waits] == [State.SENT, State.HELD]


def goes_on(engine: Engine) -> None:
    """Let the worker take what it would: one thing of an account at a time."""
    for _ in range(4):
        engine.send()


def test_a_clock_put_back_keeps_what_left_and_says_what_is_past(engine: Engine) -> None:
    post = engine.schedule(engine.channel(), "Un")
    engine.send()
    alice = door(engine.world.alice)
    with clock.shifted(-timedelta(days=2)):
        engine.send()
        assert alice.get("/c/lenoir/").status_code == 200
        draft = begun(alice)
        yesterday = (clock.now() - timedelta(days=1)).strftime("%Y-%m-%d")
        page = alice.post(at(draft, "departure/"), form(alice, draft, part=[TEXT], day=yesterday, hour="11:30"), follow=True)
        assert "already past" in words(page)
    draft.refresh_from_db()
    assert draft.parts == [TEXT]
    assert state(post) == State.SENT
    assert engine.posts() == ["Un"]
