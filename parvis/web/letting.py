"""Letting a post go, from any page: it leaves, or it asks for the yes that it needs, and the person is told which."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from parvis.delegation.models import Approval
from parvis.posts import approving
from parvis.posts.approving import NeedsYes
from parvis.posts.models import Post
from parvis.web import reading
from parvis.web.gate import Inside
from parvis.web.htmx import tell


def let_go(request: Inside, post: Post, how: str, at: datetime | None, now: datetime) -> approving.Left:
    """Have a post leave: at `at`, or at the next free slot (`how` is "free"), or at once ("now"). What it waits for is told here."""
    if how == "free":
        left = approving.leave_next_free(post=post, by=request.actor, now=now)
    else:
        left = approving.leave(post=post, at=None if how == "now" else at or now, by=request.actor, now=now)
    if left.asked:
        tell_asked(request, left.asked)
    return left


def ask_instead(request: Inside, post: Post, error: NeedsYes, now: datetime) -> Approval:
    """Ask for the yes without which a command did nothing. Raises what `approving.propose` raises."""
    at = None if error.at is None or error.at <= now else error.at
    asked = approving.propose(post=post, at=at, by=request.actor, now=now, asks=error.asks)
    tell_asked(request, asked)
    return asked


def tell_asked(request: HttpRequest, asked: Approval) -> None:
    """Say that a yes is awaited, with the way to take the request back."""
    undo = reverse("approval-withdrawal", args=[request.company.slug, asked.pk])  # type: ignore[attr-defined]
    words = _("“%(title)s” waits for a yes: nothing leaves without it.")
    if asked.at is not None:
        words = _("“%(title)s” waits for a yes, to leave on %(when)s. Nothing leaves without it.")
    tell(request, words % {"title": asked.label, "when": reading.when(asked.at) if asked.at else ""}, tone="wait", undo=undo)
