"""Users, companies, members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from parvis.people.rights import Rights


class Users(BaseUserManager["User"]):
    """Makes users; the e-mail is the name."""

    def create_user(self, email: str, password: str | None = None, **more: object) -> User:
        """Make a user. Without a password nobody can sign in as them until they set one."""
        user = self.model(email=self.normalize_email(email), **more)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in. `provisional` until they have chosen an e-mail and a password of their own."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=5, blank=True)
    is_active = models.BooleanField(default=True)
    provisional = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = Users()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    @property
    def called(self) -> str:
        """What people call them."""
        return self.name or self.email.partition("@")[0]


@dataclass(frozen=True, slots=True)
class Habits:
    """What a company has set that many of its pages look at, as rows of the rooms above: the gate reads it with whoever asks."""

    circuits: Sequence[Any]
    pillars: Sequence[Any]
    voice: Any


class Company(models.Model):
    """The workspace of one company. Times shown are in `timezone`; `late_minutes` is how late a delivery may leave unasked.

    `agency`: a professional's own workspace, in whose name mandates of other companies are held. `sight` and `asker` are no columns: what
    whoever asks may see (None: everything), and who that is, put there by the gate. Nor are its `habits`: None where nobody has
    looked.
    """

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    timezone = models.CharField(max_length=60, default="Europe/Paris")
    language = models.CharField(max_length=5, default="fr")
    late_minutes = models.PositiveIntegerField(default=120)
    quiet_days = models.PositiveIntegerField(default=7)
    demo = models.BooleanField(default=False)
    agency = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    sight: Rights | None = None
    asker: int | None = None
    habits: Habits | None = None

    def only(self, verb: str) -> frozenset[int] | None:
        """Return the accounts (ids) on which whoever asks may do this, None where it is all of them: what every reading keeps to."""
        return None if self.sight is None else self.sight.on(verb)


class Role(models.TextChoices):
    """What a member is for; `permissions.ALLOWED` says what each may do."""

    OWNER = "owner"
    EDITOR = "editor"
    APPROVER = "approver"
    READER = "reader"
    MADE = "made"  # a role that the company made: `Member.made`
    GUEST = "guest"  # nothing by itself: the grants on single places and accounts say what
    MANDATED = "mandated"  # a professional: the mandates of the delegation room say what


class MadeRole(models.Model):
    """A role that a company made for itself: a name and its verbs (see `permissions.VERBS`)."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="made_roles")
    name = models.CharField(max_length=60)
    verbs = models.JSONField(default=list)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], condition=Q(removed_at__isnull=True), name="one_made_role_of_a_name")
        ]


class Member(models.Model):
    """A user's place in a company."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)
    made = models.ForeignKey(MadeRole, null=True, on_delete=models.PROTECT, related_name="members")
    granted = models.BooleanField(default=False, help_text="There are grants beside the role.")
    since = models.DateTimeField()
    mails = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "user"], name="one_place_per_company")]


class Invitation(models.Model):
    """An invitation to join. Only the digest of its secret is kept."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Role.choices)
    digest = models.CharField(max_length=64, unique=True)
    made = models.ForeignKey(MadeRole, null=True, on_delete=models.CASCADE, related_name="+")
    grants = models.JSONField(default=list, help_text="The grants that come with the place: {role, made, establishment, channel}.")
    mandate_id = models.BigIntegerField(null=True, help_text="The mandate under which a professional joins.")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "email"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True, mandate_id__isnull=True),
                name="one_open_invitation",
            ),
            models.UniqueConstraint(
                fields=["mandate_id"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="one_open_invitation_a_mandate",
            ),
        ]


class Establishment(models.Model):
    """A place of a company, with its own number and its own hours. Days closed by law follow `holidays` (a zone, or empty: open then)."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="establishments")
    name = models.CharField(max_length=120)
    siret = models.CharField(max_length=14, blank=True)
    main = models.BooleanField(default=False)
    holidays = models.CharField(max_length=20, blank=True, default="metropole")
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company"], condition=Q(main=True, removed_at__isnull=True), name="one_main_establishment")
        ]


class Hours(models.Model):
    """A range of hours in which a place is open, in the company's time zone; several a day. `weekday` 0 is Monday."""

    establishment = models.ForeignKey(Establishment, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="hours_on_a_weekday"),
            models.CheckConstraint(condition=Q(closes__gt=models.F("opens")), name="hours_end_after_they_begin"),
        ]


class Closure(models.Model):
    """Days on which a place is closed, both included, or open all the same (`opened`): at these hours, or at the weekday's usual ones.

    Several rows on one day give it several ranges.
    """

    establishment = models.ForeignKey(Establishment, on_delete=models.CASCADE, related_name="closures")
    first = models.DateField()
    last = models.DateField()
    why = models.CharField(max_length=120, blank=True)
    opened = models.BooleanField(default=False)
    opens = models.TimeField(null=True)
    closes = models.TimeField(null=True)


class Grant(models.Model):
    """A role on a single establishment or a single account (`channel_id`: that room stands above), beside the member's own role."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=10, choices=Role.choices)
    made = models.ForeignKey(MadeRole, null=True, on_delete=models.CASCADE, related_name="+")
    establishment = models.ForeignKey(Establishment, null=True, on_delete=models.CASCADE, related_name="+")
    channel_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(establishment__isnull=True, channel_id__isnull=False) | Q(establishment__isnull=False, channel_id__isnull=True),
                name="grant_on_one_place",
            ),
            models.UniqueConstraint(fields=["member", "establishment"], condition=Q(channel_id__isnull=True), name="one_grant_per_place"),
            models.UniqueConstraint(fields=["member", "channel_id"], condition=Q(channel_id__isnull=False), name="one_grant_per_account"),
        ]
