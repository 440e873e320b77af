"""Forms, titles, fields, first comments, videos and documents: what leaves is what was chosen, and what cannot leave says its cure."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest

from parvis.audit.models import Entry
from parvis.core.say import Say
from parvis.media.models import Asset
from parvis.networks.facts import COMMENT, Parcel
from parvis.posts import commands as posts
from parvis.posts.agenda import shelf
from parvis.posts.checks import findings
from parvis.posts.exporting import export_csv, export_json
from parvis.posts.importing import confirm_csv, import_csv
from parvis.posts.models import Post, Variant
from parvis.posts.parcels import parcels
from parvis.posts.queries import whole
from parvis.posts.shapes import COMMENT_PART
from parvis.posts.shaping import Shape, restore_shapes, shape, spread, suit
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from tests.rooms.bakery import TOMORROW, channel, deliveries, idea, picture, stand
from tests.rooms.square import account, booklet, film, place, square
from tests.world import NOON, World

__all__ = ["square"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("square")]


def form(world: World, post: Post, key: str = "", *, network: str = "", title: str = "", comment: str = "", **details: str) -> Variant:
    chosen = {"channel__network": network} if network else {}
    variant = Variant.objects.select_related("post__company", "channel").get(post=post, **chosen)
    shape(variant=variant, shape=Shape(key, title, comment, details or None), by=world.actor(world.bob), now=NOON)
    return Variant.objects.select_related("post__company", "channel").get(pk=variant.pk)


def kinds(post: Post, **more: Any) -> list[str]:
    return [f.kind for f in findings(whole(post.pk), now=NOON, **more)]


def sealed(post: Post) -> list[Parcel]:
    return [parcel for variant in whole(post.pk).variants.all() for parcel in parcels(variant)]


def only(world: World, key: str, *assets: Asset, text: str = "Le pain", title: str = "") -> Post:
    account(world, key)
    post = idea(world, text, title=title)
    place(post, *assets)
    return post


# ---- what leaves


def test_what_was_chosen_and_declared_leaves_with_the_text(world: World) -> None:
    post = only(world, "local", picture(world), title="Fête du pain")
    posts.write(
        post=post, by=world.actor(world.bob), now=NOON, revision=post.revision, title="Fête du pain", parts=["Venez"], language="fr",
        warning="", ai=True, paid=True,
    )  # fmt: skip
    form(world, post, "event", starts="2026-12-20T10:00", ends="2026-12-20T18:00", to="https://lenoir.example")
    [parcel] = sealed(post)
    assert (parcel.form, parcel.title, parcel.ai, parcel.paid) == ("event", "Fête du pain", True, True)
    assert parcel.details == {"starts": "2026-12-20T10:00", "ends": "2026-12-20T18:00", "to": "https://lenoir.example"}
    assert Parcel.from_json(parcel.to_json()) == parcel
    assert kinds(post, at=TOMORROW) == []


def test_the_accounts_own_title_goes_before_the_posts_and_only_where_the_form_has_one(world: World) -> None:
    post = only(world, "local", picture(world), title="Fête du pain")
    assert sealed(post)[0].title == ""
    form(world, post, "event", title="Fête à la boulangerie", starts="2026-12-20T10:00", ends="2026-12-20T18:00")
    assert sealed(post)[0].title == "Fête à la boulangerie"


def test_a_choice_that_nobody_made_is_the_usual_one(world: World) -> None:
    assert sealed(only(world, "watch", film(world), title="Le four"))[0].details == {"privacy": "public"}


def test_fields_of_another_form_are_kept_and_do_not_leave(world: World) -> None:
    post = only(world, "local")
    form(world, post, "event", starts="2026-12-20T10:00", ends="2026-12-20T18:00")
    variant = form(world, post, "")
    assert variant.details["starts"] == "2026-12-20T10:00"
    assert sealed(post)[0].details == {}
    assert form(world, post, "event", ends="2026-12-20T18:00", starts=" ", unknown="x").details == {"ends": "2026-12-20T18:00"}


def test_a_form_without_words_sends_none_and_says_a_warning_that_it_cannot_carry(world: World) -> None:
    post = only(world, "gallery", picture(world))
    form(world, post, "story")
    Post.objects.filter(pk=post.pk).update(warning="Alcool")
    [parcel] = sealed(post)
    assert (parcel.text, parcel.warning, parcel.form, len(parcel.pictures)) == ("", "", "story", 1)
    assert kinds(post) == ["warning_lost"]


def test_a_video_and_a_document_leave_as_such_and_a_document_has_a_title(world: World) -> None:
    post = only(world, "gallery", film(world))
    assert sealed(post)[0].video is not None
    account(world, "pages")
    other = idea(world, "La carte")
    place(other, booklet(world))
    posts.choose_channels(
        post=other, channels=[v.channel_id for v in other.variants.filter(channel__network="pages")], by=world.actor(world.bob), now=NOON
    )
    [parcel] = sealed(other)
    assert parcel.document is not None
    assert (parcel.document.title, parcel.document.pages) == ("carte-de-noel", 4)
    form(world, other, title="Nos bûches de Noël")
    document = sealed(other)[0].document
    assert document is not None
    assert document.title == "Nos bûches de Noël"


# ---- what stops a departure


def test_a_network_that_needs_a_medium_says_so(world: World) -> None:
    assert kinds(only(world, "gallery")) == ["needs_medium"]
    assert kinds(only(world, "watch", title="Le four")) == ["needs_medium", "needs_video"]


def test_a_form_says_what_it_needs_by_its_own_name(world: World) -> None:
    post = only(world, "gallery", picture(world))
    form(world, post, "reel")
    found = findings(whole(post.pk), now=NOON)
    assert [f.kind for f in found] == ["needs_video", "many"]
    assert str(found[0].what) == "Vitrine: “Reel” needs a video. Add one, or choose another form."
    assert Say.from_json(found[0].what.to_json()) == found[0].what


@pytest.mark.parametrize(
    ("key", "more", "found"),
    [
        ("", {"seconds": 899.0, "width": 1920, "height": 1080}, []),
        ("", {"seconds": 901.0}, ["video_long"]),
        ("", {"seconds": 2.0}, ["video_brief"]),
        ("reel", {"seconds": 60.0}, []),
        ("reel", {"seconds": 91.0}, ["video_long"]),
    ],
)
def test_a_video_is_held_against_the_limits_of_the_chosen_form(world: World, key: str, more: dict[str, Any], found: list[str]) -> None:
    post = only(world, "gallery", film(world, **more))
    form(world, post, key)
    assert kinds(post) == found


def test_kinds_that_do_not_go_together_are_told(world: World) -> None:
    assert kinds(only(world, "gallery", film(world), picture(world))) == ["mixed"]


def test_what_a_network_does_not_take_is_told_with_its_name(world: World) -> None:
    post = only(world, "local", film(world), booklet(world))
    assert kinds(post) == ["video_none", "document_none"]
    two = only(world, "gallery", film(world, "a.mp4"), film(world, "b.mp4"))
    assert "videos_many" in kinds(two)


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"pages": 300}, []),
        ({"pages": 301}, ["document_long"]),
        ({"size": 100_000_001}, ["document_heavy"]),
        ({"mime": "application/msword"}, ["document_kind"]),
    ],
)
def test_a_document_is_held_against_its_limits(world: World, more: dict[str, Any], found: list[str]) -> None:
    assert kinds(only(world, "pages", booklet(world, **more))) == found


def test_a_title_that_is_needed_or_too_long_stops_it(world: World) -> None:
    assert kinds(only(world, "watch", film(world))) == ["title_missing"]
    post = only(world, "pages", booklet(world, "autre.pdf"))
    posts.choose_channels(
        post=post, channels=[v.channel_id for v in post.variants.filter(channel__network="pages")], by=world.actor(world.bob), now=NOON
    )
    form(world, post, title="x" * 41)
    assert kinds(post) == ["title_long"]


@pytest.mark.parametrize(
    ("details", "found"),
    [
        ({}, ["field_missing", "field_missing"]),
        ({"starts": "2026-12-01T10:00", "ends": "2026-12-20T18:00"}, []),
        ({"starts": "2026-12-01T10:00", "ends": "2026-12-02T18:00"}, ["field_past"]),
        ({"starts": "2026-12-20T10:00", "ends": "2026-12-20T09:00"}, ["field_order"]),
        ({"starts": "demain", "ends": "2026-12-20T09:00"}, ["field_moment"]),
        ({"starts": "2026-12-01T10:00", "ends": "2026-12-20T18:00", "to": "lenoir.example"}, ["field_address"]),
        ({"starts": "2026-12-01T10:00", "ends": "2026-12-20T18:00", "to": f"https://{'x' * 60}.fr"}, ["field_long"]),
        ({"starts": "2026-12-01T10:00", "ends": "2026-12-20T18:00", "button": "order"}, ["field_choice"]),
    ],
)
def test_fields_are_held_against_what_the_network_takes(world: World, details: dict[str, str], found: list[str]) -> None:
    post = only(world, "local", title="Fête")
    form(world, post, "event", **details)
    assert kinds(post, at=TOMORROW) == found


def test_a_form_has_one_part(world: World) -> None:
    account(world, "local")
    post = idea(world, "un", "deux")
    form(world, post, "event", title="Fête", starts="2026-12-20T10:00", ends="2026-12-20T18:00")
    assert kinds(post) == ["thread"]


def test_a_first_comment_is_held_against_its_own_limit_and_told_where_there_is_none(world: World) -> None:
    post = only(world, "gallery", picture(world))
    form(world, post, comment="x" * 101)
    assert kinds(post) == ["comment_long"]
    form(world, post, "story", comment="Merci")
    assert kinds(post) == ["comment_none"]


def test_a_description_is_not_too_long_where_none_is_taken(world: World, settings: Any) -> None:
    post = only(world, "gallery", picture(world, alt="x" * 1000))
    assert kinds(post) == []


def test_an_unknown_form_is_refused_and_one_that_is_gone_is_told(world: World) -> None:
    post = only(world, "gallery", picture(world))
    with pytest.raises(ValueError, match="no such form"):
        form(world, post, "carousel")
    Variant.objects.filter(post=post).update(form="carousel")
    assert kinds(post) == ["form_gone"]


# ---- the first comment leaves by itself, after the first part


def with_comment(world: World, *parts: str) -> Post:
    account(world, "talk")
    post = idea(world, *parts)
    form(world, post, comment="L’adresse : https://lenoir.example")
    posts.schedule(post=post, at=TOMORROW, by=world.actor(world.alice), now=NOON)
    post.refresh_from_db()
    return post


def test_the_first_comment_is_a_departure_that_follows_the_first_part(world: World) -> None:
    first, second, comment = deliveries(with_comment(world, "un", "deux"))
    assert (second.after_id, comment.after_id) == (first.pk, first.pk)
    assert comment.parcel["form"] == COMMENT
    assert comment.parcel["text"] == "L’adresse : https://lenoir.example"


def test_a_part_that_is_added_never_takes_the_place_of_the_comment(world: World) -> None:
    post = with_comment(world, "un")
    first, comment = deliveries(post)
    stand(first, State.SENT, remote_id="1")
    stand(comment, State.SENT, remote_id="2")
    posts.write(
        post=post, by=world.actor(world.bob), now=NOON, revision=post.revision, title="", parts=["un", "deux"], language="fr", warning=""
    )
    outcome = posts.update(post=post, by=world.actor(world.alice), now=NOON)
    assert [d.parcel["text"] for d in outcome.done] == ["deux"]
    assert not outcome.too_late


def test_a_changed_comment_is_sealed_anew_and_one_taken_out_is_cancelled(world: World) -> None:
    post = with_comment(world, "un")
    form(world, post, comment="Autre chose")
    posts.update(post=post, by=world.actor(world.alice), now=NOON)
    assert deliveries(post)[1].parcel["text"] == "Autre chose"
    form(world, post, comment="")
    posts.update(post=post, by=world.actor(world.alice), now=NOON)
    assert [d.state for d in deliveries(post)] == [State.SCHEDULED, State.CANCELLED]
    form(world, post, comment="Finalement si")
    posts.update(post=post, by=world.actor(world.alice), now=NOON)
    assert [d.state for d in deliveries(post)] == [State.SCHEDULED, State.CANCELLED, State.SCHEDULED]
    assert deliveries(post)[2].after_id == deliveries(post)[0].pk


def test_the_comment_moves_and_is_taken_back_with_its_post(world: World) -> None:
    post = with_comment(world, "un")
    posts.move(post=post, at=TOMORROW + timedelta(hours=2), by=world.actor(world.alice), now=NOON)
    assert {d.due_at for d in deliveries(post)} == {TOMORROW + timedelta(hours=2)}
    posts.unschedule(post=post, by=world.actor(world.alice), now=NOON)
    assert {d.state for d in deliveries(post)} == {State.CANCELLED}


def test_a_refused_comment_is_mended_alone_and_one_behind_a_refused_part_comes_again(world: World) -> None:
    post = with_comment(world, "un", "deux")
    first, second, comment = deliveries(post)
    stand(first, State.SENT, remote_id="1")
    stand(second, State.SENT, remote_id="2")
    stand(comment, State.REFUSED)
    outcome = posts.mend(post=post, by=world.actor(world.alice), now=NOON)
    assert [(d.parcel["form"], d.after_id) for d in outcome.done] == [(COMMENT, first.pk)]
    other = idea(world, "Encore")
    form(world, other, comment="Merci")
    posts.schedule(post=other, at=TOMORROW, by=world.actor(world.alice), now=NOON)
    part, behind = deliveries(other)
    stand(part, State.REFUSED)
    stand(behind, State.CANCELLED)
    outcome = posts.mend(post=other, by=world.actor(world.alice), now=NOON)
    assert [d.parcel.get("form", "") for d in outcome.done] == ["", COMMENT]
    assert outcome.done[1].after_id == outcome.done[0].pk


def test_a_comment_written_after_the_post_has_left_follows_it(world: World) -> None:
    account(world, "talk")
    post = idea(world, "un")
    posts.schedule(post=post, at=TOMORROW, by=world.actor(world.alice), now=NOON)
    [first] = deliveries(post)
    stand(first, State.SENT, remote_id="1")
    form(world, post, comment="Merci à tous")
    posts.update(post=Post.objects.get(pk=post.pk), by=world.actor(world.alice), now=NOON)
    comment = Delivery.objects.get(departure__part=COMMENT_PART)
    assert (comment.after_id, comment.parcel["text"]) == (first.pk, "Merci à tous")


# ---- forms that suit, and the same for all


def chosen(post: Post) -> dict[str, str]:
    return dict(Variant.objects.filter(post=post).values_list("channel__network", "form"))


def test_a_short_upright_video_becomes_the_short_form_and_comes_back_when_it_is_taken_off(world: World) -> None:
    account(world, "talk")
    post = only(world, "gallery")
    placed = posts.place_picture(post=post, asset=film(world), by=world.actor(world.bob), now=NOON)
    told = suit(post=post, by=world.actor(world.bob), now=NOON)
    assert chosen(post) == {"talk": "", "gallery": "reel"}
    assert [(one.channel.network, one.form and one.form.key) for one in told] == [("gallery", "reel")]
    posts.take_picture_off(picture=placed, by=world.actor(world.bob), now=NOON)
    suit(post=post, by=world.actor(world.bob), now=NOON, channels=[])
    assert chosen(post)["gallery"] == ""


@pytest.mark.parametrize("more", [{"width": 1920, "height": 1080}, {"seconds": 91.0}, {"seconds": 2.0}, {"width": 1900, "height": 1920}])
def test_a_video_that_is_wide_long_or_brief_stays_an_ordinary_post(world: World, more: dict[str, Any]) -> None:
    post = only(world, "gallery", film(world, **more))
    assert suit(post=post, by=world.actor(world.bob), now=NOON) == []


def test_a_form_that_a_person_chose_is_left_alone(world: World) -> None:
    post = only(world, "gallery", film(world))
    form(world, post, "story")
    assert suit(post=post, by=world.actor(world.bob), now=NOON) == []
    assert chosen(post)["gallery"] == "story"


def test_the_same_for_all_goes_as_far_as_each_network_can_and_can_be_undone(world: World) -> None:
    account(world, "talk")
    account(world, "local")
    post = only(world, "gallery", picture(world))
    kept = form(world, post, network="local", button="book")
    variant = form(world, post, "story", network="gallery", comment="")
    shape(variant=variant, shape=Shape("story", "", "Merci"), by=world.actor(world.bob), now=NOON)
    before = spread(variant=Variant.objects.get(pk=variant.pk), by=world.actor(world.bob), now=NOON)
    assert chosen(post) == {"talk": "", "local": "", "gallery": "story"}
    assert dict(post.variants.values_list("channel__network", "comment"))["talk"] == "Merci"
    assert Variant.objects.get(pk=kept.pk).details == {"button": "book"}
    post.refresh_from_db()
    shapes = {v.channel_id: Shape.of(v) for v in before}
    restore_shapes(post=post, shapes=shapes, revision=post.revision, by=world.actor(world.bob), now=NOON)
    assert dict(post.variants.values_list("channel__network", "comment"))["talk"] == ""
    with pytest.raises(posts.Changed):
        restore_shapes(post=post, shapes=shapes, revision=post.revision, by=world.actor(world.bob), now=NOON)


def test_shaping_raises_the_revision_is_found_by_the_search_and_noted(world: World) -> None:
    post = only(world, "gallery", picture(world))
    form(world, post, "story", comment="Châtaigne")
    stored = Post.objects.get(pk=post.pk)
    assert stored.revision == post.revision + 1
    assert "chataigne" in stored.words
    entry = Entry.objects.get(verb="posts:variant:shaped")
    assert entry.facts == {"account": "lenoir.gallery", "form": "story"}
    variant = Variant.objects.get(post=post)
    with pytest.raises(posts.Changed):
        shape(variant=variant, shape=Shape("reel"), by=world.actor(world.bob), now=NOON, revision=post.revision)
    with pytest.raises(posts.TooLong):
        shape(variant=variant, shape=Shape(title="x" * 301), by=world.actor(world.bob), now=NOON)


def test_declaring_is_kept_and_noted_once(world: World) -> None:
    channel(world)
    post = idea(world, "Le pain")
    same: dict[str, Any] = {"title": "", "parts": ["Le pain"], "language": "fr", "warning": ""}
    bob = world.actor(world.bob)
    post = posts.write(post=post, by=bob, now=NOON, revision=post.revision, ai=True, paid=False, **same)
    post = posts.write(post=post, by=bob, now=NOON, revision=post.revision, **same)
    assert (post.ai, post.paid) == (True, False)
    assert Entry.objects.get(verb="posts:post:declared").facts == {"ai": True, "paid": False}


def test_a_copy_has_all_of_it(world: World) -> None:
    post = only(world, "local", picture(world), title="Fête")
    form(world, post, "event", title="Fête du pain", starts="2026-12-20T10:00", ends="2026-12-20T18:00")
    Post.objects.filter(pk=post.pk).update(ai=True)
    copy = posts.duplicate(post=post, by=world.actor(world.bob), now=NOON)
    mine, theirs = post.variants.get(), copy.variants.get()
    assert Shape.of(mine) == Shape.of(theirs)
    assert copy.ai


# ---- files, the calendar


def test_a_file_brings_forms_comments_fields_and_declarations(world: World) -> None:
    account(world, "gallery")
    account(world, "local")
    film(world, "four.mp4")
    lines = (
        "date;heure;texte;comptes;titre;fichier;forme;premier commentaire;détails;ia;partenariat",
        "15/12/2026;9:30;Fête;local;Fête du pain;;Événement;;starts=2026-12-20T10:00; ends=2026-12-20T18:00;oui;x".replace(
            "starts=2026-12-20T10:00; ends=2026-12-20T18:00", '"starts=2026-12-20T10:00; ends=2026-12-20T18:00"'
        ),
        "16/12/2026;9:30;Le four;gallery;;four.mp4;;Merci;;;",
        "17/12/2026;9:30;Rien;gallery;;;carrousel;;;;",
        "18/12/2026;9:30;Rien;local;;;event;;couleur=bleu;;",
    )
    by = world.actor(world.bob)
    batch = import_csv(company=world.bakery, content="\n".join(lines).encode(), name="x.csv", by=by, now=NOON)
    assert [str(Say.from_json(line["why"])) for line in batch.broken] == [
        "None of these accounts has a form called “carrousel”.",
        "“couleur=bleu” is no field of these accounts: write key=value, parted by semicolons.",
    ]
    event, filmed = confirm_csv(batch=batch, leave=False, by=by, now=NOON).posts
    variant = event.variants.get()
    assert (variant.form, variant.details) == ("event", {"starts": "2026-12-20T10:00", "ends": "2026-12-20T18:00"})
    assert (event.ai, event.paid) == (True, True)
    assert (filmed.variants.get().form, filmed.variants.get().comment) == ("reel", "Merci")


def test_what_is_taken_out_holds_the_shapes_and_can_be_brought_back(world: World) -> None:
    post = only(world, "local", picture(world), title="Fête")
    form(world, post, "event", title="Fête du pain", starts="2026-12-20T10:00", ends="2026-12-20T18:00")
    Post.objects.filter(pk=post.pk).update(ai=True, at=TOMORROW)
    text = "".join(export_csv(company=world.bakery, by=world.actor(world.alice)))
    [row] = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=";")
    assert (row["form"], row["account_title"], row["ai"], row["paid"]) == ("event", "Fête du pain", "yes", "")
    batch = import_csv(company=world.bakery, content=text.encode(), name="x.csv", by=world.actor(world.bob), now=NOON)
    assert batch.good[0]["shape"]["details"] == {"starts": "2026-12-20T10:00", "ends": "2026-12-20T18:00"}
    whole_file = json.loads("".join(export_json(company=world.bakery, by=world.actor(world.alice), now=NOON)))
    kept = whole_file["posts"][0]
    assert (kept["ai"], kept["pictures"][0]["kind"]) == (True, "picture")
    assert kept["variants"][0]["details"]["starts"] == "2026-12-20T10:00"


def test_the_calendar_knows_forms_and_kinds(world: World) -> None:
    post = only(world, "gallery", film(world))
    form(world, post, "reel")
    Post.objects.filter(pk=post.pk).update(at=TOMORROW)
    [item] = shelf(world.bakery, "coming", now=NOON).items
    assert (item.forms, item.kinds) == (["reel"], ["video"])
