"""Every page of a company with 10 000 posts: server time, SQL queries, weight; and the same pages with 500 posts, to see what grows."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import django

from bench.figures import Figures, percentile

ROUNDS = 25
MOST_MS = 50
MOST_QUERIES = 12
MOST_MONTH = 80
NOW = datetime.now(UTC).replace(minute=30, second=0, microsecond=0)


def main() -> int:
    """Build both companies in a throw-away SQLite file and read every page of them."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(PARVIS_DATA=folder, PARVIS_DATABASE="", PARVIS_LOG="ERROR", DJANGO_SETTINGS_MODULE="parvis.settings")
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        return _measure()


def _measure() -> int:
    seen, worst = Figures(), Figures()
    small, large = _company("small", 500), _company("large", 10_000)
    for name, path in _pages(large).items():
        few = _read(small, _pages(small)[name])
        many = _read(large, path)
        seen.say(f"{name}: time p95", many["ms"], most=MOST_MS, unit="ms")
        seen.say(f"{name}: queries", many["queries"], most=MOST_QUERIES)
        worst.say(f"{name}: queries more than with 500 posts", many["queries"] - few["queries"], most=0)
        seen.say(f"{name}: time with 500 posts", few["ms"], unit="ms")
        if name in {"month", "crowded month"}:
            seen.say(f"{name}: HTML", many["bytes"] / 1000, most=MOST_MONTH, unit="kB")
    return 1 if seen.missed or worst.missed else 0


def _read(who: dict[str, Any], path: str) -> dict[str, float]:
    times, asked, weight = [], 0, 0
    for turn in range(ROUNDS):
        with counting() as count:
            began = time.perf_counter()
            answer = who["client"].get(path)
            times.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code}")
        # The first reading compiles templates and fills what a server keeps.
        asked, weight = (count[0], len(answer.content)) if turn else (asked, weight)
    return {"ms": percentile(times[1:], 0.95), "queries": asked, "bytes": weight}


@contextmanager
def counting() -> Iterator[list[int]]:
    """Count the queries that are put meanwhile."""
    from django.db import connection

    count = [0]

    def wrapper(execute: Any, *given: Any) -> Any:
        count[0] += 1
        return execute(*given)

    with connection.execute_wrapper(wrapper):
        yield count


def _pages(who: dict[str, Any]) -> dict[str, str]:
    inside = f"/c/{who['slug']}"
    crowded = NOW + timedelta(days=31)
    return {
        "today": f"{inside}/",
        "month": f"{inside}/calendar/{NOW.year}/{NOW.month}/",
        "crowded month": f"{inside}/calendar/{crowded.year}/{crowded.month}/",
        "week": f"{inside}/calendar/week/{NOW:%Y-%m-%d}/",
        "list": f"{inside}/posts/",
        "list, searched": f"{inside}/posts/?q=fournil",
        "post": f"{inside}/posts/{who['sent']}/departures/",
        "composer": f"{inside}/posts/{who['draft']}/edit/",
        "pictures": f"{inside}/media/",
        "accounts": f"{inside}/settings/channels/",
        "members": f"{inside}/settings/members/",
        "journal": f"{inside}/settings/journal/",
        "slots": f"{inside}/settings/slots/",
    }


def _company(slug: str, count: int) -> dict[str, Any]:
    """Make a company with `count` posts over five years, one month of them crowded (forty a day), on four channels."""
    from django.conf import settings
    from django.test import Client

    from parvis.audit.commands import record
    from parvis.channels.models import Channel
    from parvis.core.db import writing
    from parvis.people.actors import Actor
    from parvis.people.models import Company, Member, User

    settings.ALLOWED_HOSTS.append("testserver")
    company = Company.objects.create(name=f"Boulangerie {slug}", slug=slug, created_at=NOW - timedelta(days=2000))
    user = User.objects.create_user(f"{slug}@example.test", "x", name="Alice")
    Member.objects.create(company=company, user=user, role="owner", since=NOW)
    networks = [key for key in settings.NETWORKS for _ in range(2)]
    channels = Channel.objects.bulk_create(
        Channel(
            company=company, network=key, base=f"https://{n}.example", remote_id=f"{slug}{n}", handle=f"compte-{n}", name=f"Compte {n}",
            connected_at=NOW, visit_at=NOW, tokens="x",
        )
        for n, key in enumerate(networks)
    )  # fmt: skip
    made = _posts(company, list(channels), count)
    _pictures(company, min(count, 2000))
    verbs = ["posts:post:scheduled", "posts:post:started", "media:asset:taken"]
    by = Actor.person(user)
    with writing():
        for n in range(count):
            record(verbs[n % 3], by=by, now=NOW - timedelta(minutes=n), company_id=company.pk, label="Pain")
    client = Client()
    client.force_login(user)
    return {"slug": slug, "client": client, **made}


def _posts(company: Any, channels: list[Any], count: int) -> dict[str, int]:
    from parvis.networks.facts import Parcel
    from parvis.posts.models import Departure, Post, Variant
    from parvis.publishing.models import Attempt, Delivery

    def hour(n: int) -> datetime:
        crowd = min(1200, count // 5)
        if n < crowd:
            return NOW + timedelta(days=31 - NOW.day + 1 + n // 40, minutes=15 * (n % 40))
        return NOW + timedelta(hours=4) * (n - crowd - (count - crowd) * 4 // 5)

    posts = Post.objects.bulk_create(
        (
            Post(
                company=company, title=f"Le pain du jour {n}", parts=[f"Le four est chaud, le fournil aussi : fournée {n}. " * 3],
                at=None if n % 20 == 19 else hour(n), scheduled=n % 20 != 19, created_at=NOW, changed_at=NOW - timedelta(minutes=n),
            )
            for n in range(count)
        ),
        batch_size=1000,
    )  # fmt: skip
    variants = Variant.objects.bulk_create((Variant(post=p, channel=c) for p in posts for c in channels[:3]), batch_size=1000)
    parcels = {p.pk: Parcel(p.parts[0]) for p in posts}

    def delivery(v: Any) -> Any:
        at, gone = v.post.at, v.post.at <= NOW
        refused = v.pk % 97 == 0 and gone
        state = "refused" if refused else "sent" if gone else "scheduled"
        return Delivery(
            company=company, channel=v.channel, subject=v.post.title, parcel=parcels[v.post_id].to_json(), digest="0" * 64, state=state,
            due_at=at, ready_at=at, created_at=NOW, sent_at=at if state == "sent" else None, attempt=int(gone),
            remote_id=f"r{v.pk}" if state == "sent" else "", url="https://x.example/1" if state == "sent" else "",
            told={"why": {"text": "Refused.", "facts": {}}, "cure": None} if refused else None, mailed_at=NOW,
        )  # fmt: skip

    leaving = [v for v in variants if v.post.scheduled]
    deliveries = Delivery.objects.bulk_create((delivery(v) for v in leaving), batch_size=500)
    pairs = zip(leaving, deliveries, strict=True)
    Departure.objects.bulk_create((Departure(variant=v, delivery=d) for v, d in pairs), batch_size=1000)
    tried = [d for d in deliveries if d.attempt]
    Attempt.objects.bulk_create(
        (Attempt(delivery=d, number=1, kind="send", began_at=d.due_at, ended_at=d.due_at, verdict="receipt") for d in tried),
        batch_size=1000,
    )
    sent = next(p for p in reversed(posts) if p.at and p.at <= NOW)
    return {"sent": sent.pk, "draft": posts[19].pk}


def _pictures(company: Any, count: int) -> None:
    from parvis.media.models import Asset

    Asset.objects.bulk_create(
        (
            Asset(
                company=company, digest=f"{company.pk:08x}{n:056x}", name=f"photo-{n}.jpg", mime="image/jpeg", width=1600, height=1200,
                size=400_000, alt="Un pain" if n % 3 else "", created_at=NOW - timedelta(minutes=n),
            )
            for n in range(count)
        ),
        batch_size=1000,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
