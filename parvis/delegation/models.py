"""Mandates, what is done under them, circuits, approvals. Rows of rooms above (accounts, posts, answers) are named by their ids."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from parvis.people.models import Company, Member, User


class Action(models.TextChoices):
    """What a mandate may let a professional do on an account; `permits.VERBS_OF` says which verbs that is."""

    PROPOSE = "propose"
    PUBLISH = "publish"
    ANSWER = "answer"
    MODERATE = "moderate"
    REPORT = "report"


class Standing(models.TextChoices):
    """Where a mandate stands. Only an active one, between its dates, lets anybody do anything."""

    DRAFT = "draft"  # being written
    OFFERED = "offered"  # the other side has it before their eyes
    ACTIVE = "active"  # both said yes
    SUSPENDED = "suspended"  # the company has stopped it for now
    ENDED = "ended"  # its last day is past
    REVOKED = "revoked"  # the company has taken it back
    LEFT = "left"  # the professional has given it up
    DECLINED = "declined"  # the other side said no


class Waiting(models.TextChoices):
    """What becomes of what is already scheduled under a mandate that stops."""

    KEEP = "keep"
    HOLD = "hold"
    CANCEL = "cancel"


class Mandate(models.Model):
    """What a company lets a professional or an agency do for it.

    `accounts` maps the id of an account (as text) to the actions there. `alone` says what goes out without a yes:
    `{"posts": "all" | "none" | [ids of pillars], "answers": "all" | "none" | [topics]}`; everything else asks, and a finding of law
    always does. Days are the company's, both included. Money is in cents.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="mandates")
    agency = models.ForeignKey(Company, null=True, on_delete=models.SET_NULL, related_name="held_mandates")
    called = models.CharField(max_length=120, help_text="The professional's or the agency's name.")
    email = models.EmailField(blank=True)
    siret = models.CharField(max_length=14, blank=True)
    accounts = models.JSONField(default=dict)
    alone = models.JSONField(default=dict)
    first_day = models.DateField()
    last_day = models.DateField()
    posts_a_month = models.PositiveIntegerField(null=True)
    minutes_a_month = models.PositiveIntegerField(null=True)
    price_cents = models.PositiveBigIntegerField(null=True)
    price_per = models.CharField(max_length=5, blank=True, help_text="month, day, hour or post.")
    notice_days = models.PositiveSmallIntegerField(default=30)
    terms = models.TextField(blank=True, help_text="Whatever else both agreed, in their words.")
    at_end = models.CharField(max_length=6, choices=Waiting.choices, default=Waiting.HOLD)
    standing = models.CharField(max_length=9, choices=Standing.choices, default=Standing.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True, help_text="Since when it is suspended, or over.")
    why = models.TextField(blank=True, help_text="Why it was suspended, taken back or given up.")
    told_end_at = models.DateTimeField(null=True)
    tell = models.CharField(max_length=9, blank=True, help_text="What both sides are still to be written to about: a key of `mails.NEWS`.")
    refused = models.JSONField(default=list, help_text="Ids of the agency's people whom the company did not want.")
    handled_at = models.DateTimeField(null=True, help_text="When what it had scheduled was dealt with after its end.")
    # No column: whether others bear it beside whoever asks, where that was read with it.
    shared: bool | None = None

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="mandate_ends_after_it_begins")]
        indexes = [
            models.Index(fields=["company", "standing"], name="mandate_by_company"),
            models.Index(fields=["agency", "standing"], name="mandate_by_agency"),
            models.Index(fields=["last_day"], condition=Q(standing__in=("active", "suspended")), name="mandate_to_end"),
            models.Index(fields=["company", "id"], condition=~Q(tell=""), name="mandate_to_tell"),
        ]

    def runs(self, today: date) -> bool:
        """Tell whether it lets anybody do anything on this day of the company's."""
        return self.standing == Standing.ACTIVE and self.first_day <= today <= self.last_day


class Side(models.TextChoices):
    """Whose yes, and who reads what is said of it."""

    INSIDE = "inside"  # those who make it: the professional's own people, or the company's where no mandate stands
    CLIENT = "client"  # the company that it speaks for


class Revision(models.Model):
    """One wording of a mandate, and who said yes to it. The mandate itself carries the terms of the last that both said yes to."""

    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    terms = models.JSONField()
    digest = models.CharField(max_length=64)
    side = models.CharField(max_length=6, choices=Side.choices, help_text="Who wrote it.")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    who = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    client_at = models.DateTimeField(null=True)
    client_who = models.CharField(max_length=120, blank=True)
    inside_at = models.DateTimeField(null=True)
    inside_who = models.CharField(max_length=120, blank=True)
    closed_at = models.DateTimeField(null=True, help_text="Since when another wording stands in its place, or somebody said no.")
    closed_who = models.CharField(max_length=120, blank=True)
    words = models.CharField(max_length=300, blank=True, help_text="Why somebody said no.")
    waiting = models.CharField(
        max_length=6, choices=Waiting.choices, default=Waiting.HOLD,
        help_text="What the company wants done with what is scheduled and no longer covered by this wording.",
    )  # fmt: skip
    settled = models.JSONField(null=True, help_text="What came of that when it took effect: {kept, held, cancelled, too_late, closed}.")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["mandate", "number"], name="one_revision_of_a_number"),
            models.UniqueConstraint(
                fields=["mandate"],
                condition=Q(closed_at__isnull=True) & (Q(client_at__isnull=True) | Q(inside_at__isnull=True)),
                name="one_open_revision",
            ),
        ]


class Proposal(models.Model):
    """What an agency would do for a company that is not its client yet: `terms` without accounts, and in `wanted` those it would like, each
    `{"network", "handle", "actions"}` as text. Nothing of a company stands here before its yes (`mandate`)."""

    agency = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="proposals")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    who = models.CharField(max_length=120)
    email = models.EmailField()
    called = models.CharField(max_length=120, blank=True, help_text="How the agency calls the company.")
    terms = models.JSONField()
    wanted = models.JSONField(default=list)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    declined = models.BooleanField(default=False)
    words = models.CharField(max_length=300, blank=True, help_text="Why it was declined.")
    told_at = models.DateTimeField(null=True, help_text="When whoever proposed was told of a no.")
    mandate = models.ForeignKey(Mandate, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["agency", "-created_at"], name="proposal_by_agency"),
            models.Index(fields=["email", "created_at"], name="proposal_by_address"),
            models.Index(fields=["id"], condition=Q(declined=True, told_at__isnull=True), name="proposal_to_tell"),
        ]


class Bearer(models.Model):
    """A person who acts under a mandate: named, and themselves a member of the company for as long as it lasts."""

    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="bearers")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="bears")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mandate", "member"], name="one_bearer_per_mandate")]


class Use(models.Model):
    """Something that counts against what a mandate includes each month: a post, in the month in which it leaves."""

    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="uses")
    kind = models.CharField(max_length=10)
    object_id = models.BigIntegerField()
    month = models.DateField(help_text="The first day of the month.")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mandate", "kind", "object_id"], name="one_use_per_thing")]
        indexes = [models.Index(fields=["mandate", "kind", "month"], name="use_by_month")]


class Work(models.Model):
    """Time that a professional spent under a mandate. `beyond` what a month includes waits for the company's word.

    `tell` is who is still to be written to about it: the company that is "asked", or whoever noted it, that she "answered".
    """

    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="works")
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    who = models.CharField(max_length=120)
    day = models.DateField()
    minutes = models.PositiveIntegerField()
    what = models.CharField(max_length=300, blank=True)
    beyond = models.BooleanField(default=False)
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    tell = models.CharField(max_length=8, blank=True)
    tell_at = models.DateTimeField(null=True, help_text="Not before: what else is noted or answered until then goes into the same mail.")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(minutes__gt=0, minutes__lte=24 * 60), name="work_of_a_day")]
        indexes = [
            models.Index(fields=["mandate", "day"], name="work_by_day"),
            models.Index(fields=["user", "-day", "-id"], condition=Q(removed_at__isnull=True), name="work_of_person"),
            models.Index(fields=["tell_at"], condition=~Q(tell=""), name="work_to_tell"),
        ]


class Handover(models.Model):
    """One line of the list that both sides go through when pages are handed over and when they are given back."""

    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="handovers")
    end = models.CharField(max_length=5, help_text="start or end.")
    key = models.CharField(max_length=40)
    channel_id = models.BigIntegerField(default=0, help_text="0: none in particular.")
    words = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True)
    side = models.CharField(max_length=6, choices=Side.choices, default=Side.CLIENT)
    who = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mandate", "end", "key", "channel_id"], name="one_line_a_handover")]


# ---- approvals


class Circuit(models.Model):
    """Through whose yes something goes. `steps` are taken in order, each `{"side", "need": "one" or "all", "users": [ids]}`, and
    `"contacts"` where somebody without an account is named; with nobody named, whoever of that side may say yes.

    It holds for the accounts and pillars named (empty: any), for `kinds` (post, answer, review), or wherever a finding of law stands.
    The first that fits counts, by `position`.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="circuits")
    name = models.CharField(max_length=80)
    steps = models.JSONField(default=list)
    kinds = models.JSONField(default=list)
    channels = models.JSONField(default=list)
    pillars = models.JSONField(default=list)
    findings = models.BooleanField(default=False, help_text="Only where a remark about the law stands.")
    position = models.PositiveSmallIntegerField(default=0)
    remind_hours = models.PositiveSmallIntegerField(default=24, help_text="How long before the hour people are reminded.")
    escalate_hours = models.PositiveSmallIntegerField(default=4, help_text="How long before the hour the owners are told.")
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position", "pk"]


class Verdict(models.TextChoices):
    """What somebody decided."""

    YES = "yes"
    CHANGES = "changes"
    NO = "no"
    HOLD = "hold"


class Stage(models.TextChoices):
    """Where a request for a yes stands."""

    WAITING = "waiting"
    HELD = "held"  # somebody put it off
    APPROVED = "approved"
    CHANGES = "changes"  # somebody asks for changes
    REFUSED = "refused"
    GONE = "gone"  # the content is another one now, or was taken back
    LAPSED = "lapsed"  # its hour passed without a yes


class Approval(models.Model):
    """A request for a yes to one exact content: `digest` is that of the sealed parcels, the media in them and the hour.

    `content` is what is shown and compared; `subject` and `object_id` name the thing in its own room (post, answer, review). `steps` is
    the circuit as it was when asked. A new version of the same thing is a new row.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="approvals")
    mandate = models.ForeignKey(Mandate, null=True, on_delete=models.SET_NULL, related_name="approvals")
    subject = models.CharField(max_length=10)
    object_id = models.BigIntegerField()
    version = models.PositiveIntegerField(default=1)
    label = models.CharField(max_length=200)
    channels = models.JSONField(default=list, help_text="Ids of the accounts it would leave through.")
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(null=True, help_text="The hour asked for; None: at once.")
    steps = models.JSONField(default=list)
    why = models.JSONField(default=list, help_text="What made it ask: sentences for a person.")
    step = models.PositiveSmallIntegerField(default=0)
    side = models.CharField(max_length=6, choices=Side.choices, default=Side.CLIENT, help_text="Whose yes it waits for now.")
    outside = models.BooleanField(default=False, help_text="It waits for contacts alone: nobody with a place here can say the yes.")
    stage = models.CharField(max_length=8, choices=Stage.choices, default=Stage.WAITING)
    ended = models.JSONField(null=True, help_text="Why it is gone: a sentence.")
    tell = models.CharField(max_length=8, blank=True, help_text="What people are to be written to about, until they were.")
    remind_at = models.DateTimeField(null=True, help_text="When people are next reminded.")
    escalate_at = models.DateTimeField(null=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    who = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "subject", "object_id"], condition=Q(stage__in=("waiting", "held")), name="one_open_approval_per_thing"
            ),
            models.UniqueConstraint(fields=["company", "subject", "object_id", "version"], name="one_approval_per_version"),
        ]
        indexes = [
            models.Index(fields=["company", "at", "id"], condition=Q(stage__in=("waiting", "held")), name="approval_open"),
            models.Index(fields=["subject", "object_id", "-version"], name="approval_by_thing"),
            models.Index(fields=["remind_at"], condition=Q(stage="waiting", remind_at__isnull=False), name="approval_to_remind"),
            models.Index(fields=["escalate_at"], condition=Q(stage="waiting", escalate_at__isnull=False), name="approval_to_escalate"),
            models.Index(fields=["mandate", "at", "id"], condition=Q(stage__in=("waiting", "held")), name="approval_open_of_mandate"),
            models.Index(fields=["at"], condition=Q(stage__in=("waiting", "held"), at__isnull=False), name="approval_to_lapse"),
            models.Index(fields=["id"], condition=~Q(tell=""), name="approval_to_tell"),
            models.Index(fields=["company", "closed_at"], condition=Q(stage__in=("changes", "lapsed")), name="approval_sent_back"),
        ]


class Contact(models.Model):
    """Somebody without an account whom a company names to say its yes. Steps name them by their id; links with an end reach them.

    Once it is erased nothing of a person is left in it: what was decided stays, under the number that the journal has for them.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=5, help_text="What is written to them in.")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["company", "email"], condition=Q(removed_at__isnull=True), name="one_contact_an_address")
        ]

    @property
    def signed(self) -> str:
        """What the journal calls them for ever: it holds no name that would have to be taken out of the chain."""
        return f"Contact {self.pk}"

    @property
    def called(self) -> str:
        """Their name, or what is left of it."""
        return self.name or self.signed


class YesLink(models.Model):
    """A signed address by which somebody without an account decides on one approval. Only the digest of its secret is kept.

    With a `contact` it was made by the house when a step that names them was reached, and `tell` is what they are to be written to about.
    """

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="links")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="links")
    tell = models.CharField(max_length=8, blank=True)
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    digest = models.CharField(max_length=64, unique=True)
    step = models.PositiveSmallIntegerField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["approval", "step", "contact"],
                condition=Q(contact__isnull=False, used_at__isnull=True, revoked_at__isnull=True),
                name="one_open_link_of_contact",
            )
        ]
        indexes = [models.Index(fields=["id"], condition=~Q(tell=""), name="link_to_tell")]


class Decision(models.Model):
    """What one person decided of one approval at one step: a member, or whoever holds a link."""

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="decisions")
    step = models.PositiveSmallIntegerField()
    verdict = models.CharField(max_length=7, choices=Verdict.choices)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    link = models.ForeignKey(YesLink, null=True, on_delete=models.SET_NULL, related_name="decisions")
    who = models.CharField(max_length=120)
    words = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]


class Remark(models.Model):
    """Something said about a thing that asks for a yes. What is said inside is never shown to the client."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    mandate = models.ForeignKey(Mandate, null=True, on_delete=models.SET_NULL, related_name="+")
    subject = models.CharField(max_length=10)
    object_id = models.BigIntegerField()
    side = models.CharField(max_length=6, choices=Side.choices, help_text="inside: among those who make it; client: with the client.")
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="+")
    who = models.CharField(max_length=120)
    words = models.TextField()
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["company", "subject", "object_id", "at"], name="remark_by_thing")]
