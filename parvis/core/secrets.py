"""Seal and open what must never be read in a stolen database: tokens, app passwords, client secrets; keep them out of the log."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import re
import secrets
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from parvis.core.late import fernet

KEY_BYTES = 32


class CannotOpen(Exception):
    """The key that sealed this is not in the key ring, or the sealed text was changed."""


class KeyRing:
    """Keys in order, each with a short id; the first seals, all open.

    A sealed text is `<key id>:<Fernet token>`, so that a rotation knows what is left to do.
    """

    def __init__(self, keys: Sequence[tuple[str, bytes]]) -> None:
        if not keys:
            raise ValueError("a key ring needs at least one key")
        if not all(len(urlsafe_b64decode(key)) == KEY_BYTES for _, key in keys):
            raise ValueError(f"a key is {KEY_BYTES} bytes, written in url-safe base64")
        self._raw = {name: bytes(key) for name, key in keys}
        self.current = keys[0][0]

    @cached_property
    def _keys(self) -> dict[str, fernet.Fernet]:
        return {name: fernet.Fernet(key) for name, key in self._raw.items()}

    def seal(self, value: Mapping[str, Any]) -> str:
        """Seal a JSON-like mapping with the current key."""
        return f"{self.current}:{self._keys[self.current].encrypt(json.dumps(value).encode()).decode()}"

    def open(self, sealed: str) -> dict[str, Any]:
        """Open what `seal` gave. Raises CannotOpen."""
        name, _, token = sealed.partition(":")
        try:
            return dict(json.loads(self._keys[name].decrypt(token.encode())))
        except (KeyError, fernet.InvalidToken) as error:
            raise CannotOpen(name) from error

    def is_current(self, sealed: str) -> bool:
        """Tell whether the current key sealed this."""
        return sealed.partition(":")[0] == self.current

    def sign(self, purpose: str, text: str) -> str:
        """Return the mark that only a holder of the current key makes of a text, `<key id>:<hex>`; each purpose has its own."""
        return f"{self.current}:{self._mark(self.current, purpose, text)}"

    def signed(self, purpose: str, text: str, mark: str) -> bool:
        """Tell whether one of these keys made this mark of this text. Raises CannotOpen when it names a key that is not here."""
        name, _, given = mark.partition(":")
        if name not in self._raw:
            raise CannotOpen(name)
        return hmac.compare_digest(self._mark(name, purpose, text).encode(), given.encode())

    def _mark(self, name: str, purpose: str, text: str) -> str:
        key = hmac.digest(self._raw[name], f"parvis:{purpose}".encode(), hashlib.sha256)
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()

    @classmethod
    def parse(cls, text: str) -> KeyRing:
        """Read `id:key` pairs, one a line or parted by commas, newest first."""
        pairs = [pair.strip().partition(":") for pair in text.replace(",", "\n").splitlines() if pair.strip()]
        return cls([(name, key.encode()) for name, _, key in pairs])

    @classmethod
    def in_file(cls, path: Path) -> KeyRing:
        """Read the key file; make one with a first key, readable by its owner alone, where there is none."""
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f"{path.name}.{os.getpid()}")
            draft.touch(mode=0o600)
            draft.write_text(f"{new_key()}\n")
            try:
                os.link(draft, path)  # two processes starting together must end with the same key
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return cls.parse(path.read_text())


# Addresses whose next piece opens something, for whoever has it.
_DOORS = ("/join", "/yes", "/proposals", "/connect/for", "/m", r"/hooks/[\w-]+", "/reset/key", "/confirm-email")
_OPENS = re.compile(rf"({'|'.join(_DOORS)})/[^/\s?]+|(?<=[?&])(code|state|token)=[^&\s]+")


class Discreet(logging.Formatter):
    """Writes lines of the log without what opens something: links of invitations and of mails, codes of servers."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one line."""
        return _OPENS.sub(lambda found: f"{found[1]}/…" if found[1] else f"{found[2]}=…", super().format(record))


def new_key() -> str:
    """Return a fresh `id:key` line for a key ring."""
    return f"{secrets.token_hex(4)}:{fernet.Fernet.generate_key().decode()}"
