"""The stand-in of Mastodon keeps the duties of a faithful one."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

import sandbox
from sandbox.mastodon import Mastodon
from sandbox.town import Town
from tests.rooms import sandbox_visitor as web

BACK = "http://127.0.0.1:9/back"


@pytest.fixture
def town() -> Iterator[Town]:
    with sandbox.running() as town:
        yield town


@pytest.fixture
def server(town: Town) -> Mastodon:
    # Limits are counted in windows of five minutes: no test may straddle two.
    town.clock.ahead = 300 - time.time() % 300
    return town.mastodon


@pytest.fixture
def lenoir(server: Mastodon) -> Iterator[httpx.Client]:
    with web.visitor(server.url, server.add_account("lenoir", name="Boulangerie Lenoir")) as client:
        yield client


def say(client: httpx.Client, text: str = "Bonjour", key: str = "", **more: Any) -> httpx.Response:
    return client.post("/api/v1/statuses", json={"status": text, **more}, headers={"Idempotency-Key": key} if key else {})


def upload(client: httpx.Client, content: bytes, **fields: str) -> httpx.Response:
    return client.post("/api/v2/media", files={"file": ("a.png", content, "image/png")}, data=fields)


# ---- statuses


def test_the_same_key_gives_the_same_status_for_an_hour(server: Mastodon, lenoir: httpx.Client) -> None:
    first = say(lenoir, key="k").json()["id"]
    assert say(lenoir, "autre chose", key="k").json()["id"] == first
    server.advance(3601)
    assert say(lenoir, key="k").json()["id"] != first
    assert len(server.posts()) == 2


def test_a_key_belongs_to_its_account(server: Mastodon, lenoir: httpx.Client) -> None:
    with web.visitor(server.url, server.add_account("autre")) as other:
        assert say(lenoir, key="k").json()["id"] != say(other, key="k").json()["id"]


def test_a_compatible_server_may_ignore_keys(server: Mastodon, lenoir: httpx.Client) -> None:
    server.settings(honours_keys=False)
    assert say(lenoir, key="k").json()["id"] != say(lenoir, key="k").json()["id"]


def test_a_key_after_a_lost_answer_gives_the_status_that_was_made(server: Mastodon, lenoir: httpx.Client) -> None:
    server.arm("commit_then_drop")
    with pytest.raises(httpx.RemoteProtocolError):
        say(lenoir, key="k")
    assert say(lenoir, key="k").json()["id"] == server.posts()[0]["id"]
    assert len(server.posts()) == 1


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("x" * 500, True),
        ("x" * 501, False),
        ("👩‍👩‍👧" * 500, True),
        ("é" * 501, False),
        ("x" * 476 + " https://example.com/" + "y" * 200, True),
        ("x" * 477 + " https://example.com/", False),
        ("x" * 492 + " @chocol@example.social", True),
        ("x" * 493 + " @chocol@example.social", False),
    ],
)
def test_length_is_counted_as_the_server_counts(lenoir: httpx.Client, text: str, fits: bool) -> None:
    answer = say(lenoir, text)
    assert answer.status_code == (200 if fits else 422)
    if not fits:
        assert answer.json() == {"error": "Validation failed: Text character limit of 500 exceeded"}


def test_the_warning_counts_too(lenoir: httpx.Client) -> None:
    assert say(lenoir, "x" * 490, spoiler_text="y" * 10).status_code == 200
    assert say(lenoir, "x" * 490, spoiler_text="y" * 11).status_code == 422


def test_unusual_limits_are_announced_and_kept(server: Mastodon, lenoir: httpx.Client) -> None:
    server.settings(max_characters=20, url_price=5, max_media=2)
    told = lenoir.get("/api/v2/instance").json()["configuration"]["statuses"]
    assert told == {"max_characters": 20, "max_media_attachments": 2, "characters_reserved_per_url": 5}
    assert say(lenoir, "x" * 14 + " https://example.com/long").status_code == 200
    assert say(lenoir, "x" * 15 + " https://example.com/long").status_code == 422


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"status": ""}, 422),
        ({"status": "x", "colour": "red"}, 422),
        ({"status": "x", "visibility": "secret"}, 422),
        ({"status": "x", "in_reply_to_id": "1"}, 404),
        ({"status": "x", "media_ids": ["1"]}, 422),
        (["x"], 400),
    ],
)
def test_bad_input_is_refused(server: Mastodon, lenoir: httpx.Client, body: Any, status: int) -> None:
    answer = lenoir.post("/api/v1/statuses", json=body)
    assert (answer.status_code, list(answer.json())) == (status, ["error"])
    assert server.posts() == []


def test_forms_and_json_say_the_same(server: Mastodon, lenoir: httpx.Client) -> None:
    name = upload(lenoir, web.png()).json()["id"]
    made = lenoir.post("/api/v1/statuses", data={"status": "Formulaire", "media_ids[]": [name], "sensitive": "0", "language": "fr"}).json()
    assert (made["content"], made["sensitive"], made["media_attachments"][0]["id"]) == ("<p>Formulaire</p>", False, name)


def test_content_is_html_as_the_real_one(server: Mastodon, lenoir: httpx.Client) -> None:
    text = "  Un <b>pain</b> & « deux »\nligne\n\n#Nantes @lenoir (https://www.example.com/un/chemin/vraiment/tres/long).  "
    assert say(lenoir, text).json()["content"] == (
        "<p>Un &lt;b&gt;pain&lt;/b&gt; &amp; « deux »<br />ligne</p>"
        f'<p><a href="{server.url}/tags/Nantes" class="mention hashtag" rel="tag">#<span>Nantes</span></a> '
        f'<span class="h-card" translate="no"><a href="{server.url}/@lenoir" class="u-url mention">@<span>lenoir</span></a></span> '
        '(<a href="https://www.example.com/un/chemin/vraiment/tres/long" target="_blank" rel="nofollow noopener" translate="no">'
        '<span class="invisible">https://www.</span><span class="ellipsis">example.com/un/chemin/vraiment</span>'
        '<span class="invisible">/tres/long</span></a>).</p>'
    )


@pytest.mark.parametrize(
    ("kind", "shape"), [("numbers", r"\d{18}"), ("uuid", r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), ("ulid", r"[0-9A-Z]{26}")]
)
def test_ids_are_of_the_kind_asked_and_can_be_paged(server: Mastodon, lenoir: httpx.Client, kind: str, shape: str) -> None:
    me = lenoir.get("/api/v1/accounts/verify_credentials").json()["id"]
    server.settings(ids=kind)
    made = [say(lenoir, str(i)).json()["id"] for i in range(5)]
    assert all(re.fullmatch(shape, name) for name in made)
    seen, url = [], f"/api/v1/accounts/{me}/statuses?limit=2"
    while url:
        answer = lenoir.get(url)
        seen += [one["id"] for one in answer.json()]
        url = answer.links.get("next", {}).get("url", "")
    assert seen == made[::-1]


def test_readings_go_forward_and_back(lenoir: httpx.Client) -> None:
    me = lenoir.get("/api/v1/accounts/verify_credentials").json()["id"]
    made = [say(lenoir, str(i)).json()["id"] for i in range(6)]

    def read(**how: str) -> list[str]:
        return [one["content"][3:-4] for one in lenoir.get(f"/api/v1/accounts/{me}/statuses", params=how).json()]

    assert read() == ["5", "4", "3", "2", "1", "0"]
    assert read(max_id=made[3], limit="2") == ["2", "1"]
    assert read(since_id=made[2]) == ["5", "4", "3"]
    assert read(since_id=made[0], limit="2") == ["5", "4"]
    assert read(min_id=made[0], limit="2") == ["2", "1"]


def test_a_thread_is_known_from_both_ends(lenoir: httpx.Client) -> None:
    first = say(lenoir, "1").json()
    second = say(lenoir, "2", in_reply_to_id=first["id"]).json()
    assert second["in_reply_to_account_id"] == first["account"]["id"]
    assert [one["id"] for one in lenoir.get(f"/api/v1/statuses/{first['id']}/context").json()["descendants"]] == [second["id"]]
    assert [one["id"] for one in lenoir.get(f"/api/v1/statuses/{second['id']}/context").json()["ancestors"]] == [first["id"]]


def test_a_deleted_status_gives_its_text_back_and_is_gone(lenoir: httpx.Client) -> None:
    made = say(lenoir, "À retirer").json()["id"]
    assert lenoir.delete(f"/api/v1/statuses/{made}").json()["text"] == "À retirer"
    assert [lenoir.get(f"/api/v1/statuses/{made}").status_code, lenoir.delete(f"/api/v1/statuses/{made}").status_code] == [404, 404]


def test_another_accounts_status_cannot_be_deleted(server: Mastodon, lenoir: httpx.Client) -> None:
    made = say(lenoir).json()["id"]
    with web.visitor(server.url, server.add_account("autre")) as other:
        assert other.delete(f"/api/v1/statuses/{made}").status_code == 404
    assert len(server.posts()) == 1


def test_a_new_status_is_missing_from_readings_for_a_while(server: Mastodon, lenoir: httpx.Client) -> None:
    me = lenoir.get("/api/v1/accounts/verify_credentials").json()["id"]
    server.settings(lag_seconds=30)
    made = say(lenoir).json()["id"]
    assert lenoir.get(f"/api/v1/accounts/{me}/statuses").json() == []
    assert lenoir.get(f"/api/v1/statuses/{made}").status_code == 404
    server.advance(31)
    assert [one["id"] for one in lenoir.get(f"/api/v1/accounts/{me}/statuses").json()] == [made]


# ---- limits and tokens


def test_rate_headers_count_down_with_an_iso_hour(server: Mastodon, lenoir: httpx.Client) -> None:
    first, second = say(lenoir), say(lenoir)
    assert int(first.headers["x-ratelimit-remaining"]) - int(second.headers["x-ratelimit-remaining"]) == 1
    assert second.headers["x-ratelimit-reset"].endswith("Z")
    assert "T" in second.headers["x-ratelimit-reset"]


def test_the_limit_is_enforced_and_ends(server: Mastodon, lenoir: httpx.Client) -> None:
    answers = [lenoir.get("/api/v1/accounts/verify_credentials") for _ in range(301)]
    assert [one.status_code for one in answers[-2:]] == [200, 429]
    assert answers[-1].json() == {"error": "Too many requests"}
    assert answers[-1].headers["x-ratelimit-remaining"] == "0"
    server.advance(300)
    assert lenoir.get("/api/v1/accounts/verify_credentials").status_code == 200


def test_an_armed_limit_has_the_networks_headers(server: Mastodon, lenoir: httpx.Client) -> None:
    server.arm("rate_limited", reset=60)
    answer = say(lenoir)
    assert (answer.status_code, answer.json(), answer.headers["x-ratelimit-remaining"]) == (429, {"error": "Too many requests"}, "0")


@pytest.mark.parametrize(("bodies", "kind"), [("json", "application/json"), ("html", "text/html"), ("text", "text/plain")])
def test_a_bad_token_is_refused_as_servers_differ(server: Mastodon, bodies: str, kind: str) -> None:
    server.settings(bad_token_status=400 if bodies == "text" else 401, error_bodies=bodies)
    with web.visitor(server.url, "wrong") as stranger:
        answer = say(stranger)
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (400 if bodies == "text" else 401, kind)


def test_a_token_does_only_what_its_scopes_allow(server: Mastodon) -> None:
    with web.visitor(server.url, server.add_account("lenoir", scopes=["profile", "write:media"])) as narrow:
        assert narrow.get("/api/v1/accounts/verify_credentials").status_code == 200
        assert upload(narrow, web.png()).status_code == 200
        refused = say(narrow)
    assert (refused.status_code, refused.json()) == (403, {"error": "This action is outside the authorized scopes"})


def test_a_path_that_mastodon_does_not_have_is_not_answered(lenoir: httpx.Client) -> None:
    answer = lenoir.get("/api/v1/poems")
    assert (answer.status_code, answer.json()) == (404, {"error": "Record not found"})


# ---- media


def test_media_are_measured_and_served(lenoir: httpx.Client) -> None:
    made = upload(lenoir, web.png(64, 40), description="Une bûche")
    assert made.status_code == 200
    assert (made.json()["meta"]["original"]["size"], made.json()["description"]) == ("64x40", "Une bûche")
    assert web.get(made.json()["url"]).content == web.png(64, 40)


def test_media_take_their_time(server: Mastodon, lenoir: httpx.Client) -> None:
    server.settings(media_polls=2)
    made = upload(lenoir, web.png())
    assert (made.status_code, made.json()["url"]) == (202, None)
    name = made.json()["id"]
    assert say(lenoir, media_ids=[name]).status_code == 422
    assert [lenoir.get(f"/api/v1/media/{name}").status_code for _ in range(3)] == [206, 206, 200]
    assert say(lenoir, media_ids=[name]).json()["media_attachments"][0]["id"] == name


def test_what_is_no_picture_is_refused_in_the_servers_words(lenoir: httpx.Client) -> None:
    answer = upload(lenoir, b"a text called .png")
    assert (answer.status_code, answer.json()) == (422, {"error": "Validation failed: File content type is invalid, File is invalid"})


def test_pictures_past_the_servers_limits_are_refused(server: Mastodon, lenoir: httpx.Client) -> None:
    server.settings(image_matrix_limit=1000)
    assert "64x40 images are not supported" in upload(lenoir, web.png()).json()["error"]
    server.settings(image_matrix_limit=10**6, image_size_limit=50)
    assert upload(lenoir, web.png()).status_code == 422
    server.settings(image_size_limit=10**6, description_limit=5)
    assert upload(lenoir, web.png(), description="trop long").status_code == 422


def test_too_many_or_already_attached_media_are_refused(lenoir: httpx.Client) -> None:
    names = [upload(lenoir, web.png()).json()["id"] for _ in range(5)]
    assert say(lenoir, media_ids=names).json() == {"error": "Cannot attach more than 4 files"}
    assert say(lenoir, media_ids=names[:4]).status_code == 200
    assert say(lenoir, media_ids=names[:1]).status_code == 422


def test_a_description_may_come_later(lenoir: httpx.Client) -> None:
    name = upload(lenoir, web.png()).json()["id"]
    assert lenoir.put(f"/api/v1/media/{name}", json={"description": "Après"}).json()["description"] == "Après"


# ---- doors


def register(server: Mastodon, **more: Any) -> dict[str, Any]:
    body = {"client_name": "Essai", "redirect_uris": [BACK], "scopes": "profile write:statuses", **more}
    return dict(web.post(f"{server.url}/api/v1/apps", json=body).json())


def enter(server: Mastodon, app: dict[str, Any], **more: str) -> httpx.Response:
    asked = {
        "response_type": "code",
        "client_id": app["client_id"],
        "redirect_uri": BACK,
        "scope": "profile write:statuses",
        "state": "a+b c",
        **more,
    }
    return web.get(f"{server.url}/oauth/authorize", params=asked)


def told(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(BACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def swap(server: Mastodon, app: dict[str, Any], code: str, **more: str) -> httpx.Response:
    known = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
    return web.post(
        f"{server.url}/oauth/token", data={"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, **known, **more}
    )


def test_a_person_says_yes_on_a_real_page(server: Mastodon) -> None:
    server.add_account("lenoir", name="Boulangerie Lenoir")
    app = register(server)
    page = enter(server, app)
    assert page.status_code == 200
    assert "Autoriser" in page.text
    assert "Boulangerie Lenoir" in page.text
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    account = re.search(r'name="account" value="([^"]+)"', page.text)
    assert account
    answered = told(web.post(f"{server.url}/oauth/authorize", data={**fields, "account": account[1], "answer": "yes"}))
    assert answered["state"] == "a+b c"
    token = swap(server, app, answered["code"]).json()
    assert (token["token_type"], token["scope"]) == ("Bearer", "profile write:statuses")
    with web.visitor(server.url, token["access_token"]) as client:
        assert client.get("/api/v1/accounts/verify_credentials").json()["username"] == "lenoir"
        assert upload(client, web.png()).status_code == 403


def test_a_person_says_no(server: Mastodon) -> None:
    server.add_account("lenoir")
    app = register(server)
    fields = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": BACK, "scope": "profile", "answer": "no"}
    assert told(web.post(f"{server.url}/oauth/authorize", data=fields))["error"] == "access_denied"


def test_the_control_may_say_yes_or_no_at_once(server: Mastodon) -> None:
    server.add_account("lenoir")
    app = register(server)
    server.settings(auto_approve="lenoir")
    assert "code" in told(enter(server, app))
    server.settings(deny=True)
    assert told(enter(server, app)) | {"error_description": ""} == {"error": "access_denied", "state": "a+b c", "error_description": ""}


def test_a_code_serves_once_and_only_its_own_application(server: Mastodon) -> None:
    server.add_account("lenoir")
    server.settings(auto_approve="lenoir")
    app, other = register(server), register(server)
    code = told(enter(server, app))["code"]
    assert swap(server, app, code).status_code == 200
    again = swap(server, app, code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert swap(server, other, told(enter(server, app))["code"]).json()["error"] == "invalid_grant"
    assert swap(server, app, told(enter(server, app))["code"], redirect_uri=BACK + "/").json()["error"] == "invalid_grant"
    assert swap(server, app, told(enter(server, app))["code"], client_secret="no").status_code == 401
    late = told(enter(server, app))["code"]
    server.advance(601)
    assert swap(server, app, late).json()["error"] == "invalid_grant"


def test_the_proof_of_the_code_is_verified(server: Mastodon) -> None:
    server.add_account("lenoir")
    server.settings(auto_approve="lenoir")
    app, verifier = register(server), "v" * 50
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()

    def code() -> str:
        return told(enter(server, app, code_challenge=challenge, code_challenge_method="S256"))["code"]

    assert swap(server, app, code(), code_verifier=verifier).status_code == 200
    assert swap(server, app, code(), code_verifier="w" * 50).json()["error"] == "invalid_grant"
    assert swap(server, app, code()).json()["error"] == "invalid_grant"


def test_an_unknown_address_or_application_is_never_sent_to(server: Mastodon) -> None:
    app = register(server)
    assert enter(server, app, redirect_uri=BACK + "?x=1").status_code == 400
    assert enter(server, {"client_id": "nobody"}).status_code == 401
    assert told(enter(server, app, scope="write:media"))["error"] == "invalid_scope"


@pytest.mark.parametrize(
    "wrong", [{"client_name": " "}, {"redirect_uris": []}, {"redirect_uris": ["not an address"]}, {"scopes": "everything"}, {"x": 1}]
)
def test_a_wrong_registration_is_refused(server: Mastodon, wrong: dict[str, Any]) -> None:
    body = {"client_name": "Essai", "redirect_uris": [BACK], "scopes": "read", **wrong}
    assert web.post(f"{server.url}/api/v1/apps", json=body).status_code == 422


def test_a_token_can_be_given_back(server: Mastodon) -> None:
    server.add_account("lenoir")
    server.settings(auto_approve="lenoir")
    app = register(server)
    token = swap(server, app, told(enter(server, app))["code"]).json()["access_token"]
    known = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
    assert web.post(f"{server.url}/oauth/revoke", data={**known, "client_secret": "no", "token": token}).status_code == 403
    assert web.post(f"{server.url}/oauth/revoke", data={**known, "token": token}).json() == {}
    with web.visitor(server.url, token) as client:
        assert client.get("/api/v1/accounts/verify_credentials").status_code == 401


def test_an_older_server_says_less(server: Mastodon) -> None:
    place = f"{server.url}/.well-known/oauth-authorization-server"
    assert web.get(place).json()["code_challenge_methods_supported"] == ["S256"]
    server.settings(oauth_metadata=False, instance_v2=False)
    assert [web.get(place).status_code, web.get(f"{server.url}/api/v2/instance").status_code] == [404, 404]
    assert web.get(f"{server.url}/api/v1/instance").json()["configuration"]["statuses"]["max_characters"] == 500
