"""What handing an account of Bluesky over means there: who owns it, which role is given instead of a password, what keeps it."""

from __future__ import annotations

from datetime import date

from parvis.core.say import Say, gettext_noop
from parvis.networks.facts import Fact, Handing

READ = date(2026, 11, 27)
ROLES = "github.com/bluesky-social/atproto-ecosystem, app-passwords.md"
SAFETY = "public guides (theblue.social, askdavetaylor.com): the code is sent by e-mail"

HANDING = Handing(
    owner=Fact(
        Say(
            gettext_noop(
                "The account belongs to whoever holds its password and its e-mail address: the company. Where its name is a domain, "
                "the domain is the company’s too."
            )
        ),
        ROLES,
        READ,
    ),
    role=Fact(
        Say(
            gettext_noop(
                "No such role exists: the password is shared at your own risk. An app password lets an application in without "
                "it: it can be deleted at any time, and can neither delete nor move the account."
            )
        ),
        ROLES,
        READ,
    ),
    recovery=Fact(
        Say(gettext_noop("The e-mail address of the account is the company’s: what sets a new password is sent there.")),
        ROLES,
        READ,
    ),
    factor=Fact(
        Say(gettext_noop("The second factor is a code sent by e-mail: the mailbox is the company’s, and is well protected itself.")),
        SAFETY,
        READ,
    ),
    at="https://bsky.app/settings/app-passwords",
    shared=True,
)
