"""Writing to a professional account: containers first, one call that publishes, and the account's own list to learn what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from parvis.core import clock
from parvis.core.http import NotSent, Refused, Unknown, address, identifier
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import (
    Absent,
    Account,
    CannotTell,
    Disconnected,
    Gauge,
    NotYet,
    Ready,
    Receipt,
    Uneditable,
    Wires,
)  # fmt: skip
from parvis.networks.facts import COMMENT, MESSAGE, REPLY, Parcel
from parvis.networks.instagram.connect import quota, stay_alive
from parvis.networks.instagram.containers import Containers
from parvis.networks.instagram.ear import DIALECT
from parvis.networks.instagram.hosts import Hosts
from parvis.networks.instagram.spec import SPEC
from parvis.networks.meta import Endless, Graph, codes_of, failure, is_gone, unseen
from parvis.networks.meta_answers import ELSEWHERE, ELSEWHERE_CURE, NOT_BACK, NOT_BACK_CURE, Answers

CLOCKS_DIFFER = timedelta(minutes=10)
FIELDS = "id,caption,permalink,media_type,media_product_type,children{id}"
UNREADABLE = Say(gettext_noop("What this account has published cannot be read now."))
FULL = Say(gettext_noop("Instagram takes no more publications from this account for now: %(used)s of %(most)s in a day."))
GONE = Say(gettext_noop("The publication that this comment belongs to is no longer there."))
GONE_CURE = Say(gettext_noop("Cancel the comment, or publish the publication anew."))
# What is said of a container that was published already, or that is no longer there.
LOST = frozenset({2207006, 2207008, 2207020})
# Over there longer than this and still unseen: it was published and taken off again.
TAKEN_OFF = timedelta(hours=1)


@dataclass(slots=True)
class Posting(Uneditable):
    """A professional account that can be written to."""

    account: Account
    wires: Wires
    hosts: Hosts
    graph: Graph = field(init=False)

    def __post_init__(self) -> None:
        self.graph = Graph(self.account, self.wires, self.hosts.family)

    # ---- preparing

    def prepare(self, parcel: Parcel, memory: Mapping[str, Any], after: Receipt | None) -> Ready | NotYet:
        """Make the containers once, and wait until the network has worked on them."""
        stay_alive(self.account, self.wires, self.hosts)
        parcel = SPEC.carried(parcel)
        kept = {"began": clock.now().timestamp(), "digest": parcel.digest(), **memory}
        if parcel.form == COMMENT:
            return self._commenting(parcel, kept, after)
        if parcel.form in (REPLY, MESSAGE):
            return Answers(self.graph, DIALECT).ready(parcel, kept)
        containers = Containers(self.graph, kept)
        if kept["digest"] != parcel.digest() or self._was_taken_off(kept, containers, parcel):
            kept = {"began": clock.now().timestamp(), "digest": parcel.digest()}
            containers = Containers(self.graph, kept)
        if not kept.get("container"):
            self._room()
        made = containers.made(parcel)
        if isinstance(made, datetime):
            return NotYet(made, kept)
        body = {
            "container": made,
            "digest": kept["digest"],
            "text": parcel.text,
            "form": parcel.form,
            "many": _many(parcel),
            "at": kept["began"],
        }
        return Ready(body, kept)

    def _commenting(self, parcel: Parcel, kept: dict[str, Any], after: Receipt | None) -> Ready:
        post = after.remote_id if after else str(kept.get("post", ""))
        if not post:
            raise Refused(GONE, GONE_CURE)
        return Ready({"post": post, "text": parcel.text, "began": kept["began"]}, {**kept, "post": post})

    def _room(self) -> None:
        """Wait where the day's publications are used up: the account's own figure is read, never a fixed one."""
        found = self.graph.call("GET", f"/{self.account.remote_id}/content_publishing_limit", params={"fields": "quota_usage,config"})
        used, most = quota(found)
        again = clock.now() + timedelta(hours=1)
        self.wires.gauge("posts", Gauge(used, most, again, "posts"))
        if used >= most:
            raise NotSent(Say(FULL.text, {"used": used, "most": most}), again)

    def _was_taken_off(self, kept: Mapping[str, Any], containers: Containers, parcel: Parcel) -> bool:
        name, age = kept.get("container"), clock.now().timestamp() - float(kept["began"])
        if not name or age < TAKEN_OFF.total_seconds() or containers.state(str(name))[0] != "PUBLISHED":
            return False
        since = datetime.fromtimestamp(float(kept["began"]), clock.now().tzinfo)
        return self._listed(parcel.text, parcel.form, _many(parcel), since, frozenset()) is None

    # ---- the one call

    def commit(self, ready: Ready, key: str) -> Receipt:
        """Publish the container; one that was published already is found instead."""
        body = ready.body
        if "post" in body:
            return self._commented(body)
        if "reply" in body:
            return Answers(self.graph, DIALECT).commit(body)
        url = self.graph.places.at(f"/{self.account.remote_id}/media_publish", self.account.base)
        answer = self.graph.answer("POST", url, commit=True, data={"creation_id": body["container"]})
        if answer.ok and identifier(answer.mapping().get("id")):
            return self._certain(answer.mapping(), self._permalink(identifier(answer.mapping()["id"])))
        problem = failure(answer, commit=True)
        if isinstance(problem, Refused) and self._may_be_there(str(body["container"]), codes_of(answer)[1]):
            raise Unknown(f"{answer.host} refuses container {body['container']}, which may be published already")
        raise problem

    def _commented(self, body: Mapping[str, Any]) -> Receipt:
        url = self.graph.places.at(f"/{body['post']}/comments", self.account.base)
        answer = self.graph.answer("POST", url, commit=True, data={"message": body["text"]})
        if is_gone(answer):
            raise unseen(answer, float(body["began"]), SPEC.settles, Refused(GONE, GONE_CURE))
        if not answer.ok:
            raise failure(answer, commit=True)
        return self._certain(answer.mapping(), "")

    def _certain(self, found: Mapping[str, Any], url: str) -> Receipt:
        name = identifier(found.get("id"))
        if not name:
            raise Unknown("the network's answer was not complete")
        return Receipt(name, url)

    def _permalink(self, name: str) -> str:
        """Return the address of what is there already; whatever goes wrong, it is there."""
        try:
            return address(self.graph.call("GET", f"/{name}", params={"fields": "permalink"}).get("permalink"))
        except (NotSent, Refused):
            return ""

    def _may_be_there(self, container: str, subcode: int) -> bool:
        """Tell whether a container that is refused may have been published by an earlier call whose answer was lost."""
        try:
            state = Containers(self.graph, {}).state(container)[0]
        except (NotSent, Refused):
            return subcode in LOST
        # "Not found" of a container that stands there finished: its state is read late.
        return state == "PUBLISHED" or (state == "FINISHED" and subcode in LOST)

    # ---- looking

    def look(self, parcel: Parcel, key: str, since: datetime, taken: frozenset[str]) -> Receipt | Absent | CannotTell:
        """Read the state of the container, and find in the account's own list what it became."""
        sent, memory = SPEC.carried(parcel), self.wires.memory
        try:
            if sent.form == COMMENT:
                return self._look_under(sent.text, str(memory.get("post", "")), taken) or Absent()
            if sent.form in (REPLY, MESSAGE):
                return Answers(self.graph, DIALECT).look(sent, since, taken)
            return self._listed(sent.text, sent.form, _many(sent), since - CLOCKS_DIFFER, taken) or Absent()
        except Disconnected:
            raise
        except Endless:
            return CannotTell(UNREADABLE)
        except Refused as refused:
            return CannotTell(refused.reason)

    def _listed(self, text: str, form: str, many: list[Any], since: datetime, taken: frozenset[str]) -> Receipt | None:
        edge = "stories" if form == "story" else "media"
        asked = {} if form == "story" else {"since": int(since.timestamp())}
        for media in self.graph.pages(f"/{self.account.remote_id}/{edge}", FIELDS, **asked):
            name = identifier(media.get("id"))
            same = form == "story" or str(media.get("caption") or "").strip() == text.strip()
            if name and name not in taken and same and _shows(media) == many:
                return Receipt(name, address(media.get("permalink")))
        return None

    def _look_under(self, text: str, post: str, taken: frozenset[str]) -> Receipt | None:
        for comment in self._comments(post) if post else ():
            name = identifier(comment.get("id"))
            mine = str(comment.get("username", "")).lower() == self.account.handle.lower()
            if mine and name and name not in taken and str(comment.get("text", "")).strip() == text.strip():
                return Receipt(name, "")
        return None

    def _comments(self, post: str) -> Iterator[Mapping[str, Any]]:
        yield from self.graph.pages(f"/{post}/comments", "id,text,username")

    # ---- afterwards

    def delete(self, receipt: Receipt) -> None:
        """Take it off; it is no error that it is gone."""
        if receipt.refs.get("private"):
            raise Refused(NOT_BACK, NOT_BACK_CURE)
        if receipt.refs.get("elsewhere"):
            raise Refused(ELSEWHERE, ELSEWHERE_CURE)
        answer = self.graph.answer("DELETE", self.graph.places.at(f"/{receipt.remote_id}", self.account.base))
        if not answer.ok and not is_gone(answer):
            raise failure(answer, commit=False)


def _many(parcel: Parcel) -> list[Any]:
    """Return what a publication shows: its kind, and how many items where it is a carousel."""
    count = len(parcel.pictures) + bool(parcel.video)
    return ["CAROUSEL_ALBUM", count] if count > 1 and parcel.form != "story" else ["VIDEO" if parcel.video else "IMAGE", 1]


def _shows(media: Mapping[str, Any]) -> list[Any]:
    children = media.get("children")
    count = len(children.get("data") or []) if isinstance(children, dict) else 1
    return [media.get("media_type"), count if media.get("media_type") == "CAROUSEL_ALBUM" else 1]
