"""What works on a connected page, said in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from parvis.core import clock
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Check
from parvis.networks.linkedin.failures import AGAIN, HOST, PRODUCT, ROLE
from parvis.networks.linkedin.places import LIVES_MONTHS, WARN_MONTHS, Places
from parvis.networks.linkedin.session import until

APPS = "https://www.linkedin.com/developers/apps"
SOON = timedelta(days=30)


def checks(tokens: Mapping[str, Any], publishes: bool, places: Places) -> tuple[Check, ...]:
    """Return the lines of the readiness of a page."""
    return (
        _role(publishes),
        *_scopes(frozenset(str(tokens["scopes"]).split() if tokens.get("scopes") else places.scopes)),
        _end(tokens),
        _version(places),
    )


def _role(publishes: bool) -> Check:
    if publishes:
        return Check("role", "good", Say(gettext_noop("The person who connected this page may publish in its name.")))
    return Check(
        "role", "bad", Say(gettext_noop("The person who connected this page no longer has the role to publish in its name.")), Say(ROLE)
    )


def _scopes(held: frozenset[str]) -> tuple[Check, ...]:
    cure, found = Say(PRODUCT), []
    if "w_organization_social" in held:
        found.append(Check("publish", "good", Say(gettext_noop("Publishing works."))))
    else:
        found.append(Check("publish", "bad", Say(gettext_noop("LinkedIn did not give the permission to publish.")), cure, APPS))
    if "r_organization_social" not in held:
        what = gettext_noop(
            "LinkedIn did not give the permission to read the page’s posts: after a doubt, Parvis must ask you what is there."
        )
        found.append(Check("read", "limited", Say(what), cure, APPS))
    if not {"w_organization_social_feed", "r_organization_social_feed"} <= held:
        what = gettext_noop("LinkedIn did not give the permission for comments: no first comment can be published.")
        found.append(Check("comments", "limited", Say(what), cure, APPS))
    return tuple(found)


def _end(tokens: Mapping[str, Any]) -> Check:
    end, now = until(tokens), clock.now()
    if end is None:
        return Check("end", "unknown", Say(gettext_noop("LinkedIn did not say how long its permission lasts.")))
    facts: dict[str, str | int] = {"day": end.date().isoformat()}
    if end <= now:
        return Check("end", "bad", Say(gettext_noop("LinkedIn’s permission ended on %(day)s."), facts), Say(AGAIN))
    if not tokens.get("refresh"):
        what = gettext_noop(
            "LinkedIn’s permission ends on %(day)s and cannot be renewed without you: the application is not approved for that."
        )
        cure = gettext_noop(
            "Connect the account again before that day. An application with the standard tier of the product renews itself for a year."
        )
        return Check("end", "limited", Say(what, facts), Say(cure), APPS)
    what = gettext_noop("The permission renews itself until %(day)s; then LinkedIn asks for a new yes.")
    return Check("end", "limited", Say(what, facts), Say(AGAIN)) if end - now < SOON else Check("end", "good", Say(what, facts))


def _version(places: Places) -> Check:
    age, facts = places.age(clock.now().date()), {"version": places.version}
    if age >= LIVES_MONTHS:
        what = gettext_noop("Version %(version)s of LinkedIn’s API is over or about to be: nothing leaves once LinkedIn closes it.")
        return Check("version", "bad", Say(what, facts), Say(HOST))
    ends = {**facts, "month": places.ends()}
    if age >= WARN_MONTHS:
        what = gettext_noop("Version %(version)s of LinkedIn’s API ends about %(month)s.")
        return Check("version", "limited", Say(what, ends), Say(HOST))
    return Check("version", "good", Say(gettext_noop("Version %(version)s of LinkedIn’s API serves until about %(month)s."), ends))
