"""What a Bluesky post may be, checked as the network's own schema does (and a little more strictly), and content ids."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import regex

from sandbox.server import from_iso

KEY = re.compile(r"(?!\.\.?$)[A-Za-z0-9._:~-]{1,512}")
TID = re.compile(r"[2-7a-j][2-7a-z]{12}")
DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]+")
URI = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:\S+")
AT_URI = re.compile(r"at://[^/\s]+/[A-Za-z.]+/\S+")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*")
WHEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
IMAGE_BYTES = 2_000_000
THUMB_BYTES = 1_000_000

Check = Callable[[str, Any], None]


class BadRecord(Exception):
    """A record that the network refuses, in its words."""

    def __init__(self, words: str, code: str = "InvalidRequest") -> None:
        super().__init__(words)
        self.code = code


def cid_of(record: dict[str, Any]) -> str:
    """Return a content id: like the real one it changes when, and only when, the record does (its bytes are JSON, not CBOR)."""
    body = json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    return _cid(0x71, body)


def file_cid(content: bytes) -> str:
    """Return the content id of a file, the real one."""
    return _cid(0x55, content)


def _cid(codec: int, content: bytes) -> str:
    raw = bytes((1, codec, 0x12, 0x20)) + hashlib.sha256(content).digest()
    return "b" + base64.b32encode(raw).decode().lower().rstrip("=")


def check(collection: str, record: dict[str, Any], validate: Any) -> str:
    """Return how far a record was checked (`valid` or `unknown`). Raises BadRecord."""
    if collection == "app.bsky.feed.post":
        try:
            _post("Record", record)
        except BadRecord as bad:
            raise BadRecord(f"Invalid {collection} record: {bad}", bad.code) from bad
        return "valid"
    if validate is True:
        raise BadRecord(f"Lexicon not found: lex:{collection}")
    return "unknown"


def blobs_of(record: dict[str, Any]) -> Iterator[tuple[dict[str, Any], int]]:
    """Return the files that a record names, each with the size it may have."""
    embed = record.get("embed", {})
    media = embed.get("media", embed) if isinstance(embed, dict) else {}
    for image in media.get("images", []):
        yield image["image"], IMAGE_BYTES
    if thumb := media.get("external", {}).get("thumb"):
        yield thumb, THUMB_BYTES


# ---- small checks


def _object(path: str, value: Any, needed: dict[str, Check], optional: dict[str, Check] | None = None) -> None:
    if not isinstance(value, dict):
        raise BadRecord(f"{path} must be an object")
    checks = needed | (optional or {})
    for name in needed:
        if name not in value:
            raise BadRecord(f'{path} must have the property "{name}"')
    for name, part in value.items():
        if name != "$type":
            if name not in checks:
                raise BadRecord(f'{path} must not have the property "{name}"')
            checks[name](f"{path}/{name}", part)


def _text(most: int, shown: int = 0) -> Check:
    def check_text(path: str, value: Any) -> None:
        if not isinstance(value, str):
            raise BadRecord(f"{path} must be a string")
        if len(value.encode()) > most:
            raise BadRecord(f"{path} must not be longer than {most} characters")
        if shown and len(regex.findall(r"\X", value)) > shown:
            raise BadRecord(f"{path} must not be longer than {shown} graphemes")

    return check_text


def _shaped(shape: re.Pattern[str], what: str) -> Check:
    def check_shape(path: str, value: Any) -> None:
        if not isinstance(value, str) or not shape.fullmatch(value):
            raise BadRecord(f"{path} must be a valid {what}")

    return check_shape


def _number(path: str, value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadRecord(f"{path} must be an integer")
    if value < 1:
        raise BadRecord(f"{path} can not be less than 1")


def _list(most: int, of: Check) -> Check:
    def check_list(path: str, value: Any) -> None:
        if not isinstance(value, list):
            raise BadRecord(f"{path} must be an array")
        if len(value) > most:
            raise BadRecord(f"{path} must not have more than {most} elements")
        for i, one in enumerate(value):
            of(f"{path}/{i}", one)

    return check_list


def _when(path: str, value: Any) -> None:
    _shaped(WHEN, "atproto datetime (both RFC-3339 and ISO-8601)")(path, value)
    try:
        from_iso(value)
    except ValueError as error:
        raise BadRecord(f"{path} must be a valid atproto datetime (both RFC-3339 and ISO-8601)") from error


def _typed(kinds: dict[str, Check]) -> Check:
    def check_union(path: str, value: Any) -> None:
        kind = value.get("$type") if isinstance(value, dict) else None
        if kind not in kinds:
            raise BadRecord(f"{path} $type must be one of {', '.join(kinds)}")
        kinds[kind](path, value)

    return check_union


def _blob(path: str, value: Any) -> None:
    if not isinstance(value, dict) or value.get("$type") != "blob" or set(value) != {"$type", "ref", "mimeType", "size"}:
        raise BadRecord(f"{path} should be a blob ref")
    if not isinstance(value["ref"], dict) or not isinstance(value["ref"].get("$link"), str) or not isinstance(value["size"], int):
        raise BadRecord(f"{path} should be a blob ref")
    if not str(value["mimeType"]).startswith("image/"):
        raise BadRecord(f"{path} mimeType must be image/*", "InvalidMimeType")


# ---- the post


def _strong(path: str, value: Any) -> None:
    _object(path, value, {"uri": _shaped(AT_URI, "at-uri"), "cid": _shaped(re.compile(r"b[a-z2-7]{20,}"), "cid string")})


def _image(path: str, value: Any) -> None:
    def ratio(inner: str, given: Any) -> None:
        _object(inner, given, {"width": _number, "height": _number})

    _object(path, value, {"image": _blob, "alt": _text(100_000)}, {"aspectRatio": ratio})


def _images(path: str, value: Any) -> None:
    _object(path, value, {"images": _list(4, _image)})


def _external(path: str, value: Any) -> None:
    def card(inner: str, given: Any) -> None:
        needed = {"uri": _shaped(URI, "uri"), "title": _text(100_000), "description": _text(100_000)}
        _object(inner, given, needed, {"thumb": _blob})

    _object(path, value, {"external": card})


def _quote(path: str, value: Any) -> None:
    _object(path, value, {"record": _strong})


MEDIA = _typed({"app.bsky.embed.images": _images, "app.bsky.embed.external": _external})


def _quote_with_media(path: str, value: Any) -> None:
    _object(path, value, {"record": _quote, "media": MEDIA})


EMBED = _typed(
    {
        "app.bsky.embed.images": _images,
        "app.bsky.embed.external": _external,
        "app.bsky.embed.record": _quote,
        "app.bsky.embed.recordWithMedia": _quote_with_media,
    }
)


def _plain_tag(path: str, value: Any) -> None:
    _text(640, 64)(path, value)
    if value.startswith("#"):
        raise BadRecord(f"{path} must not start with #")


FEATURE = _typed(
    {
        "app.bsky.richtext.facet#mention": lambda path, value: _object(path, value, {"did": _shaped(DID, "did")}),
        "app.bsky.richtext.facet#link": lambda path, value: _object(path, value, {"uri": _shaped(URI, "uri")}),
        "app.bsky.richtext.facet#tag": lambda path, value: _object(path, value, {"tag": _plain_tag}),
    }
)


def _facet(path: str, value: Any) -> None:
    def place(inner: str, given: Any) -> None:
        for name in ("byteStart", "byteEnd"):
            if not isinstance(given, dict) or not isinstance(given.get(name), int) or given[name] < 0:
                raise BadRecord(f"{inner}/{name} must be an integer of 0 or more")

    _object(path, value, {"index": place, "features": _list(10, FEATURE)})


def _facets_fit(text: str, facets: list[dict[str, Any]]) -> None:
    """Refuse facets out of the text, cutting a character, overlapping or out of order: apps would show them wrong or not at all."""
    raw, last = text.encode(), 0
    for i, facet in enumerate(facets):
        start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        if not last <= start < end <= len(raw):
            raise BadRecord(f"Record/facets/{i}/index must be inside the text and in order")
        if any(at < len(raw) and raw[at] & 0xC0 == 0x80 for at in (start, end)):
            raise BadRecord(f"Record/facets/{i}/index must not cut a character")
        last = end


def _labels(path: str, value: Any) -> None:
    def one(inner: str, given: Any) -> None:
        _object(inner, given, {"val": _text(128)})

    _object(path, value, {"values": _list(10, one)})
    if value.get("$type") != "com.atproto.label.defs#selfLabels":
        raise BadRecord(f"{path} $type must be com.atproto.label.defs#selfLabels")


def _reply(path: str, value: Any) -> None:
    _object(path, value, {"root": _strong, "parent": _strong})


def _post(path: str, record: dict[str, Any]) -> None:
    _object(
        path,
        record,
        {"text": _text(3000, 300), "createdAt": _when},
        {
            "facets": _list(1000, _facet),
            "langs": _list(3, _shaped(LANGUAGE, "BCP 47 language tag")),
            "tags": _list(8, _plain_tag),
            "labels": _labels,
            "reply": _reply,
            "embed": EMBED,
        },
    )
    _facets_fit(record["text"], record.get("facets", []))
