"""A person gives a post its form for an account, fills in what it asks, writes a first comment, waits for a film to be made ready."""

from __future__ import annotations

import io
import re

import pytest
from playwright.sync_api import Page, expect

from parvis.core import clock
from parvis.media import films
from parvis.media.commands import take
from parvis.media.files import keep
from parvis.media.models import Asset, Making, Rendition
from parvis.posts import commands as posts
from parvis.posts.models import Post, Variant
from parvis.posts.shaping import Shape, shape
from tests.films import mp4
from tests.journeys.conftest import WIDTHS, Open, violations
from tests.rooms.bakery import idea, picture
from tests.rooms.square import GALLERY, account, booklet, place, square
from tests.world import World

__all__ = ["square"]
pytestmark = pytest.mark.usefixtures("square")


def begun(world: World, *keys: str, text: str = "Le pain est chaud.") -> tuple[Post, dict[str, int]]:
    world.alice.language = "en"
    world.alice.save()
    tabs = {key: account(world, key).pk for key in keys}
    return idea(world, text, title="Fête du pain", now=clock.now()), tabs


def taken(world: World) -> Asset:
    """Return a film that was really taken in, with its still."""
    by = world.actor(world.alice)
    return take(company=world.bakery, file=io.BytesIO(mp4(144, 256, 4.0)), name="fournil.mp4", by=by, now=clock.now())


def at(post: Post, tab: int) -> str:
    return f"/c/lenoir/posts/{post.pk}/edit/?for={tab}"


def kept(page: Page) -> None:
    page.wait_for_event("response", lambda answer: "/draft/" in answer.url and answer.status == 200)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", sorted(WIDTHS))
def test_every_form_and_look_is_for_everybody(open_page: Open, live_world: World, width: str, theme: str) -> None:
    post, tabs = begun(live_world, "gallery", "watch", "local", "pages", "talk", text="Voir https://lenoir.example " * 3)
    place(post, picture(live_world), taken(live_world), booklet(live_world))
    by = live_world.actor(live_world.alice)
    forms = {"local": "event", "gallery": "story"}
    for variant in Variant.objects.filter(post=post).select_related("post__company", "channel"):
        key = variant.channel.network
        details = {"starts": "2031-12-20T10:00", "ends": "2031-12-20T18:00", "button": "book", "to": "https://lenoir.example"}
        shaped = Shape(forms.get(key, ""), "", "Merci à toutes et à tous", details if key == "local" else None)
        shape(variant=variant, shape=shaped, by=by, now=clock.now())
    now, revision = clock.now(), Post.objects.get(pk=post.pk).revision
    same = {"title": post.title, "parts": post.parts, "language": "fr", "warning": ""}
    posts.write(post=post, by=by, now=now, revision=revision, ai=True, paid=True, **same)  # type: ignore[arg-type]
    page = open_page(width, live_world.alice, theme=theme)
    found = []
    for tab in [0, *tabs.values()]:
        page.goto(at(post, tab))
        found += [f"{tab}: {violation}" for violation in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{tab}: wider than the screen")
    assert not found, "\n".join(found)


def test_a_form_is_chosen_by_keyboard_and_its_fields_save_themselves(page: Page, live_world: World) -> None:
    post, tabs = begun(live_world, "local")
    page.goto(at(post, tabs["local"]))
    page.locator("#form-event").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#form-event")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#form-event")).to_be_focused()
    page.locator("#field-starts").fill("2031-12-20T10:00")
    page.locator("#headline").fill("Fête de la boulangerie")
    kept(page)
    variant = Variant.objects.get(post=post)
    assert (variant.form, variant.title, variant.details) == ("event", "Fête de la boulangerie", {"starts": "2031-12-20T10:00"})
    expect(page.locator("#look .headline")).to_have_text("Fête de la boulangerie")


def test_a_first_comment_is_counted_previewed_kept_and_spread_with_a_way_back(page: Page, live_world: World) -> None:
    post, tabs = begun(live_world, "gallery", "talk")
    page.goto(at(post, tabs["gallery"]))
    page.locator("#comment").fill("Merci à vous")
    expect(page.locator("#count-comment")).to_contain_text("12 of 100 characters")
    expect(page.locator("#look .answer")).to_contain_text("Merci à vous")
    expect(page.locator("#comment")).to_be_focused()
    page.locator("#same").click()
    expect(page.locator("#said")).to_contain_text("The same now for: lenoir.talk")
    assert set(post.variants.values_list("comment", flat=True)) == {"Merci à vous"}
    page.locator("#said").get_by_role("button").first.click()
    expect(page.locator("#tab-0")).to_have_attribute("aria-current", "true")
    assert post.variants.get(channel__network="talk").comment == ""


def test_declaring_it_says_at_once_who_marks_it(page: Page, live_world: World) -> None:
    post, _tabs = begun(live_world, "gallery", "talk")
    page.goto(at(post, 0))
    page.locator(".more > summary").click()
    page.locator("#ai").check()
    expect(page.locator("#declared")).to_contain_text("Made with AI: Vitrine will say so beside it.")
    kept(page)
    post.refresh_from_db()
    assert post.ai


def test_a_film_that_is_made_ready_tells_how_far_it_is_and_then_shows(page: Page, live_world: World) -> None:
    post, tabs = begun(live_world, "gallery")
    asset = taken(live_world)
    asset.probed["video"] = "hevc"
    asset.save()
    place(post, asset)
    page.goto(at(post, tabs["gallery"]))
    page.get_by_role("button", name="Make it ready").click()
    expect(page.locator("#makings progress")).to_be_visible()
    making = Making.objects.get()
    Making.objects.filter(pk=making.pk).update(state="working", progress=0.43)
    expect(page.locator("#makings")).to_contain_text(re.compile("43 % are done"))
    assert GALLERY.videos is not None
    assert films.recipe(films.plan(asset, GALLERY.videos, short=True) or {}) == making.recipe
    Rendition.objects.create(
        asset=asset, recipe=making.recipe, digest=keep(mp4(144, 256, 1.0)), mime="video/mp4", width=144, height=256, size=9, seconds=1.0
    )
    Making.objects.filter(pk=making.pk).update(state="done", progress=1)
    expect(page.locator("#look video")).to_be_visible()
    expect(page.locator("#makings progress")).to_have_count(0)
