"""What a wording of a mandate covers of what is scheduled or asked for under it: what a narrower one drops is not left as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import ngettext

from parvis.delegation.models import Action
from parvis.delegation.permits import VERBS_OF
from parvis.delegation.terms import Terms

SCHEDULES = "posts.schedule"


@dataclass(frozen=True, slots=True)
class Planned:
    """Something that waits to leave under a mandate: through which account, by which verb, on which of the company's days, of which pillar.

    `agreed` tells whether the company said yes to exactly this; it is asked only where that counts.
    """

    channel_id: int
    verb: str
    day: date
    pillar: int | None = None
    agreed: Callable[[], bool] = lambda: False


def dropped(before: Terms, after: Terms, planned: Planned) -> bool:
    """Tell whether the wording of before covered this, and the one after does not any more."""
    return _covers(before, planned, before) and not _covers(after, planned, before)


def narrows(before: Terms, after: Terms) -> bool:
    """Tell whether one wording allows anything that the other does not: an account, a verb there, a day, something that goes out alone."""
    days = before.first_day < after.first_day or after.last_day < before.last_day
    verbs = any(_verbs(before, int(channel)) - _verbs(after, int(channel)) for channel in before.accounts)
    return days or verbs or any(_fewer(before.alone.get(kind, "none"), after.alone.get(kind, "none")) for kind in ("posts", "answers"))


def _fewer(before: object, after: object) -> bool:
    if after == "all" or before == "none":
        return False
    return before == "all" or not (isinstance(before, list) and isinstance(after, list) and set(before) <= set(after))


def drops_request(before: Terms, after: Terms, verb: str, channels: Iterable[int], day: date | None) -> bool:
    """Tell whether what asks for a yes could be proposed under the wording of before, and not under the one after."""
    on = list(channels)
    return _proposes(before, verb, on, day) and not _proposes(after, verb, on, day)


def _covers(terms: Terms, planned: Planned, before: Terms) -> bool:
    verbs = _verbs(terms, planned.channel_id)
    if not terms.first_day <= planned.day <= terms.last_day:
        return False
    if planned.verb in verbs:
        return _alone(terms, planned, before) or planned.agreed()
    # What was proposed, and agreed to by the company, needs no more than the right to propose.
    return planned.verb == SCHEDULES and "posts.propose" in verbs and planned.agreed()


def _alone(terms: Terms, planned: Planned, before: Terms) -> bool:
    said = terms.alone.get("posts" if planned.verb == SCHEDULES else "answers", "none")
    if isinstance(said, str):
        return said == "all"
    if planned.verb == SCHEDULES:
        return planned.pillar in said
    # An answer waits for seconds, and what its message is about may have been corrected since: a topic that is dropped counts for all.
    earlier = before.alone.get("answers", "none")
    return isinstance(earlier, list) and set(earlier) <= set(said)


def _proposes(terms: Terms, verb: str, channels: Iterable[int], day: date | None) -> bool:
    if day is not None and not terms.first_day <= day <= terms.last_day:
        return False
    wanted = "posts.propose" if verb == SCHEDULES else verb
    return all(wanted in _verbs(terms, channel) for channel in channels)


def _verbs(terms: Terms, channel_id: int) -> frozenset[str]:
    return frozenset[str]().union(*(VERBS_OF[action] for action in terms.accounts.get(str(channel_id), ()) if action in Action.values))


def became(counts: Mapping[str, int]) -> list[str]:
    """Say what came of what a wording no longer covers, in the language of whoever reads it."""
    said = {
        "kept": ngettext("%(count)s departure leaves as planned.", "%(count)s departures leave as planned.", counts.get("kept", 0)),
        "held": ngettext(
            "%(count)s departure waits for the company’s word.", "%(count)s departures wait for the company’s word.", counts.get("held", 0)
        ),
        "cancelled": ngettext("%(count)s departure was taken back.", "%(count)s departures were taken back.", counts.get("cancelled", 0)),
        "too_late": ngettext("%(count)s had begun to leave.", "%(count)s had begun to leave.", counts.get("too_late", 0)),
        "closed": ngettext("%(count)s request for a yes was closed.", "%(count)s requests for a yes were closed.", counts.get("closed", 0)),
    }  # fmt: skip
    return [words % {"count": counts[name]} for name, words in said.items() if counts.get(name)]
