"""Screens: what a person does about the remarks of the composer: correct one, correct everything, put one aside, and undo."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from parvis.core import clock
from parvis.networks.codes import catalogue
from parvis.networks.codes.fixing import ROUNDS
from parvis.people.permissions import may
from parvis.posts import advice, commands
from parvis.posts.advice import Remark, remarks
from parvis.posts.models import Post
from parvis.posts.queries import accounts
from parvis.web import gate
from parvis.web.composing import EDIT, button, to_sheet, whole_sheet
from parvis.web.desk import hour_of
from parvis.web.htmx import tell
from parvis.web.remarks import numbered
from parvis.web.sheet import Sheet, variant_of
from parvis.web.tags import say

HANDLE = re.compile(r"([0-9]{1,18}):([0-9]{1,18}):([0-9]{1,18}):((\w{1,20}):\w{0,64})", re.ASCII)


def _read(post: Post, sheet: Sheet) -> list[Remark]:
    now = clock.now()
    return remarks(post, now=now, at=hour_of(post, sheet, now))


def _found(request: gate.Inside, post: Post, sheet: Sheet) -> Remark | None:
    """Return the remark whose button was pressed: the one of that name nearest to where it stood, for the text may have moved.

    Raises NotAllowed, and Http404 for what no page can have sent.
    """
    may(request.actor, "posts.write", post.company_id, on=accounts(post))
    handle = HANDLE.fullmatch(request.POST.get("remark", ""))
    if handle is None or handle[5] not in catalogue.BY_ID:
        raise Http404
    tab, part, start, name = int(handle[1]), int(handle[2]), int(handle[3]), handle[4]
    alike = [r for r in _read(post, sheet) if (r.tab, r.part, r.name) == (tab, part, name)]
    return min(alike, key=lambda r: abs((r.hit.span or (0, 0))[0] - start), default=None)


@button
def correct(request: gate.Inside, post: Post, sheet: Sheet) -> HttpResponse:
    """Correct what one remark is about."""
    found = _found(request, post, sheet)
    before = _texts(post)
    if found is None or not _cure(post, [found]):
        tell(request, _("The text has changed since: nothing was corrected. Here are the remarks as they stand now."), tone="wait")
        return to_sheet(request, post, sheet.tab)
    _keep(request, post, before, _("Corrected."))
    return to_sheet(request, post, sheet.tab)


@button
def correct_all(request: gate.Inside, post: Post, sheet: Sheet) -> HttpResponse:
    """Correct everything that can be, on the text that is shown."""
    may(request.actor, "posts.write", post.company_id, on=accounts(post))
    before, left = _texts(post), list[int]()
    for _round in range(ROUNDS):
        curable = [one.remark for one in numbered(_read(post, sheet), sheet.tab) if one.remark.hit.fix]
        left.append(len(curable))
        if not _cure(post, curable):
            break
    if _texts(post) != before:
        # Two corrections in one place take two rounds: counted by round, one of them would count twice.
        cured = max(1, left[0] - left[-1])
        words = ngettext("%(count)s correction made.", "%(count)s corrections made.", cured) % {"count": cured}
        _keep(request, post, before, words)
    return to_sheet(request, post, sheet.tab)


def _texts(post: Post) -> tuple[list[str], dict[str, list[str]]]:
    return deepcopy(post.parts), {str(v.channel_id): deepcopy(v.parts) for v in post.variants.all() if v.parts is not None}


def _cure(post: Post, found: Sequence[Remark]) -> bool:
    """Put the corrections into the rows in memory, and tell whether there was one."""
    cured = False
    for tab, part, text in advice.corrections(found):
        variant = variant_of(post, tab)
        texts = post.parts if variant is None else variant.parts
        if texts is not None:
            texts[part], cured = text, True
    return cured


def _keep(request: gate.Inside, post: Post, before: tuple[list[str], dict[str, list[str]]], words: str) -> None:
    try:
        revision = _write(request, post, before)
    except (commands.TooLong, commands.Changed):
        tell(request, _("Somebody changed it in the meantime. Here it is as it stands now."), tone="wait")
        return
    request.session[f"texts-{post.pk}"] = [revision, *before]
    tell(request, words, undo=reverse("compose-uncorrect", args=[request.company.slug, post.pk]))


def _write(request: gate.Inside, post: Post, before: tuple[list[str], dict[str, list[str]]]) -> int:
    """Keep the texts in memory that differ from those before, and return the revision they have."""
    by, now, revision = request.actor, clock.now(), post.revision
    shared, own = before
    if post.parts != shared:
        facts: dict[str, Any] = {"title": post.title, "language": post.language, "warning": post.warning}
        revision = commands.write(post=post, by=by, now=now, revision=revision, parts=post.parts, **facts).revision
    for variant in post.variants.all():
        if variant.parts is not None and variant.parts != own.get(str(variant.channel_id)):
            revision = commands.adapt(variant=variant, parts=variant.parts, by=by, now=now, revision=revision).revision
    return revision


@gate.member("posts.write")
@require_POST
def uncorrect(request: gate.Inside, pk: int) -> HttpResponse:
    """Bring back the texts as they were before the last correction, unless something was written since."""
    post = whole_sheet(request, pk)
    revision, shared, own = request.session.pop(f"texts-{pk}", (0, [], {}))
    if not revision:
        return to_sheet(request, post)
    before = _texts(post)
    post.parts = shared
    for variant in post.variants.all():
        if variant.parts is not None and str(variant.channel_id) in own:
            variant.parts = own[str(variant.channel_id)]
    try:
        if revision != post.revision:
            raise commands.Changed(post)
        _write(request, post, before)
    except commands.Changed:
        tell(request, _("Something was written since, so it stays as it is. Nothing was lost."), tone="wait")
    return to_sheet(request, post)


@button
def mute(request: gate.Inside, post: Post, sheet: Sheet) -> HttpResponse:
    """Put a remark aside on this post."""
    found = _found(request, post, sheet)
    if found is None or found.stops:
        tell(request, _("Somebody changed it in the meantime. Here it is as it stands now."), tone="wait")
        return to_sheet(request, post, sheet.tab)
    advice.mute(post=post, remark=found, by=request.actor, now=clock.now())
    tell(request, _("Put aside on this publication: “%(remark)s”") % {"remark": say(found.what)})
    return to_sheet(request, post, sheet.tab)


@button
def unmute(request: gate.Inside, post: Post, sheet: Sheet) -> HttpResponse:
    """Let a remark be said again."""
    advice.unmute(post=post, name=request.POST.get("remark", ""), by=request.actor, now=clock.now())
    return to_sheet(request, post, sheet.tab)


urls = [
    path(f"{EDIT}correction/", correct, name="compose-correct"),
    path(f"{EDIT}correction/all/", correct_all, name="compose-correct-all"),
    path(f"{EDIT}correction/undone/", uncorrect, name="compose-uncorrect"),
    path(f"{EDIT}remarks/aside/", mute, name="compose-mute"),
    path(f"{EDIT}remarks/again/", unmute, name="compose-unmute"),
]
