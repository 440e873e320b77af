"""Each network's public at its stand-in: how the one suite of all ears gets hold of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.util import find_spec
from typing import Any

from parvis.core import clock
from parvis.networks.contract import Receipt
from parvis.networks.facts import MESSAGE, REPLY, Parcel
from parvis.networks.listening import POSTS, Ear, Heard, Kind, Ours, elsewhere
from sandbox.bluesky import Bluesky
from sandbox.public import name_of
from sandbox.x import X
from tests.contract.benches import ENTER, Bench

MOST_PAGES = 400


@dataclass(frozen=True)
class Public:
    """What the public does on a network, and what it can. Each act returns the remote id by which an ear will name what was written."""

    comment: Callable[[Bench, str, str, str], str] = lambda bench, where, who, text: str(bench.stand.comment(where, who, text)["id"])
    mention: Callable[[Bench, str, str], str] = lambda bench, who, text: str(bench.stand.mention(handle_of(bench), who, text)["id"])
    message: Callable[[Bench, str, str], str] = lambda bench, who, text: str(bench.stand.message(handle_of(bench), who, text)["id"])
    edit: Callable[[Bench, str, str], Any] = lambda bench, name, text: bench.stand.edit_comment(name, text)
    remove: Callable[[Bench, str], Any] = lambda bench, name: bench.stand.remove_comment(name)
    # Of which kinds edits and deletions can be seen, and which answers can be taken off.
    edits: Callable[[Kind], bool] = lambda kind: True
    removes: Callable[[Kind], bool] = lambda kind: True
    unsends: Callable[[Kind], bool] = lambda kind: True
    # Whether the same words may be sent to two people, and whether readings tell what is hidden.
    # Of which kinds a reading shows what we answered, so that a doubt is settled without asking a person.
    shows: Callable[[Kind], bool] = lambda kind: True
    twins: Callable[[Kind], bool] = lambda kind: True
    tells_hidden: bool = True
    # Whether answers to comments may be answered again, and how long a comment may be.
    nests: bool = True
    # How a comment names somebody, where it knows but the name of their account.
    called: Callable[[str], str] = lambda who: who
    longest: int = 10_000
    # Lets the public write something to which the network takes no answer any more, and returns its name.
    closed: Callable[[Hearing], str] | None = None
    # Settings of the stand that a test of long texts needs, and the readings and answers that faults strike.
    roomy: Mapping[str, Any] = field(default_factory=dict)
    readings: str = "GET *"
    answers: str = "commit"


def handle_of(bench: Bench) -> str:
    return bench.account.handle.lstrip("@").partition("@")[0]


def too_old_for_fake(hearing: Hearing) -> str:
    hearing.bench.stand.settings(answer_hours=24, late_hours=168)
    with hearing.bench.stand.at((clock.now() - timedelta(days=2)).isoformat()):
        return hearing.message("Bonjour")


def gated_on_bluesky(hearing: Hearing) -> str:
    name = hearing.mention("Bonjour")
    hearing.bench.stand.state["gated"][name] = True
    return name


def closed_by_linkedin(hearing: Hearing) -> str:
    name = hearing.comment(hearing.publish().remote_id, "Il en reste ?")
    hearing.bench.stand.settings(comments_closed=True)
    return name


def too_old_for_a_page(hearing: Hearing) -> str:
    with hearing.bench.stand.at((clock.now() - timedelta(days=2)).isoformat()):
        return hearing.message("Bonjour")


def switched_off_on_youtube(hearing: Hearing) -> str:
    name = hearing.comment(hearing.publish().remote_id, "Bonjour")
    hearing.bench.stand.settings(comments_off=True)
    return name


def not_called_on_x(hearing: Hearing) -> str:
    post = hearing.publish().remote_id
    name: str = hearing.bench.stand.inbox.passing("Paul", "Entre nous", after=post, names=False)["id"]
    return name


def naming_on_instagram(bench: Bench, who: str, text: str) -> str:
    return str(bench.stand.mention(handle_of(bench), who, f"@{handle_of(bench)} {text}")["id"])


PUBLIC: dict[str, Public] = {
    "fake": Public(roomy={"max_characters": 20_000}, answers="POST /posts | POST /messages", closed=too_old_for_fake),
    "bluesky": Public(
        edits=lambda kind: False,
        removes=lambda kind: kind != "message",
        unsends=lambda kind: kind != "message",
        longest=300,
        closed=gated_on_bluesky,
        answers=f"{Bluesky.commit} | POST /xrpc/chat.bsky.convo.sendMessage",
    ),
    "x": Public(
        edits=lambda kind: False,
        removes=lambda kind: kind != "message",
        unsends=lambda kind: kind != "message",
        closed=not_called_on_x,
        twins=lambda kind: kind == "message",
        tells_hidden=False,
        answers=f"{X.commit} | POST /2/dm_conversations/*",
    ),
    "linkedin": Public(
        edits=lambda kind: kind == "comment",
        removes=lambda kind: kind == "comment",
        longest=1250,
        answers="POST /rest/socialActions/*",
        closed=closed_by_linkedin,
    ),
    "facebook": Public(
        longest=8_000,
        unsends=lambda kind: kind == "comment",
        closed=too_old_for_a_page,
        answers="POST /*/comments | POST /*/messages",
    ),
    "instagram": Public(
        longest=2_200,
        mention=naming_on_instagram,
        edits=lambda kind: kind != "comment",
        unsends=lambda kind: kind == "comment",
        shows=lambda kind: kind != "mention",
        closed=too_old_for_a_page,
        called=name_of,
        answers="POST /*/replies | POST /*/messages | POST /*/mentions",
    ),
    "mastodon": Public(roomy={"max_characters": 20_000}),
    "youtube": Public(longest=9_000, answers="POST /youtube/v3/comments", closed=switched_off_on_youtube),
}

EARS = [key for key in ENTER if find_spec(f"parvis.networks.{key}.ear")]


def listening(able: Callable[[Mapping[Kind, frozenset[Any]]], bool] = lambda abilities: True) -> list[str]:
    """Return the networks with an ear, or those whose ear can do something."""
    return [key for key in EARS if key in PUBLIC and able(abilities_of(key))]


def abilities_of(key: str) -> Mapping[Kind, frozenset[Any]]:
    """Return what can be done with what an ear hears."""
    module = __import__(f"parvis.networks.{key}.ear", fromlist=["ABILITIES"])
    found: Mapping[Kind, frozenset[Any]] = module.ABILITIES
    return found


@dataclass
class Hearing:
    """An account that is listened to, as the inbox does it: every source to its end, cursors kept as JSON."""

    bench: Bench
    ours: list[Ours] = field(default_factory=list)
    cursors: dict[str, Any] = field(default_factory=dict)
    held: dict[str, Heard] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    @property
    def public(self) -> Public:
        return PUBLIC[self.bench.key]

    @property
    def ear(self) -> Ear:
        """A fresh ear, as after a restart."""
        self.bench.line()
        found: Ear = self.bench.network.ear(self.bench.account, self.bench.wires)  # type: ignore[misc, arg-type]
        return found

    @property
    def all_ours(self) -> list[Ours]:
        """What was published from here, and what the readings know to be published elsewhere, as the inbox gives it."""
        known = {one.remote_id for one in self.ours}
        found = {one.remote_id: one for cursor in self.cursors.values() for one in elsewhere(cursor.get(POSTS))}
        return [*self.ours, *(one for name, one in found.items() if name not in known)]

    def publish(self, text: str = "", at: datetime | None = None) -> Receipt:
        """Publish something under which the public may write; of its own words, as some networks refuse the same ones twice."""
        receipt = self.bench.send(self.bench.says(text or f"Chaud à {7 + len(self.ours)} h : le pain aux noix."))
        self.ours.insert(0, Ours(receipt.remote_id, receipt.url, receipt.refs, at or clock.now()))
        return receipt

    def read(self) -> dict[str, Heard]:
        """Read every source to its end and return all that is known; what was read stays read when a call fails."""
        for source in self.ear.sources:
            for _ in range(MOST_PAGES):
                gathered = self.ear.gather(source.name, self.cursors.get(source.name, {}), self.all_ours, clock.now())
                assert [one.at for one in gathered.heard] == sorted(one.at for one in gathered.heard)
                self.held |= {one.remote_id: one for one in gathered.heard}
                self.gone = (self.gone | gathered.gone) - {one.remote_id for one in gathered.heard}
                self.cursors[source.name] = json.loads(json.dumps(dict(gathered.cursor)))
                if not gathered.more:
                    break
            else:
                raise AssertionError("the pages never end")
        return self.held

    def read_often(self) -> None:
        """Read everything several times, so that a fault that is armed for a later call strikes."""
        for _ in range(5):
            self.read()

    def heard(self, name: str) -> Heard:
        """Return one message after reading everything."""
        return self.read()[name]

    def restarted(self) -> Hearing:
        """Return what is there after a restart: the cursors, and nothing heard yet."""
        return Hearing(self.bench, self.ours, json.loads(json.dumps(self.cursors)))

    def comment(self, where: str, text: str, who: str = "Camille Rousseau") -> str:
        return self.public.comment(self.bench, where, who, text)

    def mention(self, text: str, who: str = "Camille Rousseau") -> str:
        return self.public.mention(self.bench, who, text)

    def message(self, text: str, who: str = "Camille Rousseau") -> str:
        return self.public.message(self.bench, who, text)

    def answer(self, to: Heard, text: str, late: bool = False) -> Parcel:
        """Return the answer to a message, as the inbox makes it."""
        refs = {**to.refs, "remote_id": to.remote_id, "kind": to.kind, "thread": to.thread, **({"late": True} if late else {})}
        return Parcel(text, form=MESSAGE if to.kind == "message" else REPLY, to=json.loads(json.dumps(refs)))

    def wrote(self, kind: Kind, text: str = "Vous avez du pain de seigle ?") -> str:
        """Let the public write something of a kind, and return its name."""
        if kind == "comment":
            # Some networks refuse the same words twice.
            post = self.publish(f"Chaud à 7 h : le pain aux noix, fournée {len(self.ours) + 1}.")
            return self.comment(post.remote_id, text)
        return self.mention(text) if kind == "mention" else self.message(text)
