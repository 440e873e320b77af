"""Listening to a professional account of Instagram: what its public may do, and how its comments are called."""

from __future__ import annotations

from collections.abc import Mapping

from parvis.networks.listening import Ability, Kind
from parvis.networks.meta_bell import Ring
from parvis.networks.meta_heard import Dialect

# Its interface has no way to like a comment.
ABILITIES: Mapping[Kind, frozenset[Ability]] = {
    "comment": frozenset({"answer", "hide", "delete"}),
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
    people="https://www.instagram.com",
)
RING = Ring("instagram", {"comments": "under", "messages": "talks"})
