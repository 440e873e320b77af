"""The stand-ins' webhooks keep to this machine, are bounded, and end by themselves."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

import sandbox
from sandbox import bells
from sandbox.bells import Unanswered, packed
from sandbox.graph import signed
from sandbox.oauth import CLIENT_ID, CLIENT_SECRET
from tests.loopback import answering, loopback
from tests.rooms import sandbox_visitor as web


@pytest.fixture
def town() -> Iterator[sandbox.Town]:
    with sandbox.running() as town:
        yield town


class House:
    """Whoever is called: gives challenges back, and keeps what comes; answers with whatever status is next."""

    def __init__(self) -> None:
        self.came: list[bytes] = []
        self.statuses: list[str] = []

    def __call__(self, line: Any, request: bytes) -> None:
        if request.startswith(b"GET"):
            answering(request.partition(b"hub.challenge=")[2].partition(b"&")[0].partition(b" ")[0])(line, request)
            return
        self.came.append(request)
        answering(b"ok", self.statuses.pop(0) if self.statuses else "200 OK")(line, request)


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def facebook(town: sandbox.Town, house: House) -> Iterator[Any]:
    """A page that tells a house."""
    token = town.facebook.add_account("lenoir")
    with loopback(house) as url:
        town.facebook.bells.register(f"{url}/hooks")
        page = next(iter(town.facebook.state["pages"]))
        asked = web.post(f"{town.facebook.url}/{page}/subscribed_apps", data={"subscribed_fields": "feed,messages", "access_token": token})
        assert asked.json() == {"success": True}
        yield town.facebook


def write(stand: Any, text: str = "Bonjour") -> None:
    stand.message("lenoir", "Camille", text)


def test_a_call_is_signed_over_the_body_as_it_leaves(facebook: Any, house: House) -> None:
    write(facebook, "Un pain à l’épeautre ?")
    assert facebook.bells.quiet()
    head, _, body = house.came[0].partition(b"\r\n\r\n")
    assert body.isascii()
    assert signed(body, CLIENT_SECRET).encode() in head.lower()


@pytest.mark.parametrize(
    "url", ["http://192.0.2.1/hooks", "https://127.0.0.1/hooks", "http://example.test/hooks", "file:///etc/passwd", ""]
)
def test_only_this_machine_is_ever_called(facebook: Any, url: str) -> None:
    with pytest.raises(Unanswered):
        facebook.bells.register(url)
    assert url not in [row["url"] for row in facebook.bells.rows()]
    answer = web.post(
        f"{facebook.url}/v26.0/{CLIENT_ID}/subscriptions",
        data={
            "object": "page", "fields": "feed", "callback_url": url, "verify_token": "w", "access_token": f"{CLIENT_ID}|{CLIENT_SECRET}",
        },
    )  # fmt: skip
    assert answer.json()["error"]["code"] == 2200


@pytest.mark.parametrize("token", [f"{CLIENT_ID}|guessed", "somebody|else", "", CLIENT_ID])
def test_an_application_alone_speaks_for_itself(facebook: Any, token: str) -> None:
    url = f"{facebook.url}/v26.0/{CLIENT_ID}/subscriptions"
    assert web.get(url, params={"access_token": token}).json()["error"]["code"] == 15
    shown = web.get(url, params={"access_token": f"{CLIENT_ID}|{CLIENT_SECRET}"}).json()["data"]
    assert shown[0]["callback_url"].endswith("/hooks")


def test_what_was_not_asked_for_is_not_told(facebook: Any, house: House) -> None:
    facebook.bells.register(facebook.bells.rows()[0]["url"], fields=["feed"])
    write(facebook)
    assert facebook.bells.quiet()
    assert not house.came


def test_the_thread_that_calls_ends_by_itself(facebook: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bells, "IDLE_SECONDS", 0.0)
    write(facebook)
    assert facebook.bells.quiet()
    thread = facebook.bells._thread
    if thread is not None:
        thread.join(30)
    assert facebook.bells._thread is None
    write(facebook)
    assert facebook.bells.quiet()
    assert facebook.bells.told.answered == 2


def test_a_stand_that_stops_calls_nobody_any_more(town: sandbox.Town, facebook: Any, house: House) -> None:
    house.statuses = ["503 Service Unavailable"] * 5
    write(facebook)
    assert facebook.bells.made(2)
    town.stop()
    assert facebook.bells.quiet()
    thread = facebook.bells._thread
    if thread is not None:
        thread.join(30)
    assert not [one for one in threading.enumerate() if one is thread]


def test_no_more_calls_wait_than_may(facebook: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bells, "MOST_WAITING", 5)
    facebook.arm("rung_late", every=1, reset=3600)
    for n in range(8):
        write(facebook, str(n))
    shown = facebook.bells.shown()
    assert (shown["waiting"], shown["dropped"]) == (5, 3)


def test_a_refused_call_is_made_again_after_its_pauses_and_no_more_once_taken(facebook: Any, house: House) -> None:
    house.statuses = ["503 Service Unavailable", "403 Forbidden", "302 Found"]
    write(facebook)
    assert facebook.bells.made(2)
    facebook.advance(60)
    assert facebook.bells.made(3)
    facebook.advance(300)
    assert facebook.bells.quiet()
    facebook.advance(200_000)
    assert facebook.bells.quiet()
    assert [one["status"] for one in facebook.bells.told.calls] == [503, 403, 302, 200]
    assert len({request.partition(b"\r\n\r\n")[2] for request in house.came}) == 1


def test_a_silent_house_is_given_up_after_thirty_six_hours(town: sandbox.Town, facebook: Any) -> None:
    facebook.state["bells"][f"{CLIENT_ID} page"]["url"] = "http://127.0.0.1:1/hooks"
    write(facebook)
    tries = 1 + len(facebook.setting("ring_pauses"))
    for made in range(1, tries + 1):
        assert facebook.bells.made(made)
        facebook.advance(8 * 3600)
    assert facebook.bells.quiet()
    assert facebook.bells.told.given_up == 1
    assert sum(facebook.setting("ring_pauses")) <= 36 * 3600


def test_the_control_registers_shows_and_forgets(town: sandbox.Town, house: House) -> None:
    with loopback(house) as url, httpx.Client(base_url=town.instagram.url, trust_env=False) as control:
        assert control.post("/_control/bells", json={"url": "http://192.0.2.1/"}).status_code == 400
        made = control.post("/_control/bells", json={"url": f"{url}/hooks", "word": "w"}).json()
        assert (made["about"], made["app"]) == ("instagram", CLIENT_ID)
        assert control.get("/_control/bells").json()["registered"] == [made]
        control.request("DELETE", "/_control/bells")
        assert control.get("/_control/bells").json()["registered"] == []
        assert httpx.get(f"{town.mastodon.url}/_control/bells").status_code == 404


def test_addresses_outlive_a_restart(tmp_path: Any, house: House) -> None:
    with loopback(house) as url:
        with sandbox.running(folder=tmp_path) as town:
            town.facebook.bells.register(f"{url}/hooks", "w")
        with sandbox.running(folder=tmp_path) as town:
            assert [row["word"] for row in town.facebook.bells.rows()] == ["w"]


def test_a_body_is_written_one_way() -> None:
    assert packed({"é": 1}) == b'{"\\u00e9":1}'
