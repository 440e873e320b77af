"""A post is moved on the calendar: with the mouse, with the keyboard, and without any script."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from parvis.core import clock
from parvis.posts import commands
from parvis.posts.models import Post
from parvis.publishing.models import Delivery
from tests.journeys.conftest import Open, violations
from tests.rooms.bakery import channel
from tests.world import World

PARIS = ZoneInfo("Europe/Paris")


def next_month(day: int, hour: int = 18, minute: int = 30) -> datetime:
    """Return an hour of next month: always to come, and its whole weeks on one page."""
    first = (clock.now().astimezone(PARIS).replace(day=1) + timedelta(days=32)).replace(day=1)
    return first.replace(day=day, hour=hour, minute=minute, second=0, microsecond=0)


def planned(world: World, at: datetime, title: str = "La brioche du dimanche") -> Post:
    channel(world, connected_at=clock.now(), visit_at=clock.now() + timedelta(days=1))
    post = commands.start(company=world.bakery, by=world.actor(world.alice), now=clock.now(), title=title, parts=["Elle est là."])
    commands.schedule(post=post, at=at, by=world.actor(world.alice), now=clock.now())
    return post


def month(page: Page, at: datetime) -> None:
    page.goto(f"/c/lenoir/calendar/{at.year}/{at.month}/")


def cell(page: Page, at: datetime) -> str:
    return f"#d{at:%Y-%m-%d}"


def hours(post: Post) -> set[datetime]:
    post.refresh_from_db()
    return {post.at, *Delivery.objects.filter(departure__variant__post=post).values_list("due_at", flat=True)}  # type: ignore[arg-type]


def test_a_post_is_dragged_to_another_day_and_taken_back(open_page: Open, live_world: World) -> None:
    before, after = next_month(11), next_month(14)
    post = planned(live_world, before)
    page = open_page("desk", live_world.alice)
    month(page, before)
    page.locator(f"#p{post.pk}").drag_to(page.locator(cell(page, after)))
    expect(page.locator(f"{cell(page, after)} #p{post.pk}")).to_be_visible()
    assert hours(post) == {after}
    page.get_by_role("button", name="Annuler").click()
    expect(page.locator(f"{cell(page, before)} #p{post.pk}")).to_be_visible()
    assert hours(post) == {before}


def test_a_post_is_carried_with_the_keyboard_alone(open_page: Open, live_world: World) -> None:
    before = next_month(11)
    post = planned(live_world, before)
    page = open_page("desk", live_world.alice)
    month(page, before)
    page.locator(f"#p{post.pk}").focus()
    page.keyboard.press("m")
    expect(page.locator("parvis-calendar [role=status]")).to_contain_text("La brioche du dimanche")
    for key in ("ArrowRight", "ArrowDown", "PageDown"):
        page.keyboard.press(key)
    after = before + timedelta(days=8, minutes=30)
    expect(page.locator(f"{cell(page, after)}.is-target")).to_be_visible()
    assert not violations(page)
    page.keyboard.press("Enter")
    expect(page.locator(f"{cell(page, after)} #p{post.pk}")).to_be_visible()
    expect(page.locator(f"#p{post.pk}")).to_be_focused()
    assert hours(post) == {after}


def test_escape_puts_it_back_and_nothing_is_sent(open_page: Open, live_world: World) -> None:
    before = next_month(11)
    post = planned(live_world, before)
    page = open_page("desk", live_world.alice)
    month(page, before)
    page.locator(f"#p{post.pk}").focus()
    for key in ("m", "ArrowRight", "Escape"):
        page.keyboard.press(key)
    expect(page.locator(".is-target")).to_have_count(0)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/posts/{post.pk}/departures/")
    assert hours(post) == {before}


def test_without_a_script_the_page_of_the_post_moves_it(open_page: Open, live_world: World) -> None:
    before, after = next_month(11), next_month(20, 7, 15)
    post = planned(live_world, before)
    page = open_page("phone", live_world.alice, script=False)
    month(page, before)
    page.locator(f"#p{post.pk}").click()
    page.locator("#day").fill(f"{after:%Y-%m-%d}")
    page.locator("#time").fill("07:15")
    page.locator("#hour button").click()
    expect(page.locator(".toast")).to_contain_text("7 h 15")
    assert hours(post) == {after}


def test_a_post_s_page_is_for_everybody(page: Page, live_world: World) -> None:
    post = planned(live_world, next_month(11))
    page.goto(f"/c/lenoir/posts/{post.pk}/departures/")
    assert not violations(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
