"""What people say under LinkedIn's posts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbox.public import name_of
from sandbox.server import Handler, Said, iso
from sandbox.wire import Reply, Request, as_json, fields

PEOPLE = re.compile(r"\(id:([\w-]+)\)")
THREAD = re.compile(r"urn:li:comment:\((urn:li:\w+:\d+),(\d+)\)")
COMMENT = {"actor", "object", "message", "parentComment", "content"}


class Social:
    """The comments of one stand-in."""

    def __init__(self, stand: Any) -> None:
        self.stand = stand

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {
            "GET /rest/socialActions/{urn}/comments": self.listing,
            "POST /rest/socialActions/{urn}/comments": self.create,
            "GET /rest/socialActions/{urn}/comments/{name}": self.read,
            "POST /rest/socialActions/{urn}/comments/{name}": self.change,
            "DELETE /rest/socialActions/{urn}/comments/{name}": self.delete,
            "GET /rest/socialMetadata/{urn}": self.metadata,
            "GET /rest/organizationalEntityNotifications": self.notifications,
            "GET /rest/people": self.people,
        }

    def _post(self, urn: str) -> dict[str, Any]:
        """Return the post of this URN, or the one under which the comment of this URN stands."""
        inner = THREAD.fullmatch(urn)
        post: dict[str, Any] | None = self.stand.posting.of(inner[1] if inner else urn)
        if post and inner and not any(one["id"] == inner[2] for one in post["comments"]):
            post = None
        if post is None:
            raise Said(self.stand.error(404, "RESOURCE_NOT_FOUND", f"Could not find entity {urn}"))
        return post

    def _comment(self, urn: str, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
        post = self._post(urn)
        for one in post["comments"]:
            if one["id"] == name:
                return post, one
        raise Said(self.stand.error(404, "RESOURCE_NOT_FOUND", f"Could not find comment {name}"))

    def create(self, request: Request, urn: str) -> Reply:
        """Comment in a page's name; its id is told by a header."""
        member = self.stand.enter(request, "w_organization_social_feed")
        post, given = self._post(urn), fields(request)
        if self.stand.setting("comments_closed"):
            raise Said(self.stand.error(403, "ACCESS_DENIED", "Comments are disabled on this entity"))
        if unknown := given.keys() - COMMENT:
            raise self.stand.unpermitted(f"/{sorted(unknown)[0]}")
        page = self.stand.rights(member, str(given.get("actor", "")))
        if self._post(str(given.get("object", ""))) is not post:
            raise self.stand.invalid("/object", "INVALID_URN_ID", "The object is not the entity of the path")
        message = given.get("message")
        text = message.get("text", "") if isinstance(message, dict) and not message.keys() - {"text", "attributes"} else ""
        self._length(text)
        parent = str(given.get("parentComment", "")) or (urn if THREAD.fullmatch(urn) else "")
        one = self.store(post, given["actor"], page["handle"], text, self._number(parent))
        reply = as_json(self.element(post, one), 201)
        reply.headers["x-restli-id"] = one["id"]
        return reply

    def _number(self, urn: str) -> str:
        found = THREAD.fullmatch(urn)
        return found[2] if found else ""

    def _length(self, text: str) -> None:
        if not text or len(text) > self.stand.setting("max_comment"):
            raise self.stand.invalid("/message/text", "FIELD_LENGTH_TOO_LONG", "Field length is longer than expected maximum length")

    def store(self, post: dict[str, Any], actor: str, by: str, text: str, parent: str = "") -> dict[str, Any]:
        """Keep a comment."""
        one = {"id": self.stand.number(), "actor": actor, "by": by, "text": text, "at": self.stand.now(), "parent": parent}
        post["comments"].append(one)
        self.stand.bells.comment(post, one, "ADMIN_COMMENT" if by == post["page"] else "COMMENT")
        self.stand.changed()
        return one

    def element(self, post: Mapping[str, Any], one: Mapping[str, Any]) -> dict[str, Any]:
        """Return a comment as it is read."""
        thing, moment = f"urn:li:activity:{post['id']}", {"actor": one["actor"], "time": int(one["at"] * 1000)}
        changed = {**moment, "time": int(one.get("edited", one["at"]) * 1000)}
        told = {"actor": one["actor"], "commentUrn": f"urn:li:comment:({thing},{one['id']})", "created": moment, "lastModified": changed}
        below = sum(other["parent"] == one["id"] for other in post["comments"])
        if self.stand.setting("comment_summaries"):
            told["commentsSummary"] = {"selectedComments": [], "totalFirstLevelComments": below, "aggregatedTotalComments": below}
        told |= {"id": one["id"], "message": {"attributes": [], "text": one["text"]}, "object": thing}
        return {**told, "parentComment": f"urn:li:comment:({thing},{one['parent']})"} if one["parent"] else told

    def listing(self, request: Request, urn: str) -> Reply:
        """List the comments of a post, or the answers to one of them, the newest first."""
        self.stand.enter(request, "r_organization_social_feed")
        post = self._post(urn)
        lag = self.stand.setting("lag_seconds")
        under = self._number(urn)
        held = [one for one in reversed(post["comments"]) if self.stand.now() - one["at"] >= lag and one["parent"] == under]
        return as_json(self.stand.page_of(request, [self.element(post, one) for one in held], most=100))

    def read(self, request: Request, urn: str, name: str) -> Reply:
        """Return one comment."""
        self.stand.enter(request, "r_organization_social_feed")
        return as_json(self.element(*self._comment(urn, name)))

    def change(self, request: Request, urn: str, name: str) -> Reply:
        """Change the words of one's own comment."""
        member = self.stand.enter(request, "w_organization_social_feed")
        self.stand.rights(member, request.asked("actor"))
        post, one = self._comment(urn, name)
        patch = fields(request).get("patch")
        changes = patch.get("message", {}).get("$set") if isinstance(patch, dict) else None
        if not isinstance(changes, dict) or changes.keys() != {"text"} or one["actor"] != request.asked("actor"):
            raise self.stand.unpermitted("/patch")
        self._length(changes["text"])
        one |= {"text": changes["text"], "edited": self.stand.now()}
        self.stand.bells.comment(post, one, "COMMENT_EDIT")
        self.stand.changed()
        return Reply(204, kind="")

    def delete(self, request: Request, urn: str, name: str) -> Reply:
        """Take a comment off."""
        member = self.stand.enter(request, "w_organization_social_feed")
        self.stand.rights(member, request.asked("actor"))
        post, one = self._comment(urn, name)
        post["comments"].remove(one)
        self.stand.bells.comment(post, one, "COMMENT_DELETE")
        self.stand.changed()
        return Reply(204, kind="")

    def metadata(self, request: Request, urn: str) -> Reply:
        """Count what people did under a post."""
        self.stand.enter(request, "r_organization_social_feed")
        post = self._post(urn)
        top = [one for one in post["comments"] if not one["parent"]]
        summary, state = (
            {"count": len(post["comments"]), "topLevelCount": len(top)},
            "CLOSED" if self.stand.setting("comments_closed") else "OPEN",
        )
        return as_json({"entity": urn, "commentsState": state, "commentSummary": summary, "reactionSummaries": {}})

    def people(self, request: Request) -> Reply:
        """Tell the names of members, to an application that may know them."""
        self.stand.enter(request, "r_organization_social_feed")
        if not self.stand.setting("people_readable"):
            raise Said(self.stand.error(403, "ACCESS_DENIED", "Not enough permissions to access: people.BATCH_GET"))
        found = {f"(id:{name})": self._person(name) for name in PEOPLE.findall(request.asked("ids")) if name in self.stand.state["people"]}
        return as_json({"results": found, "statuses": {}, "errors": {}})

    def _person(self, name: str) -> dict[str, str]:
        first, _, last = self.stand.state["people"][name].partition(" ")
        return {"id": name, "localizedFirstName": first, "localizedLastName": last, "vanityName": name}

    # ---- the public

    def passing(self, where: str, who: str, text: str) -> dict[str, Any]:
        """Let somebody of the public write under a post, or answer a comment; an answer to an answer stands beside it."""
        held, parent = self.stand.posting.of(where), ""
        if held is None:
            held, above = self.held(where)
            parent = above["parent"] or above["id"]
        name = name_of(who)
        self.stand.state["people"][name] = who
        return self.store(held, f"urn:li:person:{name}", who, text, parent)

    def held(self, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return a comment with the post that it stands under."""
        for post in self.stand.state["posts"].values():
            for one in post["comments"]:
                if one["id"] == name:
                    return post, one
        raise KeyError(name)

    def rewrite(self, name: str, text: str) -> dict[str, Any]:
        """Put other words in a comment."""
        post, one = self.held(name)
        one |= {"text": text, "edited": self.stand.now()}
        self.stand.bells.comment(post, one, "COMMENT_EDIT")
        self.stand.changed()
        return self.shown(one)

    def remove(self, name: str) -> None:
        """Take a comment off, with what answers it."""
        post, gone = self.held(name)
        post["comments"] = [one for one in post["comments"] if name not in (one["id"], one["parent"])]
        self.stand.bells.comment(post, gone, "COMMENT_DELETE")
        self.stand.changed()

    def notifications(self, request: Request) -> Reply:
        """Tell what happened on a page in the last sixty days, the newest first."""
        member = self.stand.enter(request, "rw_organization_admin", "r_organization_social_feed")
        page = self.stand.rights(member, request.asked("organizationalEntity"))
        asked = re.fullmatch(r"List\(([A-Z_,]+)\)", request.asked("actions", "List(COMMENT)"))
        if request.asked("q") != "criteria" or asked is None:
            raise Said(self.stand.error(400, "PARAM_INVALID", "q must be criteria, and actions a List"))
        told = [
            self.notification(post, one)
            for post in self.stand.state["posts"].values()
            for one in post["comments"]
            if post["page"] == page["handle"] and one["by"] != page["handle"] and self.stand.now() - one["at"] < 60 * 86_400
        ]
        told += [self._named(one) for one in self.stand.state["named"] if one["page"] == page["handle"]]
        told = [one for one in told if one["action"] in asked[1].split(",")]
        told.sort(key=lambda one: one["lastModifiedAt"], reverse=True)
        return as_json(self.stand.page_of(request, told, most=100))

    def notification(self, post: Mapping[str, Any], one: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is told of a comment."""
        element = self.element(post, one)
        decorated = {"comment": {"entity": element["commentUrn"], "owner": one["actor"], "text": one["text"]}}
        return {
            "notificationId": int(one["id"]),
            "organizationalEntity": post["given"]["author"],
            "action": "COMMENT",
            "sourcePost": post["urn"],
            "generatedActivity": element["commentUrn"],
            "decoratedGeneratedActivity": decorated,
            "lastModifiedAt": element["lastModified"]["time"],
        }

    def name(self, page: str, who: str, text: str) -> dict[str, Any]:
        """Name a page in a post of somebody of the public."""
        name = name_of(who)
        self.stand.state["people"][name] = who
        one = {"id": self.stand.number(), "page": page, "by": who, "actor": f"urn:li:person:{name}", "text": text, "at": self.stand.now()}
        self.stand.state["named"].append(one)
        self.stand.bells.tell(page, self._named(one))
        self.stand.changed()
        return {**self.shown(one), "id": f"urn:li:share:{one['id']}"}

    def _named(self, one: dict[str, Any]) -> dict[str, Any]:
        urn = f"urn:li:share:{one['id']}"
        return {
            "notificationId": int(one["id"]),
            "organizationalEntity": f"urn:li:organization:{self.stand.state['pages'][one['page']]['id']}",
            "action": "SHARE_MENTION",
            "sourcePost": urn,
            "generatedActivity": urn,
            "decoratedGeneratedActivity": {"share": {"entity": urn, "owner": one["actor"], "text": one["text"]}},
            "lastModifiedAt": int(one["at"] * 1000),
        }

    def shown(self, one: dict[str, Any]) -> dict[str, Any]:
        """Return a comment in the shape common to all networks."""
        return {"id": one["id"], "text": one["text"], "by": one["by"], "at": iso(one["at"], 6)}
