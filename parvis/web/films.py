"""Screens: what is done with a video: the part to show, the still, the captions, and the jobs that make it fit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.http import Http404, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from parvis.core import clock
from parvis.core.say import Say
from parvis.media import captions, files, film_commands, films, intake, queries
from parvis.media.commands import Unclear
from parvis.media.models import Asset, Kind, Making
from parvis.people.models import Company
from parvis.people.permissions import allowed
from parvis.web import gate
from parvis.web.htmx import fragment, tell
from parvis.web.tags import say

LANGUAGES = ("fr", "en", "de", "es", "it", "pt", "nl", "pl", "ar", "br", "oc", "eu", "ca")
SECONDS = {"class": "input", "step": "0.1", "min": "0", "inputmode": "decimal"}


class Part(forms.Form):
    """From which second to which a video is shown."""

    start = forms.FloatField(label=gettext_lazy("From, in seconds"), min_value=0, widget=forms.NumberInput(SECONDS))
    end = forms.FloatField(label=gettext_lazy("To, in seconds"), min_value=0, widget=forms.NumberInput(SECONDS))


class Still(forms.Form):
    """The second whose frame stands for the video."""

    at = forms.FloatField(label=gettext_lazy("The frame shown at, in seconds"), min_value=0, widget=forms.NumberInput(SECONDS))


class Lines(forms.Form):
    """Captions in one language."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), widget=forms.Select({"class": "input"}))
    file = forms.FileField(label=gettext_lazy("File (.srt or .vtt)"), widget=forms.FileInput({"accept": ".srt,.vtt", "class": "input"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [(code, called(code)) for code in LANGUAGES]  # type: ignore[attr-defined]


def called(code: str) -> str:
    """Return the name of a language in itself."""
    return str(LANG_INFO.get(code, {}).get("name_local", {"oc": "occitan"}.get(code, code)))


def context(asset: Asset) -> dict[str, Any]:
    """Return what the page of a video shows besides what every asset's page does."""
    start, end = films.part(asset)
    return {
        "part": Part(initial={"start": f"{start:.1f}", "end": f"{end:.1f}"}),
        "still": Still(initial={"at": "0.0"}),
        "lines": Lines(),
        "is_cut": "cut" in asset.probed,
        "shown_seconds": films.lasts(asset),
        "spoken": [(row, called(row.language)) for row in asset.subtitles.order_by("language")],
        "cover": asset.cover,
        **jobs(asset.company, asset.pk),
        "players": asset.mime == "video/mp4" and asset.probed.get("video") in {"h264", "vp9", "av1"},
    }


def jobs(company: Company, asset_id: int | None = None) -> dict[str, Any]:
    """Return the jobs to show, of the whole company or of one video; `live` while one of them may move."""
    makings = queries.makings(company, asset_id=asset_id)
    live = any(making.state in {"waiting", "working"} for making in makings)
    return {"makings": makings, "live": live, "asked": f"?asset={asset_id}" if asset_id else ""}


def _video(request: gate.Inside, pk: int) -> Asset:
    return gate.one(queries.of(request.company).filter(kind=Kind.VIDEO), request.company, pk)


def _done(request: gate.Inside, pk: int, why: Say | None, words: str) -> HttpResponse:
    """Say what came of it, and go back to the page of the video."""
    tell(request, say(why) if why else words, tone="wrong" if why else "done")
    return gate.see("picture", request.company.slug, pk)


@gate.member("media.write")
@require_POST
def cut(request: gate.Inside, pk: int) -> HttpResponse:
    """Keep the part to show; « whole » takes the cut away."""
    asset, form = _video(request, pk), Part(request.POST)
    whole = "whole" in request.POST
    if not whole and not form.is_valid():
        return _done(request, pk, Say(films.NOT_A_TIME), "")
    start, end = (0.0, asset.seconds or 0.0) if whole else (form.cleaned_data["start"], form.cleaned_data["end"])
    try:
        film_commands.cut(asset=asset, start=start, end=end, by=request.actor, now=clock.now())
    except Unclear as error:
        return _done(request, pk, error.why, "")
    return _done(request, pk, None, _("The video is shown whole.") if whole else _("The part to show is kept."))


@gate.member("media.write")
@require_POST
def still(request: gate.Inside, pk: int) -> HttpResponse:
    """Let a frame stand for the video; « leave » gives the choice back to the networks."""
    asset, form = _video(request, pk), Still(request.POST)
    if "leave" in request.POST:
        film_commands.forget_still(asset=asset, by=request.actor, now=clock.now())
        return _done(request, pk, None, _("Each network chooses the still again."))
    if not form.is_valid():
        return _done(request, pk, Say(films.NOT_A_TIME), "")
    try:
        film_commands.choose_still(asset=asset, at=form.cleaned_data["at"], by=request.actor, now=clock.now())
    except (intake.NotTaken, files.NoRoom) as error:
        return _done(request, pk, error.why, "")
    return _done(request, pk, None, _("The still is kept."))


@gate.member("media.write")
@require_POST
def add_captions(request: gate.Inside, pk: int) -> HttpResponse:
    """Keep captions; what is wrong with them is said with its line."""
    asset, form = _video(request, pk), Lines(request.POST, request.FILES)
    if not form.is_valid():
        return _done(request, pk, Say(films.NO_CAPTIONS), "")
    file, language = form.cleaned_data["file"], form.cleaned_data["language"]
    content = file.read(captions.MOST_BYTES + 1)
    try:
        film_commands.add_captions(
            asset=asset, content=content, language=language, name=file.name, by=request.actor, now=clock.now()
        )  # fmt: skip
    except (captions.Broken, Unclear, files.NoRoom) as error:
        return _done(request, pk, error.why, "")
    return _done(request, pk, None, _("The captions are kept."))


@gate.member("media.write")
@require_POST
def remove_captions(request: gate.Inside, pk: int, language: str) -> HttpResponse:
    """Take captions off."""
    film_commands.remove_captions(asset=_video(request, pk), language=language, by=request.actor, now=clock.now())
    return _done(request, pk, None, _("The captions are taken off."))


@gate.member("media.read")
@require_safe
def read_captions(request: gate.Inside, pk: int, language: str) -> HttpResponse:
    """Give the captions as the player reads them."""
    row = _video(request, pk).subtitles.filter(language=language).first()
    if row is None or not files.exists(row.digest):
        raise Http404
    _kind, cues = captions.read(files.read(row.digest))
    headers = {"X-Content-Type-Options": "nosniff"}
    return HttpResponse(captions.write(cues, captions.VTT), content_type="text/vtt; charset=utf-8", headers=headers)


# ---- the jobs


@gate.member("media.read")
@require_safe
def makings(request: gate.Inside) -> HttpResponse:
    """Show how far the jobs are, of the whole company or of one video; asked every second while one is under way."""
    asked = request.GET.get("asset", "")
    asset_id = int(asked) if asked.isdecimal() and len(asked) < 19 else None
    told = jobs(request.company, asset_id)
    return fragment(request, "media/makings.html", {**told, "may_write": allowed(request.actor, "media.write", request.company.pk)})


@gate.member("media.write")
@require_POST
def cancel(request: gate.Inside, making: int) -> HttpResponse:
    """Stop a job."""
    row = _making(request, making)
    if films.cancel(making=row, by=request.actor, now=clock.now()):
        again = reverse("making-again", args=[request.company.slug, making])
        tell(request, _("Making “%(name)s” fit is stopped.") % {"name": row.asset.name}, undo=again)
    else:
        tell(request, _("It was over already: nothing was stopped."), tone="wait")
    return gate.see("picture", request.company.slug, row.asset_id)


@gate.member("media.write")
@require_POST
def again(request: gate.Inside, making: int) -> HttpResponse:
    """Let a job that failed or was stopped begin again."""
    row = _making(request, making)
    films.retry(making=row, by=request.actor, now=clock.now())
    return gate.see("picture", request.company.slug, row.asset_id)


def _making(request: gate.Inside, pk: int) -> Making:
    row = Making.objects.select_related("asset__company").filter(asset__company=request.company, pk=pk).first()
    if row is None:
        raise Http404
    return row


urls = [
    path("media/<int:pk>/cut/", cut, name="video-cut"),
    path("media/<int:pk>/still/", still, name="video-still"),
    path("media/<int:pk>/captions/", add_captions, name="captions"),
    path("media/<int:pk>/captions/<slug:language>/", read_captions, name="captions-file"),
    path("media/<int:pk>/captions/<slug:language>/removal/", remove_captions, name="captions-removed"),
    path("media/makings/", makings, name="makings"),
    path("media/makings/<int:making>/cancellation/", cancel, name="making-cancelled"),
    path("media/makings/<int:making>/again/", again, name="making-again"),
]
