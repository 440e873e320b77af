"""Time noted under a mandate: by whoever bears it, within what the month includes; beyond, with the company's word."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail as outbox

from parvis.audit.models import Entry
from parvis.core import clock
from parvis.delegation import working
from parvis.delegation.models import Bearer, Mandate, Standing, Work
from parvis.people.models import Member, Role
from parvis.worker import hours
from tests.rooms.desks import Square, page, signed, square
from tests.world import World

AT = "/c/lenoir/settings/mandates/"


@pytest.fixture
def here(world: World) -> Square:
    return square(world)


def typed(mandate: Mandate, hours: int = 0, minutes: int = 0, **more: Any) -> dict[str, Any]:
    day = clock.now().date().isoformat()
    return {"mandate": str(mandate.pk), "day": day, "hours": hours or "", "minutes": minutes or "", "what": "Textes de décembre"} | more


def test_noted_on_the_desk_read_on_the_mandate_taken_away_and_brought_back(here: Square) -> None:
    marc, alice, at = signed(here.marc), signed(here.world.alice), f"{AT}{here.at_bakery.pk}/"
    assert "Nothing noted yet" in page(marc, "/desk/hours/")
    said = marc.post("/desk/hours/", typed(here.at_bakery, 1, 30), follow=True).content.decode()
    work = Work.objects.get()
    assert (work.minutes, work.user, work.beyond) == (90, here.marc, False)
    assert "Textes de décembre" in said
    for who in (marc, alice):
        assert "Textes de décembre" in page(who, at)
    assert "Textes de décembre" not in page(signed(here.lea), "/desk/hours/"), "hers are hers"
    marc.post(f"{at}hours/{work.pk}/remove/")
    assert "Textes de décembre" not in page(alice, at)
    marc.post(f"{at}hours/{work.pk}/restore/")
    assert "Textes de décembre" in page(alice, at)
    marc.post(f"{at}hours/{work.pk}/change/", typed(here.at_bakery, 2))
    work.refresh_from_db()
    assert work.minutes == 120
    verbs = list(Entry.objects.filter(verb__startswith="delegation:work").order_by("pk").values_list("verb", flat=True))
    assert verbs == [f"delegation:work:{what}" for what in ("logged", "removed", "restored", "changed")]


def test_beyond_what_the_month_includes_it_asks_and_only_the_owner_agrees(here: Square) -> None:
    Mandate.objects.filter(pk=here.at_bakery.pk).update(minutes_a_month=60)
    marc, at = signed(here.marc), f"{AT}{here.at_bakery.pk}/"
    marc.post("/desk/hours/", typed(here.at_bakery, 0, 45))
    answer = marc.post("/desk/hours/", typed(here.at_bakery, 0, 30))
    assert answer.status_code == 422
    assert "15\u00a0min more" in answer.content.decode()
    assert "Textes de décembre" in answer.content.decode(), "what was typed comes back"
    assert Work.objects.count() == 1
    marc.post("/desk/hours/", typed(here.at_bakery, 0, 30, beyond="on"))
    work = Work.objects.get(beyond=True)
    for who in (here.world.bob, here.world.remi, here.marc, here.lea):
        assert signed(who).post(f"{at}hours/{work.pk}/agree/").status_code == 403
    alice = signed(here.world.alice)
    assert f"hours/{work.pk}/agree/" in page(alice, at)
    alice.post(f"{at}hours/{work.pk}/agree/")
    work.refresh_from_db()
    assert work.agreed_by == here.world.alice
    alice.post(f"{at}hours/{work.pk}/disagree/")
    alice.post(f"{at}hours/{work.pk}/agree/")
    marc.post(f"{at}hours/{work.pk}/change/", typed(here.at_bakery, 5, beyond="on"))
    work.refresh_from_db()
    assert (work.minutes, work.agreed_at) == (300, None), "another time is another question"


def test_nobody_notes_or_changes_what_is_not_theirs(here: Square) -> None:
    marc, lea, at = signed(here.marc), signed(here.lea), f"{AT}{here.at_bakery.pk}/"
    assert lea.post("/desk/hours/", typed(here.at_distillery, 1)).status_code == 404
    assert signed(here.world.alice).post(f"{at}hours/", typed(here.at_bakery, 1)).status_code == 403, "an owner bears nothing"
    marc.post(f"{at}hours/", typed(here.at_bakery, 1))
    work = Work.objects.get()
    for tail in ("change/", "remove/"):
        assert lea.post(f"{at}hours/{work.pk}/{tail}", typed(here.at_bakery, 9)).status_code == 403
    assert marc.post(f"{AT}{here.at_bakery.pk}/hours/99999/remove/").status_code == 404
    other = Mandate.objects.create(
        company=here.world.bakery, called="x", first_day=here.at_bakery.first_day, last_day=here.at_bakery.last_day,
        standing=Standing.ACTIVE, created_at=clock.now(), accounts=here.at_bakery.accounts,
    )  # fmt: skip
    Bearer.objects.create(mandate=other, member=Member.objects.get(company=here.world.bakery, user=here.lea), since=clock.now())
    assert marc.post(f"{AT}{other.pk}/hours/", typed(other, 1)).status_code == 404, "a mandate of another professional's"
    assert marc.post(f"{AT}{here.at_bakery.pk}/hours/{work.pk}/remove/").status_code == 303
    assert Member.objects.get(company=here.world.bakery, user=here.marc).role == Role.MANDATED


@pytest.mark.parametrize(
    "more", [{"hours": "", "minutes": ""}, {"hours": "25"}, {"minutes": "-1"}, {"day": "hier"}, {"day": "2020-01-01"},
             {"day": "2099-01-01"}, {"hours": "24", "minutes": "1"}],
)  # fmt: skip
def test_what_is_no_time_is_said_and_nothing_is_noted(here: Square, more: dict[str, str]) -> None:
    answer = signed(here.marc).post("/desk/hours/", typed(here.at_bakery) | {"hours": "1"} | more)
    assert answer.status_code == 422
    assert "_error" in answer.content.decode()
    assert not Work.objects.exists()


def test_a_day_holds_twenty_four_hours_over_its_lines(here: Square) -> None:
    marc = signed(here.marc)
    marc.post("/desk/hours/", typed(here.at_bakery, 20))
    assert marc.post("/desk/hours/", typed(here.at_bakery, 5)).status_code == 422
    assert signed(here.lea).post("/desk/hours/", typed(here.at_bakery, 5)).status_code == 303, "a colleague has a day of their own"


def test_a_suspended_mandate_notes_nothing(here: Square) -> None:
    marc, at = signed(here.marc), f"{AT}{here.at_bakery.pk}/"
    marc.post(f"{at}hours/", typed(here.at_bakery, 1))
    work = Work.objects.get()
    Mandate.objects.filter(pk=here.at_bakery.pk).update(standing=Standing.SUSPENDED, stopped_at=clock.now())
    assert marc.post("/desk/hours/", typed(here.at_bakery, 1)).status_code == 404
    for tail in ("", f"{work.pk}/remove/", f"{work.pk}/change/"):
        assert marc.post(f"{at}hours/{tail}", typed(here.at_bakery, 1)).status_code == 403
    assert Work.objects.filter(removed_at=None).count() == 1


def test_the_month_is_that_of_the_day_worked(here: Square) -> None:
    Mandate.objects.filter(pk=here.at_bakery.pk).update(minutes_a_month=60)
    marc, today = signed(here.marc), clock.now().date()
    before = today.replace(day=1) - timedelta(days=1)
    for day in (before, today):
        assert marc.post("/desk/hours/", typed(here.at_bakery, 1, day=day.isoformat())).status_code == 303
    assert marc.post("/desk/hours/", typed(here.at_bakery, 0, 1)).status_code == 422


def letters(now: datetime | None = None) -> list[Any]:
    """Make the round of mails, after what is noted together was gathered, and take what left."""
    hours.tell(now or clock.now() + working.GATHER)
    left, outbox.outbox[:] = list(outbox.outbox), []
    return left


def test_the_owner_gets_one_mail_of_all_that_was_noted_beyond_and_none_before_it_was_gathered(here: Square) -> None:
    Mandate.objects.filter(pk=here.at_bakery.pk).update(minutes_a_month=60)
    marc = signed(here.marc)
    for n in range(3):
        marc.post("/desk/hours/", typed(here.at_bakery, 0, 40 + n, beyond="on", what=f"Retouches {n}"))
    marc.post("/desk/hours/", typed(here.at_bakery, 0, 30))
    assert not letters(clock.now())
    (letter,) = letters()
    assert letter.to == ["alice@example.test"]
    assert all(f"Retouches {n}" in letter.body for n in range(3))
    assert "2 h 03" in letter.subject
    assert f"/c/lenoir/settings/mandates/{here.at_bakery.pk}/#hours" in letter.body
    assert "Textes de décembre" not in letter.body, "what the month includes asks for nothing"
    assert not letters(), "once"


def test_what_was_taken_away_or_agreed_to_meanwhile_is_not_asked_for(here: Square) -> None:
    marc, at = signed(here.marc), f"{AT}{here.at_bakery.pk}/"
    for minutes in (10, 20):
        marc.post("/desk/hours/", typed(here.at_bakery, 0, minutes, beyond="on"))
    first, second = Work.objects.order_by("pk")
    marc.post(f"{at}hours/{first.pk}/remove/")
    signed(here.world.alice).post(f"{at}hours/{second.pk}/agree/")
    assert [one.to for one in letters()] == [["marc@agence.test"]]


def test_whoever_noted_it_is_told_what_the_owner_decided_and_nobody_of_what_she_took_back_at_once(here: Square) -> None:
    marc, lea, alice, at = signed(here.marc), signed(here.lea), signed(here.world.alice), f"{AT}{here.at_bakery.pk}/"
    for who, minutes in ((marc, 10), (marc, 20), (lea, 30)):
        who.post("/desk/hours/", typed(here.at_bakery, 0, minutes, beyond="on"))
    letters()
    works = list(Work.objects.order_by("pk"))
    for work in works:
        alice.post(f"{at}hours/{work.pk}/agree/")
    alice.post(f"{at}hours/{works[1].pk}/disagree/")
    told = {one.to[0]: one.body for one in letters()}
    assert set(told) == {"marc@agence.test", "lea@agence.test"}
    assert "10\u00a0min" in told["marc@agence.test"]
    assert "20\u00a0min" not in told["marc@agence.test"]
    alice.post(f"{at}hours/{works[0].pk}/disagree/")
    (letter,) = letters()
    assert "took its yes" in letter.body


def test_a_mail_about_hours_that_does_not_leave_is_tried_again(here: Square, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(letter: Any) -> int:
        raise OSError(letter)

    signed(here.marc).post("/desk/hours/", typed(here.at_bakery, 0, 10, beyond="on"))
    with monkeypatch.context() as away:
        away.setattr("django.core.mail.EmailMessage.send", gone)
        assert not letters()
    assert len(letters()) == 1


def test_time_noted_says_the_same_on_the_mandate_the_desk_and_the_statement(here: Square) -> None:
    Mandate.objects.filter(pk=here.at_bakery.pk).update(minutes_a_month=60, accepted_at=clock.now())
    marc, at, today = signed(here.marc), f"{AT}{here.at_bakery.pk}/", clock.now().date()
    marc.post("/desk/hours/", typed(here.at_bakery, 0, 50))
    marc.post("/desk/hours/", typed(here.at_bakery, 2, 0, beyond="on"))
    pages = [at, f"{at}statement/{today.year}/{today.month}/"]
    for url in pages:
        text = " ".join(re.sub("<[^>]+>", " ", page(marc, url)).split())
        assert "50 min of 1 h" in text, url
        assert "Beyond, not agreed: not counted 2 h" in text, url
    for url in ("/desk/", "/desk/hours/"):
        assert "2\u00a0h beyond waits for a yes" in page(marc, url), url
    signed(here.world.alice).post(f"{at}hours/{Work.objects.get(beyond=True).pk}/agree/")
    for url in [*pages, "/desk/hours/"]:
        text = " ".join(re.sub("<[^>]+>", " ", page(marc, url)).split())
        assert "2 h 50 of 1 h" in text, url
        assert "not counted" not in text, url


def test_time_beyond_of_an_earlier_month_can_still_be_agreed_to(here: Square) -> None:
    day = (clock.now().date().replace(day=1) - timedelta(days=1)).isoformat()
    signed(here.marc).post("/desk/hours/", typed(here.at_bakery, 0, 10, beyond="on", day=day))
    assert f"hours/{Work.objects.get().pk}/agree/" in page(signed(here.world.alice), f"{AT}{here.at_bakery.pk}/")
