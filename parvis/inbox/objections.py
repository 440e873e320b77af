"""People who asked not to be kept: known by a digest alone, and honoured before anything is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from parvis.inbox.models import Objection


def digest_of(company_id: int, network: str, remote_id: str) -> str:
    """Return what an objection is kept by: it names somebody to one company on one network, and to nobody else."""
    return hashlib.sha256(f"{company_id}:{network}:{remote_id}".encode("utf-8", "surrogatepass")).hexdigest()


def objecting(company_id: int, network: str, remote_ids: Iterable[str]) -> set[str]:
    """Return those of these people who asked not to be kept."""
    named = {digest_of(company_id, network, one): one for one in remote_ids}
    rows = Objection.objects.filter(company_id=company_id, network=network, digest__in=list(named))
    return {named[digest] for digest in rows.values_list("digest", flat=True)}
