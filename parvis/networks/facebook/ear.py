"""Listening to a page of Facebook: what its public may do, and how its comments are called."""

from __future__ import annotations

from collections.abc import Mapping

from parvis.networks.listening import Ability, Kind
from parvis.networks.meta_bell import Ring
from parvis.networks.meta_heard import Dialect

ABILITIES: Mapping[Kind, frozenset[Ability]] = {
    "comment": frozenset({"answer", "hide", "delete", "like"}),
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
    asked={"filter": "stream"},
)
RING = Ring("page", {"feed": "under", "messages": "talks", "messaging_postbacks": "talks"})
