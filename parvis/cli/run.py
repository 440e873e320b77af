"""Web server and worker together, as children of a small supervisor that starts them again when they die.

It stays as small as Python lets it: what it needs once is asked of a child, and `dataclasses` and `pathlib` alone would weigh 2 MB.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

PYTHON = [sys.executable, "-m"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--demo", action="store_true", help="a living company on stand-ins of the networks, for a first look")
    parser.add_argument("--open", action="store_true", help="open the first page in the browser")


class Stop(Exception):
    """A signal asked us to stop."""


class Child:
    """A process that is started again when it dies."""

    def __init__(self, name: str, command: list[str], env: dict[str, str], stdout: int | None = None) -> None:
        self.name, self.command, self.env, self.stdout = name, command, env, stdout
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.deaths = 0

    def start(self) -> None:
        """Start it, in its own group so that a Ctrl-C reaches it through us, in order."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(self.command, env=self.env, stdout=self.stdout, start_new_session=True)

    def tend(self) -> None:
        """Start it again if it died, waiting longer each time it dies young."""
        if self.process is None or self.process.poll() is None:
            return
        self.deaths = self.deaths + 1 if time.monotonic() - self.started < 60 else 1
        print(f"{self.name} stopped (code {self.process.returncode}); starting it again", file=sys.stderr, flush=True)
        time.sleep(min(10.0, 0.25 * 2**self.deaths))
        self.start()

    def ask_to_stop(self) -> None:
        """Send the signal to stop."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self) -> None:
        """Wait until it has stopped; past twenty-five seconds, make it."""
        if self.process is None:
            return
        try:
            self.process.wait(25)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)


def run(chosen: argparse.Namespace) -> int:
    """Start everything and stay until a signal comes."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _raise)
    port = _free_port(chosen.host, chosen.port)
    address = f"http://{chosen.host}:{port}"
    env = {**os.environ}
    env.setdefault("PARVIS_URL", address)
    # Else the C library keeps a heap for each thread, and the memory of one is of no use to another.
    env.setdefault("MALLOC_ARENA_MAX", "2")
    children: list[Child] = []
    try:
        if chosen.demo:
            children.append(_start_sandbox(env))
        if not _is_prepared(env, demo=chosen.demo) and (code := _prepare(env, demo=False)):
            return code
        web = Child("web", [*PYTHON, "parvis.cli", "serve", "--prepared", "--host", chosen.host, "--port", str(port)], env)
        children.append(web)
        web.start()
        # The worker comes second: loading both at once would only make the first page wait.
        _wait_for_page(chosen.host, port)
        print(f"\n  Parvis: {address}/   (Ctrl-C to stop)\n", flush=True)
        if chosen.open:
            subprocess.run([*PYTHON, "webbrowser", address], stdout=subprocess.DEVNULL, check=False)
        # The page says that the bakery is opening; the worker may not touch what is still being made.
        if chosen.demo and (code := _prepare(env, demo=True)):
            return code
        worker = Child("worker", [*PYTHON, "parvis.cli", "work"], env)
        children.append(worker)
        worker.start()
        while True:
            time.sleep(0.5)
            for child in children:
                child.tend()
    except Stop:
        print("Stopping; what is leaving is allowed to arrive.", flush=True)
        return 0
    finally:
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.wait()


def _raise(_number: int, _frame: FrameType | None) -> None:
    raise Stop


def _free_port(host: str, wanted: int, together: int = 1) -> int:
    """Return the first port from `wanted` on that is free, with those that must follow it."""
    for port in range(wanted, wanted + 20):
        if all(_is_free(host, port + more) for more in range(together)):
            return port
    raise SystemExit(f"Ports {wanted} to {wanted + 19} are all taken. Choose another: make run PORT=9000")


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _is_prepared(env: dict[str, str], *, demo: bool) -> bool:
    return subprocess.run([*PYTHON, "parvis.cli.stamp", *(["--demo"] if demo else [])], env=env, check=False).returncode == 0


def _prepare(env: dict[str, str], *, demo: bool) -> int:
    return subprocess.run([*PYTHON, "parvis.cli", "prepare", *(["--demo"] if demo else [])], env=env, check=False).returncode


def _wait_for_page(host: str, port: int) -> None:
    """Wait until the house answers; by hand, for an HTTP client, or names looked up, would stay in this process's memory."""
    for _ in range(300):
        try:
            with socket.socket() as line:
                line.settimeout(2)
                line.connect((host, port))
                line.sendall(f"GET /-/health HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
                if line.recv(64).startswith(b"HTTP/1"):
                    return
        except OSError:
            pass
        time.sleep(0.05)


def _start_sandbox(env: dict[str, str]) -> Child:
    """Start the stand-ins on the ports of the first time (accounts remember their server), and point the house at them."""
    folder = env.get("PARVIS_DATA") or os.path.join(os.path.dirname(__file__), "..", "..", "var")
    port = _sandbox_port(folder)
    state = os.path.join(folder, "sandbox")
    child = Child("sandbox", [*PYTHON, "sandbox", "--port", str(port), "--state", state], env, stdout=subprocess.PIPE)
    child.start()
    said = child.process.stdout.readline() if child.process and child.process.stdout else b""
    if not said:
        raise SystemExit(f"The stand-ins of the networks could not start on port {port}: another program may hold it.")
    env["PARVIS_DEMO"], env["PARVIS_SANDBOX"] = "1", said.decode()
    return child


def _sandbox_port(folder: str) -> int:
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "sandbox.port"), "a+", encoding="ascii") as kept:
        kept.seek(0)
        port = int(kept.read() or _free_port("127.0.0.1", 8910, together=12))
        kept.truncate(0)
        kept.write(str(port))
    return port
