"""A stand-in of LinkedIn as its marketing API shows it: members who sign in, pages they hold roles on, posts in the pages' names."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any, ClassVar

from sandbox.faults import Fault
from sandbox.linkedin_bells import PAUSES, PagesBell
from sandbox.linkedin_doors import LinkedInDoors
from sandbox.linkedin_media import Media
from sandbox.linkedin_posts import Posts
from sandbox.linkedin_social import Social
from sandbox.oauth import SETTINGS
from sandbox.server import Clock, Handler, Said, Stand, picture_bytes
from sandbox.square import account_page, post_page
from sandbox.wire import Reply, Request, as_html, as_json

CODES = {
    400: ("ILLEGAL_ARGUMENT", "Invalid request"),
    401: ("INVALID_ACCESS_TOKEN", "Invalid access token"),
    403: ("ACCESS_DENIED", "Not enough permissions to access: partnerApiPostsExternal.CREATE"),
    404: ("RESOURCE_NOT_FOUND", "No virtual resource found"),
    409: ("CONFLICT", "The resource was changed by another call"),
    429: ("TOO_MANY_REQUESTS", "Resource level throttle APPLICATION DAY limit for calls to this resource is reached."),
    500: ("INTERNAL_SERVER_ERROR", "Internal Server Error"),
    503: ("SERVICE_UNAVAILABLE", "Service Unavailable"),
    504: ("GATEWAY_TIMEOUT", "Request timed out"),
}
PUBLISHERS = frozenset({"ADMINISTRATOR", "CONTENT_ADMINISTRATOR"})
DAY = 86_400
NO_VERSION = "A version must be present. Please specify a version by adding the LinkedIn-Version header."
ESCAPED_TEXT = re.compile(r"[\\|{}@\[\]()<>#*_~]")


class LinkedIn(Stand):
    """One LinkedIn."""

    key: ClassVar[str] = "linkedin"
    name: ClassVar[str] = "LinkedIn"
    commit: ClassVar[str] = "POST /rest/posts"
    prepare: ClassVar[str] = "PUT /dms-uploads/*"
    defaults: ClassVar[dict[str, Any]] = {
        **SETTINGS,
        "says": {},
        "refresh_tokens": True,
        "version_months": 12,
        "sunset_status": 426,
        "max_characters": 3000,
        "max_comment": 1250,
        "comments_closed": False,
        "comment_summaries": True,
        "people_readable": True,
        "duplicate_seconds": DAY,
        "remembers_deleted": False,
        "member_posts": 150,
        "app_calls": 100_000,
        "image_polls": 0,
        "video_polls": 2,
        "document_polls": 1,
        "media_readable": True,
        "upload_seconds": DAY,
        "part_bytes": 4_194_304,
        "image_pixels": 36_152_320,
        "video_least": 0,
        "video_most": 500_000_000,
        "video_seconds_least": 2.9,
        "video_seconds_most": 1800,
        "document_most": 100_000_000,
        "ring_pauses": [*PAUSES],
    }

    def __init__(self, clock: Clock | None = None, port: int = 0) -> None:
        self.doors = LinkedInDoors(self)
        self.media = Media(self)
        self.posting = Posts(self)
        self.social = Social(self)
        self.bells: PagesBell = PagesBell(self)
        super().__init__(clock, port)

    def empty(self) -> None:
        """Forget everything that was kept."""
        held: dict[str, Any] = {name: {} for name in ("members", "pages", "posts", "media", "people")}
        self.state = {**self.doors.fresh(), **held, "roles": [], "revoked": [], "ghosts": [], "named": [], "made": 0}

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {
            **self.doors.routes(),
            **self.media.routes(),
            **self.posting.routes(),
            **self.social.routes(),
            **self.bells.routes(),
            "GET /rest/organizationAcls": self.acls,
            "GET /rest/organizations/{name}": self.organization,
            "GET /rest/organizationsLookup": self.lookup,
            "GET /company/{who}": self.page_web,
            "GET /feed/update/{urn}": self.post_web,
        }

    def route(self, request: Request) -> Reply:
        """Answer; the pages of the public end with a slash."""
        if request.path.startswith(("/company/", "/feed/")):
            request.path = request.path.rstrip("/")
        reply = self._made_up(request) or super().route(request)
        reply.headers.setdefault("x-li-fabric", "prod-stand-in")
        return reply

    def _made_up(self, request: Request) -> Reply | None:
        """Return the error that the control wants said of this call: `says` holds status, code and words by `METHOD /path`."""
        for match, (status, code, words) in self.setting("says").items():
            if fnmatchcase(f"{request.method} {request.path}", match):
                return self.invalid("/", code, words).reply if status == 400 else self.error(status, code, words)
        return None

    # ---- words

    def error(self, status: int, code: str = "", words: str = "") -> Reply:
        """Return an error in LinkedIn's envelope."""
        usual = CODES.get(status, ("ERROR", "Error"))
        body: dict[str, Any] = {"status": status, "code": code or usual[0], "message": words or usual[1]}
        if status == 403:
            body["serviceErrorCode"] = 100
        return as_json(body, status, x_li_uuid=f"AAY{self.number() if hasattr(self, 'state') else ''}")

    def invalid(self, field: str, code: str, words: str) -> Said:
        """Return the refusal of a value."""
        problem = {"description": words, "input": {"inputPath": {"fieldPath": field}}, "code": code}
        body = {"errorDetailType": "com.linkedin.common.error.BadRequest", "code": code, "message": words, "status": 400}
        return Said(as_json({**body, "errorDetails": {"inputErrors": [problem]}}, 400))

    def unpermitted(self, field: str) -> Said:
        """Return the refusal of a field that is not known there."""
        words = f"Unpermitted fields present in REQUEST_BODY: Data Processing Exception while processing fields [{field}]"
        return Said(self.error(400, "ILLEGAL_ARGUMENT", words))

    def denied(self, urn: str) -> Said:
        """Return the refusal of one who has no role on a page."""
        words = f"Organization permissions must be used when using organization as author: no role on {urn}"
        return Said(self.error(403, "ACCESS_DENIED", words))

    def limited(self, until: float) -> Reply:
        """Return the answer to too many calls: neither an hour nor what is left is told."""
        return self.error(429)

    # ---- who

    def account_of(self, request: Request) -> str:
        """Return the member whose token this is, or an empty string."""
        kept = self.doors.holder(request)
        return str(kept["account"]) if kept else ""

    def enter(self, request: Request, *scopes: str) -> str:
        """Return the member of the request's token, which must hold one of the scopes; headers and names must be as the API wants them."""
        self._headed(request)
        if request.bearer() in self.state["revoked"]:
            raise Said(self.doors.token_error("revoked"))
        kept = self.doors.require(request, *scopes)
        self._spend(f"app {kept['client_id']}", "app_calls", "APPLICATION")
        return str(kept["account"])

    def _headed(self, request: Request) -> None:
        version = request.headers.get("linkedin-version", "")
        if not version:
            raise Said(self.error(400, "VERSION_MISSING", NO_VERSION))
        if not self._alive(version):
            status = self.setting("sunset_status")
            raise Said(self.error(status, "NONEXISTENT_VERSION", f"Requested version {version}01 is not active"))
        if request.headers.get("x-restli-protocol-version") != "2.0.0":
            raise Said(self.error(400, "ILLEGAL_ARGUMENT", "X-RestLi-Protocol-Version 2.0.0 is required"))
        path, _, search = request.target.partition("?")
        # The names of a compound key stand there with their colons.
        if ":" in re.sub(r"(?<=[(,])\w+:", "", path) or "urn:" in search:
            raise Said(self.error(400, "ILLEGAL_ARGUMENT", "Syntax exception in path variables"))

    def _alive(self, version: str) -> bool:
        if not re.fullmatch(r"20\d\d(0[1-9]|1[0-2])", version):
            return False
        now = datetime.fromtimestamp(self.now(), UTC)
        age = (now.year - int(version[:4])) * 12 + now.month - int(version[4:])
        return bool(0 <= age < self.setting("version_months"))

    def _spend(self, who: str, name: str, whose: str) -> None:
        left, _ = self.windows.spend(who, name, cost=1, most=self.setting(name), seconds=DAY, now=self.now())
        if left < 0 and self.setting("limits"):
            words = f"Resource level throttle {whose} DAY limit for calls to this resource is reached."
            raise Said(self.error(429, words=words))

    def spend_post(self, member: str) -> None:
        """Count one more post of a member today."""
        self._spend(f"member {member}", "member_posts", "MEMBER")

    def expire(self, request: Request, fault: Fault) -> Reply | None:
        """Let the token end now; a refresh mends it."""
        return self.doors.expire(request, fault)

    def revoke(self, request: Request, fault: Fault) -> Reply | None:
        """Take the authorisation away."""
        return self.doors.take_away(request, fault)

    def number(self) -> str:
        """Return a fresh number, of those that tell when they were made."""
        self.state["made"] += 1
        return str((int(self.now() * 1000) << 22) + (self.state["made"] & 0x3FFFFF))

    # ---- pages and roles

    def rights(self, member: str, urn: str) -> dict[str, Any]:
        """Return the page of this URN, on which the member must hold a role that publishes."""
        page: dict[str, Any] | None = next((one for one in self.state["pages"].values() if f"urn:li:organization:{one['id']}" == urn), None)
        if page is None:
            raise self.denied(urn or "/author")
        held = {role["role"] for role in self.state["roles"] if (role["member"], role["page"]) == (member, page["handle"])}
        if not held & PUBLISHERS:
            raise self.denied(urn)
        return page

    def acls(self, request: Request) -> Reply:
        """List the roles of the member who signed in."""
        member = self.enter(request, "rw_organization_admin", "r_organization_admin")
        if request.asked("q") != "roleAssignee" or request.query.keys() - {"q", "role", "state", "start", "count"}:
            raise Said(self.error(400, "QUERY_PARAM_NOT_ALLOWED", "Invalid query parameters passed to request"))
        wanted, state = request.asked("role"), request.asked("state", "APPROVED")
        held = [one for one in self.state["roles"] if one["member"] == member and state == "APPROVED" and wanted in ("", one["role"])]
        return as_json(self.page_of(request, [self._acl(one) for one in held], most=100))

    def _acl(self, role: dict[str, str]) -> dict[str, Any]:
        page, member = self.state["pages"][role["page"]], self.state["members"][role["member"]]
        told = {"organization": f"urn:li:organization:{page['id']}", "roleAssignee": f"urn:li:person:{member['id']}"}
        return {**told, "role": role["role"], "state": "APPROVED"}

    def page_of(self, request: Request, elements: list[Any], most: int) -> dict[str, Any]:
        """Return a page of a collection as Rest.li writes it."""
        start, count = int(request.asked("start", "0")), min(int(request.asked("count", "10")), most)
        paging = {"start": start, "count": count, "links": [], "total": len(elements)}
        return {"paging": paging, "elements": elements[start : start + count]}

    def organization(self, request: Request, name: str) -> Reply:
        """Return a page to those who administer it."""
        member = self.enter(request, "rw_organization_admin", "r_organization_admin")
        self.rights(member, f"urn:li:organization:{name}")
        return as_json(self._told(next(one for one in self.state["pages"].values() if str(one["id"]) == name)))

    def lookup(self, request: Request) -> Reply:
        """Return what anybody may know of some pages."""
        self.enter(request)
        asked = re.fullmatch(r"List\(([\d,]*)\)", request.asked("ids"))
        if asked is None:
            raise Said(self.error(400, "PARAM_INVALID", "ids must be a List of numbers"))
        known = {str(one["id"]): one for one in self.state["pages"].values()}
        found = {name: self._told(known[name]) for name in asked[1].split(",") if name in known}
        return as_json({"results": found, "statuses": dict.fromkeys(found, 200), "errors": {}})

    def _told(self, page: dict[str, Any]) -> dict[str, Any]:
        told = {"id": page["id"], "localizedName": page["name"], "vanityName": page["handle"], "primaryOrganizationType": "NONE"}
        asset = page["logo"].replace(":image:", ":digitalmediaAsset:")
        return {**told, "logoV2": {"cropped": asset, "original": asset}} if asset else told

    # ---- pages of the public

    def page_web(self, request: Request, who: str) -> Reply:
        """Show the public page of a company."""
        return as_html(account_page(request, self.posts(who))) if who in self.state["pages"] else self.error(404)

    def post_web(self, request: Request, urn: str) -> Reply:
        """Show the public page of a post."""
        post = self.posting.of(urn)
        if post is None or not self.posting.visible(post):
            return self.error(404)
        return as_html(post_page(request, self.posts(), post["urn"]))

    # ---- control

    def add_account(self, handle: str, **about: Any) -> dict[str, str]:
        """Open a company's page and a member who holds a role on it (`member`, `role`); return a token of theirs and the page's URN."""
        with self.lock:
            member, name = about.get("member") or handle, about.get("name") or handle.capitalize()
            self.state["members"].setdefault(member, {"id": f"p{self.number()[-8:]}", "name": about.get("person") or name})
            fresh = {"id": 5_000_000 + len(self.state["pages"]), "handle": handle, "name": name, "logo": ""}
            page = self.state["pages"].setdefault(handle, fresh)
            if about.get("avatar"):
                page["logo"] = self.media.place(handle, picture_bytes(about["avatar"]))
            role = {"member": member, "page": handle, "role": about.get("role", "ADMINISTRATOR")}
            if role not in self.state["roles"]:
                self.state["roles"].append(role)
            return {"token": self.doors.grant(member), "urn": f"urn:li:organization:{page['id']}", "handle": handle}

    def add_post(self, account: str, text: str, **what: Any) -> dict[str, Any]:
        """Place a post."""
        with self.lock, self.at(what.get("at", "")):
            page = self.state["pages"][account]
            images = [
                {"id": self.media.place(account, picture_bytes(content)), "altText": alt} for content, alt in what.get("pictures", ())
            ]
            given: dict[str, Any] = {"author": f"urn:li:organization:{page['id']}", "commentary": ESCAPED_TEXT.sub(r"\\\g<0>", text)}
            given |= {"visibility": "PUBLIC", "distribution": {"feedDistribution": "MAIN_FEED"}, "lifecycleState": "PUBLISHED"}
            given["content"] = {"multiImage": {"images": images}} if len(images) > 1 else {"media": images[0]} if images else {}
            return self.posting.shown(self.posting.store(page, given))

    def comment(self, post: str, who: str, text: str) -> dict[str, Any]:
        """Let somebody of the public comment on a post, or answer a comment."""
        with self.lock:
            return self.social.shown(self.social.passing(post, who, text))

    def mention(self, account: str, who: str, text: str) -> dict[str, Any]:
        """Let somebody of the public name a page in a post of their own."""
        with self.lock:
            return self.social.name(account, who, text)

    def edit_comment(self, name: str, text: str) -> dict[str, Any]:
        """Put other words in a comment of somebody of the public."""
        with self.lock:
            return self.social.rewrite(name, text)

    def remove_comment(self, name: str) -> None:
        """Take off a comment of somebody of the public, with what answers it."""
        with self.lock:
            self.social.remove(name)

    def posts(self, account: str = "") -> list[dict[str, Any]]:
        """Return the posts held, oldest first."""
        with self.lock:
            held = sorted(self.state["posts"].values(), key=lambda post: post["at"])
            return [self.posting.shown(post) for post in held if account in ("", post["page"])]
