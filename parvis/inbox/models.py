"""Conversations and messages, the people who write, what the team adds to them, and what is being read of each account."""

from __future__ import annotations

from typing import TypeVar

from django.db import models
from django.db.models import Q

from parvis.channels.models import Channel
from parvis.people.models import Company, User
from parvis.publishing.models import Delivery

M = TypeVar("M", bound=models.Model)


class Person(models.Model):
    """Somebody who wrote to the company, on one network. Cards merged by hand point at the one that stays (`merged_into`)."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="persons")
    network = models.CharField(max_length=30)
    remote_id = models.CharField(max_length=300)
    handle = models.CharField(max_length=300)
    name = models.CharField(max_length=300, blank=True)
    url = models.CharField(max_length=500, blank=True)
    avatar = models.CharField(max_length=64, blank=True, help_text="Digest of the picture, in the media room.")
    note = models.TextField(blank=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="others")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    acknowledged_on = models.DateField(null=True, help_text="The last day on which the out-of-hours message was sent.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "network", "remote_id"], name="one_person_per_identity")]
        indexes = [models.Index(fields=["company", "-last_at", "-id"], name="person_by_date")]

    @property
    def called(self) -> str:
        """What names them: their name, or their handle."""
        return self.name or self.handle


class Face(models.Model):
    """Where a network keeps the picture of somebody who wrote, and when it is to be fetched (None: it was, or there is none to show)."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="face")
    url = models.CharField(max_length=700)
    due_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="face_due")]


class Objection(models.Model):
    """Somebody who asked not to be kept: honoured before anything of theirs is gathered. Only a digest of who it is stays once their card
    is gone."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="objections")
    network = models.CharField(max_length=30)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the network's id of the person, with the company's.")
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="objections")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "network", "digest"], name="one_objection_per_identity")]


class Kept(models.Manager[M]):
    """The rows that nobody took away. What was taken away can be brought back, through `every`."""

    def get_queryset(self) -> models.QuerySet[M]:
        """Return them."""
        return super().get_queryset().filter(removed_at=None)


class Label(models.Model):
    """A word that a company puts on conversations."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="labels")
    name = models.CharField(max_length=40)
    removed_at = models.DateTimeField(null=True)

    every = models.Manager()
    objects = Kept()

    class Meta:
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], condition=Q(removed_at__isnull=True), name="one_kept_label_per_name")
        ]


class Status(models.TextChoices):
    """Where a conversation stands."""

    OPEN = "open"
    SNOOZED = "snoozed"
    DONE = "done"


class Conversation(models.Model):
    """Messages that belong together: the comments of one thread under a post, a mention and its answers, private messages with one person.

    `waiting_since` is the hour of the first message nobody has answered (None: nobody waits); `due_at` when an answer is promised, in
    opening hours. `topic`, `urgent` and `language` are those of the newest message that waits.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="conversations")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="conversations")
    kind = models.CharField(max_length=8, choices=[(kind, kind) for kind in ("comment", "mention", "message")])
    thread = models.CharField(max_length=500)
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="conversations")
    under = models.ForeignKey(Delivery, null=True, on_delete=models.SET_NULL, related_name="+", help_text="The publication above it.")
    url = models.CharField(max_length=700, blank=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    assigned_to = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    snoozed_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    heard_at = models.DateTimeField(
        null=True, help_text="When the newest message of theirs came in here: what a member has read is told by it."
    )
    last_words = models.CharField(max_length=200, blank=True)
    last_mine = models.BooleanField(default=False)
    messages_count = models.PositiveIntegerField(default=0)
    topic = models.CharField(max_length=12, blank=True)
    urgent = models.BooleanField(default=False)
    language = models.CharField(max_length=10, blank=True)
    followers = models.ManyToManyField(User, related_name="+", db_table="parvis_conversation_follower")
    labels = models.ManyToManyField(Label, related_name="conversations", db_table="parvis_conversation_label")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "kind", "thread"], name="one_conversation_per_thread")]
        indexes = [
            models.Index(
                fields=["company", "status", "due_at", "id"], condition=Q(waiting_since__isnull=False), name="conversation_waiting"
            ),
            models.Index(fields=["company", "status", "-last_at", "-id"], name="conversation_by_date"),
            models.Index(fields=["company", "-last_at", "-id"], name="conversation_of_any_status"),
            models.Index(fields=["company", "assigned_to", "status", "-last_at"], name="conversation_of_member"),
            models.Index(fields=["company", "status", "heard_at"], name="conversation_by_news"),
            models.Index(fields=["person", "-last_at"], name="conversation_of_person"),
            models.Index(fields=["due_at"], condition=Q(warned_at__isnull=True, waiting_since__isnull=False), name="conversation_to_warn"),
            models.Index(fields=["snoozed_until"], condition=Q(status="snoozed"), name="conversation_to_wake"),
        ]


class Standing(models.TextChoices):
    """Where an answer of ours stands that is not there yet; nothing for what is there, and for what others wrote."""

    ASKS = "asks"  # it waits for the yes of somebody who may give it
    LEAVING = "leaving"  # the engine has it
    FAILED = "failed"  # a person must look: it was refused, held, or nobody knows what became of it


class Wish(models.TextChoices):
    """What a member wants done to a message on its network, until the network has done it."""

    HIDE = "hide"
    SHOW = "show"
    DELETE = "delete"
    LIKE = "like"
    UNLIKE = "unlike"


class Message(models.Model):
    """One message, theirs or ours. `remote_id` is empty while an answer of ours has not left; `standing` says where it stands then.

    `wish` is done on the network at `wish_at`; `told` holds the sentences for a person where that came to nothing.
    `sorted` says what it is about, with the words that say so; `corrected` is what a person made of that.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="messages")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    remote_id = models.CharField(max_length=500, blank=True)
    mine = models.BooleanField(default=False)
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="messages")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", help_text="Our member who wrote it.")
    delivery = models.OneToOneField(Delivery, null=True, on_delete=models.SET_NULL, related_name="message")
    standing = models.CharField(max_length=8, blank=True, choices=Standing.choices)
    automatic = models.BooleanField(default=False, help_text="Sent by the house out of hours: whoever waits still waits.")
    words = models.TextField()
    at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    before = models.JSONField(default=list, help_text="What it said before it was edited: [{words, until}].")
    gone_at = models.DateTimeField(null=True, help_text="When it was seen that it is no longer there.")
    hidden = models.BooleanField(default=False)
    liked = models.BooleanField(default=False)
    wish = models.CharField(max_length=8, blank=True, choices=Wish.choices)
    wish_at = models.DateTimeField(null=True)
    wish_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    wish_tries = models.PositiveIntegerField(default=0)
    told = models.JSONField(null=True)
    parent = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=700, blank=True)
    attached = models.JSONField(default=list)
    refs = models.JSONField(default=dict)
    sorted = models.JSONField(default=dict)
    corrected = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "remote_id"], condition=~Q(remote_id=""), name="one_message_per_remote_id")
        ]
        indexes = [
            models.Index(fields=["conversation", "at", "id"], name="message_in_order"),
            models.Index(fields=["company", "at", "id"], name="message_by_date"),
            models.Index(fields=["person", "at"], name="message_of_person"),
            models.Index(fields=["standing", "id"], condition=~Q(standing=""), name="answer_under_way"),
            models.Index(fields=["wish_at"], condition=Q(wish_at__isnull=False), name="message_to_change"),
        ]

    @property
    def erased(self) -> bool:
        """Tell whether only its place is left: whoever wrote it was forgotten, or it was kept as long as the company keeps such things."""
        return "erased" in self.sorted


class Turn(models.Model):
    """One time that somebody waited: from their first message without an answer to our answer. What the clocks measure.

    Seconds are plain ones and those within opening hours. `resolved_at` is when the conversation was called done after it.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="turns")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="turns")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    first = models.BooleanField(default=False, help_text="The first one of its conversation.")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    seconds = models.PositiveIntegerField(null=True)
    open_seconds = models.PositiveIntegerField(null=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_seconds = models.PositiveIntegerField(null=True)
    resolved_open_seconds = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation"], condition=Q(answered_at__isnull=True), name="one_turn_open_per_conversation")
        ]
        indexes = [
            models.Index(fields=["company", "answered_at"], name="turn_by_answer"),
            models.Index(fields=["conversation", "-answered_at"], condition=Q(answered_at__isnull=False), name="turn_of_conversation"),
        ]


class Note(models.Model):
    """A word between colleagues on a conversation; never sent."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="notes")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    words = models.TextField()
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["conversation", "at"], name="note_in_order")]


class News(models.Model):
    """Something that a colleague did in a conversation and that a follower of it was not yet told: kept until a mail about it has left."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="news")
    what = models.CharField(max_length=8, choices=[(what, what) for what in ("answered", "assigned", "noted")])
    by = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(
        Message, null=True, on_delete=models.CASCADE, related_name="+", help_text="Our answer; taken back, no news."
    )
    note = models.ForeignKey(Note, null=True, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="news_by_date")]


class SavedAnswer(models.Model):
    """An answer kept ready. `words` may hold {variables}; it is found by typing its name or its words."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="saved_answers")
    name = models.CharField(max_length=60)
    words = models.TextField()
    used = models.PositiveIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    every = models.Manager()
    objects = Kept()

    class Meta:
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], condition=Q(removed_at__isnull=True), name="one_kept_answer_per_name")
        ]


class Presence(models.Model):
    """A member at a conversation: what they have read, what they are writing, when they were last there."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField(null=True)
    here_at = models.DateTimeField(null=True)
    writing_at = models.DateTimeField(null=True)
    draft = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "user"], name="one_presence_per_member")]


class Reading(models.Model):
    """What is read of an account, source by source: where the last reading ended and when the next is due.

    `off`: a person does not want it read; so begins whatever costs money, and `ceiling` bounds what it costs. `began_at` is set while
    somebody reads, `knocked_at` is when the network last said that there is something new.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="readings")
    source = models.CharField(max_length=30)
    cursor = models.JSONField(default=dict)
    due_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    told = models.JSONField(null=True)
    off = models.BooleanField(default=False)
    began_at = models.DateTimeField(null=True)
    knocked_at = models.DateTimeField(null=True)
    month = models.DateField(null=True, help_text="The month that `spent` is of.")
    spent = models.PositiveBigIntegerField(default=0, help_text="What was read in that month cost, in millionths of a US dollar.")
    ceiling = models.PositiveBigIntegerField(null=True, help_text="The most that a month may cost, in millionths of a US dollar.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "source"], name="one_reading_per_source")]
        indexes = [models.Index(fields=["due_at"], name="reading_due")]


class Knocked(models.Model):
    """A webhook call that was believed, until it was read for: kept by the digest of its body, so that a replay is the same call."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=30, blank=True)
    digest = models.CharField(max_length=64)
    about = models.CharField(max_length=200, blank=True, default="", help_text="What no list of the network would show, by its name.")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "digest"], name="one_knock_per_call")]
        indexes = [models.Index(fields=["at"], condition=Q(read_at__isnull=True), name="knock_to_read")]


class Promise(models.Model):
    """How a company answers: its target, its warning, its out-of-hours message, how long each kind of thing is kept."""

    company = models.OneToOneField(Company, on_delete=models.CASCADE, related_name="promise")
    minutes = models.PositiveIntegerField(default=240, help_text="Within how many opening minutes an answer is promised.")
    warn_minutes = models.PositiveIntegerField(default=60, help_text="How long before, a mail warns.")
    acknowledges = models.BooleanField(default=False)
    acknowledgement = models.TextField(blank=True)
    late_answers = models.BooleanField(default=False, help_text="The networks' mark for a human being who answers late may be used.")
    needs_yes = models.BooleanField(default=False, help_text="An answer waits for the yes of somebody who may decide.")
    keep_days = models.JSONField(default=dict, help_text="For how many days each kind is kept: comment, mention, message, person.")
