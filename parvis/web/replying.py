"""Screens: answering. Every button sends what is written so far, so that nothing typed is lost whatever is pressed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from parvis.core import clock
from parvis.inbox import commands, queries
from parvis.inbox.answering import Closed, Empty, NeedsYes, NoReason, NothingToAnswer, TooLate, TooLong
from parvis.inbox.models import Conversation, Message, Presence, SavedAnswer, Standing
from parvis.inbox.queries import Wanted
from parvis.people.permissions import anywhere
from parvis.voice.profiles import profile_of
from parvis.web import tags
from parvis.web.gate import Inside, member, one, see
from parvis.web.htmx import is_htmx, tell
from parvis.web.inbox import asked_with, wanted_of
from parvis.web.tags import say
from parvis.web.talking import found, go_on, limits_of, shown

Doing = Callable[..., HttpResponse | None]


def act(asks: str) -> Callable[[Doing], Callable[..., HttpResponse]]:
    """Make a view of what is done in a conversation, by whoever may do what it `asks`."""
    return partial(_acted, asks)


def _acted(asks: str, doing: Doing) -> Callable[..., HttpResponse]:
    """Wrap what is done in a conversation: keep what is written, do it, and show the conversation."""

    @require_POST
    @member(asks)
    def acted(request: Inside, conversation: int, **ids: int) -> HttpResponse:
        talk = found(request, conversation)
        keep(request, talk)
        return doing(request, talk, **ids) or go_on(request, talk)

    return acted


def on_message(asks: str) -> Callable[[Callable[[Inside, Message], str | HttpResponse | None]], Callable[..., HttpResponse]]:
    """Make a view of what is done to one message, by whoever may do what it `asks`."""
    return partial(_on_message, asks)


def _on_message(asks: str, doing: Callable[[Inside, Message], str | HttpResponse | None]) -> Callable[..., HttpResponse]:
    """Wrap what is done to one message of a conversation; words that it returns are said."""

    def done(request: Inside, talk: Conversation, message: int) -> HttpResponse | None:
        rows = Message.objects.filter(conversation=talk).select_related("channel", "delivery", "person")
        row = one(rows.select_related("conversation__channel", "conversation__person"), request.company, message)
        try:
            came = doing(request, row)
            if isinstance(came, HttpResponse):
                return came
            if came:
                tell(request, came)
        except TooLate as late:
            word = str(tags.STATES[late.state][2]).lower()
            tell(request, gettext("It had already moved on: %(state)s. Nothing was changed.") % {"state": word}, tone="wait")
        except (Closed, NothingToAnswer) as closed:
            tell(request, why_not(closed), tone="wait")
        except NeedsYes:
            tell(request, gettext("These words need a yes now: take them back into your draft, and propose them again."), tone="wait")
        except NoReason:
            tell(request, gettext("Say why in a word: whoever wrote it needs it to go on. Nothing was decided yet."), tone="wait")
        return None

    return act(asks)(done)


def keep(request: Inside, talk: Conversation) -> None:
    """Keep what is written so far, where the form carried it."""
    words = request.POST.get("words")
    if words is not None and anywhere(request.actor, "inbox.answer", request.company.pk):
        commands.draft(conversation=talk, words=words, by=request.actor, now=clock.now())


@act("inbox.answer")
def answer(request: Inside, talk: Conversation) -> HttpResponse | None:
    """Answer, and stay, or go on to whoever waits next."""
    words = request.POST.get("words", "")
    try:
        message = commands.answer(conversation=talk, words=words, by=request.actor, now=clock.now(), to=_to(request, talk))
    except (Empty, NothingToAnswer, Closed, TooLong) as trouble:
        tell(request, why_not(trouble), tone="wait")
        return shown(request, found(request, talk.pk), typed=words, to=_asked(request)) if is_htmx(request) else None
    undo = reverse("inbox-take-back", args=[request.company.slug, talk.pk, message.pk])
    if message.standing == Standing.ASKS:
        tell(request, gettext("Kept for a yes: it leaves once somebody has given it."), undo=undo)
    else:
        tell(request, gettext("Your answer leaves in a few seconds."), undo=undo)
    return _next(request) if request.POST.get("then") == "next" else None


def _asked(request: Inside) -> int | None:
    asked = request.POST.get("answers", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else None


def _to(request: Inside, talk: Conversation) -> Message | None:
    pk = _asked(request)
    return Message.objects.filter(conversation=talk, pk=pk).select_related("person").first() if pk is not None else None


@on_message("inbox.answer")
def choose(request: Inside, message: Message) -> HttpResponse:
    """Answer this message, and not the newest one."""
    talk = message.conversation
    to = reverse("conversation", args=[request.company.slug, talk.pk]) + asked_with(wanted_of(request), to=message.pk)
    return shown(request, found(request, talk.pk), to=message.pk) if is_htmx(request) else see(f"{to}#words")


def _next(request: Inside) -> HttpResponse | None:
    """Show whoever waits next in the list that was open."""
    wanted = wanted_of(request)
    page = queries.listed(request.company, request.user.pk, wanted if wanted.tab == "waiting" else Wanted(), clock.now(), most=1)
    if not page.rows:
        return None
    talk = page.rows[0].conversation
    return shown(request, found(request, talk.pk), pushed=True) if is_htmx(request) else go_on(request, talk)


def why_not(trouble: Exception) -> str:
    """Say why an answer cannot leave, what was kept and what to do."""
    if isinstance(trouble, TooLong):
        over = trouble.count - trouble.rule.most
        words = ngettext("One sign too many: shorten it.", "%(count)s signs too many: shorten it.", over) % {"count": over}
        return f"{words} {gettext('What you wrote is kept.')}"
    if isinstance(trouble, Closed):
        why = say(trouble.window.why) if trouble.window.why else gettext("The network takes no answer from here now.")
        return f"{why} {gettext('What you wrote is kept.')}"
    if isinstance(trouble, Empty):
        return gettext("There is nothing to send yet.")
    return gettext("The message to answer is no longer there. What you wrote is kept.")


@require_POST
@member("inbox.answer")
def draft(request: Inside, conversation: int) -> HttpResponse:
    """Keep what is written so far; the page's own script is answered with the counts alone."""
    talk = found(request, conversation)
    keep(request, talk)
    if not request.headers.get("X-Words"):
        tell(request, gettext("Your draft is kept."))
        return go_on(request, talk)
    words = request.POST.get("words", "")
    context = {"limits": limits_of(talk, words), "draft": words, "kept": True}
    return HttpResponse(render_to_string("inbox/kept.html", context, request))


@act("inbox.answer")
def use(request: Inside, talk: Conversation, saved: int) -> HttpResponse | None:
    """Put an answer kept ready into what is written: at the script's own place, else at the end."""
    ready = one(SavedAnswer.objects.all(), request.company, saved)
    words = commands.use_saved(saved=ready, conversation=talk, by=request.actor, now=clock.now(), place=_place(request))
    if request.headers.get("X-Words"):
        return HttpResponse(words, content_type="text/plain; charset=utf-8")
    own = Presence.objects.filter(conversation=talk, user=request.user).values_list("draft", flat=True).first() or ""
    commands.draft(conversation=talk, words=f"{own}\n{words}" if own.strip() else words, by=request.actor, now=clock.now())
    return None


def _place(request: Inside) -> dict[str, str]:
    """Return how the company is reached, as far as it has said so."""
    profile = profile_of(request.company)
    return {name: value for name, value in (("telephone", profile.phone), ("site", profile.site)) if value}


@require_GET
@member("inbox.read")
def ready(request: Inside, conversation: int) -> HttpResponse:
    """Give the answers kept ready that hold what was typed behind the slash."""
    context = {"saved": queries.saved_answers(request.company, request.GET.get("q", "")), "talk": found(request, conversation)}
    return HttpResponse(render_to_string("inbox/found.html", context, request))


# ---- what becomes of an answer


@on_message("inbox.answer")
def take_back(request: Inside, message: Message) -> str:
    """Take it back before it leaves."""
    commands.take_back(message=message, by=request.actor, now=clock.now())
    return gettext("Taken back. What you wrote is in your draft again.")


@on_message("inbox.approve")
def approve(request: Inside, message: Message) -> str:
    """Say yes."""
    commands.approve_answer(message=message, by=request.actor, now=clock.now())
    if Message.objects.filter(pk=message.pk, standing=Standing.ASKS).exists():
        return gettext("Your yes is kept. Others must still agree.")
    return gettext("You said yes: it leaves in a few seconds.")


@on_message("inbox.approve")
def refuse(request: Inside, message: Message) -> str:
    """Say no; why becomes a note."""
    commands.refuse_answer(message=message, by=request.actor, now=clock.now(), why=request.POST.get(f"why-{message.pk}", ""))
    return gettext("You said no: the words are in their writer’s draft again.")


@on_message("inbox.answer")
def again(request: Inside, message: Message) -> str:
    """Send one again that failed."""
    commands.again(message=message, by=request.actor, now=clock.now())
    return gettext("It leaves again now.")


@on_message("inbox.answer")
def there(request: Inside, message: Message) -> str:
    """It is on the network: nothing is sent again."""
    commands.is_there(message=message, by=request.actor, now=clock.now())
    return gettext("Noted: it is there. Nothing will be sent again.")


@on_message("inbox.answer")
def give_up(request: Inside, message: Message) -> str:
    """Leave one that failed; its words are in the draft again."""
    commands.give_up(message=message, by=request.actor, now=clock.now())
    return gettext("Left. What was written is in your draft again.")


_ONE = "inbox/<int:conversation>/"
_MESSAGE = "inbox/<int:conversation>/messages/<int:message>/"
urls = [
    path(f"{_ONE}answer/", answer, name="inbox-answer"),
    path(f"{_ONE}draft/", draft, name="inbox-draft"),
    path(f"{_ONE}saved/", ready, name="inbox-saved"),
    path(f"{_ONE}saved/<int:saved>/", use, name="inbox-use"),
    path(f"{_MESSAGE}choose/", choose, name="inbox-choose"),
    path(f"{_MESSAGE}take-back/", take_back, name="inbox-take-back"),
    path(f"{_MESSAGE}approve/", approve, name="inbox-approve"),
    path(f"{_MESSAGE}refuse/", refuse, name="inbox-refuse"),
    path(f"{_MESSAGE}again/", again, name="inbox-again"),
    path(f"{_MESSAGE}there/", there, name="inbox-there"),
    path(f"{_MESSAGE}give-up/", give_up, name="inbox-give-up"),
]
