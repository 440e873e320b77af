"""A person writes an idea, adapts it, shows a picture, describes it, gives it an hour and leaves."""

from __future__ import annotations

import base64
import re

import pytest
from playwright.sync_api import Page, Route, expect

from parvis.media.models import Asset
from parvis.posts.models import Post
from parvis.publishing.models import Delivery
from tests.engine.processes import wait_until
from tests.engine.test_crash import locked
from tests.journeys.conftest import Open, violations
from tests.pictures import jpeg, shades
from tests.rooms.bakery import channel
from tests.rooms.test_posts_links import CARD, site
from tests.rooms.test_posts_links import page as site_page
from tests.world import World

__all__ = ["site"]
LATER = "2031-12-15"
PASTE = """
async (data) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const clipboard = new DataTransfer();
  clipboard.items.add(new File([bytes], "image.png", {type: "image/jpeg"}));
  document.dispatchEvent(new ClipboardEvent("paste", {clipboardData: clipboard, bubbles: true, cancelable: true}));
}
"""


@pytest.fixture
def accounts(live_world: World) -> list[int]:
    live_world.alice.language = "en"
    live_world.alice.save()
    return [channel(live_world, "bluesky", "lenoir.example").pk, channel(live_world, "mastodon", "lenoir@piaille.example").pk]


def begin(page: Page) -> Post:
    page.goto("/c/lenoir/posts/new/")
    page.get_by_role("button", name="Write a publication").click()
    page.wait_for_url(re.compile("/edit/"))
    return Post.objects.latest("pk")


def saved(page: Page, typed: str) -> None:
    """Wait until what was typed is kept."""
    with page.expect_response(lambda answer: "/draft/" in answer.url and answer.status == 200):
        page.locator("#part-0").fill(typed)


def paste(page: Page) -> None:
    page.evaluate(PASTE, base64.b64encode(jpeg(shades(700, 500))).decode())
    expect(page.locator("article.picture")).to_have_count(1)


def choose_hour(page: Page) -> None:
    page.locator(".hour-choice summary").click()
    page.locator("#day").fill(LATER)
    page.locator("#hour").fill("11:30")


def test_an_idea_is_written_adapted_shown_described_and_scheduled(page: Page, accounts: list[int]) -> None:
    post = begin(page)
    saved(page, "Nos bûches sont prêtes ! #Noël")
    expect(page.locator("#look .said-there")).to_contain_text("Nos bûches sont prêtes")
    page.locator(f"#tab-{accounts[0]}").click()
    expect(page.locator(f"#tab-{accounts[0]}")).to_have_attribute("aria-current", "true")
    saved(page, "Bûches prêtes. #Noël")
    expect(page.locator("#tools")).to_contain_text("Back to the shared text")
    paste(page)
    page.get_by_label("Description, for whoever does not see the picture").fill("Une bûche sur son plat")
    choose_hour(page)
    expect(page.locator("#departs")).to_contain_text("11:30")
    assert violations(page) == []
    page.locator("#leave").click()
    expect(page.locator("#said")).to_contain_text("leaves on")
    texts = {d.channel.network: (d.parcel["text"], d.parcel["pictures"][0]["alt"]) for d in Delivery.objects.select_related("channel")}
    assert texts["bluesky"] == ("Bûches prêtes. #Noël", "Une bûche sur son plat")
    assert texts["mastodon"] == ("Nos bûches sont prêtes ! #Noël", "Une bûche sur son plat")
    post.refresh_from_db()
    assert post.scheduled


def test_the_keyboard_alone_is_enough(open_page: Open, live_world: World, accounts: list[int]) -> None:
    page = open_page("desk", live_world.alice)
    begin(page)

    def to(name: str) -> None:
        """Walk with Tab until the focus is there."""
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == name:
                return
        raise AssertionError(f"{name} cannot be reached")

    to("title")
    page.keyboard.type("Saint-Nicolas")
    to(f"chip-{accounts[1]}")
    page.keyboard.press("Space")
    expect(page.locator(f"#chip-{accounts[1]}")).to_have_attribute("aria-pressed", "false")
    to("part-0")
    page.keyboard.type("Les pains d’épices sont là.")
    to("add-part")
    page.keyboard.press("Enter")
    expect(page.locator("#part-1")).to_be_focused()
    page.keyboard.type("Jusqu’au 6 décembre.")
    page.locator(".hour-choice summary").focus()
    page.keyboard.press("Enter")
    to("leave-now")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("leaves on")
    assert [d.parcel["text"] for d in Delivery.objects.order_by("pk")] == ["Les pains d’épices sont là.", "Jusqu’au 6 décembre."]


def test_a_text_past_the_limit_is_counted_as_typed_kept_and_stopped_with_a_sentence(
    open_page: Open, live_world: World, accounts: list[int]
) -> None:
    page = open_page("phone", live_world.alice)
    post = begin(page)
    page.locator("#part-0").fill("x" * 299)
    page.locator("#part-0").press_sequentially("yz")
    expect(page.locator("#count-0")).to_contain_text("1 too many")
    expect(page.locator("#findings")).to_contain_text("301 characters, and Bluesky takes 300 at most")
    choose_hour(page)
    page.locator("#leave").click()
    expect(page.locator("#said")).to_contain_text("everything you wrote is kept")
    expect(page.locator("#part-0")).to_have_value("x" * 299 + "yz")
    post.refresh_from_db()
    assert post.parts == ["x" * 299 + "yz"]
    assert not Delivery.objects.exists()


def test_two_windows_show_both_texts_and_the_person_chooses(open_page: Open, live_world: World, accounts: list[int]) -> None:
    here = open_page("desk", live_world.alice, forgive="409")
    post = begin(here)
    there = open_page("desk", live_world.alice)
    there.goto(here.url)
    saved(there, "Écrit là-bas")
    here.locator("#part-0").fill("Écrit ici")
    expect(here.locator("#other")).to_contain_text("Écrit là-bas")
    expect(here.locator("#part-0")).to_have_value("Écrit ici")
    here.locator("#keep-mine").click()
    expect(here.locator("#other[role=alert]")).to_have_count(0)
    post.refresh_from_db()
    assert post.parts == ["Écrit ici"]


def test_without_a_connection_the_text_stays_and_leaves_when_it_comes_back(open_page: Open, live_world: World, accounts: list[int]) -> None:
    page = open_page("phone", live_world.alice, forgive="ERR_INTERNET_DISCONNECTED")
    post = begin(page)
    page.context.set_offline(True)
    page.locator("#part-0").fill("Écrit dans le train")
    expect(page.locator("#saved")).to_contain_text("kept in this browser", timeout=10_000)
    kept = page.evaluate("Object.entries(localStorage).map(([, value]) => value).join()")
    assert "Écrit dans le train" in kept
    with page.expect_response(lambda answer: "/draft/" in answer.url and answer.status == 200):
        page.context.set_offline(False)
    expect(page.locator("#saved")).to_contain_text("saved at")
    post.refresh_from_db()
    assert post.parts == ["Écrit dans le train"]


def test_what_was_typed_just_before_leaving_the_page_is_kept(open_page: Open, live_world: World, accounts: list[int]) -> None:
    page = open_page("desk", live_world.alice)
    post = begin(page)
    address = page.url
    page.locator("#part-0").fill("Parti trop vite")
    page.goto("/c/lenoir/media/")
    wait_until(lambda: Post.objects.get(pk=post.pk).parts == ["Parti trop vite"], "the last words")
    page.goto(address)
    expect(page.locator("#part-0")).to_have_value("Parti trop vite")
    expect(page.locator("#unsent")).to_be_hidden()


def test_what_is_typed_before_the_scripts_have_come_is_kept(page: Page, accounts: list[int]) -> None:
    post = begin(page)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/js/composer.js", hold, times=1)
    page.goto(f"/c/lenoir/posts/{post.pk}/edit/", wait_until="commit")
    page.locator("#part-0").fill("Nos bûches sont prêtes !")
    with page.expect_response(lambda answer: "/draft/" in answer.url and answer.status == 200):
        held[0].continue_()
    post.refresh_from_db()
    assert post.parts == ["Nos bûches sont prêtes !"]


def test_pictures_are_dropped_picked_and_each_bad_one_is_named(open_page: Open, live_world: World) -> None:
    live_world.alice.language = "en"
    live_world.alice.save()
    page = open_page("desk", live_world.alice)
    page.goto("/c/lenoir/media/")
    page.locator('input[type="file"]').set_input_files([
        {"name": "buche.jpg", "mimeType": "image/jpeg", "buffer": jpeg(shades(300, 200))},
        {"name": "menu.jpg", "mimeType": "image/jpeg", "buffer": b"Menu du jour"},
        {"name": "pain.jpg", "mimeType": "image/jpeg", "buffer": jpeg(shades(301, 200))},
    ])  # fmt: skip
    expect(page.locator("#shelf")).to_contain_text("menu.jpg")
    expect(page.locator("#shelf img")).to_have_count(2)
    assert Asset.objects.count() == 2
    assert violations(page) == []


def test_without_javascript_it_is_the_same_sheet(open_page: Open, live_world: World, accounts: list[int]) -> None:
    page = open_page("desk", live_world.alice, script=False)
    begin(page)
    page.locator("#part-0").fill("Sans une ligne de script")
    page.locator(f"#tab-{accounts[0]}").click()
    page.locator("#part-0").fill("Pour Bluesky seul")
    page.locator('input[type="file"]').set_input_files([{"name": "b.jpg", "mimeType": "image/jpeg", "buffer": jpeg(shades(300, 200))}])
    page.locator("#tab-0").click()
    expect(page.locator("#part-0")).to_have_value("Sans une ligne de script")
    page.locator("#part-0").fill("Sans script, avec une bûche")
    page.locator('input[type="file"]').set_input_files([{"name": "b.jpg", "mimeType": "image/jpeg", "buffer": jpeg(shades(300, 200))}])
    page.locator("parvis-drop button").click()
    expect(page.locator("#part-0")).to_have_value("Sans script, avec une bûche")
    page.get_by_label("Description, for whoever does not see the picture").fill("Une bûche")
    choose_hour(page)
    page.locator("#leave").click()
    expect(page.locator("#said")).to_contain_text("leaves on")
    assert {d.parcel["text"] for d in Delivery.objects.all()} == {"Sans script, avec une bûche", "Pour Bluesky seul"}


def test_what_is_typed_while_a_button_is_answered_is_not_lost(open_page: Open, live_world: World, accounts: list[int]) -> None:
    """On a slow line she turns to an account's text and types at once: her words stand where she sees them, or were never shown."""
    page = open_page("desk", live_world.alice)
    begin(page)
    saved(page, "Pour tous")
    page.route("**/edit/**", lambda route: (page.wait_for_timeout(600), route.continue_()))
    page.locator(f"#tab-{accounts[0]}").click()
    page.locator("#part-0").focus()
    page.keyboard.type(" et toutes")
    page.locator(f"#tab-{accounts[1]}").click()
    expect(page.locator(f"#tab-{accounts[1]}")).to_have_attribute("aria-current", "true")
    expect(page.locator("#part-0")).to_have_value("Pour tous")
    expect(page.locator("#part-0")).to_be_editable()


def test_what_is_typed_while_a_picture_travels_stays(open_page: Open, live_world: World, accounts: list[int]) -> None:
    page = open_page("phone", live_world.alice)
    post = begin(page)
    saved(page, "Nos bûches")
    page.route("**/pictures/", lambda route: (page.locator("#part-0").press_sequentially(" au marron"), route.continue_()))
    paste(page)
    expect(page.locator("#part-0")).to_have_value("Nos bûches au marron")
    expect(page.locator("#saved")).to_contain_text("saved at")
    with page.expect_response(lambda answer: "/draft/" in answer.url and answer.status == 200):
        page.locator("#part-0").press_sequentially(" !")
    post.refresh_from_db()
    assert post.parts == ["Nos bûches au marron !"]


def test_a_database_locked_for_a_while_is_told_and_what_is_typed_is_saved_when_it_opens(
    open_page: Open, live_world: World, accounts: list[int]
) -> None:
    page = open_page("phone", live_world.alice, forgive="503")
    post = begin(page)
    with locked("parvis_post"):
        page.locator("#part-0").fill("Écrit pendant la sauvegarde")
        expect(page.locator("#saved")).to_contain_text("kept in this browser; trying again", timeout=30_000)
        expect(page.locator("#part-0")).to_have_value("Écrit pendant la sauvegarde")
    expect(page.locator("#saved")).to_contain_text("saved at", timeout=30_000)
    post.refresh_from_db()
    assert post.parts == ["Écrit pendant la sauvegarde"]


def test_the_card_of_a_link_comes_by_itself_while_one_goes_on_typing(page: Page, accounts: list[int], site: str) -> None:
    post = begin(page)
    saved(page, f"Voyez {site}/absente vite")
    expect(page.locator("#cards")).to_contain_text("Try again")
    site_page("/carte", CARD)
    saved(page, f"Voyez {site}/carte vite")
    expect(page.locator("#look .link-card")).to_contain_text("La carte de Noël")
    expect(page.locator("#cards .cited")).to_have_count(0)
    assert page.locator("#part-0").input_value() == f"Voyez {site}/carte vite"
    assert violations(page) == []
    post.refresh_from_db()
    assert post.parts == [f"Voyez {site}/carte vite"]


def test_a_picture_moves_to_another_part_by_keyboard_and_comes_back(page: Page, accounts: list[int]) -> None:
    begin(page)
    saved(page, "Un")
    paste(page)
    for parts in (2, 3):
        page.locator("#add-part").click()
        expect(page.locator("textarea[name=part]")).to_have_count(parts)
    page.get_by_role("combobox", name="Part for").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("is on part 2 now")
    assert violations(page) == []
    expect(page.locator("article.picture .fine", has_text="on part 2")).to_have_count(1)
    page.locator("#said button").first.click()
    expect(page.locator("article.picture .fine", has_text="on part 1")).to_have_count(1)
