"""A mandate in a real browser: written on a telephone, accepted without a script, looked at in the dark; axe-core finds nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from parvis.core import clock
from parvis.delegation.models import Mandate, Standing
from parvis.people.models import Establishment, Member, Role
from tests.journeys.conftest import Open, violations
from tests.rooms.bakery import channel
from tests.rooms.mandates import links, mandate_of, marc
from tests.world import World

AT = "/c/lenoir/settings/mandates/"


def test_a_mandate_is_written_on_a_telephone_and_accepted_without_a_script(open_page: Open, live_world: World) -> None:
    channel(live_world)
    pro = marc()
    page = open_page("phone", live_world.alice, forgive="422")
    page.goto(AT)
    page.click(".empty .btn.primary")
    page.fill("[name=called]", "Marc Aubry, communication et réseaux à Nantes")
    page.fill("[name=email]", "marc@agence.test")
    page.fill("[name=siret]", "732 829 320 00075")
    page.check("[name^=do-][value=propose]")
    page.check("[name^=do-][value=answer]")
    page.check("[name=answers_alone][value=some]")
    page.check("[name=topic][value=praise]")
    page.fill("[name=posts_a_month]", "8")
    page.fill("[name=price]", "800,50")
    page.fill("[name=terms]", "Deux photos par semaine, prises à la boulangerie.")
    page.click(".writing .btn.primary")
    assert page.locator("#id_siret_error").is_visible()
    assert page.input_value("[name=terms]") == "Deux photos par semaine, prises à la boulangerie."
    assert violations(page) == []
    page.fill("[name=siret]", "732 829 320 00074")
    page.click(".writing .btn.primary")
    page.click("text=Le proposer")
    assert violations(page) == []
    (token,) = links()
    theirs = open_page("desk", pro, script=False)
    theirs.goto(f"/join/{token}/")
    assert violations_free(theirs.inner_text("main"))
    theirs.click("text=Accepter ce mandat")
    assert Mandate.objects.get().standing == Standing.ACTIVE
    assert "Vous avez dit oui" in theirs.inner_text("body")
    assert Mandate.objects.get().alone["answers"] == ["praise"]


def violations_free(words: str) -> bool:
    """Tell whether the page says the price and the words, and asks for no password."""
    return "800,50 €" in words.replace("\u00a0", " ").replace("\u202f", " ") and "mot de passe ne vous sera" in words


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_the_pages_of_mandates_and_roles_have_no_fault_light_or_dark(open_page: Open, live_world: World, size: str) -> None:
    now = clock.now()
    blue, red = channel(live_world), channel(live_world, "mastodon", "boulangerie.lenoir.de.couëron@piaille.example")
    Establishment.objects.create(company=live_world.bakery, name="Rue des Halles", main=True, siret="73282932000074")
    mandate = mandate_of(
        live_world, marc(), blue, red, now=now, first_day=now.date(), last_day=now.date() + timedelta(days=200), price_cents=80_000,
        price_per="month", posts_a_month=8, terms="Deux photos par semaine.\n\nRien le dimanche.",
    )  # fmt: skip
    bob = Member.objects.get(user=live_world.bob)
    Member.objects.filter(user=live_world.remi).update(role=Role.GUEST)
    for theme in ("light", "dark"):
        page = open_page(size, live_world.alice, theme)
        for path in (
            AT, f"{AT}{mandate.pk}/", f"{AT}{mandate.pk}/edit/", f"{AT}{mandate.pk}/handover/start/", f"{AT}{mandate.pk}/handover/end/",
            "/c/lenoir/settings/roles/", "/c/lenoir/settings/members/", f"/c/lenoir/settings/members/{bob.pk}/", "/c/lenoir/settings/",
            f"/c/lenoir/settings/channels/{blue.pk}/", "/mandates/",
        ):  # fmt: skip
            page.goto(path)
            assert violations(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is wider than the screen"
