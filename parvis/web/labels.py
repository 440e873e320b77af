"""Screens: the labels of a company, made, renamed and taken away."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from parvis.core import clock
from parvis.inbox import commands
from parvis.inbox.commands import AlreadyThere, Nameless
from parvis.inbox.models import Label
from parvis.people.permissions import anywhere
from parvis.web.gate import Inside, member, one, see
from parvis.web.htmx import tell


@require_http_methods(["GET", "HEAD", "POST"])
@member("inbox.read", post="inbox.sort")
def labels(request: Inside) -> HttpResponse:
    """Show the labels, and make one."""
    if request.method == "POST":
        try:
            commands.make_label(company=request.company, name=request.POST.get("name", ""), by=request.actor, now=clock.now())
        except Nameless as trouble:
            tell(request, _why(trouble), tone="wait")
        return see("inbox-labels", request.company.slug)
    only = request.company.only("inbox.read")
    mine = None if only is None else Q(conversations__channel__in=only)
    rows = Label.objects.filter(company=request.company).annotate(count=Count("conversations", filter=mine)).order_by("name")
    context = {"place": "answer", "rows": rows, "sorts": anywhere(request.actor, "inbox.sort", request.company.pk)}
    return render(request, "inbox/labels.html", context)


@require_POST
@member("inbox.sort")
def change(request: Inside, label: int) -> HttpResponse:
    """Rename one, or take it away."""
    row = one(Label.objects.all(), request.company, label)
    if request.POST.get("what") == "remove":
        commands.remove_label(label=row, by=request.actor, now=clock.now())
        tell(request, gettext("Taken away."), undo=reverse("inbox-label-back", args=[request.company.slug, row.pk]))
        return see("inbox-labels", request.company.slug)
    try:
        commands.rename_label(label=row, name=request.POST.get("name", ""), by=request.actor, now=clock.now())
        tell(request, gettext("Kept."))
    except (Nameless, AlreadyThere) as trouble:
        tell(request, _why(trouble), tone="wait")
    return see("inbox-labels", request.company.slug)


@require_POST
@member("inbox.sort")
def back(request: Inside, label: int) -> HttpResponse:
    """Put one back that was taken away, on the conversations that had it."""
    row = one(Label.every.all(), request.company, label)
    try:
        commands.bring_back_label(label=row, by=request.actor, now=clock.now())
        tell(request, gettext("The label is back where it was."))
    except AlreadyThere as trouble:
        tell(request, _why(trouble), tone="wait")
    return see("inbox-labels", request.company.slug)


def _why(trouble: Exception) -> str:
    if isinstance(trouble, AlreadyThere):
        return gettext("Another label has that name. Nothing was changed.")
    return gettext("Write the name of the label first.")


urls = [
    path("inbox/labels/", labels, name="inbox-labels"),
    path("inbox/labels/<int:label>/", change, name="inbox-label-change"),
    path("inbox/labels/<int:label>/back/", back, name="inbox-label-back"),
]
