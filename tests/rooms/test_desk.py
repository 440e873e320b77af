"""The desk of a professional: what waits across clients, and nothing of one where it is not theirs to see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from parvis.core import clock
from parvis.delegation.models import Bearer, Mandate, Side, Stage, Standing
from parvis.people.models import Company, Grant, Member, Role
from parvis.publishing.models import Stop
from tests.rooms.desks import Square, account, asked, given, leaving, page, person, signed, square, talk
from tests.world import NOON, World

PAGES = ("/desk/", "/desk/inbox/", "/desk/calendar/", "/desk/hours/")


@pytest.fixture
def here(world: World) -> Square:
    return square(world)


def filled(here: Square) -> None:
    """One thing of each kind at both clients, the name of each beginning with its client's."""
    now = clock.now()
    for name, channel, mandate in (("Pain", here.bread, here.at_bakery), ("Rhum", here.rum, here.at_distillery)):
        asked(channel, f"{name} asked", at=now + timedelta(days=2), mandate=mandate)
        asked(channel, f"{name} ours", mandate=mandate, side=Side.INSIDE)
        asked(channel, f"{name} changes", mandate=mandate, stage=Stage.CHANGES, closed_at=now)
        asked(channel, f"{name} lapsed", at=now - timedelta(hours=1), mandate=mandate, stage=Stage.LAPSED, closed_at=now)
        talk(channel, f"{name} late", now - timedelta(hours=1))
        talk(channel, f"{name} soon", now + timedelta(hours=1))
        leaving(channel, f"{name} held", now - timedelta(hours=3), "held", mandate)
        leaving(channel, f"{name} to come", now + timedelta(hours=1), "scheduled", mandate)


ON_DESK = ("asked", "ours", "changes", "lapsed", "late", "held")


def test_what_waits_at_two_clients_stands_side_by_side_the_late_first_and_leads_into_each(here: Square) -> None:
    filled(here)
    marc = signed(here.marc)
    for company, name in ((here.world.bakery, "Pain"), (here.distillery, "Rhum")):
        text = page(marc, f"/desk/?client={company.pk}")
        for what in ON_DESK:
            assert f"{name} {what}" in text
        assert f"{name} soon" not in text, "nobody is late there yet"
        assert f"{name} to come" not in text
        assert text.index(f"{name} lapsed") < text.index(f"{name} asked")
        assert f"/c/{company.slug}/approvals/" in text
        assert f"/c/{company.slug}/inbox/" in text
        assert f"/c/{company.slug}/posts/" in text
    text = page(marc)
    assert "12 things wait, 6 of them late" in " ".join(text.split())
    assert "Pain lapsed" in text
    assert "Rhum lapsed" in text


def test_each_line_opens_for_whoever_it_is_shown_to(here: Square) -> None:
    filled(here)
    marc = signed(here.marc)
    text = page(marc, f"/desk/?client={here.world.bakery.pk}")
    ways = {part.split('"')[0] for part in text.split('href="')[1:] if part.startswith("/c/lenoir/")}
    assert len(ways) >= 5
    for way in ways:
        assert marc.get(way).status_code == 200, way


def test_a_colleague_without_a_mandate_for_a_client_sees_nothing_of_it_on_any_page(here: Square) -> None:
    filled(here)
    lea = signed(here.lea)
    for url in (*PAGES, "/desk/?kind=client", "/desk/?kind=answer", "/desk/?kind=decision", "/desk/?kind=lapsed",
                f"/desk/?client={here.distillery.pk}", f"/desk/inbox/?client={here.distillery.pk}",
                f"/desk/?person={here.marc.pk}", f"/desk/calendar/?client={here.distillery.pk}"):  # fmt: skip
        assert "Rhum" not in page(lea, url), url
    assert "Pain asked" in page(lea, "/desk/?kind=client")
    assert "Pain soon" in page(lea, "/desk/inbox/")


def test_accounts_that_the_mandate_does_not_name_stay_unseen(here: Square) -> None:
    other = account(here.world.bakery, "salaries")
    asked(other, "Secret asked")
    both = asked(here.bread, "Secret of both")
    both.channels = [here.bread.pk, other.pk]
    both.save()
    talk(other, "Secret talk", clock.now() - timedelta(hours=1))
    leaving(other, "Secret held", clock.now() - timedelta(hours=3), "held")
    Stop.objects.create(company=here.world.bakery, channel=other, why="Secret stop", who="Alice", at=NOON)
    marc = signed(here.marc)
    for url in (*PAGES, "/desk/?kind=client", "/desk/?kind=stop"):
        assert "Secret" not in page(marc, url), url
    assert "Nothing waits." in page(marc)
    alice = signed(here.world.alice)
    assert page(alice, f"/desk/?client={here.world.bakery.pk}").count("Secret") >= 4, "the company's own people see all of it"


@pytest.mark.parametrize("actions", [["answer"], ["propose"], ["report"]])
def test_only_what_the_actions_of_a_mandate_let_one_see(here: Square, actions: list[str]) -> None:
    filled(here)
    Mandate.objects.filter(pk=here.at_bakery.pk).update(accounts={str(here.bread.pk): actions})
    text = page(signed(here.marc), f"/desk/?client={here.world.bakery.pk}")
    assert ("Pain late" in text) == (actions == ["answer"])
    assert ("Pain asked" in text) == (actions == ["propose"])
    assert ("Pain held" in text) == (actions != ["answer"])


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.ENDED, Standing.REVOKED, Standing.LEFT])
def test_a_mandate_that_does_not_run_shows_that_and_nothing_else(here: Square, standing: Standing) -> None:
    filled(here)
    Mandate.objects.filter(pk=here.at_distillery.pk).update(standing=standing, stopped_at=clock.now())
    marc = signed(here.marc)
    for url in (*PAGES, f"/desk/?client={here.distillery.pk}"):
        text = page(marc, url)
        assert not [what for what in (*ON_DESK, "soon", "to come") if f"Rhum {what}" in text], url
    text = page(marc)
    assert "Rhum du Nord" in text
    assert ("suspended the mandate" if standing == Standing.SUSPENDED else "The mandate is over") in text
    Mandate.objects.filter(pk=here.at_distillery.pk).update(stopped_at=clock.now() - timedelta(days=200))
    if standing != Standing.SUSPENDED:
        assert "The mandate is over" not in page(marc), "one that is long over is no client any more"


def test_a_mandate_past_its_last_day_or_before_its_first_shows_nothing_even_before_anything_ends_it(here: Square) -> None:
    filled(here)
    today = clock.now().date()
    Mandate.objects.filter(pk=here.at_distillery.pk).update(last_day=today - timedelta(days=2))
    assert "Rhum asked" not in page(signed(here.marc))
    Mandate.objects.filter(pk=here.at_distillery.pk).update(first_day=today + timedelta(days=3), last_day=today + timedelta(days=30))
    assert "Rhum asked" not in page(signed(here.marc))


def test_the_owner_of_the_agency_sees_what_its_people_see_and_opens_nothing(here: Square) -> None:
    filled(here)
    boss = person("Ines")
    Member.objects.create(company=here.agency, user=boss, role=Role.OWNER, since=NOON)
    given(here.distillery, here.rum, called="Somebody else")
    ines = signed(boss)
    text = page(ines, f"/desk/?client={here.distillery.pk}")
    assert "Rhum asked" in text
    assert "/c/rhum/" not in text, "no place there, no way there"
    assert "Works for them:" in text
    assert "Marc" in text
    assert "Rhum asked" not in page(ines, f"/desk/?person={here.lea.pk}")
    assert "Pain asked" in page(ines, f"/desk/?kind=client&person={here.lea.pk}")
    assert ines.get("/c/rhum/").status_code == 404
    Mandate.objects.filter(pk=here.at_distillery.pk).update(agency=None)
    assert "Rhum" not in page(ines), "a mandate of somebody else's is none of theirs"


def test_hours_are_each_clients_own(here: Square) -> None:
    at = datetime(2027, 1, 20, 23, 30, tzinfo=UTC)
    asked(here.bread, "Pain asked", at=at)
    asked(here.rum, "Rhum asked", at=at)
    leaving(here.bread, "Pain leaves", at)
    leaving(here.rum, "Rhum leaves", at)
    marc = signed(here.marc)
    text = page(marc)
    assert "0:30" in text.partition("Pain asked")[2][:400], "half past midnight in Paris"
    assert "19:30" in text.partition("Rhum asked")[2][:400], "half past seven in the evening in Martinique"
    assert "hours of Martinique" in text
    week = page(marc, "/desk/calendar/week/2027-01-20/")
    wednesday, thursday = week.split("<td")[3:5]
    assert "Rhum leaves" in wednesday
    assert "19:30" in wednesday
    assert "Pain leaves" in thursday
    assert "0:30" in thursday


def test_a_publication_at_the_border_of_a_month_stands_in_its_clients_month(here: Square) -> None:
    at = datetime(2027, 1, 31, 23, 30, tzinfo=UTC)
    leaving(here.bread, "Pain leaves", at)
    leaving(here.rum, "Rhum leaves", at)
    marc = signed(here.marc)
    january, february = page(marc, "/desk/calendar/2027/1/"), page(marc, "/desk/calendar/2027/2/")
    cells = {part.partition("</td>")[0]: "out" in part[:30] for part in january.split("<td")[1:]}
    assert [out for cell, out in cells.items() if "Rhum leaves" in cell] == [False]
    assert "Pain leaves" not in january, "it is February in Paris"
    assert "Pain leaves" in february


def test_the_calendar_names_the_client_and_moves_nothing(here: Square) -> None:
    filled(here)
    text = page(signed(here.marc), "/desk/calendar/")
    assert "Rhum du Nord" in text
    assert "Boulangerie Lenoir" in text
    assert 'method="post"' not in text.partition('<table class="cal')[2].partition("</table>")[0]
    assert "data-at" not in text


def test_the_calendar_across_clients_tells_a_yes_awaited_from_changes_asked_and_from_a_draft(here: Square) -> None:
    marc, at = signed(here.marc), clock.now() + timedelta(days=1)
    for n, stage in enumerate((Stage.WAITING, Stage.CHANGES, None)):
        post = leaving(here.bread, f"Pain {n}", at, "cancelled").departure.variant.post
        if stage:
            asked(here.bread, post.title, at=at, stage=stage, object_id=post.pk)
    week = page(marc, f"/desk/calendar/week/{at:%Y-%m-%d}/")
    for n, words in enumerate(("waits for a yes", "changes asked", "to confirm")):
        assert words in week.partition(f"<b>Pain {n}</b>")[0].rpartition('class="entry')[2]


def test_who_waits_stands_by_the_promised_hour_and_leads_to_the_clients_conversation(here: Square) -> None:
    now = clock.now()
    second = talk(here.bread, "Odile", now + timedelta(hours=2))
    first = talk(here.rum, "Aimé", now - timedelta(hours=1))
    text = page(signed(here.marc), "/desk/inbox/")
    assert text.index("Aimé") < text.index("Odile")
    assert f"/c/lenoir/inbox/{second.pk}/" in text
    assert f"/c/rhum/inbox/{first.pk}/" in text
    assert "2 people wait, 1 of them beyond the promised hour" in " ".join(text.split())


def test_nothing_of_one_client_is_in_the_pages_of_another(here: Square) -> None:
    filled(here)
    marc = signed(here.marc)
    for way in ("", "calendar/", "posts/", "inbox/", "approvals/", f"settings/mandates/{here.at_bakery.pk}/"):
        text = page(marc, f"/c/lenoir/{way}")
        assert not [what for what in (*ON_DESK, "soon", "to come") if f"Rhum {what}" in text], way


def test_lists_of_one_kind_turn_to_their_end_without_losing_any(here: Square) -> None:
    now = clock.now()
    for n in range(95):
        asked((here.bread, here.rum)[n % 2], f"Yes number {n}.", at=None if n % 3 == 0 else now + timedelta(minutes=n // 6))
        talk((here.bread, here.rum)[n % 2], f"Guest {n}.", now - timedelta(minutes=n // 4))
    marc = signed(here.marc)
    for start, name in (("/desk/?kind=client", "Yes number"), ("/desk/?kind=answer", "Guest"), ("/desk/inbox/", "Guest")):
        seen, url, turned = [], start, 0
        while url:
            text = page(marc, url)
            seen += [n for n in range(95) if f"{name} {n}." in text]
            more = text.partition('rel="next"')[0].rpartition('href="')[2] if 'rel="next"' in text else ""
            url = (start.partition("?")[0] + more.partition('"')[0].replace("&amp;", "&")) if more else ""
            turned += 1
        assert sorted(seen) == list(range(95)), start
        assert turned == 3


def test_clients_turn_to_their_end_too(here: Square) -> None:
    for n in range(40):
        company = Company.objects.create(name=f"Client {n:02}.", slug=f"client-{n}", created_at=NOON)
        mandate = given(company, account(company, f"a{n}"))
        Bearer.objects.create(
            mandate=mandate, since=NOON, member=Member.objects.create(company=company, user=here.marc, role=Role.MANDATED, since=NOON)
        )
    asked(account(company, "z"), "x")
    marc, seen, url = signed(here.marc), [], "/desk/"
    while url:
        text = page(marc, url).partition('class="piles"')[2]
        seen += [n for n in range(40) if f"Client {n:02}." in text]
        more = text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0] if 'rel="next"' in text else ""
        url = f"/desk/{more.replace('&amp;', '&')}" if more else ""
    assert sorted(seen) == list(range(40))


def test_every_page_of_the_desk_keeps_to_twelve_queries(here: Square, django_assert_max_num_queries: Any) -> None:
    filled(here)
    place = Member.objects.create(company=here.world.elsewhere, user=here.marc, role=Role.GUEST, granted=True, since=NOON)
    Grant.objects.create(member=place, role=Role.EDITOR, channel_id=account(here.world.elsewhere, "d").pk)
    marc = signed(here.marc)
    for url in (*PAGES, "/desk/?kind=client", f"/desk/?client={here.distillery.pk}", "/desk/calendar/week/2027-01-20/"):
        marc.get(url)
        with django_assert_max_num_queries(12):
            assert marc.get(url).status_code == 200


def test_whoever_has_no_client_reads_what_this_is(world: World) -> None:
    nobody = person("Nina")
    client = signed(nobody)
    assert "You have no client yet" in page(client)
    for url in PAGES[1:]:
        page(client, url)
    assert Client().get("/desk/")["Location"].startswith("/accounts/login/")


def test_the_menu_leads_to_the_desk_where_there_is_more_than_one_company_or_a_mandate(here: Square) -> None:
    assert 'href="/desk/"' in page(signed(here.marc), "/c/lenoir/posts/")
    assert 'href="/desk/"' not in page(signed(here.world.bob), "/c/lenoir/posts/")


@pytest.mark.parametrize(
    "query", ["?client=x", "?client=99999999999999999999", "?kind=zzz", "?after=~~~", "?kind=client&after=zz~1", "?person=²", "?after=9~9~",
              "?kind=client&after=2027-01-01~1", "?kind=answer&after=~5"],
)  # fmt: skip
def test_whatever_is_typed_in_the_address_is_answered(here: Square, query: str) -> None:
    filled(here)
    marc = signed(here.marc)
    for url in PAGES:
        page(marc, url + query)
    for url in ("/desk/calendar/1/1/", "/desk/calendar/2027/13/", "/desk/calendar/week/demain/"):
        page(marc, url, 404)


def test_an_answer_that_could_not_leave_is_for_the_inbox_and_the_desk_still_opens(here: Square) -> None:
    leaving(here.bread, "Held post", clock.now() - timedelta(hours=1), "held")
    reply = leaving(here.bread, "Held reply", clock.now() - timedelta(hours=1), "held")
    reply.departure.delete()
    for url in ("/desk/", "/desk/?kind=decision"):
        shown = page(signed(here.marc), url)
        assert "Held post" in shown
        assert "Held reply" not in shown


def test_mandates_ending_soon_and_what_is_left_of_the_month(here: Square) -> None:
    Mandate.objects.filter(pk=here.at_bakery.pk).update(
        last_day=clock.now().date() + timedelta(days=12), posts_a_month=8, minutes_a_month=450
    )
    text = page(signed(here.marc))
    assert "A mandate ends soon" in text
    assert "8 of 8 publications left this month" in text
    assert "of 7\u00a0h\u00a030 noted this month" in text
