"""Screens: Today. What waits for a person, what left, what went wrong, and an end to the list."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from parvis.web.gate import Inside, member


@member
def today(request: Inside) -> HttpResponse:
    """Show what waits for this company's people."""
    return render(request, "home/today.html", {"place": "today"})


urls = [path("", today, name="home")]
