"""The calendar, the list and a post's page, through the same door as a person."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from parvis.core import clock
from parvis.people.models import Company
from parvis.posts import agenda
from parvis.posts import commands as posts
from parvis.posts.models import Departure, Post, Slot, Variant
from parvis.publishing.models import Attempt, Delivery
from parvis.publishing.states import State
from tests.rooms.bakery import TOMORROW, channel, deliveries, idea, scheduled, stand, typed
from tests.world import NOON, World

MONTH = "/c/lenoir/calendar/2026/12/"


@pytest.fixture
def alice(world: World, client: Client) -> Client:
    client.force_login(world.alice)
    with clock.at(NOON):
        yield client


def text(page: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))  # type: ignore[attr-defined]


def crowd(world: World, many: int, at: datetime = TOMORROW, step: timedelta = timedelta(minutes=1)) -> None:
    """Make posts with their deliveries, in bulk."""
    way = channel(world, "mastodon", f"@crowd{many}@toot.example")
    made = Post.objects.bulk_create(
        Post(
            company=world.bakery, title=f"Publication {n}", parts=[f"Texte {n}"], words=f"publication {n}", at=at + n * step,
            scheduled=True, sealed_revision=1, created_at=NOON, changed_at=NOON + n * step,
        )
        for n in range(many)
    )  # fmt: skip
    variants = Variant.objects.bulk_create(Variant(post=post, channel=way) for post in made)
    sent = Delivery.objects.bulk_create(
        Delivery(company=world.bakery, channel=way, subject=p.title, parcel={}, digest="", due_at=p.at, ready_at=p.at, created_at=NOON)
        for p in made
    )
    Departure.objects.bulk_create(Departure(variant=v, delivery=d) for v, d in zip(variants, sent, strict=True))


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_a_post_stands_on_its_day_at_the_hour_of_the_company(alice: Client, world: World) -> None:
    channel(world)
    Company.objects.filter(pk=world.bakery.pk).update(timezone="Pacific/Noumea")
    scheduled(world, title="La bûche", at=datetime(2026, 12, 15, 20, 30, tzinfo=UTC))
    page = alice.get(MONTH).content.decode()
    day = page[page.index('id="d2026-12-16"') : page.index('id="d2026-12-17"')]
    assert "La bûche" in day
    assert 'data-at="2026-12-16T07:30"' in day


def test_an_entry_says_its_state_in_words(alice: Client, world: World) -> None:
    channel(world)
    for state in (State.SENT, State.ASKED, State.REFUSED, State.UNKNOWN):
        post = scheduled(world, title=f"Le {state}")
        stand(deliveries(post)[0], state)
    alice.post("/-/language", {"language": "en"})
    page = text(alice.get(f"/c/lenoir/calendar/week/{TOMORROW:%Y-%m-%d}/"))
    for said in ("gone out", "for you to say", "refused", "leaving"):
        assert said in page


def test_what_has_left_is_not_offered_to_be_moved(alice: Client, world: World) -> None:
    channel(world)
    post = scheduled(world)
    stand(deliveries(post)[0], State.SENT)
    assert "data-at" not in alice.get(MONTH).content.decode()


def test_a_crowded_month_stays_light_and_every_post_can_be_reached(alice: Client, world: World) -> None:
    channel(world)
    crowd(world, 1000, at=datetime(2026, 12, 1, 8, tzinfo=UTC), step=timedelta(minutes=40))
    for weekday in range(7):
        Slot.objects.create(company=world.bakery, weekday=weekday, time=time(11, 30))
    page = alice.get(MONTH)
    assert len(page.content) < 80_000
    day = datetime(2026, 12, 9, tzinfo=UTC)
    assert f"/c/lenoir/posts/?day={day:%Y-%m-%d}" in page.content.decode()
    seen: list[str] = []
    url = f"/c/lenoir/posts/?day={day:%Y-%m-%d}"
    while url:
        listed = alice.get(url).content.decode()
        seen += re.findall(r"Publication (\d+)<", listed)
        more = re.search(r'href="(\?[^"]*)" rel="next"', listed)
        url = f"/c/lenoir/posts/{more[1].replace('&amp;', '&')}" if more else ""
    assert (
        len(seen)
        == len(set(seen))
        == Post.objects.filter(at__range=(day - timedelta(hours=1), day + timedelta(hours=22, minutes=59))).count()
    )


@pytest.mark.parametrize(
    "url", [MONTH, "/c/lenoir/calendar/week/2026-12-12/", "/c/lenoir/posts/", "/c/lenoir/posts/?which=all&q=publication"]
)
def test_the_queries_of_a_page_do_not_grow_with_its_rows(alice: Client, world: World, url: str) -> None:
    channel(world)
    scheduled(world, title="Publication")
    Slot.objects.create(company=world.bakery, weekday=1, time=time(11, 30))
    alone = queries(alice, url)
    crowd(world, 300, step=timedelta(hours=2))
    assert queries(alice, url) == alone <= 12


def test_a_post_page_makes_as_many_queries_for_one_part_as_for_ten(alice: Client, world: World) -> None:
    channel(world)
    one = queries(alice, f"/c/lenoir/posts/{scheduled(world).pk}/departures/")
    channel(world, "mastodon", "@lenoir@toot.example")
    post = scheduled(world, *[f"partie {n}" for n in range(10)])
    for delivery in deliveries(post):
        Attempt.objects.create(delivery=delivery, number=1, kind="send", began_at=NOON, verdict="not_sent")
    assert queries(alice, f"/c/lenoir/posts/{post.pk}/departures/") == one <= 12


def test_the_list_is_turned_to_its_end_in_every_order(alice: Client, world: World) -> None:
    crowd(world, 130, step=timedelta(hours=1))
    for which in ("coming", "all"):
        seen: list[str] = []
        url = f"/c/lenoir/posts/?which={which}"
        while url:
            page = alice.get(url).content.decode()
            seen += re.findall(r"Publication (\d+)<", page)
            more = re.search(r'href="(\?[^"]*)" rel="next"', page)
            url = f"/c/lenoir/posts/{more[1].replace('&amp;', '&')}" if more else ""
        assert sorted(map(int, seen)) == list(range(130))


def test_a_search_minds_neither_accents_nor_capitals(alice: Client, world: World) -> None:
    idea(world, "Le seigle de Couëron est rentré")
    idea(world, "La brioche")
    page = text(alice.get("/c/lenoir/posts/", {"q": "SEIGLE coueron"}))
    assert "Couëron" in page
    assert "La brioche" not in page


def test_the_list_of_what_waits_holds_only_what_counts(alice: Client, world: World) -> None:
    channel(world)
    refused, mended = scheduled(world, title="Refusée"), scheduled(world, title="Réparée")
    for post in (refused, mended):
        stand(deliveries(post)[0], State.REFUSED)
    posts.mend(post=mended, by=world.actor(world.alice), now=NOON)
    page = text(alice.get("/c/lenoir/posts/?which=waiting"))
    assert "Refusée" in page
    assert "Réparée" not in page


def test_the_filter_shows_one_account_only(alice: Client, world: World) -> None:
    one, two = channel(world), channel(world, "mastodon", "@lenoir@toot.example")
    by = world.actor(world.alice)
    for name, way in (("Bleue", one), ("Mauve", two)):
        posts.start(company=world.bakery, by=by, now=NOON, at=TOMORROW, title=name, parts=["x"], channels=[way.pk])
    for url in (MONTH, "/c/lenoir/posts/", "/c/lenoir/calendar/week/2026-12-12/"):
        page = text(alice.get(url, {"account": two.pk}))
        assert "Mauve" in page
        assert "Bleue" not in page


def test_a_free_slot_leads_to_a_new_post_at_that_hour_and_goes_when_it_is_taken(alice: Client, world: World) -> None:
    channel(world)
    Slot.objects.create(company=world.bakery, weekday=1, time=time(11, 30))
    assert "day=2026-12-15&amp;hour=11:30" in alice.get(MONTH).content.decode()
    scheduled(world, at=datetime(2026, 12, 15, 10, 30, tzinfo=UTC))
    assert "day=2026-12-15&amp;hour=11:30" not in alice.get(MONTH).content.decode()


def test_the_odd_nights_are_drawn_where_they_leave(world: World) -> None:
    channel(world)
    Slot.objects.create(company=world.bakery, weekday=6, time=time(2, 30))
    october = agenda.month(world.bakery, 2026, 10, now=datetime(2026, 10, 1, tzinfo=UTC))
    slots = {d.day.isoformat(): [p.at for p in d.free] for week in october.weeks for d in week if d.free}
    assert slots["2026-10-25"] == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


def test_moving_says_where_it_went_and_can_be_undone(alice: Client, world: World) -> None:
    channel(world)
    post = scheduled(world)
    answer = alice.post(f"/c/lenoir/posts/{post.pk}/hour/", {"day": "2026-12-17", "time": "09:30", "next": MONTH})
    assert (answer.status_code, answer["Location"]) == (303, MONTH)
    post.refresh_from_db()
    assert post.at == datetime(2026, 12, 17, 8, 30, tzinfo=UTC)
    undo = re.search(r'action="([^"]*/hour/\?[^"]*)"', alice.get(MONTH).content.decode())
    assert undo
    alice.post(undo[1].replace("&amp;", "&"))
    post.refresh_from_db()
    assert post.at == TOMORROW
    assert {d.due_at for d in deliveries(post)} == {TOMORROW}


def test_moving_into_the_odd_night_says_what_was_chosen(alice: Client, world: World) -> None:
    alice.post("/-/language", {"language": "en"})
    post = idea(world)
    alice.post(f"/c/lenoir/posts/{post.pk}/hour/", {"day": "2027-03-28", "time": "02:30"})
    page = text(alice.get(f"/c/lenoir/posts/{post.pk}/departures/"))
    assert "does not exist" in page
    post.refresh_from_db()
    assert post.at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(("day", "hour"), [("2026-12-10", "09:30"), ("31/02/2027", "09:30"), ("2027-01-01", "25:00"), ("", "")])
def test_a_bad_hour_moves_nothing_and_says_why(alice: Client, world: World, day: str, hour: str) -> None:
    channel(world)
    post = scheduled(world)
    answer = alice.post(f"/c/lenoir/posts/{post.pk}/hour/", {"day": day, "time": hour}, follow=True)
    assert 'class="toast wrong"' in answer.content.decode()
    post.refresh_from_db()
    assert post.at == TOMORROW


def test_a_move_never_leads_to_another_site(alice: Client, world: World) -> None:
    post = idea(world)
    answer = alice.post(f"/c/lenoir/posts/{post.pk}/hour/", {"day": "2026-12-17", "time": "9:30", "next": "https://example.org/"})
    assert answer["Location"].startswith("/c/lenoir/")


def test_a_post_page_tells_the_whole_story(alice: Client, world: World) -> None:
    alice.post("/-/language", {"language": "en"})
    channel(world)
    post = scheduled(world, "premier", "second")
    first, second = deliveries(post)
    stand(first, State.SENT, sent_at=TOMORROW, url="https://bsky.example/1", remote_id="at://1")
    Attempt.objects.create(delivery=first, number=1, kind="send", began_at=TOMORROW, ended_at=TOMORROW, verdict="unknown")
    Attempt.objects.create(delivery=first, number=1, kind="look", began_at=TOMORROW, ended_at=TOMORROW, verdict="receipt")
    stand(second, State.REFUSED, told={"why": {"text": "Too long.", "facts": {}}, "cure": {"text": "Shorten it.", "facts": {}}})
    page = alice.get(f"/c/lenoir/posts/{post.pk}/departures/")
    said = text(page)
    for words in ("No clear answer", "it is there", "Too long.", "Shorten it.", "Take it off Bluesky", "premier", "second"):
        assert words in said
    assert 'href="https://bsky.example/1"' in page.content.decode()


def test_an_edited_post_says_that_the_change_is_not_in_what_leaves(alice: Client, world: World) -> None:
    channel(world)
    post = scheduled(world, "sûr")
    typed(post, ["à moitié"], world)
    url = f"/c/lenoir/posts/{post.pk}"
    assert f"{url}/update/" in alice.get(f"{url}/departures/").content.decode()
    alice.post(f"{url}/update/")
    assert deliveries(post)[0].parcel["text"] == "à moitié"
    assert f"{url}/update/" not in alice.get(f"{url}/departures/").content.decode()


def test_confirming_a_draft_schedules_it_at_its_hour(alice: Client, world: World) -> None:
    channel(world)
    post = idea(world, at=TOMORROW)
    alice.post(f"/c/lenoir/posts/{post.pk}/confirmation/")
    assert [d.due_at for d in deliveries(post)] == [TOMORROW]


def test_what_stops_a_departure_is_said_and_nothing_leaves(alice: Client, world: World) -> None:
    channel(world)
    post = idea(world, "x" * 400, at=TOMORROW)
    answer = alice.post(f"/c/lenoir/posts/{post.pk}/confirmation/", follow=True)
    assert "Bluesky" in text(answer)
    assert deliveries(post) == []


def test_putting_away_can_be_undone(alice: Client, world: World) -> None:
    channel(world)
    post = scheduled(world, title="La bûche")
    page = alice.post(f"/c/lenoir/posts/{post.pk}/removal/", follow=True).content.decode()
    assert f"/c/lenoir/posts/{post.pk}/restoration/" in page
    assert "La bûche" not in page[page.index("<table") : page.index("</table>")]
    assert "La bûche" in text(alice.get("/c/lenoir/posts/?which=removed"))
    alice.post(f"/c/lenoir/posts/{post.pk}/restoration/")
    assert Post.objects.get().removed_at is None


def undo_of(page: str) -> str:
    said = page[page.index("<parvis-said") : page.index("</parvis-said>")]
    found = re.search(r'action="([^"]+)"', said)
    assert found
    return found[1].replace("&amp;", "&")


def test_taking_back_can_be_undone(alice: Client, world: World) -> None:
    channel(world)
    post = scheduled(world)
    page = alice.post(f"/c/lenoir/posts/{post.pk}/withdrawal/", follow=True).content.decode()
    assert [d.state for d in deliveries(post)] == [State.CANCELLED]
    alice.post(undo_of(page))
    assert [(d.state, d.due_at) for d in deliveries(post)][1:] == [(State.SCHEDULED, TOMORROW)]


def test_taking_back_from_one_account_can_be_undone(alice: Client, world: World) -> None:
    one, two = channel(world), channel(world, "mastodon", "@lenoir@toot.example")
    post = scheduled(world)
    page = alice.post(f"/c/lenoir/posts/{post.pk}/withdrawal/", {"channel": two.pk}, follow=True).content.decode()
    alice.post(undo_of(page))
    assert [(d.channel_id, d.state) for d in deliveries(post)] == [
        (one.pk, State.SCHEDULED),
        (two.pk, State.CANCELLED),
        (two.pk, State.SCHEDULED),
    ]


def test_a_slot_taken_away_can_be_brought_back(alice: Client, world: World) -> None:
    slot = Slot.objects.create(company=world.bakery, weekday=2, time=time(8, 15))
    page = alice.post(f"/c/lenoir/settings/slots/{slot.pk}/removal/", follow=True).content.decode()
    alice.post(undo_of(page))
    assert [(s.weekday, s.time) for s in Slot.objects.all()] == [(2, time(8, 15))]


def test_taking_off_the_network_is_asked_of_the_worker(alice: Client, world: World) -> None:
    channel(world)
    post = scheduled(world)
    delivery = deliveries(post)[0]
    stand(delivery, State.SENT, remote_id="at://1", sent_at=NOON)
    alice.post(f"/c/lenoir/deliveries/{delivery.pk}/removal/")
    delivery.refresh_from_db()
    assert delivery.removal_at is not None


def test_a_mail_s_link_to_a_delivery_leads_to_its_post(alice: Client, world: World) -> None:
    channel(world)
    post = scheduled(world)
    delivery = deliveries(post)[0]
    answer = alice.get(f"/c/lenoir/deliveries/{delivery.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/c/lenoir/posts/{post.pk}/departures/#delivery-{delivery.pk}")


def test_slots_are_added_once_and_taken_away(alice: Client, world: World) -> None:
    for _ in range(2):
        alice.post("/c/lenoir/settings/slots/new/", {"weekday": "1", "time": "11:30"})
    slot = Slot.objects.get()
    assert "11 h 30" in text(alice.get("/c/lenoir/settings/slots/"))
    alice.post(f"/c/lenoir/settings/slots/{slot.pk}/removal/")
    assert not Slot.objects.exists()


def test_a_stranger_sees_and_moves_nothing(world: World, client: Client) -> None:
    channel(world)
    post = scheduled(world)
    delivery = deliveries(post)[0]
    client.force_login(world.denis)
    for url in (MONTH, "/c/lenoir/posts/", f"/c/lenoir/posts/{post.pk}/departures/", f"/c/denis/posts/{post.pk}/departures/",
                f"/c/denis/deliveries/{delivery.pk}/", "/c/lenoir/posts/export.csv", "/c/lenoir/settings/slots/"):  # fmt: skip
        assert client.get(url).status_code == 404
    for verb in ("hour", "confirmation", "update", "withdrawal", "mending", "copy", "removal", "restoration"):
        assert client.post(f"/c/denis/posts/{post.pk}/{verb}/", {"day": "2027-01-01", "time": "9:00"}).status_code == 404
    assert Post.objects.count() == 1


def test_a_reader_reads_and_changes_nothing(world: World, client: Client) -> None:
    channel(world)
    post = scheduled(world)
    client.force_login(world.remi)
    with clock.at(NOON):
        page = client.get(f"/c/lenoir/posts/{post.pk}/departures/").content.decode()
        assert "/removal/" not in page
        assert client.post(f"/c/lenoir/posts/{post.pk}/hour/", {"day": "2027-01-01", "time": "9:00"}).status_code == 403
        assert client.post(f"/c/lenoir/posts/{post.pk}/withdrawal/").status_code == 403
    assert deliveries(post)[0].due_at == TOMORROW


@pytest.mark.parametrize("url", ["2026/13/", "1850/1/", "week/demain/", "week/2026-13-01/", "9999/12/", "2099/12/", "2000/1/"])
def test_a_month_that_is_none_is_not_found(alice: Client, url: str) -> None:
    assert alice.get(f"/c/lenoir/calendar/{url}").status_code in {200, 404}


@pytest.mark.parametrize("after", ["x", "2026-12-01~x", "2026-12-01T00:00:00~1", "~", "2026-12-01T00:00:00+00:00~" + "9" * 40])
def test_a_spoiled_page_turn_starts_again(alice: Client, world: World, after: str) -> None:
    idea(world, "ici", at=TOMORROW)
    assert "ici" in text(alice.get("/c/lenoir/posts/", {"after": after}))
