"""The contract of listening: what the inbox may count on, on every network that has an ear."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from parvis.core import clock
from parvis.networks.contract import CannotTell, NotSent, Refused, Unknown
from parvis.networks.listening import Ability, Kind
from sandbox import Town
from tests.contract.conftest import connected
from tests.contract.hearings import EARS, PUBLIC, Hearing, Public, abilities_of, listening
from tests.pictures import jpeg, shades

BEFORE = ("reject_before_commit", "drop_before_commit", "html_error_page", "partial_body", "rate_limited")
DOUBTS = ("commit_then_drop", "commit_then_reset", "commit_then_5xx", "commit_then_html", "partial_body", "drop_before_commit")


def _hearing(key: str, town: Town) -> Iterator[Hearing]:
    for bench in connected(key, town):
        yield Hearing(bench)


@pytest.fixture(params=listening())
def hearing(request: pytest.FixtureRequest, town: Town) -> Iterator[Hearing]:
    yield from _hearing(request.param, town)


@pytest.fixture(params=listening(lambda can: "comment" in can))
def comments(request: pytest.FixtureRequest, town: Town) -> Iterator[Hearing]:
    yield from _hearing(request.param, town)


@pytest.fixture(params=listening(lambda can: "mention" in can))
def mentions(request: pytest.FixtureRequest, town: Town) -> Iterator[Hearing]:
    yield from _hearing(request.param, town)


@pytest.fixture(params=listening(lambda can: "message" in can))
def messages(request: pytest.FixtureRequest, town: Town) -> Iterator[Hearing]:
    yield from _hearing(request.param, town)


Pair = tuple[str, Kind]
ANSWERED: list[Pair] = [(key, kind) for key in listening() for kind, can in abilities_of(key).items() if "answer" in can]


def _shown(pair: Pair) -> str:
    return f"{pair[0]}-{pair[1]}"


@pytest.fixture
def written(request: pytest.FixtureRequest, town: Town) -> Iterator[tuple[Hearing, Kind]]:
    for hearing in _hearing(request.param[0], town):
        yield hearing, request.param[1]


def only(able: Callable[[Public, Kind], bool], ability: Ability | None = None) -> pytest.MarkDecorator:
    """Run a test for the kinds of which that can be seen (and, where one is named, to which that can be done)."""
    kinds = [(key, kind, can) for key in listening() for kind, can in abilities_of(key).items()]
    pairs = [(key, kind) for key, kind, can in kinds if able(PUBLIC[key], kind) and (ability is None or ability in can)]
    return pytest.mark.parametrize("written", pairs, indirect=True, ids=_shown)


@pytest.fixture(params=ANSWERED, ids=_shown)
def answered(request: pytest.FixtureRequest, town: Town) -> Iterator[tuple[Hearing, Kind]]:
    for hearing in _hearing(request.param[0], town):
        yield hearing, request.param[1]


class TestComments:
    def test_one_is_heard_with_who_when_and_where(self, comments: Hearing) -> None:
        post = comments.publish()
        one = comments.heard(comments.comment(post.remote_id, "Est-ce qu’il en reste ?", "Zoé Petit"))
        assert (one.kind, one.under, one.mine, one.hidden) == ("comment", post.remote_id, False, False)
        assert "Est-ce qu’il en reste ?" in one.words
        assert comments.public.called("Zoé Petit") in (one.author.name, one.author.handle)
        assert one.author.remote_id
        assert abs(one.at - clock.now()) < timedelta(minutes=1)

    @only(lambda public, kind: kind == "comment" and public.nests)
    def test_an_answer_to_one_keeps_its_parent_and_its_thread(self, written: tuple[Hearing, Kind]) -> None:
        comments, _ = written
        first = comments.comment(comments.publish().remote_id, "Il en reste ?")
        second = comments.comment(first, "Moi aussi je voudrais savoir", "Paul Martin")
        heard = comments.read()
        assert heard[second].parent == first
        assert heard[second].thread == heard[first].thread
        assert heard[second].under == heard[first].under

    def test_those_under_two_publications_are_two_threads(self, comments: Hearing) -> None:
        one, two = (comments.comment(comments.publish(f"Le pain du jour {n}").remote_id, "Il en reste ?") for n in (1, 2))
        heard = comments.read()
        assert heard[one].thread != heard[two].thread
        assert heard[one].under != heard[two].under

    def test_a_hundred_are_all_read(self, comments: Hearing) -> None:
        post = comments.publish()
        names = {comments.comment(post.remote_id, f"Commentaire {n}", f"Passant {n % 7}") for n in range(100)}
        assert len(names) == 100
        assert names <= comments.read().keys()

    @pytest.mark.parametrize("fault", BEFORE)
    def test_a_fault_between_two_pages_loses_none(self, comments: Hearing, fault: str) -> None:
        post = comments.publish()
        names = {comments.comment(post.remote_id, f"Commentaire {n}") for n in range(60)}
        comments.bench.stand.arm(fault, comments.public.readings, nth=2)
        with pytest.raises((NotSent, Unknown)):
            comments.read_often()
        comments.bench.stand.disarm()
        assert names <= comments.read().keys()

    def test_a_cursor_of_yesterday_misses_nothing(self, comments: Hearing) -> None:
        before = clock.now() - timedelta(days=2)
        post = comments.publish(at=before)
        early = comments.comment(post.remote_id, "Avant-hier")
        assert early in comments.read()
        later = comments.restarted()
        with later.bench.stand.at((clock.now() - timedelta(hours=20)).isoformat()):
            in_between = later.comment(post.remote_id, "Hier", "Paul Martin")
        now = later.comment(post.remote_id, "Aujourd’hui", "Zoé Petit")
        assert {in_between, now} <= later.read().keys()


@pytest.mark.parametrize("key", ["facebook", "instagram", "linkedin", "x", "youtube"])
class TestWhatWasPublishedElsewhere:
    """Somebody publishes from a phone, and the public writes under that too."""

    def test_comments_under_it_are_heard_and_answered(self, key: str, town: Town) -> None:
        for hearing in _hearing(key, town):
            post = made_elsewhere(hearing)
            name = hearing.comment(post, "Il en reste ?")
            hearing.read()
            one = hearing.heard(name)
            assert (one.kind, one.under, one.mine) == ("comment", post, False)
            receipt = hearing.bench.send(hearing.answer(one, "Oui, jusqu’à midi."))
            assert hearing.heard(receipt.remote_id).thread == one.thread

    def test_what_was_published_from_here_is_not_counted_twice(self, key: str, town: Town) -> None:
        for hearing in _hearing(key, town):
            name = hearing.comment(hearing.publish().remote_id, "Il en reste ?")
            for _ in range(3):
                hearing.read()
            assert [*hearing.held] == [name]
            assert len(hearing.all_ours) == 1

    def test_what_is_taken_off_under_it_is_seen(self, key: str, town: Town) -> None:
        for hearing in _hearing(key, town):
            name = hearing.comment(made_elsewhere(hearing), "Il en reste ?")
            for _ in range(2):
                hearing.read()
            hearing.bench.stand.remove_comment(name)
            for _ in range(2):
                hearing.read()
            assert hearing.gone == {name}

    def test_what_is_old_is_left_alone(self, key: str, town: Town) -> None:
        for hearing in _hearing(key, town):
            with hearing.bench.stand.at((clock.now() - timedelta(days=40)).isoformat()):
                made_elsewhere(hearing)
            hearing.read()
            assert hearing.all_ours == []


def made_elsewhere(hearing: Hearing) -> str:
    """Publish something without Parvis, and return its name."""
    more = {"pictures": [(jpeg(shades(480, 480)), "Un pain")]} if hearing.bench.network.spec.needs else {}
    who = hearing.bench.account.remote_id if hearing.bench.key == "youtube" else "lenoir"
    return str(hearing.bench.stand.add_post(who, "Depuis le téléphone", **more)["id"])


class TestMentions:
    def test_one_is_heard(self, mentions: Hearing) -> None:
        one = mentions.heard(mentions.mention("Le meilleur pain du quartier", "Zoé Petit"))
        assert (one.kind, one.mine) == ("mention", False)
        assert "Le meilleur pain du quartier" in one.words

    def test_many_are_all_read(self, mentions: Hearing) -> None:
        names = {mentions.mention(f"Bravo {n}") for n in range(130)}
        assert names <= mentions.read().keys()


class TestMessages:
    def test_one_is_heard(self, messages: Hearing) -> None:
        one = messages.heard(messages.message("Je voudrais commander", "Zoé Petit"))
        assert (one.kind, one.mine) == ("message", False)
        assert "Je voudrais commander" in one.words
        assert "Zoé Petit" in (one.author.name, one.author.handle)

    def test_those_of_two_people_are_two_conversations(self, messages: Hearing) -> None:
        one, two, again = (
            messages.message("Bonjour", "Zoé Petit"),
            messages.message("Bonjour", "Paul"),
            messages.message("Allô", "Zoé Petit"),
        )
        heard = messages.read()
        assert heard[one].thread != heard[two].thread
        assert heard[one].thread == heard[again].thread

    def test_many_are_all_read(self, messages: Hearing) -> None:
        names = {messages.message(f"Question {n}", f"Passant {n % 9}") for n in range(60)}
        assert names <= messages.read().keys()


class TestWhatChanges:
    @only(lambda public, kind: public.edits(kind))
    def test_an_edit_is_seen(self, written: tuple[Hearing, Kind]) -> None:
        hearing, kind = written
        name = hearing.wrote(kind)
        assert "seigle" in hearing.heard(name).words
        hearing.public.edit(hearing.bench, name, "Vous avez du pain de campagne ?")
        assert "campagne" in hearing.heard(name).words

    @only(lambda public, kind: public.removes(kind))
    def test_a_deletion_is_seen(self, written: tuple[Hearing, Kind]) -> None:
        hearing, kind = written
        name = hearing.wrote(kind)
        hearing.read()
        hearing.public.remove(hearing.bench, name)
        hearing.read()
        assert name in hearing.gone

    def test_reading_again_adds_nothing(self, hearing: Hearing) -> None:
        for kind in abilities_of(hearing.bench.key):
            hearing.wrote(kind)
        before = {name: (one.words, one.thread) for name, one in hearing.read().items()}
        assert {name: (one.words, one.thread) for name, one in hearing.read().items()} == before
        assert not hearing.gone

    def test_hostile_text_comes_as_words(self, hearing: Hearing) -> None:
        hearing.bench.stand.settings(**hearing.public.roomy)
        kind = next(iter(abilities_of(hearing.bench.key)))
        hostile = "<script>alert('x')</script> & <b>gras</b> \u202eà l’envers\u202c "
        text = hostile + "é" * (hearing.public.longest - len(hostile) - 40)
        assert _seen(text) in _seen(hearing.heard(hearing.wrote(kind, text)).words)


def _seen(text: str) -> str:
    """Marks of direction may be taken away, and white space folded."""
    return " ".join(text.replace("\u202e", "").replace("\u202c", "").split())


class TestAnswers:
    @only(lambda public, kind: public.shows(kind), "answer")
    def test_one_is_ours_and_stands_in_its_thread(self, written: tuple[Hearing, Kind]) -> None:
        hearing, kind = written
        theirs = hearing.heard(hearing.wrote(kind))
        receipt = hearing.bench.send(hearing.answer(theirs, "Oui, jusqu’à midi."))
        ours = [one for one in hearing.read().values() if "jusqu’à midi" in one.words]
        assert [(one.mine, one.kind, one.thread, one.remote_id) for one in ours] == [(True, kind, theirs.thread, receipt.remote_id)]

    @pytest.mark.parametrize("fault", DOUBTS)
    @only(lambda public, kind: public.shows(kind), "answer")
    def test_one_goes_out_exactly_once(self, written: tuple[Hearing, Kind], fault: str) -> None:
        hearing, kind = written
        theirs = hearing.heard(hearing.wrote(kind))
        hearing.bench.stand.arm(fault, hearing.public.answers)
        receipt = hearing.bench.send_whatever_happens(hearing.answer(theirs, "Oui, jusqu’à midi."))
        ours = [one.remote_id for one in hearing.read().values() if one.mine and "jusqu’à midi" in one.words]
        assert ours == [receipt.remote_id]

    @only(lambda public, kind: not public.shows(kind), "answer")
    def test_where_no_reading_shows_one_a_person_is_asked(self, written: tuple[Hearing, Kind]) -> None:
        hearing, kind = written
        parcel, key, began = hearing.answer(hearing.heard(hearing.wrote(kind)), "Oui, jusqu’à midi."), hearing.bench.new_key(), clock.now()
        hearing.bench.stand.arm("commit_then_drop", hearing.public.answers)
        with pytest.raises(Unknown):
            hearing.bench.line().commit(hearing.bench.ready(parcel), key)
        assert isinstance(hearing.bench.look(parcel, key, began), CannotTell)

    @only(lambda public, kind: public.twins(kind) and public.shows(kind), "answer")
    def test_the_same_words_to_two_people_are_two_answers(self, written: tuple[Hearing, Kind]) -> None:
        hearing, kind = written
        one, two = hearing.heard(hearing.wrote(kind)), hearing.heard(hearing.wrote(kind, "Et du pain complet ?"))
        first = hearing.bench.send(hearing.answer(one, "Oui, jusqu’à midi."))
        began = clock.now()
        hearing.bench.stand.arm("commit_then_drop", hearing.public.answers)
        parcel, key = hearing.answer(two, "Oui, jusqu’à midi."), hearing.bench.new_key()
        with pytest.raises(Unknown):
            hearing.bench.line().commit(hearing.bench.ready(parcel), key)
        found = hearing.bench.look(parcel, key, began, frozenset({first.remote_id}))
        assert getattr(found, "remote_id", "") not in ("", first.remote_id)

    @only(lambda public, kind: public.unsends(kind), "answer")
    def test_one_may_be_taken_off_twice(self, written: tuple[Hearing, Kind]) -> None:
        hearing, kind = written
        receipt = hearing.bench.send(hearing.answer(hearing.heard(hearing.wrote(kind)), "Oui."))
        hearing.bench.line().delete(receipt)
        hearing.bench.line().delete(receipt)

    def test_what_can_be_answered_is_open(self, answered: tuple[Hearing, Kind]) -> None:
        hearing, kind = answered
        assert hearing.ear.window(hearing.heard(hearing.wrote(kind)), clock.now(), late_allowed=False).open


@pytest.mark.parametrize("key", [key for key in listening() if PUBLIC[key].closed])
def test_a_closed_window_says_so_beforehand_and_the_network_says_it_too(key: str, town: Town) -> None:
    for hearing in _hearing(key, town):
        assert hearing.public.closed is not None
        one = hearing.heard(hearing.public.closed(hearing))
        window = hearing.ear.window(one, clock.now(), late_allowed=False)
        assert (window.open, bool(window.why)) == (False, True)
        with pytest.raises(Refused) as refused:
            hearing.bench.send(hearing.answer(one, "Oui, jusqu’à midi."))
        assert refused.value.cure


ACTS = [(key, kind, act) for key in listening() for kind, can in abilities_of(key).items() for act in sorted(can - {"answer"})]


@pytest.mark.parametrize(("key", "kind", "act"), ACTS)
def test_what_may_be_done_to_one_may_be_done_twice(key: str, kind: Kind, act: str, town: Town) -> None:
    for hearing in _hearing(key, town):
        name = hearing.wrote(kind)
        one = hearing.heard(name)
        for _ in range(2):
            _act(hearing, one.remote_id, act)
        hearing.read()
        assert (name in hearing.gone) == (act == "delete")
        assert hearing.held[name].hidden == (act == "hide" and hearing.public.tells_hidden)


def _act(hearing: Hearing, name: str, act: str) -> None:
    one, ear = hearing.held[name], hearing.ear
    if act == "delete":
        ear.delete(one)
    else:
        (ear.hide if act == "hide" else ear.like)(one, True)


def test_every_ear_stands_in_this_suite() -> None:
    assert set(EARS) == set(PUBLIC)
