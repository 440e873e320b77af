"""What a yes to a post is to: the sealed parcels of each account, and the hour. What it needs, and whether it has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from parvis.core.say import Say, gettext_noop
from parvis.delegation import approvals
from parvis.delegation.approvals import OPEN, agreed, digest_of
from parvis.delegation.circuits import POST, Asks, Step, Thing, asks_of, distinct
from parvis.delegation.models import Approval, Stage
from parvis.media.models import Kind
from parvis.networks.facts import Parcel
from parvis.people.actors import Actor
from parvis.people.models import Role
from parvis.people.permissions import allowed
from parvis.posts.advice import Remark, law_beside, remarks
from parvis.posts.models import Post, Variant

MOST_VERSIONS = 30
SAID_NO = Say(gettext_noop("Somebody said no to exactly this: only a yes undoes that."))
UNSAID = gettext_noop("Nobody has said whether somebody can be recognised on “%(name)s”, and agreed to it.")

Sealed = Sequence[tuple[Variant, Sequence[Parcel]]]


def content_of(read: Post, sealed: Sealed) -> dict[str, Any]:
    """Return what a yes is asked to, as it is kept, shown and compared. `digest` is that of all but the hour."""
    told = [
        {
            "channel": variant.channel_id, "network": variant.channel.network, "handle": variant.channel.handle,
            "name": variant.channel.name, "avatar": variant.channel.avatar, "parts": [parcel.to_json() for parcel in parcels],
        }
        for variant, parcels in sealed
    ]  # fmt: skip
    return {
        "revision": read.revision, "title": read.title, "pillar": read.pillar.name if read.pillar else "", "accounts": told,
        "digest": digest_of(_core(told), None),
    }  # fmt: skip


def identity(content: Mapping[str, Any], at: datetime | None) -> str:
    """Return the digest that a yes is bound to: what leaves through which account, and the hour."""
    return digest_of(_core(content["accounts"]), at)


def _core(told: Iterable[Mapping[str, Any]]) -> list[list[Any]]:
    return sorted([account["channel"], account["parts"]] for account in told)


def needed(read: Post, sealed: Sealed, at: datetime, by: Actor, now: datetime, *, any_hour: bool = False) -> Asks | None:
    """Return what this content must go through before it leaves at `at`; None where nothing asks, or the yes to exactly this is there.

    `any_hour` looks at the content alone: what a network refused is sent again when it can be.
    """
    asks = asks_of(thing_of(read, [variant for variant, _ in sealed], at, now), by, now)
    if asks is None:
        return None if _speaks(read, by) else _refused(read, sealed, by)
    return None if has_yes(read.pk, sealed, at, any_hour=any_hour) else asks


def would_ask(read: Post, by: Actor, now: datetime, at: datetime | None = None, said: Sequence[Remark] | None = None) -> bool:
    """Tell whether this post, as it is written now, would ask for a yes if `by` had it leave. Nothing is sealed for it.

    `said` is what the codes say of it, where that is known.
    """
    variants = list(read.variants.all())
    habits = read.company.habits
    if habits and not habits.circuits and by.mandate_id is None and allowed(by, "posts.schedule", read.company_id):
        return False
    return bool(variants) and asks_of(thing_of(read, variants, at or read.at, now, said), by, now, known=habits) is not None


def thing_of(read: Post, variants: Sequence[Variant], at: datetime | None, now: datetime, said: Sequence[Remark] | None = None) -> Thing:
    """Return a post as circuits look at it; `said` as for `would_ask`."""
    law = partial(of_law, read, variants, at, now, said)
    return Thing(read.company_id, POST, frozenset(variant.channel_id for variant in variants), read.pillar_id, law=law)


def of_law(
    read: Post, variants: Sequence[Variant], at: datetime | None, now: datetime, advised: Sequence[Remark] | None = None
) -> list[Say]:
    """Return the remarks about the law that stand on a post, those put aside too, and the pictures of which nobody said who is on them."""
    found = remarks(read, now=now, at=at, variants=variants) if advised is None else advised
    said = [remark.what for remark in found if remark.rule.of_law]
    said += law_beside(read, now=now, at=at, variants=variants)
    shown = [place.asset for place in read.pictures.all() if place.asset.kind != Kind.DOCUMENT and place.asset.shows_people is None]
    return [*distinct(said), *(Say(UNSAID, {"name": name}) for name in dict.fromkeys(asset.name for asset in shown))]


def has_yes(post_id: int, sealed: Sealed, at: datetime, *, any_hour: bool = False) -> bool:
    """Tell whether exactly this was agreed to: the newest word about this very content counts, and a yes is to its own hour.

    A yes that came after its hour was kept: a person may choose another one for it. Fewer accounts than agreed need no new yes.
    """
    one = _last_word(post_id, sealed)
    return one is not None and agreed(one) and (any_hour or one.stage == Stage.LAPSED or one.at == at)


def _last_word(post_id: int, sealed: Sealed) -> Approval | None:
    """Return the newest request about this very content that was decided, or let lapse."""
    wanted = {variant.channel_id: [parcel.to_json() for parcel in parcels] for variant, parcels in sealed}
    for one in Approval.objects.filter(subject=POST, object_id=post_id).order_by("-version")[:MOST_VERSIONS]:
        held = {account["channel"]: account["parts"] for account in one.content.get("accounts", [])}
        if one.stage not in (*OPEN, Stage.GONE) and not any(held.get(channel) != parts for channel, parts in wanted.items()):
            return one
    return None


def _refused(read: Post, sealed: Sealed, by: Actor) -> Asks | None:
    """Return what is asked though nothing asks for it: somebody said no to exactly this, and only a yes undoes a no."""
    last = _last_word(read.pk, sealed)
    if last is None or last.stage not in (Stage.REFUSED, Stage.CHANGES):
        return None
    return Asks((Step(),), (SAID_NO,), mandate_id=by.mandate_id)


def crossed(post: Post, by: Actor, now: datetime, why: Say = approvals.CHANGED) -> None:
    """Close the request that waits for a post, now that it is another one. Called inside the change's own transaction."""
    approvals.crossed(subject=POST, object_id=post.pk, by=by, now=now, why=why)


def decided_otherwise(read: Post, by: Actor, now: datetime, *, sealed: Sealed = (), at: datetime | None = None) -> None:
    """End the yeses that a post had, where `by` may say them and takes it back, or has something else leave (`sealed`, `at`).

    Called inside the change's own transaction. A professional would else let out again what the company had taken back.
    """
    if by.role == "house" or not _speaks(read, by):
        return
    but = identity(content_of(read, sealed), at) if sealed else ""
    approvals.superseded(subject=POST, object_id=read.pk, by=by, now=now, but=but, tell=at is None)


def _speaks(read: Post, by: Actor) -> bool:
    """Tell whether somebody may say the company's yes to a post, without a mandate beside it; the house speaks for whoever said it."""
    if by.mandate_id is not None and by.role not in (Role.OWNER, "house"):
        return False
    return allowed(by, "posts.approve", read.company_id, on=[variant.channel_id for variant in read.variants.all()])


def asked_of(posts: Iterable[int]) -> dict[int, str]:
    """Return where the newest request for a yes of each of these posts (ids) stands; those for which none was asked are left out."""
    rows = Approval.objects.filter(subject=POST, object_id__in=list(posts)).order_by("version")
    return dict(rows.values_list("object_id", "stage"))
