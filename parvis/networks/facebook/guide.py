"""What a person is told when they connect a page of Facebook; `%(back)s` is filled in by the page that shows it."""

from __future__ import annotations

from parvis.core.say import Say, gettext_noop
from parvis.networks.facts import Guide

GUIDE = Guide(
    asks=Say(gettext_noop("Your application")),
    like=(),
    steps=(
        Say(gettext_noop("Open developers.facebook.com/apps with the account that runs your page, and press “Create app”.")),
        Say(
            gettext_noop(
                "Give it your company's name, choose the use case “Manage everything on your Page”, and link no business portfolio yet."
            )
        ),
        Say(
            gettext_noop(
                "In that use case, press “Customise” and add these permissions: pages_show_list, pages_manage_posts, "
                "pages_read_engagement, pages_read_user_content, pages_manage_engagement, pages_messaging, "
                "pages_manage_metadata, read_insights."
            )
        ),
        Say(
            gettext_noop("Under “Facebook Login”, then “Settings”, paste this address into “Valid OAuth redirect URIs” and save: %(back)s")
        ),
        Say(gettext_noop("Under “App settings”, then “Basic”, copy the App ID and the App secret here.")),
        Say(gettext_noop("Press Connect. Facebook asks which pages Parvis may use: choose them all, and leave every permission ticked.")),
        Say(gettext_noop("Once a first publication has arrived, switch the application from “Development” to “Live”, or only you see it.")),
    ),
    at="https://developers.facebook.com/apps/",
    apart=Say(gettext_noop("Never type your Facebook password here: Parvis needs only the two values of the application.")),
)
