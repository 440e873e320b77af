"""Screens: composing."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import path

from parvis.web import gate


@gate.member
def compose(request: gate.Inside, pk: int) -> HttpResponse:
    """Edit."""
    return HttpResponse("")


urls = [path("posts/<int:pk>/edit/", compose, name="compose")]
