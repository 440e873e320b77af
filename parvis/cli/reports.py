"""The forms in which `parvis lint` answers: for a person, for a program, for a code host."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

import regex

from parvis.networks.codes.rule import Finding, Severity
from parvis.networks.facts_of import SPECS

SARIF = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.TIP: "note"}
GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.TIP: "notice"}
NAMES = {
    "fr": {Severity.ERROR: "erreur", Severity.WARNING: "avertissement", Severity.TIP: "conseil"},
    "en": {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.TIP: "tip"},
}
ROOM = 72
LISTED = 8
# A text may hold what would move the cursor or colour the terminal: it is shown by its picture.
SHOWN = {n: 0x2400 + n for n in range(32)} | dict.fromkeys((*range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A)), 0xFFFD)
SHOWN[ord("\t")] = ord(" ")


@dataclass(frozen=True, slots=True)
class Post:
    """A text as it stands in its file, what was found in it for each network, and what it becomes once corrected.

    `mark` is the byte order mark the file began with, no part of the text. `written`: it was corrected in its file.
    """

    name: str
    text: str
    found: Mapping[str, list[Finding]]
    corrected: str
    mark: str = ""
    written: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding, and every network it is the same for. Lines and columns count from 1, in code points."""

    finding: Finding
    networks: tuple[str, ...]
    line: int
    column: int


def remarks(post: Post) -> list[Remark]:
    """Return what was found, each thing once, the gravest first."""
    same: dict[tuple[object, ...], tuple[Finding, list[str]]] = {}
    for network, findings in post.found.items():
        for finding in findings:
            hit = finding.hit
            key = (finding.rule.id, hit.span, hit.medium, finding.sentence("en"), finding.severity)
            same.setdefault(key, (finding, []))[1].append(network)
    found = [Remark(finding, tuple(networks), *_place(post.text, (finding.hit.span or (0, 0))[0])) for finding, networks in same.values()]
    return sorted(found, key=lambda one: (-one.finding.severity, one.finding.hit.span or (-1, -1), one.finding.rule.id))


def _place(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _message(post: Post, remark: Remark, language: str) -> str:
    """Return the sentence, with the medium it is about, and its networks unless it is the same for all."""
    number = remark.finding.hit.medium
    medium = "" if number is None else f"média {number + 1}\u00a0: " if language == "fr" else f"medium {number + 1}: "
    where = f" ({', '.join(SPECS[key].name for key in remark.networks)})" if len(remark.networks) < len(post.found) else ""
    return f"{medium}{remark.finding.sentence(language)}{where}"


# ---- for a person


def as_text(posts: Sequence[Post], language: str) -> str:
    """Return the remarks with their cures, the piece each is about, and a count. What a rule says often of one text is said once."""
    lines: list[str] = []
    every: list[Remark] = []
    for post in posts:
        if post.written:
            lines.append(f"{post.name}\u00a0: corrigé." if language == "fr" else f"{post.name}: corrected.")
        found = remarks(post)
        every += found
        for alike in _alike(found, language):
            lines += _lines(post, alike, language)
    return "".join(f"{line.translate(SHOWN)}\n" for line in [*lines, *_count(every, language)])


def _alike(found: Sequence[Remark], language: str) -> list[list[Remark]]:
    """Put together what one rule says of several places with the same cure, where the first of them is."""
    groups: dict[tuple[object, ...], list[Remark]] = {}
    for number, remark in enumerate(found):
        finding, span = remark.finding, remark.finding.hit.span
        key = (finding.rule.id, finding.severity, remark.networks, finding.rule.cure.within(language, finding.hit.facts))
        groups.setdefault(key if span else (number,), []).append(remark)
    return list(groups.values())


def _lines(post: Post, alike: Sequence[Remark], language: str) -> list[str]:
    first, *others = alike
    finding, span = first.finding, first.finding.hit.span
    fixable = " [*]" if finding.hit.fix else ""
    name = NAMES[language][finding.severity]
    head = f"{post.name}:{first.line}:{first.column}: {finding.rule.id} {name}{fixable} {_message(post, first, language)}"
    cure = f"    → {finding.rule.cure.within(language, finding.hit.facts)}"
    return [head, *(_excerpt(post.text, span) if span else []), *_others(post, others, language), cure]


def _others(post: Post, others: Sequence[Remark], language: str) -> list[str]:
    if not others:
        return []
    pieces = [(f"{one.line}:{one.column}", _piece(post.text, one.finding.hit.span)) for one in others[:LISTED]]
    rest = ", …" if len(others) > LISTED else ""
    if language == "fr":
        told = ", ".join(f"{place} «\u00a0{piece}\u00a0»" if piece else place for place, piece in pieces)
        return [f"    + {len(others)} {'autres' if len(others) > 1 else 'autre'}\u00a0: {told}{rest}"]
    return [f"    + {len(others)} more: {', '.join(f'{place} “{piece}”' if piece else place for place, piece in pieces)}{rest}"]


def _piece(text: str, span: tuple[int, int] | None) -> str:
    piece = " ".join(text[slice(*span)].split()) if span else ""
    return piece if len(piece) <= ROOM // 3 else ""


def _excerpt(text: str, span: tuple[int, int]) -> list[str]:
    """Return the line it is on, cut to the room there is, and signs under the piece."""
    start, end = text.rfind("\n", 0, span[0]) + 1, text.find("\n", span[0])
    line = text[start : end if end >= 0 else len(text)].rstrip("\r")
    at = min(span[0] - start, len(line))
    cut = max(0, at - ROOM // 3)
    shown = line[cut : cut + ROOM]
    if not shown.strip():
        return []
    under = _width(shown[at - cut : span[1] - start - cut])
    return [f"    | {shown}", f"    | {' ' * _width(line[cut:at])}{'^' * max(1, under)}"]


def _width(text: str) -> int:
    """Return how many columns a terminal gives to a text: two for an emoji, however many signs it is made of."""
    return sum(2 if any(unicodedata.east_asian_width(sign) in "WF" for sign in seen) else 1 for seen in regex.findall(r"\X", text))


def _count(every: Sequence[Remark], language: str) -> list[str]:
    french, names = language == "fr", NAMES[language]
    if not every:
        return ["Rien à remarquer." if french else "Nothing to remark."]
    severities = [remark.finding.severity for remark in every]
    counts = {severity: severities.count(severity) for severity in sorted(Severity, reverse=True)}
    told = ", ".join(f"{n} {names[severity]}{'s' if n > 1 else ''}" for severity, n in counts.items() if n)
    fixable = sum(1 for remark in every if remark.finding.hit.fix)
    cured = (
        f"{fixable} [*] se {'corrigent' if fixable > 1 else 'corrige'} avec --fix."
        if french
        else f"{fixable} [*] can be corrected with --fix."
    )
    code = every[0].finding.rule.id
    why = f"« parvis rules {code} » dit pourquoi." if french else f"“parvis rules {code}” says why."
    return [f"{told}. {f'{cured} ' if fixable else ''}{why}"]


# ---- for a program


def as_json(posts: Sequence[Post], language: str) -> str:
    """Return an object a post, each with its findings by network. Places count code points from 0, the end excluded.

    They are places of the text as it stands in its file, its line ends included and a byte order mark left out.
    """
    told = [
        {"file": post.name, "corrected": post.corrected, "findings": [_plain(one, language) for one in remarks(post)]} for post in posts
    ]
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _plain(remark: Remark, language: str) -> dict[str, Any]:
    finding = remark.finding
    rule, hit = finding.rule, finding.hit
    return {
        "rule": rule.id,
        "name": rule.name,
        "severity": finding.severity.word,
        "networks": list(remark.networks),
        "message": finding.sentence(language),
        "why": rule.why.within(language, hit.facts),
        "cure": rule.cure.within(language, hit.facts),
        "source": {"name": rule.source.name, "url": rule.source.url, "read": str(rule.source.read), "verified": rule.source.verified},
        "line": remark.line,
        "column": remark.column,
        "span": list(hit.span) if hit.span else None,
        "medium": hit.medium,
        "fix": {"start": hit.fix.start, "end": hit.fix.end, "text": hit.fix.text} if hit.fix else None,
    }


def as_sarif(posts: Sequence[Post], language: str) -> str:
    """Return SARIF 2.1.0, as code hosts and editors read it."""
    every = [(post, remark) for post in posts for remark in remarks(post)]
    rules = {remark.finding.rule.id: remark.finding.rule for _post, remark in every}
    order = {code: number for number, code in enumerate(sorted(rules))}
    driver = {
        "name": "parvis",
        "version": version("parvis"),
        "rules": [
            {
                "id": code,
                "name": rules[code].name,
                "shortDescription": {"text": rules[code].says.within(language, rules[code].limits)},
                "fullDescription": {"text": rules[code].why.within(language, rules[code].limits)},
                "help": {"text": rules[code].cure.within(language, rules[code].limits)},
                "defaultConfiguration": {"level": SARIF[rules[code].severity]},
            }
            for code in order
        ],
    }
    results = [_result(post, remark, order, language) for post, remark in every]
    told = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _result(post: Post, remark: Remark, order: Mapping[str, int], language: str) -> dict[str, Any]:
    finding, hit = remark.finding, remark.finding.hit
    artifact = {"uri": _address(post.name)}
    region = _region(post.text, *hit.span) if hit.span else {"startLine": 1, "startColumn": 1}
    result: dict[str, Any] = {
        "ruleId": finding.rule.id,
        "ruleIndex": order[finding.rule.id],
        "level": SARIF[finding.severity],
        "message": {"text": _message(post, remark, language)},
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
        "properties": {"networks": list(remark.networks)},
    }
    if hit.fix:
        replacement = {"deletedRegion": _region(post.text, hit.fix.start, hit.fix.end), "insertedContent": {"text": hit.fix.text}}
        result["fixes"] = [{"artifactChanges": [{"artifactLocation": artifact, "replacements": [replacement]}]}]
    return result


def _region(text: str, start: int, end: int) -> dict[str, int]:
    (line, column), (last, after) = _place(text, start), _place(text, end)
    return {"startLine": line, "startColumn": column, "endLine": last, "endColumn": after}


def _address(name: str) -> str:
    path = Path(name)
    return path.as_uri() if path.is_absolute() else quote(os.fsencode(path.as_posix()))


def as_github(posts: Sequence[Post], language: str) -> str:
    """Return workflow commands, one a line: they mark the lines of a change on the code host's pages."""
    return "".join(
        f"::{GITHUB[remark.finding.severity]} file={_property(post.name)},line={remark.line},col={remark.column},"
        f"title={_property(f'{remark.finding.rule.id} {remark.finding.rule.name}')}::{_data(_message(post, remark, language))}\n"
        for post in posts
        for remark in remarks(post)
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


REPORTS: Mapping[str, Callable[[Sequence[Post], str], str]] = {"text": as_text, "json": as_json, "sarif": as_sarif, "github": as_github}
