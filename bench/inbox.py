"""The inbox of a company with 50 000 messages; a storm of 5 000 webhook calls within a minute; seconds from the public to the inbox.

`python -m bench.inbox [sqlite|postgresql] [large] [storm] [fake|facebook|instagram|linkedin]`: the storm comes in the network's own manner,
and what is timed one after the other is rung by its stand-in itself, where that has webhooks.
"""

from __future__ import annotations

import http.client
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any
from urllib.parse import quote

from bench import bells
from bench.bells import BELLS, Bell
from bench.figures import Figures, percentile
from bench.stage import Stage, stage, wait_until
from sandbox import numbers, voices

TALKS, MESSAGES, PERSONS, LONG, LONGEST = 18_000, 50_000, 4_000, 400, 10_000
ROUNDS, MOST_MS, MOST_QUERIES = 40, 50, 12
CALLS, CALLERS, SECONDS = 5_000, 12, 58
COMMENTS, KNOCKS = 400, 8
MEASURES = {"large", "storm"}
SEARCHED = ("galette", "remboursé", "pain seigle samedi", "Sandrine Rousseau", "kouign-amann")
NOW = datetime.now(UTC).replace(microsecond=0)


def main(names: list[str]) -> int:
    """Measure all, or what is named of `large` and `storm`, on a throw-away database, with the bell of one network."""
    seen, given = Figures(), {*names}
    if unknown := given - {"sqlite", "postgresql", *MEASURES, *BELLS}:
        raise SystemExit(f"not known here: {', '.join(sorted(unknown))}")
    with stage("postgresql" if "postgresql" in given else "sqlite", DJANGO_SETTINGS_MODULE="bench.ringing") as here:
        from django.core.management import call_command

        call_command("collectstatic", verbosity=0, interactive=False)
        if "large" in given or not given & MEASURES:
            _large(seen, here)
        if "storm" in given or not given & MEASURES:
            _storm(seen, here, next((key for key in BELLS if key in given), "fake"))
    return 1 if seen.missed else 0


# ---- 50 000 messages


def _large(seen: Figures, here: Stage) -> None:
    from parvis.inbox import queries
    from parvis.inbox.models import Conversation, Label, Message
    from parvis.inbox.queries import Wanted

    member, long, longest = _company(here)
    company, user = member.company, member.user_id
    seen.say("messages kept", Message.objects.filter(company=company).count())
    for tab in queries.TABS:
        _say(seen, f"list, {tab}", partial(queries.listed, company, user, Wanted(tab=tab), NOW))
    filters = {
        "network": Wanted(network="mastodon"), "kind": Wanted(kind="mention"), "topic": Wanted(topic="question"),
        "urgent": Wanted(urgent=True), "label": Wanted(tab="all", label=Label.objects.filter(company=company)[0].pk),
        "assignee": Wanted(tab="all", assignee=user), "nobody's": Wanted(assignee=0),
        "done, network and topic": Wanted(tab="done", network="mastodon", topic="question"),
    }  # fmt: skip
    for name, wanted in filters.items():
        _say(seen, f"filtered, {name}", partial(queries.listed, company, user, wanted, NOW))
    after = queries.listed(company, user, Wanted(tab="all"), NOW).after
    _say(seen, "list, second page", lambda: queries.listed(company, user, Wanted(tab="all"), NOW, after=after))
    _say(seen, "figures of the tabs", lambda: queries.counts(company, member, NOW))
    usual = Conversation.objects.filter(company=company).order_by("-last_at").values_list("pk", flat=True)[40]

    def whole(pk: int) -> Any:
        return queries.whole(queries.of(company).get(pk=pk), user, NOW)

    for name, pk in {"conversation": usual, f"conversation of {LONG} messages": long, f"conversation of {LONGEST}": longest}.items():
        _say(seen, name, partial(whole, pk))
    edge = Message.objects.filter(conversation=longest).order_by("at").values_list("pk", flat=True)[LONGEST // 2]
    _say(seen, f"conversation of {LONGEST}, the middle", lambda: queries.whole(queries.of(company).get(pk=longest), user, NOW, edge))
    for text in SEARCHED:
        _say(seen, f"search, « {text} »", partial(queries.listed, company, user, Wanted(tab="all", text=text), NOW))
    _pages(seen, member, long, longest)


def _pages(seen: Figures, member: Any, long: int, longest: int) -> None:
    """The same through the pages."""
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS.append("testserver")
    client, inside = Client(), f"/c/{member.company.slug}/inbox/"
    client.force_login(member.user)
    if client.get(inside).status_code == 404:
        return
    pages = {
        "waiting": "", "all": "?tab=all", "filtered": "?tab=all&topic=question", f"conversation of {LONG}": f"{long}/",
        f"conversation of {LONGEST}": f"{longest}/", **{f"searched, « {text} »": f"?tab=all&q={quote(text)}" for text in SEARCHED},
    }  # fmt: skip
    for name, asked in pages.items():
        _say(seen, f"page, {name}", partial(_got, client, f"{inside}{asked}"))


def _got(client: Any, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path}: {answer.status_code}")


def _say(seen: Figures, name: str, ask: Callable[[], Any]) -> None:
    times, works, asked = [], [], 0
    for _ in range(ROUNDS):
        with _counting() as count:
            began, worked = time.perf_counter(), time.process_time()
            ask()
            times.append((time.perf_counter() - began) * 1000)
            works.append((time.process_time() - worked) * 1000)
        asked = count[0]
    # The first one compiles and fills what a server keeps. On a machine that others use, the time at work says more than the clock.
    seen.say(f"{name}: time p95", percentile(times[1:], 0.95), most=MOST_MS, unit="ms")
    seen.say(f"{name}: of it at work", percentile(works[1:], 0.95), unit="ms")
    seen.say(f"{name}: queries", asked, most=MOST_QUERIES)


@contextmanager
def _counting() -> Iterator[list[int]]:
    from django.db import connection

    count = [0]

    def wrapper(execute: Any, *given: Any) -> Any:
        count[0] += 1
        return execute(*given)

    with connection.execute_wrapper(wrapper):
        yield count


def _company(here: Stage) -> tuple[Any, int, int]:
    """Make a company that was written to 50 000 times in three years: two long talks, many short ones, most of them done."""
    from django.conf import settings

    from parvis.channels.models import Channel
    from parvis.inbox.models import Label
    from parvis.people.models import Company, Member, User

    chance = Random(7)
    company = Company.objects.create(name="Boulangerie Grande", slug="grande", created_at=NOW - timedelta(days=1200))
    users = [User.objects.create_user(f"{n}@example.test", "x", name=name) for n, name in enumerate(("Alice", "Bruno", "Chloé"))]
    members = [Member.objects.create(company=company, user=user, role="owner", since=NOW - timedelta(days=1100)) for user in users]
    channels = Channel.objects.bulk_create(
        Channel(
            company=company, network=key, base=f"https://{key}.example", remote_id=f"grande-{key}", handle=f"grande-{key}", name="Grande",
            connected_at=NOW, visit_at=NOW + timedelta(days=1), tokens="x", state="dead",
        )
        for key in ("mastodon", "bluesky", "fake", "facebook", "instagram") if key in settings.NETWORKS
    )  # fmt: skip
    labels = Label.objects.bulk_create(Label(company=company, name=name) for name in ("devis", "livraison", "allergie"))
    long, longest = _talks(chance, company, users, list(channels), list(labels))
    return members[0], long, longest


def _talks(chance: Random, company: Any, users: list[Any], channels: list[Any], labels: list[Any]) -> tuple[int, int]:
    from parvis.inbox.models import Conversation, Presence

    speaking = voices.Voices(chance)
    persons = _persons(company, channels, speaking)
    talks = Conversation.objects.bulk_create(
        (_talk(chance, users, persons[chance.randrange(len(persons))], channels, n) for n in range(TALKS)), batch_size=500
    )
    _messages(chance, company, talks, speaking)
    label = Conversation.labels.through
    label.objects.bulk_create(label(conversation_id=one.pk, label_id=chance.choice(labels).pk) for one in talks[::9])
    Presence.objects.bulk_create(
        (Presence(conversation=one, user=users[0], read_at=one.last_at) for n, one in enumerate(talks) if n % 10 > 2), batch_size=1000
    )
    return int(talks[0].pk), int(talks[1].pk)


def _persons(company: Any, channels: list[Any], speaking: voices.Voices) -> list[Any]:
    from parvis.inbox.models import Person

    rows = (
        Person(
            company=company, network=channels[n % len(channels)].network, remote_id=f"p{n}", handle=f"passant{n}", name=speaking.someone(),
            first_at=NOW - timedelta(days=900), last_at=NOW - timedelta(minutes=n),
        )
        for n in range(PERSONS)
    )  # fmt: skip
    return Person.objects.bulk_create(rows, batch_size=500)


def _talk(chance: Random, users: list[Any], person: Any, channels: list[Any], n: int) -> Any:
    """The newest ones are open, and half of those wait; what is older is nearly always done."""
    from parvis.inbox.models import Conversation

    at = NOW - timedelta(minutes=2 + n * 85)
    status = "open" if n < 3000 else "snoozed" if n % 30 == 0 else "done"
    waits = status == "open" and n % 2 == 0
    return Conversation(
        company_id=person.company_id, channel=next(one for one in channels if one.network == person.network),
        kind=chance.choices(("comment", "message", "mention"), (7, 2, 1))[0], thread=f"t{n}", person=person, status=status,
        waiting_since=at if waits else None, due_at=at + timedelta(hours=4) if waits else None, first_at=at - timedelta(hours=3),
        last_at=at, heard_at=at, assigned_to=users[n % 3] if n % 4 == 0 else None,
        topic=chance.choice(("question", "praise", "complaint", "purchase", "spam", "other")), urgent=n % 25 == 0, language="fr",
        snoozed_until=NOW + timedelta(days=1) if status == "snoozed" else None, done_at=at if status == "done" else None,
        last_words="Merci !", messages_count=3,
    )  # fmt: skip


def _messages(chance: Random, company: Any, talks: list[Any], speaking: voices.Voices) -> None:
    from parvis.inbox.models import Message

    def rows() -> Iterator[Any]:
        spare = (MESSAGES - LONG - LONGEST - 2 * len(talks)) / len(talks)
        lengths = {0: LONG, 1: LONGEST}
        total = 0
        for number, talk in enumerate(talks):
            each = lengths.get(number) or 2 + int(spare * (number + 1)) - int(spare * number)
            for n in range(min(each, MESSAGES - total)):
                mine, total = n % 3 == 2, total + 1
                yield Message(
                    company=company, conversation=talk, channel_id=talk.channel_id, remote_id=f"r{number}-{n}", mine=mine,
                    person_id=None if mine else talk.person_id, words="Merci, à bientôt !" if mine else speaking.says(voices.SHARES),
                    at=talk.last_at - timedelta(minutes=each - n), parent=f"r{number}-{n - 1}" if n and chance.random() < 0.5 else "",
                    created_at=talk.last_at, refs={"uri": f"r{number}-{n}"},
                )  # fmt: skip

    Message.objects.bulk_create(rows(), batch_size=500)


# ---- a storm, and how soon one reads


def _storm(seen: Figures, here: Stage, key: str) -> None:
    from parvis.channels import hooks
    from parvis.inbox.models import Knocked

    stand = here.town.stands[key]
    stand.settings(limits=False)
    bells.known_here(here, key)
    rung, quiet = here.channels(key, 2)
    here.serve()
    here.work()
    posts = {one.pk: _published(here, one) for one in (rung, quiet)}
    wait_until(lambda: _read_once(rung) and _read_once(quiet), 60, "the first reading")
    path = "/hooks/" + hooks.address(key, here.company.pk).partition("/hooks/")[2]
    port = int(here.env["PARVIS_MEDIA_ADDRESS"].rpartition(":")[2])
    began = time.time()
    silent = stand.comment(posts[quiet.pk], "Zoé Petit", "Il reste du pain de seigle ?")["id"]
    numbers.bring({key: stand}, datetime.now(UTC), count=COMMENTS, spread=False)
    answers, took = _ring(port, path, BELLS[key], rung.remote_id)
    seen.say("calls answered 200", sum(status == 200 for status, _ in answers))
    seen.say("seconds that the calls took", took, most=60, unit="s")
    seen.say("an answer to a call: time p95", percentile([ms for _, ms in answers], 0.95), most=MOST_MS, unit="ms")
    seen.say("an answer to a call: slowest", max(ms for _, ms in answers), unit="ms")
    lost = CALLS - Knocked.objects.filter(channel=rung).count()
    seen.say("calls lost", lost, most=0)
    wait_until(lambda: not _missing(here, key), 900, "everything that the public wrote")
    seen.say("messages of the public lost", len(_missing(here, key)), most=0)
    # How often a network is read at rest is its own; the promise of two minutes is the demonstration's.
    seen.say("by polling alone, during the storm", _arrived(silent) - began, most=120 if key == "fake" else None, unit="s")
    _soon(seen, here, port, path, (rung, posts[rung.pk]))


def _published(here: Stage, channel: Any) -> str:
    """Publish something, under which the public can write."""
    [delivery] = here.schedule([channel], 1, datetime.now(UTC))
    wait_until(lambda: _sent(delivery.pk), 60, "a publication")
    return _sent(delivery.pk)


def _sent(pk: int) -> str:
    from parvis.publishing.models import Delivery

    return str(Delivery.objects.values_list("remote_id", flat=True).get(pk=pk))


def _ring(port: int, path: str, bell: Bell, account: str) -> tuple[list[tuple[int, float]], float]:
    """Call 5 000 times, evenly over nearly a minute, on lines that stay open; each body is another one."""
    began = time.perf_counter()

    def caller(number: int) -> list[tuple[int, float]]:
        line, found = http.client.HTTPConnection("127.0.0.1", port, timeout=30), []
        for n in range(number, CALLS, CALLERS):
            time.sleep(max(0.0, began + n * SECONDS / CALLS - time.perf_counter()))
            found.append(_call(line, path, *bell.call(account, n)))
        line.close()
        return found

    with ThreadPoolExecutor(CALLERS) as pool:
        answers = [one for each in pool.map(caller, range(CALLERS)) for one in each]
    return answers, time.perf_counter() - began


def _call(line: http.client.HTTPConnection, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, float]:
    asked = time.perf_counter()
    try:
        line.request("POST", path, body, headers)
        reply = line.getresponse()
        reply.read()
        status = reply.status
    except (OSError, http.client.HTTPException):
        line.close()
        status = 0
    return status, (time.perf_counter() - asked) * 1000


def _soon(seen: Figures, here: Stage, port: int, path: str, rung: tuple[Any, str]) -> None:
    """Seconds from the public's writing, told by a call, to the message in the inbox, one after the other."""
    channel, post = rung
    stand, times = here.town.stands[channel.network], []
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    if stand.bells is not None:
        bells.known_there(here, channel, f"http://127.0.0.1:{port}{path}")
    for n in range(KNOCKS):
        began = time.time()
        name = stand.comment(post, "Paul Martin", f"Une question, la {n}e")["id"]
        if stand.bells is None and _call(line, path, *BELLS[channel.network].call(channel.remote_id, CALLS + n))[0] != 200:
            raise SystemExit("a call was not answered")
        wait_until(partial(_arrived, name), 60, "a message after its call")
        times.append(time.time() - began)
    line.close()
    by = "a call" if stand.bells is None else f"a call of {stand.name} itself"
    seen.say(f"from {by} to the inbox, slowest of {KNOCKS}", max(times), most=5, unit="s")


def _read_once(channel: Any) -> bool:
    from parvis.inbox.models import Reading

    return Reading.objects.filter(channel=channel, read_at__isnull=False).exists()


def _arrived(name: str) -> float:
    from parvis.inbox.models import Message

    found = Message.objects.filter(remote_id=name).values_list("created_at", flat=True).first()
    return found.timestamp() if found else 0.0


def _missing(here: Stage, key: str) -> set[str]:
    """Return what the public wrote under our publications and in private and is not in the inbox."""
    from parvis.inbox.models import Message

    stand = here.town.stands[key]
    with stand.lock:
        written = {*BELLS[key].written(stand)}
    return written - set(Message.objects.filter(company=here.company).values_list("remote_id", flat=True))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
