"""What handing a page or a profile of LinkedIn over means there: who owns it, which role is given instead of a password, what keeps it."""

from __future__ import annotations

from datetime import date

from parvis.core.say import Say, gettext_noop
from parvis.networks.facts import Fact, Handing

READ = date(2026, 11, 27)
ROLES = "linkedin.com/help/linkedin/answer/a541981 and a550647 (roles of Page admins)"
SAFETY = "linkedin.com/help/linkedin/answer/544 (two-step verification)"

HANDING = Handing(
    owner=Fact(
        Say(
            gettext_noop(
                "A page belongs to its super admins: two of them are people of the company. A personal profile is one person’s alone."
            )
        ),
        ROLES,
        READ,
    ),
    role=Fact(
        Say(
            gettext_noop(
                "Under “Admin tools”, “Manage admins”, give “content admin” to publish and answer, “analyst” to read the "
                "figures. Super admin, which adds and removes the others, stays with the company. On a personal profile no "
                "such role exists: the password is shared at your own risk."
            )
        ),
        ROLES,
        READ,
    ),
    recovery=Fact(
        Say(
            gettext_noop(
                "A page has no recovery address of its own: it is kept through the profiles of its super admins. With two of "
                "the company, one lost profile does not lose the page."
            )
        ),
        ROLES,
        READ,
    ),
    factor=Fact(
        Say(gettext_noop("Two-step verification is on for the profile of each super admin.")),
        SAFETY,
        READ,
    ),
    at="https://www.linkedin.com/help/linkedin/answer/a541981",
)
