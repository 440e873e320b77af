"""The forms by which a person acts as the public on the square, and what becomes of what they send."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from sandbox import numbers
from sandbox.server import BadSetting, Said, Stand
from sandbox.wire import Reply, Request

WORDS = {
    "fr": {
        "comment": "Répondre en passant",
        "message": "Écrire en privé à ce compte",
        "review": "Laisser un avis",
        "who": "Votre nom",
        "text": "Votre message",
        "stars": "Note",
        "of": "sur 5",
        "send": "Envoyer",
        "someone": "Camille Rousseau",
        "week": "Faire parler le public",
        "week_about": "Des questions, des compliments, des réclamations, des commandes, sous ce que les comptes ont publié et en privé.",
        "send_week": "Une semaine de messages, depuis sept jours",
        "send_now": "Les mêmes, maintenant",
        "send_storm": "5\u202f000 messages d’un coup",
    },
    "en": {
        "comment": "Answer as a passer-by",
        "message": "Write to this account in private",
        "review": "Leave a review",
        "who": "Your name",
        "text": "Your message",
        "stars": "Rating",
        "of": "out of 5",
        "send": "Send",
        "someone": "Camille Rousseau",
        "week": "Let the public speak",
        "week_about": "Questions, praise, complaints, orders, under what the accounts published and in private.",
        "send_week": "A week of messages, over the past seven days",
        "send_now": "The same, now",
        "send_storm": "5,000 messages at once",
    },
}


def comment_form(post: Mapping[str, Any], acts: Mapping[str, list[str]], lang: str) -> str:
    """Return the form to answer a post, where its network lets the public do that."""
    if "comment" not in acts.get(post["network"], ()):
        return ""
    return _form("comment", lang, network=post["network"], post=post["id"])


def account_forms(network: str, account: str, acts: Mapping[str, list[str]], lang: str) -> str:
    """Return the forms to write to an account and to leave a review of its place."""
    return "".join(_form(act, lang, network=network, account=account) for act in acts.get(network, ()) if act != "comment")


def week_form(lang: str) -> str:
    """Return the form that makes the public write in numbers."""
    words = WORDS[lang]
    kept = f'<input type="hidden" name="act" value="week"><input type="hidden" name="lang" value="{escape(lang)}">'
    return (
        f'<details class="act"><summary>{words["week"]}</summary><form method="post" action="/act">{kept}<p>{words["week_about"]}</p>'
        f'<p class="answers"><button class="primary" name="spread" value="1">{words["send_week"]}</button> '
        f"<button>{words['send_now']}</button> "
        f'<button name="storm" value="1">{words["send_storm"]}</button></p></form></details>'
    )


def _form(act: str, lang: str, **hidden: str) -> str:
    words = WORDS[lang]
    kept = "".join(f'<input type="hidden" name="{escape(n)}" value="{escape(v)}">' for n, v in {"act": act, "lang": lang, **hidden}.items())
    stars = ""
    if act == "review":
        choices = "".join(f'<option value="{n}">{n} {words["of"]}</option>' for n in (5, 4, 3, 2, 1))
        stars = f'<label>{words["stars"]} <select name="stars">{choices}</select></label>'
    return (
        f'<details class="act"><summary>{words[act]}</summary><form method="post" action="/act">{kept}'
        f'<label>{words["who"]} <input name="who" value="{words["someone"]}" required maxlength="80"></label>{stars}'
        f'<label>{words["text"]} <textarea name="text" rows="3" required maxlength="10000"></textarea></label>'
        f'<p class="answers"><button class="primary">{words["send"]}</button></p></form></details>'
    )


def act(request: Request, stands: Mapping[str, Stand], here: str) -> Reply:
    """Do what a form of the square asks, and lead back to it. A page of another site may not send one."""
    if request.headers.get("origin", here) != here:
        return Reply(403, b"", kind="")
    given = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    if given.get("act") == "week":
        # Another week at each press, and the same ones after the same beginning.
        seed = sum(stand.changes for stand in stands.values())
        count = numbers.STORM if given.get("storm") == "1" else numbers.USUAL
        numbers.bring(stands, datetime.now(UTC), seed=seed, count=count, spread=given.get("spread") == "1")
        return _back(given)
    stand, who, text = stands.get(given.get("network", "")), given.get("who", "").strip(), given.get("text", "").strip()
    if stand is None or not who or not text:
        return Reply(400, b"", kind="")
    try:
        with stand.lock:
            _done(stand, given, who, text)
    except (BadSetting, Said, KeyError, ValueError):
        return Reply(400, b"", kind="")
    return _back(given)


def _back(given: Mapping[str, str]) -> Reply:
    back = {name: given[name] for name in ("network", "lang") if given.get(name)}
    return Reply(303, headers={"location": f"/?{urlencode(back)}", "cache-control": "no-store"})


def _done(stand: Stand, given: Mapping[str, str], who: str, text: str) -> None:
    match given.get("act"):
        case "comment":
            stand.comment(given["post"], who, text)
        case "message":
            stand.message(given["account"], who, text)
        case "review":
            stand.review(given["account"], who, int(given.get("stars", "5")), text)
        case _:
            raise BadSetting("no such act")


def under(post: Mapping[str, Any]) -> str:
    """Return what stands under a post where the network keeps answers apart from posts; `post`: that one is shown as a post anyway."""
    shown = "".join(
        f'<li><p class="name"><strong>{escape(str(one["by"]))}</strong></p><p>{escape(str(one["text"]))}</p></li>'
        for one in post.get("comments") or ()
        if not one.get("post")
    )
    return f'<ul class="comments">{shown}</ul>' if shown else ""


def films(post: Mapping[str, Any]) -> str:
    """Return the video or the document of a post."""
    video, document = post.get("video"), post.get("document")
    out = ""
    if video:
        cover = f' poster="{escape(video["cover"])}"' if video.get("cover") else ""
        out += f'<video controls preload="none" src="{escape(video["url"])}"{cover}></video>'
    if document:
        name = document.get("title") or urlsplit(document["url"]).path.rpartition("/")[2]
        out += f'<p class="document"><a href="{escape(document["url"])}">{escape(name)}</a></p>'
    return out
