"""Screens: what a person decides about a delivery that waits for them. Each answer is one POST, with or without a script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from parvis.core import clock
from parvis.posts import departures
from parvis.publishing import commands
from parvis.publishing.commands import OverCeiling, TooLate
from parvis.publishing.models import Delivery
from parvis.publishing.queries import of
from parvis.web import tags
from parvis.web.gate import Inside, member, one
from parvis.web.htmx import back, tell
from parvis.web.letting import ask_instead
from parvis.web.stopping import STOPS, stopped

Answer = Callable[[Inside, Delivery], str]


def _decision(answer: Answer) -> Callable[..., HttpResponse]:
    """Wrap an answer: find the delivery, carry it out, say what came of it, and go back where the person was."""

    @require_POST
    @member("deliveries.decide", post="deliveries.decide|posts.schedule|inbox.answer")
    def decided(request: Inside, pk: int) -> HttpResponse:
        delivery = one(of(request.company), request.company, pk)
        try:
            tell(request, answer(request, delivery))
        except TooLate as late:
            word = str(tags.STATES[late.state][2]).lower()
            tell(request, gettext("It had already moved on: %(state)s. Nothing was changed.") % {"state": word}, tone="wait")
        except OverCeiling:
            words = gettext("It stays here: it would still pass the month's ceiling. Raise the ceiling on the account's page first.")
            tell(request, words, tone="wait")
        except STOPS as stop:
            tell(request, f"{stopped(stop)} {gettext('It stays here.')}", tone="wrong")
        return back(request, _to(request))

    return decided


@_decision
def there(request: Inside, delivery: Delivery) -> str:
    """It is on the network: the engine stops looking."""
    address = request.POST.get("url", "").strip()
    kept = address if address.startswith(("https://", "http://")) else ""
    commands.say_there(delivery=delivery, url=kept, by=request.actor, now=clock.now())
    return gettext("Noted: it is there. Nothing will be sent again.")


@_decision
def again(request: Inside, delivery: Delivery) -> str:
    """It is not there: send it."""
    commands.send_again(delivery=delivery, by=request.actor, now=clock.now())
    return gettext("It leaves again now.")


@_decision
def leave_now(request: Inside, delivery: Delivery) -> str:
    """It is late and may leave all the same."""
    now = clock.now()
    try:
        departures.release(delivery=delivery, by=request.actor, now=now)
    except departures.NeedsYes as error:
        departure: Any = delivery.departure
        ask_instead(request, departure.variant.post, error, now)
        return gettext("It stays here until the yes to another hour is there.")
    return gettext("It leaves now.")


@_decision
def cancel(request: Inside, delivery: Delivery) -> str:
    """It shall not leave any more; the text stays as a draft."""
    departure: Any = getattr(delivery, "departure", None)
    if departure is None:
        commands.cancel(delivery=delivery, by=request.actor, now=clock.now())
    else:
        outcome = departures.unschedule(post=departure.variant.post, channel_id=delivery.channel_id, by=request.actor, now=clock.now())
        if not outcome.done and outcome.too_late:
            raise TooLate(outcome.too_late[0].state)
    return gettext("Taken back. What you wrote is kept.")


def _to(request: HttpRequest) -> str:
    to = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return to if safe else reverse("home", args=[request.company.slug])  # type: ignore[attr-defined]


urls = [
    path("deliveries/<int:pk>/there/", there, name="delivery-there"),
    path("deliveries/<int:pk>/again/", again, name="delivery-again"),
    path("deliveries/<int:pk>/now/", leave_now, name="delivery-now"),
    path("deliveries/<int:pk>/cancel/", cancel, name="delivery-cancel"),
]
