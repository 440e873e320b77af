"""Google Business's reviews: left by the public, answered by the place; an answer is looked over too."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from sandbox.server import Handler, Said
from sandbox.wire import Reply, Request, as_json

if TYPE_CHECKING:
    from sandbox.google_business import GoogleBusiness

STARS = ("STAR_RATING_UNSPECIFIED", "ONE", "TWO", "THREE", "FOUR", "FIVE")
MOST_BYTES = 4096
MOST_BATCH = 50


class Reviews:
    """The part of the stand-in that holds reviews."""

    def __init__(self, stand: GoogleBusiness) -> None:
        self.stand = stand

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        place = "/v4/accounts/{account}/locations/{place}"
        return {
            f"GET {place}/reviews": self.listing,
            f"GET {place}/reviews/{{name}}": self.read,
            f"PUT {place}/reviews/{{name}}/reply": self.reply,
            f"DELETE {place}/reviews/{{name}}/reply": self.unreply,
            "POST /v4/accounts/{account}/locations:batchGetReviews": self.batch,
        }

    def keep(self, place: dict[str, Any], who: str, stars: int, text: str) -> dict[str, Any]:
        """Put a review on a place; who leaves no name is anonymous."""
        review = {
            "id": secrets.token_urlsafe(24), "place": place["id"], "who": who, "stars": max(1, min(5, int(stars))), "text": text,
            "at": self.stand.now(), "changed": self.stand.now(), "reply": None,
        }  # fmt: skip
        self.stand.state["reviews"][review["id"]] = review
        self.stand.changed()
        return review

    def change(self, name: str, stars: int, text: str) -> None:
        """Change a review, as its author may."""
        self.stand.state["reviews"][name] |= {"stars": stars, "text": text, "changed": self.stand.now()}
        self.stand.changed()

    def take_off(self, name: str) -> None:
        """Take a review off, as its author may."""
        del self.stand.state["reviews"][name]
        self.stand.changed()

    def of(self, place: str) -> list[dict[str, Any]]:
        """Return the reviews of a place, those that changed last first."""
        held = [one for one in self.stand.state["reviews"].values() if one["place"] == place]
        return sorted(held, key=lambda one: one["changed"], reverse=True)

    def listing(self, request: Request, account: str, place: str) -> Reply:
        """List the reviews of a place."""
        self.stand.may(request, frozenset({"pageSize", "pageToken", "orderBy"}))
        held = self.of(self.stand.held(request, account, place)["id"])
        if request.asked("orderBy").startswith("rating"):
            held.sort(key=lambda one: one["stars"], reverse=request.asked("orderBy").endswith("desc"))
        body = self.stand.paged(request, "reviews", [self._told(one) for one in held], 50, 50)
        if held:
            body |= {"averageRating": round(sum(one["stars"] for one in held) / len(held), 1), "totalReviewCount": len(held)}
        return as_json(body)

    def batch(self, request: Request, account: str) -> Reply:
        """List the reviews of several places."""
        self.stand.may(request)
        given = self.stand.body(request, dict.fromkeys(("locationNames", "pageSize", "pageToken", "orderBy", "ignoreRatingOnlyReviews")))
        names = [str(name) for name in given.get("locationNames") or []][:MOST_BATCH]
        held = [self.stand.held(request, account, name.rpartition("/")[2]) for name in names]
        told = [{"name": self.stand.name_of(place), "review": self._told(one)} for place in held for one in self.of(place["id"])]
        return as_json({"locationReviews": told} if told else {})

    def read(self, request: Request, account: str, place: str, name: str) -> Reply:
        """Return a review; each reading brings the end of Google's look at its answer nearer."""
        self.stand.may(request)
        review = self._review(request, account, place, name)
        told = as_json(self._told(review))
        if review["reply"]:
            review["reply"]["reads"] = max(0, review["reply"]["reads"] - 1)
        return told

    def reply(self, request: Request, account: str, place: str, name: str) -> Reply:
        """Answer a review, or change the answer."""
        self.stand.may(request)
        review = self._review(request, account, place, name)
        if not self.stand.state["places"][place]["verified"]:
            raise self.stand.refuse(403, "", "The location is not verified.")
        comment = str(self.stand.body(request, {"comment": None}).get("comment") or "")
        if not comment.strip() or len(comment.encode()) > MOST_BYTES:
            raise self.stand.refuse(400, "", "Request contains an invalid argument: comment.")
        self.stand.edits(place)
        review["reply"] = {
            "text": comment, "at": self.stand.now(), "reads": self.stand.setting("reply_reads"),
            "broke": self.stand.setting("reply_rejects"),
        }  # fmt: skip
        self.stand.changed()
        return as_json(self._reply(review["reply"]))

    def unreply(self, request: Request, account: str, place: str, name: str) -> Reply:
        """Take an answer off."""
        self.stand.may(request)
        review = self._review(request, account, place, name)
        self.stand.edits(place)
        review["reply"] = None
        self.stand.changed()
        return as_json({})

    def _review(self, request: Request, account: str, place: str, name: str) -> dict[str, Any]:
        self.stand.held(request, account, place)
        review: dict[str, Any] | None = self.stand.state["reviews"].get(name)
        if review is None or review["place"] != place:
            raise Said(self.stand.error(404))
        return review

    def _told(self, review: dict[str, Any]) -> dict[str, Any]:
        place = self.stand.state["places"][review["place"]]
        who = (
            {"displayName": review["who"], "profilePhotoUrl": f"{self.stand.url}/photo/nobody"} if review["who"] else {"isAnonymous": True}
        )
        told: dict[str, Any] = {
            "name": f"{self.stand.name_of(place)}/reviews/{review['id']}", "reviewId": review["id"], "reviewer": who,
            "starRating": STARS[review["stars"]], "createTime": self.stand.stamp(review["at"]),
            "updateTime": self.stand.stamp(review["changed"]),
        }  # fmt: skip
        # A review of stars alone has no comment at all.
        more = {"comment": review["text"]} if review["text"] else {}
        return {**told, **more, **({"reviewReply": self._reply(review["reply"])} if review["reply"] else {})}

    def _reply(self, reply: dict[str, Any]) -> dict[str, Any]:
        state = "PENDING" if reply["reads"] else "REJECTED" if reply["broke"] else "APPROVED"
        told = {"comment": reply["text"], "updateTime": self.stand.stamp(reply["at"]), "reviewReplyState": state}
        return {**told, "policyViolation": reply["broke"]} if state == "REJECTED" else told
