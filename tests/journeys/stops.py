"""The pages that every journey of the eye visits. A new page is a line here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from parvis.channels.models import Channel
from parvis.delegation.models import Approval, Mandate
from parvis.inbox.models import Conversation
from parvis.people.models import Member
from parvis.posts.models import Post
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from tests.world import World


@dataclass(frozen=True)
class Stop:
    """A page by its name; `args` come after the company's slug. `outside`: it belongs to no company.

    An argument that is a kind of row stands for the first row of that kind in the bakery.
    """

    name: str
    args: tuple[object, ...] = ()
    outside: bool = False
    signed_in: bool = True

    def url(self, world: World) -> str:
        """Return the address of the page in the bakery."""
        args = [_first(arg, world) if isinstance(arg, type) else arg for arg in self.args]
        return reverse(self.name, args=args if self.outside else [world.bakery.slug, *args])


class InHand:
    """Stands for the first delivery that a person has in hand."""


def _first(kind: type[Any], world: World) -> int:
    if kind is InHand:
        return int(Delivery.objects.filter(company=world.bakery, state=State.HANDED).earliest("pk").pk)
    return int(kind.objects.filter(company=world.bakery).earliest("pk").pk)


STOPS = [
    Stop("home"),
    Stop("calendar"),
    Stop("calendar-week", ("2026-12-11",)),
    Stop("posts"),
    Stop("post", (Post,)),
    Stop("compose", (Post,)),
    Stop("compose-new"),
    Stop("import"),
    Stop("slots"),
    Stop("approvals"),
    Stop("approval", (Approval,)),
    Stop("circuits"),
    Stop("contacts"),
    Stop("circuit-new"),
    Stop("pillars"),
    Stop("mandates"),
    Stop("mandate-new"),
    Stop("mandate", (Mandate,)),
    Stop("mandate-edit", (Mandate,)),
    Stop("handover-start", (Mandate,)),
    Stop("handover-end", (Mandate,)),
    Stop("roles"),
    Stop("member", (Member,)),
    Stop("mandates-mine", outside=True),
    Stop("help"),
    Stop("inbox"),
    Stop("conversation", (Conversation,)),
    Stop("inbox-filters"),
    Stop("inbox-ready"),
    Stop("inbox-choices", (Conversation,)),
    Stop("inbox-labels"),
    Stop("inbox-listening"),
    Stop("inbox-objections"),
    Stop("settings"),
    Stop("voice"),
    Stop("hours"),
    Stop("promise"),
    Stop("inbox-measures"),
    Stop("members"),
    Stop("journal"),
    Stop("channels"),
    Stop("stops"),
    Stop("connect-ask"),
    Stop("connect", ("bluesky",)),
    Stop("connect", ("mastodon",)),
    Stop("connect", ("linkedin",)),
    Stop("channel", (Channel,)),
    Stop("channel-mend", (Channel,)),
    Stop("channel-close", (Channel,)),
    Stop("channel-hand", (Channel,)),
    Stop("hand-new", ("tiktok",)),
    Stop("hand-new", ("other",)),
    Stop("card", (InHand,)),
    Stop("revision", (Delivery,)),
    Stop("media"),
    Stop("account", outside=True),
    Stop("start", outside=True),
    Stop("account_email", outside=True),
    Stop("account_change_password", outside=True),
    Stop("account_logout", outside=True),
    Stop("mfa_index", outside=True),
    Stop("patterns", outside=True, signed_in=False),
    Stop("account_login", outside=True, signed_in=False),
    Stop("account_signup", outside=True, signed_in=False),
    Stop("account_reset_password", outside=True, signed_in=False),
]
