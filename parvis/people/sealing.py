"""Sealing the secrets of second factors, so that a stolen database opens nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings

from parvis.audit.commands import record
from parvis.core.db import writing
from parvis.core.secrets import CannotOpen
from parvis.people.actors import Actor
from parvis.people.permissions import may

SEALED = ("secret", "seed")


def seal(text: str) -> str:
    """Seal one secret with the current key."""
    return str(settings.KEYS.seal({"secret": text}))


def unseal(text: str) -> str:
    """Open what `seal` gave. Raises CannotOpen."""
    return str(settings.KEYS.open(text)["secret"])


def rotate_second_factors(*, by: Actor, now: datetime) -> dict[str, int]:
    """Seal anew what an older key sealed; return how many were `done`, `left` (changed meanwhile) and `unreadable`. May be run again."""
    may(by, "account.change", None)
    counts = {"done": 0, "left": 0, "unreadable": 0}
    for factor in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).order_by("pk"):
        try:
            data = _renewed(factor.data)
        except CannotOpen:
            counts["unreadable"] += 1
            continue
        if data != factor.data:
            with writing():
                done = Authenticator.objects.filter(pk=factor.pk, data=factor.data).update(data=data)
            counts["done" if done else "left"] += 1
    if counts["done"]:
        with writing():
            record("people:seals:rotated", by=by, now=now, company_id=None, done=counts["done"], unreadable=counts["unreadable"])
    return counts


def _renewed(data: dict[str, Any]) -> dict[str, Any]:
    old = {key: data[key] for key in SEALED if data.get(key) and not settings.KEYS.is_current(data[key])}
    return {**data, **{key: seal(unseal(value)) for key, value in old.items()}}
