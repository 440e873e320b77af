"""Screens: how a company answers. Its promise, its out-of-hours message, who says yes, how long each kind of thing is kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from parvis.core import clock
from parvis.inbox import commands
from parvis.inbox.clocks import clock_of
from parvis.inbox.commands import KINDS
from parvis.inbox.models import Promise
from parvis.people.permissions import allowed, may
from parvis.web.entrance import Dressed
from parvis.web.gate import Inside, member, see

LONGEST = 1_000


class PromiseForm(Dressed):
    """How a company answers."""

    minutes = forms.IntegerField(
        label=gettext_lazy("An answer within, in minutes"), min_value=5, max_value=20_160,
        help_text=gettext_lazy("Counted in your opening hours: 240 is four hours in which you are open."),
    )  # fmt: skip
    warn_minutes = forms.IntegerField(
        label=gettext_lazy("Warn by mail so many minutes before"), min_value=0, max_value=1_440,
        help_text=gettext_lazy("Whoever has the conversation gets one mail; if nobody has it, all who may answer. 0: no mail."),
    )  # fmt: skip
    acknowledges = forms.BooleanField(label=gettext_lazy("Answer private messages out of hours by itself"), required=False)
    acknowledgement = forms.CharField(
        label=gettext_lazy("What it says"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Sent once a day at most to one person. It counts as no answer: whoever wrote still waits for yours."),
    )  # fmt: skip
    late_answers = forms.BooleanField(
        label=gettext_lazy("Use the networks’ mark for a person who answers late"),
        required=False,
        help_text=gettext_lazy(
            "Some networks close a private conversation after a day, and let a person answer for a week with this mark."
        ),
    )
    needs_yes = forms.BooleanField(label=gettext_lazy("An answer waits for the yes of somebody who may give it"), required=False)
    keep_comment = forms.IntegerField(label=gettext_lazy("Comments, in days"), required=False, min_value=30, max_value=36_500)
    keep_mention = forms.IntegerField(label=gettext_lazy("Mentions, in days"), required=False, min_value=30, max_value=36_500)
    keep_message = forms.IntegerField(label=gettext_lazy("Private messages, in days"), required=False, min_value=30, max_value=36_500)
    keep_person = forms.IntegerField(
        label=gettext_lazy("Cards of people, in days after their last word"),
        required=False,
        min_value=30,
        max_value=36_500,
    )

    def clean(self) -> dict[str, Any]:
        """See that there is something to say out of hours."""
        typed: dict[str, Any] = super().clean() or {}
        if typed.get("acknowledges") and not typed.get("acknowledgement", "").strip():
            self.add_error("acknowledgement", gettext("Write what is sent out of hours, or leave the box above empty."))
        return typed


@require_http_methods(["GET", "HEAD", "POST"])
@member("inbox.read", post="inbox.change")
def promise(request: Inside) -> HttpResponse:
    """Show how the company answers, and change it."""
    company, sent = request.company, request.method == "POST"
    if sent:
        may(request.actor, "inbox.change", company.pk)
    said = Promise.objects.filter(company=company).first() or Promise(company=company)
    form = PromiseForm(request.POST if sent else None, initial=_initial(said))
    if sent and form.is_valid():
        facts = {name: value for name, value in form.cleaned_data.items() if not name.startswith("keep_")}
        days = {kind: value for kind in KINDS if (value := form.cleaned_data[f"keep_{kind}"])}
        commands.promise(company=company, facts={**facts, "keep_days": days}, by=request.actor, now=clock.now())
        messages.success(request, gettext("Kept. Whoever waits is promised an answer by it from now on."))
        return see("promise", company.slug)
    kept = clock_of(company)
    context = {
        "place": "settings",
        "form": form,
        "due": kept.due(clock.now()),
        "always": not any(kept.opening.week),
        "may_change": allowed(request.actor, "inbox.change", company.pk),
    }
    return render(request, "people/promise.html", context, status=422 if form.errors else 200)


def _initial(said: Promise) -> dict[str, Any]:
    facts = {name: getattr(said, name) for name in PromiseForm.base_fields if not name.startswith("keep_")}
    return facts | {f"keep_{kind}": said.keep_days.get(kind) for kind in KINDS}


urls = [path("settings/answers/", promise, name="promise")]
