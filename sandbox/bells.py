"""The webhooks of a stand-in: addresses on this machine, registered with a handshake; calls that tell them what the public did.

Calls leave one after the other from a thread of their own, which ends when nothing waits. A call that is not answered with 2xx is made
again after the pauses of the setting `ring_pauses`, by the stand-in's clock, and given up after the last. Faults are armed like all
others, for `RING <field>`.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from sandbox.faults import Fault

if TYPE_CHECKING:
    from sandbox.server import Stand

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# An answer comes within this time, or the call has failed.
SECONDS = 5.0
MOST_WAITING, KEPT_CALLS = 20_000, 20_000
# How long the thread waits for more before it ends, and how often it looks whether the hour of a call has come.
IDLE_SECONDS, LOOK_SECONDS = 1.0, 0.1


def packed(body: Mapping[str, Any]) -> bytes:
    """Return a body as it is signed: everything outside ASCII escaped, so that whoever writes it anew fails."""
    return json.dumps(body, ensure_ascii=True, separators=(",", ":")).encode()


class Unanswered(ValueError):
    """An address that is not on this machine, or that does not answer the handshake as it must."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a network rings: `signs` returns the headers over a body, given the application's secret.

    `asks` makes the query of a handshake from the agreed word and the secret, and tells which body answers it.
    """

    asks: Callable[[str, str], tuple[Mapping[str, str], Callable[[bytes], bool]]]
    signs: Callable[[bytes, str], Mapping[str, str]]


@dataclass(slots=True)
class Ring:
    """One call that is to be made. `behind`: once another has left, or at its hour at the latest."""

    url: str
    app: str
    field: str
    account: str
    body: bytes
    due: float
    kind: str = ""
    behind: bool = False
    tries: int = 0


@dataclass(slots=True)
class Told:
    """What became of the calls."""

    answered: int = 0
    given_up: int = 0
    dropped: int = 0
    calls: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT_CALLS))


class Bells:
    """The registered addresses of one stand-in (kept in its state), and the calls that wait."""

    def __init__(self, stand: Stand, manner: Manner) -> None:
        self.stand = stand
        self.manner = manner
        self.told = Told()
        self._waiting: list[Ring] = []
        self._flying = False
        self._thread: threading.Thread | None = None
        self._stopped = False
        self._turn = threading.Condition()

    # ---- addresses

    def rows(self, about: str = "") -> list[dict[str, Any]]:
        """Return the registered addresses: application, what about, address, word, fields."""
        held: dict[str, dict[str, Any]] = self.stand.state.setdefault("bells", {})
        return [row for row in held.values() if about in ("", row["about"])]

    def register(
        self, url: str, word: str = "", app: str = "", about: str = "", fields: tuple[str, ...] | list[str] = ()
    ) -> dict[str, Any]:
        """Keep an address for an application (the one that stands ready) if it passes the handshake. Raises Unanswered."""
        app = app or next(iter(self.stand.state["apps"]))
        query, right = self.manner.asks(word, self.secret(app))
        status, body = self._called("GET", url, query)
        if status != 200 or not right(body):
            raise Unanswered(f"the address answered the handshake with {status or 'nothing'}")
        row = {"app": app, "about": about, "url": url, "word": word, "fields": [*fields]}
        self.rows()
        self.stand.state["bells"][f"{app} {about}"] = row
        self.stand.changed()
        return row

    def forget(self, app: str = "", about: str = "") -> None:
        """Forget addresses: of an application, about something, or all."""
        held = self.stand.state.setdefault("bells", {})
        for name in [name for name, row in held.items() if app in ("", row["app"]) and about in ("", row["about"])]:
            del held[name]
        self.stand.changed()

    def secret(self, app: str) -> str:
        """Return the secret of an application, with which calls are signed."""
        return str(self.stand.state["apps"][app]["client_secret"])

    # ---- ringing

    def ring(self, row: Mapping[str, Any], name: str, account: str, body: Mapping[str, Any]) -> None:
        """Have an address called with this body, soon, with whatever fault is armed; what is placed in the past rings nowhere."""
        if self.stand.placing:
            return
        first = Ring(row["url"], row["app"], name, account, packed(body), self.stand.now())
        fault = self.stand.faults.draw(f"RING {name}", lambda: account, rings=True)
        with self._turn:
            for one in _faulty(first, fault):
                if len(self._waiting) >= MOST_WAITING:
                    self.told.dropped += 1
                else:
                    self._waiting.append(one)
            if self._thread is None and not self._stopped:
                self._thread = threading.Thread(target=self._work, daemon=True)
                self._thread.start()
            self._turn.notify_all()

    def quiet(self, seconds: float = 30.0) -> bool:
        """Wait until no call waits and none is being made; False where that takes longer."""
        with self._turn:
            return self._turn.wait_for(lambda: not self._waiting and not self._flying, seconds)

    def made(self, count: int, seconds: float = 30.0) -> bool:
        """Wait until so many calls were made, answered or not; False where that takes longer."""
        with self._turn:
            return self._turn.wait_for(lambda: len(self.told.calls) >= count, seconds)

    def shown(self) -> dict[str, Any]:
        """Return what the control tells: the addresses, what waits, what became of the calls, the last hundred of them."""
        with self._turn:
            told, waiting = self.told, len(self._waiting)
            last = [*told.calls][-100:]
        told_of = {"answered": told.answered, "given_up": told.given_up, "dropped": told.dropped}
        return {"registered": self.rows(), "waiting": waiting, **told_of, "calls": last}

    def control(self, method: str, given: Mapping[str, Any]) -> Any:
        """Do what the control asks: show, register (what a person types into the network's form), or forget."""
        if method == "POST":
            return self.register(**given)
        if method == "DELETE":
            self.forget(**given)
        return self.shown()

    def clear(self) -> None:
        """Forget the calls that wait and those that were made."""
        with self._turn:
            self._waiting.clear()
            self.told = Told()
            self._turn.notify_all()

    def stop(self) -> None:
        """Make no further call."""
        with self._turn:
            self._stopped = True
            self._waiting.clear()
            self._turn.notify_all()

    def _work(self) -> None:
        while (one := self._next()) is not None:
            status, _ = self._called("POST", one.url, {}, one)
            self._note(one, status)

    def _next(self) -> Ring | None:
        """Wait for the next call whose hour has come; None once nothing has waited for a while."""
        idle_until = time.monotonic() + IDLE_SECONDS
        while True:
            now = self._now()
            with self._turn:
                one = next((one for one in self._waiting if one.due <= now), None)
                if one is not None:
                    self._waiting.remove(one)
                    self._flying = True
                    return one
                if self._waiting:
                    idle_until = time.monotonic() + IDLE_SECONDS
                if self._stopped or time.monotonic() > idle_until:
                    self._thread = None
                    return None
                self._turn.wait(LOOK_SECONDS)

    def _now(self) -> float:
        # Whoever places something in the past holds the lock meanwhile.
        with self.stand.lock:
            return self.stand.now()

    def _note(self, one: Ring, status: int) -> None:
        pauses, now, well = self.stand.setting("ring_pauses"), self._now(), 200 <= status < 300
        with self._turn:
            self._flying = False
            about = {"url": one.url, "field": one.field, "account": one.account, "body": one.body.decode()}
            self.told.calls.append({**about, "status": status, "try": one.tries + 1, "fault": one.kind})
            if well:
                self.told.answered += 1
            elif one.tries >= len(pauses) or self._stopped:
                self.told.given_up += 1
            else:
                # What went wrong on purpose goes right the next time.
                self._waiting.append(replace(one, kind="", tries=one.tries + 1, due=now + pauses[one.tries]))
            for other in (each for each in self._waiting if each.behind):
                other.behind, other.due = False, now
            self._turn.notify_all()

    def _called(self, method: str, url: str, query: Mapping[str, str], one: Ring | None = None) -> tuple[int, bytes]:
        """Call an address of this machine; 0 stands for no answer. Raises Unanswered for an address elsewhere."""
        where = urlsplit(url)
        if where.scheme != "http" or where.hostname not in LOOPBACK:
            raise Unanswered("only addresses of this machine are called, by http")
        path = where.path + (f"?{where.query}" if where.query else "") + (("&" if where.query else "?") + urlencode(query) if query else "")
        line = http.client.HTTPConnection(where.hostname, where.port or 80, timeout=SECONDS)
        try:
            body, headers = self._signed(one) if one else (b"", {})
            line.request(method, path, body or None, {"user-agent": f"{self.stand.key}-stand-in", **headers})
            answer = line.getresponse()
            return answer.status, answer.read(100_000)
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            line.close()

    def _signed(self, one: Ring) -> tuple[bytes, dict[str, str]]:
        body = one.body[: len(one.body) // 2] if one.kind == "rung_malformed" else one.body
        secret = "somebody-else" if one.kind == "rung_forged" else self.secret(one.app)
        return body, {"content-type": "application/json", **self.manner.signs(body, secret)}


def _faulty(one: Ring, fault: Fault | None) -> list[Ring]:
    """Return the calls that a piece of news becomes."""
    if fault is None:
        return [one]
    one, later = replace(one, kind=fault.kind), one.due + fault.reset
    become: dict[str, Callable[[], list[Ring]]] = {
        "rung_twice": lambda: [one, replace(one)],
        "rung_again": lambda: [one, replace(one, due=later)],
        "rung_late": lambda: [replace(one, due=later)],
        "rung_out_of_order": lambda: [replace(one, due=later, behind=True)],
        # The same news, each time in a body of its own.
        "rung_burst": lambda: [replace(one, body=one.body + b" " * n) for n in range(fault.count)],
    }
    return become.get(fault.kind, lambda: [one])()
