"""What Google Business's errors mean to a person.

Source: google.rpc.Status and the field names of the v4 reference, read 2026-11-23; that v4 names the wrong field under
`details[].errorDetails[]` is known from public programs that read it [unverified].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parvis.core.http import Answer, NotSent, Refused, Unknown
from parvis.core.say import Say, gettext_noop
from parvis.networks.google import SHARED, Word, judged, trouble

NO_POSTS = Word(
    Say(
        gettext_noop(
            "Google takes no posts for this establishment: its listing is not verified, is suspended, or is of a trade without posts."
        )
    ),
    Say(gettext_noop("Open the listing on business.google.com and follow what it says, then send it again.")),
)
NOT_OPEN = Word(
    Say(gettext_noop("Google has not opened its Business Profile interface to your project yet: nothing can be read or published.")),
    Say(gettext_noop("Send Google’s access form, and wait for its answer (about two weeks). Until then, publish by hand.")),
)
WORDS: Mapping[str, Word] = {
    **SHARED,
    "notOpen": NOT_OPEN,
    "noPosts": NO_POSTS,
    "INVALID_ARGUMENT": Word(
        Say(gettext_noop("Google refuses one of the values of this post: “%(said)s”")),
        Say(gettext_noop("Correct the post, then send it again.")),
    ),
    "FAILED_PRECONDITION": NO_POSTS,
}
# By the beginning of the name of the field that Google names.
FIELDS: Mapping[str, Word] = {
    "summary": Word(
        Say(gettext_noop("Google refuses the text: it is empty, longer than 1500 signs, or holds what Google does not allow.")),
        Say(gettext_noop("Shorten or correct the text, take telephone numbers out of it, then send it again.")),
    ),
    "event.title": Word(
        Say(gettext_noop("Google refuses the title: it is empty, or longer than 58 signs.")),
        Say(gettext_noop("Correct the title, then send it again.")),
    ),
    "event": Word(
        Say(gettext_noop("Google refuses the days: both are needed, and the end comes after the beginning.")),
        Say(gettext_noop("Correct both days and hours, then send it again.")),
    ),
    "call_to_action": Word(
        Say(gettext_noop("Google refuses the button: it needs an address that begins with https://.")),
        Say(gettext_noop("Give the button an address, or choose none, then send it again.")),
    ),
    "offer": Word(
        Say(gettext_noop("Google refuses the code, the address or the terms of the offer.")),
        Say(gettext_noop("Correct them, then send it again.")),
    ),
    "media": Word(
        Say(gettext_noop("Google could not fetch the picture, or it is smaller than 400 by 300 pixels.")),
        Say(
            gettext_noop(
                "Choose a larger picture. If it is large enough, ask whoever hosts this Parvis whether its public address can be reached "
                "from the internet."
            )
        ),
    ),
}
REJECTED = Word(
    Say(gettext_noop("Google looked this post over and does not show it: it goes against its rules on content.")),
    Say(gettext_noop("Correct it (no telephone number, no capitals, a sharp picture of your own), then publish it again.")),
)
GONE = Word(
    Say(gettext_noop("This post is no longer there: it was taken off on Google’s side.")),
    Say(gettext_noop("Publish it again if it is still wanted.")),
)


def judge(answer: Answer, *, commit: bool) -> NotSent | Refused | Unknown:
    """Say what an answer that is not a success proves."""
    told = trouble(answer)
    if answer.status in {403, 429} and told.metadata.get("quota_limit_value") == "0":
        return Refused(NOT_OPEN.why, NOT_OPEN.cure)
    field = field_of(answer)
    word = next((word for name, word in FIELDS.items() if field.startswith(name)), None) if answer.status == 400 else None
    if word is not None:
        return Refused(word.why, word.cure)
    return judged(answer, WORDS, commit=commit)


def field_of(answer: Answer) -> str:
    """Return the name of the field that Google names as wrong, or nothing."""
    error = answer.mapping().get("error")
    details: Any = error.get("details") if isinstance(error, dict) else None
    for detail in details if isinstance(details, list) else ():
        for one in (detail.get("errorDetails") or ()) if isinstance(detail, dict) else ():
            if isinstance(one, dict) and isinstance(one.get("field"), str):
                return str(one["field"])
    return ""
