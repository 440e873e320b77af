"""Screens: what waits for a yes, one request, and what is decided of it."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from parvis.core import clock
from parvis.delegation.models import Approval
from parvis.posts import approving
from parvis.posts.approving import Settled
from parvis.web.calendar import next_page
from parvis.web.gate import Inside, member, one
from parvis.web.htmx import back, tell
from parvis.web.stopping import stopped


def rows() -> QuerySet[Approval]:
    """Return the requests, for the gate."""
    return Approval.objects.select_related("company", "mandate", "by")


@require_POST
@member("approvals.read", post="approvals.read")
def withdraw(request: Inside, pk: int) -> HttpResponse:
    """Take a request back."""
    approval = one(rows(), request.company, pk)
    try:
        approving.withdraw(approval=approval, by=request.actor, now=clock.now())
        tell(request, _("The request is taken back: nobody is asked for a yes any more. What you wrote is kept."))
    except Settled as error:
        tell(request, stopped(error), tone="wait")
    return back(request, next_page(request, reverse("home", args=[request.company.slug])))


urls = [path("approvals/<int:pk>/withdrawal/", withdraw, name="approval-withdrawal")]
