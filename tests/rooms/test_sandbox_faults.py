"""The sandbox's own promises: faults strike when and how they are armed, and the control tells the truth."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

import sandbox
from sandbox.town import Town
from tests.rooms import sandbox_visitor as web

OLD = "1970-01-01T00:00:00Z"


@pytest.fixture
def town() -> Iterator[Town]:
    with sandbox.running() as town:
        yield town


@pytest.fixture
def lenoir(town: Town) -> Iterator[httpx.Client]:
    token = town.fake.add_account("lenoir")
    with web.visitor(town.fake.url, token) as client:
        yield client


def post(client: httpx.Client, text: str = "Bonjour") -> httpx.Response:
    return client.post("/posts", json={"text": text, "key": "k"})


def held(town: Town) -> int:
    return len(town.fake.posts())


def test_a_post_is_made_as_often_as_it_is_asked(town: Town, lenoir: httpx.Client) -> None:
    assert {post(lenoir).json()["id"], post(lenoir).json()["id"]} == {one["id"] for one in town.fake.posts()}
    assert held(town) == 2


def test_the_listing_gives_the_accounts_own_posts_since_a_moment(town: Town, lenoir: httpx.Client) -> None:
    town.fake.add_account("autre")
    town.fake.add_post("autre", "ailleurs")
    town.fake.add_post("lenoir", "hier", at="2026-01-01T00:00:00Z")
    made = post(lenoir).json()
    found = lenoir.get("/posts", params={"since": "2026-01-02T00:00:00+00:00"}).json()["posts"]
    assert [(one["id"], one["text"], one["key"], one["url"]) for one in found] == [(made["id"], "Bonjour", "k", made["url"])]


@pytest.mark.parametrize(
    "kind", ["reject_before_commit", "html_error_page", "permission_lost", "rate_limited", "token_expired", "token_revoked"]
)
def test_what_is_refused_before_is_not_stored(town: Town, lenoir: httpx.Client, kind: str) -> None:
    town.fake.arm(kind)
    assert not post(lenoir).is_success
    assert held(town) == 0


@pytest.mark.parametrize(("kind", "error"), [("drop_before_commit", httpx.RemoteProtocolError)])
def test_a_line_cut_before_leaves_nothing(town: Town, lenoir: httpx.Client, kind: str, error: type[Exception]) -> None:
    town.fake.arm(kind)
    with pytest.raises(error):
        post(lenoir)
    assert held(town) == 0


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("commit_then_drop", httpx.RemoteProtocolError),
        ("commit_then_reset", httpx.ReadError),
        ("partial_body", httpx.RemoteProtocolError),
    ],
)
def test_a_line_cut_after_leaves_one_post(town: Town, lenoir: httpx.Client, kind: str, error: type[Exception]) -> None:
    town.fake.arm(kind)
    with pytest.raises(error):
        post(lenoir)
    assert held(town) == 1


@pytest.mark.parametrize(("kind", "status"), [("commit_then_5xx", 503), ("commit_then_html", 502)])
def test_an_error_after_the_commit_leaves_one_post(town: Town, lenoir: httpx.Client, kind: str, status: int) -> None:
    town.fake.arm(kind)
    assert post(lenoir).status_code == status
    assert held(town) == 1


def test_an_answer_after_the_clients_patience_leaves_one_post(town: Town, lenoir: httpx.Client) -> None:
    town.fake.arm("commit_then_timeout", ms=1500)
    with pytest.raises(httpx.ReadTimeout):
        lenoir.post("/posts", json={"text": "Bonjour"}, timeout=0.3)
    assert held(town) == 1


def test_a_slow_call_waits_then_does_it(town: Town, lenoir: httpx.Client) -> None:
    town.fake.arm("slow", ms=80)
    began = time.monotonic()
    assert post(lenoir).is_success
    assert time.monotonic() - began >= 0.08


def test_the_nth_call_is_struck_and_no_other(town: Town, lenoir: httpx.Client) -> None:
    town.fake.arm("reject_before_commit", nth=3)
    assert [post(lenoir).status_code for _ in range(5)] == [200, 200, 503, 200, 200]


def test_every_tenth_call_is_struck(town: Town, lenoir: httpx.Client) -> None:
    town.fake.arm("commit_then_5xx", every=10)
    assert [i for i in range(1, 31) if post(lenoir).status_code == 503] == [10, 20, 30]


def test_a_share_of_the_calls_is_struck_the_same_way_for_the_same_seed(town: Town, lenoir: httpx.Client) -> None:
    def run() -> list[int]:
        town.fake.disarm()
        town.fake.arm("reject_before_commit", chance=0.3, seed=7)
        return [post(lenoir).status_code for _ in range(40)]

    first = run()
    assert first == run()
    assert 3 <= first.count(503) <= 25


def test_a_fault_may_strike_one_account_alone(town: Town, lenoir: httpx.Client) -> None:
    other = town.fake.add_account("autre")
    town.fake.arm("reject_before_commit", chance=1, account="autre")
    assert post(lenoir).status_code == 200
    assert web.post(f"{town.fake.url}/posts", json={"text": "x"}, headers={"authorization": f"Bearer {other}"}).status_code == 503


def test_uploads_fail_too(town: Town, lenoir: httpx.Client) -> None:
    town.fake.arm("reject_before_commit", match="prepare")
    assert post(lenoir).status_code == 200
    assert lenoir.post("/pictures", content=b"x").status_code == 503


def test_a_limit_lasts_as_many_calls_as_it_says(town: Town, lenoir: httpx.Client) -> None:
    town.fake.arm("rate_limited", times=2, reset=30)
    answers = [post(lenoir) for _ in range(3)]
    assert [one.status_code for one in answers] == [429, 429, 200]
    assert 25 <= int(answers[0].headers["retry-after"]) <= 30


def test_a_revoked_token_serves_no_more(town: Town, lenoir: httpx.Client) -> None:
    town.fake.arm("token_revoked")
    assert [post(lenoir).status_code, post(lenoir).status_code, lenoir.get("/me").status_code] == [401, 401, 401]


def test_a_new_post_is_missing_from_every_reading_for_a_while(town: Town, lenoir: httpx.Client) -> None:
    town.fake.settings(lag_seconds=5)
    made = post(lenoir).json()
    assert lenoir.get("/posts", params={"since": OLD}).json()["posts"] == []
    assert lenoir.get(f"/posts/{made['id']}").status_code == 404
    town.fake.advance(6)
    assert [one["id"] for one in lenoir.get("/posts", params={"since": OLD}).json()["posts"]] == [made["id"]]


def test_the_fake_refuses_what_its_protocol_refuses(town: Town, lenoir: httpx.Client) -> None:
    assert post(lenoir, "x" * 500).status_code == 200
    assert post(lenoir, "x" * 501).status_code == 422
    for wrong in ({"after": "99"}, {"pictures": [{"id": "p99", "alt": ""}]}, {"pictures": [{"id": "p1"}] * 5}, {"colour": "red"}):
        assert lenoir.post("/posts", json={"text": "x", **wrong}).status_code == 422
    assert lenoir.post("/pictures", content=b"not a picture").status_code == 415
    assert lenoir.post("/pictures", content=b"\0" * 1_000_001).status_code == 413
    assert web.get(f"{town.fake.url}/me").status_code == 401


def test_a_deleted_post_is_gone(town: Town, lenoir: httpx.Client) -> None:
    made = post(lenoir).json()
    assert [lenoir.delete(f"/posts/{made['id']}").status_code for _ in range(2)] == [204, 404]
    assert held(town) == 0


# ---- the control


def test_another_process_can_arm_read_and_reset(town: Town, lenoir: httpx.Client) -> None:
    control = f"{town.fake.url}/_control"
    assert web.post(f"{control}/faults", json={"kind": "commit_then_5xx", "nth": 1}).status_code == 200
    assert post(lenoir).status_code == 503
    assert web.get(f"{control}/faults").json()[0]["struck"] == 1
    assert [one["text"] for one in web.get(f"{control}/posts", params={"account": "lenoir"}).json()] == ["Bonjour"]
    assert web.post(f"{control}/settings", json={"answer_ms": 10}).json()["answer_ms"] == 10
    assert web.post(f"{control}/reset").status_code == 200
    assert web.get(f"{control}/posts").json() == []
    assert web.get(f"{control}/settings").json()["answer_ms"] == 0


@pytest.mark.parametrize(
    ("verb", "place", "body"),
    [
        ("POST", "faults", {"kind": "earthquake"}),
        ("POST", "faults", {"kind": "slow", "colour": 1}),
        ("POST", "settings", {"colour": 1}),
        ("POST", "posts", {}),
    ],
)
def test_the_control_refuses_what_it_does_not_know(town: Town, verb: str, place: str, body: dict[str, object]) -> None:
    answer = web.call(verb, f"{town.fake.url}/_control/{place}", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_every_request_is_recorded_without_its_secrets(town: Town, lenoir: httpx.Client) -> None:
    town.fake.arm("commit_then_5xx")
    post(lenoir)
    lenoir.get("/nowhere")
    seen = town.fake.requests()
    assert [(one["method"], one["path"], one["status"], one["account"], one["fault"]) for one in seen] == [
        ("POST", "/posts", 200, "lenoir", "commit_then_5xx"),
        ("GET", "/nowhere", 404, "", ""),
    ]
    assert seen[0]["size"] > 0
    assert "authorization" not in seen[0]["headers"]
    assert len(town.fake.requests("commit")) == 1


def test_only_loopback_is_listened_on(town: Town) -> None:
    assert all(url.startswith("http://127.0.0.1:") for url in town.urls().values())
    assert web.get(f"{town.url}/_control/urls").json() == town.urls()


def test_many_requests_go_over_one_connection(town: Town, lenoir: httpx.Client) -> None:
    answers = [lenoir.get("/me") for _ in range(5)]
    assert {one.extensions["network_stream"].get_extra_info("client_addr") for one in answers} == {
        answers[0].extensions["network_stream"].get_extra_info("client_addr")
    }


def test_a_body_in_chunks_is_read(town: Town, lenoir: httpx.Client) -> None:
    answer = lenoir.post("/posts", content=iter([b'{"text": ', b'"en morceaux"}']))
    assert answer.status_code == 200
    assert town.fake.posts()[0]["text"] == "en morceaux"


def test_what_is_not_http_ends_the_connection_and_nothing_else(town: Town, lenoir: httpx.Client) -> None:
    with socket.create_connection(("127.0.0.1", town.fake.port), timeout=2) as line:
        line.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        assert line.recv(10) == b""
    assert lenoir.get("/me").status_code == 200


def test_posts_and_tokens_survive_a_restart(tmp_path: Path) -> None:
    with sandbox.running(folder=tmp_path) as town:
        tokens = town.mastodon.add_account("lenoir"), town.fake.add_account("lenoir")
        town.bluesky.add_account("lenoir.test", "one two")
        town.mastodon.settings(title="Le Fournil")
        for stand, who in ((town.mastodon, "lenoir"), (town.bluesky, "lenoir.test"), (town.fake, "lenoir")):
            stand.add_post(who, "Avant", pictures=[(web.png(), "un carré")])
    with sandbox.running(folder=tmp_path) as again:
        assert [post["text"] for post in again.posts()] == ["Avant"] * 3
        assert again.mastodon.setting("title") == "Le Fournil"
        for post in again.posts():
            assert web.get(post["pictures"][0]["url"]).content == web.png()
        with web.visitor(again.mastodon.url, tokens[0]) as client:
            assert client.post("/api/v1/statuses", json={"status": "Après"}).status_code == 200
        assert web.get(f"{again.fake.url}/me", headers={"authorization": f"Bearer {tokens[1]}"}).status_code == 200
    assert len(json.loads((tmp_path / "mastodon.json").read_text())["state"]["statuses"]) == 2


def test_a_killed_sandbox_keeps_what_it_held(tmp_path: Path) -> None:
    def start() -> tuple[subprocess.Popen[str], dict[str, str]]:
        command = [sys.executable, "-m", "sandbox", "--state", str(tmp_path)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout
        return process, json.loads(process.stdout.readline())

    process, urls = start()
    with process:
        token = web.post(f"{urls['fake']}/_control/accounts", json={"handle": "lenoir"}).json()
        with web.visitor(urls["fake"], token) as client:
            post(client)
        kept, until = tmp_path / "fake.json", time.monotonic() + 20
        while not (kept.exists() and "Bonjour" in kept.read_text()):
            assert time.monotonic() < until
            time.sleep(0.05)
        process.kill()
    process, urls = start()
    with process:
        assert "Bonjour" in web.get(urls["square"]).text
        process.terminate()
        assert process.wait(10) == 0
