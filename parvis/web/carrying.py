"""Screens: posts brought in from a file, and everything written taken out."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from parvis.channels.queries import of as channels_of
from parvis.core import clock
from parvis.core.text import safe_cell
from parvis.people.permissions import anywhere
from parvis.posts.calendar import wall
from parvis.posts.exporting import export_csv, export_json
from parvis.posts.importing import COLUMNS, MOST_BYTES, AlreadyMade, NotRead, batches, confirm_csv, import_csv
from parvis.web.gate import Inside, member, one
from parvis.web.htmx import back, tell
from parvis.web.tags import say

LINES = 50


@member("posts.write")
def bring_in(request: Inside) -> HttpResponse:
    """Offer to read a file; a POST reads it and goes to what it holds."""
    if request.method != "POST":
        return _offer(request, "")
    file = request.FILES.get("file")
    if file is None:
        return _offer(request, _("Choose a file first."))
    try:
        content = file.read(MOST_BYTES + 1)
        batch = import_csv(company=request.company, content=content, name=file.name or "", by=request.actor, now=clock.now())
    except NotRead as error:
        return _offer(request, say(error.why))
    return back(request, reverse("import-review", args=[request.company.slug, batch.pk]))


def _offer(request: Inside, trouble: str) -> HttpResponse:
    read = batches(request.company).filter(confirmed_at=None).defer("good", "broken").order_by("-pk")[:5]
    context = {"place": "publish", "trouble": trouble, "batches": read, "columns": COLUMNS, "channels": channels_of(request.company)}
    return render(request, "posts/import.html", context, status=422 if trouble else 200)


@member("posts.write")
@require_GET
def review(request: Inside, pk: int) -> HttpResponse:
    """Show what a file holds: the good lines, and the broken ones with what is wrong."""
    batch = one(batches(request.company), request.company, pk)
    names = {channel.pk: channel for channel in channels_of(request.company)}
    page = Paginator(batch.good, LINES).get_page(request.GET.get("page"))
    context = {
        "place": "publish",
        "batch": batch,
        "page": page,
        "lines": [_line(kept, names) for kept in page.object_list],
        "sends": anywhere(request.actor, "posts.propose", request.company.pk),
        "broken": batch.broken[:LINES],
        "more_broken": max(0, len(batch.broken) - LINES),
    }
    return render(request, "posts/review.html", context)


def _line(kept: dict[str, Any], names: dict[int, Any]) -> dict[str, Any]:
    return kept | {"when": datetime.fromisoformat(kept["at"]), "accounts": [names[pk] for pk in kept["channels"] if pk in names]}


@require_POST
@member("posts.write")
def confirm(request: Inside, pk: int) -> HttpResponse:
    """Make the posts of the good lines, once."""
    batch = one(batches(request.company).select_related("company"), request.company, pk)
    try:
        made = confirm_csv(batch=batch, leave=request.POST.get("leave") == "1", by=request.actor, now=clock.now())
    except AlreadyMade:
        tell(request, _("These publications were made before: nothing was made twice."), tone="wait")
        return back(request, reverse("posts", args=[request.company.slug]))
    count = len(made.posts)
    tell(request, ngettext("%(count)s publication was made.", "%(count)s publications were made.", count) % {"count": count})
    if made.asked:
        count = len(made.asked)
        words = ngettext("%(count)s of them waits for a yes.", "%(count)s of them wait for a yes.", count)
        tell(request, words % {"count": count}, tone="wait")
    if made.kept_as_drafts:
        post, why = made.kept_as_drafts[0]
        words = _("%(count)s of them stayed drafts. The first, “%(title)s”: %(why)s")
        tell(request, words % {"count": len(made.kept_as_drafts), "title": post.called, "why": say(why)}, tone="wait")
    return back(request, f"{reverse('posts', args=[request.company.slug])}?which=coming")


@member("posts.write")
@require_GET
def refused(request: Inside, pk: int) -> HttpResponse:
    """Give the broken lines back as a file, with the reason at the end of each."""
    batch = one(batches(request.company), request.company, pk)
    rows = [[*(line["row"].get(name, "") for name in COLUMNS), say(line["why"])] for line in batch.broken]
    return _file(request, [[*COLUMNS, "reason"], *rows], "refused")


@member("posts.read")
@require_GET
def template(request: Inside) -> HttpResponse:
    """Give a file to fill in, with one line as an example."""
    day = wall(clock.now(), request.company.timezone)
    example = [f"{day:%d/%m/%Y}", "09:30", _("What you want to say"), "", "", "", request.company.language, *[""] * 5]
    return _file(request, [list(COLUMNS), example], "template")


def _file(request: Inside, rows: list[list[str]], name: str) -> HttpResponse:
    page = io.StringIO()
    csv.writer(page, delimiter=";", lineterminator="\r\n").writerows([[safe_cell(cell) for cell in row] for row in rows])
    answer = HttpResponse(f"\ufeff{page.getvalue()}", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="parvis-{request.company.slug}-{name}.csv"'
    return answer


@member("export.all")
@require_GET
def out_csv(request: Inside) -> HttpResponse:
    """Give everything written, for a spreadsheet."""
    return _stream(request, export_csv(company=request.company, by=request.actor), "text/csv; charset=utf-8", "csv")


@member("export.all")
@require_GET
def out_json(request: Inside) -> HttpResponse:
    """Give everything written, with pictures' facts, deliveries and attempts."""
    return _stream(request, export_json(company=request.company, by=request.actor, now=clock.now()), "application/json", "json")


def _stream(request: Inside, lines: Any, kind: str, ending: str) -> HttpResponse:
    answer = StreamingHttpResponse((line.encode() for line in lines), content_type=kind)
    day = wall(clock.now(), request.company.timezone).date().isoformat()
    answer["Content-Disposition"] = f'attachment; filename="parvis-{request.company.slug}-{day}.{ending}"'
    return cast(HttpResponse, answer)


urls = [
    path("posts/import/", bring_in, name="import"),
    path("posts/import/template.csv", template, name="import-template"),
    path("posts/import/<int:pk>/", review, name="import-review"),
    path("posts/import/<int:pk>/confirmation/", confirm, name="import-confirmation"),
    path("posts/import/<int:pk>/refused.csv", refused, name="import-refused"),
    path("posts/export.csv", out_csv, name="export-csv"),
    path("posts/export.json", out_json, name="export-json"),
]
