"""What somebody wants of their company's voice, and why it cannot be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from parvis.core.say import Say
from parvis.networks.codes import catalogue
from parvis.networks.codes.profile import Period, Weight
from parvis.voice.profiles import CHOICES, greatest, is_threshold, thresholds

DEPARTMENTS = frozenset((*(f"{n:02}" for n in range(1, 96) if n != 20), "2A", "2B", *(str(n) for n in range(971, 979))))
MOST_WORDS, LONGEST_WORD = 1000, 60
LONGEST_REASON, LONGEST_NAME = 300, 60
LONGEST_ADDRESS, LONGEST_PHONE = 200, 30
_PHONE = re.compile(r"\+?[\d\s.()/-]+")
_HOST = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]*[^\W_]")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be changed; None leaves it as it is.

    `weights` by rule and `limits` by "RULE.name" change only what they name; None there puts it back as it comes. `periods` are all the
    company's own periods, see `sales.moved`.
    """

    trade: str | None = None
    address: str | None = None
    inclusive: str | None = None
    department: str | None = None
    phone: str | None = None
    site: str | None = None
    legal_page: str | None = None
    words: Iterable[str] | None = None
    weights: Mapping[str, Weight | None] = field(default_factory=dict)
    limits: Mapping[str, int | None] = field(default_factory=dict)
    periods: Iterable[Period] | None = None

    def tidy(self) -> Wanted:
        """Return it as it would be kept: without spaces around, the department with its two figures, an address with its https."""
        return replace(
            self,
            department=None if self.department is None else _department(self.department),
            phone=None if self.phone is None else " ".join(self.phone.split()),
            site=None if self.site is None else _address(self.site),
            legal_page=None if self.legal_page is None else _address(self.legal_page),
            words=None if self.words is None else sorted({word for line in self.words for word in _shown(line).split()}),
            weights={key: one and Weight(one.severity, _shown(one.reason).strip()) for key, one in self.weights.items()},
            periods=None if self.periods is None else tuple(self.periods),
        )

    def refusals(self) -> dict[str, Say]:
        """Return what cannot be kept of it, once tidy, and why: by field, "weight:RULE", "limit:RULE.name" or "period:name:year"."""
        return {**dict(_of_fields(self)), **dict(_of_rules(self)), **dict(_of_periods(self.periods or ()))}


class Refused(Exception):
    """Something in it cannot be kept; nothing was changed. `why` holds a sentence for each, as `Wanted.refusals` names them."""

    def __init__(self, why: Mapping[str, Say]) -> None:
        super().__init__("; ".join(str(say) for say in why.values()))
        self.why = why


def _shown(text: str) -> str:
    """Return a text without what no screen shows; line ends and tabs become spaces."""
    return "".join(" " if sign in "\r\n\t" else sign for sign in text if sign in "\r\n\t" or unicodedata.category(sign) != "Cc")


def _department(typed: str) -> str:
    typed = typed.strip().upper()
    return f"0{typed}" if len(typed) == 1 and typed.isdigit() else typed


def _address(typed: str) -> str:
    typed = typed.strip()
    return f"https://{typed}" if typed and "://" not in typed else typed


def _of_fields(wanted: Wanted) -> Iterator[tuple[str, Say]]:
    for name, known in CHOICES.items():
        if (value := getattr(wanted, name)) is not None and value not in known:
            yield name, Say("“%(typed)s” is not one of the choices.", {"typed": str(value)[:60]})
    if wanted.department and wanted.department not in DEPARTMENTS:
        facts = {"typed": wanted.department[:60]}
        yield "department", Say("“%(typed)s” is not the number of a department: 01 to 95, 2A, 2B, or 971 to 978.", facts)
    if wanted.phone and not (_PHONE.fullmatch(wanted.phone) and sum(c.isdigit() for c in wanted.phone) >= 6):
        yield "phone", Say("“%(typed)s” is not a telephone number: write it like 02 40 12 34 56.", {"typed": wanted.phone[:60]})
    elif wanted.phone and len(wanted.phone) > LONGEST_PHONE:
        yield "phone", Say("This is longer than a telephone number.")
    for name in ("site", "legal_page"):
        if (address := getattr(wanted, name)) and not _is_secure(address):
            yield name, Say("“%(typed)s” is not a secure address: it begins with https://.", {"typed": address[:60]})
        elif address and len(address) > LONGEST_ADDRESS:
            yield name, Say("An address of more than %(most)s characters cannot be kept.", {"most": LONGEST_ADDRESS})
    words = list(wanted.words or ())
    if len(words) > MOST_WORDS:
        yield "words", Say("These are more than %(most)s words. Keep those that are yours alone.", {"most": MOST_WORDS})
    elif long := next((word for word in words if len(word) > LONGEST_WORD), ""):
        yield "words", Say("“%(word)s…” is too long for a word.", {"word": long[:30]})


def _is_secure(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme == "https" and bool(_HOST.fullmatch(host)) and address.isprintable() and " " not in address


def _of_rules(wanted: Wanted) -> Iterator[tuple[str, Say]]:
    for key, weight in wanted.weights.items():
        if key not in catalogue.BY_ID:
            yield f"weight:{key}", Say("There is no rule %(rule)s.", {"rule": key[:60]})
        elif weight and catalogue.BY_ID[key].hard:
            yield f"weight:{key}", Say("%(rule)s cannot be changed: no publication leaves against it.", {"rule": key})
        elif weight and not weight.reason:
            yield f"weight:{key}", Say("Say why, for your colleagues and for later.")
        elif weight and len(weight.reason) > LONGEST_REASON:
            yield f"weight:{key}", Say("Say it in %(most)s characters or fewer.", {"most": LONGEST_REASON})
    for name, value in wanted.limits.items():
        if name not in thresholds():
            yield f"limit:{name}", Say("No rule has a threshold %(name)s.", {"name": name[:60]})
        elif value is not None and not is_threshold(name, value):
            yield f"limit:{name}", Say("Write a whole number from 0 to %(most)s.", {"most": greatest(name)})


def _of_periods(periods: Iterable[Any]) -> Iterator[tuple[str, Say]]:
    for period in periods:
        key = f"period:{period.name}:{period.first.year}"
        if not period.name.strip() or len(period.name) > LONGEST_NAME:
            yield key, Say("These days need a short name.")
        elif period.first > period.last:
            yield key, Say("The last day comes before the first.")
        elif period.place and period.place not in DEPARTMENTS:
            yield key, Say("“%(typed)s” is not the number of a department: 01 to 95, 2A, 2B, or 971 to 978.", {"typed": period.place[:60]})
