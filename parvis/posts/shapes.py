"""The form that a post takes on a channel: which facts then hold, which form suits what it carries, what of it leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from parvis.channels.queries import spec_of
from parvis.core.text import graphemes
from parvis.media import films
from parvis.media.models import Asset, Kind
from parvis.networks.codes.draft import Form as DraftForm
from parvis.networks.facts import COMMENT, Form, Parcel, Spec, TextRule, VideoRule
from parvis.posts.models import PostPicture, Variant

# A first comment is a departure of its own, far behind the parts of any thread: adding a part never takes its place.
COMMENT_PART = 100


@dataclass(frozen=True, slots=True)
class Held:
    """What stands on one part of a post, in order, by kind."""

    assets: Sequence[Asset] = ()

    @property
    def pictures(self) -> list[Asset]:
        """The pictures."""
        return [asset for asset in self.assets if asset.kind == Kind.PICTURE]

    @property
    def videos(self) -> list[Asset]:
        """The videos."""
        return [asset for asset in self.assets if asset.kind == Kind.VIDEO]

    @property
    def documents(self) -> list[Asset]:
        """The documents."""
        return [asset for asset in self.assets if asset.kind == Kind.DOCUMENT]


def by_part(pictures: Iterable[PostPicture]) -> dict[int, list[Asset]]:
    """Return the pictures, videos and documents of a post, in order, under the number of their part."""
    found: dict[int, list[Asset]] = {}
    for place in sorted(pictures, key=lambda p: (p.part, p.position)):
        found.setdefault(place.part, []).append(place.asset)
    return found


def form_of(variant: Variant) -> Form | None:
    """Return the form that was chosen, None for the ordinary post."""
    return spec_of(variant.channel).form(variant.form)


def shaped(variant: Variant) -> Spec:
    """Return the facts of a channel's network as the chosen form has them."""
    return spec_of(variant.channel).as_form(variant.form)


def wordless(spec: Spec) -> bool:
    """Tell whether no text goes with this form."""
    return not spec.texts


def title_rule(spec: Spec, held: Held) -> TextRule | None:
    """Return the limit on the title, that of a document where the network titles those; None where nothing has a title."""
    if spec.documents is not None and held.documents:
        return TextRule(spec.documents.title, "characters", graphemes, spec.documents.fact)
    return spec.title


def title_of(variant: Variant) -> str:
    """Return the title that leaves where the network has titles: the account's own, else the post's."""
    return variant.title.strip() or variant.post.title.strip()


def details_of(variant: Variant) -> dict[str, str]:
    """Return what was filled in for the chosen form; a choice that nobody made is the usual one."""
    found = {}
    for field in spec_of(variant.channel).fields_of(variant.form):
        value = str(variant.details.get(field.key, "")).strip()
        value = value or (field.options[0][0] if field.kind == "choice" and field.options else "")
        if value:
            found[field.key] = value
    return found


# The forms that les codes know; a network's own name of its short upright video is one of two.
DRAFTS: dict[str, DraftForm] = {
    "story": "story", "reel": "short", "short": "short", "event": "event", "offer": "offer",
}  # fmt: skip


def draft_form(key: str, held: Held) -> DraftForm:
    """Return the form under which les codes know what leaves."""
    return DRAFTS.get(key) or ("document" if held.documents else "post")


def numbered(sealed: Iterable[Parcel]) -> dict[int, Parcel]:
    """Return the parcels of a variant under the number of their departure: the parts from 0, the first comment far behind."""
    return {COMMENT_PART if parcel.form == COMMENT else n: parcel for n, parcel in enumerate(sealed)}


# ---- which video rule holds, and which form suits a video


def is_short(spec: Spec, key: str) -> bool:
    """Tell whether a form is the network's short upright one, whose limits stand in its ordinary rule (`short`, `ratio`)."""
    form = spec.form(key)
    return bool(form and form.needs == "video" and form.videos is None and spec.videos and spec.videos.short)


def longest(rule: VideoRule, short: bool) -> float:
    """Return the longest time of a video, 0 where there is no limit."""
    return min(filter(None, (rule.seconds, rule.short if short else 0)), default=0)


def sensible(spec: Spec, assets: Mapping[int, Sequence[Asset]], parts: int) -> str:
    """Return the form that suits what a post carries, empty for the ordinary post: a short upright video is the network's short form."""
    every = [asset for held in assets.values() for asset in held]
    if len(every) != 1 or parts > 1:
        return ""
    [asset] = every
    for form in spec.forms:
        if form.needs == "document" and asset.kind == Kind.DOCUMENT:
            return form.key
        if form.needs == "video" and asset.kind == Kind.VIDEO and _suits(spec, form, asset):
            return form.key
    return ""


def _suits(spec: Spec, form: Form, asset: Asset) -> bool:
    rule = form.videos or spec.videos
    if rule is None or asset.seconds is None or asset.width >= asset.height:
        return False
    short = form.videos is None
    most, shape = longest(rule, short), rule.ratio if short else rule.shape or rule.ratio
    wide, seconds = asset.width / asset.height, films.lasts(asset)
    return rule.least <= seconds <= (most or seconds) and (shape is None or shape[0] <= wide <= shape[1])


def stranded(spec: Spec, key: str, assets: Mapping[int, Sequence[Asset]]) -> bool:
    """Tell whether a form has lost what it is made of: no video for a short form, no document for a form of documents."""
    form = spec.form(key)
    kind = {"video": Kind.VIDEO, "document": Kind.DOCUMENT}.get(form.needs) if form else None
    return kind is not None and all(asset.kind != kind for held in assets.values() for asset in held)
