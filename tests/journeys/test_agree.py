"""A professional proposes, the owner sends a link, somebody agrees from a phone without an account, and exactly that leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from parvis.core import clock
from parvis.delegation.models import Approval, Decision, Stage
from parvis.people.models import Member, User
from parvis.posts import approving
from parvis.posts.models import Post
from parvis.publishing.models import Delivery
from tests.engine.conftest import Engine, fake  # noqa: F401 - the network that it leaves for
from tests.journeys.conftest import Open, violations
from tests.rooms.agreement import acting, bearer, mandate
from tests.world import World

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
