"""The shell by keyboard alone, and without a script."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Open
from tests.journeys.living import fill
from tests.world import World


def focused(page: Page) -> str:
    said: str = page.evaluate("(document.activeElement.innerText || document.activeElement.value || document.activeElement.id).trim()")
    return said


def test_the_skip_link_comes_first_and_leads_to_the_content(page: Page) -> None:
    page.goto("/c/lenoir/")
    page.keyboard.press("Tab")
    assert focused(page) == "Aller au contenu"
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_the_menu_opens_and_closes_by_keyboard_and_gives_the_focus_back(page: Page) -> None:
    page.goto("/c/lenoir/")
    page.locator("#house > summary").focus()
    page.keyboard.press("Enter")
    menu = page.locator("#house .menu")
    expect(menu).to_be_visible()
    expect(menu).to_be_in_viewport(ratio=1)
    page.keyboard.press("Tab")
    assert focused(page) == "Réglages"
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_every_step_of_the_way_can_be_seen(page: Page, live_world: World) -> None:
    fill(live_world)
    page.goto("/c/lenoir/")
    seen = []
    for _ in range(12):
        page.keyboard.press("Tab")
        drawn = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert drawn != "none", focused(page)
        seen.append(focused(page))
    assert "Elle y est" in seen


def test_a_question_is_answered_by_keyboard_and_the_answer_is_said(page: Page, live_world: World) -> None:
    fill(live_world)
    page.goto("/c/lenoir/")
    page.get_by_role("button", name="Elle y est").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("C’est noté : elle y est.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Six choses vous attendent")


def test_without_a_script_the_menu_and_the_answers_work(open_page: Open, live_world: World) -> None:
    fill(live_world)
    page = open_page("phone", live_world.alice, script=False)
    page.goto("/c/lenoir/")
    page.locator("#house > summary").click()
    page.get_by_role("button", name="Sombre").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Elle y est").click()
    expect(page.get_by_role("status")).to_contain_text("C’est noté")
    page.locator("#house > summary").click()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Six things wait for you")


def test_a_page_prints_without_its_rail(page: Page) -> None:
    page.goto("/c/lenoir/")
    page.emulate_media(media="print")
    expect(page.locator(".side")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
