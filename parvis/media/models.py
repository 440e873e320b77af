"""Pictures a company has taken in, their renditions, and who agreed to appear on them."""

from __future__ import annotations

from django.db import models

from parvis.people.models import Company, User


class Asset(models.Model):
    """A picture as it was kept: upright, without EXIF. `digest` (SHA-256, hex) names its file."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="assets")
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    mime = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    alt = models.TextField(blank=True)
    decorative = models.BooleanField(default=False, help_text="A person said that nobody needs a text for it.")
    shows_people = models.BooleanField(null=True, help_text="Unknown until somebody says.")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "digest"], name="one_asset_per_content")]
        indexes = [models.Index(fields=["company", "-created_at", "-id"], name="asset_by_date")]


class Rendition(models.Model):
    """An asset made to fit a rule: `recipe` names the rule's numbers, `digest` the resulting file."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="renditions")
    recipe = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    mime = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "recipe"], name="one_rendition_per_recipe")]


class Consent(models.Model):
    """A person who can be recognised agreed to be shown, until a day."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="consents")
    person = models.CharField(max_length=120)
    given_on = models.DateField()
    ends_on = models.DateField(null=True)
    note = models.CharField(max_length=300, blank=True)
    withdrawn_on = models.DateField(null=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
