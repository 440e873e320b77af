"""A network on which people write to us: what it would answer is set by a test. Nothing here opens a connection.

`say` puts a message there, `parlour.heard` is all that is there; an ear reads it in pages, a connector answers, a bell signs with HMAC.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings as house

from parvis.channels.models import Channel
from parvis.core import clock
from parvis.core.say import Say
from parvis.inbox import gathering
from parvis.inbox.answering import follow_answers
from parvis.inbox.models import Conversation, Message
from parvis.networks.contract import Account, Network, NotYet, Ready, Receipt, Uneditable, Wires
from parvis.networks.facts import Mark, Parcel
from parvis.networks.fake.connect import Token
from parvis.networks.fake.spec import SPEC
from parvis.networks.listening import POSTS, TOLD, Call, Gathered, Heard, Knock, Ours, Reply, Somebody, Source, Window, noted
from parvis.publishing import claims
from parvis.publishing.engine import deliver
from tests.world import World

CAMILLE = Somebody("u1", "camille.d", "Camille Dubreuil", "https://parlour.example/camille")
YANN = Somebody("u2", "yann", "Yannick Le Goff")
US = Somebody("lenoir", "lenoir", "Boulangerie Lenoir")
SECRET = "parlour-secret"
ALL = frozenset({"answer", "hide", "delete", "like"})


@dataclass
class Parlour:
    """What is there, and what goes wrong."""

    heard: dict[str, Heard] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    page: int = 50
    raises: list[Exception | None] = field(default_factory=list)
    window: Window = field(default_factory=lambda: Window(True))
    asked: list[tuple[str, int]] = field(default_factory=list)
    elsewhere: list[Ours] = field(default_factory=list)
    told: list[list[str]] = field(default_factory=list)
    done: list[tuple[str, str]] = field(default_factory=list)
    sent: list[Parcel] = field(default_factory=list)
    after: list[Receipt | None] = field(default_factory=list)
    verdicts: list[Exception] = field(default_factory=list)
    sources: tuple[Source, ...] = (Source("all", timedelta(minutes=10)),)
    micros: int = 0

    def network(self) -> Network:
        spec = replace(
            SPEC, key="parlour", name="Parlour", mark=Mark("Pa", "tile-slate"), answers=replace(SPEC.texts[0], most=300),
            messages=SPEC.texts[0],
        )  # fmt: skip
        token = Token("https://parlour.example")
        return Network(spec, token, self._line, lambda now: "key", ear=self._ear, bell=Ringing())

    def _line(self, account: Account, wires: Wires) -> Line:
        return Line(self)

    def _ear(self, account: Account, wires: Wires) -> Listening:
        return Listening(self)

    def say(self, words: str, at: datetime, who: Somebody = CAMILLE, name: str = "", **more: Any) -> Heard:
        """Put a message there: a private one of Camille's, unless it is said otherwise."""
        name = name or f"m{len(self.heard) + 1}"
        given = {"kind": "message", "thread": f"with-{who.remote_id}", "refs": {"ref": name}, "mine": who is US} | more
        self.heard[name] = Heard(name, words=words, at=at, author=who, **given)
        return self.heard[name]


@dataclass
class Line(Uneditable):
    """The account as it is written to."""

    parlour: Parlour

    def prepare(self, parcel: Parcel, memory: Mapping[str, Any], after: Receipt | None) -> Ready | NotYet:
        self.parlour.after.append(after)
        return Ready({"parcel": parcel})

    def commit(self, ready: Ready, key: str) -> Receipt:
        if self.parlour.verdicts:
            raise self.parlour.verdicts.pop(0)
        self.parlour.sent.append(ready.body["parcel"])
        return Receipt(f"a{len(self.parlour.sent)}", "https://parlour.example/a", {})


@dataclass
class Listening:
    """The account as it is listened to."""

    parlour: Parlour
    abilities: Any = field(default_factory=lambda: {"comment": ALL, "mention": ALL, "message": frozenset({"answer"})})

    @property
    def sources(self) -> tuple[Source, ...]:
        return self.parlour.sources

    def gather(self, source: str, cursor: Mapping[str, Any], ours: Sequence[Ours], now: datetime) -> Gathered:
        self.parlour.asked.append((source, len(ours)))
        self.parlour.told.append([*cursor.get(TOLD, ())])
        if self.parlour.raises and (error := self.parlour.raises.pop(0)):
            raise error
        rows = list(self.parlour.heard.values())
        start = int(cursor.get("from", 0))
        some = rows[start : start + self.parlour.page]
        more = start + len(some) < len(rows)
        posts = {POSTS: noted(self.parlour.elsewhere)} if self.parlour.elsewhere else {}
        turned = {"from": start + len(some) if more else 0, **posts}
        return Gathered(tuple(some), turned, frozenset(self.parlour.gone), more, self.parlour.micros)

    def window(self, heard: Heard, now: datetime, late_allowed: bool) -> Window:
        return self.parlour.window

    def hide(self, heard: Heard, hidden: bool) -> None:
        self._do("hide" if hidden else "show", heard)

    def delete(self, heard: Heard) -> None:
        self._do("delete", heard)

    def like(self, heard: Heard, liked: bool) -> None:
        self._do("like" if liked else "unlike", heard)

    def _do(self, what: str, heard: Heard) -> None:
        if self.parlour.raises and (error := self.parlour.raises.pop(0)):
            raise error
        self.parlour.done.append((what, heard.remote_id))


class Ringing:
    """Its webhooks: HMAC-SHA256 of the body, in hexadecimal."""

    def handshake(self, call: Call, app: Mapping[str, Any]) -> Reply | None:
        if call.method != "GET":
            return None
        return Reply(200, call.query["challenge"]) if call.query.get("word") == app["verify_token"] else Reply(403, "no")

    def genuine(self, call: Call, app: Mapping[str, Any]) -> bool:
        return hmac.compare_digest(signed(call.body), call.headers.get("x-signature", ""))

    def knocks(self, call: Call) -> tuple[Knock, ...]:
        return tuple(Knock(str(one["account"]), one.get("source", ""), one.get("about", "")) for one in json.loads(call.body)["news"])


def signed(body: bytes) -> str:
    return hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()


def channel(world: World, **more: Any) -> Channel:
    """Connect the bakery's account."""
    now = clock.now()
    given = {
        "company": world.bakery, "network": "parlour", "base": "https://parlour.example", "remote_id": "lenoir", "handle": "lenoir",
        "tokens": house.KEYS.seal({"token": "t"}), "connected_at": now - timedelta(days=30), "visit_at": now + timedelta(days=1),
    }  # fmt: skip
    return Channel.objects.create(**{**given, **more})


def gather() -> int:
    """Read whatever is due, now."""
    gathering.begin(clock.now())
    return gathering.read_due(clock.now())


def send() -> list[Any]:
    """Let the engine do what is due, and the inbox learn of it."""
    found = [deliver(held) for held in claims.claim("worker", clock.now(), 24, 24)]
    follow_answers(now=clock.now())
    return found


def only() -> Conversation:
    return Conversation.objects.select_related("channel", "person", "company").get()


def words(**where: Any) -> list[str]:
    return list(Message.objects.filter(**where).order_by("at", "pk").values_list("words", flat=True))


def nothing(why: str = "Down.") -> Say:
    return Say(why)
