"""Screens: what must stay of a picture where it is cropped, how each network would show it, and a cut of one's own for a shape."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from parvis.channels.queries import known, of, spec_of
from parvis.core import clock
from parvis.core.late import Image
from parvis.core.say import Say
from parvis.media import files, fitting, framing, framing_commands, queries
from parvis.media.commands import Unclear
from parvis.media.models import Asset, Crop, Kind
from parvis.networks.facts import Spec
from parvis.people.models import Company
from parvis.web import gate
from parvis.web.htmx import fragment, is_htmx, tell
from parvis.web.tags import say

SIDE = 480


@dataclass(frozen=True, slots=True)
class Frame:
    """One shape that networks of the company ask for, where they do not take the picture's own; `chosen` is a person's cut.

    `part` names its pixels in an address; `left`, `top` and `width` are hundredths of the picture, for the fields of a form.
    """

    ratio: str
    wide: str
    specs: tuple[Spec, ...]
    part: str
    chosen: bool
    left: str
    top: str
    width: str


def frames(asset: Asset) -> list[Frame]:
    """Return the cuts that the company's networks would make of a picture, or of a video in its short form."""
    wanted: dict[str, tuple[framing.Shape, list[Spec]]] = {}
    for spec, shape in _shapes(asset.company, asset.kind):
        if not framing.within(asset.width, asset.height, shape, slack=0.004 if asset.kind == Kind.VIDEO else 0.0):
            name = framing.named(framing.nearest(asset.width, asset.height, shape))
            specs = wanted.setdefault(name, (shape, []))[1]
            if spec not in specs:
                specs.append(spec)
    chosen = {crop.ratio: crop for crop in asset.crops.all()} if asset.kind == Kind.PICTURE else {}
    return [_frame(asset, ratio, shape, specs, chosen.get(ratio)) for ratio, (shape, specs) in sorted(wanted.items())]


def _frame(asset: Asset, ratio: str, shape: framing.Shape, specs: list[Spec], crop: Crop | None) -> Frame:
    box = framing.window(asset.width, asset.height, shape, fitting.focus(asset))
    if crop is not None:
        box = fitting.placed(asset, crop, shape)
    left, top, width = (f"{share * 100:.1f}" for share in (box[0] / asset.width, box[1] / asset.height, box[2] / asset.width))
    wide = f"{framing.nearest(asset.width, asset.height, shape):.4f}"
    return Frame(ratio, wide, tuple(specs), ",".join(map(str, box)), crop is not None, left, top, width)


def _shapes(company: Company, kind: str) -> Iterator[tuple[Spec, framing.Shape]]:
    """Give each living account's network with the shapes it insists on."""
    for spec in {spec.key: spec for spec in (spec_of(channel) for channel in of(company) if known(channel))}.values():
        if kind == Kind.PICTURE:
            rules = [spec.images, *(form.images for form in spec.forms if form.images)]
            yield from ((spec, rule.ratio) for rule in rules if rule.ratio)
        else:
            films = [rule for rule in (spec.videos, *(form.videos for form in spec.forms)) if rule]
            yield from ((spec, rule.ratio) for rule in films if rule.ratio and rule.short)
            yield from ((spec, rule.shape) for rule in films if rule.shape)


def context(asset: Asset) -> dict[str, Any]:
    """Return what the page of a picture or a video shows of its cuts."""
    x, y = fitting.focus(asset)
    cuts = frames(asset) if asset.kind != Kind.DOCUMENT else []
    return {"asset": asset, "cuts": cuts, "pointed": asset.focus_x is not None, "at": (round(x * 100, 1), round(y * 100, 1))}


def _asset(request: gate.Inside, pk: int) -> Asset:
    rows = queries.of(request.company).exclude(kind=Kind.DOCUMENT).select_related("company").prefetch_related("crops")
    return gate.one(rows, request.company, pk)


def _share(request: gate.Inside, name: str) -> float:
    """Read a field in hundredths; what is no number is far outside of everything, and said so by the command."""
    try:
        return float(request.POST.get(name, "").replace(",", ".")) / 100
    except ValueError:
        return -1e6


def _kept(request: gate.Inside, pk: int, why: Say | None, words: str) -> HttpResponse:
    if not is_htmx(request) or why:
        tell(request, say(why) if why else words, tone="wrong" if why else "done")
    if is_htmx(request):
        return fragment(request, "media/cuts.html", {**context(_asset(request, pk)), "may_write": True})
    return gate.see("picture", request.company.slug, pk)


@gate.member("media.write")
@require_POST
def focus(request: gate.Inside, pk: int) -> HttpResponse:
    """Keep the point that must stay."""
    try:
        framing_commands.focus_on(
            asset=_asset(request, pk), x=_share(request, "x"), y=_share(request, "y"), by=request.actor, now=clock.now()
        )  # fmt: skip
    except Unclear as error:
        return _kept(request, pk, error.why, "")
    return _kept(request, pk, None, _("The point that must stay is kept."))


@gate.member("media.write")
@require_POST
def crop(request: gate.Inside, pk: int) -> HttpResponse:
    """Keep the cut of one shape; « leave » gives it back to the point."""
    asset, ratio = _asset(request, pk), request.POST.get("ratio", "")
    if "leave" in request.POST:
        framing_commands.leave_crop(asset=asset, ratio=ratio, by=request.actor, now=clock.now())
        return _kept(request, pk, None, _("This shape is cut around the point again."))
    edges = {name: _share(request, name) for name in ("left", "top", "width")}
    try:
        framing_commands.crop(asset=asset, ratio=ratio, **edges, by=request.actor, now=clock.now())
    except Unclear as error:
        return _kept(request, pk, error.why, "")
    return _kept(request, pk, None, _("The cut is kept."))


@gate.member("media.read")
@require_safe
def preview(request: gate.Inside, pk: int, box: str) -> HttpResponse:
    """Draw a part of a picture, small: left,top,width,height in its pixels."""
    asset = _asset(request, pk)
    edges = [int(edge) for edge in box.split(",") if edge.isdecimal() and len(edge) < 7]
    found = queries.served(request.company, asset.digest, "screen")
    if len(edges) != 4 or min(edges[2:]) < 1 or found is None or not files.exists(found.digest):
        raise Http404
    headers = {"Cache-Control": "private, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(_drawn(found.digest, asset.width, edges), content_type="image/jpeg", headers=headers)


def _drawn(digest: str, width: int, edges: list[int]) -> bytes:
    out = io.BytesIO()
    with Image.open(files.path(digest)) as image:
        scale = image.width / max(1, width)
        left, top, across, down = (round(edge * scale) for edge in edges)
        part = image.convert("RGB").crop((left, top, left + max(1, across), top + max(1, down)))
    part.thumbnail((SIDE, SIDE))
    part.save(out, "JPEG", quality=82)
    return out.getvalue()


urls = [
    path("media/<int:pk>/focus/", focus, name="picture-focus"),
    path("media/<int:pk>/crops/", crop, name="picture-crops"),
    path("media/<int:pk>/part/<str:box>/", preview, name="picture-part"),
]
