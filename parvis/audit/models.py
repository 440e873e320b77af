"""The journal: who did what, when. Rows are written once and read; they hold ids and names, so that they outlive what they speak of."""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One change. `verb` has a grammar, `room:noun:past`, such as `posts:post:scheduled`."""

    at = models.DateTimeField()
    company_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    who = models.CharField(max_length=200)
    verb = models.CharField(max_length=80)
    object_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=200, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["company_id", "-at", "-id"], name="entry_by_company")]
