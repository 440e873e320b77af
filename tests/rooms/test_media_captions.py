"""Captions are read strictly, refused with the number of the line, and sent in the type that a network takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.media import captions, files, film_commands, films
from parvis.media.captions import SRT, VTT, Broken, Cue, read, write
from parvis.media.films import video
from parvis.media.models import Rendition, Subtitles
from tests.rooms.test_media_films import RULE, fresh, take
from tests.world import NOON, World

GOOD = (
    "1\r\n00:00:00,200 --> 00:00:00,900\r\nLe four chauffe,\r\nla pâte repose.\r\n\r\n"
    "2\r\n00:00:01,000 --> 00:00:01,800\r\n<i>À demain !</i>\r\n"
)
WEB = "WEBVTT - Fournil\n\nNOTE par Léa\nsur deux lignes\n\nouverture\n00:00.200 --> 00:00.900 align:start\nLe four <c.red>chauffe</c>\n"


def test_both_types_are_read() -> None:
    kind, cues = read(GOOD.encode("utf-8-sig"))
    assert (kind, cues[0]) == (SRT, Cue(200, 900, "Le four chauffe,\nla pâte repose.", 2))
    assert cues[1].start == 1000
    assert read(GOOD.encode("utf-16"))[1] == cues
    kind, cues = read(WEB.encode())
    assert (kind, cues) == (VTT, (Cue(200, 900, "Le four <c.red>chauffe</c>", 7),))


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("1\n00:00:02,000 --> 00:00:01,000\nTexte\n", 2, "ends before"),
        ("1\n00:00:02 --> 00:00:03\nTexte\n", 2, "cannot be read"),
        ("1\n00:61:02,000 --> 00:62:00,000\nTexte\n", 2, "cannot be read"),
        ("Bonjour\n00:00:01,000 --> 00:00:02,000\nTexte\n", 1, "number of a caption"),
        ("1\nTexte\n", 2, "times of a caption"),
        ("1", 2, "times of a caption"),
        ("1\n00:00:01,000 --> 00:00:02,000\n\n", 2, "no text"),
        (f"1\n00:00:01,000 --> 00:00:02,000\n{'a' * 90}\n", 3, "90 characters"),
        ("1\n00:00:01,000 --> 00:00:02,000\na\nb\nc\nd\ne\n", 2, "5 lines"),
        ("1\n00:00:03,000 --> 00:00:04,000\na\n\n2\n00:00:01,000 --> 00:00:02,000\nb\n", 6, "begins before"),
        ("1\n00:00:01,000 --> 00:00:04,000\na\n\n2\n00:00:03,000 --> 00:00:05,000\nb\n", 6, "still shown"),
        ("1\n00:00:01,000 --> 00:00:02,000\na\n2\n00:00:03,000 --> 00:00:05,000\nb\n\n3\nc\n", 9, "times of a caption"),
        ("WEBVTT\n\nid\nTexte\n", 4, "times of a caption"),
    ],
)
def test_what_is_broken_is_named_with_its_line(text: str, line: int, word: str) -> None:
    with pytest.raises(Broken) as said:
        read(text.encode())
    assert f"Line {line}" in str(said.value.why)
    assert word in str(said.value.why)


def test_what_is_no_captions_at_all_is_said() -> None:
    for content, word in (
        (b"", "no caption"), (b"WEBVTT\n", "no caption"), ("Le\nCafé".encode("cp1252"), "Line 2"),
        (b"a\0b", "no text"), (b"x" * 1_000_001, "heavier"),
    ):  # fmt: skip
        with pytest.raises(Broken) as said:
            read(content)
        assert word in str(said.value.why)


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=60)


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 5000), WORDS), min_size=1, max_size=8))
def test_what_is_written_is_read_back(found: list[tuple[int, int, str]]) -> None:
    place, cues = 0, []
    for pause, length, text in found:
        cues.append((place + pause, place + pause + length, text))
        place += pause + length
    made = [Cue(start, end, text.replace("<", "").replace("-->", ""), 0) for start, end, text in cues]
    made = [cue for cue in made if cue.text]
    for kind in (SRT, VTT):
        if made:
            back = read(write(made, kind))
            assert back[0] == kind
            assert [(cue.start, cue.end, cue.text) for cue in back[1]] == [(cue.start, cue.end, cue.text) for cue in made]


def test_they_leave_in_the_type_that_is_taken(world: World) -> None:
    asset = take(world)
    film_commands.add_captions(asset=asset, content=GOOD.encode(), language="fr", name="a.srt", by=world.actor(world.bob), now=NOON)
    assert video(fresh(asset), RULE).captions == ()
    for types, mime in ((frozenset({SRT}), SRT), (frozenset({VTT}), VTT), (frozenset({SRT, VTT}), SRT)):
        (sent,) = video(fresh(asset), RULE, captions=types).captions
        assert (sent.language, sent.mime, sent.size) == ("fr", mime, len(files.read(sent.digest)))
    vtt = files.read(video(fresh(asset), RULE, captions=frozenset({VTT})).captions[0].digest).decode()
    assert vtt.startswith("WEBVTT\n\n1\n00:00:00.200 --> 00:00:00.900\nLe four chauffe,")
    film_commands.cut(asset=asset, start=0.5, end=1.6, by=world.actor(world.bob), now=NOON)
    (shorter,) = films._captions(fresh(asset), frozenset({SRT}))
    assert [(cue.start, cue.end) for cue in read(files.read(shorter.digest))[1]] == [(0, 400), (500, 1100)]
    film_commands.cut(asset=asset, start=0, end=asset.seconds or 0, by=world.actor(world.bob), now=NOON)
    film_commands.add_captions(asset=asset, content=WEB.encode(), language="fr", name="b.vtt", by=world.actor(world.bob), now=NOON)
    (sent,) = video(fresh(asset), RULE, captions=frozenset({SRT})).captions
    assert files.read(sent.digest) == b"1\n00:00:00,200 --> 00:00:00,900\nLe four chauffe\n"
    film_commands.remove_captions(asset=asset, language="fr", by=world.actor(world.bob), now=NOON)
    assert not Subtitles.objects.exists()
    assert not Rendition.objects.filter(recipe__startswith="captions").exists()


def test_captions_of_a_longer_video_are_refused(world: World) -> None:
    late = GOOD.replace("00:00:01,", "00:09:01,")
    with pytest.raises(Broken) as said:
        film_commands.add_captions(asset=take(world), content=late.encode(), language="fr", name="", by=world.actor(world.bob), now=NOON)
    assert "Line 7" in str(said.value.why)
    assert not Subtitles.objects.exists()


def test_times_are_written_as_each_type_wants() -> None:
    cue = Cue(3_723_004, 3_724_005, "a", 0)
    assert b"01:02:03,004 --> 01:02:04,005" in write([cue], SRT)
    assert b"01:02:03.004 --> 01:02:04.005" in write([cue], VTT)
    assert captions.MOST_BYTES > 100_000
