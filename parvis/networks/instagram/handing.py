"""What handing an account of Instagram over means there: who owns it, which role is given instead of a password, what keeps it."""

from __future__ import annotations

from datetime import date

from parvis.core.say import Say, gettext_noop
from parvis.networks.facts import Fact, Handing

READ = date(2026, 11, 27)
ROLES = "facebook.com/business/help: Instagram accounts in a business portfolio (Meta’s articles 442345745885606, 708679622611131)"
SAFETY = "help.instagram.com: Accounts Centre, password and security"

HANDING = Handing(
    owner=Fact(
        Say(
            gettext_noop(
                "It is a professional account in the company’s own business portfolio, and its e-mail address and telephone "
                "are the company’s."
            )
        ),
        ROLES,
        READ,
    ),
    role=Fact(
        Say(
            gettext_noop(
                "In the settings of the business portfolio, under Instagram accounts, give a person or a partner access to "
                "single tasks: content, messages, insights. Outside a portfolio no such role exists: the password is shared "
                "at your own risk."
            )
        ),
        ROLES,
        READ,
    ),
    recovery=Fact(
        Say(
            gettext_noop(
                "The e-mail address and the telephone in Accounts Centre are the company’s: whoever reads them can set a new password."
            )
        ),
        SAFETY,
        READ,
    ),
    factor=Fact(
        Say(
            gettext_noop(
                "Two-factor authentication is set in Accounts Centre, on a telephone or an application that the company "
                "keeps, with its recovery codes."
            )
        ),
        SAFETY,
        READ,
    ),
    at="https://business.facebook.com/settings",
)
