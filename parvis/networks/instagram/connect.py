"""How a professional account is connected and kept alive: through the page that it is linked to, or by Instagram's own login."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from parvis.core import clock
from parvis.core.http import Client, Refused, address, identifier, line
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Account, Begun, Check, Disconnected, Found, Wires
from parvis.networks.instagram.ear import RING
from parvis.networks.instagram.hosts import DIRECT, PAGE, Hosts
from parvis.networks.meta import (
    LONG_TOKEN,
    Graph,
    Needs,
    debugged,
    dialog,
    end_checks,
    exchanged,
    failure,
    moment,
    owned_pages,
    scope_checks,
    testing_check,
    version_checks,
)
from parvis.networks.meta_bell import announce, install, installed

SCOPES = {
    PAGE: (
        "instagram_basic", "instagram_content_publish", "instagram_manage_comments", "instagram_manage_messages",
        "instagram_manage_insights", "pages_show_list", "pages_read_engagement", "pages_manage_metadata",
    ),
    DIRECT: (
        "instagram_business_basic", "instagram_business_content_publish", "instagram_business_manage_comments",
        "instagram_business_manage_messages", "instagram_business_manage_insights",
    ),
}  # fmt: skip
NOTHING = Say(gettext_noop("nothing can be published."))
NO_COMMENT = Say(gettext_noop("no first comment can be written, and comments of your customers cannot be read."))
NO_MESSAGES = Say(gettext_noop("private messages cannot be read or answered."))
NO_NEWS = Say(gettext_noop("the network does not say at once that somebody wrote: it is read a few minutes later."))
NO_FIGURES = Say(gettext_noop("figures cannot be read."))
NEEDS: Mapping[str, Needs] = {
    way: (
        (prefix + "content_publish", NOTHING, "bad"),
        (prefix + "manage_comments", NO_COMMENT, "limited"),
        (prefix + "manage_messages", NO_MESSAGES, "limited"),
        *((("pages_manage_metadata", NO_NEWS, "limited"),) if way == PAGE else ()),
        (prefix + "manage_insights", NO_FIGURES, "limited"),
    )
    for way, prefix in ((PAGE, "instagram_"), (DIRECT, "instagram_business_"))
}
FIELDS = "id,username,name,profile_picture_url"
# What an account tells the application by webhook.
TOLD, LESS = "comments,mentions,messages", "comments,messages"
# A token of Instagram's own login is renewed while it serves, never before it is a day old.
RENEW_BEFORE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Logins:
    """The two doors of Instagram behind one."""

    hosts: Hosts

    def enter(self, http: Client, identifier: str, password: str) -> Found:
        """Not a door of this network."""
        raise NotImplementedError

    def begin(self, http: Client, host: str, redirect_uri: str, state: str, client: Mapping[str, Any] | None) -> Begun:
        """Say where the person is to be sent. The company's application may say `way`: "page" or "direct"."""
        name, secret = dialog("Instagram", client)
        way = str((client or {}).get("way") or self.hosts.way)
        asked = {"client_id": name, "redirect_uri": redirect_uri, "state": state, "response_type": "code", "scope": ",".join(SCOPES[way])}
        memory = {"client_id": name, "client_secret": secret, "redirect_uri": redirect_uri, "way": way}
        family = self.hosts.family
        place = f"{self.hosts.authorize}/oauth/authorize" if way == DIRECT else f"{family.dialog}/{family.version}/dialog/oauth"
        return Begun(f"{place}?{urlencode(asked)}", memory, dict(client or {}))

    def finish(self, http: Client, memory: Mapping[str, Any], code: str) -> Found | tuple[Found, ...]:
        """Exchange the code, and offer every professional account that it leads to."""
        return self._direct(http, memory, code) if memory["way"] == DIRECT else self._through_pages(http, memory, code)

    def _through_pages(self, http: Client, memory: Mapping[str, Any], code: str) -> Found | tuple[Found, ...]:
        app = {name: str(memory[name]) for name in ("client_id", "client_secret")}
        family = self.hosts.family
        url = family.at("/oauth/access_token")
        short = exchanged(http, "GET", url, params={**app, "redirect_uri": memory["redirect_uri"], "code": code})
        asked = {**app, "grant_type": LONG_TOKEN, LONG_TOKEN: short["access_token"]}
        long = str(exchanged(http, "GET", url, params=asked)["access_token"])
        pages = owned_pages(http, family, long, app["client_secret"], f"id,access_token,instagram_business_account{{{FIELDS}}}")
        linked = [page for page in pages if isinstance(page.get("instagram_business_account"), dict)]
        if not linked:
            raise Refused(
                Say(gettext_noop("None of the pages that you chose is linked to a professional Instagram account.")),
                Say(gettext_noop("Link the account to the page, as the steps say, then connect again and choose both.")),
            )
        found = tuple(self._of_page(http, page, app) for page in linked)
        return found[0] if len(found) == 1 else found

    def _of_page(self, http: Client, page: Mapping[str, Any], app: Mapping[str, str]) -> Found:
        token, family = str(page["access_token"]), self.hosts.family
        told = debugged(http, family, family.graph, token, (app["client_id"], app["client_secret"]))
        tokens = {"access": token, "secret": app["client_secret"], "client_id": app["client_id"]}
        account = self.account(page["instagram_business_account"], family.graph, {"way": PAGE})
        return Found(account, tokens, moment(told.get("expires_at")))

    def _direct(self, http: Client, memory: Mapping[str, Any], code: str) -> Found:
        app = {name: str(memory[name]) for name in ("client_id", "client_secret")}
        asked = {**app, "grant_type": "authorization_code", "redirect_uri": memory["redirect_uri"], "code": code}
        short = exchanged(http, "POST", f"{self.hosts.tokens}/oauth/access_token", data=asked)
        asked = {"grant_type": "ig_exchange_token", "client_secret": app["client_secret"], "access_token": short["access_token"]}
        long = exchanged(http, "GET", f"{self.hosts.direct}/access_token", params=asked)
        tokens = {"access": str(long["access_token"]), "until": _until(long), "since": clock.now().isoformat()}
        head = {"authorization": f"Bearer {tokens['access']}"}
        place = self.hosts.family.at("/me", self.hosts.direct)
        answer = http.ask("GET", place, headers=head, params={"fields": f"user_id,{FIELDS.partition(',')[2]}"})
        if not answer.ok:
            raise failure(answer, commit=False)
        scopes = short.get("permissions")
        granted = scopes if isinstance(scopes, list) else str(scopes or "").split(",")
        found = answer.mapping()
        return Found(self.account({**found, "id": found.get("user_id")}, self.hosts.direct, {"way": DIRECT, "scopes": granted}), tokens)

    def account(self, found: Mapping[str, Any], base: str, limits: Mapping[str, Any]) -> Account:
        """Return the account that the network describes."""
        handle = line(found.get("username"), 100)
        return Account(
            network="instagram",
            base=base,
            remote_id=identifier(found.get("id")),
            handle=handle,
            name=line(found.get("name")) or handle,
            url=address(f"{self.hosts.web}/{handle}/"),
            avatar=address(found.get("profile_picture_url")),
            limits=dict(limits),
        )

    def visit(self, account: Account, wires: Wires) -> Account:
        """Read the account again, renew its authorisation where it must be, and ask once more to be told of what is written there."""
        stay_alive(account, wires, self.hosts)
        graph = Graph(account, wires, self.hosts.family)
        found = graph.call("GET", f"/{account.remote_id}", params={"fields": FIELDS})
        if account.limits.get("way") == DIRECT:
            # Its application's address is registered by a person: the call for that wants the values of the application around it.
            install(graph, "me", (TOLD, LESS))
        else:
            # The page speaks for the account that is linked to it, once it tells anything; what else it was asked to tell stays.
            if not installed(graph, "me"):
                install(graph, "me")
            announce(graph, RING, TOLD)
        return self.account({**found, "id": account.remote_id}, account.base, account.limits)

    def readiness(self, account: Account, wires: Wires) -> tuple[Check, ...]:
        """Say what works on this account: permissions, the life of the connection, the day's publications, the version of the API."""
        graph, now, tokens = Graph(account, wires, self.hosts.family), clock.now(), wires.tokens.current()
        url = graph.places.at(f"/{account.remote_id}/content_publishing_limit", account.base)
        answer = graph.answer("GET", url, params={"fields": "quota_usage,config"})
        if account.limits.get("way") == DIRECT:
            checks = scope_checks(account.limits.get("scopes") or (), NEEDS[DIRECT])
        else:
            told = debugged(
                wires.http, graph.places, account.base, str(tokens["access"]), (str(tokens["client_id"]), str(tokens["secret"]))
            )
            checks = [*scope_checks(told.get("scopes") or (), NEEDS[PAGE]), *end_checks(told, now)]
        if answer.ok:
            used, most = quota(answer.mapping())
            text = gettext_noop("%(used)s of the %(most)s publications of a day are used.")
            level = "good" if used < most else "limited"
            checks.append(Check("quota", level, Say(text, {"used": used, "most": most})))  # type: ignore[arg-type]
        elif isinstance(problem := failure(answer, commit=False), Disconnected):
            raise problem
        checks += version_checks(graph.places, answer.headers.get("facebook-api-version", ""), now)
        return (*checks, testing_check())


def quota(found: Mapping[str, Any]) -> tuple[int, int]:
    """Return how many publications of the last day are used and how many there may be; the account's own figure, never a fixed one."""
    listed = found.get("data")
    first: Any = listed[0] if isinstance(listed, list) and listed else {}
    config = first.get("config") if isinstance(first, dict) else None
    most = config.get("quota_total") if isinstance(config, dict) else None
    used = first.get("quota_usage") if isinstance(first, dict) else None
    return int(used) if isinstance(used, int) else 0, int(most) if isinstance(most, int) and most > 0 else 50


def _until(found: Mapping[str, Any]) -> str:
    lasts = found.get("expires_in")
    return (clock.now() + timedelta(seconds=lasts if isinstance(lasts, int) else 0)).isoformat()


def stay_alive(account: Account, wires: Wires, hosts: Hosts) -> None:
    """Renew a token of Instagram's own login in its last month. Through a page there is nothing to renew."""
    tokens = wires.tokens.current()
    until = tokens.get("until")
    if not until or datetime.fromisoformat(str(until)) - clock.now() > RENEW_BEFORE:
        return

    def renew(stale: Mapping[str, Any]) -> Mapping[str, Any]:
        asked = {"grant_type": "ig_refresh_token", "access_token": stale["access"]}
        answer = wires.http.ask("GET", f"{account.base}/refresh_access_token", params=asked)
        found = answer.mapping()
        if answer.ok and isinstance(found.get("access_token"), str):
            return {**stale, "access": found["access_token"], "until": _until(found), "since": clock.now().isoformat()}
        problem = failure(answer, commit=False)
        raise Disconnected.by(answer.host, line(str(problem))) if isinstance(problem, Refused) else problem

    wires.tokens.renewed(tokens, renew)
