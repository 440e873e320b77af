"""A real browser on a real server. A page that writes an error in the console, or meets its own policy, fails its journey."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from parvis.people.models import User
from tests.world import World, build

AXE = Path(__file__).parents[1] / "vendor" / "axe" / "axe.min.js"
WIDTHS = {"phone": (390, 844), "desk": (1280, 900)}
# Playwright keeps an event loop in this thread; Django takes that for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


def chromium_path() -> str | None:
    """Return where Chromium is: PARVIS_CHROMIUM, else on the path."""
    named = os.environ.get("PARVIS_CHROMIUM")
    return named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every journey is slow, and needs a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.slow)
            if chromium_path() is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium: set PARVIS_CHROMIUM or install chromium"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a Chromium."""
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture
def live_world(transactional_db: None) -> World:
    """Return the bakery and its people, where the live server sees them."""
    return build()


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, live_server: Any, live_world: World) -> Iterator[Open]:
    """Return a function that opens a page, as in `open_page("phone", user, theme="dark")`. What goes wrong in it fails the test,
    but for a console error that holds `forgive`: what the journey itself provokes."""
    wrong: list[str] = []
    contexts = []

    def opened(
        width: str = "desk", user: User | None = None, theme: str = "light", *, language: str = "fr", script: bool = True, forgive: str = ""
    ) -> Page:
        wide, high = WIDTHS[width]
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": wide, "height": high}, locale=language, java_script_enabled=script,
            reduced_motion="reduce",
        )  # fmt: skip
        contexts.append(context)
        cookies = {"theme": theme, settings.LANGUAGE_COOKIE_NAME: language}
        if user is not None:
            client = Client()
            client.force_login(user)
            cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
        page = context.new_page()

        def noted(words: str) -> None:
            wrong.append(f"{page.url}: {words}")

        page.on("console", lambda said: noted(said.text) if said.type == "error" and not (forgive and forgive in said.text) else None)
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not wrong, "\n".join(wrong)


@pytest.fixture(params=sorted(WIDTHS))
def page(request: pytest.FixtureRequest, open_page: Open, live_world: World) -> Page:
    """Return Alice's browser, on a phone and then on a desk."""
    return open_page(request.param, live_world.alice)


def violations(page: Page) -> list[str]:
    """Return what axe-core finds on the page as it stands: rule, element, why."""
    page.evaluate(AXE.read_text())
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", tags)
    return [
        f"{rule['id']} ({rule['help']}): {node['html'][:160]} {node['failureSummary'][:300]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
