"""What Parvis does by itself when a post gains or loses something: the form that suits it, and its files made ready for each network."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from parvis.core import clock
from parvis.posts import heavy
from parvis.posts.models import Post
from parvis.posts.queries import sheets
from parvis.posts.shaping import suit
from parvis.web import gate
from parvis.web.htmx import tell
from parvis.web.previews import warm
from parvis.web.tags import say


def suited(request: gate.Inside, post: Post, channels: Collection[int] | None = None) -> None:
    """Choose the forms that suit what the post carries now, say which, and have its files made ready."""
    for one in suit(post=post, by=request.actor, now=clock.now(), channels=channels):
        facts = {"account": one.channel.handle, "form": say(one.form.name) if one.form else ""}
        if one.form:
            words = _("%(account)s: “%(form)s” suits it, so it leaves in that form. Choose another one on its tab if you prefer.")
        else:
            words = _("%(account)s: it is an ordinary publication again.")
        tell(request, words % facts)
    prepare(request, post)


def prepare(request: gate.Inside, post: Post) -> None:
    """Make every picture as each network takes it, and have the videos made ready, so that the pages which show them only read."""
    read = sheets(Post.objects.filter(pk=post.pk)).get()
    heavy.wanted(post=read, by=request.actor, now=clock.now())
    warm(read)
