"""Screens: the form that a post takes on an account, the same on the others, and the videos that are being made ready for it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from parvis.core import clock
from parvis.media import films
from parvis.media.models import Making
from parvis.people.permissions import may
from parvis.posts import commands, shaping
from parvis.posts.models import Post, Variant
from parvis.posts.queries import accounts
from parvis.posts.shaping import Shape
from parvis.web import gate
from parvis.web.composing import EDIT, button, to_sheet, whole_sheet
from parvis.web.desk import desk
from parvis.web.htmx import tell
from parvis.web.sheet import Sheet, number, variant_of
from parvis.web.suiting import prepare


@button
def choose_form(request: gate.Inside, post: Post, sheet: Sheet) -> HttpResponse:
    """Give the account of the tab another form."""
    variant = _variant(post, sheet)
    own = Shape.of(variant)
    try:
        shaping.shape(variant=variant, shape=Shape(request.POST.get("form", ""), own.title, own.comment), by=request.actor, now=clock.now())
    except ValueError as error:
        raise Http404 from error
    prepare(request, post)
    return to_sheet(request, post, sheet.tab)


def _variant(post: Post, sheet: Sheet) -> Variant:
    variant = variant_of(post, sheet.tab)
    if variant is None:
        raise Http404
    return variant


@button
def same_everywhere(request: gate.Inside, post: Post, sheet: Sheet) -> HttpResponse:
    """Shape the other accounts like this one, as far as their networks can."""
    before = shaping.spread(variant=_variant(post, sheet), by=request.actor, now=clock.now())
    if not before:
        tell(request, _("The other accounts are like this one already, as far as their networks can."), tone="wait")
        return to_sheet(request, post, sheet.tab)
    revision = Post.objects.values_list("revision", flat=True).get(pk=post.pk)
    request.session[f"shapes-{post.pk}"] = [revision, {v.channel_id: asdict(Shape.of(v)) for v in before}]
    names = ", ".join(variant.channel.handle for variant in before)
    undo = reverse("compose-apart", args=[request.company.slug, post.pk])
    tell(request, _("The same now for: %(accounts)s.") % {"accounts": names}, undo=undo)
    prepare(request, post)
    return to_sheet(request, post, sheet.tab)


@gate.member("posts.write")
@require_POST
def apart(request: gate.Inside, pk: int) -> HttpResponse:
    """Shape the accounts as they were, unless something was written since."""
    post = whole_sheet(request, pk)
    kept: tuple[int, dict[str, Any]] = request.session.pop(f"shapes-{pk}", (0, {}))
    revision, shapes = kept
    try:
        if revision:
            before = {int(channel): Shape(**shape) for channel, shape in shapes.items()}
            shaping.restore_shapes(post=post, shapes=before, revision=revision, by=request.actor, now=clock.now())
    except commands.Changed:
        tell(request, _("Something was written since, so it stays as it is. Nothing was lost."), tone="wait")
    return to_sheet(request, post)


# ---- the videos that are being made ready


@gate.member("posts.read")
@require_GET
def makings(request: gate.Inside, pk: int) -> HttpResponse:
    """Show how far the videos of a post are."""
    post = whole_sheet(request, pk)
    laid = desk(post, tab=0, actor=request.actor, now=clock.now())
    return render(request, "compose/makings.html", {"desk": laid, "post": post, "polled": True})


@button
def ready(request: gate.Inside, post: Post, sheet: Sheet) -> HttpResponse:
    """Have the videos made ready."""
    may(request.actor, "posts.write", post.company_id, on=accounts(post))
    prepare(request, post)
    return to_sheet(request, post, sheet.tab)


@button
def turn_making(request: gate.Inside, post: Post, sheet: Sheet, again: bool) -> HttpResponse:
    """Stop making a video ready, or start again."""
    pressed = number(request.POST.get("making", ""))
    places = [place.asset_id for place in post.pictures.all()]
    making = Making.objects.select_related("asset").filter(asset__in=places, pk=pressed).first()
    if making is None:
        raise Http404
    turned = (films.retry if again else films.cancel)(making=making, by=request.actor, now=clock.now())
    if not turned:
        tell(request, _("It was over already: nothing was changed."), tone="wait")
    return to_sheet(request, post, sheet.tab)


urls = [
    path(f"{EDIT}makings/", makings, name="compose-makings"),
    path(f"{EDIT}makings/ready/", ready, name="compose-ready"),
    path(f"{EDIT}makings/stop/", turn_making, {"again": False}, name="compose-making-stop"),
    path(f"{EDIT}makings/again/", turn_making, {"again": True}, name="compose-making-again"),
    path(f"{EDIT}form/", choose_form, name="compose-form"),
    path(f"{EDIT}same/", same_everywhere, name="compose-same"),
    path(f"{EDIT}apart/", apart, name="compose-apart"),
]
