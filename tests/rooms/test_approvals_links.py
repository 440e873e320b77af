"""Links by which somebody without an account decides: once, in their own name, and never by being looked at."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.test import Client

from parvis.core import clock
from parvis.delegation import approvals, linking
from parvis.delegation.linking import LinkOver
from parvis.delegation.models import Approval, Decision, Remark, Stage, YesLink
from parvis.people.models import Member, Role
from parvis.people.permissions import NotAllowed
from parvis.posts import approving
from parvis.posts import commands as posts
from parvis.publishing.models import Delivery
from tests.rooms.agreement import acting, bearer, circuit, fresh, outside, proposed, step
from tests.rooms.bakery import TOMORROW, idea, picture, typed
from tests.world import NOON, World

pytestmark = pytest.mark.django_db


class Now:
    at = NOON


@pytest.fixture(autouse=True)
def hour(monkeypatch: pytest.MonkeyPatch) -> type[Now]:
    Now.at = NOON
    monkeypatch.setattr(clock, "now", lambda: Now.at)
    return Now


def linked(world: World, approval: Approval, name: str = "Mme Lenoir", **more: object) -> tuple[YesLink, str]:
    link = linking.make(approval=approval, name=name, by=acting(world, world.alice), now=NOON, **more)  # type: ignore[arg-type]
    return link, f"/yes/{linking.token_of(link)}/"


def phone() -> Client:
    return Client(enforce_csrf_checks=True)


def test_the_owner_agrees_from_the_phone_and_exactly_what_was_shown_leaves(world: World) -> None:
    outside(world)
    _, approval = proposed(world, "La bûche est là.")
    _, path = linked(world, approval)
    shown = phone().get(path)
    assert shown.status_code == 200
    assert "La bûche est là." in shown.content.decode()
    assert "Mme Lenoir" in shown.content.decode()
    assert phone().post(f"{path}decision/", {"verdict": "yes"}).status_code == 303
    assert Delivery.objects.get().due_at == TOMORROW
    said = Decision.objects.get()
    assert (said.who, said.user, said.link_id) == ("Mme Lenoir", None, YesLink.objects.get().pk)


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_scanner_that_opens_every_link_decides_nothing_and_writes_nothing(world: World, method: str) -> None:
    outside(world)
    _, approval = proposed(world)
    link, path = linked(world, approval)
    for tail in ("", "decision/", "remarks/"):
        for _ in range(3):
            getattr(phone(), method)(f"{path}{tail}?verdict=yes&words=oui")
    link.refresh_from_db()
    assert (link.opened_at, link.used_at, fresh(approval).stage) == (None, None, Stage.WAITING)
    assert not Decision.objects.exists()


def test_a_link_used_twice_decides_once_and_says_so(world: World) -> None:
    outside(world)
    _, approval = proposed(world)
    _, path = linked(world, approval)
    phone().post(f"{path}decision/", {"verdict": "no", "words": "Pas cette semaine."})
    again = phone().post(f"{path}decision/", {"verdict": "yes"})
    assert again.status_code == 410
    assert "Mme Lenoir" in again.content.decode()
    assert fresh(approval).stage == Stage.REFUSED
    assert not Delivery.objects.exists()
    assert "Pas cette semaine." in phone().get(path).content.decode()


def test_a_forwarded_link_shows_for_whom_it_was_made_and_writes_under_that_name(world: World) -> None:
    outside(world)
    _, approval = proposed(world)
    _, path = linked(world, approval, "Jeanne Lenoir")
    somebody_else = phone()
    assert "Jeanne Lenoir" in somebody_else.get(path).content.decode()
    somebody_else.post(f"{path}decision/", {"verdict": "yes"})
    assert Decision.objects.get().who == "Jeanne Lenoir"


@pytest.mark.parametrize("what", ["guessed", "expired", "revoked"])
def test_a_link_that_opens_nothing_says_why_and_decides_nothing(world: World, what: str, hour: type[Now]) -> None:
    outside(world)
    _, approval = proposed(world)
    link, path = linked(world, approval)
    if what == "guessed":
        path = "/yes/abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG/"
    elif what == "expired":
        hour.at = link.expires_at + timedelta(minutes=1)
    else:
        linking.revoke(link=link, by=acting(world, world.alice), now=NOON)
    for answer in (
        phone().get(path),
        phone().post(f"{path}decision/", {"verdict": "yes"}),
        phone().post(f"{path}remarks/", {"words": "x"}),
    ):
        assert answer.status_code == (404 if what == "guessed" else 410)
        assert "<h1>" in answer.content.decode()
    assert fresh(approval).stage == Stage.WAITING


def test_whoever_guesses_is_stopped_after_some_tries(world: World) -> None:
    outside(world)
    _, approval = proposed(world)
    _, path = linked(world, approval)
    client = phone()
    answers = [client.get(f"/yes/guess-{n}/").status_code for n in range(40)]
    assert answers[0] == 404
    assert answers[-1] == 429
    assert client.get(path).status_code == 429


def test_nothing_of_it_is_kept_indexed_or_told_elsewhere(world: World) -> None:
    outside(world)
    _, approval = proposed(world)
    _, path = linked(world, approval)
    for answer in (phone().get(path), phone().get("/yes/nothing/"), phone().post(f"{path}decision/", {"verdict": "no"})):
        assert "no-store" in answer.headers["Cache-Control"]
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert not answer.cookies


def test_only_the_pictures_of_this_content_are_shown_and_only_while_it_is_open(world: World, hour: type[Now]) -> None:
    outside(world)
    post, inside, other = idea(world), picture(world), picture(world, "autre.jpg", shade=40)
    posts.place_picture(post=post, asset=inside, by=acting(world, world.bob), now=NOON)
    approval = approving.propose(post=post, at=TOMORROW, by=acting(world, world.bob), now=NOON)
    link, path = linked(world, approval)
    sealed = approval.content["accounts"][0]["parts"][0]["pictures"][0]["digest"]
    assert f"{path}files/{sealed}/" in phone().get(path).content.decode()
    assert phone().get(f"{path}files/{sealed}/").status_code == 200
    assert phone().get(f"{path}files/{other.digest}/").status_code == 404
    assert phone().get(f"/yes/guess/files/{sealed}/").status_code == 404
    linking.revoke(link=link, by=acting(world, world.alice), now=NOON)
    assert phone().get(f"{path}files/{sealed}/").status_code == 410
    assert hour.at == NOON


def test_a_link_shows_what_is_said_to_everybody_and_nothing_that_is_said_inside(world: World) -> None:
    _, paul = outside(world)
    _, approval = proposed(world)
    _, path = linked(world, approval)
    for who, side, words in ((paul, "inside", "entre nous"), (world.alice, "inside", "chez nous"), (paul, "client", "pour tous")):
        client = Client()
        client.force_login(who)
        client.post(f"/c/lenoir/approvals/{approval.pk}/remarks/", {"side": side, "words": words})
    shown = phone().get(path).content.decode()
    assert ["entre nous" in shown, "chez nous" in shown, "pour tous" in shown] == [False, False, True]
    phone().post(f"{path}remarks/", {"words": "Plus court, merci."})
    assert Remark.objects.get(words="Plus court, merci.").who == "Mme Lenoir"
    assert fresh(approval).stage == Stage.WAITING


def test_a_yes_that_crosses_a_change_lets_nothing_out(world: World) -> None:
    outside(world)
    post, approval = proposed(world)
    _, path = linked(world, approval)
    typed(post, ["Autre chose"], world)
    answer = phone().post(f"{path}decision/", {"verdict": "yes"})
    assert answer.status_code == 422
    assert not Delivery.objects.exists()
    assert YesLink.objects.get().used_at is None


def test_a_yes_after_the_hour_is_kept(world: World, hour: type[Now]) -> None:
    outside(world)
    _, approval = proposed(world)
    link, path = linked(world, approval)
    YesLink.objects.filter(pk=link.pk).update(expires_at=TOMORROW + timedelta(days=3))
    hour.at = TOMORROW + timedelta(hours=1)
    approvals.look_after(now=hour.at)
    assert phone().post(f"{path}decision/", {"verdict": "yes"}).status_code == 303
    assert fresh(approval).stage == Stage.LAPSED
    assert approvals.agreed(fresh(approval))
    assert not Delivery.objects.exists()


def test_no_professional_makes_a_link_that_would_agree_in_the_clients_place(world: World) -> None:
    held, paul = outside(world)
    nina = bearer(world, held, "nina")
    _, approval = proposed(world)
    for who in (paul, nina, world.bob, world.remi):
        with pytest.raises(NotAllowed):
            linking.make(approval=approval, name="Moi", by=acting(world, who), now=NOON)
        client = Client()
        client.force_login(who)
        assert client.post(f"/c/lenoir/approvals/{approval.pk}/links/", {"name": "Moi"}).status_code == 403
    circuit(world, step("inside"), step("client"))
    _, within = proposed(world)
    with pytest.raises(NotAllowed):
        linking.make(approval=within, name="Moi", by=acting(world, world.alice), now=NOON)


def test_a_link_speaks_for_whoever_made_it_where_all_must_agree(world: World) -> None:
    outside(world)
    circuit(world, step("client", "all", world.alice, world.chloe))
    _, approval = proposed(world)
    _, path = linked(world, approval)
    phone().post(f"{path}decision/", {"verdict": "yes"})
    assert not Delivery.objects.exists()
    approving.decide(approval=fresh(approval), verdict="yes", by=acting(world, world.chloe), now=NOON)  # type: ignore[arg-type]
    assert Delivery.objects.count() == 1


def test_the_link_of_a_step_that_is_past_decides_nothing(world: World) -> None:
    outside(world)
    circuit(world, step("client", "one", world.chloe), step("client", "one", world.alice))
    _, approval = proposed(world)
    link = linking.make(approval=approval, name="Chloé", by=acting(world, world.chloe), now=NOON)
    approving.decide(approval=approval, verdict="yes", by=acting(world, world.chloe), now=NOON)  # type: ignore[arg-type]
    answer = phone().post(f"/yes/{linking.token_of(link)}/decision/", {"verdict": "yes"})
    assert answer.status_code == 422
    assert (fresh(approval).step, fresh(approval).stage) == (1, Stage.WAITING)
    assert not Delivery.objects.exists()


def test_the_database_alone_does_not_hold_the_secret(world: World) -> None:
    outside(world)
    _, approval = proposed(world)
    link, path = linked(world, approval)
    token = path.split("/")[2]
    assert token not in [str(value) for value in YesLink.objects.filter(pk=link.pk).values_list()[0]]
    with pytest.raises(LinkOver):
        linking.opened(link.digest, NOON)


def test_a_link_ends_with_the_hour_it_is_about(world: World) -> None:
    outside(world)
    _, approval = proposed(world)
    assert linked(world, approval)[0].expires_at == TOMORROW


@pytest.mark.parametrize("what", ["left", "reads only now"])
def test_the_link_of_somebody_who_may_not_say_it_any_more_opens_nothing(world: World, what: str) -> None:
    outside(world)
    _, approval = proposed(world)
    _, path = linked(world, approval)
    places = Member.objects.filter(user=world.alice)
    places.delete() if what == "left" else places.update(role=Role.READER)
    assert phone().get(path).status_code == 410
    assert phone().post(f"{path}decision/", {"verdict": "yes"}).status_code == 410
    assert not Delivery.objects.exists()


def test_a_link_is_mailed_to_whom_it_was_made_for(world: World) -> None:
    outside(world)
    _, approval = proposed(world)
    client = Client()
    client.force_login(world.alice)
    client.post(f"/c/lenoir/approvals/{approval.pk}/links/", {"name": "Jeanne", "email": "jeanne@example.test"})
    (letter,) = outbox.outbox
    assert letter.to == ["jeanne@example.test"]
    path = re.search(r"/yes/[^/]+/", str(letter.body))
    assert path
    assert "Jeanne" in phone().get(path[0]).content.decode()


@pytest.mark.parametrize(
    ("asks", "says"),
    [
        ("en-GB,en;q=0.9,fr;q=0.5", "do you agree?"),
        ("fr-CA", "êtes-vous d’accord"),
        ("", "êtes-vous d’accord"),
        ("ja", "êtes-vous d’accord"),
    ],
)
def test_the_page_speaks_the_language_of_its_reader_s_browser_and_french_in_doubt(world: World, asks: str, says: str) -> None:
    world.bakery.language = "fr" if "en" in asks else "en"
    world.bakery.save()
    outside(world)
    _, approval = proposed(world)
    _, path = linked(world, approval)
    assert says in phone().get(path, HTTP_ACCEPT_LANGUAGE=asks).content.decode()
    over = phone().get("/yes/nothing/", HTTP_ACCEPT_LANGUAGE=asks).content.decode()
    assert ("opens nothing" if "en" in asks else "n’ouvre rien") in over


def test_the_reader_of_a_link_turns_to_the_other_language_without_an_account_and_stays_in_it(world: World) -> None:
    outside(world)
    _, approval = proposed(world)
    _, path = linked(world, approval)
    client = phone()
    other = re.search(r'href="([^"]+)" lang="en"', client.get(path).content.decode())
    assert other
    page = client.get(other[1]).content.decode()
    assert "do you agree?" in page
    sent = re.search(r'action="([^"]+decision/[^"]*)"', page)
    assert sent
    nonsense = client.get(f"{path}?language=de%22%3E").content.decode()
    assert f'action="{path}decision/"' in nonsense
    wrong = client.post(sent[1], {"verdict": "no"})
    assert "Say why" in wrong.content.decode()
    assert f'href="{path}?language=fr"' in wrong.content.decode()
    done = client.post(sent[1], {"verdict": "no", "words": "Not this week."}, follow=True)
    assert "It does not leave." in done.content.decode()
    assert not client.cookies
