"""What is LinkedIn's own in publishing: its forms, its uploads in parts, its comments, and the same words twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from parvis.core import clock
from parvis.networks.contract import Absent, NotSent, NotYet, Ready, Receipt, Refused, Unknown
from parvis.networks.facts import COMMENT, Captions, Card, Document, Parcel, Video
from tests.contract.benches import Bench
from tests.films import heavier, mp4

HELLO = Parcel("Le pain aux noix est là.")
PIECE = 50_000
PDF = b"%PDF-1.7\n" + b"carte " * 2000
SRT = "1\n00:00:00,000 --> 00:00:02,000\nBonjour à tous.\n".encode()


def kept(bench: Bench, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    bench.files[digest] = content
    return digest


def film(bench: Bench, parts: int = 4) -> Video:
    """Return a film of so many parts."""
    bench.stand.settings(part_bytes=PIECE)
    body = heavier(mp4(64, 64, 3.0), PIECE * (parts - 1) + 1234)
    return Video(kept(bench, body), "video/mp4", 64, 64, len(body), 3.0, alt="La boulangère sort le pain")


def raw(bench: Bench) -> dict[str, Any]:
    """Return the body of the one post as it was given."""
    (post,) = bench.stand.state["posts"].values()
    given: dict[str, Any] = post["given"]
    return given


# ---- forms


def test_hashtags_arrive_as_links(linkedin: Bench) -> None:
    linkedin.send(Parcel("Du pain (aux noix) #pain #Noël2026"))
    assert raw(linkedin)["commentary"] == r"Du pain \(aux noix\) {hashtag|\#|pain} {hashtag|\#|Noël2026}"
    assert linkedin.posts()[0]["text"] == "Du pain (aux noix) #pain #Noël2026"


def test_a_link_brings_its_own_card_and_picture(linkedin: Bench) -> None:
    card = Card("https://lenoir.example/noix", "Le pain aux noix", "Cuit à 7 h.", linkedin.picture(1))
    linkedin.send(Parcel("À lire.", card=card))
    (post,) = linkedin.posts()
    assert (post["card"]["url"], post["card"]["title"], post["card"]["description"]) == (card.url, card.title, card.description)
    assert card.picture is not None
    assert linkedin.http.call("GET", post["card"]["image"]).body == linkedin.files[card.picture.digest]
    assert post["pictures"] == []


def test_a_card_whose_page_says_too_much_or_nothing_of_itself_still_goes_out(linkedin: Bench) -> None:
    linkedin.send(Parcel("Un.", card=Card("https://lenoir.example/a", "é" * 900, "é" * 9000)))
    linkedin.send(Parcel("Deux.", card=Card("https://lenoir.example/b", "")))
    one, two = linkedin.posts()
    assert len(one["card"]["title"]) == 400
    assert two["card"]["title"] == "lenoir.example"


def test_one_picture_and_twenty_go_out_in_their_own_forms(linkedin: Bench) -> None:
    linkedin.send(replace(HELLO, pictures=(linkedin.picture(1, "Un pain"),)))
    assert set(raw(linkedin)["content"]) == {"media"}
    linkedin.send(Parcel("Vingt.", pictures=tuple(linkedin.picture(n, f"n° {n}", 60, 40) for n in range(20))))
    assert [one["alt"] for one in linkedin.posts()[1]["pictures"]] == [f"n° {n}" for n in range(20)]


def test_a_document_goes_out_with_its_title(linkedin: Bench) -> None:
    document = Document(kept(linkedin, PDF), "application/pdf", len(PDF), 3, "carte.pdf", "La carte de Noël")
    linkedin.send(replace(HELLO, document=document))
    (post,) = linkedin.posts()
    assert post["document"]["title"] == "La carte de Noël"
    assert linkedin.http.call("GET", post["document"]["url"]).body == PDF


def test_a_poll_goes_out_and_is_found(linkedin: Bench) -> None:
    details = {"question": "Quel pain samedi ?", "option1": "Aux noix", "option2": "Au miel", "option4": "", "duration": "ONE_DAY"}
    parcel, key, began = replace(HELLO, form="poll", details=details), linkedin.new_key(), clock.now()
    sent = linkedin.send(parcel, key=key)
    (post,) = linkedin.posts()
    assert [one["text"] for one in post["poll"]["options"]] == ["Aux noix", "Au miel"]
    assert post["poll"]["settings"] == {"duration": "ONE_DAY"}
    assert linkedin.look(parcel, key, began) == sent
    assert isinstance(linkedin.look(HELLO, key, began), Absent)


def test_the_address_of_a_card_is_not_lost_where_a_poll_takes_its_place(linkedin: Bench) -> None:
    card = Card("https://lenoir.example/noix", "Le pain aux noix")
    linkedin.send(replace(HELLO, form="poll", card=card, details={"question": "Quel pain ?", "option1": "Noix", "option2": "Miel"}))
    assert linkedin.posts()[0]["text"] == f"{HELLO.text}\n\n{card.url}"


# ---- videos


def test_a_video_goes_out_in_parts_with_its_still_its_words_and_its_subtitles(linkedin: Bench) -> None:
    captions = Captions(kept(linkedin, SRT), "fr", "application/x-subrip", len(SRT))
    video = replace(film(linkedin), cover=linkedin.picture(1), captions=(captions,))
    parcel, key, began = replace(HELLO, video=video, title="Une matinée"), linkedin.new_key(), clock.now()
    sent = linkedin.send(parcel, key=key)
    (post,) = linkedin.posts()
    assert linkedin.http.call("GET", post["video"]["url"]).body == linkedin.files[video.digest]
    assert (post["video"]["cover"], post["video"]["captions"], post["title"]) == (True, True, "Une matinée")
    assert raw(linkedin)["content"]["media"]["altText"] == video.alt
    assert sent.remote_id.startswith("urn:li:ugcPost:")
    assert linkedin.look(parcel, key, began) == sent


@contextmanager
def broken(bench: Bench, fault: str, match: str, **how: Any) -> Iterator[None]:
    """Let one call go wrong, and only within the block."""
    bench.stand.arm(fault, match, **how)
    yield
    bench.stand.disarm()


@pytest.mark.parametrize("fault", ["reject_before_commit", "drop_before_commit", "commit_then_drop", "cut_midway", "html_error_page"])
def test_after_a_restart_in_the_middle_no_part_that_arrived_is_sent_again(linkedin: Bench, fault: str) -> None:
    parcel = replace(HELLO, video=film(linkedin))
    with broken(linkedin, fault, "PUT /dms-uploads/*", nth=3), pytest.raises(NotSent):
        linkedin.ready(parcel)
    parts = [part["etag"] for part in linkedin.memory["media"]["video"]["parts"]]
    assert [bool(mark) for mark in parts] == [True, True, False, False]
    linkedin.line().commit(linkedin.ready(parcel, memory=linkedin.memory), linkedin.new_key())
    puts = [call["path"].rpartition("/")[2] for call in linkedin.stand.requests("PUT /dms-uploads/*") if call["status"] == 200]
    assert sorted(puts)[:2] == ["0", "1"]
    assert puts.count("0") == puts.count("1") == puts.count("3") == 1
    assert len(linkedin.stand.requests("POST /rest/videos")) == 2
    assert len(linkedin.posts()) == 1


def test_a_lost_answer_to_the_end_of_an_upload_is_no_reason_to_begin_anew(linkedin: Bench) -> None:
    parcel = replace(HELLO, video=film(linkedin))
    with broken(linkedin, "commit_then_drop", "POST /rest/videos", nth=2), pytest.raises(NotSent):
        linkedin.ready(parcel)
    linkedin.line().commit(linkedin.ready(parcel, memory=linkedin.memory), linkedin.new_key())
    assert len(linkedin.stand.requests("PUT /dms-uploads/*")) == 4


def test_a_video_is_waited_for_while_the_network_works_on_it(linkedin: Bench) -> None:
    linkedin.stand.settings(video_polls=3)
    parcel, memory = replace(HELLO, video=film(linkedin)), {}
    waits = []
    for _ in range(3):
        found = linkedin.line().prepare(parcel, memory, None)
        assert isinstance(found, NotYet)
        waits.append(found.again_at - clock.now())
        memory = dict(found.memory)
    assert waits == sorted(waits)
    assert isinstance(linkedin.line().prepare(parcel, memory, None), Ready)
    assert len(linkedin.stand.requests("PUT /dms-uploads/*")) == 4


def test_a_video_that_the_network_cannot_read_is_refused_and_begun_anew_when_sent_again(linkedin: Bench) -> None:
    video = film(linkedin)
    linkedin.stand.settings(video_seconds_most=1)
    with pytest.raises(Refused) as caught:
        linkedin.ready(replace(HELLO, video=video))
    assert "could not read" in str(caught.value.reason)
    linkedin.stand.settings(video_seconds_most=1800)
    linkedin.line().commit(linkedin.ready(replace(HELLO, video=video), memory=linkedin.memory), linkedin.new_key())
    assert len(linkedin.posts()) == 1


def test_addresses_that_ran_out_are_asked_for_anew(linkedin: Bench) -> None:
    parcel = replace(HELLO, video=film(linkedin))
    with broken(linkedin, "reject_before_commit", "PUT /dms-uploads/*", nth=3), pytest.raises(NotSent):
        linkedin.ready(parcel)
    linkedin.stand.advance(2 * 86_400)
    with pytest.raises(NotSent) as caught:
        linkedin.line().prepare(parcel, linkedin.memory, None)
    assert "run out" in str(caught.value.why)
    linkedin.line().commit(linkedin.ready(parcel, memory=linkedin.memory), linkedin.new_key())
    assert len(linkedin.posts()) == 1


def test_where_an_application_may_not_read_its_uploads_the_post_itself_tells(linkedin: Bench) -> None:
    linkedin.stand.settings(media_readable=False, image_polls=1)
    parcel = replace(HELLO, pictures=(linkedin.picture(1, "Un"),))
    ready = linkedin.ready(parcel)
    with pytest.raises(NotSent) as caught:
        linkedin.line().commit(ready, "key")
    assert "still working" in str(caught.value.why)
    linkedin.line().commit(linkedin.ready(parcel, memory=linkedin.memory), "key")
    assert len(linkedin.stand.requests("prepare")) == 1


# ---- comments, changes


def test_a_comment_can_be_changed_and_taken_off(linkedin: Bench) -> None:
    post = linkedin.send(HELLO)
    words = Parcel("Réservez (au 02 40) #pain @lenoir", form=COMMENT)
    receipt = linkedin.send(words, after=post)
    assert [one["text"] for one in linkedin.posts()[0]["comments"]] == [words.text]
    linkedin.line().edit(receipt, replace(words, text="Complet !"))
    assert [one["text"] for one in linkedin.posts()[0]["comments"]] == ["Complet !"]
    for _ in range(2):
        linkedin.line().delete(receipt)
    assert linkedin.posts()[0]["comments"] == []
    assert len(linkedin.posts()) == 1


def test_a_comment_finds_its_post_by_the_address_alone(linkedin: Bench) -> None:
    post = linkedin.send(HELLO)
    linkedin.send(Parcel("Réservez !", form=COMMENT), after=Receipt("", post.url))
    assert len(linkedin.posts()[0]["comments"]) == 1


def test_a_comment_under_what_is_gone_is_refused(linkedin: Bench) -> None:
    post = linkedin.send(HELLO)
    ready = linkedin.ready(Parcel("Réservez !", form=COMMENT), after=post)
    linkedin.line().delete(post)
    with pytest.raises(Refused) as caught:
        linkedin.line().commit(ready, "key")
    assert "no longer on LinkedIn" in str(caught.value.reason)
    assert isinstance(linkedin.look(Parcel("Réservez !", form=COMMENT), "key", clock.now()), Absent)


def test_the_same_comment_by_somebody_else_is_not_ours(linkedin: Bench) -> None:
    post, words = linkedin.send(HELLO), Parcel("Réservez !", form=COMMENT)
    linkedin.ready(words, after=post)
    linkedin.stand.comment(post.remote_id, "camille", words.text)
    assert isinstance(linkedin.look(words, "key", clock.now()), Absent)


def test_a_change_of_words_keeps_every_sign(linkedin: Bench) -> None:
    receipt = linkedin.send(HELLO)
    linkedin.line().edit(receipt, Parcel("Épuisé (déjà) #pain_frais *"))
    assert linkedin.posts()[0]["text"] == "Épuisé (déjà) #pain_frais *"


@pytest.mark.parametrize(
    ("read", "found"),
    [
        (r"Voir https://lnkd.in/e4Xk \#pain", True),
        (r"Voir https://lnkd.in/e4Xk \#pains", False),
        ("Voir https://autre.example/e #pain", False),
    ],
)
def test_a_post_whose_addresses_were_shortened_over_there_is_still_found(linkedin: Bench, read: str, found: bool) -> None:
    linkedin.stand.add_post("lenoir", "x")
    raw(linkedin)["commentary"] = read
    parcel = Parcel("Voir https://lenoir.example/a/très/long/chemin #pain")
    assert isinstance(linkedin.look(parcel, "key", clock.now()), Receipt) is found


# ---- the same words twice


def again(bench: Bench, parcel: Parcel = HELLO) -> Receipt:
    """Try once more with what was kept, as after a look that found nothing."""
    return bench.line().commit(bench.ready(parcel, memory=bench.memory), "key")


def test_a_twin_that_is_our_own_earlier_try_is_its_receipt(linkedin: Bench) -> None:
    with broken(linkedin, "commit_then_drop", "commit"), pytest.raises(Unknown):
        linkedin.send(HELLO)
    receipt = again(linkedin)
    assert [post["id"] for post in linkedin.posts()] == [receipt.remote_id]
    assert receipt.url.endswith(f"{receipt.remote_id}/")


def test_a_twin_that_is_too_young_to_be_read_is_a_doubt_and_then_a_receipt(linkedin: Bench) -> None:
    linkedin.stand.settings(lag_seconds=60)
    with broken(linkedin, "commit_then_drop", "commit"), pytest.raises(Unknown):
        linkedin.send(HELLO)
    with pytest.raises(Unknown):
        again(linkedin)
    linkedin.stand.advance(61)
    assert [post["id"] for post in linkedin.posts()] == [again(linkedin).remote_id]


def test_a_twin_at_the_first_try_is_somebody_elses_and_refused_with_its_address(linkedin: Bench) -> None:
    other = linkedin.stand.add_post("lenoir", HELLO.text)
    with pytest.raises(Refused) as caught:
        linkedin.send(HELLO)
    assert other["id"] in str(caught.value.reason)
    assert len(linkedin.posts()) == 1


def test_a_twin_older_than_our_first_try_is_not_ours(linkedin: Bench) -> None:
    before = clock.now().timestamp() - 3600
    linkedin.stand.add_post("lenoir", HELLO.text, at=datetime.fromtimestamp(before, UTC).isoformat())
    with broken(linkedin, "reject_before_commit", "commit"), pytest.raises(Unknown):
        linkedin.send(HELLO)
    with pytest.raises(Refused):
        again(linkedin)


def test_a_twin_that_shows_something_else_in_other_words_is_not_ours(linkedin: Bench) -> None:
    other = linkedin.stand.add_post("lenoir", "Tout autre chose.")
    with broken(linkedin, "reject_before_commit", "commit"), pytest.raises(Unknown):
        linkedin.send(HELLO)
    linkedin.stand.settings(says={"POST /rest/posts": [422, "DUPLICATE_POST", f"Content is a duplicate of {other['id']}"]})
    with pytest.raises(Refused):
        again(linkedin)


def test_a_twin_that_was_taken_off_is_never_taken_for_a_success(linkedin: Bench) -> None:
    linkedin.stand.settings(remembers_deleted=True)
    linkedin.line().delete(linkedin.send(HELLO))
    ends = []
    for _ in range(7):
        with pytest.raises((Refused, Unknown)) as caught:
            linkedin.line().commit(linkedin.ready(HELLO, memory=linkedin.memory), "key")
        ends.append(caught.type)
    assert ends[-1] is Refused
    assert linkedin.posts() == []


def test_a_twin_that_cannot_be_read_just_now_is_a_doubt(linkedin: Bench) -> None:
    with broken(linkedin, "commit_then_drop", "commit"), pytest.raises(Unknown):
        linkedin.send(HELLO)
    with broken(linkedin, "drop_before_commit", "GET /rest/posts/*"), pytest.raises(Unknown):
        again(linkedin)
    assert len(linkedin.posts()) == 1
