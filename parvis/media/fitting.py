"""Making a picture fit a network: its shape, its weight, its size, its type. What was changed is said.

It is only cropped where a network refuses its shape: as a person chose for that shape, else around what they pointed at, else in its
middle.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass

from parvis.core import http
from parvis.core.db import writing
from parvis.core.late import Image
from parvis.core.say import Say, gettext_noop
from parvis.media import files, framing
from parvis.media.framing import Box
from parvis.media.intake import has_alpha, write
from parvis.media.models import Asset, Crop, Rendition
from parvis.networks.facts import ImageRule, Picture

VERSION = 1
TYPES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
BEST, WORST = 92, 76
LEAST_SIDE = 64


class CannotFit(Exception):
    """No form of this picture, video or document that is worth showing fits the rule; `why` says it."""

    why = Say(gettext_noop("This picture cannot be made light enough for this network without spoiling it. Choose another one."))

    def __init__(self, why: Say | None = None) -> None:
        super().__init__(str(why or self.why))
        if why is not None:
            self.why = why


@dataclass(frozen=True, slots=True)
class Made:
    """A picture that was made: its bytes and what they are."""

    content: bytes
    mime: str
    width: int
    height: int


def recipe(rule: ImageRule, part: Box | None = None) -> str:
    """Name the numbers of a rule, and the part of the picture that is kept: the same name makes the same bytes."""
    types = "+".join(sorted(kind.removeprefix("image/") for kind in rule.types if kind in TYPES))
    cut = f" c{','.join(str(edge) for edge in part)}" if part else ""
    return f"v{VERSION} b{rule.bytes} s{rule.side} p{rule.most_pixels} {types}{cut}"


def fit(asset: Asset, rule: ImageRule) -> Picture:
    """Return the picture as this rule takes it: the kept one where it fits, else a rendition, made once.

    With the renditions and the crops fetched beforehand it makes no query. Slow the first time, so never to be called inside a write
    transaction.
    Raises CannotFit, files.Missing, files.NoRoom.
    """
    if fits(asset, rule):
        return _picture(asset, asset)
    part = cropped(asset, rule)
    name = recipe(rule, part)
    known = next((made for made in asset.renditions.all() if made.recipe == name), None)
    if known is None or not files.exists(known.digest):
        known = _keep(asset, name, make(files.read(asset.digest), rule, part))
    return _picture(asset, known)


def fits(asset: Asset, rule: ImageRule) -> bool:
    """Tell whether the picture can leave as it was kept."""
    shaped = rule.ratio is None or framing.within(asset.width, asset.height, rule.ratio)
    return shaped and asset.mime in rule.types and asset.size <= rule.bytes and _shrink(asset.width, asset.height, rule) == 1.0


def cropped(asset: Asset, rule: ImageRule) -> Box | None:
    """Return the part (left, top, width, height) that the rule's shape leaves of a picture, or None where it takes all of it."""
    if rule.ratio is None or framing.within(asset.width, asset.height, rule.ratio):
        return None
    name = framing.named(framing.nearest(asset.width, asset.height, rule.ratio))
    chosen = next((crop for crop in asset.crops.all() if crop.ratio == name), None)
    if chosen is None:
        return framing.window(asset.width, asset.height, rule.ratio, focus(asset))
    return placed(asset, chosen, rule.ratio)


def placed(asset: Asset, crop: Crop, shape: framing.Shape) -> Box:
    """Return a person's cut in pixels of the picture, brought into the shape that is taken."""
    width, height = framing.inside(round(crop.width * asset.width), round(crop.height * asset.height), shape)
    left, top = round(crop.left * asset.width), round(crop.top * asset.height)
    return max(0, min(left, asset.width - width)), max(0, min(top, asset.height - height)), width, height


def focus(asset: Asset) -> tuple[float, float]:
    """Return what must stay of a picture, as shares of its width and height; its middle, unless somebody said."""
    return (0.5 if asset.focus_x is None else asset.focus_x, 0.5 if asset.focus_y is None else asset.focus_y)


def changes(asset: Asset, picture: Picture) -> list[Say]:
    """Say what was changed between what was kept and what will leave; nothing when it is the same file."""
    said: list[Say] = []
    if abs(picture.width * asset.height / max(1, picture.height * asset.width) - 1) > 0.01:
        said.append(
            Say(
                gettext_noop("Cropped to %(ratio)s: this network does not take its own shape."),
                {"ratio": framing.named(picture.width / max(1, picture.height))},
            )
        )
    elif (asset.width, asset.height) != (picture.width, picture.height):
        facts: dict[str, str | int] = {
            "width": picture.width,
            "height": picture.height,
            "before_width": asset.width,
            "before_height": asset.height,
        }
        said.append(Say(gettext_noop("Reduced to %(width)s × %(height)s pixels, from %(before_width)s × %(before_height)s."), facts))
    if asset.mime != picture.mime:
        said.append(
            Say(gettext_noop("Sent as %(kind)s rather than %(before)s."), {"kind": TYPES[picture.mime], "before": TYPES[asset.mime]})
        )
        if picture.mime == "image/jpeg" and _is_clear(asset):
            said.append(Say(gettext_noop("Its transparent parts become white.")))
    if asset.size != picture.size:
        said.append(
            Say(gettext_noop("%(size)s kB, from %(before)s kB."), {"size": _kilobytes(picture.size), "before": _kilobytes(asset.size)})
        )
    return said


def make(content: bytes, rule: ImageRule, part: Box | None = None) -> Made:
    """Return the best form of the picture, or of a part of it, that the rule takes. The same bytes and rule give the same bytes.

    Raises CannotFit.
    """
    image: Image.Image = Image.open(io.BytesIO(content), formats=tuple(TYPES.values()))
    kind = Image.MIME.get(image.format or "", "")
    left, top, width, height = part or (0, 0, *image.size)
    scale, whole = _shrink(width, height, rule), image.width
    if scale < 1.0:
        # A JPEG can be read at half, a quarter or an eighth of its size: a large photo then costs a fraction of its memory.
        image.draft(None, (math.ceil(image.width * scale * 2), math.ceil(image.height * scale * 2)))
    image.load()
    drawn = image.width / whole
    if part:
        edges = [round(edge * drawn) for edge in (left, top, left + width, top + height)]
        image = image.crop((edges[0], edges[1], edges[2], edges[3]))
    scale = min(1.0, width * scale / image.width)
    for target in _targets(image, kind, rule):
        made = _lossless(image, scale, rule) if target == "image/png" else _lossy(image, target, scale, rule)
        if made is not None:
            return made
    raise CannotFit


def _targets(image: Image.Image, kind: str, rule: ImageRule) -> Iterator[str]:
    """Give the types to try: what loses least first."""
    order = ["image/png", "image/webp", "image/jpeg"] if has_alpha(image) else ["image/jpeg", "image/webp"]
    if kind in order:
        order.remove(kind)
    for target in [kind, *order]:
        if target in rule.types and target in TYPES:
            yield target
    if "image/png" in rule.types and kind != "image/png" and not has_alpha(image) and not {"image/jpeg", "image/webp"} & rule.types:
        yield "image/png"


def _lossless(image: Image.Image, scale: float, rule: ImageRule) -> Made | None:
    """Return a PNG at the largest size the rule allows, or None when it is too heavy: a smaller PNG would lose more than a JPEG."""
    made = _made(image, "image/png", scale, rule, {"compress_level": 9})
    only = not {"image/jpeg", "image/webp"} & rule.types
    while only and len(made.content) > rule.bytes and max(made.width, made.height) > LEAST_SIDE:
        scale *= min(0.9, math.sqrt(rule.bytes / len(made.content)))
        made = _made(image, "image/png", scale, rule, {"compress_level": 9})
    return made if len(made.content) <= rule.bytes else None


def _lossy(image: Image.Image, target: str, scale: float, rule: ImageRule) -> Made | None:
    """Return the largest size at which a quality that is still good fits, at the best such quality."""
    while True:
        sized = _sized(image, scale, target, rule)
        worst = _made(sized, target, 1.0, rule, {"quality": WORST, "subsampling": 2})
        if len(worst.content) <= rule.bytes:
            return _finest(sized, target, rule) or worst
        scale *= min(0.95, math.sqrt(rule.bytes / len(worst.content)))
        if max(image.size) * scale < LEAST_SIDE:
            return None


def _finest(sized: Image.Image, target: str, rule: ImageRule) -> Made | None:
    for quality in range(BEST, WORST, -4):
        made = _made(sized, target, 1.0, rule, {"quality": quality, "subsampling": 0 if quality >= 88 else 2})
        if len(made.content) <= rule.bytes:
            return made
    return None


def _made(image: Image.Image, target: str, scale: float, rule: ImageRule, options: dict[str, object]) -> Made:
    sized = _sized(image, scale, target, rule)
    if target != "image/jpeg":
        options = {key: value for key, value in options.items() if key != "subsampling"}
    return Made(write(sized, TYPES[target], **options), target, *sized.size)


def _sized(image: Image.Image, scale: float, target: str, rule: ImageRule) -> Image.Image:
    if target == "image/jpeg" and has_alpha(image):
        image = _on_white(image)
    if scale == 1.0:
        return image
    size = framing.inside(max(1, _floor(image.width * scale)), max(1, _floor(image.height * scale)), rule.ratio)
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _floor(length: float) -> int:
    return math.floor(length + 1e-6)


def _on_white(image: Image.Image) -> Image.Image:
    clear = image.convert("RGBA")
    ground = Image.new("RGBA", clear.size, "white")
    ground.alpha_composite(clear)
    return ground.convert("RGB")


def _shrink(width: int, height: int, rule: ImageRule) -> float:
    """Return the factor that brings a size under the rule; 1.0 when it is already."""
    by_side = rule.side / max(width, height) if rule.side else 1.0
    by_area = math.sqrt(rule.most_pixels / (width * height)) if rule.most_pixels else 1.0
    return min(1.0, by_side, by_area)


def _keep(asset: Asset, name: str, made: Made) -> Rendition:
    if http.in_write.get():
        raise AssertionError("a picture is made inside a write transaction")
    digest = files.keep(made.content)
    row = Rendition(asset=asset, recipe=name, digest=digest, mime=made.mime, width=made.width, height=made.height, size=len(made.content))
    with writing():
        # Two who make it at the same time made the same bytes: the first row stands.
        Rendition.objects.bulk_create([row], ignore_conflicts=True)
        return Rendition.objects.get(asset=asset, recipe=name)


def _picture(asset: Asset, made: Asset | Rendition) -> Picture:
    return Picture(made.digest, made.mime, made.width, made.height, made.size, "" if asset.decorative else asset.alt)


def _is_clear(asset: Asset) -> bool:
    try:
        with Image.open(files.path(asset.digest)) as image:
            return has_alpha(image)
    except OSError:
        return False


def _kilobytes(size: int) -> int:
    return max(1, round(size / 1000))
