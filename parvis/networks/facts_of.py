"""The facts of every network by its key: also of those whose connector comes later, and of none that is not real."""

from __future__ import annotations

from parvis.networks.bluesky.spec import SPEC as BLUESKY
from parvis.networks.facebook.spec import SPEC as FACEBOOK
from parvis.networks.facts import Spec
from parvis.networks.google_business.spec import SPEC as GOOGLE_BUSINESS
from parvis.networks.instagram.spec import SPEC as INSTAGRAM
from parvis.networks.linkedin.spec import SPEC as LINKEDIN
from parvis.networks.mastodon.spec import SPEC as MASTODON
from parvis.networks.tiktok.spec import SPEC as TIKTOK
from parvis.networks.x.spec import SPEC as X
from parvis.networks.youtube.spec import SPEC as YOUTUBE

SPECS: dict[str, Spec] = {
    spec.key: spec for spec in (FACEBOOK, INSTAGRAM, LINKEDIN, X, YOUTUBE, TIKTOK, BLUESKY, MASTODON, GOOGLE_BUSINESS)
}
