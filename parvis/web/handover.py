"""Screens: the handover list at both ends of a mandate, made of its accounts and of what their networks' guides say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from parvis.channels.models import Channel
from parvis.channels.queries import facts_of_key
from parvis.core import clock
from parvis.delegation import handing_over
from parvis.delegation.handing_over import END, START, Line, NoSuchLine
from parvis.networks.facts import Fact, Handing
from parvis.networks.known import handing
from parvis.people.models import Invitation
from parvis.web.gate import Inside, member, see
from parvis.web.mandates import found
from parvis.web.tags import say

ROLE = gettext_lazy("No role on the network itself is needed: Parvis works through the company’s own authorisation. "
                    "If one is given all the same, it is the lowest that is enough, never the owner’s.")  # fmt: skip
BY_HAND = gettext_lazy("This account is published by hand: whoever publishes signs in to the network itself, and needs a way in there.")
# Which fact of a network each line of the list is about.
FACT_OF = {"owner": "owner", "role": "role", "recovery": "recovery", "factor": "factor", "role_back": "role"}
WORDS: dict[str, tuple[Any, Any]] = {
    "owner": (
        gettext_lazy("The account belongs to the company"),
        gettext_lazy("It was opened with an address of the company, and an owner of the company can sign in to it."),
    ),
    "role": (gettext_lazy("The professional’s role on the network"), ROLE),
    "recovery": (
        gettext_lazy("The recovery address and telephone are the company’s"),
        gettext_lazy("Whoever holds them can take the account back, or keep it."),
    ),
    "factor": (
        gettext_lazy("A second factor protects it, and the company holds it"),
        gettext_lazy("The recovery codes are kept where the company finds them."),
    ),
    "passwords": (
        gettext_lazy("No password was given"),
        gettext_lazy("The professional signs in to Parvis with an account of their own. A password that was given earlier is changed now."),
    ),
    "people": (
        gettext_lazy("Who works under the mandate is who should"),
        gettext_lazy("Compare with the people on the mandate’s page and the invitations below."),
    ),
    "sources": (
        gettext_lazy("Where pictures and texts come from is agreed"),
        gettext_lazy("Who takes the pictures, who agreed to be shown, what may be used again."),
    ),
    "role_back": (
        gettext_lazy("Any role on the network itself is taken back"),
        gettext_lazy("Look at the people of the account on the network: nobody of the professional’s is among them any more."),
    ),
    "keys": (gettext_lazy("What gave access is revoked"), ""),
    "files": (
        gettext_lazy("The originals are given back"),
        gettext_lazy("Pictures, videos and documents in full size, with the consents of those who can be recognised."),
    ),
    "export": (
        gettext_lazy("Everything was taken out"),
        gettext_lazy("The company takes everything, the professional their own work: the button stands on the mandate’s page."),
    ),
    "settled": (gettext_lazy("The last hours and publications are settled"), gettext_lazy("What is owed is written down by both.")),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One line as people read it."""

    line: Line
    words: str
    help: str
    at: str = ""
    fact: Fact | None = None


@require_GET
@member
def show(request: Inside, pk: int, end: str) -> HttpResponse:
    """Show a list, account by account, with who ticked what and their word."""
    mandate, side = found(request, pk)
    lines = handing_over.lines(mandate, end)
    channels = Channel.objects.in_bulk([int(channel) for channel in mandate.accounts])
    groups = [(channels.get(int(pk)), [shown(line, channels.get(int(pk))) for line in lines if line.channel_id == int(pk)])
              for pk in mandate.accounts]  # fmt: skip
    context = {
        "place": "settings", "mandate": mandate, "side": side, "end": end, "groups": groups,
        "others": [shown(line, None) for line in lines if not line.channel_id],
        "done": sum(line.ticked is not None for line in lines), "of": len(lines),
        "invitations": Invitation.objects.filter(mandate_id=mandate.pk).order_by("-created_at")[:20],
    }  # fmt: skip
    return render(request, "mandates/handover.html", context)


def shown(line: Line, channel: Channel | None) -> Shown:
    """Put a line into words, with what its network says of it."""
    words, told = WORDS[line.key]
    if channel is None:
        return Shown(line, str(words), str(told))
    if line.key == "keys":
        return _keys(line, channel)
    there = handing(channel.network)
    fact = getattr(there, FACT_OF[line.key]) if there else None
    if line.key == "role":
        told = BY_HAND if channel.by_hand else ROLE
    elif fact is not None and line.key != "role_back":
        told = ""
    return Shown(line, str(words), " ".join(part for part in (str(told), say(fact.value) if fact else "") if part), _at(line, there), fact)


def _at(line: Line, there: Handing | None) -> str:
    return there.at if there and line.key in {"role", "role_back"} else ""


def _keys(line: Line, channel: Channel) -> Shown:
    words = str(WORDS["keys"][0])
    spec = facts_of_key(channel.network, channel.name)
    if channel.by_hand:
        return Shown(line, words, _("This account is published by hand: change its password if the professional ever had it."))
    guide = getattr(spec, "guide", None)
    told = _("The professional never had a key: Parvis keeps them for the company. If it was the professional who connected this account, "
             "connect it again as the company, then take the old authorisation back on %(network)s.")  # fmt: skip
    return Shown(line, words, told % {"network": spec.name}, guide.at if guide else "")


@require_POST
@member
def mark(request: Inside, pk: int, end: str) -> HttpResponse:
    """Tick a line, or take the tick back."""
    mandate, _side = found(request, pk)
    typed = request.POST.get("account", "0")
    line = {
        "mandate": mandate, "end": end, "key": request.POST.get("key", ""),
        "channel_id": int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else -1,
    }  # fmt: skip
    try:
        _marked(request, line)
    except NoSuchLine as error:
        raise Http404 from error
    return see(f"handover-{end}", request.company.slug, pk)


def _marked(request: Inside, line: dict[str, Any]) -> None:
    if request.POST.get("done") == "no":
        handing_over.untick(**line, by=request.actor, now=clock.now())
    else:
        handing_over.tick(**line, words=request.POST.get("words", ""), by=request.actor, now=clock.now())


urls = [
    path("settings/mandates/<int:pk>/handover/start/", show, {"end": START}, name="handover-start"),
    path("settings/mandates/<int:pk>/handover/end/", show, {"end": END}, name="handover-end"),
    path("settings/mandates/<int:pk>/handover/start/mark/", mark, {"end": START}, name="handover-start-mark"),
    path("settings/mandates/<int:pk>/handover/end/mark/", mark, {"end": END}, name="handover-end-mark"),
]
