"""From a status to what was heard: its words as plain text, who wrote it, and in which conversation it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any, Literal

import regex

from parvis.core.http import address, identifier, line
from parvis.networks.listening import Attached, Heard, Kind, Somebody, moment

Status = Mapping[str, Any]
KINDS: dict[str, Literal["picture", "video", "sound"]] = {
    "image": "picture",
    "gifv": "video",
    "video": "video",
    "audio": "sound",
}
BLOCKS = frozenset({"p", "div", "blockquote", "pre", "ul", "ol", "h1", "h2", "h3"})
SILENT = frozenset({"script", "style"})
NAMED = regex.compile(r"^(?:@[\w.-]+(?:@[\w.:-]+)?\s+)+(?=\S)")
MOST_WORDS = 100_000


class _Plain(HTMLParser):
    """Collects the words, with the breaks between lines; links are written as where they lead."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._link = self._mute = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "br":
            self.said.append("\n")
        elif tag in BLOCKS:
            self.said.append("\n\n")
        elif tag == "li":
            self.said.append("\n• ")
        elif tag in SILENT:
            self._mute += 1
        elif tag == "a" and not {"mention", "hashtag", "u-url"} & set(named.get("class", "").split()):
            self.said.append(address(named.get("href"), 2000))
            self._link += 1
        elif tag == "img":
            self.said.append(named.get("alt", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._link = 0
        elif tag in SILENT:
            self._mute = max(0, self._mute - 1)
        elif tag in BLOCKS:
            self.said.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._link and not self._mute:
            self.said.append(data)


def plain(html: str) -> str:
    """Return the words of a status's HTML."""
    reader = _Plain()
    reader.feed(html[:MOST_WORDS])
    reader.close()
    return regex.sub(r"\n{3,}", "\n\n", "".join(reader.said)).strip()


def words_of(status: Status) -> str:
    """Return what a status says: its warning first, without the names of those it is addressed to."""
    said = plain(str(status.get("content") or ""))
    if status.get("in_reply_to_id") or status.get("visibility") == "direct":
        said = NAMED.sub("", said)
    warning = str(status.get("spoiler_text") or "").strip()
    return f"{warning}\n\n{said}".strip() if warning else said


@dataclass(frozen=True, slots=True)
class Place:
    """Where a status stands: of which kind it is, in which conversation, under which publication of ours."""

    kind: Kind
    thread: str
    under: str = ""


def id_of(status: Status) -> str:
    """Return a status's id, or nothing."""
    return identifier(status.get("id"))


def author_of(status: Status) -> str:
    """Return the id of the account that wrote it, or nothing."""
    account = status.get("account")
    return identifier(account.get("id")) if isinstance(account, dict) else ""


def place(status: Status, above: Sequence[Status], me: str) -> Place | None:
    """Say where a status stands, from what it answers (root first); None for a publication of our own."""
    if status.get("visibility") == "direct":
        others = {author_of(status), *(identifier(one.get("id")) for one in status.get("mentions") or () if isinstance(one, dict))}
        return Place("message", "with-" + "-".join(sorted(others - {me, ""}))) if others - {me, ""} else None
    chain = [*above, status]
    first = next((place for place, one in enumerate(chain) if author_of(one) != me), None)
    if first is None:
        return None
    if first == 0:
        return Place("mention", id_of(chain[0]))
    return Place("comment", id_of(chain[first]), id_of(chain[first - 1]))


def heard(status: Status, where: Place, me: str, host: str) -> Heard | None:
    """Return a status as what was heard, or None where it makes no sense."""
    at, account = moment(status.get("created_at")), status.get("account")
    if at is None or not isinstance(account, dict):
        return None
    acct = line(account.get("acct"))
    handle = acct if "@" in acct else f"{acct}@{host}"
    media = status.get("media_attachments")
    return Heard(
        remote_id=id_of(status),
        kind=where.kind,
        thread=where.thread,
        words=words_of(status),
        at=at,
        author=Somebody(
            author_of(status), f"@{handle}", line(account.get("display_name")) or acct, address(account.get("url")),
            address(account.get("avatar")),
        ),
        mine=author_of(status) == me,
        parent=identifier(status.get("in_reply_to_id")),
        under=where.under,
        url=address(status.get("url")) or address(status.get("uri")),
        language=line(status.get("language"), 10),
        edited_at=moment(status.get("edited_at")),
        attached=tuple(found for one in (media if isinstance(media, list) else ()) if (found := _attached(one))),
        refs={
            "id": id_of(status),
            "acct": acct,
            "visibility": str(status.get("visibility") or "public"),
            "warning": line(status.get("spoiler_text")),
        },
    )  # fmt: skip


def _attached(one: Any) -> Attached | None:
    url = (address(one.get("url"), 2000) or address(one.get("remote_url"), 2000)) if isinstance(one, dict) else ""
    return Attached(KINDS.get(str(one.get("type")), "file"), url, line(one.get("description"))) if url else None
