"""What the stand-ins keep of heavy files, and what they take of an upload whose line breaks."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator

import httpx
import pytest

from sandbox import films
from sandbox.fake import Fake
from sandbox.files import IN_MEMORY, Files, NotThere, TooHeavy
from sandbox.server import Handler
from sandbox.wire import Reply, Request, as_json, ranged
from tests.films import mp4

HEAVY = bytes(range(256)) * 8 * 1024


class Attic(Fake):
    """A stand-in with one upload that can go on where it broke."""

    resumes = "POST /attic"

    def routes(self) -> dict[str, Handler]:
        return {"POST /attic": self.take, "GET /attic": self.give, "POST /cellar": self.take}

    def take(self, request: Request) -> Reply:
        self.state["digest"] = self.files.keep_pieces(request.pieces())
        return as_json({"size": request.size})

    def give(self, request: Request) -> Reply:
        digest = self.state["digest"]
        return ranged(request, self.files.size(digest), lambda start, size: self.files.part(digest, start, size), "video/mp4")


@pytest.fixture
def attic() -> Iterator[Attic]:
    stand = Attic()
    stand.start()
    yield stand
    stand.stop()


def test_a_heavy_body_comes_whole_and_goes_by_ranges(attic: Attic) -> None:
    assert len(HEAVY) > IN_MEMORY
    assert httpx.post(f"{attic.url}/attic", content=HEAVY).json() == {"size": len(HEAVY)}
    assert httpx.get(f"{attic.url}/attic").content == HEAVY
    part = httpx.get(f"{attic.url}/attic", headers={"range": "bytes=1000000-1000009"})
    assert (part.status_code, part.content) == (206, HEAVY[1_000_000:1_000_010])
    assert httpx.get(f"{attic.url}/attic", headers={"range": "bytes=-3"}).content == HEAVY[-3:]
    assert httpx.get(f"{attic.url}/attic", headers={"range": f"bytes={len(HEAVY)}-"}).status_code == 416


def test_what_came_before_the_line_broke_stays_where_uploads_can_go_on(attic: Attic) -> None:
    attic.arm("cut_midway", "any", times=2)
    for path in ("cellar", "attic"):
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.post(f"{attic.url}/{path}", content=HEAVY)
        assert ("digest" in attic.state) == (path == "attic")
    assert httpx.get(f"{attic.url}/attic").content == HEAVY[: len(HEAVY) // 2]


def test_a_client_that_dies_in_the_middle_leaves_what_it_sent(attic: Attic) -> None:
    with socket.create_connection(("127.0.0.1", attic.port)) as line:
        line.sendall(b"POST /attic HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nabc")
        line.shutdown(socket.SHUT_WR)
        assert line.recv(100) == b""
    assert attic.requests("POST /attic")[-1]["size"] == 3
    assert httpx.get(f"{attic.url}/attic").content == b"abc"


def test_an_upload_grows_and_becomes_a_file() -> None:
    files = Files()
    name = files.begin()
    assert files.add(name, 0, [b"ab", b"c"]) == 3
    assert files.add(name, 2, [b"cd"]) == 4
    with pytest.raises(TooHeavy):
        files.add(name, 4, [b"efgh"], most=6)
    assert files[files.finish(name)] == b"abcdefgh"
    with pytest.raises(KeyError):
        files.add(name, 0, [b"x"])


def test_a_file_is_fetched_without_a_session(attic: Attic) -> None:
    httpx.post(f"{attic.url}/attic", content=HEAVY)
    files = Files()
    digest, kind = files.fetch(f"{attic.url}/attic", most=10_000_000)
    assert (files[digest] == HEAVY, kind) == (True, "video/mp4")
    with pytest.raises(NotThere) as caught:
        files.fetch(f"{attic.url}/nothing", most=10)
    assert caught.value.status == 404
    with pytest.raises(TooHeavy):
        files.fetch(f"{attic.url}/attic", most=1000)


def test_a_video_is_measured_and_anything_else_is_not_one() -> None:
    film = films.measure(io.BytesIO(mp4(64, 96, 1.0, 10)))
    assert (film.width, film.height, film.video, film.audio) == (64, 96, "h264", "aac")
    assert 0.9 < film.seconds < 1.2
    with pytest.raises(ValueError, match="no video"):
        films.measure(io.BytesIO(b"Chers clients"))
