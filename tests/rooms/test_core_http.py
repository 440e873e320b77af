"""What the outgoing client promises: where it goes, how long it waits, and what is known after a failure."""

from __future__ import annotations

import gzip
import socket
import struct
import threading
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from parvis.core import clock
from parvis.core.db import writing
from parvis.core.http import (
    Answer,
    Client,
    ForbiddenAddress,
    Guard,
    NotSent,
    Refused,
    Unknown,
    again_at,
    is_public,
    said,
    verdict,
    when,
)
from tests.loopback import answering, loopback

HERE = Guard(frozenset({"127.0.0.1"}))


@pytest.fixture
def client() -> Iterator[Client]:
    made = Client(HERE, seconds=5)
    yield made
    made.close()


@pytest.fixture
def hasty() -> Iterator[Client]:
    made = Client(HERE, seconds=1)
    yield made
    made.close()


# ---- where it may go


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::1",
        "2001:db8::1",
    ],
)
def test_an_inside_address_is_no_public_address_in_any_disguise(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_a_public_address_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://0.0.0.0/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://localhost/",
        "http://user:secret@127.0.0.1/",
    ],
)
def test_every_way_to_write_the_own_machine_is_forbidden(url: str) -> None:
    with pytest.raises(ForbiddenAddress):
        Client(Guard()).call("GET", url)


@pytest.mark.parametrize(
    "url", ["ftp://example.com/", "file:///etc/passwd", "http:///nothing", "http://example.com:99999/", "//x", "http://[oops/"]
)
def test_what_is_no_web_address_is_forbidden_and_not_a_crash(url: str) -> None:
    with pytest.raises(ForbiddenAddress):
        Client(HERE).call("GET", url)


def test_a_name_that_leads_inside_is_forbidden_and_one_inside_address_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 80)) for a in ("1.1.1.1", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: answers)
    with pytest.raises(ForbiddenAddress) as caught:
        Client(Guard()).call("GET", "http://rebinding.example/")
    assert isinstance(caught.value, Refused)
    assert "rebinding.example" in str(caught.value.reason)


def test_the_address_that_was_checked_is_the_one_that_is_called(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    truth = socket.getaddrinfo

    def once(host: str, *more: Any, **named: Any) -> Any:
        asked.append(host)
        return truth("127.0.0.1", *more, **named)

    with loopback(answering(b"here")) as url:
        monkeypatch.setattr(socket, "getaddrinfo", once)
        answer = Client(Guard(frozenset({"shop.example"})), seconds=5).call("GET", url.replace("127.0.0.1", "shop.example"))
    assert answer.body == b"here"
    assert asked.count("shop.example") == 1


def test_a_setting_allows_a_host_or_one_of_its_ports() -> None:
    with loopback(answering()) as url:
        port = url.rpartition(":")[2]
        assert Client(Guard(frozenset({f"127.0.0.1:{port}"})), seconds=5).call("GET", url).ok
        with pytest.raises(ForbiddenAddress):
            Client(Guard(frozenset({"127.0.0.1:1"})), seconds=5).call("GET", url)


def test_a_redirect_is_an_answer_and_is_not_followed(client: Client) -> None:
    reached = threading.Event()
    with loopback(lambda line, request: reached.set()) as inside, loopback(answering(b"", "302 Found", location=inside)) as url:
        answer = client.call("GET", url)
    assert answer.status == 302
    assert not reached.is_set()


def test_no_cookie_is_carried_from_one_call_to_the_next(client: Client) -> None:
    heads: list[bytes] = []

    def talk(line: socket.socket, request: bytes) -> None:
        heads.append(request)
        answering(b"{}", set_cookie="session=of-another-company; Path=/")(line, request)

    with loopback(talk) as url:
        client.call("GET", url)
        client.call("GET", url)
    assert len(heads) == 2
    assert b"cookie" not in heads[1].lower()


@pytest.mark.django_db
def test_no_network_is_called_while_the_database_is_being_written(client: Client) -> None:
    with writing(), pytest.raises(AssertionError):
        client.call("GET", "http://127.0.0.1:1/")


# ---- what is known after a failure


def test_a_refused_connection_sent_nothing(client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NotSent) as caught:
        client.call("POST", f"http://127.0.0.1:{port}/", json={})
    assert "127.0.0.1" in str(caught.value.why)


def test_an_unknown_name_sent_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*a: Any, **k: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    with pytest.raises(NotSent):
        client.call("POST", "http://nobody.example/", json={})


def reset(line: socket.socket, request: bytes) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def silent(line: socket.socket, request: bytes) -> None:
    line.recv(1)


def dripping(line: socket.socket, request: bytes) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
    while True:
        line.sendall(b"x")
        threading.Event().wait(0.05)


def dripping_its_head(line: socket.socket, request: bytes) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        line.sendall(b"x: y\r\n")
        threading.Event().wait(0.05)


BROKEN = {
    "hangs up without a word": lambda line, request: None,
    "resets": reset,
    "is silent": silent,
    "drips its body": dripping,
    "drips its head": dripping_its_head,
    "stops in the middle of the head": lambda line, request: line.sendall(b"HTTP/1.1 200 OK\r\ncontent-le"),
    "stops in the middle of the body": lambda line, request: line.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"),
    "stops in the middle of a chunk": lambda line, request: line.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{"),
    "speaks no HTTP": lambda line, request: line.sendall(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
    "cuts its compressed body": answering(gzip.compress(b"{}" * 999)[:30], content_encoding="gzip"),
    "lies about compression": answering(b"plain", content_encoding="gzip"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_whatever_breaks_after_the_request_left_is_unknown(hasty: Client, how: str) -> None:
    with loopback(BROKEN[how]) as url, pytest.raises(Unknown) as caught:
        hasty.call("POST", f"{url}/statuses?secret=1", json={"text": "x"})
    assert "/statuses" in caught.value.trace
    assert "secret" not in caught.value.trace


@pytest.mark.parametrize("how", ["resets", "is silent", "stops in the middle of the body"])
def test_the_same_failure_of_a_reading_sent_nothing(hasty: Client, how: str) -> None:
    with loopback(BROKEN[how]) as url, pytest.raises(NotSent):
        hasty.ask("GET", url)


def test_a_bomb_is_not_unfolded(client: Client) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    with loopback(answering(bomb, content_encoding="gzip")) as url:
        tracemalloc.start()
        try:
            with pytest.raises(Unknown):
                client.call("GET", url, most=1_000_000)
            assert tracemalloc.get_traced_memory()[1] < 10_000_000
        finally:
            tracemalloc.stop()


def test_a_body_past_the_limit_is_not_read_to_its_end(client: Client) -> None:
    with loopback(answering(b"x" * 200_000)) as url, pytest.raises(Unknown):
        client.call("GET", url, most=100_000)


def test_a_compressed_answer_is_read(client: Client) -> None:
    with loopback(answering(gzip.compress('{"é": 1}'.encode()), content_encoding="gzip")) as url:
        assert client.call("GET", url).json() == {"é": 1}


@pytest.mark.parametrize("body", [b"", b"null", b"\xff\xfe\x00", b"<html>", b"[" * 100_000, b'"text"', b"[1]"])
def test_a_body_that_is_no_object_is_an_empty_one(body: bytes) -> None:
    assert Answer(200, {}, body).mapping() == {}


def test_a_form_a_file_and_strange_letters_arrive(client: Client) -> None:
    seen: list[bytes] = []

    def talk(line: socket.socket, request: bytes) -> None:
        seen.append(request)
        answering()(line, request)

    with loopback(talk) as url:
        client.call("POST", f"{url}/pain?a=1", params={"b": "ç"}, data={"words": "à l’heure & vite"})
        client.call("POST", f"{url}/media", files={"file": ("1.jpg", b"\xff\xd8", "image/jpeg")}, data={"description": "Un pain, “chaud”"})
        client.call("POST", url, json={"text": "\ud800 é 🥖"})
    assert seen[0].startswith(b"POST /pain?a=1&b=%C3%A7 HTTP/1.1\r\n")
    assert seen[0].endswith(b"words=%C3%A0+l%E2%80%99heure+%26+vite")
    assert "Un pain, “chaud”".encode() in seen[1]
    assert b"\xff\xd8" in seen[1]
    assert b'{"text":"\\ud800 \\u00e9' in seen[2]


# ---- what an answer proves


def answer(status: int, body: bytes = b"", **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body, "https://la-place.example/api")


@pytest.mark.parametrize(
    ("status", "commit", "reading"),
    [
        (200, Unknown, NotSent),  # a success that cannot be read
        (204, Unknown, NotSent),
        (301, Refused, Refused),
        (302, Refused, Refused),
        (303, Unknown, Refused),
        (308, Refused, Refused),
        (400, Refused, Refused),
        (404, Refused, Refused),
        (408, NotSent, NotSent),
        (413, Refused, Refused),
        (422, Refused, Refused),
        (425, NotSent, NotSent),
        (429, NotSent, NotSent),
        (500, Unknown, NotSent),
        (502, Unknown, NotSent),
        (503, Unknown, NotSent),
        (599, Unknown, NotSent),
    ],
)
def test_an_answer_is_classed_by_what_it_proves(status: int, commit: type[Exception], reading: type[Exception]) -> None:
    assert type(verdict(answer(status), commit=True)) is commit
    assert type(verdict(answer(status), commit=False)) is reading


def test_a_limit_names_its_hour() -> None:
    moment = clock.now() + timedelta(minutes=7)
    found = verdict(answer(429, x_ratelimit_reset=moment.isoformat()), commit=True)
    assert isinstance(found, NotSent)
    assert found.again_at == moment


def test_the_servers_own_sentence_is_said_and_its_html_never_is() -> None:
    told = verdict(answer(422, b'{"error": "Trop long,\\n vraiment"}'), commit=True)
    assert isinstance(told, Refused)
    assert "Trop long, vraiment" in str(told.reason)
    page = verdict(answer(403, b"<!DOCTYPE html><html><body><h1>Blocked</h1></body></html>"), commit=True)
    assert isinstance(page, Refused)
    assert "<" not in str(page.reason)
    assert "403" in str(page.reason)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error": "Record not found"}', "Record not found"),
        (b'{"error": "InvalidRequest", "message": "Bad"}', "Bad"),
        (b'{"error": {"deep": 1}}', ""),
        (b"null", ""),
        (b"[]", ""),
        (b"Too many requests\n", "Too many requests"),
        (b'{"error": "<b>no</b>"}', ""),
        (b"\xff\xfe plain \x00", "\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER} plain"),
        (b"x" * 5000, "x" * 300),
    ],
)
def test_a_sentence_is_found_in_every_shape_of_error(body: bytes, words: str) -> None:
    assert said(answer(400, body)) == words


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22T10:00:00.000000Z", datetime(2026, 11, 22, 10, tzinfo=UTC)),
        ("2026-11-22T11:00:00+01:00", datetime(2026, 11, 22, 10, tzinfo=UTC)),
        ("1795341600", datetime(2026, 11, 22, 10, tzinfo=UTC)),
        ("Sun, 22 Nov 2026 10:00:00 GMT", datetime(2026, 11, 22, 10, tzinfo=UTC)),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("²", None),
        ("NaN", None),
        ("9" * 400, None),
    ],
)
def test_a_moment_is_read_as_servers_write_it(text: str, moment: datetime | None) -> None:
    with clock.at(datetime(2026, 11, 22, 9, tzinfo=UTC)):
        assert when(text) == moment


def test_no_server_can_silence_a_channel_for_a_year() -> None:
    with clock.at(datetime(2026, 11, 22, tzinfo=UTC)):
        latest = datetime(2026, 11, 23, 1, tzinfo=UTC)
        for value in ("999999999", "2099-01-01T00:00:00Z", "Sun, 22 Nov 2099 10:00:00 GMT"):
            found = again_at(answer(429, retry_after=value))
            assert found is not None
            assert found < latest
