"""The one door to every object: who is asking, in which company, and is this theirs? A stranger gets 404."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from parvis.people.actors import Actor
from parvis.people.models import Company, Member

M = TypeVar("M", bound=Model)


class Inside(HttpRequest):
    """A request that passed the gate."""

    company: Company
    actor: Actor


def member(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a member of the company named in the address (`slug`) through; anybody else gets 404."""

    @login_required
    @wraps(view)
    def guarded(request: Any, slug: str, **rest: Any) -> HttpResponse:
        place = Member.objects.select_related("company", "user").filter(company__slug=slug, user_id=request.user.pk).first()
        if place is None:
            raise Http404
        request.company = place.company
        request.actor = Actor.of(place)
        # Every hour on a page is the company's, wherever its reader is.
        with timezone.override(ZoneInfo(place.company.timezone)):
            return view(request, **rest)

    return guarded


def one(rows: QuerySet[M], company: Company, pk: int) -> M:
    """Return the row of this company with this id, or 404."""
    row = rows.filter(company=company, pk=pk).first()
    if row is None:
        raise Http404
    return row
