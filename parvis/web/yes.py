"""Screens without an account: what a link shows of one request, and the one decision that it allows.

The secret in the address is what lets one in: nothing else is asked, no cookie is set. Opening the page decides nothing, for mail
scanners and previews open every link they see.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from zoneinfo import ZoneInfo

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from parvis.channels import speaking
from parvis.core import clock
from parvis.delegation import linking, remarking
from parvis.delegation.approvals import NoReason, Settled, agreed
from parvis.delegation.circuits import ANSWER, POST
from parvis.delegation.linking import LinkOver
from parvis.delegation.models import Approval, Decision, Stage, Verdict, YesLink
from parvis.inbox import answering
from parvis.inbox.answering import Closed, NothingToAnswer
from parvis.media import files
from parvis.networks.facts import Parcel
from parvis.posts import approving
from parvis.posts.departures import Breaks
from parvis.web import asked
from parvis.web.replying import why_not
from parvis.web.serving import serve
from parvis.web.speech import speak
from parvis.web.stopping import stopped

# So many secrets that open nothing may be tried from one address in ten minutes.
TRIES, WHILE = 30, 600
STATUS = {"guessed": 404, "expired": 410, "revoked": 410, "used": 410}
PRIVATE = {"Cache-Control": "no-store, private", "X-Robots-Tag": "noindex, nofollow, noarchive", "Referrer-Policy": "no-referrer"}
CLOSED = "default-src 'none'; sandbox"


DECIDES: dict[str, Callable[..., Approval]] = {POST: approving.decide_by_link, ANSWER: answering.decide_by_link}


def _by_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let whoever holds the secret of a link through, in the company's time; say in plain words why another opens nothing.

    The page speaks the language that its reader asks for, and before that their browser's: nothing is known of them but the link.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, token: str, **rest: Any) -> HttpResponse:
        speak(request.GET.get("language", ""))
        if _guesses(request) > TRIES:
            return _private(render(request, "429.html", status=429))
        try:
            link = speaking.opened(token, clock.now())
            with timezone.override(ZoneInfo(link.approval.company.timezone)):
                return _private(view(request, link, token, **rest))
        except LinkOver as over:
            return _private(_over(request, over, token))

    return guarded


def _private(answer: HttpResponse) -> HttpResponse:
    for name, value in PRIVATE.items():
        answer.headers[name] = value
    return answer


def _over(request: HttpRequest, over: LinkOver, token: str) -> HttpResponse:
    if over.why == "guessed":
        _count(request)
    context = {"why": over.why, "link": over.link, "to": reverse("yes", args=[token])}
    return render(request, "approvals/link_over.html", context, status=STATUS[over.why])


def _spoken(request: HttpRequest) -> str:
    """Return what an address needs so that its page speaks the language that was asked for: no cookie is set here."""
    asked = request.GET.get("language", "")
    return f"?language={asked}" if asked in dict(settings.LANGUAGES) else ""


def _key(request: HttpRequest) -> str:
    return f"yes-guesses:{get_adapter(request).get_client_ip(request)}"


def _guesses(request: HttpRequest) -> int:
    return int(cache.get(_key(request), 0))


def _count(request: HttpRequest) -> None:
    cache.add(_key(request), 0, WHILE)
    cache.incr(_key(request))


@_by_link
@require_safe
def show(request: HttpRequest, link: YesLink, token: str) -> HttpResponse:
    """Show what a link was made for: exactly what would leave, for whom the link is, and the way to decide."""
    return _shown(request, link, token)


def _shown(request: HttpRequest, link: YesLink, token: str, typed: str = "", wrong: str = "") -> HttpResponse:
    now, approval = clock.now(), link.approval
    # What was decided stays to be read; what it said does not, once the link is over.
    open_still = link.expires_at > now
    context = {
        "link": link,
        "approval": approval,
        "company": None,
        "house": approval.company,
        "state": asked.stage_of(approval),
        "accounts": _faceless(asked.accounts_of(approval)) if open_still else [],
        "compared": asked.compared(approval) if open_still else None,
        "said": remarking.shared(approval) if open_still else [],
        "open": open_still,
        "usable": linking.usable(link, now),
        "decision": Decision.objects.filter(link=link).order_by("-pk").first(),
        "verdicts": asked.VERDICTS,
        "late": approval.at is not None and approval.at < now,
        "kept": approval.stage == Stage.LAPSED and agreed(approval),
        "zone": approval.company.timezone.rpartition("/")[2].replace("_", " "),
        "files": reverse("yes", args=[token]) + "files/",
        "to": reverse("yes", args=[token]),
        "spoken": _spoken(request),
        "typed": typed,
        "wrong": wrong,
    }
    return render(request, "approvals/link.html", context, status=422 if wrong else 200)


def _faceless(accounts: list[asked.Account]) -> list[asked.Account]:
    """Leave the accounts' own pictures out: a link opens the files of the content, and no other."""
    for account in accounts:
        if isinstance(account.channel, dict):
            account.channel["avatar"] = ""
        else:
            account.channel.avatar = ""
    return accounts


@_by_link
@require_POST
def decide(request: HttpRequest, link: YesLink, token: str) -> HttpResponse:
    """Decide, once."""
    # Putting it off is for those who have other days to come back: a link decides once.
    if request.POST.get("verdict") not in (Verdict.YES, Verdict.CHANGES, Verdict.NO):
        raise Http404
    words = request.POST.get("words", "")
    try:
        DECIDES[link.approval.subject](link=link, verdict=Verdict(request.POST["verdict"]), now=clock.now(), words=words)
    except NoReason:
        return _shown(request, link, token, words, _("Say why: whoever wrote it needs it to go on. Nothing was decided yet."))
    except (Closed, NothingToAnswer) as closed:
        return _shown(request, link, token, words, f"{why_not(closed)} {_('Nothing was decided.')}")
    except Breaks as error:
        return _shown(request, link, token, words, f"{stopped(error)} {_('Nothing was decided: it could not leave as it is.')}")
    except Settled as error:
        return _shown(request, speaking.opened(token, clock.now()), token, words, stopped(error))
    return HttpResponseRedirect(reverse("yes", args=[token]) + _spoken(request), status=303)


@_by_link
@require_POST
def remark(request: HttpRequest, link: YesLink, token: str) -> HttpResponse:
    """Say something of it, without deciding."""
    if not linking.usable(link, clock.now()):
        raise LinkOver("used", link)
    try:
        voice = linking.voice_of(link)
        remarking.remark_by_link(approval=link.approval, words=request.POST.get("words", ""), voice=voice, now=clock.now())
    except remarking.Empty:
        return _shown(request, link, token, wrong=_("There is nothing written yet."))
    return HttpResponseRedirect(f"{reverse('yes', args=[token])}{_spoken(request)}#said", status=303)


@_by_link
@require_safe
def file(request: HttpRequest, link: YesLink, _token: str, digest: str) -> HttpResponse:
    """Give a file of this content, and no other one, while the link is open."""
    mime = _files(link).get(digest) if link.expires_at > clock.now() else None
    if mime is None or not files.exists(digest):
        raise Http404
    headers = {"Content-Security-Policy": CLOSED}
    return cast(HttpResponse, serve(request, files.path(digest), mime, digest, headers))


def _files(link: YesLink) -> dict[str, str]:
    """Return the files that the content of a link shows, with their types."""
    found: dict[str, str] = {}
    for account in link.approval.content.get("accounts", []):
        for part in account["parts"]:
            parcel = Parcel.from_json(part)
            film, card = parcel.video, parcel.card
            shown = [*parcel.pictures, card.picture if card else None, film, film.cover if film else None]
            found |= {one.digest: one.mime for one in shown if one is not None}
    return found


urls = [
    path("yes/<str:token>/", show, name="yes"),
    path("yes/<str:token>/decision/", decide, name="yes-decision"),
    path("yes/<str:token>/remarks/", remark, name="yes-remark"),
    path("yes/<str:token>/files/<slug:digest>/", file, name="yes-file"),
]
