"""One outgoing client: the guard against inside addresses, the time-outs, and what is known after a failure.

Whoever calls a network needs to know one thing of a failure: can the thing exist over there, or not?
This module answers it once for everybody, from how far the exchange went.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpcore
import httpx

from parvis.core import clock
from parvis.core.say import Say, gettext_noop

# True while a write transaction is open: no network may be called then, or a slow server would lock the house.
in_write: ContextVar[bool] = ContextVar("in_write", default=False)

MOST_BYTES = 20_000_000
CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 20.0


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


class ForbiddenAddress(Exception):
    """The host leads to an address inside the house (or is no host at all), and no setting allows it."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Which addresses may be called. `allow` names hosts (or `host:port`) that may be private, such as an intranet's."""

    allow: frozenset[str] = frozenset()

    def allows(self, host: str, port: int) -> bool:
        """Tell whether a setting names this host."""
        return host in self.allow or f"{host}:{port}" in self.allow

    def resolve(self, host: str, port: int) -> str:
        """Return the one address to connect to. Raises ForbiddenAddress, or OSError where the name is unknown."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(entry[4][0]) for entry in found]
        if not self.allows(host, port):
            inside = [a for a in addresses if not _is_public(a)]
            if inside:
                raise ForbiddenAddress(host)
        return addresses[0]


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        # ::ffff:127.0.0.1, 64:ff9b::/96 and 2002::/16 carry an IPv4 address in disguise.
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return _is_public(str(inner))
    return ip.is_global and not ip.is_multicast


class _Pinned(httpcore.SyncBackend):
    """Connect to the address that was checked, never to one looked up a second time (DNS rebinding)."""

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
            address = self._guard.resolve(host, port)
        except OSError as error:
            raise httpcore.ConnectError(f"{host}: {error.strerror or 'unknown name'}") from error
        return super().connect_tcp(address, port, timeout, local_address, socket_options)


class _Transport(httpx.HTTPTransport):
    def __init__(self, guard: Guard) -> None:
        super().__init__()
        self._pool.close()
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=100,
            max_keepalive_connections=40,
            keepalive_expiry=4.0,
            network_backend=_Pinned(guard),
        )


@dataclass(slots=True)
class Answer:
    """A complete answer: status, headers (case-insensitive) and body."""

    status: int
    headers: httpx.Headers
    body: bytes
    url: str = ""

    def json(self) -> Any:
        """Return the body as JSON, or None where it is not JSON (a proxy's page, say)."""
        try:
            return httpx.Response(200, content=self.body).json()
        except ValueError:
            return None

    @property
    def ok(self) -> bool:
        """Tell whether the status is 2xx."""
        return 200 <= self.status < 300


@dataclass(slots=True)
class Client:
    """Make outgoing calls. One per process is enough; it is safe to share between threads."""

    guard: Guard = field(default_factory=Guard)
    agent: str = "Parvis"
    _http: httpx.Client | None = None

    def _client(self) -> httpx.Client:
        if self._http is None:
            self._http = httpx.Client(
                transport=_Transport(self.guard),
                follow_redirects=False,
                trust_env=False,
                headers={"user-agent": self.agent},
            )
        return self._http

    def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        data: Mapping[str, Any] | None = None,
        files: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        seconds: float = ANSWER_SECONDS,
        most: int = MOST_BYTES,
    ) -> Answer:
        """Make one call and return its complete answer, whatever its status.

        Raises NotSent when no connection was made, ForbiddenAddress when the guard forbids it, and Unknown when the
        request may have been read and no complete answer came. Redirects are not followed.
        """
        if in_write.get():
            raise AssertionError("a network call inside a write transaction")
        request = self._client().build_request(
            method,
            url,
            headers=dict(headers or {}),
            params=params,
            json=json,
            data=dict(data) if data is not None else None,
            files=files,
            content=content,
            timeout=httpx.Timeout(seconds, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS),
        )
        try:
            response = self._client().send(request, stream=True)
            try:
                body = _read(response, most)
            finally:
                response.close()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            raise NotSent(
                Say(gettext_noop("%(host)s could not be reached."), {"host": request.url.host or url})
            ) from error
        except httpx.HTTPError as error:
            raise Unknown(f"{method} {request.url.host}{request.url.path}: {type(error).__name__}") from error
        return Answer(response.status_code, response.headers, body, str(request.url))

    def close(self) -> None:
        """Close the connections."""
        if self._http is not None:
            self._http.close()
            self._http = None


def _read(response: httpx.Response, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in response.iter_bytes():
        size += len(part)
        if size > most:
            raise httpx.DecodingError(f"more than {most} bytes", request=response.request)
        parts.append(part)
    return b"".join(parts)


def retry_after(answer: Answer) -> datetime | None:
    """Return the moment that `Retry-After` names (seconds or an HTTP date), or None."""
    value = answer.headers.get("retry-after", "").strip()
    if not value:
        return None
    if value.isdigit():
        return clock.now() + timedelta(seconds=min(int(value), 86_400))
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
