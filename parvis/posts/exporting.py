"""Everything a company wrote, in a file it can take away: CSV for a spreadsheet, JSON with all the rest. Read in chunks."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from parvis.core.text import safe_cell
from parvis.people.actors import Actor
from parvis.people.models import Company
from parvis.people.permissions import may
from parvis.posts.calendar import wall
from parvis.posts.columns import written
from parvis.posts.models import Departure, Post, Variant
from parvis.publishing.models import Attempt, Delivery

CHUNK = 200
HEADER = (
    "date", "time", "title", "text", "language", "warning", "account", "network", "state", "left_at", "link", "pictures", "form",
    "account_title", "first_comment", "details", "ai", "paid",
)  # fmt: skip


def export_csv(*, company: Company, by: Actor) -> Iterator[str]:
    """Give one line a post and an account (one for a post without account), in the company's hours. Raises NotAllowed at once."""
    may(by, "export.all", company.pk)
    return _csv(company, Post.objects.filter(company=company))


def export_json(*, company: Company, by: Actor, now: datetime) -> Iterator[str]:
    """Give one JSON document: posts, their forms, pictures, deliveries with links, attempts. Raises NotAllowed at once."""
    may(by, "export.all", company.pk)
    return _json(company, now)


def mandate_csv(company: Company, rows: QuerySet[Post]) -> Iterator[str]:
    """Give one line a post and an account, of these posts. Whoever calls has asked whether that may be."""
    return _csv(company, rows)


def mandate_posts(rows: QuerySet[Post]) -> Iterator[dict[str, Any]]:
    """Give these posts with their forms, pictures, deliveries and attempts, in chunks."""
    return (_post(post) for post in _posts(rows))


def _csv(company: Company, rows: QuerySet[Post]) -> Iterator[str]:
    page = io.StringIO()
    line = csv.writer(page, delimiter=";", lineterminator="\r\n")
    page.write("\ufeff")  # without it, Excel takes UTF-8 for cp1252
    line.writerow(HEADER)
    for post in _posts(rows):
        for row in _lines(company, post):
            line.writerow([safe_cell(cell) for cell in row])
        if page.tell() > 32_000:
            yield page.getvalue()
            page.seek(0)
            page.truncate()
    yield page.getvalue()


def _lines(company: Company, post: Post) -> Iterator[tuple[str, ...]]:
    at = wall(post.at, company.timezone) if post.at else None
    head = (f"{at:%d/%m/%Y}" if at else "", f"{at:%H:%M}" if at else "", post.title)
    pictures = ", ".join(place.asset.name for place in post.pictures.all())
    declared = ("yes" if post.ai else "", "yes" if post.paid else "")
    for variant in post.variants.all():
        last = list({d.part: d.delivery for d in variant.departures.all()}.values())
        left = wall(last[0].sent_at, company.timezone).strftime("%d/%m/%Y %H:%M") if last and last[0].sent_at else ""
        text = "\n\n".join(variant.own)
        states = " ".join(dict.fromkeys(d.state for d in last))
        links = " ".join(d.url for d in last if d.url)
        told = (variant.channel.handle, variant.channel.network, states, left, links, pictures)
        yield *head, text, post.language, post.warning, *told, *_shape(variant), *declared
    if not post.variants.all():
        yield *head, "\n\n".join(post.parts), post.language, post.warning, "", "", "", "", "", pictures, "", "", "", "", *declared


def _shape(variant: Variant) -> tuple[str, str, str, str]:
    return variant.form, variant.title, variant.comment, written(variant.details)


def _json(company: Company, now: datetime) -> Iterator[str]:
    about = {"format": "parvis-posts", "version": 1, "company": company.name, "timezone": company.timezone, "written_at": now.isoformat()}
    yield json.dumps(about, ensure_ascii=False)[:-1] + ', "posts": ['
    mark = ""
    for post in _posts(Post.objects.filter(company=company)):
        yield mark + json.dumps(_post(post), ensure_ascii=False)
        mark = ",\n"
    yield "]}\n"


def _posts(wanted: QuerySet[Post]) -> Iterator[Post]:
    """Read posts, the oldest first, in chunks by id; those put away too."""
    departures = Departure.objects.select_related("delivery").order_by("pk")
    rows = wanted.order_by("pk").prefetch_related(
        Prefetch("variants", Variant.objects.select_related("channel").order_by("pk")),
        Prefetch("variants__departures", departures),
        Prefetch("variants__departures__delivery__attempts", Attempt.objects.order_by("pk")),
        "pictures__asset",
    )
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
        yield from chunk
        last = chunk[-1].pk


def _post(post: Post) -> dict[str, Any]:
    return {
        "id": post.pk, "title": post.title, "parts": post.parts, "language": post.language, "warning": post.warning, "at": _moment(post.at),
        "ai": post.ai, "paid": post.paid,
        "scheduled": post.scheduled, "created_at": _moment(post.created_at), "changed_at": _moment(post.changed_at),
        "removed_at": _moment(post.removed_at),
        "pictures": [_picture(place) for place in post.pictures.all()],
        "variants": [_variant(variant) for variant in post.variants.all()],
    }  # fmt: skip


def _picture(place: Any) -> dict[str, Any]:
    asset = place.asset
    return {
        "part": place.part, "position": place.position, "name": asset.name, "alt": asset.alt, "decorative": asset.decorative,
        "sha256": asset.digest, "type": asset.mime, "width": asset.width, "height": asset.height, "bytes": asset.size,
        "kind": asset.kind, "seconds": asset.seconds, "pages": asset.pages,
    }  # fmt: skip


def _variant(variant: Variant) -> dict[str, Any]:
    channel = variant.channel
    return {
        "network": channel.network, "account": channel.handle, "account_url": channel.url, "parts": variant.parts,
        "form": variant.form, "title": variant.title, "first_comment": variant.comment, "details": variant.details,
        "deliveries": [{"part": d.part, **_delivery(d.delivery)} for d in variant.departures.all()],
    }  # fmt: skip


def _delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.pk, "state": delivery.state, "due_at": _moment(delivery.due_at), "sent_at": _moment(delivery.sent_at),
        "handed_at": _moment(delivery.handed_at), "revised_at": _moment(delivery.revised_at),
        "removed_at": _moment(delivery.removed_at), "url": delivery.url, "remote_id": delivery.remote_id, "parcel": delivery.parcel,
        "attempts": [
            {
                "kind": a.kind, "began_at": _moment(a.began_at), "ended_at": _moment(a.ended_at), "verdict": a.verdict, "told": a.told,
            }
            for a in delivery.attempts.all()
        ],
    }  # fmt: skip


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
