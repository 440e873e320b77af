"""What anybody sees of YouTube: the page of a video, of a channel, the feed, the files; and a video in the shape common to all networks."""

from __future__ import annotations

import base64
import hmac
from html import escape
from typing import TYPE_CHECKING, Any

from sandbox.server import Handler
from sandbox.square import account_page, post_page
from sandbox.wire import Reply, Request, as_html, ranged

if TYPE_CHECKING:
    from sandbox.youtube import YouTube

NEWEST = 15
BLANK = base64.b64decode("R0lGODlhAQABAIAAAHeChwAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==")


def hub_signature(secret: str, body: bytes) -> str:
    """Return the X-Hub-Signature of a notice of PubSubHubbub, for a subscription that gave a secret [unverified for this hub]."""
    return "sha1=" + hmac.new(secret.encode(), body, "sha1").hexdigest()


class Pages:
    """The public part of the stand-in."""

    def __init__(self, stand: YouTube) -> None:
        self.stand = stand

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {
            "GET /feeds/videos.xml": self.feed,
            "GET /watch": self.watch,
            "GET /channel/{who}": self.channel,
            "GET /videoplayback/{name}": self.play,
            "GET /vi/{name}/{size}": self.picture,
        }

    def watch(self, request: Request) -> Reply:
        """Show a video to whoever may see it; the sandbox shows private ones too, so that one can see what arrived."""
        name = request.asked("v")
        if name not in self.stand.state["videos"]:
            return self.stand.error(404)
        return as_html(post_page(request, self.stand.posts(), name))

    def channel(self, request: Request, who: str) -> Reply:
        """Show a channel."""
        return as_html(account_page(request, self.stand.posts(who))) if who in self.stand.state["accounts"] else self.stand.error(404)

    def play(self, request: Request, name: str) -> Reply:
        """Return the bytes of a video."""
        digest = self.stand.state["videos"].get(name, {}).get("file", {}).get("digest")
        if not digest:
            return self.stand.error(404)
        files = self.stand.files
        return ranged(request, files.size(digest), lambda start, size: files.part(digest, start, size), "video/mp4")

    def picture(self, request: Request, name: str, size: str) -> Reply:
        """Return the picture that stands for a video."""
        cover = self.stand.state["videos"].get(name, {}).get("cover")
        return Reply(200, self.stand.files[cover["digest"]], kind=cover["kind"]) if cover else Reply(200, BLANK, kind="image/gif")

    def feed(self, request: Request) -> Reply:
        """Return the feed of a channel: its fifteen newest public videos."""
        account = self.stand.state["accounts"].get(request.asked("channel_id"))
        if account is None:
            return self.stand.error(404)
        mine = [
            one for one in self.stand.state["videos"].values() if one["account"] == account["id"] and self.stand.privacy(one) == "public"
        ]
        newest = sorted(mine, key=lambda one: one["at"], reverse=True)[:NEWEST]
        body = (
            '<?xml version="1.0" encoding="UTF-8"?><feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" '
            'xmlns:media="http://search.yahoo.com/mrss/" xmlns="http://www.w3.org/2005/Atom">'
            f"<id>yt:channel:{account['id'][2:]}</id><yt:channelId>{account['id'][2:]}</yt:channelId>"
            f"<title>{escape(account['name'])}</title>{''.join(map(self._entry, newest))}</feed>"
        )
        return Reply(200, body.encode(), kind="text/xml; charset=UTF-8")

    def _entry(self, video: dict[str, Any]) -> str:
        at, title = self.stand.stamp(video["at"]), escape(video["snippet"]["title"])
        return (
            f"<entry><id>yt:video:{video['id']}</id><yt:videoId>{video['id']}</yt:videoId><yt:channelId>{video['account']}</yt:channelId>"
            f'<title>{title}</title><link rel="alternate" href="{self.stand.url}/watch?v={video["id"]}"/>'
            f"<published>{at}</published><updated>{at}</updated><media:group><media:title>{title}</media:title>"
            f"<media:description>{escape(video['snippet'].get('description', ''))}</media:description><media:community>"
            '<media:starRating count="0" average="0.00" min="1" max="5"/><media:statistics views="0"/>'
            "</media:community></media:group></entry>"
        )

    def shown(self, video: dict[str, Any]) -> dict[str, Any]:
        """Return a video in the shape common to all networks."""
        account, file, cover = self.stand.state["accounts"][video["account"]], video["file"], video["cover"]
        short = file["height"] > file["width"] and file["seconds"] <= 180
        base = f"{self.stand.url}/videoplayback/{video['id']}"
        return {
            "network": self.stand.key,
            "account": video["account"],
            "handle": account["handle"],
            "name": account["name"],
            "avatar": "",
            "id": video["id"],
            "url": f"{self.stand.url}/watch?v={video['id']}",
            "title": video["snippet"]["title"],
            "text": video["snippet"].get("description", ""),
            "at": self.stand.stamp(video["at"]),
            "after": "",
            "warning": "",
            "sensitive": False,
            "language": video["snippet"].get("defaultLanguage", ""),
            "pictures": [],
            "video": {
                "url": base, "seconds": file["seconds"], "width": file["width"], "height": file["height"], "mime": file["kind"],
                "cover": f"{self.stand.url}/vi/{video['id']}/hqdefault.jpg" if cover else "",
                "captions": [{"language": one["language"], "text": one["text"]} for one in video["captions"]],
            },
            "document": None,
            "card": None,
            "form": "short" if short else "",
            "comments": self.stand.comments.shown(video["id"]),
            "privacy": self.stand.privacy(video),
            "ai": bool(video["status"].get("containsSyntheticMedia")),
            "paid": video["paid"],
            "key": "",
        }  # fmt: skip
