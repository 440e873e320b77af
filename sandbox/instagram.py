"""A stand-in of Instagram for professional accounts: its own login, and the login through the page that an account is linked to."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from PIL import Image

from sandbox.graph import DAY, GraphStand, graph_time
from sandbox.graph_bells import AccountBells
from sandbox.graph_doors import GraphDoors
from sandbox.graph_mentions import NAMED, AccountMentions
from sandbox.instagram_doors import InstagramDoors
from sandbox.instagram_inbox import Inbox
from sandbox.instagram_media import Containers
from sandbox.oauth import CLIENT_ID, Choice
from sandbox.server import Clock, Handler, measure, picture_bytes
from sandbox.square import account_page, post_page
from sandbox.wire import Reply, Request, as_html, as_json, ranged

PERSON = "camille"
PAGE_SCOPES = {
    "public_profile": ("lire votre nom", "read your name"),
    "pages_show_list": ("voir la liste de vos pages", "see the list of your pages"),
    "pages_read_engagement": ("lire ce que vos pages ont publié", "read what your pages have published"),
    "pages_manage_metadata": ("être averti de ce qui se passe sur vos pages", "be told of what happens on your pages"),
    "business_management": ("voir votre portefeuille d’entreprise", "see your business portfolio"),
    "instagram_basic": ("lire votre compte Instagram et ses publications", "read your Instagram account and its posts"),
    "instagram_content_publish": ("publier sur votre compte Instagram", "publish on your Instagram account"),
    "instagram_manage_comments": ("lire et écrire des commentaires", "read and write comments"),
    "instagram_manage_messages": ("lire et écrire des messages privés", "read and write private messages"),
    "instagram_manage_insights": ("lire les statistiques du compte", "read the account's figures"),
}
# What each call needs, in both logins.
READ = ("instagram_basic", "instagram_business_basic")
PUBLISH = ("instagram_content_publish", "instagram_business_content_publish")
COMMENTS = ("instagram_manage_comments", "instagram_business_manage_comments")
MESSAGES = ("instagram_manage_messages", "instagram_business_manage_messages")
USUAL = ("id", "caption", "media_type", "permalink", "timestamp")


class PageDoors(GraphDoors):
    """People say yes; their pages lead to the accounts that are linked to them."""

    scopes: ClassVar[Mapping[str, tuple[str, str]]] = PAGE_SCOPES

    def choices(self) -> Sequence[Choice]:
        """Return the people."""
        return [Choice(one["id"], one["name"], one["handle"]) for one in self.stand.state["people"].values()]

    def login_of(self, account: str) -> str:
        """Return whoever runs this page."""
        return str(self.stand.who_signs_in(account))


class Instagram(GraphStand):
    """Professional accounts."""

    key: ClassVar[str] = "instagram"
    name: ClassVar[str] = "Instagram"
    commit: ClassVar[str] = "POST /*/media_publish"
    prepare: ClassVar[str] = "POST /*/media | POST /ig-api-upload/*"
    resumes: ClassVar[str] = "POST /ig-api-upload/*"
    usage: ClassVar[str] = "instagram"
    throttle: ClassVar[int] = 80002
    defaults: ClassVar[dict[str, Any]] = {
        **GraphStand.defaults,
        "max_caption": 2200,
        "max_hashtags": 30,
        "max_mentions": 20,
        "names_mentions": True,
        "picture_limit": 8_000_000,
        "video_limit": 300_000_000,
        "picture_polls": 0,
        "video_polls": 1,
        "ends_in_error": 0,
        "quota_total": 50,
        "containers_a_day": 400,
        "container_seconds": DAY,
    }

    def __init__(self, clock: Clock | None = None, port: int = 0) -> None:
        self.doors = PageDoors(self)
        self.direct = InstagramDoors(self)
        self.containers = Containers(self)
        self.inbox = Inbox(self)
        self.bells: AccountBells = AccountBells(self)
        self.mentions = AccountMentions(self)
        super().__init__(clock, port)

    def empty(self) -> None:
        """Forget everything that was kept."""
        names = ("people", "pages", "accounts", "containers", "media", "kinds", "comments", "conversations", NAMED)
        self.state = {**{name: {} for name in names}, "answers": [], "made": 0, **self.doors.fresh()}

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {
            **self.doors.routes(),
            **self.direct.routes(),
            **self.containers.routes(),
            **self.inbox.routes(),
            **self.bells.routes(),
            **self.mentions.routes(),
            "GET /me": self.me,
            "GET /me/accounts": self.pages,
            "GET /{account}/media": self.listing,
            "GET /{account}/stories": self.stories,
            "GET /p/{code}/": self.post_web,
            "GET /{who}/": self.account_web,
            "GET /files/{digest}": self.file,
            "GET /{name}": self.node,
            "POST /{name}": self.change,
            "DELETE /{name}": self.delete,
        }

    def handle_of(self, account: str) -> str:
        """Return the name of an account, or of the account linked to a page."""
        page = self.state["pages"].get(account)
        return str(self.state["accounts"].get(page["account"] if page else account, {}).get("handle", ""))

    # ---- who

    def owner(self, request: Request, name: str, scopes: Sequence[str]) -> dict[str, Any]:
        """Return the account of this path, which the request's token may use with one of the scopes."""
        kept = self.enter(request, *scopes)
        page = self.state["pages"].get(kept["account"])
        own = page["account"] if page else kept["account"]
        account: dict[str, Any] | None = self.state["accounts"].get(own)
        if account is None or name not in (own, "me"):
            raise self.gone(name)
        return account

    def mine(self, request: Request, name: str, scopes: Sequence[str]) -> dict[str, Any]:
        """Return one's own publication."""
        kept = self.enter(request, *scopes)
        page = self.state["pages"].get(kept["account"])
        media: dict[str, Any] | None = self.state["media"].get(name)
        if media is None or media["account"] != (page["account"] if page else kept["account"]) or not self.visible(media):
            raise self.gone(name)
        return media

    def me(self, request: Request) -> Reply:
        """Tell whose token this is."""
        kept = self.enter(request)
        if kept["account"] in self.state["accounts"]:
            return self.shown(request, self.account_view(self.state["accounts"][kept["account"]]), ("id",))
        person = self.state["people"].get(kept["account"], {"id": kept["account"], "name": ""})
        return self.shown(request, {"id": person["id"], "name": person["name"]}, ("id", "name"))

    def pages(self, request: Request) -> Reply:
        """List the pages of a person, each with its own token and the account that is linked to it."""
        kept = self.enter(request, "pages_show_list")
        held = [{**page, "at": 0} for page in self.state["pages"].values() if kept["account"] in page["people"]]
        return self.listed(request, held, lambda page: self._granted(page, kept), ("access_token", "name", "id", "tasks"))

    def _granted(self, page: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
        account = self.state["accounts"].get(page["account"])
        lasts = 0.0 if kept.get("long") else kept["ends"] - self.now()
        more = {"person": kept["account"], "page": True, "grant": kept["grant"]}
        return {
            "id": page["id"],
            "name": page["name"],
            "category": "Bakery",
            "tasks": ["ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE"],
            "access_token": self.doors.grant(page["id"], kept["scopes"], kept["client_id"], lasts, **more),
            "instagram_business_account": self.account_view(account) if account and "instagram_basic" in kept["scopes"] else None,
        }

    def account_view(self, account: Mapping[str, Any]) -> dict[str, Any]:
        """Return what may be read of an account."""
        return {
            "id": account["id"],
            "user_id": account["id"],
            "username": account["handle"],
            "name": account["name"],
            "account_type": "BUSINESS",
            "profile_picture_url": f"{self.url}/files/{account['avatar']}" if account["avatar"] else None,
            "biography": "",
            "website": None,
            "followers_count": 100,
            "follows_count": 10,
            "media_count": sum(1 for one in self.state["media"].values() if one["account"] == account["id"]),
        }

    # ---- publications

    def media_view(self, media: Mapping[str, Any]) -> dict[str, Any]:
        """Return what may be read of a publication."""
        account, first = self.state["accounts"][media["account"]], media["items"][0]
        kind = "CAROUSEL_ALBUM" if len(media["items"]) > 1 else "VIDEO" if first["video"] else "IMAGE"
        product = {"story": "STORY", "reel": "REELS"}.get(media["form"], "FEED")
        return {
            "id": media["id"],
            "caption": media["text"] or None,
            "media_type": kind,
            "media_product_type": product,
            "media_url": f"{self.url}/files/{first['digest']}",
            "thumbnail_url": None,
            "permalink": self.address(media),
            "shortcode": media["code"],
            "timestamp": graph_time(media["at"]),
            "username": account["handle"],
            "owner": {"id": account["id"]},
            "alt_text": first["alt"] or None,
            "is_ai_generated": media["ai"],
            "is_comment_enabled": media["comments"],
            "like_count": 0,
            "comments_count": len(self.inbox.told(media["id"])),
            "children": {"data": [{"id": one["id"]} for one in media["items"]]} if kind == "CAROUSEL_ALBUM" else None,
            "comments": lambda: self.inbox.under(media["id"]),
        }

    def _held(self, account: str, *, stories: bool) -> list[dict[str, Any]]:
        held = [one for one in self.state["media"].values() if one["account"] == account and (one["form"] == "story") == stories]
        return sorted((one for one in held if self.visible(one)), key=lambda one: -one["at"])

    def listing(self, request: Request, account: str) -> Reply:
        """List what an account has published, newest first; stories stand apart."""
        owner = self.owner(request, account, READ)
        self.given(request, ())
        return self.listed(request, self._held(owner["id"], stories=False), self.media_view)

    def stories(self, request: Request, account: str) -> Reply:
        """List the stories of the last day."""
        owner = self.owner(request, account, READ)
        self.given(request, ())
        held = [one for one in self._held(owner["id"], stories=True) if one["at"] > self.now() - DAY]
        return self.listed(request, held, self.media_view)

    def node(self, request: Request, name: str) -> Reply:
        """Show an account, a publication, a container or a comment."""
        if name in self.state["media"]:
            return self.shown(request, self.media_view(self.mine(request, name, READ)))
        if name in self.state["containers"]:
            return self.containers.show(request, name)
        if name in self.state["comments"]:
            return self.inbox.show(request, name)
        if name.startswith("m_"):
            self.enter(request, *MESSAGES)
            if (found := self.inbox.message_view(name)) is None:
                raise self.gone(name)
            return self.shown(request, found)
        account = self.owner(request, name, READ)
        return self.shown(request, {**self.account_view(account), **self.mentions.fields(request, account)})

    def change(self, request: Request, name: str) -> Reply:
        """Hide a comment, or close a publication to comments."""
        if name in self.state["comments"]:
            return self.inbox.hide(request, name)
        media = self.mine(request, name, COMMENTS)
        media["comments"] = str(self.given(request, ("comment_enabled",)).get("comment_enabled")).lower() == "true"
        self.changed()
        return as_json({"success": True})

    def delete(self, request: Request, name: str) -> Reply:
        """Take off one's own publication, or a comment."""
        if name in self.state["comments"]:
            return self.inbox.delete(request, name)
        del self.state["media"][self.mine(request, name, PUBLISH)["id"]]
        self.changed()
        return as_json({"success": True})

    # ---- pages of the web

    def address(self, media: Mapping[str, Any]) -> str:
        """Return the public address of a publication."""
        return f"{self.url}/p/{media['code']}/"

    def post_web(self, request: Request, code: str) -> Reply:
        """Show the public page of a publication."""
        found = next((one for one in self.state["media"].values() if one["code"] == code), None)
        return as_html(post_page(request, self.posts(), found["id"])) if found else self.error(404)

    def account_web(self, request: Request, who: str) -> Reply:
        """Show the public page of an account."""
        known = any(one["handle"] == who for one in self.state["accounts"].values())
        return as_html(account_page(request, self.posts(who))) if known else self.error(404)

    def file(self, request: Request, digest: str) -> Reply:
        """Return a picture or a video."""
        if digest not in self.files:
            return self.error(404)
        kind = str(self.state["kinds"].get(digest, "image/jpeg"))
        return ranged(request, self.files.size(digest), lambda start, size: self.files.part(digest, start, size), kind)

    # ---- control

    def who_signs_in(self, account: str) -> str:
        """Return the id of the person who runs the page that this account is linked to, or an empty string."""
        found = {one["id"] for one in self.state["accounts"].values() if one["handle"] == account}
        return next((str(page["people"][0]) for page in self.state["pages"].values() if page["account"] in found), "")

    def add_account(self, handle: str, **about: Any) -> str:
        """Open an account (or find it), linked to a page of `person`, and return a token of it that may do everything, or `scopes`."""
        with self.lock:
            account = next((one for one in self.state["accounts"].values() if one["handle"] == handle), None)
            if account is None:
                account = {"id": self.new_id(), "handle": handle, "name": about.get("name") or handle.capitalize(), "avatar": ""}
                if avatar := about.get("avatar"):
                    account["avatar"] = self.keep_file(picture_bytes(avatar))
                self.state["accounts"][account["id"]] = account
                self._link(account, str(about.get("person") or PERSON))
            self.changed()
            scopes = [*about.get("scopes", self.direct.scopes)]
            return self.doors.grant(account["id"], scopes, CLIENT_ID, 5_184_000)

    def _link(self, account: Mapping[str, Any], handle: str) -> None:
        person = next((one for one in self.state["people"].values() if one["handle"] == handle), None)
        if person is None:
            person = {"id": self.new_id(), "handle": handle, "name": "Camille Lenoir"}
            self.state["people"][person["id"]] = person
        page = {"id": self.new_id(), "name": account["name"], "account": account["id"], "people": [person["id"]]}
        self.state["pages"][page["id"]] = page

    def add_post(self, account: str, text: str, **what: Any) -> dict[str, Any]:
        """Place a publication; without `pictures` it shows a plain one."""
        with self.lock, self.at(what.get("at", "")):
            owner = next(one for one in self.state["accounts"].values() if one["handle"] == account)
            pictures = what.get("pictures") or [(_plain(), "")]
            items = [self.containers.item(picture_bytes(content), alt) for content, alt in pictures]
            return self.told(self.containers.publication(owner, {"text": text, "items": items, "form": "", "ai": False, "paid": False}))

    def keep_item(self, content: bytes) -> dict[str, Any]:
        """Keep a picture and return its figures."""
        kind, width, height = measure(content)
        digest = self.keep_file(content)
        self.state["kinds"][digest] = kind
        return {"digest": digest, "kind": kind, "width": width, "height": height}

    def comment(self, post: str, who: str, text: str) -> dict[str, Any]:
        """Write under a publication as somebody of the public."""
        return self.inbox.write(post, who, text)

    def remove_comment(self, name: str) -> None:
        """Take off a comment, a publication of somebody else's or a private message, as whoever wrote it."""
        if name.startswith("m_"):
            return self.inbox.take_back(name)
        with self.lock:
            del (self.state["comments"] if name in self.state["comments"] else self.state[NAMED])[name]
            self.changed()

    def edit_comment(self, name: str, text: str) -> None:
        """Change what somebody of the public published, or a private message; comments themselves cannot be changed there."""
        if name.startswith("m_"):
            return self.inbox.rewrite(name, text)
        with self.lock:
            self.state[NAMED][name]["text"] = text
            self.changed()

    def mention(self, account: str, who: str, text: str, **how: Any) -> dict[str, Any]:
        """Tag an account in a picture of somebody of the public, or name it in a comment under it (`where`)."""
        with self.lock:
            return self.mentions.keep(next(one for one in self.state["accounts"].values() if one["handle"] == account), who, text, **how)

    def message(self, account: str, who: str, text: str) -> dict[str, Any]:
        """Write to an account in private."""
        owner = next(one for one in self.state["accounts"].values() if one["handle"] == account)
        return self.inbox.receive(owner, who, text)

    def posts(self, account: str = "") -> list[dict[str, Any]]:
        """Return what is published, oldest first."""
        with self.lock:
            shown = [self.told(one) for one in sorted(self.state["media"].values(), key=lambda one: one["at"])]
            return [one for one in shown if account in ("", one["account"])]

    def told(self, media: Mapping[str, Any]) -> dict[str, Any]:
        """Return a publication in the shape common to all networks."""
        account = self.state["accounts"][media["account"]]
        videos = [one for one in media["items"] if one["video"]]
        return {
            "network": self.key,
            "account": account["handle"],
            "handle": f"@{account['handle']}",
            "name": account["name"],
            "avatar": f"{self.url}/files/{account['avatar']}" if account["avatar"] else "",
            "id": media["id"],
            "url": self.address(media),
            "text": media["text"],
            "title": "",
            "at": graph_time(media["at"]),
            "after": "",
            "warning": "",
            "sensitive": False,
            "language": "",
            "pictures": [
                {"url": f"{self.url}/files/{one['digest']}", **{name: one[name] for name in ("alt", "width", "height")}}
                for one in media["items"]
                if not one["video"]
            ],
            "video": self.containers.film(videos[0]) if videos else None,
            "document": None,
            "form": media["form"] if media["form"] != "reel" else "",
            "ai": media["ai"],
            "paid": media["paid"],
            "card": None,
            "comments": self.inbox.told(media["id"]),
            "key": "",
        }


def _plain() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 320), (196, 164, 132)).save(out, "JPEG")
    return out.getvalue()
