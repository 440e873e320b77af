"""The secrets of links that open something: derived from the house's key, kept as digests."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode

from django.utils.crypto import salted_hmac


def digest(token: str) -> str:
    """Return what the database keeps of a secret."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def derived(purpose: str, *facts: object) -> str:
    """Make a secret from the house's key and a row's own facts: the link can be shown again, the database alone does not hold it."""
    return urlsafe_b64encode(salted_hmac(purpose, ":".join(map(str, facts)), algorithm="sha256").digest()).decode().rstrip("=")
