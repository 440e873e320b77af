"""The way in, in a real browser: passkeys under our policy, without a script, by keyboard; axe-core looks at every page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from parvis.core import clock
from parvis.people import invitations
from parvis.people.models import Role
from tests.journeys.conftest import Open, violations
from tests.rooms.test_people_entrance import code_of
from tests.world import World

PASSWORD = "correct horse 9"
OUTSIDE = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/accounts/password/reset/done/", "/join/none/"]
MINE = [
    "/me/", "/start/", "/accounts/email/", "/accounts/password/change/", "/accounts/logout/", "/accounts/2fa/",
    "/accounts/2fa/webauthn/", "/c/lenoir/settings/", "/c/lenoir/settings/members/", "/c/lenoir/settings/journal/",
]  # fmt: skip


def confirm(page: Page) -> None:
    page.fill("[name=password]", PASSWORD)
    page.click("main .btn.primary")


def with_a_key(page: Page) -> None:
    """Give this browser a device that holds passkeys and says yes, as a telephone that is unlocked does."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": device})


def test_a_passkey_is_added_then_opens_the_door_alone(open_page: Open, live_world: World) -> None:
    page = open_page("phone", live_world.alice)
    with_a_key(page)
    page.goto("/accounts/2fa/webauthn/add/")
    confirm(page)
    page.check("[name=passwordless]")
    page.fill("[name=name]", "Le téléphone du fournil")
    page.click("pass-key button")
    page.wait_for_url("**/recovery-codes/")
    assert page.locator(".codes li").count() == 10
    page.goto("/accounts/2fa/webauthn/")
    assert "Le téléphone du fournil" in page.inner_text("main")
    assert violations(page) == []

    page.goto("/accounts/logout/")
    page.click("main .btn.primary")
    page.goto("/accounts/login/")
    page.click("pass-key button")
    page.wait_for_url("**/c/lenoir/")


def test_a_passkey_that_cannot_be_used_says_so_and_changes_nothing(open_page: Open, live_world: World) -> None:
    page = open_page("desk", live_world.alice)
    page.goto("/accounts/2fa/webauthn/add/")
    confirm(page)
    page.evaluate("() => { navigator.credentials.create = async () => { throw new DOMException('', 'NotAllowedError') } }")
    page.click("pass-key button")
    page.wait_for_selector("pass-key [role=alert]:not([hidden])")
    assert "aria-busy" not in page.locator("pass-key button").evaluate("b => b.outerHTML")
    assert violations(page) == []


def test_codes_of_an_application_are_turned_on_from_the_drawing(open_page: Open, live_world: World) -> None:
    page = open_page("desk", live_world.alice)
    page.goto("/accounts/2fa/totp/activate/")
    confirm(page)
    assert page.locator("img.qr").evaluate("drawing => drawing.complete && drawing.naturalWidth > 0")
    assert violations(page) == []
    page.click("details summary")
    page.fill("[name=code]", code_of(page.inner_text(".secret")))
    page.keyboard.press("Enter")
    page.wait_for_url("**/recovery-codes/")
    assert violations(page) == []


def test_a_newcomer_needs_no_script(open_page: Open) -> None:
    page = open_page("phone", script=False)
    page.goto("/accounts/signup/")
    page.fill("[name=email]", "zoe@example.test")
    page.fill("[name=password1]", "three brown foxes")
    page.click("main .btn.primary")
    page.fill("[name=name]", "Fleurs de Zoé")
    page.click("main .btn.primary")
    assert page.url.endswith("/c/fleurs-de-zoe/")


def test_the_time_zone_is_the_browsers_until_somebody_chooses(open_page: Open, live_world: World) -> None:
    page = open_page("phone", live_world.denis)
    page.context.new_cdp_session(page).send("Emulation.setTimezoneOverride", {"timezoneId": "Indian/Reunion"})
    page.goto("/start/")
    assert page.eval_on_selector("[name=timezone]", "list => list.value") == "Indian/Reunion"


def test_signing_in_by_keyboard_alone(open_page: Open, live_world: World) -> None:
    page = open_page("desk")
    page.goto("/accounts/login/")
    page.focus("[name=login]")
    page.keyboard.type("alice@example.test")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/c/lenoir/")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", ["phone", "desk"])
def test_axe_finds_nothing_and_nothing_overflows(open_page: Open, live_world: World, width: str, theme: str) -> None:
    by, now = live_world.actor(live_world.alice), clock.now()
    kept = invitations.invite(company=live_world.bakery, email="odile.ravanel@example.test", role=Role.APPROVER, by=by, now=now)
    pages = {
        open_page(width, theme=theme): [f"/join/{invitations.token_of(kept)}/", *OUTSIDE[:-1]],
        open_page(width, live_world.alice, theme=theme): MINE,
        open_page(width, live_world.remi, theme=theme): MINE[-3:],
    }
    for page, paths in pages.items():
        for path in paths:
            page.goto(path)
            assert violations(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            assert len(page.query_selector_all("h1")) == 1, path


def test_an_invitation_is_copied_with_one_press(open_page: Open, live_world: World) -> None:
    page = open_page("desk", live_world.alice)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/c/lenoir/settings/members/")
    page.fill("[name=email]", "odile@example.test")
    page.click("aside .btn.primary")
    page.click("copy-this button")
    page.wait_for_selector("text=Copié")
    assert re.fullmatch(r"http://\S+/join/\S{43}/", page.evaluate("navigator.clipboard.readText()"))
