"""Screens: every component in every state, on one page, from the same templates as the real pages. No company's data."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path


def patterns(request: HttpRequest) -> HttpResponse:
    """Show every component in every state."""
    return render(request, "patterns/page.html", {})


urls = [path("-/patterns", patterns, name="patterns")]
