"""The card of a link: the page behind an address, read when the post is composed, and kept for its company.

What a page says of itself is never trusted: it is plain text of bounded length, and its picture passes through the media room
like any other.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser
from threading import Lock
from urllib.parse import SplitResult, urljoin, urlsplit

from django.conf import settings

from parvis.core import clock
from parvis.core.db import writing
from parvis.core.http import Answer, ForbiddenAddress, NotSent, Refused, Unknown
from parvis.core.say import Say, gettext_noop
from parvis.media.commands import take_in
from parvis.media.files import NoRoom
from parvis.media.intake import NotTaken
from parvis.media.models import Asset
from parvis.people.actors import Actor
from parvis.people.models import Company
from parvis.people.permissions import may
from parvis.posts.models import Link

SECONDS = 5.0
AT_ONCE = 2
PAGE_BYTES = 1_500_000
PICTURE_BYTES = 5_000_000
HOPS = 4
LONGEST = 2000
_CHARSET = re.compile(rb"""charset=["']?\s*([A-Za-z0-9_\-:]{2,40})""")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]+")


class Busy(Exception):
    """A page is being read for this company already, or as many are as this process reads at once."""


class NoCard(Exception):
    """The page could not be read, or says nothing of itself. `why` says it."""

    def __init__(self, why: Say) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(slots=True)
class Page:
    """What a page says of itself."""

    title: str
    description: str = ""
    picture: str = ""


def read_link(*, company: Company, url: str, by: Actor, now: datetime) -> Link:
    """Read the page behind an address and keep its card; a failure is kept as `trouble`, and the card is simply absent.

    Calls the outside, for five seconds at most, its redirections and its picture included. Raises NotAllowed, Busy.
    """
    may(by, "posts.write", company.pk)
    facts: dict[str, object] = {"title": "", "description": "", "picture": None, "trouble": None, "read_at": now}
    with _turn(company.pk):
        until = clock.steady() + SECONDS
        try:
            page = about(_fetch(url, PAGE_BYTES, until), url)
            facts |= {"title": page.title, "description": page.description, "picture": _picture(company, page.picture, until, by, now)}
        except NoCard as error:
            facts["trouble"] = error.why.to_json()
    if len(url) > LONGEST:
        return Link(company=company, url=url, **facts)
    with writing():
        link, _ = Link.objects.update_or_create(company=company, url=url, defaults=facts)
    return link


_reading: set[int] = set()
_door = Lock()


@contextmanager
def _turn(company_id: int) -> Iterator[None]:
    """Let one page be read at a time for a company: slow sites must leave threads of this process to everybody else."""
    with _door:
        if company_id in _reading or len(_reading) >= AT_ONCE:
            raise Busy
        _reading.add(company_id)
    try:
        yield
    finally:
        with _door:
            _reading.discard(company_id)


def about(answer: Answer, url: str) -> Page:
    """Return what an HTML page says of itself (Open Graph first, then its own title). Raises NoCard."""
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {"text/html", "application/xhtml+xml", ""}:
        raise NoCard(Say(gettext_noop("What is behind this address is no page, so it has no card.")))
    reader = _Head()
    with suppress(AssertionError):  # so Python's reader gives up on some soups; what it has read stands
        reader.feed(_decoded(answer))
    said = reader.said
    title = said.get("og:title") or said.get("twitter:title") or "".join(reader.title)
    if not _plain(title, 300):
        raise NoCard(Say(gettext_noop("This page gives no title, so it has no card.")))
    picture = said.get("og:image:secure_url") or said.get("og:image") or said.get("twitter:image") or ""
    described = said.get("og:description") or said.get("description") or said.get("twitter:description") or ""
    return Page(_plain(title, 300), _plain(described, 1000), _joined(answer.url or url, picture) if picture else "")


class _Head(HTMLParser):
    """Reads the head of a page: the metas and the title. Survives any tag soup."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: dict[str, str] = {}
        self.title: list[str] = []
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "meta":
            name = (given.get("property") or given.get("name", "")).strip().lower()
            if name and given.get("content", "").strip():
                self.said.setdefault(name, given["content"])
        # An icon drawn in the page may carry a <title> of its own.
        self._in_title = tag == "title" and not self.title

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title.append(data)


def _plain(text: str, most: int) -> str:
    one_line = _SPACE.sub(" ", text).strip()
    return one_line if len(one_line) <= most else f"{one_line[: most - 1].rstrip()}…"


def _decoded(answer: Answer) -> str:
    declared = _CHARSET.search(answer.headers.get("content-type", "").encode()) or _CHARSET.search(answer.body[:4096])
    for name in (declared[1].decode() if declared else "utf-8", "utf-8"):
        try:
            return answer.body.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    return answer.body.decode("cp1252", "replace")


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def _joined(base: str, to: str) -> str:
    try:
        return urljoin(base, to)
    except ValueError:
        return ""


def _fetch(url: str, most: int, until: float) -> Answer:
    """Follow up to four redirections, each through the guard, and return the page. Raises NoCard."""
    at = url
    for _ in range(HOPS):
        if _split(at).scheme not in {"http", "https"}:
            raise NoCard(Say(gettext_noop("This is not the address of a page, so it has no card.")))
        try:
            left = max(until - clock.steady(), 0.01)
            answer = settings.HTTP.call("GET", at, headers={"accept": "text/html,image/*;q=0.8,*/*;q=0.5"}, seconds=left, most=most)
        except (NotSent, Unknown, Refused, ForbiddenAddress, ValueError) as error:
            host = _split(url).hostname or url[:80]
            raise NoCard(Say(gettext_noop("%(host)s could not be read, so the link will have no card."), {"host": host})) from error
        if answer.status in {301, 302, 303, 307, 308} and (to := answer.headers.get("location")):
            at = _joined(at, to)
            continue
        if answer.ok:
            return answer
        gone = gettext_noop("%(host)s answers that there is no page there (%(status)s). Check the address.")
        raise NoCard(Say(gone, {"host": _split(at).hostname or "", "status": answer.status}))
    raise NoCard(Say(gettext_noop("This address sends from one page to the next without end, so it has no card.")))


def _picture(company: Company, url: str, until: float, by: Actor, now: datetime) -> Asset | None:
    """Take in the picture of a card. A card without its picture is still a card."""
    if not url:
        return None
    try:
        answer = _fetch(url, PICTURE_BYTES, until)
        name = _split(url).path.rsplit("/", 1)[-1][:120] or "card"
        return take_in(company=company, file=io.BytesIO(answer.body), name=name, by=by, now=now)
    except (NoCard, NotTaken, NoRoom):
        return None
