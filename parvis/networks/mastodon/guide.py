"""What a person is told when they connect an account of Mastodon, or of a server that speaks its language."""

from __future__ import annotations

from parvis.core.say import Say, gettext_noop
from parvis.networks.facts import Guide

GUIDE = Guide(
    asks=Say(gettext_noop("Your server")),
    like=("piaille.fr", "mastodon.social"),
    steps=(
        Say(gettext_noop("Write the name of your server: what follows the last @ in your account's name, such as piaille.fr.")),
        Say(gettext_noop("Parvis takes you to your server. Sign in there if it asks you to, and allow Parvis to publish.")),
        Say(gettext_noop("You come back here, and the account is connected. Parvis never sees your password.")),
    ),
)
