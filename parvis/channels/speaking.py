"""A link by which somebody decides speaks for whoever made it, and no longer than these could say it themselves; never for whoever bears
the mandate that is decided about."""

from __future__ import annotations

from datetime import datetime

from parvis.channels.standing import actor_of
from parvis.delegation import linking
from parvis.delegation.approvals import steps_of, thing_of
from parvis.delegation.circuits import may_say
from parvis.delegation.linking import LinkOver
from parvis.delegation.models import Bearer, YesLink
from parvis.people.models import Member


def opened(token: str, now: datetime) -> YesLink:
    """Return the link of this secret, as `linking.opened` does, while whoever made it may still say this yes. Raises LinkOver."""
    link = linking.opened(token, now)
    check(link, now)
    return link


def check(link: YesLink, now: datetime) -> None:
    """Raise LinkOver where whoever made a link may not say this yes any more, or whoever it was sent to bears the mandate by now.

    One that nobody made is nobody's to close.
    """
    if (link.by_id is not None and not _speaks(link, now)) or _bears(link):
        raise LinkOver("revoked", link)


def _bears(link: YesLink) -> bool:
    """Tell whether a link went to the address of somebody who would agree to their own work by it."""
    mandate_id = link.approval.mandate_id
    if not link.email or mandate_id is None:
        return False
    return Bearer.objects.filter(mandate=mandate_id, member__user__email__iexact=link.email).exists()


def _speaks(link: YesLink, now: datetime) -> bool:
    approval = link.approval
    places = Member.objects.select_related("user", "company", "made")
    place = places.filter(company=approval.company_id, user=link.by_id, user__is_active=True).first()
    steps = steps_of(approval)
    if place is None or link.step >= len(steps):
        return False
    by, step = actor_of(place, now), steps[link.step]
    return may_say(step, by, thing=thing_of(approval), mandate_id=approval.mandate_id, asker=approval.by_id)
