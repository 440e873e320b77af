"""Screens: composing. One sheet, and buttons that each send the whole sheet: it is kept first, then the button does its one thing.

So nothing that was typed can be lost by any button, with or without JavaScript.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from parvis.channels.queries import spec_of
from parvis.core import clock
from parvis.media import queries as media
from parvis.media.models import Asset
from parvis.people.permissions import anywhere, may
from parvis.posts import commands
from parvis.posts.calendar import NotAMoment
from parvis.posts.links import Busy, read_link
from parvis.posts.models import Post, PostPicture
from parvis.posts.queries import of, sheets
from parvis.voice.pillars import of as pillars_of
from parvis.web import gate
from parvis.web.desk import desk
from parvis.web.htmx import back, tell
from parvis.web.letting import let_go
from parvis.web.media import receive, tell_received
from parvis.web.reading import today, when
from parvis.web.sheet import Kept, Sheet, as_typed, keep, number, variant_of
from parvis.web.stopping import STOPS, stopped
from parvis.web.suiting import suited
from parvis.web.tags import network_name, say

CONFLICT = 409


def _posts(request: gate.Inside) -> QuerySet[Post]:
    return of(request.company).filter(removed_at=None)


def whole_sheet(request: gate.Inside, pk: int) -> Post:
    """Return a post of this company with what its sheet shows. Raises Http404."""
    return gate.one(sheets(_posts(request), request.company), request.company, pk)


def to_sheet(request: gate.Inside, post: Post, tab: int = 0) -> HttpResponse:
    """Go back to the sheet, on the tab that was shown."""
    answer = gate.see("compose", request.company.slug, post.pk)
    answer["Location"] += f"?for={tab}" if tab else ""
    return answer


def _page(request: gate.Inside, post: Post, tab: int, sheet: Sheet | None = None, status: int = 200, **more: Any) -> HttpResponse:
    laid = desk(post, tab=tab, actor=request.actor, now=clock.now(), sheet=sheet)
    if sheet is not None and status == CONFLICT:
        # Until a person has chosen, no button but "Keep mine" may write over the other text.
        laid.revision, laid.seen = sheet.revision, sheet.seen
    context = {"place": "publish", "desk": laid, "post": post, **more}
    return render(request, "compose/page.html", context, status=status)


def _fresh(request: gate.Inside, post: Post, sheet: Sheet, status: int = 200, **more: Any) -> HttpResponse:
    laid = desk(post, tab=sheet.tab, actor=request.actor, now=clock.now(), sheet=sheet)
    return render(request, "compose/fresh.html", {"desk": laid, "post": post, **more}, status=status)


@gate.member("posts.write")
def new(request: gate.Inside) -> HttpResponse:
    """Begin a post; a GET only offers to, for a reading never writes."""
    if request.method != "POST":
        return render(
            request, "compose/new.html", {"place": "publish", "day": request.GET.get("day", ""), "hour": request.GET.get("hour", "")}
        )
    asked = Sheet(day=request.POST.get("day", ""), hour=request.POST.get("hour", ""))
    try:
        at = asked.placed(request.company.timezone).at if asked.day and asked.hour else None
    except NotAMoment:
        at = None
    return to_sheet(request, commands.start(company=request.company, by=request.actor, now=clock.now(), at=at))


@gate.member("posts.read", post="posts.write|posts.schedule|posts.propose")
def compose(request: gate.Inside, pk: int) -> HttpResponse:
    """Show the sheet; a POST keeps it, and turns to the tab that was asked for."""
    post = whole_sheet(request, pk)
    if request.method != "POST":
        return _page(request, post, number(request.GET.get("for", "")))
    return _kept_then(request, post, lambda kept, sheet: to_sheet(request, kept.post, number(request.POST.get("go", str(sheet.tab)))))


def _kept_then(request: gate.Inside, post: Post, then: Callable[[Kept, Sheet], HttpResponse]) -> HttpResponse:
    sheet = Sheet.read(request.POST)
    if not anywhere(request.actor, "posts.write", request.company.pk):
        return then(Kept(post), Sheet(tab=sheet.tab, day=sheet.day, hour=sheet.hour))
    kept = keep(post, sheet, by=request.actor, now=clock.now())
    _classify(request, kept.post)
    if kept.other is not None:
        return _page(request, as_typed(kept.post, sheet), sheet.tab, sheet, CONFLICT, other=kept.other)
    for trouble in kept.troubles:
        tell(request, say(trouble), tone="wait")
    return then(kept, sheet)


def _classify(request: gate.Inside, post: Post) -> None:
    """Put the post under the pillar that was chosen on its sheet."""
    typed = request.POST.get("pillar")
    if typed is None or typed == str(post.pillar_id or ""):
        return
    pillar = next((one for one in pillars_of(request.company) if str(one.pk) == typed), None)
    commands.classify(post=post, pillar=pillar, by=request.actor, now=clock.now())
    post.pillar = pillar


def button(verb: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Make a view of what one button does, once the sheet that came with it is kept."""

    @gate.member("posts.read", post="posts.write|posts.schedule|posts.propose")
    @require_POST
    @wraps(verb)
    def view(request: gate.Inside, pk: int, **rest: Any) -> HttpResponse:
        post = whole_sheet(request, pk)
        return _kept_then(request, post, lambda kept, sheet: verb(request, kept.post, sheet, **rest))

    return view


@gate.member("posts.write")
@require_POST
def draft(request: gate.Inside, pk: int) -> HttpResponse:
    """Keep the sheet by itself, and answer with what depends on it; 409 with both texts when another window was faster."""
    post = whole_sheet(request, pk)
    sheet = Sheet.read(request.POST)
    kept = keep(post, sheet, by=request.actor, now=clock.now())
    _classify(request, kept.post)
    if kept.other is not None:
        return _fresh(request, as_typed(kept.post, sheet), sheet, CONFLICT, other=kept.other)
    return _fresh(request, kept.post, sheet, kept=True, troubles=kept.troubles)


@gate.member("posts.read")
@require_POST
def reading(request: gate.Inside, pk: int) -> HttpResponse:
    """Count and preview what is typed, without keeping it."""
    post = whole_sheet(request, pk)
    sheet = Sheet.read(request.POST)
    return _fresh(request, as_typed(post, sheet), sheet)


@button
def choose(request: gate.Inside, post: Post, sheet: Sheet) -> HttpResponse:
    """Add an account, or leave it out."""
    pressed = number(request.POST.get("channel", ""))
    present = {variant.channel_id for variant in post.variants.all()}
    outcome = commands.choose_channels(post=post, channels=[*present ^ {pressed}], by=request.actor, now=clock.now())
    for delivery in outcome.too_late:
        words = _("%(account)s stays: it has left there already, or may have.") % {"account": delivery.channel.handle}
        tell(request, words, tone="wait")
    suited(request, post, [pressed] if pressed not in present else [])
    return to_sheet(request, post, sheet.tab if sheet.tab != pressed else 0)


@button
def add_part(request: gate.Inside, post: Post, sheet: Sheet) -> HttpResponse:
    """Add a following part."""
    return _parts(request, post, sheet, [*_written(post, sheet), ""])


@button
def join_part(request: gate.Inside, post: Post, sheet: Sheet, part: int) -> HttpResponse:
    """Join a part with the one above it: nothing is thrown away."""
    texts = _written(post, sheet)
    if not 0 < part < len(texts):
        raise Http404
    if variant_of(post, sheet.tab) is None:
        return _join(request, post, sheet, part)
    if any(place.part >= part for place in post.pictures.all()):
        tell(request, _("The pictures stay on their parts, for every account shows them. Move them if need be."), tone="wait")
    joined = "\n\n".join(text for text in (texts[part - 1].rstrip(), texts[part].strip()) if text)
    return _parts(request, post, sheet, [*texts[: part - 1], joined, *texts[part + 1 :]])


def _join(request: gate.Inside, post: Post, sheet: Sheet, part: int) -> HttpResponse:
    before = commands.Laid.of(post)
    try:
        commands.join_parts(post=post, part=part, revision=post.revision, by=request.actor, now=clock.now())
    except commands.TooLong:
        tell(request, _("Together they would be more than one part can hold. Nothing was changed."), tone="wrong")
        return to_sheet(request, post, sheet.tab)
    after = whole_sheet(request, post.pk)
    words = _("Part %(part)s is joined to part %(above)s.") % {"part": part + 1, "above": part}
    tell(request, words, undo=_as_before(request, after, before))
    if len(before.places) and max(at for _asset, at in before.places) >= part:
        _tell_crowded(request, after, part - 1)
    return to_sheet(request, post, sheet.tab)


def _tell_crowded(request: gate.Inside, post: Post, part: int) -> None:
    """Say which accounts take fewer pictures than a part now has, and which have other parts than those that were joined."""
    count = len([place for place in post.pictures.all() if place.part == part])
    most = {network_name(v.channel): spec_of(v.channel).images.most for v in post.variants.all() if v.parts is None}
    for network in sorted(name for name in most if most[name] < count):
        facts = {"part": part + 1, "count": count, "network": network, "most": most[network]}
        words = _("Part %(part)s has %(count)s pictures now, and %(network)s takes %(most)s at most: move some, or take some off.")
        tell(request, words % facts, tone="wait")
    for variant in post.variants.all():
        if variant.parts is not None:
            words = _("%(account)s has a text of its own: look where its pictures stand now.")
            tell(request, words % {"account": variant.channel.handle}, tone="wait")


def _as_before(request: gate.Inside, post: Post, before: commands.Laid) -> str:
    """Keep how the post was laid out, and return the address that brings it back."""
    request.session[f"laid-{post.pk}"] = [post.revision, before.parts, before.places]
    return reverse("compose-as-before", args=[request.company.slug, post.pk])


@gate.member("posts.write")
@require_POST
def as_before(request: gate.Inside, pk: int) -> HttpResponse:
    """Lay the post out as it was, unless something was written since."""
    post = whole_sheet(request, pk)
    revision, parts, places = request.session.pop(f"laid-{pk}", (0, [], []))
    before = commands.Laid(parts, [(asset, part) for asset, part in places])
    try:
        if revision:
            commands.lay(post=post, laid=before, revision=revision, by=request.actor, now=clock.now())
    except commands.Changed:
        tell(request, _("Something was written since, so it stays as it is. Nothing was lost."), tone="wait")
    return to_sheet(request, post)


def _written(post: Post, sheet: Sheet) -> list[str]:
    variant = variant_of(post, sheet.tab)
    return variant.own if variant else list(post.parts)


def _parts(request: gate.Inside, post: Post, sheet: Sheet, parts: list[str]) -> HttpResponse:
    who: dict[str, Any] = {"by": request.actor, "now": clock.now(), "revision": post.revision}
    variant = variant_of(post, sheet.tab)
    try:
        if variant:
            commands.adapt(variant=variant, parts=parts, **who)
        else:
            commands.write(post=post, title=post.title, parts=parts, language=post.language, warning=post.warning, **who)
    except commands.TooLong:
        tell(request, _("A thread holds 25 parts at most. Nothing was lost."), tone="wrong")
    return to_sheet(request, post, sheet.tab)


@button
def share(request: gate.Inside, post: Post, sheet: Sheet) -> HttpResponse:
    """Go back to the shared text; the account's own text can be brought back from the message."""
    variant = variant_of(post, sheet.tab)
    if variant is not None and variant.parts is not None:
        request.session[f"own-{variant.pk}"] = variant.parts
        commands.adapt(variant=variant, parts=None, by=request.actor, now=clock.now())
        undo = reverse("compose-own", args=[request.company.slug, post.pk, variant.channel_id])
        tell(request, _("%(account)s says what the others say again.") % {"account": variant.channel.handle}, undo=undo)
    return to_sheet(request, post, sheet.tab)


@gate.member("posts.write")
@require_POST
def own(request: gate.Inside, pk: int, channel: int) -> HttpResponse:
    """Bring back the own text that was just put away."""
    post = whole_sheet(request, pk)
    variant = variant_of(post, channel)
    parts = request.session.pop(f"own-{variant.pk}", None) if variant else None
    if variant and parts:
        commands.adapt(variant=variant, parts=parts, by=request.actor, now=clock.now())
    return to_sheet(request, post, channel)


@button
def choose_pictures(request: gate.Inside, post: Post, sheet: Sheet) -> HttpResponse:
    """Turn to the shelf, once the sheet is kept."""
    answer = gate.see("compose-shelf", request.company.slug, post.pk)
    answer["Location"] += f"?for={sheet.tab}&part={number(request.POST.get('to', ''))}"
    return answer


@gate.member("posts.write")
@require_GET
def shelf(request: gate.Inside, pk: int) -> HttpResponse:
    """Show the company's pictures, to choose some for a part of the post."""
    post = gate.one(_posts(request), request.company, pk)
    may(request.actor, "media.read", request.company.pk)
    found = media.shelf(request.company, after=request.GET.get("after", ""), on=today())
    tab, part = number(request.GET.get("for", "")), number(request.GET.get("part", ""))
    return render(request, "compose/shelf.html", {"place": "publish", "post": post, "shelf": found, "tab": tab, "part": part})


@gate.member("posts.write")
@require_POST
def pictures(request: gate.Inside, pk: int) -> HttpResponse:
    """Take in the files that were sent, and put them, and those chosen on the shelf, on a part of the post.

    Without a script the whole sheet comes with them, and is kept first.
    """
    post = gate.one(_posts(request), request.company, pk)
    if "part" in request.POST:
        return _kept_then(request, whole_sheet(request, pk), lambda kept, _sheet: _hung(request, kept.post))
    return _hung(request, post)


def _hung(request: gate.Inside, post: Post) -> HttpResponse:
    taken, spoiled = receive(request, films=True)
    chosen = media.of(request.company).filter(removed_at=None, pk__in=[number(a) for a in request.POST.getlist("asset")])
    part = number(request.POST.get("to", ""))
    for asset in [*taken, *chosen]:
        commands.place_picture(post=post, asset=asset, part=min(part, commands.MOST_PARTS - 1), by=request.actor, now=clock.now())
    suited(request, post)
    if spoiled or not (taken or chosen):
        tell_received(request, [], spoiled)
    return to_sheet(request, post, number(request.POST.get("for", "")))


@gate.member("posts.write")
@require_POST
def put_back(request: gate.Inside, pk: int, asset: int, part: int) -> HttpResponse:
    """Put a picture back that was just taken off."""
    post = gate.one(_posts(request), request.company, pk)
    found: Asset = gate.one(media.of(request.company), request.company, asset)
    commands.place_picture(post=post, asset=found, part=min(part, commands.MOST_PARTS - 1), by=request.actor, now=clock.now())
    suited(request, post)
    return to_sheet(request, post)


def _spot(post: Post, spot: int) -> PostPicture:
    found = next((place for place in post.pictures.all() if place.pk == spot), None)
    if found is None:
        raise Http404
    return found


@button
def take_off(request: gate.Inside, post: Post, sheet: Sheet, spot: int) -> HttpResponse:
    """Take a picture off the post."""
    found = _spot(post, spot)
    commands.take_picture_off(picture=found, by=request.actor, now=clock.now())
    suited(request, post, [])
    undo = reverse("compose-put-back", args=[request.company.slug, post.pk, found.asset_id, found.part])
    tell(request, _("“%(name)s” is off this publication; it stays in your pictures.") % {"name": found.asset.name}, undo=undo)
    return to_sheet(request, post, sheet.tab)


@button
def shift(request: gate.Inside, post: Post, sheet: Sheet, spot: int, by: int) -> HttpResponse:
    """Move a picture one place earlier (-1) or later (1)."""
    found = _spot(post, spot)
    order = sorted((p for p in post.pictures.all() if p.part == found.part), key=lambda p: p.position)
    ids = [place.pk for place in order]
    at = ids.index(found.pk)
    ids.insert(max(0, at + by), ids.pop(at))
    commands.order_pictures(post=post, part=found.part, order=ids, by=request.actor, now=clock.now())
    return to_sheet(request, post, sheet.tab)


@button
def carry(request: gate.Inside, post: Post, sheet: Sheet, spot: int) -> HttpResponse:
    """Move a picture to another part of the thread."""
    found = _spot(post, spot)
    onto = number(request.POST.get("onto") or request.POST.get(f"onto-{spot}", ""))
    if not 0 < onto <= len(_written(post, sheet)):
        raise Http404
    before, names = commands.Laid.of(post), {"name": found.asset.name, "part": onto}
    try:
        commands.move_picture(picture=found, part=onto - 1, by=request.actor, now=clock.now())
    except commands.AlreadyThere:
        tell(request, _("“%(name)s” stands on part %(part)s already.") % names, tone="wait")
        return to_sheet(request, post, sheet.tab)
    tell(request, _("“%(name)s” is on part %(part)s now.") % names, undo=_as_before(request, whole_sheet(request, post.pk), before))
    return to_sheet(request, post, sheet.tab)


@button
def card(request: gate.Inside, post: Post, sheet: Sheet) -> HttpResponse:
    """Read the page behind an address of the text, for its card: the first time, again, or anew."""
    url = request.POST.get("url", "")
    try:
        if _cites(request, post, url, {"unread", "failed", "old"}):
            read_link(company=request.company, url=url, by=request.actor, now=clock.now())
    except Busy:
        tell(request, _("Another page is being read just now. Try again in a moment; everything you wrote is kept."), tone="wait")
    return to_sheet(request, post, sheet.tab)


@gate.member("posts.write")
@require_POST
def card_by_itself(request: gate.Inside, pk: int) -> HttpResponse:
    """Read an address that the kept text cites and nobody read yet. 200: it was read; 202: not yet, ask again; 204: nothing to read."""
    post = whole_sheet(request, pk)
    url = request.POST.get("url", "")
    if not _cites(request, post, url, {"unread"}):
        return HttpResponse(status=204)
    try:
        read_link(company=request.company, url=url, by=request.actor, now=clock.now())
    except Busy:
        return HttpResponse(status=202)
    return HttpResponse()


def _cites(request: gate.Inside, post: Post, url: str, states: set[str]) -> bool:
    laid = desk(post, tab=0, actor=request.actor, now=clock.now())
    return any(one.url == url and one.state in states for one in laid.cited)


@button
def leave(request: gate.Inside, post: Post, sheet: Sheet, hour: str) -> HttpResponse:
    """Schedule the post, or ask for the yes it needs: at the hour that was typed, at the next free slot, or now."""
    try:
        if hour == "typed":
            if not (sheet.day and sheet.hour):
                tell(request, _("Choose a day and an hour first. Everything you wrote is kept."), tone="wait")
                return to_sheet(request, post, sheet.tab)
            left = let_go(request, post, hour, sheet.placed(request.company.timezone).at, clock.now())
        else:
            left = let_go(request, post, hour, None, clock.now())
    except (NotAMoment, *STOPS) as error:
        tell(request, _stopped(error), tone="wrong")
        return to_sheet(request, post, sheet.tab)
    if left.outcome is None:
        return back(request, reverse("post", args=[request.company.slug, post.pk]))
    outcome = left.outcome
    for name in sorted({network_name(delivery.channel) for delivery in outcome.too_late}):
        tell(request, _("%(network)s: what has left stays as it left.") % {"network": name}, tone="wait")
    return _left(request, post)


def _stopped(error: Exception) -> str:
    said = say(error.why) if isinstance(error, NotAMoment) else stopped(error)
    return f"{said} {_('Nothing leaves yet; everything you wrote is kept.')}"


def _left(request: gate.Inside, post: Post) -> HttpResponse:
    stored = Post.objects.get(pk=post.pk)
    undo = reverse("post-withdrawal", args=[request.company.slug, post.pk])
    tell(
        request,
        _("“%(title)s” leaves on %(moment)s.") % {"title": stored.called, "moment": when(stored.at) if stored.at else ""},
        undo=undo,
    )
    return back(request, reverse("post", args=[request.company.slug, post.pk]))


EDIT = "posts/<int:pk>/edit/"
urls = [
    path("posts/new/", new, name="compose-new"),
    path(EDIT, compose, name="compose"),
    path(f"{EDIT}draft/", draft, name="compose-draft"),
    path(f"{EDIT}reading/", reading, name="compose-reading"),
    path(f"{EDIT}channels/", choose, name="compose-channels"),
    path(f"{EDIT}parts/", add_part, name="compose-parts"),
    path(f"{EDIT}parts/<int:part>/joining/", join_part, name="compose-join"),
    path(f"{EDIT}shared/", share, name="compose-shared"),
    path(f"{EDIT}own/<int:channel>/", own, name="compose-own"),
    path(f"{EDIT}shelf/", shelf, name="compose-shelf"),
    path(f"{EDIT}choosing/", choose_pictures, name="compose-choosing"),
    path(f"{EDIT}pictures/", pictures, name="compose-pictures"),
    path(f"{EDIT}pictures/back/<int:asset>/<int:part>/", put_back, name="compose-put-back"),
    path(f"{EDIT}pictures/<int:spot>/removal/", take_off, name="compose-take-off"),
    path(f"{EDIT}pictures/<int:spot>/earlier/", shift, {"by": -1}, name="compose-earlier"),
    path(f"{EDIT}pictures/<int:spot>/later/", shift, {"by": 1}, name="compose-later"),
    path(f"{EDIT}pictures/<int:spot>/part/", carry, name="compose-carry"),
    path(f"{EDIT}before/", as_before, name="compose-as-before"),
    path(f"{EDIT}card/", card, name="compose-card"),
    path(f"{EDIT}card/itself/", card_by_itself, name="compose-card-itself"),
    path(f"{EDIT}departure/", leave, {"hour": "typed"}, name="compose-leave"),
    path(f"{EDIT}departure/free/", leave, {"hour": "free"}, name="compose-leave-free"),
    path(f"{EDIT}departure/now/", leave, {"hour": "now"}, name="compose-leave-now"),
]
