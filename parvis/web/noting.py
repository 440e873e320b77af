"""Time noted under a mandate, as its page and the desk show it: the form, the days, what waits for the company's word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from parvis.core import clock
from parvis.delegation import working
from parvis.delegation.models import Bearer, Mandate, Work
from parvis.delegation.permits import today_of
from parvis.delegation.working import Spell
from parvis.people.permissions import allowed
from parvis.web.entrance import Dressed
from parvis.web.gate import Inside


class WorkForm(Dressed):
    """Some time on a day."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    hours = forms.IntegerField(label=pgettext_lazy("length of time", "Hours"), required=False, min_value=0, max_value=24)
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), required=False, min_value=0, max_value=1440)
    what = forms.CharField(label=gettext_lazy("On what"), required=False, max_length=working.MOST_WORDS)
    beyond = forms.BooleanField(
        label=gettext_lazy("Beyond what the month includes: the company is asked to agree"), required=False,
        widget=forms.CheckboxInput(attrs={"class": ""}),
    )  # fmt: skip

    def spell(self) -> Spell:
        """Return what was typed, of a form that is valid."""
        typed = self.cleaned_data
        return Spell(typed["day"], (typed["hours"] or 0) * 60 + (typed["minutes"] or 0), typed["what"], typed["beyond"])


def by_day(rows: Sequence[Work]) -> list[tuple[date, list[Work], int]]:
    """Return the days with what was noted on each, and its sum."""
    grouped = ((day, list(of)) for day, of in groupby(rows, lambda work: work.day))
    return [(day, of, sum(work.minutes for work in of)) for day, of in grouped]


def section(request: Inside, mandate: Mandate, *, owns: bool, bearers: Sequence[Bearer]) -> dict[str, Any]:
    """Return what a mandate's page shows of its time: this month's days and what waits for the company, the form for one who bears it."""
    today = today_of(request.company, clock.now())
    logs = allowed(request.actor, "work.log", request.company.pk)
    bears = any(bearer.member_id == request.place.pk for bearer in bearers)
    rows = list(working.shown(mandate, today.replace(day=1)))
    return {
        "works": by_day(rows), "agreeing": sum(work.beyond and work.agreed_at is None for work in rows) if owns else 0,
        "work_form": WorkForm(initial={"day": today}) if bears and mandate.runs(today) and logs else None,
    }  # fmt: skip
