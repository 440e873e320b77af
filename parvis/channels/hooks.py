"""The address at which a network may knock for a company: unguessable, the same for ever, and kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from parvis.channels.applications import client_of
from parvis.channels.models import Channel
from parvis.networks.contract import Doorbell
from parvis.networks.facts import Spec
from parvis.people.models import Company

SALT = "parvis.hooks"


def key_of(company_id: int) -> str:
    """Return the part of the address that names a company and that nobody else can make."""
    return f"{company_id}-{_signed('address', company_id)}"


def verify_token(company_id: int) -> str:
    """Return the word that a network repeats in its handshake: a person copies it into the network's form."""
    return _signed("word", company_id)


def company_id_of(key: str) -> int | None:
    """Return the company that an address names, or None where we did not make it."""
    number, _, signed = key.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        return None
    return int(number) if constant_time_compare(signed, _signed("address", int(number))) else None


def address(network: str, company_id: int) -> str:
    """Return the whole address, to be registered at a network."""
    return f"{settings.PUBLIC_URL}/hooks/{network}/{key_of(company_id)}"


def doorbell(channel: Channel) -> Doorbell | None:
    """Return what an account's network may be given to call here; None where it cannot: networks call https addresses only."""
    network = settings.NETWORKS.get(channel.network)
    # A stand-in of the demonstration is on this very machine.
    reached = settings.PUBLIC_URL.startswith("https://") or channel.network in settings.SANDBOX
    if network is None or network.bell is None or not reached:
        return None
    rule = network.spec.app
    client = client_of(channel.company, rule) if rule and rule.number_name else None
    number = str((client or {}).get("number") or "")
    return Doorbell(address(channel.network, channel.company_id), verify_token(channel.company_id), number)


def application(company: Company, spec: Spec) -> Mapping[str, Any]:
    """Return what a bell is given: the company's application with its secret, and the word of the handshake (`verify_token`)."""
    client = client_of(company, spec.app) if spec.app else None
    return {**(client or {}), "verify_token": verify_token(company.pk)}


def _signed(what: str, company_id: int) -> str:
    return salted_hmac(f"{SALT}.{what}", str(company_id), algorithm="sha256").hexdigest()[:40]
