"""The journal: who did what, when. Rows are written once and read; they hold ids and names, so that they outlive what they speak of."""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One change. `verb` has a grammar, `room:noun:past`, such as `posts:post:scheduled`."""

    at = models.DateTimeField()
    company_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    who = models.CharField(max_length=200)
    room = models.CharField(max_length=20, help_text="The first word of the verb: what the journal is filtered by.")
    verb = models.CharField(max_length=80)
    object_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=200, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["company_id", "-at", "-id"], name="entry_by_company"),
            models.Index(fields=["company_id", "room", "-at", "-id"], name="entry_by_room"),
            models.Index(fields=["company_id", "user_id", "-at", "-id"], name="entry_by_person"),
            models.Index(fields=["user_id", "-at", "-id"], condition=models.Q(company_id__isnull=True), name="entry_of_account"),
        ]
