"""Posts from a file of lines (CSV): read, shown with what is wrong in it, then made once, when a person says so.

Nothing is made by reading. The broken lines are kept beside the good ones, with their number and a sentence, to be downloaded and mended.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from parvis.audit.commands import record
from parvis.channels.models import Channel
from parvis.channels.queries import alive
from parvis.core.db import writing
from parvis.core.say import Say, gettext_noop
from parvis.core.text import folded
from parvis.delegation.models import Approval
from parvis.media.models import Asset, Kind
from parvis.people.actors import Actor
from parvis.people.models import Company
from parvis.people.permissions import allowed, may
from parvis.posts import approving
from parvis.posts.calendar import NotAMoment, place, read_day, read_hour
from parvis.posts.columns import SHAPED, Unreadable, read_shape, variant_of
from parvis.posts.departures import Breaks, InThePast, NothingToSend, OverMandate
from parvis.posts.heavy import wanted
from parvis.posts.keeping import MOST_LETTERS
from parvis.posts.models import Batch, Post, PostPicture, Variant
from parvis.posts.queries import sheets
from parvis.posts.shaping import suit

MOST_BYTES = 5_000_000
MOST_LINES = 2_000
COLUMNS = ("date", "time", "text", "channels", "title", "picture", "language", *SHAPED)
# What people call the columns in their own spreadsheet.
NAMES: Mapping[str, str] = {
    "date": "date", "jour": "date", "day": "date", "heure": "time", "hour": "time", "time": "time", "texte": "text", "text": "text",
    "message": "text", "comptes": "channels", "compte": "channels", "canaux": "channels", "réseaux": "channels", "reseaux": "channels",
    "channels": "channels", "accounts": "channels", "networks": "channels", "titre": "title", "title": "title", "image": "picture",
    "photo": "picture", "picture": "picture", "langue": "language", "language": "language", "vidéo": "picture", "video": "picture",
    "document": "picture", "fichier": "picture", "file": "picture", "forme": "form", "form": "form", "premier commentaire": "comment",
    "commentaire": "comment", "first comment": "comment", "first_comment": "comment", "comment": "comment", "détails": "details",
    "details": "details", "ia": "ai", "ai": "ai", "partenariat": "paid", "paid": "paid",
}  # fmt: skip


class NotRead(Exception):
    """The file as a whole cannot be read. `why` says it; nothing was kept."""

    def __init__(self, why: Say) -> None:
        super().__init__(str(why))
        self.why = why


class AlreadyMade(Exception):
    """These posts were made before: confirming twice makes them once."""


@dataclass(slots=True)
class Line:
    """A good line, ready to become a post."""

    number: int
    text: str
    at: str
    channels: list[int]
    title: str = ""
    language: str = ""
    picture: int | None = None
    note: dict[str, Any] | None = None
    shape: dict[str, Any] | None = None


@dataclass(slots=True)
class Made:
    """What a confirmation made: the posts, the yeses that were asked for, and those that stayed drafts with the reason."""

    posts: list[Post] = field(default_factory=list)
    asked: list[Approval] = field(default_factory=list)
    kept_as_drafts: list[tuple[Post, Say]] = field(default_factory=list)


@dataclass(slots=True)
class _Known:
    """What the lines may name."""

    company: Company
    channels: list[Channel]
    pictures: dict[str, int]
    now: datetime


def import_csv(*, company: Company, content: bytes, name: str, by: Actor, now: datetime) -> Batch:
    """Read a file and keep what it says for a person to look at; no post is made. Raises NotAllowed, NotRead."""
    may(by, "posts.write", company.pk)
    rows = list(_rows(_text(content)))
    known = _Known(company, list(alive(company)), _pictures(company), now)
    good: list[dict[str, Any]] = []
    broken: list[dict[str, Any]] = []
    for number, row in rows:
        try:
            line = _line(number, row, known)
            good.append({slot: getattr(line, slot) for slot in Line.__slots__})
        except _Broken as error:
            broken.append({"number": number, "row": row, "why": error.why.to_json()})
    with writing():
        batch = Batch.objects.create(company=company, name=name[:200], good=good, broken=broken, by_id=by.user_id, created_at=now)
        record(
            "posts:batch:read", by=by, now=now, company_id=company.pk, object_id=batch.pk, label=batch.name,
            good=len(good), broken=len(broken),
        )  # fmt: skip
    return batch


def batches(company: Company) -> QuerySet[Batch]:
    """Return the files that were read for a company: nothing of them for whoever writes on single accounts, for they may name any."""
    rows = Batch.objects.filter(company=company)
    return rows if company.only("posts.write") is None else rows.none()


def confirm_csv(*, batch: Batch, leave: bool, by: Actor, now: datetime) -> Made:
    """Make the posts of the good lines, all or none; with `leave`, schedule them too, or ask for the yes that they need.

    A post that cannot be scheduled stays a draft at its hour, and the reason is told. Raises NotAllowed, AlreadyMade.
    """
    may(by, "posts.write", batch.company_id)
    if leave:
        may(by, _verb(batch, by), batch.company_id)
    made = Made()
    with writing():
        if not Batch.objects.filter(pk=batch.pk, confirmed_at=None).update(confirmed_at=now, made=len(batch.good)):
            raise AlreadyMade
        made.posts = _make(batch, [Line(**kept) for kept in batch.good], by, now)
        record(
            "posts:batch:confirmed", by=by, now=now, company_id=batch.company_id, object_id=batch.pk, label=batch.name,
            made=len(made.posts),
        )  # fmt: skip
    _prepare(made.posts, by, now)
    for post in made.posts if leave else []:
        if why := _leave(made, post, by, now):
            made.kept_as_drafts.append((post, why))
    return made


def _verb(batch: Batch, by: Actor) -> str:
    return "posts.schedule" if allowed(by, "posts.schedule", batch.company_id) else "posts.propose"


def _make(batch: Batch, lines: list[Line], by: Actor, now: datetime) -> list[Post]:
    """Make all posts in a handful of statements: the transaction stays short however long the file."""
    born = {"company": batch.company, "by_id": by.user_id, "created_at": now, "changed_at": now}
    posts = Post.objects.bulk_create(
        Post(
            title=line.title, parts=[line.text], language=line.language, at=datetime.fromisoformat(line.at),
            words=folded(f"{line.title}\n{line.text}\n{(line.shape or {}).get('comment', '')}"),
            ai=bool(line.shape and line.shape["ai"]), paid=bool(line.shape and line.shape["paid"]), **born,
        )
        for line in lines
    )  # fmt: skip
    both = list(zip(posts, lines, strict=True))
    living = {channel.pk: channel for channel in alive(batch.company)}
    Variant.objects.bulk_create(
        variant_of(p, living[c], line.shape) if line.shape else Variant(post=p, channel_id=c)
        for p, line in both
        for c in line.channels
        if c in living
    )
    there = set(
        Asset.objects.filter(company=batch.company, pk__in=[line.picture for line in lines if line.picture]).values_list("pk", flat=True)
    )
    placed = (PostPicture(post=p, asset_id=line.picture, position=0) for p, line in both if line.picture in there)
    PostPicture.objects.bulk_create(placed)
    return posts


def _prepare(posts: list[Post], by: Actor, now: datetime) -> None:
    """Choose the form that suits a video, and have it made ready, on the posts that have one."""
    filmed = PostPicture.objects.filter(post__in=posts, asset__kind__in=[Kind.VIDEO, Kind.DOCUMENT]).values("post")
    for post in sheets(Post.objects.filter(pk__in=filmed)):
        suit(post=post, by=by, now=now)
        wanted(post=sheets(Post.objects.filter(pk=post.pk)).get(), by=by, now=now)


def _leave(made: Made, post: Post, by: Actor, now: datetime) -> Say | None:
    assert post.at is not None
    try:
        if asked := approving.leave(post=post, at=post.at, by=by, now=now).asked:
            made.asked.append(asked)
    except Breaks as error:
        return error.findings[0].what
    except OverMandate as error:
        return error.why
    except InThePast:
        return Say(gettext_noop("This hour is already past."))
    except NothingToSend:
        return Say(gettext_noop("No account is chosen: say where it leaves for."))
    return None


# ---- reading the file


class _Broken(Exception):
    def __init__(self, why: Say) -> None:
        super().__init__(str(why))
        self.why = why


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise NotRead(Say(gettext_noop("This file is larger than 5 MB. Cut it into several files.")))
    if b"\x00" in content or content[:2] == b"PK":
        raise NotRead(Say(gettext_noop("This is not a CSV file. In your spreadsheet, choose “Save as”, then “CSV UTF-8”.")))
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line number in the file, what it says by column), skipping empty lines. Raises NotRead."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    header: list[str] | None = None
    count = before = 0
    try:
        for row in reader:
            # A quoted text may run over several lines: the number is the one where it begins.
            number, before = before + 1, reader.line_num
            if not any(cell.strip() for cell in row):
                continue
            if header is None:
                header = _header(row)
                continue
            count += 1
            if count > MOST_LINES:
                raise NotRead(Say(gettext_noop("This file has more than %(most)s lines. Cut it into several files."), {"most": MOST_LINES}))
            yield number, {name: cell.strip() for name, cell in zip(header, row, strict=False) if name}
    except csv.Error as error:
        raise NotRead(Say(gettext_noop("The file cannot be read past line %(line)s."), {"line": reader.line_num})) from error
    if not count:
        raise NotRead(
            Say(gettext_noop("This file holds no post: it needs a first line with the names of the columns, then a line a post."))
        )


def _header(row: list[str]) -> list[str]:
    names = [NAMES.get(cell.strip().casefold(), "") for cell in row]
    missing = [name for name in ("date", "text") if name not in names]
    if missing:
        wanted = gettext_noop("The first line must name the columns; “%(missing)s” is missing. The template has them all.")
        raise NotRead(Say(wanted, {"missing": missing[0]}))
    return names


def _line(number: int, row: Mapping[str, str], known: _Known) -> Line:
    try:
        day, hour = read_day(row.get("date", "")), read_hour(row.get("time") or "9:00")
    except NotAMoment as error:
        raise _Broken(error.why) from error
    placed = place(day, hour, known.company.timezone)
    if placed.at < known.now:
        raise _Broken(Say(gettext_noop("This hour is already past.")))
    text = row.get("text", "")
    if not text:
        raise _Broken(Say(gettext_noop("The text is empty.")))
    if len(text) > MOST_LETTERS:
        raise _Broken(Say(gettext_noop("The text is too long to be kept.")))
    channels = _channels(row.get("channels", ""), known)
    return Line(
        number, text, placed.at.isoformat(), channels, row.get("title", "")[:160], _language(row.get("language", ""), known),
        _picture(row.get("picture", ""), known), placed.note.to_json() if placed.note else None, _shape(row, channels, known),
    )  # fmt: skip


def _shape(row: Mapping[str, str], channels: list[int], known: _Known) -> dict[str, Any] | None:
    if not any(row.get(name) for name in SHAPED):
        return None
    try:
        return read_shape(row, [channel for channel in known.channels if channel.pk in channels])
    except Unreadable as error:
        raise _Broken(error.why) from error


def _channels(typed: str, known: _Known) -> list[int]:
    """Read names of networks or accounts, parted by commas, bars or plus signs; empty means all."""
    wanted = [name.strip().casefold().lstrip("@") for name in typed.replace("|", ",").replace("+", ",").replace(";", ",").split(",")]
    chosen: list[int] = []
    for name in filter(None, wanted):
        found = [c.pk for c in known.channels if name in {c.network, c.handle.casefold().lstrip("@"), c.name.casefold()}]
        if not found:
            raise _Broken(Say(gettext_noop("No connected account is called “%(name)s”."), {"name": name[:60]}))
        chosen += found
    return list(dict.fromkeys(chosen)) or [c.pk for c in known.channels]


def _language(typed: str, known: _Known) -> str:
    code = typed.strip().lower()[:5]
    if code and not (len(code) in {2, 5} and code[:2].isalpha()):
        raise _Broken(Say(gettext_noop("“%(typed)s” is not a language; write fr or en."), {"typed": typed[:20]}))
    return code or known.company.language


def _picture(typed: str, known: _Known) -> int | None:
    if not typed:
        return None
    if typed.casefold() not in known.pictures:
        raise _Broken(Say(gettext_noop("No picture of your library is called “%(name)s”. Put it there first."), {"name": typed[:60]}))
    return known.pictures[typed.casefold()]


def _pictures(company: Company) -> dict[str, int]:
    kept = Asset.objects.filter(company=company, removed_at=None).order_by("pk")
    return {name.casefold(): pk for name, pk in kept.values_list("name", "pk")}
