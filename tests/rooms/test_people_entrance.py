"""The way in: signing up, signing in, a first company, invitations, the demonstration."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.test import Client

from parvis.audit.models import Entry
from parvis.core import clock
from parvis.people import invitations, queries
from parvis.people.models import Company, Invitation, Member, Role, User
from tests.world import NOON, World

PASSWORD = "correct horse 9"


def sign_in(client: Client, email: str, password: str = PASSWORD) -> None:
    answer = client.post("/accounts/login/", {"login": email, "password": password})
    assert answer.status_code == 302, answer.content.decode()


def confirm(client: Client) -> None:
    """Say once more who one is, as before every change that protects the account."""
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302


def test_a_newcomer_is_in_their_company_after_two_forms(db: None, client: Client) -> None:
    answer = client.post("/accounts/signup/", {"email": "Zoe@Example.test", "password1": "three brown foxes"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/start/"
    answer = client.post("/start/", {"name": "Le Cœur d’Élise & fils", "timezone": "Indian/Reunion", "language": "fr"})
    assert (answer.status_code, answer["Location"]) == (303, "/c/le-coeur-delise-fils/")
    company = Company.objects.get()
    assert (company.name, company.timezone) == ("Le Cœur d’Élise & fils", "Indian/Reunion")
    assert Member.objects.get().role == "owner"
    assert client.get("/").headers["Location"] == "/c/le-coeur-delise-fils/"
    assert set(Entry.objects.values_list("verb", flat=True)) == {"people:person:joined", "people:company:started"}


def test_two_companies_of_one_name_have_two_addresses(world: World, client: Client) -> None:
    client.force_login(world.denis)
    given = {"name": "Lenoir", "timezone": "Europe/Paris", "language": "fr"}
    assert client.post("/start/", given)["Location"] == "/c/lenoir-2/"
    assert client.post("/start/", given)["Location"] == "/c/lenoir-3/"


def test_a_company_needs_a_name_and_keeps_what_else_was_chosen(world: World, client: Client) -> None:
    client.force_login(world.denis)
    answer = client.post("/start/", {"name": " ", "timezone": "Pacific/Noumea", "language": "en"})
    assert answer.status_code == 422
    assert '<option value="Pacific/Noumea" selected>' in answer.content.decode()


def test_a_wrong_password_says_what_to_do_and_keeps_the_address(world: World, client: Client) -> None:
    client.cookies["django_language"] = "en"
    page = client.post("/accounts/login/", {"login": "alice@example.test", "password": "wrong"}).content.decode()
    assert "do not go together" in page
    assert 'value="alice@example.test"' in page
    assert "wrong" not in re.findall(r'<input[^>]*type="password"[^>]*>', page)[0]


def test_an_unknown_address_gets_the_same_words_as_a_wrong_password(world: World, client: Client) -> None:
    known = client.post("/accounts/login/", {"login": "alice@example.test", "password": "wrong"}).content.decode()
    unknown = client.post("/accounts/login/", {"login": "nobody@example.test", "password": "wrong"}).content.decode()
    hide = re.compile(r'value="[^"]*"|csrfmiddlewaretoken[^>]*')
    assert hide.sub("", known) == hide.sub("", unknown)


def test_guessing_passwords_is_stopped_with_a_sentence(world: World, client: Client) -> None:
    client.cookies["django_language"] = "en"
    for _ in range(5):
        client.post("/accounts/login/", {"login": "alice@example.test", "password": "wrong"})
    page = client.post("/accounts/login/", {"login": "alice@example.test", "password": PASSWORD}).content.decode()
    assert "Wait five minutes" in page
    assert not client.get("/me/").context


def test_signing_out_closes_the_door(world: World, client: Client) -> None:
    sign_in(client, "alice@example.test")
    assert client.get("/c/lenoir/settings/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/c/lenoir/settings/").status_code == 302


def test_a_forgotten_password_is_chosen_anew_by_mail(world: World, client: Client) -> None:
    client.post("/accounts/password/reset/", {"email": "alice@example.test"})
    link = re.findall(r"http://\S+", mail.outbox[0].body)[0].removeprefix(settings.PUBLIC_URL)
    there = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(there, {"password1": "three brown foxes", "password2": "three brown foxes"})
    sign_in(Client(), "alice@example.test", "three brown foxes")
    assert Entry.objects.filter(verb="people:password:reset", user_id=world.alice.pk).exists()


def test_a_second_factor_is_asked_and_its_secret_is_sealed(world: World, client: Client) -> None:
    sign_in(client, "alice@example.test")
    assert client.get("/accounts/2fa/totp/activate/").status_code == 302
    confirm(client)
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.findall(r'class="secret">(\w+)<', page)[0]
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)}, follow=True)
    codes = re.findall(r"<code>(\d{8})</code>", answer.content.decode())
    assert len(codes) == 10
    assert client.get("/accounts/2fa/recovery-codes/download/").content.decode().split() == codes
    kept = str(list(world.alice.authenticator_set.values_list("data", flat=True)))
    assert secret not in kept
    assert not any(code in kept for code in codes)

    other = Client()
    other.post("/accounts/login/", {"login": "alice@example.test", "password": PASSWORD})
    assert other.get("/c/lenoir/settings/").status_code == 302
    wrong = other.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    other.post("/accounts/2fa/authenticate/", {"code": codes[3]})
    assert other.get("/c/lenoir/settings/").status_code == 200


def code_of(secret: str) -> str:
    """Return what an application would show now, from RFC 6238 and not from the library that checks it."""
    digest = hmac.digest(base64.b32decode(secret), int(time.time() // 30).to_bytes(8, "big"), hashlib.sha1)
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def test_an_invitation_opens_a_place_once(world: World, client: Client) -> None:
    client.force_login(world.alice)
    client.post("/c/lenoir/settings/invitations/", {"email": "Zoe@example.test", "role": "editor"})
    letter = mail.outbox[0]
    assert letter.to == ["zoe@example.test"]
    assert "Alice" in letter.body
    link = re.findall(r"/join/\S+", letter.body)[0]
    assert link in client.get("/c/lenoir/settings/members/").content.decode()

    zoe = Client()
    page = zoe.get(link).content.decode()
    assert "Boulangerie Lenoir" in page
    ways_in = re.findall(r'href="(/accounts/signup/[^"]+)"', page)
    answer = zoe.post(ways_in[0], {"email": "zoe@example.test", "password1": "three brown foxes", "next": link})
    assert answer["Location"] == link
    assert zoe.post(link)["Location"] == "/c/lenoir/"
    assert Member.objects.get(user__email="zoe@example.test", company=world.bakery).role == "editor"

    client.force_login(world.denis)
    assert client.post(link).status_code == 410
    assert not Member.objects.filter(user=world.denis, company=world.bakery).exists()
    assert Entry.objects.filter(verb="people:invitation:accepted", company_id=world.bakery.pk).count() == 1


def test_the_database_does_not_hold_the_secret_of_an_invitation(world: World) -> None:
    kept = invitations.invite(company=world.bakery, email="z@example.test", role=Role.READER, by=world.actor(world.alice), now=NOON)
    token = invitations.token_of(kept)
    assert len(token) == 43
    assert token not in str(Invitation.objects.filter(pk=kept.pk).values().get())


@pytest.mark.parametrize("ending", ["withdrawn", "old", "invited_again", "changed_letter"])
def test_an_invitation_that_is_over_opens_nothing(world: World, client: Client, ending: str) -> None:
    alice = world.actor(world.alice)
    kept = invitations.invite(company=world.bakery, email="z@example.test", role=Role.OWNER, by=alice, now=clock.now())
    token = invitations.token_of(kept)
    client.force_login(world.denis)
    if ending == "withdrawn":
        invitations.withdraw(invitation=kept, by=alice, now=clock.now())
    if ending == "invited_again":
        invitations.invite(company=world.bakery, email="Z@example.test", role=Role.READER, by=alice, now=clock.now())
    if ending == "changed_letter":
        token = ("A" if token[0] != "A" else "B") + token[1:]
    with clock.shifted(timedelta(days=7, seconds=1) if ending == "old" else timedelta(0)):
        client.force_login(world.denis)
        assert client.get(f"/join/{token}/").status_code == 410
        assert client.post(f"/join/{token}/").status_code == 410
    assert not Member.objects.filter(user=world.denis, company=world.bakery).exists()


def test_who_is_a_member_is_not_invited_and_keeps_their_role(world: World, client: Client) -> None:
    client.force_login(world.alice)
    client.cookies["django_language"] = "en"
    answer = client.post("/c/lenoir/settings/invitations/", {"email": "BOB@example.test", "role": "owner"})
    assert answer.status_code == 422
    kept = invitations.invite(company=world.bakery, email="z@example.test", role=Role.OWNER, by=world.actor(world.alice), now=clock.now())
    client.force_login(world.remi)
    client.post(f"/join/{invitations.token_of(kept)}/")
    assert Member.objects.get(user=world.remi, company=world.bakery).role == "reader"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("demo", "address", "host", "proxy", "enters"),
    [
        (True, "127.0.0.1", "127.0.0.1", {}, True),
        (True, "::1", "localhost", {}, True),
        (False, "127.0.0.1", "127.0.0.1", {}, False),
        (True, "192.168.1.20", "127.0.0.1", {}, False),
        (True, "127.0.0.1", "parvis.example.test", {}, False),
        (True, "127.0.0.1", "127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, False),
    ],
)
def test_the_demonstration_opens_by_itself_on_its_own_machine_only(  # noqa: PLR0917
    world: World, client: Client, settings: Any, demo: bool, address: str, host: str, proxy: dict[str, str], enters: bool
) -> None:
    Company.objects.filter(pk=world.bakery.pk).update(demo=True)
    settings.DEMO, settings.ALLOWED_HOSTS = demo, [host]
    where = {"REMOTE_ADDR": address, "headers": {"Host": host, **proxy}}
    first = client.get("/", **where)
    assert first["Location"] == ("/" if enters else "/accounts/login/")
    assert (client.get("/c/lenoir/settings/", **where).status_code == 200) is enters
    answer = client.post("/begin/", **where)
    assert (answer.status_code, Company.objects.count()) == ((303, 3) if enters else (404, 2))


def test_one_click_leaves_the_demonstration_for_an_empty_company_and_another_keeps_it(world: World, client: Client, settings: Any) -> None:
    settings.DEMO, settings.ALLOWED_HOSTS = True, ["localhost"]
    Company.objects.filter(pk=world.bakery.pk).update(demo=True)
    here = {"headers": {"Host": "localhost"}}
    client.get("/", **here)
    assert 'action="/begin/"' in client.get("/c/lenoir/settings/", **here).content.decode()
    home = client.post("/begin/", **here)["Location"]
    company = Company.objects.latest("pk")
    assert home == f"/c/{company.slug}/"
    assert client.get("/c/lenoir/settings/", **here).status_code == 404
    assert 'href="/keep/"' in client.get(f"{home}settings/", **here).content.decode()
    assert queries.first_steps(company).left == 3

    taken = client.post("/keep/", {"name": "Zoé", "email": "Alice@example.test", "password": "three brown foxes"}, **here)
    assert taken.status_code == 422
    client.post("/keep/", {"name": "Zoé", "email": "zoe@example.test", "password": "three brown foxes"}, **here)
    assert client.get(f"{home}settings/", **here).status_code == 200
    other = Client()
    other.post("/accounts/login/", {"login": "zoe@example.test", "password": "three brown foxes"}, **here)
    page = other.get(f"{home}settings/", **here)
    assert page.status_code == 200
    assert "/keep/" not in page.content.decode()
    given = {"name": "Fleurs Zoé", "timezone": "Europe/Paris", "language": "fr", "late_minutes": 60, "quiet_days": 9}
    other.post(f"{home}settings/", given, **here)
    assert queries.first_steps(company := Company.objects.get(pk=company.pk)).named
    assert (company.name, company.late_minutes, company.quiet_days) == ("Fleurs Zoé", 60, 9)


def test_a_new_address_counts_when_it_is_proved(world: World, client: Client) -> None:
    sign_in(client, "alice@example.test")
    asked = client.post("/accounts/email/", {"email": "alice@lenoir.test", "action_add": "1"})
    client.post(asked["Location"], {"password": PASSWORD, "next": "/accounts/email/"})
    world.alice.refresh_from_db()
    assert world.alice.email == "alice@example.test"
    link = re.findall(settings.PUBLIC_URL + r"(/accounts/confirm-email/\S+)", mail.outbox[-1].body)[0]
    client.post(link)
    world.alice.refresh_from_db()
    assert world.alice.email == "alice@lenoir.test"
    assert list(EmailAddress.objects.filter(user=world.alice).values_list("email", "primary")) == [("alice@lenoir.test", True)]
    sign_in(Client(), "alice@lenoir.test")


def test_without_a_mail_server_a_new_address_counts_at_once(world: World, client: Client, settings: Any) -> None:
    sign_in(client, "alice@example.test")
    confirm(client)
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    client.post("/accounts/email/", {"email": "alice@lenoir.test", "action_add": "1"})
    world.alice.refresh_from_db()
    assert world.alice.email == "alice@lenoir.test"
    assert User.objects.filter(email="").count() == 0


def test_the_language_is_the_persons_then_the_companys_then_the_browsers(world: World, client: Client) -> None:
    def spoken(path: str, **headers: str) -> str:
        return re.findall(r'<html lang="(\w+)"', client.get(path, headers=headers).content.decode())[0]

    assert spoken("/accounts/login/", **{"accept-language": "en"}) == "en"
    assert spoken("/accounts/login/", **{"accept-language": "fr"}) == "fr"
    client.force_login(world.alice)
    assert spoken("/c/lenoir/settings/", **{"accept-language": "en"}) == "fr"
    client.post("/me/", {"name": "Alice", "language": "en"})
    assert spoken("/c/lenoir/settings/", **{"accept-language": "fr"}) == "en"
    client.post("/-/language", {"language": "fr", "next": "/"})
    assert spoken("/c/lenoir/settings/", **{"accept-language": "en"}) == "fr"


def test_mails_are_turned_off_for_oneself_alone(world: World, client: Client) -> None:
    client.force_login(world.alice)
    mine, bobs = (Member.objects.get(user=user) for user in (world.alice, world.bob))
    client.post(f"/me/mails/{mine.pk}/", {"mails": "off"})
    assert client.post(f"/me/mails/{bobs.pk}/", {"mails": "off"}).status_code == 404
    assert list(Member.objects.filter(mails=False)) == [mine]


def test_where_mail_leaves_an_address_is_proved_before_anything_and_the_invitation_is_not_lost(
    world: World, client: Client, settings: Any
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    kept = invitations.invite(
        company=world.bakery, email="zoe@example.test", role=Role.READER, by=world.actor(world.alice), now=clock.now()
    )
    join = f"/join/{invitations.token_of(kept)}/"
    answer = client.post("/accounts/signup/", {"email": "zoe@example.test", "password1": "three brown foxes", "next": join})
    assert answer["Location"] == "/accounts/confirm-email/"
    assert client.get("/start/").status_code == 302
    link = re.findall(settings.PUBLIC_URL + r"(/accounts/confirm-email/\S+)", mail.outbox[-1].body)[0]
    assert client.post(link)["Location"] == join

    elsewhere = Client()
    sign_in(elsewhere, "zoe@example.test", "three brown foxes")
    assert f'action="{join}"' in elsewhere.get("/start/").content.decode()


def test_where_mail_leaves_a_sign_up_does_not_tell_who_has_an_account(world: World, client: Client, settings: Any) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    for email in ("alice@example.test", "nobody@example.test"):
        answer = client.post("/accounts/signup/", {"email": email, "password1": "three brown foxes"})
        assert answer["Location"] == "/accounts/confirm-email/"
    assert [letter.to for letter in mail.outbox] == [["alice@example.test"], ["nobody@example.test"]]
    assert User.objects.filter(email="alice@example.test").count() == 1


def test_an_unproved_address_does_not_receive_the_invitations_of_its_true_owner(world: World, client: Client, settings: Any) -> None:
    invitations.invite(company=world.bakery, email="zoe@example.test", role=Role.OWNER, by=world.actor(world.alice), now=clock.now())
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    client.post("/accounts/signup/", {"email": "zoe@example.test", "password1": "three brown foxes"})
    assert "Boulangerie Lenoir" not in client.get("/start/").content.decode()


def test_a_demonstration_that_is_being_made_says_so_and_goes_on_by_itself(db: None, settings: Any, tmp_path: Path) -> None:
    settings.DEMO, settings.DEMO_BUILDING = True, tmp_path / "building"
    settings.DEMO_BUILDING.touch()
    client = Client()
    page = client.get("/", headers={"host": "localhost"})
    assert page.status_code == 200
    assert "La boulangerie ouvre" in page.content.decode()
    assert client.get("/", headers={"host": "localhost", "HX-Request": "true"}).status_code == 204
    company = Company.objects.create(name="Boulangerie Lenoir", slug="b", demo=True, created_at=NOON)
    Member.objects.create(company=company, user=User.objects.create_user("m@b.example", name="Marcel"), role="owner", since=NOON)
    settings.DEMO_BUILDING.unlink()
    answer = client.get("/", headers={"host": "localhost", "HX-Request": "true"})
    assert answer["HX-Redirect"] == "/"
