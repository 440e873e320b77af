"""What handing a channel of YouTube over means there: who owns it, which role is given instead of a password, what keeps it."""

from __future__ import annotations

from datetime import date

from parvis.core.say import Say, gettext_noop
from parvis.networks.facts import Fact, Handing
from parvis.networks.google import FACTOR, RECOVERY

READ = date(2026, 11, 27)
ROLES = "support.google.com/youtube/answer/9481328 (channel permissions)"

HANDING = Handing(
    owner=Fact(
        Say(
            gettext_noop(
                "The channel belongs to a Google Account of the company, or to a Brand Account whose primary owner is of the company."
            )
        ),
        ROLES,
        READ,
    ),
    role=Fact(
        Say(
            gettext_noop(
                "In YouTube Studio, under Settings, Permissions: “editor” uploads and publishes, and deletes nothing that is "
                "published; “editor (limited)” does not see the revenue; “viewer” reads. A manager gives permissions too: "
                "that stays with the company. A Brand Account is moved to channel permissions first."
            )
        ),
        ROLES,
        READ,
    ),
    recovery=RECOVERY,
    factor=FACTOR,
    at="https://support.google.com/youtube/answer/9481328",
)
