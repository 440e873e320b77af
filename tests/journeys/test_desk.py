"""A professional looks over their clients, on a phone and at a desk: all of it can be read, and a line leads to its client."""

from __future__ import annotations

from datetime import timedelta

import pytest

from parvis.core import clock
from parvis.delegation.models import Mandate, Stage, Work
from parvis.people.models import User
from tests.journeys.conftest import WIDTHS, Open, violations
from tests.rooms.desks import Square, asked, leaving, square, talk
from tests.world import World


def filled(world: World) -> Square:
    here, now = square(world), clock.now()
    User.objects.filter(pk=here.marc.pk).update(language="fr")
    Mandate.objects.update(posts_a_month=8, minutes_a_month=60, price_cents=80_000, price_per="month", accepted_at=now)
    for channel, mandate in ((here.bread, here.at_bakery), (here.rum, here.at_distillery)):
        title = "Nous cherchons un apprenti pour la rentrée de janvier, au fournil comme à la boutique, sans expérience exigée"
        asked(channel, title, at=now + timedelta(hours=2), mandate=mandate)
        asked(channel, "Saint-Nicolas au fournil", at=now + timedelta(days=2), mandate=mandate)
        asked(channel, "La galette arrive", mandate=mandate, stage=Stage.LAPSED, closed_at=now, at=now - timedelta(hours=2))
        talk(channel, "Odile Ravanel", now - timedelta(hours=3), "Bonjour, avez-vous encore du pain de seigle à l’épeautre ce matin ?")
        talk(channel, "Anne-Élisabeth de La Rochefoucauld-Doudeauville", now + timedelta(hours=3), "Merci !")
        leaving(channel, "Un pain par jour jusqu’à Noël", now - timedelta(hours=5), "held", mandate)
        leaving(channel, "Merci à nos clients", now + timedelta(hours=6), "scheduled", mandate)
        leaving(channel, "Le seigle de Couëron", now - timedelta(hours=6), "sent", mandate, sent_at=now - timedelta(hours=6))
        more = {"user": here.marc, "who": "Marc", "what": "Textes et photographies de décembre", "created_at": now}
        Work.objects.create(mandate=mandate, day=now.date(), minutes=50, **more)
        Work.objects.create(mandate=mandate, day=now.date(), minutes=40, beyond=True, **more)
    return here


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", sorted(WIDTHS))
def test_the_desk_is_for_everybody(open_page: Open, live_world: World, width: str, theme: str) -> None:
    here, now = filled(live_world), clock.now()
    page, found = open_page(width, here.marc, theme=theme), []
    mandate = f"/c/lenoir/settings/mandates/{here.at_bakery.pk}/"
    for url in ("/desk/", "/desk/?kind=client", "/desk/calendar/", f"/desk/calendar/week/{now:%Y-%m-%d}/", "/desk/inbox/", "/desk/hours/",
                mandate, f"{mandate}statement/{now.year}/{now.month}/", f"{mandate}hours/{Work.objects.all()[0].pk}/change/"):  # fmt: skip
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == 200, url
        found += [f"{url}: {violation}" for violation in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{url}: wider than the screen")
    assert not found, "\n".join(found)


def test_a_line_leads_to_its_client_and_time_is_noted_by_keyboard(open_page: Open, live_world: World) -> None:
    here = filled(live_world)
    page = open_page("phone", here.marc)
    page.goto("/desk/")
    page.get_by_role("link", name="Nous cherchons un apprenti").first.click()
    assert "/approvals/" in page.url
    page.goto("/desk/hours/")
    page.get_by_label("Minutes").fill("5")
    page.get_by_label("Minutes").press("Enter")
    page.wait_for_url("**/desk/hours/")
    page.get_by_role("status").get_by_text("Noté").wait_for()
    assert Work.objects.filter(minutes=5).exists()
