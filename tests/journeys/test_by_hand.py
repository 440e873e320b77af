"""At the hour, on the phone: a card, a text copied in one tap, and « C’est publié » with the link. Without a script too."""

from __future__ import annotations

from playwright.sync_api import expect

from parvis.channels import by_hand
from parvis.core import clock
from parvis.posts import commands, departures
from parvis.publishing import claims
from parvis.publishing.engine import deliver
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from tests.journeys.conftest import Open, violations
from tests.rooms.bakery import picture
from tests.world import World

TEXT = "La bûche est là.\n\nElle sort du four à 7 h."


def handed(world: World, *parts: str) -> Delivery:
    by, now = world.actor(world.alice), clock.now()
    by_hand.open_by_hand(
        company=world.bakery, network="tiktok", handle="boulangerie.lenoir", name="", opens="https://reseau.example/publier", by=by, now=now
    )
    post = commands.start(company=world.bakery, by=by, now=now, title="La bûche", parts=list(parts))
    commands.place_picture(post=post, asset=picture(world, alt=""), by=by, now=now)
    post.pictures.get().asset.__class__.objects.update(decorative=True)
    departures.schedule(post=post, at=now, by=by, now=now)
    for held in claims.claim("journey", clock.now(), 24, 24):
        deliver(held)
    return Delivery.objects.get(after=None)


def test_a_card_comes_its_text_is_copied_and_it_is_published_with_its_link(open_page: Open, live_world: World) -> None:
    delivery = handed(live_world, TEXT)
    page = open_page("phone", live_world.alice)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/c/lenoir/")
    page.get_by_role("link", name="Ouvrir la fiche").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("à vous de publier")
    assert not violations(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.get_by_role("button", name="Copier le texte").click()
    expect(page.get_by_role("button", name="Copié")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == TEXT
    assert page.get_by_role("link", name="Ouvrir TikTok").get_attribute("href") == "https://reseau.example/publier"
    with page.expect_download() as saved:
        page.get_by_role("link", name="Enregistrer").click()
    assert saved.value.suggested_filename == "la-buche-1.jpg"
    page.get_by_label("Lien de la publication").fill("reseau.example/lenoir/1")
    page.get_by_role("button", name="C’est publié").click()
    expect(page.locator(".toast")).to_contain_text("elle est publiée")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rien ne vous attend")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.url) == (State.SENT, "https://reseau.example/lenoir/1")
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("à vous de publier")


def test_without_a_script_the_text_can_be_selected_and_all_is_said_the_same(open_page: Open, live_world: World) -> None:
    delivery = handed(live_world, TEXT)
    page = open_page("phone", live_world.alice, script=False)
    page.goto(f"/c/lenoir/deliveries/{delivery.pk}/hand/")
    expect(page.get_by_role("button", name="Copier le texte")).to_be_hidden()
    assert page.get_by_label("Texte", exact=True).input_value() == TEXT
    page.get_by_role("button", name="C’est publié").click()
    expect(page.locator(".toast")).to_contain_text("elle est publiée")
    delivery.refresh_from_db()
    assert delivery.state == State.SENT
