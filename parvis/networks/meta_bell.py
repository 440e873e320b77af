"""The webhooks that the networks of one family share: the question about the address, the signature, what a body says happened."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from parvis.core.http import identifier
from parvis.networks.listening import POSTS, Call, Knock, Reply
from parvis.networks.meta import Graph, codes_of

SIGNATURE = "x-hub-signature-256"
# What a page tells; what it tells where one of these is not known there; and where the person did not grant its messages.
PAGE, LESS, LEAST = "feed,mention,messages,message_edits", "feed,messages", "feed"
NOT_GRANTED = frozenset({10, 100, *range(200, 300)})


@dataclass(frozen=True, slots=True)
class Ring:
    """The webhooks of one object of the family; `sources` says which source is to be read for which field.

    `posted` are the kinds of things that a page publishes itself: what it published is looked for then. `named` are the fields whose news
    no list shows: under which names their value holds the publication, and the comment under it.
    """

    about: str
    sources: Mapping[str, str]
    posted: frozenset[str] = frozenset()
    named: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def handshake(self, call: Call, app: Mapping[str, Any]) -> Reply | None:
        """Give the challenge back to whoever knows the word that was agreed on."""
        if call.method != "GET" or "hub.mode" not in call.query:
            return None
        word, said = str(app.get("verify_token") or ""), call.query.get("hub.verify_token", "")
        if call.query["hub.mode"] != "subscribe" or not word or not hmac.compare_digest(word.encode(), said.encode()):
            return Reply(403)
        return Reply(200, call.query.get("hub.challenge", ""))

    def genuine(self, call: Call, app: Mapping[str, Any]) -> bool:
        """Tell whether the application's secret signed the body as it came, escapes and all."""
        secret = str(app.get("client_secret") or "")
        expected = "sha256=" + hmac.new(secret.encode(), call.body, hashlib.sha256).hexdigest()
        return bool(secret) and hmac.compare_digest(expected.encode(), call.headers.get(SIGNATURE, "").strip().encode())

    def knocks(self, call: Call) -> tuple[Knock, ...]:
        """Return each account and source that the body names, once."""
        try:
            found = json.loads(call.body)
        except ValueError:
            return ()
        if not isinstance(found, dict) or found.get("object") != self.about:
            return ()
        entries = found.get("entry")
        named = (knock for one in (entries if isinstance(entries, list) else ()) if isinstance(one, dict) for knock in self._of(one))
        return tuple(dict.fromkeys(named))

    def _of(self, entry: Mapping[str, Any]) -> Iterator[Knock]:
        name = identifier(entry.get("id"))
        changes = entry.get("changes")
        told = [
            (str(one.get("field")), one.get("value")) for one in (changes if isinstance(changes, list) else ()) if isinstance(one, dict)
        ]
        talks = entry.get("messaging")
        told += [("messages", one) for one in (talks if isinstance(talks, list) else ())]
        if name:
            yield from (Knock(name, self._source(one, value), self._about(one, value)) for one, value in told if one in self.sources)

    def _source(self, one: str, value: Any) -> str:
        posted = isinstance(value, dict) and value.get("item") in self.posted and value.get("verb") == "add"
        return POSTS if posted else self.sources[one]

    def _about(self, one: str, value: Any) -> str:
        """Return what news names: a publication, a comment under it, or a message that was taken back."""
        if not isinstance(value, dict):
            return ""
        said = value.get("message")
        if one == "messages":
            return identifier(said.get("mid")) if isinstance(said, dict) and said.get("is_deleted") is True else ""
        if one not in self.named:
            return ""
        post, comment = (identifier(value.get(key)) for key in self.named[one])
        return f"{post}:{comment}" if post and comment else post


# ---- asking to be told. A refusal costs nothing: everything is read all the same.


def install(graph: Graph, page: str, told: Sequence[str] = (PAGE, LESS, LEAST)) -> None:
    """Have a page tell the application what is written there, as much as it may: each call replaces what was asked of it before."""
    for fields in told:
        answer = graph.answer("POST", graph.places.at(f"/{page}/subscribed_apps", graph.account.base), data={"subscribed_fields": fields})
        if codes_of(answer)[0] not in NOT_GRANTED:
            return


def installed(graph: Graph, page: str) -> bool:
    """Tell whether a page tells the application of anything already."""
    answer = graph.answer("GET", graph.places.at(f"/{page}/subscribed_apps", graph.account.base))
    listed, app = answer.mapping().get("data"), str(graph.wires.tokens.current().get("client_id"))
    return any(isinstance(one, dict) and str(one.get("id")) == app for one in (listed if isinstance(listed, list) else ()))


def announce(graph: Graph, ring: Ring, fields: str) -> None:
    """Have the application call this house, unless it does already or calls another house: there is one address for all who share it."""
    bell, tokens = graph.wires.doorbell, graph.wires.tokens.current()
    app, secret = str(tokens.get("client_id") or ""), str(tokens.get("secret") or "")
    if bell is None or not app or not secret:
        return
    url, head = graph.places.at(f"/{app}/subscriptions", graph.account.base), {"authorization": f"Bearer {app}|{secret}"}
    answer = graph.wires.http.ask("GET", url, headers=head)
    listed = answer.mapping().get("data")
    if not answer.ok or not isinstance(listed, list):
        return
    known = next((one for one in listed if isinstance(one, dict) and one.get("object") == ring.about), {})
    if _calls(known, bell.address, fields) or not _free(known, bell.address):
        return
    asked = {"object": ring.about, "callback_url": bell.address, "verify_token": bell.word, "fields": fields, "include_values": "true"}
    graph.wires.http.ask("POST", url, headers=head, data=asked)


def _calls(known: Mapping[str, Any], address: str, fields: str) -> bool:
    told = known.get("fields")
    names = {one.get("name") if isinstance(one, dict) else one for one in (told if isinstance(told, list) else ())}
    return known.get("callback_url") == address and known.get("active") is not False and {*fields.split(",")} <= names


def _free(known: Mapping[str, Any], address: str) -> bool:
    """Tell whether nobody is called, or we under an address that we had before: nobody else can make its last part."""
    there = str(known.get("callback_url") or "")
    return not there or urlsplit(there).path == urlsplit(address).path
