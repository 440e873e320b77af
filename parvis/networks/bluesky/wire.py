"""Writing to Bluesky: a record at a key of our own choosing, which can be created only once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from parvis.core import clock
from parvis.core.http import Answer, NotSent, Refused, Unknown, identifier, verdict
from parvis.core.say import Say, gettext_noop
from parvis.networks.bluesky.chat import OVER_THERE, Chat
from parvis.networks.bluesky.facets import facets
from parvis.networks.bluesky.heard import CLOSED, under
from parvis.networks.bluesky.identity import did_of
from parvis.networks.bluesky.places import Places
from parvis.networks.bluesky.session import Session, error_of
from parvis.networks.bluesky.spec import SPEC
from parvis.networks.bluesky.tid import moment
from parvis.networks.contract import Absent, Account, CannotTell, NotYet, Ready, Receipt, Uneditable, Wires
from parvis.networks.facts import MESSAGE, REPLY, Card, Parcel, Picture

COLLECTION = "app.bsky.feed.post"
# A server throws away pictures that no record names; an upload is trusted for less than that.
UPLOAD_SERVES = timedelta(minutes=10)
UPLOAD_SECONDS = 120.0
CLOCKS_DIFFER = timedelta(minutes=10)


@dataclass(slots=True)
class Posting(Uneditable):
    """An account that can be written to."""

    account: Account
    wires: Wires
    places: Places
    session: Session = field(init=False)

    def __post_init__(self) -> None:
        self.session = Session(self.account, self.wires)

    # ---- the four calls

    def prepare(self, parcel: Parcel, memory: Mapping[str, Any], after: Receipt | None) -> Ready | NotYet:
        """Upload the pictures, find out who is mentioned, and make the record but for its date."""
        parcel = SPEC.carried(parcel)
        if parcel.form == MESSAGE:
            return self._message(parcel, memory)
        kept = _still_good(memory)
        record: dict[str, Any] = {"$type": COLLECTION, "text": parcel.text}
        if parcel.language:
            record["langs"] = [parcel.language]
        if alive := facets(parcel.text, cache(self._did_of)):
            record["facets"] = alive
        if embed := self._embed(parcel, kept):
            record["embed"] = embed
        if parcel.warning.strip() and parcel.pictures:
            # The only cover Bluesky offers for a picture that is not sexual.
            record["labels"] = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "graphic-media"}]}
        if parcel.form == REPLY:
            record["reply"] = self._answered(parcel.to)
        elif after is not None:
            record["reply"] = self._reply(after)
        return Ready(record, kept)

    def commit(self, ready: Ready, key: str) -> Receipt:
        """Create the record at `key`. The same key again finds what is there and makes nothing. A message has no key."""
        if "convo" in ready.body:
            return self.chat.send(ready.body["convo"], ready.body["message"])
        record = {**ready.body, "createdAt": moment(key).isoformat(timespec="milliseconds").replace("+00:00", "Z")}
        body = {"repo": self.account.remote_id, "collection": COLLECTION, "rkey": key, "record": record, "swapRecord": None}
        answer = self.session.call("POST", "com.atproto.repo.putRecord", commit=True, json=body)
        if answer.ok and (receipt := self._receipt(answer, key, record)):
            return receipt
        if error_of(answer) == "InvalidSwap":
            return self._already(key, record)
        if error_of(answer) in {"BlobNotFound", "InvalidBlob"}:
            raise NotSent(Say(gettext_noop("Bluesky has lost a picture; it is uploaded again.")), clock.now() + UPLOAD_SERVES)
        raise verdict(answer, commit=True)

    def look(self, parcel: Parcel, key: str, since: datetime, taken: frozenset[str]) -> Receipt | Absent | CannotTell:
        """Read the one place where it must be. No sign-in is needed, so a dead connection does not blind us.

        A message is looked for among those that came after what the preparation saw last.
        """
        if parcel.form == MESSAGE:
            seen = str(self.wires.memory.get("seen", ""))
            sent = SPEC.carried(parcel).text
            return self.chat.sent(str(parcel.to["convo"]), sent, seen, since - CLOCKS_DIFFER, taken) or Absent()
        answer = self._get(key)
        if answer.ok and (receipt := self._receipt(answer, key, answer.mapping().get("value"))):
            return receipt
        if error_of(answer) == "RecordNotFound":
            return Absent()
        if answer.status == 429 or answer.status >= 500:
            raise verdict(answer, commit=False)
        return CannotTell(Say(gettext_noop("The posts of this account cannot be read on %(host)s."), {"host": answer.host}))

    def delete(self, receipt: Receipt) -> None:
        """Take the record off; it is no error that it is gone. A message can only be taken away for oneself."""
        if receipt.refs.get("convo"):
            raise Refused(
                Say(gettext_noop("On Bluesky a private message stays with whoever got it.")),
                Say(gettext_noop("Write to them again if something in it was wrong.")),
            )
        body = {"repo": self.account.remote_id, "collection": COLLECTION, "rkey": _key_of(receipt)}
        answer = self.session.call("POST", "com.atproto.repo.deleteRecord", json=body)
        if not answer.ok and error_of(answer) != "RecordNotFound":
            raise verdict(answer, commit=False)

    # ---- what they are made of

    @property
    def chat(self) -> Chat:
        """The private conversations of this account."""
        return Chat(self.session, self.account.remote_id, self.places.web)

    def _message(self, parcel: Parcel, memory: Mapping[str, Any]) -> Ready:
        convo = str(parcel.to["convo"])
        kept = {"seen": memory["seen"] if "seen" in memory else self.chat.newest(convo)}
        message: dict[str, Any] = {"text": parcel.text}
        if alive := facets(parcel.text, cache(self._did_of)):
            message["facets"] = alive
        return Ready({"convo": convo, "message": message}, kept)

    def _did_of(self, handle: str) -> str | None:
        return did_of(self.wires.http, self.places, handle)

    def _embed(self, parcel: Parcel, kept: dict[str, Any]) -> dict[str, Any] | None:
        if parcel.pictures:
            return {"$type": "app.bsky.embed.images", "images": [self._image(picture, kept) for picture in parcel.pictures]}
        return {"$type": "app.bsky.embed.external", "external": self._external(parcel.card, kept)} if parcel.card else None

    def _image(self, picture: Picture, kept: dict[str, Any]) -> dict[str, Any]:
        size = {"width": picture.width, "height": picture.height}
        return {"image": self._blob(picture, kept), "alt": picture.alt, "aspectRatio": size}

    def _external(self, card: Card, kept: dict[str, Any]) -> dict[str, Any]:
        external: dict[str, Any] = {"uri": card.url, "title": card.title, "description": card.description}
        if card.picture:
            external["thumb"] = self._blob(card.picture, kept)
        return external

    def _blob(self, picture: Picture, kept: dict[str, Any]) -> Any:
        if picture.digest not in kept:
            body, head = self.wires.read(picture.digest), {"content-type": picture.mime}
            answer = self.session.call("POST", "com.atproto.repo.uploadBlob", content=body, headers=head, seconds=UPLOAD_SECONDS)
            blob = answer.mapping().get("blob")
            if not answer.ok or not isinstance(blob, dict):
                raise verdict(answer, commit=False, cure=Say(gettext_noop("Replace the picture by a lighter or a simpler one.")))
            kept[picture.digest] = {"blob": blob, "at": clock.now().isoformat()}
        return kept[picture.digest]["blob"]

    def _reply(self, after: Receipt) -> dict[str, Any]:
        refs = after.refs if after.refs.get("cid") else self._refs(after)
        parent = {"uri": refs["uri"], "cid": refs["cid"]}
        return {"root": refs.get("root") or parent, "parent": parent}

    def _answered(self, to: Mapping[str, Any]) -> dict[str, Any]:
        """Return what an answer answers. The account's own server would take an answer that nobody is shown."""
        answer = self.session.call("GET", "app.bsky.feed.getPosts", params={"uris": [to["uri"]]})
        posts = answer.mapping().get("posts")
        if not answer.ok or not isinstance(posts, list):
            raise verdict(answer, commit=False)
        if not posts:
            raise Refused(
                Say(gettext_noop("The post that this one answers is no longer on Bluesky.")),
                Say(gettext_noop("Publish this text as a post of its own, or cancel it.")),
            )
        if under(posts[0], "viewer").get("replyDisabled") is True:
            raise Refused(CLOSED, OVER_THERE)
        return {"root": dict(to["root"]), "parent": {"uri": to["uri"], "cid": to["cid"]}}

    def _refs(self, after: Receipt) -> Mapping[str, Any]:
        """Find what a person pointed to by its address alone."""
        answer = self._get(_key_of(after))
        found = self._receipt(answer, _key_of(after), answer.mapping().get("value")) if answer.ok else None
        if found is None:
            if error_of(answer) != "RecordNotFound":
                raise verdict(answer, commit=False)
            raise Refused(
                Say(gettext_noop("The post that this one answers is no longer on Bluesky.")),
                Say(gettext_noop("Publish this text as a post of its own, or cancel it.")),
            )
        return found.refs

    def _already(self, key: str, record: Mapping[str, Any]) -> Receipt:
        """The key is taken: by us, unless two clocks and two dice fell alike."""
        try:
            answer = self._get(key)
        except NotSent as error:
            raise Unknown(f"the key {key} is taken, and reading it failed") from error
        there = answer.mapping().get("value")
        receipt = self._receipt(answer, key, there) if answer.ok and isinstance(there, dict) else None
        if receipt is None or not isinstance(there, dict):
            raise Unknown(f"the key {key} is taken, and reading it gave {answer.status}")
        if there.get("text") == record["text"]:
            return receipt
        raise Refused(
            Say(gettext_noop("Another post stands at the place kept for this one.")),
            Say(gettext_noop("Duplicate the post and send the copy.")),
        )

    def _get(self, key: str) -> Answer:
        asked = {"repo": self.account.remote_id, "collection": COLLECTION, "rkey": key}
        return self.wires.http.ask("GET", f"{self.account.base}/xrpc/com.atproto.repo.getRecord", params=asked)

    def _receipt(self, answer: Answer, key: str, record: Any) -> Receipt | None:
        found = answer.mapping()
        uri, cid = identifier(found.get("uri"), 500), identifier(found.get("cid"))
        if not uri.startswith("at://") or not cid:
            return None
        here = {"uri": uri, "cid": cid}
        reply = record.get("reply") if isinstance(record, dict) else None
        root = reply.get("root", here) if isinstance(reply, dict) else here
        return Receipt(uri, f"{self.places.web}/profile/{self.account.handle}/post/{key}", {**here, "root": root})


def _key_of(receipt: Receipt) -> str:
    return (receipt.remote_id or receipt.url).partition("?")[0].rstrip("/").rpartition("/")[2]


def _still_good(memory: Mapping[str, Any]) -> dict[str, Any]:
    since = (clock.now() - UPLOAD_SERVES).isoformat()
    return {digest: kept for digest, kept in memory.items() if isinstance(kept, dict) and str(kept.get("at", "")) > since}
