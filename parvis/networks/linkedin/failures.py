"""What LinkedIn's errors mean: a table of its codes, each with a sentence and a cure. Those marked so were never seen in its documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import regex

from parvis.core import clock
from parvis.core.http import Answer, NotSent, Refused, Unknown, said, verdict
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Disconnected

Kind = Literal["dead", "later", "refused"]
SHORTLY = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Failure:
    """One line of the table: it fits an answer by one of its codes, or by its status and words where it names no code."""

    kind: Kind
    reason: str
    cure: str = ""
    codes: frozenset[str] = frozenset()
    status: int = 0
    words: regex.Pattern[str] | None = None
    wait: timedelta = SHORTLY

    def fits(self, answer: Answer, codes: frozenset[str]) -> bool:
        """Tell whether this is what the answer says."""
        if self.status and answer.status != self.status:
            return False
        if self.codes and not self.codes & codes:
            return False
        return self.words is None or bool(self.words.search(said(answer)))


def _codes(*names: str) -> frozenset[str]:
    return frozenset(names)


def _words(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern, regex.IGNORECASE)


AGAIN = gettext_noop("Connect the account again.")
ROLE = gettext_noop(
    "Ask an administrator of the page to give this person the role of content administrator (or administrator), then connect it again."
)
PRODUCT = gettext_noop(
    "On LinkedIn’s page for developers, check that the application has the product Community Management API; "
    "then connect the account again."
)
HOST = gettext_noop("Whoever hosts Parvis gives it a newer version of LinkedIn’s API in its settings; then send it again.")
OTHER_FILE = gettext_noop("Replace the picture, the video or the document by another one, then send it again.")

TABLE: tuple[Failure, ...] = (
    Failure(
        "dead", gettext_noop("%(host)s says that the permission given to Parvis was withdrawn."), AGAIN, _codes("REVOKED_ACCESS_TOKEN")
    ),
    Failure("dead", gettext_noop("%(host)s says that the permission given to Parvis has run out."), AGAIN, _codes("EXPIRED_ACCESS_TOKEN")),
    Failure(
        "dead",
        gettext_noop("%(host)s does not know the permission with which Parvis called."),
        AGAIN,
        _codes("EMPTY_ACCESS_TOKEN", "INVALID_ACCESS_TOKEN"),
    ),
    Failure("dead", gettext_noop("%(host)s no longer accepts this connection."), AGAIN, status=401),
    Failure(
        "refused",
        gettext_noop("LinkedIn does not take this version of its API any more; nothing was done."),
        HOST,
        _codes("NONEXISTENT_VERSION", "VERSION_MISSING"),
    ),
    Failure("refused", gettext_noop("LinkedIn does not take this version of its API any more; nothing was done."), HOST, status=426),
    # From memory: no document names it.
    Failure(
        "refused",
        gettext_noop("LinkedIn has restricted this account; nothing was done."),
        gettext_noop("Sign in to LinkedIn and follow what it asks there; then send it again."),
        status=403,
        words=_words(r"restricted|suspended"),
    ),
    # Its words are unverified; that comments may be closed is told by socialMetadata.
    Failure(
        "refused",
        gettext_noop("Comments are closed under this post on LinkedIn; nothing was sent."),
        gettext_noop("Your text is kept. Open the post on LinkedIn to open its comments again, then send it."),
        status=403,
        words=_words(r"comment\w* (is|are|was|were|has been|have been) (disabled|closed|turned off|not allowed)"),
    ),
    Failure(
        "refused",
        gettext_noop("The person who connected this page may no longer publish in its name; nothing was done."),
        ROLE,
        status=403,
        words=_words(r"organization|\bauthor\b|\bactor\b|\brole\b"),
    ),
    Failure(
        "refused",
        gettext_noop("LinkedIn does not let the application do this: a permission is missing. Nothing was done."),
        PRODUCT,
        status=403,
    ),
    Failure(
        "refused",
        gettext_noop("LinkedIn says that this is the same as another publication of the page; nothing was published."),
        gettext_noop("Look at the page. If the publication there is enough, cancel this one; else change its words and send it again."),
        _codes("DUPLICATE_POST"),
    ),
    Failure(
        "later",
        gettext_noop("LinkedIn is still working on the picture, the video or the document; nothing was published yet."),
        "",
        _codes("MEDIA_ASSET_WAITING_UPLOAD", "MEDIA_ASSET_PROCESSING"),
    ),
    Failure(
        "refused",
        gettext_noop("LinkedIn could not read the picture, the video or the document; nothing was published."),
        OTHER_FILE,
        _codes("MEDIA_ASSET_PROCESSING_FAILED", "UPDATING_ASSET_FAILED", "FILE_SIZE_OUT_OF_RANGE", "INVALID_VIDEO_ID", "INVALID_URN_ID"),
    ),
    Failure(
        "later",
        gettext_noop("LinkedIn’s address for this upload has run out; Parvis begins the upload anew. Nothing was published yet."),
        "",
        _codes("EXPIRED_UPLOAD_URL", "INVALID_UPLOADED_PART_IDS"),
        wait=timedelta(seconds=5),
    ),
    Failure(
        "refused",
        gettext_noop("LinkedIn says that a text is too long; nothing was done."),
        gettext_noop("Shorten the text, a description or a title, then send it again."),
        _codes("FIELD_LENGTH_TOO_LONG"),
    ),
    Failure(
        "refused",
        gettext_noop("LinkedIn does not take the address of this link; nothing was published."),
        gettext_noop("Check the address of the link: it must begin with https:// and lead to a public page."),
        _codes("INVALID_URL"),
    ),
    Failure(
        "refused",
        gettext_noop("What this speaks of is no longer on LinkedIn; nothing was done."),
        gettext_noop("The post may have been taken off: cancel this, or publish these words as a post of their own."),
        status=404,
    ),
    Failure("later", gettext_noop("LinkedIn was busy with another change of the same thing; nothing was done."), status=409),
)


def codes_in(answer: Answer) -> frozenset[str]:
    """Return every code that an error carries: its own, and those of its single fields."""
    found = answer.mapping()
    details = found.get("errorDetails")
    inner = details.get("inputErrors") if isinstance(details, dict) else None
    named: list[Any] = [
        found.get("code"),
        *(one.get("code") for one in (inner if isinstance(inner, list) else ()) if isinstance(one, dict)),
    ]
    return frozenset(code for code in named if isinstance(code, str))


def known(answer: Answer) -> Failure | None:
    """Return the line of the table that an answer fits, or None."""
    if not 400 <= answer.status < 500 or (not answer.mapping() and answer.status != 401):
        return None  # the page of a proxy says nothing of LinkedIn
    codes = codes_in(answer)
    return next((line for line in TABLE if line.fits(answer, codes)), None)


def failure(answer: Answer, *, commit: bool) -> NotSent | Refused | Unknown:
    """Say what an answer that is no success proves."""
    line = known(answer)
    if line is None or answer.status == 429:
        return verdict(answer, commit=commit, cure=None)
    why = Say(line.reason, {"host": answer.host})
    if line.kind == "dead":
        return Disconnected(why)
    if line.kind == "later":
        return NotSent(why, clock.now() + line.wait)
    return Refused(why, Say(line.cure))
