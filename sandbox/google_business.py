"""A stand-in of Google Business Profile: accounts and places, local posts that Google looks over, reviews and their answers."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from sandbox.files import NotThere, TooHeavy
from sandbox.google import Google, GoogleDoors
from sandbox.google_business_pages import Pages
from sandbox.google_business_reviews import Reviews
from sandbox.oauth import Choice
from sandbox.server import Clock, Handler, Said, from_iso, iso, measure, picture_bytes
from sandbox.wire import Reply, Request, as_json

SCOPE = "https://www.googleapis.com/auth/business.manage"
MOST_WORDS, MOST_TITLE, MOST_BYTES = 1500, 58, 5_000_000
LEAST_WIDTH, LEAST_HEIGHT = 400, 300
EDITS, MINUTE = 10, 60
ACTIONS = frozenset({"BOOK", "ORDER", "SHOP", "LEARN_MORE", "SIGN_UP", "CALL"})
TOPICS = frozenset({"STANDARD", "EVENT", "OFFER", "ALERT"})
DAY, HOUR = dict.fromkeys(("year", "month", "day")), dict.fromkeys(("hours", "minutes", "seconds", "nanos"))
POST = {
    "languageCode": None, "summary": None, "topicType": None, "alertType": None, "scheduledTime": None,
    "callToAction": dict.fromkeys(("actionType", "url")),
    "media": [dict.fromkeys(("mediaFormat", "sourceUrl"))],
    "event": {"title": None, "schedule": {"startDate": DAY, "startTime": HOUR, "endDate": DAY, "endTime": HOUR}},
    "offer": dict.fromkeys(("couponCode", "redeemOnlineUrl", "termsConditions")),
    # Told by Google alone; they may come back with what is changed.
    **dict.fromkeys(("name", "createTime", "updateTime", "state", "searchUrl")),
}  # fmt: skip
PLACE_FIELDS = frozenset({"name", "title", "storefrontAddress", "metadata", "storeCode", "languageCode", "websiteUri", "phoneNumbers"})


class BusinessDoors(GoogleDoors):
    """The people who manage places."""

    stand: GoogleBusiness
    scopes: ClassVar[dict[str, tuple[str, str]]] = {SCOPE: ("gérer vos fiches d’établissement", "manage your business listings")}

    def choices(self) -> Sequence[Choice]:
        """Return them."""
        return [Choice(one["id"], one["name"], one["handle"]) for one in self.stand.state["accounts"].values()]


class GoogleBusiness(Google):
    """Google Business Profile: what four of Google's services answer, on one address."""

    key: ClassVar[str] = "google_business"
    name: ClassVar[str] = "Google Business"
    commit: ClassVar[str] = "POST /v4/accounts/*/locations/*/localPosts"
    prepare: ClassVar[str] = "GET /v1/locations/*"
    lists_errors: ClassVar[bool] = False
    defaults: ClassVar[dict[str, Any]] = {
        **Google.defaults,
        "approved": True,
        "processing_reads": 0,
        "rejects": False,
        "reply_reads": 0,
        "reply_rejects": "",
    }

    def __init__(self, clock: Clock | None = None, port: int = 0) -> None:
        self.doors = BusinessDoors(self)
        self.reviews = Reviews(self)
        self.pages = Pages(self)
        super().__init__(clock, port)

    def empty(self) -> None:
        """Forget everything that was kept."""
        self.state = {**{name: {} for name in ("accounts", "places", "posts", "reviews", "edits")}, "made": 1000, **self.doors.fresh()}

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        post = "/v4/accounts/{account}/locations/{place}/localPosts"
        return {
            **self.doors.routes(),
            **self.reviews.routes(),
            **self.pages.routes(),
            "GET /v1/accounts": self.accounts,
            "GET /v1/accounts/{account}/locations": self.places,
            "GET /v1/locations/{place}": self.place,
            f"GET {post}": self.listing,
            f"POST {post}": self.create,
            f"GET {post}/{{name}}": self.read,
            f"PATCH {post}/{{name}}": self.change,
            f"DELETE {post}/{{name}}": self.delete,
        }

    # ---- who

    def may(self, request: Request, takes: frozenset[str] = frozenset()) -> None:
        """Refuse a call whose token does not serve, or whose project was not let in by Google: its quota is zero."""
        self.enter(request, SCOPE, takes=takes)
        if not self.setting("approved"):
            words = "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute' of service 'mybusiness.googleapis.com'."
            limit = {"quota_limit": "DefaultRequestsPerMinutePerProject", "quota_limit_value": "0", "consumer": "projects/1234567890"}
            raise self.refuse(429, "RATE_LIMIT_EXCEEDED", words, **limit)

    def held(self, request: Request, account: str, place: str) -> dict[str, Any]:
        """Return a place that the caller manages, or refuse."""
        found: dict[str, Any] | None = self.state["places"].get(place)
        if found is None or found["account"] != account:
            raise Said(self.error(404))
        if found["account"] != request.account:
            raise Said(self.error(403))
        return found

    def edits(self, place: str) -> None:
        """Count a change of a place: ten within any minute."""
        fresh = [at for at in self.state["edits"].get(place, ()) if self.now() - at < MINUTE]
        if len(fresh) >= EDITS and self.setting("limits"):
            words = "Quota exceeded for quota metric 'Edits' and limit 'Edits per minute per profile'."
            raise self.refuse(429, "RATE_LIMIT_EXCEEDED", words, quota_limit_value=str(EDITS))
        self.state["edits"][place] = [*fresh, self.now()]

    def stamp(self, moment: float) -> str:
        """Return a time as Google writes it."""
        return iso(moment, 6)

    # ---- accounts and places

    def accounts(self, request: Request) -> Reply:
        """List the accounts of the caller."""
        self.may(request, frozenset({"pageSize", "pageToken", "filter", "parentAccount"}))
        one = self.state["accounts"][request.account]
        told = {"name": f"accounts/{one['id']}", "accountName": one["name"], "type": "PERSONAL", "verificationState": "VERIFIED"}
        return as_json({"accounts": [told]})

    def places(self, request: Request, account: str) -> Reply:
        """List the places of an account, by pages."""
        self.may(request, frozenset({"pageSize", "pageToken", "filter", "orderBy", "readMask"}))
        mask = self._mask(request)
        if account != request.account:
            raise Said(self.error(403))
        held = [self._place(one, mask) for one in self.state["places"].values() if one["account"] == account]
        return as_json(self.paged(request, "locations", held, 10, 100))

    def place(self, request: Request, place: str) -> Reply:
        """Return one place."""
        self.may(request, frozenset({"readMask"}))
        return as_json(self._place(self.held(request, request.account, place), self._mask(request)))

    def _mask(self, request: Request) -> set[str]:
        names = {name for name in request.asked("readMask").split(",") if name}
        if not names or not {name.partition(".")[0] for name in names} <= PLACE_FIELDS:
            raise self.refuse(400, "", "Request contains an invalid argument: read_mask.")
        return {name.partition(".")[0] for name in names}

    def _place(self, one: Mapping[str, Any], mask: set[str]) -> dict[str, Any]:
        verified = bool(one["verified"])
        told = {
            "name": f"locations/{one['id']}",
            "title": one["title"],
            "storefrontAddress": {"regionCode": "FR", "languageCode": "fr", "locality": one["town"], "addressLines": [one["street"]]},
            "metadata": {
                "canOperateLocalPost": verified and not one["no_posts"], "hasVoiceOfMerchant": verified, "canDelete": True,
                "mapsUri": f"{self.url}/maps/{one['id']}", "newReviewUri": f"{self.url}/maps/{one['id']}", "placeId": f"ChIJ{one['id']}",
            },
            "storeCode": one["code"],
            "languageCode": "fr",
        }  # fmt: skip
        return {name: value for name, value in told.items() if name in mask and value != ""}

    def paged(self, request: Request, name: str, items: Sequence[Any], usual: int, most: int) -> dict[str, Any]:
        """Return one page of a list, with the token of the next; an empty list is left out."""
        size = max(1, min(most, int(request.asked("pageSize") or usual)))
        token = request.asked("pageToken")
        start = int(base64.urlsafe_b64decode(token).decode()) if token else 0
        body: dict[str, Any] = {name: [*items[start : start + size]]} if items[start : start + size] else {}
        if start + size < len(items):
            body["nextPageToken"] = base64.urlsafe_b64encode(str(start + size).encode()).decode()
        return body

    # ---- posts

    def create(self, request: Request, account: str, place: str) -> Reply:
        """Put a post on a place; Google fetches its picture itself, and looks it over."""
        self.may(request)
        found = self.held(request, account, place)
        given = self.body(request, POST)
        if not found["verified"] or found["no_posts"]:
            raise self.refuse(403, "", "The location is not verified or may not have posts.")
        self._check(given)
        self.edits(place)
        return as_json(self.told(self._make(found, given, self._pictures(given))))

    def _check(self, given: Mapping[str, Any]) -> None:
        topic, summary, action = given.get("topicType"), str(given.get("summary") or ""), given.get("callToAction") or {}
        if topic not in TOPICS:
            raise self.wrong("topic_type")
        if len(summary) > MOST_WORDS or not (summary.strip() or given.get("media")):
            raise self.wrong("summary")
        if action and (action.get("actionType") not in ACTIONS or (action["actionType"] != "CALL" and not action.get("url"))):
            raise self.wrong("call_to_action")
        if len(given.get("media") or []) > 1:
            raise self.wrong("media")
        event = given.get("event") or {}
        if topic in {"EVENT", "OFFER"} and not event:
            raise self.wrong("event")
        if event and not 0 < len(str(event.get("title") or "").strip()) <= MOST_TITLE:
            raise self.wrong("event.title")
        if event and not _in_order(event.get("schedule") or {}):
            raise self.wrong("event.schedule")
        if topic != "OFFER" and given.get("offer"):
            raise self.wrong("offer")
        if given.get("scheduledTime") and from_iso(given["scheduledTime"]) <= self.now():
            raise self.wrong("scheduled_time")

    def wrong(self, field: str, said: str = "Request contains an invalid argument.") -> Said:
        """Return the refusal of a value."""
        wrong = {
            "@type": "type.googleapis.com/google.mybusiness.v4.ValidationError",
            "errorDetails": [{"code": 3, "field": field, "message": said}],
        }
        return Said(as_json({"error": {"code": 400, "message": said, "status": "INVALID_ARGUMENT", "details": [wrong]}}, 400))

    def _pictures(self, given: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [self._fetched(one) for one in given.get("media") or []]

    def _fetched(self, one: Mapping[str, Any]) -> dict[str, Any]:
        if one.get("mediaFormat") != "PHOTO":
            raise self.wrong("media.media_format")
        try:
            digest, _ = self.files.fetch(str(one.get("sourceUrl", "")), MOST_BYTES)
            return self._seen(self.files[digest])
        except (NotThere, TooHeavy, ValueError) as error:
            raise self.wrong("media.source_url", "Fetching image failed.") from error

    def _seen(self, content: bytes) -> dict[str, Any]:
        kind, width, height = measure(content)
        if kind not in {"image/jpeg", "image/png"} or width < LEAST_WIDTH or height < LEAST_HEIGHT:
            raise ValueError("not a picture that is taken")
        return {"digest": self.keep_file(content), "kind": kind, "width": width, "height": height}

    def _make(self, place: Mapping[str, Any], given: Mapping[str, Any], pictures: list[dict[str, Any]]) -> dict[str, Any]:
        post = {
            "id": self.next_id(), "place": place["id"], "given": dict(given), "pictures": pictures, "at": self.now(), "changed": self.now(),
            "reads": self.setting("processing_reads"), "rejected": bool(self.setting("rejects")),
        }  # fmt: skip
        self.state["posts"][post["id"]] = post
        self.changed()
        return post

    def next_id(self) -> str:
        """Return a fresh id."""
        self.state["made"] += 1
        return str(self.state["made"])

    def told(self, post: Mapping[str, Any]) -> dict[str, Any]:
        """Return a LocalPost."""
        place = self.state["places"][post["place"]]
        given = {name: value for name, value in post["given"].items() if value and name not in {"media", "name", "state"}}
        media = [
            {
                "name": f"{self.name_of(place)}/media/localPosts/{one['digest'][:12]}",
                "mediaFormat": "PHOTO",
                "googleUrl": self.photo(one["digest"]),
            }
            for one in post["pictures"]
        ]
        return {
            **given,
            "name": f"{self.name_of(place)}/localPosts/{post['id']}",
            "state": self.standing(post),
            "createTime": self.stamp(post["at"]),
            "updateTime": self.stamp(post["changed"]),
            "searchUrl": self.pages.url(post),
            **({"media": media} if media else {}),
        }

    def photo(self, digest: str) -> str:
        """Return the address of a picture."""
        return f"{self.url}/photo/{digest}"

    def name_of(self, place: Mapping[str, Any]) -> str:
        """Return the whole name of a place."""
        return f"accounts/{place['account']}/locations/{place['id']}"

    def standing(self, post: Mapping[str, Any]) -> str:
        """Return where a post stands with Google."""
        due = post["given"].get("scheduledTime")
        if due and from_iso(due) > self.now():
            return "SCHEDULED"
        return "PROCESSING" if post["reads"] else "REJECTED" if post["rejected"] else "LIVE"

    def _post(self, request: Request, account: str, place: str, name: str) -> dict[str, Any]:
        self.held(request, account, place)
        post: dict[str, Any] | None = self.state["posts"].get(name)
        if post is None or post["place"] != place:
            raise Said(self.error(404))
        return post

    def read(self, request: Request, account: str, place: str, name: str) -> Reply:
        """Return a post; each reading brings the end of Google's look nearer."""
        self.may(request)
        post = self._post(request, account, place, name)
        reply = as_json(self.told(post))
        post["reads"] = max(0, post["reads"] - 1)
        return reply

    def listing(self, request: Request, account: str, place: str) -> Reply:
        """List the posts of a place, newest first."""
        self.may(request, frozenset({"pageSize", "pageToken"}))
        self.held(request, account, place)
        held = [
            one for one in self.state["posts"].values() if one["place"] == place and self.now() - one["at"] >= self.setting("lag_seconds")
        ]
        held.sort(key=lambda one: one["at"], reverse=True)
        return as_json(self.paged(request, "localPosts", [self.told(one) for one in held], 20, 100))

    def change(self, request: Request, account: str, place: str, name: str) -> Reply:
        """Change the fields of a post that a mask names."""
        self.may(request, frozenset({"updateMask"}))
        post = self._post(request, account, place, name)
        given, mask = self.body(request, POST), [one for one in request.asked("updateMask").split(",") if one]
        if not mask or not {one.partition(".")[0] for one in mask} <= POST.keys():
            raise self.wrong("update_mask")
        fresh = {**post["given"], **{top: given.get(top) for one in mask if (top := one.partition(".")[0])}}
        self._check(fresh)
        self.edits(place)
        if "media" in mask:
            post["pictures"] = self._pictures(given)
        post |= {"given": fresh, "changed": self.now()}
        self.changed()
        return as_json(self.told(post))

    def delete(self, request: Request, account: str, place: str, name: str) -> Reply:
        """Take a post off."""
        self.may(request)
        self._post(request, account, place, name)
        self.edits(place)
        del self.state["posts"][name]
        self.changed()
        return as_json({})

    # ---- control

    def add_account(self, handle: str, **about: Any) -> dict[str, Any]:
        """Open an account with one place (or find it); `places` gives others: [{title, town, …}]. Returns ids and a token."""
        with self.lock:
            known = next((one for one in self.state["accounts"].values() if one["handle"] == handle), None)
            if known is None:
                known = {"id": f"1{secrets.randbelow(10**18):018d}", "handle": handle, "name": about.get("name") or handle.capitalize()}
                self.state["accounts"][known["id"]] = known
                for one in about.get("places") or [{}]:
                    self.add_place(known["id"], **{"title": known["name"], "code": handle, **one})
            held = [one["id"] for one in self.state["places"].values() if one["account"] == known["id"]]
            return {"id": known["id"], "handle": handle, "places": held, "token": self.doors.grant(known["id"])}

    def add_place(self, account: str, title: str, **about: Any) -> dict[str, Any]:
        """Open a place of an account."""
        plain = {"town": "Nantes", "street": "3, rue du Four", "code": "", "verified": True, "no_posts": False}
        place = {
            "id": self.next_id(),
            "account": account,
            "title": title,
            **{name: about.get(name, value) for name, value in plain.items()},
        }
        self.state["places"][place["id"]] = place
        self.changed()
        return place

    def add_post(self, account: str, text: str, **what: Any) -> dict[str, Any]:
        """Place a post on an account's first place (or on that place)."""
        with self.lock, self.at(what.get("at", "")):
            place = next(one for one in self.state["places"].values() if account in (one["account"], one["id"], self.name_of(one)))
            pictures = [self._seen(picture_bytes(content)) for content, _alt in what.get("pictures", ())]
            return self.pages.shown(self._make(place, {"languageCode": "fr", "summary": text, "topicType": "STANDARD"}, pictures))

    def posts(self, account: str = "") -> list[dict[str, Any]]:
        """Return the posts held, oldest first."""
        with self.lock:
            held = [self.pages.shown(one) for one in sorted(self.state["posts"].values(), key=lambda one: one["at"])]
            return [one for one in held if account in ("", one["account"])]

    def review(self, account: str, who: str, stars: int, text: str) -> dict[str, Any]:
        """Leave a review as one of the public."""
        with self.lock:
            place = next(one for one in self.state["places"].values() if account in (one["account"], one["id"], self.name_of(one)))
            return self.reviews.keep(place, who, stars, text)


def _in_order(schedule: Mapping[str, Any]) -> bool:
    try:
        days = [date(**{name: int(schedule[side][name]) for name in DAY}) for side in ("startDate", "endDate")]
    except (KeyError, TypeError, ValueError):
        return False
    hours = [(int(h.get("hours", 0)), int(h.get("minutes", 0))) for h in (schedule.get("startTime") or {}, schedule.get("endTime") or {})]
    return (days[0], hours[0]) <= (days[1], hours[1] if schedule.get("endTime") else (24, 0))
