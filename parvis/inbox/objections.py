"""People who asked not to be kept: known by a digest alone, and honoured before anything is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime

from parvis.audit.commands import record
from parvis.core.db import writing
from parvis.inbox.models import Objection
from parvis.inbox.queries import persons
from parvis.people.actors import Actor
from parvis.people.models import Company
from parvis.people.permissions import may


def digest_of(company_id: int, network: str, remote_id: str) -> str:
    """Return what an objection is kept by: it names somebody to one company on one network, and to nobody else."""
    return hashlib.sha256(f"{company_id}:{network}:{remote_id}".encode("utf-8", "surrogatepass")).hexdigest()


def objecting(company_id: int, network: str, remote_ids: Iterable[str]) -> set[str]:
    """Return those of these people who asked not to be kept."""
    named = {digest_of(company_id, network, one): one for one in remote_ids}
    rows = Objection.objects.filter(company_id=company_id, network=network, digest__in=list(named))
    return {named[digest] for digest in rows.values_list("digest", flat=True)}


def listed(company: Company, most: int = 200) -> list[Objection]:
    """Return who asked not to be kept, the newest first; `person` where their card is still here.

    Whoever sees single accounts only is shown those who wrote there.
    """
    rows = Objection.objects.filter(company=company)
    if company.only("inbox.read") is not None:
        rows = rows.filter(person__in=persons(company))
    return list(rows.select_related("person", "by").order_by("-at", "-pk")[:most])


def withdraw(*, company: Company, digests: Collection[str], by: Actor, now: datetime) -> int:
    """Take in again what somebody writes from now on, by the digests of their objections; return how many were withdrawn.

    Raises NotAllowed.
    """
    may(by, "persons.erase", company.pk)
    with writing():
        count, _ = Objection.objects.filter(company=company, digest__in=digests).delete()
        if count:
            record("inbox:person:objection_withdrawn", by=by, now=now, company_id=company.pk)
    return count


def reinstate(*, company: Company, network: str, digest: str, by: Actor, now: datetime) -> None:
    """Put an objection back that was withdrawn by mistake. Raises NotAllowed."""
    may(by, "persons.erase", company.pk)
    named = {"company": company, "network": network, "digest": digest}
    with writing():
        _, new = Objection.objects.get_or_create(**named, defaults={"by_id": by.user_id, "at": now})
        if new:
            record("inbox:person:objected", by=by, now=now, company_id=company.pk)
