"""The voice of a company, as it is kept."""

from __future__ import annotations

from django.db import models

from parvis.people.models import Company


class Voice(models.Model):
    """How one company speaks. A company without a row speaks as `Profile()` says.

    `weights` holds `{rule: {"severity": null | "tip" | "warning" | "error", "reason": …}}` (null: switched off), `limits` thresholds
    as `{"FB02.most": 120}`, `periods` the sales whose days the company set itself. Read them through `profiles`, which ignores what
    no rule knows any more.
    """

    company = models.OneToOneField(Company, on_delete=models.CASCADE, related_name="voice")
    trade = models.CharField(max_length=20, default="other")
    address = models.CharField(max_length=4, default="vous")
    inclusive = models.CharField(max_length=5, default="any")
    department = models.CharField(max_length=3, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    site = models.CharField(max_length=200, blank=True)
    legal_page = models.CharField(max_length=200, blank=True)
    words = models.JSONField(default=list)
    weights = models.JSONField(default=dict)
    limits = models.JSONField(default=dict)
    periods = models.JSONField(default=list)


class Pillar(models.Model):
    """A kind of content that a company keeps coming back to: what is made in the bakehouse, the people of the quarter."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="pillars")
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], condition=models.Q(removed_at__isnull=True), name="one_pillar_of_a_name")
        ]
