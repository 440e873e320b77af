"""How X counts a text, finds addresses in it, and shows it in its answers."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass

import regex

ADDRESS = 23
# Only what ends in a real top-level domain is an address there; these are the countries' and the usual ones.
_COUNTRIES = (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf cg ch ci ck cl cm"
    " cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu"
    " gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly"
    " ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn"
    " pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr"
    " tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw"
)
_COMMON = "com net org info biz edu gov int name pro shop store online app dev site blog paris bzh corsica alsace coop museum"
TOPS = frozenset(f"{_COUNTRIES} {_COMMON}".split())
_LABEL = r"[\p{L}\p{N}](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?"
_FOUND = regex.compile(
    rf"(?<![\w@#$./-])(?:https?://)?(?P<host>(?:{_LABEL}\.)+(?P<top>[a-z]{{2,}}))(?![\w@-])(?::\d+)?"
    r"(?:/(?:[^\s<>()\"«»“”]|\([^\s<>()]*\))*)?(?:\?[^\s<>\"«»“”]*)?",
    regex.IGNORECASE,
)
_TAIL = ".,;:!?*'\"«»…’)&|"
_HEAVY = regex.compile(r"[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
_EMOJI = regex.compile(
    r"\p{RI}\p{RI}|[#*0-9]\uFE0F?\u20E3|[©®]\uFE0F"
    r"|(?![©®])\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?[\U000E0020-\U000E007F]*"
    r"(?:\u200D\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?)*"
)
MENTION = regex.compile(r"(?<![\w@/])[@＠](\w{1,15})(?![\w@])")
CASHTAG = regex.compile(r"(?<![\w$])\$[a-z]{1,6}(?![\w])", regex.IGNORECASE)
HASHTAG = regex.compile(r"(?<![\w&/])[#＃]([\w·]*\p{L}[\w·]*)")


@dataclass(frozen=True, slots=True)
class Link:
    """An address in a text: where it stands, and what X makes of it."""

    start: int
    end: int
    url: str
    short: str


def links(text: str, salt: str = "") -> list[Link]:
    """Return the addresses of a text, each with its short form; `salt` keeps apart those of two posts."""
    found = []
    for match in _FOUND.finditer(text):
        if match["top"].lower() not in TOPS:
            continue
        whole = match[0].rstrip(_TAIL)
        url = whole if whole.lower().startswith("http") else f"http://{whole}"
        found.append(Link(match.start(), match.start() + len(whole), url, short(f"{salt} {match.start()} {url}")))
    return found


def short(of: str) -> str:
    """Return the short address of something."""
    return f"https://t.co/{hashlib.sha256(of.encode('utf-8', 'replace')).hexdigest()[:10]}"


def weight(text: str) -> int:
    """Return what a text weighs against the limit."""
    text = unicodedata.normalize("NFC", text)
    total, at = 0, 0
    for link in links(text):
        total += _signs(text[at : link.start]) + ADDRESS
        at = link.end
    return total + _signs(text[at:])


def _signs(text: str) -> int:
    rest, emojis = _EMOJI.subn("", text)
    return 2 * emojis + len(rest) + len(_HEAVY.findall(rest))


def told(text: str) -> str:
    """Return a piece of text as the answers write it: three signs are escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def alike(text: str) -> str:
    """Return what X compares to refuse the same words twice."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()
