"""What a person fills in for an account besides its text, held against what its network takes: title, fields, first comment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from parvis.channels.queries import spec_of
from parvis.core.say import Say, gettext_noop
from parvis.core.text import graphemes
from parvis.networks.facts import Field, Spec
from parvis.posts.found import Finding
from parvis.posts.models import Variant
from parvis.posts.shapes import Held, details_of, shaped, title_of, title_rule

LONG = gettext_noop("“%(field)s” has %(count)s characters, and %(network)s takes %(most)s at most: %(over)s too many.")


def findings(variant: Variant, held: Held, at: datetime) -> Iterator[Finding]:
    """Give what stops a variant because of what was filled in, for a departure at `at`. `held` stands on its first part."""
    spec = shaped(variant)
    yield from _title(variant, spec, held)
    yield from _comment(variant, spec)
    zone = ZoneInfo(variant.post.company.timezone)
    details = details_of(variant)
    fields = spec_of(variant.channel).fields_of(variant.form)
    for field in fields:
        for kind, what, facts in _field(field, details, fields, at.astimezone(zone).replace(tzinfo=None)):
            known = {"field": field.name, "network": spec.name, **facts}
            yield Finding(kind, Say(what, known), variant.channel)


def _title(variant: Variant, spec: Spec, held: Held) -> Iterator[Finding]:
    rule, title = title_rule(spec, held), title_of(variant)
    if rule is None:
        return
    count = rule.count(title)
    if count > rule.most:
        long = gettext_noop("The title has %(count)s characters, and %(network)s takes %(most)s at most: %(over)s too many.")
        facts: dict[str, str | int | Say] = {"count": count, "most": rule.most, "over": count - rule.most, "network": spec.name}
        yield Finding("title_long", Say(long, facts), variant.channel)
    if not title and spec.title is not None and spec.needs_title:
        none = gettext_noop("%(network)s publishes nothing without a title: write one.")
        yield Finding("title_missing", Say(none, {"network": spec.name}), variant.channel)


def _comment(variant: Variant, spec: Spec) -> Iterator[Finding]:
    text, rule = variant.comment.strip(), spec.comment
    if text and rule is None:
        none = gettext_noop("%(network)s takes no first comment here: take it out on its tab, or choose another form.")
        yield Finding("comment_none", Say(none, {"network": spec.name}), variant.channel)
    elif rule is not None and rule.count(text) > rule.most:
        count = rule.count(text)
        long = gettext_noop("The first comment has %(count)s characters, and %(network)s takes %(most)s at most: %(over)s too many.")
        over: dict[str, str | int | Say] = {"count": count, "most": rule.most, "over": count - rule.most, "network": spec.name}
        yield Finding("comment_long", Say(long, over), variant.channel)


Told = tuple[str, str, dict[str, str | int | Say]]


def _field(field: Field, details: Mapping[str, str], fields: tuple[Field, ...], at: datetime) -> Iterator[Told]:
    value = details.get(field.key, "")
    if not value:
        if field.needed:
            yield "field_missing", gettext_noop("“%(field)s” is to be filled in for %(network)s."), {}
        return
    count = graphemes(value)
    if field.most and count > field.most:
        yield "field_long", LONG, {"count": count, "most": field.most, "over": count - field.most}
    if field.kind == "address" and not _is_address(value):
        wrong = gettext_noop("“%(field)s” is not an address of the web: it begins with https://, and has no spaces.")
        yield "field_address", wrong, {}
    if field.kind == "choice" and value not in dict(field.options):
        yield "field_choice", gettext_noop("“%(field)s” is not one of the choices of %(network)s any more: choose again."), {}
    if field.kind == "moment":
        yield from _moment(field, value, details, fields, at)


def _moment(field: Field, value: str, details: Mapping[str, str], fields: tuple[Field, ...], at: datetime) -> Iterator[Told]:
    moment = wall_of(value)
    if moment is None:
        yield "field_moment", gettext_noop("“%(field)s” is not a day and an hour: choose them again."), {}
        return
    # What has begun may still be announced; what is over may not.
    if moment <= at and not any(other.after == field.key for other in fields):
        yield "field_past", gettext_noop("“%(field)s” is already past when it leaves: choose a later hour."), {}
    before = next((other for other in fields if other.key == field.after), None)
    begins = wall_of(details.get(field.after, "")) if before else None
    if before and begins and moment <= begins:
        yield "field_order", gettext_noop("“%(field)s” comes before “%(before)s”: choose a later hour."), {"before": before.name}


def wall_of(value: str) -> datetime | None:
    """Read a local moment as fields keep it, or None."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo is None else None


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "." in parts.netloc and not any(c.isspace() for c in value)
