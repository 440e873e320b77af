"""HTTP/1.1 on a socket, small and lean, with the bad manners that tests need: silence, half an answer, a reset."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import struct
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, unquote

MOST_BODY = 2_000_000_000
IN_MEMORY = 4_000_000
PIECE = 262_144
MOST_LINES = 100
IDLE_SECONDS = 75.0

# No form-action: the authorize page must send people on to any address.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' http://127.0.0.1:*; "
    "media-src 'self' http://127.0.0.1:*; "
    "base-uri 'none'; frame-ancestors 'none'"
)

RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_reasons = {status.value: status.phrase for status in HTTPStatus}


class Malformed(Exception):
    """What came is not HTTP, or not a body this server can read."""


class Body:
    """The body of a request: in memory when it is small, on the disk when it is not. `whole` is False where the line broke within it."""

    def __init__(self, content: bytes = b"") -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - it lives as long as the request
        self.size = 0
        self.whole = True
        self.add(content)

    def add(self, content: bytes) -> None:
        """Write more at its end."""
        self._file.write(content)
        self.size += len(content)

    def cut(self, size: int) -> None:
        """Keep only its beginning, as if the line had broken there."""
        self._file.truncate(size)
        self.size, self.whole = size, False

    def read(self) -> bytes:
        """Return all of it."""
        self._file.seek(0)
        return self._file.read()

    def pieces(self) -> Iterator[bytes]:
        """Yield it in pieces, so that a video of any size fits in a small memory."""
        self._file.seek(0)
        yield from iter(lambda: self._file.read(PIECE), b"")

    def close(self) -> None:
        """Give the room back."""
        self._file.close()


@dataclass(slots=True)
class Request:
    """One request. Header names are in lower case; `target` is what was asked as it came, nothing decoded."""

    method: str
    path: str
    search: str
    headers: dict[str, str]
    came: Body
    account: str = ""
    target: str = ""

    @property
    def body(self) -> bytes:
        """The whole body. What may be heavy is read with `pieces`."""
        return self.came.read() if self.came.size else b""

    @property
    def size(self) -> int:
        """How many bytes the body has."""
        return self.came.size

    @property
    def pieces(self) -> Callable[[], Iterator[bytes]]:
        """What yields the body in pieces."""
        return self.came.pieces

    @property
    def query(self) -> dict[str, list[str]]:
        """Return the parameters after the question mark."""
        return parse_qs(self.search, keep_blank_values=True) if self.search else {}

    def asked(self, name: str, default: str = "") -> str:
        """Return the last value of a parameter after the question mark."""
        return self.query.get(name, [default])[-1]

    @property
    def kind(self) -> str:
        """Return the media type of the body, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def json(self) -> Any:
        """Return the body read as JSON. Raises Malformed."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise Malformed("not JSON") from error

    def bearer(self) -> str:
        """Return the bearer token, or an empty string."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""


@dataclass(slots=True)
class Part:
    """One part of a multipart body."""

    name: str
    filename: str | None
    kind: str
    body: bytes


@dataclass(slots=True)
class Reply:
    """One answer. `send` is the share of the body that really leaves: below 1 the line is cut; 0 sends nothing at all."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = "application/json; charset=utf-8"
    send: float = 1.0
    reset: bool = False


def as_json(value: Any, status: int = 200, **headers: str) -> Reply:
    """Return an answer in JSON; header names are written with underscores."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Reply(status, body, {name.replace("_", "-"): text for name, text in headers.items()})


def ranged(request: Request, size: int, part: Callable[[int, int], bytes], kind: str) -> Reply:
    """Return a file, or the one range of it that is asked for; `part` reads from a byte on so many bytes."""
    found = RANGE.fullmatch(request.headers.get("range", ""))
    if not found or found[1] == found[2] == "":
        return Reply(200, part(0, size), {"accept-ranges": "bytes"}, kind=kind)
    start = int(found[1]) if found[1] else max(0, size - int(found[2]))
    end = min(int(found[2]), size - 1) if found[1] and found[2] else size - 1
    if start > end:
        return Reply(416, headers={"content-range": f"bytes */{size}"}, kind=kind)
    headers = {"accept-ranges": "bytes", "content-range": f"bytes {start}-{end}/{size}"}
    return Reply(206, part(start, end - start + 1), headers, kind=kind)


def as_html(page: str, status: int = 200) -> Reply:
    """Return an answer in HTML."""
    return Reply(status, page.encode(), {"content-security-policy": POLICY}, kind="text/html; charset=utf-8")


def multipart(request: Request) -> list[Part]:
    """Return the parts of a multipart body. Raises Malformed."""
    mark = _parameters(request.headers.get("content-type", "")).get("boundary")
    if not mark:
        raise Malformed("no boundary")
    parts: list[Part] = []
    for piece in (b"\r\n" + request.body).split(b"\r\n--" + mark.encode())[1:]:
        if piece.startswith(b"--"):
            return parts
        head, found, body = piece.lstrip(b" \t").partition(b"\r\n\r\n")
        if not found:
            raise Malformed("a part without a head")
        parts.append(_part(head.decode("utf-8", "replace"), body))
    raise Malformed("no end")


def fields(request: Request) -> dict[str, Any]:
    """Return the fields of a body: JSON, form or multipart (a file is a Part); `name[]` gathers a list. Raises Malformed."""
    if not request.body:
        return {}
    if request.kind == "application/json":
        given = request.json()
        if not isinstance(given, dict):
            raise Malformed("not an object")
        return given
    pairs: dict[str, list[Any]] = {}
    if request.kind == "multipart/form-data":
        for part in multipart(request):
            pairs.setdefault(part.name, []).append(part if part.filename is not None else part.body.decode("utf-8", "replace"))
    else:
        pairs.update(parse_qs(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    return {name.removesuffix("[]"): values if name.endswith("[]") else values[-1] for name, values in pairs.items()}


def _part(head: str, body: bytes) -> Part:
    lines = dict(_header(line) for line in head.split("\r\n") if ":" in line)
    named = _parameters(lines.get("content-disposition", ""))
    filename = named.get("filename")
    if "filename*" in named:
        filename = unquote(named["filename*"].rpartition("'")[2])
    return Part(named.get("name", ""), filename, lines.get("content-type", "").partition(";")[0].strip().lower(), body)


def _parameters(value: str) -> dict[str, str]:
    found = {}
    for piece in value.split(";")[1:]:
        name, _, text = piece.strip().partition("=")
        found[name.lower()] = text.strip().strip('"')
    return found


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip().lower(), value.strip()


class Listener:
    """Accept on one loopback port; a thread a connection, never more than `most` of them."""

    def __init__(
        self, answer: Callable[[Request], Reply], port: int = 0, most: int = 1000, broken: Callable[[Request], Any] = lambda request: None
    ) -> None:
        self._answer = answer
        self._broken = broken
        self._places = threading.BoundedSemaphore(most)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._stopped = False
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        self._socket.listen(512)
        self.port: int = self._socket.getsockname()[1]

    def start(self) -> None:
        """Begin to answer, in a thread of its own."""
        threading.Thread(target=self._accept, name=f"sandbox-{self.port}", daemon=True).start()

    def stop(self) -> None:
        """Close the port and every open connection."""
        self._stopped = True
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        with self._lock:
            for line in self._open:
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while not self._stopped:
            try:
                line, _ = self._socket.accept()
            except OSError:
                return
            self._places.acquire()
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        with self._lock:
            self._open.add(line)
        try:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.settimeout(IDLE_SECONDS)
            with line.makefile("rb", 65_536) as reader:
                while not self._stopped and self._exchange(line, reader):
                    pass
        except (OSError, Malformed):
            pass
        finally:
            with self._lock:
                self._open.discard(line)
            with contextlib.suppress(OSError):
                line.close()
            self._places.release()

    def _exchange(self, line: socket.socket, reader: Any) -> bool:
        """Answer one request; tell whether the connection stays open."""
        request = _read(line, reader)
        if request is None:
            return False
        try:
            if not request.came.whole:
                # Nobody is there to be answered; but servers that let an upload go on keep what came of it.
                self._broken(request)
                return False
            reply = self._answer(request)
        except Exception:
            traceback.print_exc(file=sys.stderr)
            reply = Reply(500, b'{"error":"the stand-in itself broke"}')
        finally:
            request.came.close()
        return _write(line, request, reply)


def _read(line: socket.socket, reader: Any) -> Request | None:
    first = reader.readline(65_537)
    if not first.strip():
        return None
    try:
        method, target, _version = first.decode("latin-1").split()
    except ValueError as error:
        raise Malformed("no request line") from error
    headers: dict[str, str] = {}
    for _ in range(MOST_LINES):
        text = reader.readline(65_537)
        if text in (b"\r\n", b"\n", b""):
            break
        name, value = _header(text.decode("utf-8", "replace"))
        headers[name] = value
    else:
        raise Malformed("too many headers")
    if headers.get("expect", "").lower() == "100-continue":
        line.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    path, _, search = target.partition("?")
    return Request(method, unquote(path) if "%" in path else path, search, headers, _body(reader, headers), target=target)


def _body(reader: Any, headers: dict[str, str]) -> Body:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return _chunks(reader)
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > MOST_BODY:
        raise Malformed("a body too long")
    body = Body()
    _fill(body, reader, int(length))
    return body


def _fill(body: Body, reader: Any, left: int) -> None:
    """Read `left` bytes more; where the line breaks first, what came is all there is."""
    while left > 0:
        try:
            piece = reader.read1(min(PIECE, left))
        except OSError:
            piece = b""
        if not piece:
            body.whole = False
            return
        body.add(piece)
        left -= len(piece)


def _chunks(reader: Any) -> Body:
    body = Body()
    while size := int(reader.readline(64).partition(b";")[0] or b"0", 16):
        if body.size + size > MOST_BODY:
            raise Malformed("a body too long")
        _fill(body, reader, size)
        reader.readline(3)
    while reader.readline(65_537).strip():
        pass
    return body


def _write(line: socket.socket, request: Request, reply: Reply) -> bool:
    if reply.reset:
        # Zero linger makes close() send RST, as a crashed machine's kernel would.
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if reply.send <= 0:
        return False
    stays = reply.send >= 1 and request.headers.get("connection", "").lower() != "close"
    head = [f"HTTP/1.1 {reply.status} {_reasons.get(reply.status, 'Odd')}"]
    if reply.kind and reply.status not in (204, 304):
        head.append(f"content-type: {reply.kind}")
    head.extend(f"{name}: {value}" for name, value in reply.headers.items())
    head.append(f"content-length: {len(reply.body)}")
    head.append("connection: keep-alive\r\n\r\n" if stays else "connection: close\r\n\r\n")
    if reply.send < 1 and not reply.body:
        # Half of an answer without a body is half of its head.
        line.sendall("\r\n".join(head).encode("utf-8")[: int(40 * reply.send)])
        return False
    body = b"" if request.method == "HEAD" else reply.body[: int(len(reply.body) * reply.send)] if reply.send < 1 else reply.body
    whole = "\r\n".join(head).encode("utf-8") + body
    # Half of an answer that has no body is half of its head.
    line.sendall(whole if reply.body or reply.send >= 1 else whole[: int(len(whole) * reply.send)])
    return stays
