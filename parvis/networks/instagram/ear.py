"""Listening to a professional account of Instagram: what its public may do, and how its comments are called."""

from __future__ import annotations

from collections.abc import Mapping

from parvis.networks.listening import Ability, Kind
from parvis.networks.meta_bell import Ring
from parvis.networks.meta_heard import Dialect
from parvis.networks.meta_mentions import Naming

# Its interface has no way to like a comment.
ABILITIES: Mapping[Kind, frozenset[Ability]] = {
    "comment": frozenset({"answer", "hide", "delete"}),
    "mention": frozenset({"answer"}),
    "message": frozenset({"answer"}),
}
OF_A_COMMENT = "id,text,username,from,timestamp,hidden,parent_id"
DIALECT = Dialect(
    fields=f"{OF_A_COMMENT},replies{{{OF_A_COMMENT}}}",
    text="text",
    time="timestamp",
    hidden="hidden",
    hide="hide",
    answers="replies",
    platform="instagram",
    shelf="media",
    shelf_fields="id,timestamp,permalink,comments_count",
    people="https://www.instagram.com",
)
NAMING = Naming(
    "tags",
    "id,caption,timestamp,permalink,media_type,media_url",
    "id,text,timestamp,media{id,permalink}",
    # Whether a mention tells its writer differs from page to page of the documentation.
    more=",username",
    shadow=True,
)
RING = Ring("instagram", {"comments": "under", "mentions": "named", "messages": "talks"}, named={"mentions": ("media_id", "comment_id")})
