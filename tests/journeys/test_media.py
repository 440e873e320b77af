"""The shelf in a browser: a video is taken in and watched, a point that must stay is chosen by keyboard, a cut by hand."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from parvis.channels.models import Channel
from parvis.core import clock
from parvis.media import commands, film_commands
from parvis.media.models import Asset, Crop, Making
from tests.films import mp4
from tests.journeys.conftest import WIDTHS, Open, violations
from tests.pictures import jpeg, shades
from tests.rooms.test_media_captions import GOOD
from tests.rooms.test_media_videos import pdf
from tests.world import World

# Where screenshots go, for whoever looks at them.
SHOTS = os.environ.get("PARVIS_SHOTS", "")


def fill(world: World) -> dict[str, Asset]:
    """Put one of everything on the shelf, and connect a network that refuses the shape of upright photos."""
    by, now = world.actor(world.alice), clock.now()

    def take(content: bytes, name: str) -> Asset:
        return commands.take(company=world.bakery, file=io.BytesIO(content), name=name, by=by, now=now)

    for network in ("instagram", "youtube"):
        where = {"network": network, "base": f"https://{network}.test", "remote_id": "1", "handle": "lenoir", "by_hand": True}
        Channel.objects.create(company=world.bakery, **where, connected_at=now, visit_at=now)
    film = take(mp4(width=640, height=360, seconds=4.0, frames=25), "Inès façonne les baguettes à quatre heures du matin.mp4")
    film_commands.add_captions(asset=film, content=GOOD.encode(), language="fr", name="fournil.srt", by=by, now=now)
    picture = take(jpeg(shades(900, 1600)), "La vitrine de Noël, un soir de pluie, vue depuis l’arrêt du tramway.jpg")
    commands.describe(asset=film, alt="Des mains façonnent une baguette", decorative=False, by=by, now=now)
    for state, told in (("working", None), ("failed", {"text": "It is broken.", "facts": {}})):
        row = {"recipe": state, "rule": {}, "state": state, "progress": 0.42, "told": told, "lease_until": now.replace(year=2099)}
        Making.objects.create(asset=film, **row, created_at=now, changed_at=now)
    return {"film": film, "picture": picture, "paper": take(pdf(12), "Tarifs des fêtes 2026.pdf")}


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", sorted(WIDTHS))
def test_the_pages_of_the_shelf_are_for_everybody(open_page: Open, live_world: World, width: str, theme: str) -> None:
    assets, page = fill(live_world), open_page(width, live_world.alice, theme=theme)
    for name in ("", *assets):
        page.goto(f"/c/lenoir/media/{assets[name].pk}/" if name else "/c/lenoir/media/?show=all")
        page.wait_for_load_state("networkidle") if not name else page.wait_for_load_state("load")
        shot(page, f"{name or 'shelf'}-{width}-{theme}")
        assert not violations(page), name
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), name


def test_the_point_that_must_stay_is_moved_by_keyboard_and_keeps_itself(open_page: Open, live_world: World) -> None:
    picture, page = fill(live_world)["picture"], open_page("desk", live_world.alice)
    page.goto(f"/c/lenoir/media/{picture.pk}/")
    before = page.locator(".cuts img").first.get_attribute("src")
    page.locator(".dot").focus()
    for _ in range(4):
        page.keyboard.press("Shift+ArrowUp")
    expect(page.locator(".cuts img").first).not_to_have_attribute("src", before or "")
    picture.refresh_from_db()
    assert (picture.focus_x, picture.focus_y) == (0.5, 0.3)


def test_a_cut_is_drawn_by_hand_and_kept(open_page: Open, live_world: World) -> None:
    picture, page = fill(live_world)["picture"], open_page("desk", live_world.alice)
    page.goto(f"/c/lenoir/media/{picture.pk}/")
    page.locator(".cuts details summary").first.click()
    page.locator(".box").first.focus()
    for _ in range(5):
        page.keyboard.press("-")
    page.locator(".box").first.hover()
    page.mouse.down()
    page.mouse.move(0, 0, steps=3)
    page.mouse.up()
    shot(page, "crop-desk-light")
    page.get_by_role("button", name="Garder cette coupe").first.click()
    expect(page.get_by_text("Votre coupe")).to_be_visible()
    crop = Crop.objects.get()
    assert (crop.left, crop.top, crop.width) == (0.0, 0.0, 0.9)


def test_everything_is_kept_without_javascript(open_page: Open, live_world: World) -> None:
    assets, page = fill(live_world), open_page("phone", live_world.alice, script=False)
    page.goto(f"/c/lenoir/media/{assets['picture'].pk}/")
    page.locator("#focus-x").fill("25")
    page.get_by_role("button", name="Garder ce point").click()
    assets["picture"].refresh_from_db()
    assert assets["picture"].focus_x == 0.25
    page.goto(f"/c/lenoir/media/{assets['film'].pk}/")
    page.locator("#id_start").fill("1")
    page.locator("#id_end").fill("3")
    page.get_by_role("button", name="Garder cette partie").click()
    assets["film"].refresh_from_db()
    assert assets["film"].probed["cut"] == [1.0, 3.0]


def test_a_video_plays_and_its_moment_goes_into_the_form(open_page: Open, live_world: World) -> None:
    film, page = fill(live_world)["film"], open_page("desk", live_world.alice)
    page.goto(f"/c/lenoir/media/{film.pk}/")
    page.wait_for_function("document.querySelector('video').readyState >= 1 || document.querySelector('video').error")
    if page.evaluate("!document.querySelector('video').error"):
        page.evaluate("document.querySelector('video').currentTime = 2.4")
        page.wait_for_function("Math.abs(document.querySelector('video').currentTime - 2.4) < 0.1")
        page.get_by_role("button", name="Ça commence ici").click()
        assert page.locator("#id_start").input_value() == "2.4"


def test_a_video_is_sent_and_a_job_is_stopped(open_page: Open, live_world: World) -> None:
    film, page = fill(live_world)["film"], open_page("desk", live_world.alice)
    page.goto("/c/lenoir/media/?show=all")
    page.set_input_files("input[type=file]", {"name": "four.mp4", "mimeType": "video/mp4", "buffer": mp4(seconds=2.0)})
    expect(page.get_by_role("link", name=re.compile("four.mp4"))).to_be_visible()
    page.get_by_role("button", name=re.compile("Arrêter")).click()
    page.wait_for_url(re.compile(f"/media/{film.pk}/"))
    assert Making.objects.get(recipe="working").state == "cancelled"
