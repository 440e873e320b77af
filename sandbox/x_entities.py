"""What X answers: users, posts and media with the fields that were asked for, in its older and its newer words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox import x_text as text_rules
from sandbox.server import iso
from sandbox.wire import Reply, Request, as_json

if TYPE_CHECKING:
    from sandbox.x import X


def names(text: str) -> frozenset[str]:
    """Return the names written one after the other."""
    return frozenset(text.split())


USER_FIELDS = names(
    "confirmed_email connection_status created_at description entities id is_identity_verified location name parody profile_banner_url"
    " profile_image_url protected public_metrics receives_your_dm subscribes_to_you subscription subscription_type url username verified"
    " verified_followers_count verified_type withheld affiliation most_recent_tweet_id pinned_tweet_id"
)
POST_FIELDS = names(
    "article article_title attachments card_uri community_id context_annotations conversation_id created_at display_text_range"
    " edit_controls entities geo id lang matched_media_notes media_metadata non_public_metrics note_post note_request_suggestions"
    " organic_metrics"
    " paid_partnership possibly_sensitive promoted_metrics public_metrics reply_settings scopes source suggested_source_links"
    " suggested_source_links_with_counts text withheld"
)
# The older words also ask for these as fields; the newer ones as expansions.
TWEET_FIELDS = (POST_FIELDS - {"note_post"}) | {
    "author_id", "edit_history_tweet_ids", "in_reply_to_user_id", "note_tweet", "referenced_tweets"
}  # fmt: skip
MEDIA_FIELDS = names(
    "alt_text duration_ms height media_key non_public_metrics organic_metrics preview_image_url promoted_metrics public_metrics type url"
    " variants width"
)
EXPANSIONS = names(
    "article.cover_media article.media_entities attachments.media_keys attachments.media_source_tweet attachments.poll_ids author_id"
    " edit_history_post_ids entities.mentions.username geo.place_id in_reply_to_user_id referenced_posts username"
    " edit_history_tweet_ids referenced_tweets.id referenced_tweets.id.author_id"
)
SHOWN = {"user.fields": USER_FIELDS, "media.fields": MEDIA_FIELDS, "expansions": EXPANSIONS, "poll.fields": frozenset(
    {"duration_minutes", "end_datetime", "id", "options", "voting_status"}), "place.fields": frozenset({
        "contained_within", "country", "country_code", "full_name", "geo", "id", "name", "place_type"})}  # fmt: skip
FIELDS = frozenset({*SHOWN, "tweet.fields", "post.fields"})


class Wanted:
    """What one request asks to be shown. Raises the network's own refusal of what it does not know."""

    def __init__(self, stand: X, request: Request) -> None:
        dialect = stand.setting("dialect")
        kinds = {**SHOWN, **({"tweet.fields": TWEET_FIELDS} if dialect != "post" else {})}
        kinds |= {"post.fields": POST_FIELDS} if dialect != "tweet" else {}
        self.asked: dict[str, set[str]] = {}
        for name in FIELDS & request.query.keys():
            if name not in kinds:
                raise stand.invalid(name, request.asked(name), f"The query parameter [{name}] is not known")
            self.asked[name] = set(request.asked(name).split(",")) - {""}
            if unknown := self.asked[name] - kinds[name]:
                raise stand.invalid(name, ",".join(unknown), f"The `{name}` value [{sorted(unknown)[0]}] is not one of them")
        self.newer = "post.fields" in self.asked
        self.expansions = {name.replace("tweet", "post").removesuffix(".id") for name in self.asked.get("expansions", ())}
        fields = {name.replace("tweet", "post") for name in self.asked.get("tweet.fields", ())}
        self.post = fields | self.asked.get("post.fields", set()) | self.expansions
        self.user = self.asked.get("user.fields", set())
        self.media = self.asked.get("media.fields", set())

    def named(self, name: str) -> str:
        """Return a field's name in the words that were asked in."""
        return name if self.newer else name.replace("post", "tweet")


class Entities:
    """The reading side of the stand-in."""

    def __init__(self, stand: X) -> None:
        self.stand = stand

    def user(self, user: dict[str, Any], wanted: Wanted) -> dict[str, Any]:
        """Return a user."""
        whole = {
            "created_at": iso(user["at"], 3),
            "description": user["about"],
            "location": "",
            "profile_image_url": f"{self.stand.url}/profile_images/{user['avatar']}" if user["avatar"] else "",
            "protected": user["protected"],
            "public_metrics": self._reach(user),
            "subscription_type": user["subscription"],
            "verified": bool(user["subscription"] != "None"),
            "verified_type": "blue" if user["subscription"] != "None" else "none",
        }  # fmt: skip
        kept = {name: value for name, value in whole.items() if name in wanted.user}
        return {"id": user["id"], "name": user["name"], "username": user["username"], **kept}

    def _reach(self, user: dict[str, Any]) -> dict[str, int]:
        made = sum(post["user"] == user["id"] for post in self.stand.state["posts"].values())
        counts = dict.fromkeys(("followers_count", "following_count", "listed_count", "like_count", "media_count"), 0)
        # X names the same number in its older and in its newer words, whatever the fields of posts are asked in.
        return {**counts, "tweet_count": made, "post_count": made}

    def post(self, post: dict[str, Any], wanted: Wanted) -> dict[str, Any]:
        """Return a post."""
        text, entities = self.told(post)
        whole = {
            "attachments": self._attached(post) or None,
            "author_id": post["user"],
            "conversation_id": post["conversation"],
            "created_at": iso(post["at"], 3),
            "display_text_range": [len(post["prefix"]), len(text)],
            "entities": entities or None,
            "in_reply_to_user_id": self.stand.author_of(post["after"]) or None,
            "lang": "fr",
            "paid_partnership": post["paid"],
            "public_metrics": self._metrics(post, wanted),
            "reply_settings": post["reply_settings"] or "everyone",
            "referenced_posts": self._referenced(post) or None,
            "note_post": {"text": post["text"]} if text_rules.weight(post["text"]) > 280 else None,
        }
        kept = {wanted.named(name): value for name, value in whole.items() if name in wanted.post and value is not None}
        history = {wanted.named("edit_history_post_ids"): [post["id"]]} if self.stand.setting("edit_history") else {}
        return {"id": post["id"], "text": text, **history, **kept}

    def told(self, post: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Return the text as answers hold it (short links, escaped signs, one more link for its media) and what stands in it."""
        given, at, text, urls = post["text"], 0, post["prefix"], list[dict[str, Any]]()
        for link in text_rules.links(given, post["id"]):
            text += text_rules.told(given[at : link.start])
            shown = given[link.start : link.end].partition("://")[2] or given[link.start : link.end]
            urls.append(self._url(text, link.short, link.url, shown))
            text, at = text + link.short, link.end
        text += text_rules.told(given[at:])
        if post["media"]:
            text += " " if text else ""
            short = text_rules.short(f"media {post['id']}")
            for name in post["media"]:
                key = self.stand.state["media"][name]["key"]
                kind = "video" if key.startswith("7_") else "photo"
                page = f"{self.stand.post_url(post)}/{kind}/1"
                urls.append({**self._url(text, short, page, f"pic.x.com/{short[-10:]}"), "media_key": key})
            text += short
        return text, {name: found for name, found in {"urls": urls, **self._marks(text)}.items() if found}

    def _marks(self, text: str) -> dict[str, list[dict[str, Any]]]:
        found = {"mentions": text_rules.MENTION, "hashtags": text_rules.HASHTAG, "cashtags": text_rules.CASHTAG}
        marks: dict[str, list[dict[str, Any]]] = {}
        for name, shape in found.items():
            key = "username" if name == "mentions" else "tag"
            marks[name] = [{"start": mark.start(), "end": mark.end(), key: mark[0][1:]} for mark in shape.finditer(text)]
        for mark in marks["mentions"]:
            mark["id"] = (self.stand.find(mark["username"]) or {"id": "1"})["id"]
        return marks

    def _url(self, before: str, short: str, url: str, shown: str) -> dict[str, Any]:
        place = {"start": len(before), "end": len(before) + len(short)}
        return {**place, "url": short, "expanded_url": url, "display_url": shown[:26] + ("…" if len(shown) > 26 else "")}

    def _attached(self, post: dict[str, Any]) -> dict[str, list[str]]:
        media = [self.stand.state["media"][name]["key"] for name in post["media"]]
        polls = [f"{int(post['id']) + 1}"] if post["poll"] else []
        return {name: held for name, held in (("media_keys", media), ("poll_ids", polls)) if held}

    def _metrics(self, post: dict[str, Any], wanted: Wanted) -> dict[str, int]:
        answers = sum(one["after"] == post["id"] for one in self.stand.state["posts"].values())
        counts = dict.fromkeys(("bookmark_count", "impression_count", "like_count", "quote_count"), 0)
        return {**counts, "reply_count": answers, "repost_count" if wanted.newer else "retweet_count": 0}

    def _referenced(self, post: dict[str, Any]) -> list[dict[str, str]]:
        found = [("replied_to", post["after"]), ("quoted", post["quote"])]
        return [{"type": kind, "id": name} for kind, name in found if name]

    def media(self, media: dict[str, Any], wanted: Wanted) -> dict[str, Any]:
        """Return a media."""
        kind = {"7": "video", "16": "animated_gif"}.get(media["key"].partition("_")[0], "photo")
        whole = {
            "alt_text": media["alt"] or None,
            "duration_ms": int(media["seconds"] * 1000) or None,
            "height": media["height"],
            "width": media["width"],
            "url": self.stand.media.url(media) if kind == "photo" else None,
        }
        kept = {name: value for name, value in whole.items() if name in wanted.media and value is not None}
        return {"media_key": media["key"], "type": kind, **kept}

    def includes(self, posts: list[dict[str, Any]], wanted: Wanted) -> dict[str, Any]:
        """Return what the expansions bring."""
        users, state = dict[str, Any](), self.stand.state
        if "author_id" in wanted.expansions:
            users |= {post["user"]: self.user(state["users"][post["user"]], wanted) for post in posts}
        found: dict[str, Any] = {"users": [*users.values()]} if users else {}
        media = [name for post in posts for name in post["media"]] if "attachments.media_keys" in wanted.expansions else []
        if media:
            found["media"] = [self.media(state["media"][name], wanted) for name in dict.fromkeys(media)]
        above = [state["posts"][name] for post in posts for name in (post["after"], post["quote"]) if name in state["posts"]]
        if above and "referenced_posts" in wanted.expansions:
            found["posts" if wanted.newer else "tweets"] = [self.post(one, wanted) for one in above]
        return found

    def listing(self, request: Request, posts: list[dict[str, Any]], *, least: int, token: str) -> Reply:
        """Return one page of posts that stand newest first, and charge for them."""
        wanted, most = Wanted(self.stand, request), self.stand.reading.page(request, least)
        if _back(token) == "?":
            raise self.stand.invalid("pagination_token", token, f"The `pagination_token` query parameter value [{token}] is not valid")
        start = next((i for i, post in enumerate(posts) if post["id"] == _back(token)), len(posts) if token else 0)
        shown = posts[start : start + most]
        self.stand.charge_reads("posts", [post["id"] for post in shown], owned=[post["user"] for post in shown], request=request)
        meta: dict[str, Any] = {"result_count": len(shown)}
        if not shown:
            return as_json({"meta": meta})
        meta |= {"newest_id": shown[0]["id"], "oldest_id": shown[-1]["id"]}
        if start + most < len(posts):
            meta["next_token"] = _forth(posts[start + most]["id"])
        body: dict[str, Any] = {"data": [self.post(post, wanted) for post in shown], "meta": meta}
        if includes := self.includes(shown, wanted):
            body["includes"] = includes
        if self.stand.setting("partial"):
            body["errors"] = [self.problem("field-unauthorized", shown[0]["id"], "Field Authorization Error")]
        return as_json(body)

    def problem(self, kind: str, name: str, title: str) -> dict[str, Any]:
        """Return one of the errors that may stand beside what was found."""
        words = {"resource-not-found": f"Could not find tweet with ids: [{name}].", "not-authorized-for-resource":
                 f"Sorry, you are not authorized to see the Tweet with ids: [{name}]."}  # fmt: skip
        body = {"title": title, "detail": words.get(kind, "Sorry, you are not authorized to access a field."), "resource_type": "tweet",
                "resource_id": name, "parameter": "ids", "value": name, "type": f"https://api.x.com/2/problems/{kind}"}  # fmt: skip
        if kind == "field-unauthorized":
            named = ("title", "detail", "resource_type", "type")
            return {**{part: body[part] for part in named}, "field": "non_public_metrics", "section": "data"}
        return body


def _forth(name: str) -> str:
    return f"{int(name):x}"[::-1]


def _back(token: str) -> str:
    try:
        return str(int(token[::-1], 16)) if token else ""
    except ValueError:
        return "?"
