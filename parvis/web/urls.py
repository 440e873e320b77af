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
    drafting,
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
<<<<<<< HEAD
    journal,
=======
    joining,
>>>>>>> a0da86d (Mandates: their wording, the yes of both sides, who bears them, what they include each month, what becomes of what is scheduled when one stops; their pages and mails)
    labels,
    listening,
    mandates,
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
<<<<<<< HEAD
    *journal.urls,
=======
    *drafting.urls,
    *mandates.urls,
>>>>>>> a0da86d (Mandates: their wording, the yes of both sides, who bears them, what they include each month, what becomes of what is scheduled when one stops; their pages and mails)
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
    *joining.urls,
    *choices.urls,
    *patterns.urls,
    *connecting.outside,
    *media.outside,
    *mandates.outside,
    *hooks.urls,
    path("-/health", health.health, name="health"),
    path("accounts/", include("allauth.urls")),
    path("c/<slug:slug>/", include(inside)),
]

handler403 = "parvis.web.trouble.forbidden"
handler404 = "parvis.web.trouble.missing"
handler500 = "parvis.web.trouble.broken"
