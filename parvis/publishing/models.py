"""Deliveries and their attempts: state in the row, history beside it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from parvis.channels.models import Channel
from parvis.people.models import Company, User
from parvis.publishing.states import State


class Delivery(models.Model):
    """One thing leaving the house for one channel. The engine does not know what it is: `parcel` is sealed, `subject` names it to a person.

    `due_at` is the hour a person chose; `ready_at` is when the engine may next try. `attempt` fences whoever holds it.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="deliveries")
    after = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followers")
    subject = models.CharField(max_length=200)
    parcel = models.JSONField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SCHEDULED)
    due_at = models.DateTimeField()
    ready_at = models.DateTimeField()
    key = models.CharField(max_length=80, blank=True)
    memory = models.JSONField(default=dict)
    attempt = models.PositiveIntegerField(default=0)
    fails = models.PositiveIntegerField(default=0, help_text="Tries in a row that came to nothing.")
    committing = models.BooleanField(default=False, help_text="The irreversible call may have been made in this attempt.")
    first_tried_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True, help_text="End of the last attempt that may have reached the network.")
    worker = models.CharField(max_length=60, blank=True)
    lease_until = models.DateTimeField(null=True)
    looks = models.PositiveIntegerField(default=0)
    look_at = models.DateTimeField(null=True)
    told = models.JSONField(null=True, help_text="The last sentence for a person: {why, cure}.")
    mailed_at = models.DateTimeField(null=True)
    remote_id = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=700, blank=True)
    refs = models.JSONField(default=dict)
    sent_at = models.DateTimeField(null=True)
    removal_at = models.DateTimeField(null=True, help_text="A member wants it off the network: when the worker may next try.")
    removal_tries = models.PositiveIntegerField(default=0)
    removed_at = models.DateTimeField(null=True, help_text="Taken off the network by a member.")
    revision = models.JSONField(null=True, help_text="The parcel that a member wants there instead, until the network has it.")
    revise_at = models.DateTimeField(null=True, help_text="When the worker may next try to put the revision there.")
    revise_tries = models.PositiveIntegerField(default=0)
    revised_at = models.DateTimeField(null=True)
    handed_at = models.DateTimeField(null=True, help_text="When a person was given it to publish by hand.")
    reminded_at = models.DateTimeField(null=True)
    mandate_id = models.BigIntegerField(null=True, help_text="The mandate under which it was scheduled.")
    price = models.PositiveIntegerField(null=True, help_text="What it costs to send, in millionths of a US dollar.")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel"], condition=Q(state="sending"), name="one_sending_per_channel"),
            models.UniqueConstraint(fields=["channel", "remote_id"], condition=~Q(remote_id=""), name="one_delivery_per_remote_thing"),
        ]
        indexes = [
            models.Index(fields=["ready_at", "id"], condition=Q(state="scheduled"), name="delivery_to_send"),
            models.Index(fields=["channel", "ready_at", "id"], condition=Q(state="scheduled"), name="delivery_head_of_channel"),
            models.Index(fields=["removal_at"], condition=Q(removal_at__isnull=False), name="delivery_to_remove"),
            models.Index(fields=["revise_at"], condition=Q(revise_at__isnull=False), name="delivery_to_revise"),
            models.Index(fields=["handed_at"], condition=Q(state="handed"), name="delivery_in_hand"),
            models.Index(fields=["channel", "due_at"], condition=Q(price__isnull=False), name="delivery_priced"),
            models.Index(fields=["mandate_id", "due_at"], condition=Q(mandate_id__isnull=False), name="delivery_by_mandate"),
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="delivery_held_by_worker"),
            models.Index(fields=["look_at"], condition=Q(state="unknown"), name="delivery_to_look_for"),
            models.Index(fields=["channel", "digest"], condition=Q(state="unknown"), name="delivery_twin"),
            models.Index(fields=["company", "state", "due_at"], name="delivery_by_company"),
            models.Index(fields=["state"], condition=Q(mailed_at__isnull=True, sent_at__isnull=True), name="delivery_untold"),
        ]


class Attempt(models.Model):
    """One try to send, or one look at the network. Inserted when it begins, closed once when its verdict is known."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=6, choices=[(kind, kind) for kind in ("send", "look", "person", "remove", "edit")])
    worker = models.CharField(max_length=60, blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=14, blank=True)
    told = models.JSONField(null=True)
    trace = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["delivery", "id"], name="attempt_by_delivery")]


class Stop(models.Model):
    """The emergency stop of a company, or of one of its accounts: while it stands, nothing new leaves. One at most stands for each."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="stops")
    channel = models.ForeignKey(Channel, null=True, on_delete=models.CASCADE, related_name="stops")
    why = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    who = models.CharField(max_length=200)
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, help_text="When the owners were written to about it.")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    lifted_who = models.CharField(max_length=200, blank=True)
    lift_told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company"], condition=Q(channel__isnull=True, lifted_at__isnull=True), name="one_stop_per_company"
            ),
            models.UniqueConstraint(
                fields=["channel"], condition=Q(channel__isnull=False, lifted_at__isnull=True), name="one_stop_per_channel"
            ),
        ]
        indexes = [
            models.Index(fields=["company", "lifted_at"], name="stop_by_company"),
            models.Index(fields=["at"], condition=Q(told_at__isnull=True), name="stop_untold"),
            models.Index(fields=["at"], condition=Q(lifted_at__isnull=False, lift_told_at__isnull=True), name="stop_lift_untold"),
        ]


class Round(models.Model):
    """A piece of periodic work and when it is next due; whoever moves `due_at` does it."""

    name = models.CharField(max_length=60, primary_key=True)
    due_at = models.DateTimeField()
