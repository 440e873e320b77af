"""What a page shows of one request: exactly what would leave, what changed, who said what. The same for a member and for a link."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy

from parvis.channels.models import Channel
from parvis.channels.queries import known, spec_of
from parvis.delegation import requests
from parvis.delegation.approvals import OPEN, agreed
from parvis.delegation.circuits import POST
from parvis.delegation.models import Approval, Stage, Verdict
from parvis.networks.facts import Parcel, Spec
from parvis.people.models import Company
from parvis.posts.comparing import Compared, compare
from parvis.web.previews import Shown

# The sign, the tone and the word of where a request stands.
STAGES: dict[str, tuple[str, str, Any]] = {
    Stage.WAITING: ("user-check", "wait", gettext_lazy("waits for a yes")),
    Stage.HELD: ("hourglass", "wait", gettext_lazy("put off")),
    Stage.APPROVED: ("circle-check", "done", gettext_lazy("agreed to")),
    Stage.CHANGES: ("pencil-line", "wrong", gettext_lazy("changes asked for")),
    Stage.REFUSED: ("circle-x", "wrong", gettext_lazy("refused")),
    Stage.GONE: ("undo-2", "", gettext_lazy("no longer holds")),
    Stage.LAPSED: ("calendar-x", "wrong", gettext_lazy("its hour has passed")),
}
KEPT = ("circle-check", "wait", gettext_lazy("agreed to, after its hour"))
VERDICTS: dict[str, tuple[str, Any]] = {
    Verdict.YES: ("check", gettext_lazy("said yes")),
    Verdict.CHANGES: ("pencil-line", gettext_lazy("asked for changes")),
    Verdict.NO: ("x", gettext_lazy("said no")),
    Verdict.HOLD: ("hourglass", gettext_lazy("put it off")),
}
SOON = timedelta(hours=4)


@dataclass(slots=True)
class Account:
    """One account of a request, with its parts as its network will show them."""

    channel: Any
    spec: Spec
    parts: list[Shown] = field(default_factory=list)


@dataclass(slots=True)
class Line:
    """A request as a list shows it."""

    approval: Approval
    channels: list[Channel]
    soon: bool
    sign: str
    tone: str
    word: Any


def stage_of(approval: Approval) -> tuple[str, str, Any]:
    """Return the sign, the tone and the word of where a request stands."""
    return KEPT if approval.stage == Stage.LAPSED and agreed(approval) else STAGES[approval.stage]


def line(approval: Approval, channels: dict[int, Channel], now: datetime) -> Line:
    """Return a request as a list shows it."""
    soon = approval.stage in OPEN and approval.at is not None and approval.at - now < SOON
    return Line(approval, [channels[pk] for pk in approval.channels if pk in channels], soon, *stage_of(approval))


def accounts_of(approval: Approval) -> list[Account]:
    """Return what would leave through each account, from the very parcels that were sealed when the yes was asked for."""
    told = approval.content.get("accounts", [])
    rows = {row.pk: row for row in Channel.objects.filter(company=approval.company_id, pk__in=[one["channel"] for one in told])}
    return [_account(one, rows[one["channel"]]) for one in told if one["channel"] in rows]


def _account(told: dict[str, Any], channel: Channel) -> Account:
    spec = spec_of(channel)
    parts = [Shown.of(spec, Parcel.from_json(part), number, whole=True) for number, part in enumerate(told["parts"])]
    # The name and the picture are those that were shown; only a network that nobody knows any more has none of its own look.
    shown = {"name": told.get("name", ""), "handle": told["handle"], "avatar": told.get("avatar", ""), "network": channel.network}
    return Account(shown if known(channel) else channel, spec, parts)


def compared(approval: Approval, company: Company | None = None) -> Compared | None:
    """Return what changed since the version before; None where there is none, or where whoever asks (of `company`) may not see it."""
    earlier = requests.before(approval) if approval.version > 1 and approval.subject == POST else None
    if earlier is None or (company is not None and not requests.seen(company, [earlier])):
        return None
    return compare(earlier, approval)
