"""The facts of LinkedIn, each with its source."""

from __future__ import annotations

from datetime import date, timedelta

from parvis.core.say import Say, gettext_noop
from parvis.core.text import escaped
from parvis.networks.facts import DocumentRule, Fact, Field, Form, ImageRule, Mark, Spec, TextRule, VideoRule
from parvis.networks.linkedin.guide import APP, GUIDE

READ = date(2026, 11, 23)
DOCS = "learn.microsoft.com/linkedin/marketing: Posts API"
TOOLS = "limits that public publishing tools enforce (Postiz, BrightBean, Ayrshare)"
OFFICE = "application/vnd.openxmlformats-officedocument"
MOST_TEXT = 3000
POLL = "poll"
MOST_OPTIONS = 4
_POLLS = frozenset({POLL})

IMAGES = ImageRule(
    most=20,
    bytes=5_000_000,
    side=6012,
    most_pixels=36_152_320,
    types=frozenset({"image/jpeg", "image/png", "image/gif"}),
    alt=4086,
    fact=Fact(36_152_320, DOCS, READ),
)
CARD = ImageRule(
    most=1,
    bytes=5_000_000,
    side=2000,
    most_pixels=36_152_320,
    types=frozenset({"image/jpeg", "image/png"}),
    alt=0,
    fact=Fact("article.thumbnail", DOCS, READ),
)

# Documents of LinkedIn (Poll API): a question of 140 signs, two to four answers of 30, four durations.
FIELDS = (
    Field("question", Say(gettext_noop("Question")), "line", _POLLS, needed=True, most=140),
    Field("option1", Say(gettext_noop("First answer")), "line", _POLLS, needed=True, most=30),
    Field("option2", Say(gettext_noop("Second answer")), "line", _POLLS, needed=True, most=30),
    Field("option3", Say(gettext_noop("Third answer")), "line", _POLLS, most=30),
    Field("option4", Say(gettext_noop("Fourth answer")), "line", _POLLS, most=30),
    Field(
        "duration",
        Say(gettext_noop("How long people may answer")),
        "choice",
        _POLLS,
        options=(
            ("THREE_DAYS", Say(gettext_noop("Three days"))),
            ("ONE_DAY", Say(gettext_noop("One day"))),
            ("SEVEN_DAYS", Say(gettext_noop("One week"))),
            ("FOURTEEN_DAYS", Say(gettext_noop("Two weeks"))),
        ),
    ),
)

SPEC = Spec(
    key="linkedin",
    name="LinkedIn",
    mark=Mark("Li", "square-navy"),
    # The page of help says 3 000 characters; how reserved signs count is not documented: as they are sent, escaped, is the safe side.
    texts=(TextRule(MOST_TEXT, "characters", escaped, Fact(MOST_TEXT, f"linkedin.com/help; {TOOLS}", READ)),),
    images=IMAGES,
    card_picture=CARD,
    # Its page of help: 256 x 144 to 4096 x 2304, 1:2.4 to 2.4:1, up to 60 frames and 30 megabits a second (unverified).
    videos=VideoRule(
        most=1,
        bytes=500_000_000,
        seconds=1800,
        least=3,
        bits=30_000_000,
        shape=(1 / 2.4, 2.4),
        fact=Fact(1800, "learn.microsoft.com/linkedin/marketing: Videos API, 3 seconds to 30 minutes, 75 kB to 500 MB", READ),
    ),
    documents=DocumentRule(
        bytes=100_000_000,
        pages=300,
        title=400,
        fact=Fact(300, "learn.microsoft.com/linkedin/marketing: Documents API, PDF, PPT, DOC", READ),
        types=frozenset({"application/pdf", f"{OFFICE}.wordprocessingml.document", f"{OFFICE}.presentationml.presentation"}),
    ),
    comment=TextRule(1250, "characters", len, Fact(1250, "learn.microsoft.com/linkedin/marketing: Comments API; help page", READ)),
    edits=True,
    captions=frozenset({"application/x-subrip"}),
    forms=(Form(POLL, Say(gettext_noop("Poll")), most_pictures=0, takes_videos=False),),
    fields=FIELDS,
    app=APP,
    guide=GUIDE,
    opens="https://www.linkedin.com/feed/?shareActive=true",
    door="oauth",
    layout="page",
    threads=False,
    warnings=False,
    cards=True,
    fold=210,
    visible=140,
    daily=Fact(150, TOOLS, READ),
    # A reading may come from a copy that lags.
    settles=timedelta(minutes=2),
    twice=Fact(
        gettext_noop(
            "The page’s own posts are read before anything is sent again; and LinkedIn refuses the same words twice, naming the first: "
            "the first is believed when it is our own earlier try and can be read."
        ),
        DOCS,
        READ,
    ),
)
