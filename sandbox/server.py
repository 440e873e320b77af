"""What every stand-in is made of: a clock, routes, faults, a record of requests, settings, and the control of all that."""

from __future__ import annotations

import base64
import io
import re
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib import resources
from typing import Any, ClassVar

from PIL import Image

from sandbox.bells import Bells
from sandbox.faults import AFTER, RINGING, BadFault, Fault, Faults, Windows, matches
from sandbox.files import Files
from sandbox.passing import Passing
from sandbox.wire import Listener, Malformed, Part, Reply, Request, as_json, fields

SECRETS = frozenset({"authorization", "cookie"})
SECRET = re.compile(r"[\w.-]*(?:token|secret|proof|code|verifier)")
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
KEPT_REQUESTS = 20_000
MOST_GIVEN = 100_000
TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}

Handler = Callable[..., Reply]


class Said(Exception):
    """An answer that ends the handling of a request, usually an error in the network's own words."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


class BadSetting(ValueError):
    """No such setting."""


class Clock:
    """The stand-ins' clock: the machine's, moved by the control."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        """Return the time in seconds since 1970."""
        return time.time() + self.ahead


def iso(moment: float, digits: int = 3) -> str:
    """Return a time as the networks write it."""
    text = datetime.fromtimestamp(moment, UTC).isoformat(timespec="microseconds")
    return text[: 19 + bool(digits) * (digits + 1)] + "Z"


def from_iso(text: str) -> float:
    """Read a time with its zone. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    return moment.timestamp()


def measure(content: bytes) -> tuple[str, int, int]:
    """Return the media type, width and height of a picture, all of it decoded. Raises ValueError for anything else."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content)) as picture:
                kind = Image.MIME.get(picture.format or "", "")
                if picture.width * picture.height <= 50_000_000:
                    picture.load()
                return kind, picture.width, picture.height
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValueError("no picture") from error


class Stand(Passing):
    """The stand-in of one network. A subclass gives its routes, its words for errors, and what it keeps."""

    key: ClassVar[str]
    name: ClassVar[str]
    commit: ClassVar[str]
    prepare: ClassVar[str]
    # The calls whose half body is kept, so that an upload can go on where it broke (empty: none).
    resumes: ClassVar[str] = ""
    defaults: ClassVar[dict[str, Any]] = {}
    # Its webhooks, where it has any; and whether something is being placed in the past, of which none tells.
    bells: Bells | None = None
    placing = False

    def __init__(self, clock: Clock | None = None, port: int = 0) -> None:
        self.clock = clock or Clock()
        self.lock = threading.RLock()
        self.faults = Faults()
        self.windows = Windows()
        self.requests_seen: deque[dict[str, Any]] = deque(maxlen=KEPT_REQUESTS)
        self.state: dict[str, Any] = {}
        self.files = Files()
        self.changes = 0
        self.settings_now = self._plain_settings()
        self._fixed, self._shaped = self._routes()
        self._listener = Listener(self.answer, port, broken=self.broken)
        self.port = self._listener.port
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.host}"
        self.empty()

    # ---- what a network gives

    def routes(self) -> dict[str, Handler]:
        """Return `METHOD /path/{with}/{names}` and what answers."""
        raise NotImplementedError

    def empty(self) -> None:
        """Forget everything that was kept."""
        raise NotImplementedError

    def account_of(self, request: Request) -> str:
        """Return the account whose token this is, or an empty string."""
        raise NotImplementedError

    def error(self, status: int, code: str = "", words: str = "") -> Reply:
        """Return an error in the network's own shape."""
        raise NotImplementedError

    def limited(self, until: float) -> Reply:
        """Return the network's own answer to too many calls."""
        raise NotImplementedError

    def expire(self, request: Request, fault: Fault) -> Reply | None:
        """Make the token of this request stale; an answer, or None to let the network notice by itself."""
        raise NotImplementedError

    def revoke(self, request: Request, fault: Fault) -> Reply | None:
        """Take the authorisation of this request away."""
        raise NotImplementedError

    def posts(self, account: str = "") -> list[dict[str, Any]]:
        """Return what the network holds now, oldest first, in a shape common to all networks."""
        raise NotImplementedError

    def headers_for(self, account: str) -> dict[str, str]:
        """Return the headers that every answer to this account carries."""
        return {}

    # ---- living

    def start(self) -> None:
        """Begin to answer."""
        self._listener.start()

    def stop(self) -> None:
        """Stop answering, and calling."""
        if self.bells:
            self.bells.stop()
        self._listener.stop()

    def now(self) -> float:
        """Return the stand-in's time."""
        return self.clock.now()

    def changed(self) -> None:
        """Say that what is kept has changed."""
        self.changes += 1

    def keep_file(self, content: bytes) -> str:
        """Keep bytes under their digest."""
        return self.files.keep(content)

    def setting(self, name: str) -> Any:
        """Return one setting in force."""
        return self.settings_now[name]

    # ---- answering

    def answer(self, request: Request) -> Reply:
        """Answer one request, with whatever fault is armed for it."""
        if request.path.startswith("/_"):
            return self._aside(request)
        pause = self.settings_now["answer_ms"] / 2000
        call = self.called(request)
        fault = self.faults.draw(call, lambda: self.account_of(request))
        if fault is not None and fault.kind == "slow":
            time.sleep(fault.ms / 1000)
        # Half the time before and half after: a client may die on either side of the commit.
        if pause:
            time.sleep(pause)
        if fault is not None and fault.kind == "cut_midway":
            request.came.cut(request.size // 2)
            self.broken(request)
            return Reply(send=0.0)
        with self.lock:
            reply = self._before(fault, request) if fault is not None else None
            if reply is None:
                reply = self._handle(request)
            self._note(request, reply, fault, call)
        if fault is not None and fault.kind in AFTER:
            reply = self._after(fault, reply)
        if pause:
            time.sleep(pause)
        return reply

    def broken(self, request: Request) -> None:
        """Take what came of a request whose line broke: something stays of it only where uploads can go on (`resumes`)."""
        with self.lock:
            call = self.called(request)
            reply = self._handle(request) if self.resumes and matches(self.resumes, call) else Reply(0)
            self._note(request, reply, None, call)

    def called(self, request: Request) -> str:
        """Return the call as faults and the record know it: `METHOD /path`, with more where one path has several phases."""
        return f"{request.method} {request.path}"

    def _before(self, fault: Fault, request: Request) -> Reply | None:
        ways: dict[str, Callable[[], Reply | None]] = {
            "reject_before_commit": lambda: self.error(fault.status or 503),
            "drop_before_commit": lambda: Reply(send=0.0),
            "rate_limited": lambda: self.limited(self.now() + fault.reset),
            "token_expired": lambda: self.expire(request, fault),
            "token_revoked": lambda: self.revoke(request, fault),
            "permission_lost": lambda: self.error(403),
            "html_error_page": lambda: _proxy_page(fault.status or 502),
        }
        way = ways.get(fault.kind)
        return way() if way else None

    def _after(self, fault: Fault, reply: Reply) -> Reply:
        match fault.kind:
            case "commit_then_drop":
                return Reply(send=0.0)
            case "commit_then_reset":
                return Reply(send=0.0, reset=True)
            case "commit_then_timeout":
                time.sleep(fault.ms / 1000)
            case "commit_then_5xx":
                return self.error(fault.status or 503)
            case "commit_then_html":
                return _proxy_page(fault.status or 502)
            case "partial_body":
                reply.send = 0.5
        return reply

    def _handle(self, request: Request) -> Reply:
        try:
            reply = self.route(request)
        except Said as said:
            reply = said.reply
        except Malformed:
            reply = self.error(400)
        reply.headers.update(self.headers_for(request.account))
        return reply

    def route(self, request: Request) -> Reply:
        """Answer by the path."""
        method = "GET" if request.method == "HEAD" else request.method
        handler = self._fixed.get(f"{method} {request.path}")
        if handler is not None:
            return handler(request)
        for verb, shape, shaped in self._shaped:
            if verb == method and (found := shape.fullmatch(request.path)):
                return shaped(request, **found.groupdict())
        return self.unrouted(request)

    def unrouted(self, request: Request) -> Reply:
        """Answer a path that the network does not have."""
        return self.error(404)

    def _routes(self) -> tuple[dict[str, Handler], list[tuple[str, re.Pattern[str], Handler]]]:
        fixed, shaped = {}, []
        for line, handler in self.routes().items():
            method, path = line.split(" ")
            if "{" in path:
                shape = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path))
                shaped.append((method, re.compile(shape), handler))
            else:
                fixed[line] = handler
        return fixed, shaped

    def _note(self, request: Request, reply: Reply, fault: Fault | None, call: str) -> None:
        self.requests_seen.append(
            {
                "call": call,
                "at": iso(self.now()),
                "method": request.method,
                "path": request.path,
                "query": _masked(request.search),
                "given": _given(request),
                "headers": {name: value for name, value in request.headers.items() if name not in SECRETS},
                "size": request.size,
                "account": request.account,
                "status": reply.status,
                "fault": fault.kind if fault else "",
            }
        )

    # ---- control

    def _plain_settings(self) -> dict[str, Any]:
        return {"answer_ms": 0, "lag_seconds": 0.0, "limits": True, **self.defaults}

    def arm(self, kind: str, match: str = "commit", **how: Any) -> None:
        """Arm a fault for calls that match `METHOD /path` (with * and ?), this network's `commit` or `prepare`, or for `RING field`."""
        pattern = {"commit": "RING *" if kind in RINGING else self.commit, "prepare": self.prepare, "any": "*"}.get(match, match)
        try:
            self.faults.arm(Fault(kind, pattern, **how))
        except TypeError as error:
            raise BadFault(str(error)) from error

    def disarm(self) -> None:
        """Forget all armed faults."""
        self.faults.disarm()

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Change settings and return all of them. Raises BadSetting."""
        with self.lock:
            if unknown := changes.keys() - self.settings_now.keys():
                raise BadSetting(f"no setting is called {', '.join(sorted(unknown))}; there are {', '.join(sorted(self.settings_now))}")
            self.settings_now.update(changes)
            self.changed()
            return dict(self.settings_now)

    def reset(self) -> None:
        """Forget everything: what was posted, accounts, faults, settings, the record, the clock."""
        with self.lock:
            self.faults.disarm()
            self.windows.clear()
            self.requests_seen.clear()
            self.files.clear()
            self.settings_now = self._plain_settings()
            self.clock.ahead = 0.0
            self.empty()
            if self.bells:
                self.bells.clear()
            self.changed()

    def requests(self, match: str = "*") -> list[dict[str, Any]]:
        """Return the recorded requests whose `METHOD /path` matches, in one of several patterns with ` | ` between them."""
        pattern = {"commit": self.commit, "prepare": self.prepare}.get(match, match)
        with self.lock:
            return [seen for seen in self.requests_seen if matches(pattern, seen["call"])]

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        self.clock.ahead += seconds

    def add_account(self, handle: str, **about: Any) -> Any:
        """Open an account and return what a client needs to enter."""
        raise NotImplementedError

    def add_post(self, account: str, text: str, **what: Any) -> dict[str, Any]:
        """Place a post as if it had been made at `at`; return it as `posts` does."""
        raise NotImplementedError

    def facts(self) -> dict[str, Any]:
        """Return what else a client must know, for those who start the sandbox from outside."""
        return {"url": self.url}

    def _aside(self, request: Request) -> Reply:
        """Answer the sandbox's own paths, which no real network has: the control and the style of its pages."""
        place, _, rest = request.path[1:].partition("/")
        if place == "_square" and request.method == "GET":
            return static(rest)
        if place != "_control":
            return self.error(404)
        try:
            with self.lock:
                if rest == "bells" and self.bells:
                    return as_json(self.bells.control(request.method, request.json() if request.size else {}))
                return self._control(request, rest)
        except (BadFault, BadSetting, KeyError, TypeError, ValueError, Malformed) as error:
            return as_json({"error": f"{type(error).__name__}: {error}"}, 400)

    def _control(self, request: Request, rest: str) -> Reply:
        given = request.json() if request.size else {}
        done: Any = {"ok": True}
        match f"{request.method} {rest}":
            case "GET posts":
                done = self.posts(request.asked("account"))
            case "POST posts":
                done = self.add_post(**given)
            case "GET faults":
                done = self.faults.shown()
            case "POST faults":
                self.arm(**given)
            case "DELETE faults":
                self.disarm()
            case "GET requests":
                done = self.requests(request.asked("match", "*"))
            case "GET settings" | "POST settings":
                done = self.settings(**given)
            case "POST accounts":
                done = self.add_account(**given)
            case act if act in self.ACTS:
                done = getattr(self, self.ACTS[act])(**given)
            case "POST reset":
                self.reset()
            case "POST clock":
                self.advance(float(given["advance"]))
            case _:
                return as_json({"error": "no such control; see sandbox/README.md"}, 404)
        return as_json(done)

    # ---- keeping

    def kept(self) -> dict[str, Any]:
        """Return what must survive a restart, ready for JSON."""
        with self.lock:
            plain = self._plain_settings()
            changed = {name: value for name, value in self.settings_now.items() if value != plain[name]}
            return {"state": self.state, "settings": changed, "clock": self.clock.ahead}

    def restore(self, kept: dict[str, Any], files: Iterable[bytes]) -> None:
        """Take back what `kept` returned."""
        with self.lock:
            self.state.update(kept["state"])
            self.settings(**kept.get("settings", {}))
            self.clock.ahead = kept["clock"]
            for content in files:
                self.keep_file(content)

    @contextmanager
    def at(self, moment: str) -> Iterator[None]:
        """Do something at another moment (empty: now)."""
        ahead, placing = self.clock.ahead, self.placing
        if moment:
            self.clock.ahead, self.placing = from_iso(moment) - time.time(), True
        try:
            yield
        finally:
            self.clock.ahead, self.placing = ahead, placing


def _masked(search: str) -> str:
    return re.sub(rf"(?<![^&])({SECRET.pattern})=[^&]*", r"\1=...", search)


def _given(request: Request) -> Any:
    """Return what a body held, for whoever compares it with what a network publishes: names and values, secrets and files left out."""
    kind = request.kind
    if not request.size or (request.size > MOST_GIVEN and kind != "multipart/form-data"):
        return None
    try:
        if kind == "application/json":
            return _without_secrets(request.json())
        if kind in FORMS:
            return _without_secrets({name: _plain(value) for name, value in fields(request).items()})
    except Malformed:
        return None
    return None


def _without_secrets(given: Any) -> Any:
    if not isinstance(given, dict):
        return given
    return {name: "..." if SECRET.fullmatch(name) else value for name, value in given.items()}


def _plain(value: Any) -> Any:
    return f"<{value.kind}, {len(value.body)} bytes>" if isinstance(value, Part) else value


def picture_bytes(given: Any) -> bytes:
    """Return the bytes of a picture given as bytes or, over the control, in base64."""
    return given if isinstance(given, bytes) else base64.b64decode(given, validate=True)


def static(name: str) -> Reply:
    """Return a file of the public page."""
    if re.fullmatch(r"[a-z]+\.(css|js|svg)", name):
        with suppress(FileNotFoundError):
            content = (resources.files("sandbox") / "static" / name).read_bytes()
            return Reply(200, content, {"cache-control": "no-cache"}, kind=TYPES[name.rpartition(".")[2]])
    return as_json({"error": "not found"}, 404)


def _proxy_page(status: int) -> Reply:
    title = f"{status} Bad Gateway"
    body = f"<center><h1>{title}</h1></center><hr><center>nginx</center>"
    page = f"<html>\r\n<head><title>{title}</title></head>\r\n<body>{body}</body>\r\n</html>"
    return Reply(status, page.encode(), kind="text/html")
