"""Answering in one family of networks: under a comment, or in private; and reading whether an answer is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from parvis.core.http import Answer, Refused, Unknown, address, identifier
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Absent, CannotTell, Ready, Receipt
from parvis.networks.facts import MESSAGE, Parcel
from parvis.networks.listening import moment
from parvis.networks.meta import Graph, failure, is_gone
from parvis.networks.meta_heard import MESSAGE_FIELDS, Dialect, Found, flat, is_mine, parent_of

CLOCKS_DIFFER = timedelta(minutes=10)
LOST = Say(gettext_noop("What this answers is no longer there."))
LOST_CURE = Say(gettext_noop("Your words are kept. Answer another message of this person, or close the conversation."))
ELSEWHERE = Say(gettext_noop("It stands under a publication of somebody else, which the network does not let a tool read or change."))
ELSEWHERE_CURE = Say(gettext_noop("Open the conversation over there, and look yourself."))
NOT_BACK = Say(gettext_noop("This network lets no tool take a private message back."))
NOT_BACK_CURE = Say(gettext_noop("Open the conversation over there: you may be able to take it back yourself."))


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers in an account's name."""

    graph: Graph
    dialect: Dialect

    def ready(self, parcel: Parcel, memory: Mapping[str, Any]) -> Ready:
        """Return what is sent: to a comment, to whoever named the account, or to a person."""
        to = parcel.to
        if to["kind"] == "mention":
            data = {"media_id": to["media"], "message": parcel.text, **({"comment_id": to["comment"]} if to.get("comment") else {})}
            return Ready({"reply": f"/{self.graph.account.remote_id}/mentions", "data": data, "elsewhere": True}, memory)
        if parcel.form != MESSAGE:
            under = to["remote_id"] if self.dialect.answers == "comments" else to["top"]
            return Ready({"reply": f"/{under}/{self.dialect.answers}", "data": {"message": parcel.text}}, memory)
        kind = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"} if to.get("late") else {"messaging_type": "RESPONSE"}
        body = {"recipient": {"id": to["who"]}, "message": {"text": parcel.text}, **kind}
        return Ready({"reply": f"/{self.graph.account.remote_id}/messages", "json": body}, memory)

    def commit(self, body: Mapping[str, Any]) -> Receipt:
        """Send it."""
        what = {name: body[name] for name in ("data", "json") if name in body}
        url = self.graph.places.at(str(body["reply"]), self.graph.account.base)
        answer: Answer = self.graph.answer("POST", url, commit=True, **what)
        if is_gone(answer):
            raise Refused(LOST, LOST_CURE)
        if not answer.ok:
            raise failure(answer, commit=True)
        name = identifier(answer.mapping().get("message_id") or answer.mapping().get("id"))
        if not name:
            raise Unknown("the network's answer was not complete")
        refs = {"private": True} if "json" in body else {"elsewhere": True} if body.get("elsewhere") else {}
        return Receipt(name, address(answer.mapping().get("permalink_url")), refs)

    def look(self, parcel: Parcel, since: datetime, taken: frozenset[str]) -> Receipt | Absent | CannotTell:
        """Find in its own conversation what was written since, with the same words; what stands under others cannot be read."""
        if parcel.to["kind"] == "mention":
            return CannotTell(ELSEWHERE)
        private, to = parcel.form == MESSAGE, parcel.to
        time, text = ("created_time", "message") if private else (self.dialect.time, self.dialect.text)
        for one in self._messages(str(to["thread"]), since) if private else self._comments(to):
            at, name = moment(one.get(time)), identifier(one.get("id"))
            same = str(one.get(text) or "").strip() == parcel.text.strip() and is_mine(one, self.graph.account)
            if same and name and name not in taken and at is not None and at >= since - CLOCKS_DIFFER:
                return Receipt(name, address(one.get("permalink_url")), {"private": True} if private else {})
        return Absent()

    def _messages(self, talk: str, since: datetime) -> list[Found]:
        found: list[Found] = []
        for one in self.graph.pages(f"/{talk}/messages", MESSAGE_FIELDS):
            at = moment(one.get("created_time"))
            if at is not None and at < since - CLOCKS_DIFFER:
                break
            found.append(one)
        return found

    def _comments(self, to: Mapping[str, Any]) -> list[Found]:
        asked: dict[str, Any] = dict(self.dialect.asked)
        listed = [*self.graph.pages(f"/{to['post']}/comments", self.dialect.fields, **asked)]
        return [one for one in flat(listed) if parent_of(one) in (to["remote_id"], to["top"])]
