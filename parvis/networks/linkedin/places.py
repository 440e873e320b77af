"""Where LinkedIn answers, and in which version of its API it is spoken to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from parvis.networks.facts import Fact

VERSION = Fact(
    "202607", "learn.microsoft.com/linkedin/marketing/versioning: a new one each month, each lives about a year", date(2026, 11, 27)
)
LIVES_MONTHS = 12
WARN_MONTHS = 10
SCOPES = (
    "w_organization_social",
    "r_organization_social",
    "w_organization_social_feed",
    "r_organization_social_feed",
    "rw_organization_admin",
)


@dataclass(frozen=True, slots=True)
class Places:
    """The addresses of LinkedIn, the version that is asked of it, the permissions that are asked of its members, its posts a day."""

    api: str
    www: str
    version: str
    scopes: tuple[str, ...]
    daily: int

    @classmethod
    def of(cls, at: Mapping[str, str], daily: int) -> Places:
        """Read what a setting says of them; `all` is one address for everything."""
        api = at.get("api") or at.get("all") or "https://api.linkedin.com"
        www = at.get("www") or at.get("all") or "https://www.linkedin.com"
        scopes = tuple(at["scopes"].split()) if at.get("scopes") else SCOPES
        figure = at.get("daily", "")
        return cls(
            api.rstrip("/"), www.rstrip("/"), at.get("version") or VERSION.value, scopes, int(figure) if figure.isdecimal() else daily
        )

    def owns(self, host: str) -> bool:
        """Tell whether a host is LinkedIn's own, so that a token may be shown to it."""
        here = {address.partition("://")[2].partition(":")[0] for address in (self.api, self.www)}
        return host in here or host == "linkedin.com" or host.endswith(".linkedin.com")

    def age(self, today: date) -> int:
        """Return how many months old the version is. A version that cannot be read is as old as can be."""
        try:
            year, month = int(self.version[:4]), int(self.version[4:6])
        except ValueError:
            return 999
        return (today.year - year) * 12 + today.month - month

    def ends(self) -> str:
        """Return the month in which the version is expected to end, such as 2027-07."""
        months = int(self.version[:4]) * 12 + int(self.version[4:6]) - 1 + LIVES_MONTHS
        return f"{months // 12}-{months % 12 + 1:02}"
