"""Screens: the answers kept ready, made, changed and taken away."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from parvis.core import clock
from parvis.inbox import commands
from parvis.inbox.models import SavedAnswer
from parvis.inbox.ready import VARIABLES, AlreadyThere, Nameless
from parvis.people.permissions import anywhere
from parvis.web.gate import Inside, member, one, see
from parvis.web.htmx import tell


@require_http_methods(["GET", "HEAD", "POST"])
@member("inbox.read", post="inbox.sort")
def ready(request: Inside) -> HttpResponse:
    """Show the answers kept ready, and keep a new one."""
    typed = {name: request.POST.get(name, "") for name in ("name", "words")}
    wrong = ""
    if request.method == "POST":
        try:
            commands.make_saved(company=request.company, **typed, by=request.actor, now=clock.now())
        except (Nameless, AlreadyThere) as trouble:
            wrong = _why(trouble)
        else:
            tell(request, gettext("Kept: type / in an answer to find it."))
            return see("inbox-ready", request.company.slug)
    context = {
        "place": "answer", "rows": SavedAnswer.objects.filter(company=request.company).order_by("name", "pk"), "variables": VARIABLES,
        "typed": typed, "wrong": wrong, "sorts": anywhere(request.actor, "inbox.sort", request.company.pk),
    }  # fmt: skip
    return render(request, "inbox/ready.html", context, status=422 if wrong else 200)


@require_POST
@member("inbox.sort")
def change(request: Inside, saved: int) -> HttpResponse:
    """Change one, or take it away."""
    row = one(SavedAnswer.objects.all(), request.company, saved)
    if request.POST.get("what") == "remove":
        commands.remove_saved(saved=row, by=request.actor, now=clock.now())
        tell(request, gettext("Taken away."), undo=reverse("inbox-ready-back", args=[request.company.slug, row.pk]))
        return see("inbox-ready", request.company.slug)
    try:
        name, words = request.POST.get("name", ""), request.POST.get("words", "")
        commands.change_saved(saved=row, name=name, words=words, by=request.actor, now=clock.now())
        tell(request, gettext("Kept."))
    except (Nameless, AlreadyThere) as trouble:
        tell(request, _why(trouble), tone="wait")
    return see("inbox-ready", request.company.slug)


@require_POST
@member("inbox.sort")
def back(request: Inside, saved: int) -> HttpResponse:
    """Keep one ready again that was taken away."""
    row = one(SavedAnswer.every.all(), request.company, saved)
    try:
        commands.bring_back_saved(saved=row, by=request.actor, now=clock.now())
        tell(request, gettext("It is ready again."))
    except AlreadyThere as trouble:
        tell(request, _why(trouble), tone="wait")
    return see("inbox-ready", request.company.slug)


def _why(trouble: Exception) -> str:
    if isinstance(trouble, AlreadyThere):
        return gettext("Another ready answer has that name. Choose another name.")
    return gettext("It needs a name and words.")


urls = [
    path("inbox/ready/", ready, name="inbox-ready"),
    path("inbox/ready/<int:saved>/", change, name="inbox-ready-change"),
    path("inbox/ready/<int:saved>/back/", back, name="inbox-ready-back"),
]
