"""Screens: working together on a conversation. Who has it, where it stands, words between colleagues; and what is done over there."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from parvis.core import clock
from parvis.inbox import commands, queries
from parvis.inbox.commands import NotAMember, PastHour
from parvis.inbox.models import Conversation, Label, Message, Note, Wish
from parvis.inbox.wishes import CannotDo
from parvis.people.models import Member, User
from parvis.web import reading
from parvis.web.gate import Inside, member, one
from parvis.web.htmx import fragment, is_htmx, tell
from parvis.web.inbox import TOPICS, asked_with, wanted_of
from parvis.web.replying import act, on_message
from parvis.web.talking import found


def _address(request: Inside, name: str, talk: Conversation, *args: object) -> str:
    return reverse(name, args=[request.company.slug, talk.pk, *args])


def _given(request: Inside, name: str) -> str:
    """Return what the form gave, or what the address of an undo carries."""
    return request.POST.get(name, request.GET.get(name, ""))


@require_GET
@member("inbox.sort")
def choices(request: Inside, conversation: int) -> HttpResponse:
    """Show to whom a conversation may be given, and which labels there are: a page of its own, or in place."""
    talk = found(request, conversation)
    wanted, which = wanted_of(request), request.GET.get("which", "people")
    context = {
        "talk": talk, "place": "answer", "which": "labels" if which == "labels" else "people", "asked": asked_with(wanted),
        "to": _address(request, "conversation", talk) + asked_with(wanted),
    }  # fmt: skip
    if context["which"] == "labels":
        on = set(talk.labels.values_list("pk", flat=True))
        context["labels"] = [(label, label.pk in on) for label in queries.labels(request.company)]
    else:
        context["people"] = queries.assignable(request.company)
    return fragment(request, "inbox/choices.html", context) if is_htmx(request) else render(request, "inbox/choices_page.html", context)


@act("inbox.sort")
def assign(request: Inside, talk: Conversation) -> None:
    """Give it to a member, or to nobody."""
    to = _given(request, "to")
    place = Member.objects.filter(company=request.company, user=int(to)).select_related("user").first() if _whole(to) else None
    if to and place is None:
        tell(request, gettext("This person is no longer a member. Nothing was changed."), tone="wait")
        return
    user: User | None = place.user if place else None
    try:
        before = commands.assign(conversation=talk, to=user, by=request.actor, now=clock.now())
    except NotAMember:
        tell(request, gettext("This person is no longer a member. Nothing was changed."), tone="wait")
        return
    words = gettext("%(name)s has it now.") % {"name": user.called} if user else gettext("Nobody in particular has it now.")
    tell(request, words, undo=f"{_address(request, 'inbox-assign', talk)}?to={before or ''}")


def _whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16


@act("inbox.read")
def follow(request: Inside, talk: Conversation) -> None:
    """Follow it."""
    commands.follow(conversation=talk, by=request.actor, now=clock.now())


@act("inbox.read")
def unfollow(request: Inside, talk: Conversation) -> None:
    """Follow it no longer."""
    commands.unfollow(conversation=talk, by=request.actor, now=clock.now())


@act("inbox.sort")
def snooze(request: Inside, talk: Conversation) -> None:
    """Put it off until an hour."""
    until = _moment(request)
    try:
        if until is None:
            raise PastHour
        commands.snooze(conversation=talk, until=until, by=request.actor, now=clock.now())
    except PastHour:
        tell(request, gettext("Choose an hour that is still to come. Nothing was changed."), tone="wait")
        return
    words = gettext("Put off until %(hour)s, or until they write again.") % {"hour": reading.near(until)}
    tell(request, words, undo=_address(request, "inbox-wake", talk))


def _moment(request: Inside) -> datetime | None:
    """Read an hour in the company's time."""
    try:
        at = datetime.fromisoformat(_given(request, "until") or _given(request, "hour"))
    except ValueError:
        return None
    return at if timezone.is_aware(at) else timezone.make_aware(at)


@act("inbox.sort")
def wake(request: Inside, talk: Conversation) -> None:
    """Take it up again before its hour."""
    commands.wake(conversation=talk, by=request.actor, now=clock.now())
    tell(request, gettext("Taken up again."))


@act("inbox.sort")
def done(request: Inside, talk: Conversation) -> None:
    """Call it done."""
    commands.done(conversation=talk, by=request.actor, now=clock.now())
    tell(request, gettext("Done. It comes back by itself if they write again."), undo=_address(request, "inbox-reopen", talk))


@act("inbox.sort")
def reopen(request: Inside, talk: Conversation) -> None:
    """Open it again."""
    commands.reopen(conversation=talk, by=request.actor, now=clock.now())
    tell(request, gettext("Open again."))


@act("inbox.read")
def unread(request: Inside, talk: Conversation) -> None:
    """Mark it as unread for oneself."""
    commands.seen(conversation=talk, by=request.actor, now=clock.now(), read=False)
    tell(request, gettext("Marked as unread."))


@act("inbox.sort")
def note(request: Inside, talk: Conversation) -> None:
    """Add a word between colleagues."""
    try:
        kept = commands.note(conversation=talk, words=request.POST.get("note", ""), by=request.actor, now=clock.now())
    except commands.Nameless:
        tell(request, gettext("Write the note first."), tone="wait")
        return
    tell(request, gettext("Noted, for colleagues only."), undo=_address(request, "inbox-note-remove", talk, kept.pk))


def _of(talk: Conversation, pk: int) -> Note:
    return get_object_or_404(Note.objects.select_related("conversation__channel", "conversation__person"), conversation=talk, pk=pk)


@act("inbox.sort")
def remove_note(request: Inside, talk: Conversation, note: int) -> None:
    """Take a note away."""
    commands.remove_note(note=_of(talk, note), by=request.actor, now=clock.now())
    tell(request, gettext("The note is gone."), undo=_address(request, "inbox-note-back", talk, note))


@act("inbox.sort")
def note_back(request: Inside, talk: Conversation, note: int) -> None:
    """Put a note back."""
    commands.bring_back_note(note=_of(talk, note), by=request.actor, now=clock.now())


@act("inbox.sort")
def label(request: Inside, talk: Conversation) -> None:
    """Put a label on it: one that there is, or a new one by its name."""
    name, pk = _given(request, "name"), _given(request, "label")
    try:
        made = one(Label.objects.all(), request.company, int(pk)) if _whole(pk) else None
        made = made or commands.make_label(company=request.company, name=name, by=request.actor, now=clock.now())
    except commands.Nameless:
        tell(request, gettext("Write the name of the label first."), tone="wait")
        return
    commands.label(conversation=talk, label=made, by=request.actor, now=clock.now())


@act("inbox.sort")
def unlabel(request: Inside, talk: Conversation, label: int) -> None:
    """Take a label off it."""
    row = one(Label.objects.all(), request.company, label)
    commands.unlabel(conversation=talk, label=row, by=request.actor, now=clock.now())
    undo = f"{_address(request, 'inbox-label', talk)}?label={row.pk}"
    tell(request, gettext("The label “%(name)s” is off.") % {"name": row.name}, undo=undo)


# ---- to one message


@on_message("inbox.moderate")
def wish(request: Inside, message: Message) -> str | None:
    """Have a message hidden, shown, deleted, liked or no longer liked on its network."""
    what = request.POST.get("what", "")
    try:
        commands.wish(message=message, what=what, by=request.actor, now=clock.now())
    except (CannotDo, ValueError, KeyError):
        tell(request, gettext("The network does not allow this on this message. Nothing was changed."), tone="wait")
        return None
    undo = reverse("inbox-unwish", args=[request.company.slug, message.conversation_id, message.pk])
    said = {
        Wish.HIDE: gettext("It will be hidden over there in a moment."), Wish.SHOW: gettext("It will be shown again in a moment."),
        Wish.DELETE: gettext("It will be deleted over there in a few seconds."), Wish.LIKE: gettext("It will be liked in a moment."),
        Wish.UNLIKE: gettext("The like will be taken back in a moment."),
    }[Wish(what)]  # fmt: skip
    tell(request, said, undo=undo)
    return None


@on_message("inbox.moderate")
def unwish(request: Inside, message: Message) -> str | None:
    """Leave a message as it is after all."""
    if commands.unwish(message=message, by=request.actor, now=clock.now()):
        return gettext("Left as it is.")
    tell(request, gettext("The network has done it already."), tone="wait")
    return None


@on_message("inbox.sort")
def correct(request: Inside, message: Message) -> None:
    """Say what a message is about, or take that back: then it is what its words say."""
    kept = {name: value for name, value in (message.corrected or {}).items() if name in {"topic", "urgent", "language"}}
    topic, urgent = _given(request, "topic"), _given(request, "urgent")
    if topic in TOPICS:
        kept["topic"] = topic
    if urgent in {"0", "1"}:
        kept["urgent"] = urgent == "1"
    facts = None if _given(request, "words") == "1" else kept
    before = commands.correct_sorting(message=message, facts=facts, by=request.actor, now=clock.now())
    undo = _address(request, "inbox-correct", message.conversation, message.pk)
    if before is None:
        undo += "?words=1"
    else:
        undo += "?" + urlencode({"topic": before.get("topic", ""), "urgent": str(int(before["urgent"])) if "urgent" in before else ""})
    words = gettext("Kept: thank you for the correction.") if facts is not None else gettext("It is what its words say again.")
    tell(request, words, undo=undo)


_ONE = "inbox/<int:conversation>/"
_MESSAGE = "inbox/<int:conversation>/messages/<int:message>/"
urls = [
    path(f"{_ONE}choices/", choices, name="inbox-choices"),
    path(f"{_ONE}assign/", assign, name="inbox-assign"),
    path(f"{_ONE}follow/", follow, name="inbox-follow"),
    path(f"{_ONE}unfollow/", unfollow, name="inbox-unfollow"),
    path(f"{_ONE}snooze/", snooze, name="inbox-snooze"),
    path(f"{_ONE}wake/", wake, name="inbox-wake"),
    path(f"{_ONE}done/", done, name="inbox-done"),
    path(f"{_ONE}reopen/", reopen, name="inbox-reopen"),
    path(f"{_ONE}unread/", unread, name="inbox-unread"),
    path(f"{_ONE}notes/", note, name="inbox-note"),
    path(f"{_ONE}notes/<int:note>/remove/", remove_note, name="inbox-note-remove"),
    path(f"{_ONE}notes/<int:note>/back/", note_back, name="inbox-note-back"),
    path(f"{_ONE}labels/", label, name="inbox-label"),
    path(f"{_ONE}labels/<int:label>/remove/", unlabel, name="inbox-unlabel"),
    path(f"{_MESSAGE}wish/", wish, name="inbox-wish"),
    path(f"{_MESSAGE}unwish/", unwish, name="inbox-unwish"),
    path(f"{_MESSAGE}about/", correct, name="inbox-correct"),
]
