"""The shapes in which a Mastodon server speaks of itself, of accounts and of statuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox import mastodon_text as text_rules
from sandbox.server import Handler, iso
from sandbox.wire import Reply, Request, as_json

if TYPE_CHECKING:
    from sandbox.mastodon import Mastodon


class Entities:
    """The documents of the stand-in."""

    def __init__(self, stand: Mastodon) -> None:
        self.stand = stand

    def routes(self) -> dict[str, Handler]:
        """Return the paths of the server's own documents."""
        return {
            "GET /api/v1/instance": self.instance_v1,
            "GET /api/v2/instance": self.instance_v2,
            "GET /.well-known/nodeinfo": self.nodeinfo_links,
            "GET /nodeinfo/2.0": self.nodeinfo,
            "GET /.well-known/webfinger": self.webfinger,
        }

    def _configuration(self) -> dict[str, Any]:
        setting = self.stand.setting
        return {
            "accounts": {"max_featured_tags": 10, "max_pinned_statuses": 5},
            "statuses": {
                "max_characters": setting("max_characters"),
                "max_media_attachments": setting("max_media"),
                "characters_reserved_per_url": setting("url_price"),
            },
            "media_attachments": {
                "supported_mime_types": list(setting("image_types")),
                "description_limit": setting("description_limit"),
                "image_size_limit": setting("image_size_limit"),
                "image_matrix_limit": setting("image_matrix_limit"),
                "video_size_limit": 103_809_024,
                "video_frame_rate_limit": 120,
                "video_matrix_limit": 8_294_400,
            },
            "polls": {"max_options": 4, "max_characters_per_option": 50, "min_expiration": 300, "max_expiration": 2_629_746},
        }

    def instance_v2(self, request: Request) -> Reply:
        """Describe the server."""
        stand = self.stand
        if not stand.setting("instance_v2"):
            return stand.error(404)
        urls = {
            "streaming": f"ws://{stand.host}",
            "status": None,
            "about": f"{stand.url}/about",
            "privacy_policy": None,
            "terms_of_service": None,
        }
        return as_json(
            {
                "domain": stand.host,
                "title": stand.setting("title"),
                "version": stand.setting("version"),
                "source_url": "https://github.com/mastodon/mastodon",
                "description": "Un serveur de démonstration.",
                "usage": {"users": {"active_month": len(stand.state["accounts"])}},
                "thumbnail": {"url": f"{stand.url}/avatars/original/missing.png", "blurhash": None, "versions": {}},
                "icon": [],
                "languages": ["fr"],
                "configuration": {
                    **self._configuration(),
                    "urls": urls,
                    "vapid": {"public_key": ""},
                    "translation": {"enabled": False},
                    "limited_federation": False,
                },
                "registrations": {
                    "enabled": False,
                    "approval_required": False,
                    "reason_required": False,
                    "message": None,
                    "min_age": None,
                    "url": None,
                },
                "api_versions": {"mastodon": 7},
                "contact": {"email": "", "account": None},
                "rules": [],
            }
        )

    def instance_v1(self, request: Request) -> Reply:
        """Describe the server, in the older shape."""
        stand = self.stand
        return as_json(
            {
                "uri": stand.host,
                "title": stand.setting("title"),
                "short_description": "",
                "description": "Un serveur de démonstration.",
                "email": "",
                "version": stand.setting("version"),
                "urls": {"streaming_api": f"ws://{stand.host}"},
                "stats": {"user_count": len(stand.state["accounts"]), "status_count": len(stand.state["statuses"]), "domain_count": 1},
                "thumbnail": None,
                "languages": ["fr"],
                "registrations": False,
                "approval_required": False,
                "invites_enabled": False,
                "configuration": self._configuration(),
                "contact_account": None,
                "rules": [],
            }
        )

    def nodeinfo_links(self, request: Request) -> Reply:
        """Say where the node's description is."""
        return as_json({"links": [{"rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": f"{self.stand.url}/nodeinfo/2.0"}]})

    def nodeinfo(self, request: Request) -> Reply:
        """Describe the node."""
        software = {"name": "mastodon", "version": self.stand.setting("version")}
        usage = {"users": {"total": len(self.stand.state["accounts"])}, "localPosts": len(self.stand.state["statuses"])}
        services: dict[str, list[str]] = {"outbound": [], "inbound": []}
        return as_json(
            {
                "version": "2.0",
                "software": software,
                "protocols": ["activitypub"],
                "services": services,
                "usage": usage,
                "openRegistrations": False,
                "metadata": {},
            }
        )

    def webfinger(self, request: Request) -> Reply:
        """Find an account by its address."""
        resource = request.asked("resource").removeprefix("acct:")
        account = self.stand.find(resource) if resource.endswith(f"@{self.stand.host}") else None
        if account is None:
            return self.stand.error(404)
        page = f"{self.stand.url}/@{account['username']}"
        return as_json(
            {
                "subject": f"acct:{resource}",
                "aliases": [page],
                "links": [{"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": page}],
            }
        )

    def account(self, account: dict[str, Any], source: bool = False) -> dict[str, Any]:
        """Return an Account; with `source`, what only its owner sees."""
        url = f"{self.stand.url}/@{account['username']}"
        avatar = f"/system/accounts/avatars/{account['avatar']}" if account["avatar"] else "/avatars/original/missing.png"
        names = self.stand.state["of"].get(account["id"], ())
        last = self.stand.state["statuses"][names[-1]]["at"] if names else None
        told = {
            "id": account["id"],
            "username": account["username"],
            "acct": account["username"],
            "display_name": account["display_name"],
            "locked": False,
            "bot": False,
            "discoverable": True,
            "indexable": False,
            "group": False,
            "created_at": iso(account["at"] - account["at"] % 86_400),
            "note": text_rules.as_html(account["note"], self.stand.known, self.stand.url),
            "url": url,
            "uri": f"{self.stand.url}/users/{account['username']}",
            "avatar": f"{self.stand.url}{avatar}",
            "avatar_static": f"{self.stand.url}{avatar}",
            "header": f"{self.stand.url}/headers/original/missing.png",
            "header_static": f"{self.stand.url}/headers/original/missing.png",
            "followers_count": 0,
            "following_count": 0,
            "statuses_count": len(names),
            "last_status_at": iso(last)[:10] if last else None,
            "hide_collections": None,
            "noindex": False,
            "emojis": [],
            "roles": [],
            "fields": [],
        }
        if source:
            told["source"] = {
                "privacy": "public",
                "sensitive": False,
                "language": "fr",
                "note": account["note"],
                "fields": [],
                "follow_requests_count": 0,
            }
        return told

    def status(self, status: dict[str, Any]) -> dict[str, Any]:
        """Return a Status."""
        stand = self.stand
        account = stand.state["accounts"][status["account"]]
        parent = stand.state["statuses"].get(status["after"])
        url = f"{stand.url}/@{account['username']}/{status['id']}"
        app = None
        return {
            "id": status["id"],
            "created_at": iso(status["at"]),
            "in_reply_to_id": status["after"] or None,
            "in_reply_to_account_id": parent["account"] if parent else None,
            "sensitive": status["sensitive"],
            "spoiler_text": status["warning"],
            "visibility": status["visibility"],
            "language": status["language"],
            "uri": f"{stand.url}/users/{account['username']}/statuses/{status['id']}",
            "url": url,
            "replies_count": 0,
            "reblogs_count": 0,
            "favourites_count": 0,
            "quotes_count": 0,
            "edited_at": iso(status["edited"]) if "edited" in status else None,
            "favourited": False,
            "reblogged": False,
            "muted": False,
            "bookmarked": False,
            "pinned": False,
            "content": text_rules.as_html(status["text"], stand.known, stand.url),
            "filtered": [],
            "reblog": None,
            "application": app,
            "account": self.account(account),
            "media_attachments": [stand.media.entity(stand.state["media"][name]) for name in status["media"]],
            "mentions": text_rules.mentions(status["text"], stand.known),
            "tags": [{"name": tag, "url": f"{stand.url}/tags/{tag}"} for tag in text_rules.hashtags(status["text"])],
            "emojis": [],
            "card": self._card(status["text"]),
            "poll": None,
            "quote": None,
        }

    def _card(self, text: str) -> dict[str, Any] | None:
        cards: dict[str, dict[str, Any]] = self.stand.setting("cards")
        found = next((address for address in text_rules.addresses(text) if address in cards), "")
        return {"url": found, "title": "", "description": "", "type": "link", "image": None, **cards[found]} if found else None

    def shown(self, status: dict[str, Any]) -> dict[str, Any]:
        """Return a status in the shape common to all networks."""
        entity = self.status(status)
        return {
            "network": self.stand.key,
            "account": entity["account"]["username"],
            "handle": f"@{entity['account']['username']}@{self.stand.host}",
            "name": entity["account"]["display_name"],
            "avatar": entity["account"]["avatar"] if self.stand.state["accounts"][status["account"]]["avatar"] else "",
            "id": status["id"],
            "url": entity["url"],
            "text": status["text"],
            "html": entity["content"],
            "at": entity["created_at"],
            "after": status["after"],
            "warning": status["warning"],
            "sensitive": status["sensitive"],
            "language": status["language"],
            "pictures": [self.stand.media.shown(name) for name in status["media"]],
            "card": entity["card"],
            "key": status["key"],
        }
