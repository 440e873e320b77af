"""Bluesky's private messages: a service of its own behind the account's server, open to app passwords that were made for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from parvis.core.http import Answer, Refused, identifier, verdict
from parvis.core.say import Say, gettext_noop
from parvis.networks.bluesky.heard import author, under, words_of
from parvis.networks.bluesky.session import NoChat, Session
from parvis.networks.contract import Receipt
from parvis.networks.listening import Gathered, Heard, moment

SERVICE = {"atproto-proxy": "did:web:api.bsky.chat#bsky_chat"}
NO_CHAT = Say(gettext_noop("This app password was made without access to your private messages."))
MAKE_ANOTHER = Say(
    gettext_noop(
        "On Bluesky, make another app password with “Allow access to your direct messages”, and connect the account with it. "
        "Everything else works meanwhile."
    )
)
OVER_THERE = Say(gettext_noop("Your words are kept: open the network and answer there, or leave it."))
PAGE, MOST_PAGES, MOST_CONVERSATIONS, REMEMBERED = 100, 20, 10, 500
DELETED = "chat.bsky.convo.defs#deletedMessageView"
Found = Mapping[str, Any]


@dataclass(slots=True)
class Chat:
    """The private conversations of an account."""

    session: Session
    me: str
    web: str

    def call(self, method: str, name: str, *, commit: bool = False, **more: Any) -> Answer:
        """Call the chat service. Raises Refused where the app password does not open it."""
        try:
            return self.session.call(method, f"chat.bsky.convo.{name}", commit=commit, chat=True, headers=SERVICE, **more)
        except NoChat as error:
            raise Refused(NO_CHAT, MAKE_ANOTHER) from error

    def gather(self, cursor: Found) -> Gathered:
        """Read the conversations in which something happened since the cursor, some of them at once."""
        revs = dict(cursor.get("revs", {}))
        changed = list(self._changed(revs))
        heard: list[Heard] = []
        gone: set[str] = set()
        for convo in changed:
            for one in self.messages(str(convo["id"]), str(revs.get(convo["id"], ""))):
                if one.get("$type") == DELETED:
                    gone.add(f"{convo['id']}/{one['id']}")
                elif said := self._heard(convo, one):
                    heard.append(said)
            revs[str(convo["id"])] = str(convo["rev"])
        kept = dict(sorted(revs.items(), key=lambda pair: pair[1])[-REMEMBERED:])
        heard.sort(key=lambda one: one.at)
        return Gathered(tuple(heard), {"revs": kept}, frozenset(gone), more=len(changed) == MOST_CONVERSATIONS)

    def _changed(self, revs: Found) -> Iterator[Found]:
        """Yield conversations that moved on, the newest first; below a page of which none did, none did."""
        asked: dict[str, Any] = {"limit": PAGE}
        count = 0
        for _ in range(MOST_PAGES):
            answer = self.call("GET", "listConvos", params=asked)
            page = _listed(answer, "convos")
            moved = [one for one in page if identifier(one.get("rev")) and one["rev"] != revs.get(str(one["id"]))]
            for convo in moved[: MOST_CONVERSATIONS - count]:
                count += 1
                yield convo
            following = identifier(answer.mapping().get("cursor"))
            if not moved or count == MOST_CONVERSATIONS or not following:
                return
            asked["cursor"] = following

    def messages(self, convo: str, since: str) -> list[Found]:
        """Return what is newer in a conversation than a revision, newest first."""
        asked: dict[str, Any] = {"convoId": convo, "limit": PAGE}
        found: list[Found] = []
        for _ in range(MOST_PAGES):
            answer = self.call("GET", "getMessages", params=asked)
            page = _listed(answer, "messages")
            fresh = [one for one in page if str(one.get("rev", "")) > since]
            found += fresh
            following = identifier(answer.mapping().get("cursor"))
            if len(fresh) < len(page) or not following:
                break
            asked["cursor"] = following
        return found

    def newest(self, convo: str) -> str:
        """Return the revision of the newest message of a conversation."""
        page = _listed(self.call("GET", "getMessages", params={"convoId": convo, "limit": 1}), "messages")
        return str(page[0].get("rev", "")) if page else ""

    def send(self, convo: str, message: Found) -> Receipt:
        """Send a message: each call that arrives sends it once more."""
        answer = self.call("POST", "sendMessage", commit=True, json={"convoId": convo, "message": message})
        found = answer.mapping()
        if answer.ok and identifier(found.get("id")):
            return receipt(convo, found)
        raise verdict(answer, commit=True, cure=OVER_THERE)

    def sent(self, convo: str, text: str, after: str, since: datetime, taken: frozenset[str]) -> Receipt | None:
        """Return our message with these words that came after a revision, or None."""
        for one in reversed(self.messages(convo, after)):
            at = moment(one.get("sentAt"))
            mine = under(one, "sender").get("did") == self.me and one.get("text") == text
            if mine and at and at >= since and f"{convo}/{one['id']}" not in taken:
                return receipt(convo, one)
        return None

    def _heard(self, convo: Found, one: Found) -> Heard | None:
        at, did = moment(one.get("sentAt")), identifier(under(one, "sender").get("did"))
        if at is None or not did or "text" not in one:
            return None
        members = convo["members"] if isinstance(convo.get("members"), list) else []
        who = next((each for each in members if isinstance(each, dict) and each.get("did") == did), {"did": did})
        name = str(convo["id"])
        return Heard(
            remote_id=f"{name}/{one['id']}",
            kind="message",
            thread=name,
            words=words_of(one),
            at=at,
            author=author(who, self.web),
            mine=did == self.me,
            url=f"{self.web}/messages/{name}",
            refs={"convo": name, "id": str(one["id"])},
        )


def receipt(convo: str, found: Found) -> Receipt:
    """Return the proof that a message is there."""
    return Receipt(f"{convo}/{identifier(found['id'])}", "", {"convo": convo, "id": identifier(found["id"])})


def _listed(answer: Answer, name: str) -> list[Found]:
    found = answer.mapping().get(name)
    if not answer.ok or not isinstance(found, list):
        raise verdict(answer, commit=False)
    return [one for one in found if isinstance(one, dict) and identifier(one.get("id"))]
