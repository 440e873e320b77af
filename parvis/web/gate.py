"""The one door to every object: who is asking, in which company, and is this theirs? A stranger gets 404."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, TypeVar, overload
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.db.models import Model, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils import timezone

from parvis.channels.standing import actor_of, borne_in, with_mandates
from parvis.core import clock
from parvis.core.db import Together, apart
from parvis.delegation.circuits import HELD
from parvis.delegation.models import Circuit
from parvis.people.actors import Actor
from parvis.people.models import Company, Habits, Member, User
from parvis.people.permissions import anywhere, may, rights_of
from parvis.voice.models import Pillar
from parvis.web.halts import Halts, halts_of, with_halts
from parvis.web.speech import speak_in

M = TypeVar("M", bound=Model)
View = Callable[..., HttpResponse]
SAFE = ("GET", "HEAD", "OPTIONS")
LAST = "company"
# Few circuits and pillars stand in a company, and many pages look at them: they come with whoever asks, at no question of their own.
SET = {
    "set_circuits": Together(Circuit.objects.filter(company=OuterRef("company"), removed_at=None), *HELD),
    "set_pillars": Together(Pillar.objects.filter(company=OuterRef("company"), removed_at=None), "id", "company_id", "name"),
}
YEAR = 60 * 60 * 24 * 365


class Signed(HttpRequest):
    """A request of somebody who has signed in."""

    user: User
    actor: Actor


class Inside(Signed):
    """A request that passed the gate."""

    company: Company
    place: Member
    halts: Halts


@overload
def member(view: View, /) -> View: ...
@overload
def member(view: str, /, *, post: str = "") -> Callable[[View], View]: ...
def member(view: View | str, /, *, post: str = "") -> View | Callable[[View], View]:
    """Let a member of the company named in the address (`slug`) through; anybody else gets 404.

    `member("posts.read", post="posts.write|posts.schedule")` names what one must be allowed, on one account at least, to read the page
    and (one of them) to send its form: the table of who may do what is made of it. What is on the page is theirs by `company.sight`, and
    each command asks again. The page speaks the person's language, else the company's; its hours are the company's.
    """
    if callable(view):
        return _guarded(view, "company.read", "")
    return partial(_guarded, read=view, post=post)


def _guarded(view: View, read: str, post: str) -> View:
    @login_required
    @wraps(view)
    def guarded(request: Any, slug: str, **rest: Any) -> HttpResponse:
        places = Member.objects.select_related("company__promise", "company__voice", "user", "made")
        rows = list(with_mandates(with_halts(places.filter(company__slug=slug, user_id=request.user.pk))).annotate(**SET))
        if not rows:
            raise Http404
        place = rows[0]
        by = actor_of(place, clock.now(), borne_in(rows))
        request.place, request.company, request.actor = place, place.company, by
        place.company.sight, place.company.asker = by.rights and rights_of(by), by.user_id
        place.company.habits = _habits(rows[0])
        request.halts = halts_of(rows, place.company.sight)
        speak_in(place.company, request)
        _enter(by, read if request.method in SAFE or not post else post)
        with timezone.override(ZoneInfo(place.company.timezone)):
            answer = view(request, **rest)
        if request.COOKIES.get(LAST) != slug:
            answer.set_cookie(LAST, slug, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure())
        return answer

    guarded.asks = (read, post)  # type: ignore[attr-defined]
    return guarded


def _habits(row: Any) -> Habits:
    return Habits(apart(Circuit, row.set_circuits), apart(Pillar, row.set_pillars), getattr(row.company, "voice", None))


def _enter(by: Actor, asks: str) -> None:
    """Raise NotAllowed unless one of the verbs asked for (`a|b`) may be done on an account of theirs at least."""
    verbs = asks.split("|")
    if not any(anywhere(by, verb, by.company_id) for verb in verbs):
        may(by, verbs[0], by.company_id, on=())


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
    if row is None or not _seen(row, company):
        raise Http404
    # What is read from it later keeps to what whoever asks may see, and its company is not read again.
    found: Any = row
    found.company = company
    return row


def _seen(row: Model, company: Company) -> bool:
    """Tell whether a row that belongs to an account stands on one that whoever asks may see, whatever they may do there."""
    account = getattr(row, "channel_id", None)
    if company.sight is None or account is None:
        return True
    seen = (company.only("posts.read"), company.only("inbox.read"))
    return any(only is None or account in only for only in seen)


def see(to: str, *args: Any) -> HttpResponse:
    """Send the browser to look at another page, named as in urls.py, after something was done."""
    return HttpResponseRedirect(resolve_url(to, *args), status=303)
