"""Every rule: one line a pack."""

from __future__ import annotations

from parvis.networks.bluesky import code as bluesky
from parvis.networks.codes import accessibility, alcohol, content, environment, grammar, law, professions, slips, typography, wording
from parvis.networks.codes.rule import Rule, Unchecked
from parvis.networks.facebook import code as facebook
from parvis.networks.google_business import code as google_business
from parvis.networks.instagram import code as instagram
from parvis.networks.linkedin import code as linkedin
from parvis.networks.mastodon import code as mastodon
from parvis.networks.tiktok import code as tiktok
from parvis.networks.x import code as x
from parvis.networks.youtube import code as youtube

COMMON = (typography, wording, grammar, accessibility, content, slips, law, alcohol, environment, professions)
NETWORKS = (facebook, instagram, linkedin, x, youtube, tiktok, bluesky, mastodon, google_business)

RULES: tuple[Rule, ...] = tuple(rule for pack in (*COMMON, *NETWORKS) for rule in pack.RULES)
UNCHECKED: tuple[Unchecked, ...] = tuple(code for pack in (*COMMON, *NETWORKS) for code in getattr(pack, "UNCHECKED", ()))

BY_ID = {rule.id: rule for rule in RULES}
