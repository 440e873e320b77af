"""The remarks of the composer, without JavaScript: read, corrected, undone, put aside; and an error is cured before anything leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from parvis.audit.models import Entry
from parvis.core import clock
from parvis.people.models import User
from parvis.posts import commands
from parvis.posts.models import Post
from parvis.publishing.models import Delivery
from tests.rooms.bakery import channel
from tests.rooms.test_composing_pages import at, begun, bob, door, form, ids, words
from tests.rooms.test_voice import change, journal
from tests.world import NOON, World

__all__ = ["bob"]
NARROW = "\N{NARROW NO-BREAK SPACE}"
FANCY = "Le pain est 𝐜𝐡𝐚𝐮𝐝, venez"
CLUMSY = "Etes-vous prêts! Venez"
CURED = f"Êtes-vous prêts{NARROW}! Venez"
SALES = "Nos soldes sont au fournil."
SHOUT = "VENEZ VOIR NOTRE GALETTE"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


def written(client: Client, *parts: str, tab: int = 0, post: Post | None = None, **typed: object) -> Post:
    found = post or begun(client)
    client.post(at(found), form(client, found, tab=tab, part=list(parts), **typed))
    return Post.objects.get(pk=found.pk)


def page(client: Client, post: Post, tab: int = 0) -> str:
    return words(client.get(at(post), {"for": tab} if tab else {}))


def plain(drawn: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", drawn)).split(" "))


def remarks(drawn: str) -> list[tuple[str, list[str]]]:
    """Return the groups that are shown: the heading of each, and its remarks as they are drawn."""
    section = drawn[drawn.index('id="findings"') :].partition("</section>")[0]
    return [
        (" ".join(plain(group[: group.index("</h3>")]).split()), re.findall(r"<article.*?</article>", group, re.DOTALL))
        for group in section.split('<div class="remarks">')[1:]
    ]


def said(drawn: str) -> list[str]:
    """Return the rules that are said."""
    return re.findall(r'<span class="fine push">(\w+)</span>', drawn)


def handle(drawn: str, rule: str, button: str = "correct", nth: int = 0) -> str:
    """Return what the button of a remark sends."""
    return str(re.findall(rf'id="{button}-\d+" form="sheet" name="remark" value="([^"]*:{rule}:[^"]*)"', drawn)[nth])


def press(client: Client, post: Post, tail: str, remark: str = "", tab: int = 0, **typed: object) -> Any:
    """Press a button of the sheet as it is shown, and follow to where it leads."""
    return client.post(at(post, tail), form(client, post, tab=tab, remark=remark, **typed), follow=True)


def texts(post: Post) -> list[str]:
    return list(Post.objects.get(pk=post.pk).parts)


def own(post: Post, of: int) -> Any:
    return post.variants.get(channel_id=of).parts


# ---- what a remark says


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        (
            "fr",
            (
                "« soldes » hors des soldes légaux.",
                "Dites « offre », « promotion »",
                "Le mot est réservé aux périodes légales",
                "23 novembre 2026",
            ),
        ),
        (
            "en",
            ("“soldes” outside the legal sales.", "Say “offer”, “promotion”", "The word is kept for the legal periods", "23 November 2026"),
        ),
    ],
)
def test_a_remark_says_what_it_is_its_cure_its_reason_and_its_source(world: World, bob: Client, language: str, spoken: tuple[str]) -> None:
    post = written(bob, SALES, day="2026-12-15", hour="11:30")
    User.objects.filter(pk=world.bob.pk).update(language=language)
    [(_heading, [drawn])] = remarks(page(bob, post))
    for one in (*spoken, "LAW03", "Code de commerce, art. L310-3 and L310-5"):
        assert one in plain(drawn).replace("\N{NO-BREAK SPACE}", " ").replace(NARROW, " "), one
    assert 'href="https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000038612831"' in drawn


def test_what_concerns_every_account_is_said_once_and_a_networks_own_code_under_its_name(bob: Client) -> None:
    post = written(bob, "Le pain est chaud! Merci à @lenoir.bsky.social #pain #chaud #levain #four #noël")
    assert [(heading.split()[-1], said("".join(drawn))) for heading, drawn in remarks(page(bob, post))] == [
        ("accounts", ["T01"]),
        ("Bluesky", ["BS08"]),
        ("Mastodon", ["MA12"]),
    ]
    first, second = ids(post)
    assert said(page(bob, post, first)) == ["T01", "BS08"]
    assert said(page(bob, post, second)) == ["T01", "MA12"]


def test_two_accounts_of_one_network_hear_it_once(world: World, bob: Client) -> None:
    post = written(bob, CLUMSY)
    bob.post(at(post, "channels/"), form(bob, post, channel=channel(world, "mastodon", "fournil@piaille.example").pk))
    assert sorted(said(page(bob, post))) == ["T01", "T06"]


def test_a_text_of_ones_own_is_read_by_itself(bob: Client) -> None:
    post = written(bob, CLUMSY)
    first, second = ids(post)
    written(bob, SHOUT, tab=first, post=post)
    assert said(page(bob, post, first)) == ["T07"]
    assert said(page(bob, post, second)) == ["T01", "T06"]
    assert [(heading.split()[-1], said("".join(drawn))) for heading, drawn in remarks(page(bob, post))] == [
        ("Bluesky", ["T07"]),
        ("Mastodon", ["T01", "T06"]),
    ]


def test_the_pieces_are_marked_under_the_text_and_the_text_stays_the_same(bob: Client) -> None:
    text = 'Etes-vous <b>là</b> & "prêts" ?\nLe pain est chaud! À 5 h\n'
    post = written(bob, text, "Le four aussi!")
    drawn = page(bob, post)
    under = dict(re.findall(r'id="under-(\d)" aria-hidden="true">(.*?)</div>', drawn, re.DOTALL))
    assert plain(under["0"]) == text + "\u200b"
    assert plain(under["1"]) == "Le four aussi!\u200b"
    marks = {n: (tone, unescape(piece)) for tone, n, piece in re.findall(r'<mark class="(\w+)" data-n="(\d+)">(.*?)</mark>', drawn)}
    numbers = {
        n: article for _heading, group in remarks(drawn) for article in group for n in re.findall(r'data-place="[^"]*">(\d+)', article)
    }
    assert set(marks) <= set(numbers)
    assert {(said(numbers[n])[0], *marks[n]) for n in marks} >= {("T06", "tip", "Etes"), ("T01", "wait", "!")}
    for article in numbers.values():
        [(part, start, end)] = re.findall(r'data-place="(\d+):(\d+):(\d+)"', article)
        assert (text, "Le four aussi!")[int(part)][int(start) : int(end)].strip()


def test_two_parts_that_say_the_same_have_each_their_own_marks(bob: Client) -> None:
    drawn = page(bob, written(bob, CLUMSY, CLUMSY))
    under = [re.findall(r'data-n="(\d)"', text) for text in re.findall(r'id="under-\d" aria-hidden="true">(.*?)</div>', drawn, re.DOTALL)]
    assert [len(numbers) for numbers in under] == [2, 2]
    assert len({*under[0], *under[1]}) == 4


def test_what_is_typed_is_read_before_it_is_kept(bob: Client) -> None:
    post = begun(bob)
    for tail in ("reading/", "draft/"):
        answer = bob.post(at(post, tail), form(bob, post, part=[CLUMSY]))
        assert sorted(said(words(answer))) == ["T01", "T06"]
        assert ">Etes</mark>" in words(answer)


def test_an_empty_sheet_is_told_nothing_and_a_good_text_is_told_so(bob: Client) -> None:
    post = begun(bob)
    assert said(page(bob, post)) == []
    for told in ("Nothing to remark", "stop the departure", "stops the departure", "to mend"):
        assert told not in page(bob, post)
    written(bob, "La bûche est là.", post=post)
    assert "Nothing to remark: it can leave like this." in page(bob, post)


# ---- correcting


@pytest.mark.parametrize(("rule", "after"), [("T06", "Êtes-vous prêts! Venez"), ("T01", f"Etes-vous prêts{NARROW}! Venez")])
def test_one_press_makes_the_difference_that_is_shown_and_no_other(bob: Client, rule: str, after: str) -> None:
    post = written(bob, CLUMSY)
    drawn = page(bob, post)
    [shown] = [
        diff for _heading, group in remarks(drawn) for one in group if rule in said(one) for diff in re.findall(r'"diff">(.*?)</p>', one)
    ]
    assert plain(re.sub(r"<ins>.*?</ins>", "", shown)) == CLUMSY
    assert plain(re.sub(r"<del>.*?</del>", "", shown)).replace("⍽", NARROW) == after
    answer = press(bob, post, "correction/", handle(drawn, rule))
    assert answer.redirect_chain == [(at(post), 303)]
    assert "Corrected." in words(answer)
    assert texts(post) == [after]
    assert rule not in said(words(answer))


def test_correcting_everything_leaves_nothing_to_correct_and_says_how_much(bob: Client) -> None:
    post = written(bob, "Etes-vous prêts!! Le pain est à 5€.")
    assert sorted(said(page(bob, post))) == ["T01", "T04", "T06", "T08"]
    answer = press(bob, post, "correction/all/")
    assert texts(post) == [f"Êtes-vous prêts{NARROW}! Le pain est à 5\N{NO-BREAK SPACE}€."]
    assert "4 corrections made." in words(answer)
    assert 'id="correct-' not in words(answer)


def test_correcting_everything_keeps_what_nothing_can_correct_and_what_was_put_aside(bob: Client) -> None:
    post = written(bob, f"{CLUMSY}\n{SHOUT}")
    press(bob, post, "remarks/aside/", handle(page(bob, post), "T06", "aside"))
    answer = press(bob, post, "correction/all/")
    assert texts(post) == [f"Etes-vous prêts{NARROW}! Venez\n{SHOUT}"]
    assert "1 correction made." in words(answer)
    revision = Post.objects.get().revision
    press(bob, post, "correction/all/")
    assert Post.objects.get().revision == revision


@pytest.mark.parametrize("tail", ["correction/", "correction/all/"])
def test_a_correction_is_undone_from_its_message_and_only_once(bob: Client, tail: str) -> None:
    post = written(bob, CLUMSY, "Le four aussi!")
    answer = press(bob, post, tail, handle(page(bob, post), "T06"))
    undo = at(post, "correction/undone/")
    assert f'action="{undo}"' in words(answer)
    assert texts(post) != [CLUMSY, "Le four aussi!"]
    assert bob.post(undo)["Location"] == at(post)
    assert texts(post) == [CLUMSY, "Le four aussi!"]
    revision = Post.objects.get().revision
    assert 'class="toast' not in words(bob.post(undo, follow=True))
    assert Post.objects.get().revision == revision


def test_undoing_never_takes_away_what_was_written_since(bob: Client) -> None:
    post = written(bob, CLUMSY)
    press(bob, post, "correction/all/")
    written(bob, f"{CURED} vite", post=post)
    answer = bob.post(at(post, "correction/undone/"), follow=True)
    assert "Something was written since" in words(answer)
    assert texts(post) == [f"{CURED} vite"]


def test_what_is_typed_is_kept_by_the_press_that_corrects(bob: Client) -> None:
    post = written(bob, CLUMSY)
    press(bob, post, "correction/", handle(page(bob, post), "T06"), part=[f"{CLUMSY} vite"], title="Appel")
    post.refresh_from_db()
    assert (post.title, post.parts) == ("Appel", ["Êtes-vous prêts! Venez vite"])
    bob.post(at(post, "correction/undone/"))
    assert texts(post) == [f"{CLUMSY} vite"]


def test_the_text_of_one_account_is_corrected_alone(bob: Client) -> None:
    post = written(bob, CLUMSY)
    first, second = ids(post)
    written(bob, "Etes-vous là?", tab=first, post=post)
    answer = press(bob, post, "correction/", handle(page(bob, post, first), "T06"), tab=first)
    assert answer.redirect_chain[-1][0] == at(post) + f"?for={first}"
    assert (texts(post), own(post, first)) == ([CLUMSY], ["Êtes-vous là?"])
    bob.post(at(post, "correction/undone/"))
    assert (texts(post), own(post, first)) == ([CLUMSY], ["Etes-vous là?"])
    press(bob, post, "correction/all/", tab=first)
    assert (texts(post), own(post, first)) == ([CLUMSY], [f"Êtes-vous là{NARROW}?"])
    assert own(post, second) is None


def test_everything_is_corrected_and_undone_on_the_shared_text_and_on_those_of_their_own(bob: Client) -> None:
    post = written(bob, CLUMSY)
    first, second = ids(post)
    written(bob, "Etes-vous là?", tab=first, post=post)
    press(bob, post, "correction/all/")
    assert (texts(post), own(post, first)) == ([CURED], [f"Êtes-vous là{NARROW}?"])
    assert own(post, second) is None
    bob.post(at(post, "correction/undone/"))
    assert (texts(post), own(post, first)) == ([CLUMSY], ["Etes-vous là?"])


def test_a_shared_text_that_is_corrected_from_an_account_stays_shared(bob: Client) -> None:
    post = written(bob, CLUMSY)
    second = ids(post)[1]
    press(bob, post, "correction/", handle(page(bob, post, second), "T06"), tab=second)
    assert texts(post) == ["Êtes-vous prêts! Venez"]
    assert not post.variants.exclude(parts=None).exists()


def test_a_part_of_a_thread_is_corrected_where_it_is(bob: Client) -> None:
    post = written(bob, CLUMSY, "Rien.", CLUMSY)
    drawn = page(bob, post)
    assert "part 3" in plain(next(one for _heading, group in remarks(drawn) for one in group if handle(drawn, "T06", nth=1) in one))
    press(bob, post, "correction/", handle(drawn, "T06", nth=1))
    assert texts(post) == [CLUMSY, "Rien.", "Êtes-vous prêts! Venez"]


# ---- a text that changed meanwhile


def test_a_correction_follows_its_piece_through_a_text_that_moved(bob: Client) -> None:
    post = written(bob, "Le pain est chaud! Le four aussi!")
    second = handle(page(bob, post), "T01", nth=1)
    press(bob, post, "correction/", second, part=["Oui. Le pain est chaud! Le four aussi!"])
    assert texts(post) == [f"Oui. Le pain est chaud! Le four aussi{NARROW}!"]


def test_a_correction_of_what_is_no_longer_there_changes_nothing_and_says_so(bob: Client) -> None:
    post = written(bob, CLUMSY)
    answer = press(bob, post, "correction/", handle(page(bob, post), "T06"), part=["Prêts! Venez"])
    assert "nothing was corrected" in words(answer)
    assert texts(post) == ["Prêts! Venez"]
    assert said(words(answer)) == ["T01"]


def test_a_correction_asked_for_in_a_window_that_is_behind_loses_neither_text(bob: Client) -> None:
    post = written(bob, CLUMSY)
    stale = form(bob, post, remark=handle(page(bob, post), "T06"))
    written(bob, "Etes-vous partis! Revenez", post=post)
    for tail in ("correction/", "correction/all/", "remarks/aside/"):
        answer = bob.post(at(post, tail), {**stale, "part": [f"{CLUMSY} vite"]})
        assert answer.status_code == 409
        assert f"{CLUMSY} vite" in words(answer)
    post.refresh_from_db()
    assert (post.parts, post.muted) == (["Etes-vous partis! Revenez"], [])


# ---- putting aside


def test_a_remark_put_aside_is_hidden_on_this_post_only_and_can_be_said_again(world: World, bob: Client) -> None:
    post = written(bob, CLUMSY)
    other = commands.duplicate(post=post, by=world.actor(world.bob), now=NOON)
    answer = press(bob, post, "remarks/aside/", handle(page(bob, post), "T06", "aside"))
    assert answer.redirect_chain == [(at(post), 303)]
    assert "Put aside on this publication: ““Etes” lacks its accent: “Êtes”.”" in words(answer)
    assert said(page(bob, post)) == ["T01"]
    assert ">Etes</mark>" not in page(bob, post)
    assert said(page(bob, other)) == ["T01", "T06"]
    assert "1 remark put aside" in page(bob, post)
    [again] = re.findall(r'id="again-1" form="sheet" name="remark" value="([^"]*)"', page(bob, post))
    press(bob, post, "remarks/again/", again)
    assert said(page(bob, post)) == ["T01", "T06"]
    assert "put aside" not in page(bob, post)


def test_the_journal_tells_in_both_languages_who_put_a_remark_aside_and_who_took_it_back(world: World, bob: Client) -> None:
    post = written(bob, CLUMSY, title="Appel")
    name = handle(page(bob, post), "T06", "aside")
    for _twice in range(2):
        press(bob, post, "remarks/aside/", name)
    assert Entry.objects.filter(verb="posts:remark:muted").count() == 1
    for _twice in range(2):
        press(bob, post, "remarks/again/", name.split(":", 3)[3])
    assert Entry.objects.filter(verb="posts:remark:unmuted").count() == 1
    assert "Bob put the remark T06 aside on “Appel”" in journal(bob)
    assert "Bob wants the remark T06 said again on “Appel”" in journal(bob)
    User.objects.filter(pk=world.bob.pk).update(language="fr")
    assert "Bob a mis de côté la remarque T06 sur « Appel »" in journal(bob)
    assert "Bob veut de nouveau la remarque T06 sur « Appel »" in journal(bob)


def test_what_was_put_aside_stays_aside_while_the_rest_is_edited_and_comes_back_with_another_piece(bob: Client) -> None:
    post = written(bob, CLUMSY)
    press(bob, post, "remarks/aside/", handle(page(bob, post), "T06", "aside"))
    written(bob, f"Bonjour à tous ! {CLUMSY}, le pain est chaud", "Une suite.", post=post)
    assert "T06" not in said(page(bob, post))
    written(bob, "Ecoutez ! Venez", post=post)
    assert "T06" in said(page(bob, post))
    written(bob, CLUMSY, post=post)
    assert "T06" not in said(page(bob, post))


def test_an_error_has_no_button_that_puts_it_aside_and_a_forged_press_does_nothing(bob: Client) -> None:
    post = written(bob, FANCY)
    drawn = page(bob, post)
    assert said(drawn) == ["A07"]
    assert 'id="aside-' not in drawn
    answer = press(bob, post, "remarks/aside/", handle(drawn, "A07"))
    assert 'class="toast wait"' in words(answer)
    post.refresh_from_db()
    assert post.muted == []
    assert not Entry.objects.filter(verb="posts:remark:muted").exists()
    # Even a name that slipped into the row silences no error.
    Post.objects.filter(pk=post.pk).update(muted=[handle(drawn, "A07").split(":", 3)[3]])
    assert said(page(bob, post)) == ["A07"]
    press(bob, post, "departure/now/")
    assert not Delivery.objects.exists()


def test_a_remark_about_an_hour_that_is_only_proposed_can_be_put_aside(world: World, bob: Client) -> None:
    commands.add_slot(company=world.bakery, weekday=3, at=time(9, 0), by=world.actor(world.alice), now=NOON)
    post = written(bob, "Rendez-vous mardi 14 décembre au fournil")
    assert said(page(bob, post)) == ["C07"]
    press(bob, post, "remarks/aside/", handle(page(bob, post), "C07", "aside"))
    assert said(page(bob, post)) == []
    assert "1 remark put aside" in page(bob, post)


def test_putting_aside_is_no_change_of_the_text_that_another_window_would_meet(bob: Client) -> None:
    post = written(bob, CLUMSY)
    here = form(bob, post, part=[f"{CLUMSY} vite"])
    press(bob, post, "remarks/aside/", handle(page(bob, post), "T06", "aside"))
    assert bob.post(at(post), here).status_code == 303
    assert texts(post) == [f"{CLUMSY} vite"]


# ---- who may, and what is made by hand


BUTTONS = ("correction/", "correction/all/", "remarks/aside/", "remarks/again/")


def test_a_reader_and_an_approver_read_the_remarks_and_may_neither_correct_nor_put_aside(world: World, bob: Client) -> None:
    post = written(bob, f"{CLUMSY}\n{SHOUT}")
    typed = form(bob, post, remark=handle(page(bob, post), "T06"))
    press(bob, post, "remarks/aside/", handle(page(bob, post), "T07", "aside"))
    before = Post.objects.values_list("parts", "muted", "revision").get()
    for user in (world.remi, world.chloe):
        client = door(user)
        drawn = page(client, post)
        assert said(drawn) == ["T01", "T06"]
        assert 'name="remark"' not in drawn
        assert "correct-all" not in drawn
        for tail in BUTTONS:
            for remark in (typed["remark"], "0:0:0:T06:gone", "T07:"):
                answer = client.post(at(post, tail), {**typed, "remark": remark})
                assert answer.status_code == 403, (user.name, tail, remark)
    assert Post.objects.values_list("parts", "muted", "revision").get() == before


def test_a_stranger_finds_nothing_and_reading_changes_nothing(world: World, bob: Client) -> None:
    post = written(bob, CLUMSY)
    typed = form(bob, post, remark=handle(page(bob, post), "T06"))
    foreign = Post.objects.create(company=world.elsewhere, parts=[CLUMSY], created_at=NOON, changed_at=NOON)
    denis = door(world.denis)
    for tail in (*BUTTONS, "correction/undone/"):
        for slug in ("lenoir", "denis"):
            assert denis.post(at(post, tail).replace("lenoir", slug), typed).status_code == 404
        assert bob.post(at(foreign, tail), typed).status_code == 404
        assert bob.get(at(post, tail)).status_code == 405
        assert Client().post(at(post, tail), typed)["Location"].startswith("/accounts/login/")
    assert texts(post) == texts(foreign) == [CLUMSY]


@pytest.mark.parametrize("tail", ["correction/", "remarks/aside/"])
@pytest.mark.parametrize(
    "remark",
    ["", "x", "T06", "0:0:0:", "0:0:0:ZZ99:0123456789ab", "-1:0:0:T06:", "0:-1:0:T06:", "0:0:-1:T06:", "0:0:" + "9" * 5000 + ":T06:",
     "9" * 5000 + ":0:0:T06:", "٣:0:0:T06:", "0:0:1e9:T06:", "0:0:0:T06", "\x00:::", ":" * 9000],
)  # fmt: skip
def test_a_remark_that_no_page_could_have_named_is_refused(bob: Client, tail: str, remark: str) -> None:
    post = written(bob, CLUMSY)
    answer = bob.post(at(post, tail), form(bob, post, remark=remark, part=[f"{CLUMSY} vite"]))
    assert answer.status_code == 404
    post.refresh_from_db()
    assert (post.parts, post.muted) == ([f"{CLUMSY} vite"], [])


@pytest.mark.parametrize("tail", ["correction/", "remarks/aside/"])
@pytest.mark.parametrize("remark", ["0:24:0:T06:{}", "999999999:0:0:T06:{}", "0:0:0:T06:gone", "0:0:0:A07:{}"])
def test_a_remark_that_is_said_no_more_is_told_and_changes_nothing(bob: Client, tail: str, remark: str) -> None:
    post = written(bob, CLUMSY)
    digest = handle(page(bob, post), "T06").rpartition(":")[2]
    answer = press(bob, post, tail, remark.format(digest))
    assert 'class="toast wait"' in words(answer)
    post.refresh_from_db()
    assert (post.parts, post.muted) == ([CLUMSY], [])


@pytest.mark.parametrize("name", ["", "ZZ99:", "T06", "\x00", "9" * 9000, "T06:" + "a" * 9000])
def test_a_name_that_was_never_put_aside_takes_nothing_back(bob: Client, name: str) -> None:
    post = written(bob, CLUMSY)
    press(bob, post, "remarks/aside/", handle(page(bob, post), "T06", "aside"))
    before = Post.objects.get().muted
    assert bob.post(at(post, "remarks/again/"), form(bob, post, remark=name)).status_code in {303, 404}
    assert Post.objects.get().muted == before
    assert not Entry.objects.filter(verb="posts:remark:unmuted").exists()


def test_remarks_put_aside_history_and_a_voice_cost_no_further_query(world: World, bob: Client) -> None:
    change(world, words=["fournil"], department="44", limits={"A06.most": 9})
    post = written(bob, f"{CLUMSY}\n{SHOUT}", "Venez gouter nos buches!", day="2026-12-15", hour="11:30")
    written(bob, CLUMSY, SHOUT, tab=ids(post)[0], post=post)
    press(bob, post, "remarks/aside/", handle(page(bob, post), "T07", "aside"))
    for n in range(3):
        past = commands.start(company=world.bakery, by=world.actor(world.alice), now=NOON, parts=[f"Fournée {n}"])
        commands.schedule(post=past, at=NOON + timedelta(hours=n + 1), by=world.actor(world.alice), now=NOON)
    drawn = page(bob, post)
    assert len(said(drawn)) > 5
    assert "put aside" in drawn
    with CaptureQueriesContext(connection) as seen:
        page(bob, post)
    assert len(seen) <= 12
