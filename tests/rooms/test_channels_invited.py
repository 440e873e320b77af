"""Connecting by invitation: whoever holds the link connects their own account; whoever asked sees no password and no token."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
from django.conf import LazySettings, settings
from django.core import mail as post
from django.test import Client
from django.urls import reverse

import sandbox
from parvis.audit.models import Entry
from parvis.audit.sentences import sentence
from parvis.channels import inviting
from parvis.channels.connecting import where_to
from parvis.channels.models import AskedNetwork, Channel, Connecting, ConnectInvitation
from parvis.core import clock
from parvis.core.links import digest
from parvis.people.models import User
from parvis.people.permissions import NotAllowed
from parvis.worker import connected
from tests.rooms.test_channels_every_app import ASKING, Form, there
from tests.rooms.town import PASSWORD, as_, words
from tests.world import World

pytestmark = pytest.mark.django_db
__all__ = ["there"]

BOTH = ("bluesky", "mastodon")


def asked(world: World, *networks: str, **more: Any) -> ConnectInvitation:
    given = {"name": "Odile Ravanel", "email": "odile@example.test", "networks": networks or BOTH}
    return inviting.invite(company=world.bakery, by=world.actor(world.alice), now=clock.now(), **{**given, **more})


def link(invitation: ConnectInvitation, *rest: object) -> str:
    token = inviting.token_of(invitation)
    assert token
    return reverse("guest", args=[token]) + "".join(f"{part}/" for part in rest)


def sign(client: Client, invitation: ConnectInvitation, who: str = "lenoir.test", password: str = PASSWORD) -> Any:
    return client.post(link(invitation, "bluesky"), {"who": who, "password": password})


def gone(town: sandbox.Town, client: Client, invitation: ConnectInvitation) -> str:
    """Begin on the other network and say yes there; return the address one is sent back to."""
    town.mastodon.settings(auto_approve="lenoir")
    begun = client.post(link(invitation, "mastodon"), {"who": town.mastodon.url.partition("://")[2]})
    assert begun.status_code == 303, words(begun)
    flow = Connecting.objects.get(invitation=invitation)
    assert begun["location"] == link(invitation, "leave", flow.pk)
    assert where_to(flow)["url"] in words(client.get(begun["location"]))
    back = httpx.get(where_to(flow)["url"], follow_redirects=False).headers["location"]
    return str(back.removeprefix(settings.PUBLIC_URL))


@pytest.fixture
def accounts(town: sandbox.Town) -> sandbox.Town:
    town.bluesky.add_account("lenoir.test", password=PASSWORD)
    town.mastodon.add_account("lenoir")
    return town


def test_whoever_holds_the_link_connects_without_an_account_here(world: World, accounts: sandbox.Town) -> None:
    invitation, odile = asked(world), Client()
    shown = words(odile.get(link(invitation)))
    assert "Boulangerie Lenoir" in shown
    assert "Alice" in shown
    done = sign(odile, invitation)
    assert (done.status_code, done["location"]) == (303, link(invitation))
    channel = Channel.objects.get()
    assert (channel.company, channel.network, channel.state) == (world.bakery, "bluesky", "alive")
    came = gone(accounts, odile, invitation)
    assert odile.get(came)["location"] == link(invitation)
    assert Channel.objects.count() == 2
    assert User.objects.count() == 5
    assert "_auth_user_id" not in odile.session


def test_who_asked_is_told_and_sees_no_secret(world: World, accounts: sandbox.Town) -> None:
    User.objects.update(language="en")
    invitation = asked(world)
    assert not inviting.any_untold(clock.now())
    sign(Client(), invitation)
    connected.tell(clock.now())
    connected.tell(clock.now())
    [told] = post.outbox
    assert told.to == ["alice@example.test"]
    assert "Odile Ravanel has connected" in told.body
    page = words(as_(world.alice).get(reverse("channels", args=["lenoir"])))
    assert "Odile Ravanel" in page
    assert PASSWORD not in page + told.body
    assert settings.KEYS.open(Channel.objects.get().tokens)
    assert PASSWORD not in str(settings.KEYS.open(Channel.objects.get().tokens))


def test_the_journal_says_who_connected_and_who_asked(world: World, accounts: sandbox.Town) -> None:
    invitation = asked(world)
    sign(Client(), invitation)
    entry = Entry.objects.get(verb="channels:channel:connected_invited")
    assert (entry.who, entry.user_id, entry.facts["invitation"]) == ("Odile Ravanel", None, invitation.pk)
    assert str(sentence(entry)) == "Odile Ravanel connected the account lenoir.test, by the invitation of Alice"
    assert (
        str(sentence(Entry.objects.get(verb="channels:invitation:sent")))
        == "Alice asked Odile Ravanel to connect accounts: Bluesky, Mastodon"
    )


def test_only_a_digest_is_kept(world: World) -> None:
    invitation = asked(world)
    token = inviting.token_of(invitation)
    row = str(list(ConnectInvitation.objects.values()))
    assert token not in row
    assert digest(token) in row


@pytest.mark.parametrize("how", ["expired", "withdrawn", "guessed"])
def test_a_link_that_is_over_opens_nothing(world: World, accounts: sandbox.Town, how: str) -> None:
    invitation, odile = asked(world), Client()
    path = link(invitation)
    if how == "guessed":
        path = reverse("guest", args=["x" * 43])
    if how == "withdrawn":
        inviting.withdraw(invitation=invitation, by=world.actor(world.alice), now=clock.now())
    with clock.later(timedelta(days=8) if how == "expired" else timedelta(0)):
        for place in (path, f"{path}bluesky/", f"{path}choose/1/", f"{path}leave/1/"):
            assert odile.get(place).status_code == 410
            answer = odile.post(place, {"who": "lenoir.test", "password": PASSWORD})
            assert answer.status_code == 410
            assert "Alice" not in words(answer) or how != "guessed"
    assert not Channel.objects.exists()


@pytest.mark.parametrize("how", ["expired", "withdrawn"])
def test_what_ends_while_somebody_is_away_on_the_network_ends_for_them_too(world: World, accounts: sandbox.Town, how: str) -> None:
    invitation, odile = asked(world, lasts=timedelta(hours=1)), Client()
    with clock.later(timedelta(minutes=55)):
        came = gone(accounts, odile, invitation)
    if how == "withdrawn":
        inviting.withdraw(invitation=invitation, by=world.actor(world.alice), now=clock.now())
    with clock.later(timedelta(minutes=61 if how == "expired" else 56)):
        odile.get(came)
    assert not Channel.objects.exists()


def test_it_serves_once_for_each_network_whoever_it_was_forwarded_to(world: World, accounts: sandbox.Town) -> None:
    accounts.bluesky.add_account("other.test", password=PASSWORD)
    invitation = asked(world)
    sign(Client(), invitation)
    again = sign(Client(), invitation, "other.test")
    assert again.status_code == 422
    assert [channel.handle for channel in Channel.objects.all()] == ["lenoir.test"]
    # The same account neither: its authorisation is not replaced by whoever comes later.
    tokens = Channel.objects.get().tokens
    sign(Client(), invitation)
    assert Channel.objects.get().tokens == tokens


def test_of_two_who_come_back_at_the_same_moment_one_is_kept(world: World, accounts: sandbox.Town) -> None:
    """Both were let through before either was kept: what counts is the moment of keeping."""
    invitation = asked(world)
    sign(Client(), invitation)
    [channel] = Channel.objects.all()
    with pytest.raises(inviting.NotInvited):
        inviting.use(invitation, [channel], clock.now())
    AskedNetwork.objects.update(used_at=None)
    inviting.withdraw(invitation=invitation, by=world.actor(world.alice), now=clock.now())
    with pytest.raises(inviting.NotInvited):
        inviting.use(invitation, [channel], clock.now())


def test_a_network_that_was_not_named_is_no_door(world: World, accounts: sandbox.Town) -> None:
    invitation = asked(world, "mastodon")
    assert Client().get(link(invitation, "bluesky")).status_code == 404
    assert sign(Client(), invitation).status_code == 404
    with pytest.raises(inviting.NotInvited):
        inviting.check(invitation, "bluesky", clock.now())
    assert not Channel.objects.exists()


def test_a_flow_that_comes_back_in_another_browser_is_refused(world: World, accounts: sandbox.Town) -> None:
    invitation, odile = asked(world), Client()
    came = gone(accounts, odile, invitation)
    for stranger in (Client(), as_(world.alice), as_(world.denis)):
        assert stranger.get(came).status_code == 404
    assert not Channel.objects.exists()
    assert odile.get(came).status_code == 303
    assert Channel.objects.count() == 1
    odile.get(came)
    assert Channel.objects.count() == 1


def test_a_cookie_made_up_is_no_browser(world: World, accounts: sandbox.Town) -> None:
    invitation, odile = asked(world), Client()
    came = gone(accounts, odile, invitation)
    thief = Client()
    thief.cookies["guest-mastodon"] = str(Connecting.objects.get().pk)
    assert thief.get(came).status_code == 404
    assert not Channel.objects.exists()


def test_another_invitation_does_not_take_over_a_flow(world: World, accounts: sandbox.Town) -> None:
    first, second, odile = asked(world), asked(world, name="Denis"), Client()
    gone(accounts, odile, first)
    flow = Connecting.objects.get()
    assert odile.get(link(second, "leave", flow.pk)).status_code == 404
    assert odile.get(link(second, "choose", flow.pk)).status_code == 404


def test_looking_changes_nothing_whatever_follows_the_links(world: World, accounts: sandbox.Town) -> None:
    invitation, scanner = asked(world), Client()
    before = list(ConnectInvitation.objects.values()), list(AskedNetwork.objects.values()), Entry.objects.count()
    seen, places = set(), [link(invitation)]
    while places:
        place = places.pop()
        seen.add(place)
        for method in ("get", "head", "options"):
            page = getattr(scanner, method)(place)
        found = re.findall(r'href="(/connect/[^"]*)"', scanner.get(place).content.decode())
        places += [one for one in found if one not in seen]
    assert link(invitation, "bluesky") in seen
    assert page.status_code in {200, 405}
    assert (list(ConnectInvitation.objects.values()), list(AskedNetwork.objects.values()), Entry.objects.count()) == before
    assert not Connecting.objects.exists()


def test_saying_no_over_there_leads_back_to_the_invitation(world: World, accounts: sandbox.Town) -> None:
    invitation, odile = asked(world), Client()
    came = gone(accounts, odile, invitation)
    state = re.search(r"state=([^&]+)", came)
    assert state
    answer = odile.get(f"/connect/return/?error=access_denied&state={state[1]}")
    assert answer["location"] == link(invitation)
    assert not Channel.objects.exists()
    assert AskedNetwork.objects.filter(used_at=None).count() == 2


def test_passwords_cannot_be_guessed_through_it(world: World, accounts: sandbox.Town) -> None:
    invitation, odile = asked(world), Client()
    for _ in range(inviting.MOST_TRIES):
        assert sign(odile, invitation, password="wrong").status_code == 422
    asked_before = len(accounts.bluesky.requests())
    answer = sign(Client(), invitation)
    assert "Too many tries" in words(answer) or "Trop d’essais" in words(answer)
    assert len(accounts.bluesky.requests()) == asked_before
    with clock.later(timedelta(hours=1, minutes=1)):
        assert sign(odile, invitation).status_code == 303


def test_links_cannot_be_guessed_by_the_thousand(world: World) -> None:
    codes = [Client().get(reverse("guest", args=[f"guess-{n}"])).status_code for n in range(30)]
    assert codes[0] == 410
    assert codes[-1] == 429


def test_sending_again_wakes_what_is_too_old_with_another_secret(world: World, accounts: sandbox.Town, settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    alice, invitation = as_(world.alice), asked(world)
    first = link(invitation)
    again = reverse("connect-ask-again", args=["lenoir", invitation.pk])
    alice.post(again)
    invitation.refresh_from_db()
    assert link(invitation) == first
    assert first in post.outbox[-1].body
    with clock.later(timedelta(days=9)):
        alice.post(again)
        invitation.refresh_from_db()
        assert link(invitation) != first
        assert Client().get(first).status_code == 410
        assert Client().get(link(invitation)).status_code == 200
        alice.post(reverse("connect-ask-withdraw", args=["lenoir", invitation.pk]))
        assert Client().get(link(invitation)).status_code == 410
        alice.post(again)
        assert Client().get(link(invitation)).status_code == 410


def test_asking_through_the_page(world: World, accounts: sandbox.Town) -> None:
    alice, page = as_(world.alice), reverse("connect-ask", args=["lenoir"])
    shown = words(alice.get(page))
    assert "Who holds the accounts?" in shown
    typed = {"name": "Odile", "email": "odile@example.test", "networks": ["bluesky"], "days": 3}
    assert alice.post(page, {**typed, "networks": []}).status_code == 422
    assert alice.post(page, {**typed, "networks": ["myspace"]}).status_code == 422
    assert not ConnectInvitation.objects.exists()
    alice.post(page, typed)
    made = ConnectInvitation.objects.get()
    assert made.expires_at - made.created_at == timedelta(days=3)
    shown = words(alice.get(reverse("channels", args=["lenoir"])))
    assert "Waits for them" in shown
    assert inviting.token_of(made) in shown


@pytest.mark.parametrize("who", ["bob", "chloe", "remi"])
def test_whoever_may_not_connect_may_not_ask(world: World, accounts: sandbox.Town, who: str) -> None:
    invitation, client = asked(world), as_(getattr(world, who))
    assert client.get(reverse("connect-ask", args=["lenoir"])).status_code == 403
    for name in ("connect-ask-again", "connect-ask-withdraw"):
        assert client.post(reverse(name, args=["lenoir", invitation.pk])).status_code == 403
    assert inviting.token_of(invitation) not in words(client.get(reverse("channels", args=["lenoir"])))
    with pytest.raises(NotAllowed):
        inviting.withdraw(invitation=invitation, by=inviting.actor_of(invitation), now=clock.now())


@pytest.mark.parametrize("key", ASKING)
def test_every_network_with_an_application_can_be_asked_for(world: World, there: sandbox.Town, key: str) -> None:
    """Where the login opens several accounts, the guest chooses on a page of their own."""
    alice, odile = as_(world.alice), Client()
    with pytest.raises(inviting.NothingAsked):
        asked(world, key)
    client_id, secret = settings.SPARE_APP
    alice.post(reverse("app-keep", args=["lenoir", key]), {"client_id": client_id, "client_secret": secret})
    invitation = asked(world, key)
    begun = odile.post(link(invitation, key), {"csrfmiddlewaretoken": "x"})
    assert begun.status_code == 303, words(begun)
    url = where_to(Connecting.objects.get())["url"]
    form = Form()
    form.feed(httpx.get(url).text)
    answer = httpx.post(urljoin(url, form.action), data={**form.given, "answer": "yes"})
    came = odile.get(answer.headers["location"].removeprefix(settings.PUBLIC_URL))
    if "choose" in came["location"]:
        assert Client().get(came["location"]).status_code == 404
        assert "Which of your accounts" in words(odile.get(came["location"])) or "Lesquels" in words(odile.get(came["location"]))
        assert not Channel.objects.exists()
        came = odile.post(came["location"], {"chosen": ["0"]})
    assert came["location"] == link(invitation)
    assert Channel.objects.get().network == key
    assert AskedNetwork.objects.get().accounts == Channel.objects.get().handle
