"""All the stand-ins together, and their square."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sandbox import numbers
from sandbox.acting import act
from sandbox.bluesky import Bluesky
from sandbox.facebook import Facebook
from sandbox.fake import Fake
from sandbox.google_business import GoogleBusiness
from sandbox.instagram import Instagram
from sandbox.linkedin import LinkedIn
from sandbox.mastodon import Mastodon
from sandbox.server import Clock, Stand, static
from sandbox.square import square_page
from sandbox.wire import Listener, Reply, Request, as_html, as_json
from sandbox.x import X
from sandbox.youtube import YouTube

SAVE_SECONDS = 1.0


class Town:
    """One stand-in a network, each on its own port, with one clock; the square shows what they hold.

    With `port` the square takes it and the networks those that follow, in the order of `stands`; else all ports are free ones.
    With `folder`, what was posted is kept there and found again at the next start.
    """

    def __init__(self, port: int = 0, folder: Path | None = None) -> None:
        self.clock = Clock()
        self.mastodon = Mastodon(self.clock, port and port + 1)
        self.bluesky = Bluesky(self.clock, port and port + 2)
        self.fake = Fake(self.clock, port and port + 3)
        self.linkedin = LinkedIn(self.clock, port and port + 4)
        self.youtube = YouTube(self.clock, port and port + 5)
        self.x = X(self.clock, port and port + 6)
        self.google_business = GoogleBusiness(self.clock, port and port + 7)
        self.facebook = Facebook(self.clock, port and port + 8)
        self.instagram = Instagram(self.clock, port and port + 9)
        # A new one stands at the end: a demonstration remembers the ports of its first start.
        everyone: tuple[Stand, ...] = (
            self.mastodon,
            self.bluesky,
            self.fake,
            self.linkedin,
            self.youtube,
            self.x,
            self.google_business,
            self.facebook,
            self.instagram,
        )
        self.stands: dict[str, Stand] = {stand.key: stand for stand in everyone}
        self._square = Listener(self._answer, port)
        self.url = f"http://127.0.0.1:{self._square.port}"
        self._folder = folder
        self._saved = dict.fromkeys(self.stands, -1)
        self._stopping = threading.Event()

    def start(self) -> Town:
        """Find what was kept and begin to answer."""
        if self._folder:
            self._restore(self._folder)
            threading.Thread(target=self._save_now_and_then, daemon=True).start()
        for stand in self.stands.values():
            stand.start()
        self._square.start()
        return self

    def stop(self) -> None:
        """Stop answering, and keep what was posted."""
        self._stopping.set()
        self._square.stop()
        for stand in self.stands.values():
            stand.stop()
        self.save()

    def urls(self) -> dict[str, str]:
        """Return the addresses of all networks and of the square."""
        return {"square": self.url, **{key: stand.url for key, stand in self.stands.items()}}

    def posts(self) -> list[dict[str, Any]]:
        """Return what all networks hold."""
        return [post for stand in self.stands.values() for post in stand.posts()]

    def reset(self) -> None:
        """Forget everything, everywhere."""
        for stand in self.stands.values():
            stand.reset()

    def advance(self, seconds: float) -> None:
        """Move the clock of all networks forward."""
        self.clock.ahead += seconds

    def _answer(self, request: Request) -> Reply:
        match request.path.partition("/_square/"):
            case ("", _, name) if name:
                return static(name)
        posted = {"/act": act, "/_control/week": numbers.answer}.get(request.path)
        if request.method == "POST" and posted:
            return posted(request, self.stands, self.url)
        if request.method not in {"GET", "HEAD"}:
            return as_json({"error": "method not allowed"}, 405)
        if request.path == "/":
            names = {key: stand.name for key, stand in self.stands.items()}
            return as_html(square_page(request, self.posts(), names, {key: stand.acts() for key, stand in self.stands.items()}))
        if request.path == "/_control/urls":
            return as_json(self.urls())
        return as_json({"error": "not found"}, 404)

    # ---- keeping

    def _restore(self, folder: Path) -> None:
        for key, stand in self.stands.items():
            kept = folder / f"{key}.json"
            if kept.exists():
                stand.restore(json.loads(kept.read_text()), (path.read_bytes() for path in sorted((folder / key).glob("*"))))
                self._saved[key] = stand.changes

    def save(self) -> None:
        """Keep what has changed: a file replaced in one move, and pictures under their digests."""
        if not self._folder:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        for key, stand in self.stands.items():
            if self._saved[key] == stand.changes:
                continue
            with stand.lock:
                changes, text, files = stand.changes, json.dumps(stand.kept()), list(stand.files)
            (self._folder / key).mkdir(exist_ok=True)
            for digest in files:
                path = self._folder / key / digest
                if not path.exists() and (content := stand.files.get(digest)) is not None:
                    path.write_bytes(content)
            draft = self._folder / f"{key}.json.draft"
            draft.write_text(text)
            draft.replace(self._folder / f"{key}.json")
            self._saved[key] = changes

    def _save_now_and_then(self) -> None:
        while not self._stopping.wait(SAVE_SECONDS):
            self.save()


@contextmanager
def running(port: int = 0, folder: Path | None = None) -> Iterator[Town]:
    """Run a town as long as the block lasts."""
    town = Town(port, folder).start()
    try:
        yield town
    finally:
        town.stop()
