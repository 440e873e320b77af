"""What would leave: a variant made into sealed parcels. Previews and departures both come from here, so they cannot differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePath

from parvis.channels.queries import spec_of
from parvis.core.say import Say, gettext_noop
from parvis.core.text import URL
from parvis.media import documents, films
from parvis.media.files import Missing, NoRoom
from parvis.media.fitting import CannotFit, fit
from parvis.media.models import Asset, Making
from parvis.networks.facts import COMMENT, Card, Document, ImageRule, Parcel, Picture, Spec, Video
from parvis.posts.models import Link, Post, Variant
from parvis.posts.shapes import Held, by_part, details_of, is_short, shaped, title_of, wordless

__all__ = ["CannotSeal", "NotMade", "address_in", "by_part", "cards", "cited", "parcels", "with_card"]


class CannotSeal(Exception):
    """A picture, a video or a document cannot be made to fit, is still being made, or its file is gone. `why` says it."""

    def __init__(self, asset: Asset, why: Say) -> None:
        super().__init__(str(why))
        self.asset = asset
        self.why = why


class NotMade(CannotSeal):
    """A video is still being made ready for its network. `making` is the job, None where nobody asked for it yet."""

    def __init__(self, asset: Asset, why: Say, making: Making | None) -> None:
        super().__init__(asset, why)
        self.making = making


def parcels(variant: Variant, read: Mapping[str, Link] | None = None) -> list[Parcel]:
    """Return one parcel a part, exactly as it would leave now, and at the end the first comment's, where there is one.

    `read` spares the query: the cards of `cards`, by address. Slow the first time (pictures are fitted): never inside a write
    transaction. Raises CannotSeal.
    """
    spec = shaped(variant)
    texts = [part.strip() for part in variant.own]
    held = by_part(variant.post.pictures.all())
    known = (cards(variant.post, texts) if read is None else read) if spec.cards else {}
    made = [_parcel(variant, spec, text, Held(held.get(n, [])), known) for n, text in enumerate(texts)]
    return [*made, *_comment(variant, spec)]


def address_in(text: str) -> str:
    """Return the address whose card a text shows (the first one), or an empty string."""
    found = URL.search(text)
    return found[0] if found else ""


def _parcel(variant: Variant, spec: Spec, text: str, held: Held, read: Mapping[str, Link]) -> Parcel:
    post = variant.post
    # A network shows either the pictures or the card: pictures were chosen by a person, the card was not.
    link = None if held.assets or wordless(spec) else read.get(address_in(text))
    title = title_of(variant)
    parcel = Parcel(
        text="" if wordless(spec) else text,
        language=post.language,
        pictures=tuple(_picture(asset, spec.images) for asset in held.pictures),
        warning="" if wordless(spec) else post.warning.strip(),
        card=_card(link, spec.card_picture or spec.images) if link else None,
        form=variant.form,
        title=title if spec.title else "",
        video=next(_videos(variant, spec, held), None),
        document=next(_documents(spec, held, title), None),
        ai=post.ai,
        paid=post.paid,
        details=details_of(variant),
    )
    return spec.carried(parcel)


def _comment(variant: Variant, spec: Spec) -> Iterator[Parcel]:
    text = variant.comment.strip()
    if text and spec.comment is not None:
        yield Parcel(text=text, language=variant.post.language, form=COMMENT)


def _videos(variant: Variant, spec: Spec, held: Held) -> Iterator[Video]:
    rule = spec.videos
    for asset in held.videos if rule else []:
        assert rule is not None
        try:
            short = is_short(spec_of(variant.channel), variant.form)
            yield films.video(asset, rule, short=short, cover_rule=spec_of(variant.channel).images, captions=spec.captions)
        except films.NotReady as error:
            raise NotMade(asset, error.why, error.making) from error
        except (CannotFit, NoRoom) as error:
            raise CannotSeal(asset, error.why) from error
        except Missing as error:
            raise CannotSeal(asset, _lost(asset)) from error


def _documents(spec: Spec, held: Held, title: str) -> Iterator[Document]:
    rule = spec.documents
    for asset in held.documents if rule else []:
        assert rule is not None
        try:
            yield documents.document(asset, rule, title=title or PurePath(asset.name).stem)
        except CannotFit as error:
            raise CannotSeal(asset, error.why) from error
        except Missing as error:
            raise CannotSeal(asset, _lost(asset)) from error


def _lost(asset: Asset) -> Say:
    return Say(gettext_noop("The file of “%(name)s” is no longer on the disk. Put it in again."), {"name": asset.name})


def _picture(asset: Asset, rule: ImageRule) -> Picture:
    try:
        return fit(asset, rule)
    except (CannotFit, NoRoom) as error:
        raise CannotSeal(asset, error.why) from error
    except Missing as error:
        raise CannotSeal(asset, _lost(asset)) from error


def _card(link: Link, rule: ImageRule) -> Card:
    try:
        picture = fit(link.picture, rule) if link.picture else None
    except (CannotFit, Missing, NoRoom):
        picture = None  # a card is still a card without its picture
    return Card(url=link.url, title=link.title, description=link.description, picture=picture)


def cards(post: Post, texts: Iterable[str]) -> dict[str, Link]:
    """Return the cards that were read for the addresses of these texts, by address."""
    return with_card(cited(post, texts))


def with_card(read: Mapping[str, Link]) -> dict[str, Link]:
    """Leave out the addresses whose page could not be read."""
    return {url: link for url, link in read.items() if link.trouble is None and link.title}


def cited(post: Post, texts: Iterable[str]) -> dict[str, Link]:
    """Return what came of reading the addresses of these texts, by address; one that was never read is absent."""
    addresses = {address for text in texts if (address := address_in(text))}
    if not addresses:
        return {}
    read = Link.objects.filter(company_id=post.company_id, url__in=addresses).select_related("picture")
    return {link.url: link for link in read}
