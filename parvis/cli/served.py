"""The house's public files, served for as long as a block lasts: some networks fetch what they publish, and no web server runs yet."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from django.core.wsgi import get_wsgi_application


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: a signed address is nobody else's."""


@contextmanager
def served() -> Iterator[str]:
    """Serve on a free port of this machine, and let addresses of files lead there; return the address."""
    with make_server("127.0.0.1", 0, get_wsgi_application(), _Server, _Quiet) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        before, settings.MEDIA_ADDRESS = settings.MEDIA_ADDRESS, f"http://127.0.0.1:{server.server_port}"
        try:
            yield settings.MEDIA_ADDRESS
        finally:
            settings.MEDIA_ADDRESS = before
            server.shutdown()
