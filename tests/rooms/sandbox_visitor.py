"""Who visits the sandbox in the tests: plain HTTP without TLS (a context of it costs more than the call), and small pictures."""

from __future__ import annotations

import io
from typing import Any

import httpx
from PIL import Image


def visitor(base: str, token: str = "") -> httpx.Client:
    """Return a client of one address, with its token."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return httpx.Client(base_url=base, headers=headers, verify=False, trust_env=False, timeout=10)


def call(method: str, url: str, **how: Any) -> httpx.Response:
    """Make one call."""
    with visitor("") as client:
        return client.request(method, url, **how)


def get(url: str, **how: Any) -> httpx.Response:
    """Read an address."""
    return call("GET", url, **how)


def post(url: str, **how: Any) -> httpx.Response:
    """Post to an address."""
    return call("POST", url, **how)


def png(width: int = 64, height: int = 40, colour: str = "#b0286e") -> bytes:
    """Return a plain picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()
