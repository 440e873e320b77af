"""What a person is told when they connect a Bluesky account. The names of its pages were read on bsky.app in November 2026."""

from __future__ import annotations

from parvis.core.say import Say, gettext_noop
from parvis.networks.facts import Guide

GUIDE = Guide(
    asks=Say(gettext_noop("Your account's name on Bluesky")),
    like=("lenoir.bsky.social", "boulangerie-lenoir.fr"),
    steps=(
        Say(gettext_noop("On Bluesky, open Settings, then Privacy and security, then App passwords.")),
        Say(gettext_noop("Add one, call it Parvis, and copy it. Bluesky shows it only once: four groups of four letters.")),
        Say(gettext_noop("Paste it here. You can take it back on that same page whenever you like.")),
    ),
    at="https://bsky.app/settings/app-passwords",
    apart=Say(gettext_noop("Never type here the password that you sign in to Bluesky with: an app password is enough to publish.")),
)
