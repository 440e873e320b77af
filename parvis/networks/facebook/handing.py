"""What handing a page of Facebook over means there: who owns it, which role is given instead of a password, what keeps it."""

from __future__ import annotations

from datetime import date

from parvis.core.say import Say, gettext_noop
from parvis.networks.facts import Fact, Handing

READ = date(2026, 11, 27)
ROLES = "facebook.com/business/help: business portfolios, people and partners (Meta’s articles 442345745885606, 708679622611131)"
SAFETY = "public guides (delvia.org, climbtheladder.com): Page access"

HANDING = Handing(
    owner=Fact(
        Say(
            gettext_noop(
                "The page stands in the company’s own business portfolio, or an owner of the company has full control of it. "
                "An agency is added as a partner: it has access, and owns nothing."
            )
        ),
        ROLES,
        READ,
    ),
    role=Fact(
        Say(
            gettext_noop(
                "Add the agency under Partners in the settings of the business portfolio, or a person under “Page access”, "
                "with partial access: content, community activity, messages, insights. Full control stays with the company: "
                "whoever has it can remove the others."
            )
        ),
        ROLES,
        READ,
    ),
    recovery=Fact(
        Say(
            gettext_noop(
                "A page has no password and no recovery address of its own: those of the profiles with full control count. "
                "Two people of the company have it, so that one lost profile does not lose the page."
            )
        ),
        SAFETY,
        READ,
    ),
    factor=Fact(
        Say(
            gettext_noop(
                "Two-factor authentication is on for each profile with full control; a business portfolio can ask it of everybody."
            )
        ),
        ROLES,
        READ,
    ),
    at="https://business.facebook.com/settings",
)
