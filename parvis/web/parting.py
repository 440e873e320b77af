"""Everything that was done under a mandate, in one file, made while it is sent: nothing of it is ever whole in memory."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime, time
from typing import IO, Any, cast
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.http import StreamingHttpResponse
from django.urls import path
from django.utils.text import slugify
from django.views.decorators.http import require_POST

from parvis.audit.models import Entry
from parvis.audit.sentences import sentence
from parvis.core import clock
from parvis.core.text import safe_cell
from parvis.delegation.commands import note_export
from parvis.delegation.models import Approval, Bearer, Handover, Mandate, Side, Work
from parvis.delegation.terms import Terms
from parvis.inbox import exporting as inbox
from parvis.media import files
from parvis.media.models import Asset
from parvis.posts import exporting as posts
from parvis.posts.models import Post
from parvis.web.gate import Inside, member
from parvis.web.mandates import found
from parvis.web.tags import say

Pieces = Iterable[bytes]
PIECE = 1 << 16


class Pipe:
    """Where the archive writes, and what is taken from it as it grows."""

    def __init__(self) -> None:
        self.kept = bytearray()

    def write(self, content: bytes) -> int:
        """Take in what the archive writes."""
        self.kept += content
        return len(content)

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        content, self.kept = bytes(self.kept), bytearray()
        return content


@require_POST
@member("company.read")
def export(request: Inside, pk: int) -> Any:
    """Give everything out: to the company all of it, to a professional their own work."""
    mandate, _side = found(request, pk)
    now = clock.now()
    side = note_export(mandate=mandate, by=request.actor, now=now)
    user_id = None if side == Side.CLIENT else request.user.pk
    name = f"{slugify(mandate.company.name)}-{slugify(mandate.called)}-{now:%Y-%m-%d}.zip"
    answer = StreamingHttpResponse(archive(contents(mandate, user_id, now), now), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Accel-Buffering"] = "no"
    return answer


def archive(entries: Iterable[tuple[str, Pieces]], now: datetime) -> Iterator[bytes]:
    """Make a ZIP of these files as they come, a piece at a time. Text is packed; pictures and videos already are."""
    pipe = Pipe()
    stamp = now.timetuple()[:6]
    with zipfile.ZipFile(cast(IO[bytes], pipe), "w") as packed:
        for name, pieces in entries:
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_STORED if name.startswith("media/") else zipfile.ZIP_DEFLATED
            with packed.open(entry, "w", force_zip64=True) as place:
                for piece in pieces:
                    place.write(piece)
                    if len(pipe.kept) >= PIECE:
                        yield pipe.taken()
            yield pipe.taken()
    yield pipe.taken()


def contents(mandate: Mandate, user_id: int | None, now: datetime) -> Iterator[tuple[str, Pieces]]:
    """Name the files and what is in them; with `user_id`, that person's own work alone."""
    company, channels = mandate.company, [int(pk) for pk in mandate.accounts]
    rows = _posts(mandate, channels, user_id)
    yield "mandate.json", _whole(_mandate(mandate))
    yield "posts.csv", (piece.encode() for piece in posts.mandate_csv(company, rows))
    yield "posts.json", _listed(posts.mandate_posts(rows))
    yield "work.csv", _table(("day", "who", "minutes", "what", "beyond"), _work(mandate, user_id))
    yield "approvals.json", _listed(_approvals(mandate, user_id))
    if user_id is None:
        since = datetime.combine(mandate.first_day, time(), ZoneInfo(company.timezone))
        yield "conversations.json", _listed(inbox.conversations(company.pk, channels, since))
    else:
        yield "answers.json", _listed(inbox.answers(company.pk, channels, user_id))
    yield "journal.csv", _table(("at", "who", "what"), _journal(mandate, user_id))
    for asset in Asset.objects.filter(company=company, pk__in=rows.values("pictures__asset")).order_by("pk").iterator(200):
        if files.exists(asset.digest):
            yield f"media/{asset.pk}-{_named(asset.name)}", _file(asset.digest)


def _posts(mandate: Mandate, channels: list[int], user_id: int | None) -> QuerySet[Post]:
    rows = Post.objects.filter(company=mandate.company_id)
    if user_id is not None:
        return rows.filter(mandate_id=mandate.pk, by=user_id)
    return rows.filter(Q(mandate_id=mandate.pk) | Q(pk__in=Post.objects.filter(variants__channel__in=channels).values("pk")))


def _mandate(mandate: Mandate) -> dict[str, Any]:
    people = Bearer.objects.filter(mandate=mandate).select_related("member__user")
    ticked = Handover.objects.filter(mandate=mandate).exclude(done_at=None).order_by("end", "pk")
    return {
        "format": "parvis-mandate", "version": 1, "company": mandate.company.name, "standing": mandate.standing,
        "revision": mandate.revision, "terms": Terms.of(mandate).to_json(),
        "revisions": [
            {
                "number": one.number, "digest": one.digest, "terms": one.terms, "written_by": one.who, "company_yes": one.client_who,
                "company_yes_at": one.client_at, "professional_yes": one.inside_who, "professional_yes_at": one.inside_at,
                "no_longer_covered": one.settled,
            }
            for one in mandate.revisions.all()
        ],
        "people": [bearer.member.user.called for bearer in people],
        "handover": [
            {"end": one.end, "key": one.key, "account": one.channel_id, "who": one.who, "at": one.done_at, "words": one.words}
            for one in ticked
        ],
    }  # fmt: skip


def _work(mandate: Mandate, user_id: int | None) -> Iterator[tuple[Any, ...]]:
    rows = Work.objects.filter(mandate=mandate, removed_at=None, **({} if user_id is None else {"user": user_id}))
    return ((one.day, one.who, one.minutes, one.what, one.beyond) for one in rows.order_by("day", "pk").iterator(500))


def _approvals(mandate: Mandate, user_id: int | None) -> Iterator[dict[str, Any]]:
    rows = Approval.objects.filter(mandate=mandate, **({} if user_id is None else {"by": user_id}))
    for one in rows.prefetch_related("decisions").order_by("pk").iterator(200):
        yield {
            "subject": one.subject, "label": one.label, "version": one.version, "digest": one.digest, "stage": one.stage, "at": one.at,
            "asked_by": one.who, "asked_at": one.asked_at, "content": one.content,
            "decisions": [{"who": d.who, "verdict": d.verdict, "words": d.words, "at": d.at} for d in one.decisions.all()],
        }  # fmt: skip


def _journal(mandate: Mandate, user_id: int | None) -> Iterator[tuple[Any, ...]]:
    people = [user_id] if user_id is not None else list(Bearer.objects.filter(mandate=mandate).values_list("member__user", flat=True))
    theirs = Q(user_id__in=people, at__date__gte=mandate.first_day)
    of_it = Q(room="delegation", object_id=mandate.pk) & ~Q(verb__startswith="delegation:approval")
    rows = Entry.objects.filter(theirs if user_id is not None else theirs | of_it, company_id=mandate.company_id)
    return ((one.at.isoformat(), one.who, say(sentence(one))) for one in rows.order_by("pk").iterator(500))


def _whole(value: Any) -> Iterator[bytes]:
    yield json.dumps(value, ensure_ascii=False, indent=1, default=str).encode()


def _listed(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    mark = b"["
    for row in rows:
        yield mark + json.dumps(row, ensure_ascii=False, default=str).encode()
        mark = b",\n"
    yield b"[]\n" if mark == b"[" else b"]\n"


def _table(header: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> Iterator[bytes]:
    yield "\ufeff".encode()  # without it, Excel takes UTF-8 for cp1252
    yield _line(header)
    for row in rows:
        yield _line(row)


def _line(row: tuple[Any, ...]) -> bytes:
    page = io.StringIO()
    csv.writer(page, delimiter=";", lineterminator="\r\n").writerow([safe_cell(str(cell)) for cell in row])
    return page.getvalue().encode()


def _file(digest: str) -> Iterator[bytes]:
    with files.opened(digest) as file:
        while piece := file.read(PIECE):
            yield piece


def _named(name: str) -> str:
    """Return a name that no system takes for a way out of the folder."""
    stem, dot, ending = name.rpartition(".")
    return f"{slugify(stem if dot else name)[:80] or 'file'}{dot}{slugify(ending)[:8] if dot else ''}"


urls = [path("settings/mandates/<int:pk>/export/", export, name="mandate-export")]
