"""A proxy that forwards everything, and on demand loses a request before the server sees it, or an answer after the server is done."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

DROPPED = frozenset({"host", "connection", "content-length", "transfer-encoding", "content-encoding", "accept-encoding"})


class Lossy:
    """The line between us and a server. `lose_answer` and `lose_request` strike the next calls whose path holds a word."""

    def __init__(self, behind: str) -> None:
        self.behind = behind
        self.url = ""
        self.seen: list[str] = []
        self._answers: list[str] = []
        self._requests: list[str] = []

    def lose_answer(self, word: str, times: int = 1) -> None:
        self._answers += [word] * times

    def lose_request(self, word: str, times: int = 1) -> None:
        self._requests += [word] * times

    def takes(self, armed: list[str], path: str) -> bool:
        for word in armed:
            if word in path:
                armed.remove(word)
                return True
        return False


@contextmanager
def between(behind: str) -> Iterator[Lossy]:
    """Stand in front of the server at `behind` until the end."""
    line = Lossy(behind)
    client = httpx.Client(base_url=behind, timeout=30, trust_env=False)

    class Forward(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            line.seen.append(f"{self.command} {self.path}")
            if line.takes(line._requests, self.path):
                return self.cut()
            head = {name: value for name, value in self.headers.items() if name.lower() not in DROPPED}
            answer = client.request(self.command, self.path, content=body or None, headers=head)
            if line.takes(line._answers, self.path):
                return self.cut()
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name.lower() not in DROPPED:
                    self.send_header(name, value)
            self.send_header("content-length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)
            return None

        do_GET = do_POST = do_PUT = do_DELETE = forward

        def cut(self) -> None:
            self.close_connection = True

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Forward)
    server.daemon_threads = True
    line.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield line
    finally:
        server.shutdown()
        server.server_close()
        client.close()
