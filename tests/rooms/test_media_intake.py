"""What is sent is judged by its content; what is kept is a clean picture."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

from parvis.media import files, intake
from parvis.media.intake import NotTaken, clean
from tests.pictures import gps_photo, jpeg, linear_profile, png, shades


def test_a_text_named_jpg_is_told_what_it_is() -> None:
    with pytest.raises(NotTaken) as said:
        clean(io.BytesIO(b"Chers clients, nous fermons lundi."))
    assert "not a picture" in str(said.value.why)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isomavc1", "film"),
        (b"%PDF-1.7\n", "PDF"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"<svg onload='alert(1)'/>", "SVG"),
        (b"GIF89a", "not a picture"),
    ],
)
def test_what_is_no_picture_is_named(content: bytes, word: str) -> None:
    with pytest.raises(NotTaken) as said:
        clean(io.BytesIO(content))
    assert word in str(said.value.why)


def test_a_photo_cut_short_is_refused() -> None:
    whole = jpeg(shades(400, 300))
    with pytest.raises(NotTaken) as said:
        clean(io.BytesIO(whole[: len(whole) // 2]))
    assert "cut short" in str(said.value.why)


def test_a_bomb_is_refused_from_its_header() -> None:
    """60 000 × 60 000 pixels in a few bytes: decoding it would take 10 GB, and there is nothing to decode."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + _chunk(b"IEND", b"")
    with pytest.raises(NotTaken) as said:
        clean(io.BytesIO(bomb))
    assert "60000 × 60000" in str(said.value.why)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def test_a_file_past_the_weight_is_refused_unread(tmp_path: Path) -> None:
    heavy = tmp_path / "heavy.jpg"
    with heavy.open("wb") as file:
        file.truncate(settings.PICTURE_BYTES + 1)
    with heavy.open("rb") as file, pytest.raises(NotTaken) as said:
        clean(file)
    assert "heavier" in str(said.value.why)


def test_a_photo_is_upright_and_tells_nothing_of_its_place() -> None:
    sent = gps_photo(shades(400, 300), orientation=6)
    assert b"Exif" in sent
    assert b"Nantes" in sent
    kept = clean(io.BytesIO(sent))
    image = Image.open(io.BytesIO(kept.content))
    assert (kept.width, kept.height) == image.size == (300, 400)
    assert not image.getexif()
    assert b"Exif" not in kept.content
    assert b"Nantes" not in kept.content
    # Turned a quarter to the right: what was the bottom left corner is now the top left one.
    before = Image.open(io.BytesIO(sent)).getpixel((2, 297))
    after = image.getpixel((2, 2))
    assert all(abs(a - b) < 12 for a, b in zip(before, after, strict=True))


def test_notes_of_every_kind_are_left_out() -> None:
    from PIL.PngImagePlugin import PngInfo

    notes = PngInfo()
    notes.add_text("Author", "Madame Lenoir")
    notes.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>secret place</x:xmpmeta>")
    out = io.BytesIO()
    shades(40, 30).save(out, "PNG", pnginfo=notes)
    kept = clean(io.BytesIO(out.getvalue())).content
    assert b"Lenoir" not in kept
    assert b"xmp" not in kept
    out = io.BytesIO()
    shades(40, 30).save(out, "WEBP", exif=b"Exif\0\0secret", xmp=b"<x:xmpmeta/>")
    kept = clean(io.BytesIO(out.getvalue())).content
    assert b"EXIF" not in kept
    assert b"XMP " not in kept


def test_what_hangs_behind_a_picture_is_not_kept() -> None:
    assert b"<script>" not in clean(io.BytesIO(jpeg(shades(40, 30)) + b"<script>alert(1)</script>")).content


def test_a_photo_that_needs_no_change_looks_the_same() -> None:
    sent = jpeg(shades(400, 300), quality=80)
    kept = clean(io.BytesIO(sent))
    before, after = Image.open(io.BytesIO(sent)).convert("RGB"), Image.open(io.BytesIO(kept.content)).convert("RGB")
    worst = max(abs(a - b) for a, b in zip(before.tobytes(), after.tobytes(), strict=True))
    assert worst <= 4
    assert len(kept.content) < len(sent) * 1.1


def test_colours_of_another_space_are_brought_to_ours() -> None:
    image = Image.new("RGB", (8, 8), (120, 120, 120))
    out = io.BytesIO()
    image.save(out, "PNG", icc_profile=linear_profile())
    kept = Image.open(io.BytesIO(clean(io.BytesIO(out.getvalue())).content))
    assert "icc_profile" not in kept.info
    # 120 of 255 of the light is much brighter than the 120 of an sRGB file.
    assert all(175 <= c <= 190 for c in kept.getpixel((4, 4)))


def test_a_print_shops_cmyk_is_taken() -> None:
    out = io.BytesIO()
    Image.new("CMYK", (40, 30), (0, 255, 255, 0)).save(out, "JPEG")
    kept = Image.open(io.BytesIO(clean(io.BytesIO(out.getvalue())).content))
    red, green, blue = kept.getpixel((20, 15))
    assert kept.mode == "RGB"
    assert red > 200
    assert green < 60
    assert blue < 60


def test_transparency_is_kept_where_there_is_some() -> None:
    logo = Image.new("RGBA", (40, 30), (0, 100, 105, 0))
    logo.putpixel((3, 3), (0, 100, 105, 255))
    kept = Image.open(io.BytesIO(clean(io.BytesIO(png(logo))).content))
    assert kept.mode == "RGBA"
    assert kept.getpixel((0, 0))[3] == 0
    assert kept.getpixel((3, 3)) == (0, 100, 105, 255)
    flat = Image.open(io.BytesIO(clean(io.BytesIO(png(Image.new("RGBA", (4, 4), (9, 9, 9, 255))))).content))
    assert flat.mode == "RGB"


def test_sixteen_bits_of_grey_keep_their_light() -> None:
    grey = Image.new("I;16", (4, 4), 32768)
    kept = Image.open(io.BytesIO(clean(io.BytesIO(png(grey))).content))
    assert kept.mode == "L"
    assert kept.getpixel((0, 0)) == 128


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_a_picture_that_moves_is_refused_rather_than_stilled(kind: str) -> None:
    out = io.BytesIO()
    shades(20, 20).save(out, kind, save_all=True, append_images=[Image.new("RGB", (20, 20), "white")], duration=100)
    with pytest.raises(NotTaken) as said:
        clean(io.BytesIO(out.getvalue()))
    assert "moves" in str(said.value.why)


@pytest.mark.parametrize(("kind", "mime"), [("GIF", "image/png"), ("AVIF", "image/jpeg"), ("WEBP", "image/webp"), ("MPO", "image/jpeg")])
def test_every_promised_kind_is_taken(kind: str, mime: str) -> None:
    out = io.BytesIO()
    shades(64, 48).save(out, kind)
    kept = clean(io.BytesIO(out.getvalue()))
    assert (kept.mime, kept.width, kept.height) == (mime, 64, 48)


def test_a_drawing_kept_without_loss_stays_so() -> None:
    drawing = shades(64, 48)
    out = io.BytesIO()
    drawing.save(out, "WEBP", lossless=True)
    kept = Image.open(io.BytesIO(clean(io.BytesIO(out.getvalue())).content))
    assert kept.convert("RGB").tobytes() == drawing.tobytes()


def test_a_full_disk_says_so_and_leaves_no_half_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """/dev/full answers every write as a full disk does."""
    monkeypatch.setattr(settings, "MEDIA_DIR", tmp_path)
    real = files.os.fdopen

    def on_a_full_disk(handle: int, mode: str) -> object:
        files.os.close(handle)
        return open("/dev/full", mode)

    monkeypatch.setattr(files.os, "fdopen", on_a_full_disk)
    with pytest.raises(files.NoRoom):
        files.keep(b"x" * 100_000)
    monkeypatch.setattr(files.os, "fdopen", real)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
    assert files.read(files.keep(b"x")) == b"x"


def test_a_digest_that_is_none_leads_nowhere() -> None:
    for digest in ("../../etc/passwd", "", "a" * 63, "A" * 64, "a" * 64 + "\n"):
        with pytest.raises(files.Missing):
            files.path(digest)


def test_the_guard_of_pillow_is_replaced_by_ours() -> None:
    assert intake.Image.MAX_IMAGE_PIXELS is None
    assert settings.PICTURE_PIXELS > 0
