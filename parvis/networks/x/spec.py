"""The facts of X, each with its source, and what a post costs there."""

from __future__ import annotations

from datetime import date, timedelta

from parvis.core.say import Say, gettext_noop
from parvis.core.weights import addresses, weighted
from parvis.networks.facts import MESSAGE, REPLY, Fact, Field, Form, ImageRule, Mark, Parcel, Price, Spec, TextRule, VideoRule
from parvis.networks.x.guide import APP, GUIDE

READ = date(2026, 11, 23)
DOCS = "docs.x.com: counting characters; github.com/twitter/twitter-text, config/v3.json"
API = "X API v2 OpenAPI 2.167, in github.com/xdevplatform/docs at 2026-08-22"
MEDIA = "github.com/xdevplatform/docs, x-api/media/quickstart/best-practices.mdx, at 2026-08-22"
PRICES = "docs.x.com, pricing of pay-per-use, and a public note that compared it with invoices until 2026-10-06"

# In millionths of a US dollar.
POST = Fact(15_000, PRICES, READ)
POST_WITH_LINK = Fact(200_000, PRICES, READ)
DESCRIPTION = Fact(5_000, f"{PRICES}: media metadata", READ)
# A `look` and a `visit` read the account's own things, each once a day: a thousandth of a dollar each, which no price below counts.
OWNED_READ = Fact(1_000, f"{PRICES}: owned reads, where the account also owns the application", READ)

# Three millions a month; X charges for each, once a day: 0.5 cents for a post of somebody else's, a tenth of a cent for one's own.
POST_READ = Fact(5_000, f"{PRICES}: read post, once a day", READ)
MESSAGE_READ = Fact(10_000, f"{PRICES}: DM event, once a day", READ)
USER_READ = Fact(10_000, f"{PRICES}: user, once a day", READ)
READS_A_DAY = Fact(100_000, f"{PRICES}: 3,000,000 posts read a month", READ)
SUMMONED = Fact(10_000, f"{PRICES}: summoned reply", READ)
IN_PRIVATE = Fact(15_000, f"{PRICES}: create DM, whatever it holds", READ)

MOST_CHUNK = Fact(5_000_000, f"{API}: POST /2/media/upload/{{id}}/append, and its guide", READ)
MEDIA_LIVES = Fact(timedelta(hours=24), f"{API}: expires_after_secs", READ)
POSTS_A_DAY = Fact(2400, "help.x.com, about X limits; 50 where the account is not verified, by third parties (unverified)", READ)
LONG_TEXT = Fact(25_000, "reported of subscribers only, by third parties (unverified); off unless a setting asks for it", READ)

POLL = "poll"
_POLLS = frozenset({POLL})
# OpenAPI 2.167: two to four options of 25 signs, from five minutes to seven days.
OPTIONS = tuple(
    Field(f"option{number}", name, "line", _POLLS, needed=number <= 2, most=25)
    for number, name in enumerate(
        (
            Say(gettext_noop("First answer")),
            Say(gettext_noop("Second answer")),
            Say(gettext_noop("Third answer")),
            Say(gettext_noop("Fourth answer")),
        ),
        start=1,
    )
)
# In minutes.
DURATION = Field(
    "duration",
    Say(gettext_noop("How long people may answer")),
    "choice",
    _POLLS,
    options=(
        ("1440", Say(gettext_noop("One day"))),
        ("4320", Say(gettext_noop("Three days"))),
        ("10080", Say(gettext_noop("One week"))),
        ("60", Say(gettext_noop("One hour"))),
    ),
)

ANSWERS = Field(
    key="reply_settings",
    name=Say(gettext_noop("Who may answer")),
    kind="choice",
    options=(
        ("", Say(gettext_noop("Everybody"))),
        ("following", Say(gettext_noop("The accounts that you follow"))),
        ("mentionedUsers", Say(gettext_noop("Only those whom the post names"))),
        ("verified", Say(gettext_noop("Verified accounts"))),
        ("subscribers", Say(gettext_noop("Your subscribers"))),
    ),
)


def price(parcel: Parcel) -> Price:
    """Return what a post, an answer or a private message costs: far more in public with a link, and a little for each description."""
    if parcel.form == MESSAGE:
        return Price(IN_PRIVATE.value, Say(gettext_noop("X charges for each private message sent through its API.")))
    described = sum(bool(one.alt.strip()) for one in parcel.pictures) + bool(parcel.video and parcel.video.alt.strip())
    link = bool(addresses(SPEC.carried(parcel).text))
    plain = SUMMONED if parcel.form == REPLY else POST
    micros = (POST_WITH_LINK if link else plain).value + described * DESCRIPTION.value
    if link:
        return Price(micros, Say(gettext_noop("X charges for each post, and about thirteen times as much when it contains a link.")))
    return Price(micros, Say(gettext_noop("X charges for each post sent through its API.")))


_TEXT = TextRule(280, "weight", weighted, Fact(280, DOCS, READ))

SPEC = Spec(
    key="x",
    name="X",
    mark=Mark("X", "tile-slate"),
    texts=(_TEXT,),
    images=ImageRule(
        most=4,
        bytes=5_000_000,
        side=8192,
        most_pixels=0,
        types=frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"}),
        alt=1000,
        fact=Fact(5_000_000, MEDIA, READ),
    ),
    videos=VideoRule(
        most=1,
        # X takes eight gigabytes; a thousand segments of the size that is sent here hold half of that.
        bytes=4_000_000_000,
        seconds=1200,
        least=0.5,
        side=1280,
        frames=60,
        shape=(1 / 3, 3),
        fact=Fact(1200, MEDIA, READ),
    ),
    door="oauth",
    threads=True,
    warnings=False,
    # X makes the card by itself from the address in the text.
    cards=False,
    fold=0,
    settles=timedelta(minutes=1),
    twice=Fact(
        gettext_noop("X refuses the same words twice, and the account’s own posts are read before anything is sent again."), API, READ
    ),
    guide=GUIDE,
    forms=(Form(POLL, Say(gettext_noop("Poll")), most_pictures=0, takes_videos=False),),
    fields=(*OPTIONS, DURATION, ANSWERS),
    comment=_TEXT,
    messages=TextRule(10_000, "characters", len, Fact(10_000, "unverified: reported by third parties; its OpenAPI sets no limit", READ)),
    daily=POSTS_A_DAY,
    discloses=frozenset({"ai", "paid"}),
    captions=frozenset({"text/vtt", "application/x-subrip"}),
    app=APP,
    price=price,
    opens="https://x.com/compose/post",
)
