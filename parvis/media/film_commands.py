"""What is done with a video: the part to show, the still that stands for it, its captions."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import PurePath

from parvis.audit.commands import record
from parvis.core.db import writing
from parvis.core.say import Say, gettext_noop
from parvis.media import commands, footage
from parvis.media.commands import Unclear
from parvis.media.models import Asset
from parvis.people.actors import Actor
from parvis.people.permissions import may

LEAST_SECONDS = 1.0


def cut(*, asset: Asset, start: float, end: float, by: Actor, now: datetime) -> None:
    """Show only a part of a video, in seconds, wherever it leaves for; its whole length takes the cut away. The kept file stays whole.

    Raises NotAllowed, Unclear.
    """
    may(by, "media.write", asset.company_id)
    whole = asset.seconds or 0.0
    if not 0 <= start < end <= whole + 0.1:
        facts: dict[str, str | int] = {"whole": round(whole)}
        raise Unclear(Say(gettext_noop("The part must begin before it ends, and lie within the %(whole)s seconds of the video."), facts))
    if end - start < LEAST_SECONDS:
        raise Unclear(Say(gettext_noop("The part must last at least one second.")))
    all_of_it = start < 0.05 and end > whole - 0.05
    with writing():
        kept = Asset.objects.get(pk=asset.pk)
        kept.probed.pop("cut", None)
        if not all_of_it:
            kept.probed["cut"] = [round(start, 2), round(min(end, whole), 2)]
        kept.save(update_fields=["probed"])
        facts = {"start": f"{start:g}", "end": f"{end:g}"}
        verb = "media:video:whole" if all_of_it else "media:video:cut"
        record(verb, by=by, now=now, company_id=asset.company_id, object_id=asset.pk, label=asset.name, **facts)
    asset.refresh_from_db()


def choose_still(*, asset: Asset, at: float, by: Actor, now: datetime) -> Asset:
    """Let the frame of that second stand for the video where a network shows one; it becomes a picture of the shelf, and is returned.

    Slow. Raises NotAllowed, intake.NotTaken, files.Missing, files.NoRoom.
    """
    may(by, "media.write", asset.company_id)
    content = footage.still(asset.digest, asset.mime, min(max(0.0, at), max(0.0, (asset.seconds or 0.0) - 0.1)))
    name = f"{PurePath(asset.name).stem[:180]} {at:.1f} s.jpg"
    cover = commands.take_in(company=asset.company, file=io.BytesIO(content), name=name, by=by, now=now)
    with writing():
        Asset.objects.filter(pk=cover.pk, alt="").update(alt=asset.alt, decorative=asset.decorative, shows_people=asset.shows_people)
        Asset.objects.filter(pk=asset.pk).update(cover=cover)
        record("media:video:still_chosen", by=by, now=now, company_id=asset.company_id, object_id=asset.pk, label=asset.name)
    asset.refresh_from_db()
    return cover


def forget_still(*, asset: Asset, by: Actor, now: datetime) -> None:
    """Leave the still to each network again. Raises NotAllowed."""
    may(by, "media.write", asset.company_id)
    with writing():
        if Asset.objects.filter(pk=asset.pk, cover__isnull=False).update(cover=None):
            record("media:video:still_left", by=by, now=now, company_id=asset.company_id, object_id=asset.pk, label=asset.name)
    asset.refresh_from_db()
