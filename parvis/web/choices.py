"""Screens: the language and the colours of a browser, kept in cookies; the language of somebody signed in goes with them."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from parvis.core import clock
from parvis.people.actors import Actor
from parvis.people.commands import change_person
from parvis.people.models import User
from parvis.web.chrome import THEMES

YEAR = 60 * 60 * 24 * 365


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speak this language to this browser from now on."""
    asked = request.POST.get("language", "")
    answer = _back(request)
    if asked in dict(settings.LANGUAGES):
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, asked, max_age=YEAR, samesite="Lax", secure=request.is_secure())
        if isinstance(request.user, User):
            change_person(user=request.user, name=request.user.name, language=asked, by=Actor.person(request.user), now=clock.now())
    return answer


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Show these colours to this browser from now on; nothing asked means those of the system."""
    asked = request.POST.get("theme", "")
    answer = _back(request)
    if asked in THEMES:
        answer.set_cookie("theme", asked, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    else:
        answer.delete_cookie("theme", samesite="Lax")
    return answer


def next_of(request: HttpRequest) -> str:
    """Return the address of this house to which a form asks to go on; empty where it names none, or another house's."""
    to = request.POST.get("next", "") or request.GET.get("next", "")
    return to if url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()}, require_https=request.is_secure()) else ""


def _back(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(next_of(request) or "/", status=303)


urls = [path("-/language", language, name="language"), path("-/theme", theme, name="theme")]
