"""What we know of a person, on a phone and on a desk: nothing overflows, nothing shuts anybody out, and no script is needed to erase."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from parvis.inbox.models import Conversation, Person
from tests.journeys.conftest import Open, violations
from tests.journeys.living import letters
from tests.rooms.parlour import Parlour, channel
from tests.world import World


@pytest.fixture
def somebody(live_world: World, settings: Any) -> Person:
    """Let people write to the bakery; return one of them."""
    settings.NETWORKS = {**settings.NETWORKS, "parlour": Parlour().network()}
    found: Conversation = letters(live_world, channel(live_world))[0]
    assert found.person is not None
    return found.person


def test_its_pages_fit_and_are_for_everybody(page: Page, somebody: Person) -> None:
    account = f"/c/lenoir/settings/channels/{somebody.conversations.get().channel_id}/"
    one = f"/c/lenoir/inbox/persons/{somebody.pk}/"
    for url in (f"{one}?q=a", f"{one}erase/", account):
        page.goto(url)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_person_is_erased_without_any_script(open_page: Open, live_world: World, somebody: Person) -> None:
    page = open_page("phone", live_world.alice, script=False)
    page.goto(f"/c/lenoir/inbox/persons/{somebody.pk}/")
    page.get_by_role("link", name="Effacer cette personne").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Effacer définitivement").click()
    expect(page.locator("body")).to_contain_text("Plus rien de cette personne")
    assert not Person.objects.filter(pk=somebody.pk).exists()
