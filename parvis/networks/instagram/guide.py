"""What a person is told when they connect an account of Instagram; `%(back)s` is filled in by the page that shows it."""

from __future__ import annotations

from parvis.core.say import Say, gettext_noop
from parvis.networks.facts import Guide

GUIDE = Guide(
    asks=Say(gettext_noop("Your application")),
    like=(),
    steps=(
        Say(gettext_noop("In the Instagram app, switch the account to a professional one: “Settings”, then “Account type and tools”.")),
        Say(gettext_noop("Link it to your company's Facebook page: on the page, “Settings”, then “Linked accounts”, then “Instagram”.")),
        Say(
            gettext_noop(
                "Open developers.facebook.com/apps. The application that serves your page serves here too; otherwise press “Create app” "
                "and choose the use case “Manage messaging and content on Instagram”, with Facebook Login."
            )
        ),
        Say(
            gettext_noop(
                "Add these permissions to it: instagram_basic, instagram_content_publish, instagram_manage_comments, "
                "instagram_manage_messages, instagram_manage_insights, pages_show_list, pages_read_engagement, pages_manage_metadata."
            )
        ),
        Say(
            gettext_noop("Under “Facebook Login”, then “Settings”, paste this address into “Valid OAuth redirect URIs” and save: %(back)s")
        ),
        Say(gettext_noop("Under “App settings”, then “Basic”, copy the App ID and the App secret here.")),
        Say(gettext_noop("Press Connect, and choose the page and the Instagram account that is linked to it.")),
    ),
    at="https://developers.facebook.com/apps/",
    apart=Say(gettext_noop("Never type your Instagram password here: Parvis needs only the two values of the application.")),
)
