"""Screens: roles that a company makes, and one member: their role, what they have on single accounts, what they may do and why."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from parvis.channels.queries import of as channels_of
from parvis.core import clock
from parvis.people import roles
from parvis.people.models import Company, Establishment, Grant, MadeRole, Member, Role
from parvis.people.permissions import allowed
from parvis.people.roles import WrongRole
from parvis.web.entrance import Dressed
from parvis.web.gate import Inside, member, one, see
from parvis.web.htmx import tell
from parvis.web.people import ROLES, role_choices, role_named
from parvis.web.tags import say
from parvis.web.verbs import explained, givable, placed_as, with_holders


class RoleForm(Dressed):
    """What a role is called; what it allows are boxes beside."""

    name = forms.CharField(label=gettext_lazy("Name of the role"), max_length=60)


# ---- made roles


@member("members.read", post="members.change")
def made(request: Inside) -> HttpResponse:
    """Show the roles that the company made, and make another."""
    if request.method != "POST":
        return _roles(request, RoleForm())
    form, verbs = RoleForm(request.POST), request.POST.getlist("verb")
    if not form.is_valid():
        return _roles(request, form, verbs=verbs)
    try:
        roles.make_role(company=request.company, name=form.cleaned_data["name"], verbs=verbs, by=request.actor, now=clock.now())
    except WrongRole as wrong:
        return _roles(request, form, verbs=verbs, wrong=say(wrong.why))
    messages.success(request, gettext("The role is made. Give it to somebody on their page."))
    return see("roles", request.company.slug)


@member("members.read", post="members.change")
def one_role(request: Inside, pk: int) -> HttpResponse:
    """Change what a role allows, for everybody who has it."""
    role = one(MadeRole.objects.filter(removed_at=None), request.company, pk)
    if request.method != "POST":
        return _roles(request, RoleForm(initial={"name": role.name}), verbs=role.verbs, editing=role)
    form, verbs = RoleForm(request.POST), request.POST.getlist("verb")
    if not form.is_valid():
        return _roles(request, form, verbs=verbs, editing=role)
    try:
        roles.change_made(made=role, name=form.cleaned_data["name"], verbs=verbs, by=request.actor, now=clock.now())
    except WrongRole as wrong:
        return _roles(request, form, verbs=verbs, editing=role, wrong=say(wrong.why))
    messages.success(request, gettext("Kept. It holds from now on for everybody who has this role."))
    return see("roles", request.company.slug)


@require_POST
@member("members.change")
def remove_role(request: Inside, pk: int) -> HttpResponse:
    """Take a role away that nobody has."""
    role = one(MadeRole.objects.all(), request.company, pk)
    try:
        roles.remove_made(made=role, by=request.actor, now=clock.now())
    except WrongRole as wrong:
        messages.error(request, say(wrong.why))
    else:
        undo = reverse("role-back", args=[request.company.slug, pk])
        tell(request, gettext("The role “%(name)s” is gone.") % {"name": role.name}, undo=undo)
    return see("roles", request.company.slug)


@require_POST
@member("members.change")
def role_back(request: Inside, pk: int) -> HttpResponse:
    """Bring a role back."""
    role = one(MadeRole.objects.all(), request.company, pk)
    try:
        roles.bring_back_made(made=role, by=request.actor, now=clock.now())
    except WrongRole as wrong:
        messages.error(request, say(wrong.why))
    else:
        messages.success(request, gettext("The role is back."))
    return see("roles", request.company.slug)


def _roles(
    request: Inside, form: RoleForm, *, verbs: list[str] | None = None, editing: MadeRole | None = None, wrong: str = ""
) -> HttpResponse:  # fmt: skip
    rows = list(with_holders(MadeRole.objects.filter(company=request.company)).order_by("name", "pk"))
    context = {
        "place": "settings", "form": form, "editing": editing, "wrong": wrong,
        "made": [role for role in rows if role.removed_at is None],
        "removed": [role for role in rows if role.removed_at is not None][:20],
        "groups": [(title, [(verb, words, verb in (verbs or [])) for verb, words in found]) for title, found in givable()],
        "may_change": allowed(request.actor, "members.change", request.company.pk),
    }  # fmt: skip
    return render(request, "people/roles.html", context, status=422 if form.errors or wrong else 200)


# ---- one member


@require_GET
@member("members.read")
def show(request: Inside, pk: int) -> HttpResponse:
    """Show one member: what they may do, where, and what that comes from."""
    who = one(Member.objects.select_related("user", "company", "made"), request.company, pk)
    rows = Grant.objects.filter(member=who).select_related("made", "establishment").order_by("pk")
    grants = list(rows) if who.granted else []
    channels = {channel.pk: channel for channel in channels_of(request.company)}
    words = {role.value: str(names[0]) for role, names in ROLES.items()}
    choices = role_choices(request.company)
    context = {
        "place": "settings", "who": who, "word": who.made.name if who.made else words[who.role],
        "grants": [(one, one.made.name if one.made else words[one.role], channels.get(one.channel_id or 0)) for one in grants],
        "groups": explained(who, words, list(channels.values()), grants, clock.now()), "roles": choices, "held": _held(who),
        "places": _places(request.company, list(channels.values())),
        "on_places": [(value, name) for value, name in choices if value != Role.OWNER],
        "may_change": allowed(request.actor, "members.change", request.company.pk), "mandates": who.role == Role.MANDATED or who.granted,
    }  # fmt: skip
    return render(request, "people/member.html", context)


def _held(who: Member) -> str:
    return f"made:{who.made_id}" if who.made_id else who.role


def _places(company: Company, channels: list[Any]) -> list[tuple[str, str]]:
    places = company.establishments.filter(removed_at=None).order_by("-main", "name")
    return [*((f"e{place.pk}", place.name) for place in places), *((f"c{channel.pk}", placed_as(channel)) for channel in channels)]


@require_POST
@member("members.change")
def grant(request: Inside, pk: int) -> HttpResponse:
    """Give a member a role on one establishment or account."""
    who = one(Member.objects.select_related("user", "company", "made"), request.company, pk)
    given = {**request.GET.dict(), **request.POST.dict()}
    role, of_theirs = role_named(request.company, given.get("role", ""))
    establishment, channel_id = placed(request.company, given.get("where", ""))
    try:
        if role is None:
            raise WrongRole(roles.NO_ROLE)
        roles.grant(
            member=who, role=role, made=of_theirs, establishment=establishment, channel_id=channel_id, by=request.actor, now=clock.now()
        )  # fmt: skip
    except WrongRole as wrong:
        messages.error(request, say(wrong.why))
    else:
        messages.success(request, gettext("Kept."))
    return see("member", request.company.slug, pk)


@require_POST
@member("members.change")
def ungrant(request: Inside, pk: int, grant: int) -> HttpResponse:
    """Take a role on one place back."""
    who = one(Member.objects.all(), request.company, pk)
    row = Grant.objects.select_related("member__user", "made", "establishment").filter(member=who, pk=grant).first()
    if row is None:
        raise Http404
    roles.ungrant(grant=row, by=request.actor, now=clock.now())
    again = {
        "role": f"made:{row.made_id}" if row.made_id else row.role,
        "where": f"e{row.establishment_id}" if row.establishment_id else f"c{row.channel_id}",
    }
    undo = f"{reverse('member-grant', args=[request.company.slug, pk])}?{urlencode(again)}"
    tell(request, gettext("Taken back. Their own role stays."), undo=undo)
    return see("member", request.company.slug, pk)


def placed(company: Company, where: str) -> tuple[Establishment | None, int | None]:
    """Read a place as the forms name it: `e` and an establishment's id, or `c` and an account's."""
    kind, number = where[:1], where[1:]
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None, None
    if kind == "e":
        return Establishment.objects.filter(company=company, pk=int(number), removed_at=None).first(), None
    return None, int(number) if kind == "c" else None


urls = [
    path("settings/roles/", made, name="roles"),
    path("settings/roles/<int:pk>/", one_role, name="role"),
    path("settings/roles/<int:pk>/remove/", remove_role, name="role-remove"),
    path("settings/roles/<int:pk>/back/", role_back, name="role-back"),
    path("settings/members/<int:pk>/", show, name="member"),
    path("settings/members/<int:pk>/grants/", grant, name="member-grant"),
    path("settings/members/<int:pk>/grants/<int:grant>/remove/", ungrant, name="member-ungrant"),
]
