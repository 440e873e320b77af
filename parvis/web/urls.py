"""Every address of the house. What belongs to a company stands under `/c/<slug>/` and passes the gate."""

from __future__ import annotations

from django.urls import include, path

from parvis.web import channels, choices, composing, home, media, patterns, people, posts

inside = [*home.urls, *people.urls, *channels.urls, *media.urls, *posts.urls, *composing.urls]

urlpatterns = [
    *choices.urls,
    *patterns.urls,
    path("accounts/", include("allauth.urls")),
    path("c/<slug:slug>/", include(inside)),
]
