"""Posts (one idea), variants (its form for one channel), departures (its deliveries), slots (weekly times), batches (files read)."""

from __future__ import annotations

from django.db import models
from django.db.models import Case, F, Q, Value, When

from parvis.channels.models import Channel
from parvis.media.models import Asset
from parvis.people.models import Company, User
from parvis.publishing.models import Delivery
from parvis.voice.models import Pillar

LABEL = 80


class Post(models.Model):
    """One idea. `parts` holds its shared text: one string, or several for a thread. `revision` grows with each change that is kept.

    `at` is the hour chosen for it; `scheduled` says that its deliveries exist. `muted` names the remarks put aside (see `advice`).
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="posts")
    title = models.CharField(max_length=160, blank=True)
    parts = models.JSONField(default=list)
    language = models.CharField(max_length=5, default="fr")
    warning = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(null=True)
    scheduled = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)
    sealed_revision = models.PositiveIntegerField(default=0, help_text="The revision that the deliveries hold; 0: none.")
    unsure = models.GeneratedField(
        expression=Case(
            When(Q(at__isnull=False) & (Q(scheduled=False) | ~Q(sealed_revision=F("revision"))), then=Value(True)), default=Value(False)
        ),
        output_field=models.BooleanField(),
        db_persist=True,
        help_text="It has an hour, and is not what will leave then: it waits for a yes.",
    )
    muted = models.JSONField(default=list)
    ai = models.BooleanField(default=False, help_text="Made with artificial intelligence, as a person declared.")
    paid = models.BooleanField(default=False, help_text="A paid partnership, as a person declared.")
    words = models.TextField(blank=True, help_text="Title and text without accents or capitals, for the search.")
    pillar = models.ForeignKey(Pillar, null=True, on_delete=models.SET_NULL, related_name="+")
    mandate_id = models.BigIntegerField(null=True, help_text="The mandate under which it was begun.")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["company", "at", "id"], condition=Q(removed_at__isnull=True), name="post_by_hour"),
            models.Index(
                fields=["company", "-changed_at", "-id"],
                condition=Q(removed_at__isnull=True, scheduled=False),
                name="post_drafts",
            ),
            models.Index(fields=["company", "-changed_at", "-id"], condition=Q(removed_at__isnull=True), name="post_by_change"),
            models.Index(fields=["company", "at", "id"], condition=Q(removed_at__isnull=True, unsure=True), name="post_unsure"),
            models.Index(fields=["company", "-removed_at", "-id"], condition=Q(removed_at__isnull=False), name="post_removed"),
        ]

    @property
    def called(self) -> str:
        """What names it to a person: its title, or how its text begins."""
        begins = " ".join(" ".join(self.parts).split())
        return self.title or (begins if len(begins) <= LABEL else f"{begins[:LABEL].rsplit(' ', 1)[0]}…")

    @property
    def behind(self) -> bool:
        """Tell whether what will leave is older than what is written."""
        return self.scheduled and self.sealed_revision != self.revision


class PostPicture(models.Model):
    """A picture of a post, on one of its parts, in order; it may also be a video or a document (see the asset's kind)."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="pictures")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    part = models.PositiveSmallIntegerField(default=0)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["part", "position"]
        constraints = [models.UniqueConstraint(fields=["post", "part", "position"], name="one_picture_per_place")]


class Variant(models.Model):
    """A post for one channel. `parts` is None while the shared text serves."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="variants")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    parts = models.JSONField(null=True)
    form = models.CharField(max_length=20, blank=True, help_text="A key of the network's forms; empty: the ordinary post.")
    title = models.CharField(max_length=300, blank=True)
    comment = models.TextField(blank=True, help_text="The first comment, sent after it.")
    details = models.JSONField(default=dict, help_text="What a person filled in, by the keys of the network's fields.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "channel"], name="one_variant_per_channel")]

    @property
    def own(self) -> list[str]:
        """Its parts: its own text, or the shared one."""
        return list(self.post.parts if self.parts is None else self.parts)


class Departure(models.Model):
    """The delivery of one part of a variant. A part that was refused and mended has several; the newest counts."""

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="departures")
    part = models.PositiveSmallIntegerField(default=0)
    delivery = models.OneToOneField(Delivery, on_delete=models.CASCADE, related_name="departure")


class Slot(models.Model):
    """A weekly time to publish, in the company's time zone. `weekday` 0 is Monday."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="slots")
    weekday = models.PositiveSmallIntegerField()
    time = models.TimeField()

    class Meta:
        ordering = ["weekday", "time"]
        constraints = [
            models.UniqueConstraint(fields=["company", "weekday", "time"], name="one_slot_per_time"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="slot_on_a_weekday"),
        ]


class Link(models.Model):
    """What the page behind an address said of itself, read for its card. Belongs to a company: nobody sees what another one cites."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    url = models.CharField(max_length=2000)
    title = models.CharField(max_length=300, blank=True)
    description = models.TextField(blank=True)
    picture = models.ForeignKey(Asset, null=True, on_delete=models.SET_NULL, related_name="+")
    trouble = models.JSONField(null=True)
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "url"], name="one_link_per_address")]


class Batch(models.Model):
    """A file of posts that was read and waits for a yes. `good` and `broken` hold its lines; `confirmed_at` makes the yes happen once."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="batches")
    name = models.CharField(max_length=200)
    good = models.JSONField(default=list)
    broken = models.JSONField(default=list)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    made = models.PositiveIntegerField(default=0)
