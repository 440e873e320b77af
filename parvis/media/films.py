"""Making a video fit a network: what its rule limits, what is made of it, and the jobs that make it. Nothing is cut that nobody cut."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from parvis.audit.commands import record
from parvis.core.db import writing
from parvis.core.say import Say, gettext_noop
from parvis.media import files, fitting, framing
from parvis.media.fitting import CannotFit
from parvis.media.models import Asset, Making
from parvis.networks.facts import Captions, ImageRule, Video, VideoRule
from parvis.people.actors import Actor
from parvis.people.permissions import NotAllowed, allowed, may

VERSION = 1
SOUND = 128_000
# Bits for each pixel of each frame: below the first a picture falls apart, above the second nobody sees a difference.
POOR, RICH = 0.03, 0.15
LEAST_SIDE = 320
# A pixel more or less is no other shape.
SLACK = 0.004
NOT_A_TIME = gettext_noop("Write the moments in seconds, such as 12.5.")
NO_CAPTIONS = gettext_noop("Choose a language and a file of captions (.srt or .vtt), then send it.")
# What `video` reads beside the asset itself.
WITH = ("renditions", "makings", "subtitles", "crops", "cover__renditions", "cover__crops")


class NotReady(Exception):
    """The form of this video that the network takes is still to be made. `making` is the job, None where nobody asked yet."""

    def __init__(self, asset: Asset, making: Making | None) -> None:
        text = gettext_noop("“%(name)s” is being made to fit this network: %(share)s %% are done. It can leave once that is finished.")
        waits = gettext_noop("“%(name)s” must first be made to fit this network. It waits its turn.")
        works = making is not None and making.state == "working"
        share = int(making.progress * 100) if making else 0
        self.why = Say(text, {"name": asset.name, "share": share}) if works else Say(waits, {"name": asset.name})
        super().__init__(str(self.why))
        self.making = making


@dataclass(frozen=True, slots=True)
class Room:
    """What a picture becomes: the part that is kept, what that is scaled to, and what it is set on; bits a second for it."""

    crop: tuple[int, int, int, int] | None
    size: tuple[int, int]
    canvas: tuple[int, int]


def part(asset: Asset) -> tuple[float, float]:
    """Return from which second to which a video is to be shown: all of it, unless somebody cut it."""
    start, end = asset.probed.get("cut") or (0.0, asset.seconds or 0.0)
    return float(start), float(end)


def lasts(asset: Asset) -> float:
    """Return for how many seconds a video will be shown."""
    start, end = part(asset)
    return end - start


def video(
    asset: Asset,
    rule: VideoRule,
    *,
    short: bool = False,
    cover_rule: ImageRule | None = None,
    captions: frozenset[str] = frozenset(),
) -> Video:
    """Return the video as this rule takes it: the kept one where it fits, else what was made of it. `captions` are the types taken.

    With WITH fetched beforehand it makes no query. Raises CannotFit, NotReady, files.Missing, and files.NoRoom (for the cover).
    """
    wanted = plan(asset, rule, short=short)
    cover = fitting.fit(asset.cover, cover_rule) if asset.cover and cover_rule else None
    told = {"alt": "" if asset.decorative else asset.alt, "cover": cover, "captions": _captions(asset, captions)}
    if wanted is None:
        if not files.exists(asset.digest):
            raise files.Missing(asset.digest)
        return Video(asset.digest, asset.mime, asset.width, asset.height, asset.size, asset.seconds or 0.0, **told)  # type: ignore[arg-type]
    name = recipe(wanted)
    made = next((one for one in asset.renditions.all() if one.recipe == name), None)
    if made is not None and files.exists(made.digest):
        return Video(made.digest, made.mime, made.width, made.height, made.size, made.seconds or 0.0, **told)  # type: ignore[arg-type]
    making = next((one for one in asset.makings.all() if one.recipe == name), None)
    if making is not None and making.state in {"failed", "cancelled"}:
        raise CannotFit(why_not(asset, making))
    raise NotReady(asset, making)


def why_not(asset: Asset, making: Making) -> Say:
    """Say why a job did not make what was wanted."""
    stopped = Say(
        gettext_noop("Making “%(name)s” fit this network was stopped. Start it again on the video’s page, or choose another video."),
        {"name": asset.name},
    )
    return Say.from_json(making.told) or stopped


def _captions(asset: Asset, types: frozenset[str]) -> tuple[Captions, ...]:
    """Return the captions in a type that is taken, with the times of the part that is shown."""
    turned = {one.recipe: one for one in asset.renditions.all() if one.recipe.startswith("captions ")} if types else {}
    found: dict[str, Captions] = {}
    for kind in sorted(types):
        for lines in asset.subtitles.all():
            made = turned.get(f"captions {lines.language} {kind}")
            if made is not None:
                found.setdefault(lines.language, Captions(made.digest, lines.language, made.mime, made.size))
    return tuple(found[language] for language in sorted(found))


# ---- what is to be made


def recipe(wanted: Mapping[str, Any]) -> str:
    """Name a plan: the same name makes the same film."""
    return f"film{VERSION} {hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()[:40]}"


def plan(asset: Asset, rule: VideoRule, *, short: bool = False) -> dict[str, Any] | None:
    """Return what must be made of a video for this rule, or None where it leaves as it was kept. Raises CannotFit."""
    _long(asset, rule, short)
    shape = rule.ratio if short else rule.shape
    room = _room(asset, rule, shape)
    if "cut" not in asset.probed and room.canvas == (asset.width, asset.height) and _leaves(asset, rule):
        return None
    start, end = part(asset)
    rate = _rate(asset, rule)
    sound = SOUND if asset.probed.get("audio") else 0
    room, bits = _spent(asset, rule, room, float(rate), sound)
    return {
        "start": start, "end": end, "crop": room.crop, "size": room.size, "canvas": room.canvas,
        "frames": f"{rate.numerator}/{rate.denominator}", "bits": bits, "sound": sound,
    }  # fmt: skip


def _long(asset: Asset, rule: VideoRule, short: bool) -> None:
    most = min(filter(None, (rule.seconds, rule.short if short else 0)), default=0)
    lasting = lasts(asset)
    facts: dict[str, str | int] = {"name": asset.name, "length": round(lasting), "most": round(most), "least": round(rule.least)}
    if most and lasting > most + 0.05:
        raise CannotFit(
            Say(
                gettext_noop(
                    "“%(name)s” lasts %(length)s seconds, and this network takes %(most)s at most. Choose the part to show on its page."
                ),
                facts,
            )
        )
    if lasting < rule.least - 0.05:
        brief = gettext_noop("“%(name)s” lasts %(length)s seconds, and this network takes nothing under %(least)s. Choose a longer one.")
        raise CannotFit(Say(brief, facts))


def _leaves(asset: Asset, rule: VideoRule) -> bool:
    """Tell whether what was kept is, pixels and length apart, what the rule takes."""
    made = asset.probed
    return (
        asset.mime in rule.types
        and asset.size <= rule.bytes
        and made.get("video") == "h264"
        and made.get("pixels") == "yuv420p"
        and made.get("rotation", 0) == 0
        and (not made.get("audio") or (made["audio"] == "aac" and made.get("hertz", 0) <= 48_000))
        and (not rule.frames or 0 < made.get("frames", 0) <= rule.frames + 0.05)
        and (not rule.bits or made.get("bits", 0) <= rule.bits)
    )


def _room(asset: Asset, rule: VideoRule, shape: tuple[float, float] | None) -> Room:
    """Place the picture in the shape that is taken: cut around what a person pointed at, else whole, between bars."""
    width, height = asset.width, asset.height
    crop = None
    if shape and not framing.within(width, height, shape, slack=SLACK) and asset.focus_x is not None:
        crop = framing.window(width, height, shape, (asset.focus_x, asset.focus_y if asset.focus_y is not None else 0.5))
        crop = (crop[0], crop[1], _even(crop[2]), _even(crop[3]))
        width, height = crop[2:]
    scale = min(1.0, rule.side / max(width, height)) if rule.side else 1.0
    size = (_even(width * scale), _even(height * scale)) if scale < 1 or crop else (width, height)
    return Room(crop, size, _canvas(size, shape, rule.side))


def _canvas(size: tuple[int, int], shape: tuple[float, float] | None, side: int) -> tuple[int, int]:
    width, height = size
    if shape is None or framing.within(width, height, shape, slack=SLACK):
        return size
    wide = framing.nearest(width, height, shape)
    if width / height < wide:
        return min(_even(height * wide + 1.99), side or 1 << 20), height
    return width, min(_even(width / wide + 1.99), side or 1 << 20)


def _even(length: float) -> int:
    """Return the even number of pixels that H.264 needs, at most `length`."""
    return max(2, int(length + 1e-6) // 2 * 2)


def _rate(asset: Asset, rule: VideoRule) -> Fraction:
    own = Fraction(asset.probed.get("frames") or 25).limit_denominator(1001)
    return min(own if 1 <= own <= 240 else Fraction(25), Fraction(rule.frames or 240).limit_denominator(1001))


def _spent(asset: Asset, rule: VideoRule, room: Room, rate: float, sound: int) -> tuple[Room, int]:
    """Return the largest size at which the rule's weight still makes a good picture, and its bits a second. Raises CannotFit."""
    by_weight = rule.bytes * 8 * 0.92 / max(0.5, lasts(asset)) - sound
    most = min(by_weight, (rule.bits or 1 << 40) * 0.95 - sound)
    for scale in (1.0, 0.75, 0.5, 0.375, 0.25):
        size = (_even(room.size[0] * scale), _even(room.size[1] * scale))
        canvas = (max(size[0], _even(room.canvas[0] * scale)), max(size[1], _even(room.canvas[1] * scale)))
        pixels = size[0] * size[1] * rate
        if most >= pixels * POOR and (scale == 1.0 or max(size) >= LEAST_SIDE):
            return Room(room.crop, size, canvas), int(max(64_000, min(most, pixels * RICH)))
    raise CannotFit(
        Say(
            gettext_noop(
                "“%(name)s” is too long to be made light enough for this network (%(most)s MB) without spoiling it. "
                "Choose a shorter part on its page."
            ),
            {"name": asset.name, "most": rule.bytes // 1_000_000},
        )
    )


# ---- the jobs


def wanted(*, asset: Asset, rule: VideoRule, short: bool = False, by: Actor, now: datetime) -> Making | None:
    """Have what is missing made, and return its job; None where nothing is. A job that failed or was stopped stays so until `retry`.

    Raises NotAllowed, CannotFit.
    """
    if not allowed(by, "media.write", asset.company_id) and not allowed(by, "posts.schedule", asset.company_id):
        raise NotAllowed("media.write")
    to_make = plan(asset, rule, short=short)
    if to_make is None:
        return None
    name = recipe(to_make)
    known = asset.renditions.filter(recipe=name).first()
    if known is not None and files.exists(known.digest):
        return None
    row = Making(asset=asset, recipe=name, rule={"plan": to_make, "bytes": rule.bytes, "by": by.user_id}, created_at=now, changed_at=now)
    with writing():
        Making.objects.bulk_create([row], ignore_conflicts=True)
        # What was made and has since lost its file is made again.
        Making.objects.filter(asset=asset, recipe=name, state="done").update(state="waiting", progress=0, tries=0, changed_at=now)
        return Making.objects.get(asset=asset, recipe=name)


def cancel(*, making: Making, by: Actor, now: datetime) -> bool:
    """Stop a job, at work or waiting; False when it was over already. Raises NotAllowed."""
    return _turned(making, ("waiting", "working"), {"state": "cancelled"}, "media:making:cancelled", by=by, now=now)


def retry(*, making: Making, by: Actor, now: datetime) -> bool:
    """Let a job that failed or was stopped wait for a worker again. Raises NotAllowed."""
    again = {"state": "waiting", "progress": 0.0, "tries": 0, "told": None, "lease_until": None, "created_at": now}
    return _turned(making, ("failed", "cancelled"), again, "media:making:asked", by=by, now=now)


def _turned(making: Making, of: tuple[str, ...], to: dict[str, Any], verb: str, *, by: Actor, now: datetime) -> bool:
    asset = making.asset
    may(by, "media.write", asset.company_id)
    with writing():
        turned = Making.objects.filter(pk=making.pk, state__in=of).update(**to, changed_at=now)
        if turned:
            record(verb, by=by, now=now, company_id=asset.company_id, object_id=asset.pk, label=asset.name)
    making.refresh_from_db()
    return bool(turned)
