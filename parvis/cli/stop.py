"""The emergency stop: hold everything that would leave a company, or one of its accounts. Without a company: what is stopped."""

from __future__ import annotations

import argparse
import sys

from parvis.channels import queries
from parvis.channels.models import Channel
from parvis.core import clock
from parvis.people.actors import HOUSE
from parvis.people.models import Company
from parvis.publishing import stops
from parvis.publishing.models import Stop
from parvis.worker.stops import in_log


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("company", nargs="?", help="the word of the company in its addresses (/c/WORD/)")
    parser.add_argument("--channel", type=int, help="one account alone, by its number in its address")
    parser.add_argument("--why", default="", help="what everybody in the company reads at the top of each page")


def run(chosen: argparse.Namespace) -> int:
    """Stop, and say what is stopped; 1 where there is no such company or account."""
    if chosen.company is None:
        standing = list(Stop.objects.filter(lifted_at=None).select_related("company", "channel").order_by("pk"))
        print("\n".join(map(in_log, standing)) or "Nothing is stopped.")
        return 0
    company, channel = found(chosen.company, chosen.channel)
    if company is None:
        return 1
    print(in_log(stops.stop(company=company, channel=channel, why=chosen.why, by=HOUSE, now=clock.now())))
    return 0


def found(slug: str, pk: int | None) -> tuple[Company | None, Channel | None]:
    """Return the company and the account that are named, or say what there is and return neither."""
    company = Company.objects.filter(slug=slug).first()
    if company is None:
        names = ", ".join(Company.objects.order_by("slug").values_list("slug", flat=True)[:20])
        print(f"No company is called {slug}. There are: {names or 'none'}.", file=sys.stderr)
        return None, None
    channel = queries.of(company).filter(pk=pk).first() if pk is not None else None
    if pk is not None and channel is None:
        names = ", ".join(f"{one.pk} ({one.network}: {one.handle})" for one in queries.of(company))
        print(f"{slug} has no account {pk}. It has: {names or 'none'}.", file=sys.stderr)
        return None, None
    return company, channel
