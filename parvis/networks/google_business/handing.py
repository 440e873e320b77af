"""What handing a Google Business profile over means there: who owns it, which role is given instead of a password, what keeps it."""

from __future__ import annotations

from datetime import date

from parvis.core.say import Say, gettext_noop
from parvis.networks.facts import Fact, Handing
from parvis.networks.google import FACTOR, RECOVERY

READ = date(2026, 11, 27)
ROLES = "support.google.com/business/answer/3415281 (owners and managers)"

HANDING = Handing(
    owner=Fact(
        Say(gettext_noop("The primary owner of the profile is an account of the company: nobody else can hand it on.")),
        ROLES,
        READ,
    ),
    role=Fact(
        Say(
            gettext_noop(
                "In the profile’s settings, under “People and access”, add the professional as a manager, who can neither add "
                "or remove people nor remove the profile. A newcomer waits seven days before everything is open to them; a "
                "Google group cannot be added."
            )
        ),
        ROLES,
        READ,
    ),
    recovery=RECOVERY,
    factor=FACTOR,
    at="https://support.google.com/business/answer/3415281",
)
