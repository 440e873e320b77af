"""Channels: a company's accounts on the networks."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from parvis.people.models import Company, Establishment, User


class State(models.TextChoices):
    """Whether the account can be written to."""

    ALIVE = "alive"
    DEAD = "dead"  # its authorisation is gone: a person must connect again
    CLOSED = "closed"  # taken away by a member; kept for the history


class Channel(models.Model):
    """An account on a network. `tokens` is sealed; `limits` is what its server told us."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="channels")
    establishment = models.ForeignKey(Establishment, null=True, on_delete=models.SET_NULL, related_name="channels")
    network = models.CharField(max_length=30)
    base = models.CharField(max_length=300)
    remote_id = models.CharField(max_length=300)
    handle = models.CharField(max_length=300)
    name = models.CharField(max_length=300, blank=True)
    url = models.CharField(max_length=500, blank=True)
    avatar = models.CharField(max_length=64, blank=True, help_text="Digest of the picture, in the media room.")
    limits = models.JSONField(default=dict)
    tokens = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ALIVE)
    why_dead = models.JSONField(null=True)
    dead_since = models.DateTimeField(null=True)
    told_dead_at = models.DateTimeField(null=True)
    connected_at = models.DateTimeField()
    visit_at = models.DateTimeField(help_text="When the next health visit is due.")
    visited_at = models.DateTimeField(null=True)
    renewing_by = models.CharField(max_length=40, blank=True)
    renewing_until = models.DateTimeField(null=True)
    paused_until = models.DateTimeField(null=True, help_text="The network's budget is spent until then.")
    failures = models.PositiveIntegerField(default=0, help_text="Failed attempts in a row.")
    last_left_at = models.DateTimeField(null=True)
    by_hand = models.BooleanField(default=False, help_text="A person publishes there: nothing is connected.")
    opens = models.CharField(max_length=500, blank=True, help_text="The page that a person opens to publish by hand.")
    ends_at = models.DateTimeField(null=True, help_text="When the authorisation ends unless a person connects again.")
    told_end_at = models.DateTimeField(null=True)
    readiness = models.JSONField(null=True, help_text="What works on this account and what does not, as last read: a list of checks.")
    readiness_at = models.DateTimeField(null=True)
    gauges = models.JSONField(default=dict, help_text="How much of each limit is used, by its name.")
    ceiling = models.PositiveIntegerField(null=True, help_text="The most to spend in a month, in millionths of a US dollar.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "network", "base", "remote_id"], condition=~Q(state="closed"), name="one_channel_per_account"
            )
        ]
        indexes = [models.Index(fields=["state", "visit_at"], name="channel_to_visit")]


class App(models.Model):
    """The developer application that a company made at a network (or at several of one family). `sealed` holds its values."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="apps")
    family = models.CharField(max_length=30)
    sealed = models.TextField()
    options = models.JSONField(default=dict, help_text="What a person said of it: in testing mode, audited…")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "family"], name="one_app_per_family")]


class Registration(models.Model):
    """This Parvis as a client of one server (dynamic registration), shared by its companies. `secret` is sealed."""

    network = models.CharField(max_length=30)
    host = models.CharField(max_length=300)
    redirect_uri = models.CharField(max_length=500)
    sealed = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "host", "redirect_uri"], name="one_registration_per_server")]


class ConnectInvitation(models.Model):
    """An invitation to connect accounts of one's own: whoever holds its link may, on the networks it asks for. Only a digest is kept."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="connect_invitations")
    name = models.CharField(max_length=120, help_text="Who is asked.")
    email = models.EmailField(blank=True)
    digest = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    who = models.CharField(max_length=200, help_text="Who asks.")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    posted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0, help_text="How often it was tried since `tries_since`.")
    tries_since = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["company", "-created_at"], name="connect_invitation_newest")]


class AskedNetwork(models.Model):
    """A network that an invitation asks for, and what was connected there with it: once."""

    invitation = models.ForeignKey(ConnectInvitation, on_delete=models.CASCADE, related_name="asked")
    network = models.CharField(max_length=30)
    used_at = models.DateTimeField(null=True)
    accounts = models.CharField(max_length=1000, blank=True)
    told_at = models.DateTimeField(null=True, help_text="When whoever invited was told.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["invitation", "network"], name="asked_once")]
        indexes = [models.Index(fields=["id"], condition=Q(used_at__isnull=False, told_at__isnull=True), name="connected_untold")]


class Connecting(models.Model):
    """A code flow under way, of a member or by an invitation: the state that must come back, and what `finish` needs (sealed)."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE)
    invitation = models.ForeignKey(ConnectInvitation, null=True, on_delete=models.CASCADE)
    network = models.CharField(max_length=30)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the state parameter.")
    sealed = models.TextField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(user__isnull=False) ^ Q(invitation__isnull=False), name="one_who_connects")]
