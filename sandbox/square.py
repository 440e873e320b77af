"""The public page where a person sees the posts arrive: all networks together, one account, or one post and its thread."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from sandbox import acting
from sandbox.wire import Request

PAGE_SIZE = 30
ZONE = ZoneInfo("Europe/Paris")
MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre")
MARKS = {
    "mastodon": "Ma", "bluesky": "Bs", "fake": "Fx", "facebook": "Fb", "instagram": "Ig", "linkedin": "Li", "x": "X", "youtube": "Yt",
    "google_business": "Gg",
}  # fmt: skip
WORDS = {
    "fr": {
        "place": "La Place",
        "about": "Des réseaux de démonstration, sur cette machine seulement. Ce qui part y arrive pour de bon, et rien n’en sort.",
        "all": "Tous les réseaux",
        "filter": "Réseaux et comptes",
        "empty": "Rien n’est encore arrivé.",
        "empty_more": "Une publication qui part d’ici quelques instants apparaîtra d’elle-même sur cette page.",
        "sensitive": "Images que leur auteur a voulu couvrir",
        "no_alt": "Sans description",
        "alt": "Description\u00a0: ",
        "thread": "Suite de publications",
        "older": "Plus anciennes",
        "newer": "Plus récentes",
        "pages": "Pages",
        "skip": "Aller aux publications",
        "new": "De nouvelles publications sont arrivées.",
        "lang": "English",
        "back": "Toute la place",
        "gone": "Cette publication n’est plus là.",
    },
    "en": {
        "place": "The Square",
        "about": "Demonstration networks, on this machine only. What leaves for them truly arrives, and nothing goes further.",
        "all": "All networks",
        "filter": "Networks and accounts",
        "empty": "Nothing has arrived yet.",
        "empty_more": "A post that leaves in the next moments will appear on this page by itself.",
        "sensitive": "Pictures that their author chose to cover",
        "no_alt": "No description",
        "alt": "Description: ",
        "thread": "Thread",
        "older": "Older",
        "newer": "Newer",
        "pages": "Pages",
        "skip": "Go to the posts",
        "new": "New posts have arrived.",
        "lang": "Français",
        "back": "The whole square",
        "gone": "This post is no longer there.",
    },
}


def tongue(request: Request) -> str:
    """Return the language of the page: asked for, or the browser's, or French."""
    asked = request.asked("lang")
    if asked in WORDS:
        return asked
    for part in request.headers.get("accept-language", "fr").split(","):
        if (lang := part.strip()[:2].lower()) in WORDS:
            return lang
    return "fr"


def page(request: Request, title: str, body: str, nav: str = "") -> str:
    """Return a whole page around a body. The script only refreshes it; it works without."""
    lang = tongue(request)
    words = WORDS[lang]
    version = hashlib.sha256(body.encode()).hexdigest()[:16]
    other = "en" if lang == "fr" else "fr"
    asked = {name: values[-1] for name, values in request.query.items()} | {"lang": other}
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/_square/square.css">'
        '<link rel="icon" href="/_square/mark.svg"><script src="/_square/square.js" type="module"></script></head><body>'
        f'<a class="skip" href="#posts">{words["skip"]}</a><header><div><p class="place">{words["place"]}</p><p>{words["about"]}</p></div>'
        f'<a class="lang" href="?{escape(urlencode(asked))}" lang="{other}" hreflang="{other}">{words["lang"]}</a></header>{nav}'
        f'<main id="posts" tabindex="-1" data-version="{version}">{body}</main>'
        f'<p class="said" role="status" data-new="{words["new"]}"></p></body></html>'
    )


def square_page(request: Request, posts: Sequence[dict[str, Any]], names: dict[str, str], acts: dict[str, list[str]]) -> str:
    """Return the square itself, filtered by `network` and `account`; `acts` is what the public can do on each network."""
    lang = tongue(request)
    words = WORDS[lang]
    network, account = request.asked("network"), request.asked("account")
    shown = [post for post in posts if network in ("", post["network"]) and account in ("", post["account"])]
    title = f"<h1>{escape(names.get(network, words['all']) + (f' · {account}' if account else ''))}</h1>"
    whose = dict.fromkeys(post["account"] for post in shown) if network else {}
    forms = acting.account_forms(network, next(iter(whose)), acts, lang) if len(whose) == 1 or (whose and account) else ""
    if posts and not network:
        forms = acting.week_form(lang)
    body = title + forms + _threads(shown, lang, request, acts)
    return page(request, words["place"], body, _filters(posts, names, network, account, lang))


def account_page(request: Request, posts: Sequence[dict[str, Any]]) -> str:
    """Return the public page of one account."""
    lang = tongue(request)
    name = posts[-1]["name"] if posts else request.path.rpartition("/")[2]
    return page(request, name, f"<h1>{escape(name)}</h1>{_threads(posts, lang, request)}")


def post_page(request: Request, posts: Sequence[dict[str, Any]], name: str) -> str:
    """Return the public page of one post, in its thread."""
    lang = tongue(request)
    thread = next((thread for thread in threads(posts) if any(one["id"] == name for one in thread)), [])
    if not thread:
        return page(request, WORDS[lang]["place"], f"<h1>{WORDS[lang]['gone']}</h1>")
    chosen = next(one for one in thread if one["id"] == name)
    title = f"{chosen['name']} : {chosen['text'][:60]}" if lang == "fr" else f"{chosen['name']}: {chosen['text'][:60]}"
    return page(request, title, f"<h1>{escape(chosen['name'])}</h1>{_thread(thread, lang, name)}")


def threads(posts: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return the posts gathered in threads, the thread that began last first; each in its own order."""
    root: dict[tuple[str, str], tuple[str, str]] = {}
    gathered: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for post in sorted(posts, key=lambda one: str(one["at"])):
        own = (post["network"], post["id"])
        root[own] = root.get((post["network"], post["after"]), own)
        gathered.setdefault(root[own], []).append(post)
    return list(reversed(gathered.values()))


def _filters(posts: Sequence[dict[str, Any]], names: dict[str, str], network: str, account: str, lang: str) -> str:
    words = WORDS[lang]
    accounts = dict.fromkeys((post["network"], post["account"]) for post in posts)
    links = [_filter(words["all"], "", "", not network, lang)]
    for key, name in names.items():
        owned = [who for net, who in accounts if net == key]
        if owned or key == network:
            links.append(_filter(name, key, "", network == key and not account, lang))
        # A bench opens a hundred accounts: they are reached from their posts.
        if 1 < len(owned) <= 8:
            links += [_filter(who, key, who, (network, account) == (key, who), lang) for who in owned]
    return f'<nav aria-label="{words["filter"]}"><ul>{"".join(links)}</ul></nav>'


def _filter(name: str, network: str, account: str, current: bool, lang: str) -> str:
    asked = {k: v for k, v in {"network": network, "account": account, "lang": lang}.items() if v}
    here = ' aria-current="page"' if current else ""
    kind = ' class="who"' if account else ""
    mark = _mark(network) if network and not account else ""
    return f'<li{kind}><a href="/?{escape(urlencode(asked))}"{here}>{mark}{escape(name)}</a></li>'


def _mark(network: str) -> str:
    return f'<span class="mark {network}" aria-hidden="true">{MARKS.get(network, network[:2])}</span>'


def _threads(posts: Sequence[dict[str, Any]], lang: str, request: Request, acts: dict[str, list[str]] | None = None) -> str:
    words = WORDS[lang]
    found = threads(posts)
    if not found:
        return f'<div class="empty"><p><strong>{words["empty"]}</strong></p><p>{words["empty_more"]}</p></div>'
    asked = request.asked("page", "1")
    number = max(1, int(asked)) if asked.isdigit() and len(asked) < 6 else 1
    shown = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    rest = {name: values[-1] for name, values in request.query.items() if name != "page"}
    links = []
    if number > 1:
        links.append(f'<a rel="prev" href="?{escape(urlencode({**rest, "page": number - 1}))}">{words["newer"]}</a>')
    if number * PAGE_SIZE < len(found):
        links.append(f'<a rel="next" href="?{escape(urlencode({**rest, "page": number + 1}))}">{words["older"]}</a>')
    pages = f'<nav class="pages" aria-label="{words["pages"]}">{"".join(links)}</nav>' if links else ""
    return "".join(_thread(one, lang, acts=acts or {}) for one in shown) + pages


def _thread(thread: Sequence[dict[str, Any]], lang: str, chosen: str = "", acts: dict[str, list[str]] | None = None) -> str:
    articles = "".join(_article(post, lang, post["id"] == chosen, acts or {}) for post in thread)
    if len(thread) == 1:
        return articles
    return f'<section class="thread" aria-label="{WORDS[lang]["thread"]}">{articles}</section>'


def _article(post: dict[str, Any], lang: str, chosen: bool, acts: dict[str, list[str]]) -> str:
    title = f"<h2>{escape(post['title'])}</h2>" if post.get("title") else ""
    body = f'{title}<div class="text" lang="{escape(post["language"] or "fr")}">{_text(post)}</div>'
    body += _pictures(post, lang) + acting.films(post) + _card(post["card"])
    if post["warning"]:
        body = f"<details><summary>{escape(post['warning'])}</summary>{body}</details>"
    avatar = f'<span class="avatar" aria-hidden="true">{escape(post["name"][:1])}</span>'
    if post["avatar"]:
        avatar = f'<img class="avatar" src="{escape(post["avatar"])}" alt="">'
    name = f'<p class="name"><strong>{escape(post["name"])}</strong> <span>{escape(post["handle"])}</span></p>'
    where = f'{_mark(post["network"])}<span class="seen-by-ears">{escape(post["network"].capitalize())}</span>'
    moment = f'<a href="{escape(post["url"])}"><time datetime="{escape(post["at"])}">{_moment(post["at"], lang)}</time></a>'
    here = ' aria-current="true"' if chosen else ""
    head = f'<div class="head">{avatar}<div>{name}<p class="when">{where}{moment}</p></div></div>'
    answers = acting.under(post) + acting.comment_form(post, acts, lang)
    return f'<article data-id="{escape(post["id"])}"{here}>{head}{body}{answers}</article>'


def _moment(text: str, lang: str) -> str:
    moment = datetime.fromisoformat(text).astimezone(ZONE)
    month, now = MONTHS[moment.month - 1], datetime.now(UTC)
    if lang == "en":
        return f"{moment:%-d %B}{'' if moment.year == now.year else f' {moment:%Y}'}, {moment:%H:%M}"
    day = "1er" if moment.day == 1 else str(moment.day)
    year = "" if moment.year == now.year else f" {moment.year}"
    return f"{day} {month}{year}, {moment.hour}\u00a0h\u00a0{moment:%M}"


def _text(post: dict[str, Any]) -> str:
    if "html" in post:
        return str(post["html"])
    raw, out, last = post["text"].encode(), [], 0
    for facet in post.get("facets", []):
        start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        inner = escape(raw[start:end].decode())
        target = _target(facet["features"][0]) if facet["features"] else ""
        out += [escape(raw[last:start].decode()), f'<a href="{escape(target)}">{inner}</a>' if target else f"<b>{inner}</b>"]
        last = end
    html = "".join([*out, escape(raw[last:].decode())]).replace("\n", "<br>")
    return f"<p>{html}</p>"


def _target(feature: dict[str, Any]) -> str:
    if feature["$type"].endswith("#mention"):
        return f"/profile/{feature['did']}"
    uri = str(feature.get("uri", ""))
    return uri if urlsplit(uri).scheme in {"http", "https"} else ""


def _pictures(post: dict[str, Any], lang: str) -> str:
    words = WORDS[lang]
    if not post["pictures"]:
        return ""
    shown = []
    for one in post["pictures"]:
        size = f' width="{one["width"]}" height="{one["height"]}"' if one.get("width") else ""
        alt = words["alt"] + escape(one["alt"]) if one["alt"] else words["no_alt"]
        label = "" if one["alt"] else f' aria-label="{words["no_alt"]}"'
        image = (
            f'<a href="{escape(one["url"])}"{label}><img src="{escape(one["url"])}" alt="{escape(one["alt"])}"{size} loading="lazy"></a>'
        )
        shown.append(f"<figure>{image}<figcaption>{alt}</figcaption></figure>")
    grid = f'<div class="pictures of-{min(len(shown), 4)}">{"".join(shown)}</div>'
    if post["sensitive"] and not post["warning"]:
        return f"<details><summary>{words['sensitive']}</summary>{grid}</details>"
    return grid


def _card(card: dict[str, Any] | None) -> str:
    if not card:
        return ""
    image = f'<img src="{escape(card["image"])}" alt="">' if card.get("image") else ""
    said = f"<span>{escape(card['description'])}</span>" if card["description"] else ""
    host = escape(urlsplit(card["url"]).hostname or "")
    title = f"<small>{host}</small><strong>{escape(card['title'])}</strong>"
    return f'<a class="card" href="{escape(card["url"])}">{image}<span class="words">{title}{said}</span></a>'
