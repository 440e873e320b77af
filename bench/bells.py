"""How each network rings in the benches: a body of its own signed as it does, the address known over there, what its public wrote."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox import graph
from sandbox.bells import packed
from sandbox.linkedin_bells import number_of, signature
from sandbox.oauth import CLIENT_ID, CLIENT_SECRET

if TYPE_CHECKING:
    from bench.stage import Stage
    from parvis.channels.models import Channel

# Of the fake network's calls, which the benches alone make.
SECRET = b"of-the-bench"


def signed(body: bytes) -> str:
    """Return the signature of a body, as the fake network's bell wants it."""
    return hmac.new(SECRET, body, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Bell:
    """`news` makes the body number n about an account, `headers` signs it, `written` yields what the public wrote on a stand-in."""

    news: Callable[[str, int], Mapping[str, Any]]
    headers: Callable[[bytes], dict[str, str]]
    written: Callable[[Any], Iterator[str]]

    def call(self, account: str, n: int) -> tuple[bytes, dict[str, str]]:
        """Return the body number n about an account, and its headers."""
        body = packed(self.news(account, n))
        return body, {"content-type": "application/json", **self.headers(body)}


def _by_meta(body: bytes) -> dict[str, str]:
    return {"x-hub-signature-256": graph.signed(body, CLIENT_SECRET)}


def _page(account: str, n: int) -> dict[str, Any]:
    value = {"item": "comment", "verb": "add", "comment_id": f"{account}_{n}", "message": "Vous avez du pain de seigle à l’épeautre ?"}
    return {"object": "page", "entry": [{"id": account, "time": 1_790_000_000 + n, "changes": [{"field": "feed", "value": value}]}]}


def _gallery(account: str, n: int) -> dict[str, Any]:
    value = {"id": str(n), "text": "Vous avez du pain de seigle à l’épeautre ?", "media": {"id": "1", "media_product_type": "FEED"}}
    return {
        "object": "instagram",
        "entry": [{"id": account, "time": 1_790_000_000 + n, "changes": [{"field": "comments", "value": value}]}],
    }


def _company(account: str, n: int) -> dict[str, Any]:
    told = {"notificationId": n, "organizationalEntity": account, "action": "COMMENT", "lastModifiedAt": 1_790_000_000_000 + n}
    return {"type": "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS", "notifications": [told]}


def _of_fake(stand: Any) -> Iterator[str]:
    yield from (name for name, one in stand.state["posts"].items() if one.get("owner") and one["account"] != one["owner"])
    yield from stand.state["messages"]


def _of_meta(stand: Any) -> Iterator[str]:
    yield from (name for name, one in stand.state["comments"].items() if not (one.get("own") or one.get("page")))
    talks = stand.state["conversations"].values()
    yield from (said["id"] for talk in talks for said in talk["messages"] if said["by"] == talk["person"])


def _of_linkedin(stand: Any) -> Iterator[str]:
    for post in stand.state["posts"].values():
        yield from (one["id"] for one in post["comments"] if one["by"] != post["page"])


BELLS = {
    "fake": Bell(lambda account, n: {"for": [account], "entry": n}, lambda body: {"x-signature": signed(body)}, _of_fake),
    "facebook": Bell(_page, _by_meta, _of_meta),
    "instagram": Bell(_gallery, _by_meta, _of_meta),
    "linkedin": Bell(_company, lambda body: {"x-li-signature": signature(CLIENT_SECRET, body)}, _of_linkedin),
}


def known_here(here: Stage, key: str) -> None:
    """Have the company keep the application with which the stand-in signs, where the network wants one."""
    from django.conf import settings

    from parvis.channels.models import App
    from parvis.core import clock

    rule = settings.NETWORKS[key].spec.app
    if rule is not None:
        app = dict(zip(("client_id", "client_secret"), settings.SPARE_APP, strict=True))
        App.objects.create(company=here.company, family=rule.family, sealed=settings.KEYS.seal(app), options={}, created_at=clock.now())


def known_there(here: Stage, channel: Channel, address: str) -> None:
    """Have the stand-in call this house: by our own visit, and where the network has no call for that by its form first."""
    from parvis.channels import hooks, rounds
    from parvis.channels.queries import account_of, network_of
    from parvis.networks.contract import Doorbell

    word, bells = hooks.verify_token(here.company.pk), here.town.stands[channel.network].bells
    if bells is None:
        raise SystemExit(f"{channel.network} does not ring by itself")
    if channel.network == "linkedin":
        bells.register(address, word)
    wires = rounds.wires_of(channel)
    wires.doorbell = Doorbell(address, word, number_of(CLIENT_ID))
    network_of(channel).door.visit(account_of(channel), wires)
