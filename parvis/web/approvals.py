"""Screens: what waits for a yes, one request with exactly what would leave, and what is decided of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from parvis.channels.models import Channel
from parvis.channels.queries import of as channels_of
from parvis.core import clock
from parvis.delegation import approvals, linking, remarking, requests
from parvis.delegation.approvals import NoReason, agreed, may_decide
from parvis.delegation.circuits import ANSWER, POST, Known
from parvis.delegation.models import Approval, Remark, Side, Stage, Verdict, YesLink
from parvis.inbox import answering
from parvis.inbox.answering import Closed, NothingToAnswer
from parvis.people.invitations import mail_leaves
from parvis.people.permissions import allowed
from parvis.posts import approving
from parvis.posts.approving import Settled
from parvis.posts.departures import Breaks, OverMandate
from parvis.posts.models import Post
from parvis.web import asked, reading
from parvis.web.calendar import asked_channels, chips, next_page
from parvis.web.gate import Inside, member, one
from parvis.web.htmx import back, tell
from parvis.web.replying import why_not
from parvis.web.stopping import stopped

# Each room carries out what is decided of its own things.
DECIDES: dict[str, Callable[..., Approval]] = {POST: approving.decide, ANSWER: answering.decide}


def found(request: Inside, pk: int) -> Approval:
    """Return a request of this company that whoever asks may see, or 404."""
    approval = one(requests.of(request.company), request.company, pk)
    if not requests.seen(request.company, [approval]):
        raise Http404
    return approval


# ---- the list


@member("approvals.read")
@require_GET
def listing(request: Inside) -> HttpResponse:
    """Show what waits for a yes, that of whoever looks first; or what was decided, page after page."""
    company, now, chosen = request.company, clock.now(), asked_channels(request)
    only = company.only("approvals.read")
    channels = {row.pk: row for row in channels_of(company) if only is None or row.pk in only}
    context: dict[str, Any] = {
        "place": "publish", "channels": chips(request, list(channels.values()), chosen), "chosen": chosen, "now": now,
        "sets": allowed(request.actor, "approvals.change", company.pk), "which": "waiting",
    }  # fmt: skip
    if request.GET.get("which") == "decided":
        rows, further = requests.decided(company, _number(request.GET.get("before", "")), chosen)
        context |= {"which": "decided", "lines": _lines(rows, channels, now), "further": further}
    else:
        waiting = requests.waiting(company, request.actor, chosen)
        context |= {"mine": _lines(waiting.mine, channels, now), "others": _lines(waiting.others, channels, now), "any": waiting.any}
    return render(request, "approvals/list.html", context)


def _lines(rows: list[Approval], channels: dict[int, Channel], now: Any) -> list[asked.Line]:
    return [asked.line(row, channels, now) for row in rows]


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


# ---- one request


@member("approvals.read")
@require_GET
def show(request: Inside, pk: int) -> HttpResponse:
    """Show one request: what would leave, why it asks, what changed, who said what, and the way to decide."""
    return _shown(request, found(request, pk))


def _shown(request: Inside, approval: Approval, typed: str = "", wrong: str = "") -> HttpResponse:
    now, by = clock.now(), request.actor
    known = Known()
    decides = may_decide(approval, by, known)
    post = Post.objects.filter(pk=approval.object_id, company=request.company).first() if approval.subject == POST else None
    context = {
        "place": "publish" if approval.subject == POST else "answer",
        "approval": approval,
        "state": asked.stage_of(approval),
        "accounts": asked.accounts_of(approval),
        "compared": asked.compared(approval, request.company),
        "stairs": requests.stairs(approval, known),
        "verdicts": asked.VERDICTS,
        "versions": requests.seen(request.company, requests.versions(approval)),
        "threads": remarking.threads(approval, by),
        "decides": decides,
        "late": approval.at is not None and approval.at < now,
        "kept": approval.stage == Stage.LAPSED and agreed(approval),
        "other": decides and approval.subject == POST and approval.stage in approvals.OPEN and not approving.still_the_same(approval, now),
        "post": post if post and post.removed_at is None else None,
        "withdraws": approval.stage in approvals.OPEN and _withdraws(request, approval),
        "sends": allowed(by, "posts.schedule", request.company.pk, on=approval.channels),
        "outside": by.mandate_id is not None,
        "links": _links(request, approval) if linking.may_make(approval, by, known) else None,
        "reached": _reached(request, approval) if allowed(by, "approvals.change", request.company.pk) else [],
        "zone": request.company.timezone.rpartition("/")[2].replace("_", " "),
        "typed": typed,
        "wrong": wrong,
        "now": now,
        "here": request.path,
    }
    return render(request, "approvals/one.html", context, status=422 if wrong else 200)


def _withdraws(request: Inside, approval: Approval) -> bool:
    verb = "posts.propose" if approval.subject == POST else "inbox.answer"
    return allowed(request.actor, verb, request.company.pk, on=approval.channels)


def _links(request: Inside, approval: Approval) -> list[tuple[YesLink, str]]:
    """Return the links of this request with their addresses, where they can still be shown."""
    rows = approval.links.filter(contact=None).select_related("by").order_by("pk")
    return [(row, request.build_absolute_uri(reverse("yes", args=[token])) if (token := linking.token_of(row)) else "") for row in rows]


def _reached(request: Inside, approval: Approval) -> list[tuple[YesLink, str]]:
    """Return the links of contacts, with their addresses only where nothing but a person can bring them: whoever holds one decides."""
    rows = requests.reached(approval)
    return [(row, "" if mail_leaves() else request.build_absolute_uri(reverse("yes", args=[linking.token_of(row)]))) for row in rows]


@member("approvals.read")
@require_POST
def decide(request: Inside, pk: int) -> HttpResponse:
    """Decide on a request. What was typed stays where a reason is missing."""
    approval, words = found(request, pk), request.POST.get("words", "")
    if request.POST.get("verdict") not in Verdict.values:
        raise Http404
    verdict = Verdict(request.POST["verdict"])
    try:
        done = DECIDES[approval.subject](approval=approval, verdict=verdict, by=request.actor, now=clock.now(), words=words)
    except NoReason:
        return _shown(request, approval, words, _("Say why: whoever wrote it needs it to go on. Nothing was decided yet."))
    except (Breaks, OverMandate) as error:
        return _shown(request, approval, words, f"{stopped(error)} {_('Nothing was decided: it could not leave as it is.')}")
    except (Closed, NothingToAnswer) as closed:
        return _shown(request, approval, words, f"{why_not(closed)} {_('Nothing was decided.')}")
    except Settled as error:
        tell(request, stopped(error), tone="wait")
        return back(request, request.path.removesuffix("decision/"))
    tell(request, *_what_came(done, verdict))
    return back(request, _after(request, done))


def _what_came(done: Approval, verdict: Verdict) -> tuple[str]:
    facts = {"title": done.label, "when": reading.when(done.at) if done.at else ""}
    if verdict == Verdict.YES:
        if done.stage == Stage.GONE:
            return (
                _("Your yes was kept, but nothing leaves: what would leave is no longer what you were shown. It must be asked for again."),
            )
        if done.stage == Stage.LAPSED:
            return (_("Your yes is kept. Its hour has passed, so nothing leaves by itself: somebody chooses another one."),)
        if done.stage == Stage.APPROVED:
            return ((_("Agreed: “%(title)s” leaves on %(when)s.") if done.at else _("Agreed: “%(title)s” leaves now.")) % facts,)
        return (_("Your yes is kept. Others must still agree.") % facts,)
    words = {
        Verdict.CHANGES: _("Changes are asked for in “%(title)s”: whoever wrote it is told why."),
        Verdict.NO: _("“%(title)s” does not leave: whoever wrote it is told why."),
        Verdict.HOLD: _("Put off: “%(title)s” goes on waiting, and does not leave."),
    }
    return (words[verdict] % facts,)


def withdraw_of(approval: Approval) -> Callable[..., None]:
    """Return what takes a request back: of an answer, its words go back to its writer's draft."""
    return answering.withdraw if approval.subject == ANSWER else approving.withdraw


def _after(request: Inside, done: Approval) -> str:
    """Return the next request that waits for whoever decided, or the one that they decided on."""
    if request.POST.get("then") == "next":
        mine = requests.waiting(request.company, request.actor).mine
        if mine:
            return reverse("approval", args=[request.company.slug, mine[0].pk])
    return reverse("approval", args=[request.company.slug, done.pk])


@member("approvals.read")
@require_POST
def remark(request: Inside, pk: int) -> HttpResponse:
    """Say something of it: to one's own side, or to everybody concerned."""
    approval = found(request, pk)
    side = Side.INSIDE if request.POST.get("side") == "inside" else Side.CLIENT
    try:
        remarking.remark(approval=approval, side=side, words=request.POST.get("words", ""), by=request.actor, now=clock.now())
    except remarking.Empty:
        tell(request, _("There is nothing written yet."), tone="wait")
    return back(request, f"{reverse('approval', args=[request.company.slug, pk])}#said")


@member("approvals.read")
@require_POST
def unsay(request: Inside, pk: int, said: int) -> HttpResponse:
    """Take one's own remark away."""
    approval = found(request, pk)
    row = one(Remark.objects.filter(subject=approval.subject, object_id=approval.object_id, user=request.user), request.company, said)
    remarking.take_away(remark=row, approval=approval, by=request.actor, now=clock.now())
    tell(request, _("Your remark is taken away."))
    return back(request, f"{reverse('approval', args=[request.company.slug, pk])}#said")


@member("approvals.read")
@require_POST
def withdraw(request: Inside, pk: int) -> HttpResponse:
    """Take a request back."""
    approval = found(request, pk)
    try:
        withdraw_of(approval)(approval=approval, by=request.actor, now=clock.now())
        tell(request, _("The request is taken back: nobody is asked for a yes any more. What you wrote is kept."))
    except Settled as error:
        tell(request, stopped(error), tone="wait")
    return back(request, next_page(request, reverse("home", args=[request.company.slug])))


@member("approvals.read")
@require_POST
def link(request: Inside, pk: int) -> HttpResponse:
    """Make a link by which somebody named decides, from their phone and without an account."""
    approval = found(request, pk)
    name, email = request.POST.get("name", ""), request.POST.get("email", "")
    try:
        made = linking.make(approval=approval, name=name, email=email, by=request.actor, now=clock.now())
    except linking.NoName:
        tell(request, _("Say for whom the link is: their decision is written down under that name."), tone="wait")
    except Settled as error:
        tell(request, stopped(error), tone="wait")
    else:
        words = _("The link for %(name)s is ready: copy it below. It decides once, and ends %(until)s.")
        tell(request, words % {"name": made.name, "until": reading.near(made.expires_at)})
        _posted(request, made)
    return back(request, f"{reverse('approval', args=[request.company.slug, pk])}#links")


def _posted(request: Inside, made: YesLink) -> None:
    """Mail the link where an address was given, and say what came of it."""
    if not made.email:
        return
    address = settings.PUBLIC_URL + reverse("yes", args=[linking.token_of(made)])
    if mail_leaves() and linking.post(link=made, address=address):
        tell(request, _("It was also sent to %(email)s.") % {"email": made.email})
    else:
        tell(request, _("No mail could be sent to %(email)s: give them the link yourself.") % {"email": made.email}, tone="wait")


@member("approvals.read")
@require_POST
def unlink(request: Inside, pk: int, number: int) -> HttpResponse:
    """Close a link that nobody has used."""
    approval = found(request, pk)
    row = approval.links.filter(pk=number).first()
    if row is None:
        raise Http404
    try:
        linking.revoke(link=row, by=request.actor, now=clock.now())
        tell(request, _("The link of %(name)s opens nothing any more.") % {"name": row.name})
    except linking.LinkOver:
        tell(request, _("It was used or closed before: nothing was changed."), tone="wait")
    return back(request, f"{reverse('approval', args=[request.company.slug, pk])}#links")


@member("approvals.change")
@require_POST
def relink(request: Inside, pk: int, number: int) -> HttpResponse:
    """Send a contact another link, in the place of the one they have."""
    approval = found(request, pk)
    row = approval.links.filter(pk=number, contact__isnull=False).select_related("approval", "contact").first()
    if row is None:
        raise Http404
    try:
        linking.renew(link=row, by=request.actor, now=clock.now())
        tell(request, _("%(name)s receives another link. The one before opens nothing any more.") % {"name": row.name})
    except linking.LinkOver:
        tell(request, _("It was used or closed before: nothing was changed."), tone="wait")
    except Settled as error:
        tell(request, stopped(error), tone="wait")
    return back(request, f"{reverse('approval', args=[request.company.slug, pk])}#reached")


ONE = "approvals/<int:pk>/"
urls = [
    path("approvals/", listing, name="approvals"),
    path(ONE, show, name="approval"),
    path(f"{ONE}decision/", decide, name="approval-decision"),
    path(f"{ONE}remarks/", remark, name="approval-remark"),
    path(f"{ONE}remarks/<int:said>/removal/", unsay, name="approval-unsay"),
    path(f"{ONE}withdrawal/", withdraw, name="approval-withdrawal"),
    path(f"{ONE}links/", link, name="approval-link"),
    path(f"{ONE}links/<int:number>/removal/", unlink, name="approval-unlink"),
    path(f"{ONE}links/<int:number>/again/", relink, name="approval-relink"),
]
