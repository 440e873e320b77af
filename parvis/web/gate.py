"""The one door to every object: who is asking, in which company, and is this theirs? A stranger gets 404."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils import timezone

from parvis.people.actors import Actor
from parvis.people.models import Company, Member, User
from parvis.web.speech import speak_in

M = TypeVar("M", bound=Model)
LAST = "company"
YEAR = 60 * 60 * 24 * 365


class Signed(HttpRequest):
    """A request of somebody who has signed in."""

    user: User
    actor: Actor


class Inside(Signed):
    """A request that passed the gate."""

    company: Company
    place: Member


def member(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a member of the company named in the address (`slug`) through; anybody else gets 404.

    The page speaks the person's language, else the company's; its hours are the company's.
    """

    @login_required
    @wraps(view)
    def guarded(request: Any, slug: str, **rest: Any) -> HttpResponse:
        place = Member.objects.select_related("company", "user").filter(company__slug=slug, user_id=request.user.pk).first()
        if place is None:
            raise Http404
        request.place, request.company, request.actor = place, place.company, Actor.of(place)
        speak_in(place.company, request)
        with timezone.override(ZoneInfo(place.company.timezone)):
            answer = view(request, **rest)
        if request.COOKIES.get(LAST) != slug:
            answer.set_cookie(LAST, slug, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure())
        return answer

    return guarded


def person(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a signed-in person through, for what belongs to them and to no company."""

    @login_required
    @wraps(view)
    def guarded(request: Any, **rest: Any) -> HttpResponse:
        request.actor = Actor.person(request.user)
        return view(request, **rest)

    return guarded


def one(rows: QuerySet[M], company: Company, pk: int) -> M:
    """Return the row of this company with this id, or 404."""
    row = rows.filter(company=company, pk=pk).first()
    if row is None:
        raise Http404
    return row


def see(to: str, *args: Any) -> HttpResponse:
    """Send the browser to look at another page, named as in urls.py, after something was done."""
    return HttpResponseRedirect(resolve_url(to, *args), status=303)
