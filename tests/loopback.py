"""A server on loopback with any manners at all: each connection, its request read, is handed to a function with the bare socket."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

Talk = Callable[[socket.socket, bytes], None]


def _whole(line: socket.socket) -> bytes:
    request = line.recv(65_536)
    while b"\r\n\r\n" not in request:
        request += line.recv(65_536)
    size = int((request.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]) or 0)
    while len(request.partition(b"\r\n\r\n")[2]) < size:
        request += line.recv(65_536)
    return request


@contextlib.contextmanager
def loopback(talk: Talk) -> Iterator[str]:
    """Yield the address of a server that lets `talk(line, request)` answer each connection's first request."""
    listener = socket.create_server(("127.0.0.1", 0))
    lines: list[socket.socket] = []

    def one(line: socket.socket) -> None:
        with contextlib.suppress(OSError), line:
            talk(line, _whole(line))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = listener.accept()
                lines.append(line)
                threading.Thread(target=one, args=(line,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        for line in [listener, *lines]:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()


def answering(body: bytes = b"{}", status: str = "200 OK", **headers: str) -> Talk:
    """Return manners that answer every request in full, headers written with underscores, and hang up."""
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    whole = f"HTTP/1.1 {status}\r\n{lines}content-length: {len(body)}\r\nconnection: close\r\n\r\n".encode() + body
    return lambda line, request: line.sendall(whole)
