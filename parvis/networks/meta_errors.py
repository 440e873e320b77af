"""What the Graph's error codes mean: pure data, a line each. Codes are read, never statuses: the sources differ about those.

Sources: the Graph API's guides on error handling and rate limits; the guide on content publishing for photos and videos (November 2026).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from parvis.core.say import gettext_noop

# wait: nothing was done, later; passing: a fault of theirs, which on a commit may have made it; dead: connect again; twin: the same words
# as the last publication; refused: a person must act.
Kind = Literal["wait", "passing", "dead", "twin", "refused"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What one code means: its sentence (`%(host)s` is the host) and its cure."""

    kind: Kind
    why: str
    cure: str = ""


CONNECT = gettext_noop("Connect the account again from its page in Parvis.")
PERMIT = gettext_noop("Connect the account again and leave every permission ticked; then send this again.")
LATER = gettext_noop("Wait, and send it again later.")
HELP = gettext_noop("Open the network's own page with this account: it says what is wrong and how to object. Then send this again.")
OTHER_PICTURE = gettext_noop("Replace the picture by another one, in JPEG, then send this again.")
OTHER_VIDEO = gettext_noop("Replace the video by another one (MP4, H.264 and AAC), then send this again.")
ADDRESS = gettext_noop("Whoever hosts this Parvis must give it an address that the internet can reach; then send this again.")
SHORTER = gettext_noop("Shorten the text, then send it again.")
UPDATE = gettext_noop("Bring Parvis up to date, or ask whoever hosts it to set a newer version of this network's API.")
MEND = gettext_noop("Change what this sentence names, then send it again.")
THERE = gettext_noop("Your words are kept. Copy them, open the conversation over there, and answer by hand.")
AGAIN = gettext_noop("Send it again: it will be prepared anew.")

WAITING = gettext_noop("%(host)s asks to wait: too many calls.")
PASSING = gettext_noop("%(host)s has a fault of its own just now.")
NOT_PERMITTED = gettext_noop("%(host)s says that this account has not given the permission for this.")
BLOCKED = gettext_noop("%(host)s has blocked this account or this application for a while.")
RESTRICTED = gettext_noop("%(host)s restricts this account: it may not publish now.")
UNREACHED = gettext_noop("%(host)s could not fetch the picture or the video from this Parvis.")
EXPIRED = gettext_noop("%(host)s waited too long for what was prepared and has thrown it away.")
NO_LONGER = gettext_noop("%(host)s no longer accepts this connection.")

CODES: Mapping[int, Trouble] = {
    1: Trouble("passing", PASSING),
    2: Trouble("passing", PASSING),
    -1: Trouble("passing", PASSING),
    -2: Trouble("passing", PASSING),
    3: Trouble("refused", gettext_noop("%(host)s does not let this application do that."), PERMIT),
    4: Trouble("wait", WAITING),
    9: Trouble("wait", gettext_noop("%(host)s takes no more publications from this account today.")),
    10: Trouble("refused", NOT_PERMITTED, PERMIT),
    12: Trouble("refused", gettext_noop("%(host)s no longer serves the version of its API that this Parvis uses."), UPDATE),
    17: Trouble("wait", WAITING),
    25: Trouble("refused", RESTRICTED, HELP),
    32: Trouble("wait", WAITING),
    102: Trouble("dead", NO_LONGER),
    190: Trouble("dead", NO_LONGER),
    210: Trouble("dead", gettext_noop("%(host)s asks for the connection of the page itself.")),
    324: Trouble("refused", gettext_noop("%(host)s cannot read this picture."), OTHER_PICTURE),
    341: Trouble("refused", BLOCKED, HELP),
    352: Trouble("refused", gettext_noop("%(host)s cannot read this video."), OTHER_VIDEO),
    368: Trouble("refused", BLOCKED, HELP),
    506: Trouble("twin", gettext_noop("%(host)s has just published these very words.")),
    551: Trouble("refused", gettext_noop("%(host)s says that this person takes no messages just now."), THERE),
    613: Trouble("wait", WAITING),
    2500: Trouble("refused", gettext_noop("%(host)s does not know the version of its API that this Parvis uses."), UPDATE),
    6000: Trouble("refused", gettext_noop("%(host)s did not take the upload of the video to its end."), AGAIN),
    36003: Trouble(
        "refused", gettext_noop("%(host)s does not take a picture of this shape."), gettext_noop("Crop the picture between 4:5 and 1.91:1.")
    ),
    80001: Trouble("wait", WAITING),
    80002: Trouble("wait", WAITING),
    80006: Trouble("wait", WAITING),
    1366046: Trouble("refused", gettext_noop("%(host)s takes only pictures of less than 4 MB, in JPEG or PNG."), OTHER_PICTURE),
    1366051: Trouble("refused", gettext_noop("%(host)s says that these pictures were published already."), AGAIN),
    1390008: Trouble("wait", gettext_noop("%(host)s finds that this account publishes too fast.")),
    1609005: Trouble(
        "refused",
        gettext_noop("%(host)s cannot read the page behind the link."),
        gettext_noop("Check that the link opens, or take it out."),
    ),
}

SUBCODES: Mapping[int, Trouble] = {
    458: Trouble("dead", gettext_noop("%(host)s no longer accepts this connection: the application was taken off there.")),
    459: Trouble("dead", gettext_noop("%(host)s asks the person to sign in there and to confirm who they are.")),
    460: Trouble("dead", gettext_noop("%(host)s no longer accepts this connection: the password was changed there.")),
    463: Trouble("dead", gettext_noop("%(host)s no longer accepts this connection: its time is over.")),
    464: Trouble("dead", gettext_noop("%(host)s asks the person to sign in there and to confirm who they are.")),
    467: Trouble("dead", NO_LONGER),
    492: Trouble("dead", gettext_noop("%(host)s says that the person who connected this page no longer has a role on it.")),
    1363019: Trouble("refused", EXPIRED, AGAIN),
    1363021: Trouble("refused", gettext_noop("%(host)s finds this video too heavy."), OTHER_VIDEO),
    1363024: Trouble("refused", gettext_noop("%(host)s cannot read this video."), OTHER_VIDEO),
    1363025: Trouble(
        "refused", gettext_noop("%(host)s does not take a video of this length."), gettext_noop("Cut the video, then send this again.")
    ),
    1363031: Trouble("refused", gettext_noop("%(host)s did not take the upload of the video to its end."), AGAIN),
    1363033: Trouble("refused", gettext_noop("%(host)s did not take the upload of the video to its end."), AGAIN),
    1363127: Trouble(
        "refused", gettext_noop("%(host)s takes only upright videos here."), gettext_noop("Crop the video to 9:16, then send this again.")
    ),
    1366046: CODES[1366046],
    1366051: CODES[1366051],
    1390008: CODES[1390008],
    1609005: CODES[1609005],
    2018278: Trouble("refused", gettext_noop("%(host)s lets nobody write so long after the person's last message."), THERE),
    2207001: Trouble("refused", gettext_noop("%(host)s takes this publication for spam."), HELP),
    2207003: Trouble("wait", gettext_noop("%(host)s took too long to fetch the picture or the video.")),
    2207004: Trouble("refused", gettext_noop("%(host)s finds this picture too heavy: 8 MB at most."), OTHER_PICTURE),
    2207005: Trouble("refused", gettext_noop("%(host)s takes only pictures in JPEG."), OTHER_PICTURE),
    2207006: Trouble("refused", gettext_noop("%(host)s no longer finds what was to be published."), AGAIN),
    2207008: Trouble("refused", EXPIRED, AGAIN),
    2207009: CODES[36003],
    2207010: Trouble(
        "refused", gettext_noop("%(host)s finds the text too long: 2,200 signs, 30 hashtags and 20 mentions at most."), SHORTER
    ),
    2207020: Trouble("refused", EXPIRED, AGAIN),
    2207023: Trouble("refused", gettext_noop("%(host)s does not know this kind of publication."), MEND),
    2207026: Trouble("refused", gettext_noop("%(host)s cannot read this video."), OTHER_VIDEO),
    2207027: Trouble("wait", gettext_noop("%(host)s is still working on the picture or the video.")),
    2207028: Trouble(
        "refused",
        gettext_noop("%(host)s does not take these pictures and videos together."),
        gettext_noop("Keep two to ten, all valid by themselves."),
    ),
    2207042: Trouble("wait", gettext_noop("%(host)s takes no more publications from this account today.")),
    2207050: Trouble("refused", RESTRICTED, HELP),
    2207051: Trouble("refused", gettext_noop("%(host)s has stopped this action to protect its members."), HELP),
    2207052: Trouble("refused", UNREACHED, ADDRESS),
    2207053: Trouble("wait", gettext_noop("%(host)s failed to take the picture or the video.")),
    2207057: Trouble(
        "refused",
        gettext_noop("%(host)s finds the chosen still outside the video."),
        gettext_noop("Choose another still, then send this again."),
    ),
}
# The codes that say that something may be there are told apart from those that say that nothing is: an absent object.
GONE = frozenset({33})


def trouble(code: int, subcode: int) -> Trouble | None:
    """Return what a pair of codes means, the finer one first; None where it is not known."""
    if subcode in SUBCODES:
        return SUBCODES[subcode]
    if code in CODES:
        return CODES[code]
    return Trouble("refused", NOT_PERMITTED, PERMIT) if 200 <= code <= 299 else None
