"""The emergency stop, as a person meets it: by the keyboard, on a phone, without a script; and let go of afterwards."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from parvis.channels.models import Channel
from parvis.core import clock
from parvis.publishing.models import Delivery, Stop
from parvis.publishing.states import State
from tests.journeys.conftest import WIDTHS, Open, violations
from tests.journeys.living import fill
from tests.world import World

# Where screenshots go, for whoever looks at them.
SHOTS = os.environ.get("PARVIS_SHOTS")


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("width", sorted(WIDTHS))
def test_everything_is_stopped_by_the_keyboard_and_let_go_without_a_script(open_page: Open, live_world: World, width: str) -> None:
    fill(live_world)
    Delivery.objects.filter(state=State.SCHEDULED).update(
        due_at=clock.now() - timedelta(hours=1), ready_at=clock.now() - timedelta(hours=1)
    )
    page = open_page(width, live_world.alice, script=False)
    page.goto("/c/lenoir/")
    button = page.get_by_role("button", name="Tout arrêter").first
    shot(page, f"stop-button-{width}")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tout est arrêté")
    page.get_by_label("Toute l’entreprise le lit").fill("Une cliente allergique nous a écrit : nous vérifions.")
    page.get_by_role("button", name="Enregistrer").click()
    shot(page, f"stop-page-{width}")
    page.goto("/c/lenoir/calendar/")
    expect(page.get_by_role("region", name="Arrêt d’urgence")).to_contain_text("Une cliente allergique")
    shot(page, f"stop-calendar-{width}")
    page.get_by_role("link", name="Voir ce qui attend, et lever l’arrêt").click()
    page.get_by_role("button", name="Lever l’arrêt").click()
    expect(page.get_by_role("region", name="Arrêt d’urgence")).to_have_count(0)
    assert Stop.objects.get().lifted_at


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_its_pages_fit_and_are_for_everybody(open_page: Open, live_world: World, theme: str) -> None:
    fill(live_world)
    channel = Channel.objects.filter(by_hand=False).earliest("pk")
    page = open_page("phone", live_world.alice, theme=theme)
    page.goto("/c/lenoir/stops/")
    assert violations(page) == []
    page.get_by_role("button", name=f"Arrêter {channel.handle}").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("est arrêté")
    for url in (page.url, "/c/lenoir/stops/", f"/c/lenoir/settings/channels/{channel.pk}/", "/c/lenoir/settings/"):
        page.goto(url)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        shot(page, f"stop-{theme}-{url.strip('/').rpartition('/')[2]}")
