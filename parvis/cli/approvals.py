"""What waits for a yes in a company, one line a request: its hour, how long it has waited, whose yes, what."""

from __future__ import annotations

import argparse
import sys
from zoneinfo import ZoneInfo

from django.db.models import F

from parvis.delegation.approvals import OPEN
from parvis.delegation.requests import of
from parvis.people.models import Company


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take the company's short name."""
    parser.add_argument("company", help="the company's short name, as its address has it")


def run(args: argparse.Namespace) -> int:
    """Print it; 1 where there is no such company."""
    company = Company.objects.filter(slug=args.company).first()
    if company is None:
        print(f"no company is called {args.company}", file=sys.stderr)
        return 1
    zone = ZoneInfo(company.timezone)
    rows = of(company).filter(stage__in=OPEN).order_by(F("at").asc(nulls_last=True), "pk")
    for one in rows:
        at = f"{one.at.astimezone(zone):%Y-%m-%d %H:%M}" if one.at else "at once".ljust(16)
        print(f"{one.pk:>6}  {at}  {one.side:<6}  {one.stage:<7}  {one.subject:<6}  v{one.version}  {one.who}: {one.label[:80]}")
    print(f"{len(rows)} waiting", file=sys.stderr)
    return 0
