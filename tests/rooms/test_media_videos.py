"""Videos and documents are judged by their content, kept without a word of where they were made, and refused in words."""

from __future__ import annotations

import io
import os
import re
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import av
import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from PIL import Image
from pypdf import PdfWriter

from parvis.media import commands, files
from parvis.media.intake import NotTaken
from parvis.media.models import Asset, Kind
from tests.films import mp4
from tests.pictures import shades
from tests.rooms.test_media_pages import door, words
from tests.world import NOON, World

PLACE = "+47.2184-001.5536/"


@pytest.fixture(autouse=True)
def own_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Other tests write drafts at the same time: what is left over is looked for where nobody else is."""
    monkeypatch.setattr(settings, "MEDIA_DIR", tmp_path)


def take(world: World, content: bytes, name: str = "fournil.mp4") -> Asset:
    return commands.take(company=world.bakery, file=io.BytesIO(content), name=name, by=world.actor(world.bob), now=NOON)


def refused(world: World, content: bytes, name: str = "fournil.mp4") -> str:
    with pytest.raises(NotTaken) as said:
        take(world, content, name)
    assert not Asset.objects.exists()
    assert not list(settings.MEDIA_DIR.glob("draft-*"))
    return str(said.value.why)


def again(content: bytes, change: Callable[[av.container.OutputContainer], None], kind: str = "mp4", only: str = "") -> bytes:
    """Return the streams of a film in a container that `change` has written on."""
    out = io.BytesIO()
    with av.open(io.BytesIO(content)) as film, av.open(out, "w", format=kind) as copy:
        change(copy)
        kept = [stream for stream in film.streams if not only or stream.type == only]
        into = {stream.index: copy.add_stream_from_template(stream) for stream in kept}
        for packet in film.demux(kept):
            if packet.dts is not None:
                packet.stream = into[packet.stream.index]
                copy.mux(packet)
    return out.getvalue()


def old(kind: str, codec: str) -> bytes:
    """Return a film of another time or house."""
    out = io.BytesIO()
    with av.open(out, "w", format=kind) as film:
        stream = film.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuvj420p" if codec == "mjpeg" else "yuv420p"
        for number in range(5):
            frame = av.VideoFrame.from_image(shades(64, 64))
            frame.pts = number
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    return out.getvalue()


def turned(content: bytes) -> bytes:
    """Return an MP4 whose header says, as phones do, that its picture is to be shown turned a quarter."""
    place = content.index(b"tkhd") + 4 + 40
    quarter = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
    return content[:place] + quarter + content[place + 36 :]


def pdf(pages: int, password: str = "") -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(200, 300)
    if password:
        writer.encrypt(password)
    writer.write(out)
    return out.getvalue()


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as folder:
        for name in names:
            folder.writestr(name, "<x/>")
    return out.getvalue()


def test_a_video_is_kept_with_what_it_is_made_of_and_a_still(world: World) -> None:
    asset = take(world, mp4(width=128, height=64, seconds=2.0))
    assert (asset.kind, asset.mime, asset.width, asset.height) == (Kind.VIDEO, "video/mp4", 128, 64)
    assert asset.seconds == pytest.approx(2.0, abs=0.1)
    assert (asset.probed["video"], asset.probed["audio"], asset.probed["pixels"]) == ("h264", "aac", "yuv420p")
    assert asset.size == len(files.read(asset.digest))
    for size in ("small", "screen"):
        still = b"".join(door(world.bob).get(f"/c/lenoir/media/{asset.digest}/{size}/").streaming_content)  # type: ignore[attr-defined]
        assert Image.open(io.BytesIO(still)).size == (128, 64)


@pytest.mark.parametrize(("kind", "trace"), [("mov", PLACE.encode()), ("mp4", b"loci")])
def test_the_place_and_the_device_of_a_video_are_not_kept(world: World, kind: str, trace: bytes) -> None:
    def notes(film: av.container.OutputContainer) -> None:
        film.metadata.update({"location": PLACE, "title": "Chez Odile Ravanel", "comment": "iPhone de Odile"})

    sent = again(mp4(), notes, kind)
    assert trace in sent
    kept = files.read(take(world, sent).digest)
    assert not [word for word in (trace, b"47.21", b"Odile", b"iPhone", b"\xa9xyz") if word in kept]


def test_what_is_kept_begins_with_its_index_so_that_it_plays_at_once(world: World) -> None:
    kept = files.read(take(world, mp4()).digest)
    assert kept.index(b"moov") < kept.index(b"mdat")


def test_the_same_video_sent_twice_is_one(world: World) -> None:
    assert take(world, mp4()).pk == take(world, mp4(), "copie.mp4").pk
    assert len(list(files.everything())) >= 1


def test_a_video_turned_by_a_note_is_as_wide_as_people_see_it(world: World) -> None:
    asset = take(world, turned(mp4(width=128, height=64)))
    assert (asset.width, asset.height) == (64, 128)
    still = b"".join(door(world.bob).get(f"/c/lenoir/media/{asset.digest}/screen/").streaming_content)  # type: ignore[attr-defined]
    assert Image.open(io.BytesIO(still)).size == (64, 128)


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (lambda: again(mp4(), lambda film: None, "mov"), "video/mp4"),
        (lambda: again(mp4(), lambda film: None, "matroska"), "video/mp4"),
        (lambda: old("avi", "mpeg4"), "video/mp4"),
        (lambda: old("webm", "libvpx"), "video/x-matroska"),
        (lambda: old("mov", "mjpeg"), "video/x-matroska"),
    ],
    ids=["mov", "mkv", "avi", "webm", "camera"],
)
def test_every_promised_container_is_taken(world: World, content: Callable[[], bytes], mime: str) -> None:
    asset = take(world, content())
    assert (asset.kind, asset.mime, asset.width) == (Kind.VIDEO, mime, 64)


def test_what_is_no_video_is_refused_in_words(world: World) -> None:
    assert "not a picture that can be read" in refused(world, b"Menu du jour : soupe, tarte fine." * 40)
    assert "no video that can be read" in refused(world, b"\0\0\0\x18ftypisom" + b"Menu du jour" * 400)
    assert "empty" in refused(world, b"")
    assert "no picture" in refused(world, again(mp4(), lambda film: None, "mp4", only="audio"))
    assert "less than a tenth" in refused(world, mp4(seconds=0.04, frames=25, sound=False))


def test_a_playlist_leads_to_no_other_file(world: World) -> None:
    """What ffmpeg would follow by its first line is not even opened."""
    assert "not a picture" in refused(world, b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n")
    assert "not a picture" in refused(world, b"ffconcat version 1.0\nfile /etc/passwd\n")


def test_a_video_cut_short_is_refused(world: World) -> None:
    whole = files.read(take(world, mp4(width=128, height=128, seconds=3.0)).digest)
    Asset.objects.all().delete()
    assert "cut short" in refused(world, whole[: len(whole) // 2])
    assert "cut short" in refused(world, mp4(seconds=2.0)[:-900])


def test_a_bomb_is_refused_from_its_header(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "VIDEO_PIXELS", 10_000)
    assert "320 × 180 pixels" in refused(world, mp4(width=320, height=180))


def test_a_huge_size_in_a_header_hurts_nobody(world: World) -> None:
    """Sixty-five thousand pixels a side: decoding one such frame would take six gigabytes."""
    sent = old("mov", "mjpeg")
    bomb = re.sub(rb"\xff\xc0\x00\x11\x08\x00\x40\x00\x40", b"\xff\xc0\x00\x11\x08\xff\xff\xff\xff", sent)
    assert bomb != sent
    assert refused(world, bomb)


def test_documents_are_counted_and_kept_as_they_came(world: World) -> None:
    asset = take(world, pdf(3), "tarifs.pdf")
    assert (asset.kind, asset.mime, asset.pages) == (Kind.DOCUMENT, "application/pdf", 3)
    slides = take(world, packed("[Content_Types].xml", "ppt/presentation.xml", "ppt/slides/slide1.xml", "ppt/slides/slide2.xml"), "a.pptx")
    assert (slides.kind, slides.pages) == (Kind.DOCUMENT, 2)
    assert take(world, packed("word/document.xml"), "a.docx").pages is None


def test_a_document_that_nobody_could_read_is_refused_in_words(world: World) -> None:
    assert "locked with a password" in refused(world, pdf(1, "secret"), "tarifs.pdf")
    assert "broken" in refused(world, pdf(2)[:200], "tarifs.pdf")
    assert "broken" in refused(world, b"%PDF-1.7\n" + b"x" * 5000, "tarifs.pdf")
    assert "packed folder" in refused(world, packed("photos/1.jpg"), "photos.zip")
    assert "broken" in refused(world, packed("word/document.xml")[:40], "a.docx")


def test_a_full_disk_is_said_and_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """/dev/full answers every write as a full disk does."""
    real = files.tempfile.mkstemp

    def on_a_full_disk(**more: object) -> tuple[int, str]:
        handle, name = real(**more)  # type: ignore[call-overload]
        os.unlink(name)
        os.symlink("/dev/full", name)
        return handle, name

    monkeypatch.setattr(files.tempfile, "mkstemp", on_a_full_disk)
    bob = door(world.bob)
    page = bob.post("/c/lenoir/media/", {"files": [SimpleUploadedFile("a.mp4", mp4())]}, headers={"HX-Request": "true"})
    assert "a.mp4" in words(page)
    assert not Asset.objects.exists()
    assert not list(settings.MEDIA_DIR.glob("draft-*"))


def test_the_library_takes_videos_from_its_form_and_the_composer_only_pictures(world: World) -> None:
    bob = door(world.bob)
    sent = [SimpleUploadedFile("a.mp4", mp4(), "video/mp4"), SimpleUploadedFile("tarifs.pdf", pdf(2), "application/pdf")]
    bob.post("/c/lenoir/media/", {"files": sent})
    assert sorted(Asset.objects.values_list("kind", "name")) == [("document", "tarifs.pdf"), ("video", "a.mp4")]


def test_a_video_past_the_weight_is_let_go_and_named(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "VIDEO_BYTES", 150_000)
    bob = door(world.bob)
    page = bob.post("/c/lenoir/media/", {"files": [SimpleUploadedFile("a.mp4", mp4(weight=400_000))]}, headers={"HX-Request": "true"})
    assert "a.mp4" in words(page)
    assert not Asset.objects.exists()


def test_a_stranger_cannot_make_the_house_take_a_heavy_file(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A form is read before its sender is turned away."""
    monkeypatch.setattr(settings, "PICTURE_BYTES", 1_000)

    def received(user: object) -> int:
        request = RequestFactory().post("/", {"files": SimpleUploadedFile("a.mp4", mp4())})
        request.user = user  # type: ignore[assignment]
        with request.FILES["files"] as file:
            return int(file.size or 0)

    assert received(world.bob) == len(mp4())
    assert received(AnonymousUser()) == 0


def test_the_web_and_the_worker_never_load_what_reads_films() -> None:
    told = "import django; django.setup(); import sys, parvis.web.urls, parvis.worker.loop; print({'av', 'pypdf'} & set(sys.modules))"
    heard = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, env={**os.environ, **HERE})
    assert heard.stdout.strip() == "set()"


HERE = {"DJANGO_SETTINGS_MODULE": "parvis.settings"}
