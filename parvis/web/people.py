"""Screens: a company's settings, its members."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings as house
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from parvis.core import clock
from parvis.inbox.clocks import retimed
from parvis.people import commands, invitations, queries
from parvis.people.models import Company, Invitation, MadeRole, Member, Role
from parvis.people.permissions import allowed
from parvis.web.entrance import Dressed, timezones
from parvis.web.gate import Inside, member, one, see
from parvis.web.htmx import tell

ROLES = {
    Role.OWNER: (gettext_lazy("Owner"), gettext_lazy("does everything: members, accounts and settings too")),
    Role.EDITOR: (gettext_lazy("Editor"), gettext_lazy("writes and schedules publications")),
    Role.APPROVER: (gettext_lazy("Approver"), gettext_lazy("reads everything, gives dates and decides what leaves")),
    Role.READER: (gettext_lazy("Reader"), gettext_lazy("reads everything, changes nothing")),
    Role.MADE: (gettext_lazy("Made role"), gettext_lazy("what the company put into it")),
    Role.GUEST: (gettext_lazy("On some accounts"), gettext_lazy("only what is given on single accounts")),
    Role.MANDATED: (gettext_lazy("Under a mandate"), gettext_lazy("what their mandates say, for as long as they last")),
}
FOUR = (Role.OWNER, Role.EDITOR, Role.APPROVER, Role.READER)
ROLE_CHOICES = [(role.value, ROLES[role][0]) for role in FOUR]
BEARS = gettext_lazy(
    "They work under a mandate that runs. Take it back on its page first: there you say what becomes of what is scheduled."
)
LAST_OWNER = gettext_lazy("A company keeps at least one owner. Nothing was changed: first make somebody else an owner.")


class CompanyForm(Dressed):
    """What a company is called and how it counts time."""

    name = forms.CharField(label=gettext_lazy("Name of the company"), max_length=120)
    timezone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=timezones, help_text=gettext_lazy("Every hour is shown in it."))
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=house.LANGUAGES,
        help_text=gettext_lazy("For mails and for members who have chosen no language of their own."),
    )
    late_minutes = forms.IntegerField(
        label=gettext_lazy("Late limit, in minutes"),
        min_value=5,
        max_value=10080,
        help_text=gettext_lazy(
            "After a breakdown, what is later than this waits for your yes instead of leaving by itself. "
            "At half of it, you are reminded once of what you publish by hand."
        ),
    )
    quiet_days = forms.IntegerField(
        label=gettext_lazy("Silent days"),
        min_value=1,
        max_value=365,
        help_text=gettext_lazy("When nothing has left for so many days, you are told."),
    )


class InviteForm(Dressed):
    """Whom to invite, and for what."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=ROLE_CHOICES, initial=Role.EDITOR)
    where = forms.ChoiceField(
        label=gettext_lazy("Where"), required=False, help_text=gettext_lazy("On one place only, they see nothing of the others.")
    )

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = role_choices(company)  # type: ignore[attr-defined]
        places = company.establishments.filter(removed_at=None).order_by("-main", "name").values_list("pk", "name")
        accounts = company.channels.exclude(state="closed").order_by("pk").values_list("pk", "handle")
        self.fields["where"].choices = [  # type: ignore[attr-defined]
            ("", gettext("The whole company")), *((f"e{pk}", name) for pk, name in places), *((f"c{pk}", name) for pk, name in accounts),
        ]  # fmt: skip


def role_choices(company: Company) -> list[tuple[str, Any]]:
    """Return the roles that can be given: the house's four, and those that the company made."""
    made = MadeRole.objects.filter(company=company, removed_at=None).order_by("name", "pk").values_list("pk", "name")
    return [*ROLE_CHOICES, *((f"made:{pk}", name) for pk, name in made)]


def role_named(company: Company, value: str) -> tuple[Role | None, MadeRole | None]:
    """Read a role as the forms name it; a role of the company's own is `made:` and its id."""
    if value.startswith("made:"):
        number = value.removeprefix("made:")
        good = number.isascii() and number.isdecimal() and len(number) < 19
        found = MadeRole.objects.filter(company=company, pk=int(number) if good else 0, removed_at=None).first()
        return (Role.MADE, found) if found else (None, None)
    given = {role.value: role for role in (*FOUR, Role.GUEST, Role.MANDATED)}
    return given.get(value), None


def _word(of: Member | Invitation) -> Any:
    return of.made.name if of.made else ROLES[Role(of.role)][0]


def _granted(role: Role | None, made: MadeRole | None, place: str) -> dict[str, Any]:
    kind, number = place[:1], int(place[1:])
    return {
        "role": str(role), "made": made.pk if made else None, "establishment": number if kind == "e" else None,
        "channel": number if kind == "c" else None,
    }  # fmt: skip


@member("company.read", post="company.change")
def settings(request: Inside) -> HttpResponse:
    """Show a company's settings, and change them."""
    company = request.company
    initial = {field: getattr(company, field) for field in CompanyForm.base_fields}
    form = CompanyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with retimed(company, clock.now()):
            commands.change_company(company=company, **form.cleaned_data, by=request.actor, now=clock.now())
        messages.success(request, gettext("Kept."))
        return see("settings", company.slug)
    context = {"form": form, "place": "settings", "may_change": allowed(request.actor, "company.change", company.pk)}
    return render(request, "people/settings.html", context, status=422 if form.errors else 200)


@require_POST
@member("company.change")
def agency(request: Inside) -> HttpResponse:
    """Say whether the company works for others."""
    commands.call_agency(company=request.company, agency=request.POST.get("agency") == "yes", by=request.actor, now=clock.now())
    messages.success(request, gettext("Kept."))
    return see("settings", request.company.slug)


@require_GET
@member("members.read")
def members(request: Inside) -> HttpResponse:
    """Show who belongs to the company, and who is invited."""
    return _members(request, InviteForm(company=request.company))


@require_POST
@member("members.change")
def invite(request: Inside) -> HttpResponse:
    """Invite somebody; the link stays on the page for as long as it opens."""
    form = InviteForm(request.POST, company=request.company)
    if not form.is_valid():
        return _members(request, form)
    role, of_theirs = role_named(request.company, form.cleaned_data["role"])
    place = form.cleaned_data["where"]
    grants = [_granted(role, of_theirs, place)] if place and role != Role.OWNER else []
    try:
        invitation = invitations.invite(
            company=request.company, email=form.cleaned_data["email"], role=Role.GUEST if grants else role or Role.GUEST,
            made=None if grants else of_theirs, grants=grants, by=request.actor, now=clock.now(),
        )  # fmt: skip
    except invitations.AlreadyMember:
        form.add_error("email", gettext("This person already is a member."))
        return _members(request, form)
    if invitations.mail_leaves() and invitations.post(invitation=invitation, link=link_of(invitation)):
        messages.success(request, gettext("The invitation has left for %(email)s.") % {"email": invitation.email})
    else:
        messages.warning(request, gettext("The invitation is ready, but no mail left: copy its link below and give it yourself."))
    return see("members", request.company.slug)


@require_POST
@member("members.change")
def withdraw(request: Inside, pk: int) -> HttpResponse:
    """Close an invitation."""
    invitation = one(Invitation.objects.all(), request.company, pk)
    try:
        invitations.withdraw(invitation=invitation, by=request.actor, now=clock.now())
    except invitations.InvitationOver:
        messages.warning(request, gettext("This invitation was used or withdrawn in the meantime."))
    else:
        messages.success(request, gettext("The link no longer opens anything."))
    return see("members", request.company.slug)


@require_POST
@member("members.change")
def role(request: Inside, pk: int) -> HttpResponse:
    """Give a member another role."""
    who = one(Member.objects.select_related("user"), request.company, pk)
    wanted, of_theirs = role_named(request.company, request.POST.get("role") or request.GET.get("role", ""))
    if wanted is not None:
        before = f"made:{who.made_id}" if who.made_id else who.role
        try:
            commands.change_role(member=who, role=wanted, made=of_theirs, by=request.actor, now=clock.now())
        except commands.NoSuchRole:
            messages.error(request, gettext("The company no longer has this role. Nothing was changed."))
        except commands.LastOwner:
            messages.error(request, LAST_OWNER)
        else:
            undo = f"{reverse('member_role', args=[request.company.slug, pk])}?{urlencode({'role': before})}"
            tell(request, gettext("Kept."), undo=undo if before in dict(role_choices(request.company)) else "")
    return see("members", request.company.slug)


@require_POST
@member("members.change")
def remove(request: Inside, pk: int) -> HttpResponse:
    """Take somebody's place away."""
    who = one(Member.objects.select_related("user"), request.company, pk)
    try:
        commands.remove_member(member=who, by=request.actor, now=clock.now())
    except commands.LastOwner:
        messages.error(request, LAST_OWNER)
    except commands.BearsMandate:
        messages.error(request, BEARS)
    else:
        messages.success(request, gettext("%(name)s no longer belongs to the company. What they made stays.") % {"name": who.user.called})
    return see("members", request.company.slug)


@require_POST
@member("company.leave")
def leave(request: Inside) -> HttpResponse:
    """Give up one's own place."""
    try:
        commands.leave(member=request.place, by=request.actor, now=clock.now())
    except commands.LastOwner:
        messages.error(request, LAST_OWNER)
        return see("members", request.company.slug)
    except commands.BearsMandate:
        messages.error(request, gettext("You work under a mandate that runs. Give it up on its page first."))
        return see("mandates", request.company.slug)
    messages.success(request, gettext("You have left %(company)s.") % {"company": request.company.name})
    return see("root")


def link_of(invitation: Invitation) -> str:
    """Return the whole address that an invitation's mail carries; empty when it cannot be shown again."""
    token = invitations.token_of(invitation)
    return house.PUBLIC_URL + reverse("join", args=[token]) if token else ""


def _members(request: Inside, form: InviteForm) -> HttpResponse:
    company: Company = request.company
    now = clock.now()
    may_change = allowed(request.actor, "members.change", company.pk)
    waiting = (
        [(i, link_of(i), i.expires_at <= now, i.made.name if i.made else ROLES[Role(i.role)][0]) for i in queries.open_invitations(company)]
        if may_change
        else []
    )
    context = {
        "place": "settings",
        "form": form,
        "members": [(m, _word(m)) for m in queries.members_of(company)],
        "invitations": waiting,
        "explained": [ROLES[role] for role in FOUR],
        "may_change": may_change,
        "mail_leaves": invitations.mail_leaves(),
    }
    return render(request, "people/members.html", context, status=422 if form.errors else 200)


urls = [
    path("settings/", settings, name="settings"),
    path("settings/agency/", agency, name="agency"),
    path("settings/members/", members, name="members"),
    path("settings/members/<int:pk>/role/", role, name="member_role"),
    path("settings/members/<int:pk>/remove/", remove, name="member_remove"),
    path("settings/invitations/", invite, name="invite"),
    path("settings/invitations/<int:pk>/withdraw/", withdraw, name="invitation_withdraw"),
    path("settings/leave/", leave, name="leave"),
]
