"""When the house itself is in trouble: a locked database, a full disk, an old page. It says so and gives back what was typed."""

from __future__ import annotations

import errno
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import get_template
from django.utils.translation import get_language

from parvis.core.db import Busy
from parvis.people.permissions import NotAllowed
from parvis.web.chrome import theme_of

log = logging.getLogger(__name__)

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
SECRET = ("password", "code", "credential", "secret", "token")
OURS = {"csrfmiddlewaretoken"}
LONG = 60


@dataclass(frozen=True, slots=True)
class Typed:
    """One field of a form that came and could not be kept. `how` says how it is given back: shown, hidden, or asked again."""

    name: str
    value: str
    how: str


class Trouble:
    """Turns Busy, a full disk and NotAllowed into pages that say what happened, what was kept and what to do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for what a view could not do; anything else is not ours."""
        if isinstance(error, NotAllowed):
            return page(request, "403.html", 403, why=error.why, **given_back(request))
        return in_trouble(request, error)


def in_trouble(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """Return the page for a house in trouble, or None when the error is of another kind."""
    what = kind(error)
    if what is None:
        return None
    log.error("%s %s: %s (%s)", request.method, request.path, what, error)
    answer = page(request, "503.html", 503, what=what, again=True, **given_back(request))
    answer.headers["Retry-After"] = "5"
    return answer


def kind(error: BaseException | None) -> str | None:
    """Name the trouble: `full`, `busy`, `away`, or None when it is none of the house's own."""
    if isinstance(error, OSError) and error.errno in FULL:
        return "full"
    if not isinstance(error, Busy | OperationalError):
        return None
    said = str(error).lower()
    if "full" in said or "no space" in said or "disk i/o" in said:
        return "full"
    return "busy" if any(word in said for word in ("lock", "timeout", "busy")) else "away"


def given_back(request: HttpRequest) -> dict[str, Any]:
    """Return what was typed, to be sent again to the same address."""
    if request.method != "POST":
        return {"typed": [], "to": "", "files": []}
    return {"typed": list(_typed(request)), "to": request.get_full_path(), "files": list(request.FILES)}


def _typed(request: HttpRequest) -> Iterator[Typed]:
    for name, values in request.POST.lists():
        for value in values if name not in OURS else []:
            if any(word in name.lower() for word in SECRET):
                yield Typed(name, "", "asked")
            else:
                yield Typed(name, value, "shown" if len(value) > LONG or "\n" in value else "hidden")


def stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose page was too old, or that came from elsewhere; only what this house's own page sent can be sent again."""
    source = request.headers.get("Origin") or request.headers.get("Referer") or ""
    ours = urlsplit(source).netloc == request.get_host()
    return page(request, "403_csrf.html", 403, again=ours, **given_back(request))


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that nothing is here, in the same words whether something exists or not."""
    return page(request, "404.html", 404, **given_back(request))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that one may not."""
    return page(request, "403.html", 403)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that something broke which nobody had foreseen; a trouble that struck outside a view is still told as one."""
    error = sys.exc_info()[1]
    return in_trouble(request, error) or page(request, "500.html", 500, **given_back(request))


def page(request: HttpRequest, name: str, status: int, **facts: Any) -> HttpResponse:
    """Render a page that reads neither the database nor the session, both of which may be what is broken."""
    context = {
        "language": get_language() or settings.LANGUAGE_CODE,
        "languages": settings.LANGUAGES,
        "theme": theme_of(request),
        "csrf_token": get_token(request),
        **facts,
    }
    in_place = getattr(request, "htmx", False)
    answer = HttpResponse(get_template("parts/trouble.html" if in_place else name).render({**context, "status": status}), status=status)
    if in_place:
        answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#said", "beforeend"
    return answer
