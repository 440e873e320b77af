"""What the networks of one family share: the Graph API's addresses, calls in an account's name, its errors, its limits, its tokens."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from parvis.core import clock
from parvis.core.http import Answer, Client, NotSent, Refused, Unknown, line, verdict
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Account, Check, Disconnected, Gauge, Wires
from parvis.networks.facts import Fact
from parvis.networks.meta_errors import CONNECT, GONE, MEND, PERMIT, trouble

READ = date(2026, 11, 23)
VERSION = Fact("v26.0", "the vendor’s own SDK of November 2026 (26.0.3): API_VERSION", READ)
LONG_TOKEN = "fb_exchange_token"  # noqa: S105 - the name of a grant
# A limit that the network counts over a rolling time gives no hour; it is looked at again after this one.
ROLLING = timedelta(hours=1)
SOON = timedelta(days=180)
YOUNG = timedelta(seconds=10)
PAGE, MOST_PAGES = 100, 30
SLOWEST = 40_000  # bytes a second: what a poor line carries


@dataclass(frozen=True, slots=True)
class Places:
    """Where the family's hosts are, and the version of the API (with its end, where whoever hosts Parvis has noted it)."""

    graph: str
    dialog: str
    uploads: str
    videos: str
    version: str
    ends: date | None = None

    def at(self, path: str, base: str = "") -> str:
        """Return the address of a path of the Graph."""
        return f"{base or self.graph}/{self.version}{path}"


def places(at: Mapping[str, str], **own: str) -> Places:
    """Return the addresses, `own` being the network's own hosts; `at["all"]` stands for every one, `at["version"]` for the version."""
    found = {name: at.get(name) or at.get("all") or host for name, host in own.items()}
    ends = at.get("version_ends", "")
    return Places(**found, version=at.get("version") or VERSION.value, ends=date.fromisoformat(ends) if ends else None)


def seconds_for(size: int) -> float:
    """Return how long the upload of so many bytes may take on a poor line."""
    return max(120.0, size / SLOWEST)


# ---- errors


def codes_of(answer: Answer) -> tuple[int, int]:
    """Return the code and the subcode of an error, 0 where there is none."""
    found = answer.mapping().get("error")
    error = found if isinstance(found, dict) else {}
    code, subcode = error.get("code"), error.get("error_subcode")
    return code if isinstance(code, int) else 0, subcode if isinstance(subcode, int) else 0


def is_gone(answer: Answer) -> bool:
    """Tell whether an answer says that what was named is not there (any more)."""
    code, subcode = codes_of(answer)
    return code in (100, 803) and subcode in GONE


def unseen(answer: Answer, began: float, settles: timedelta, gone: Refused) -> NotSent | Refused:
    """Say what it means that a publication to be commented on is not found: while it is young, that it does not show yet; else `gone`."""
    now = clock.now()
    if now.timestamp() - began > settles.total_seconds():
        return gone
    return NotSent(
        Say(gettext_noop("%(host)s does not show the publication yet; the comment follows."), {"host": answer.host}), now + YOUNG
    )


def said(answer: Answer) -> str:
    """Return the network's own sentence about an error, the one meant for a person first."""
    found = answer.mapping().get("error")
    error = found if isinstance(found, dict) else {}
    return line(error.get("error_user_msg")) or line(error.get("message"))


def failure(answer: Answer, *, commit: bool) -> Exception:
    """Say what an answer that is no success proves, by its codes; without any (a proxy's page), by its status."""
    code, subcode = codes_of(answer)
    meant = trouble(code, subcode)
    if not code:
        return verdict(answer, commit=commit)
    if meant is None:
        return _unlisted(answer, code, commit)
    why = Say(meant.why, {"host": answer.host})
    match meant.kind:
        case "dead":
            return Disconnected(why)
        case "refused":
            return Refused(why, Say(meant.cure))
        case "passing" | "twin" if commit:
            return Unknown(f"{answer.host} answered {answer.status}, code {code}: {said(answer)}")
    return NotSent(why, waits_until(answer) if meant.kind == "wait" else None)


def _unlisted(answer: Answer, code: int, commit: bool) -> Exception:
    if answer.status >= 500:
        return Unknown(f"{answer.host} answered {answer.status}, code {code}") if commit else verdict(answer, commit=False)
    text = gettext_noop("%(host)s refused it and said: “%(said)s”")
    return Refused(Say(text, {"host": answer.host, "said": said(answer)}), Say(MEND))


# ---- limits


def _percents(text: str) -> Iterator[tuple[str, float, float]]:
    """Yield what a usage header says: the kind of limit, the percentage used, the minutes until it can be used again."""
    try:
        found = json.loads(text)
    except ValueError:
        return
    whole = found if isinstance(found, dict) else {}
    entries = [one for listed in whole.values() if isinstance(listed, list) for one in listed if isinstance(one, dict)]
    for one in entries or [whole]:
        used = [one.get(name) for name in ("call_count", "total_cputime", "total_time")]
        numbers = [float(value) for value in used if isinstance(value, int | float)]
        minutes = one.get("estimated_time_to_regain_access")
        if numbers:
            yield str(one.get("type", "app")), max(numbers), float(minutes) if isinstance(minutes, int | float) else 0.0


def waits_until(answer: Answer) -> datetime:
    """Return the moment at which the network says that it can be called again; in an hour where it does not say."""
    told = [minutes for *_, minutes in _percents(answer.headers.get("x-business-use-case-usage", ""))]
    minutes = min(max(told, default=0.0), 1440.0)
    return clock.now() + (timedelta(minutes=minutes) if minutes else ROLLING)


def note_usage(answer: Answer, wires: Wires) -> None:
    """Note how much of each limit is used, as every answer says."""
    now = clock.now()
    for header, shared in (("x-app-usage", True), ("x-business-use-case-usage", False)):
        for kind, used, minutes in _percents(answer.headers.get(header, "")):
            until = now + (timedelta(minutes=min(minutes, 1440.0)) if minutes else ROLLING)
            wires.gauge("app" if shared else kind, Gauge(min(used, 100.0), 100.0, until, "percent", shared))


# ---- calls


def proof(token: str, secret: str) -> str:
    """Return the `appsecret_proof` of a token: that whoever holds it also holds the application's secret."""
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()


@dataclass(slots=True)
class Graph:
    """Calls in an account's name. Every one notes the limits, and raises what its answer proves where it is no success."""

    account: Account
    wires: Wires
    places: Places

    def call(self, method: str, path: str, *, commit: bool = False, base: str = "", **more: Any) -> dict[str, Any]:
        """Make one call and return its answer as an object. `path` begins with a slash; `base` is another host than the account's."""
        answer = self.answer(method, self.places.at(path, base or self.account.base), commit=commit, **more)
        found = answer.mapping()
        if answer.ok and found and "error" not in found:
            return found
        raise failure(answer, commit=commit)

    def answer(self, method: str, url: str, *, commit: bool = False, scheme: str = "Bearer", **more: Any) -> Answer:
        """Make one call to a whole address and return its answer, whatever it says."""
        tokens = self.wires.tokens.current()
        head = {"authorization": f"{scheme} {tokens.get('access', '')}", **more.pop("headers", {})}
        if scheme == "Bearer" and tokens.get("secret"):
            where = "data" if "data" in more or "files" in more else "params"
            more[where] = {**(more.get(where) or {}), "appsecret_proof": proof(str(tokens["access"]), str(tokens["secret"]))}
        make = self.wires.http.call if commit else self.wires.http.ask
        answer = make(method, url, headers=head, **more)
        note_usage(answer, self.wires)
        return answer

    def pages(self, path: str, fields: str, most: int = MOST_PAGES, **asked: Any) -> Iterator[Mapping[str, Any]]:
        """Yield what a list holds, page after page by its cursors."""
        params = {"fields": fields, "limit": PAGE, **asked}
        for _ in range(most):
            found = self.call("GET", path, params=params)
            listed = found.get("data")
            yield from (one for one in listed or [] if isinstance(one, dict))
            after = after_of(found)
            if not listed or not after:
                return
            params = {**params, "after": after}
        raise Endless


class Endless(Exception):
    """A list that is longer than anybody may read."""


def after_of(found: Mapping[str, Any]) -> str:
    """Return the cursor of a list's next page, or nothing at its end."""
    paging = found.get("paging")
    if not isinstance(paging, dict) or not paging.get("next"):
        return ""
    cursors = paging.get("cursors")
    return str(cursors.get("after", "")) if isinstance(cursors, dict) else ""


# ---- doors


def dialog(where: str, client: Mapping[str, Any] | None) -> tuple[str, str]:
    """Return the two values of the company's application, or say what to do first."""
    name, secret = str((client or {}).get("client_id", "")).strip(), str((client or {}).get("client_secret", "")).strip()
    if not name or not secret:
        text = gettext_noop("%(host)s asks for an application of your own before it lets an account be connected.")
        raise Refused(Say(text, {"host": where}), Say(gettext_noop("Copy its two values here first, as the steps say.")))
    return name, secret


def exchanged(http: Client, method: str, url: str, **more: Any) -> dict[str, Any]:
    """Make one call of the code flow and return what it gave; a refusal says what to do."""
    answer = http.ask(method, url, **more)
    found = answer.mapping()
    if answer.ok and isinstance(found.get("access_token"), str) and found["access_token"]:
        return found
    code, _ = codes_of(answer)
    words = said(answer) or line(found.get("error_message"))
    if code in (1, 101) or "secret" in words.lower():
        text = gettext_noop("%(host)s does not know this application, or its secret is another one.")
        raise Refused(Say(text, {"host": answer.host}), Say(gettext_noop("Copy the two values of your application again.")))
    if answer.status >= 500 or answer.status == 429 or not words:
        raise verdict(answer, commit=False)
    text = gettext_noop("%(host)s did not give its permission and said: “%(said)s”")
    raise Refused(Say(text, {"host": answer.host, "said": words}), Say(gettext_noop("Start the connection again from Parvis.")))


def owned_pages(http: Client, base: Places, token: str, secret: str, fields: str) -> list[Mapping[str, Any]]:
    """Return every page of a person that has a token of its own, with the fields asked for."""
    head = {"authorization": f"Bearer {token}"}
    asked = {"fields": fields, "limit": PAGE, "appsecret_proof": proof(token, secret)}
    pages: list[Mapping[str, Any]] = []
    for _ in range(MOST_PAGES):
        answer = http.ask("GET", base.at("/me/accounts"), headers=head, params=asked)
        found = answer.mapping()
        if not answer.ok or not isinstance(found.get("data"), list):
            raise failure(answer, commit=False)
        pages += [page for page in found["data"] if isinstance(page, dict) and page.get("access_token")]
        after = after_of(found)
        if not after:
            return pages
        asked = {**asked, "after": after}
    return pages


def debugged(http: Client, base: Places, host: str, token: str, app: tuple[str, str]) -> dict[str, Any]:
    """Return what the network says of a token: its scopes, its ends; nothing where it says nothing."""
    params = {"input_token": token, "access_token": f"{app[0]}|{app[1]}"}
    answer = http.ask("GET", base.at("/debug_token", host), params=params)
    found = answer.mapping().get("data")
    return found if answer.ok and isinstance(found, dict) else {}


def moment(seconds: Any) -> datetime | None:
    """Return a moment that the network gives in seconds since 1970; 0 means without end."""
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not 0 < seconds < 1e11:
        return None
    return datetime.fromtimestamp(seconds, UTC)


# ---- readiness

Needs = Sequence[tuple[str, Say, Literal["bad", "limited"]]]


def scope_checks(granted: Sequence[str], needs: Needs) -> list[Check]:
    """Say of each permission that is missing what does not work without it."""
    missing = [(scope, what, level) for scope, what, level in needs if scope not in granted]
    if not missing:
        return [Check("scopes", "good", Say(gettext_noop("All permissions are there.")))]
    text = gettext_noop("The permission %(scope)s is missing: %(what)s")
    return [Check(f"scope:{scope}", level, Say(text, {"scope": scope, "what": what}), Say(PERMIT)) for scope, what, level in missing]


def end_checks(found: Mapping[str, Any], now: datetime) -> list[Check]:
    """Say when the authorisation ends, and when the network will want it confirmed."""
    if found and not found.get("is_valid", True):
        return [Check("token", "bad", Say(gettext_noop("The network no longer accepts this connection.")), Say(CONNECT))]
    checks = []
    ends, data = moment(found.get("expires_at")), moment(found.get("data_access_expires_at"))
    if ends is not None:
        text = gettext_noop("The connection ends on %(date)s.")
        level: Literal["good", "limited"] = "limited" if ends - now < timedelta(days=14) else "good"
        checks.append(Check("ends", level, Say(text, {"date": ends.date().isoformat()}), Say(CONNECT) if level != "good" else None))
    if data is not None and data - now < timedelta(days=14):
        text = gettext_noop("The network wants this connection confirmed before %(date)s.")
        checks.append(Check("data", "limited", Say(text, {"date": data.date().isoformat()}), Say(CONNECT)))
    return checks


def version_checks(places: Places, answered: str, now: datetime) -> list[Check]:
    """Say whether the version of the API is still served: a network that drops it answers with a later one."""
    update = Say(gettext_noop("Bring Parvis up to date, or ask whoever hosts it to set a newer version of this network's API."))
    if answered and answered != places.version:
        text = gettext_noop("The network answers with version %(answered)s of its API instead of %(asked)s.")
        return [Check("version", "limited", Say(text, {"answered": answered, "asked": places.version}), update)]
    if places.ends is not None and places.ends - now.date() < SOON:
        text = gettext_noop("Version %(asked)s of the network's API ends on %(date)s.")
        return [Check("version", "limited", Say(text, {"asked": places.version, "date": places.ends.isoformat()}), update)]
    return [Check("version", "good", Say(gettext_noop("Version %(asked)s of the network's API is served."), {"asked": places.version}))]


def testing_check() -> Check:
    """Say what cannot be read: whether the application is in testing mode, in which only its own people see what is published."""
    text = gettext_noop("While your application is in development mode, only people with a role in it see what is published.")
    cure = Say(gettext_noop("On the application's page, switch it to “Live” once your first publication has arrived."))
    return Check("mode", "unknown", Say(text), cure, asked=True)
