"""The living company of the demonstration: an invented bakery whose past posts really left for the stand-ins, through our own code."""

from __future__ import annotations

import base64
import json
import urllib.request
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit

from django.conf import settings

from parvis.channels import connecting
from parvis.channels.applications import save_app
from parvis.channels.by_hand import open_by_hand
from parvis.channels.choosing import offers
from parvis.channels.models import Channel, Connecting
from parvis.channels.queries import alive, spec_of
from parvis.cli import lent, talks
from parvis.cli.served import served
from parvis.core import clock
from parvis.inbox import forgetting
from parvis.media import commands as media
from parvis.media.models import Asset
from parvis.networks.facts import Spec
from parvis.people.actors import HOUSE, Actor
from parvis.people.models import Company, Member, User
from parvis.posts import calendar
from parvis.posts import commands as posts
from parvis.posts.models import Post, Variant
from parvis.posts.shaping import Shape, shape, suit
from parvis.publishing.claims import claim
from parvis.publishing.closing import forget
from parvis.publishing.engine import deliver
from parvis.publishing.looking import Patience, claim_looks, look
from parvis.publishing.models import Delivery
from parvis.voice.commands import change_voice
from parvis.voice.wanted import Wanted
from sandbox import bakery

PASSWORD = "le-pain-de-la-maison"  # noqa: S105 - of a stand-in's account
STEP, MOST_WAIT = timedelta(seconds=30), timedelta(minutes=10)


def town() -> dict[str, str]:
    """Return where the stand-ins of the networks are; empty outside a demonstration."""
    return {name: url for name, url in settings.SANDBOX.items() if name != "square"}


def build() -> None:
    """Make the bakery where there is none yet, and give it something that leaves within the minute."""
    if settings.DEMO_BUILDING.exists():
        _clear()
    company = Company.objects.filter(demo=True).first()
    if company is None:
        settings.DEMO_BUILDING.touch()
        company = _found()
    _leave_soon(company)
    settings.DEMO_BUILDING.unlink(missing_ok=True)


def _clear() -> None:
    """Take away a bakery that was half made when its start was stopped, here and on the stand-ins."""
    for company in Company.objects.filter(demo=True):
        User.objects.filter(memberships__company=company).delete()
        forgetting.forget(company=company, by=HOUSE, now=clock.now())
        forget(company=company, by=HOUSE, now=clock.now())
        company.delete()
    for key in town():
        _tell("reset", {}, key)


def _found() -> Company:
    start = clock.now() - timedelta(days=16)
    lag = -timedelta(days=16).total_seconds()
    _tell("clock", {"advance": lag})
    with clock.at(start):
        now = clock.now()
        company = Company.objects.create(name=bakery.NAME, slug="boulangerie-lenoir", demo=True, created_at=now)
        people = [_person(company, *who) for who in bakery.PEOPLE]
        owner = people[0]
        _connect(company, owner)
        change_voice(company=company, wanted=Wanted(**bakery.VOICE), by=owner, now=now)
        talks.keep_hours(company, owner, now)
        mandate = lent.lend(company, owner, now)
        for weekday, at in bakery.SLOTS:
            posts.add_slot(company=company, weekday=weekday, at=at, by=owner, now=now)
        assets = {name.partition(".")[0]: _asset(company, name, alt, owner) for name, alt in bakery.MEDIA.items()}
    with served():
        past = _write_everything(company, owner, assets, start)
        lent.work(mandate, owner, lambda idea, by, only: _write(company, idea, by, assets, only))
    _tell("clock", {"advance": (clock.now() - past).total_seconds()})
    talks.speak()
    _passers_by(company)
    talks.answer(company, people)
    return company


def _person(company: Company, key: str, name: str, role: str) -> Actor:
    user = User.objects.create_user(f"{key}@boulangerie-lenoir.example", name=name, language="")
    return Actor.of(Member.objects.create(company=company, user=user, role=role, since=company.created_at, mails=False))


def _connect(company: Company, owner: Actor) -> None:
    """Connect one account on each network, as a person would, on the stand-ins; and one where somebody publishes by hand."""
    face = base64.b64encode((bakery.FOLDER / "avatar.png").read_bytes()).decode()
    for network in settings.NETWORKS.values():
        if network.spec.key in town():
            _connect_one(company, network.spec, face, owner)
    key, handle, name, opens = bakery.BY_HAND
    open_by_hand(company=company, network=key, handle=handle, name=name, opens=opens, by=owner, now=clock.now())


def _connect_one(company: Company, spec: Spec, face: str, owner: Actor) -> None:
    spare, password = settings.SPARE_ACCOUNT
    if spec.door == "password":
        handle = f"{bakery.HANDLE}.test"
        _tell("accounts", {"handle": handle, "password": PASSWORD, "name": bakery.NAME, "avatar": face}, spec.key)
        _tell("accounts", {"handle": f"{spare}.test", "password": password, "name": "Mon entreprise"}, spec.key)
        connecting.connect_password(company=company, network=spec.key, identifier=handle, password=PASSWORD, by=owner, now=clock.now())
    elif spec.door == "oauth":
        _tell("accounts", {"handle": bakery.HANDLE, "name": bakery.NAME, "avatar": face, "person": bakery.HANDLE}, spec.key)
        _tell("accounts", {"handle": spare, "name": "Mon entreprise"}, spec.key)
        if spec.app:
            name, secret = settings.SPARE_APP
            save_app(company=company, rule=spec.app, client_id=name, client_secret=secret, by=owner, now=clock.now())
        _walk_through(company, spec.key, urlsplit(town()[spec.key]).netloc, owner)


def _walk_through(company: Company, network: str, host: str, owner: Actor) -> None:
    """Go through the server's own consent page, which for this moment says yes by itself; of several accounts, take ours."""
    _tell("settings", {"auto_approve": bakery.HANDLE}, network)
    flow = connecting.connect_begin(
        company=company, network=network, host=host, redirect_uri=f"{settings.PUBLIC_URL}/connect/return/", by=owner, now=clock.now()
    )
    answer = settings.HTTP.call("GET", str(connecting.where_to(flow)["url"]))
    back = parse_qs(urlsplit(answer.headers["location"]).query)
    done = connecting.connect_finish(state=back["state"][0], code=back["code"][0], by=owner, now=clock.now())
    if isinstance(done, Connecting):
        ours = [offer.number for offer in offers(done) if offer.account.name == bakery.NAME]
        connecting.connect_choose(flow_id=done.pk, numbers=ours, by=owner, now=clock.now())
    _tell("settings", {"auto_approve": ""}, network)


def _asset(company: Company, name: str, alt: str, by: Actor) -> Asset:
    with (bakery.FOLDER / name).open("rb") as file:
        asset = media.take(company=company, file=file, name=name, by=by, now=clock.now())
    media.describe(asset=asset, alt=alt, decorative=False, by=by, now=clock.now())
    return asset


def _write_everything(company: Company, owner: Actor, assets: dict[str, Asset], since: datetime) -> datetime:
    """Write every idea; let those of the past leave at their hour. Returns the hour that the stand-ins' clock stands at."""
    present, today = clock.now(), calendar.today(clock.now(), company.timezone)
    friday = today - timedelta(days=(today.weekday() - 4) % 7)
    town_at = since
    for idea in sorted(_in_season(today), key=lambda idea: (idea.hour is None, idea.day)):
        at = calendar.place(friday + timedelta(days=idea.day), idea.hour or time(9), company.timezone).at
        written = at - timedelta(days=2) if idea.hour else present - timedelta(hours=3)
        if at <= present and idea.hour:
            _tell("clock", {"advance": (at - town_at).total_seconds()})
            town_at = at
            with clock.at(written):
                post = _write(company, idea, owner, assets)
                posts.schedule(post=post, at=at, by=owner, now=clock.now())
            with clock.at(at):
                took = _deliver(doubt=idea.title == bakery.DOUBTFUL)
            town_at += took
        else:
            with clock.at(min(written, present)):
                post = _write(company, idea, owner, assets)
                if idea.hour:
                    posts.schedule(post=post, at=at, by=owner, now=clock.now())
    return town_at


def _in_season(today: date) -> list[bakery.Idea]:
    day = today.strftime("%m-%d")
    return bakery.IDEAS + [idea for first, last, idea in bakery.SEASONS if first <= day <= last]


def _write(company: Company, idea: bakery.Idea, by: Actor, assets: dict[str, Asset], only: frozenset[int] | None = None) -> Post:
    now = clock.now()
    asset = assets[idea.picture or idea.film] if idea.picture or idea.film else None
    open_to = [channel for channel in alive(company) if only is None or channel.pk in only]
    channels = {channel.pk: spec_of(channel) for channel in open_to if _suits(spec_of(channel), channel, idea)}
    post = posts.start(company=company, by=by, now=now, title=idea.title, parts=list(idea.parts), channels=list(channels), language="fr")
    if asset:
        posts.place_picture(post=post, asset=asset, by=by, now=now)
        suit(post=post, by=by, now=now)
    for variant in post.variants.select_related("channel"):
        _adapt(variant, channels[variant.channel_id], idea, by)
    return Post.objects.get(pk=post.pk)


def _suits(spec: Spec, channel: Channel, idea: bakery.Idea) -> bool:
    """Tell whether a network takes this idea at all."""
    if channel.by_hand and not idea.by_hand:
        return False
    needs = {"": True, "medium": bool(idea.picture or idea.film), "video": bool(idea.film)}[spec.needs]
    fits = any(all(rule.count(part) <= rule.most for rule in spec.texts for part in text) for text in _texts(idea) if text)
    return needs and fits and (spec.threads or len(idea.parts) == 1) and not (idea.film and spec.videos is None)


def _texts(idea: bakery.Idea) -> list[list[str]]:
    return [list(idea.parts), [idea.short] if idea.short else []]


def _adapt(variant: Variant, spec: Spec, idea: bakery.Idea, by: Actor) -> None:
    """Give an account the shorter text where the shared one is too long, and what its network asks for."""
    if any(rule.count(part) > rule.most for rule in spec.texts for part in idea.parts):
        posts.adapt(variant=variant, parts=[idea.short], by=by, now=clock.now())
    fields = {name: value for name, value in idea.details.items() if spec.form(idea.form)}
    comment = idea.comment if spec.comment else ""
    title = idea.title if spec.title and spec.needs_title else ""
    if fields or comment or title:
        form = idea.form if fields else variant.form
        shape(variant=variant, shape=Shape(form, title, comment, {**variant.details, **fields}), by=by, now=clock.now())


def _deliver(*, doubt: bool) -> timedelta:
    """Let everything due leave, thread parts one after the other, and return the time that it took there: some networks work on a video.

    With `doubt`, one network cuts the line and shows nothing: a question.
    """
    asked = next(key for key in town() if settings.NETWORKS[key].spec.asks_host)
    if doubt:
        _tell("faults", {"kind": "commit_then_drop"}, asked)
        _tell("faults", {"kind": "permission_lost", "match": "GET *", "every": 1}, asked)
    took = timedelta(0)
    while True:
        with clock.shifted(took):
            while held := claim("demo", clock.now(), healthy=10, doubtful=10):
                for one in held:
                    deliver(one)
            if took >= MOST_WAIT or not Delivery.objects.filter(state="scheduled", due_at__lte=clock.now()).exists():
                break
        took += STEP
        _tell("clock", {"advance": STEP.total_seconds()})
    if doubt:
        _look_in_vain()
        _tell("faults", {}, asked, method="DELETE")
    return took


def _look_in_vain() -> None:
    """Look, and look again some minutes later, until nothing is left but to ask."""
    patience = Patience()
    for minutes in range(1, 60):
        with clock.shifted(timedelta(minutes=minutes)):
            for one in claim_looks("demo", clock.now(), 1, patience):
                look(one, patience)


def _passers_by(company: Company) -> None:
    """Let the public write under what has left, in private, and in reviews, where each network lets it."""
    held = {key: json.load(urllib.request.urlopen(f"{url}/_control/posts", timeout=10)) for key, url in town().items()}
    for key, posts_there in held.items():
        ours = [post for post in posts_there if post["name"] == bakery.NAME]
        if not ours:
            continue
        last = ours[-1]
        for what, given in (
            ("comments", {"post": last["id"], **bakery.COMMENT}),
            ("messages", {"account": last["account"], **bakery.MESSAGE}),
            ("reviews", {"account": last["account"], **bakery.REVIEW}),
        ):
            with suppress(HTTPError):  # not every network has all three
                _tell(what, given, key)


def _leave_soon(company: Company) -> None:
    """Schedule a post within the minute, unless one leaves soon anyway."""
    now = clock.now()
    if Post.objects.filter(company=company, scheduled=True, at__gt=now, at__lt=now + timedelta(minutes=2)).exists():
        return
    number = Post.objects.filter(company=company).count()
    idea = bakery.LEAVING_SOON[number % len(bakery.LEAVING_SOON)]
    owner = Actor.of(Member.objects.select_related("user").filter(company=company, role="owner").earliest("pk"))
    names = {name.partition(".")[0] for name in bakery.MEDIA}
    assets = {name: asset for name in names for asset in Asset.objects.filter(company=company, name__startswith=name)[:1]}
    post = _write(company, idea, owner, assets)
    posts.schedule(post=post, at=now + timedelta(seconds=40), by=owner, now=now)


def _tell(what: str, body: dict[str, Any], network: str = "", method: str = "POST") -> None:
    """Use the stand-ins' control, which is not a network's and so not the house's client."""
    base = town()[network] if network else next(iter(town().values()))
    asked = urllib.request.Request(
        f"{base}/_control/{what}", json.dumps(body).encode(), {"content-type": "application/json"}, method=method
    )
    urllib.request.urlopen(asked, timeout=10).close()
