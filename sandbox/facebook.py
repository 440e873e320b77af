"""A stand-in of Facebook for pages: the people who run them, what is published there, comments and private messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sandbox.facebook_media import Media
from sandbox.graph import GraphStand, graph_time, truth
from sandbox.graph_bells import PageBells
from sandbox.graph_doors import GraphDoors
from sandbox.graph_inbox import Inbox
from sandbox.graph_mentions import NAMED, PageMentions
from sandbox.oauth import CLIENT_ID, Choice
from sandbox.server import Clock, Handler, picture_bytes
from sandbox.square import account_page, post_page
from sandbox.wire import Reply, Request, as_html, as_json, ranged

FEED = frozenset(
    {
        "message", "link", "published", "scheduled_publish_time", "attached_media", "backdated_time", "place", "tags", "call_to_action",
        "targeting", "feed_targeting", "unpublished_content_type", "sponsor_id", "sponsor_relationship", "name", "description", "picture",
    }
)  # fmt: skip
POST_USUAL = ("id", "created_time", "message")
TASKS = ("ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE")
PERSON = "camille"
SCOPES = {
    "public_profile": ("lire votre nom", "read your name"),
    "email": ("lire votre adresse électronique", "read your e-mail address"),
    "pages_show_list": ("voir la liste de vos pages", "see the list of your pages"),
    "pages_manage_posts": ("publier, modifier et retirer sur vos pages", "publish, change and remove on your pages"),
    "pages_read_engagement": ("lire ce que vos pages ont publié", "read what your pages have published"),
    "pages_read_user_content": ("lire les commentaires laissés sur vos pages", "read comments left on your pages"),
    "pages_manage_engagement": ("commenter au nom de vos pages", "comment in the name of your pages"),
    "pages_manage_metadata": ("être averti de ce qui se passe sur vos pages", "be told of what happens on your pages"),
    "pages_messaging": ("lire et écrire les messages de vos pages", "read and write messages of your pages"),
    "read_insights": ("lire les statistiques de vos pages", "read the figures of your pages"),
    "publish_video": ("publier des vidéos", "publish videos"),
    "business_management": ("voir votre portefeuille d’entreprise", "see your business portfolio"),
}


class FacebookDoors(GraphDoors):
    """People say yes; their pages have tokens of their own."""

    scopes: ClassVar[Mapping[str, tuple[str, str]]] = SCOPES

    def choices(self) -> Sequence[Choice]:
        """Return the people."""
        return [Choice(one["id"], one["name"], one["handle"]) for one in self.stand.state["people"].values()]

    def login_of(self, account: str) -> str:
        """Return whoever runs this page."""
        return str(self.stand.who_signs_in(account))


class Facebook(GraphStand):
    """Pages and the people who run them."""

    key: ClassVar[str] = "facebook"
    name: ClassVar[str] = "Facebook"
    commit: ClassVar[str] = "POST /*/feed | POST /*/photo_stories | POST /*?upload_phase=finish"
    prepare: ClassVar[str] = "POST /*/photos | POST /*?upload_phase=start | POST /*?upload_phase=transfer | POST /video-upload/*"
    resumes: ClassVar[str] = "POST /video-upload/*"
    defaults: ClassVar[dict[str, Any]] = {
        **GraphStand.defaults,
        "max_characters": 63_206,
        "max_photos": 10,
        "photo_limit": 10_000_000,
        "video_limit": 10_000_000_000,
        "chunk": 4_194_304,
        "video_polls": 1,
        "video_fails": False,
        "reels_a_day": 30,
        "unscrapable": ["unscrapable"],
        "duplicates": True,
        "names_taggers": False,
        "posting_too_fast": False,
        "blocked": False,
    }

    def __init__(self, clock: Clock | None = None, port: int = 0) -> None:
        self.doors = FacebookDoors(self)
        self.media = Media(self)
        self.inbox = Inbox(self)
        self.bells: PageBells = PageBells(self)
        self.mentions = PageMentions(self)
        super().__init__(clock, port)

    def empty(self) -> None:
        """Forget everything that was kept."""
        names = ("people", "pages", "posts", "photos", "videos", "kinds", "comments", "conversations", NAMED)
        self.state = {**{name: {} for name in names}, "made": 0, **self.doors.fresh()}

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {
            **self.doors.routes(),
            **self.media.routes(),
            **self.inbox.routes(),
            **self.bells.routes(),
            **self.mentions.routes(),
            "GET /me": self.me,
            "GET /me/accounts": self.accounts,
            "GET /{page}/published_posts": self.published,
            "GET /{page}/feed": self.published,
            "GET /{page}/posts": self.published,
            "GET /{page}/scheduled_posts": self.scheduled,
            "POST /{page}/feed": self.publish,
            "GET /{page}/ratings": self.ratings,
            "GET /{name}": self.node,
            "POST /{name}": self.change,
            "DELETE /{name}": self.delete,
            "GET /pages/{who}": self.account_web,
            "GET /pages/{who}/posts/{name}": self.post_web,
            "GET /files/{digest}": self.file,
        }

    def handle_of(self, account: str) -> str:
        """Return the name of a page or of a person."""
        for kind in ("pages", "people"):
            if account in self.state[kind]:
                return str(self.state[kind][account]["handle"])
        return ""

    # ---- who

    def page(self, request: Request, name: str, scope: str, task: str = "") -> dict[str, Any]:
        """Return the page of this path, whose own token calls, with a scope, by somebody who has the task there."""
        kept = self.enter(request, scope)
        name = kept["account"] if name == "me" else name
        page: dict[str, Any] | None = self.state["pages"].get(name)
        if page is None:
            raise self.gone(name)
        if kept["account"] != page["id"]:
            raise self.failure(210, "(#210) A page access token is required to request this resource.")
        tasks = page["tasks"].get(kept.get("person", ""), [])
        if task and task not in tasks:
            raise self.failure(200, f"(#200) The user hasn't the task {task} on this page", status=403)
        return page

    def writable(self, request: Request, name: str) -> dict[str, Any]:
        """Return a page on which this token may publish now."""
        page = self.page(request, name, "pages_manage_posts", "CREATE_CONTENT")
        if self.setting("blocked"):
            raise self.failure(368, error_user_msg="You can't publish for the moment.", status=403)
        if self.setting("posting_too_fast"):
            raise self.failure(1390008, "You are posting too fast", status=403)
        return page

    def me(self, request: Request) -> Reply:
        """Tell whose token this is."""
        kept = self.enter(request)
        return self.shown(request, self.view_of(kept["account"]), ("id", "name"))

    def accounts(self, request: Request) -> Reply:
        """List the pages of a person, each with its own token."""
        kept = self.enter(request, "pages_show_list")
        if kept["account"] not in self.state["people"]:
            raise self.bad("Tried accessing nonexistent field (accounts)")
        held = [{**page, "at": 0} for page in self.state["pages"].values() if kept["account"] in page["tasks"]]
        usual = ("access_token", "category", "name", "id", "tasks")
        return self.listed(request, held, lambda page: self._granted(page, kept), usual)

    def _granted(self, page: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
        more = {"person": kept["account"], "page": True, "grant": kept["grant"]}
        lasts = 0.0 if kept.get("long") else kept["ends"] - self.now()
        token = self.doors.grant(page["id"], kept["scopes"], kept["client_id"], lasts, **more)
        return {**self.page_view(page), "access_token": token, "tasks": page["tasks"][kept["account"]]}

    def ratings(self, request: Request, page: str) -> Reply:
        """Answer as a version does that has none any more."""
        self.enter(request)
        raise self.failure(12)

    # ---- nodes

    def page_view(self, page: Mapping[str, Any]) -> dict[str, Any]:
        """Return what may be read of a page."""
        return {
            "id": page["id"],
            "name": page["name"],
            "username": page["handle"],
            "link": f"{self.url}/pages/{page['handle']}",
            "category": "Bakery",
            "followers_count": page["followers"],
            "fan_count": page["followers"],
            "is_published": True,
            "picture": {"data": {"url": f"{self.url}/files/{page['avatar']}"}} if page["avatar"] else None,
            "instagram_business_account": None,
            "access_token": None,
            "tasks": None,
        }

    def post_view(self, post: Mapping[str, Any]) -> dict[str, Any]:
        """Return what may be read of a post."""
        page = self.state["pages"][post["page"]]
        return {
            "id": post["id"],
            "message": post["text"] or None,
            "created_time": graph_time(post["at"]),
            "updated_time": graph_time(post["at"]),
            "permalink_url": self.address(post),
            "from": {"id": page["id"], "name": page["name"]},
            "is_published": post["published"],
            "is_hidden": False,
            "status_type": "added_photos" if post["photos"] else "shared_story" if post["link"] else "mobile_status_update",
            "scheduled_publish_time": int(post["due"]) if post["due"] else None,
            "full_picture": self.media.source(post["photos"][0]) if post["photos"] else None,
            "attachments": self._attachments(post),
            "comments": lambda: self.inbox.under(post["id"]),
        }

    def _attachments(self, post: Mapping[str, Any]) -> dict[str, Any] | None:
        shown = [{"media_type": "photo", "type": "photo", "target": {"id": name}} for name in post["photos"]]
        if len(shown) > 1:
            return {"data": [{"media_type": "album", "type": "album", "target": None, "subattachments": {"data": shown}}]}
        if post["link"] and not shown:
            return {"data": [{"media_type": "link", "type": "share", "target": None, "unshimmed_url": post["link"], "title": post["link"]}]}
        return {"data": [{**one, "subattachments": None} for one in shown]} if shown else None

    def view_of(self, name: str) -> dict[str, Any]:
        """Return what may be read of any id, or refuse."""
        if name in self.state["pages"]:
            return self.page_view(self.state["pages"][name])
        if name in self.state["people"]:
            return {"id": name, "name": self.state["people"][name]["name"], "email": None, "picture": None}
        post = self.state["posts"].get(name)
        if post is not None and (self.visible(post) or not post["published"]):
            return self.post_view(post)
        if found := self.inbox.message_view(name):
            return found
        if name in self.state[NAMED]:
            return self.mentions.view(self.state[NAMED][name])
        return self.media.view_of(name) or self.inbox.view_of(name)

    def node(self, request: Request, name: str) -> Reply:
        """Show any object."""
        self.enter(request)
        usual = POST_USUAL if name in self.state["posts"] else ("id", "name") if name in self.state["pages"] else ("id",)
        view = self.view_of(name)
        return self.shown(request, view, [one for one in usual if one in view])

    def owner(self, request: Request, name: str, scope: str) -> tuple[str, dict[str, Any]]:
        """Return the kind and what is kept of one's own object."""
        kept = self.enter(request, scope)
        for kind in ("posts", "videos", "photos", "comments"):
            one = self.state[kind].get(name)
            if one is not None and (one["page"] == kept["account"]):
                return kind, one
        raise self.gone(name)

    def change(self, request: Request, name: str) -> Reply:
        """Change the words of a post, of a video or of a comment, or hide a comment."""
        if name in self.state["comments"]:
            return self.inbox.change(request, name)
        kind, one = self.owner(request, name, "pages_manage_posts")
        given = self.given(request, ("message", "description", "title", "is_published", "is_hidden"))
        text = given.get("description" if kind == "videos" else "message")
        if text is None:
            raise self.bad("Nothing to change")
        one["text"] = self.checked_text(str(text))
        self.changed()
        return as_json({"success": True})

    def delete(self, request: Request, name: str) -> Reply:
        """Take off one's own post, video, photo or comment."""
        if name in self.state["comments"]:
            return self.inbox.delete(request, name)
        kind, _ = self.owner(request, name, "pages_manage_posts")
        for held in [one for one in self.state["comments"].values() if one["post"] == name]:
            del self.state["comments"][held["id"]]
        del self.state[kind][name]
        self.changed()
        return as_json({"success": True})

    # ---- posts

    def checked_text(self, text: str) -> str:
        """Return a text that is not too long, or refuse."""
        if len(text) > self.setting("max_characters"):
            raise self.bad("The message is too long", error_user_msg="The text is longer than a post may be.")
        return text

    def publish(self, request: Request, page: str) -> Reply:
        """Make a post."""
        owner = self.writable(request, page)
        given = self.given(request, FEED)
        post = self.make_post(owner, given, self.media.attached(owner, given))
        return self.shown(request, self.post_view(post))

    def make_post(self, owner: Mapping[str, Any], given: Mapping[str, Any], photos: list[str]) -> dict[str, Any]:
        """Make a post that shows these photos, or refuse."""
        post = self._made(owner, given, photos)
        self.state["posts"][post["id"]] = post
        self.media.spend(photos, post)
        self.changed()
        return post

    def _made(self, owner: Mapping[str, Any], given: Mapping[str, Any], photos: list[str]) -> dict[str, Any]:
        text, link = self.checked_text(str(given.get("message", ""))), str(given.get("link", ""))
        if not text and not link and not photos:
            raise self.bad("Missing message or attachment")
        if any(word in link for word in self.setting("unscrapable")):
            raise self.failure(1609005, "There was a problem scraping data from the provided link.")
        published = truth(given.get("published"))
        due = self._due(given) if not published else 0
        if published and text and self.setting("duplicates") and text == self._last_text(owner):
            raise self.failure(506, "(#506) Duplicate status message")
        return {
            "id": f"{owner['id']}_{self.new_id()}",
            "page": owner["id"],
            "text": text,
            "link": link,
            "photos": photos,
            "published": published,
            "due": due,
            "sponsor": str(given.get("sponsor_id", "")),
            "form": "",
            "video": "",
            "at": self.now(),
        }

    def _due(self, given: Mapping[str, Any]) -> float:
        due = str(given.get("scheduled_publish_time", ""))
        if due and (not due.isdigit() or float(due) < self.now() + 600):
            raise self.bad("The specified scheduled publish time is invalid.")
        return float(due or 0)

    def _last_text(self, owner: Mapping[str, Any]) -> str:
        kept = [post for post in self.state["posts"].values() if post["page"] == owner["id"] and post["published"] and not post["form"]]
        return str(max(kept, key=lambda post: post["at"])["text"]) if kept else ""

    def _of(self, page: str) -> list[dict[str, Any]]:
        """Return the posts of a page, newest first; those whose hour has come are published."""
        held = [post for post in self.state["posts"].values() if post["page"] == page and not post["form"]]
        for post in held:
            if post["due"] and post["due"] <= self.now():
                post.update(published=True, at=post["due"], due=0)
        return sorted(held, key=lambda post: post["at"], reverse=True)

    def published(self, request: Request, page: str) -> Reply:
        """List what a page has published."""
        owner = self.page(request, page, "pages_read_engagement")
        self.given(request, ("include_hidden", "show_expired", "with"))
        held = [post for post in self._of(owner["id"]) if post["published"] and self.visible(post)]
        return self.listed(request, held, self.post_view, POST_USUAL)

    def scheduled(self, request: Request, page: str) -> Reply:
        """List what waits for its hour."""
        owner = self.page(request, page, "pages_manage_posts")
        return self.listed(request, [post for post in self._of(owner["id"]) if post["due"]], self.post_view, POST_USUAL)

    # ---- pages of the web

    def address(self, post: Mapping[str, Any]) -> str:
        """Return the public address of a post."""
        return f"{self.url}/pages/{self.state['pages'][post['page']]['handle']}/posts/{post['id']}"

    def account_web(self, request: Request, who: str) -> Reply:
        """Show the public page of an account."""
        known = any(page["handle"] == who for page in self.state["pages"].values())
        return as_html(account_page(request, self.posts(who))) if known else self.error(404)

    def post_web(self, request: Request, who: str, name: str) -> Reply:
        """Show the public page of a post."""
        shown = self.posts(who)
        return as_html(post_page(request, shown, name)) if any(post["id"] == name for post in shown) else self.error(404)

    def file(self, request: Request, digest: str) -> Reply:
        """Return a picture or a video."""
        if digest not in self.files:
            return self.error(404)
        return ranged(request, self.files.size(digest), lambda start, size: self.files.part(digest, start, size), self.media.kind(digest))

    # ---- control

    def add_person(self, handle: str = PERSON, name: str = "Camille Lenoir") -> dict[str, Any]:
        """Make a person (or find them), who can run pages."""
        found = next((one for one in self.state["people"].values() if one["handle"] == handle), None)
        if found is None:
            found = {"id": self.new_id(), "handle": handle, "name": name}
            self.state["people"][found["id"]] = found
            self.changed()
        return found

    def add_account(self, handle: str, **about: Any) -> str:
        """Open a page (or find it), run by `person` with `tasks`, and return a token of it that may do everything, or only `scopes`."""
        with self.lock:
            person = self.add_person(about.get("person") or PERSON)
            page = next((one for one in self.state["pages"].values() if one["handle"] == handle), None)
            if page is None:
                page = {"id": self.new_id(), "handle": handle, "name": about.get("name") or handle.capitalize(), "tasks": {}}
                avatar = about.get("avatar")
                page |= {"avatar": self.keep_file(picture_bytes(avatar)) if avatar else "", "followers": 100}
                self.state["pages"][page["id"]] = page
            page["tasks"][person["id"]] = [*about.get("tasks", TASKS)]
            self.changed()
            return self.doors.grant(page["id"], [*about.get("scopes", SCOPES)], CLIENT_ID, 0, person=person["id"], page=True)

    def who_signs_in(self, account: str) -> str:
        """Return the id of somebody who runs the page of this handle, or an empty string."""
        return next((who for page in self.state["pages"].values() if page["handle"] == account for who in page["tasks"]), "")

    def _named(self, account: str) -> dict[str, Any]:
        return next(page for page in self.state["pages"].values() if page["handle"] == account)

    def add_post(self, account: str, text: str, **what: Any) -> dict[str, Any]:
        """Place a post; `pictures` are (bytes or base64, description) pairs."""
        with self.lock, self.at(what.get("at", "")):
            owner = self._named(account)
            photos = [self.media.keep_photo(owner, picture_bytes(content), alt)["id"] for content, alt in what.get("pictures", ())]
            return self.told(self.make_post(owner, {"message": text, "link": what.get("link", "")}, photos))

    def comment(self, post: str, who: str, text: str) -> dict[str, Any]:
        """Write under a post as somebody of the public."""
        return self.inbox.write(post, who, text)

    def edit_comment(self, name: str, text: str) -> None:
        """Change a comment, a mention or a private message, as whoever wrote it."""
        if name.startswith("m_"):
            return self.inbox.rewrite(name, text)
        with self.lock:
            held = self.state["comments"] if name in self.state["comments"] else self.state[NAMED]
            held[name]["text"] = text
            if name in self.state["comments"]:
                self.bells.comment(held[name], "edited")
            self.changed()

    def remove_comment(self, name: str) -> None:
        """Take off a comment, a mention or a private message, as whoever wrote it."""
        if name.startswith("m_"):
            return self.inbox.take_back(name)
        with self.lock:
            if name in self.state["comments"]:
                self.inbox.take_off(name)
            else:
                del self.state[NAMED][name]
                self.changed()

    def mention(self, account: str, who: str, text: str, **how: Any) -> dict[str, Any]:
        """Tag a page in a post of somebody of the public, or name it in a comment under it (`where`)."""
        with self.lock:
            return self.mentions.keep(self._named(account), who, text, **how)

    def message(self, account: str, who: str, text: str) -> dict[str, Any]:
        """Write to a page in private."""
        return self.inbox.receive(self._named(account), who, text)

    def posts(self, account: str = "") -> list[dict[str, Any]]:
        """Return what is published, oldest first."""
        with self.lock:
            for page in self.state["pages"]:
                self._of(page)
            held = [post for post in self.state["posts"].values() if post["published"]] + self.media.films()
            return [shown for post in sorted(held, key=lambda post: post["at"]) if account in ("", (shown := self.told(post))["account"])]

    def told(self, post: Mapping[str, Any]) -> dict[str, Any]:
        """Return a post in the shape common to all networks."""
        page = self.state["pages"][post["page"]]
        return {
            "network": self.key,
            "account": page["handle"],
            "handle": f"@{page['handle']}",
            "name": page["name"],
            "avatar": f"{self.url}/files/{page['avatar']}" if page["avatar"] else "",
            "id": post["id"],
            "url": self.address(post),
            "text": post["text"],
            "title": post.get("title", ""),
            "at": graph_time(post["at"]),
            "after": "",
            "warning": "",
            "sensitive": False,
            "language": "",
            "pictures": [self.media.told(name) for name in post["photos"]],
            "video": self.media.film(post["video"]) if post["video"] else None,
            "document": None,
            "form": post["form"],
            "card": {"url": post["link"], "title": post["link"], "description": ""} if post["link"] and not post["photos"] else None,
            "comments": self.inbox.told(post["id"]),
            "key": "",
        }
