"""What X tells of a post or a private message, as something that was heard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import regex

from parvis.core.http import address, identifier, line
from parvis.networks.contract import Account
from parvis.networks.listening import Attached, Heard, Kind, Ours, Somebody, moment
from parvis.networks.x.words import HOLE, shown

Post = Mapping[str, Any]
NAMED = regex.compile(r"(?<![\w@/])[@＠](\w{1,15})")


def rows(found: Any) -> list[Post]:
    """Return the things with an id in a list."""
    return [one for one in found if isinstance(one, dict) and identifier(one.get("id"))] if isinstance(found, list) else []


def order(name: str) -> int:
    """Return what puts ids in the order of their time."""
    return int(name) if name.isdecimal() else 0


def people(found: Mapping[str, Any]) -> dict[str, Post]:
    """Return the users that came along with an answer."""
    includes = found.get("includes")
    return {identifier(one["id"]): one for one in rows(includes.get("users") if isinstance(includes, dict) else None)}


def pictures(found: Mapping[str, Any]) -> dict[str, Post]:
    """Return the media that came along with an answer."""
    includes = found.get("includes")
    listed = includes.get("media") if isinstance(includes, dict) else None
    return {str(one.get("media_key")): one for one in (listed if isinstance(listed, list) else ()) if isinstance(one, dict)}


def above(post: Post, kind: str = "replied_to") -> str:
    """Return the post that one answers or quotes, or nothing."""
    listed = post.get("referenced_posts") or post.get("referenced_tweets")
    found = (one for one in (listed if isinstance(listed, list) else ()) if isinstance(one, dict) and one.get("type") == kind)
    return next((identifier(one.get("id")) for one in found), "")


def thread_of(post: Post) -> str:
    """Return the post at the top of the conversation."""
    return identifier(post.get("conversation_id")) or identifier(post.get("id"))


def names(post: Post, handle: str) -> bool:
    """Tell whether a post names an account."""
    return handle.lower() in {name.lower() for name in NAMED.findall(str(post.get("text") or ""))}


def heard(post: Post, found: Mapping[str, Any], account: Account, ours: Iterable[Ours], web: str) -> Heard | None:
    """Return a post as something that was heard; None for a publication of our own, or where it does not say when it was made."""
    users = people(found)
    name, at, by = identifier(post.get("id")), moment(post.get("created_at")), identifier(post.get("author_id"))
    published = {one.remote_id for one in ours}
    mine, parent, thread = by == account.remote_id, above(post), thread_of(post)
    alone = not parent or identifier(post.get("in_reply_to_user_id")) == account.remote_id
    if at is None or not by or name in published or (mine and alone):
        return None
    # Whatever answers the post at the top, where that is ours, stands under it, whoever sent it.
    own = parent if parent == thread and identifier(post.get("in_reply_to_user_id")) == account.remote_id else ""
    under = next((one for one in (parent, thread) if one in published), own)
    kind: Kind = "comment" if under else "mention"
    called = names(post, account.handle) or above(post, "quoted") in published
    return Heard(
        remote_id=name,
        kind=kind,
        thread=thread,
        words=shown(post, account.handle).replace(HOLE, "…"),
        at=at,
        author=somebody(by, users.get(by, {}), web),
        mine=mine,
        parent="" if parent in published or own else parent,
        under=under,
        url=f"{web}/{line(users.get(by, {}).get('username'), 50) or 'i'}/status/{name}",
        language=line(post.get("lang"), 10),
        attached=attached(post, pictures(found)),
        refs={"called": called or mine},
    )


def published(post: Post, account: Account, web: str) -> Ours | None:
    """Return a post of the account's own at the top of a conversation, as a publication; of what it only passes on, nothing."""
    name, at = identifier(post.get("id")), moment(post.get("created_at"))
    passed_on = any(above(post, kind) for kind in ("retweeted", "reposted", "replied_to"))
    if at is None or passed_on or identifier(post.get("author_id")) != account.remote_id or thread_of(post) != name:
        return None
    return Ours(name, f"{web}/{account.handle}/status/{name}", {"id": name}, at)


def somebody(name: str, user: Post, web: str) -> Somebody:
    """Return a user as a person."""
    handle = line(user.get("username"), 50)
    url = f"{web}/{handle}" if handle else ""
    return Somebody(name, f"@{handle}" if handle else name, line(user.get("name")), url, address(user.get("profile_image_url")))


def attached(post: Post, media: Mapping[str, Post]) -> tuple[Attached, ...]:
    """Return the pictures and videos of a post or a message, among those that came along."""
    attachments = post.get("attachments")
    keys = attachments.get("media_keys") if isinstance(attachments, dict) else None
    found = [media[key] for key in (keys if isinstance(keys, list) else ()) if key in media]
    told = [(one, address(one.get("url")) or address(one.get("preview_image_url"))) for one in found]
    return tuple(Attached("video" if one.get("type") == "video" else "picture", url, line(one.get("alt_text"))) for one, url in told if url)
