"""What somebody who means harm tries: forged hosts and ids, servers that lie, secrets looked for where they should not be."""

from __future__ import annotations

import json
import logging
import os
import re
import stat
import subprocess
import sys
from logging.config import DictConfigurator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from django.urls import reverse

import parvis.settings as house
from parvis.channels.connecting import where_to
from parvis.channels.models import Channel, Connecting
from parvis.core.http import address
from parvis.networks.mastodon.spec import learn
from parvis.networks.registry import Config, networks
from parvis.people import invitations
from parvis.people.models import Role
from parvis.posts import commands as posts
from parvis.posts.links import read_link
from parvis.posts.models import PostPicture
from tests.loopback import answering, loopback
from tests.rooms.bakery import channel, idea, picture
from tests.rooms.town import as_, begin, sign, words
from tests.test_strangers import PLACES, Place
from tests.world import NOON, World

pytestmark = pytest.mark.django_db
NO_ADDRESS = "https://["  # what Python's own reader of addresses refuses by raising


# ---- the way in


def test_links_in_mails_lead_to_this_house_whatever_host_the_request_named(world: World, client: Client) -> None:
    client.post("/accounts/password/reset/", {"email": "alice@example.test"}, headers={"host": "localhost:6666"})
    assert re.findall(r"http://\S+/accounts/\S+", mail.outbox[0].body)[0].startswith(f"{house.PUBLIC_URL}/accounts/password/reset/key/")


def wrong_passwords(count: int, forwarded: str) -> Any:
    answer = None
    for n in range(count):
        typed = {"login": f"nobody{n}@example.test", "password": "wrong"}
        answer = Client(REMOTE_ADDR="127.0.0.1", headers={"x-forwarded-for": forwarded.format(n)}).post("/accounts/login/", typed)
    return answer


def test_one_guesser_behind_the_proxy_shuts_nobody_else_out_and_cannot_change_address(world: World, settings: LazySettings) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    limited = wrong_passwords(11, "198.51.100.{}, 203.0.113.7")
    assert "cinq minutes" in limited.content.decode()
    assert "cinq minutes" not in wrong_passwords(1, "203.0.113.8").content.decode()


def test_without_a_proxy_a_forwarded_address_is_not_believed(world: World) -> None:
    assert "cinq minutes" in wrong_passwords(11, "203.0.113.{}").content.decode()


# ---- what others may keep or read


def test_a_private_page_is_kept_by_no_cache_on_the_way(world: World) -> None:
    assert as_(world.alice).get("/c/lenoir/settings/")["Cache-Control"] == "private, no-cache"


def test_pictures_come_from_this_house_and_no_page_is_made_by_a_script(world: World, client: Client) -> None:
    policy = client.get("/accounts/login/")["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; ")
    assert "blob:" not in policy
    assert "*" not in policy


def test_cookies_stay_on_https_where_the_house_is(client: Client) -> None:
    client.post("/-/language", {"language": "en"}, secure=True)
    client.post("/-/theme", {"theme": "dark"}, secure=True)
    assert client.cookies["django_language"]["secure"]
    assert client.cookies["theme"]["secure"]


def test_the_log_names_no_link_that_opens_something(world: World) -> None:
    invitation = invitations.invite(company=world.bakery, email="z@example.test", role=Role.OWNER, by=world.actor(world.alice), now=NOON)
    secret = invitations.token_of(invitation)
    written = logging.getLogger("any").makeRecord(
        "any", logging.WARNING, "", 0, "Forbidden: %s, /accounts/password/reset/key/4-abc-123/ /connect/return/?state=s3cret&code=c0de",
        (f"/join/{secret}/",), None,
    )  # fmt: skip
    text = DictConfigurator(house.LOGGING).configure_formatter(house.LOGGING["formatters"]["line"]).format(written)
    assert "Forbidden: /join/…/" in text
    assert not any(word in text for word in (secret, "4-abc-123", "s3cret", "c0de"))


# Those of a library are written as patterns: two of them stand in the test above.
OURS = [place for place in PLACES if "(?P" not in place.pattern]


@pytest.mark.parametrize("place", [place for place in OURS if {"token", "key"} & set(place.kwargs)], ids=lambda place: place.name)
def test_the_log_shortens_every_address_that_opens_something(place: Place) -> None:
    address = "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: "s3cret" if found[1] in {"token", "key"} else "7", place.pattern)
    written = logging.getLogger("any").makeRecord("any", logging.WARNING, "", 0, "Gone: %s", (address,), None)
    text = DictConfigurator(house.LOGGING).configure_formatter(house.LOGGING["formatters"]["line"]).format(written)
    assert "s3cret" in address
    assert "s3cret" not in text
    assert "/…" in text


def test_the_data_folder_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "var"
    given = {**os.environ, "PARVIS_DATA": str(folder), "PARVIS_KEYS": "", "PARVIS_SECRET": ""}
    subprocess.run([sys.executable, "-c", "import os; os.umask(0o022); import parvis.settings"], env=given, check=True)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in ("keys", "secret")} == {0o600}


# ---- ids of another company


def test_ids_of_another_company_in_a_form_change_nothing(world: World) -> None:
    theirs, photo, said = channel(world), picture(world), idea(world)
    spot = posts.place_picture(post=said, asset=photo, by=world.actor(world.alice), now=NOON)
    mine = posts.start(company=world.elsewhere, by=world.actor(world.denis), now=NOON, parts=["À moi"])
    denis, given = as_(world.denis), {"channel": theirs.pk, "asset": photo.pk, "to": 0, "revision": mine.revision}
    for name in ("compose-channels", "compose-pictures", "post-mending", "post-withdrawal"):
        assert denis.post(reverse(name, args=["denis", mine.pk]), given).status_code in {302, 303}, name
    for name, more in (("compose-put-back", [photo.pk, 0]), ("compose-take-off", [spot.pk]), ("compose-earlier", [spot.pk])):
        assert denis.post(reverse(name, args=["denis", mine.pk, *more]), given).status_code == 404, name
    assert not mine.variants.exists()
    assert list(PostPicture.objects.all()) == [spot]


# ---- servers that lie


def liar(about: dict[str, Any]) -> Any:
    """Return the manners of a server that answers by path, and 404 elsewhere."""

    def talk(line: Any, request: bytes) -> None:
        path = request.split()[1].decode().partition("?")[0]
        found = about.get(path)
        answering(json.dumps(found or {}).encode(), "200 OK" if found else "404 Not Found")(line, request)

    return talk


@pytest.mark.parametrize("pds", [NO_ADDRESS, "https://pds.example:99999", "https://"])
def test_an_identity_that_names_an_impossible_server_is_refused_with_a_sentence(world: World, settings: LazySettings, pds: str) -> None:
    did = "did:plc:" + "a" * 24
    document = {"id": did, "service": [{"id": "#atproto_pds", "serviceEndpoint": pds}]}
    with loopback(liar({"/xrpc/com.atproto.identity.resolveHandle": {"did": did}, f"/{did}": document})) as url:
        settings.NETWORKS = networks(Config(url, url, url, "http", ""))
        answer = sign(as_(world.alice), "lenoir.example")
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode() or "lenoir" in words(answer)
    assert not Channel.objects.exists()


@pytest.mark.parametrize("elsewhere", [NO_ADDRESS, "http://203.0.113.9/oauth/token", "https://127.0.0.1:6666/oauth/token", "javascript:x"])
def test_a_server_cannot_send_the_secret_nor_the_person_to_a_worse_place(world: World, settings: LazySettings, elsewhere: str) -> None:
    app = {"client_id": "a", "client_secret": "b"}
    offers = {"authorization_endpoint": elsewhere, "token_endpoint": elsewhere}
    with loopback(liar({"/.well-known/oauth-authorization-server": offers, "/api/v1/apps": app})) as url:
        settings.NETWORKS = networks(Config(url, url, url, "http", ""))
        begin(as_(world.alice), url.partition("://")[2])
    flow = Connecting.objects.get()
    assert where_to(flow)["url"].startswith(f"{url}/oauth/authorize?")
    assert house.KEYS.open(flow.sealed)["memory"]["token_endpoint"] == f"{url}/oauth/token"


def test_a_limit_that_no_limit_can_be_is_not_learnt() -> None:
    told = {"max_toot_chars": "9" * 5000, "upload_limit": 10**40, "configuration": {"statuses": {"max_media_attachments": -1}}}
    assert learn(told) == {}


def test_an_address_that_cannot_be_one_is_none() -> None:
    assert address(NO_ADDRESS) == ""
    assert address("https://social.example/@a") == "https://social.example/@a"


@pytest.mark.parametrize("soup", ["<![x", "<!['", "<a " * 200_000, "<!--" * 200_000])
def test_no_page_behind_a_link_breaks_the_composer(world: World, soup: str) -> None:
    with loopback(answering(f"<title>Marché</title>{soup}".encode(), content_type="text/html")) as url:
        link = read_link(company=world.bakery, url=url, by=world.actor(world.bob), now=NOON)
    assert link.title == "Marché"
