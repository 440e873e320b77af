"""What X's refusals mean: each with a sentence, a cure, and what is known about the world after it. Pure data.

Sources: response-codes-and-errors.mdx of github.com/xdevplatform/docs at 2026-08-22; the Problem objects of its OpenAPI 2.167; bodies
observed by third parties until October 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import regex

from parvis.core import clock
from parvis.core.http import Answer, NotSent, Refused, Unknown, line, verdict, when
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Disconnected

# refused: a person must act; later: at the network's hour; anew: what was uploaded is gone; double: the words are there already.
Meaning = Literal["refused", "later", "anew", "double"]
CONNECT_AGAIN = Say(gettext_noop("Connect the account again, and allow all that X lists."))
OTHER_FILE = Say(gettext_noop("Replace the picture or the video by a lighter or a simpler one, then send it again."))
OPEN_X = Say(gettext_noop("Open X, sign in with this account, and do what X asks there. Then send it again."))
SHORTEN = Say(gettext_noop("Shorten the text, then send it again."))


@dataclass(frozen=True, slots=True)
class Known:
    """One refusal that is known: its statuses, the words or codes by which it is recognised, and what it means."""

    key: str
    statuses: frozenset[int]
    pattern: regex.Pattern[str]
    meaning: Meaning
    says: Say
    cure: Say | None = None


def _known(key: str, statuses: set[int], words: str, meaning: Meaning, *said: Say) -> Known:
    says, cure = (*said, None)[:2]
    assert says is not None
    return Known(key, frozenset(statuses), regex.compile(words, regex.IGNORECASE), meaning, says, cure)


KNOWN = (
    _known(
        "credits", {402}, "", "refused",
        Say(gettext_noop("The credits of your X application are used up: X publishes nothing more for it. Your text is kept.")),
        Say(gettext_noop("Buy credits in the developer console of X (console.x.com), then send it again.")),
    ),
    _known(
        "capped", {403, 429}, r"usage-capped|usage ?cap", "refused",
        Say(gettext_noop("The spending limit that was set for your X application is reached.")),
        Say(gettext_noop("Raise the limit in the developer console of X, or wait for the next month, then send it again.")),
    ),
    _known(
        "limit", {429}, "", "later",
        Say(gettext_noop("X asks to wait: too many calls.")),
    ),
    _known(
        "daily", {403}, r"daily (status|limit|post)|over daily|\bcode 185\b", "later",
        Say(gettext_noop("This account has published as much today as X allows.")),
    ),
    _known(
        "double", {403}, r"duplicate|\bcode 187\b", "double",
        Say(gettext_noop("X says that this account has already published these very words, and does not take them twice.")),
        Say(gettext_noop("Look at the account's page. If they are to go out once more, change a few words, then send it again.")),
    ),
    _known(
        "enrolled", {403}, r"client-not-enrolled|client-forbidden", "refused",
        Say(gettext_noop("Your X application may not use the API: it belongs to no project, or its terms were not accepted.")),
        Say(gettext_noop("In the developer console of X, accept the terms and choose pay per use. Then send it again.")),
    ),
    _known(
        "summoned", {403}, r"not been mentioned|otherwise engaged", "refused",
        Say(gettext_noop("X lets an application answer only those who named your account, and this person did not.")),
        Say(gettext_noop("Open the conversation on X and answer there: your text is kept here to be copied.")),
    ),
    # Words seen by third parties on POST /2/dm_conversations; X publishes none.
    _known(
        "private", {403}, r"permission to dm|\bcode (150|349|476)\b", "refused",
        Say(gettext_noop("X lets this account write no private message to this person: their settings, or X itself, do not allow it.")),
        Say(gettext_noop("Open the conversation on X and answer there: your text is kept here to be copied.")),
    ),
    _known(
        "gone", {400, 403, 404}, r"deleted or not visible|\bcode (144|385)\b|in_reply_to_tweet_id", "refused",
        Say(gettext_noop("The post that this one answers is no longer on X, or cannot be seen.")),
        Say(gettext_noop("Publish this text as a post of its own, or cancel it.")),
    ),
    _known(
        "restricted", {401, 403}, r"suspend|locked|restricted|\bcode (64|326)\b", "refused",
        Say(gettext_noop("X has restricted this account for now: nothing can be published with it.")),
        OPEN_X,
    ),
    _known(
        "media", {400}, r"media ids? (are|is) invalid|media_ids|invalid mediaid", "anew",
        Say(gettext_noop("X no longer has the pictures or the video that were uploaded; they are uploaded again.")),
    ),
    _known(
        "media owner", {403}, r"use this media", "anew",
        Say(gettext_noop("X holds the pictures or the video for another account; they are uploaded again.")),
    ),
    _known(
        "video length", {400, 403}, r"video longer|video duration", "refused",
        Say(gettext_noop("The video is longer than X allows this account.")),
        Say(gettext_noop("Shorten the video, then send it again.")),
    ),
    _known(
        "file", {400, 413, 415}, r"file ?size|media type|unrecognized|animated gif|exceeds|up to 4 photos", "refused",
        Say(gettext_noop("X does not take this picture or this video.")),
        OTHER_FILE,
    ),
    _known(
        "length", {400, 403}, r"too long|bit shorter|\bcode 186\b|character limit", "refused",
        Say(gettext_noop("The text is too long for X.")),
        SHORTEN,
    ),
    _known(
        "cashtags", {400, 403}, r"cashtag", "refused",
        Say(gettext_noop("X takes only one word that begins with a dollar sign.")),
        Say(gettext_noop("Keep one of them, then send it again.")),
    ),
    _known(
        "mentions", {403}, r"\bmention", "refused",
        Say(gettext_noop("X does not let this application name accounts that have not written to yours.")),
        Say(gettext_noop("Take the @ before the name away, then send it again.")),
    ),
    _known(
        "crypto", {400, 403}, r"crypto", "refused",
        Say(gettext_noop("X refuses addresses of crypto-currencies in the posts of a new application.")),
        Say(gettext_noop("Take the address away, then send it again.")),
    ),
)  # fmt: skip


def known(answer: Answer) -> Known | None:
    """Return what is known of a refusal."""
    words = words_of(answer)
    return next((one for one in KNOWN if answer.status in one.statuses and one.pattern.search(words)), None)


def words_of(answer: Answer) -> str:
    """Return all that an error says of itself, on one line."""
    found = answer.mapping()
    said = [line(found.get(name)) for name in ("title", "detail", "type", "reason", "error", "error_description", "message")]
    for one in _errors(found):
        said += [line(one.get("message")), line(one.get("detail")), " ".join(map(str, one["parameters"]))]
        said.append(f"code {one.get('code')}" if isinstance(one.get("code"), int) else "")
    return " ".join(part for part in said if part)


def sentence(answer: Answer) -> str:
    """Return X's own sentence about a refusal: the nearest to what was wrong."""
    found = answer.mapping()
    near = [line(one.get("message")) or line(one.get("detail")) for one in _errors(found)]
    said = next((part for part in near if part), "") or line(found.get("detail")) or line(found.get("error_description"))
    return said or line(found.get("error"))


def _errors(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    listed = found.get("errors")
    rows = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return [{**one, "parameters": [*one["parameters"]] if isinstance(one.get("parameters"), dict) else []} for one in rows]


def judged(answer: Answer, *, commit: bool, first: bool = False) -> NotSent | Refused | Unknown:
    """Say what an answer that is no success proves. `first`: nothing of this delivery can be there from an earlier try."""
    found = known(answer)
    if answer.status == 401 and (found is None or found.key != "restricted"):
        return Disconnected.by(answer.host, sentence(answer))
    if found is None:
        return _unknown(answer, commit)
    if found.meaning == "later":
        return NotSent(found.says, reset(answer) or clock.now() + timedelta(minutes=15))
    if found.meaning == "anew":
        return NotSent(found.says)
    if found.meaning == "double" and commit and not first:
        return Unknown(f"{answer.host}: {sentence(answer)}")
    return Refused(found.says, found.cure or CONNECT_AGAIN)


def _unknown(answer: Answer, commit: bool) -> NotSent | Refused | Unknown:
    facts: dict[str, str | int] = {"host": answer.host, "said": sentence(answer)}
    if answer.status in {400, 404, 422} and facts["said"]:
        return Refused(
            Say(gettext_noop("%(host)s refused it and said: “%(said)s”"), facts),
            Say(gettext_noop("Change what this sentence names, then send it again.")),
        )
    return verdict(answer, commit=commit, cure=CONNECT_AGAIN if answer.status == 403 else None)


def reset(answer: Answer) -> Any:
    """Return the moment at which a limit ends: of the limit that is used up, a day's before a quarter of an hour's."""
    for name in ("x-user-limit-24hour", "x-app-limit-24hour"):
        if answer.headers.get(f"{name}-remaining") == "0":
            return when(answer.headers.get(f"{name}-reset", ""))
    return when(answer.headers.get("x-rate-limit-reset", ""))
