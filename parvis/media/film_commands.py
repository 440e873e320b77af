"""What is done with a video: the part to show, the still that stands for it, its captions."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePath

from parvis.audit.commands import record
from parvis.core.db import writing
from parvis.core.say import Say, gettext_noop
from parvis.media import captions, commands, files, films, footage
from parvis.media.commands import Unclear
from parvis.media.models import Asset, Rendition, Subtitles
from parvis.people.actors import Actor
from parvis.people.permissions import may

LEAST_SECONDS = 1.0
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")


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
    cut_asset = Asset.objects.get(pk=asset.pk)
    cut_asset.probed.pop("cut", None)
    if not all_of_it:
        cut_asset.probed["cut"] = [round(start, 2), round(min(end, whole), 2)]
    turned = _turned(cut_asset, asset.subtitles.all())
    with writing():
        Asset.objects.filter(pk=asset.pk).update(probed=cut_asset.probed)
        asset.renditions.filter(recipe__startswith="captions ").delete()
        Rendition.objects.bulk_create(turned)
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


def add_captions(*, asset: Asset, content: bytes, language: str, name: str, by: Actor, now: datetime) -> Subtitles:
    """Keep the captions of a video in one language, in place of those it had; they are turned at once into the other type too.

    Raises NotAllowed, captions.Broken (with the line), Unclear, files.NoRoom.
    """
    may(by, "media.write", asset.company_id)
    if not LANGUAGE.fullmatch(language):
        raise Unclear(Say(gettext_noop("Choose the language of these captions.")))
    kind, cues = captions.read(content)
    if asset.seconds and cues[-1].start > asset.seconds * 1000 + 500:
        told = gettext_noop(
            "Line %(line)s: this caption begins after the end of the video (%(seconds)s s). Check that they belong together."
        )
        raise captions.Broken(told, cues[-1].line, seconds=round(asset.seconds))
    content = captions.write(cues, kind)
    facts = {"digest": files.keep(content), "mime": kind, "size": len(content), "name": name[:200]}
    row = Subtitles(asset=asset, language=language, **facts)
    turned = _turned(asset, [row])
    with writing():
        row, _ = Subtitles.objects.update_or_create(asset=asset, language=language, defaults=facts)
        asset.renditions.filter(recipe__startswith=f"captions {language} ").delete()
        Rendition.objects.bulk_create(turned)
        record(
            "media:captions:added", by=by, now=now, company_id=asset.company_id, object_id=asset.pk, label=asset.name, language=language
        )  # fmt: skip
    return row


def _turned(asset: Asset, rows: Iterable[Subtitles]) -> list[Rendition]:
    """Write captions in every type that a network takes, with the times of the part that is shown."""
    start, end = (round(moment * 1000) for moment in films.part(asset))
    made = []
    for row in rows:
        cues = captions.between(captions.read(files.read(row.digest))[1], start, end)
        for mime in (captions.SRT, captions.VTT) if cues else ():
            content = captions.write(cues, mime)
            name = f"captions {row.language} {mime}"
            made.append(Rendition(asset=asset, recipe=name, digest=files.keep(content), mime=mime, width=0, height=0, size=len(content)))
    return made


def remove_captions(*, asset: Asset, language: str, by: Actor, now: datetime) -> None:
    """Take the captions of one language off a video. Raises NotAllowed."""
    may(by, "media.write", asset.company_id)
    with writing():
        if Subtitles.objects.filter(asset=asset, language=language).delete()[0]:
            asset.renditions.filter(recipe__startswith=f"captions {language} ").delete()
            record(
                "media:captions:removed", by=by, now=now, company_id=asset.company_id, object_id=asset.pk, label=asset.name,
                language=language,
            )  # fmt: skip
