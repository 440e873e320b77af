"""A stand-in of Bluesky: an account's own server (PDS), the directory of identities (PLC), the handle resolver and the public pages."""

from __future__ import annotations

import base64
import hashlib
import secrets
from contextlib import suppress
from typing import Any, ClassVar

from sandbox.bluesky_doors import Doors, scrambled
from sandbox.bluesky_inbox import Inbox
from sandbox.bluesky_records import KEY, TID, BadRecord, blobs_of, check, cid_of, file_cid
from sandbox.faults import Fault
from sandbox.public import under_record
from sandbox.server import Clock, Handler, Said, Stand, from_iso, iso, measure, picture_bytes
from sandbox.square import account_page, post_page
from sandbox.wire import Reply, Request, as_html, as_json

POST = "app.bsky.feed.post"
ACCESS_SECONDS = 7200
CODES = {
    400: ("InvalidRequest", "Bad Request"),
    401: ("AuthenticationRequired", "Authentication Required"),
    403: ("Forbidden", "Forbidden"),
    404: ("NotFound", "Not Found"),
    500: ("InternalServerError", "Internal Server Error"),
    502: ("UpstreamFailure", "Upstream Failure"),
    503: ("NotEnoughResources", "Not Enough Resources"),
    504: ("UpstreamTimeout", "Upstream Timeout"),
}
WRITE = {"repo", "collection", "rkey", "validate", "record", "swapRecord", "swapCommit"}


class Bluesky(Stand):
    """One Bluesky, all of it on one address."""

    key: ClassVar[str] = "bluesky"
    name: ClassVar[str] = "Bluesky"
    commit: ClassVar[str] = "POST /xrpc/com.atproto.repo.[cp]*Record"
    prepare: ClassVar[str] = "POST /xrpc/com.atproto.repo.uploadBlob"
    defaults: ClassVar[dict[str, Any]] = {
        "blob_limit": 52_428_800,
        "refresh_grace_seconds": 0,
        "access_seconds": ACCESS_SECONDS,
        "direct_messages": True,
    }

    def __init__(self, clock: Clock | None = None, port: int = 0) -> None:
        self._limit: tuple[int, int, float, int] | None = None
        self.doors = Doors(self)
        self.inbox = Inbox(self)
        super().__init__(clock, port)

    def empty(self) -> None:
        """Forget everything that was kept."""
        names = ("accounts", "tokens", "records", "blobs", "stored", "heads", "convos", "gated")
        self.state = {**{name: {} for name in names}, "secret": secrets.token_hex(32)}

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        server, repo = "/xrpc/com.atproto.server.", "/xrpc/com.atproto.repo."
        return {
            "GET /xrpc/_health": lambda request: as_json({"version": "0.4.220"}),
            f"GET {server}describeServer": self.doors.describe,
            f"POST {server}createSession": self.doors.create_session,
            f"POST {server}refreshSession": self.doors.refresh_session,
            f"GET {server}getSession": self.doors.get_session,
            f"POST {server}deleteSession": self.doors.delete_session,
            "GET /xrpc/com.atproto.identity.resolveHandle": self.doors.resolve,
            f"POST {repo}createRecord": self.create_record,
            f"POST {repo}putRecord": self.put_record,
            f"POST {repo}deleteRecord": self.delete_record,
            f"GET {repo}getRecord": self.get_record,
            f"GET {repo}listRecords": self.list_records,
            f"GET {repo}describeRepo": self.describe_repo,
            f"POST {repo}uploadBlob": self.upload,
            "GET /xrpc/com.atproto.sync.getBlob": self.get_blob,
            "GET /xrpc/app.bsky.actor.getProfile": self.doors.profile,
            "GET /.well-known/atproto-did": self.doors.did_of_host,
            **self.inbox.routes(),
            "GET /profile/{who}": self.account_web,
            "GET /profile/{who}/post/{rkey}": self.post_web,
            "GET /{did}": self.doors.document,
        }

    # ---- words

    def error(self, status: int, code: str = "", words: str = "") -> Reply:
        """Return an error as the protocol writes it."""
        plain = CODES.get(status, ("InternalServerError", "Internal Server Error"))
        return as_json({"error": code or plain[0], "message": words or plain[1]}, status)

    def refuse(self, words: str, code: str = "InvalidRequest", status: int = 400) -> Said:
        """Return a refusal."""
        return Said(self.error(status, code, words))

    def unrouted(self, request: Request) -> Reply:
        """Answer what the network does not have."""
        if request.path.startswith("/xrpc/"):
            verb = "GET" if request.method == "POST" else "POST"
            if f"{verb} {request.path}" in self._fixed:
                return self.error(400, words=f"Incorrect HTTP method ({request.method}) expected {verb}")
            return self.error(501, "MethodNotImplemented", "Method Not Implemented")
        return self.error(404)

    def limited(self, until: float) -> Reply:
        """Return the answer to too many calls."""
        self._limit = None
        reply = self.error(429, "RateLimitExceeded", "Rate Limit Exceeded")
        wait = max(1, int(until - self.now()))
        reply.headers.update(
            {
                "RateLimit-Limit": "5000",
                "RateLimit-Remaining": "0",
                "RateLimit-Reset": str(int(until)),
                "RateLimit-Policy": "5000;w=3600",
                "retry-after": str(wait),
            }
        )
        return reply

    def headers_for(self, account: str) -> dict[str, str]:
        """Return the rate headers of the limit that was counted last."""
        if self._limit is None:
            return {}
        most, left, until, seconds = self._limit
        self._limit = None
        return {
            "RateLimit-Limit": str(most),
            "RateLimit-Remaining": str(left),
            "RateLimit-Reset": str(int(until)),
            "RateLimit-Policy": f"{most};w={seconds}",
        }

    def spend(self, who: str, name: str, cost: int, windows: tuple[tuple[int, int], ...]) -> None:
        """Count points against limits and refuse when one is used up."""
        for most, seconds in windows:
            left, until = self.windows.spend(who, f"{name} {seconds}", cost=cost, most=most, seconds=seconds, now=self.now())
            if left < 0 and self.setting("limits"):
                raise Said(self.limited(until))
            if self._limit is None or left < self._limit[1]:
                self._limit = (most, max(left, 0), until, seconds)

    def fields(self, request: Request, needed: set[str], allowed: set[str]) -> dict[str, Any]:
        """Return the fields of a JSON body. Refuses what is missing and what nobody knows."""
        if request.kind != "application/json":
            raise self.refuse(f"Wrong request encoding (Content-Type): {request.kind}")
        given = request.json()
        if not isinstance(given, dict):
            raise self.refuse("Input must be an object")
        for name in sorted(needed - given.keys()):
            raise self.refuse(f'Input must have the property "{name}"')
        for name in sorted(given.keys() - needed - allowed):
            raise self.refuse(f'Input must not have the property "{name}"')
        return given

    # ---- sessions

    def find(self, name: str) -> dict[str, Any] | None:
        """Return the account of a handle or DID."""
        accounts: dict[str, dict[str, Any]] = self.state["accounts"]
        return accounts.get(name) or next((one for one in accounts.values() if one["handle"] == name.lower().removeprefix("@")), None)

    def enter(self, request: Request, use: str = "access") -> dict[str, Any]:
        """Return the account of the request's token."""
        token = request.bearer()
        if not token:
            raise self.refuse("Authentication Required", "AuthMissing", 401)
        kept = self.state["tokens"].get(token)
        if kept is None or kept["use"] != use:
            raise self.refuse("Token could not be verified" if kept is None else "Bad token scope", "InvalidToken")
        if self.now() >= kept["until"]:
            raise self.refuse("Token has expired", "ExpiredToken")
        account: dict[str, Any] = self.state["accounts"][kept["did"]]
        request.account = account["handle"]
        return account

    def account_of(self, request: Request) -> str:
        """Return the handle whose token this is, or an empty string."""
        kept = self.state["tokens"].get(request.bearer())
        return str(self.state["accounts"][kept["did"]]["handle"]) if kept else ""

    def expire(self, request: Request, fault: Fault) -> Reply | None:
        """Let the hour of this access token be over; only a refresh helps."""
        kept = self.state["tokens"].get(request.bearer())
        if kept and fault.lasting:
            kept["until"] = self.now()
        return self.error(400, "ExpiredToken", "Token has expired")

    def revoke(self, request: Request, fault: Fault) -> Reply | None:
        """Close every session of this account (or refuse this once)."""
        kept = self.state["tokens"].get(request.bearer())
        if kept and fault.lasting:
            self.state["tokens"] = {name: one for name, one in self.state["tokens"].items() if one["did"] != kept["did"]}
            self.changed()
        return self.error(400, "ExpiredToken", "Token has been revoked")

    # ---- records

    def records(self, did: str, collection: str) -> dict[str, dict[str, Any]]:
        """Return the records of a collection, by their keys."""
        found: dict[str, dict[str, Any]] = self.state["records"].setdefault(f"{did}/{collection}", {})
        return found

    def _written(self, request: Request, needed: set[str], cost: int) -> tuple[dict[str, Any], dict[str, Any]]:
        account = self.enter(request)
        given = self.fields(request, needed, WRITE)
        if given["repo"] not in (account["did"], account["handle"]):
            raise self.refuse("Could not find repo" if not self.find(str(given["repo"])) else "Invalid repo", "AuthenticationRequired", 401)
        self.spend(account["handle"], "points", cost, ((5000, 3600), (35_000, 86_400)))
        head = self.state["heads"].get(account["did"], "")
        if given.get("swapCommit") is not None and given["swapCommit"] != head:
            raise self.refuse(f"Commit was at {head}", "InvalidSwap")
        return account, given

    def _checked(self, account: dict[str, Any], given: dict[str, Any]) -> tuple[str, dict[str, Any], str]:
        collection, rkey = str(given["collection"]), str(given.get("rkey") or self.new_tid())
        if not KEY.fullmatch(rkey) or (collection == POST and not TID.fullmatch(rkey)):
            raise self.refuse(f"Invalid record key: {rkey}")
        record = given["record"]
        if not isinstance(record, dict):
            raise self.refuse("Input/record must be an object")
        record = {"$type": collection, **record}
        if record["$type"] != collection:
            raise self.refuse(f"Invalid $type: expected {collection}, got {record['$type']}")
        try:
            status = check(collection, record, given.get("validate"))
            self._check_blobs(account["did"], record)
        except BadRecord as bad:
            raise self.refuse(str(bad), bad.code) from bad
        return rkey, record, status

    def _check_blobs(self, did: str, record: dict[str, Any]) -> None:
        for blob, most in blobs_of(record):
            kept = self.state["blobs"].get(f"{did}/{blob['ref']['$link']}")
            if kept is None:
                raise BadRecord(f"Could not find blob: {blob['ref']['$link']}", "BlobNotFound")
            if kept["kind"] != blob["mimeType"]:
                stated = f"Expected: {kept['kind']}, Got: {blob['mimeType']}"
                raise BadRecord(f"Referenced Mimetype does not match stored blob. {stated}", "InvalidMimeType")
            if kept["size"] != blob["size"]:
                raise BadRecord(f"Referenced Size does not match stored blob. Expected: {kept['size']}, Got: {blob['size']}", "InvalidSize")
            if kept["size"] > most:
                raise BadRecord(f"This file is too large. It is {kept['size']} bytes but the maximum size is {most} bytes.", "BlobTooLarge")

    def create_record(self, request: Request) -> Reply:
        """Make a record. The same key again breaks the server, as the real one does."""
        account, given = self._written(request, {"repo", "collection", "record"}, 3)
        rkey, record, status = self._checked(account, given)
        if rkey in self.records(account["did"], given["collection"]):
            return self.error(500)
        return as_json(self._store(account, given["collection"], rkey, record, status))

    def put_record(self, request: Request) -> Reply:
        """Make or change a record; the same record again changes nothing."""
        account, given = self._written(request, {"repo", "collection", "rkey", "record"}, 2)
        rkey, record, status = self._checked(account, given)
        kept = self.records(account["did"], given["collection"]).get(rkey)
        cid = cid_of(record)
        if kept and kept["cid"] == cid:
            return as_json({"uri": kept["uri"], "cid": cid, "validationStatus": status})
        if "swapRecord" in given and given["swapRecord"] != (kept["cid"] if kept else None):
            raise self.refuse(f"Record was at {kept['cid'] if kept else 'null'}", "InvalidSwap")
        return as_json(self._store(account, given["collection"], rkey, record, status))

    def _store(self, account: dict[str, Any], collection: str, rkey: str, record: dict[str, Any], status: str) -> dict[str, Any]:
        cid = cid_of(record)
        uri = f"at://{account['did']}/{collection}/{rkey}"
        self.records(account["did"], collection)[rkey] = {"uri": uri, "cid": cid, "value": record, "stored": self.now()}
        return {"uri": uri, "cid": cid, "commit": self._commit(account["did"], cid), "validationStatus": status}

    def _commit(self, did: str, cid: str) -> dict[str, str]:
        head = cid_of({"prev": self.state["heads"].get(did, ""), "cid": cid})
        self.state["heads"][did] = head
        self.changed()
        return {"cid": head, "rev": self.new_tid()}

    def delete_record(self, request: Request) -> Reply:
        """Take a record off; what is already gone is no error."""
        account, given = self._written(request, {"repo", "collection", "rkey"}, 1)
        records = self.records(account["did"], str(given["collection"]))
        kept = records.get(str(given["rkey"]))
        if kept and given.get("swapRecord") not in (None, kept["cid"]):
            raise self.refuse(f"Record was at {kept['cid']}", "InvalidSwap")
        if kept is None:
            return as_json({})
        del records[given["rkey"]]
        return as_json({"commit": self._commit(account["did"], "")})

    def _visible(self, record: dict[str, Any]) -> bool:
        return bool(self.now() - record["stored"] >= self.setting("lag_seconds"))

    def _repo(self, request: Request) -> dict[str, Any]:
        account = self.find(request.asked("repo"))
        if account is None:
            raise self.refuse(f"Could not find repo: {request.asked('repo')}")
        return account

    def get_record(self, request: Request) -> Reply:
        """Return one record."""
        account = self._repo(request)
        collection, rkey = request.asked("collection"), request.asked("rkey")
        kept = self.records(account["did"], collection).get(rkey)
        if kept is None or not self._visible(kept) or request.asked("cid", kept["cid"]) != kept["cid"]:
            raise self.refuse(f"Could not locate record: at://{account['did']}/{collection}/{rkey}", "RecordNotFound")
        return as_json({name: kept[name] for name in ("uri", "cid", "value")})

    def list_records(self, request: Request) -> Reply:
        """List records by their keys, newest first."""
        account = self._repo(request)
        limit = request.asked("limit", "50")
        if not limit.isdigit() or not 1 <= int(limit) <= 100:
            raise self.refuse("Error: limit can not be greater than 100")
        turned = request.asked("reverse") == "true"
        records = self.records(account["did"], request.asked("collection"))
        names = sorted((name for name, one in records.items() if self._visible(one)), reverse=not turned)
        if cursor := request.asked("cursor"):
            names = [name for name in names if (name > cursor if turned else name < cursor)]
        shown = names[: int(limit)]
        told: dict[str, Any] = {"records": [{k: records[name][k] for k in ("uri", "cid", "value")} for name in shown]}
        return as_json(told | ({"cursor": shown[-1]} if shown else {}))

    def describe_repo(self, request: Request) -> Reply:
        """Describe a repository."""
        account = self._repo(request)
        held = [name.rpartition("/")[2] for name, found in self.state["records"].items() if found and name.startswith(account["did"])]
        document = self.doors.did_document(account)
        return as_json(
            {"handle": account["handle"], "did": account["did"], "didDoc": document, "collections": held, "handleIsCorrect": True}
        )

    def new_tid(self) -> str:
        """Return a record key of this moment."""
        number = (int(self.now() * 1_000_000) << 10) | secrets.randbelow(1024)
        return "".join("234567abcdefghijklmnopqrstuvwxyz"[number >> shift & 31] for shift in range(60, -1, -5))

    # ---- files

    def upload(self, request: Request) -> Reply:
        """Keep a file until a record names it."""
        account = self.enter(request)
        if request.size > self.setting("blob_limit"):
            return self.error(413, "PayloadTooLarge", "request entity too large")
        if not request.kind:
            raise self.refuse("Request encoding (Content-Type) required but not provided")
        return as_json({"blob": self._keep_blob(account["did"], request.body, request.kind)})

    def _keep_blob(self, did: str, content: bytes, kind: str) -> dict[str, Any]:
        with suppress(ValueError):
            kind = measure(content)[0] or kind
        cid = file_cid(content)
        self.state["blobs"][f"{did}/{cid}"] = {"kind": kind, "size": len(content), "digest": self.keep_file(content)}
        self.changed()
        return {"$type": "blob", "ref": {"$link": cid}, "mimeType": kind, "size": len(content)}

    def get_blob(self, request: Request) -> Reply:
        """Return the bytes of a file."""
        kept = self.state["blobs"].get(f"{request.asked('did')}/{request.asked('cid')}")
        if kept is None:
            raise self.refuse("Blob not found", "BlobNotFound")
        safe = {
            "x-content-type-options": "nosniff",
            "content-security-policy": "default-src 'none'; sandbox",
            "cache-control": "max-age=86400",
        }
        return Reply(200, self.files[kept["digest"]], safe, kind=kept["kind"])

    def file_url(self, did: str, cid: str) -> str:
        """Return the address of a file."""
        return f"{self.url}/xrpc/com.atproto.sync.getBlob?did={did}&cid={cid}"

    # ---- pages

    def account_web(self, request: Request, who: str) -> Reply:
        """Show the public page of an account."""
        account = self.find(who)
        return as_html(account_page(request, self.posts(account["handle"]))) if account else self.error(404)

    def post_web(self, request: Request, who: str, rkey: str) -> Reply:
        """Show the public page of a post and its thread."""
        account = self.find(who)
        if account is None or rkey not in self.records(account["did"], POST):
            return self.error(404)
        return as_html(post_page(request, self.posts(), f"at://{account['did']}/{POST}/{rkey}"))

    # ---- control

    def add_account(self, handle: str, password: str = "", **about: Any) -> dict[str, str]:
        """Open an account (or add a password to it, one of its own making if none is given); `pds` may place it on another server."""
        password = password or "-".join(secrets.token_hex(2) for _ in range(4))
        with self.lock:
            account = self.find(handle)
            if account is None:
                number = hashlib.sha256(f"{self.port} {handle}".encode()).digest()
                did = f"did:plc:{base64.b32encode(number).decode().lower()[:24]}"
                account = {"did": did, "handle": handle.lower(), "name": "", "note": "", "avatar": "", "passwords": [], "at": self.now()}
                self.state["accounts"][did] = account
            account["passwords"].append(scrambled(password))
            account.update({name: about[name] for name in ("name", "note", "pds") if about.get(name)})
            profile = {"$type": "app.bsky.actor.profile", "displayName": account["name"], "description": account["note"]}
            if about.get("avatar"):
                profile["avatar"] = self._keep_blob(account["did"], picture_bytes(about["avatar"]), "image/png")
                account["avatar"] = profile["avatar"]["ref"]["$link"]
            if set(about) & {"name", "note", "avatar"}:
                self._store(account, "app.bsky.actor.profile", "self", profile, "valid")
            self.changed()
            return {"did": account["did"], "handle": account["handle"], "password": password, "pds": self.url}

    def add_post(self, account: str, text: str, **what: Any) -> dict[str, Any]:
        """Place a post. `record` gives fields of the record as they are (facets, embed, reply); `pictures` are (bytes, alt) pairs."""
        with self.lock, self.at(what.get("at", "")):
            owner = self.find(account)
            if owner is None:
                raise KeyError(account)
            record = {"text": text, "createdAt": iso(self.now()), "langs": [what.get("language", "fr")], **what.get("record", {})}
            if what.get("pictures"):
                images = [self._image(owner["did"], picture_bytes(content), alt) for content, alt in what["pictures"]]
                record["embed"] = {"$type": "app.bsky.embed.images", "images": images}
            if what.get("after"):
                record["reply"] = self._reply_to(str(what["after"]))
            given = {"collection": POST, "rkey": what.get("rkey"), "record": record}
            rkey, record, status = self._checked(owner, given)
            self._store(owner, POST, rkey, record, status)
            return self.shown(owner, self.records(owner["did"], POST)[rkey])

    def comment(self, post: str, who: str, text: str) -> dict[str, Any]:
        """Answer a post as somebody of the public."""
        return under_record(self, post, who, text)

    def mention(self, account: str, who: str, text: str) -> dict[str, Any]:
        """Name an account in a post of one's own."""
        return self.add_post(self.inbox.passer_by(who), text if f"@{account}" in text else f"@{account} {text}")

    def message(self, account: str, who: str, text: str) -> dict[str, Any]:
        """Write to an account in private."""
        with self.lock:
            return self.inbox.written(account, who, text)

    def remove_comment(self, name: str) -> None:
        """Take a post of the public off."""
        with self.lock:
            self.inbox.remove(name)

    def _image(self, did: str, content: bytes, alt: str) -> dict[str, Any]:
        _, width, height = measure(content)
        return {"alt": alt, "image": self._keep_blob(did, content, "image/png"), "aspectRatio": {"width": width, "height": height}}

    def _reply_to(self, uri: str) -> dict[str, Any]:
        did, collection, rkey = uri.removeprefix("at://").split("/")
        kept = self.records(did, collection)[rkey]
        parent = {"uri": uri, "cid": kept["cid"]}
        return {"root": kept["value"].get("reply", {}).get("root", parent), "parent": parent}

    def posts(self, account: str = "") -> list[dict[str, Any]]:
        """Return the posts held, oldest first."""
        with self.lock:
            owners = [one for one in self.state["accounts"].values() if account in ("", one["handle"], one["did"])]
            shown = [self.shown(owner, kept) for owner in owners for kept in self.records(owner["did"], POST).values()]
        return sorted(shown, key=lambda one: from_iso(one["at"]))

    def shown(self, owner: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
        """Return a post in the shape common to all networks."""
        record, rkey = kept["value"], kept["uri"].rpartition("/")[2]
        labels = [one["val"] for one in record.get("labels", {}).get("values", [])]
        media = record.get("embed", {})
        media = media.get("media", media)
        return {
            "network": self.key,
            "account": owner["handle"],
            "handle": f"@{owner['handle']}",
            "name": owner["name"] or owner["handle"],
            "avatar": self.file_url(owner["did"], owner["avatar"]) if owner["avatar"] else "",
            "id": kept["uri"],
            "url": f"{self.url}/profile/{owner['handle']}/post/{rkey}",
            "text": record["text"],
            "facets": record.get("facets", []),
            "at": record["createdAt"],
            "after": record.get("reply", {}).get("parent", {}).get("uri", ""),
            "warning": "",
            "sensitive": bool(labels),
            "language": (record.get("langs") or [""])[0],
            "pictures": [self._shown_image(owner["did"], one) for one in media.get("images", [])],
            "card": self._shown_card(owner["did"], media.get("external")),
            "key": rkey,
        }

    def _shown_image(self, did: str, image: dict[str, Any]) -> dict[str, Any]:
        ratio = image.get("aspectRatio") or {"width": None, "height": None}
        return {"url": self.file_url(did, image["image"]["ref"]["$link"]), "alt": image["alt"], **ratio}

    def _shown_card(self, did: str, external: dict[str, Any] | None) -> dict[str, Any] | None:
        if external is None:
            return None
        thumb = external.get("thumb")
        image = self.file_url(did, thumb["ref"]["$link"]) if thumb else None
        return {"url": external["uri"], "title": external["title"], "description": external["description"], "image": image}
