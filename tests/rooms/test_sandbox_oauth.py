"""The doors that the stand-ins of the closed networks share: what a client can rely on, whatever the network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from sandbox.fake import Fake
from sandbox.oauth import CLIENT_ID, CLIENT_SECRET, SETTINGS, Choice, Doors
from sandbox.server import Handler
from sandbox.wire import Reply, Request, as_json

BACK = "http://127.0.0.1:8000/connect/back"
VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


class HouseDoors(Doors):
    revoke = "/oauth/revoke"
    refreshes = True
    rotates = True
    refresh_seconds = 86_400
    scopes: ClassVar[dict[str, tuple[str, str]]] = {"read": ("lire", "read"), "write": ("écrire", "write")}

    def choices(self) -> Sequence[Choice]:
        return [Choice(who, about["name"], f"@{who}") for who, about in self.stand.state["accounts"].items()]


class House(Fake):
    """A stand-in with doors and one path that needs a scope."""

    defaults: ClassVar[dict[str, Any]] = {**Fake.defaults, **SETTINGS}

    def empty(self) -> None:
        self.doors = HouseDoors(self)
        super().empty()
        self.state.update(self.doors.fresh())

    def routes(self) -> dict[str, Handler]:
        self.doors = HouseDoors(self)
        return {**self.doors.routes(), "GET /written": self.written}

    def written(self, request: Request) -> Reply:
        return as_json({"account": self.doors.require(request, "write")["account"]})


@pytest.fixture
def house() -> Iterator[House]:
    stand = House()
    stand.start()
    stand.state["accounts"]["lenoir"] = {"name": "Boulangerie Lenoir"}
    yield stand
    stand.stop()


def asked(house: House, **more: str) -> httpx.Response:
    given = {"client_id": CLIENT_ID, "redirect_uri": BACK, "response_type": "code", "scope": "read write", "state": "a b&c", **more}
    return httpx.get(f"{house.url}/oauth/authorize?{urlencode(given)}")


def code(house: House, **more: str) -> str:
    house.settings(auto_approve="lenoir")
    came = parse_qs(urlsplit(asked(house, **more).headers["location"]).query)
    assert came["state"] == ["a b&c"]
    return came["code"][0]


def given(house: House, **more: str) -> httpx.Response:
    sent = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "grant_type": "authorization_code", "redirect_uri": BACK, **more}
    return httpx.post(f"{house.url}/oauth/token", data=sent)


def written(house: House, token: str) -> int:
    return httpx.get(f"{house.url}/written", headers={"authorization": f"Bearer {token}"}).status_code


def test_a_person_reads_what_is_asked_and_chooses_an_account(house: House) -> None:
    shown = asked(house, lang="fr").text
    assert "Boulangerie Lenoir" in shown
    assert "écrire" in shown
    sent = {"client_id": CLIENT_ID, "redirect_uri": BACK, "response_type": "code", "scope": "read", "state": "s", "account": "lenoir"}
    yes = httpx.post(f"{house.url}/oauth/authorize", data={**sent, "answer": "yes"}).headers["location"]
    assert "code=" in yes
    assert yes.endswith("state=s")
    assert "access_denied" in httpx.post(f"{house.url}/oauth/authorize", data={**sent, "answer": "no"}).headers["location"]


def test_a_code_serves_once_and_not_for_long(house: House) -> None:
    one = code(house)
    assert given(house, code=one).json()["scope"] == "read write"
    assert given(house, code=one).json()["error"] == "invalid_grant"
    late = code(house)
    house.advance(601)
    assert given(house, code=late).json()["error"] == "invalid_grant"


def test_an_address_that_is_not_the_applications_is_never_sent_to(house: House) -> None:
    assert asked(house, redirect_uri="https://thief.example/back").status_code == 400
    house.doors.add_app("strict", "kept", redirect_uris=[BACK])
    assert asked(house, client_id="strict", redirect_uri=f"{BACK}/").status_code == 400
    assert given(house, code=code(house), redirect_uri=f"{BACK}/").json()["error"] == "invalid_grant"


def test_a_wrong_secret_and_an_unknown_scope_are_refused(house: House) -> None:
    assert given(house, code=code(house), client_secret="other").status_code == 401
    assert "error=invalid_scope" in asked(house, scope="read all").headers["location"]


def test_pkce_is_verified_where_it_was_begun(house: House) -> None:
    begun = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    assert given(house, code=code(house, **begun), code_verifier=VERIFIER).status_code == 200
    assert given(house, code=code(house, **begun), code_verifier="w" * 50).json()["error"] == "invalid_grant"
    assert "error=invalid_request" in asked(house, code_challenge=CHALLENGE, code_challenge_method="plain").headers["location"]


def test_scopes_and_ends_of_tokens_are_enforced(house: House) -> None:
    house.settings(withheld=["write"])
    assert written(house, given(house, code=code(house)).json()["access_token"]) == 403
    house.settings(withheld=[])
    token = given(house, code=code(house)).json()["access_token"]
    assert written(house, token) == 200
    house.advance(3601)
    assert written(house, token) == 401


def test_a_refresh_token_rotates_and_serves_once(house: House) -> None:
    first = given(house, code=code(house)).json()
    second = given(house, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert written(house, second.json()["access_token"]) == 200
    assert given(house, grant_type="refresh_token", refresh_token=first["refresh_token"]).json()["error"] == "invalid_grant"


def test_what_is_revoked_serves_no_more(house: House) -> None:
    tokens = given(house, code=code(house)).json()
    httpx.post(f"{house.url}/oauth/revoke", data={"token": tokens["refresh_token"]})
    assert written(house, tokens["access_token"]) == 401


def test_the_record_holds_what_was_given_without_its_secrets(house: House) -> None:
    given(house, code=code(house))
    seen = house.requests("POST /oauth/token")[-1]["given"]
    assert seen["grant_type"] == "authorization_code"
    assert seen["client_secret"] == seen["code"] == "..."
    assert CLIENT_SECRET not in str(house.requests())
