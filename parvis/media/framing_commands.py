"""What a person says of how a picture may be cropped: what must stay, and one cut a shape."""

from __future__ import annotations

from datetime import datetime

from parvis.audit.commands import record
from parvis.core.db import writing
from parvis.core.say import Say, gettext_noop
from parvis.media import framing
from parvis.media.commands import Unclear
from parvis.media.models import Asset, Crop
from parvis.people.actors import Actor
from parvis.people.permissions import may


def focus_on(*, asset: Asset, x: float, y: float, by: Actor, now: datetime) -> None:
    """Say what must stay of a picture or a video wherever it is cropped: shares of its width and height. Raises NotAllowed, Unclear."""
    may(by, "media.write", asset.company_id)
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise Unclear(Say(gettext_noop("The point must lie on the picture: from 0 to 100 % of its width and of its height.")))
    with writing():
        Asset.objects.filter(pk=asset.pk).update(focus_x=round(x, 4), focus_y=round(y, 4))
        record("media:asset:focused", by=by, now=now, company_id=asset.company_id, object_id=asset.pk, label=asset.name)
    asset.refresh_from_db()


def crop(*, asset: Asset, ratio: str, left: float, top: float, width: float, by: Actor, now: datetime) -> Crop:
    """Choose the part that is kept where only this shape ("4:5") is taken; its height follows from its width. Shares of the whole.

    A part that hangs over an edge is moved in. Raises NotAllowed, Unclear.
    """
    may(by, "media.write", asset.company_id)
    wide = framing.valued(ratio)
    if wide is None:
        raise Unclear(Say(gettext_noop("This shape is not known. Choose one of those shown.")))
    across = width * asset.width
    down = across / wide
    if across < 1 or across > asset.width + 1 or down > asset.height + 1:
        raise Unclear(Say(gettext_noop("This part is larger than the picture itself. Make it smaller, then keep it again.")))
    height = min(1.0, down / asset.height)
    edges = {"left": min(max(0.0, left), 1 - width), "top": min(max(0.0, top), 1 - height), "width": width, "height": height}
    with writing():
        row, _ = Crop.objects.update_or_create(asset=asset, ratio=ratio, defaults={name: round(edge, 5) for name, edge in edges.items()})
        record("media:crop:chosen", by=by, now=now, company_id=asset.company_id, object_id=asset.pk, label=asset.name, ratio=ratio)
    return row


def leave_crop(*, asset: Asset, ratio: str, by: Actor, now: datetime) -> None:
    """Let this shape be cut around what must stay again. Raises NotAllowed."""
    may(by, "media.write", asset.company_id)
    with writing():
        if Crop.objects.filter(asset=asset, ratio=ratio).delete()[0]:
            record("media:crop:left", by=by, now=now, company_id=asset.company_id, object_id=asset.pk, label=asset.name, ratio=ratio)
