"""What les codes say of a post by whatever door it leaves, in its own language, with the words and the past of its own company."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from parvis.audit.models import Entry
from parvis.media.commands import describe
from parvis.people.actors import Actor
from parvis.people.models import Member
from parvis.people.permissions import NotAllowed
from parvis.posts import advice, checks
from parvis.posts import commands as posts
from parvis.posts.importing import confirm_csv, import_csv
from parvis.posts.models import Post
from parvis.posts.queries import sheets
from parvis.publishing.models import Delivery
from tests.rooms.bakery import TOMORROW, channel, deliveries, idea, picture, scheduled, typed
from tests.rooms.test_composing_pages import at, begun, bob, door, ids, words
from tests.rooms.test_remarks import CLUMSY, FANCY, SALES, SHOUT, noon, page, press, said, written
from tests.rooms.test_voice import change
from tests.world import NOON, World

__all__ = ["bob", "noon"]
pytestmark = pytest.mark.django_db
IN_SALES = datetime(2027, 1, 11, 9, tzinfo=UTC)
CURE = "Write with ordinary letters: “chaud”."


def advised(post: Post, when: datetime | None = None) -> list[advice.Remark]:
    return advice.remarks(sheets(Post.objects.filter(pk=post.pk)).get(), now=NOON, at=when)


def rules(post: Post, when: datetime | None = None) -> list[str]:
    return [remark.rule.id for remark in advised(post, when)]


def french(world: World, text: str, language: str = "fr") -> Post:
    by = world.actor(world.alice)
    return posts.start(company=world.bakery, by=by, now=NOON, parts=[text], language=language)


# ---- what is said


def test_the_gravest_comes_first_then_what_stands_first_in_the_text(world: World) -> None:
    channel(world)
    post = idea(world, "Etes-vous prêts! Venez", f"VENEZ VOIR NOTRE GALETTE\n{FANCY}")
    assert rules(post) == ["A07", "T01", "T07", "T06"]
    assert [remark.part for remark in advised(post)] == [1, 0, 1, 0]


def test_english_is_not_corrected_as_french(world: World) -> None:
    channel(world)
    english = "Our bread is warm, and it is ready for you at the shop! Come in: we are open. “Fresh” every day?"
    assert rules(french(world, english, "en")) == []
    assert rules(french(world, english, "fr")) == []
    # Two words tell no language: then it is the one that was declared.
    assert rules(french(world, "Fresh bread!", "en")) == []
    assert rules(french(world, "Pain frais!", "fr")) == ["T01"]
    assert "T01" in rules(french(world, "Le pain est chaud, et il est prêt pour vous! Venez", "fr"))


def test_the_words_of_the_company_are_spelt_as_it_spells_them(world: World) -> None:
    channel(world)
    assert rules(french(world, "Venez voir la galettte du fournil")) == ["T10"]
    change(world, words=["galettte"])
    assert rules(french(world, "Venez voir la galettte du fournil")) == []
    assert rules(french(world, "Venez voir la briochhe du fournil")) == ["T10"]


def test_the_past_of_this_company_alone_and_of_what_leaves_alone_is_looked_at(world: World) -> None:
    channel(world)
    post, month_later = idea(world, "Le pain est chaud."), NOON + timedelta(days=30)
    channel(world, company=world.elsewhere)
    foreign = posts.start(company=world.elsewhere, by=world.actor(world.denis), now=NOON, parts=["Chez Denis"])
    posts.schedule(post=foreign, at=TOMORROW, by=world.actor(world.denis), now=NOON)
    idea(world, "Un brouillon", at=TOMORROW)
    away = scheduled(world, "Rangée")
    posts.remove(post=away, by=world.actor(world.alice), now=NOON)
    assert rules(post, month_later) == []
    scheduled(world, "Partie")
    [silence] = advised(post, month_later)
    assert silence.rule.id == "C12"
    assert str(silence.what) == "Nothing left here for 29 days before this one."


def test_a_post_that_is_given_another_hour_is_not_its_own_past(world: World) -> None:
    channel(world)
    assert rules(scheduled(world, "Le pain est chaud."), TOMORROW + timedelta(days=20)) == []


def test_a_remark_about_a_picture_is_put_aside_with_that_picture(world: World) -> None:
    channel(world)
    post, bob = idea(world), world.actor(world.bob)
    for n in range(2):
        posts.place_picture(post=post, asset=picture(world, f"{n}.jpg", alt=f"Image d’une bûche {n}", shade=n), by=bob, now=NOON)
    first, second = (remark for remark in advised(post) if remark.rule.id == "A04")
    assert first.asset != second.asset
    advice.mute(post=post, remark=first, by=bob, now=NOON)
    assert [(r.asset, r.muted) for r in advised(post) if r.rule.id == "A04"] == [(first.asset, True), (second.asset, False)]
    assert second.asset is not None
    describe(asset=second.asset, alt="Une bûche aux marrons", decorative=False, by=bob, now=NOON)
    assert [r.asset for r in advised(post) if r.rule.id == "A04"] == [first.asset]


def test_a_long_piece_is_put_aside_for_good_whatever_is_typed_in_it(world: World) -> None:
    channel(world)
    shout = "VENEZ VOIR NOTRE GALETTE DES ROIS ET NOS BRIOCHES CHAUDES DU MATIN DE FÊTE"
    post = idea(world, shout)
    [loud] = (remark for remark in advised(post) if remark.rule.id == "T07")
    assert len(loud.excerpt) > advice.LONG
    advice.mute(post=post, remark=loud, by=world.actor(world.bob), now=NOON)
    typed(post, [f"{shout} CHEZ NOUS"], world)
    assert [r.muted for r in advised(post) if r.rule.id == "T07"] == [True]


def test_an_error_is_never_put_aside_and_nobody_puts_aside_elsewhere(world: World) -> None:
    channel(world)
    post = idea(world, f"Etes-vous prêts ?\n{FANCY}")
    error, *others = advised(post)
    with pytest.raises(ValueError, match="cured"):
        advice.mute(post=post, remark=error, by=world.actor(world.bob), now=NOON)
    for user in (world.remi, world.chloe, world.denis):
        with pytest.raises(NotAllowed):
            advice.mute(post=post, remark=others[0], by=world.actor(user), now=NOON)
        with pytest.raises(NotAllowed):
            advice.unmute(post=post, name=others[0].name, by=world.actor(user), now=NOON)
    post.refresh_from_db()
    assert post.muted == []
    assert not Entry.objects.filter(verb__startswith="posts:remark").exists()


def test_an_error_is_told_for_each_account_that_it_stops_with_its_cure_in_both_languages(world: World) -> None:
    one, two = channel(world), channel(world, "mastodon", "@lenoir@toot.example")
    found = advice.stopping(advised(idea(world, f"Etes-vous prêts! {FANCY}")))
    assert [(f.kind, f.channel) for f in found] == [(checks.CODE, one), (checks.CODE, two)]
    for finding in found:
        assert str(finding.what) == f"“𝐜𝐡𝐚𝐮𝐝” is not made of letters. {CURE}"
        spoken = finding.what.french.replace("\N{NO-BREAK SPACE}", " ")
        assert spoken == "« 𝐜𝐡𝐚𝐮𝐝 » n’est pas écrit avec des lettres. Écrivez avec de vraies lettres : « chaud »."


# ---- by every door


def test_a_line_of_a_file_that_holds_an_error_stays_a_draft_with_its_cure_and_the_others_leave(world: World) -> None:
    channel(world)
    content = f"date;text\n24/12/2026;{FANCY}\n25/12/2026;{SALES}\n11/01/2027;{SALES}\n".encode()
    batch = import_csv(company=world.bakery, content=content, name="décembre.csv", by=world.actor(world.bob), now=NOON)
    made = confirm_csv(batch=batch, leave=True, by=world.actor(world.bob), now=NOON)
    assert [(post.parts, str(why).partition(" ")[0]) for post, why in made.kept_as_drafts] == [([FANCY], "“𝐜𝐡𝐚𝐮𝐝”"), ([SALES], "“soldes”")]
    assert CURE in str(made.kept_as_drafts[0][1])
    assert [post.scheduled for post in Post.objects.order_by("pk")] == [False, False, True]


@pytest.mark.parametrize("verb", ["schedule", "schedule_now", "update"])
def test_no_command_seals_an_error(world: World, verb: str) -> None:
    channel(world)
    post = idea(world, FANCY, at=TOMORROW)
    more = {"at": TOMORROW} if verb == "schedule" else {}
    with pytest.raises(posts.Breaks) as stopped:
        getattr(posts, verb)(post=post, by=world.actor(world.alice), now=NOON, **more)
    assert CURE in str(stopped.value.findings[0].what)
    assert deliveries(post) == []
    assert not Post.objects.get().scheduled


def test_confirming_a_draft_from_its_page_is_stopped_by_an_error_and_told_the_cure(world: World) -> None:
    channel(world)
    post, alice = idea(world, FANCY, at=TOMORROW), door(world.alice)
    answer = alice.post(f"/c/lenoir/posts/{post.pk}/confirmation/", follow=True)
    assert CURE in words(answer)
    assert deliveries(post) == []


def test_an_error_that_was_typed_since_does_not_reach_what_was_sealed(world: World) -> None:
    channel(world)
    post, alice = scheduled(world, "Le pain est chaud."), door(world.alice)
    typed(post, [FANCY], world)
    answer: object = alice.post(f"/c/lenoir/posts/{post.pk}/update/", follow=True)
    assert CURE in words(answer)
    assert [d.parcel["text"] for d in deliveries(post)] == ["Le pain est chaud."]


def test_the_sales_may_be_announced_for_a_day_of_the_sales_only(world: World) -> None:
    channel(world)
    post, alice = idea(world, SALES), world.actor(world.alice)
    with pytest.raises(posts.Breaks):
        posts.schedule(post=post, at=TOMORROW, by=alice, now=NOON)
    posts.schedule(post=post, at=IN_SALES, by=alice, now=NOON)
    assert [d.due_at for d in deliveries(post)] == [IN_SALES]


def test_an_account_that_was_left_out_stops_nothing(world: World) -> None:
    one, two = channel(world), channel(world, "mastodon", "@lenoir@toot.example")
    post, alice = idea(world, "Le pain est chaud."), world.actor(world.alice)
    posts.adapt(variant=post.variants.get(channel=two), parts=[FANCY], by=alice, now=NOON)
    with pytest.raises(posts.Breaks) as stopped:
        posts.schedule(post=post, at=TOMORROW, by=alice, now=NOON)
    assert [f.channel for f in stopped.value.findings] == [two]
    posts.choose_channels(post=post, channels=[one.pk], by=alice, now=NOON)
    posts.schedule(post=post, at=TOMORROW, by=alice, now=NOON)
    assert [d.channel for d in deliveries(post)] == [one]


# ---- from the composer


@pytest.mark.parametrize("tail", ["departure/", "departure/free/", "departure/now/"])
@pytest.mark.parametrize(
    ("text", "cured", "cure"),
    [
        (FANCY, "Le pain est chaud, venez", "Write with ordinary letters: “chaud”."),
        (SALES, "Nos offres sont au fournil.", "Say “offer”, “promotion” or “private sale”"),
    ],
)
def test_an_error_stops_every_departure_and_the_answer_holds_the_cure(bob: Client, tail: str, text: str, cured: str, cure: str) -> None:
    post = begun(bob)
    posts.add_slot(company=post.company, weekday=3, at=time(9, 0), by=Actor.of(Member.objects.get(user__name="Alice")), now=NOON)
    answer = press(bob, post, tail, part=[text], day="2026-12-15", hour="11:30")
    assert answer.redirect_chain == [(at(post), 303)]
    assert "everything you wrote is kept" in words(answer)
    assert len(said(words(answer))) == 1
    assert "1 thing to mend first." in words(answer)
    assert words(answer).count(cure) == 2
    post.refresh_from_db()
    assert (post.parts, post.scheduled) == ([text], False)
    assert not Delivery.objects.exists()
    press(bob, post, tail, part=[cured], day="2026-12-15", hour="11:30")
    assert Delivery.objects.count() == 2


def test_what_may_be_said_on_its_day_but_not_today_says_why_where_it_stopped(bob: Client) -> None:
    # The page shows the remarks of its own hour, in the sales: only the message can tell what stopped the other.
    post = written(bob, SALES, day="2027-01-11", hour="11:30")
    assert said(page(bob, post)) == []
    answer = press(bob, post, "departure/now/")
    assert "Say “offer”, “promotion” or “private sale”; or choose a date in the sales." in words(answer)
    assert not Delivery.objects.exists()
    press(bob, post, "departure/", day="2027-01-11", hour="11:30")
    assert Delivery.objects.count() == 2


def test_warnings_and_tips_stop_nothing(bob: Client) -> None:
    post = written(bob, f"{CLUMSY}\n{SHOUT}")
    assert {"T01", "T06", "T07"} <= set(said(page(bob, post)))
    press(bob, post, "departure/now/")
    assert Delivery.objects.count() == 2


def test_an_error_in_the_text_of_one_account_stops_them_all_and_names_it(bob: Client) -> None:
    post = written(bob, "Le pain est chaud.")
    second = ids(post)[1]
    written(bob, FANCY, tab=second, post=post)
    answer = press(bob, post, "departure/now/")
    assert "Mastodon: “𝐜𝐡𝐚𝐮𝐝” is not made of letters." in words(answer)
    assert not Delivery.objects.exists()
    press(bob, post, "correction/all/", tab=second)
    press(bob, post, "departure/now/")
    assert Delivery.objects.count() == 2


def test_what_is_scheduled_is_not_moved_to_a_day_that_forbids_it(bob: Client, world: World) -> None:
    post = written(bob, SALES, day="2027-01-11", hour="11:30")
    press(bob, post, "departure/", day="2027-01-11", hour="11:30")
    post.refresh_from_db()
    before = [d.due_at for d in deliveries(post)]
    with pytest.raises(posts.Breaks):
        posts.move(post=post, at=datetime(2027, 3, 3, 9, tzinfo=UTC), by=world.actor(world.alice), now=NOON)
    answer = bob.post(reverse("post-move", args=[post.company.slug, post.pk]), {"day": "2027-03-03", "time": "11:30"}, follow=True)
    assert "Nothing was moved." in words(answer)
    assert [d.due_at for d in deliveries(post)] == before
    posts.move(post=post, at=datetime(2027, 1, 12, 9, tzinfo=UTC), by=world.actor(world.alice), now=NOON)
    assert [d.due_at for d in deliveries(post)] != before


def test_what_had_an_error_already_may_still_be_moved(world: World) -> None:
    # A rule that came after the departure was planned does not hold the calendar.
    channel(world)
    post = scheduled(world, "Le pain est chaud.")
    Post.objects.filter(pk=post.pk).update(parts=[FANCY])
    posts.move(post=post, at=TOMORROW + timedelta(days=3), by=world.actor(world.alice), now=NOON)
    assert deliveries(post)[0].due_at == TOMORROW + timedelta(days=3)
