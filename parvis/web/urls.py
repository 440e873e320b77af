"""Every address of the house. What belongs to a company stands under `/c/<slug>/` and passes the gate."""

from __future__ import annotations

from django.urls import include, path

from parvis.web import (
    approvals,
    card,
    channels,
    choices,
    composing,
    connecting,
    correcting,
    deciding,
    emergency,
    entrance,
    films,
    framing,
    hand,
    health,
    home,
    hooks,
    hours,
    inbox,
    journal,
    labels,
    listening,
    measuring,
    media,
    minding,
    patterns,
    people,
    person,
    posts,
    promise,
    ready,
    replying,
    revising,
    shaping,
    talking,
    voice,
)

inside = [
    *home.urls,
    *approvals.urls,
    *deciding.urls,
    *emergency.urls,
    *people.urls,
    *journal.urls,
    *voice.urls,
    *hours.urls,
    *promise.urls,
    *measuring.urls,
    *channels.urls,
    *hand.urls,
    *card.urls,
    *connecting.urls,
    *films.urls,
    *framing.urls,
    *media.urls,
    *posts.urls,
    *revising.urls,
    *composing.urls,
    *correcting.urls,
    *shaping.urls,
    *inbox.urls,
    *listening.urls,
    *ready.urls,
    *labels.urls,
    *talking.urls,
    *replying.urls,
    *minding.urls,
    *person.urls,
]

urlpatterns = [
    *entrance.urls,
    *choices.urls,
    *patterns.urls,
    *connecting.outside,
    *media.outside,
    *hooks.urls,
    path("-/health", health.health, name="health"),
    path("accounts/", include("allauth.urls")),
    path("c/<slug:slug>/", include(inside)),
]

handler403 = "parvis.web.trouble.forbidden"
handler404 = "parvis.web.trouble.missing"
handler500 = "parvis.web.trouble.broken"
