"""The pictures of those who write: fetched from their network by this machine, made small and anew, so that no browser asks elsewhere.

A picture goes with its card; what nothing names any more is taken off the disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from parvis.channels import avatars
from parvis.channels.models import Channel
from parvis.core.db import writing
from parvis.inbox.models import Face, Person
from parvis.media import files
from parvis.media.queries import named

# A face is fetched for whoever wrote lately: an account's whole history is not.
LATELY, MOST = timedelta(days=30), 20
AGAIN = timedelta(days=1)


def note(told: Mapping[int, str], now: datetime) -> None:
    """Keep where a network has the picture of these persons (by id). Inside the transaction of whoever heard them.

    A new address is fetched; the same one is not.
    """
    told = {pk: url for pk, url in told.items() if url}
    if not told:
        return
    had = dict(Face.objects.filter(person__in=told).values_list("person_id", "url"))
    new = [Face(person_id=pk, url=url, due_at=now) for pk, url in told.items() if pk not in had]
    Face.objects.bulk_create(new, ignore_conflicts=True)
    for pk, url in told.items():
        if pk in had and had[pk] != url:
            Face.objects.filter(person=pk).update(url=url, due_at=now)


def _due(now: datetime) -> QuerySet[Face]:
    return Face.objects.filter(due_at__isnull=False, due_at__lte=now, person__last_at__gt=now - LATELY)


def any_due(now: datetime) -> bool:
    """Tell whether a picture is to be fetched."""
    return _due(now).exists()


def fetch_due(now: datetime) -> int:
    """Fetch the pictures that are due, of whoever wrote last first; return how many were kept. A failed one is tried again next day."""
    count = 0
    for face in _due(now).select_related("person").order_by("-person__last_at")[:MOST]:
        body = avatars.fetch(settings.HTTP, face.url)
        digest = files.keep(body) if body else ""
        with writing():
            if Face.objects.filter(pk=face.pk, url=face.url).update(due_at=None if digest else now + AGAIN) and digest:
                Person.objects.filter(pk=face.person_id).update(avatar=digest)
                count += 1
        if digest and face.person.avatar not in ("", digest):
            shed([face.person.avatar])
    return count


def shed(digests: Iterable[str]) -> int:
    """Take pictures off the disk that no card and no account shows any more; return how many went."""
    return sum(files.drop(digest) for digest in set(digests) if digest and not used(digest))


def used(digest: str) -> bool:
    """Tell whether a card, an account or the shelf shows this picture."""
    return named(digest) or Person.objects.filter(avatar=digest).exists() or Channel.objects.filter(avatar=digest).exists()


def shown() -> frozenset[str]:
    """Return the pictures that cards show."""
    return frozenset(Person.objects.exclude(avatar="").values_list("avatar", flat=True).distinct())
