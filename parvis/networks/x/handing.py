"""What handing an account of X over means there: who owns it, which role is given instead of a password, what keeps it."""

from __future__ import annotations

from datetime import date

from parvis.core.say import Say, gettext_noop
from parvis.networks.facts import Fact, Handing

READ = date(2026, 11, 27)
ROLES = "help.x.com: how to use the Delegate feature"
SAFETY = "help.x.com: two-factor authentication"

HANDING = Handing(
    owner=Fact(
        Say(
            gettext_noop(
                "The owner is whoever manages its password, its telephone and its login verification: the company. An owner "
                "answers for what delegates post."
            )
        ),
        ROLES,
        READ,
    ),
    role=Fact(
        Say(
            gettext_noop(
                "Under Delegate, invite them with an account of their own: “contributor” posts and answers, “admin” also "
                "invites others and reads the figures. Neither can change the password, the telephone or the login "
                "verification."
            )
        ),
        ROLES,
        READ,
    ),
    recovery=Fact(
        Say(gettext_noop("The e-mail address and the telephone of the account are the company’s: delegates have no access to them.")),
        ROLES,
        READ,
    ),
    factor=Fact(
        Say(
            gettext_noop(
                "Only the owner sets the two-factor authentication: on an application or a security key that the company "
                "keeps, with its backup code."
            )
        ),
        SAFETY,
        READ,
    ),
    at="https://help.x.com/en/managing-your-account/how-to-use-the-delegate-feature",
)
