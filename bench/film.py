"""A heavy video, from the browser to the network that fetches it: memory of everything that touches it, and how often progress is told."""

from __future__ import annotations

import hashlib
import http.client
import io
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import av
import django

from bench.figures import Figures

WEIGHT = 200_000_000
TOKEN = "a" * 32
PAGE = os.sysconf("SC_PAGE_SIZE")
# What is transcoded: long enough that progress can be seen to move.
PART = 20.0


def main() -> int:
    """Take in, serve and make a video of 200 MB; say what it cost."""
    seen = Figures()
    with tempfile.TemporaryDirectory() as folder, _house(folder) as (house, port):
        film = Path(folder) / "film.mp4"
        began = time.perf_counter()
        _film(film)
        seen.say("(the video, made in)", time.perf_counter() - began, unit="s")
        seen.say("weight of the video", film.stat().st_size / 1e6, unit="MB")
        cookie = _account()
        _get(port, "/c/lenoir/media/", cookie)
        with _watch(house) as memory:
            _sent(seen, port, cookie, film)
        memory.say(seen, "taken in, probed, copied without its place")
        asset = _asset()
        with _watch(house) as memory:
            _read(seen, port, asset)
        memory.say(seen, "read whole and in pieces")
        with _watch(house) as memory:
            _made(seen, asset)
        memory.say(seen, f"{PART:.0f} s of it made to fit")
    return 1 if seen.missed else 0


# ---- the video


def _film(place: Path) -> None:
    """Write a video of real packets: two seconds of 1080p that moves much, repeated until it is heavy enough."""
    seed = io.BytesIO()
    noise, rate = random.Random(7), 24
    with av.open(seed, "w", format="mp4") as film:
        options = {"preset": "ultrafast", "b": "14M", "maxrate": "14M", "bufsize": "14M", "g": "48"}
        stream = film.add_stream("libx264", rate=rate, options=options)
        stream.width, stream.height, stream.pix_fmt = 1920, 1080, "yuv420p"
        for number in range(48):
            frame = av.VideoFrame(1920, 1080, "yuv420p")
            for plane in frame.planes:
                plane.update((noise.randbytes(4096) * (plane.buffer_size // 4096 + 1))[: plane.buffer_size])
            frame.pts = number
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    with av.open(str(place), "w", format="mp4") as out:
        copy, turn, written = None, 0, 0
        while written < WEIGHT:
            seed.seek(0)
            with av.open(seed) as film:
                source = film.streams.video[0]
                copy = copy or out.add_stream_from_template(source)
                for packet in film.demux(source):
                    if packet.dts is not None and packet.pts is not None and source.time_base:
                        shift = round(turn * 2 / source.time_base)
                        packet.pts, packet.dts, packet.stream = packet.pts + shift, packet.dts + shift, copy
                        written += packet.size
                        out.mux(packet)
            turn += 1


# ---- the house


@contextmanager
def _house(folder: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    os.environ.update(
        PARVIS_DATA=folder, PARVIS_LOG="WARNING", PARVIS_URL=f"http://127.0.0.1:{port}", DJANGO_SETTINGS_MODULE="parvis.settings"
    )
    house = subprocess.Popen([sys.executable, "-m", "parvis.cli", "run", "--port", str(port)], stdout=subprocess.DEVNULL)
    try:
        _get(port, "/-/health", "", patient=True)
        django.setup()
        time.sleep(4)
        yield house, port
    finally:
        house.send_signal(signal.SIGTERM)
        house.wait(40)


def _account() -> str:
    from django.test import Client

    from parvis.core import clock
    from parvis.people.models import Company, Member, Role, User

    user = User.objects.create_user("alice@example.test", "correct horse 9", name="Alice")
    company = Company.objects.create(name="Boulangerie Lenoir", slug="lenoir", created_at=clock.now())
    Member.objects.create(company=company, user=user, role=Role.OWNER, since=clock.now())
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return f"sessionid={client.cookies['sessionid'].value}; csrftoken={TOKEN}"


def _asset() -> Any:
    from parvis.media.models import Asset

    return Asset.objects.select_related("company").get(kind="video")


def _get(port: int, path: str, cookie: str, *, patient: bool = False, **headers: str) -> tuple[int, bytes]:
    for _ in range(600 if patient else 1):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            line.request("GET", path, headers={"Cookie": cookie, **headers})
            answer = line.getresponse()
            return answer.status, answer.read()
        except OSError:
            if not patient:
                raise
            time.sleep(0.05)
        finally:
            line.close()
    raise SystemExit("the house never answered")


def _sent(seen: Figures, port: int, cookie: str, film: Path) -> None:
    head = b'--line\r\nContent-Disposition: form-data; name="files"; filename="film.mp4"\r\nContent-Type: video/mp4\r\n\r\n'
    tail = b"\r\n--line--\r\n"
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=900)
    began = time.perf_counter()
    line.putrequest("POST", "/c/lenoir/media/")
    headers = {"Cookie": cookie, "X-CSRFToken": TOKEN, "HX-Request": "true", "Origin": f"http://127.0.0.1:{port}"}
    headers |= {"Content-Type": "multipart/form-data; boundary=line", "Content-Length": str(len(head) + film.stat().st_size + len(tail))}
    for name, value in headers.items():
        line.putheader(name, value)
    line.endheaders(head)
    with film.open("rb") as file:
        while piece := file.read(1 << 16):
            line.send(piece)
    line.send(tail)
    answer = line.getresponse()
    body = answer.read()
    seen.say("taken in, from the first byte to the answer", time.perf_counter() - began, unit="s")
    if answer.status != 200 or b"film.mp4" not in body:
        raise SystemExit(f"not taken in: {answer.status} {body[:400]!r}")


def _read(seen: Figures, port: int, asset: Any) -> None:
    from parvis.media import addresses, files

    path = urlsplit(addresses.public(asset.digest, asset.mime)).path
    began = time.perf_counter()
    found, start = hashlib.sha256(), 0
    while start < asset.size:
        status, piece = _get(port, path, "", Range=f"bytes={start}-{start + 4_000_000 - 1}")
        assert status == 206
        found.update(piece)
        start += len(piece)
    assert found.hexdigest() == asset.digest
    seen.say("read in pieces of 4 MB", time.perf_counter() - began, unit="s")
    place = files.path(asset.digest).read_bytes()
    for _ in range(200):
        start = random.randrange(asset.size - 70_000)
        assert _get(port, path, "", Range=f"bytes={start}-{start + 65_535}")[1] == place[start : start + 65_536]
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("GET", path)
    answer, size = line.getresponse(), 0
    while piece := answer.read(1 << 16):
        size += len(piece)
    assert size == asset.size


def _made(seen: Figures, asset: Any) -> None:
    from datetime import date

    from parvis.core import clock
    from parvis.media import film_commands, films
    from parvis.media.models import Making
    from parvis.networks.facts import Fact, VideoRule
    from parvis.people.actors import HOUSE

    film_commands.cut(asset=asset, start=30.0, end=30.0 + PART, by=HOUSE, now=clock.now())
    rule = VideoRule(most=1, bytes=300_000_000, seconds=900, fact=Fact(0, "", date(2026, 11, 27)), side=1920, frames=60)
    making = films.wanted(asset=asset, rule=rule, by=HOUSE, now=clock.now())
    assert making is not None
    began, steps = time.perf_counter(), [(0.0, 0.0)]
    while (row := Making.objects.get(pk=making.pk)).state in {"waiting", "working"}:
        if row.state == "working" and row.changed_at.timestamp() != steps[-1][0]:
            steps.append((row.changed_at.timestamp(), row.progress))
        time.sleep(0.05)
    assert row.state == "done", row.told
    gaps = [after[0] - before[0] for before, after in pairwise(steps[1:])]
    seen.say(f"{PART:.0f} s of 1080p made anew in", time.perf_counter() - began, unit="s")
    seen.say("progress told, times", len(steps) - 1)
    seen.say("longest silence between two tellings", max(gaps, default=0.0), most=1.0, unit="s")


# ---- memory


@dataclass
class Memory:
    """The most that each process of the house held, and all of them together, beside what they held at rest."""

    rest: dict[int, float] = field(default_factory=dict)
    peaks: dict[int, tuple[str, float]] = field(default_factory=dict)
    most: float = 0.0

    def look(self, pids: list[int]) -> None:
        """Read every process once."""
        held = {pid: _resident(pid) for pid in pids}
        if not self.rest:
            self.rest = held
        for pid, size in held.items():
            if size > self.peaks.get(pid, ("", 0.0))[1]:
                self.peaks[pid] = (_called(pid), size)
        self.most = max(self.most, sum(held.values()) - sum(self.rest.values()))

    def say(self, seen: Figures, what: str) -> None:
        """Print what was seen."""
        for pid, (name, size) in sorted(self.peaks.items()):
            before = self.rest.get(pid, 0.0)
            if size - before > 1:
                seen.say(f"  {name}: most resident (at rest {before:.0f})", size, unit="MB")
        seen.say(f"memory more than at rest: {what}", self.most, most=150, unit="MB")


@contextmanager
def _watch(house: subprocess.Popen[bytes]) -> Iterator[Memory]:
    memory, over = Memory(), threading.Event()
    memory.look(_family(house.pid))

    def watch() -> None:
        while not over.wait(0.01):
            memory.look(_family(house.pid))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield memory
    finally:
        over.set()
        thread.join()


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task").iterdir()
        found = [child for task in children for child in (task / "children").read_text().split()]
    except OSError:
        return [pid]
    return [pid, *(p for child in found for p in _family(int(child)))]


def _resident(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 1e6
    except (OSError, IndexError):
        return 0.0


def _called(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    except OSError:
        return "?"
    name = " ".join(words[2:4]) if len(words) > 3 else words[-1]
    return {"parvis.cli run": "supervisor", "parvis.cli work": "worker", "parvis.cli serve": "web"}.get(name, name.strip() or "?")


if __name__ == "__main__":
    sys.exit(main())
