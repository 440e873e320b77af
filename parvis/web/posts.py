"""Screens: the list of posts, a post's page with its departures, and what can be done there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from parvis.channels.models import Channel
from parvis.channels.queries import of as channels_of
from parvis.channels.queries import spec_of
from parvis.core import clock
from parvis.core.say import Say
from parvis.delegation.approvals import OPEN
from parvis.delegation.circuits import POST
from parvis.delegation.requests import newest as newest_request
from parvis.networks.facts import COMMENT, Parcel
from parvis.people.models import Company
from parvis.people.permissions import allowed, anywhere
from parvis.posts import agenda, commands
from parvis.posts.agenda import Item, Which
from parvis.posts.agreed import would_ask
from parvis.posts.calendar import NotAMoment, read_day
from parvis.posts.checks import Finding, findings
from parvis.posts.departures import AWAY, WAITS, newest
from parvis.posts.models import Departure, Post, PostPicture, Variant
from parvis.posts.moods import MOVABLE, Mood, mood, of_request
from parvis.posts.queries import accounts_read, beyond, variants_seen
from parvis.posts.queries import of as posts_of
from parvis.publishing.commands import CannotRemove, TooLate, ask_removal
from parvis.publishing.models import Attempt, Delivery
from parvis.publishing.queries import of as deliveries_of
from parvis.publishing.revisions import why_not
from parvis.publishing.states import State
from parvis.voice.pillars import of as pillars_of
from parvis.web import calendar, carrying, entries, reading
from parvis.web.asked import stage_of
from parvis.web.calendar import asked_channels, chips, next_page
from parvis.web.gate import Inside, member, one
from parvis.web.htmx import back, tell
from parvis.web.letting import ask_instead, let_go
from parvis.web.previews import Shown
from parvis.web.stopping import STOPS, stopped
from parvis.web.tags import network_name

TABS: tuple[tuple[Which, Any], ...] = (
    ("coming", gettext_lazy("To come")),
    ("drafts", gettext_lazy("Drafts")),
    ("waiting", gettext_lazy("Waiting for you")),
    ("gone", gettext_lazy("Gone out")),
    ("all", gettext_lazy("All")),
    ("removed", gettext_lazy("Put away")),
)
NOTHING: dict[Which, tuple[Any, Any]] = {
    "coming": (gettext_lazy("Nothing is planned"), gettext_lazy("What you give an hour is listed here, the next departure first.")),
    "drafts": (gettext_lazy("No draft"), gettext_lazy("What you begin to write keeps itself here until it has an hour.")),
    "waiting": (
        gettext_lazy("Nothing waits for you"),
        gettext_lazy("What a network refuses, or nobody can tell, is found here."),
    ),
    "gone": (gettext_lazy("Nothing has gone out yet"), gettext_lazy("What has left is kept here, with its links.")),
    "all": (gettext_lazy("Nothing is written yet"), gettext_lazy("Everything your company writes is kept here.")),
    "removed": (gettext_lazy("Nothing was put away"), gettext_lazy("A publication that you put away can be taken back from here.")),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list."""

    item: Item
    url: str
    sign: str
    tone: str
    word: Any

    @property
    def carried(self) -> SafeString:
        """The signs of what it carries and of its forms."""
        return entries.carried(tuple(self.item.kinds), tuple(self.item.forms), get_language())


@member("posts.read")
@require_GET
def listing(request: Inside) -> HttpResponse:
    """Show the posts as a list that can be turned to its end, searched, and narrowed to a day or to some accounts."""
    company = request.company
    asked, day, text = request.GET.get("which", ""), _day(request.GET.get("day", "")), request.GET.get("q", "").strip()[:200]
    which: Which = next((key for key, _words in TABS if key == asked), "all" if day or text else "coming")
    chosen = asked_channels(request)
    shelf = agenda.shelf(company, which, now=clock.now(), channels=chosen, text=text, day=day, after=request.GET.get("after", ""))
    context = {
        "place": "publish",
        "rows": [_row(item, company.slug) for item in shelf.items],
        "tabs": [(key, words, _turned(request, which=key, after="", day="")) for key, words in TABS],
        "which": which,
        "nothing": NOTHING[which],
        "day": day,
        "text": text,
        "channels": chips(request, list(channels_of(company)), chosen),
        "chosen": chosen,
        "further": _turned(request, after=shelf.after) if shelf.after else "",
        "first": _turned(request, after="") if request.GET.get("after") else "",
        "yeses": calendar.yeses_for(request),
        "without_day": _turned(request, day="", after="") if day else "",
        "writes": anywhere(request.actor, "posts.write", company.pk),
        "exports": allowed(request.actor, "export.all", company.pk),
    }
    return render(request, "posts/list.html", context)


def _row(item: Item, slug: str) -> Row:
    if item.mood == Mood.DRAFT and item.at is None:
        return Row(item, entries.address(slug, item.id), "pencil-line", "", _("draft"))
    return Row(item, entries.address(slug, item.id), *entries.MOODS[item.mood])


def _day(text: str) -> Any:
    try:
        return read_day(text) if text else None
    except NotAMoment:
        return None


def _turned(request: Inside, **changes: str) -> str:
    asked: QueryDict = request.GET.copy()
    for name, value in changes.items():
        asked.pop(name, None)
        if value:
            asked[name] = value
    return f"?{asked.urlencode()}"


# ---- one post


@dataclass(slots=True)
class Sending:
    """One delivery as the page shows it: the part, what is sealed, its history."""

    part: int
    delivery: Delivery
    parcel: Parcel
    attempts: list[Attempt]
    shown: Shown
    earlier: bool = False
    overdue: bool = False
    fixed: Say | None = None

    @property
    def is_comment(self) -> bool:
        """Tell whether it is the first comment under the rest."""
        return self.parcel.form == COMMENT


@dataclass(slots=True)
class Way:
    """A post's way to one account."""

    variant: Variant
    sendings: list[Sending] = field(default_factory=list)
    mood: Mood = Mood.DRAFT

    @property
    def threaded(self) -> bool:
        """Tell whether it has parts to be numbered."""
        return sum(not sending.is_comment for sending in self.sendings) > 1

    @property
    def cancelled(self) -> bool:
        """Tell whether a person took all of it back."""
        last = [s.delivery for s in self.sendings if not s.earlier]
        return bool(last) and all(d.state == State.CANCELLED for d in last)

    @property
    def there(self) -> list[Delivery]:
        """What is on the network now."""
        return [s.delivery for s in self.sendings if s.delivery.state == State.SENT and s.delivery.removed_at is None]


@member("posts.read")
@require_GET
def show(request: Inside, pk: int) -> HttpResponse:
    """Show a post: where it leaves, when, what became of each part, and what can be done."""
    company, now = request.company, clock.now()
    post = one(_read(company), company, pk)
    ways = [_way(variant, now - timedelta(minutes=company.late_minutes)) for variant in post.variants.all()]
    whole = mood(d.state for v in post.variants.all() for d in newest(v).values())
    left = any(d.state in AWAY for v in post.variants.all() for d in newest(v).values())
    unsealed = post.removed_at is None and (not post.scheduled or post.behind)
    on = accounts_read(post)
    context = {
        "place": "publish",
        "post": post,
        "ways": ways,
        "mood": whole,
        "state": entries.MOODS[whole] if post.at or post.scheduled else ("pencil-line", "", _("draft")),
        "movable": post.removed_at is None and (whole in MOVABLE or (whole == Mood.HANDED and not left)),
        "refused": any(way.mood == Mood.REFUSED for way in ways),
        "back_possible": any(s.delivery.state in WAITS for way in ways for s in way.sendings if not s.earlier),
        "left": left,
        "findings": _findings(post, now) if unsealed else [],
        "parts": post.parts,
        "now": now,
        "late": bool(post.at and post.at < now),
        "writes": allowed(request.actor, "posts.write", company.pk, on=on),
        "sends": allowed(request.actor, "posts.schedule", company.pk, on=on),
        "decides": anywhere(request.actor, "deliveries.decide", company.pk),
        "here": request.get_full_path(),
        **_yes(request, post, on, unsealed, now),
    }
    return render(request, "posts/post.html", context)


def _findings(post: Post, now: datetime) -> list[Finding]:
    shown = [place.asset for place in post.pictures.all() if place.asset.shows_people]
    prefetch_related_objects(shown, "consents")
    return findings(post, now=now)


def _yes(request: Inside, post: Post, on: Iterable[int], unsealed: bool, now: datetime) -> dict[str, Any]:
    """Return what the page says of a post's yes: the newest request, whether the next departure would ask, its pillar."""
    by, company = request.actor, request.company
    asked = newest_request(company, POST, post.pk) if anywhere(by, "approvals.read", company.pk) else None
    sends = allowed(by, "posts.schedule", company.pk, on=on)
    asking, asks = asked is not None and asked.stage in OPEN, unsealed and would_ask(post, by, now)
    stands = of_request(asked.stage if asked else None)
    awaited = {"state": entries.MOODS[stands]} if stands != Mood.DRAFT and not post.scheduled else {}
    return {
        **awaited,
        "asked": asked,
        "asking": asking,
        "hushed": asking and asks,
        "asked_state": stage_of(asked) if asked else None,
        "asks": asks,
        "lets": sends or allowed(by, "posts.propose", company.pk, on=on),
        "pillars": pillars_of(company),
    }


def _read(company: Company) -> Any:
    departures = Departure.objects.select_related("delivery__after").order_by("part", "pk")
    return (
        posts_of(company)
        .select_related("company", "by")
        .annotate(beyond=beyond(company))
        .prefetch_related(
            Prefetch("variants", variants_seen(company)),
            Prefetch("variants__departures", departures),
            Prefetch("variants__departures__delivery__attempts", Attempt.objects.order_by("pk")),
            Prefetch("pictures", PostPicture.objects.select_related("asset")),
        )
    )


def _way(variant: Variant, late: datetime) -> Way:
    last = newest(variant)
    sendings = [_sending(d, variant.channel, earlier=last[d.part] != d.delivery, late=late) for d in variant.departures.all()]
    return Way(variant, sendings, mood(d.state for d in last.values()))


def _sending(departure: Departure, channel: Channel, *, earlier: bool, late: datetime) -> Sending:
    row, parcel = departure.delivery, Parcel.from_json(departure.delivery.parcel)
    overdue = row.state == State.HANDED and row.due_at < late
    fixed = why_not(row, channel) if row.state == State.SENT else None
    shown = Shown.of(spec_of(channel), parcel, departure.part, whole=True)
    return Sending(departure.part, row, parcel, list(row.attempts.all()), shown, earlier, overdue, fixed)


@member("posts.read|inbox.read")
@require_GET
def delivery(request: Inside, pk: int) -> HttpResponse:
    """Lead from a delivery, such as a mail names it, to the page of its post."""
    found = one(deliveries_of(request.company).select_related("departure__variant", "message"), request.company, pk)
    departure: Any = getattr(found, "departure", None)
    message: Any = getattr(found, "message", None)
    if departure is None and message is None:
        raise Http404
    if message is not None:
        answer = back(request, reverse("conversation", args=[request.company.slug, message.conversation_id]))
    else:
        answer = back(request, f"{entries.address(request.company.slug, departure.variant.post_id)}#delivery-{found.pk}")
    answer.status_code = 302
    return answer


# ---- what can be done there

Act = Callable[[Inside, Post, datetime], str]


def _verb(asks: str) -> Callable[[Act], Callable[..., HttpResponse]]:
    """Make a view of one command on a post, for whoever may do what it `asks`."""
    return partial(_view, asks)


def _view(asks: str, act: Act) -> Callable[..., HttpResponse]:
    """Wrap one command on a post: find it, do it, say what came of it, and go back."""

    @require_POST
    @member(asks)
    def done(request: Inside, pk: int) -> HttpResponse:
        post = one(posts_of(request.company).select_related("company"), request.company, pk)
        to = next_page(request, entries.address(request.company.slug, pk))
        try:
            to = _done(act, request, post) or to
        except (TooLate, *STOPS) as error:
            tell(request, stopped(error), tone="wait" if isinstance(error, TooLate) else "wrong")
        return back(request, to)

    return done


def _done(act: Act, request: Inside, post: Post) -> str:
    try:
        return act(request, post, clock.now())
    except commands.NeedsYes as error:
        ask_instead(request, post, error, clock.now())
        return ""


@_verb("posts.schedule|posts.propose")
def confirm(request: Inside, post: Post, now: datetime) -> str:
    """Schedule a draft at its hour, or ask for its yes; at the next free slot or at once where the form says so."""
    how = request.POST.get("hour", "")
    if let_go(request, post, how, post.at, now).asked:
        return ""
    post.refresh_from_db()
    undo = reverse("post-withdrawal", args=[request.company.slug, post.pk]) if how != "now" else ""
    tell(request, _("It leaves on %(when)s.") % {"when": reading.when(post.at or now)}, undo=undo)
    return ""


@_verb("posts.schedule|posts.propose")
def update(request: Inside, post: Post, now: datetime) -> str:
    """Put the changes into what will leave."""
    outcome = commands.update(post=post, by=request.actor, now=now)
    if outcome.too_late:
        tell(request, _("Your changes are in, except in what has already begun to leave."), tone="wait")
    else:
        tell(request, _("Your changes are in what will leave."))
    return ""


@_verb("posts.schedule")
def take_back(request: Inside, post: Post, now: datetime) -> str:
    """Take back what still waits."""
    channel = _channel(request)
    outcome = commands.unschedule(post=post, by=request.actor, now=now, channel_id=channel)
    if outcome.too_late:
        networks = ", ".join(dict.fromkeys(network_name(d.channel) for d in outcome.too_late))
        tell(
            request,
            _("Taken back where it still waited. It has already left, or may have, for: %(networks)s.") % {"networks": networks},
            tone="wait",
        )
    else:
        tell(request, _("Taken back: nothing leaves. What you wrote is kept as a draft."), undo=_again(request, post, channel, now))
    return ""


def _channel(request: Inside) -> int | None:
    asked = request.POST.get("channel") or request.GET.get("channel") or ""
    return int(asked) if asked.isdecimal() and len(asked) < 19 else None


def _again(request: Inside, post: Post, channel: int | None, now: datetime) -> str:
    """Return the address that makes what was taken back leave again, while its hour is to come."""
    if post.at is None or post.at <= now:
        return ""
    post.refresh_from_db(fields=["scheduled"])
    if post.scheduled and channel is not None:
        return f"{reverse('post-mending', args=[request.company.slug, post.pk])}?channel={channel}"
    return "" if post.scheduled else reverse("post-confirmation", args=[request.company.slug, post.pk])


@_verb("posts.schedule|posts.propose")
def mend(request: Inside, post: Post, now: datetime) -> str:
    """Send again what was refused, or what was taken back for one account."""
    at = post.at if post.at and post.at > now else None
    commands.mend(post=post, by=request.actor, now=now, at=at, channel_id=_channel(request))
    tell(request, _("It leaves now, as it is written.") if at is None else _("It leaves with the others, as it is written."))
    return ""


@_verb("posts.write")
def duplicate(request: Inside, post: Post, now: datetime) -> str:
    """Make a draft of the same."""
    copy = commands.duplicate(post=post, by=request.actor, now=now)
    tell(request, _("Here is the copy: a draft, without an hour."), undo=reverse("post-removal", args=[request.company.slug, copy.pk]))
    return reverse("compose", args=[request.company.slug, copy.pk])


@_verb("posts.write")
def put_away(request: Inside, post: Post, now: datetime) -> str:
    """Put a post away."""
    commands.remove(post=post, by=request.actor, now=now)
    undo = reverse("post-restoration", args=[request.company.slug, post.pk])
    tell(request, _("“%(title)s” was put away.") % {"title": post.called}, undo=undo)
    return reverse("calendar", args=[request.company.slug])


@_verb("posts.write")
def restore(request: Inside, post: Post, now: datetime) -> str:
    """Bring a post back."""
    commands.restore(post=post, by=request.actor, now=now)
    tell(request, _("It is back, as a draft: confirm it for it to leave."))
    return ""


@require_POST
@member("deliveries.decide")
def take_off(request: Inside, pk: int) -> HttpResponse:
    """Have a delivery taken off its network."""
    found = one(deliveries_of(request.company).select_related("channel", "departure__variant"), request.company, pk)
    to = next_page(request, reverse("delivery", args=[request.company.slug, pk]))
    try:
        ask_removal(delivery=found, by=request.actor, now=clock.now())
        tell(request, _("It is being taken off %(network)s.") % {"network": network_name(found.channel)})
    except CannotRemove:
        tell(request, _("Nobody knows which one it is over there: take it off on the network’s own page."), tone="wait")
    except TooLate:
        tell(request, _("It is not there any more: nothing was changed."), tone="wait")
    return back(request, to)


urls = [
    *calendar.urls,
    *carrying.urls,
    path("posts/", listing, name="posts"),
    path("posts/<int:pk>/departures/", show, name="post"),
    path("posts/<int:pk>/confirmation/", confirm, name="post-confirmation"),
    path("posts/<int:pk>/update/", update, name="post-update"),
    path("posts/<int:pk>/withdrawal/", take_back, name="post-withdrawal"),
    path("posts/<int:pk>/mending/", mend, name="post-mending"),
    path("posts/<int:pk>/copy/", duplicate, name="post-copy"),
    path("posts/<int:pk>/removal/", put_away, name="post-removal"),
    path("posts/<int:pk>/restoration/", restore, name="post-restoration"),
    path("deliveries/<int:pk>/", delivery, name="delivery"),
    path("deliveries/<int:pk>/removal/", take_off, name="delivery-removal"),
]
