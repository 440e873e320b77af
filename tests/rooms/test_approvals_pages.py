"""The pages of approvals: what waits, one request, circuits, pillars; and that no page lets out what has no yes."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from parvis.core import clock
from parvis.delegation.models import Approval, Circuit, Remark, Stage, Verdict
from parvis.people.models import Company, Member, User
from parvis.posts import approving
from parvis.posts import commands as posts
from parvis.posts.models import Post
from parvis.publishing.models import Delivery
from parvis.voice import pillars
from parvis.voice.models import Pillar, Voice
from tests.rooms.agreement import acting, bearer, circuit, fresh, mandate, outside, proposed, step
from tests.rooms.bakery import TOMORROW, channel, deliveries, idea, scheduled, typed
from tests.world import NOON, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


def of(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def page(user: object, path: str, status: int = 200) -> str:
    answer = of(user).get(f"/c/lenoir/{path}")
    assert answer.status_code == status, answer.content[:400]
    return answer.content.decode()


def send(user: object, path: str, data: dict[str, object] | None = None, status: int = 200) -> str:
    answer = of(user).post(f"/c/lenoir/{path}", data or {}, follow=True)
    assert answer.status_code == status, answer.content[:400]
    return answer.content.decode()


def test_the_list_shows_what_waits_for_me_first(world: World) -> None:
    held, paul = outside(world)
    nina = bearer(world, held, "nina")
    proposed(world, "Pour Alice.")
    circuit(world, step("inside"), step("client"))
    proposed(world, "Pour Nina.")
    mine, others = page(world.alice, "approvals/").split('id="others"')
    assert "Pour Alice." in mine
    assert "Pour Nina." in others
    mine, others = page(nina, "approvals/").split('id="others"')
    assert "Pour Nina." in mine
    assert "Pour Alice." in others
    assert "Pour Nina." in page(paul, "approvals/")


def test_an_empty_list_teaches(world: World) -> None:
    assert "/c/lenoir/settings/circuits/" in page(world.alice, "approvals/")


def test_one_request_shows_exactly_what_was_sealed_whatever_is_written_since(world: World) -> None:
    outside(world)
    post, approval = proposed(world, "Le pain de ce matin")
    typed(post, ["Tout autre chose"], world)
    shown = page(world.alice, f"approvals/{approval.pk}/")
    assert "Le pain de ce matin" in shown
    assert "Tout autre chose" not in shown


def test_the_owner_agrees_on_the_page_and_it_leaves(world: World) -> None:
    outside(world)
    _, approval = proposed(world)
    send(world.alice, f"approvals/{approval.pk}/decision/", {"verdict": "yes"})
    assert Delivery.objects.get().due_at == TOMORROW


def test_a_no_without_a_word_keeps_what_was_typed_and_decides_nothing(world: World) -> None:
    outside(world)
    _, approval = proposed(world)
    send(world.alice, f"approvals/{approval.pk}/decision/", {"verdict": "no"}, status=422)
    assert fresh(approval).stage == Stage.WAITING
    send(world.alice, f"approvals/{approval.pk}/decision/", {"verdict": "changes", "words": "Le prix est faux."})
    assert "Le prix est faux." in page(world.alice, f"approvals/{approval.pk}/")
    assert page(world.bob, f"posts/{approval.object_id}/departures/").count(f"/approvals/{approval.pk}/") >= 1


def test_the_differences_are_said_in_words_and_not_by_colour_alone(world: World) -> None:
    _, paul = outside(world)
    post, first = proposed(world, "La bûche est là.")
    send(world.alice, f"approvals/{first.pk}/decision/", {"verdict": "changes", "words": "Dites laquelle."})
    typed(post, ["La bûche aux marrons est là."], world)
    send(paul, f"posts/{post.pk}/confirmation/")
    second = Approval.objects.get(version=2)
    shown = page(world.alice, f"approvals/{second.pk}/")
    assert "aux marrons" in shown.split("<ins>")[1].split("</ins>")[0]
    assert 'class="vh">' in shown.split("<ins>")[1].split("</ins>")[0]


def test_a_professionals_inside_remarks_never_reach_the_client_nor_the_companys_the_professional(world: World) -> None:
    held, paul = outside(world)
    nina = bearer(world, held, "nina")
    _, approval = proposed(world)
    for who, side, words in ((paul, "inside", "entre nous"), (world.alice, "inside", "chez nous"), (paul, "client", "pour tous")):
        send(who, f"approvals/{approval.pk}/remarks/", {"side": side, "words": words})
    seen = {name: page(who, f"approvals/{approval.pk}/") for name, who in (("alice", world.alice), ("paul", paul), ("nina", nina))}
    assert [("entre nous" in s, "chez nous" in s, "pour tous" in s) for s in seen.values()] == [
        (False, True, True), (True, False, True), (True, False, True),
    ]  # fmt: skip
    said = Remark.objects.get(words="chez nous")
    send(world.bob, f"approvals/{approval.pk}/remarks/{said.pk}/removal/", status=404)
    send(world.alice, f"approvals/{approval.pk}/remarks/{said.pk}/removal/")
    assert "chez nous" not in page(world.alice, f"approvals/{approval.pk}/")


def test_nobody_sees_what_is_on_an_account_that_is_not_theirs(world: World) -> None:
    _, paul = outside(world)
    other = channel(world, "mastodon", "@lenoir@toot.example")
    circuit(world, step("client", "one", world.alice))
    post = idea(world, "Secret")
    posts.choose_channels(post=post, channels=[other.pk], by=acting(world, world.bob), now=NOON)
    send(world.bob, f"posts/{post.pk}/confirmation/", {"hour": "now"})
    approval = Approval.objects.get()
    assert "Secret" not in page(paul, "approvals/")
    page(paul, f"approvals/{approval.pk}/", 404)
    assert of(world.denis).get(f"/c/lenoir/approvals/{approval.pk}/").status_code == 404


@pytest.mark.parametrize("door", ["composer", "confirmation", "calendar", "update", "mending"])
def test_each_page_asks_instead_of_letting_out(world: World, door: str) -> None:
    _, paul = outside(world)
    if door in {"composer", "confirmation"}:
        post = idea(world)
    else:
        post = scheduled(world, "avant")
        post = typed(post, ["après"], world) if door != "calendar" else post
    if door == "mending":
        Delivery.objects.update(state="refused")
    typed_in = {
        "for": "0",
        "revision": post.revision,
        "seen": "",
        "day": "2026-12-14",
        "hour": "10:00",
        "title": "",
        "part": "La bûche est là.",
    }
    doors = {
        "composer": (f"posts/{post.pk}/edit/departure/", typed_in), "confirmation": (f"posts/{post.pk}/confirmation/", {"hour": "now"}),
        "calendar": (f"posts/{post.pk}/hour/", {"day": "2026-12-20", "time": "9:00"}), "update": (f"posts/{post.pk}/update/", {}),
        "mending": (f"posts/{post.pk}/mending/", {}),
    }  # fmt: skip
    before = [(d.parcel["text"], d.due_at, d.state) for d in deliveries(post)]
    path, data = doors[door]
    send(paul, path, data)
    assert [(d.parcel["text"], d.due_at, d.state) for d in deliveries(post)] == before
    assert Approval.objects.get().stage == Stage.WAITING


def test_other_words_on_the_network_need_whoever_may_agree(world: World) -> None:
    held = mandate(world, channel(world, "mastodon", "@lenoir@toot.example").pk)
    paul = bearer(world, held)
    post, approval = proposed(world)
    send(world.alice, f"approvals/{approval.pk}/decision/", {"verdict": "yes"})
    sent = Delivery.objects.get()
    Delivery.objects.filter(pk=sent.pk).update(state="sent", remote_id="at://1", sent_at=NOON)
    of(paul).post(f"/c/lenoir/deliveries/{sent.pk}/revision/", {"text": "Autre chose"})
    sent.refresh_from_db()
    assert sent.revise_at is None
    assert post.pk


def test_the_calendar_the_list_and_the_post_say_that_a_yes_is_awaited(world: World) -> None:
    outside(world)
    post, approval = proposed(world)
    for path in ("calendar/2026/12/", "calendar/week/2026-12-12/", "posts/"):
        assert "user-check" in page(world.bob, path), path
    assert f"/approvals/{approval.pk}/" in page(world.bob, f"posts/{post.pk}/departures/")
    assert f"/approvals/{approval.pk}/" in page(world.alice, "")


def test_the_calendar_the_list_and_the_post_say_that_changes_are_asked(world: World) -> None:
    outside(world)
    post, approval = proposed(world)
    approving.decide(approval=approval, verdict=Verdict.CHANGES, words="Sans le prix.", by=world.actor(world.alice), now=NOON)
    for path in ("calendar/2026/12/", "calendar/week/2026-12-12/", "posts/", f"posts/{post.pk}/departures/"):
        # The key of the signs names them all.
        shown = page(world.bob, path).partition('class="key"')[0].lower()
        assert "à reprendre" in shown, path
        assert "à confirmer" not in shown, path


def test_home_counts_what_waits_for_my_yes_and_not_what_waits_for_anothers(world: World) -> None:
    outside(world)
    proposed(world)
    assert 'class="count">1<' in page(world.alice, "")
    assert "approvals/" not in page(world.remi, "").split('id="content"')[1].split("todo")[0]


def test_home_says_that_changes_are_asked_for_and_asks_nobody_to_confirm_as_it_is(world: World) -> None:
    _held, paul = outside(world)
    _post, approval = proposed(world, "La bûche est là.")
    approving.decide(approval=approval, verdict=Verdict.CHANGES, words="Sans le prix.", by=world.actor(world.alice), now=NOON)
    for user in (world.alice, paul):
        shown = page(user, "")
        assert "Des changements sont demandés" in shown
        assert "Confirmer «" not in shown


def test_the_hour_of_a_request_is_the_companys(world: World) -> None:
    Company.objects.update(timezone="Indian/Reunion")
    outside(world)
    _, approval = proposed(world)
    assert "16\u00a0h" in page(world.alice, f"approvals/{approval.pk}/")


def questions(client: Client, path: str) -> int:
    client.get(f"/c/lenoir/{path}")
    with CaptureQueriesContext(connection) as seen:
        client.get(f"/c/lenoir/{path}")
    return len(seen)


def test_pages_ask_the_same_few_questions_however_much_waits(world: World) -> None:
    held, _ = outside(world)
    bearer(world, held, "nina")
    circuit(world, step("inside"), step("client", "one", world.alice, world.chloe))
    client, asked = of(world.alice), []
    for many in (2, 9):
        for n in range(many):
            proposed(world, f"Numéro {many} {n}")
        newest = Approval.objects.latest("pk").pk
        asked.append([questions(client, path) for path in ("", "approvals/", f"approvals/{newest}/", "settings/circuits/", "calendar/")])
    assert asked[0] == asked[1]
    assert max(asked[1]) <= 12, asked


# ---- circuits and pillars


def test_a_circuit_is_set_changed_moved_and_taken_away(world: World) -> None:
    one = channel(world)
    send(world.alice, "settings/circuits/new/", {
        "name": "Relecture", "kind": "post", "channel": one.pk, "need-0": "one", "side-0": "client", "user-0": world.chloe.pk,
        "remind": "12", "escalate": "2",
    })  # fmt: skip
    made = Circuit.objects.get()
    assert made.steps == [{"side": "client", "need": "one", "users": [world.chloe.pk]}]
    assert (made.kinds, made.channels, made.remind_hours) == (["post"], [one.pk], 12)
    wrong = send(world.alice, f"settings/circuits/{made.pk}/", {"name": "À deux", "need-0": "all", "user-0": world.chloe.pk}, status=422)
    assert "À deux" in wrong
    send(world.alice, "settings/circuits/new/", {"name": "Libre"})
    second = Circuit.objects.get(name="Libre")
    send(world.alice, f"settings/circuits/{second.pk}/earlier/")
    assert [row.name for row in Circuit.objects.filter(company=world.bakery)] == ["Libre", "Relecture"]
    send(world.alice, f"settings/circuits/{made.pk}/removal/")
    assert Circuit.objects.filter(removed_at=None).count() == 1


@pytest.mark.parametrize("name", ["bob", "chloe", "remi"])
def test_only_an_owner_sets_circuits(world: World, name: str) -> None:
    made = circuit(world, step())
    who = getattr(world, name)
    for path in ("new/", f"{made.pk}/", f"{made.pk}/removal/", f"{made.pk}/earlier/"):
        assert of(who).post(f"/c/lenoir/settings/circuits/{path}", {"name": "Autre"}).status_code == 403
    assert Circuit.objects.get().name == "Relecture"


def test_pillars_follow_the_trade_and_a_post_stands_under_one(world: World) -> None:
    Voice.objects.create(company=world.bakery, trade="bakery")
    shown = page(world.bob, "settings/pillars/")
    assert "Au fournil" in shown
    send(world.bob, "settings/pillars/new/", {"name": "Au fournil"})
    made = Pillar.objects.get()
    assert pillars.of(world.bakery) == [made]
    channel(world)
    post = idea(world)
    send(world.bob, f"posts/{post.pk}/pillar/", {"pillar": made.pk})
    assert Post.objects.get().pillar == made
    send(world.bob, f"settings/pillars/{made.pk}/name/", {"name": "Le fournil"})
    send(world.bob, f"settings/pillars/{made.pk}/removal/")
    assert pillars.of(world.bakery) == []
    send(world.bob, "settings/pillars/new/", {"name": "Le fournil"})
    assert Pillar.objects.count() == 1


def test_whoever_reads_another_language_is_told_what_a_suggested_pillar_means_and_the_company_s_word_is_kept(world: World) -> None:
    Voice.objects.create(company=world.bakery, trade="bakery")
    assert "From the bakehouse" not in page(world.bob, "settings/pillars/")
    User.objects.filter(pk=world.bob.pk).update(language="en")
    shown = page(world.bob, "settings/pillars/")
    assert re.search(r'value="Au fournil".*lang="fr">Au fournil</span> <span class="fine">\(From the bakehouse\)', shown)
    send(world.bob, "settings/pillars/new/", {"name": "Au fournil"})
    assert "(From the bakehouse)" not in page(world.bob, "settings/pillars/")


def test_the_pillar_is_chosen_on_the_sheet_too(world: World) -> None:
    channel(world)
    made = Pillar.objects.create(company=world.bakery, name="Offres")
    post = idea(world)
    data = {"for": "0", "revision": post.revision, "part": "La bûche est là.", "title": "", "pillar": made.pk}
    of(world.bob).post(f"/c/lenoir/posts/{post.pk}/edit/", data)
    assert Post.objects.get().pillar == made
    elsewhere = Pillar.objects.create(company=world.elsewhere, name="Ailleurs")
    of(world.bob).post(f"/c/lenoir/posts/{post.pk}/edit/", {**data, "pillar": elsewhere.pk})
    assert Post.objects.get().pillar is None


def test_a_verdict_that_nobody_knows_is_no_verdict(world: World) -> None:
    outside(world)
    _, approval = proposed(world)
    send(world.alice, f"approvals/{approval.pk}/decision/", {"verdict": "maybe"}, status=404)
    assert fresh(approval).stage == Stage.WAITING
    assert Verdict.YES in Verdict.values


def test_a_professional_who_was_removed_sees_nothing_any_more(world: World) -> None:
    _, paul = outside(world)
    _, approval = proposed(world)
    Member.objects.filter(user=paul).delete()
    assert of(paul).get(f"/c/lenoir/approvals/{approval.pk}/").status_code == 404
    assert fresh(approval).asked_at + timedelta(0) == NOON
