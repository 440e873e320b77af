"""The pages of mandates, through the same doors as people: an owner writes and offers, a professional reads and says yes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from parvis.channels.models import Channel
from parvis.core import clock
from parvis.delegation.models import Bearer, Mandate, Standing
from parvis.people.models import Member, Role, User
from parvis.posts import commands as posts
from parvis.posts.models import Post
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from parvis.voice import pillars
from parvis.worker import mandates as mails
from tests.rooms.bakery import channel
from tests.rooms.mandates import agency_of, bearer, links, mandate_of, marc, offered
from tests.world import World

AT = "/c/lenoir/settings/mandates/"
TYPED = "Ce que je tapais à cet instant, et qui est long de bien soixante signes."


def signed(user: User) -> Client:
    """Sign somebody in who reads English."""
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user)
    return client


def typed(*channels: Channel, **more: Any) -> dict[str, Any]:
    today = clock.now().date()
    return {
        "called": "Marc Aubry", "email": "marc@agence.test", "siret": "", "first_day": today.isoformat(),
        "last_day": (today + timedelta(days=90)).isoformat(), "notice_days": "30", "at_end": "hold", "price": "800", "price_per": "month",
        "posts_a_month": "8", "hours_a_month": "7.5", "posts_alone": "none", "answers_alone": "some", "topic": ["praise"],
        **{f"do-{one.pk}": ["propose", "publish"] for one in channels},
    } | more  # fmt: skip


def test_from_the_empty_page_to_a_mandate_in_force(world: World) -> None:
    alice, blue, pro = signed(world.alice), channel(world), marc()
    assert "mandates/new/" in alice.get(AT).content.decode()
    page = alice.get(AT + "new/").content.decode()
    assert f'name="do-{blue.pk}"' in page
    at = alice.post(AT + "new/", typed(blue))["Location"]
    mandate = Mandate.objects.get()
    assert (mandate.standing, mandate.minutes_a_month, mandate.price_cents, mandate.alone) == (
        Standing.DRAFT, 450, 80_000, {"posts": "none", "answers": ["praise"]},
    )  # fmt: skip
    alice.post(at + "offer/")
    assert [message.to for message in mail.outbox] == [["marc@agence.test"]]
    (token,) = links()
    assert token in mail.outbox[0].body
    assert token in alice.get(at).content.decode()
    read = Client().get(f"/join/{token}/").content.decode()
    assert "Marc Aubry" in read
    assert 'name="digest"' not in read, "nobody signs without an account"
    digest = mandate.revisions.get().digest
    answer = signed(pro).post(f"/join/{token}/", {"digest": digest})
    assert answer["Location"] == at
    mandate.refresh_from_db()
    assert mandate.standing == Standing.ACTIVE
    assert Client().get(f"/join/{token}/").status_code == 410
    theirs = signed(pro)
    assert theirs.get(at).status_code == theirs.get(AT).status_code == 200
    assert "Boulangerie Lenoir" in theirs.get("/mandates/").content.decode()
    assert theirs.get("/c/lenoir/settings/mandates/new/").status_code == 200
    assert "password" not in theirs.get(at).content.decode().lower().replace("no password", "")


@pytest.mark.parametrize(
    ("more", "at"),
    [
        ({"siret": "123"}, "id_siret_error"),
        ({"last_day": "2020-01-01", "first_day": "2019-01-01"}, "id_last_day_error"),
        ({"first_day": "2099-01-01"}, "id_last_day_error"),
        ({"first_day": "demain"}, "id_first_day_error"),
        ({"price": "-3"}, "id_price_error"),
        ({"posts_a_month": "beaucoup"}, "id_posts_a_month_error"),
        ({"do": []}, "accounts_error"),
        ({"at_end": "explode"}, "id_at_end_error"),
    ],
)
def test_what_is_wrong_is_marked_where_it_is_and_all_that_was_typed_comes_back(world: World, more: dict[str, Any], at: str) -> None:
    blue = channel(world)
    form = typed(blue, terms="Deux photos par semaine.") | more
    if "do" in more:
        form.pop(f"do-{blue.pk}")
    answer = signed(world.alice).post(AT + "new/", form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="{at}"' in page
    assert "Deux photos par semaine." in page
    assert 'name="topic" value="praise" checked' in page
    assert not Mandate.objects.exists()


def test_accounts_of_another_company_are_not_taken_whatever_is_posted(world: World) -> None:
    theirs, blue = channel(world, company=world.elsewhere), channel(world)
    form = typed(theirs) | {"do-⅔": ["publish"], "do-": ["publish"]}
    assert signed(world.alice).post(AT + "new/", form).status_code == 422
    assert signed(world.alice).post(AT + "new/", typed(theirs, blue)).status_code == 422
    assert not Mandate.objects.exists()


def test_strangers_and_members_see_and_do_what_is_theirs(world: World) -> None:
    blue, pro = channel(world), marc()
    mandate = mandate_of(world, pro, blue, now=clock.now())
    at = f"{AT}{mandate.pk}/"
    reader, stranger = signed(world.remi), signed(world.denis)
    assert reader.get(at).status_code == 200
    for tail in ("", "edit/"):
        assert stranger.get(at + tail).status_code == 404
    assert reader.get(at + "edit/").status_code == 403
    for tail in ("offer/", "withdraw/", "suspend/", "revoke/", "leave/", "resume/", "decline/", "agree/"):
        assert reader.post(at + tail).status_code == 403, tail
        assert stranger.post(at + tail).status_code == 404
    lea = User.objects.create_user("lea@agence.test", "correct horse 9")
    Member.objects.create(company=world.bakery, user=lea, role=Role.MANDATED, since=clock.now())
    assert signed(lea).get(at).status_code == signed(lea).post(at + "leave/").status_code == 404, "another professional's is not theirs"
    assert "Marc" not in signed(lea).get(AT).content.decode()
    for tail in ("people/add/", "people/remove/"):
        assert reader.post(at + tail, {"person": "x", "bearer": "²"}).status_code == 404
    mandate.refresh_from_db()
    assert mandate.standing == Standing.ACTIVE


def test_suspended_at_once_with_what_waits_and_let_go_on_again(world: World) -> None:
    now = clock.now()
    blue, pro, alice = channel(world), marc(), signed(world.alice)
    mandate = mandate_of(world, pro, blue, now=now, first_day=now.date(), last_day=now.date() + timedelta(days=60))
    by = bearer(world, pro, now)
    post = posts.start(company=world.bakery, by=by, now=now, parts=("La bûche est là.",), channels=[blue.pk])
    posts.schedule(post=post, at=now + timedelta(days=1), by=by, now=now)
    at = f"{AT}{mandate.pk}/"
    theirs = signed(pro)
    answer = alice.post(at + "suspend/", {"waiting": "hold", "why": "Vérification."}, follow=True)
    assert "1 departure waits for your word." in answer.content.decode()
    assert Delivery.objects.get().state == State.HELD
    refused = theirs.post(f"/c/lenoir/posts/{post.pk}/edit/draft/", {"part": [TYPED]})
    assert refused.status_code == 403
    assert "suspended your mandate" in refused.content.decode()
    assert "Ce que je tapais à cet instant" in refused.content.decode()
    assert "What you wrote is kept by the company." in theirs.get(at).content.decode()
    home = theirs.get("/c/lenoir/")
    assert home.status_code == 200
    assert "suspended your mandate" in home.content.decode()
    alice.post(at + "resume/")
    assert Delivery.objects.get().state == State.SCHEDULED
    alice.post(at + "revoke/", {"waiting": "cancel"})
    alice.post(at + "revoke/", {"waiting": "keep"})
    assert Post.objects.get().scheduled is False
    assert Delivery.objects.get().state == State.CANCELLED
    member = Member.objects.get(user=pro)
    alice.post(f"/c/lenoir/settings/members/{member.pk}/remove/")
    assert theirs.get(at).status_code == 404
    gone = theirs.post(f"/c/lenoir/posts/{post.pk}/edit/draft/", {"part": [TYPED]})
    assert gone.status_code == 404
    assert TYPED in gone.content.decode(), "what was typed at that moment is given back"


def test_a_new_wording_shows_what_changes_and_waits_for_the_other_side(world: World) -> None:
    now = clock.now()
    blue, pro = channel(world), marc()
    mandate = mandate_of(world, pro, blue, now=now, first_day=now.date(), last_day=now.date() + timedelta(days=60))
    at = f"{AT}{mandate.pk}/"
    theirs, alice = signed(pro), signed(world.alice)
    assert theirs.post(at + "edit/", typed(blue, price="950"))["Location"] == at
    page = alice.get(at).content.decode()
    assert "€950" in page
    assert "changed</span>" in page
    digest = mandate.revisions.order_by("-number")[0].digest
    alice.post(at + "agree/", {"digest": "0" * 64})
    mandate.refresh_from_db()
    assert mandate.price_cents is None, "not the wording that was read"
    alice.post(at + "agree/", {"digest": digest})
    mandate.refresh_from_db()
    assert (mandate.price_cents, mandate.revision) == (95_000, 2)


def test_an_agency_accepts_adds_its_people_and_the_client_refuses_one(world: World) -> None:
    now = clock.now()
    blue, pro = channel(world), marc()
    agency = agency_of(pro)
    lea = User.objects.create_user("lea@agence.test", "correct horse 9", name="Léa")
    Member.objects.create(company=agency, user=lea, role=Role.EDITOR, since=now)
    mandate, token = offered(world, blue, now=now, first_day=now.date(), last_day=now.date() + timedelta(days=60))
    theirs = signed(pro)
    assert "Agence Aubry" in theirs.get(f"/join/{token}/").content.decode()
    theirs.post(f"/join/{token}/", {"digest": mandate.revisions.get().digest, "agency": str(agency.pk)})
    at = f"{AT}{mandate.pk}/"
    theirs.post(at + "people/add/", {"person": str(world.bob.pk)})
    assert Bearer.objects.count() == 1
    theirs.post(at + "people/add/", {"person": str(lea.pk)})
    assert Bearer.objects.count() == 2
    assert signed(lea).get(at).status_code == 200
    added = Bearer.objects.get(member__user=lea)
    signed(world.alice).post(at + "people/remove/", {"bearer": str(added.pk)})
    theirs.post(at + "people/add/", {"person": str(lea.pk)})
    assert Bearer.objects.count() == 1


def test_both_sides_are_written_to_once_in_their_language(world: World) -> None:
    now = clock.now()
    pro = marc()
    User.objects.filter(pk=pro.pk).update(language="en")
    mandate = mandate_of(world, pro, channel(world), now=now, first_day=now.date(), last_day=now.date() + timedelta(days=60))
    mail.outbox.clear()
    assert mails.any_to_tell(now)
    mails.tell(now)
    assert [(message.to, mandate.called in message.subject) for message in mail.outbox] == [
        (["alice@example.test"], True), (["marc@agence.test"], True),
    ]  # fmt: skip
    assert "is in force" in mail.outbox[1].subject
    assert "est en vigueur" in mail.outbox[0].subject
    assert not mails.any_to_tell(now)
    soon = now + timedelta(days=54)
    assert mails.any_to_tell(soon)
    mails.tell(soon)
    assert len(mail.outbox) == 4
    assert not mails.any_to_tell(soon)
    signed(world.alice).post(f"{AT}{mandate.pk}/suspend/", {"waiting": "keep", "why": "Vérification."})
    mails.tell(now)
    assert "Vérification." in mail.outbox[-1].body


def test_whoever_has_no_mandate_is_shown_what_one_is(world: World) -> None:
    assert signed(world.denis).get("/mandates/").status_code == 200
    assert Client().get("/mandates/")["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("alone", ["none", "all", "some"])
def test_a_mandate_is_worded_anew_where_the_company_has_pillars(world: World, alone: str) -> None:
    pillar = pillars.add(company=world.bakery, name="Recettes", by=world.actor(world.alice), now=clock.now())
    today = clock.now().date()
    mandate, _token = offered(
        world, channel(world), now=clock.now(), first_day=today, last_day=today,
        alone={"posts": [pillar.pk] if alone == "some" else alone, "answers": ["praise"] if alone == "some" else alone},
    )  # fmt: skip
    page = signed(world.alice).get(f"{AT}{mandate.pk}/edit/")
    assert page.status_code == 200
    ticked = f'name="pillar" value="{pillar.pk}" checked' in page.content.decode()
    assert ticked == (alone == "some")
    assert ('name="topic" value="praise" checked' in page.content.decode()) == (alone == "some")


def test_the_pages_stay_within_twelve_queries_however_many_mandates(world: World, django_assert_max_num_queries: Any) -> None:
    now = clock.now()
    blue, pro = channel(world), marc()
    for n in range(6):
        mandate = mandate_of(
            world, pro, blue, now=now + timedelta(seconds=n), last_day=now.date() + timedelta(days=60), first_day=now.date()
        )
    own, theirs = signed(world.alice), signed(pro)
    for client, address in (
        (own, AT), (own, f"{AT}{mandate.pk}/"), (own, f"{AT}{mandate.pk}/edit/"), (theirs, AT), (theirs, "/mandates/"),
        (theirs, f"{AT}{mandate.pk}/"),
    ):  # fmt: skip
        client.get(address)
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200


def test_whoever_writes_a_mandate_finds_what_is_usually_paid_and_settled_with_its_sources(world: World) -> None:
    channel(world)
    page = signed(world.alice).get(AT + "new/").content.decode()
    assert "15 publications a month: 800 €" in page
    assert "freelance-sandra-doucet.fr" in page
    assert "here silence is never a yes" in page
