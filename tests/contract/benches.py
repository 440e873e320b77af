"""Each network at its stand-in: how the contract's one suite gets hold of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from parvis.core import clock
from parvis.core.http import Client, Guard, Unknown
from parvis.networks.contract import Absent, Account, CannotTell, Connector, Found, Gauge, Network, Ready, Receipt, Wires
from parvis.networks.facts import Parcel, Picture, Spec, Video
from parvis.networks.known import part
from parvis.networks.registry import Config, networks
from sandbox import Town
from sandbox.oauth import CLIENT_ID, CLIENT_SECRET
from tests.contract import larder
from tests.films import mp4
from tests.pictures import jpeg, png, shades

OUR_APP = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
HERE = Guard(frozenset({"127.0.0.1"}))
PASSWORD = "lait-pain-noix-miel"
BACK = "http://127.0.0.1:8000/connect/back"


class Purse:
    """Keeps tokens in memory and counts how often they were renewed."""

    def __init__(self, tokens: Mapping[str, Any]) -> None:
        self.tokens = tokens
        self.renewals = 0

    def current(self) -> Mapping[str, Any]:
        return self.tokens

    def renewed(self, stale: Mapping[str, Any], renew: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> Mapping[str, Any]:
        if self.tokens == stale:
            self.renewals += 1
            self.tokens = renew(stale)
        return self.tokens


@dataclass
class Bench:
    """One network, connected through its own door to an account of its stand-in."""

    key: str
    town: Town
    http: Client = field(default_factory=lambda: Client(HERE, seconds=5))
    files: dict[str, bytes] = field(default_factory=dict)
    found: Found | None = None
    purse: Purse = field(default_factory=lambda: Purse({}))
    wires: Wires | None = None
    memory: Mapping[str, Any] = field(default_factory=dict)
    gauges: dict[str, Gauge] = field(default_factory=dict)

    @property
    def stand(self) -> Any:
        return self.town.stands[self.key]

    @property
    def network(self) -> Network:
        places = {key: {"all": stand.url} for key, stand in self.town.stands.items()}
        config = Config(self.town.bluesky.url, self.town.bluesky.url, self.town.bluesky.url, "http", self.town.fake.url, places=places)
        return networks(config)[self.key]

    def connect(self) -> Found:
        """Go through the network's own door."""
        self.found = ENTER[self.key](self)
        self.purse = Purse(self.found.tokens)
        return self.found

    @property
    def account(self) -> Account:
        assert self.found is not None
        return self.found.account

    def line(self) -> Connector:
        """Return a fresh connector, as after a restart."""
        self.wires = Wires(
            self.http, self.purse, self.files.__getitem__, address=self.address, keep=self._keep, memory=self.memory, gauges=self.gauges
        )
        return self.network.connector(self.account, self.wires)

    def _keep(self, memory: Mapping[str, Any]) -> None:
        self.memory = json.loads(json.dumps(dict(memory)))

    def address(self, digest: str, mime: str) -> str:
        """Return an address at which a network finds the file by itself."""
        return larder.shelve(self.files[digest], digest, mime)

    def picture(self, number: int, alt: str = "", width: int = 480, height: int = 320) -> Picture:
        """Return a picture that `read` finds, of a type that the network takes."""
        as_png = "image/png" in self.network.spec.images.types
        body = (png if as_png else jpeg)(shades(width + number, height))
        digest = hashlib.sha256(body).hexdigest()
        self.files[digest] = body
        return Picture(digest, "image/png" if as_png else "image/jpeg", width + number, height, len(body), alt)

    def video(self, seconds: float = 1.0, weight: int = 0, width: int = 64, height: int = 64) -> Video:
        """Return a film that `read` finds."""
        body = mp4(width, height, seconds, weight=weight)
        digest = hashlib.sha256(body).hexdigest()
        self.files[digest] = body
        return Video(digest, "video/mp4", width, height, len(body), seconds)

    def says(self, text: str, **more: Any) -> Parcel:
        """Return the least that this network takes with these words: with a picture or a video where it wants one."""
        parcel = Parcel(text, **more)
        if self.network.spec.needs_title and not parcel.title:
            parcel = replace(parcel, title="Le pain aux noix")
        if self.network.spec.needs == "video" and not parcel.video:
            return replace(parcel, video=self.video())
        if self.network.spec.needs and not parcel.has_media:
            return replace(parcel, pictures=(self.picture(99, "Un pain"),))
        return parcel

    def heavy(self, text: str) -> Parcel:
        """Return something that must be uploaded before it is published."""
        parcel = self.says(text)
        return parcel if parcel.has_media else replace(parcel, pictures=(self.picture(1, "Un pain"),))

    def at_a_dead_server(self) -> Connector:
        """Return a connector whose network does not answer at all."""
        self.line()
        assert self.wires is not None
        nowhere = "http://127.0.0.1:1"
        network = networks(Config(fake_base=nowhere, places={self.key: {"all": nowhere}}))[self.key]
        return network.connector(replace(self.account, base=nowhere), self.wires)

    def new_key(self) -> str:
        return self.network.new_key(clock.now())

    def ready(self, parcel: Parcel, after: Receipt | None = None, memory: Mapping[str, Any] | None = None) -> Ready:
        """Prepare as the engine does: again and again, with what was kept, until the network is ready."""
        self._keep(memory or {})
        for _ in range(60):
            ready = self.line().prepare(parcel, self.memory, after)
            self._keep(ready.memory)
            if isinstance(ready, Ready):
                return ready
        raise AssertionError("the network never gets ready")

    def send(self, parcel: Parcel, after: Receipt | None = None, key: str = "") -> Receipt:
        """Send it, nothing going wrong."""
        ready = self.ready(parcel, after)
        return self.line().commit(ready, key or self.new_key())

    def send_whatever_happens(self, parcel: Parcel) -> Receipt:
        """Do what the engine does: one key, and after every doubt a look, believed when the network has settled."""
        key, began = self.new_key(), clock.now()
        for _ in range(5):
            try:
                return self.line().commit(self.ready(parcel), key)
            except Unknown:
                found = self.look(parcel, key, began)
                if isinstance(found, Absent):
                    self.town.clock.ahead += self.network.spec.settles.total_seconds()
                    found = self.look(parcel, key, began)
                if isinstance(found, Receipt):
                    return found
        raise AssertionError("it never left")

    def look(self, parcel: Parcel, key: str, since: datetime, taken: frozenset[str] = frozenset()) -> Receipt | Absent | CannotTell:
        return self.line().look(parcel, key, since, taken)

    def posts(self) -> list[dict[str, Any]]:
        """Return what the network really holds."""
        held: list[dict[str, Any]] = self.stand.posts()
        return held

    @contextmanager
    def hasty(self, seconds: float) -> Iterator[None]:
        """Wait for no answer longer than that."""
        before, self.http = self.http, Client(HERE, seconds=seconds)
        try:
            yield
        finally:
            self.http.close()
            self.http = before


def enter_bluesky(bench: Bench, handle: str = "lenoir.test") -> Found:
    entry = bench.town.bluesky.add_account(handle, PASSWORD, name="Boulangerie Lenoir")
    return bench.network.door.enter(bench.http, f"@{handle}", entry["password"])


def enter_mastodon(bench: Bench, name: str = "lenoir") -> Found:
    stand = bench.town.mastodon
    stand.add_account(name, name="Boulangerie Lenoir")
    begun = bench.network.door.begin(bench.http, stand.host, BACK, "the state", None)
    return bench.network.door.finish(bench.http, begun.memory, approve(bench, begun.url, name))


def approve(bench: Bench, url: str, name: str = "lenoir") -> str:
    """Say yes on the server's page, and return the code that comes back."""
    bench.town.mastodon.settings(auto_approve=name)
    answer = bench.http.call("GET", url)
    assert answer.status == 302, answer.body
    came = parse_qs(urlsplit(answer.headers["location"]).query)
    assert answer.headers["location"].startswith(BACK)
    assert came["state"] == ["the state"]
    return came["code"][0]


def said_yes(bench: Bench, url: str, name: str = "lenoir") -> str:
    """Say yes on the network's own page as `name`, and return the code that comes back."""
    bench.stand.settings(auto_approve=name)
    answer = bench.http.call("GET", url)
    came = parse_qs(urlsplit(answer.headers.get("location", "")).query)
    assert answer.headers["location"].startswith(BACK), answer.body
    assert came["state"] == ["the state"]
    return came["code"][0]


def enter_fake(bench: Bench) -> Found:
    return bench.network.door.enter(bench.http, "lenoir", bench.town.fake.add_account("lenoir", name="Boulangerie Lenoir"))


def enter_with_an_application(bench: Bench, name: str = "lenoir", client: Mapping[str, str] = OUR_APP) -> Found:
    """Go through the page of a network that wants an application of the company's own."""
    bench.stand.add_account(name, name="Boulangerie Lenoir")
    begun = bench.network.door.begin(bench.http, "", BACK, "the state", client)
    found = bench.network.door.finish(bench.http, begun.memory, said_yes(bench, begun.url, name))
    return found[0] if isinstance(found, tuple) else found


ENTER: dict[str, Callable[[Bench], Found]] = {
    "bluesky": enter_bluesky,
    "mastodon": enter_mastodon,
    "fake": enter_fake,
    "linkedin": enter_with_an_application,
    "youtube": enter_with_an_application,
    "x": enter_with_an_application,
    "google_business": enter_with_an_application,
    "facebook": enter_with_an_application,
    "instagram": enter_with_an_application,
}

# Who is told of the language, of what is left of a limit, and of the hour at which it starts again.
TOLD_LANGUAGE = {"bluesky", "mastodon", "fake", "youtube", "google_business"}
SHOWS_LIMITS = {"bluesky", "mastodon", "fake", "linkedin", "x", "facebook", "instagram", "youtube", "google_business"}
NAMES_THE_HOUR = {"bluesky", "mastodon", "fake", "x", "facebook", "instagram"}
# Who refuses the same words twice, and which signs are taken nowhere in a text.
REFUSES_TWINS = {"facebook", "linkedin", "x"}
FORBIDDEN_SIGNS = {"youtube": "<>"}

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def connected_networks(able: Callable[[Spec], bool] = lambda spec: True) -> list[str]:
    """Return every network that has a stand-in here, or those that can do something."""
    return [key for key in ENTER if able(part(key, "spec").SPEC)]
