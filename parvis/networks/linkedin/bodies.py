"""What is sent to LinkedIn, and how what stands there is compared with it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from parvis.core.http import parts_of
from parvis.core.text import URL
from parvis.networks.facts import Card, Parcel
from parvis.networks.linkedin import little
from parvis.networks.linkedin.spec import MOST_OPTIONS, MOST_TEXT, POLL, SPEC

SHORTENER = "https://lnkd.in/"
MOST_TITLE, MOST_DESCRIPTION = 400, 4086
SPREAD: dict[str, Any] = {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []}


def carried(parcel: Parcel) -> Parcel:
    """Return the parcel as it goes there: a poll takes the place of a card, whose address then stands in the text."""
    return (replace(SPEC, cards=False) if parcel.form == POLL else SPEC).carried(parcel)


def post(author: str, parcel: Parcel, urns: Mapping[str, str]) -> dict[str, Any]:
    """Return the body that makes a post; `urns` are those of what was uploaded."""
    body: dict[str, Any] = {
        "author": author,
        "commentary": little.written(parcel.text, MOST_TEXT),
        "visibility": "PUBLIC",
        "distribution": SPREAD,
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    content = _content(parcel, urns)
    return {**body, "content": content} if content else body


def _content(parcel: Parcel, urns: Mapping[str, str]) -> dict[str, Any]:
    if parcel.form == POLL:
        return {"poll": _poll(parcel.details)}
    if parcel.video:
        return {"media": _named(urns["video"], parcel.video.alt, parcel.title)}
    if parcel.document:
        return {"media": _named(urns["document"], "", parcel.document.title or parcel.document.name)}
    images = [_named(urns[f"image:{place}"], picture.alt) for place, picture in enumerate(parcel.pictures)]
    if images:
        return {"media": images[0]} if len(images) == 1 else {"multiImage": {"images": images}}
    return {"article": _article(parcel.card, urns.get("image:0", ""))} if parcel.card else {}


def _named(urn: str, alt: str, title: str = "") -> dict[str, str]:
    more = {"altText": alt[: SPEC.images.alt], "title": title[:MOST_TITLE]}
    return {"id": urn, **{name: value for name, value in more.items() if value}}


def _article(card: Card, thumbnail: str) -> dict[str, str]:
    """A page may call itself anything, at any length; LinkedIn reads nothing of it by itself."""
    title = card.title.strip() or parts_of(card.url).netloc
    told = {"source": card.url, "title": _shortened(title, MOST_TITLE), "description": _shortened(card.description, MOST_DESCRIPTION)}
    return {name: value for name, value in {**told, "thumbnail": thumbnail}.items() if value}


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _poll(details: Mapping[str, str]) -> dict[str, Any]:
    options = [details.get(f"option{number}", "").strip() for number in range(1, MOST_OPTIONS + 1)]
    return {
        "question": details.get("question", "").strip(),
        "options": [{"text": option} for option in options if option],
        "settings": {"duration": details.get("duration") or "THREE_DAYS"},
    }


def comment(actor: str, under: str, text: str) -> dict[str, Any]:
    """Return the body that makes a comment: its words are plain, no sign of them is reserved."""
    return {"actor": actor, "object": under, "message": {"text": text}}


def reply(actor: str, to: Mapping[str, Any], text: str) -> dict[str, Any]:
    """Return the body that answers a comment; answers stand on one level, under the comment at the top."""
    return {**comment(actor, str(to.get("object") or to["post"]), text), "parentComment": str(to["comment"])}


def post_patch(text: str) -> dict[str, Any]:
    """Return the body that changes the words of a post."""
    return {"patch": {"$set": {"commentary": little.written(text, MOST_TEXT)}}}


def comment_patch(text: str) -> dict[str, Any]:
    """Return the body that changes the words of a comment."""
    return {"patch": {"message": {"$set": {"text": text}}}}


# ---- comparing


def flat(text: str) -> str:
    """Return what of a text is content: white space and forms of accents are not."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def same(commentary: str, text: str) -> bool:
    """Tell whether a commentary, as the API gives it back, has the words of a text."""
    found, sent = flat(little.read(commentary)), flat(text)
    if SHORTENER in found and SHORTENER not in sent:
        # LinkedIn may put its own short addresses in the place of long ones.
        found, sent = URL.sub(SHORTENER, found), URL.sub(SHORTENER, sent)
    return found == sent or flat(commentary) == sent


def message(found: Mapping[str, Any]) -> str:
    """Return the words of a comment as it is read."""
    told = found.get("message")
    return str(told.get("text") or "") if isinstance(told, dict) else ""


def is_it(found: Mapping[str, Any], parcel: Parcel) -> bool:
    """Tell whether a post that was read has these words and shows the same kind of thing."""
    content = found.get("content")
    return same(str(found.get("commentary") or ""), parcel.text) and _kind(content if isinstance(content, dict) else {}) == _wanted(parcel)


def _wanted(parcel: Parcel) -> tuple[str, int | str]:
    if parcel.form == POLL:
        return "poll", flat(parcel.details.get("question", ""))
    if parcel.video:
        return "video", 1
    if parcel.document:
        return "document", 1
    if parcel.pictures:
        return "image", len(parcel.pictures)
    return ("article", parcel.card.url) if parcel.card else ("", 0)


def _kind(content: Mapping[str, Any]) -> tuple[str, int | str]:
    several, media = _under(content, "multiImage").get("images"), str(_under(content, "media").get("id") or "")
    if isinstance(several, list):
        return "image", len(several)
    if media:
        return media.split(":")[2] if media.startswith("urn:li:") else media, 1
    if "poll" in content:
        return "poll", flat(str(_under(content, "poll").get("question") or ""))
    source = str(_under(content, "article").get("source") or "")
    return ("article", source) if source else ("", 0)


def _under(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = found.get(name)
    return inner if isinstance(inner, dict) else {}
