"""The developer application that a company makes at a network: its values, sealed, never shown again in full."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from parvis.audit.commands import record
from parvis.channels.models import App
from parvis.core.db import writing
from parvis.core.secrets import CannotOpen
from parvis.networks.facts import AppRule, Spec
from parvis.people.actors import Actor
from parvis.people.models import Company
from parvis.people.permissions import may

LAST = 4
# Between a family and the login that an application is made for.
BESIDE = ":"
# A secret so short would be given away by its last signs.
SHORT = 12


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be seen of an application: its public value, the last signs of its secret, who keeps it here since when.

    `opens` is False where the key that sealed it is missing: it must be copied again. `signing`: the secret of its webhooks is here too.
    `number` is its own, where that was given.
    """

    client_id: str
    ending: str
    since: datetime
    who: str
    opens: bool = True
    signing: bool = False
    number: str = ""


def save_app(
    *,
    company: Company,
    rule: AppRule,
    client_id: str,
    client_secret: str,
    by: Actor,
    now: datetime,
    options: Mapping[str, Any] | None = None,
    way: str = "",
    signing_secret: str = "",
    number: str = "",
) -> None:
    """Keep the values of an application, in the place of earlier ones; it serves every network of its family. Raises NotAllowed.

    `way` is the login that they are made for, where a network has several; what was kept last is what serves. Without a
    `signing_secret` or a `number`, those of the very same application stay.
    """
    may(by, "channels.change", company.pk)
    values = {"client_id": client_id.strip(), "client_secret": client_secret.strip()}
    before = client_of(company, rule) or {}
    same = before.get("client_id") == values["client_id"]
    more = {"signing_secret": signing_secret if rule.signing_name else "", "number": number if rule.number_name else ""}
    for name, value in more.items():
        values |= {name: value.strip() or str((before if same else {}).get(name) or "")}
    sealed = settings.KEYS.seal({name: value for name, value in values.items() if value or name not in more})
    # Another application is another story: nothing that was said of the first holds for it.
    kept = {"sealed": sealed, "options": dict(options or {}), "by_id": by.user_id, "created_at": now}
    with writing():
        family = f"{rule.family}{BESIDE}{way}" if way else rule.family
        App.objects.update_or_create(company=company, family=family, defaults=kept)
        record("channels:app:saved", by=by, now=now, company_id=company.pk, label=_called(rule))


def forget_app(*, company: Company, rule: AppRule, by: Actor, now: datetime) -> bool:
    """Erase the values of an application; return whether there were any. Accounts that are connected keep their own authorisation."""
    may(by, "channels.change", company.pk)
    with writing():
        gone, _ = _kept(company, rule).delete()
        if gone:
            record("channels:app:forgotten", by=by, now=now, company_id=company.pk, label=_called(rule))
    return gone > 0


def say_option(*, company: Company, rule: AppRule, key: str, done: bool, by: Actor, now: datetime) -> bool:
    """Keep the company's word on what a network does not tell of an application (that it was audited, say); False without one.

    What was said, and when, is found again under `key` in `options_of`.
    """
    may(by, "channels.change", company.pk)
    with writing():
        app = _kept(company, rule).select_for_update().order_by("-created_at").first()
        if app is None:
            return False
        others = {name: value for name, value in app.options.items() if name != key}
        App.objects.filter(pk=app.pk).update(options={**others, key: now.isoformat()} if done else others)
        record("channels:app:told", by=by, now=now, company_id=company.pk, label=_called(rule), key=key, done=done)
    return True


def client_of(company: Company, rule: AppRule) -> dict[str, Any] | None:
    """Return what a door is given of a company's application, or None where there is none (or no key opens it)."""
    app = _kept(company, rule).order_by("-created_at").first()
    try:
        way = {"way": app.family.partition(BESIDE)[2]} if app and rule.ways else {}
        return {**app.options, **way, **settings.KEYS.open(app.sealed)} if app else None
    except CannotOpen:
        return None


def shown(company: Company, rule: AppRule) -> Shown | None:
    """Return what may be seen of a company's application."""
    app = _kept(company, rule).select_related("by").order_by("-created_at").first()
    if app is None:
        return None
    who = app.by.name if app.by else ""
    try:
        values = settings.KEYS.open(app.sealed)
    except CannotOpen:
        return Shown("", "", app.created_at, who, opens=False)
    secret = str(values["client_secret"])
    ending = secret[-LAST:] if len(secret) >= SHORT else ""
    return Shown(
        str(values["client_id"]),
        ending,
        app.created_at,
        who,
        signing=bool(values.get("signing_secret")),
        number=str(values.get("number") or ""),
    )


def options_of(company: Company) -> dict[str, dict[str, Any]]:
    """Return what a company said of each of its applications, by the family that it serves."""
    kept = App.objects.filter(company=company).order_by("created_at").values_list("family", "options")
    return {family.partition(BESIDE)[0]: options for family, options in kept}


def _kept(company: Company, rule: AppRule) -> QuerySet[App]:
    """Return the applications of a family that serve this rule: the usual one, and those of its other logins."""
    families = [rule.family, *(f"{rule.family}{BESIDE}{key}" for key, _ in rule.ways if key)]
    return App.objects.filter(company=company, family__in=families)


def served(rule: AppRule) -> list[Spec]:
    """Return the facts of every network that an application serves."""
    return [network.spec for network in settings.NETWORKS.values() if network.spec.app and network.spec.app.family == rule.family]


def _called(rule: AppRule) -> str:
    return ", ".join(spec.name for spec in served(rule)) or rule.family
