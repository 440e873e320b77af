"""Jobs that make a video fit a network: claimed by a lease, done by a child, told twice a second, stopped within a second.

Any number of workers may ask for one. A worker that dies lets its lease lapse, and the job is taken up again.
"""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q

from parvis.audit.commands import record
from parvis.core import clock
from parvis.core.db import AWAY, hang_up, writing
from parvis.core.say import Say, gettext_noop
from parvis.media import files
from parvis.media.children import FILM, Child, Failed, format_of
from parvis.media.models import Making, Rendition
from parvis.people.actors import HOUSE

log = logging.getLogger(__name__)
# A job whose workers died so often is what kills them.
MOST_TRIES = 3
LEAST_LEASE = timedelta(seconds=5)
WORDS = {
    "full": files.NoRoom.why.text,
    "memory": gettext_noop(
        "Making “%(name)s” fit asks for more memory than is given to one video. Export it in 1080p, then send that one."
    ),
    "slow": gettext_noop("Making “%(name)s” fit took too long, so it was stopped. Choose a shorter part of it, or export it in 1080p."),
    "heavy": gettext_noop("“%(name)s” could not be made light enough for this network. Choose a shorter part of it."),
    "died": gettext_noop("Making “%(name)s” fit was begun three times and never ended. Export it as MP4 (H.264), then send that one."),
    "gone": gettext_noop("The file of “%(name)s” is no longer on the disk. Send the video again."),
    "broken": gettext_noop("“%(name)s” is broken further on than was seen at first. Export it again, then send that one."),
}


def lease() -> timedelta:
    """Return for how long a silent worker keeps a job."""
    return max(LEAST_LEASE, timedelta(seconds=settings.LEASE_SECONDS))


def claim(worker: str, now: datetime) -> Making | None:
    """Take the oldest job that waits, or whose worker is silent; None where there is none. One that kills its workers is given up."""
    free = Making.objects.filter(Q(state="waiting") | Q(state="working", lease_until__lt=now)).select_related("asset").order_by("id")
    for making in free[:5]:
        same = Making.objects.filter(pk=making.pk, state=making.state, lease_until=making.lease_until, tries=making.tries)
        if making.tries >= MOST_TRIES:
            _give_up(making, same, now)
            continue
        taken = {"state": "working", "worker": worker, "lease_until": now + lease(), "tries": making.tries + 1, "changed_at": now}
        with writing():
            won = same.update(**taken, progress=0.0, doing="")
        if won:
            making.refresh_from_db()
            return making
    return None


def _give_up(making: Making, same: Any, now: datetime) -> None:
    with writing():
        same.update(state="failed", told=_said("died", making).to_json(), changed_at=now)


def work(worker: str, stop: threading.Event) -> Making | None:
    """Do one job to its end, if one waits, and return it as it then is. `stop` gives it back to others within a second."""
    making = claim(worker, clock.now())
    if making is None:
        return None
    held = _Held(making, worker)
    try:
        _do(held, stop)
    except Failed as error:
        held.end({"state": "failed", "told": _said(error.word, making).to_json()})
    except files.NoRoom as error:
        held.end({"state": "failed", "told": error.why.to_json()})
    making.refresh_from_db()
    return making


class _Held:
    """A job in one worker's hands: every write says that it still is."""

    def __init__(self, making: Making, worker: str) -> None:
        self.making = making
        self._mine = Making.objects.filter(pk=making.pk, worker=worker, state="working", tries=making.tries)
        self._until = clock.now() + lease()

    def told(self, share: float) -> bool:
        """Keep the progress and the lease; False once the job is no longer ours: stopped by a person, or taken by another."""
        now = clock.now()
        try:
            with writing():
                ours = self._mine.update(progress=min(1.0, share), lease_until=now + lease(), changed_at=now)
        except AWAY as error:
            log.warning("the progress of making %s could not be kept: %s", self.making.pk, error)
            hang_up()
            return now < self._until
        self._until = now + lease()
        return bool(ours)

    def end(self, to: dict[str, Any], row: Rendition | None = None) -> None:
        """Write how it ended, with what was made; nothing where it is no longer ours."""
        now, asset = clock.now(), self.making.asset
        with writing():
            if not self._mine.update(**to, lease_until=None, changed_at=now):
                return
            if row is not None:
                Rendition.objects.filter(asset=asset, recipe=row.recipe).delete()
                row.save(force_insert=True)
            if to["state"] != "waiting":
                verb = "media:making:done" if row else "media:making:failed"
                record(verb, by=HOUSE, now=now, company_id=asset.company_id, object_id=asset.pk, label=asset.name)


def _do(held: _Held, stop: threading.Event) -> None:
    making, asset = held.making, held.making.asset
    if not files.exists(asset.digest):
        raise Failed("gone")
    with files.drafted(f"making-{making.pk}") as target:
        job = {"do": "make", "source": str(files.path(asset.digest)), "format": format_of(asset.mime), "target": str(target)}
        child = Child(FILM, {**job, "plan": making.rule["plan"]}, seconds=settings.FILM_SECONDS)
        until = clock.steady() + settings.FILM_SECONDS
        try:
            for share in child:
                if stop.is_set():
                    held.end({"state": "waiting", "tries": making.tries - 1})
                    return
                if not held.told(share):
                    return
                if clock.steady() > until:
                    raise Failed("slow")
        finally:
            child.kill()
        held.end({"state": "done", "progress": 1.0, "told": None}, _row(making, target, child.done or {}))


def _row(making: Making, target: Path, facts: dict[str, Any]) -> Rendition:
    size = target.stat().st_size
    if size > making.rule["bytes"]:
        raise Failed("heavy")
    row = Rendition(asset=making.asset, recipe=making.recipe, mime=facts["mime"], size=size, seconds=facts["seconds"])
    row.width, row.height, row.digest = facts["width"], facts["height"], files.adopt(target)
    return row


def _said(word: str, making: Making) -> Say:
    facts: dict[str, str | int] = {} if word == "full" else {"name": making.asset.name}
    return Say(WORDS.get(word, WORDS["broken"]), facts)
