"""The verbs that shape a post for an account: its form, its title, its fields, its first comment; what suits what it carries."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from parvis.audit.commands import record
from parvis.channels.models import Channel
from parvis.channels.queries import spec_of
from parvis.core.db import writing
from parvis.networks.facts import Form
from parvis.people.actors import Actor
from parvis.people.permissions import may
from parvis.posts.keeping import MOST_LETTERS, TooLong, keep_revision, one_line, words_of
from parvis.posts.models import Post, Variant
from parvis.posts.queries import accounts, sheets
from parvis.posts.shapes import by_part, sensible, stranded

MOST_TITLE = 300
MOST_VALUE = 5_000


@dataclass(frozen=True, slots=True)
class Shape:
    """How a post goes to one account, besides its text. `details` of None leaves what was filled in as it is."""

    form: str = ""
    title: str = ""
    comment: str = ""
    details: Mapping[str, str] | None = None

    @classmethod
    def of(cls, variant: Variant) -> Shape:
        """Return how a variant is shaped."""
        return cls(variant.form, variant.title, variant.comment, dict(variant.details))


@dataclass(frozen=True, slots=True)
class Chosen:
    """A form that Parvis chose by itself for an account; None: back to the ordinary post."""

    channel: Channel
    form: Form | None


def shape(*, variant: Variant, shape: Shape, by: Actor, now: datetime, revision: int | None = None) -> Post:
    """Give a post its form, its title, its first comment and its fields for one account; those of other forms stand among them.

    Raises NotAllowed, TooLong, Changed, and ValueError for a form that the network does not have.
    """
    post = variant.post
    may(by, "posts.write", post.company_id, on=accounts(post))
    spec = spec_of(variant.channel)
    if shape.form and spec.form(shape.form) is None and shape.form != variant.form:
        raise ValueError("no such form")
    title, comment = one_line(shape.title), _plain(shape.comment)
    known = {field.key for field in spec.fields}
    given = (
        variant.details if shape.details is None else {key: _plain(value).strip() for key, value in shape.details.items() if key in known}
    )
    if len(title) > MOST_TITLE or len(comment) > MOST_LETTERS or any(len(value) > MOST_VALUE for value in given.values()):
        raise TooLong
    details = {key: value for key, value in given.items() if value}
    with writing():
        keep_revision(post, revision, by, now)
        Variant.objects.filter(pk=variant.pk).update(form=shape.form, title=title, comment=comment, details=details)
        if shape.form != variant.form:
            record(
                "posts:variant:shaped", by=by, now=now, company_id=post.company_id, object_id=post.pk, label=post.called,
                account=variant.channel.handle, form=shape.form,
            )  # fmt: skip
        read = Post.objects.prefetch_related("variants").get(pk=post.pk)
        Post.objects.filter(pk=post.pk).update(words=words_of(read))
    return read


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def spread(*, variant: Variant, by: Actor, now: datetime) -> list[Variant]:
    """Give the other accounts of a post this one's form, title, first comment and fields, as far as their networks have them.

    Returns the variants as they were before, of those that changed.
    """
    may(by, "posts.write", variant.post.company_id, on=(variant.channel_id,))
    changed = []
    with writing():
        read = sheets(Post.objects.filter(pk=variant.post_id)).get()
        for other in read.variants.all():
            wanted = _as(variant, other)
            if other.pk != variant.pk and wanted != Shape.of(other):
                shape(variant=other, shape=wanted, by=by, now=now)
                changed.append(other)
    return changed


def _as(variant: Variant, other: Variant) -> Shape:
    spec, own = spec_of(other.channel), Shape.of(other)
    form = variant.form if not variant.form or spec.form(variant.form) else own.form
    there = spec.as_form(form)
    shared = {field.key: variant.details[field.key] for field in spec.fields if field.key in variant.details}
    return Shape(
        form=form,
        title=variant.title if there.title else own.title,
        comment=variant.comment if there.comment else own.comment,
        details={**(own.details or {}), **shared},
    )


def restore_shapes(*, post: Post, shapes: Mapping[int, Shape], revision: int, by: Actor, now: datetime) -> None:
    """Give accounts back the shapes they had (by channel). Raises NotAllowed, Changed when something was written since."""
    may(by, "posts.write", post.company_id, on=accounts(post))
    with writing():
        keep_revision(post, revision, by, now)
        for variant in sheets(Post.objects.filter(pk=post.pk)).get().variants.all():
            if variant.channel_id in shapes:
                shape(variant=variant, shape=shapes[variant.channel_id], by=by, now=now)


def suit(*, post: Post, by: Actor, now: datetime, channels: Collection[int] | None = None) -> list[Chosen]:
    """Choose the form that suits what the post carries, on accounts where it is an ordinary post (or on those named), and tell which.

    A form whose video or document was taken off becomes the ordinary post again.
    """
    may(by, "posts.write", post.company_id, on=accounts(post))
    chosen: list[Chosen] = []
    with writing():
        read = sheets(Post.objects.filter(pk=post.pk)).get()
        assets = by_part(read.pictures.all())
        for variant in read.variants.all():
            spec = spec_of(variant.channel)
            lost = stranded(spec, variant.form, assets)
            open_ = not variant.form and (channels is None or variant.channel_id in channels)
            form = sensible(spec, assets, len(variant.own)) if open_ or lost else variant.form
            if form != variant.form:
                own = Shape.of(variant)
                shape(variant=variant, shape=Shape(form, own.title, own.comment, own.details), by=by, now=now)
                chosen.append(Chosen(variant.channel, spec.form(form)))
    return chosen
