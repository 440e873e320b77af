"""A house to be measured: an empty database, the stand-ins, accounts on them, deliveries, and worker processes."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import django

from sandbox.town import Town, running
from tests import postgres
from tests.films import mp4
from tests.pictures import jpeg, shades

if TYPE_CHECKING:
    from parvis.channels.models import Channel
    from parvis.networks.contract import Found
    from parvis.networks.facts import Parcel, Picture, Spec, Video
    from parvis.people.models import Company
    from parvis.publishing.models import Delivery


PASSWORD = "abcd-efgh-ijkl-mnop"


@dataclass
class Stage:
    """What a bench stands on. Django is ready inside it; workers are told everything by `env`."""

    town: Town
    env: dict[str, str]
    company: Company
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    parcels: int = 0
    files: dict[str, Any] = field(default_factory=dict)
    web: subprocess.Popen[bytes] | None = None

    def channels(self, network: str, count: int, **more: Any) -> list[Channel]:
        """Open accounts on a stand-in and connect them."""
        connect = _CONNECT.get(network)
        names = [f"{more.get('prefix', 'c')}{n}" for n in range(count)]
        return [connect(self, name) if connect else _closed(self, network, name) for name in names]

    def schedule(
        self, channels: list[Channel], each: int, due_at: datetime, *, thread: int = 0, picture: int = 0, film: int = 0, comment: int = 0
    ) -> list[Delivery]:
        """Hand deliveries to the engine, each with a text of its own.

        Every `thread`-th answers the one before it, every `picture`-th has a picture, every `film`-th a video, every `comment`-th is the
        first comment of the one before it, where the network has such a thing. What a network needs is always there.
        """
        from parvis.channels.queries import spec_of
        from parvis.core.db import writing
        from parvis.people.actors import HOUSE
        from parvis.publishing import commands

        made: list[Delivery] = []
        with writing():
            for channel in channels:
                spec, before = spec_of(channel), None
                for n in range(each):
                    self.parcels += 1
                    text = f"Envoi {self.parcels}, boulangerie Lenoir"
                    follows = bool(spec.comment and comment and n % comment == comment - 1)
                    parcel = _comment(text) if follows else self._parcel(spec, text, n, picture, film)
                    after = before if follows or (spec.threads and thread and n % thread == thread - 1) else None
                    delivery = commands.schedule(
                        channel=channel, parcel=parcel, subject=text, due_at=due_at, by=HOUSE, now=due_at, after=after
                    )
                    before = before if follows else delivery
                    made.append(delivery)
        return made

    def _parcel(self, spec: Spec, text: str, n: int, picture: int, film: int) -> Parcel:
        from parvis.networks.facts import Parcel

        title = text if spec.needs_title else ""
        if spec.videos and (spec.needs == "video" or (film and n % film == film - 1)):
            return Parcel(text, title=title, video=self.files["film"])
        if spec.images.most and (spec.needs or (picture and n % picture == picture - 1)):
            return Parcel(text, title=title, pictures=(self.files["picture"],))
        return Parcel(text, title=title)

    def mend(self) -> int:
        """Do what a person does whose account must be connected again; one at a time; return for how many."""
        from django.conf import settings

        from parvis.channels.models import Channel
        from parvis.core import clock
        from parvis.core.http import NotSent, Refused, Unknown

        mended = 0
        for channel in Channel.objects.filter(state="dead").order_by("dead_since")[:1]:
            try:
                found = _found_again(self, channel)
                Channel.objects.filter(pk=channel.pk).update(
                    state="alive", tokens=settings.KEYS.seal(found.tokens), connected_at=clock.now(), why_dead=None, dead_since=None
                )
                mended += 1
            except (NotSent, Refused, Unknown):
                continue  # the person tries again
        return mended

    def hurry(self) -> None:
        """Do what a person does who sees a delivery wait long for its next try: send it now. The hours that networks named are over too."""
        from parvis.channels.models import Channel
        from parvis.core import clock
        from parvis.people.actors import HOUSE
        from parvis.publishing import commands
        from parvis.publishing.models import Delivery, Stop

        now = clock.now()
        Channel.objects.filter(paused_until__gt=now + timedelta(seconds=20)).update(paused_until=None)
        slow = Delivery.objects.filter(state="scheduled", ready_at__gt=now + timedelta(seconds=20))
        # What a stop held back leaves five minutes apart: too long for whoever watches.
        lifted = Stop.objects.filter(lifted_at__isnull=False).order_by("-lifted_at").first()
        held = (
            Delivery.objects.filter(state="scheduled", due_at__lt=lifted.lifted_at, ready_at__lte=now)
            if lifted
            else Delivery.objects.none()
        )
        for delivery in [*slow, *held]:
            with suppress(commands.TooLate):
                commands.move(delivery=delivery, due_at=now, by=HOUSE, now=now)

    def halt(self) -> None:
        """Press the emergency stop."""
        from parvis.core import clock
        from parvis.people.actors import HOUSE
        from parvis.publishing import stops

        stops.stop(company=self.company, by=HOUSE, now=clock.now())

    def let_go(self) -> None:
        """Lift it, and say of all that waits that it is to leave now: else it would leave one by one, five minutes apart."""
        from parvis.core import clock
        from parvis.people.actors import HOUSE
        from parvis.publishing import commands, stops
        from parvis.publishing.models import Delivery

        for stop in stops.of(self.company):
            stops.resume(stop=stop, by=HOUSE, now=clock.now())
        for delivery in Delivery.objects.filter(company=self.company, state="scheduled", due_at__lte=clock.now()):
            with suppress(commands.TooLate):
                commands.move(delivery=delivery, due_at=max(clock.now(), delivery.ready_at), by=HOUSE, now=clock.now())

    def kill(self, number: int) -> None:
        """SIGKILL one worker."""
        worker = self.workers.pop(number)
        worker.kill()
        worker.wait()

    def serve(self) -> None:
        """Start a web server, from which networks fetch pictures and videos."""
        port = self.env["PARVIS_MEDIA_ADDRESS"].rpartition(":")[2]
        self.web = subprocess.Popen([sys.executable, "-m", "parvis.cli", "serve", "--prepared", "--port", port], env=self.env)
        wait_until(lambda: _answers(int(port)), 60, "the web server")

    def work(self, **env: str) -> subprocess.Popen[bytes]:
        """Start a worker process."""
        worker = subprocess.Popen([sys.executable, "-m", "parvis.cli", "work"], env={**self.env, **env})
        self.workers.append(worker)
        return worker

    def stop(self) -> None:
        """Stop all workers as a person would."""
        alive = [worker for worker in self.workers if worker.poll() is None]
        for worker in alive:
            worker.send_signal(signal.SIGTERM)
        for worker in alive:
            try:
                worker.wait(30)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()
        self.workers.clear()
        if self.web is not None:
            self.web.terminate()
            self.web.wait()
            self.web = None


@contextmanager
def stage(database: str, **env: str) -> Iterator[Stage]:
    """Set the stage on `sqlite` or `postgresql`. Once a process: Django's settings are read here."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="parvis-bench-"))
        town = stack.enter_context(running())
        os.environ.update(_environment(town, folder, env))
        if database == "postgresql":
            os.environ["PARVIS_DATABASE"] = stack.enter_context(postgres.running())
        django.setup()
        made = Stage(town, dict(os.environ), _founded())
        made.files = {"picture": _picture(), "film": _film()}
        try:
            yield made
        finally:
            made.stop()
            from django.db import connection

            connection.close()


def _environment(town: Town, folder: str, more: dict[str, str]) -> dict[str, str]:
    places = {key: {"all": stand.url} for key, stand in town.stands.items()}
    return {
        "PARVIS_PLACES": json.dumps(places), "PARVIS_MEDIA_ADDRESS": f"http://127.0.0.1:{_free_port()}",
        "DJANGO_SETTINGS_MODULE": "parvis.settings", "PARVIS_DATA": folder, "PARVIS_PRIVATE_HOSTS": "127.0.0.1",
        "PARVIS_MASTODON_SCHEME": "http", "PARVIS_BLUESKY_RESOLVER": town.bluesky.url, "PARVIS_BLUESKY_PLC": town.bluesky.url,
        "PARVIS_BLUESKY_WEB": town.bluesky.url, "PARVIS_FAKE": town.fake.url, "PARVIS_LOG": "ERROR", "PARVIS_DATABASE": "",
        "PYTHONPATH": str(Path(__file__).parents[1]), **more,
    }  # fmt: skip


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _founded() -> Company:
    from django.core.management import call_command

    from parvis.core import clock
    from parvis.people.models import Company

    call_command("migrate", verbosity=0, interactive=False)
    return Company.objects.create(name="Boulangerie Lenoir", slug="lenoir", created_at=clock.now())


def _connected(here: Stage, tokens: dict[str, Any], **facts: Any) -> Channel:
    from django.conf import settings

    from parvis.channels.models import Channel
    from parvis.core import clock

    now = clock.now()
    times = {"connected_at": now - timedelta(days=1), "visit_at": now + timedelta(days=1)}
    return Channel.objects.create(company=here.company, tokens=settings.KEYS.seal(tokens), **times, **facts)


def _picture() -> Picture:
    from parvis.media import files
    from parvis.networks.facts import Picture

    body = jpeg(shades(480, 360))
    return Picture(files.keep(body), "image/jpeg", 480, 360, len(body), "Le fournil au petit matin")


def _film() -> Video:
    from parvis.media import files
    from parvis.networks.facts import Video

    body = mp4(360, 640, 4.0, weight=90_000)
    return Video(files.keep(body), "video/mp4", 360, 640, len(body), 4.0)


def _comment(text: str) -> Parcel:
    from parvis.networks.facts import COMMENT, Parcel

    return Parcel(text, form=COMMENT)


def _walked(here: Stage, key: str, name: str) -> Found:
    """Go through a closed network's own door with the application of its stand-in, and take the account of this name."""
    from django.conf import settings

    stand, door = here.town.stands[key], settings.NETWORKS[key].door
    stand.settings(auto_approve=name)
    app = dict(zip(("client_id", "client_secret"), settings.SPARE_APP, strict=True))
    begun = door.begin(settings.HTTP, stand.host, f"{settings.PUBLIC_URL}/connect/return/", "state", app)
    asked = parse_qs(urlsplit(settings.HTTP.ask("GET", begun.url).headers.get("location", "")).query)
    found = door.finish(settings.HTTP, begun.memory, asked.get("code", [""])[0])
    return found if not isinstance(found, tuple) else next(one for one in found if one.account.name == name)


def _closed(here: Stage, key: str, name: str) -> Channel:
    here.town.stands[key].add_account(name, name=name)
    found = _walked(here, key, name)
    about = found.account
    return _connected(
        here, dict(found.tokens), network=key, base=about.base, remote_id=about.remote_id, handle=about.handle, name=name,
        limits=dict(about.limits),
    )  # fmt: skip


def _found_again(here: Stage, channel: Channel) -> Found:
    from django.conf import settings

    if channel.network in _CONNECT:
        return settings.NETWORKS[channel.network].door.enter(settings.HTTP, channel.handle, PASSWORD)
    return _walked(here, channel.network, channel.name)


def _fake(here: Stage, handle: str) -> Channel:
    token = here.town.fake.add_account(handle)
    return _connected(here, {"token": token}, network="fake", base=here.town.fake.url, remote_id=handle, handle=handle)


def _mastodon(here: Stage, handle: str) -> Channel:
    token = here.town.mastodon.add_account(handle)
    account = here.town.mastodon.find(handle)
    assert account is not None
    return _connected(here, {"access": token}, network="mastodon", base=here.town.mastodon.url, remote_id=account["id"], handle=handle)


def _bluesky(here: Stage, handle: str) -> Channel:
    from django.conf import settings

    who = here.town.bluesky.add_account(f"{handle}.test", PASSWORD)
    found = settings.NETWORKS["bluesky"].door.enter(settings.HTTP, who["handle"], who["password"])
    about = found.account
    return _connected(here, dict(found.tokens), network="bluesky", base=about.base, remote_id=about.remote_id, handle=about.handle)


_CONNECT = {"fake": _fake, "mastodon": _mastodon, "bluesky": _bluesky}


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def cpu(pid: int) -> float:
    """Return the seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_until(true: Any, seconds: float, what: str) -> None:
    """Wait until `true()`; give up loudly."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            raise SystemExit(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.02)
