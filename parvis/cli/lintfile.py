"""`parvis.toml`: how a company speaks, for the command line. Every word that is not known is said, with those that are."""

from __future__ import annotations

import locale
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from stat import S_ISREG
from typing import Any
from zoneinfo import ZoneInfo

from parvis.networks.codes.catalogue import BY_ID
from parvis.networks.codes.profile import ADDRESSES, INCLUSIVE, TRADES, Period, Profile, Weight
from parvis.networks.codes.rule import Severity
from parvis.networks.facts_of import SPECS

NAME = "parvis.toml"
ZONE = ZoneInfo("Europe/Paris")
NOON = time(12)
YEARS = range(2000, 2100)
MOST, MOST_BYTES = 1_000_000, 300_000
LANGUAGES, ANSWERS = ("fr", "en", "de", "es", "it"), ("fr", "en")
# The departments, and the territories that have holidays and sales of their own.
DEPARTMENT = re.compile(r"0[1-9]|1\d|2[1-9AB]|[3-8]\d|9[0-5]|97[1-8]|98[4678]")
_PLAIN = ("phone", "site", "legal_page")
_CHOSEN: Mapping[str, tuple[str, ...]] = {"trade": TRADES, "address": ADDRESSES, "inclusive": INCLUSIVE}
_KNOWN = ("networks", "language", "say", "fail-on", "words", "rules", "limits", "periods", "department", *_CHOSEN, *_PLAIN)


class Unusable(Exception):
    """What was asked cannot be done; its words say why."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What `parvis lint` goes by. `say` is the language of the answer, `language` that of the texts."""

    networks: tuple[str, ...] = tuple(SPECS)
    language: str = "fr"
    say: str = "fr"
    fail_on: Severity = Severity.WARNING
    profile: Profile = field(default_factory=Profile)


def spoken() -> str:
    """Return the language of the terminal: French unless it says another."""
    told = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    return "en" if told[:2].lower() == "en" else "fr"


def severity_names() -> str:
    """Return the names of the severities, for a person."""
    return ", ".join(severity.word for severity in sorted(Severity, reverse=True))


def read_severity(told: object, where: str) -> Severity:
    """Read a severity by its name. Raises Unusable."""
    try:
        return Severity.named(str(told))
    except KeyError as why:
        raise Unusable(f"{where}: “{told}” is no severity: {severity_names()}") from why


def read_when(told: str) -> datetime:
    """Read a day (noon is meant) or a moment, in Paris where it names no zone. Raises Unusable."""
    try:
        day_only = len(told) == len("2027-01-06")
        moment = datetime.combine(date.fromisoformat(told), NOON) if day_only else datetime.fromisoformat(told)
    except ValueError as why:
        raise Unusable(f"--date: “{told}” is no date: write 2027-01-06 or 2027-01-06T10:30") from why
    if moment.year not in YEARS:
        raise Unusable(f"--date: “{told}” is too far: holidays and sales are known from {YEARS[0]} to {YEARS[-1]}")
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def read_department(told: str, where: str) -> str:
    """Read a department's number. Raises Unusable."""
    number = told.strip().upper()
    if not DEPARTMENT.fullmatch(number):
        raise Unusable(f"{where}: “{told}” is no department: write its number (44, 2A, 974)")
    return number


def read_networks(told: Iterable[str], where: str) -> tuple[str, ...]:
    """Read keys of networks, each once. Raises Unusable."""
    keys = tuple(dict.fromkeys(key.strip().lower() for key in told if key.strip()))
    if not keys:
        raise Unusable(f"{where}: no network is named; there are {', '.join(SPECS)}")
    for key in keys:
        if key not in SPECS:
            raise Unusable(f"{where}: no network is called “{key}”; there are {', '.join(SPECS)}")
    return keys


def read_file(path: Path) -> bytes:
    """Read a file's bytes. Raises Unusable, for one that is larger than any text of ours too."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as why:
        raise unreadable(path, why) from why
    if len(content) > MOST_BYTES:
        raise too_large(str(path))
    return content


def size_of(path: Path) -> int:
    """Return how many bytes a file has. Raises Unusable where it is missing, or no plain file: then it may have no end."""
    try:
        known = path.stat()
    except OSError as why:
        raise unreadable(path, why) from why
    if not S_ISREG(known.st_mode):
        raise Unusable(f"{path} is no plain file")
    return known.st_size


def unreadable(path: Path, why: OSError) -> Unusable:
    """Say that a file cannot be read."""
    if isinstance(why, IsADirectoryError):
        return Unusable(f"{path} is a folder: name the files in it")
    return Unusable(f"{path} cannot be read: {why.strerror or why}")


def too_large(name: str) -> Unusable:
    """Say that a text is larger than any post."""
    return Unusable(f"{name} is larger than {MOST_BYTES // 1000} kB: that is no post")


def read_choices(path: Path | None) -> Choices:
    """Read the file that was named, or the nearest parvis.toml above here; without one, what suits a company that said nothing.

    Raises Unusable.
    """
    plain = Choices(say=spoken())
    path = path or _nearest()
    if path is None:
        return plain
    try:
        told = tomllib.loads(read_file(path).decode("utf-8-sig"))
    except (ValueError, RecursionError) as why:
        # Also whole numbers of thousands of digits, and brackets without end.
        raise Unusable(f"{path} is not valid TOML: {why}") from why
    return _read(told, str(path), plain)


def _nearest() -> Path | None:
    try:
        here = Path.cwd()
    except OSError:
        return None
    # Unlike Path.is_file, it takes a folder that may not be looked into for one that has none.
    return next((folder / NAME for folder in (here, *here.parents) if os.path.isfile(folder / NAME)), None)


def _read(told: Mapping[str, Any], where: str, plain: Choices) -> Choices:
    _among(told, _KNOWN, where)
    chosen: dict[str, Any] = {
        name: _one_of(told.get(name, getattr(plain.profile, name)), known, f"{where}: {name}") for name, known in _CHOSEN.items()
    }
    chosen |= {name: _word(told, name, where) for name in _PLAIN}
    department = _word(told, "department", where)
    profile = Profile(
        **chosen,
        department=read_department(department, f"{where}: department") if department else "",
        words=frozenset(_words(told, "words", where)),
        weights=_weights(_table(told, "rules", where), f"{where}: rules"),
        limits=_limits(_table(told, "limits", where), f"{where}: limits"),
        periods=_periods(told.get("periods", []), f"{where}: periods"),
    )
    return Choices(
        networks=read_networks(_words(told, "networks", where), f"{where}: networks") if "networks" in told else plain.networks,
        language=_one_of(told.get("language", plain.language), LANGUAGES, f"{where}: language"),
        say=_one_of(told.get("say", plain.say), ANSWERS, f"{where}: say"),
        fail_on=read_severity(told.get("fail-on", plain.fail_on.word), f"{where}: fail-on"),
        profile=profile,
    )


def _among(told: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    for name in told:
        if name not in known:
            raise Unusable(f"{where}: “{name}” is not known here: {', '.join(known)}")


def _one_of(told: object, known: tuple[str, ...], where: str) -> Any:
    if told not in known:
        raise Unusable(f"{where}: “{told}” is not one of {', '.join(known)}")
    return told


def _word(told: Mapping[str, Any], name: str, where: str) -> str:
    value = told.get(name, "")
    if not isinstance(value, str):
        raise Unusable(f"{where}: {name} is a text between quotes")
    return value


def _words(told: Mapping[str, Any], name: str, where: str) -> list[str]:
    value = told.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Unusable(f'{where}: {name} is a list of texts: ["…", "…"]')
    return value


def _table(told: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    value = told.get(name, {})
    if not isinstance(value, dict):
        raise Unusable(f"{where}: {name} is a table: [{name}]")
    return value


def _weights(told: Mapping[str, Any], where: str) -> dict[str, Weight]:
    found: dict[str, Weight] = {}
    for key, value in told.items():
        if key not in BY_ID:
            raise Unusable(f"{where}: no rule is called “{key}”; parvis rules lists them")
        table, here = (value if isinstance(value, dict) else {"severity": value}), f"{where}.{key}"
        _among(table, ("severity", "reason"), here)
        severity, reason = table.get("severity"), _word(table, "reason", here)
        off = severity is False or (isinstance(severity, str) and severity.strip().lower() == "off")
        if not off and not isinstance(severity, str):
            raise Unusable(f'{here}: write "off", or a severity: {severity_names()}')
        found[key] = Weight(None if off else read_severity(severity, here), reason)
    return found


def _limits(told: Mapping[str, Any], where: str) -> dict[str, int]:
    flat = {f"{key}.{name}": value for key, table in told.items() if isinstance(table, dict) for name, value in table.items()}
    flat |= {key: value for key, value in told.items() if not isinstance(value, dict) or not value}
    for key, value in flat.items():
        code, _, name = key.partition(".")
        if code not in BY_ID:
            raise Unusable(f"{where}: no rule is called “{code}”; parvis rules lists them")
        if name not in BY_ID[code].limits:
            known = ", ".join(f"{code}.{one}" for one in BY_ID[code].limits)
            raise Unusable(f"{where}: no threshold is called “{key}”: {f'there is {known}' if known else f'{code} has none'}")
        if type(value) is not int or not 0 <= value <= MOST:
            raise Unusable(f"{where}: {key} is a whole number from 0 to {MOST}")
    return flat


def _periods(told: object, where: str) -> tuple[Period, ...]:
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        raise Unusable(f"{where}: write [[periods]] for each, with name, first and last")
    found = []
    for one in told:
        _among(one, ("name", "first", "last", "place"), where)
        name, place, first, last = _word(one, "name", where), _word(one, "place", where), one.get("first"), one.get("last")
        # A moment is a date to Python, and cannot be compared with one.
        if not name or type(first) is not date or type(last) is not date or first > last:
            raise Unusable(f"{where}: each has a name, a first day and a last one after it, without an hour (first = 2027-01-06)")
        # As the house spells them: one with the other apostrophe would stand beside the computed one, not in its place.
        found.append(Period(name.replace("'", "’"), first, last, read_department(place, f"{where}: place") if place else ""))
    return tuple(found)
