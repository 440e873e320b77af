"""An owner connects her accounts, mends one and closes one, in a real browser, on the stand-ins of the networks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.urls import reverse
from playwright.sync_api import Page, expect

import sandbox
from parvis.channels import commands
from parvis.channels.models import Channel, State
from parvis.core import clock
from parvis.core.say import Say
from parvis.networks.registry import Config, networks
from tests.journeys.conftest import violations
from tests.world import World

Open = Callable[..., Page]
PASSWORD = "abcd-efgh-ijkl-mnop"


@pytest.fixture
def town(settings: LazySettings, live_server: Any) -> Iterator[sandbox.Town]:
    with sandbox.running() as town:
        settings.NETWORKS = networks(Config(town.bluesky.url, town.bluesky.url, town.bluesky.url, "http"))
        settings.PUBLIC_URL = live_server.url
        town.bluesky.add_account("lenoir.test", PASSWORD, name="Boulangerie Lenoir")
        town.mastodon.add_account("lenoir", name="Boulangerie Lenoir")
        yield town


@pytest.fixture
def opened(open_page: Open, live_world: World, town: sandbox.Town) -> Open:
    """Open pages for Alice, who reads English; what does not come in time fails soon."""
    live_world.alice.language = "en"
    live_world.alice.save()

    def browse(width: str = "desk", script: bool = True) -> Page:
        page = open_page(width, live_world.alice, language="en", script=script)
        page.set_default_timeout(8000)
        return page

    return browse


def fine(page: Page) -> None:
    assert violations(page) == []
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0


@pytest.mark.parametrize("script", [True, False])
def test_with_an_app_password(opened: Open, town: sandbox.Town, script: bool) -> None:
    page = opened("phone", script)
    page.goto(reverse("channels", args=["lenoir"]))
    page.get_by_role("link", name="Connect Bluesky").click()
    page.get_by_label(re.compile("account.s name")).fill("lenoir.test")
    page.get_by_label("App password").fill("wrong-wrong-wrong-wrong")
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_role("alert")).to_contain_text("password")
    expect(page.get_by_label(re.compile("account.s name"))).to_have_value("lenoir.test")
    expect(page.get_by_label("App password")).to_have_value("")
    page.get_by_label("App password").fill(PASSWORD)
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_role("heading", name="Your accounts are connected")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("lenoir.test is connected")
    assert Channel.objects.get().state == State.ALIVE


@pytest.mark.parametrize("script", [True, False])
def test_by_asking_her_server(opened: Open, town: sandbox.Town, script: bool) -> None:
    page = opened("desk", script)
    page.goto(reverse("connect", args=["lenoir", "mastodon"]))
    page.get_by_label("Your server").fill("my server")
    page.get_by_role("button", name="Continue on the server").click()
    expect(page.get_by_text("is not the address of a server")).to_be_visible()
    page.get_by_label("Your server").fill(f"@lenoir@{town.mastodon.host}")
    page.get_by_role("button", name="Continue on the server").click()
    if not script:
        expect(page.get_by_role("heading", name="You go to")).to_be_visible()
        page.get_by_role("link", name="Go to").click()
    page.wait_for_url(f"{town.mastodon.url}/**")
    page.locator("button[value=yes]").click()
    expect(page.get_by_role("heading", name="Your accounts are connected")).to_be_visible()
    assert Channel.objects.get().base == town.mastodon.url


def test_she_says_no_over_there(opened: Open, town: sandbox.Town) -> None:
    page = opened()
    page.goto(reverse("connect", args=["lenoir", "mastodon"]))
    page.get_by_label("Your server").fill(town.mastodon.host)
    page.keyboard.press("Enter")
    page.locator("button[value=no]").click()
    expect(page.get_by_role("status")).to_contain_text("You did not allow Parvis to publish")
    assert not Channel.objects.exists()


def test_she_mends_a_dead_account_and_closes_it(opened: Open, live_world: World, town: sandbox.Town) -> None:
    by = live_world.actor(live_world.alice)
    done = commands.connect_password(
        company=live_world.bakery, network="bluesky", identifier="lenoir.test", password=PASSWORD, by=by, now=clock.now()
    )
    commands.declare_dead(channel_id=done.channel.pk, why=Say("The app password was taken back."), now=clock.now())
    page = opened("phone")
    page.goto(reverse("home", args=["lenoir"]))
    page.goto(reverse("channels", args=["lenoir"]))
    expect(page.get_by_text("The app password was taken back.")).to_be_visible()
    fine(page)
    page.get_by_role("link", name="Connect again lenoir.test").click()
    expect(page.get_by_label(re.compile("account.s name"))).to_have_value("lenoir.test")
    fine(page)
    page.get_by_label("App password").fill(PASSWORD)
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_role("heading", name="Your accounts are connected")).to_be_visible()
    page.get_by_role("link", name="Close lenoir.test").click()
    fine(page)
    page.get_by_role("button", name="Close this account").click()
    expect(page.get_by_role("heading", name="No account is connected yet")).to_be_visible()
    fine(page)
    assert Channel.objects.get().tokens == ""
