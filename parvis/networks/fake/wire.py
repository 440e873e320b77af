"""Writing to the fake network, where nothing but a reading can tell whether a post is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from parvis.core.http import Answer, Refused, address, identifier, verdict
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Absent, Account, CannotTell, NotYet, Ready, Receipt, Wires
from parvis.networks.facts import MESSAGE, REPLY, Parcel, Picture
from parvis.networks.fake.session import Session
from parvis.networks.fake.spec import SPEC

CLOCKS_DIFFER = timedelta(minutes=10)
OVER_THERE = Say(gettext_noop("Your words are kept: open the network and answer there, or leave it."))


@dataclass(slots=True)
class Posting:
    """An account that can be written to."""

    account: Account
    wires: Wires

    def prepare(self, parcel: Parcel, memory: Mapping[str, Any], after: Receipt | None) -> Ready | NotYet:
        """Upload the pictures that the memory does not know yet."""
        parcel = SPEC.carried(parcel)
        if parcel.form == MESSAGE:
            return Ready({"to": str(parcel.to.get("who", "")), "text": parcel.text, "late": bool(parcel.to.get("late"))})
        ids = dict(memory.get("pictures", {}))
        for picture in parcel.pictures:
            ids[picture.digest] = ids.get(picture.digest) or self._upload(picture)
        body = {
            "text": parcel.text,
            "after": str(parcel.to["remote_id"]) if parcel.form == REPLY else _id_of(after) if after else None,
            "warning": parcel.warning,
            "language": parcel.language,
            "pictures": [{"id": ids[picture.digest], "alt": picture.alt} for picture in parcel.pictures],
        }
        return Ready(body, {"pictures": ids})

    def commit(self, ready: Ready, key: str) -> Receipt:
        """Post it: each call that arrives makes one more post, or one more message."""
        answer = self._call("POST", "/messages" if "to" in ready.body else "/posts", commit=True, json={**ready.body, "key": key})
        found = answer.mapping()
        if answer.status == 200 and identifier(found.get("id")):
            return _receipt(found)
        raise verdict(answer, commit=True, cure=OVER_THERE if "to" in ready.body or ready.body.get("after") else None)

    def look(self, parcel: Parcel, key: str, since: datetime, taken: frozenset[str]) -> Receipt | Absent | CannotTell:
        """Read the account's posts, or its messages, and find the one that carries the key."""
        what = "messages" if parcel.form == MESSAGE else "posts"
        answer = self._call("GET", f"/{what}", params={"since": (since - CLOCKS_DIFFER).isoformat()})
        posts = answer.mapping().get(what)
        if answer.status == 429 or answer.status >= 500:
            raise verdict(answer, commit=False)
        if answer.status != 200 or not isinstance(posts, list):
            return CannotTell(Say(gettext_noop("The posts of %(host)s cannot be read."), {"host": answer.host}))
        mine = [post for post in posts if isinstance(post, dict) and post.get("key") == key and identifier(post.get("id")) not in taken]
        return _receipt(mine[0]) if mine else Absent()

    def delete(self, receipt: Receipt) -> None:
        """Take it off."""
        name = _id_of(receipt)
        answer = self._call("DELETE", f"/{'messages' if name.startswith('m') else 'posts'}/{name}")
        if not answer.ok and answer.status not in {404, 410}:
            raise verdict(answer, commit=False)

    def edit(self, receipt: Receipt, parcel: Parcel) -> None:
        """Put other words in its place."""
        parcel = SPEC.carried(parcel)
        answer = self._call("PATCH", f"/posts/{_id_of(receipt)}", json={"text": parcel.text, "warning": parcel.warning})
        if answer.status in {404, 410}:
            raise Refused(
                Say(gettext_noop("It is not on the network any more.")), Say(gettext_noop("Publish it again if it is still of use."))
            )
        if not answer.ok:
            raise verdict(answer, commit=False)

    def _upload(self, picture: Picture) -> str:
        answer = self._call("POST", "/pictures", content=self.wires.read(picture.digest), headers={"content-type": picture.mime})
        found = answer.mapping()
        if answer.status != 200 or not found.get("id"):
            raise verdict(answer, commit=False)
        return str(found["id"])

    def _call(self, method: str, path: str, *, commit: bool = False, headers: Mapping[str, str] | None = None, **more: Any) -> Answer:
        return Session(self.account, self.wires).call(method, path, commit=commit, headers=headers, **more)


def _receipt(post: Mapping[str, Any]) -> Receipt:
    name = identifier(post["id"])
    return Receipt(name, address(post.get("url")), {"id": name})


def _id_of(receipt: Receipt) -> str:
    return (receipt.remote_id or receipt.url).rpartition("/")[2]
