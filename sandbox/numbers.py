"""The public in numbers: a week of its messages, or a storm of them.

They go to every stand-in that has something published, by whatever the public can do there; the same seed brings the same words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sandbox import voices
from sandbox.passing import NobodyDoes, Passing
from sandbox.server import Said, Stand
from sandbox.voices import Voices
from sandbox.wire import Malformed, Reply, Request, as_json

USUAL, STORM, MOST = 120, 5_000, 50_000
WEEK, PARIS = timedelta(days=7), ZoneInfo("Europe/Paris")
# One opening brings so many messages: somebody answers, adds a word.
EACH = 1.25
# How much is heard in each hour of a day.
HOURS = (1, 0, 0, 0, 0, 1, 3, 6, 7, 6, 6, 7, 10, 8, 5, 5, 6, 8, 10, 11, 12, 10, 7, 3)
# Of a hundred openings: how many are of which act, where the network has it.
ACTS = {"comment": 68, "message": 22, "mention": 7, "review": 3}
# What a stand-in says to something that cannot be done there (any more).
CANNOT = (NobodyDoes, Said, KeyError, ValueError, StopIteration)


@dataclass(frozen=True, slots=True)
class Place:
    """Something published, under which the public writes, and whose account it names."""

    stand: Stand
    post: str
    account: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Opening:
    """One thing that the public does of itself."""

    act: str
    place: Place
    at: datetime | None


class Public:
    """The public for some time: it opens talks, answers itself, thinks better of it, takes words back. `done` counts what it did."""

    def __init__(self, stands: Mapping[str, Stand], seed: int) -> None:
        self.stands = stands
        self.chance = Random(seed)  # noqa: S311 - a play, no secret
        self.voices = Voices(self.chance)
        self.done: Counter[str] = Counter()

    def week(self, count: int, now: datetime) -> None:
        """Write about `count` messages over the seven days before `now`, each after what it stands under."""
        places = self._places()
        for at in sorted(self._moment(now) for _ in range(max(1, round(count / EACH)))):
            if places:
                self._open(self._opening(places, at), now)

    def at_once(self, count: int) -> None:
        """Write `count` messages or a little more, now."""
        places = self._places()
        for _ in range(count if places else 0):
            if self.done.total() >= count:
                break
            self._open(self._opening(places, None), None)

    def _moment(self, now: datetime) -> datetime:
        (hour,) = self.chance.choices(range(24), HOURS)
        day = now.astimezone(PARIS) - timedelta(days=self.chance.randrange(8))
        at = day.replace(hour=hour, minute=self.chance.randrange(60), second=self.chance.randrange(60), microsecond=0)
        return at if now - WEEK <= at <= now else now - self.chance.random() * WEEK

    def _places(self) -> list[Place]:
        """Return what the accounts published, the public's own words left out."""
        held = [
            Place(stand, post["id"], post["account"], datetime.fromisoformat(post["at"]))
            for stand in self.stands.values()
            for post in stand.posts()
            if not post["after"] and post["name"] not in voices.EVERYBODY
        ]
        return sorted(held, key=lambda one: one.at)

    def _opening(self, places: Sequence[Place], at: datetime | None) -> Opening:
        # A network is as often spoken on as the others, however much was published there, and the newest draws most.
        there = [one for one in places if at is None or one.at <= at] or list(places[:1])
        key = self.chance.choice(sorted({one.stand.key for one in there}))
        mine = [one for one in there if one.stand.key == key]
        place = mine[max(self.chance.randrange(len(mine)), self.chance.randrange(len(mine)))]
        able = {act: share for act, share in ACTS.items() if can(place.stand, act)}
        act = self.chance.choices(list(able), list(able.values()))[0] if able else ""
        return Opening(act, place, None if at is None else max(at, place.at))

    def _open(self, opening: Opening, now: datetime | None) -> None:
        who, stand, chance = self.voices.someone(), opening.place.stand, self.chance
        words = self.voices.says({"message": voices.PRIVATE, "review": voices.REVIEWS}.get(opening.act, voices.SHARES))
        first = self._write(opening, who, words)
        if not first:
            return
        if opening.act == "message" and chance.random() < 0.35:
            self._write(replace(opening, at=self._later(opening.at, now)), who, self.voices.filled(chance.choice(voices.MORE)))
        if opening.act == "comment" and chance.random() < 0.2:
            echo = self.voices.filled(chance.choice(voices.ECHOES))
            self._write(replace(opening, act="answer", at=self._later(opening.at, now)), self.voices.someone(), echo, first)
        if opening.act != "review" and chance.random() < 0.05 and can(stand, "edit_comment"):
            amended = f"{words} " + self.voices.filled(chance.choice(voices.AMENDED))
            self._change(stand, "edit_comment", self._later(opening.at, now), first, amended)
        if opening.act != "review" and chance.random() < 0.03 and can(stand, "remove_comment"):
            self._change(stand, "remove_comment", self._later(opening.at, now), first)

    def _later(self, at: datetime | None, now: datetime | None) -> datetime | None:
        if at is None or now is None:
            return None
        return min(now, at + timedelta(minutes=1 + self.chance.randrange(180)))

    def _write(self, opening: Opening, who: str, words: str, under: str = "") -> str:
        """Do one act and return the name of what was written; empty where the network would not have it."""
        place, act = opening.place, opening.act
        given: dict[str, tuple[Any, ...]] = {
            "comment": (place.post, who, words),
            "answer": (under, who, words),
            "message": (place.account, who, words),
            "mention": (place.account, who, words),
            "review": (place.account, who, self.chance.choice((4, 5, 5, 5, 3, 2, 1)), words),
        }
        made = self._change(place.stand, act, opening.at, *given[act]) if act in given else None
        return str(made["id"]) if isinstance(made, dict) and "id" in made else ""

    def _change(self, stand: Stand, act: str, at: datetime | None, *given: Any) -> Any:
        # The clock is one for all: whoever looks meanwhile must not see the past.
        with ExitStack() as held:
            for one in self.stands.values() if at else (stand,):
                held.enter_context(one.lock)
            held.enter_context(stand.at(at.isoformat() if at else ""))
            try:
                made = getattr(stand, "comment" if act == "answer" else act)(*given)
            except CANNOT:
                return None
        self.done[act] += 1
        return made


def can(stand: Stand, act: str) -> bool:
    """Tell whether the public can do that on a network."""
    return getattr(type(stand), act) is not getattr(Passing, act)


def bring(stands: Mapping[str, Stand], now: datetime, *, seed: int = 1, count: int = 0, spread: bool = True) -> dict[str, int]:
    """Let the public write, spread over the past week or all at once; return how often it did what."""
    public = Public(stands, seed)
    if spread:
        public.week(min(count or USUAL, MOST), now)
    else:
        public.at_once(min(count or USUAL, MOST))
    return dict(sorted(public.done.items()))


def answer(request: Request, stands: Mapping[str, Stand], here: str) -> Reply:
    """Answer `POST /_control/week {"seed", "count", "spread"}` of the square; a page of another site may not send one."""
    if request.headers.get("origin", here) != here:
        return as_json({"error": "not from here"}, 403)
    try:
        given = request.json() if request.size else {}
    except Malformed:
        given = None
    kinds = {"seed": int, "count": int, "spread": bool}
    if not isinstance(given, dict) or any(type(value) is not kinds.get(name) for name, value in given.items()) or given.get("count", 0) < 0:
        return as_json({"error": "known are seed and count, which are numbers, and spread, which is true or false"}, 400)
    return as_json(bring(stands, datetime.now(UTC), **given))
