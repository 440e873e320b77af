"""A parcel as Google Business takes it, and how a post is known again."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from parvis.core.http import Refused
from parvis.core.say import Say, gettext_noop
from parvis.networks.facts import Parcel
from parvis.networks.google_business.spec import EVENT, OFFER
from parvis.networks.google_business.words import FIELDS

TOPICS = {"": "STANDARD", EVENT: "EVENT", OFFER: "OFFER"}
USUAL_LANGUAGE = "fr"
NO_LINK = Say(gettext_noop("The button that was chosen needs an address."))


def described(parcel: Parcel, picture: str) -> dict[str, Any]:
    """Return a post; `picture` is the public address of its picture, or nothing."""
    body: dict[str, Any] = {
        "languageCode": parcel.language or USUAL_LANGUAGE,
        "summary": parcel.text,
        "topicType": TOPICS.get(parcel.form, "STANDARD"),
    }
    if parcel.form in {EVENT, OFFER}:
        body["event"] = _event(parcel)
    if parcel.form == OFFER:
        body["offer"] = _offer(parcel.details)
    if action := _action(parcel):
        body["callToAction"] = action
    if picture:
        body["media"] = [{"mediaFormat": "PHOTO", "sourceUrl": picture}]
    return body


def _event(parcel: Parcel) -> dict[str, Any]:
    """Offers have days too: Google asks them for both forms."""
    starts, ends = (_moment(parcel.details.get(name, "")) for name in ("starts", "ends"))
    schedule = {"startDate": _day(starts), "startTime": _hour(starts), "endDate": _day(ends), "endTime": _hour(ends)}
    return {"title": parcel.title.strip(), "schedule": schedule}


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(FIELDS["event"].why, FIELDS["event"].cure) from error


def _day(moment: datetime) -> dict[str, int]:
    return {"year": moment.year, "month": moment.month, "day": moment.day}


def _hour(moment: datetime) -> dict[str, int]:
    return {"hours": moment.hour, "minutes": moment.minute, "seconds": 0, "nanos": 0}


def _offer(details: Mapping[str, str]) -> dict[str, str]:
    names = {"coupon": "couponCode", "redeem": "redeemOnlineUrl", "terms": "termsConditions"}
    return {theirs: details[ours] for ours, theirs in names.items() if details.get(ours)}


def _action(parcel: Parcel) -> dict[str, str]:
    kind, link = parcel.details.get("action", ""), parcel.details.get("link", "")
    if parcel.form == OFFER or not kind:
        return {}
    if kind == "CALL":
        return {"actionType": kind}
    if not link:
        raise Refused(NO_LINK, FIELDS["call_to_action"].cure)
    return {"actionType": kind, "url": link}


def is_it(post: Mapping[str, Any], parcel: Parcel) -> bool:
    """Tell whether a post has the words, the form and as many pictures as a parcel."""
    event = post.get("event") or {}
    titled = parcel.form not in {EVENT, OFFER} or _plain(event.get("title")) == _plain(parcel.title)
    same_words = _plain(post.get("summary")) == _plain(parcel.text) and titled
    same_form = post.get("topicType", "STANDARD") == TOPICS.get(parcel.form, "STANDARD")
    return same_words and same_form and len(post.get("media") or ()) == len(parcel.pictures)


def _plain(text: Any) -> str:
    return unicodedata.normalize("NFC", str(text or "")).replace("\r\n", "\n").strip()
