"""The facts of Mastodon, each with its source. What a server says of itself goes before them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from parvis.core import late
from parvis.core.say import gettext_noop
from parvis.core.text import graphemes, with_urls_as
from parvis.networks.facts import Fact, ImageRule, Mark, Spec, TextRule
from parvis.networks.mastodon.guide import GUIDE

READ = date(2026, 11, 22)
DOCS = "docs.joinmastodon.org"

URL_PRICE = Fact(23, f"{DOCS}/entities/Instance: configuration.statuses.characters_reserved_per_url", READ)
MOST_DIGITS = 12
MENTION = late.compile(r"(?<![\w/@])@([a-z0-9_]+(?:[a-z0-9_.-]+[a-z0-9_]+)?)@[[:word:].-]+[[:word:]]+", re.IGNORECASE)


def counter(url_price: int) -> Callable[[str], int]:
    """Return the counter of a server that gives every address one price; of a mention only the name counts, not the server."""

    def count(text: str) -> int:
        return graphemes(MENTION.sub(r"@\1", with_urls_as(text, url_price)))

    return count


# The name of whom one answers stands before the words; on this network a name has up to 30 signs, elsewhere a little more.
NAMING = 50
ANSWER = TextRule(
    500 - NAMING,
    "characters",
    counter(URL_PRICE.value),
    Fact(500 - NAMING, f"{DOCS}/entities/Instance: configuration.statuses.max_characters, less the name of whom one answers", READ),
    priced=counter,
)

SPEC = Spec(
    key="mastodon",
    name="Mastodon",
    mark=Mark("Ma", "tile-violet"),
    texts=(
        TextRule(
            500,
            "characters",
            counter(URL_PRICE.value),
            Fact(500, f"{DOCS}/entities/Instance: configuration.statuses.max_characters; a server may say another", READ),
            priced=counter,
        ),
    ),
    answers=ANSWER,
    messages=ANSWER,
    images=ImageRule(
        most=4,
        bytes=16_777_216,
        side=8192,
        most_pixels=33_177_600,
        types=frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"}),
        alt=1500,
        fact=Fact(4, f"{DOCS}/entities/Instance: configuration.media_attachments; a server may say others", READ),
    ),
    door="oauth",
    threads=True,
    warnings=True,
    cards=False,
    fold=0,
    asks_host=True,
    edits=True,
    # A reading may come from a copy that lags, and a proxy may give up on a call that its server still finishes.
    settles=timedelta(seconds=90),
    twice=Fact(
        gettext_noop(
            "Every call carries one Idempotency-Key; as compatible servers may ignore it, "
            "the account’s own posts are read before anything is sent again."
        ),
        f"{DOCS}/methods/statuses#create; GET /api/v1/accounts/:id/statuses",
        READ,
    ),
    guide=GUIDE,
)


def learn(instance: Mapping[str, Any]) -> dict[str, Any]:
    """Return the limits that a server tells of itself, under the names `Spec.refined` knows.

    Reads `GET /api/v2/instance`, `GET /api/v1/instance`, and the older or other fields of compatible servers.
    """
    configuration = _under(instance, "configuration")
    statuses, media = _under(configuration, "statuses"), _under(configuration, "media_attachments")
    found = {
        "text": _figure(statuses.get("max_characters"), instance.get("max_toot_chars"), instance.get("max_characters")),
        "url": _figure(statuses.get("characters_reserved_per_url")),
        "images": _figure(statuses.get("max_media_attachments"), instance.get("max_media_attachments")),
        "image_bytes": _figure(media.get("image_size_limit"), instance.get("upload_limit")),
        "image_pixels": _figure(media.get("image_matrix_limit")),
        "alt": _figure(media.get("description_limit"), instance.get("description_limit")),
    }
    types = media.get("supported_mime_types")
    known: dict[str, Any] = {name: figure for name, figure in found.items() if figure}
    if isinstance(types, list) and types:
        known["image_types"] = sorted(str(kind) for kind in types if str(kind).startswith("image/"))
    return known


def _under(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = found.get(name)
    return inner if isinstance(inner, dict) else {}


def _figure(*told: Any) -> int:
    """Return the first that is a positive whole number that a limit can be, or 0."""
    for value in told:
        text = str(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else ""
        if text.isdecimal() and len(text) <= MOST_DIGITS and int(text) > 0:
            return int(text)
    return 0
