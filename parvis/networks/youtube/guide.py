"""What a person is told when they connect a channel. `%(back)s` in a step is filled in by the page: the exact address to paste."""

from __future__ import annotations

from parvis.core.say import Say, gettext_noop
from parvis.networks.facts import Guide

AUDIT = "https://support.google.com/youtube/contact/yt_api_form"

GUIDE = Guide(
    asks=Say(gettext_noop("Your channel")),
    like=(),
    steps=(
        Say(gettext_noop("Open the Google console, signed in as the company, and create a project (any name, such as “Parvis”).")),
        Say(gettext_noop("Under “APIs & Services”, “Library”, look for “YouTube Data API v3” and press “Enable”.")),
        Say(
            gettext_noop(
                "Under “OAuth consent screen”, give the company’s name and address. Choose “Internal” if you have Google Workspace, "
                "else “External”, then “Publish app”: in testing, the connection would end every seven days."
            )
        ),
        Say(gettext_noop("Under “Data access”, add these three permissions: youtube.upload, youtube.readonly and youtube.force-ssl.")),
        Say(gettext_noop("Under “Clients”, create a client of the type “Web application”, and paste this return address: %(back)s")),
        Say(gettext_noop("Copy the client ID and the client secret, and paste them here.")),
        Say(gettext_noop("Press connect, choose the Google account and the channel, and tick every box.")),
        Say(
            gettext_noop(
                "Until Google has audited your project, YouTube keeps every video private. Ask for the audit with Google’s form; "
                "meanwhile you can make a video public by hand in YouTube Studio."
            )
        ),
    ),
    at="https://console.cloud.google.com/apis/credentials",
    apart=Say(gettext_noop("Never type your Google password here: you type it on Google’s own page.")),
)
