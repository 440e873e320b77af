"""Screens: the pillars of a company, with those that suit its trade, and the one that a post stands under."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from parvis.core import clock
from parvis.people.models import Company
from parvis.people.permissions import allowed
from parvis.posts import commands
from parvis.posts.queries import of as posts_of
from parvis.voice import pillars
from parvis.voice.models import Pillar
from parvis.web.calendar import next_page
from parvis.web.gate import Inside, member, one
from parvis.web.htmx import back, tell


def _rows(company: Company) -> QuerySet[Pillar]:
    return Pillar.objects.filter(company=company, removed_at=None)


@member("voice.change")
@require_GET
def listing(request: Inside) -> HttpResponse:
    """Show the pillars, and those that suit the trade."""
    kept = pillars.of(request.company)
    names = {pillar.name.casefold() for pillar in kept}
    keys = pillars.suggested(request.company)
    with translation.override(request.company.language):
        # A pillar is a word of the company's: it is kept in its language, and said besides in that of whoever reads the page.
        kept_as = {key: _(key) for key in keys}
    suggested = [(name, _(key) if _(key) != name else "") for key, name in kept_as.items() if name.casefold() not in names]
    changes = allowed(request.actor, "voice.change", request.company.pk)
    context = {"place": "settings", "pillars": kept, "suggested": suggested, "changes": changes, "kept_in": request.company.language}
    return render(request, "approvals/pillars.html", context)


def _doing(act: Callable[..., str]) -> Callable[..., HttpResponse]:
    @member("voice.change")
    @require_POST
    def done(request: Inside, **ids: int) -> HttpResponse:
        try:
            tell(request, act(request, **ids))
        except pillars.Empty:
            tell(request, _("A pillar has a name."), tone="wait")
        except pillars.Taken:
            tell(request, _("You have a pillar of this name already."), tone="wait")
        except pillars.Enough:
            tell(request, _("Twenty pillars are enough: take one away first."), tone="wait")
        return back(request, reverse("pillars", args=[request.company.slug]))

    return done


@_doing
def add(request: Inside) -> str:
    """Add a pillar."""
    made = pillars.add(company=request.company, name=request.POST.get("name", ""), by=request.actor, now=clock.now())
    return _("“%(name)s” is one of your pillars.") % {"name": made.name}


@_doing
def rename(request: Inside, pk: int) -> str:
    """Call a pillar otherwise."""
    row = one(_rows(request.company), request.company, pk)
    pillars.rename(pillar=row, name=request.POST.get("name", ""), by=request.actor, now=clock.now())
    return _("It is called “%(name)s” now.") % {"name": row.name}


@_doing
def remove(request: Inside, pk: int) -> str:
    """Take a pillar away."""
    row = one(_rows(request.company), request.company, pk)
    pillars.remove(pillar=row, by=request.actor, now=clock.now())
    return _("“%(name)s” is taken away. What stands under it keeps it.") % {"name": row.name}


@member("posts.read", post="posts.write")
@require_POST
def classify(request: Inside, pk: int) -> HttpResponse:
    """Put a post under a pillar, or under none."""
    post = one(posts_of(request.company).filter(removed_at=None), request.company, pk)
    typed = request.POST.get("pillar", "")
    row = one(_rows(request.company), request.company, int(typed)) if typed.isdecimal() and len(typed) < 19 else None
    commands.classify(post=post, pillar=row, by=request.actor, now=clock.now())
    words = _("It stands under “%(name)s”.") % {"name": row.name} if row else _("It stands under no pillar.")
    tell(request, words)
    return back(request, next_page(request, reverse("post", args=[request.company.slug, pk])))


urls = [
    path("settings/pillars/", listing, name="pillars"),
    path("settings/pillars/new/", add, name="pillar-new"),
    path("settings/pillars/<int:pk>/name/", rename, name="pillar-name"),
    path("settings/pillars/<int:pk>/removal/", remove, name="pillar-removal"),
    path("posts/<int:pk>/pillar/", classify, name="post-pillar"),
]
