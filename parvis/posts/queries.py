"""Reads of the posts room: one function a question."""

from __future__ import annotations

from datetime import datetime, time

from django.db.models import CharField, DateTimeField, Exists, F, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Cast

from parvis.delegation.approvals import OPEN
from parvis.delegation.circuits import POST
from parvis.delegation.models import Approval
from parvis.media.models import Asset
from parvis.people.models import Company
from parvis.people.rights import within
from parvis.posts.models import Departure, Post, PostPicture, Slot, Variant


def of(company: Company) -> QuerySet[Post]:
    """Return a company's posts, the removed ones too: those for an account that whoever asks may see, and drafts of theirs for none yet."""
    rows = Post.objects.filter(company=company)
    only = company.only("posts.read")
    if only is None:
        return rows
    variants = Variant.objects.filter(post=OuterRef("pk"))
    return rows.filter(Exists(variants.filter(channel__in=only)) | Q(by=company.asker) & ~Exists(variants))


def variants_seen(company: Company) -> QuerySet[Variant]:
    """Return the variants that whoever asks may see, each with its channel, in the order in which they are shown."""
    rows = within(Variant.objects.select_related("channel"), company.only("posts.read"))
    return rows.order_by("channel__network", "pk")


def whole(post_id: int) -> Post:
    """Return a post with all that checks and seals look at: company, variants and their deliveries, pictures and their consents."""
    return wholes(Post.objects.filter(pk=post_id)).get()


def wholes(posts: QuerySet[Post]) -> QuerySet[Post]:
    """Add to a set of posts what `whole` gives (a fixed number of queries)."""
    departures = Departure.objects.select_related("delivery").order_by("pk")
    return posts.select_related("company").prefetch_related(
        Prefetch("variants", Variant.objects.select_related("channel").order_by("channel__network", "pk")),
        Prefetch("variants__departures", departures),
        Prefetch("pictures", PostPicture.objects.select_related("asset__cover")),
        "pictures__asset__consents",
        "pictures__asset__renditions",
        "pictures__asset__crops",
    )


def sheets(posts: QuerySet[Post], company: Company | None = None) -> QuerySet[Post]:
    """Add to a set of posts what is written and where it goes, without what has become of it; for `company`, what its asker may see.

    `asking` tells whether a yes is asked for.
    """
    open_ones = Approval.objects.filter(company=OuterRef("company"), subject=POST, object_id=OuterRef("pk"), stage__in=OPEN)
    variants = Variant.objects.select_related("channel").order_by("channel__network", "pk")
    return (
        posts.select_related("company")
        .annotate(asking=Exists(open_ones), beyond=beyond(company) if company else Value(False))
        .prefetch_related(
            Prefetch("variants", variants_seen(company) if company else variants),
            Prefetch("pictures", PostPicture.objects.select_related("asset__cover")),
        )
    )


def beyond(company: Company) -> Exists:
    """Tell of a post whether it is for an account that whoever asks does not see: `accounts_read` then says so."""
    only = company.only("posts.read")
    hidden = Variant.objects.filter(post=OuterRef("pk"))
    return Exists(hidden.exclude(channel__in=only) if only is not None else hidden.none())


def accounts_read(post: Post) -> list[int]:
    """Return what `accounts` does of a post read with its variants and with `beyond`, for a page, at no question; nobody may do anything
    on 0, which stands for accounts out of sight."""
    seen = [variant.channel_id for variant in post.variants.all()]
    return [*seen, 0] if getattr(post, "beyond", True) else seen


def accounts(post: Post) -> QuerySet[Variant, int]:
    """Return the ids of the accounts that a post is for, read only when somebody asks."""
    return Variant.objects.filter(post=post.pk).values_list("channel_id", flat=True)


def slots(company: Company) -> list[Slot]:
    """Return a company's weekly times, Monday first."""
    return list(Slot.objects.filter(company=company))


def week_and_hours(company: Company, since: datetime, until: datetime) -> tuple[list[tuple[int, time]], set[datetime]]:
    """Return a company's weekly times, and, where it has any, the hours in between (`until` left out) that posts hold. One query."""
    weekly = Slot.objects.filter(company=company).order_by()
    held = Post.objects.filter(Exists(weekly), company=company, removed_at=None, at__gte=since, at__lt=until).order_by()
    times = weekly.values_list(F("weekday"), Cast("time", CharField()), Value(None, DateTimeField()))
    rows = list(times.union(held.values_list(Value(-1), Value(""), F("at")), all=True))
    return [(day, time.fromisoformat(hour)) for day, hour, at in rows if at is None], {at for _day, _hour, at in rows if at is not None}


def showing(asset: Asset, most: int = 20) -> list[Post]:
    """Return the posts that show a picture, those that wait to leave first, then the newest."""
    shown = of(asset.company).filter(pictures__asset=asset, removed_at=None).distinct()
    return list(shown.order_by("-scheduled", "-changed_at", "-pk")[:most])
