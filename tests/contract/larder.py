"""A tiny server of the test process, where networks that fetch by themselves find the files of a bench, by ranges where they ask so."""

from __future__ import annotations

from functools import cache
from mimetypes import guess_extension

from sandbox.wire import Listener, Reply, Request, ranged

_shelf: dict[str, tuple[bytes, str]] = {}


def shelve(content: bytes, digest: str, mime: str) -> str:
    """Put a file on the shelf and return its address."""
    name = f"{digest}{guess_extension(mime) or ''}"
    _shelf[f"/m/{name}"] = (content, mime)
    return f"http://127.0.0.1:{_server().port}/m/{name}"


def clear() -> None:
    """Take everything off the shelf: its addresses lead nowhere from then on."""
    _shelf.clear()


@cache
def _server() -> Listener:
    server = Listener(_answer)
    server.start()
    return server


def _answer(request: Request) -> Reply:
    content, mime = _shelf.get(request.path, (b"", ""))
    if not mime or request.method not in {"GET", "HEAD"}:
        return Reply(404, b"nothing there", kind="text/plain")
    return ranged(request, len(content), lambda start, size: content[start : start + size], mime)
