"""Private messages on X: those that are not encrypted, of the last thirty days. X charges for each that is read or sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from parvis.core.http import Answer, Refused, identifier, line
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Account, Ready, Receipt
from parvis.networks.facts import Parcel
from parvis.networks.listening import Gathered, Heard, moment
from parvis.networks.x.errors import CONNECT_AGAIN, judged
from parvis.networks.x.heard import Post, attached, order, people, pictures, rows, somebody
from parvis.networks.x.session import Session
from parvis.networks.x.spec import MESSAGE_READ, USER_READ
from parvis.networks.x.words import HOLE, shown

CLOCKS_DIFFER = timedelta(minutes=10)
# What was read before costs once more each day, so a reading begins with few and goes on while all of them are new.
FEW, PAGE, MOST_PAGES = 10, 100, 5
SCOPES = frozenset({"dm.read", "dm.write"})
_FIELDS = "attachments,created_at,dm_conversation_id,entities"
WANTED = {
    "expansions": "sender_id,attachments.media_keys",
    "media.fields": "alt_text,preview_image_url,type,url",
    "user.fields": "profile_image_url",
    "event_types": "MessageCreate",
}
# The newer words of the API, in which the expansion names the sender, and the older ones.
WORDS = ({"dm_event.fields": _FIELDS}, {"dm_event.fields": f"{_FIELDS},sender_id"})
NOT_ALLOWED = Say(gettext_noop("Parvis was not allowed to read and send the private messages of this account on X."))
SEVERAL = Say(gettext_noop("Several people talk together here: answer on X itself."))
OVER_THERE = Say(gettext_noop("Your words are kept: open the network and answer there, or leave it."))
NOT_BACK = Say(gettext_noop("X takes a private message away from your own account only: whoever got it keeps it."))
NOT_BACK_CURE = Say(gettext_noop("Write again, and put right what was wrong."))


@dataclass(frozen=True, slots=True)
class Talks:
    """The private conversations of an account. `web` is where people read them."""

    session: Session
    account: Account
    web: str

    def gather(self, cursor: Mapping[str, Any]) -> Gathered:
        """Read one page: X goes backwards, down to what was newest the last time. Raises Refused where that was not allowed."""
        self._allowed()
        top, token, newest = (str(cursor.get(name, "")) for name in ("top", "token", "newest"))
        asked = {**WANTED, "max_results": FEW if top and not token else PAGE, **({"pagination_token": token} if token else {})}
        answer = self._ask("/2/dm_events", asked)
        if token and answer.status == 400:
            return Gathered((), {"top": top}, more=True)  # a page's name that X no longer knows: from the first page again
        found = _read(answer)
        page = rows(found.get("data"))
        told = [self._heard(one, found) for one in page if order(identifier(one["id"])) > order(top)]
        newest = max((newest, *(identifier(one["id"]) for one in page)), key=order)
        further = line(found["meta"].get("next_token"), 500)
        micros = len(page) * MESSAGE_READ.value + len(people(found)) * USER_READ.value
        heard = tuple(sorted((one for one in told if one), key=lambda one: one.at))
        if further and further != token and len(told) == len(page):
            return Gathered(heard, {"top": top, "token": further, "newest": newest}, more=True, micros=micros)
        return Gathered(heard, {"top": max(top, newest, key=order)}, micros=micros)

    def ready(self, parcel: Parcel, memory: Mapping[str, Any]) -> Ready:
        """Return what is sent, and to whom. Raises Refused where that is not one person."""
        if not parcel.to.get("who"):
            raise Refused(SEVERAL, OVER_THERE)
        return Ready({"with": str(parcel.to["who"]), "text": parcel.text}, memory)

    def send(self, body: Mapping[str, Any]) -> Receipt:
        """Send a private message to one person: each call that arrives sends it once more."""
        answer = self.session.call("POST", f"/2/dm_conversations/with/{body['with']}/messages", commit=True, json={"text": body["text"]})
        made = answer.mapping().get("data")
        name = identifier(made.get("dm_event_id")) if isinstance(made, dict) else ""
        if answer.ok and name:
            return self._receipt(name)
        raise judged(answer, commit=True)

    def sent(self, who: str, text: str, since: datetime, taken: frozenset[str]) -> Receipt | None:
        """Return our message to somebody with these words that was sent since then, or None."""
        for one in self._with(who, since - CLOCKS_DIFFER):
            name = identifier(one["id"])
            same = shown(one, self.account.handle).split() == text.split()
            if same and identifier(one.get("sender_id")) == self.account.remote_id and name not in taken:
                return self._receipt(name)
        return None

    def _with(self, who: str, since: datetime) -> Iterator[Post]:
        """Yield what was said between the account and somebody since then, newest first."""
        asked: dict[str, Any] = {**WANTED, "max_results": FEW}
        for _ in range(MOST_PAGES):
            found = _read(self._ask(f"/2/dm_conversations/with/{who}/dm_events", asked))
            for one in rows(found.get("data")):
                if (moment(one.get("created_at")) or since) < since:
                    return
                yield one
            further = line(found["meta"].get("next_token"), 500)
            if not further:
                return
            asked |= {"pagination_token": further, "max_results": PAGE}

    def _ask(self, path: str, asked: Mapping[str, Any]) -> Answer:
        answer = self.session.call("GET", path, params={**asked, **WORDS[0]})
        return self.session.call("GET", path, params={**asked, **WORDS[1]}) if answer.status == 400 else answer

    def _allowed(self) -> None:
        held = frozenset(str(self.session.wires.tokens.current().get("scope", "")).split())
        if held and not held >= SCOPES:
            raise Refused(NOT_ALLOWED, CONNECT_AGAIN)

    def _receipt(self, name: str) -> Receipt:
        return Receipt(name, "", {"private": True})

    def _heard(self, one: Post, found: Mapping[str, Any]) -> Heard | None:
        at, by, talk = moment(one.get("created_at")), identifier(one.get("sender_id")), identifier(one.get("dm_conversation_id"))
        if at is None or not by or not talk:
            return None
        return Heard(
            remote_id=identifier(one["id"]),
            kind="message",
            thread=talk,
            words=shown(one, self.account.handle).replace(HOLE, "…"),
            at=at,
            author=somebody(by, people(found).get(by, {}), self.web),
            mine=by == self.account.remote_id,
            url=f"{self.web}/messages/{talk}",
            attached=attached(one, pictures(found)),
            refs={"who": _other(talk, self.account.remote_id)},
        )


def _other(talk: str, me: str) -> str:
    """Return with whom a conversation of two is: its name holds both; that of several people is one number."""
    both = talk.split("-")
    others = [one for one in both if one != me]
    return others[0] if len(both) == 2 and len(others) == 1 else ""


def _read(answer: Answer) -> Mapping[str, Any]:
    found = answer.mapping()
    if answer.status != 200 or not isinstance(found.get("meta"), dict):
        raise judged(answer, commit=False)
    return found
