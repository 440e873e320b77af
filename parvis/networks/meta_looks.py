"""Private messages looked at again in one family of networks: what was changed, and what was taken back, since the last look.

A conversation does not move when one of its messages is changed, so the newest conversations are read once more by one call, while anything
is going on in them. A message beyond the twentieth may not be readable by its name though it is there (unverified): none is asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from parvis.core.http import identifier
from parvis.networks.listening import Heard
from parvis.networks.meta import Graph, failure, is_gone
from parvis.networks.meta_heard import MESSAGE_FIELDS, Dialect, Found, message, other_than_us

# So many conversations, with so many of their messages, for so long after the last of them moved.
TALKS, EACH, LIVELY = 10, 20, timedelta(days=2)
# What a look saw: by conversation, each message with the digest of its words and its moment.
Seen = dict[str, dict[str, list[str]]]


@dataclass(frozen=True, slots=True)
class Looks:
    """An account whose conversations are looked at again."""

    graph: Graph
    dialect: Dialect

    def again(self, before: Seen, moved: datetime, now: datetime) -> tuple[list[Heard], frozenset[str], Seen]:
        """Return what is new or has other words, what was taken back, and what was seen; nothing where none `moved` lately."""
        if moved < now - LIVELY:
            return [], frozenset(), {}
        seen: Seen = {}
        told: list[Heard] = []
        for talk, heard in self._newest():
            known = before.get(talk, {})
            seen[talk] = {one.remote_id: [_digest(one.words), one.at.isoformat()] for one in heard}
            told += [one for one in heard if known.get(one.remote_id, [""])[0] != _digest(one.words)]
        missing = [name for talk, names in seen.items() for name in _missing(before.get(talk, {}), names)]
        return told, frozenset(name for name in missing if self.is_gone(name)), seen

    def is_gone(self, name: str) -> bool:
        """Tell whether a message was taken back."""
        answer = self.graph.answer("GET", self._at(f"/{name}"), params={"fields": "id"})
        if not answer.ok and not is_gone(answer):
            raise failure(answer, commit=False)
        return not answer.ok

    def _newest(self) -> Iterator[tuple[str, list[Heard]]]:
        fields = f"id,participants,messages.limit({EACH}){{{MESSAGE_FIELDS}}}"
        asked = {"fields": fields, "platform": self.dialect.platform, "limit": TALKS}
        answer = self.graph.answer("GET", self._at(f"/{self.graph.account.remote_id}/conversations"), params=asked)
        listed = answer.mapping().get("data")
        if not answer.ok or not isinstance(listed, list):
            raise failure(answer, commit=False)
        for talk in listed:
            if isinstance(talk, dict) and identifier(talk.get("id")):
                yield identifier(talk["id"]), self._said(talk)

    def _said(self, talk: Found) -> list[Heard]:
        inside = talk.get("messages")
        rows: Any = inside.get("data") if isinstance(inside, dict) else None
        person, name = other_than_us(talk, self.graph.account), identifier(talk["id"])
        told = [message(one, self.graph.account, self.dialect, name, person) for one in rows or () if isinstance(one, dict)]
        return [one for one in told if one is not None]

    def _at(self, path: str) -> str:
        return self.graph.places.at(path, self.graph.account.base)


def _missing(before: Mapping[str, list[str]], names: Mapping[str, list[str]]) -> list[str]:
    """Return what was there and would be listed still: a full list goes back to its oldest only."""
    oldest = min((at for _, at in names.values()), default="") if len(names) >= EACH else ""
    return [name for name, (_, at) in before.items() if name not in names and at > oldest]


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:12]
