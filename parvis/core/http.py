"""One outgoing client: the guard against inside addresses, the time-outs, and what is known after a failure.

Whoever calls a network needs to know one thing of a failure: can the thing exist over there, or not?
This module answers it once for everybody, from how far the exchange went (`Client.call`) and from what was answered (`verdict`).

It stands on httpcore, the lower half of httpx: httpx keeps cookies between calls, which would mix the accounts of two companies, costs
more time than the rest of a delivery, and holds memory in every process.
"""

from __future__ import annotations

import ipaddress
import json
import secrets
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from threading import Lock
from typing import Any, BinaryIO
from urllib.parse import SplitResult, urlencode, urlsplit

import httpcore

from parvis.core import clock
from parvis.core.say import Say, gettext_noop

# True while a write transaction is open: no network may be called then, or a slow server would lock the house.
in_write: ContextVar[bool] = ContextVar("in_write", default=False)
_deadline: ContextVar[float] = ContextVar("deadline", default=float("inf"))

MOST_BYTES = 20_000_000
CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 20.0
LONGEST_WAIT = timedelta(days=1)
_PIECE = 65_536


class NotSent(Exception):
    """Nothing was created over there; it may be tried again at `again_at` (None: when the engine sees fit)."""

    def __init__(self, why: Say, again_at: datetime | None = None) -> None:
        super().__init__(str(why))
        self.why = why
        self.again_at = again_at


class Refused(Exception):
    """Nothing was created and it will not be, until a person does what `cure` says."""

    def __init__(self, reason: Say, cure: Say) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.cure = cure


class Unknown(Exception):
    """It may exist over there. `trace` says what was seen, without secrets."""

    def __init__(self, trace: str) -> None:
        super().__init__(trace)
        self.trace = trace


class ForbiddenAddress(Refused):
    """The host leads to an address inside the house (or is no host at all), and no setting allows it."""

    def __init__(self, host: str) -> None:
        super().__init__(
            Say(gettext_noop("“%(host)s” is not the address of a server on the public internet."), {"host": host}),
            Say(gettext_noop("Check the address. A server of your own network can be allowed by whoever hosts this Parvis.")),
        )


# ---- which addresses may be called


@dataclass(frozen=True, slots=True)
class Guard:
    """Which addresses may be called. `allow` names hosts (or `host:port`) that may be private, such as an intranet's."""

    allow: frozenset[str] = frozenset()

    def allows(self, host: str, port: int) -> bool:
        """Tell whether a setting names this host."""
        return host in self.allow or f"{host}:{port}" in self.allow

    def resolve(self, host: str, port: int) -> list[str]:
        """Return the addresses to connect to, best first. Raises ForbiddenAddress, or OSError where the name is unknown."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not self.allows(host, port) and not all(is_public(address) for address in addresses):
            raise ForbiddenAddress(host)
        return addresses


_IN_DISGUISE = [ipaddress.ip_network(net) for net in ("::ffff:0:0/96", "64:ff9b::/96", "::/96")]
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public internet; an IPv4 address carried inside an IPv6 one counts as itself."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.sixtofour
        if any(ip in net for net in _IN_DISGUISE):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        return is_public(str(inner)) if inner else ip.is_global and ip in _GLOBAL_UNICAST
    return ip.is_global and not ip.is_multicast


class _Timely(httpcore.NetworkStream):
    """A stream that keeps to the deadline of the whole call: a server that drips a byte a second holds nobody."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE):
            self._inner.write(buffer[start : start + _PIECE], _left(timeout, httpcore.WriteTimeout))

    def start_tls(self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None) -> _Timely:
        return _Timely(self._inner.start_tls(ssl_context, server_hostname, _left(timeout, httpcore.ConnectTimeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)

    def close(self) -> None:
        self._inner.close()


def _left(timeout: float | None, error: type[httpcore.TimeoutException]) -> float:
    left = _deadline.get() - time.monotonic()
    if left <= 0:
        raise error("the time of this call is over")
    return left if timeout is None else min(timeout, left)


class _Pinned(httpcore.SyncBackend):
    """Connect to the addresses that were checked, never to one looked up a second time (DNS rebinding)."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            addresses = self._guard.resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host}: unknown name") from error
        for place, address in enumerate(addresses, start=1):
            try:
                share = _left(timeout, httpcore.ConnectTimeout)
                return _Timely(super().connect_tcp(address, port, share, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if place == len(addresses):
                    raise
        raise httpcore.ConnectError(f"{host}: no address")


# ---- the call


@dataclass(slots=True)
class Answer:
    """A complete answer: status, headers (names in small letters) and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str = ""

    def json(self) -> Any:
        """Return the body as JSON, or None where it is not JSON (a proxy's page, say)."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def mapping(self) -> dict[str, Any]:
        """Return the body as a JSON object, or an empty one where it is anything else."""
        found = self.json()
        return found if isinstance(found, dict) else {}

    @property
    def ok(self) -> bool:
        """Tell whether the status is 2xx."""
        return 200 <= self.status < 300

    @property
    def host(self) -> str:
        """The host that answered, to be named to a person."""
        return urlsplit(self.url).netloc


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a file, sent as a body without ever being held in memory: `size` bytes from `start` on."""

    open: Callable[[], BinaryIO]
    start: int
    size: int

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[bytes]:
        with self.open() as file:
            file.seek(self.start)
            left = self.size
            while left > 0:
                part = file.read(min(_PIECE, left))
                if not part:
                    raise EOFError("the file is shorter than it was")
                left -= len(part)
                yield part


@cache
def _trust() -> ssl.SSLContext:
    """Return the authorities that are believed; reading them takes longer than most calls, so once a process."""
    return httpcore.default_ssl_context()


@dataclass(slots=True)
class Client:
    """Make outgoing calls. One per process is enough; it is safe to share between threads. It keeps no cookies."""

    guard: Guard = field(default_factory=Guard)
    agent: str = "Parvis"
    seconds: float = ANSWER_SECONDS
    _pool: httpcore.ConnectionPool | None = None
    _lock: Lock = field(default_factory=Lock)

    def _connections(self) -> httpcore.ConnectionPool:
        with self._lock:
            if self._pool is None:
                self._pool = httpcore.ConnectionPool(
                    ssl_context=_trust(),
                    max_connections=200,
                    max_keepalive_connections=50,
                    # Shorter than what servers keep: a connection that dies while we write on it makes an Unknown of nothing.
                    keepalive_expiry=4.0,
                    network_backend=_Pinned(self.guard),
                )
            return self._pool

    def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        data: Mapping[str, Any] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        content: bytes | Piece | None = None,
        seconds: float | None = None,
        most: int = MOST_BYTES,
    ) -> Answer:
        """Make one call and return its complete answer, whatever its status. The whole call takes at most `seconds`.

        Raises NotSent when no connection was made, ForbiddenAddress when the guard forbids it, and Unknown when the
        request may have been read and no complete answer came. Redirects are not followed.
        """
        if in_write.get():
            raise AssertionError("a network call inside a write transaction")
        kind, body = _body(json, data, files, content)
        head = {"user-agent": self.agent, **kind, **(headers or {})}
        request = _request(method, url, params, headers=head, body=body, seconds=seconds or self.seconds)
        host = request.url.host.decode()
        pool = self._connections()
        token = _deadline.set(time.monotonic() + (seconds or self.seconds))
        try:
            response = pool.handle_request(request)
            try:
                found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
                return Answer(response.status, found, _read(response, found.get("content-encoding", ""), most), url)
            finally:
                response.close()
        except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout, httpcore.UnsupportedProtocol) as error:
            raise NotSent(Say(gettext_noop("%(host)s could not be reached."), {"host": host})) from error
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, zlib.error, _Cut) as error:
            raise Unknown(f"{method} {host}{urlsplit(url).path}: {type(error).__name__}") from error
        finally:
            _deadline.reset(token)

    def ask(self, method: str, url: str, **more: Any) -> Answer:
        """Make a call that may be made again freely (a reading, an upload): without a complete answer it is NotSent."""
        try:
            return self.call(method, url, **more)
        except Unknown as unknown:
            host = urlsplit(url).netloc
            raise NotSent(Say(gettext_noop("%(host)s did not answer in full."), {"host": host})) from unknown

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            if self._pool is not None:
                self._pool.close()
                self._pool = None


def _request(
    method: str, url: str, params: Mapping[str, Any] | None, *, headers: Mapping[str, str], body: bytes | Piece | None, seconds: float
) -> httpcore.Request:
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("ascii" if (parts.hostname or "").isascii() else "idna"), parts.port
        query = "&".join(part for part in (parts.query, urlencode(params, doseq=True) if params else "") if part)
        target = ((parts.path or "/") + (f"?{query}" if query else "")).encode("ascii")
    except ValueError as error:
        raise ForbiddenAddress(url) from error
    if not host or parts.scheme not in {"http", "https"}:
        raise ForbiddenAddress(url)
    named = b"[%b]" % host if b":" in host else host
    lines = [(b"host", named if port is None else b"%b:%d" % (named, port)), (b"accept-encoding", b"gzip")]
    lines += [(name.lower().encode("ascii"), value.encode("utf-8")) for name, value in headers.items()]
    if body is not None:
        lines.append((b"content-length", b"%d" % len(body)))
    times = {"connect": CONNECT_SECONDS, "pool": CONNECT_SECONDS, "read": seconds, "write": seconds}
    place = httpcore.URL(scheme=parts.scheme.encode(), host=host, port=port, target=target)
    return httpcore.Request(method, place, headers=lines, content=body or b"", extensions={"timeout": times})


def _body(
    given: Any, data: Mapping[str, Any] | None, files: Mapping[str, tuple[str, bytes, str]] | None, content: bytes | Piece | None
) -> tuple[dict[str, str], bytes | Piece | None]:
    if given is not None:
        # Escapes keep a lone surrogate, which UTF-8 cannot carry, from stopping a call halfway.
        return {"content-type": "application/json"}, json.dumps(given, separators=(",", ":")).encode("ascii")
    if files is not None:
        return _multipart(data or {}, files)
    if data is not None:
        return {"content-type": "application/x-www-form-urlencoded"}, urlencode(data, doseq=True).encode("ascii")
    return {}, content


def _multipart(data: Mapping[str, Any], files: Mapping[str, tuple[str, bytes, str]]) -> tuple[dict[str, str], bytes]:
    edge = secrets.token_hex(16)
    parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode() for n, v in data.items()]
    for name, (file, body, mime) in files.items():
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\nContent-Type: {mime}\r\n\r\n'
        parts += [head.encode(), body, b"\r\n"]
    return {"content-type": f"multipart/form-data; boundary={edge}"}, b"".join([*parts, f"--{edge}--\r\n".encode()])


class _Cut(Exception):
    """A body that is too large, or that ends before its end."""


def _read(response: httpcore.Response, encoding: str, most: int) -> bytes:
    unzip = zlib.decompressobj(47) if encoding.lower() in {"gzip", "x-gzip", "deflate"} else None
    parts: list[bytes] = []
    size = 0
    for raw in response.iter_stream():
        # A bomb of a few kilobytes may hold gigabytes: never unfold more than is still allowed.
        part = unzip.decompress(raw, most - size + 1) if unzip else raw
        size += len(part)
        if size > most:
            raise _Cut(f"more than {most} bytes")
        parts.append(part)
    if unzip and parts and not unzip.eof:
        raise _Cut("the compressed body ends too early")
    return b"".join(parts)


# ---- what an answer proves


def verdict(answer: Answer, *, commit: bool, cure: Say | None = None) -> NotSent | Refused | Unknown:
    """Say what an answer that is not a success proves. `commit`: the call would have created the thing itself.

    429, 408, 425: the call was not carried out. 5xx on a commit, 303 ("see what came of it"), or a success that cannot be read: it may
    have been. Another 4xx, or another redirect (not followed): it was refused. A connector refines this only with a fact of its network.
    """
    facts: dict[str, str | int] = {"host": answer.host, "status": answer.status}
    if answer.status == 429:
        return NotSent(Say(gettext_noop("%(host)s asks to wait: too many calls."), facts), again_at(answer))
    if answer.status in {408, 425}:
        return NotSent(Say(gettext_noop("%(host)s did not take the call (answer %(status)s)."), facts), again_at(answer))
    if commit and (answer.status >= 500 or answer.ok or answer.status == 303):
        return Unknown(f"{answer.host} answered {answer.status}: {said(answer) or 'nothing readable'}")
    if answer.status >= 500 or answer.ok:
        return NotSent(Say(gettext_noop("%(host)s has a fault of its own just now (answer %(status)s)."), facts), again_at(answer))
    if answer.status >= 400:
        return Refused(_refusal(answer, facts), cure or Say(gettext_noop("Change what this sentence names, then send it again.")))
    return Refused(
        Say(gettext_noop("%(host)s sends callers to another address (answer %(status)s)."), facts),
        Say(gettext_noop("The server may have moved. Connect the account again at its new address.")),
    )


def _refusal(answer: Answer, facts: Mapping[str, str | int]) -> Say:
    sentence = said(answer)
    if sentence:
        return Say(gettext_noop("%(host)s refused it and said: “%(said)s”"), {**facts, "said": sentence})
    return Say(gettext_noop("%(host)s refused it without saying why (answer %(status)s)."), facts)


def said(answer: Answer) -> str:
    """Return the server's own sentence about a failure, fit to be shown, or nothing: never a page of HTML."""
    found = answer.mapping()
    for name in ("error_description", "message", "error", "detail"):
        if isinstance(found.get(name), str) and found[name].strip():
            return _sentence(found[name])
    if answer.json() is not None or answer.body.strip() == b"null":
        return ""
    return _sentence(answer.body[:2000].decode("utf-8", "replace"))


def _sentence(text: str) -> str:
    return "" if "<" in text and ">" in text else line(text)


def line(text: Any, most: int = 300) -> str:
    """Return what the outside wrote as one line that any page and any database can hold; of anything but a string, nothing."""
    if not isinstance(text, str):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in text[: most * 4]).split())[:most]


def address(text: Any, most: int = 500) -> str:
    """Return an address of the web that the outside gave, fit to be shown as a link, or nothing."""
    found = isinstance(text, str) and len(text) <= most and text.isprintable() and text.lower().startswith(("https://", "http://"))
    return text if found and parts_of(text).hostname else ""


def typed_address(text: str, most: int = 500) -> str:
    """Return an address of the web that a person typed, with the https:// that they may have left out, or nothing."""
    whole = f"https://{text}" if "://" not in text and "." in text.partition("/")[0] and ":" not in text else text
    return "" if any(sign.isspace() for sign in whole) else address(whole, most)


def parts_of(text: str) -> SplitResult:
    """Take apart an address that the outside gave; one that cannot be read has no part."""
    try:
        return urlsplit(text)
    except ValueError:
        return SplitResult("", "", "", "", "")


def identifier(text: Any, most: int = 300) -> str:
    """Return an id that the outside gave (a word or a number, without spaces), or nothing."""
    found = str(text) if isinstance(text, str | int) and not isinstance(text, bool) else ""
    return found if found.isascii() and found.isprintable() and " " not in found and len(found) <= most else ""


def again_at(answer: Answer) -> datetime | None:
    """Return the moment at which the server says one may call again, or None."""
    for name in ("retry-after", "ratelimit-reset", "x-ratelimit-reset"):
        found = when(answer.headers.get(name, ""), relative=name == "retry-after")
        if found is not None:
            return found
    return None


def when(text: str, *, relative: bool = False) -> datetime | None:
    """Read a moment as servers write it: seconds from now (`relative`), seconds since 1970, ISO 8601 or an HTTP date; else None.

    It is never later than a day from now: a wrong clock over there must not silence a channel for a year.
    """
    now = clock.now()
    moment = _moment(text.strip(), now, relative)
    return None if moment is None else min(moment, now + LONGEST_WAIT)


def _moment(text: str, now: datetime, relative: bool) -> datetime | None:
    try:
        if text.replace(".", "", 1).isdigit() and text.isascii():
            return now + timedelta(seconds=min(float(text), 1e6)) if relative else datetime.fromtimestamp(float(text), UTC)
        found = datetime.fromisoformat(text) if "T" in text[:11] else parsedate_to_datetime(text)
    except (ValueError, OverflowError, OSError, TypeError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
