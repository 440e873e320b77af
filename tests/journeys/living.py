"""A company in full life, made through the commands, with something waiting of every kind: what the pages are looked at with."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from parvis.channels import by_hand
from parvis.channels.models import Channel
from parvis.channels.models import State as Life
from parvis.core import clock
from parvis.core.say import Say
from parvis.delegation import handing_over
from parvis.inbox import commands as inbox
from parvis.inbox.hearing import keep
from parvis.inbox.models import Conversation
from parvis.networks.listening import Attached, Gathered, Heard, Kind, Somebody
from parvis.posts import approving, commands, departures
from parvis.posts.models import Post
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from parvis.voice import pillars
from tests.rooms.mandates import mandate_of, marc
from tests.world import World

IDEAS = (
    ("Le seigle de Couëron", -2, State.ASKED),
    ("Nous cherchons un apprenti pour la rentrée de janvier, au fournil comme à la boutique, sans expérience exigée", -5, State.SENT),
    ("Saint-Nicolas au fournil", -6, State.SENT),
    ("Un pain par jour jusqu’à Noël", -1, State.HELD),
    ("Vidéo du four", -3, State.REFUSED),
    ("Merci à nos clients", 2, State.SCHEDULED),
    ("La galette arrive", 5, State.SCHEDULED),
)
WHY = {
    State.ASKED: Say("We could not learn whether it is there: the connection broke at the wrong moment, and the network does not say."),
    State.REFUSED: Say("The picture weighs more than this network takes."),
}


def fill(world: World) -> list[Post]:
    """Give the bakery two accounts, of which one is dead, one by hand, and a fortnight of posts."""
    now, by = clock.now(), world.actor(world.alice)
    channels = [
        Channel.objects.create(
            company=world.bakery, network=network, base=f"https://{network}.example", remote_id=f"lenoir-{network}", handle=handle,
            url=f"https://{network}.example/lenoir", connected_at=now, visit_at=now + timedelta(days=1),
        )
        for network, handle in (("bluesky", "boulangerie-lenoir.example"), ("mastodon", "lenoir@piaille.example"))
    ]  # fmt: skip
    posts = [_idea(world, title, now + timedelta(days=days), state) for title, days, state in IDEAS]
    commands.start(company=world.bakery, by=by, now=now, title="Inès, quatre heures du matin", at=now + timedelta(days=4), parts=["Inès"])
    approving.propose(post=posts[-1], at=now + timedelta(days=6), by=world.actor(world.bob), now=now)
    letters(world, channels[0])
    pillars.add(company=world.bakery, name="Recettes et gestes du fournil", by=by, now=now)
    mandate = mandate_of(world, marc(), *channels, now=now, first_day=now.date(), last_day=now.date() + timedelta(days=200))
    handing_over.tick(mandate=mandate, end=handing_over.START, key="passwords", channel_id=0, words="Jamais demandé", by=by, now=now)
    why = Say("This account is no longer connected.").to_json()
    Channel.objects.filter(pk=channels[1].pk).update(state=Life.DEAD, dead_since=now, why_dead=why)
    return [*posts, _in_hand(world, now)]


def _in_hand(world: World, now: datetime) -> Post:
    """Put a thread into people's hands, late."""
    by = world.actor(world.alice)
    place = by_hand.open_by_hand(
        company=world.bakery, network="other", handle="", name="Liste des clients du samedi matin", opens="", by=by, now=now
    )
    parts = ["Nos horaires de fin d’année : ouverts le 24 jusqu’à 18 h.", "Et de retour le 27."]
    post = commands.start(company=world.bakery, by=by, now=now - timedelta(days=2), title="Nos horaires de fin d’année", parts=parts)
    commands.choose_channels(post=post, channels=[place.pk], by=by, now=now - timedelta(days=2))
    late = now - timedelta(hours=7)
    departures.schedule(post=Post.objects.get(pk=post.pk), at=late, by=by, now=now - timedelta(days=1))
    Delivery.objects.filter(channel=place, after=None).update(state=State.HANDED, handed_at=late)
    return post


LETTERS = (
    ("Camille Dubreuil", "message", 4, "Bonjour, est-ce que vous faites des bûches sans gluten ? C’est pour 8 personnes, le 24."),
    ("Les Amis de Talensac et du marché de la place Viarme", "mention", 1, "On vous garde l’angle près de la fontaine pour samedi ?"),
    ("Yannick Le Goff", "comment", 9, "Vous êtes ouverts dimanche matin ? <b>Merci</b>"),
)


def letters(world: World, channel: Channel) -> list[Conversation]:
    """Let people write on an account: a private message, a mention, a comment with our answer under it."""
    now, by = clock.now(), world.actor(world.alice)
    heard = []
    for place, (name, kind, hours, words) in enumerate(LETTERS):
        who = Somebody(f"u{place}", f"client{place}", name)
        at = now - timedelta(hours=hours)
        hangs = (Attached("picture", "https://pictures.example/buche.jpg", "buche.jpg"),) if not place else ()
        heard.append(Heard(f"m{place}", cast(Kind, kind), f"t{place}", words, at, who, attached=hangs))
    keep(channel, Gathered(tuple(heard), {}), now)
    found = list(Conversation.objects.filter(channel=channel).order_by("thread"))
    inbox.note(conversation=found[0], words="Retire ses commandes le mercredi. Paie en titres-restaurant.", by=by, now=now)
    inbox.label(conversation=found[0], label=inbox.make_label(company=world.bakery, name="Noël", by=by, now=now), by=by, now=now)
    inbox.make_saved(company=world.bakery, name="Horaires", words="Bonjour {prenom}, nous ouvrons à 7 h.", by=by, now=now)
    inbox.make_saved(company=world.bakery, name="Allergènes", words="Notre fournil travaille la farine de blé.", by=by, now=now)
    return found


def _idea(world: World, title: str, at: datetime, state: State) -> Post:
    by = world.actor(world.alice)
    post = commands.start(company=world.bakery, by=by, now=at - timedelta(days=9), title=title, parts=[f"{title}. À bientôt !"])
    departures.schedule(post=post, at=at, by=by, now=at - timedelta(days=8))
    rows = Delivery.objects.filter(departure__variant__post=post)
    if state != State.SCHEDULED:
        rows.update(state=State.SENT, sent_at=at)
        first = rows.order_by("pk").first()
        assert first is not None
        told = {"why": WHY[state].to_json(), "cure": None} if state in WHY else None
        Delivery.objects.filter(pk=first.pk).update(state=state, sent_at=at if state == State.SENT else None, told=told)
    return post
