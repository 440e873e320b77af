"""An owner connects pages of a network that wants an application of her own: the guide, two values, her login, a choice, what works."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.urls import reverse
from playwright.sync_api import Page, expect

import sandbox
from parvis.channels.models import App, Channel
from parvis.networks.registry import Config, networks
from sandbox.oauth import CLIENT_ID, CLIENT_SECRET
from tests.journeys.test_connect import fine
from tests.world import World

Open = Callable[..., Page]
KEY = "linkedin"
TEA = "Le salon de thé de la Boulangerie Lenoir et Fils"


@pytest.fixture
def town(settings: LazySettings, live_server: Any) -> Iterator[sandbox.Town]:
    with sandbox.running() as town:
        stand = town.stands[KEY]
        settings.NETWORKS = networks(Config(mastodon_scheme="http", places={KEY: {"all": stand.url}}))
        # The stand-ins take people back to any address of this machine, as it is written.
        settings.PUBLIC_URL = live_server.url
        for handle, name in (("lenoir", "Boulangerie Lenoir"), ("salon", TEA)):
            stand.add_account(handle, name=name, member="alice")
        yield town


@pytest.mark.parametrize(("width", "script"), [("phone", True), ("desk", True), ("desk", False)])
def test_from_the_guide_to_what_works(open_page: Open, live_world: World, town: sandbox.Town, width: str, script: bool) -> None:
    live_world.alice.language = "en"
    live_world.alice.save()
    page = open_page(width, live_world.alice, language="en", script=script)
    page.set_default_timeout(8000)
    looked = fine if script else lambda page: None
    page.goto(reverse("channels", args=["lenoir"]))
    looked(page)
    page.get_by_role("link", name="Connect LinkedIn").click()
    expect(page.get_by_label("Return address")).to_have_value(f"{page.url.partition('/c/')[0]}{reverse('connect-return')}")
    expect(page.get_by_role("button", name="Copy")).to_be_visible() if script else expect(
        page.get_by_role("button", name="Copy")
    ).to_be_hidden()
    looked(page)
    page.get_by_label("Client ID", exact=True).fill(CLIENT_ID)
    page.get_by_label("Primary Client Secret", exact=True).fill(CLIENT_SECRET)
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"•••• {CLIENT_SECRET[-4:]}")).to_be_visible()
    assert App.objects.count() == 1
    looked(page)
    page.get_by_role("button", name="Connect with LinkedIn").click()
    if not script:
        page.get_by_role("link", name="Go to").click()
    page.wait_for_url(f"{town.stands[KEY].url}/**")
    page.locator("button[value=yes]").click()
    expect(page.get_by_role("heading", name="Through which accounts")).to_be_visible()
    looked(page)
    page.get_by_role("button", name="Connect what I chose").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose at least one")
    page.get_by_text(TEA).click()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=TEA)).to_be_visible()
    expect(page.get_by_text("Publishing works.")).to_be_visible()
    looked(page)
    assert Channel.objects.get().name == TEA
    page.get_by_role("button", name="Check again now").click()
    expect(page.get_by_role("status")).to_contain_text("hecked")


def test_she_says_no_over_there(open_page: Open, live_world: World, town: sandbox.Town) -> None:
    page = open_page("desk", live_world.alice, language="en")
    page.set_default_timeout(8000)
    page.goto(reverse("connect", args=["lenoir", KEY]))
    page.locator("#app_client_id").fill(CLIENT_ID)
    page.locator("#app_client_secret").fill(CLIENT_SECRET)
    page.locator("#app_client_secret").press("Enter")
    page.locator("#connecting button").click()
    page.wait_for_url(f"{town.stands[KEY].url}/**")
    page.locator("button[value=no]").click()
    expect(page.get_by_role("status")).not_to_be_empty()
    assert not Channel.objects.exists()
