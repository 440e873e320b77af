"""Writing to a page of Facebook: what is prepared, the one call that publishes, and the page's own lists to learn what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from parvis.core import clock
from parvis.core.http import NotSent, Refused, Unknown, address, identifier, when
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Absent, Account, CannotTell, Disconnected, Hidden, NotYet, Ready, Receipt, Wires
from parvis.networks.facebook.ear import DIALECT
from parvis.networks.facebook.spec import SPEC
from parvis.networks.facebook.uploads import Uploads
from parvis.networks.facts import COMMENT, MESSAGE, REPLY, Parcel
from parvis.networks.meta import Endless, Graph, Places, codes_of, failure, is_gone, said, seconds_for, unseen
from parvis.networks.meta_answers import NOT_BACK, NOT_BACK_CURE, Answers

CLOCKS_DIFFER = timedelta(minutes=10)
# Their times are whole seconds, and their clock may be a little behind.
SAME_TIME = timedelta(seconds=5)
TWIN = 506
POST_FIELDS = "id,message,created_time,permalink_url,attachments{media_type,subattachments{media_type}}"
SAME_WORDS = Say(gettext_noop("Facebook refuses to publish the very words of the page's last publication again."))
OTHER_WORDS = Say(gettext_noop("Change a word, or cancel this publication if it is the same."))
UNREADABLE = Say(gettext_noop("What this page has published cannot be read now."))
GONE = Say(gettext_noop("This publication is no longer on Facebook."))
SPOILED = Say(gettext_noop("Facebook took this video and could not make it ready: nobody sees it."))
OTHER_FILM = Say(gettext_noop("Take it off, replace the video by another one (MP4, H.264 and AAC), and publish it anew."))
WORKING = Say(gettext_noop("Facebook is still working on this video."))
WORKS = timedelta(minutes=2)
GONE_CURE = Say(gettext_noop("Publish it anew if it is still wanted."))


@dataclass(slots=True)
class Posting:
    """A page that can be written to."""

    account: Account
    wires: Wires
    places: Places
    graph: Graph = field(init=False)

    def __post_init__(self) -> None:
        self.graph = Graph(self.account, self.wires, self.places)

    @property
    def page(self) -> str:
        """The id of the page."""
        return self.account.remote_id

    # ---- preparing

    def prepare(self, parcel: Parcel, memory: Mapping[str, Any], after: Receipt | None) -> Ready | NotYet:
        """Upload what must be there first, once."""
        parcel = SPEC.carried(parcel)
        kept = {"began": clock.now().timestamp(), **memory}
        if parcel.form == COMMENT:
            return self._commenting(parcel, kept, after)
        if parcel.form in (REPLY, MESSAGE):
            return Answers(self.graph, DIALECT).ready(parcel, kept)
        uploads = Uploads(self.graph, self.page, kept)
        if parcel.form == "story":
            return Ready(self._story(parcel, uploads), kept)
        if parcel.form == "reel" and parcel.video:
            body = {"edge": "video_reels", "data": {"upload_phase": "finish", "video_state": "PUBLISHED", **_told(parcel)}}
            return Ready({**body, "video": uploads.sent("video_reels", parcel.video)}, kept)
        if parcel.video:
            name, cover = uploads.video(parcel.video), parcel.video.cover
            data = {"upload_phase": "finish", "upload_session_id": kept["video"]["session"], **_told(parcel), **_sponsor(parcel)}
            return Ready({"edge": "videos", "data": data, "video": name, "thumb": [cover.digest, cover.mime] if cover else None}, kept)
        data = {"message": parcel.text, **({"link": parcel.card.url} if parcel.card else {}), **_sponsor(parcel)}
        data |= {f"attached_media[{n}]": f'{{"media_fbid":"{name}"}}' for n, name in enumerate(uploads.photos(parcel.pictures))}
        return Ready({"edge": "feed", "data": data, "began": kept["began"]}, kept)

    def _commenting(self, parcel: Parcel, kept: dict[str, Any], after: Receipt | None) -> Ready:
        post = after.remote_id if after else str(kept.get("post", ""))
        if not post:
            raise Refused(GONE, GONE_CURE)
        body = {"edge": "comments", "of": post, "data": {"message": parcel.text}, "began": kept["began"]}
        return Ready(body, {**kept, "post": post})

    def _story(self, parcel: Parcel, uploads: Uploads) -> dict[str, Any]:
        if parcel.video:
            return {
                "edge": "video_stories",
                "data": {"upload_phase": "finish", **_ai(parcel)},
                "video": uploads.sent("video_stories", parcel.video),
            }
        return {"edge": "photo_stories", "data": {"photo_id": uploads.photos(parcel.pictures[:1])[0]}}

    # ---- the one call

    def commit(self, ready: Ready, key: str) -> Receipt:
        """Publish it."""
        body = ready.body
        if "reply" in body:
            return Answers(self.graph, DIALECT).commit(body)
        video, data = body.get("video"), dict(body["data"])
        more: dict[str, Any] = {}
        if video and body["edge"] != "videos":
            data["video_id"] = video
        if body["edge"] in ("feed", "comments"):
            data["fields"] = "id,permalink_url"
        if body.get("thumb"):
            digest, mime = body["thumb"]
            more = {"files": {"thumb": ("cover.jpg", self.wires.read(digest), mime)}, "seconds": seconds_for(0)}
        base = self.places.videos if body["edge"] == "videos" else self.account.base
        url = self.places.at(f"/{body.get('of') or self.page}/{body['edge']}", base)
        answer = self.graph.answer("POST", url, commit=True, data=data, **more)
        found = answer.mapping()
        if codes_of(answer)[0] == TWIN:
            raise self._twin(data["message"], float(body["began"]), said(answer))
        if body["edge"] == "comments" and is_gone(answer):
            raise unseen(answer, float(body["began"]), SPEC.settles, Refused(GONE, GONE_CURE))
        name = identifier(video if body["edge"] in ("videos", "video_reels") else found.get("post_id") or found.get("id"))
        if not answer.ok or not name or (video and found.get("success") is not True):
            raise failure(answer, commit=True)
        return self._receipt(name, found, video=bool(video) and body["edge"] != "video_stories")

    def _receipt(self, name: str, found: Mapping[str, Any], *, video: bool = False) -> Receipt:
        url = address(found.get("permalink_url")) or address(found.get("url"))
        if video and not url:
            url = self._video_address(name)
        return Receipt(name, url or f"{self.places.dialog}/{name}", {"video": True} if video else {})

    def _video_address(self, name: str) -> str:
        """Return the address of a video that is there already; whatever goes wrong, it is there."""
        try:
            link = self.graph.call("GET", f"/{name}", params={"fields": "permalink_url"}).get("permalink_url")
        except (NotSent, Refused):
            return ""
        return f"{self.places.dialog}{link}" if isinstance(link, str) and link.startswith("/") else address(link)

    def _twin(self, text: str, began: float, words: str) -> Exception:
        """Tell one's own lost answer from another publication with the same words: whether one was made since this began."""
        try:
            for post in self.graph.pages(f"/{self.page}/published_posts", POST_FIELDS, most=1):
                made = when(str(post.get("created_time", "")))
                if str(post.get("message", "")).strip() == text.strip():
                    fresh = made is not None and made.timestamp() >= began - SAME_TIME.total_seconds()
                    return Unknown(f"the page says: {words}") if fresh else Refused(SAME_WORDS, OTHER_WORDS)
        except (NotSent, Refused, Endless):
            return Unknown(f"the page says: {words}")
        # It is not listed yet: it is fresher than the list.
        return Unknown(f"the page says: {words}")

    # ---- looking

    def look(self, parcel: Parcel, key: str, since: datetime, taken: frozenset[str]) -> Receipt | Absent | CannotTell:
        """Read the page's own lists, or the very video or photo that was prepared."""
        sent = SPEC.carried(parcel)
        try:
            return self._looked(sent, since, taken)
        except Disconnected:
            raise
        except Endless:
            return CannotTell(UNREADABLE)
        except Refused as refused:
            return CannotTell(refused.reason)

    def _looked(self, sent: Parcel, since: datetime, taken: frozenset[str]) -> Receipt | Absent | CannotTell:
        memory = self.wires.memory
        if sent.form == COMMENT:
            return self._look_under(sent, str(memory.get("post", "")), taken)
        if sent.form in (REPLY, MESSAGE):
            return Answers(self.graph, DIALECT).look(sent, since, taken)
        if sent.form == "story":
            return self._look_at_stories(memory, taken)
        if sent.video:
            return self._look_at_video(str(memory.get("video", {}).get("id", "")))
        return self._look_at_posts(sent, since - CLOCKS_DIFFER, taken)

    def _look_at_posts(self, sent: Parcel, since: datetime, taken: frozenset[str]) -> Receipt | Absent:
        asked = {"since": int(since.timestamp())}
        for post in self.graph.pages(f"/{self.page}/published_posts", POST_FIELDS, **asked):
            name = identifier(post.get("id"))
            if name and name not in taken and _is_it(post, sent):
                return self._receipt(name, post)
        return Absent()

    def _look_at_video(self, name: str) -> Receipt | Absent:
        if not name:
            return Absent()
        answer = self.graph.answer(
            "GET", self.places.at(f"/{name}", self.account.base), params={"fields": "status,permalink_url,published"}
        )
        if is_gone(answer):
            return Absent()
        if not answer.ok:
            raise failure(answer, commit=False)
        found = answer.mapping()
        status = found.get("status")
        phase = status.get("publishing_phase") if isinstance(status, dict) else None
        begun = isinstance(phase, dict) and phase.get("status") in ("complete", "in_progress")
        return self._receipt(name, found, video=True) if begun else Absent()

    def _look_at_stories(self, memory: Mapping[str, Any], taken: frozenset[str]) -> Receipt | Absent:
        media = {str(memory.get("video", {}).get("id", "")), *memory.get("photos", {}).values()} - {""}
        for story in self.graph.pages(f"/{self.page}/stories", "post_id,media_id,url") if media else ():
            name = identifier(story.get("post_id"))
            if str(story.get("media_id")) in media and name and name not in taken:
                return self._receipt(name, {})
        return Absent()

    def _look_under(self, sent: Parcel, post: str, taken: frozenset[str]) -> Receipt | Absent:
        for comment in self.graph.pages(f"/{post}/comments", "id,message,from,permalink_url", filter="stream") if post else ():
            by, name = comment.get("from"), identifier(comment.get("id"))
            mine = isinstance(by, dict) and str(by.get("id")) == self.page
            if mine and name and name not in taken and str(comment.get("message", "")).strip() == sent.text.strip():
                return self._receipt(name, comment)
        return Absent()

    # ---- afterwards

    def became(self, receipt: Receipt) -> Hidden | None:
        """Read what became of a video after it was taken. Raises NotSent while Facebook is still working on it."""
        if not receipt.refs.get("video"):
            return None
        answer = self.graph.answer("GET", self.places.at(f"/{receipt.remote_id}", self.account.base), params={"fields": "status"})
        if is_gone(answer):
            return Hidden(GONE, GONE_CURE)
        if not answer.ok:
            raise failure(answer, commit=False)
        status = answer.mapping().get("status")
        state = status.get("video_status") if isinstance(status, dict) else None
        if state in ("error", "expired"):
            return Hidden(SPOILED, OTHER_FILM)
        if state != "ready":
            raise NotSent(WORKING, clock.now() + WORKS)
        return None

    def delete(self, receipt: Receipt) -> None:
        """Take it off; it is no error that it is gone."""
        if receipt.refs.get("private"):
            raise Refused(NOT_BACK, NOT_BACK_CURE)
        answer = self.graph.answer("DELETE", self.places.at(f"/{receipt.remote_id}", self.account.base))
        if not answer.ok and not is_gone(answer):
            raise failure(answer, commit=False)

    def edit(self, receipt: Receipt, parcel: Parcel) -> None:
        """Change its words."""
        text = SPEC.carried(parcel).text
        data = {"description" if receipt.refs.get("video") else "message": text}
        answer = self.graph.answer("POST", self.places.at(f"/{receipt.remote_id}", self.account.base), data=data)
        if is_gone(answer):
            raise Refused(GONE, GONE_CURE)
        if not answer.ok:
            raise failure(answer, commit=False)


def _told(parcel: Parcel) -> dict[str, str]:
    return {"description": parcel.text, **({"title": parcel.title} if parcel.title else {}), **_ai(parcel)}


def _ai(parcel: Parcel) -> dict[str, str]:
    return {"is_ai_generated": "true"} if parcel.ai else {}


def _sponsor(parcel: Parcel) -> dict[str, str]:
    sponsor = parcel.details.get("sponsor", "").strip()
    return {"sponsor_id": sponsor} if sponsor else {}


def _is_it(post: Mapping[str, Any], sent: Parcel) -> bool:
    return str(post.get("message") or "").strip() == sent.text.strip() and _photos(post) == len(sent.pictures)


def _photos(post: Mapping[str, Any]) -> int:
    """Return how many photos a post shows."""
    attachments = post.get("attachments")
    first: Any = next(iter(attachments.get("data") or []), {}) if isinstance(attachments, dict) else {}
    inside = first.get("subattachments") if isinstance(first, dict) else None
    if isinstance(inside, dict):
        return len(inside.get("data") or [])
    return int(isinstance(first, dict) and first.get("media_type") == "photo")
