"""What the stand-ins of one family share: the Graph's errors, its fields and pages of lists, usage headers, versions, proofs."""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

from sandbox.faults import Fault, matches
from sandbox.graph_doors import GraphDoors
from sandbox.oauth import SETTINGS
from sandbox.server import Handler, Said, Stand
from sandbox.wire import Reply, Request, as_json, fields

if TYPE_CHECKING:
    from sandbox.graph_bells import GraphBells

VERSION = re.compile(r"/(v\d+\.\d)(?=/)")
DAY = 86_400
EVERYWHERE = frozenset(
    {"access_token", "appsecret_proof", "fields", "limit", "after", "before", "since", "until", "locale", "pretty", "debug", "summary"}
)
WORDS = {
    1: "An unknown error occurred",
    2: "Service temporarily unavailable",
    3: "Application does not have the capability to make this API call.",
    4: "Application request limit reached",
    10: "Application does not have permission for this action",
    12: "(#12) This endpoint is deprecated for this version of the API",
    100: "Invalid parameter",
    190: "Error validating access token: The session is invalid.",
    200: "Permissions error",
    368: "The action attempted has been deemed abusive or is otherwise disallowed",
    506: "Duplicate status message",
    613: "Calls to this api have exceeded the rate limit.",
    80001: "There have been too many calls to this Page account. Wait a bit and try again.",
    80002: "There have been too many calls to this Instagram account. Wait a bit and try again.",
}
# A webhook that fails is made again at once, then ever less often for thirty-six hours.
MINUTE, HOUR = 60.0, 3_600.0
PAUSES = (0.0, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 8 * HOUR, 8 * HOUR)
BY_STATUS = {400: 100, 401: 190, 403: 200, 500: 1, 502: 2, 503: 2, 504: 2}


@dataclass(frozen=True, slots=True)
class Asked:
    """One field that was asked for, with what was asked inside it."""

    name: str
    inside: tuple[Asked, ...] = ()


class GraphStand(Stand):
    """A stand-in that speaks the Graph's language."""

    doors: GraphDoors
    bells: GraphBells
    # The kind of the business limit in its header, and its error code.
    usage: ClassVar[str] = "pages"
    throttle: ClassVar[int] = 80001
    defaults: ClassVar[dict[str, Any]] = {
        **SETTINGS,
        "version": "v26.0",
        "sunset": [],
        "token_status": 400,
        "throttle_status": 400,
        "require_proof": False,
        "calls_a_day": 240_000,
        "testing": False,
        "lost_roles": [],
        "refuses": [],
        "ring_pauses": [*PAUSES],
    }

    def who_signs_in(self, account: str) -> str:
        """Return the id of whoever signs in for an account, or an empty string."""
        raise NotImplementedError

    # ---- words

    def failure(self, code: int, words: str = "", *, subcode: int = 0, status: int = 0, **more: Any) -> Said:
        """Return a refusal in the Graph's envelope, to be raised."""
        kind = "GraphMethodException" if code == 100 and subcode == 33 else "OAuthException"
        error: dict[str, Any] = {"message": words or WORDS.get(code, WORDS[1]), "type": kind, "code": code}
        if subcode:
            error["error_subcode"] = subcode
        error |= {"is_transient": code in (1, 2), **more, "fbtrace_id": secrets.token_urlsafe(8)}
        return Said(as_json({"error": error}, status or (500 if code in (1, 2) else 400)))

    def error(self, status: int, code: str = "", words: str = "") -> Reply:
        """Return an error by its status."""
        if status == 404:
            return self.failure(100, words or "Unsupported request. The object does not exist or cannot be loaded.", subcode=33).reply
        known = BY_STATUS.get(status, 1)
        return self.failure(known, words, status=self.setting("token_status") if known == 190 else status).reply

    def limited(self, until: float) -> Reply:
        """Return the answer to too many calls, with the minutes to wait in its header."""
        reply = self.failure(self.throttle, status=self.setting("throttle_status")).reply
        # Whole minutes, as they tell them; a fault of a few seconds, which no real network has, is told as it is.
        left = until - self.now()
        minutes = math.ceil(left / 60) if left >= 60 else round(max(left, 1) / 60, 3)
        reply.headers["X-Business-Use-Case-Usage"] = self._usage_of("0", 100, minutes)
        return reply

    def bad(self, words: str, **more: Any) -> Said:
        """Return the refusal of a parameter."""
        return self.failure(100, f"(#100) {words}", **more)

    def gone(self, name: str) -> Said:
        """Return the refusal of an id that leads nowhere."""
        words = f"Unsupported request. Object with ID '{name}' does not exist, cannot be loaded due to missing permissions"
        return self.failure(100, words, subcode=33)

    def _usage_of(self, account: str, percent: int, minutes: float = 0) -> str:
        told = {"type": self.usage, "call_count": percent, "total_cputime": percent // 2, "total_time": percent // 2}
        return json.dumps({account: [{**told, "estimated_time_to_regain_access": minutes}]})

    def headers_for(self, account: str) -> dict[str, str]:
        """Return what every answer carries: the version, a trace, and how much of each limit is used."""
        left, _ = self.windows.spend(account or "app", "calls", cost=0, most=self.setting("calls_a_day"), seconds=DAY, now=self.now())
        used = min(100, int(100 - 100 * max(left, 0) / self.setting("calls_a_day")))
        told = {"call_count": used, "total_time": used // 2, "total_cputime": used // 2}
        found = {
            "facebook-api-version": self.setting("version"),
            "x-fb-trace-id": secrets.token_urlsafe(8),
            "x-fb-rev": "1030000000",
            "X-App-Usage": json.dumps(told),
        }
        return {**found, "X-Business-Use-Case-Usage": self._usage_of(account, used)} if account else found

    # ---- ways

    def route(self, request: Request) -> Reply:
        """Answer by the path, with or without a version before it."""
        for pattern, code, subcode in self.setting("refuses"):
            if matches(pattern, self.called(request)):
                raise self.failure(code, subcode=subcode, error_user_msg=f"A person is told why (code {code}, {subcode}).")
        found, whole = VERSION.match(request.path), request.path
        if not found:
            return super().route(request)
        if found[1] in self.setting("sunset"):
            raise self.failure(12, f"(#12) Version {found[1]} is deprecated and no longer served")
        if float(found[1][1:]) > float(self.setting("version")[1:]):
            raise self.failure(2500, f"Unknown path components: /{found[1]}")
        try:
            request.path = whole[len(found[0]) :]
            return super().route(request)
        finally:
            request.path = whole

    def called(self, request: Request) -> str:
        """Return the call with its phase, for uploads whose phases share one path."""
        call = super().called(request)
        if request.method != "POST" or request.size > 100_000 or b"upload_phase" not in request.search.encode() + request.body:
            return call
        phase = self.given(request).get("upload_phase")
        return f"{call}?upload_phase={phase}" if phase else call

    def given(self, request: Request, allowed: Iterable[str] | None = None) -> dict[str, Any]:
        """Return what was given in the query and in the body; a name that is not `allowed` is refused."""
        found: dict[str, Any] = {name: values[-1] for name, values in request.query.items()}
        if request.kind in ("application/json", "application/x-www-form-urlencoded", "multipart/form-data"):
            found |= fields(request)
        if allowed is not None and (unknown := sorted({name.partition("[")[0] for name in found} - EVERYWHERE - {*allowed})):
            raise self.bad(f"Param {unknown[0]} is not one of this call's")
        return found

    # ---- who

    def enter(self, request: Request, *scopes: str) -> dict[str, Any]:
        """Return what is kept of the request's token: in force, with one of the scopes, proven where a proof is given or needed."""
        kept = self.doors.require(request)
        request.account = self.handle_of(kept["account"])
        self._check_proof(request, kept)
        if request.account in self.setting("lost_roles"):
            raise self.failure(190, "Error validating access token: The user must be an administrator of the page.", subcode=492)
        if scopes and not any(scope in kept["scopes"] for scope in scopes):
            raise self.doors.bad_token("scope", scopes[0])
        left, until = self.windows.spend(request.account, "calls", cost=1, most=self.setting("calls_a_day"), seconds=DAY, now=self.now())
        if left < 0 and self.setting("limits"):
            raise Said(self.limited(until))
        return kept

    def _check_proof(self, request: Request, kept: Mapping[str, Any]) -> None:
        proof = str(self.given(request).get("appsecret_proof", ""))
        if not proof and not self.setting("require_proof"):
            return
        secret = self.state["apps"][kept["client_id"]]["client_secret"]
        expected = hmac.new(secret.encode(), self.doors.token_in(request).encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(proof, expected):
            words = (
                "Invalid appsecret_proof provided in the API argument"
                if proof
                else "API calls from the server require an appsecret_proof argument"
            )
            raise self.failure(100, words)

    def handle_of(self, account: str) -> str:
        """Return the name by which the control knows the account of this id."""
        raise NotImplementedError

    def account_of(self, request: Request) -> str:
        """Return the account whose token this is, or an empty string."""
        kept = self.doors.holder(request)
        return self.handle_of(kept["account"]) if kept else ""

    def expire(self, request: Request, fault: Fault) -> Reply | None:
        """Make the token expired."""
        return self.doors.expire(request, fault)

    def revoke(self, request: Request, fault: Fault) -> Reply | None:
        """Take the authorisation away."""
        return self.doors.take_away(request, fault)

    # ---- ids and times

    def new_id(self) -> str:
        """Return a fresh id, a long number as theirs are."""
        self.state["made"] += 1
        return str(17_840_000_000_000_000 + self.state["made"] * 97)

    def visible(self, one: Mapping[str, Any]) -> bool:
        """Tell whether a listing shows this already."""
        return bool(self.now() - one["at"] >= self.setting("lag_seconds"))

    # ---- reading

    def picked(self, view: Mapping[str, Any], asked: Sequence[Asked], usual: Iterable[str] = ("id",)) -> dict[str, Any]:
        """Return the fields that were asked for, or the usual ones. A value may be a function, called only when it is asked for."""
        names = asked or [Asked(name) for name in usual]
        out: dict[str, Any] = {}
        for one in names:
            if one.name not in view:
                raise self.bad(f"Tried accessing nonexistent field ({one.name})")
            value = view[one.name]
            value = value() if callable(value) else value
            if value is not None:
                out[one.name] = self._inside(value, one.inside)
        return {**out, "id": view["id"]} if "id" in view else out

    def _inside(self, value: Any, asked: Sequence[Asked]) -> Any:
        if isinstance(value, list):
            return [self._inside(one, asked) for one in value]
        if not isinstance(value, dict) or not asked:
            return value
        if isinstance(value.get("data"), list | dict):
            return {**value, "data": self._inside(value["data"], asked)}
        return self.picked(value, asked)

    def shown(self, request: Request, view: Mapping[str, Any], usual: Iterable[str] = ("id",)) -> Reply:
        """Return a node as it was asked for."""
        return as_json(self.picked(view, asked_in(str(self.given(request).get("fields", ""))), usual))

    def listed(
        self, request: Request, held: Sequence[Mapping[str, Any]], view: Callable[[Any], Mapping[str, Any]], usual: Iterable[str] = ("id",)
    ) -> Reply:
        """Return one page of a list, newest first as given, cut by `since` and `until`, with cursors and the address of the next page."""
        given = self.given(request)
        since, until = (moment(str(given.get(name, "")), default) for name, default in (("since", 0.0), ("until", 1e12)))
        kept = [one for one in held if since <= one["at"] <= until]
        limit = min(max(1, int(given.get("limit", 25))), 100) if str(given.get("limit", 25)).isdigit() else 25
        after = str(given.get("after", ""))
        start = next((place + 1 for place, one in enumerate(kept) if one["id"] == after), 0)
        shown = kept[start : start + limit]
        wanted = asked_in(str(given.get("fields", "")))
        body: dict[str, Any] = {"data": [self.picked(view(one), wanted, usual) for one in shown]}
        if shown:
            body["paging"] = {"cursors": {"before": shown[0]["id"], "after": shown[-1]["id"]}}
            if start + limit < len(kept):
                asked = {**{n: v for n, v in given.items() if n != "appsecret_proof"}, "after": shown[-1]["id"]}
                body["paging"]["next"] = f"{self.url}/{self.setting('version')}{request.path}?{urlencode(asked)}"
        return as_json(body)


def asked_in(text: str) -> tuple[Asked, ...]:
    """Read `id,message,comments.limit(3){id,from}` as what it asks for."""
    found, rest = _asked_in(text)
    if rest:
        raise ValueError("the fields cannot be read")
    return found


def _asked_in(text: str) -> tuple[tuple[Asked, ...], str]:
    out: list[Asked] = []
    while text and text[0] != "}":
        name = re.match(r"\s*([\w]+)(?:\.[\w]+\([^)]*\))*", text)
        if not name:
            return tuple(out), text
        inside: tuple[Asked, ...] = ()
        text = text[name.end() :]
        if text.startswith("{"):
            inside, text = _asked_in(text[1:])
            text = text.removeprefix("}")
        out.append(Asked(name[1], inside))
        text = text.lstrip(", ")
    return tuple(out), text


def moment(text: str, default: float) -> float:
    """Read a moment as the Graph takes it: seconds since 1970, or ISO 8601."""
    if not text:
        return default
    if text.replace(".", "", 1).isdigit():
        return float(text)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return default
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def graph_time(at: float) -> str:
    """Return a moment as the Graph writes it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def signed(body: bytes, secret: str) -> str:
    """Return the header `X-Hub-Signature-256` of a webhook's raw body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def truth(value: Any, usual: bool = True) -> bool:
    """Read a flag as forms and JSON write it."""
    if value is None or value == "":
        return usual
    return value is True or str(value).lower() in ("1", "true", "yes")


Routes = dict[str, Handler]
