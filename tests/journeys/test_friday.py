"""A Friday evening, whole: a newcomer, a real browser, a real worker process, and networks that answer over real HTTP.

What arrived is counted in what the networks hold, never in our own rows.
"""

from __future__ import annotations

import email
import logging
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.policy import default as plain
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from django.conf import LazySettings
from playwright.sync_api import Page, expect

import sandbox
from parvis.channels.models import Channel
from parvis.networks.registry import Config, networks
from tests.engine.processes import database, wait_until
from tests.journeys.conftest import Open
from tests.journeys.test_compose import saved
from tests.pictures import jpeg, shades
from tests.rooms.town import PASSWORD

PARIS = ZoneInfo("Europe/Paris")
SOON = 20_000
IDEA = "Samedi, le seigle de Couëron sort du four à huit heures."
SHORTER = "Le seigle de Couëron : samedi, huit heures."
ALT = "Une miche de seigle coupée en deux"
REST = "Il en restera dimanche."


class Letters:
    """A mail server that keeps what it is given."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.kept: list[Message] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keep one mail."""
        self.kept.append(email.message_from_bytes(envelope.content, policy=plain))
        return "250 OK"

    def bodies(self) -> list[str]:
        """Return what was written, oldest first."""
        return [f"{one['Subject']}\n{one.get_body().get_content()}" for one in self.kept]  # type: ignore[attr-defined]


@pytest.fixture
def letters() -> Iterator[Letters]:
    kept = Letters()
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    server = Controller(kept, hostname="127.0.0.1", port=kept.port)
    server.start()
    yield kept
    server.stop()


@pytest.fixture
def town(settings: LazySettings, live_server: Any) -> Iterator[sandbox.Town]:
    with sandbox.running() as town:
        settings.NETWORKS = networks(Config(town.bluesky.url, town.bluesky.url, town.bluesky.url, "http"))
        settings.PUBLIC_URL = live_server.url
        town.bluesky.add_account("lenoir.test", PASSWORD, name="Boulangerie Lenoir")
        town.mastodon.add_account("lenoir", name="Boulangerie Lenoir")
        yield town


@pytest.fixture
def start_worker(town: sandbox.Town, letters: Letters, live_server: Any) -> Iterator[Callable[[], None]]:
    """Return a function that starts `parvis work` on this test's database."""
    at = town.bluesky.url
    env = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "parvis.settings", "PARVIS_DATABASE": database(), "PARVIS_URL": live_server.url,
        "PARVIS_BLUESKY_RESOLVER": at, "PARVIS_BLUESKY_PLC": at, "PARVIS_BLUESKY_WEB": at, "PARVIS_MASTODON_SCHEME": "http",
        "PARVIS_MAIL": f"smtp://127.0.0.1:{letters.port}", "PARVIS_LOG": "ERROR", "PYTHONPATH": str(Path(__file__).parents[2]),
    }  # fmt: skip
    running: list[subprocess.Popen[bytes]] = []
    yield lambda: running.append(subprocess.Popen([sys.executable, "-m", "parvis.cli", "work"], env=env))
    for worker in running:
        worker.terminate()
        worker.wait(30)


def holds(town: sandbox.Town) -> list[tuple[str, str]]:
    """Return what the networks hold, oldest first in each."""
    return [(post["network"], post["text"]) for stand in (town.bluesky, town.mastodon) for post in stand.posts()]


def sign_up(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name=re.compile("Open an account|Ouvrir un compte")).click()
    page.locator("[name=email]").fill("lea@example.test")
    page.locator("[name=password1]").fill("three brown foxes")
    page.locator("main .btn.primary").click()
    page.locator("[name=name]").fill("Boulangerie Lenoir & fille")
    page.locator("main .btn.primary").click()
    page.wait_for_url(re.compile("/c/[a-z-]+/$"))


def connect_both(page: Page, town: sandbox.Town, home: str) -> None:
    page.goto(f"{home}settings/channels/connect/bluesky/")
    page.locator("[name=who]").fill("lenoir.test")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("#connecting .btn.primary").click()
    page.wait_for_url(re.compile("/settings/channels/$"))
    page.goto(f"{home}settings/channels/connect/mastodon/")
    page.locator("[name=who]").fill(town.mastodon.host)
    page.locator("#connecting .btn.primary").click()
    authorize(page, town)


def authorize(page: Page, town: sandbox.Town) -> None:
    """Say yes on the network's own page."""
    page.wait_for_url(f"{town.mastodon.url}/**")
    page.get_by_role("button", name=re.compile("^(Autoriser|Authorize)$")).click()
    page.wait_for_url(re.compile("/settings/channels/$"))


def opened_house(page: Page, town: sandbox.Town) -> str:
    """Bring a newcomer to an open house with two accounts; return the address of its home page."""
    page.set_default_timeout(SOON)
    sign_up(page)
    home = page.url
    connect_both(page, town, home)
    return home


def begin(page: Page, home: str, text: str) -> None:
    page.goto(f"{home}posts/new/")
    page.locator("main button").first.click()
    page.wait_for_url(re.compile("/edit/"))
    saved(page, text)


def choose_hour(page: Page, at: datetime) -> None:
    page.locator(".hour-choice summary").click()
    page.locator("#day").fill(at.astimezone(PARIS).strftime("%Y-%m-%d"))
    page.locator("#hour").fill(at.astimezone(PARIS).strftime("%H:%M"))


def schedule(page: Page, at: datetime | None = None) -> str:
    """Give it its hour (none: now), and return the address of its page, where she then is."""
    if at:
        choose_hour(page, at)
    else:
        page.locator(".hour-choice summary").click()
    page.locator("#leave" if at else "#leave-now").click()
    page.wait_for_url(re.compile("/departures/"))
    expect(page.locator("#said")).not_to_be_empty()
    return page.url


def next_minute() -> datetime:
    """Return the next full minute that leaves a person the time to press the button."""
    return (datetime.now(UTC) + timedelta(seconds=75)).replace(second=0, microsecond=0)


def seen(page: Page, network: str) -> list[str]:
    """Return the texts of a network's preview."""
    page.locator("#tabs button").filter(has_text=network).click()
    expect(page.locator("#tabs button").filter(has_text=network)).to_have_attribute("aria-current", "true")
    return [text.strip() for text in page.locator("#look .said-there").all_inner_texts()]


def until_page_says(page: Page, address: str, says: Callable[[], bool]) -> None:
    """Look at a page again and again, as a person does, until it says what must come."""
    until = time.monotonic() + 60
    page.goto(address)
    while not says():
        assert time.monotonic() < until, page.locator("main").inner_text()
        page.goto(address)


def test_on_friday_evening_she_writes_once_and_it_leaves_at_its_hour_once_on_both(
    open_page: Open, town: sandbox.Town, start_worker: Callable[[], None]
) -> None:
    """At a desk, in French."""
    page = open_page("desk")
    home = opened_house(page, town)
    start_worker()

    begin(page, home, IDEA)
    files = [{"name": "seigle.jpg", "mimeType": "image/jpeg", "buffer": jpeg(shades(900, 600))}]
    page.locator('input[type="file"]').set_input_files(files)  # type: ignore[arg-type]
    expect(page.locator("article.picture")).to_have_count(1)
    page.locator("article.picture textarea").fill(ALT)
    page.locator("#add-part").click()
    expect(page.locator("#part-1")).to_be_focused()
    with page.expect_response(lambda answer: "/draft/" in answer.url and answer.status == 200):
        page.locator("#part-1").fill(REST)
    assert seen(page, "Bluesky") == [IDEA, REST]
    expect(page.locator("#look .hung img").first).to_have_attribute("alt", ALT)
    with page.expect_response(lambda answer: "/draft/" in answer.url and answer.status == 200):
        page.locator("#part-0").fill(SHORTER)
    expect(page.locator("#look .said-there").first).to_contain_text(SHORTER)
    previews = {"bluesky": seen(page, "Bluesky"), "mastodon": seen(page, "Mastodon")}
    assert previews == {"bluesky": [SHORTER, REST], "mastodon": [IDEA, REST]}
    at = next_minute()
    first = schedule(page, at)
    local = at.astimezone(PARIS)
    expect(page.locator("#said")).to_contain_text(f"{local.hour} h {local.minute:02}")

    begin(page, home, "Fermé lundi.")
    second = schedule(page, at + timedelta(days=3))
    page.locator('.head a[href$="/edit/"]').click()
    saved(page, "Fermé lundi et mardi.")
    page.locator("#leave").click()
    page.wait_for_url(second)
    expect(page.locator("main")).to_contain_text("Fermé lundi et mardi.")
    page.locator('form[action$="/withdrawal/"]').last.locator("button").click()
    expect(page.locator("#said")).not_to_be_empty()
    expect(page.locator('form[action$="/confirmation/"]').first).to_be_visible()

    if datetime.now(UTC) < at:
        assert holds(town) == []
    wait_until(lambda: len(holds(town)) == 4 or datetime.now(UTC) > at + timedelta(seconds=50), "the hour")
    there = {stand.key: stand.posts() for stand in (town.bluesky, town.mastodon)}
    assert {network: [post["text"] for post in posts] for network, posts in there.items()} == previews
    for opening, rest in there.values():
        assert [picture["alt"] for picture in opening["pictures"]] == [ALT]
        assert rest["pictures"] == []
        assert rest["after"] == opening["id"]

    links = page.locator("article.sending .row > a[target=_blank]")
    until_page_says(page, first, lambda: links.count() == 4)
    for address, (_network, text) in zip(links.evaluate_all("links => links.map((link) => link.href)"), holds(town), strict=True):
        page.goto(address)
        expect(page.locator("body")).to_contain_text(text)
    page.goto(home)
    expect(page.locator("aside .card").first.locator("li")).to_have_count(1)
    expect(page.locator("ol.todo li")).to_have_count(1)
    expect(page.locator("ol.todo li")).to_contain_text("Fermé lundi et mardi.")
    assert len(holds(town)) == 4


def test_a_refusal_is_told_at_home_and_by_mail_and_mended(
    open_page: Open, town: sandbox.Town, start_worker: Callable[[], None], letters: Letters
) -> None:
    """On a telephone, in English. The server has changed its limit since the text was written."""
    page = open_page("phone", language="en")
    home = opened_house(page, town)
    begin(page, home, IDEA)
    town.mastodon.settings(max_characters=30)
    post = schedule(page)
    start_worker()

    waiting = page.locator("ol.todo li")
    until_page_says(page, home, lambda: waiting.count() == 1)
    expect(waiting).to_contain_text("Mastodon refused")
    expect(waiting).to_contain_text("Shorten the text, then send it again.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    wait_until(lambda: letters.kept, "the mail")
    assert letters.kept[0]["To"] == "lea@example.test"
    [mail] = letters.bodies()
    assert "was refused by Mastodon" in mail
    assert "Shorten the text, then send it again." in mail
    named = re.search(r"http\S+/deliveries/\d+/", mail)
    assert named
    page.goto(named[0])
    assert page.url.startswith(post)

    page.get_by_role("link", name="Edit").click()
    seen(page, "Mastodon")
    saved(page, "Le seigle, à huit heures.")
    page.goto(post)
    page.get_by_role("button", name="Send what was refused again").click()
    wait_until(lambda: len(holds(town)) == 2, "the mended one")
    assert holds(town) == [("bluesky", IDEA), ("mastodon", "Le seigle, à huit heures.")]
    until_page_says(page, home, lambda: waiting.count() == 0)
    assert len(letters.kept) == 1


def test_an_account_that_was_taken_back_is_told_and_what_waits_leaves_once_it_is_mended(
    open_page: Open, town: sandbox.Town, start_worker: Callable[[], None], letters: Letters
) -> None:
    """On a telephone, in French."""
    page = open_page("phone")
    home = opened_house(page, town)
    begin(page, home, IDEA)
    town.mastodon.arm("token_revoked")
    schedule(page)
    start_worker()

    waiting = page.locator("ol.todo li")
    until_page_says(page, home, lambda: waiting.count() == 1)
    expect(waiting).to_contain_text("Mastodon")
    mender = waiting.locator('a[href*="/mend/"]')
    wait_until(lambda: letters.kept, "the mail")
    assert "/settings/channels/" in letters.bodies()[0]
    assert holds(town) == [("bluesky", IDEA)]

    mender.click()
    expect(page.locator("[name=who]")).to_have_value(town.mastodon.host)
    page.locator("#connecting .btn.primary").click()
    authorize(page, town)
    wait_until(lambda: len(holds(town)) == 2, "what waited")
    assert holds(town) == [("bluesky", IDEA), ("mastodon", IDEA)]
    until_page_says(page, home, lambda: waiting.count() == 0)
    assert Channel.objects.count() == 2
    assert len(letters.kept) == 1


def test_when_nothing_can_tell_she_is_asked_and_no_answer_makes_a_double(
    open_page: Open, town: sandbox.Town, start_worker: Callable[[], None]
) -> None:
    """At a desk, in English: both networks cut the line after they stored it, and then nobody may read."""
    page = open_page("desk", language="en")
    home = opened_house(page, town)
    begin(page, home, IDEA)
    for stand, reading in ((town.bluesky, "GET /xrpc/com.atproto.repo.getRecord"), (town.mastodon, "GET /api/v1/accounts/*/statuses")):
        stand.arm("commit_then_drop")
        stand.arm("permission_lost", reading, every=1)
    schedule(page)
    start_worker()

    waiting = page.locator("ol.todo li")
    until_page_says(page, home, lambda: waiting.count() == 2)
    for network, answer in (("Bluesky", "It is there"), ("Mastodon", "Send it again")):
        asked = waiting.filter(has_text=f"Open our page on {network}")
        expect(asked).to_contain_text("we do not know whether it is there")
        with page.context.expect_page() as opened:
            asked.get_by_role("link", name="Open our page").click()
        expect(opened.value.locator("body")).to_contain_text(IDEA)
        opened.value.close()
        expect(asked.get_by_role("button")).to_have_count(2)
        town.mastodon.disarm()
        asked.get_by_role("button", name=answer).click()
        expect(page.locator("#said")).not_to_be_empty()
    until_page_says(page, home, lambda: waiting.count() == 0)
    wait_until(lambda: len(town.mastodon.requests("commit")) == 2, "the second request")
    page.goto(home)
    expect(page.locator("aside .card").first).to_contain_text("Gone everywhere")
    assert holds(town) == [("bluesky", IDEA), ("mastodon", IDEA)]
