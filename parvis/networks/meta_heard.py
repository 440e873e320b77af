"""What the networks of one family call things, and what they tell of the public as what was heard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from parvis.core.http import address, identifier, line
from parvis.networks.contract import Account
from parvis.networks.listening import Attached, Heard, Somebody, moment

Found = Mapping[str, Any]
MESSAGE_FIELDS = "id,message,from,created_time,attachments"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one network of the family names what all of them have. `answers` is the edge under a comment, `platform` that of its messages."""

    fields: str
    text: str
    time: str
    hidden: str
    hide: str
    answers: str
    platform: str
    # The list of an account's own publications, with what tells whether anybody wrote under them.
    shelf: str
    shelf_fields: str
    asked: Mapping[str, str] = field(default_factory=dict)
    # The names of people lead nowhere by themselves; where pages of people have an address, this is its beginning.
    people: str = ""


def is_mine(one: Found, account: Account) -> bool:
    """Tell whether the account itself wrote this: by its id, or by its name where the id is another one."""
    by = one.get("from")
    who = by if isinstance(by, dict) else {}
    named = line(who.get("username")) or line(one.get("username"))
    return identifier(who.get("id")) == account.remote_id or (bool(named) and named.lower() == account.handle.lower())


def parent_of(one: Found) -> str:
    """Return the comment that a comment answers, or nothing."""
    parent = one.get("parent")
    return identifier(parent.get("id")) if isinstance(parent, dict) else identifier(one.get("parent_id"))


def flat(page: list[Found]) -> Iterator[Found]:
    """Yield comments, each before the answers that came with it."""
    for one in page:
        if identifier(one.get("id")):
            yield one
            replies = one.get("replies")
            inside = replies.get("data") if isinstance(replies, dict) else None
            yield from ({"parent_id": one["id"], **each} for each in inside or () if isinstance(each, dict) and identifier(each.get("id")))


def comment(one: Found, account: Account, dialect: Dialect, post: str, thread: str) -> Heard | None:
    """Return a comment as what was heard; None where it makes no sense."""
    at, name = moment(one.get(dialect.time)), identifier(one.get("id"))
    if at is None:
        return None
    found = _attached(one.get("attachment"))
    return Heard(
        remote_id=name,
        kind="comment",
        thread=thread,
        words=str(one.get(dialect.text) or ""),
        at=at,
        author=somebody(one, account, dialect),
        mine=is_mine(one, account),
        parent=parent_of(one),
        under=post,
        url=address(one.get("permalink_url")),
        hidden=one.get(dialect.hidden) is True,
        attached=(found,) if found else (),
        refs={"post": post, "top": parent_of(one) or name},
    )


def message(one: Found, account: Account, dialect: Dialect, talk: str, person: str) -> Heard | None:
    """Return a private message as what was heard; None where it makes no sense."""
    at, name = moment(one.get("created_time")), identifier(one.get("id"))
    if at is None or not name:
        return None
    hung = one.get("attachments")
    told = hung.get("data") if isinstance(hung, dict) else None
    return Heard(
        remote_id=name,
        kind="message",
        thread=talk,
        words=str(one.get("message") or ""),
        at=at,
        author=somebody(one, account, dialect),
        mine=is_mine(one, account),
        attached=tuple(found for each in told or () if (found := _attached(each))),
        refs={"who": person},
    )


def other_than_us(talk: Found, account: Account) -> str:
    """Return with whom a conversation is."""
    people = talk.get("participants")
    listed = people.get("data") if isinstance(people, dict) else None
    others = [one for one in listed or () if isinstance(one, dict) and not is_mine({"from": one}, account)]
    return identifier(others[0].get("id")) if others else ""


def somebody(one: Found, account: Account, dialect: Dialect) -> Somebody:
    """Return who wrote it. Whoever asked the network to keep their name to itself has none."""
    if is_mine(one, account):
        return Somebody(account.remote_id, account.handle, account.name, account.url, account.avatar)
    by = one.get("from")
    who = by if isinstance(by, dict) else {}
    handle = line(who.get("username"), 100) or line(one.get("username"), 100)
    name = line(who.get("name"), 200) or handle
    url = address(f"{dialect.people}/{handle}/") if dialect.people and handle else ""
    return Somebody(identifier(who.get("id")) or handle or "?", handle or name or "?", name, url)


def _attached(one: Any) -> Attached | None:
    if not isinstance(one, dict):
        return None
    media = one.get("media")
    picture = media.get("image") if isinstance(media, dict) else None
    for kind, where, key in (
        ("picture", picture, "src"), ("picture", one.get("image_data"), "url"), ("video", one.get("video_data"), "url"),
        ("file", one, "file_url"), ("link", one, "url"),
    ):  # fmt: skip
        if isinstance(where, dict) and (url := address(where.get(key), 2000)):
            return Attached(kind, url, line(one.get("name") or one.get("title")))  # type: ignore[arg-type]
    return None
