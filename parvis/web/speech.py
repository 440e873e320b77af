"""The language of a page: the person's, else the company's (the gate sees to it), else the browser's."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from parvis.people.models import Company


class Speech:
    """Speaks the language that the signed-in person has chosen."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in their language; without one, the browser's stands as Django has found it."""
        speak(getattr(request.user, "language", ""))
        return self.get_response(request)


def speak(language: str) -> None:
    """Turn to this language if the house speaks it."""
    if language in dict(settings.LANGUAGES):
        translation.activate(language)


def speak_in(company: Company, request: HttpRequest) -> None:
    """Turn to the company's language when the person has chosen none."""
    # Visitors of the demonstration share one person, who has chosen for nobody.
    if not getattr(request.user, "language", "") and not company.demo:
        speak(company.language)
