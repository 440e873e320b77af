"""A throw-away PostgreSQL on loopback, started and stopped by whoever needs one: tests, benches, chaos."""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def binaries() -> Path | None:
    """Return the folder of the server's programs, the newest found, or None."""
    folders = [Path(p) for p in glob.glob("/usr/lib/postgresql/*/bin") + glob.glob("/usr/pgsql-*/bin")]
    folders.sort(key=lambda p: float("".join(c for c in str(p) if c.isdigit() or c == ".") or 0))
    for name in reversed(folders):
        if (name / "initdb").exists():
            return name
    found = shutil.which("initdb")
    return Path(os.path.realpath(found)).parent if found else None


def _as_server() -> dict[str, object]:
    """PostgreSQL refuses to run as root: become its own user, or nobody."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextmanager
def running() -> Iterator[str]:
    """Start a cluster in a temporary folder, without durability, and yield its address; remove it afterwards."""
    programs = binaries()
    if programs is None:
        raise RuntimeError("no PostgreSQL programs on this machine")
    folder = Path(tempfile.mkdtemp(prefix="parvis-pg-", dir="/tmp"))
    server = _as_server()
    if server:
        os.chown(folder, int(str(server["user"])), int(str(server["group"])))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    common = {"cwd": "/", "stdout": subprocess.DEVNULL, **server}
    control = [str(programs / "pg_ctl"), "-D", str(folder / "data"), "-w", "-s"]
    made = ["-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"]
    hurry = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} {hurry} -c max_connections=200"
    try:
        subprocess.run([str(programs / "initdb"), "-D", str(folder / "data"), *made], check=True, **common)  # type: ignore[call-overload]
        subprocess.run([*control, "-l", str(folder / "log"), "-o", options, "start"], check=True, **common)  # type: ignore[call-overload]
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=False, **common)  # type: ignore[call-overload]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
