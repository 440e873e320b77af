"""The journal: who did what, when. Rows are written once and read; they hold ids and names, so that they outlive what they speak of."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Entry(models.Model):
    """One change. `verb` has a grammar, `room:noun:past`, such as `posts:post:scheduled`. A link of its company's chain (chain.py)."""

    at = models.DateTimeField()
    company_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    who = models.CharField(max_length=200)
    room = models.CharField(max_length=20, help_text="The first word of the verb: what the journal is filtered by.")
    verb = models.CharField(max_length=80)
    object_id = models.BigIntegerField(null=True)
    mandate_id = models.BigIntegerField(null=True, help_text="Under which mandate it was done, by somebody from outside.")
    label = models.CharField(max_length=200, blank=True)
    facts = models.JSONField(default=dict)
    seq = models.BigIntegerField(help_text="Its number in the chain, from 1, without a gap.")
    salt = models.CharField(max_length=32, blank=True, help_text="Empty once the label and the facts were shed.")
    sealed = models.CharField(max_length=64, help_text="The digest of salt, label and facts: it stays when they go.")
    link = models.CharField(max_length=64, help_text="The digest of everything else, of `sealed` and of the link before.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company_id", "seq"], name="entry_once_in_chain"),
            models.UniqueConstraint(fields=["seq"], condition=Q(company_id__isnull=True), name="entry_once_in_house"),
        ]
        indexes = [
            models.Index(fields=["company_id", "-at", "-id"], name="entry_by_company"),
            models.Index(fields=["company_id", "room", "-at", "-id"], name="entry_by_room"),
            models.Index(fields=["company_id", "user_id", "-at", "-id"], name="entry_by_person"),
            models.Index(fields=["company_id", "object_id"], name="entry_by_object"),
            models.Index(fields=["user_id", "-at", "-id"], condition=Q(company_id__isnull=True), name="entry_of_account"),
        ]

    @property
    def thing(self) -> str:
        """What it is about, as the journal is looked through by: `posts:post:12`."""
        return f"{self.verb.rpartition(':')[0]}:{self.object_id}"


class Chain(models.Model):
    """How long a company's chain is and how it ends, under a mark that only this house's keys make; and when it was last found whole."""

    id = models.BigIntegerField(primary_key=True, help_text="The company's id; 0 is the house's own chain.")
    count = models.BigIntegerField(default=0)
    head = models.CharField(max_length=64)
    mark = models.CharField(max_length=100, blank=True, help_text="Empty once somebody was found to have written around the house.")
    verified_seq = models.BigIntegerField(default=0, help_text="All up to this one was found whole.")
    verified_link = models.CharField(max_length=64, blank=True)
    verified_at = models.DateTimeField(null=True)
    whole_at = models.DateTimeField(null=True, help_text="When it was last read from its first entry on.")
    findings = models.JSONField(default=list)
    torn_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
