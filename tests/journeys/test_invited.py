"""Connecting by invitation, on a phone and on a desk, without any script: one asks, the other looks, and decides."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from parvis.channels import inviting
from parvis.channels.models import ConnectInvitation
from tests.journeys.conftest import WIDTHS, Open, violations
from tests.world import World

# Where screenshots go, for whoever looks at them.
SHOTS = os.environ.get("PARVIS_SHOTS")


def seen(page: Page, name: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("width", sorted(WIDTHS))
def test_one_asks_and_the_other_reads_before_deciding(open_page: Open, live_world: World, width: str) -> None:
    alice = open_page(width, live_world.alice, script=False)
    alice.goto("/c/lenoir/settings/channels/")
    alice.get_by_role("link", name="Demander à quelqu’un").click()
    seen(alice, f"ask-{width}")
    alice.get_by_label("Son nom").fill("Marie-Antoinette Delahaye-Lenoir")
    alice.get_by_label("Son adresse e-mail").fill("odile@example.test")
    alice.get_by_label("Bluesky").check()
    alice.get_by_label("Mastodon").check()
    alice.get_by_role("button", name="Envoyer l’invitation").click()
    expect(alice.locator("body")).to_contain_text("En attente de sa réponse")
    seen(alice, f"asked-{width}")
    link = f"/connect/for/{inviting.token_of(ConnectInvitation.objects.get())}/"
    odile = open_page(width, None, script=False)
    odile.goto(link)
    expect(odile.get_by_role("heading", level=1)).to_contain_text("Connectez vos comptes pour Boulangerie Lenoir")
    seen(odile, f"guest-{width}")
    odile.get_by_role("link", name="Connecter Bluesky").click()
    expect(odile.get_by_label("Mot de passe d’application")).to_be_visible()
    seen(odile, f"guest-connect-{width}")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_its_pages_are_for_everybody(open_page: Open, live_world: World, theme: str) -> None:
    alice, odile = open_page("phone", live_world.alice, theme=theme), open_page("phone", None, theme=theme)
    alice.goto("/c/lenoir/settings/channels/ask/")
    assert violations(alice) == []
    alice.get_by_label("Son nom").fill("Odile")
    alice.get_by_label("Son adresse e-mail").fill("odile@example.test")
    alice.get_by_label("Mastodon").check()
    alice.get_by_role("button", name="Envoyer l’invitation").click()
    expect(alice.locator("body")).to_contain_text("En attente de sa réponse")
    assert violations(alice) == []
    link = f"/connect/for/{inviting.token_of(ConnectInvitation.objects.get())}/"
    for path in (link, f"{link}mastodon/"):
        odile.goto(path)
        assert violations(odile) == []
