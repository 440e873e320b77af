"""What a person is told when they connect a place. `%(back)s` in a step is filled in by the page: the exact address to paste."""

from __future__ import annotations

from parvis.core.say import Say, gettext_noop
from parvis.networks.facts import Guide

ACCESS = "https://support.google.com/business/contact/api_default"

GUIDE = Guide(
    asks=Say(gettext_noop("Your establishment")),
    like=(),
    steps=(
        Say(gettext_noop("Open the Google console, signed in as the company, and create a project (any name, such as “Parvis”).")),
        Say(
            gettext_noop(
                "Ask Google to open its Business Profile interface to your project, with its form: choose “Application for Basic API "
                "Access”, give the project’s number. The answer takes about two weeks; your listing must be verified for 60 days."
            )
        ),
        Say(
            gettext_noop(
                "Once Google has said yes, under “APIs & Services”, “Library”, enable: Google My Business API, "
                "My Business Account Management API and My Business Business Information API."
            )
        ),
        Say(
            gettext_noop(
                "Under “OAuth consent screen”, give the company’s name and address. Choose “Internal” if you have Google Workspace, "
                "else “External”, then “Publish app”: in testing, the connection would end every seven days."
            )
        ),
        Say(gettext_noop("Under “Data access”, add the permission business.manage.")),
        Say(gettext_noop("Under “Clients”, create a client of the type “Web application”, and paste this return address: %(back)s")),
        Say(gettext_noop("Copy the client ID and the client secret, and paste them here.")),
        Say(
            gettext_noop("Press connect, choose the Google account that manages the listing, tick the box, then choose the establishment.")
        ),
    ),
    at="https://console.cloud.google.com/apis/credentials",
    apart=Say(gettext_noop("Never type your Google password here: you type it on Google’s own page.")),
)
