"""What handing an account of Mastodon over means there: who owns it, which role is given instead of a password, what keeps it."""

from __future__ import annotations

from datetime import date

from parvis.core.say import Say, gettext_noop
from parvis.networks.facts import Fact, Handing

READ = date(2026, 11, 27)
ROLES = "github.com/mastodon/mastodon, discussion 22454 (shared accounts)"
SAFETY = "fedi.tips: two-factor authentication on Mastodon"

HANDING = Handing(
    owner=Fact(
        Say(
            gettext_noop(
                "The account belongs to whoever holds its password and its e-mail address: the company. It lives on a server whose "
                "rules count too."
            )
        ),
        ROLES,
        READ,
    ),
    role=Fact(
        Say(
            gettext_noop(
                "No such role exists: the password is shared at your own risk. A server’s own roles are for its moderators, "
                "and do not publish in your name."
            )
        ),
        ROLES,
        READ,
    ),
    recovery=Fact(
        Say(
            gettext_noop("The e-mail address in the preferences, under Account, is the company’s: what sets a new password is sent there.")
        ),
        SAFETY,
        READ,
    ),
    factor=Fact(
        Say(
            gettext_noop(
                "Two-factor authentication is set in the preferences, under Account, on an application or a security key that "
                "the company keeps, with its recovery codes."
            )
        ),
        SAFETY,
        READ,
    ),
    shared=True,
)
