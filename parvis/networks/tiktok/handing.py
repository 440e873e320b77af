"""What handing an account of TikTok over means there: who owns it, which role is given instead of a password, what keeps it."""

from __future__ import annotations

from datetime import date

from parvis.core.say import Say, gettext_noop
from parvis.networks.facts import Fact, Handing

READ = date(2026, 11, 27)
ROLES = "ads.tiktok.com/help: members’ access to TikTok accounts in Business Center (03/2025)"
SAFETY = "public guides (help.cerby.com, delvia.org): two-step verification in the application"

HANDING = Handing(
    owner=Fact(
        Say(
            gettext_noop(
                "The account belongs to whoever holds its telephone, its e-mail address and its password: the company. If it stands "
                "in a Business Center, that is the company’s too."
            )
        ),
        ROLES,
        READ,
    ),
    role=Fact(
        Say(
            gettext_noop(
                "A Business Center gives members and partners access to the account for advertisements. To publish in its "
                "name no such role exists: the password is shared at your own risk."
            )
        ),
        ROLES,
        READ,
    ),
    recovery=Fact(
        Say(
            gettext_noop(
                "The telephone and the e-mail address of the account are the company’s: whoever reads them can set a new password."
            )
        ),
        SAFETY,
        READ,
    ),
    factor=Fact(
        Say(
            gettext_noop(
                "Two-step verification is set in the application, under Security and permissions, on a telephone, an address "
                "or an authenticator that the company keeps."
            )
        ),
        SAFETY,
        READ,
    ),
    at="https://ads.tiktok.com/help/article/how-to-grant-members-access-to-tiktok-accounts-in-business-center",
    shared=True,
)
