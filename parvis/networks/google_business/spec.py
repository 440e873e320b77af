"""The facts of Google Business, each with its source."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from parvis.core.say import Say, gettext_noop
from parvis.core.text import graphemes
from parvis.networks.facts import Fact, Field, Form, ImageRule, Mark, Spec, TextRule
from parvis.networks.google import APP
from parvis.networks.google_business.guide import GUIDE

READ = date(2026, 11, 23)
DOCS = "developers.google.com/my-business/reference/rest/v4/accounts.locations.localPosts"
TOOLS = "limits that public publishing tools enforce (Postiz, Zernio); the reference states none"
EVENT, OFFER = "event", "offer"
# An offer has a button of its own: Google ignores any other.
BUTTONED = frozenset({"", EVENT})
DATED = frozenset({EVENT, OFFER})

SPEC = Spec(
    key="google_business",
    name="Google Business",
    mark=Mark("Gb", "shield-green"),
    texts=(TextRule(1500, "characters", graphemes, Fact(1500, TOOLS, READ)),),
    title=TextRule(58, "characters", graphemes, Fact(58, TOOLS, READ)),
    needs_title=True,
    titled=DATED,
    images=ImageRule(
        most=1,
        bytes=5_000_000,
        side=2400,
        most_pixels=0,
        types=frozenset({"image/jpeg", "image/png"}),
        alt=0,
        fact=Fact(5_000_000, TOOLS, READ),
    ),
    door="oauth",
    layout="local",
    threads=False,
    warnings=False,
    cards=False,
    fold=100,
    visible=100,
    links_clickable=False,
    settles=timedelta(minutes=2),
    twice=Fact(
        gettext_noop("The establishment’s own posts are read before anything is sent again."),
        "developers.google.com/my-business: localPosts",
        READ,
    ),
    guide=GUIDE,
    forms=(Form(EVENT, Say(gettext_noop("Event"))), Form(OFFER, Say(gettext_noop("Offer")))),
    fields=(
        Field("starts", Say(gettext_noop("It begins")), "moment", forms=DATED, needed=True),
        Field("ends", Say(gettext_noop("It ends")), "moment", forms=DATED, needed=True, after="starts"),
        Field("coupon", Say(gettext_noop("Coupon code")), "line", forms=frozenset({OFFER}), most=58),
        Field("redeem", Say(gettext_noop("Address where the offer is taken up")), "address", forms=frozenset({OFFER})),
        Field("terms", Say(gettext_noop("Terms of the offer")), "text", forms=frozenset({OFFER}), most=5000),
        Field(
            "action",
            Say(gettext_noop("Button")),
            "choice",
            forms=BUTTONED,
            options=(
                ("", Say(gettext_noop("None"))),
                ("LEARN_MORE", Say(gettext_noop("Learn more"))),
                ("BOOK", Say(gettext_noop("Book"))),
                ("ORDER", Say(gettext_noop("Order"))),
                ("SHOP", Say(gettext_noop("Buy"))),
                ("SIGN_UP", Say(gettext_noop("Sign up"))),
                ("CALL", Say(gettext_noop("Call"))),
            ),
            help=Say(gettext_noop("“Call” dials the number of the listing; every other button needs an address.")),
        ),
        Field("link", Say(gettext_noop("Address behind the button")), "address", forms=BUTTONED),
    ),
    edits=True,
    judges=True,
    fetches=True,
    app=replace(
        APP,
        takes=Say(gettext_noop("Google opens this interface on request only: a form to fill in, then about two weeks of waiting.")),
    ),
    opens="https://business.google.com/posts",
)
