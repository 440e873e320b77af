"""A picture leaves as each network takes it, whole, and what was changed is said."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from parvis.core.db import writing
from parvis.media import commands, files, fitting
from parvis.media.fitting import CannotFit, changes, fit, make
from parvis.media.models import Asset, Rendition
from parvis.networks.facts import Fact, ImageRule
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
