"""The professional of the demonstration: a mandate on some of the bakery's accounts, and what she asks the owner's yes for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from parvis.channels.queries import alive
from parvis.channels.standing import actor_of
from parvis.core import clock
from parvis.delegation import commands, handing_over, remarking, working
from parvis.delegation.models import Approval, Bearer, Mandate, Side, Verdict
from parvis.delegation.permits import today_of
from parvis.delegation.terms import Terms
from parvis.delegation.working import Spell
from parvis.people import invitations
from parvis.people.actors import Actor
from parvis.people.models import Company, Member, User
from parvis.posts import approving, calendar
from parvis.posts.models import Post
from sandbox import bakery

Write = Callable[[bakery.Idea, Actor, frozenset[int]], Post]


def lend(company: Company, owner: Actor, now: datetime) -> Mandate:
    """Hand some accounts to the professional, who says yes, and begin the list that both go through."""
    name, called, email = bakery.PROFESSIONAL
    day = today_of(company, now)
    accounts = {str(channel.pk): ["propose", "answer"] for channel in alive(company) if channel.network in bakery.LENT}
    terms = Terms(called, email, day, day + timedelta(days=180), accounts, **bakery.TERMS)
    mandate = commands.draft(company=company, terms=terms, by=owner, now=now)
    invitation = commands.offer(mandate=mandate, by=owner, now=now)
    assert invitation is not None
    user = User.objects.create_user(email, name=name, language="")
    digest = mandate.revisions.get().digest
    commands.join(token=invitations.token_of(invitation), digest=digest, by=Actor.person(user), now=now)
    Member.objects.filter(company=company, user=user).update(mails=False)
    mandate.refresh_from_db()
    _begin_list(mandate, owner, now)
    return mandate


def _begin_list(mandate: Mandate, owner: Actor, now: datetime) -> None:
    """Tick what the owner looked at first; the rest of the list still waits."""
    first = int(next(iter(mandate.accounts)))
    for key, channel, words in (("owner", first, bakery.OWNED), ("passwords", 0, "")):
        handing_over.tick(mandate=mandate, end=handing_over.START, key=key, channel_id=channel, words=words, by=owner, now=now)


def work(mandate: Mandate, owner: Actor, write: Write) -> None:
    """Let the professional note her time and propose: one idea comes back with a remark, another waits for the owner's yes."""
    place = Member.objects.select_related("user", "company", "made").get(bears__in=Bearer.objects.filter(mandate=mandate))
    by, now = actor_of(place, clock.now()), clock.now()
    company, only = mandate.company, frozenset(map(int, mandate.accounts))
    for days, minutes, what in bakery.WORK:
        working.log(mandate=mandate, spell=Spell(today_of(company, now) - timedelta(days=days), minutes, what), by=by, now=now)
    sent_back, waiting = bakery.PROPOSED
    with clock.at(now - timedelta(hours=26)):
        approval = _propose(company, sent_back, by, only, write)
    with clock.at(now - timedelta(hours=22)):
        remarking.remark(approval=approval, side=Side.CLIENT, words=bakery.REMARK, by=owner, now=clock.now())
        approving.decide(approval=approval, verdict=Verdict.CHANGES, words=bakery.CHANGES, by=owner, now=clock.now())
    with clock.at(now - timedelta(hours=3)):
        _propose(company, waiting, by, only, write)


def _propose(company: Company, idea: bakery.Idea, by: Actor, only: frozenset[int], write: Write) -> Approval:
    at = calendar.place(today_of(company, clock.now()) + timedelta(days=idea.day), idea.hour or time(9), company.timezone).at
    return approving.propose(post=write(idea, by, only), at=at, by=by, now=clock.now())
