"""What a person is told when they connect an account of X. `back` is filled in by the page: the exact address to paste.

The names of the console's buttons were read in the developer documentation in November 2026.
"""

from __future__ import annotations

from parvis.core.say import Say, gettext_noop
from parvis.networks.facts import AppRule, Guide

CONSOLE = "https://console.x.com"

APP = AppRule(
    family="x",
    id_name="Client ID",
    secret_name="Client Secret",  # noqa: S106 - what the page calls it
    at=CONSOLE,
    signing_name="API Key Secret",
    takes=Say(gettext_noop("X asks for a payment card: each post is paid for, about two cents, and twenty cents with a link.")),
)

GUIDE = Guide(
    asks=Say(gettext_noop("Your account's name on X")),
    like=("@boulangerielenoir",),
    steps=(
        Say(gettext_noop("Sign in to the developer console of X with the account that will publish, and accept its terms.")),
        Say(gettext_noop("Buy a few credits there (five dollars last long), and set a monthly spending limit.")),
        Say(gettext_noop("Create an app, call it Parvis, and open its user authentication settings.")),
        Say(
            gettext_noop(
                "Choose the permission that names reading, writing and Direct Messages, and the type “Web App, Automated App or Bot”."
            )
        ),
        Say(gettext_noop("Under “Callback URI / Redirect URL” paste exactly this address: %(back)s"), {"back": ""}),
        Say(gettext_noop("Under “Website URL” write the address of your company's site, then save.")),
        Say(gettext_noop("X shows two values once: copy the Client ID and the Client Secret into Parvis, then press Connect.")),
        Say(
            gettext_noop(
                "X asks whether Parvis may publish, and read and send your private messages: say yes. "
                "You come back here, and the account is connected."
            )
        ),
    ),
    at=CONSOLE,
    apart=Say(
        gettext_noop("Never type here the password of X. The “API Key” on the same page is another value: Parvis has no use for it.")
    ),
)
