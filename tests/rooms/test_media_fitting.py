"""A picture leaves as each network takes it, whole, and what was changed is said."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from parvis.core.db import writing
from parvis.media import commands, files, fitting, framing, framing_commands
from parvis.media.fitting import CannotFit, changes, fit, make
from parvis.media.models import Asset, Rendition
from parvis.networks.facts import Fact, ImageRule, Picture
from tests.pictures import grain, jpeg, png, shades
from tests.world import NOON, World

ALL = frozenset({"image/jpeg", "image/png", "image/webp"})
RULE = ImageRule(most=4, bytes=1_000_000, side=2000, most_pixels=0, types=ALL, alt=2000, fact=Fact("", "", date(2026, 11, 22)))


def taken(world: World, content: bytes, alt: str = "") -> Asset:
    asset = commands.take_in(company=world.bakery, file=io.BytesIO(content), name="buche.jpg", by=world.actor(world.bob), now=NOON)
    commands.describe(asset=asset, alt=alt, decorative=False, by=world.actor(world.bob), now=NOON)
    return asset


def test_a_picture_that_fits_leaves_as_it_is(world: World) -> None:
    asset = taken(world, jpeg(shades(800, 600)), "Une bûche")
    picture = fit(asset, RULE)
    assert (picture.digest, picture.alt) == (asset.digest, "Une bûche")
    assert changes(asset, picture) == []


def test_a_large_picture_is_reduced_whole_and_it_is_said(world: World) -> None:
    asset = taken(world, jpeg(shades(3000, 1500)))
    picture = fit(asset, RULE)
    assert (picture.width, picture.height) == (2000, 1000)
    assert str(changes(asset, picture)[0]) == "Reduced to 2000 × 1000 pixels, from 3000 × 1500."
    assert Image.open(io.BytesIO(files.read(picture.digest))).size == (2000, 1000)
    assert picture.size == len(files.read(picture.digest))


def test_the_same_picture_and_rule_make_the_same_bytes_once(world: World) -> None:
    asset = taken(world, jpeg(shades(3000, 1500)))
    first, second = fit(asset, RULE), fit(asset, RULE)
    assert first == second
    assert Rendition.objects.filter(asset=asset, recipe=fitting.recipe(RULE)).count() == 1
    Rendition.objects.all().delete()
    assert fit(asset, RULE) == first


def test_a_rendition_whose_file_was_lost_is_made_again(world: World) -> None:
    asset = taken(world, jpeg(shades(3000, 1500)))
    picture = fit(asset, RULE)
    files.path(picture.digest).unlink()
    assert fit(asset, RULE) == picture
    assert files.exists(picture.digest)


@settings(deadline=None)
@given(
    width=st.integers(1, 300),
    height=st.integers(1, 300),
    most=st.integers(6_000, 60_000),
    side=st.integers(100, 400),
    pixels=st.sampled_from([0, 10_000, 50_000]),
    types=st.sampled_from([ALL, frozenset({"image/jpeg"}), frozenset({"image/png", "image/jpeg"})]),
    mode=st.sampled_from(["RGB", "RGBA", "L"]),
)
def test_whatever_is_sent_is_under_every_limit_and_keeps_its_shape(
    *, width: int, height: int, most: int, side: int, pixels: int, types: frozenset[str], mode: str
) -> None:
    rule = replace(RULE, bytes=most, side=side, most_pixels=pixels, types=types)
    made = make(png(grain(width, height, mode)), rule)
    assert len(made.content) <= most
    assert max(made.width, made.height) <= side
    assert not pixels or made.width * made.height <= pixels
    assert made.mime in types
    assert Image.open(io.BytesIO(made.content)).size == (made.width, made.height)
    scale = max(made.width, made.height) / max(width, height)
    assert abs(made.width - width * scale) <= 1
    assert abs(made.height - height * scale) <= 1


def test_a_logo_keeps_its_transparency_where_the_network_can(world: World) -> None:
    logo = grain(500, 500, "RGBA")
    asset = taken(world, png(logo))
    webp = fit(asset, replace(RULE, bytes=300_000))
    assert webp.mime == "image/webp"
    assert Image.open(io.BytesIO(files.read(webp.digest))).mode == "RGBA"
    flat = fit(asset, replace(RULE, bytes=300_000, types=frozenset({"image/jpeg"})))
    assert "Its transparent parts become white." in [str(s) for s in changes(asset, flat)]


def test_a_clear_ground_becomes_white_and_not_black() -> None:
    made = make(png(Image.new("RGBA", (10, 10), (0, 0, 0, 0))), replace(RULE, types=frozenset({"image/jpeg"})))
    assert Image.open(io.BytesIO(made.content)).getpixel((5, 5)) == (255, 255, 255)


def test_what_can_never_fit_says_so() -> None:
    with pytest.raises(CannotFit):
        make(png(grain(200, 200)), replace(RULE, bytes=100))


def test_no_picture_is_made_inside_a_write_transaction(world: World) -> None:
    asset = taken(world, jpeg(shades(3000, 1500)))
    with pytest.raises(AssertionError), writing():
        fit(asset, RULE)


def test_a_waived_description_leaves_empty(world: World) -> None:
    asset = taken(world, jpeg(shades(80, 60)))
    commands.describe(asset=asset, alt="", decorative=True, by=world.actor(world.bob), now=NOON)
    assert fit(asset, RULE).alt == ""


# ---- shapes that a network does not take

TALL = replace(RULE, ratio=(0.8, 1.91))


def corners(picture: Picture) -> list[tuple[int, ...]]:
    image = Image.open(io.BytesIO(files.read(picture.digest))).convert("RGB")
    assert image.size == (picture.width, picture.height)
    return [image.getpixel(at) for at in ((2, 2), (image.width - 3, image.height - 3))]


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 14 for a, b in zip(one, other, strict=True))


def test_a_telephones_upright_photo_is_cropped_and_not_refused_and_it_is_said(world: World) -> None:
    asset = taken(world, jpeg(shades(900, 1200)))
    picture = fit(asset, TALL)
    assert (picture.width, picture.height) == (900, 1125)
    assert next(str(one) for one in changes(asset, picture)) == "Cropped to 4:5: this network does not take its own shape."
    whole = shades(900, 1200)
    assert near(corners(picture)[0], whole.getpixel((2, 40)))
    assert fit(asset, RULE).digest == asset.digest


def test_it_is_cropped_around_what_a_person_pointed_at(world: World) -> None:
    asset = taken(world, jpeg(shades(900, 1200)))
    middle = fit(asset, TALL)
    framing_commands.focus_on(asset=asset, x=0.5, y=1.0, by=world.actor(world.bob), now=NOON)
    low = fit(asset, TALL)
    assert low.digest != middle.digest
    assert near(corners(low)[1], shades(900, 1200).getpixel((897, 1197)))


def test_the_part_that_a_person_chose_goes_before_the_point(world: World) -> None:
    asset, bob = taken(world, jpeg(shades(1000, 2000))), world.actor(world.bob)
    row = framing_commands.crop(asset=asset, ratio="4:5", left=0.5, top=0.1, width=0.4, by=bob, now=NOON)
    assert row.height == pytest.approx(0.25)
    picture = fit(asset, TALL)
    assert (picture.width, picture.height) == (400, 500)
    assert near(corners(picture)[0], shades(1000, 2000).getpixel((502, 202)))
    framing_commands.leave_crop(asset=asset, ratio="4:5", by=bob, now=NOON)
    assert fit(asset, TALL).width == 1000


@pytest.mark.parametrize(("left", "top", "width", "ratio"), [(0, 0, 1.5, "4:5"), (0, 0, 0, "4:5"), (0, 0, 1, "1:2"), (0, 0, 0.5, "oval")])
def test_a_part_that_makes_no_sense_is_refused(world: World, left: float, top: float, width: float, ratio: str) -> None:
    asset = taken(world, jpeg(shades(400, 200)))
    with pytest.raises(commands.Unclear):
        framing_commands.crop(asset=asset, ratio=ratio, left=left, top=top, width=width, by=world.actor(world.bob), now=NOON)


def test_a_point_beside_the_picture_is_refused(world: World) -> None:
    with pytest.raises(commands.Unclear):
        framing_commands.focus_on(asset=taken(world, jpeg(shades(40, 20))), x=1.2, y=0, by=world.actor(world.bob), now=NOON)


@settings(deadline=None, max_examples=60)
@example(width=23, height=14, shape=(1.7, 1.8), side=64, x=0.0, y=0.0)
@given(
    width=st.integers(1, 300),
    height=st.integers(1, 300),
    shape=st.sampled_from([(0.8, 1.91), (0.5, 0.6), (1.0, 1.0), (1.7, 1.8)]),
    side=st.integers(64, 200),
    x=st.floats(0, 1),
    y=st.floats(0, 1),
)
def test_whatever_is_cropped_has_a_shape_that_is_taken_and_lies_in_the_picture(
    *, width: int, height: int, shape: tuple[float, float], side: int, x: float, y: float
) -> None:
    rule = replace(RULE, side=side, ratio=shape)
    asset = Asset(width=width, height=height, focus_x=x, focus_y=y)
    part = None if framing.within(width, height, shape) else framing.window(width, height, shape, (x, y))
    made = make(png(grain(width, height)), rule, part)
    assert max(made.width, made.height) <= side
    if part:
        left, top, across, down = part
        assert 0 <= left <= width - across
        assert 0 <= top <= height - down
    # Where a picture is a few pixels small no whole number of them has the shape.
    assert min(width, height) < 12 or min(made.width, made.height) < 12 or framing.within(made.width, made.height, shape, slack=0.02)
    assert fitting.focus(asset) == (x, y)


def test_cropping_a_large_jpeg_cuts_where_it_should(world: World) -> None:
    """It is read at a part of its size: the cut must follow."""
    asset = taken(world, jpeg(shades(3000, 6000)))
    picture = fit(asset, replace(TALL, side=500))
    assert picture.height == 500
    assert abs(picture.width / picture.height - 0.8) < 0.004
    assert near(corners(picture)[0], shades(3000, 6000).getpixel((10, 1140)))


def test_a_cropped_picture_costs_no_query_once_made(world: World) -> None:
    asset = taken(world, jpeg(shades(900, 1200)))
    fit(asset, TALL)
    read = Asset.objects.prefetch_related("renditions", "crops").get()
    with CaptureQueriesContext(connection) as seen:
        fit(read, TALL)
    assert len(seen) == 0
