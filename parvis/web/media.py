"""Screens: the company's pictures, videos and documents, what is said of each, who agreed to appear, and the files themselves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, BinaryIO, Literal, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from parvis.channels.queries import of
from parvis.core import clock
from parvis.core.say import Say
from parvis.inbox.queries import persons
from parvis.media import addresses, commands, files, intake, queries
from parvis.media.models import Asset, Consent, Kind
from parvis.people.permissions import allowed
from parvis.posts.queries import showing
from parvis.web import films, framing, gate
from parvis.web.htmx import back, fragment, is_htmx, tell
from parvis.web.reading import today
from parvis.web.serving import serve
from parvis.web.tags import say
from parvis.web.uploads import trouble_of

FILTERS: tuple[tuple[queries.Which, Any], ...] = (
    ("all", gettext_lazy("All")),
    ("pictures", gettext_lazy("Pictures")),
    ("videos", gettext_lazy("Videos")),
    ("documents", gettext_lazy("Documents")),
    ("undescribed", gettext_lazy("Without a description")),
    ("ending", gettext_lazy("An agreement ends soon")),
    ("removed", gettext_lazy("Taken off the shelf")),
)
AREA = {"class": "input", "rows": 3}
# A file of ours runs nothing, wherever it is opened.
CLOSED = "default-src 'none'; sandbox"
DATE = {"class": "input", "type": "date"}


class Description(forms.Form):
    """What the picture shows, or a conscious "nobody needs one"."""

    alt = forms.CharField(label=gettext_lazy("Description, for whoever does not see it"), required=False, widget=forms.Textarea(AREA))
    decorative = forms.BooleanField(label=gettext_lazy("It only decorates: nobody needs a description"), required=False)


class Agreement(forms.Form):
    """Who agreed to be shown, and until when."""

    person = forms.CharField(label=gettext_lazy("Who"), max_length=120, widget=forms.TextInput({"class": "input", "autocomplete": "off"}))
    given_on = forms.DateField(label=gettext_lazy("Agreed on"), widget=forms.DateInput(DATE, format="%Y-%m-%d"))
    ends_on = forms.DateField(label=gettext_lazy("Until"), required=False, widget=forms.DateInput(DATE, format="%Y-%m-%d"))
    note = forms.CharField(
        label=gettext_lazy("Where the agreement is kept"), required=False, max_length=300, widget=forms.TextInput({"class": "input"})
    )


@dataclass(frozen=True, slots=True)
class Spoiled:
    """A file that was not taken in, and why."""

    name: str
    why: Say


@gate.member("media.read", post="media.write")
def library(request: gate.Inside) -> HttpResponse:
    """Show pictures, videos and documents, newest first; a POST takes in those that were sent, and says what was wrong with the others."""
    if request.method == "POST":
        return _sent(request)
    asked = request.GET.get("show", "all")
    which: queries.Which = next((key for key, _words in FILTERS if key == asked), "all")
    shelf = queries.shelf(request.company, which=which, after=request.GET.get("after", ""), on=today())
    more = QueryDict(mutable=True)
    more.update({"show": which, "after": shelf.next})
    context = {"place": "settings", "shelf": shelf, "which": which, "filters": FILTERS, "more": more.urlencode() if shelf.next else ""}
    if is_htmx(request) and request.GET.get("after"):
        return fragment(request, "media/tiles.html", context)
    context |= {"may_write": allowed(request.actor, "media.write", request.company.pk), **films.jobs(request.company)}
    return render(request, "media/library.html", context)


def _sent(request: gate.Inside) -> HttpResponse:
    taken, spoiled = receive(request, films=True)
    if is_htmx(request):
        return fragment(request, "media/taken.html", {"taken": taken, "spoiled": spoiled})
    tell_received(request, taken, spoiled)
    return back(request, reverse("media", args=[request.company.slug]))


def receive(request: gate.Inside, *, films: bool = False) -> tuple[list[Asset], list[Spoiled]]:
    """Take in the files of a form, each by itself: the good ones are kept, the others are named with their reason.

    Only pictures, unless `films` says that videos and documents have a place there too.
    """
    taken, spoiled = [], []
    for file in request.FILES.getlist("files"):
        name = file.name or ""
        try:
            taken.append(_take(request, file, name, films))
        except (intake.NotTaken, files.NoRoom) as error:
            spoiled.append(Spoiled(PurePath(name).name, error.why))
    return taken, spoiled


def _take(request: gate.Inside, file: UploadedFile[Any], name: str, films: bool) -> Asset:
    why = trouble_of(file)
    if why is not None:
        raise intake.NotTaken(why)
    take = commands.take if films else commands.take_in
    return take(company=request.company, file=cast(BinaryIO, file.file), name=name, by=request.actor, now=clock.now())


def tell_received(request: gate.Inside, taken: list[Asset], spoiled: list[Spoiled]) -> None:
    """Say, for the next page, what was kept and what was not."""
    if taken:
        tell(request, _("Kept: %(names)s.") % {"names": ", ".join(asset.name for asset in taken)})
    for file in spoiled:
        tell(request, _("“%(name)s” was not kept. %(why)s") % {"name": file.name, "why": say(file.why)}, tone="wrong")
    if not taken and not spoiled:
        tell(request, _("No file was chosen. Choose at least one, then send it."), tone="wait")


@gate.member("media.read", post="media.write")
def picture(request: gate.Inside, pk: int) -> HttpResponse:
    """Show one picture, video or document and what is known of it; a POST keeps its description."""
    asset = gate.one(_whole(request), request.company, pk)
    form = Description(request.POST or None, initial={"alt": asset.alt, "decorative": asset.decorative})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        commands.describe(asset=asset, alt=typed["alt"], decorative=typed["decorative"], by=request.actor, now=clock.now())
        tell(request, _("The description is kept."))
        return gate.see("picture", request.company.slug, pk)
    return _shown(request, asset, form, Agreement(initial={"given_on": today()}))


def _whole(request: gate.Inside) -> QuerySet[Asset]:
    return queries.whole(queries.of(request.company).select_related("company", "cover").prefetch_related("crops"))


def _shown(request: gate.Inside, asset: Asset, form: Description, agreement: Agreement, status: int = 200) -> HttpResponse:
    context = {
        "place": "settings",
        "asset": asset,
        "form": form,
        "agreement": agreement,
        "consents": [(consent, queries.stands(consent, today())) for consent in asset.consents.all()],
        "trouble": queries.trouble(asset, today()),
        "posts": showing(asset),
        **framing.context(asset),
        **(films.context(asset) if asset.kind == Kind.VIDEO else {}),
        "may_write": allowed(request.actor, "media.write", request.company.pk),
    }
    return render(request, "media/picture.html", context, status=status)


@gate.member("consents.write")
@require_POST
def people(request: gate.Inside, pk: int) -> HttpResponse:
    """Keep whether somebody can be recognised."""
    asset = gate.one(queries.of(request.company), request.company, pk)
    commands.say_people(asset=asset, shown=request.POST.get("shown") == "yes", by=request.actor, now=clock.now())
    return gate.see("picture", request.company.slug, pk)


@gate.member("consents.write")
@require_POST
def agree(request: gate.Inside, pk: int) -> HttpResponse:
    """Keep the agreement of a person; what is wrong with it is said beside what was typed."""
    asset = gate.one(_whole(request), request.company, pk)
    agreement = Agreement(request.POST)
    if agreement.is_valid():
        try:
            commands.note_consent(asset=asset, **agreement.cleaned_data, by=request.actor, now=clock.now())
            return gate.see("picture", request.company.slug, pk)
        except commands.Unclear as error:
            agreement.add_error(None, say(error.why))
    form = Description(initial={"alt": asset.alt, "decorative": asset.decorative})
    return _shown(request, asset, form, agreement, status=422)


@gate.member("consents.write")
@require_POST
def withdraw(request: gate.Inside, pk: int, consent: int) -> HttpResponse:
    """Note that somebody took their agreement back."""
    row = _consent(request, pk, consent)
    commands.withdraw_consent(consent=row, on=today(), by=request.actor, now=clock.now())
    undo = reverse("consent-reinstated", args=[request.company.slug, pk, consent])
    tell(request, _("The agreement of %(person)s is taken back.") % {"person": row.person}, undo=undo)
    return gate.see("picture", request.company.slug, pk)


@gate.member("consents.write")
@require_POST
def reinstate(request: gate.Inside, pk: int, consent: int) -> HttpResponse:
    """Undo a withdrawal."""
    commands.reinstate_consent(consent=_consent(request, pk, consent), by=request.actor, now=clock.now())
    return gate.see("picture", request.company.slug, pk)


def _consent(request: gate.Inside, pk: int, consent: int) -> Consent:
    row = Consent.objects.select_related("asset").filter(asset__company=request.company, asset_id=pk, pk=consent).first()
    if row is None:
        raise Http404
    return row


@gate.member("media.write")
@require_POST
def remove(request: gate.Inside, pk: int) -> HttpResponse:
    """Take the picture off the shelf, unless a post that waits to leave shows it."""
    asset = gate.one(queries.of(request.company), request.company, pk)
    waiting = [post for post in showing(asset) if post.scheduled]
    if waiting:
        words = _("“%(post)s” is scheduled with this picture. Take the picture off it first.") % {"post": waiting[0].called}
        tell(request, words, tone="wrong")
        return gate.see("picture", request.company.slug, pk)
    commands.remove(asset=asset, by=request.actor, now=clock.now())
    undo = reverse("picture-restored", args=[request.company.slug, pk])
    tell(request, _("“%(name)s” is off the shelf.") % {"name": asset.name}, undo=undo)
    return gate.see("media", request.company.slug)


@gate.member("media.write")
@require_POST
def restore(request: gate.Inside, pk: int) -> HttpResponse:
    """Put a removed picture back."""
    asset = gate.one(queries.of(request.company), request.company, pk)
    commands.restore(asset=asset, by=request.actor, now=clock.now())
    return gate.see("picture", request.company.slug, pk)


@gate.member("media.read|inbox.read|channels.read")
@require_safe
def file(request: gate.Inside, digest: str, size: Literal["small", "screen", "full"] = "full") -> HttpResponse:
    """Serve a file of this company. Its name is its content, so a browser may keep it for ever; nobody else's may."""
    shelf = allowed(request.actor, "media.read", request.company.pk)
    found = (queries.served(request.company, digest, size) if shelf else None) or _avatar(request, digest)
    if found is None or not files.exists(found.digest):
        raise Http404
    headers = {"Cache-Control": "private, max-age=31536000, immutable", "Content-Security-Policy": CLOSED}
    return cast(HttpResponse, serve(request, files.path(found.digest), found.mime, found.digest, headers))


@require_safe
def public(request: HttpRequest, token: str) -> HttpResponseBase:
    """Give a file to whoever holds its signed address: a network that fetches what it publishes has no session here."""
    try:
        digest, mime = addresses.opened(token, clock.now())
        return serve(request, files.path(digest), mime, digest, {"Cache-Control": "public, max-age=300", "Content-Security-Policy": CLOSED})
    except addresses.NotOpen as error:
        return HttpResponse(status=410 if error.over else 404, content_type="text/plain")
    except (files.Missing, FileNotFoundError):
        return HttpResponse(status=404, content_type="text/plain")


def _avatar(request: gate.Inside, digest: str) -> queries.Served | None:
    shown = any(rows.filter(avatar=digest).exists() for rows in (of(request.company), persons(request.company)))
    if not shown or not files.exists(digest):
        return None
    with files.path(digest).open("rb") as kept:
        mime = intake.kind(kept)
    return queries.Served(digest, mime) if mime else None


urls = [
    path("media/", library, name="media"),
    path("media/<int:pk>/", picture, name="picture"),
    path("media/<int:pk>/people/", people, name="picture-people"),
    path("media/<int:pk>/agreements/", agree, name="picture-agreements"),
    path("media/<int:pk>/agreements/<int:consent>/withdrawal/", withdraw, name="consent-withdrawn"),
    path("media/<int:pk>/agreements/<int:consent>/reinstatement/", reinstate, name="consent-reinstated"),
    path("media/<int:pk>/removal/", remove, name="picture-removed"),
    path("media/<int:pk>/restoration/", restore, name="picture-restored"),
    path("media/<slug:digest>/small/", file, {"size": "small"}, name="file-small"),
    path("media/<slug:digest>/screen/", file, {"size": "screen"}, name="file-screen"),
    path("media/<slug:digest>/full/", file, name="file"),
]

outside = [path("m/<str:token>", public, name="public-file")]
