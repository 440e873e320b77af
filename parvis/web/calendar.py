"""Screens: the calendar. A month, a week; another hour for a post, by mouse, by keyboard or by a plain form; the weekly slots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.dates import MONTHS, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from parvis.channels.models import Channel
from parvis.channels.queries import of as channels_of
from parvis.core import clock
from parvis.people.models import Company
from parvis.people.permissions import allowed, anywhere
from parvis.posts import agenda, commands
from parvis.posts.agenda import Day, Span
from parvis.posts.calendar import NotAMoment, Placed, next_month, place, previous_month, read_day, read_hour, today, wall, week_of
from parvis.posts.models import Post, Slot
from parvis.posts.moods import Mood
from parvis.posts.queries import of as posts_of
from parvis.posts.queries import slots as slots_of
from parvis.web import entries, reading
from parvis.web.chrome import yeses_in
from parvis.web.gate import Inside, member, one
from parvis.web.htmx import back, tell
from parvis.web.letting import ask_instead
from parvis.web.stopping import STOPS, stopped
from parvis.web.tags import say

SLOTS_SHOWN = 2
YEARS = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class Cell:
    """A day as the page draws it."""

    day: Day
    drawn: SafeString
    list: str
    others: str
    classes: str

    @property
    def id(self) -> str:
        """What names the day in the page's address."""
        return f"d{self.day.day.isoformat()}"

    @property
    def name(self) -> str:
        """The day of the week."""
        return str(WEEKDAYS[self.day.day.weekday()])

    @property
    def label(self) -> str:
        """The number of the day, with its month on the first."""
        here = self.day.day
        return f"{reading.day_number(here)} {MONTHS[here.month]}" if here.day == 1 or self.day.out else reading.day_number(here)


@member("posts.read")
@require_GET
def month(request: Inside, year: int = 0, number: int = 0) -> HttpResponse:
    """Show a month; without a date, the present one."""
    now, company = clock.now(), request.company
    here = today(now, company.timezone)
    first = first_of(year or here.year, number or here.month)
    chosen = asked_channels(request)
    span = agenda.month(company, first.year, first.month, now=now, channels=chosen)
    context = {
        "view": "month",
        "title": f"{MONTHS[first.month]} {first.year}",
        "question": MONTHS[first.month],
        "before": _month_url(request, previous_month(first)),
        "after": _month_url(request, next_month(first)),
        "other": _week_url(request, here if here.replace(day=1) == first else first),
        "strip": next((days for days in span.weeks for day in days if day.today), span.weeks[0]),
    }
    return _page(request, span, chosen, SLOTS_SHOWN, context)


@member("posts.read")
@require_GET
def week(request: Inside, day: str) -> HttpResponse:
    """Show the week of a day."""
    now, company, chosen = clock.now(), request.company, asked_channels(request)
    shown = day_of(day)
    span = agenda.week(company, shown, now=now, channels=chosen)
    days = week_of(shown)
    context = {
        "view": "week",
        "title": _("%(first)s to %(last)s") % {"first": reading.day(days[0]), "last": reading.day(days[-1])},
        "before": _week_url(request, days[0] - timedelta(days=7)),
        "after": _week_url(request, days[0] + timedelta(days=7)),
        "other": _month_url(request, shown),
        "strip": span.weeks[0],
    }
    return _page(request, span, chosen, 99, context)


def _page(request: Inside, span: Span, chosen: set[int], slots: int, more: dict[str, Any]) -> HttpResponse:
    company = request.company
    writes = anywhere(request.actor, "posts.write", company.pk)
    channels = list(channels_of(company))
    compose = reverse("compose-new", args=[company.slug])
    posts = _with(request, reverse("posts", args=[company.slug]))
    posts += "&" if "?" in posts else "?"
    context = {
        "place": "publish",
        "span": span,
        "weeks": [[_cell(day, company, writes=writes, slots=slots, compose=compose, posts=posts) for day in days] for days in span.weeks],
        "weekdays": [WEEKDAYS[n] for n in range(7)],
        "letters": [WEEKDAYS_ABBR[n] for n in range(7)],
        "channels": chips(request, channels, chosen),
        "chosen": chosen,
        "key": [(entries.MOODS[mood][0], entries.MOODS[mood][1], entries.MOODS[mood][2]) for mood in Mood],
        "counts": [(mood, span.moods[mood]) for mood in Mood if span.moods[mood]],
        "writes": writes,
        "yeses": yeses_for(request),
        "here": request.get_full_path(),
        "zone": company.timezone.rpartition("/")[2].replace("_", " "),
        **more,
    }
    return render(request, "posts/calendar.html", context)


def yeses_for(request: Inside) -> int | None:
    """Return how many requests wait for the side of whoever asks; None where approvals are not theirs to read."""
    company, by = request.company, request.actor
    return yeses_in(request, company) if anywhere(by, "approvals.read", company.pk) else None


def _cell(day: Day, company: Company, *, writes: bool, slots: int, compose: str, posts: str) -> Cell:
    drawn = [entries.entry(item, company, writes) for item in day.items]
    if writes:
        drawn += [entries.free(placed, company, compose) for placed in day.free[:slots]]
    marks = {"out": day.out, "today": day.today, "off": bool(day.holiday), "bare": not drawn}
    listed = f"{posts}day={day.day.isoformat()}" if day.more else ""
    return Cell(day, entries.join(drawn), listed, _others(day), " ".join(name for name, on in marks.items() if on))


def _others(day: Day) -> str:
    """Say how many posts of the day are not shown; here and not in the template, where words that count cost most of a crowded month."""
    if day.countless:
        return _("more than %(n)s others") % {"n": day.more}
    return ngettext("+ %(n)s other", "+ %(n)s others", day.more) % {"n": day.more} if day.more else ""


def asked_channels(request: HttpRequest) -> set[int]:
    """Return the accounts that the address asks for; none means all."""
    return {int(pk) for pk in request.GET.getlist("account")[:50] if pk.isdecimal() and len(pk) < 19}


def chips(request: HttpRequest, channels: list[Channel], chosen: set[int]) -> list[dict[str, Any]]:
    """Return one chip an account: where a click on it leads, and whether it is chosen."""
    made = []
    for channel in channels:
        asked = request.GET.copy()
        asked.pop("after", None)
        asked.setlist("account", [str(pk) for pk in sorted(chosen ^ {channel.pk})])
        made.append({"channel": channel, "url": f"?{asked.urlencode()}", "on": channel.pk in chosen})
    return made


def first_of(year: int, number: int) -> date:
    """Return the first day of a month that an address names. Raises Http404."""
    if year not in YEARS or not 1 <= number <= 12:
        raise Http404
    return date(year, number, 1)


def day_of(text: str) -> date:
    """Return the day that an address names. Raises Http404."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
    if day.year not in YEARS:
        raise Http404
    return day


def _month_url(request: Inside, day: date) -> str:
    return _with(request, reverse("calendar-month", args=[request.company.slug, day.year, day.month]))


def _week_url(request: Inside, day: date) -> str:
    return _with(request, reverse("calendar-week", args=[request.company.slug, day.isoformat()]))


def _with(request: HttpRequest, url: str) -> str:
    """Add to an address the accounts that are asked for."""
    asked = QueryDict(mutable=True)
    asked.setlist("account", request.GET.getlist("account"))
    query = asked.urlencode()
    return f"{url}?{query}" if query else url


# ---- another hour


@require_POST
@member("posts.write|posts.schedule")
def move(request: Inside, pk: int) -> HttpResponse:
    """Give a post another hour: a day and a time as typed, or an exact moment (what undoes a move)."""
    post = one(posts_of(request.company).filter(removed_at=None), request.company, pk)
    to = next_page(request, reverse("post", args=[request.company.slug, pk]))
    try:
        placed = _asked(request, post)
        commands.move(post=post, at=placed.at, by=request.actor, now=clock.now())
    except NotAMoment as error:
        tell(request, say(error.why), tone="wrong")
        return back(request, to)
    except commands.NeedsYes as error:
        return _asked_instead(request, post, error, to)
    except (commands.Breaks, commands.OverMandate) as error:
        tell(request, f"{stopped(error)} {_('Nothing was moved.')}", tone="wrong")
        return back(request, to)
    except commands.InThePast:
        tell(request, _("This hour is already past: nothing was moved."), tone="wrong")
        return back(request, to)
    except commands.TooLate:
        tell(request, _("It has begun to leave: it can no longer be moved."), tone="wait")
        return back(request, to)
    moved = _("“%(title)s” is now on %(when)s.") % {"title": post.called, "when": reading.when(placed.at)}
    tell(request, f"{moved} {say(placed.note)}".strip(), undo=_undo(request, post, to))
    return back(request, to)


def _asked_instead(request: Inside, post: Post, error: commands.NeedsYes, to: str) -> HttpResponse:
    """Ask for the yes to another hour; until it is there, what was agreed to leaves at the hour it was agreed for."""
    try:
        ask_instead(request, post, error, clock.now())
        tell(request, _("Until then it leaves at the hour that was agreed to."), tone="tip")
    except STOPS as stop:
        tell(request, f"{stopped(stop)} {_('Nothing was moved.')}", tone="wrong")
    return back(request, to)


def _asked(request: Inside, post: Post) -> Placed:
    if "at" in request.GET:
        try:
            at = datetime.fromisoformat(request.GET["at"])
        except ValueError:
            raise Http404 from None
        if at.tzinfo is None:
            raise Http404
        return Placed(at)
    typed = request.POST.get("time", "").strip()
    zone = request.company.timezone
    hour = read_hour(typed) if typed or post.at is None else wall(post.at, zone).time()
    return place(read_day(request.POST.get("day", "")), hour, zone)


def _undo(request: Inside, post: Post, to: str) -> str:
    if post.at is None or post.at < clock.now():
        return ""
    asked = QueryDict(mutable=True)
    asked.update({"at": post.at.isoformat(), "next": to})
    return f"{reverse('post-move', args=[request.company.slug, post.pk])}?{asked.urlencode()}"


def next_page(request: HttpRequest, otherwise: str) -> str:
    """Return the page of ours that a form asks to go back to."""
    to = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return to if safe else otherwise


# ---- the weekly slots


@member("posts.read")
@require_GET
def slots(request: Inside) -> HttpResponse:
    """Show the weekly times, and the next hours they give."""
    kept = slots_of(request.company)
    days = [(n, WEEKDAYS[n], [(slot, _hour(slot)) for slot in kept if slot.weekday == n]) for n in range(7)]
    context = {
        "place": "settings",
        "days": days,
        "any": bool(kept),
        "next": commands.next_free_slot(company=request.company, now=clock.now()),
        "writes": allowed(request.actor, "slots.write", request.company.pk),
        "zone": request.company.timezone,
    }
    return render(request, "posts/slots.html", context)


@require_POST
@member("slots.write")
def slot_new(request: Inside) -> HttpResponse:
    """Add a weekly time."""
    to = reverse("slots", args=[request.company.slug])
    typed = request.GET.dict() | request.POST.dict()
    weekday = typed.get("weekday", "")
    try:
        hour = read_hour(typed.get("time", ""))
    except NotAMoment as error:
        tell(request, say(error.why), tone="wrong")
        return back(request, to)
    if weekday not in set("0123456"):
        raise Http404
    slot = commands.add_slot(company=request.company, weekday=int(weekday), at=hour, by=request.actor, now=clock.now())
    undo = reverse("slot-removal", args=[request.company.slug, slot.pk])
    tell(request, _("The slot is there: %(day)s, %(hour)s.") % _named(slot), undo=undo)
    return back(request, to)


@require_POST
@member("slots.write")
def slot_removal(request: Inside, pk: int) -> HttpResponse:
    """Take a weekly time away."""
    slot = one(Slot.objects.all(), request.company, pk)
    named = _named(slot)
    commands.remove_slot(slot=slot, by=request.actor, now=clock.now())
    undo = f"{reverse('slot-new', args=[request.company.slug])}?weekday={slot.weekday}&time={slot.time:%H:%M}"
    tell(request, _("The slot is gone: %(day)s, %(hour)s. Publications that hold its hours keep them.") % named, undo=undo)
    return back(request, reverse("slots", args=[request.company.slug]))


def _named(slot: Slot) -> dict[str, Any]:
    return {"day": WEEKDAYS[slot.weekday], "hour": _hour(slot)}


def _hour(slot: Slot) -> str:
    return reading.hour(datetime.combine(date.min, slot.time))


urls = [
    path("calendar/", month, name="calendar"),
    path("calendar/<int:year>/<int:number>/", month, name="calendar-month"),
    path("calendar/week/<str:day>/", week, name="calendar-week"),
    path("posts/<int:pk>/hour/", move, name="post-move"),
    path("settings/slots/", slots, name="slots"),
    path("settings/slots/new/", slot_new, name="slot-new"),
    path("settings/slots/<int:pk>/removal/", slot_removal, name="slot-removal"),
]
