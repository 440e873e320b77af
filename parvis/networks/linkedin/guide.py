"""What a person is told when they connect a page of LinkedIn. `back`, a fact of one step, is filled in by the page that shows it."""

from __future__ import annotations

from parvis.core.say import Say, gettext_noop
from parvis.networks.facts import AppRule, Guide

APP = AppRule(
    family="linkedin",
    id_name="Client ID",
    secret_name="Primary Client Secret",  # noqa: S106 - what a page calls it
    at="https://www.linkedin.com/developers/apps",
    number_name=Say(gettext_noop("Number of the application, in the address of its page")),
    takes=Say(
        gettext_noop(
            "LinkedIn examines the company before it lets an application publish for a page: expect some days to some weeks. "
            "Until then, publish by hand."
        )
    ),
)

GUIDE = Guide(
    asks=Say(gettext_noop("Your company’s page on LinkedIn")),
    like=("boulangerie-lenoir",),
    steps=(
        Say(
            gettext_noop(
                "You need a page of your company on LinkedIn, and the role of administrator or content administrator on it: "
                "LinkedIn publishes by such a person’s permission."
            )
        ),
        Say(gettext_noop("Open LinkedIn’s page for developers, choose “Create app”, give it a name, your page, and a logo.")),
        Say(
            gettext_noop(
                "On the tab “Settings”, choose “Verify” and confirm, as an administrator of the page, that the application is yours."
            )
        ),
        Say(
            gettext_noop(
                "On the tab “Products”, ask for “Community Management API” and fill in its form with your company’s details. "
                "LinkedIn examines it; nothing works before its yes."
            )
        ),
        Say(gettext_noop("On the tab “Auth”, under “Authorized redirect URLs”, add exactly this address: %(back)s"), {"back": ""}),
        Say(gettext_noop("On the same tab, copy the two values “Client ID” and “Primary Client Secret” into Parvis.")),
        Say(gettext_noop("Press Connect: LinkedIn asks for your yes, then you choose the page. Parvis never sees your password.")),
    ),
    at="https://www.linkedin.com/developers/apps",
    apart=Say(gettext_noop("Never type here the password that you sign in to LinkedIn with.")),
)
