"""Pictures, videos and documents a company has taken in, their renditions, and who agreed to appear on them."""

from __future__ import annotations

from django.db import models

from parvis.people.models import Company, User


class Kind(models.TextChoices):
    """What an asset is."""

    PICTURE = "picture"
    VIDEO = "video"
    DOCUMENT = "document"


class Asset(models.Model):
    """A picture, a video or a document as it was kept; a picture is upright, without EXIF. `digest` (SHA-256, hex) names its file."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="assets")
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    mime = models.CharField(max_length=100)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    alt = models.TextField(blank=True)
    decorative = models.BooleanField(default=False, help_text="A person said that nobody needs a text for it.")
    shows_people = models.BooleanField(null=True, help_text="Unknown until somebody says.")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PICTURE)
    seconds = models.FloatField(null=True, help_text="Length of a video.")
    pages = models.PositiveIntegerField(null=True, help_text="Pages of a document.")
    probed = models.JSONField(default=dict, help_text="What a video is made of: codecs, frames and bits a second.")
    cover = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+", help_text="The still chosen for a video.")
    focus_x = models.FloatField(null=True, help_text="What must stay when it is cut: 0 is the left edge, 1 the right one.")
    focus_y = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "digest"], name="one_asset_per_content")]
        indexes = [models.Index(fields=["company", "-created_at", "-id"], name="asset_by_date")]


class Rendition(models.Model):
    """An asset made to fit a rule: `recipe` names the rule's numbers, `digest` the resulting file."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="renditions")
    recipe = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    mime = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    seconds = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "recipe"], name="one_rendition_per_recipe")]


class Crop(models.Model):
    """The part of a picture that a person chose for one ratio ("4:5"): edges as shares of the whole, 0 to 1."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="crops")
    ratio = models.CharField(max_length=12)
    left = models.FloatField()
    top = models.FloatField()
    width = models.FloatField()
    height = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "ratio"], name="one_crop_per_ratio")]


class Subtitles(models.Model):
    """Captions of a video in one language: `digest` finds the file, kept as WebVTT or SubRip as it came."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="subtitles")
    language = models.CharField(max_length=10)
    digest = models.CharField(max_length=64)
    mime = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "language"], name="one_caption_per_language")]


class Making(models.Model):
    """A rendition that takes long (a video made to fit a rule), as a job: claimed by a lease, with its progress, cancelled by a person."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="makings")
    recipe = models.CharField(max_length=120)
    rule = models.JSONField()
    state = models.CharField(
        max_length=10, default="waiting", choices=[(s, s) for s in ("waiting", "working", "done", "failed", "cancelled")]
    )
    progress = models.FloatField(default=0)
    doing = models.CharField(max_length=40, blank=True)
    worker = models.CharField(max_length=60, blank=True)
    lease_until = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    told = models.JSONField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "recipe"], name="one_making_per_recipe")]
        indexes = [models.Index(fields=["state", "id"], name="making_to_do")]


class Consent(models.Model):
    """A person who can be recognised agreed to be shown, until a day."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="consents")
    person = models.CharField(max_length=120)
    given_on = models.DateField()
    ends_on = models.DateField(null=True)
    note = models.CharField(max_length=300, blank=True)
    withdrawn_on = models.DateField(null=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
