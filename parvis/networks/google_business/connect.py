"""How a place is connected: Google's code flow, then the choice among the places that the account manages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from parvis.core.http import Answer, Client, NotSent, Refused, address, line
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Account, Begun, Check, Found, Wires
from parvis.networks.google import Permission, Session, lasting
from parvis.networks.google_business.guide import ACCESS
from parvis.networks.google_business.words import NO_POSTS, NOT_OPEN, judge

SCOPE = "https://www.googleapis.com/auth/business.manage"
MASK = "name,title,storefrontAddress,metadata"
PAGE, MOST_PAGES = "100", 20
NO_PLACE = Say(gettext_noop("This Google account manages no establishment."))
NO_PLACE_CURE = Say(
    gettext_noop("Connect with the Google account that manages the listing, or ask its owner to add this one as a manager.")
)


@dataclass(frozen=True, slots=True)
class Places:
    """The door of Google Business. `accounts`, `info` and `posts` are where its three services answer."""

    permission: Permission
    accounts: str
    info: str
    posts: str

    def enter(self, http: Client, identifier: str, password: str) -> Found:
        """Not a door of this network."""
        raise NotImplementedError

    def begin(self, http: Client, host: str, redirect_uri: str, state: str, client: Mapping[str, Any] | None) -> Begun:
        """Say where the person is to be sent."""
        return self.permission.begin(redirect_uri, state, client)

    def finish(self, http: Client, memory: Mapping[str, Any], code: str) -> Found | tuple[Found, ...]:
        """Exchange the code, and read every place of every account that it opens."""
        tokens, ends_at = self.permission.exchange(http, memory, code)
        head = {"authorization": f"Bearer {tokens['access']}"}
        found = []
        for one in _pages(http, f"{self.accounts}/v1/accounts", "accounts", {}, head):
            parent = line(one.get("name"), 100)
            listed = _pages(http, f"{self.info}/v1/{parent}/locations", "locations", {"readMask": MASK, "pageSize": PAGE}, head)
            found += [Found(self._account(parent, place), tokens, ends_at) for place in listed]
        if not found:
            raise Refused(NO_PLACE, NO_PLACE_CURE)
        return found[0] if len(found) == 1 else tuple(found)

    def visit(self, account: Account, wires: Wires) -> Account:
        """Read the place again."""
        answer = self._read(account, wires)
        if not answer.ok or not answer.mapping().get("name"):
            raise judge(answer, commit=False)
        return self._account(account.remote_id.partition("/locations/")[0], answer.mapping())

    def readiness(self, account: Account, wires: Wires) -> tuple[Check, ...]:
        """Say whether Google opened its interface, whether the place may have posts, how long the permission lasts."""
        answer = self._read(account, wires)
        return (*_checks(answer), lasting(wires))

    def _read(self, account: Account, wires: Wires) -> Answer:
        return Session(wires).call("GET", f"{self.info}/v1/{place_of(account)}", params={"readMask": MASK})

    def _account(self, parent: str, place: Mapping[str, Any]) -> Account:
        name, title = line(place.get("name"), 100), line(place.get("title"))
        town = line((place.get("storefrontAddress") or {}).get("locality"), 100)
        return Account(
            network="google_business",
            base=self.posts,
            remote_id=f"{parent}/{name}",
            handle=f"{title}, {town}" if town else title,
            name=title,
            url=address((place.get("metadata") or {}).get("mapsUri")),
        )


def place_of(account: Account) -> str:
    """Return the name of a place without its account, as the newer services call it."""
    return f"locations/{account.remote_id.partition('/locations/')[2]}"


def _pages(http: Client, url: str, name: str, asked: Mapping[str, str], head: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    token = ""
    for _ in range(MOST_PAGES):
        answer = http.ask("GET", url, params={**asked, **({"pageToken": token} if token else {})}, headers=head)
        if not answer.ok or answer.json() is None:
            raise judge(answer, commit=False)
        yield from (one for one in answer.mapping().get(name) or () if isinstance(one, dict) and one.get("name"))
        token = str(answer.mapping().get("nextPageToken") or "")
        if not token:
            return


def _checks(answer: Answer) -> Iterator[Check]:
    if not answer.ok:
        trouble = judge(answer, commit=False)
        if isinstance(trouble, Refused):
            at = ACCESS if trouble.reason.text == NOT_OPEN.why.text else ""
            yield Check("publish", "bad", trouble.reason, trouble.cure, at)
        elif isinstance(trouble, NotSent):
            yield Check("publish", "unknown", trouble.why, Say(gettext_noop("Ask again a little later.")))
        return
    yield Check("access", "good", Say(gettext_noop("Google has opened its interface to your project.")))
    if has_posts(answer):
        yield Check("publish", "good", Say(gettext_noop("Publishing posts works.")))
    else:
        yield Check("publish", "bad", NO_POSTS.why, NO_POSTS.cure, "https://business.google.com")


def has_posts(answer: Answer) -> bool:
    """Tell whether Google takes posts for the place that was read."""
    told = answer.mapping().get("metadata") or {}
    return bool(told.get("canOperateLocalPost")) and told.get("hasVoiceOfMerchant") is not False
