"""What is done with pictures, videos and documents: taken in, described, agreed to, taken away and brought back."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import PurePath
from typing import BinaryIO

from django.db.models import Q

from parvis.audit.commands import record
from parvis.core.db import writing
from parvis.core.say import Say, gettext_noop
from parvis.media import documents, files, fitting, footage, intake
from parvis.media.models import Asset, Consent, Kind, Rendition
from parvis.media.queries import named
from parvis.media.shelf import SCREEN, SMALL
from parvis.networks.facts import ImageRule
from parvis.people.actors import Actor
from parvis.people.models import Company
from parvis.people.permissions import may


class Unclear(Exception):
    """What was filled in cannot be kept as it is; `why` says which part, and why."""

    def __init__(self, why: Say) -> None:
        super().__init__(str(why))
        self.why = why


def take(*, company: Company, file: BinaryIO, name: str, by: Actor, now: datetime) -> Asset:
    """Keep a picture, a video or a document, as its first bytes say. The same content sent twice is the same asset.

    Raises NotAllowed, intake.NotTaken (with a sentence), files.NoRoom.
    """
    may(by, "media.write", company.id)
    sort = intake.sort(intake.head_of(file))
    if sort == "video":
        film = footage.take(file)
        row = Asset(
            company=company, kind=Kind.VIDEO, digest=film.digest, mime=film.mime, width=film.width, height=film.height, size=film.size
        )
        row.seconds, row.probed = film.seconds, film.made_of
        return _shelve(row, name, _sizes(film.still, (SMALL, SCREEN)), by, now)
    if sort == "document":
        paper = documents.take(file)
        row = Asset(
            company=company,
            kind=Kind.DOCUMENT,
            digest=paper.digest,
            mime=paper.mime,
            width=paper.width,
            height=paper.height,
            size=paper.size,
        )
        row.pages = paper.pages
        return _shelve(row, name, [], by, now)
    return take_in(company=company, file=file, name=name, by=by, now=now)


def take_in(*, company: Company, file: BinaryIO, name: str, by: Actor, now: datetime) -> Asset:
    """Keep a picture, cleaned of everything but its pixels. The same content sent twice is the same asset.

    Raises NotAllowed, intake.NotTaken (with a sentence), files.NoRoom.
    """
    may(by, "media.write", company.id)
    clean = intake.clean(file)
    row = Asset(
        company=company, digest=files.keep(clean.content), mime=clean.mime, width=clean.width, height=clean.height, size=len(clean.content)
    )
    sizes = _sizes(clean.content, [rule for rule in (SMALL, SCREEN) if max(clean.width, clean.height) > rule.side])
    return _shelve(row, name, sizes, by, now)


def _sizes(content: bytes, rules: Iterable[ImageRule]) -> list[Rendition]:
    """Make the sizes in which the house itself shows a picture."""
    made = [(fitting.recipe(rule), fitting.make(content, rule)) for rule in rules]
    return [
        Rendition(recipe=name, digest=files.keep(one.content), mime=one.mime, width=one.width, height=one.height, size=len(one.content))
        for name, one in made
    ]


def _shelve(row: Asset, name: str, sizes: list[Rendition], by: Actor, now: datetime) -> Asset:
    company = row.company
    row.name, row.by_id, row.created_at = _name(name), by.user_id, now
    with writing():
        Asset.objects.bulk_create([row], ignore_conflicts=True)
        asset = Asset.objects.get(company=company, digest=row.digest)
        back = Asset.objects.filter(pk=asset.pk, removed_at__isnull=False).update(removed_at=None)
        for size in sizes:
            size.asset = asset
        Rendition.objects.bulk_create(sizes, ignore_conflicts=True)
        asset.refresh_from_db()
        record(
            "media:asset:restored" if back else "media:asset:taken",
            by=by,
            now=now,
            company_id=company.id,
            object_id=asset.id,
            label=asset.name,
        )
    return asset


def _name(name: str) -> str:
    """Return the file's own name, without folders and without what cannot be shown."""
    plain = PurePath(name.replace("\\", "/")).name
    return "".join(c for c in plain if unicodedata.category(c)[0] != "C").strip()[:200] or "file"


def describe(*, asset: Asset, alt: str, decorative: bool, by: Actor, now: datetime) -> None:
    """Write the picture's description for whoever does not see it, or say that nobody needs one. Raises NotAllowed."""
    may(by, "media.write", asset.company_id)
    alt = alt.strip()
    with writing():
        Asset.objects.filter(pk=asset.pk).update(alt=alt, decorative=decorative and not alt)
        record(
            "media:asset:described",
            by=by,
            now=now,
            company_id=asset.company_id,
            object_id=asset.id,
            label=asset.name,
            waived=decorative and not alt,
        )
    asset.refresh_from_db()


def say_people(*, asset: Asset, shown: bool, by: Actor, now: datetime) -> None:
    """Write whether somebody can be recognised on the picture. Raises NotAllowed."""
    may(by, "consents.write", asset.company_id)
    with writing():
        Asset.objects.filter(pk=asset.pk).update(shows_people=shown)
        record("media:asset:people_said", by=by, now=now, company_id=asset.company_id, object_id=asset.id, label=asset.name, shown=shown)
    asset.refresh_from_db()


def note_consent(*, asset: Asset, person: str, given_on: date, ends_on: date | None, note: str, by: Actor, now: datetime) -> Consent:
    """Write that a person agreed to be shown, from one day until another (None: no end). Raises NotAllowed, Unclear."""
    may(by, "consents.write", asset.company_id)
    person = person.strip()
    if not person:
        raise Unclear(Say(gettext_noop("Write the name of the person who agreed.")))
    if ends_on is not None and ends_on < given_on:
        raise Unclear(Say(gettext_noop("This agreement would end before it was given. Check the two dates.")))
    with writing():
        consent = Consent.objects.create(
            asset=asset, person=person[:120], given_on=given_on, ends_on=ends_on, note=note.strip()[:300], by_id=by.user_id
        )
        Asset.objects.filter(pk=asset.pk).update(shows_people=True)
        record("media:consent:noted", by=by, now=now, company_id=asset.company_id, object_id=asset.id, label=asset.name, consent=consent.id)
    asset.refresh_from_db()
    return consent


def withdraw_consent(*, consent: Consent, on: date, by: Actor, now: datetime) -> None:
    """Write that a person took their agreement back. Raises NotAllowed."""
    _withdrawn(consent, was=None, becomes=on, by=by, now=now, verb="media:consent:withdrawn")


def reinstate_consent(*, consent: Consent, by: Actor, now: datetime) -> None:
    """Undo a withdrawal that was a slip. Raises NotAllowed."""
    _withdrawn(consent, was=consent.withdrawn_on, becomes=None, by=by, now=now, verb="media:consent:reinstated")


def _withdrawn(consent: Consent, *, was: date | None, becomes: date | None, by: Actor, now: datetime, verb: str) -> None:
    company_id = consent.asset.company_id
    may(by, "consents.write", company_id)
    same = Q(withdrawn_on__isnull=True) if was is None else Q(withdrawn_on=was)
    with writing():
        if Consent.objects.filter(same, pk=consent.pk).update(withdrawn_on=becomes):
            record(verb, by=by, now=now, company_id=company_id, object_id=consent.asset_id, label=consent.asset.name, consent=consent.id)
    consent.refresh_from_db()


def remove(*, asset: Asset, by: Actor, now: datetime) -> None:
    """Take the picture off the shelf; `restore` brings it back. Posts that have left keep theirs. Raises NotAllowed."""
    may(by, "media.write", asset.company_id)
    with writing():
        if Asset.objects.filter(pk=asset.pk, removed_at__isnull=True).update(removed_at=now):
            record("media:asset:removed", by=by, now=now, company_id=asset.company_id, object_id=asset.id, label=asset.name)
    asset.refresh_from_db()


def restore(*, asset: Asset, by: Actor, now: datetime) -> None:
    """Put a removed picture back on the shelf. Raises NotAllowed."""
    may(by, "media.write", asset.company_id)
    with writing():
        if Asset.objects.filter(pk=asset.pk, removed_at__isnull=False).update(removed_at=None):
            record("media:asset:restored", by=by, now=now, company_id=asset.company_id, object_id=asset.id, label=asset.name)
    asset.refresh_from_db()


def sweep(*, used_elsewhere: frozenset[str], now: datetime) -> int:
    """Delete the files that no row names (`used_elsewhere`: what other rooms name, such as avatars); return how many."""

    def is_used(digest: str) -> bool:
        return digest in used_elsewhere or named(digest)

    return files.sweep(is_used, now=now)
