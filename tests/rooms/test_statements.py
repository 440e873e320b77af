"""The monthly statement of a mandate: one reading for both sides, in the client's own month."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from parvis.agency.statements import statement
from parvis.core import clock
from parvis.delegation.models import Mandate, Revision, Standing, Work
from parvis.delegation.terms import Terms
from parvis.inbox.models import Message, Turn
from parvis.people.models import Company, Member, Role
from parvis.publishing.models import Delivery
from tests.rooms.desks import Square, asked, leaving, page, person, signed, square, talk
from tests.world import World

MONTH = date(2026, 10, 1)
NIGHT = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)
NOON = datetime(2026, 10, 12, 10, 0, tzinfo=UTC)


@pytest.fixture
def here(world: World) -> Square:
    square_here = square(world)
    Mandate.objects.update(first_day=date(2026, 10, 1), last_day=date(2099, 1, 1), accepted_at=NOON)
    return square_here


def worked(mandate: Mandate, day: date, minutes: int, **more: Any) -> Work:
    return Work.objects.create(mandate=mandate, who="Marc", day=day, minutes=minutes, created_at=NOON, **more)


def url(mandate: Mandate, tail: str = "") -> str:
    return f"/c/{mandate.company.slug}/settings/mandates/{mandate.pk}/statement/2026/10/{tail}"


def shown(text: str) -> str:
    """What the page tells, without what the reader's own menu says."""
    main = text.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_both_sides_read_the_same_statement_whatever_it_says(here: Square) -> None:
    Mandate.objects.filter(pk=here.at_bakery.pk).update(price_cents=4_550, price_per="hour", minutes_a_month=60, posts_a_month=1)
    mandate = Mandate.objects.get(pk=here.at_bakery.pk)
    for n in range(2):
        leaving(here.bread, f"Pain {n}", NOON, "sent", mandate, sent_at=NOON + timedelta(minutes=n))
    worked(mandate, date(2026, 10, 5), 50)
    worked(mandate, date(2026, 10, 6), 40, beyond=True, agreed_at=NOON)
    worked(mandate, date(2026, 10, 7), 500, beyond=True)
    asked(here.bread, "Pain asked", mandate=mandate, asked_at=NOON, stage="approved")
    texts = {shown(page(signed(who), url(mandate))) for who in (here.marc, here.lea, here.world.alice)}
    assert len(texts) == 1, "one statement"
    (text,) = texts
    assert "€68.25" in text, "an hour and a half: what nobody agreed to is not due"
    assert "1 h 30 of 1 h" in text
    assert "Beyond, not agreed: not counted 8 h 20" in text
    assert "Of them beyond what the month includes 1" in text
    assert "Requests for a yes agreed to 1" in text
    files = {signed(who).get(url(mandate, "file/")).content for who in (here.marc, here.world.alice)}
    assert len(files) == 1
    rows = list(csv.reader(io.StringIO(files.pop().decode("utf-8-sig")), delimiter=";"))
    assert rows[-1] == ["Due, before tax", "", "1\u00a0h\u00a030 at €45.50", "68.25"]
    assert ["Publication", "2026-10-12", "Pain 0", "Bluesky"] in rows


@pytest.mark.parametrize(
    ("per", "cents"), [("month", 10_000), ("day", 20_000), ("hour", 20_000), ("post", 30_000)],
)  # fmt: skip
def test_what_is_due_follows_the_terms(here: Square, per: str, cents: int) -> None:
    Mandate.objects.filter(pk=here.at_bakery.pk).update(price_cents=10_000, price_per=per)
    mandate = Mandate.objects.get(pk=here.at_bakery.pk)
    for n in range(3):
        leaving(here.bread, f"Pain {n}", NOON, "sent", mandate, sent_at=NOON)
    worked(mandate, date(2026, 10, 5), 30)
    worked(mandate, date(2026, 10, 5), 30)
    worked(mandate, date(2026, 10, 8), 60)
    due = statement(mandate, MONTH).due
    assert due is not None
    assert due.cents == cents


def test_the_month_is_the_clients_own(here: Square) -> None:
    for channel, mandate in ((here.bread, here.at_bakery), (here.rum, here.at_distillery)):
        leaving(channel, "At midnight", NIGHT, "sent", mandate, sent_at=NIGHT)
    assert len(statement(here.at_bakery, MONTH).left) == 0, "it is November in Paris"
    assert len(statement(here.at_bakery, date(2026, 11, 1)).left) == 1
    assert len(statement(here.at_distillery, MONTH).left) == 1, "it is October in Martinique"


def test_only_what_was_done_under_this_mandate_counts(here: Square) -> None:
    leaving(here.bread, "By the company", NOON, "sent", sent_at=NOON)
    leaving(here.bread, "Not yet", NOON, "scheduled", here.at_bakery)
    leaving(here.rum, "For another client", NOON, "sent", here.at_distillery, sent_at=NOON)
    told = statement(here.at_bakery, MONTH)
    assert (told.left, told.answers, told.works, told.approvals) == ([], 0, [], {})
    assert "Nothing was done this month" in page(signed(here.world.alice), url(here.at_bakery))


def test_answers_are_counted_with_how_long_people_waited(here: Square) -> None:
    open_talk = talk(here.bread, "Odile", NOON)
    sent = Delivery.objects.create(
        company=here.world.bakery, channel=here.bread, subject="x", parcel={}, digest="0" * 64, state="sent", due_at=NOON, ready_at=NOON,
        created_at=NOON, sent_at=NOON, mandate_id=here.at_bakery.pk,
    )  # fmt: skip
    Message.objects.create(
        company=here.world.bakery, conversation=open_talk, channel=here.bread, mine=True, by=here.marc, delivery=sent, words="Oui.",
        at=NOON, created_at=NOON,
    )  # fmt: skip
    for by, seconds in ((here.marc, 1800), (here.world.bob, 9)):
        Turn.objects.create(
            company=here.world.bakery, conversation=open_talk, channel=here.bread, opened_at=NOON, answered_at=NOON, by=by, seconds=seconds,
            due_at=NOON,
        )  # fmt: skip
    told = statement(here.at_bakery, MONTH)
    assert (told.answers, told.times.count, told.times.median) == (1, 1, timedelta(minutes=30)), "the company's own is not theirs"


def test_a_month_is_told_by_the_wording_of_its_time(here: Square) -> None:
    mandate = here.at_bakery
    for number, cents, at in ((1, 10_000, datetime(2026, 9, 20, tzinfo=UTC)), (2, 99_900, datetime(2026, 11, 3, tzinfo=UTC))):
        Mandate.objects.filter(pk=mandate.pk).update(price_cents=cents, price_per="month")
        mandate.refresh_from_db()
        Revision.objects.create(
            mandate=mandate, number=number, terms=Terms.of(mandate).to_json(), digest="0" * 64, side="client", who="Alice", made_at=at,
            client_at=at, inside_at=at,
        )  # fmt: skip
    dues = [statement(mandate, month).due for month in (MONTH, date(2026, 11, 1), date(2026, 9, 1))]
    assert [due.cents if due else None for due in dues] == [10_000, 99_900, 0]


def test_who_reads_it_and_who_does_not(here: Square) -> None:
    mandate = here.at_distillery
    leaving(here.rum, "Rhum leaves", NOON, "sent", mandate, sent_at=NOON)
    assert signed(here.lea).get(url(mandate)).status_code == 404
    assert signed(here.world.alice).get(url(mandate)).status_code == 404
    assert signed(here.world.denis).get(url(mandate, "file/")).status_code == 404
    assert "Rhum leaves" in page(signed(here.marc), url(mandate))
    Mandate.objects.filter(pk=mandate.pk).update(standing=Standing.SUSPENDED, stopped_at=NOON)
    for tail in ("", "file/"):
        text = page(signed(here.marc), url(mandate, tail))
        assert "Rhum leaves" not in text, "the figures, and no more"
        assert "Publications that left" in text
    rose = here.distillery.members.get(role=Role.OWNER).user
    assert "Rhum leaves" in page(signed(rose), url(mandate))


def test_a_title_is_no_formula_in_a_spreadsheet(here: Square) -> None:
    leaving(here.bread, "=1+1", NOON, "sent", here.at_bakery, sent_at=NOON)
    assert ";'=1+1;" in page(signed(here.world.alice), url(here.at_bakery, "file/"))


@pytest.mark.parametrize("when", ["1999/1", "2026/13", "2026/0"])
def test_no_month_is_no_page(here: Square, when: str) -> None:
    assert signed(here.world.alice).get(f"/c/lenoir/settings/mandates/{here.at_bakery.pk}/statement/{when}/").status_code == 404


def test_the_statement_keeps_to_its_queries(here: Square, django_assert_max_num_queries: Any) -> None:
    alice = signed(here.world.alice)
    for n in range(12):
        leaving(here.bread, f"Pain {n}", NOON, "sent", here.at_bakery, sent_at=NOON)
        worked(here.at_bakery, date(2026, 10, n + 1), 20)
    alice.get(url(here.at_bakery))
    with django_assert_max_num_queries(12):
        assert alice.get(url(here.at_bakery)).status_code == 200


# ---- the owner of an agency, who bears no mandate herself


def boss(here: Square, role: Role = Role.OWNER) -> Any:
    user = person("Nadia")
    Member.objects.create(company=here.agency, user=user, role=role, since=NOON)
    return user


def desk(mandate: Mandate, tail: str = "") -> str:
    return f"/desk/mandates/{mandate.pk}/statement/2026/10/{tail}"


def test_the_owner_of_an_agency_who_bears_no_mandate_reads_the_statements_of_its_clients(here: Square) -> None:
    nadia, mandate = boss(here), here.at_bakery
    leaving(here.bread, "Pain", NOON, "sent", mandate, sent_at=NOON)
    worked(mandate, date(2026, 10, 5), 50)
    worked(mandate, date(2026, 10, 7), 500, beyond=True)
    text = shown(page(signed(nadia), desk(mandate)))
    assert "Time noted 50 min" in text
    assert "not counted 8 h 20" in text
    assert "Pain" in text
    assert signed(nadia).get(desk(mandate, "file/")).content == signed(here.marc).get(url(mandate, "file/")).content
    today = clock.now().date()
    assert f"/desk/mandates/{mandate.pk}/statement/{today.year}/{today.month}/" in page(signed(nadia), "/desk/")
    for tail in ("", "file/", "statement.pdf"):
        assert signed(nadia).get(url(mandate, tail)).status_code == 404, "she has no place at the client"


def test_nobody_else_reads_a_statement_from_the_desk(here: Square) -> None:
    mandate, world = here.at_bakery, here.world
    others = [boss(here, Role.APPROVER), here.marc, here.lea, world.alice, world.denis]
    elsewhere = Company.objects.create(name="Autre agence", slug="autre", created_at=NOON, agency=True)
    Member.objects.create(company=elsewhere, user=world.denis, role=Role.OWNER, since=NOON)
    for who in others:
        for tail in ("", "file/", "statement.pdf"):
            assert signed(who).get(desk(mandate, tail)).status_code == 404, who.name
    nadia = others[0]
    Member.objects.filter(user=nadia).update(role=Role.OWNER)
    for standing in (Standing.DRAFT, Standing.OFFERED, Standing.DECLINED):
        Mandate.objects.filter(pk=mandate.pk).update(standing=standing)
        assert signed(nadia).get(desk(mandate)).status_code == 404, standing
    Mandate.objects.filter(pk=mandate.pk).update(standing=Standing.REVOKED, stopped_at=clock.now())
    leaving(here.bread, "Pain", NOON, "sent", mandate, sent_at=NOON)
    text = shown(page(signed(nadia), desk(mandate)))
    assert "Publications that left 1" in text
    assert "Pain" not in text, "what is over lets one read figures"
    Company.objects.filter(pk=here.agency.pk).update(agency=False)
    assert signed(nadia).get(desk(mandate)).status_code == 404


def test_the_desk_s_hours_show_the_owner_of_an_agency_what_her_people_noted(here: Square) -> None:
    nadia, today = boss(here), clock.now().date()
    worked(here.at_bakery, today, 50)
    text = page(signed(nadia), "/desk/hours/")
    assert f"/desk/mandates/{here.at_bakery.pk}/statement/{today.year}/{today.month}/" in text
    assert "50\u00a0min" in text
    assert "/desk/mandates/" not in page(signed(here.marc), "/desk/hours/")


def test_the_statement_of_the_desk_asks_at_most_twelve_queries(here: Square, django_assert_max_num_queries: Any) -> None:
    browser = signed(boss(here))
    worked(here.at_bakery, date(2026, 10, 5), 50)
    with django_assert_max_num_queries(12):
        assert browser.get(desk(here.at_bakery)).status_code == 200


# ---- on paper


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fr", ["Relevé", "octobre 2026", "Temps noté", "1 h 30", "5 octobre 2026", "Pain 0", "Retouches", "68,25"]),
        ("en", ["Statement of October 2026", "Time noted", "1 h 30", "Pain 0", "Retouches", "68.25", "waits for the company"]),
    ],
)
def test_the_statement_is_read_back_from_the_paper_by_both_sides(here: Square, language: str, expected: list[str]) -> None:
    Mandate.objects.filter(pk=here.at_bakery.pk).update(price_cents=4_550, price_per="hour", minutes_a_month=60)
    mandate = Mandate.objects.get(pk=here.at_bakery.pk)
    leaving(here.bread, "Pain 0", NOON, "sent", mandate, sent_at=NOON)
    worked(mandate, date(2026, 10, 5), 50, what="Retouches #let *x*")
    worked(mandate, date(2026, 10, 6), 40, beyond=True, agreed_at=NOON)
    worked(mandate, date(2026, 10, 7), 500, beyond=True)
    papers = {}
    for who, where in ((here.marc, url), (here.world.alice, url), (boss(here), desk)):
        answer = signed(who).get(where(mandate, f"statement.pdf?language={language}"))
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/pdf"
        assert "2026-10.pdf" in answer.headers["Content-Disposition"]
        pages = PdfReader(io.BytesIO(answer.content)).pages
        papers[who.name] = " ".join(" ".join(one.extract_text() for one in pages).replace("\u00a0", " ").split())
    assert len(set(papers.values())) == 1, "one paper"
    for words in expected:
        assert words in papers["Alice"], words
    assert "#let *x*" in papers["Alice"], "nothing that people wrote is markup"


def test_strangers_have_no_paper(here: Square) -> None:
    for who in (here.world.denis, here.world.bob):
        expected = 404 if who == here.world.denis else 200
        assert signed(who).get(url(here.at_bakery, "statement.pdf")).status_code == expected
    assert signed(here.world.alice).get(url(here.at_bakery, "statement.pdf").replace("/10/", "/13/")).status_code == 404


def test_a_paper_that_cannot_be_made_leads_back_and_says_so(here: Square, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parvis.web.papers.PRESS", "parvis.web.nothing")
    answer = signed(here.marc).get(url(here.at_bakery, "statement.pdf"), follow=True)
    assert answer.redirect_chain[0][0] == url(here.at_bakery)
    assert "could not be made" in answer.content.decode()
