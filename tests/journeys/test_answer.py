"""Somebody answers whoever waits, by keys alone; takes it back; and loses nothing that was typed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from parvis.inbox.models import Conversation, Message, Presence
from tests.journeys.conftest import Open, violations
from tests.journeys.living import letters
from tests.rooms.parlour import Parlour, channel
from tests.world import World


@pytest.fixture
def talks(live_world: World, settings: Any) -> list[Conversation]:
    """Let people write to the bakery on an account that can be answered from here."""
    settings.NETWORKS = {**settings.NETWORKS, "parlour": Parlour().network()}
    return letters(live_world, channel(live_world))


def test_forty_people_could_be_answered_by_keys_alone(open_page: Open, live_world: World, talks: list[Conversation]) -> None:
    page = open_page("desk", live_world.alice)
    page.goto("/c/lenoir/inbox/")
    page.keyboard.press("j")
    expect(page.locator(".convo").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".top h2")).to_have_text("Yannick Le Goff")
    assert page.url.endswith(f"/inbox/{talks[2].pk}/")
    page.keyboard.press("r")
    page.keyboard.type("Oui, dès 8")
    expect(page.locator("#kept")).to_contain_text("Brouillon enregistré")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".bubble", has_text="Oui, dès 8")).to_be_visible()
    expect(page.locator("#words")).to_have_value("")
    page.locator(".top h2").focus()
    page.keyboard.press("z")
    expect(page.locator("#words")).to_have_value("Oui, dès 8")
    assert not Message.objects.filter(mine=True).exists()
    page.keyboard.press("r")
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator(".top h2")).to_have_text("Camille Dubreuil")
    page.keyboard.press("e")
    expect(page.locator("#said")).to_contain_text("Terminée")
    page.keyboard.press("h")
    expect(page.locator("#keys")).to_be_visible()


def test_a_slash_finds_a_ready_answer(open_page: Open, live_world: World, talks: list[Conversation]) -> None:
    page = open_page("desk", live_world.alice)
    page.goto(f"/c/lenoir/inbox/{talks[0].pk}/")
    page.locator("#words").fill("Merci. ")
    page.locator("#words").press_sequentially("/hor")
    expect(page.locator(".found [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#words")).to_have_value("Merci. Bonjour Camille, nous ouvrons à 7 h.")


def test_what_is_typed_survives_every_button_and_a_closed_page(open_page: Open, live_world: World, talks: list[Conversation]) -> None:
    page = open_page("desk", live_world.alice)
    page.goto(f"/c/lenoir/inbox/{talks[0].pk}/")
    page.locator("#words").fill("Bonjour Camille")
    page.keyboard.press("Escape")
    page.locator(".pop summary", has_text="Confier").click()
    page.get_by_role("button", name="Bob").click()
    expect(page.locator(".top")).to_contain_text("confiée à Bob")
    expect(page.locator("#words")).to_have_value("Bonjour Camille")
    page.locator("#words").fill("Bonjour Camille, à mercredi")
    with page.expect_response("**/draft/"):
        page.locator("#words").blur()
    page.goto("/c/lenoir/inbox/")
    page.goto(f"/c/lenoir/inbox/{talks[0].pk}/")
    expect(page.locator("#words")).to_have_value("Bonjour Camille, à mercredi")


def test_what_is_typed_before_the_scripts_have_come_is_kept(open_page: Open, live_world: World, talks: list[Conversation]) -> None:
    page, words = open_page("desk", live_world.alice), "Bonjour Camille, je regarde"
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/js/inbox.js", hold, times=1)
    page.goto(f"/c/lenoir/inbox/{talks[0].pk}/", wait_until="commit")
    page.locator("#words").fill(words)
    with page.expect_response("**/draft/"):
        held[0].continue_()
    page.goto("/c/lenoir/inbox/")
    page.goto(f"/c/lenoir/inbox/{talks[0].pk}/")
    expect(page.locator("#words")).to_have_value(words)


def test_a_page_closed_at_once_keeps_what_was_typed(open_page: Open, live_world: World, talks: list[Conversation]) -> None:
    page, words = open_page("desk", live_world.alice), "Bonjour Camille, je regarde"
    page.goto(f"/c/lenoir/inbox/{talks[0].pk}/")
    page.locator("#words").fill(words)
    page.close(run_before_unload=True)
    again = open_page("desk", live_world.alice)
    for _ in range(20):
        again.goto(f"/c/lenoir/inbox/{talks[0].pk}/")
        if again.locator("#words").input_value() == words:
            break
    expect(again.locator("#words")).to_have_value(words)


def test_two_colleagues_see_each_other(open_page: Open, live_world: World, talks: list[Conversation]) -> None:
    alice, bob = open_page("desk", live_world.alice), open_page("desk", live_world.bob)
    bob.goto(f"/c/lenoir/inbox/{talks[0].pk}/")
    expect(bob.locator("#signs [data-stamp]")).to_be_attached()
    alice.goto(f"/c/lenoir/inbox/{talks[0].pk}/")
    expect(alice.locator("#signs")).to_contain_text("Bob regarde aussi")


def test_on_a_phone_the_list_comes_first_then_the_conversation(open_page: Open, live_world: World, talks: list[Conversation]) -> None:
    page = open_page("phone", live_world.alice)
    page.goto("/c/lenoir/inbox/")
    page.locator(".convo").first.click()
    expect(page.locator(".convos")).to_be_hidden()
    page.locator("#words").fill("Oui.")
    page.get_by_role("button", name="Envoyer", exact=True).click()
    expect(page.locator(".bubble", has_text="Oui.")).to_be_visible()
    page.get_by_role("link", name="Toutes les conversations").click()
    expect(page.locator(".convo").first).to_be_visible()


def test_without_a_script_all_of_it_works(open_page: Open, live_world: World, talks: list[Conversation]) -> None:
    page = open_page("desk", live_world.alice, script=False)
    page.goto(f"/c/lenoir/inbox/{talks[0].pk}/")
    page.locator("#words").fill("Bonjour")
    page.get_by_role("button", name="Horaires").click()
    expect(page.locator("#words")).to_have_value("Bonjour\nBonjour Camille, nous ouvrons à 7 h.")
    page.get_by_role("button", name="Envoyer", exact=True).click()
    page.get_by_role("button", name="Reprendre").first.click()
    expect(page.locator("#words")).to_have_value("Bonjour\nBonjour Camille, nous ouvrons à 7 h.")
    page.locator(".pop summary", has_text="Confier").click()
    page.get_by_role("link", name="Choisir un collègue").click()
    page.get_by_role("button", name="Bob").click()
    assert Conversation.objects.get(pk=talks[0].pk).assigned_to == live_world.bob
    assert Presence.objects.get(user=live_world.alice).draft


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", ["desk", "phone"])
def test_the_open_conversation_is_for_everybody(
    open_page: Open, live_world: World, talks: list[Conversation], width: str, theme: str
) -> None:
    page = open_page(width, live_world.alice, theme=theme)
    for name, path in (("list", ""), ("talk", f"{talks[0].pk}/")):
        page.goto(f"/c/lenoir/inbox/{path}")
        page.wait_for_load_state("networkidle")
        shot(page, f"{name}-{width}-{theme}")
        assert not violations(page)
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def shot(page: Page, name: str) -> None:
    """Keep a picture of the page where PARVIS_SHOTS names a folder."""
    if folder := os.environ.get("PARVIS_SHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"))
