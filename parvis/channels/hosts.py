"""The address of a server as people write it: with a scheme, a path, a whole account, in capitals, with accents."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import idna

from parvis.core.say import Say, gettext_noop

_PLAIN = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")


class NotAHost(Exception):
    """This cannot be the address of a server; `why` says so to whoever typed it."""

    def __init__(self, typed: str) -> None:
        super().__init__(typed)
        self.why = Say(
            gettext_noop(
                "“%(typed)s” is not the address of a server: it has two words or more and dots between them, as in social.example.fr."
            ),
            {"typed": typed[:80]},
        )


def host_of(typed: str) -> str:
    """Return `host` or `host:port`, in the form that is looked up and stored: lower case, international names in ASCII.

    It takes what people paste: `https://piaille.fr/@lenoir`, `@lenoir@piaille.fr`, `Piaille.FR `. Raises NotAHost.
    """
    text = typed.strip()
    rest = text if "://" in text else f"//{text.rpartition('@')[2] if '/' not in text else text}"
    try:
        parts = urlsplit(rest)
        name, port = parts.hostname or "", parts.port
        name = idna.encode(name.rstrip("."), uts46=True).decode() if not name.isascii() else name.lower().rstrip(".")
    except ValueError as error:  # idna's own errors are ValueErrors too
        raise NotAHost(text) from error
    nameless = text.rpartition("@")[0] == "" and text.startswith("@")  # an account's name without its server
    known_scheme = parts.scheme in {"", "http", "https"}
    if nameless or not known_scheme or not _PLAIN.fullmatch(name) or ".." in name or len(name) > 253:
        raise NotAHost(text)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    return name if port in {None, default} else f"{name}:{port}"
