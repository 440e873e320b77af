"""What every page needs around its content: the company, the verbs that are built, what waits, the menu."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from parvis.core import clock
from parvis.people.invitations import mail_leaves
from parvis.people.models import Company, Role
from parvis.people.permissions import allowed
from parvis.web import waiting

THEMES = frozenset({"light", "dark"})
VERBS = (
    ("today", "home", "sun", gettext_lazy("Today")),
    ("publish", "calendar", "pencil-line", gettext_lazy("Publish")),
    ("answer", "inbox", "message-circle", pgettext_lazy("verb of the menu", "Answer")),
)
HOUSE = (
    ("settings", "settings", gettext_lazy("Settings")),
    ("channels", "plug", gettext_lazy("Accounts")),
    ("members", "users", gettext_lazy("Members")),
    ("mandates", "user-check", gettext_lazy("Mandates")),
    ("media", "images", gettext_lazy("Pictures and videos")),
    ("stops", "ban", gettext_lazy("Emergency stop")),
    ("journal", "scroll-text", gettext_lazy("Journal")),
    ("help", "circle-help", gettext_lazy("Help")),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A link of the rail or of the company's menu."""

    key: str
    url: str
    icon: str
    words: Any
    count: int = 0
    here: bool = False


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Give the templates the company, the actor, the verbs and the menu; at most one query, and none where they are not shown."""
    company = getattr(request, "company", None)
    around: dict[str, Any] = {
        "company": company,
        "actor": getattr(request, "actor", None),
        "halts": getattr(request, "halts", None),
        "language": get_language() or settings.LANGUAGE_CODE,
        "languages": settings.LANGUAGES,
        "theme": theme_of(request),
        "mail_leaves": mail_leaves(),
        "square": settings.SANDBOX.get("square", ""),
    }
    if company is not None:
        around["may_stop"] = allowed(request.actor, "company.stop", company.pk)  # type: ignore[attr-defined]
        around["may_resume"] = allowed(request.actor, "company.resume", company.pk)  # type: ignore[attr-defined]
        around["companies"] = SimpleLazyObject(lambda: companies_of(request))
        around["verbs"] = SimpleLazyObject(lambda: verbs(request, company))
        around["desk"] = SimpleLazyObject(lambda: has_desk(request))
        around["house_links"] = SimpleLazyObject(lambda: house_links(company, request.path))
    return around


def theme_of(request: HttpRequest) -> str:
    """Return the colours that this browser asked for, empty for the system's."""
    asked = request.COOKIES.get("theme", "")
    return asked if asked in THEMES else ""


def verbs(request: HttpRequest, company: Company) -> list[Place]:
    """Return the places that are built, always in the same order, with what waits there."""
    known = _known(request, company)
    waits = {"today": waiting_in(request, company), "answer": getattr(known, "unanswered", 0)}
    shown = [verb for verb in VERBS if verb[0] != "answer" or getattr(known, "listens", False)]
    found = ((key, _address(name, company), icon, words) for key, name, icon, words in shown)
    return [Place(key, url, icon, words, waits.get(key, 0)) for key, url, icon, words in found if url]


def house_links(company: Company, path: str) -> list[Place]:
    """Return the links of the company's menu."""
    found = ((name, _address(name, company), icon, words) for name, icon, words in HOUSE)
    return [Place(name, url, icon, words, here=path == url) for name, url, icon, words in found if url]


def companies_of(request: HttpRequest) -> list[Company]:
    """Return the companies where this person has a place, each with how many things wait there; one query for the whole request."""
    known: list[Company] | None = getattr(request, "companies", None)
    if known is None:
        known = waiting.companies(request.user.pk or 0, clock.now(), getattr(request, "company", None))
        request.companies = known  # type: ignore[attr-defined]
    return known


def has_desk(request: HttpRequest) -> bool:
    """Tell whether the desk shows this person more than a company's own pages do."""
    known: list[Any] = companies_of(request)
    return len(known) > 1 or any(one.own_role == Role.MANDATED or one.agency for one in known)


def waiting_in(request: HttpRequest, company: Company) -> int:
    """Return how many things wait in the company that the page is about."""
    return int(getattr(_known(request, company), "waiting", 0))


def torn(request: HttpRequest, company: Company) -> bool:
    """Tell whether the journal of the company that the page is about was found changed by hand."""
    return bool(getattr(_known(request, company), "torn", False))


def yeses_in(request: HttpRequest, company: Company) -> int:
    """Return how many things wait for the yes of the side that whoever asks is on."""
    return int(getattr(_known(request, company), "yeses", 0))


def _known(request: HttpRequest, company: Company) -> Company | None:
    return next((known for known in companies_of(request) if known.pk == company.pk), None)


def _address(name: str, company: Company) -> str:
    try:
        return reverse(name, args=[company.slug])
    except NoReverseMatch:
        return ""
