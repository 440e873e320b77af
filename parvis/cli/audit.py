"""The journal. `verify` reads every chain and says what is wrong with it; `export` writes it out with what others need to verify it;
`accept` keeps that somebody looked into what was found."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext

from parvis.audit import chain, watching
from parvis.audit.commands import NothingFound, accept
from parvis.audit.exporting import export_csv, export_json
from parvis.audit.models import Chain, Entry
from parvis.audit.queries import Asked
from parvis.audit.sentences import sentence
from parvis.audit.verifying import Finding, Verdict, verify
from parvis.core import clock
from parvis.people.actors import HOUSE
from parvis.people.models import Company

LONG = 50_000
HOUSES_OWN = "(the house’s own)"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to do, and with whose journal."""
    parser.add_argument("what", choices=("verify", "export", "accept"))
    parser.add_argument("--company", help="the company's short name, as its address has it; without it, every company and the house itself")
    parser.add_argument("--json", action="store_true", help="verify: say it for a program")
    parser.add_argument("--noted", metavar="NUMBER:LINK", help="verify: this entry, noted elsewhere, must still be there")
    parser.add_argument("--format", choices=("csv", "json"), default="csv", help="export: in which form")
    parser.add_argument("--language", choices=("fr", "en"), default="fr", help="export: of its sentences")
    parser.add_argument("--output", help="export: into this file instead of the screen")
    parser.add_argument("--reason", default="", help="accept: what was found out")


def run(chosen: argparse.Namespace) -> int:
    """Do it: 0 when all is whole or done, 1 when not, 2 when nobody is called so or something is missing."""
    company = Company.objects.filter(slug=chosen.company).first() if chosen.company else None
    if chosen.company and company is None:
        print(f"no company is called {chosen.company}", file=sys.stderr)
        return 2
    if chosen.what == "verify":
        return _verify(company, chosen)
    if company is None:
        print(f"{chosen.what}: say of which company, with --company", file=sys.stderr)
        return 2
    return _export(company, chosen) if chosen.what == "export" else _accept(company, chosen.reason)


def _verify(company: Company | None, chosen: argparse.Namespace) -> int:
    if chosen.noted and company is None:
        print("--noted: say of which company, with --company", file=sys.stderr)
        return 2
    said, whole = [], True
    for at, slug in _chains(company):
        verdict = verify(at, progress=_progress(slug))
        watching.note(at, verdict, now=clock.now(), whole=True)
        if chosen.noted and not _stands(at, chosen.noted):
            verdict.findings.append(Finding("noted"))
        whole = whole and verdict.whole
        said.append(_plain(slug, verdict))
        if not chosen.json:
            print("\n".join(_lines(slug, verdict)), flush=True)
    if chosen.json:
        print(json.dumps({"whole": whole, "journals": said}, ensure_ascii=False, indent=2))
    return 0 if whole else 1


def _chains(company: Company | None) -> Iterator[tuple[int, str]]:
    if company is not None:
        yield company.pk, company.slug
        return
    yield chain.HOUSE, HOUSES_OWN
    known = dict(Company.objects.order_by("slug").values_list("pk", "slug"))
    yield from known.items()
    # A company that is gone leaves its journal behind.
    gone = Chain.objects.exclude(pk__in=[chain.HOUSE, *known]).order_by("pk").values_list("pk", flat=True)
    yield from ((pk, f"(company {pk}, gone)") for pk in gone)


def _progress(slug: str) -> Any:
    """Return what is told while a long chain is read, to a person who waits."""

    def tell(done: int, of: int) -> None:
        if of > LONG and sys.stderr.isatty():
            print(f"\r{slug}: {done:,} of {of:,}", end="\n" if done >= of else "", file=sys.stderr, flush=True)

    return tell


def _stands(at: int, noted: str) -> bool:
    number, _, link = noted.partition(":")
    own = Entry.objects.filter(company_id=at or None, seq=int(number) if number.isdecimal() else 0)
    return len(link) >= 8 and own.filter(link__startswith=link.lower()).exists()


def _lines(slug: str, verdict: Verdict) -> Iterator[str]:
    end = f"; the last is {verdict.count}:{verdict.head[:16]}" if verdict.count else ""
    yield f"{slug}: {verdict.count:,} entries, {'whole' if verdict.whole else 'NOT WHOLE'}{end}"
    yield from (f"  {one.say()}" for one in verdict.findings)
    yield from (f"  {one.say()} (looked into)" for one in verdict.known)


def _plain(slug: str, verdict: Verdict) -> dict[str, Any]:
    return {
        "company": None if slug == HOUSES_OWN else slug,
        "entries": verdict.count,
        "head": verdict.head,
        "whole": verdict.whole,
        "findings": [{**one.to_json(), "says": str(one.say())} for one in verdict.findings],
        "known": [{**one.to_json(), "says": str(one.say())} for one in verdict.known],
    }


def _export(company: Company, chosen: argparse.Namespace) -> int:
    def tell(entries: list[Entry]) -> list[str]:
        with translation.override(chosen.language):
            return [gettext(say.text) % say.facts for say in map(sentence, entries)]

    write = export_csv if chosen.format == "csv" else export_json
    with ExitStack() as stack:
        out = stack.enter_context(Path(chosen.output).open("w", encoding="utf-8", newline="")) if chosen.output else sys.stdout
        for piece in write(company.pk, Asked(), tell):
            out.write(piece)
    return 0


def _accept(company: Company, reason: str) -> int:
    if not reason.strip():
        print("accept: say what was found out, with --reason", file=sys.stderr)
        return 2
    try:
        accept(company_id=company.pk, reason=reason.strip(), by=HOUSE, now=clock.now())
    except NothingFound:
        print("nothing is known to be wrong with this journal: run “parvis audit verify” first", file=sys.stderr)
        return 1
    print("kept in the journal; what is written from now on is watched again")
    return 0
