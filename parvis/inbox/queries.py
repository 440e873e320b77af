"""Reading the inbox: the list, its counts, one conversation. A fixed number of queries each.

For the pages: `listed` gives a `Page` of `Row`s, `counts` the figures of the tabs, `whole` one conversation as `Whole`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Subquery

from parvis.channels.models import Channel
from parvis.core.db import Together, apart
from parvis.inbox import search
from parvis.inbox.ears import abilities_of, window_of
from parvis.inbox.models import Conversation, Label, Message, Note, Person, Presence, Promise, Reading, SavedAnswer, Standing, Status, Turn
from parvis.networks.listening import Ability, Window
from parvis.people.models import Company, Member, User
from parvis.people.rights import within
from parvis.publishing.models import Delivery

TABS = ("waiting", "mine", "all", "snoozed", "done")
PAGE, ANSWERED = 40, 20
# Of a longer conversation the newest are shown first.
MOST_MESSAGES = 50
# Whoever gave no sign for so long is not there any more, or does not write any more.
HERE, WRITING = timedelta(seconds=45), timedelta(seconds=12)
# What came in longer ago is no news to anybody.
NEWS = timedelta(days=30)
_TALKS, _PLACES, _WORDS = Conversation._meta.db_table, Presence._meta.db_table, Message._meta.db_table


def _but(model: type[Model], way: str, *kept: str) -> tuple[str, ...]:
    """Name the columns of a model that are left in the database where a page shows only some of them; `way` leads to the model."""
    return tuple(f"{way}__{field.name}" for field in model._meta.concrete_fields if field.name not in {"id", *kept})


# What no page of conversations shows. To read a column and make a value of it takes longer than to find its row.
HEAVY = _but(Channel, "channel", "company", "network", "base", "remote_id", "handle", "name", "url", "state", "by_hand")
_UNSEEN = (
    *HEAVY, *_but(Person, "person", "company", "network", "handle", "name", "avatar", "merged_into"),
    *_but(User, "assigned_to", "name", "email"),
)  # fmt: skip
_NEVER_SHOWN = (*_but(User, "by", "name", "email"), *_but(Delivery, "delivery", "channel", "state", "told", "url"))
_ABOVE = _but(Delivery, "under", "channel", "subject", "url", "state", "remote_id", "refs", "sent_at", "removed_at")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which conversations to list. Empty: any. `assignee` 0 means those that nobody has; `label` and `channel` are ids.

    `followed`: those that the member follows.
    """

    tab: str = "waiting"
    network: str = ""
    channel: int | None = None
    kind: str = ""
    topic: str = ""
    label: int | None = None
    assignee: int | None = None
    urgent: bool = False
    text: str = ""
    followed: bool = False


@dataclass(slots=True)
class Row:
    """One line of the list. `conversation` has its channel, person and assigned_to read already; `labels` are the names of what it is
    labelled with.

    `unread`: something of theirs came in since this member looked. `standing` is the worst of what is under way: failed, asks, leaving.
    `here` are the others who have it open. `took`: how long our answer took, where it was given since the moment that was asked for.
    """

    conversation: Conversation
    unread: bool = False
    standing: str = ""
    here: list[User] = field(default_factory=list)
    draft: bool = False
    took: timedelta | None = None
    labels: list[str] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        """Tell whether somebody waits for an answer."""
        return self.conversation.waiting_since is not None and self.conversation.status == Status.OPEN

    def late(self, now: datetime) -> bool:
        """Tell whether the promised hour has passed."""
        due = self.conversation.due_at
        return self.waits and due is not None and due < now


@dataclass(slots=True)
class Page:
    """One page of the list; `after` is given back for the next one (empty: there is none). `answered`: who got an answer lately."""

    rows: list[Row]
    after: str = ""
    answered: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures of the tabs. `waiting` people wait, `late` of them past their hour, `failed` answers need a person, `asks` wait for a
    yes."""

    waiting: int = 0
    late: int = 0
    mine: int = 0
    snoozed: int = 0
    unread: int = 0
    failed: int = 0
    asks: int = 0


@dataclass(slots=True)
class Shown:
    """One message of an open conversation. `answers` is the message it answers, where that is not simply the one before it.

    `standing` of an answer of ours: "" (it is there), leaving, failed (then `delivery.told` or `told` says why), asks.
    """

    message: Message
    answers: Message | None = None

    @property
    def standing(self) -> str:
        """Where an answer of ours stands."""
        return self.message.standing


@dataclass(slots=True)
class Whole:
    """One conversation, open. `newest` is the newest message of theirs, `to` the one that an answer would answer (that one, unless another
    was chosen); `window` whether that is possible now.

    `abilities` is what the network lets us do to their messages. `here` are the other members who have it open; `own` is this member's
    place (their draft, what they have read). `corrector` is who said what the newest is about. `earlier`: there is more above, read with
    `before`; `older`: this is not the newest part.
    """

    conversation: Conversation
    messages: list[Shown]
    notes: list[Note]
    labels: list[Label]
    followers: list[User]
    here: list[Presence]
    own: Presence | None
    newest: Message | None
    to: Message | None
    window: Window
    abilities: frozenset[Ability]
    promise: Promise
    corrector: User | None = None
    earlier: bool = False
    older: bool = False

    @property
    def writing(self) -> list[User]:
        """The other members who are writing an answer."""
        return [one.user for one in self.here if one.writing_at is not None]


# ---- the list


def listed(
    company: Company, user_id: int, wanted: Wanted, now: datetime, *, after: str = "", most: int = PAGE, since: datetime | None = None,
    joined: datetime | None = None,
) -> Page:  # fmt: skip
    """Return a page of the conversations wanted: who waits by the hour promised, everything else newest first. At most eight queries.

    `since`: under the last of those who wait, whoever was answered since then. `joined`: since when this member is here, where it is known.
    """
    by_due = wanted.tab == "waiting"
    rows = _wanted(company, user_id, wanted, _of_tab(company, user_id, wanted.tab))
    if place := _place(after):
        at, pk = place
        rows = (
            rows.filter(Q(due_at__gt=at) | Q(due_at=at, pk__gt=pk)) if by_due else rows.filter(Q(last_at__lt=at) | Q(last_at=at, pk__lt=pk))
        )
    ordered = rows.order_by("due_at", "pk") if by_due else rows.order_by("-last_at", "-pk")
    found = list(_shown(ordered)[: most + 1])
    shown = found[:most]
    last = shown[-1] if len(found) > most else None
    answered = _answered(company, user_id, wanted, since) if since and by_due and last is None else []
    told = _rows([*shown, *answered], user_id, now, joined)
    return Page(told[: len(shown)], _end(last, by_due) if last else "", told[len(shown) :])


def _wanted(company: Company, user_id: int, wanted: Wanted, rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    rows = narrowed(rows, company, wanted)
    return rows.filter(followers=user_id) if wanted.followed else rows


def _answered(company: Company, user_id: int, wanted: Wanted, since: datetime) -> list[Conversation]:
    """Return who was answered since then and waits no more, the last one first; `took` is how many seconds that took."""
    turns = Turn.objects.filter(company=company, answered_at__gte=since).order_by("-answered_at")
    newest = turns.filter(conversation=OuterRef("pk"))
    rows = within(Conversation.objects.filter(company=company, waiting_since=None), company.only("inbox.read"))
    rows = rows.filter(pk__in=turns.order_by().values("conversation_id"))
    rows = _shown(_wanted(company, user_id, wanted, rows)).annotate(took=Subquery(newest.values("seconds")[:1]))
    return list(rows.order_by(Subquery(newest.values("answered_at")[:1]).desc(), "-pk")[:ANSWERED])


def _end(last: Conversation, by_due: bool) -> str:
    at = last.due_at if by_due else last.last_at
    return f"{at.astimezone(UTC).isoformat()}_{last.pk}" if at else ""


def narrowed(rows: QuerySet[Conversation], company: Company, wanted: Wanted) -> QuerySet[Conversation]:
    """Keep of these conversations what a member filtered for."""
    plain: dict[str, Any] = {"channel__network": wanted.network, "kind": wanted.kind, "topic": wanted.topic}
    rows = rows.filter(**{name: value for name, value in plain.items() if value})
    if wanted.channel is not None:
        rows = rows.filter(channel_id=wanted.channel)
    if wanted.label is not None:
        rows = rows.filter(labels=wanted.label)
    if wanted.assignee is not None:
        rows = rows.filter(assigned_to_id=wanted.assignee or None)
    if wanted.urgent:
        rows = rows.filter(urgent=True)
    return rows.filter(pk__in=search.found(company, wanted.text)) if wanted.text.strip() else rows


def _of_tab(company: Company, user_id: int, tab: str) -> QuerySet[Conversation]:
    rows = within(Conversation.objects.filter(company=company), company.only("inbox.read"))
    match tab:
        case "waiting":
            return rows.filter(status=Status.OPEN, waiting_since__isnull=False)
        case "mine":
            return rows.filter(assigned_to_id=user_id, status__in=(Status.OPEN, Status.SNOOZED))
        case "snoozed" | "done":
            return rows.filter(status=tab)
        case _:
            return rows


def _shown(rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    return rows.select_related("channel", "person", "assigned_to").defer(*_UNSEEN)


def _rows(conversations: list[Conversation], user_id: int, now: datetime, joined: datetime | None) -> list[Row]:
    """Add to conversations their labels, what a member has read of them, who else is there, and what is under way."""
    since = max(joined, now - NEWS) if joined else _since(conversations, user_id, now)
    found = {one.pk: Row(one, unread=_is_news(one, since), took=_took(one)) for one in conversations}
    presences = Presence.objects.filter(conversation__in=found).filter(Q(user=user_id) | Q(here_at__gt=now - HERE)).select_related("user")
    for presence in presences:
        row = found[presence.conversation_id]
        if presence.user_id != user_id:
            row.here.append(presence.user)
            continue
        row.draft = bool(presence.draft)
        row.unread = row.unread and not _has_read(presence, row.conversation)
    for pk, standing in Message.objects.filter(conversation__in=found).exclude(standing="").values_list("conversation_id", "standing"):
        found[pk].standing = max(found[pk].standing, standing, key=_WEIGHT.__getitem__)
    for pk, name in Label.objects.filter(conversations__in=found).order_by("name").values_list("conversations", "name"):
        found[pk].labels.append(name)
    return list(found.values())


def _is_news(one: Conversation, since: datetime) -> bool:
    return one.status == Status.OPEN and one.heard_at is not None and one.heard_at > since


def _took(one: Conversation) -> timedelta | None:
    seconds = getattr(one, "took", None)
    return None if seconds is None else timedelta(seconds=seconds)


def _since(conversations: list[Conversation], user_id: int, now: datetime) -> datetime:
    """Return since when what comes in is news to a member."""
    place = Member.objects.filter(user=user_id, company=conversations[0].company_id) if conversations else Member.objects.none()
    joined = place.values_list("since", flat=True).first()
    return max(joined, now - NEWS) if joined else now - NEWS


_WEIGHT: dict[str, int] = {"": 0, Standing.LEAVING: 1, Standing.ASKS: 2, Standing.FAILED: 3}


def _has_read(presence: Presence, conversation: Conversation) -> bool:
    return presence.read_at is not None and conversation.heard_at is not None and presence.read_at >= conversation.heard_at


def _place(after: str) -> tuple[datetime, int] | None:
    """Read where a page ended; whatever is not ours is the beginning."""
    at, _, pk = after.rpartition("_")
    try:
        moment = datetime.fromisoformat(at)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)), int(pk)
    except ValueError:
        return None


# The figures in plain SQL: every page of the inbox asks them, and five counts in one question cost a fifth of five questions.
_COUNTS = f"""
SELECT
  (SELECT COUNT(*) FROM {_TALKS} c WHERE c.company_id = %(company)s AND c.status = 'open' AND c.waiting_since IS NOT NULL@c),
  (SELECT COUNT(*) FROM {_TALKS} c WHERE c.company_id = %(company)s AND c.status = 'open' AND c.waiting_since IS NOT NULL
      AND c.due_at < %(now)s@c),
  (SELECT COUNT(*) FROM {_TALKS} c WHERE c.company_id = %(company)s AND c.assigned_to_id = %(user)s AND c.status IN ('open', 'snoozed')@c),
  (SELECT COUNT(*) FROM {_TALKS} c WHERE c.company_id = %(company)s AND c.status = 'snoozed'@c),
  (SELECT COUNT(*) FROM {_TALKS} c WHERE c.company_id = %(company)s AND c.status = 'open' AND c.heard_at > %(since)s
      AND NOT EXISTS (SELECT 1 FROM {_PLACES} p WHERE p.conversation_id = c.id AND p.user_id = %(user)s AND p.read_at >= c.heard_at)@c),
  (SELECT COUNT(*) FROM {_WORDS} m WHERE NOT (m.standing = '') AND m.standing = 'failed' AND m.company_id = %(company)s@m),
  (SELECT COUNT(*) FROM {_WORDS} m WHERE NOT (m.standing = '') AND m.standing = 'asks' AND m.company_id = %(company)s@m)
"""  # noqa: S608 - the names of our own tables


def counts(company: Company, member: Member, now: datetime) -> Counts:
    """Return the figures of the tabs for a member, in one query. What came in more than a month ago, or before they joined, is no news."""
    moments = {"now": now, "since": max(member.since, now - NEWS)}
    adapted: dict[str, Any] = {name: connection.ops.adapt_datetimefield_value(moment) for name, moment in moments.items()}
    only = company.only("inbox.read")
    named = {f"account{place}": pk for place, pk in enumerate(sorted(only) or (0,))} if only is not None else {}
    with connection.cursor() as cursor:
        cursor.execute(_counting(tuple(named)), {**adapted, **named, "company": company.pk, "user": member.user_id})
        waiting, late, mine, snoozed, unread, failed, asks = cursor.fetchone()
    return Counts(waiting, late, mine, snoozed, unread, failed, asks)


def _counting(accounts: tuple[str, ...]) -> str:
    """Return the question of the figures, kept to these accounts where any are named."""
    places = ", ".join(f"%({name})s" for name in accounts)
    sql = _COUNTS
    for table in "cm":
        sql = sql.replace(f"@{table}", f" AND {table}.channel_id IN ({places})" if accounts else "")
    return sql


def answers_stopped(company: Company, most: int = 20) -> list[Message]:
    """Return the answers that failed, oldest first, each with its conversation: `told` says why, and the words are kept. Those that wait
    for a yes stand among the other requests for one."""
    rows = within(Message.objects.filter(company=company), company.only("inbox.read"))
    rows = rows.filter(standing=Standing.FAILED).exclude(standing="")
    related = ("conversation__person", "conversation__channel", "by")
    return list(rows.select_related(*related).defer("conversation__channel__tokens").order_by("at", "pk")[:most])


# ---- one conversation


def of(company: Company) -> QuerySet[Conversation]:
    """Return a company's conversations, for the gate."""
    rows: QuerySet[Conversation] = within(company.conversations.all(), company.only("inbox.read"))
    return rows.select_related("channel", "person", "assigned_to", "under").defer(*_ABOVE)


def with_aside(rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """Add to conversations what stands beside each: its labels, and who follows it."""
    labels = Conversation.labels.through.objects.filter(conversation=OuterRef("pk"), label__removed_at=None)
    follows = Conversation.followers.through.objects.filter(conversation=OuterRef("pk"))
    return rows.annotate(
        labelled=Together(labels.order_by("label__name"), "id", "name", by="label__"),
        followed=Together(follows.order_by("user__name", "user"), "id", "name", "email", by="user__"),
    )


def whole(conversation: Conversation, user_id: int, now: datetime, before: int | None = None, to: int | None = None) -> Whole:
    """Return a conversation as `of` gave it, open, with its newest messages (or those older than the message `before`).

    Three queries, one more where `with_aside` did not read it, one where somebody corrected what its newest message is about.
    `to` is the message of theirs that is to be answered, where it is not the newest.
    """
    rows = Message.objects.filter(conversation=conversation).select_related("person", "by", "delivery").defer(*_NEVER_SHOWN)
    if before is not None:
        edge = Message.objects.filter(conversation=conversation, pk=before)
        rows = rows.filter(Q(at__lt=Subquery(edge.values("at"))) | Q(at=Subquery(edge.values("at")), pk__lt=before))
    found = list(rows.order_by("-at", "-pk")[: MOST_MESSAGES + 1])
    messages = in_order(reversed(found[:MOST_MESSAGES]))
    newest = newest_of(messages) if before is None else None
    chosen = next((one for one in messages if one.pk == to and not one.mine and one.gone_at is None), newest) if newest else None
    promise: Promise = getattr(conversation.company, "promise", None) or Promise(company_id=conversation.company_id)
    presences = list(Presence.objects.filter(conversation=conversation).select_related("user"))
    aside: Any = conversation if hasattr(conversation, "labelled") else with_aside(Conversation.objects.filter(pk=conversation.pk)).get()
    corrector = (newest.corrected or {}).get("by") if newest else None
    return Whole(
        conversation=conversation,
        messages=_answering(messages),
        notes=list(Note.objects.filter(conversation=conversation, removed_at=None).select_related("by").order_by("at", "pk")),
        labels=apart(Label, aside.labelled),
        followers=apart(User, aside.followed),
        here=_others(presences, user_id, now),
        own=next((one for one in presences if one.user_id == user_id), None),
        newest=newest,
        to=chosen,
        window=window_of(chosen, conversation, now, promise.late_answers),
        abilities=abilities_of(conversation.channel, conversation.kind),
        promise=promise,
        corrector=User.objects.filter(pk=corrector).first() if corrector else None,
        earlier=len(found) > MOST_MESSAGES,
        older=before is not None,
    )


def newest_of(messages: Iterable[Message]) -> Message | None:
    """Return the newest message of theirs that is still there: what an answer answers."""
    theirs = [one for one in messages if not one.mine and one.gone_at is None]
    return theirs[-1] if theirs else None


def in_order(messages: Iterable[Message]) -> list[Message]:
    """Put messages by their hour, and none before the one that it answers, whatever the clocks over there say."""
    rows = list(messages)
    named = {one.remote_id: one for one in rows if one.remote_id}
    placed: dict[int, Message] = {}
    for row in rows:
        above: list[Message] = []
        step: Message | None = row
        while step is not None and step.pk not in placed and step not in above:
            above.append(step)
            step = named.get(step.parent) if step.parent else None
        placed.update((one.pk, one) for one in reversed(above))
    return list(placed.values())


def _answering(messages: list[Message]) -> list[Shown]:
    """Name what each message answers, where it is not the one just above."""
    named = {one.remote_id: one for one in messages if one.remote_id}
    shown, above = [], ""
    for one in messages:
        shown.append(Shown(one, named.get(one.parent) if one.parent and one.parent != above else None))
        above = one.remote_id
    return shown


def _others(presences: list[Presence], user_id: int, now: datetime) -> list[Presence]:
    here = [one for one in presences if one.user_id != user_id and one.here_at is not None and one.here_at > now - HERE]
    for one in here:
        if one.writing_at is not None and one.writing_at <= now - WRITING:
            one.writing_at = None
    return here


# ---- what is beside a conversation


def saved_answers(company: Company, typed: str = "", most: int = 8) -> list[SavedAnswer]:
    """Return the answers kept ready, those used most first; `typed` finds them by their name or their words."""
    rows = SavedAnswer.objects.filter(company=company)
    for word in typed.split()[:6]:
        rows = rows.filter(Q(name__icontains=word) | Q(words__icontains=word))
    return list(rows.order_by("-used", "name", "pk")[:most])


def labels(company: Company) -> list[Label]:
    """Return the company's labels by name."""
    return list(Label.objects.filter(company=company).order_by("name"))


def assignable(company: Company) -> list[User]:
    """Return the members to whom a conversation can be given."""
    return [member.user for member in Member.objects.filter(company=company).select_related("user").order_by("user__name", "pk")]


def persons(company: Company) -> QuerySet[Person]:
    """Return those who wrote to a company, on the accounts that whoever asks may see."""
    rows, only = Person.objects.filter(company=company), company.only("inbox.read")
    if only is None:
        return rows
    wrote = Message.objects.filter(Q(person=OuterRef("pk")) | Q(conversation__person=OuterRef("pk")), channel__in=only)
    return rows.filter(Exists(wrote))


def readings(company: Company) -> list[Reading]:
    """Return what is read of a company's accounts: when each was last read, and what is wrong (`told`)."""
    rows = within(Reading.objects.filter(channel__company=company), company.only("inbox.read"))
    return list(rows.select_related("channel").order_by("channel_id", "source"))
