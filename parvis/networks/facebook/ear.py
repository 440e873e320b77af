"""Listening to a page of Facebook: what its public may do, and how its comments are called."""

from __future__ import annotations

from collections.abc import Mapping

from parvis.networks.listening import Ability, Kind
from parvis.networks.meta_bell import Ring
from parvis.networks.meta_heard import Dialect
from parvis.networks.meta_mentions import Naming

ABILITIES: Mapping[Kind, frozenset[Ability]] = {
    "comment": frozenset({"answer", "hide", "delete", "like"}),
    # Whether a page may comment where it was named is told nowhere: one answers over there.
    "mention": frozenset(),
    "message": frozenset({"answer"}),
}
DIALECT = Dialect(
    fields="id,message,from,created_time,parent{id},is_hidden,attachment,permalink_url",
    text="message",
    time="created_time",
    hidden="is_hidden",
    hide="is_hidden",
    answers="comments",
    platform="messenger",
    shelf="published_posts",
    shelf_fields="id,created_time,permalink_url,attachments{target{id}},comments.limit(0).summary(true)",
    asked={"filter": "stream"},
)
OF_A_POST = "id,message,from,created_time,permalink_url"
NAMING = Naming("tagged", f"{OF_A_POST},full_picture", OF_A_POST)
RING = Ring(
    "page",
    {"feed": "under", "mention": "named", "messages": "talks", "messaging_postbacks": "talks"},
    posted=frozenset({"album", "photo", "post", "share", "status", "video"}),
    named={"mention": ("post_id", "comment_id")},
)
