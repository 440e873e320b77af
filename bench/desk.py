"""The desk of an agency: 200 clients and 10 000 things that wait; time on the clock, time at work, SQL queries. `python -m bench.desk`."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import django

from bench.figures import Figures, percentile
from bench.pages import counting
from tests import postgres

CLIENTS, EACH = 200, 50
ROUNDS = 60
MOST_MS, MOST_QUERIES = 50, 12
NOW = datetime.now(UTC).replace(minute=30, second=0, microsecond=0)


def main(database: str = "sqlite") -> int:
    """Measure on one database; 1 when a mark was missed."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="parvis-bench-"))
        os.environ.update(DJANGO_SETTINGS_MODULE="parvis.settings", PARVIS_DATA=folder, PARVIS_LOG="ERROR", PARVIS_DATABASE="")
        if database == "postgresql":
            os.environ["PARVIS_DATABASE"] = stack.enter_context(postgres.running())
        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)
        who = _agency()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        # As a server starts: it reads the screens and settles.
        import_module("parvis.web.wsgi")
        missed = _measure(who)
        connection.close()
        return missed


def _measure(who: dict[str, Any]) -> int:
    seen = Figures()
    pages = {
        "desk": "/desk/", "desk, next clients": "/desk/?after=0~150~client%20150", "desk, one client": f"/desk/?client={who['one']}",
        "desk, one person": f"/desk/?person={who['person']}", "yes awaited": "/desk/?kind=client", "decisions": "/desk/?kind=decision",
        "answers": "/desk/inbox/", "month": "/desk/calendar/", "week": f"/desk/calendar/week/{NOW:%Y-%m-%d}/", "hours": "/desk/hours/",
    }  # fmt: skip
    for name, url in pages.items():
        wall, work, queries = _read(who["client"], url)
        seen.say(f"{name}: on the clock p95", percentile(wall, 0.95), unit="ms")
        seen.say(f"{name}: at work, middle", percentile(work, 0.5), unit="ms")
        seen.say(f"{name}: at work p95", percentile(work, 0.95), most=MOST_MS, unit="ms")
        seen.say(f"{name}: queries", queries, most=MOST_QUERIES)
    print(f"load while measuring: {os.getloadavg()[0]:.1f} processes wanting {os.cpu_count()} cores", flush=True)
    return 1 if seen.missed else 0


def _read(client: Any, url: str) -> tuple[list[float], list[float], int]:
    wall, work, asked = [], [], 0
    for turn in range(ROUNDS):
        with counting() as count:
            began, cpu = time.perf_counter(), time.process_time()
            answer = client.get(url)
            wall.append((time.perf_counter() - began) * 1000)
            work.append((time.process_time() - cpu) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{url}: {answer.status_code}")
        asked = count[0] if turn else asked
    # The first reading compiles templates and fills what a server keeps.
    return wall[1:], work[1:], asked


def _agency() -> dict[str, Any]:
    """Make an agency of five with `CLIENTS` clients, each with `EACH` things that wait and as many that do not."""
    from django.conf import settings
    from django.test import Client

    from parvis.channels.models import Channel
    from parvis.delegation.models import Bearer, Mandate, Standing
    from parvis.people.models import Company, Member, User

    settings.ALLOWED_HOSTS.append("testserver")
    agency = Company.objects.create(name="Agence", slug="agence", agency=True, created_at=NOON)
    people = [User.objects.create_user(f"p{n}@agence.test", "x", name=f"Professionnel {n}") for n in range(5)]
    Member.objects.bulk_create(
        Member(company=agency, user=user, role="editor" if n else "owner", since=NOON) for n, user in enumerate(people)
    )
    zones = ("Europe/Paris", "America/Martinique", "Indian/Reunion")
    companies = Company.objects.bulk_create(
        Company(name=f"Client {n:03}", slug=f"client-{n}", timezone=zones[n % 20 % 3], created_at=NOON) for n in range(CLIENTS)
    )
    members = Member.objects.bulk_create(
        Member(company=one, user=people[who], role="mandated", since=NOON) for n, one in enumerate(companies) for who in (0, 1 + n % 4)
    )
    networks = list(settings.NETWORKS)
    channels = Channel.objects.bulk_create(
        Channel(company=one, network=networks[n % len(networks)], base="https://x.example", remote_id=f"{one.pk}-{n}", handle=f"compte-{n}",
                connected_at=NOON, visit_at=NOON, tokens="x")
        for one in companies for n in range(3)
    )  # fmt: skip
    every = ["propose", "publish", "answer", "report"]
    mandates = Mandate.objects.bulk_create(
        Mandate(company=one, agency=agency, called="Agence", standing=Standing.ACTIVE, created_at=NOON, posts_a_month=12,
                minutes_a_month=600, accounts={str(channel.pk): every for channel in channels[3 * n : 3 * n + 2]},
                first_day=NOW.date() - timedelta(days=200), last_day=NOW.date() + timedelta(days=10 + n))
        for n, one in enumerate(companies)
    )  # fmt: skip
    Bearer.objects.bulk_create(Bearer(mandate=mandates[n // 2], member=member, since=NOON) for n, member in enumerate(members))
    for n, mandate in enumerate(mandates):
        _waits(mandate, channels[3 * n : 3 * n + 3], people)
    client = Client()
    client.force_login(people[0])
    return {"client": client, "one": companies[7].pk, "person": people[2].pk}


NOON = NOW - timedelta(days=200)


def _waits(mandate: Any, channels: list[Any], people: list[Any]) -> None:
    """Twenty requests, ten that came back, twelve late answers (and ten not late), eight decisions (and thirty to come) at one client."""
    from parvis.delegation.models import Approval, Use, Work
    from parvis.inbox.models import Conversation, Person

    one = {"company_id": mandate.company_id}
    steps = [{"side": "client", "need": "one", "users": []}]
    Approval.objects.bulk_create(
        Approval(**one, mandate=mandate, subject="post", object_id=mandate.pk * 100 + n, label=f"Le pain du jour {n}", content={},
                 channels=[channels[n % 2].pk], digest="0" * 64, steps=steps, side="client" if n % 4 else "inside", who="Marc",
                 asked_at=NOW, stage="waiting" if n < 20 else "changes" if n % 2 else "lapsed", at=NOW + timedelta(hours=n - 5),
                 escalate_at=NOW + timedelta(hours=n - 9), closed_at=None if n < 20 else NOW - timedelta(hours=n))
        for n in range(30)
    )  # fmt: skip
    guests = Person.objects.bulk_create(
        Person(**one, network=channels[0].network, remote_id=f"r{n}", handle=f"client-{n}", name=f"Camille {n}", first_at=NOW, last_at=NOW)
        for n in range(22)
    )
    Conversation.objects.bulk_create(
        Conversation(**one, channel=channels[n % 2], kind="comment", thread=f"t{n}", person=guest, first_at=NOW, last_at=NOW,
                     waiting_since=NOW - timedelta(hours=20), due_at=NOW + timedelta(minutes=30 * (n - 12) - 1),
                     last_words="Bonjour, vous avez du pain de seigle ce matin ?")
        for n, guest in enumerate(guests)
    )  # fmt: skip
    _leaving(mandate, channels)
    month = NOW.date().replace(day=1)
    Use.objects.bulk_create(Use(mandate=mandate, kind="post", object_id=n, month=month, at=NOW) for n in range(6))
    Work.objects.bulk_create(
        Work(mandate=mandate, user=people[n % 2], who="Marc", day=month, minutes=30, what="Textes", created_at=NOW) for n in range(6)
    )


def _leaving(mandate: Any, channels: list[Any]) -> None:
    from parvis.posts.models import Departure, Post, Variant
    from parvis.publishing.models import Delivery

    one = {"company_id": mandate.company_id}
    hours = [NOW - timedelta(hours=n + 3) for n in range(8)] + [NOW + timedelta(hours=20 * n) for n in range(30)]
    posts = Post.objects.bulk_create(
        Post(**one, title=f"Le pain du jour {n}", parts=["Le four est chaud."], at=at, scheduled=True, sealed_revision=1, created_at=NOW,
             changed_at=NOW)
        for n, at in enumerate(hours)
    )  # fmt: skip
    variants = Variant.objects.bulk_create(Variant(post=post, channel=channels[n % 2]) for n, post in enumerate(posts))
    deliveries = Delivery.objects.bulk_create(
        Delivery(**one, channel=channels[n % 2], subject=post.title, parcel={}, digest="0" * 64, state="held" if n < 8 else "scheduled",
                 due_at=post.at, ready_at=post.at, created_at=NOW, mailed_at=NOW, mandate_id=mandate.pk)
        for n, post in enumerate(posts)
    )  # fmt: skip
    Departure.objects.bulk_create(Departure(variant=v, delivery=d) for v, d in zip(variants, deliveries, strict=True))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
