"""Reading the shelf, and what stands in a picture's way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from parvis.core import clock
from parvis.core.say import Say, gettext_noop
from parvis.media import fitting
from parvis.media.models import Asset, Consent, Kind, Making, Rendition, Subtitles
from parvis.media.shelf import SCREEN, SMALL
from parvis.people.models import Company

PAGE = 48
SOON = timedelta(days=30)
JUST = timedelta(minutes=10)
MOST_MAKINGS = 12
Which = Literal["all", "pictures", "videos", "documents", "undescribed", "ending", "removed"]
KINDS = {"pictures": Kind.PICTURE, "videos": Kind.VIDEO, "documents": Kind.DOCUMENT}


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of the library, newest first; `next` is the key of the following page, empty at the end."""

    assets: Sequence[Asset]
    next: str


def of(company: Company) -> QuerySet[Asset]:
    """Return the company's pictures, videos and documents, the removed ones too."""
    return Asset.objects.filter(company=company)


def named(digest: str) -> bool:
    """Tell whether a file is of something here, whosever it is."""
    return any(rows.objects.filter(digest=digest).exists() for rows in (Asset, Rendition, Subtitles))


def shelf(company: Company, *, which: Which = "pictures", after: str = "", on: date, most: int = PAGE) -> Shelf:
    """Return one page of what is on the shelf. `after` is the key of the last one seen; a key that cannot be read starts at the top."""
    rows = _which(of(company), which, on)
    key = _key(after)
    if key is not None:
        rows = rows.filter(Q(created_at__lt=key[0]) | Q(created_at=key[0], pk__lt=key[1]))
    found = list(rows.order_by("-created_at", "-pk")[: most + 1])
    last = found[most - 1] if len(found) > most else None
    return Shelf(found[:most], f"{last.created_at.isoformat()}~{last.pk}" if last else "")


def _which(rows: QuerySet[Asset], which: Which, on: date) -> QuerySet[Asset]:
    if which == "removed":
        return rows.filter(removed_at__isnull=False)
    rows = rows.filter(removed_at__isnull=True)
    if which in KINDS:
        return rows.filter(kind=KINDS[which])
    if which == "undescribed":
        return rows.filter(alt="", decorative=False).exclude(kind=Kind.DOCUMENT)
    if which == "ending":
        mine = Consent.objects.filter(asset=OuterRef("pk"))
        return rows.filter(Exists(mine.filter(Q(withdrawn_on__isnull=False) | Q(ends_on__lte=on + SOON))))
    return rows


def _key(after: str) -> tuple[datetime, int] | None:
    moment, _, pk = after.partition("~")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (at, int(pk)) if pk.isdecimal() and len(pk) < 19 and at.tzinfo else None


def whole(rows: QuerySet[Asset]) -> QuerySet[Asset]:
    """Bring the consents with the pictures, for `trouble`, in one query."""
    return rows.prefetch_related(Prefetch("consents", Consent.objects.order_by("-given_on", "-pk")))


def trouble(asset: Asset, on: date) -> list[Say]:
    """Say why this picture may not be shown on that day: an agreement that is missing, ended or taken back. Empty when it may."""
    if asset.removed_at is not None:
        return [Say(gettext_noop("“%(name)s” was taken off the shelf. Put it back, or choose another picture."), {"name": asset.name})]
    if not asset.shows_people:
        return []
    consents = sorted(asset.consents.all(), key=lambda c: (c.given_on, c.pk))
    if not consents:
        return [
            Say(
                gettext_noop("Somebody can be recognised on “%(name)s”, and no agreement is written down. Write it on the picture’s page."),
                {"name": asset.name},
            )
        ]
    good = {c.person for c in consents if stands(c, on) and not _taken_back(c, consents)}
    return [*{c.person: _why_not(c, on) for c in consents if c.person not in good}.values()]


def _taken_back(consent: Consent, consents: Sequence[Consent]) -> bool:
    """Tell whether the person took back this agreement or a later one: that speaks for the earlier ones too."""
    return any(c.withdrawn_on is not None and c.person == consent.person and c.pk >= consent.pk for c in consents)


def stands(consent: Consent, on: date) -> bool:
    """Tell whether an agreement holds on that day."""
    return consent.withdrawn_on is None and consent.given_on <= on and (consent.ends_on is None or on <= consent.ends_on)


def _why_not(consent: Consent, on: date) -> Say:
    if consent.withdrawn_on is not None:
        return Say(gettext_noop("%(person)s took back their agreement to be shown on “%(name)s”. Choose another picture."), _facts(consent))
    if consent.given_on > on:
        return Say(
            gettext_noop("The agreement of %(person)s to be shown on “%(name)s” only begins on %(day)s."),
            _facts(consent) | {"day": f"{consent.given_on:%d/%m/%Y}"},
        )
    ended = f"{consent.ends_on:%d/%m/%Y}" if consent.ends_on else ""
    return Say(
        gettext_noop("The agreement of %(person)s to be shown on “%(name)s” ends on %(day)s. Ask them again, or choose another picture."),
        _facts(consent) | {"day": ended},
    )


def _facts(consent: Consent) -> dict[str, str | int]:
    return {"person": consent.person, "name": consent.asset.name}


def undescribed(asset: Asset) -> bool:
    """Tell whether nobody has described the picture nor said that it needs no description."""
    return not asset.alt and not asset.decorative and asset.kind != Kind.DOCUMENT


def makings(company: Company, *, asset_id: int | None = None) -> list[Making]:
    """Return the jobs that a person wants to see: those under way, what failed or was stopped, and what has just been made."""
    rows = Making.objects.filter(asset__company=company, asset__removed_at=None).select_related("asset")
    if asset_id is not None:
        rows = rows.filter(asset_id=asset_id)
    new = Q(state="done", changed_at__gte=clock.now() - JUST)
    return list(rows.filter(Q(state__in=("waiting", "working", "failed", "cancelled")) | new).order_by("-pk")[:MOST_MAKINGS])


@dataclass(frozen=True, slots=True)
class Served:
    """A file that may be shown to this company's members."""

    digest: str
    mime: str


def served(company: Company, digest: str, size: Literal["small", "screen", "full"]) -> Served | None:
    """Find the file that shows a picture in one size, or None where this company has no such picture."""
    asset = of(company).filter(digest=digest).first()
    if asset is None:
        made = Rendition.objects.filter(digest=digest, asset__company=company).first()
        lines = None if made else Subtitles.objects.filter(digest=digest, asset__company=company).first()
        found = made or lines
        return Served(found.digest, found.mime) if found else None
    rule = {"small": SMALL, "screen": SCREEN}.get(size)
    made = Rendition.objects.filter(asset=asset, recipe=fitting.recipe(rule)).first() if rule else None
    if made is None and rule and asset.kind != Kind.PICTURE:
        return None
    return Served(made.digest, made.mime) if made else Served(asset.digest, asset.mime)
