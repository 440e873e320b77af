"""From a handle to the server that keeps the account: handle, DID, document, PDS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import regex

from parvis.core.http import Client, NotSent, Refused, address, verdict
from parvis.core.say import Say, gettext_noop
from parvis.networks.bluesky.places import Places

HANDLE = regex.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
DID = regex.compile(r"did:(?:plc:[a-z2-7]{24}|web:[A-Za-z0-9.%-]+)")
CHECK = Say(gettext_noop("Check how it is written: a Bluesky handle looks like name.bsky.social, or like a web address."))


@dataclass(frozen=True, slots=True)
class Identity:
    """Who an account is (`did`), where it is kept (`pds`), and what its document calls it (`handle`, perhaps empty)."""

    did: str
    pds: str
    handle: str


def written(identifier: str) -> str:
    """Return the handle or DID in what a person typed or pasted. Raises Refused where it can be neither."""
    text = identifier.strip().removeprefix("at://")
    if "/profile/" in text:
        text = text.partition("/profile/")[2].partition("/")[0]
    text = text.strip("@/ \u200e\u200f\u202a\u202c\u2066\u2069")
    if DID.fullmatch(text):
        return text
    if HANDLE.fullmatch(text.lower()):
        return text.lower()
    raise Refused(Say(gettext_noop("“%(typed)s” is not a Bluesky handle."), {"typed": identifier.strip()[:100]}), CHECK)


def identity(http: Client, places: Places, identifier: str) -> Identity:
    """Find out who an account is and where it is kept. Raises Refused, NotSent."""
    name = written(identifier)
    did = name if DID.fullmatch(name) else did_of(http, places, name)
    if did is None:
        raise Refused(Say(gettext_noop("There is no Bluesky account called %(handle)s."), {"handle": name}), CHECK)
    return _read(document(http, places, did), did)


def did_of(http: Client, places: Places, handle: str) -> str | None:
    """Return the DID of a handle, or None where nobody knows it. Raises NotSent where nobody could be asked."""
    try:
        answer = http.ask("GET", f"{places.resolver}/xrpc/com.atproto.identity.resolveHandle", params={"handle": handle})
    except NotSent:
        if found := _at_its_own_place(http, handle):
            return found
        raise
    did = answer.mapping().get("did")
    if answer.ok and isinstance(did, str) and DID.fullmatch(did):
        return did
    if answer.status != 429 and answer.status < 500:
        return None
    if found := _at_its_own_place(http, handle):
        return found
    raise verdict(answer, commit=False)


def _at_its_own_place(http: Client, handle: str) -> str | None:
    try:
        answer = http.ask("GET", f"https://{handle}/.well-known/atproto-did", seconds=5, most=4096)
    except (NotSent, Refused):
        return None
    did = answer.body.decode("utf-8", "replace").strip()
    return did if answer.ok and DID.fullmatch(did) else None


def document(http: Client, places: Places, did: str) -> dict[str, Any]:
    """Return the document of a DID. Raises Refused, NotSent."""
    answer = http.ask("GET", f"{places.plc}/{did}" if did.startswith("did:plc:") else _web_document(did), most=500_000)
    if answer.status in {404, 410}:
        raise Refused(Say(gettext_noop("The identity %(did)s does not exist (any more)."), {"did": did}), CHECK)
    if not answer.ok or not answer.mapping():
        raise verdict(answer, commit=False, cure=CHECK)
    return answer.mapping()


def _web_document(did: str) -> str:
    host = unquote(did.removeprefix("did:web:"))
    # The protocol allows plain http for one's own machine only.
    scheme = "http" if host.partition(":")[0] == "localhost" else "https"
    return f"{scheme}://{host}/.well-known/did.json"


def _read(document: dict[str, Any], did: str) -> Identity:
    services = document.get("service")
    places = [
        service.get("serviceEndpoint")
        for service in (services if isinstance(services, list) else [])
        if isinstance(service, dict) and str(service.get("id", "")).endswith("#atproto_pds")
    ]
    pds = places[0].rstrip("/") if places and isinstance(places[0], str) else ""
    if document.get("id") != did or not address(pds):
        raise Refused(Say(gettext_noop("The identity %(did)s does not say where its account is kept."), {"did": did}), CHECK)
    names = document.get("alsoKnownAs")
    handles = [str(name).removeprefix("at://") for name in (names if isinstance(names, list) else []) if str(name).startswith("at://")]
    return Identity(did, pds, handles[0] if handles else "")
