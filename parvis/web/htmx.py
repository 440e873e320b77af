"""How a view answers: it says what came of it, and goes back to a page or gives a fragment of one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string

LEVELS = {"done": messages.SUCCESS, "wrong": messages.ERROR, "wait": messages.WARNING, "tip": messages.INFO}


def tell(request: HttpRequest, words: Any, *, tone: str = "done", undo: str = "") -> None:
    """Leave a sentence for the next page: text already in the reader's language. `undo` is the address that a POST undoes it at."""
    messages.add_message(request, LEVELS[tone], words, extra_tags=undo)


def is_htmx(request: HttpRequest) -> bool:
    """Tell whether htmx asked, and so waits for a fragment."""
    return bool(getattr(request, "htmx", False))


def back(request: HttpRequest, to: str) -> HttpResponse:
    """Go on to the page `to` after a change, with or without htmx."""
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    return HttpResponseRedirect(to, status=303)


def fragment(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Answer htmx with a part of a page, and with the results that wait to be said."""
    body = render_to_string(template, context, request)
    said = render_to_string("parts/said.html", {"swap": True}, request) if messages.get_messages(request) else ""
    return HttpResponse(body + said, status=status)
