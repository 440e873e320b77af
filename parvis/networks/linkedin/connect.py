"""How a page of LinkedIn is connected: a member signs in, and chooses among the pages on which they may publish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from parvis.core.http import Answer, Client, Refused, address, identifier, line, said, verdict
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Account, Begun, Check, Doorbell, Found, Retake, Wires
from parvis.networks.linkedin import readiness, restli
from parvis.networks.linkedin.failures import PRODUCT, ROLE, failure
from parvis.networks.linkedin.places import Places
from parvis.networks.linkedin.session import Session, tokens_in, until

PUBLISHERS = frozenset({"ADMINISTRATOR", "CONTENT_ADMINISTRATOR", "CONTENT_ADMIN"})
START_AGAIN = Say(gettext_noop("Start the connection again from Parvis."))
MOST_PAGES = 10
# What a page tells: comments, their edits, what was taken off.
NEWS = "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS"


class _Held(Retake):
    """Tokens that were just given and are kept nowhere yet."""

    def __init__(self, tokens: Mapping[str, Any]) -> None:
        self._tokens = tokens

    def current(self) -> Mapping[str, Any]:
        """Return them."""
        return self._tokens

    def renewed(self, stale: Mapping[str, Any], renew: Any) -> Mapping[str, Any]:
        """Renew nothing: they are new."""
        return self._tokens


@dataclass(frozen=True, slots=True)
class Pages:
    """The door of LinkedIn."""

    places: Places

    def enter(self, http: Client, identifier: str, password: str) -> Found:
        """Not a door of this network."""
        raise NotImplementedError

    def begin(self, http: Client, host: str, redirect_uri: str, state: str, client: Mapping[str, Any] | None) -> Begun:
        """Say where the member is to be sent, for the company's own application."""
        if not client or not client.get("client_id") or not client.get("client_secret"):
            raise Refused(
                Say(gettext_noop("LinkedIn is reached through an application of your own, which Parvis does not know yet.")),
                Say(gettext_noop("Make the application on LinkedIn’s page for developers and copy its two values here.")),
            )
        asked = {"response_type": "code", "client_id": client["client_id"], "redirect_uri": redirect_uri, "state": state}
        asked["scope"] = " ".join(self.places.scopes)
        memory = {**{name: client[name] for name in ("client_id", "client_secret")}, "redirect_uri": redirect_uri}
        return Begun(f"{self.places.www}/oauth/v2/authorization?{urlencode(asked)}", memory, client)

    def finish(self, http: Client, memory: Mapping[str, Any], code: str) -> tuple[Found, ...]:
        """Exchange the code for tokens, and return every page on which the member may publish."""
        asked = {"grant_type": "authorization_code", "code": code, **memory}
        answer = http.ask("POST", f"{self.places.www}/oauth/v2/accessToken", data=asked)
        tokens = tokens_in(answer)
        if tokens is None:
            raise _no_token(answer)
        tokens |= {name: memory[name] for name in ("client_id", "client_secret")}
        session = Session(Account("linkedin", self.places.api, "", ""), Wires(http, _Held(tokens), _nothing), self.places)
        roles = roles_of(session)
        pages = [urn for urn, held in roles.items() if held & PUBLISHERS]
        if not pages:
            raise Refused(Say(gettext_noop("The person who signed in may not publish in the name of any page.")), Say(ROLE))
        return tuple(Found(account, tokens, until(tokens)) for account in accounts(session, pages))

    def visit(self, account: Account, wires: Wires) -> Account:
        """Read the page's name again, and ask once more to be told of what members write there."""
        session = Session(account, wires, self.places)
        found = accounts(session, [account.remote_id])
        if wires.doorbell is not None and wires.doorbell.number:
            _ask_to_be_told(session, wires.doorbell)
        return found[0] if found else account

    def readiness(self, account: Account, wires: Wires) -> tuple[Check, ...]:
        """Say what works: the role on the page, the permissions, the version of the API, how long the permission lasts."""
        session = Session(account, wires, self.places)
        roles = roles_of(session).get(account.remote_id, frozenset())
        return readiness.checks(wires.tokens.current(), bool(roles & PUBLISHERS), self.places)


def _nothing(digest: str) -> bytes:
    raise KeyError(digest)


def _no_token(answer: Answer) -> Exception:
    if not 400 <= answer.status < 500 or answer.status == 429:
        return verdict(answer, commit=False)
    facts: dict[str, str | int] = {"host": answer.host, "said": said(answer)}
    if answer.mapping().get("error") == "invalid_client":
        return Refused(
            Say(gettext_noop("LinkedIn does not know the application: one of its two values is wrong.")),
            Say(gettext_noop("Copy the Client ID and the Primary Client Secret again from LinkedIn’s page for developers.")),
        )
    return Refused(Say(gettext_noop("%(host)s did not give its permission and said: “%(said)s”"), facts), START_AGAIN)


def _ask_to_be_told(session: Session, bell: Doorbell) -> None:
    """Have LinkedIn tell this house of a page; asked again, it stays so. A refusal costs nothing: everything is read all the same.

    Source: learn.microsoft.com/linkedin, Organization Social Action Notifications, "Create a subscription"; the address must be registered
    for the application beforehand, which has no call.
    """
    asked = {"q": "roleAssignee", "state": "APPROVED", "start": 0, "count": 1}
    answer = session.call("GET", "/rest/organizationAcls", params=asked, headers={"x-restli-method": "FINDER"})
    elements = answer.mapping().get("elements")
    member = (
        identifier(elements[0].get("roleAssignee")) if isinstance(elements, list) and elements and isinstance(elements[0], dict) else ""
    )
    if member:
        key = restli.record(
            developerApplication=f"urn:li:developerApplication:{bell.number}", user=member, entity=session.account.remote_id, eventType=NEWS
        )
        session.call("PUT", f"/rest/eventSubscriptions/{key}", json={"webhook": bell.address})


def roles_of(session: Session) -> dict[str, frozenset[str]]:
    """Return the roles of the member who signed in, by the URN of the page."""
    roles: dict[str, frozenset[str]] = {}
    for page in range(MOST_PAGES):
        asked = {"q": "roleAssignee", "state": "APPROVED", "start": page * 100, "count": 100}
        answer = session.call("GET", "/rest/organizationAcls", params=asked, headers={"x-restli-method": "FINDER"})
        elements = answer.mapping().get("elements")
        if answer.status == 403:
            raise Refused(
                Say(gettext_noop("LinkedIn does not let the application see the pages of the person who signed in.")), Say(PRODUCT)
            )
        if not answer.ok or not isinstance(elements, list):
            raise failure(answer, commit=False)
        for one in elements:
            urn = identifier(one.get("organization")) if isinstance(one, dict) else ""
            if urn:
                roles[urn] = roles.get(urn, frozenset()) | {line(one.get("role"), 60)}
        if len(elements) < 100:
            break
    return roles


def accounts(session: Session, urns: list[str]) -> list[Account]:
    """Return the pages of these URNs as they call themselves."""
    found: list[Account] = []
    numbers = [restli.number_of(urn) for urn in urns]
    for start in range(0, len(numbers), 50):
        answer = session.call("GET", f"/rest/organizationsLookup?ids={restli.many(numbers[start : start + 50])}")
        results = answer.mapping().get("results")
        if not answer.ok or not isinstance(results, dict):
            raise failure(answer, commit=False)
        found += [_account(session, urn, results.get(restli.number_of(urn))) for urn in urns[start : start + 50]]
    return found


def _logo(session: Session, about: Mapping[str, Any]) -> str:
    """Return the address of a page's logo, where the application may see it."""
    logo = about.get("logoV2")
    urn = identifier(logo.get("cropped") or logo.get("original")) if isinstance(logo, dict) else ""
    if not urn:
        return ""
    answer = session.call("GET", f"/rest/images/{restli.key(urn.replace(':digitalmediaAsset:', ':image:'))}")
    return address(answer.mapping().get("downloadUrl"), 2000) if answer.ok else ""


def _account(session: Session, urn: str, told: Any) -> Account:
    about, places = told if isinstance(told, dict) else {}, session.places
    number = restli.number_of(urn)
    handle = line(about.get("vanityName"), 200) or number
    name = line(about.get("localizedName")) or handle
    url = f"{places.www}/company/{restli.key(handle)}/"
    return Account("linkedin", places.api, urn, handle, name, url, _logo(session, about))
