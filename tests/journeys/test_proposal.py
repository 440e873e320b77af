"""A proposal in a real browser: written on a desk, read without an account, taken up on a telephone; then the mandate made narrower."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page

from parvis.channels.standing import actor_of
from parvis.core import clock
from parvis.delegation import commands, proposing
from parvis.delegation.models import Mandate, Proposal, Standing
from parvis.people.models import Member
from parvis.posts import commands as posts
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from tests.journeys.conftest import Open, violations
from tests.rooms.bakery import channel
from tests.rooms.mandates import agency_of, bearer, mandate_of, marc, terms
from tests.world import World


def sound(page: Page) -> None:
    """Have axe look at the page, and see that it fits the screen."""
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url} is wider than the screen"


def test_an_agency_proposes_and_the_owner_takes_it_up_on_her_telephone(open_page: Open, live_world: World) -> None:
    pro = marc()
    agency_of(pro)
    blue = channel(live_world)
    theirs = open_page("desk", pro, forgive="422")
    theirs.goto("/mandates/")
    theirs.click("text=Proposer un mandat au nom de Agence Aubry")
    sound(theirs)
    theirs.click("text=Proposer un mandat")
    sound(theirs)
    theirs.fill("[name=owner_email]", "alice@example.test")
    theirs.fill("[name=company]", "La boulangerie de la rue des Halles")
    theirs.fill("[name=price]", "800")
    theirs.click(".writing .btn.primary")
    assert theirs.locator("#accounts_error").is_visible()
    sound(theirs)
    assert theirs.input_value("[name=company]") == "La boulangerie de la rue des Halles"
    theirs.select_option("[name=network-0]", "bluesky")
    theirs.fill("[name=handle-0]", "@lenoir.example")
    theirs.click(".writing .btn.primary")
    sound(theirs)
    at = f"/proposals/{proposing.token_of(Proposal.objects.get())}/"
    nobody = open_page("phone", script=False)
    nobody.goto(at)
    assert "vous propose de s’occuper de vos pages" in nobody.inner_text("h1")
    assert "800 €" in nobody.inner_text("main").replace("\u00a0", " ").replace("\u202f", " ")
    for theme in ("light", "dark"):
        hers = open_page("phone", live_world.alice, theme)
        hers.goto(at)
        sound(hers)
    assert hers.input_value("[name=account-0]") == str(blue.pk)
    hers.click("button[value=yes]")
    sound(hers)
    assert Mandate.objects.get().standing == Standing.ACTIVE
    theirs.reload()
    assert "Le mandat de Boulangerie Lenoir" in theirs.inner_text("main")


def test_the_owner_sees_what_a_narrower_wording_drops_and_says_what_becomes_of_it(open_page: Open, live_world: World) -> None:
    now = clock.now()
    blue, red, pro = channel(live_world), channel(live_world, "mastodon", "lenoir@mastodon.example"), marc()
    days = {"first_day": now.date(), "last_day": now.date() + timedelta(days=60)}
    mandate = mandate_of(live_world, pro, blue, red, now=now, **days)
    by = bearer(live_world, pro, now)
    for n in range(25):
        post = posts.start(company=live_world.bakery, by=by, now=now, parts=(f"La galette numéro {n} arrive.",), channels=[red.pk])
        posts.schedule(post=post, at=now + timedelta(days=3, hours=n), by=by, now=now)
    alice = actor_of(Member.objects.select_related("user", "company", "made").get(user=live_world.alice), now)
    commands.change(mandate=mandate, terms=terms(blue, **days), by=alice, now=now)
    at = f"/c/lenoir/settings/mandates/{mandate.pk}/"
    for size, theme in (("desk", "light"), ("phone", "dark")):
        page = open_page(size, live_world.alice, theme)
        page.goto(at)
        assert "25 envois déjà programmés ne sont plus couverts" in page.inner_text("main")
        sound(page)
    page.check("[name=waiting][value=cancel] >> nth=0")
    page.click("text=Garder ce choix")
    assert not Delivery.objects.exclude(state=State.SCHEDULED).exists()
    theirs = open_page("phone", pro)
    theirs.goto(at)
    assert "devient ce que l’entreprise choisit" in theirs.inner_text("main")
    sound(theirs)
    theirs.click("form[action$='/agree/'] .btn.primary")
    assert "25 envois ont été repris." in theirs.inner_text("main")
    assert not Delivery.objects.exclude(state=State.CANCELLED).exists()
