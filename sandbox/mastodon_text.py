"""How Mastodon counts a text and turns it into HTML."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import regex

# An address needs its scheme and a domain with a letters-only ending; brackets in it must balance.
URL = regex.compile(
    r"(?<![\w/@])https?://(?:[\w-]+\.)+(?:\p{L}{2,}|xn--[a-z0-9-]+)(?::\d+)?(?:/(?:\([^\s<>()]*\)|[^\s<>()?])*)?(?:\?[\w!?*'():&=+$/%#\[\].,~|@^;-]*)?",
    regex.IGNORECASE,
)
MENTION = regex.compile(r"(?<![=/\w])@(\w+(?:[\w.-]*\w)?)(@[\w.-]+\w(?::\d+)?)?")
HASHTAG = regex.compile(r"(?<![=/)\w])[#＃]([\w·]*[\p{L}_·][\w·]*)")
TAIL = ".,;:!?*'\"«»<>[]~&|@$%="
MARKS = regex.compile(f"(?P<url>{URL.pattern})|(?P<mention>{MENTION.pattern})|(?P<tag>{HASHTAG.pattern})", regex.IGNORECASE)


def graphemes(text: str) -> int:
    """Return how many characters a person sees."""
    return len(regex.findall(r"\X", text))


def _address(found: str) -> str:
    trimmed = found.rstrip(TAIL)
    return trimmed[:-1] if trimmed.endswith(")") and trimmed.count(")") > trimmed.count("(") else trimmed


def length(text: str, warning: str, url_price: int) -> int:
    """Return the length that the server compares with its limit: any address has one price, a mention loses its server."""

    def price(found: regex.Match[str]) -> str:
        whole = found.group()
        return "x" * url_price + whole[len(_address(whole)) :]

    return graphemes(MENTION.sub(r"@\1", URL.sub(price, text))) + graphemes(warning)


def addresses(text: str) -> list[str]:
    """Return the addresses in a text."""
    return [_address(found.group()) for found in URL.finditer(text)]


def hashtags(text: str) -> list[str]:
    """Return the hashtags in a text, without their sign."""
    bare = URL.sub(" ", text)
    return list(dict.fromkeys(found.group(1).lower() for found in HASHTAG.finditer(bare)))


def mentions(text: str, known: Callable[[str], dict[str, str] | None]) -> list[dict[str, str]]:
    """Return the known accounts that a text names."""
    names = (found.group()[1:] for found in MENTION.finditer(URL.sub(" ", text)))
    return list({one["acct"]: one for name in names if (one := known(name))}.values())


def as_html(text: str, known: Callable[[str], dict[str, str] | None], base: str) -> str:
    """Return the `content` of a status: paragraphs, breaks, links as the network dresses them."""
    out, start = [], 0
    for found in MARKS.finditer(text):
        out.append(escape(text[start : found.start()], quote=True))
        out.append(_dressed(found, known, base))
        start = found.end()
    out.append(escape(text[start:], quote=True))
    return _paragraphs("".join(out).replace("&#x27;", "&#39;"))


def _dressed(found: regex.Match[str], known: Callable[[str], dict[str, str] | None], base: str) -> str:
    whole = found.group()
    if found.group("url"):
        address = _address(whole)
        return _link(address) + escape(whole[len(address) :])
    if found.group("mention"):
        account = known(whole[1:])
        return _mention(account) if account else escape(whole)
    tag = whole[1:]
    return f'<a href="{base}/tags/{escape(tag)}" class="mention hashtag" rel="tag">#<span>{escape(tag)}</span></a>'


def _mention(account: dict[str, str]) -> str:
    name = escape(account["username"])
    return f'<span class="h-card" translate="no"><a href="{escape(account["url"])}" class="u-url mention">@<span>{name}</span></a></span>'


def _link(address: str) -> str:
    shown = regex.match(r"https?://(?:www\.)?", address, regex.IGNORECASE)
    start = shown.group() if shown else ""
    rest = address[len(start) :]
    cut = ' class="ellipsis"' if len(rest) > 30 else ' class=""'
    return (
        f'<a href="{escape(address)}" target="_blank" rel="nofollow noopener" translate="no"><span class="invisible">{escape(start)}</span>'
        f'<span{cut}>{escape(rest[:30])}</span><span class="invisible">{escape(rest[30:])}</span></a>'
    )


def _paragraphs(html: str) -> str:
    if not html:
        return ""
    parts = regex.split(r"\n\n+", html.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(f"<p>{part.strip(chr(10)).replace(chr(10), '<br />')}</p>" for part in parts)
