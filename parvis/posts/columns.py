"""The columns of a file that shape a post for its accounts: its form, its first comment, its fields, what is declared of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from parvis.channels.models import Channel
from parvis.channels.queries import spec_of
from parvis.core.say import Say, gettext_noop
from parvis.core.text import folded
from parvis.networks.facts import Spec
from parvis.posts.models import Post, Variant

SHAPED = ("form", "comment", "details", "ai", "paid")
# What people write for yes, and for forms, in their own spreadsheet.
YES = frozenset({"1", "x", "oui", "yes", "o", "y", "vrai", "true"})
FORMS = {"evenement": "event", "offre": "offer", "sondage": "poll", "court": "short", "recit": "story"}


class Unreadable(Exception):
    """A cell of these columns cannot be used; `why` says it."""

    def __init__(self, why: Say) -> None:
        super().__init__(str(why))
        self.why = why


def read_shape(row: Mapping[str, str], channels: Iterable[Channel]) -> dict[str, Any]:
    """Read these columns of a line for the accounts it names. Raises Unreadable."""
    specs = [spec_of(channel) for channel in channels]
    form = _form(row.get("form", ""), specs)
    return {
        "form": form, "comment": row.get("comment", ""), "details": _details(row.get("details", ""), form, specs),
        "ai": row.get("ai", "").casefold() in YES, "paid": row.get("paid", "").casefold() in YES,
    }  # fmt: skip


def _form(typed: str, specs: list[Spec]) -> str:
    if not typed:
        return ""
    name = folded(typed.strip())
    for form in (form for spec in specs for form in spec.forms):
        if form.key in {name, FORMS.get(name)} or name == folded(form.name.text):
            return form.key
    raise Unreadable(Say(gettext_noop("None of these accounts has a form called “%(name)s”."), {"name": typed[:60]}))


def _details(typed: str, form: str, specs: list[Spec]) -> dict[str, str]:
    known = {field.key for spec in specs for field in spec.fields_of(form)}
    found = {}
    for piece in filter(None, (piece.strip() for piece in typed.replace("\n", ";").split(";"))):
        key, sign, value = piece.partition("=")
        if not sign or key.strip() not in known:
            wrong = gettext_noop("“%(name)s” is no field of these accounts: write key=value, parted by semicolons.")
            raise Unreadable(Say(wrong, {"name": piece[:60]}))
        found[key.strip()] = value.strip()
    return found


def variant_of(post: Post, channel: Channel, shape: Mapping[str, Any]) -> Variant:
    """Make the variant of a post for an account, shaped as a line says, as far as the account's network has it."""
    spec = spec_of(channel)
    form = shape["form"] if spec.form(shape["form"]) else ""
    keys = {field.key for field in spec.fields_of(form)}
    return Variant(
        post=post, channel=channel, form=form, comment=shape["comment"] if spec.as_form(form).comment else "",
        details={key: value for key, value in shape["details"].items() if key in keys and value},
    )  # fmt: skip


def written(details: Mapping[str, str]) -> str:
    """Write fields as `read_shape` reads them."""
    return "; ".join(f"{key}={' '.join(str(value).split())}" for key, value in details.items())
