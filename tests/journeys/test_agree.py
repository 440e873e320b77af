"""A professional proposes, the owner sends a link, somebody agrees from a phone without an account, and exactly that leaves."""

from __future__ import annotations

import os
import re
from datetime import timedelta

import pytest
from django.core import mail as outbox
from playwright.sync_api import Page, expect

from parvis.core import clock
from parvis.delegation.models import Approval, Decision, Stage
from parvis.people.models import Member, User
from parvis.posts import approving
from parvis.posts.models import Post
from parvis.publishing.models import Delivery
from parvis.worker import asking
from tests.engine.conftest import Engine, fake  # noqa: F401 - the network that it leaves for
from tests.journeys.conftest import Open, violations
from tests.rooms.agreement import acting, bearer, mandate
from tests.world import World

# Where screenshots go, for whoever looks at them.
SHOTS = os.environ.get("PARVIS_SHOTS", "")
TEXT = "La bûche aux marrons est là, au fournil, dès vendredi."


@pytest.fixture
def bench(live_world: World, fake: object) -> Engine:  # noqa: F811
    return Engine(live_world, fake)  # type: ignore[arg-type]


def professional(world: World, engine: Engine) -> User:
    held = mandate(world, engine.channel().pk)
    Member.objects.filter(user__in=[world.bob, world.remi]).delete()
    return bearer(world, held)


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_proposed_by_a_professional_agreed_to_on_a_phone_and_gone(open_page: Open, live_world: World, bench: Engine) -> None:
    paul = professional(live_world, bench)
    desk = open_page("desk", paul)
    desk.goto("/c/lenoir/posts/new/")
    desk.get_by_role("main").get_by_role("button").first.click()
    desk.locator("textarea").first.fill(TEXT)
    desk.locator("summary", has_text="Jour et heure").click()
    desk.get_by_role("button", name="Dès l’accord donné").click()
    expect(desk.locator(".note").first).to_contain_text("attend un accord")
    approval = Approval.objects.get()
    assert (approval.stage, Delivery.objects.count()) == (Stage.WAITING, 0)

    owner = open_page("desk", live_world.alice)
    owner.goto("/c/lenoir/")
    owner.get_by_role("link", name="Voir exactement ce qui partirait").click()
    assert not violations(owner)
    owner.get_by_label("Pour qui").fill("Jeanne Lenoir")
    owner.get_by_role("button", name="Faire le lien").click()
    address = owner.get_by_label("Lien pour Jeanne Lenoir").input_value()

    phone = open_page("phone", None, script=False)
    phone.goto(address)
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Jeanne Lenoir")
    expect(phone.get_by_text(TEXT).first).to_be_visible()
    assert fits(phone)
    assert not Decision.objects.exists()
    phone.get_by_role("button", name="Oui, elle peut partir ainsi").click()
    expect(phone.locator(".note.done")).to_contain_text("Jeanne Lenoir a donné son accord")

    bench.send()
    assert bench.posts() == [TEXT]
    desk.reload()
    expect(desk.get_by_role("main")).to_contain_text("Partie")


def test_without_a_mouse_a_reason_is_given_and_the_next_one_shown(open_page: Open, live_world: World, bench: Engine) -> None:
    paul = acting(live_world, professional(live_world, bench), clock.now())
    for words in (TEXT, "Le seigle est revenu."):
        post = Post.objects.create(company=live_world.bakery, parts=[words], created_at=clock.now(), changed_at=clock.now())
        post.variants.create(channel=live_world.bakery.channels.get())
        approving.propose(post=post, at=clock.now() + timedelta(days=1), by=paul, now=clock.now())
    page = open_page("phone", live_world.alice)
    page.goto("/c/lenoir/approvals/")
    assert fits(page)
    assert not violations(page)
    page.get_by_role("link", name=TEXT[:30]).focus()
    page.keyboard.press("Enter")
    page.get_by_label("Vos mots").fill("Dites le prix.")
    page.get_by_label("Me montrer ensuite la suivante").check()
    page.get_by_role("button", name="Demander des changements").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("seigle")
    assert {one.stage for one in Approval.objects.all()} == {Stage.CHANGES, Stage.WAITING}
    assert not violations(page)


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def test_a_contact_is_named_in_a_circuit_receives_the_link_by_mail_and_reads_it_in_either_language(
    open_page: Open, live_world: World, bench: Engine
) -> None:
    paul = acting(live_world, professional(live_world, bench), clock.now())
    owner = open_page("phone", live_world.alice)
    owner.goto("/c/lenoir/settings/circuits/")
    owner.get_by_role("link", name="Contacts sans compte").click()
    assert fits(owner)
    owner.get_by_label("Nom").fill("Jeanne Lenoir-Vasseur")
    owner.get_by_label("Adresse e-mail").fill("jeanne@example.test")
    owner.get_by_role("button", name="Ajouter").click()
    expect(owner.get_by_role("main")).to_contain_text("jeanne@example.test")
    assert fits(owner)
    assert not violations(owner)
    shot(owner, "contacts-phone")
    owner.goto("/c/lenoir/settings/circuits/new/")
    owner.get_by_label("Son nom").fill("Mairie")
    owner.get_by_label("Jeanne Lenoir-Vasseur").first.check()
    assert not violations(owner)
    shot(owner, "circuit-phone")
    owner.get_by_role("button", name="Enregistrer").click()
    expect(owner.get_by_role("main")).to_contain_text("Jeanne Lenoir-Vasseur")

    post = Post.objects.create(company=live_world.bakery, parts=[TEXT], created_at=clock.now(), changed_at=clock.now())
    post.variants.create(channel=live_world.bakery.channels.get())
    approval = approving.propose(post=post, at=clock.now() + timedelta(days=1), by=paul, now=clock.now())
    asking.tell(clock.now())
    (letter,) = [one for one in outbox.outbox if one.to == ["jeanne@example.test"]]
    path = re.search(r"/yes/[^/]+/", str(letter.body))
    assert path
    wide = open_page("desk", live_world.alice)
    wide.goto(f"/c/lenoir/approvals/{approval.pk}/")
    expect(wide.locator("#reached")).to_contain_text("jeanne@example.test")
    assert not violations(wide)
    shot(wide, "request-desk")
    shot(open_page_at(open_page("desk", live_world.alice, theme="dark"), "/c/lenoir/settings/contacts/"), "contacts-dark")

    phone = open_page("phone", None, language="en", script=False)
    phone.goto(path[0])
    expect(phone.get_by_role("heading", level=1)).to_contain_text("do you agree?")
    shot(phone, "yes-en")
    phone.get_by_role("link", name="Français").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("êtes-vous d’accord")
    assert fits(phone)
    phone.get_by_role("button", name="Oui, elle peut partir ainsi").click()
    expect(phone.locator(".note.done")).to_contain_text("Jeanne Lenoir-Vasseur a donné son accord")
    assert Approval.objects.get().stage == Stage.APPROVED

    owner.goto("/c/lenoir/settings/contacts/")
    owner.get_by_role("button", name="Retirer").click()
    owner.locator("summary", has_text="Retirés").click()
    shot(owner, "contacts-gone")
    owner.get_by_role("button", name="Effacer définitivement").click()
    expect(owner.get_by_role("main")).not_to_contain_text("Jeanne")


def open_page_at(page: Page, url: str) -> Page:
    page.goto(url)
    return page
