"""How a change of a post is kept: its revision grows, the journal notes the spell of writing, the search finds the new words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import F

from parvis.audit.commands import record
from parvis.audit.models import Entry
from parvis.core.text import folded
from parvis.people.actors import Actor
from parvis.posts import agreed
from parvis.posts.departures import Changed
from parvis.posts.models import Post

SPELL = timedelta(minutes=10)
MOST_PARTS = 25
MOST_LETTERS = 50_000


class TooLong(Exception):
    """More parts or letters than Parvis keeps for one post (25 parts, 50 000 letters a part)."""


def keep_revision(post: Post, revision: int | None, by: Actor, now: datetime, **fields: object) -> None:
    """Raise the revision (and keep `fields`) of a post unless the stored one is another; note it in the journal once an editing spell.

    A yes that was asked for it is gone: it was to another text.
    """
    rows = Post.objects.filter(pk=post.pk, removed_at=None)
    if revision is not None:
        rows = rows.filter(revision=revision)
    if not rows.update(revision=F("revision") + 1, changed_at=now, **fields):
        raise Changed(Post.objects.get(pk=post.pk))
    agreed.crossed(post, by, now)
    spell = Entry.objects.filter(
        company_id=post.company_id, at__gt=now - SPELL, at__lte=now, verb="posts:post:written", object_id=post.pk, user_id=by.user_id
    )
    if not spell.exists():
        record("posts:post:written", by=by, now=now, company_id=post.company_id, object_id=post.pk, label=post.called)


def clean(parts: Sequence[str]) -> list[str]:
    """Return the parts with plain line ends and without NUL, which PostgreSQL cannot hold."""
    cleaned = [part.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "") for part in parts] or [""]
    if len(cleaned) > MOST_PARTS or any(len(part) > MOST_LETTERS for part in cleaned):
        raise TooLong
    return cleaned


def one_line(text: str) -> str:
    """Return a text on one line, without NUL."""
    return " ".join(text.replace("\x00", "").split())


def words_of(post: Post) -> str:
    """Return what the search finds a post by: its title and texts, with those of its accounts."""
    own = [text for v in post.variants.all() for text in (*(v.parts or []), v.title, v.comment) if text] if post.pk else []
    return folded("\n".join([post.title, *post.parts, *own]))
