"""Screens: the way in. The first page, a company of one's own, an invitation, one's account."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from allauth.account.forms import AddEmailForm
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import split_domain_port
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language, gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from parvis.audit.queries import of_account
from parvis.audit.sentences import sentence
from parvis.channels.standing import actor_of
from parvis.core import clock
from parvis.delegation import proposing
from parvis.people import commands, invitations, queries
from parvis.people.actors import HOUSE
from parvis.people.models import User
from parvis.web.choices import next_of
from parvis.web.gate import LAST, Signed, person, see
from parvis.web.htmx import is_htmx

NEAR = (
    "Europe/Paris",
    "America/Guadeloupe",
    "America/Martinique",
    "America/Cayenne",
    "Indian/Reunion",
    "Indian/Mayotte",
    "Pacific/Noumea",
    "Pacific/Tahiti",
    "America/Miquelon",
    "Europe/Brussels",
    "Europe/Zurich",
    "Europe/Luxembourg",
)
LOOPBACK = frozenset({"127.0.0.1", "::1"})
LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
BACKEND = settings.AUTHENTICATION_BACKENDS[0]


def timezones() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the time zones to choose from, those where French is spoken first."""
    far = sorted(
        zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/")) and zone not in NEAR
    )
    return [(gettext("Close to us"), _named(NEAR)), (gettext("Everywhere"), _named(far))]


def _named(zones: Any) -> list[tuple[str, str]]:
    return [(zone, zone.replace("_", " ").replace("/", ", ")) for zone in zones]


class Dressed(forms.Form):
    """A form in our look."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "input")


class StartForm(Dressed):
    """One name makes a company; the rest is guessed and can be changed."""

    name = forms.CharField(label=gettext_lazy("Name of your company"), max_length=120)
    timezone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=timezones)
    language = forms.ChoiceField(label=gettext_lazy("Language of the company"), choices=settings.LANGUAGES)


class KeepForm(Dressed):
    """What lets a visitor come back."""

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=120, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        help_text=gettext_lazy("Ten characters or more. Three words that only you put together are easy to keep."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password(self) -> str:
        """Refuse a password that is easily guessed."""
        validate_password(self.cleaned_data["password"])
        return str(self.cleaned_data["password"])


class PersonForm(Dressed):
    """How somebody is called, and spoken to."""

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=120, required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=[("", gettext_lazy("The company’s")), *settings.LANGUAGES], required=False
    )


class NewAddress(AddEmailForm):  # type: ignore[misc]
    """The address to change to. The present one stays in force until the new one is proved."""

    def save(self, request: HttpRequest) -> EmailAddress:
        """Keep it as waiting and mail the proof; where no mail leaves, it counts at once."""
        EmailAddress.objects.filter(user=self.user, verified=False, primary=False).exclude(email=self.user.email).delete()
        address = EmailAddress.objects.create(user=self.user, email=self.cleaned_data["email"])
        if invitations.mail_leaves():
            address.send_confirmation(request)
        else:
            EmailConfirmationHMAC(address).confirm(request)
        return address


@never_cache
def root(request: HttpRequest) -> HttpResponse:
    """Lead to the company somebody was last in, to a first company, or to the sign-in page; a demonstration opens by itself."""
    if isinstance(request.user, User):
        company = queries.home_of(request.user, request.COOKIES.get(LAST, ""))
        return redirect("home", company.slug) if company else redirect("start")
    if not (settings.DEMO and on_this_machine(request)):
        return redirect("account_login")
    owner = queries.demo_owner()
    asked = is_htmx(request)
    if owner is None or settings.DEMO_BUILDING.exists():
        return HttpResponse(status=204) if asked else render(request, "home/opening.html")
    login(request, owner, BACKEND)
    return HttpResponse(headers={"HX-Redirect": reverse("root")}) if asked else redirect("root")


def on_this_machine(request: HttpRequest) -> bool:
    """Tell whether the browser runs on the machine of the server itself, with no proxy in between."""
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip"))
    return not forwarded and request.META.get("REMOTE_ADDR") in LOOPBACK and split_domain_port(request.get_host())[0] in LOCAL_NAMES


@person
def start(request: Signed) -> HttpResponse:
    """Found a company, or accept an invitation that waits."""
    guessed = {"timezone": settings.TIME_ZONE, "language": get_language() or settings.LANGUAGE_CODE}
    form = StartForm(request.POST or None, initial=guessed)
    to = next_of(request)
    if request.method == "POST" and form.is_valid():
        place = commands.create_company(**form.cleaned_data, user=request.user, by=request.actor, now=clock.now())
        # Whoever came from a proposal goes back to it, with the company that it asks for.
        return HttpResponseRedirect(to, status=303) if to else see("home", place.company.slug)
    waiting = queries.invitations_for(request.user, clock.now()) if invitations.mail_leaves() else []
    found = [(invitation, invitations.token_of(invitation)) for invitation in waiting]
    proposed = proposing.addressed_to(request.user, clock.now()) if invitations.mail_leaves() else []
    context = {
        "form": form,
        "invitations": found,
        "proposals": [(one, proposing.token_of(one)) for one in proposed],
        "first": not queries.companies_of(request.user).exists(),
        "next": to,
    }
    return render(request, "people/start.html", context, status=422 if form.errors else 200)


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Leave the demonstration for an empty company of one's own."""
    if not (settings.DEMO and on_this_machine(request)):
        raise Http404
    language = get_language() or settings.LANGUAGE_CODE
    place = commands.start_own(name=gettext("My company"), timezone=settings.TIME_ZONE, language=language, by=HOUSE, now=clock.now())
    login(request, place.user, BACKEND)
    return see("home", place.company.slug)


@person
def keep(request: Signed) -> HttpResponse:
    """Let a visitor choose an e-mail and a password, to come back to what they made."""
    if not request.user.provisional:
        return see("account")
    form = KeepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            commands.settle(user=request.user, **form.cleaned_data, by=request.actor, now=clock.now())
        except commands.AddressTaken:
            form.add_error(
                "email", gettext("Somebody already signs in with this address. Choose another one, or sign out and sign in with it.")
            )
        else:
            update_session_auth_hash(request, request.user)
            messages.success(request, gettext("Kept. From now on you sign in with this address and this password."))
            return see("root")
    return render(request, "people/keep.html", {"form": form}, status=422 if form.errors else 200)


@person
def account(request: Signed) -> HttpResponse:
    """Show and change one's own name and language, and which companies may send mail."""
    form = PersonForm(request.POST or None, initial={"name": request.user.name, "language": request.user.language})
    if request.method == "POST" and form.is_valid():
        commands.change_person(user=request.user, **form.cleaned_data, by=request.actor, now=clock.now())
        messages.success(request, gettext("Kept."))
        return see("account")
    context = {
        "form": form,
        "places": queries.places_of(request.user),
        "happened": [(entry.at, sentence(entry)) for entry in of_account(request.user.pk)],
    }
    return render(request, "people/account.html", context, status=422 if form.errors else 200)


@require_POST
@person
def mails(request: Signed, pk: int) -> HttpResponse:
    """Turn one company's mails on or off for oneself."""
    place = request.user.memberships.select_related("company", "user").filter(pk=pk).first()
    if place is None:
        raise Http404
    commands.change_mails(member=place, mails=request.POST.get("mails") == "on", by=actor_of(place, clock.now()), now=clock.now())
    messages.success(request, gettext("Kept."))
    return see("account")


urls = [
    path("", root, name="root"),
    path("start/", start, name="start"),
    path("begin/", begin, name="begin"),
    path("keep/", keep, name="keep"),
    path("me/", account, name="account"),
    path("me/mails/<int:pk>/", mails, name="mails"),
]
