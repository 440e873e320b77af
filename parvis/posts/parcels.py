"""What would leave: a variant made into sealed parcels. Previews and departures both come from here, so they cannot differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from parvis.channels.queries import spec_of
from parvis.core.say import Say, gettext_noop
from parvis.core.text import URL
from parvis.media.files import Missing, NoRoom
from parvis.media.fitting import CannotFit, fit
from parvis.media.models import Asset
from parvis.networks.facts import Card, ImageRule, Parcel, Picture, Spec
from parvis.posts.models import Link, Post, PostPicture, Variant


class CannotSeal(Exception):
    """A picture cannot be made to fit, or its file is gone. `why` says it."""

    def __init__(self, asset: Asset, why: Say) -> None:
        super().__init__(str(why))
        self.asset = asset
        self.why = why


def parcels(variant: Variant, read: Mapping[str, Link] | None = None) -> list[Parcel]:
    """Return one parcel a part, exactly as it would leave now. `read` spares the query: the cards of `cards`, by address.

    Slow the first time (pictures are fitted): never inside a write transaction. Raises CannotSeal.
    """
    spec = spec_of(variant.channel)
    texts = [part.strip() for part in variant.own]
    pictures = by_part(variant.post.pictures.all())
    known = (cards(variant.post, texts) if read is None else read) if spec.cards else {}
    return [_parcel(variant.post, spec, text, pictures.get(n, []), known) for n, text in enumerate(texts)]


def by_part(pictures: Iterable[PostPicture]) -> dict[int, list[Asset]]:
    """Return the pictures of a post, in order, under the number of their part."""
    found: dict[int, list[Asset]] = {}
    for place in sorted(pictures, key=lambda p: (p.part, p.position)):
        found.setdefault(place.part, []).append(place.asset)
    return found


def address_in(text: str) -> str:
    """Return the address whose card a text shows (the first one), or an empty string."""
    found = URL.search(text)
    return found[0] if found else ""


def _parcel(post: Post, spec: Spec, text: str, assets: list[Asset], read: Mapping[str, Link]) -> Parcel:
    # A network shows either the pictures or the card: pictures were chosen by a person, the card was not.
    link = None if assets else read.get(address_in(text))
    parcel = Parcel(
        text=text,
        language=post.language,
        pictures=tuple(_picture(asset, spec.images) for asset in assets),
        warning=post.warning.strip(),
        card=_card(link, spec.card_picture or spec.images) if link else None,
    )
    return spec.carried(parcel)


def _picture(asset: Asset, rule: ImageRule) -> Picture:
    try:
        return fit(asset, rule)
    except CannotFit as error:
        raise CannotSeal(asset, error.why) from error
    except NoRoom as error:
        raise CannotSeal(asset, error.why) from error
    except Missing as error:
        lost = Say(gettext_noop("The file of “%(name)s” is no longer on the disk. Put the picture in again."), {"name": asset.name})
        raise CannotSeal(asset, lost) from error


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
