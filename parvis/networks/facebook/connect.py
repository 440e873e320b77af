"""How a page of Facebook is connected and kept alive: the dialog, a long token of the person, the tokens of their pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from parvis.core import clock
from parvis.core.http import Client, Refused, address, identifier, line
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Account, Begun, Check, Found, Wires
from parvis.networks.facebook.ear import RING
from parvis.networks.meta import (
    LONG_TOKEN,
    Graph,
    Needs,
    Places,
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
from parvis.networks.meta_bell import PAGE, announce, install

SCOPES = (
    "pages_show_list", "pages_manage_posts", "pages_read_engagement", "pages_read_user_content", "pages_manage_engagement",
    "pages_messaging", "pages_manage_metadata", "read_insights",
)  # fmt: skip
PAGE_FIELDS = "id,name,username,link,picture{url}"
FIELDS = f"{PAGE_FIELDS},access_token,tasks"
NEEDS: Needs = (
    ("pages_manage_posts", Say(gettext_noop("nothing can be published.")), "bad"),
    ("pages_read_engagement", Say(gettext_noop("what is published cannot be read again, so a doubt cannot be settled.")), "bad"),
    ("pages_manage_engagement", Say(gettext_noop("no first comment can be written, and no comment answered or hidden.")), "limited"),
    ("pages_read_user_content", Say(gettext_noop("comments of your customers cannot be read.")), "limited"),
    ("pages_messaging", Say(gettext_noop("private messages cannot be read or answered.")), "limited"),
    (
        "pages_manage_metadata",
        Say(gettext_noop("the network does not say at once that somebody wrote: it is read a few minutes later.")),
        "limited",
    ),
    ("read_insights", Say(gettext_noop("figures cannot be read.")), "limited"),
)
WRITES = "CREATE_CONTENT"


@dataclass(frozen=True, slots=True)
class Dialog:
    """The door of Facebook."""

    places: Places

    def enter(self, http: Client, identifier: str, password: str) -> Found:
        """Not a door of this network."""
        raise NotImplementedError

    def begin(self, http: Client, host: str, redirect_uri: str, state: str, client: Mapping[str, Any] | None) -> Begun:
        """Say where the person is to be sent, with the company's own application."""
        name, secret = dialog("Facebook", client)
        asked = {"client_id": name, "redirect_uri": redirect_uri, "state": state, "scope": ",".join(SCOPES), "response_type": "code"}
        memory = {"client_id": name, "client_secret": secret, "redirect_uri": redirect_uri}
        return Begun(f"{self.places.dialog}/{self.places.version}/dialog/oauth?{urlencode(asked)}", memory, dict(client or {}))

    def finish(self, http: Client, memory: Mapping[str, Any], code: str) -> Found | tuple[Found, ...]:
        """Exchange the code for a long token, and offer every page on which the person may publish."""
        app = {name: str(memory[name]) for name in ("client_id", "client_secret")}
        url = self.places.at("/oauth/access_token")
        short = exchanged(http, "GET", url, params={**app, "redirect_uri": memory["redirect_uri"], "code": code})
        asked = {**app, "grant_type": LONG_TOKEN, LONG_TOKEN: short["access_token"]}
        long = str(exchanged(http, "GET", url, params=asked)["access_token"])
        pages = [page for page in owned_pages(http, self.places, long, app["client_secret"], FIELDS) if WRITES in (page.get("tasks") or ())]
        if not pages:
            raise Refused(
                Say(gettext_noop("%(host)s shows no page on which this person may publish."), {"host": "Facebook"}),
                Say(gettext_noop("Connect again and tick the page; whoever runs it must give you the task “Content”.")),
            )
        found = tuple(self._found(http, page, app) for page in pages)
        return found[0] if len(found) == 1 else found

    def _found(self, http: Client, page: Mapping[str, Any], app: Mapping[str, str]) -> Found:
        token = str(page["access_token"])
        told = debugged(http, self.places, self.places.graph, token, (app["client_id"], app["client_secret"]))
        tokens = {"access": token, "secret": app["client_secret"], "client_id": app["client_id"]}
        return Found(self.account(page, self.places.graph), tokens, moment(told.get("expires_at")))

    def account(self, page: Mapping[str, Any], base: str) -> Account:
        """Return the account that a page is."""
        name, handle = line(page.get("name")), line(page.get("username"), 100)
        picture = page.get("picture")
        shown = picture.get("data") if isinstance(picture, dict) else None
        return Account(
            network="facebook",
            base=base,
            remote_id=identifier(page.get("id")),
            handle=handle or name,
            name=name,
            url=address(page.get("link")),
            avatar=address(shown.get("url")) if isinstance(shown, dict) else "",
        )

    def visit(self, account: Account, wires: Wires) -> Account:
        """Read the page again, and ask once more to be told of what is written there; without that right, it is read all the same."""
        graph = Graph(account, wires, self.places)
        page = graph.call("GET", f"/{account.remote_id}", params={"fields": PAGE_FIELDS})
        install(graph, account.remote_id)
        announce(graph, RING, PAGE)
        return self.account(page, account.base)

    def readiness(self, account: Account, wires: Wires) -> tuple[Check, ...]:
        """Say what works on this page: permissions, the life of the connection, the version of the API."""
        graph, now, tokens = Graph(account, wires, self.places), clock.now(), wires.tokens.current()
        url = self.places.at(f"/{account.remote_id}", account.base)
        answer = graph.answer("GET", url, params={"fields": "id,is_published"})
        if not answer.ok:
            raise failure(answer, commit=False)
        told = debugged(wires.http, self.places, account.base, str(tokens["access"]), (str(tokens["client_id"]), str(tokens["secret"])))
        checks = [*scope_checks(told.get("scopes") or (), NEEDS), *end_checks(told, now)]
        checks += version_checks(self.places, answer.headers.get("facebook-api-version", ""), now)
        if answer.mapping().get("is_published") is False:
            text = gettext_noop("The page itself is not published: nobody sees it.")
            checks.append(Check("page", "limited", Say(text), Say(gettext_noop("Publish the page in its settings there."))))
        return (*checks, testing_check())
