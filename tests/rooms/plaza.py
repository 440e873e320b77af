"""A network of pages that wants an application of the company's own: two networks of one family, whose login opens several pages.

It stands in the settings as any network does; what it would answer is set by a test. Nothing here opens a connection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.test import Client
from django.urls import reverse

from parvis.channels.connecting import where_to
from parvis.channels.models import Connecting
from parvis.core.http import Client as Http
from parvis.core.http import Refused
from parvis.core.say import Say
from parvis.networks.contract import Account, Begun, Check, Connector, Found, Gauge, Network, Wires
from parvis.networks.facts import AppRule, Guide, Mark, Parcel, Price, Spec
from parvis.networks.fake.spec import SPEC
from parvis.networks.fake.wire import Posting

APP_ID, APP_SECRET = "1357924680", "f3a9c0de-secret-7788"
RULE = AppRule("plaza", "Plaza App ID", "Plaza App secret", "https://plaza.example/apps")
GUIDE = Guide(
    asks=Say("Your page"),
    like=(),
    steps=(Say("Open the page of applications."), Say("Paste %(back)s as the return address."), Say("Copy the two values here.")),
)
GOOD = Check("publish", "good", Say("Publishing works."))
BAD = Check(
    "role", "bad", Say("You no longer manage this page."), Say("Ask its owner to give you the role again."), "https://plaza.example/roles"
)


@dataclass
class Plaza:
    """What the network would answer; `given` is what it was given of the application."""

    key: str = "plaza"
    pages: tuple[str, ...] = ("boulangerie",)
    ends_at: datetime | None = None
    checks: tuple[Check, ...] | Exception = (GOOD,)
    visits: Exception | None = None
    gauges: dict[str, Gauge] = field(default_factory=dict)
    given: list[Mapping[str, Any] | None] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def enter(self, http: Http, identifier: str, password: str) -> Found:
        raise NotImplementedError

    def begin(self, http: Http, host: str, redirect_uri: str, state: str, client: Mapping[str, Any] | None) -> Begun:
        self.given.append(client)
        assert client is not None
        asked = urlencode({"client_id": client["client_id"], "redirect_uri": redirect_uri, "state": state})
        return Begun(f"https://plaza.example/authorize?{asked}", {**client, "redirect_uri": redirect_uri}, client)

    def finish(self, http: Http, memory: Mapping[str, Any], code: str) -> Found | tuple[Found, ...]:
        if code == "used":
            raise Refused(Say("Plaza says that this code was used."), Say("Start again."))
        found = tuple(Found(self._account(page), {"token": f"token-of-{page}", **memory}, self.ends_at) for page in self.pages)
        return found[0] if len(found) == 1 else found

    def visit(self, account: Account, wires: Wires) -> Account:
        self.asked.append(f"visit {account.remote_id}")
        if self.visits:
            raise self.visits
        for name, gauge in self.gauges.items():
            wires.gauge(name, gauge)
        return account

    def readiness(self, account: Account, wires: Wires) -> tuple[Check, ...]:
        self.asked.append(f"readiness {account.remote_id}")
        if isinstance(self.checks, Exception):
            raise self.checks
        return self.checks

    def _account(self, page: str) -> Account:
        return Account(self.key, f"https://{self.key}.example", page, page, page.capitalize(), f"https://{self.key}.example/{page}")


def network(door: Plaza, *, billed: bool = False, **facts: Any) -> Network:
    """Return the network of this door."""
    spec: Spec = replace(
        SPEC, key=door.key, name=door.key.capitalize(), mark=Mark("Pl", "tile-slate"), door="oauth", guide=GUIDE,
        price=price if billed else None, **{"app": RULE, **facts},
    )  # fmt: skip
    return Network(spec, door, connector, lambda now: "key")


def price(parcel: Parcel) -> Price:
    return Price(15_000, Say("It has no link."))


def connector(account: Account, wires: Wires) -> Connector:
    return Posting(account, wires)


# ---- what a person does


def keep(client: Client, key: str = "plaza", company: str = "lenoir", **typed: str) -> Any:
    given = {"client_id": APP_ID, "client_secret": APP_SECRET} | typed
    return client.post(reverse("app-keep", args=[company, key]), given)


def begin(client: Client, key: str = "plaza", company: str = "lenoir", mends: int | None = None) -> dict[str, str]:
    """Press connect, and return what the network is asked."""
    page = reverse("connect", args=[company, key]) if mends is None else reverse("channel-mend", args=[company, mends])
    answer = client.post(page, {"csrfmiddlewaretoken": "x"})
    assert answer.status_code == 303, answer.content.decode()
    flow = Connecting.objects.order_by("-id").first()
    assert flow is not None
    return {name: values[0] for name, values in parse_qs(urlsplit(where_to(flow)["url"]).query).items()}


def come_back(client: Client, asked: Mapping[str, str], code: str = "fresh") -> Any:
    return client.get(reverse("connect-return"), {"state": asked["state"], "code": code})


def connect(client: Client, key: str = "plaza", mends: int | None = None) -> Any:
    return come_back(client, begin(client, key, mends=mends))
