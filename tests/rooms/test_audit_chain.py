"""The journal is a chain: whatever is done to it by hand in the database is found, and told for what it is."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from parvis.audit import chain, watching
from parvis.audit.commands import NothingFound, accept, mark_again, record, shed
from parvis.audit.models import Chain, Entry
from parvis.audit.verifying import Verdict, verify
from parvis.core.db import hang_up, writing
from parvis.core.secrets import KeyRing, new_key
from parvis.people.actors import HOUSE
from tests.world import NOON, World


def write(world: World, count: int, **more: Any) -> None:
    for number in range(count):
        given = {"by": world.actor(world.alice), "now": NOON + timedelta(microseconds=number), "company_id": world.bakery.pk}
        record("posts:post:written", **(given | {"object_id": number, "label": f"Pain n° {number}", "n": 1.5, "é": ["ï", None]} | more))


def fail(world: World) -> None:
    with writing():
        write(world, 2, label="dropped")
        raise ZeroDivisionError


def entries(world: World) -> Any:
    return Entry.objects.filter(company_id=world.bakery.pk)


def put(world: World, seq: int, **fields: Any) -> None:
    """Change an entry by hand."""
    assert entries(world).filter(seq=seq).update(**fields) == 1


def renumber(world: World, after: int, by: int) -> None:
    """Give every entry after this one another number, by hand; backwards, so that none stands twice."""
    rows = entries(world).filter(seq__gt=after).order_by("-seq" if by > 0 else "seq")
    for pk, seq in rows.values_list("pk", "seq"):
        Entry.objects.filter(pk=pk).update(seq=seq + by)


def found(world: World) -> list[tuple[str, int, int]]:
    return [(one.kind, one.first, one.last) for one in verify(world.bakery.pk).findings]


def forge(world: World, seq: int, **fields: Any) -> Entry:
    """Return an entry that was never recorded, as somebody who knows how links are made would make it."""
    before = entries(world).filter(seq=seq - 1).values_list("link", flat=True).first() or chain.START
    given = {"at": NOON, "company_id": world.bakery.pk, "user_id": None, "who": "Denis", "room": "posts", "verb": "posts:post:written"}
    entry = Entry(**(given | {"label": "Faux", "salt": chain.fresh_salt(), "seq": seq} | fields))
    entry.sealed = chain.sealed(entry.salt, entry.label, entry.facts)
    entry.link = chain.linked(before, seq, chain.rest_of(entry))
    return entry


# ---- whole


def test_what_commands_record_is_one_whole_chain_for_each_company_and_one_for_the_house(world: World) -> None:
    write(world, 3)
    write(world, 2, company_id=world.elsewhere.pk)
    record("people:seals:rotated", by=HOUSE, now=NOON, company_id=None, done=1)
    assert list(entries(world).order_by("seq").values_list("seq", flat=True)) == [1, 2, 3]
    for at, count in ((world.bakery.pk, 3), (world.elsewhere.pk, 2), (chain.HOUSE, 1)):
        verdict = verify(at)
        assert verdict.whole
        assert (verdict.read, verdict.count) == (count, count)


def test_an_entry_says_under_which_mandate_it_was_done(world: World) -> None:
    class Outside:
        user_id, name, mandate_id = world.denis.pk, "Denis", 7

    record("posts:post:written", by=Outside(), now=NOON, company_id=world.bakery.pk)
    assert entries(world).get().mandate_id == 7
    assert verify(world.bakery.pk).whole
    put(world, 1, mandate_id=8)
    assert found(world) == [("changed", 1, 1)]


def test_a_command_that_fails_leaves_nothing(world: World) -> None:
    write(world, 1)
    with pytest.raises(ZeroDivisionError):
        fail(world)
    write(world, 1)
    assert entries(world).count() == 2
    assert verify(world.bakery.pk).whole


def test_a_part_of_a_command_that_fails_leaves_nothing_and_the_rest_is_kept(world: World) -> None:
    with writing():
        write(world, 1, label="kept")
        with pytest.raises(ZeroDivisionError):
            fail(world)
        write(world, 1, label="kept too")
        assert not entries(world).exists(), "the chain is the last thing that a transaction locks"
    assert list(entries(world).order_by("seq").values_list("label", flat=True)) == ["kept", "kept too"]
    assert verify(world.bakery.pk).whole


def test_a_number_stands_once(world: World) -> None:
    write(world, 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        forge(world, 2).save()
    record("people:seals:rotated", by=HOUSE, now=NOON, company_id=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        forge(world, 1, company_id=None).save()


# ---- by hand


@pytest.mark.parametrize(
    "fields",
    [
        {"label": "Autre"}, {"facts": {"n": 2}}, {"who": "Denis"}, {"user_id": 999}, {"object_id": None}, {"verb": "posts:post:removed"},
        {"room": "media"}, {"at": NOON - timedelta(days=1)}, {"salt": "0" * 32}, {"sealed": "0" * 64}, {"link": "0" * 64},
        {"mandate_id": 1},
    ],
    ids=lambda fields: next(iter(fields)),
)  # fmt: skip
@pytest.mark.parametrize("seq", [1, 3, 5])
def test_an_entry_changed_is_found_and_only_that_one(world: World, fields: dict[str, Any], seq: int) -> None:
    write(world, 5)
    put(world, seq, **fields)
    assert found(world) == [("changed", seq, seq)]


def test_entries_taken_out_are_found(world: World) -> None:
    write(world, 9)
    entries(world).filter(seq__in=(1, 4, 5)).delete()
    assert found(world) == [("missing", 1, 1), ("missing", 4, 5)]


def test_entries_taken_out_are_found_where_those_after_were_given_their_numbers(world: World) -> None:
    write(world, 9)
    entries(world).filter(seq=4).delete()
    renumber(world, 4, -1)
    kinds = [one[0] for one in found(world)]
    assert "renumbered" in kinds
    assert ("cut", 9, 9) in found(world)


def test_an_entry_put_in_is_found(world: World) -> None:
    write(world, 6)
    renumber(world, 3, 1)
    forge(world, 4).save()
    said = found(world)
    assert ("inserted", 7, 7) in said, "more than the house counted"
    assert {one[0] for one in said} >= {"renumbered"}


def test_an_entry_put_in_with_a_link_of_its_own_making_is_found(world: World) -> None:
    write(world, 6)
    renumber(world, 3, 1)
    forged = forge(world, 4)
    forged.link = "f" * 64
    forged.save()
    assert ("inserted", 4, 4) in found(world)


def test_an_entry_put_at_the_end_is_found_and_commands_go_on(world: World) -> None:
    write(world, 3)
    forge(world, 4).save()
    assert found(world) == [("inserted", 4, 4)]
    write(world, 1)
    assert entries(world).order_by("-seq").first().label == "Pain n° 0"
    assert "rewritten" in {one[0] for one in found(world)}, "and it stays found"


def test_entries_that_changed_places_are_found(world: World) -> None:
    write(world, 8)
    first, second = (entries(world).get(seq=seq).pk for seq in (3, 6))
    Entry.objects.filter(pk=first).update(seq=100)
    Entry.objects.filter(pk=second).update(seq=3)
    Entry.objects.filter(pk=first).update(seq=6)
    assert found(world) == [("moved", 3, 3), ("moved", 6, 6)]


def test_a_tail_cut_off_is_found(world: World) -> None:
    write(world, 5)
    entries(world).filter(seq__gt=3).delete()
    assert found(world) == [("cut", 4, 5)]
    write(world, 1)
    assert found(world) == [("missing", 4, 5)], "and it stays found once commands go on"


def test_a_tail_cut_off_with_the_count_set_back_is_found_and_stays_so(world: World) -> None:
    write(world, 5)
    entries(world).filter(seq__gt=3).delete()
    Chain.objects.filter(pk=world.bakery.pk).update(count=3, head=entries(world).get(seq=3).link)
    assert found(world) == [("rewritten", 0, 0)]
    write(world, 2)
    assert found(world) == [("rewritten", 0, 0)]


def test_a_chain_made_anew_without_the_key_is_found(world: World) -> None:
    write(world, 5)
    entries(world).filter(seq__gt=2).delete()
    for seq in (3, 4, 5):
        forge(world, seq).save()
    Chain.objects.filter(pk=world.bakery.pk).update(head=entries(world).get(seq=5).link)
    assert found(world) == [("rewritten", 0, 0)]


def test_a_chain_whose_row_was_taken_away_is_found_and_commands_go_on(world: World) -> None:
    write(world, 3)
    Chain.objects.filter(pk=world.bakery.pk).delete()
    assert found(world) == [("restarted", 0, 0)]
    write(world, 1)
    assert "rewritten" in {one[0] for one in found(world)}


def test_an_entry_given_to_another_company_is_missed_where_it_was(world: World) -> None:
    write(world, 3)
    write(world, 1, company_id=world.elsewhere.pk)
    put(world, 2, company_id=world.elsewhere.pk)
    assert found(world) == [("missing", 2, 2)]
    assert not verify(world.elsewhere.pk).whole


def test_everything_that_can_be_found_has_its_words(world: World) -> None:
    write(world, 5)
    entries(world).filter(seq__in=(2, 3)).delete()
    assert [str(one.say()) for one in verify(world.bakery.pk).findings] == ["Entries 2 to 3 are missing."]


def test_a_long_ruin_is_told_as_one_stretch(world: World) -> None:
    write(world, 200)
    entries(world).filter(seq__gt=50).update(who="Denis")
    assert found(world)[-1][2] == 200
    assert len(found(world)) < 5


# ---- shed


def test_what_is_shed_leaves_the_chain_whole_and_says_who_did_it(world: World) -> None:
    write(world, 3)
    record("inbox:answer:given", by=world.actor(world.bob), now=NOON, company_id=world.bakery.pk, label="Mme Oriol", handle="@oriol")
    assert shed(company_id=world.bakery.pk, rooms=["inbox"], labels=["Mme Oriol"], by=world.actor(world.alice), now=NOON) == 1
    bare = entries(world).get(seq=4)
    assert (bare.label, bare.facts, bare.salt, bare.who) == ("…", {}, "", "Bob")
    said = entries(world).get(seq=5)
    assert (said.verb, said.facts["entries"], said.who) == ("audit:names:shed", [4], "Alice")
    assert verify(world.bakery.pk).whole
    assert shed(company_id=world.bakery.pk, rooms=["inbox"], labels=["Mme Oriol", "…"], by=HOUSE, now=NOON) == 0


def test_words_taken_out_by_hand_are_found(world: World) -> None:
    write(world, 4)
    put(world, 2, label="…", facts={}, salt="")
    assert found(world) == [("shed", 2, 2)]
    put(world, 3, label="", facts={}, salt="")
    assert ("changed", 3, 3) in found(world)


def test_a_shed_entry_cannot_be_given_other_words(world: World) -> None:
    write(world, 2)
    record("inbox:answer:given", by=world.actor(world.bob), now=NOON, company_id=world.bakery.pk, label="Mme Oriol")
    shed(company_id=world.bakery.pk, rooms=["inbox"], labels=["Mme Oriol"], by=HOUSE, now=NOON)
    put(world, 3, label="M. Faux")
    assert found(world) == [("changed", 3, 3)]


# ---- keys


def test_keys_are_rotated_and_the_older_may_go(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    write(world, 2)
    old, new = new_key(), new_key()
    pairs = [tuple(line.split(":", 1)) for line in (new, old)]
    before = settings.KEYS
    both = KeyRing([(pairs[0][0], pairs[0][1].encode()), *((name, raw) for name, raw in before._raw.items())])
    monkeypatch.setattr(settings, "KEYS", both)
    assert verify(world.bakery.pk).whole
    assert mark_again() == {"done": 1, "unreadable": 0}
    assert mark_again() == {"done": 0, "unreadable": 0}
    monkeypatch.setattr(settings, "KEYS", KeyRing([(pairs[0][0], pairs[0][1].encode())]))
    assert verify(world.bakery.pk).whole
    monkeypatch.setattr(settings, "KEYS", before)
    assert found(world) == [("rewritten", 0, 0)], "a key that is gone cannot vouch"


# ---- watched


def kept(world: World) -> Chain:
    return Chain.objects.get(pk=world.bakery.pk)


def test_the_round_reads_what_is_new_and_all_of_it_once_a_week(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "SHORT", 0)
    write(world, 4)
    assert watching.any_due(NOON)
    assert watching.watch(NOON) == 0
    assert (kept(world).verified_seq, kept(world).whole_at) == (4, NOON)
    assert not watching.any_due(NOON + timedelta(hours=20))
    write(world, 1)
    put(world, 2, who="Denis")
    assert watching.watch(NOON + timedelta(days=1)) == 0, "only what is new"
    assert kept(world).verified_seq == 5
    assert watching.watch(NOON + timedelta(days=8)) == 1
    assert kept(world).torn_at == NOON + timedelta(days=8)


def test_a_short_chain_is_read_whole_every_day(world: World) -> None:
    write(world, 4)
    watching.watch(NOON)
    put(world, 2, who="Denis")
    assert watching.watch(NOON + timedelta(days=1)) == 1
    assert kept(world).findings == [{"kind": "changed", "first": 2, "last": 2}]
    put(world, 2, who="Alice")
    assert watching.watch(NOON + timedelta(days=2)) == 0
    assert (kept(world).torn_at, kept(world).findings) == (None, []), "what was put right is right again"


def test_what_somebody_looked_into_is_known_and_what_comes_after_is_watched(world: World) -> None:
    alice = world.actor(world.alice)
    write(world, 5)
    with pytest.raises(NothingFound):
        accept(company_id=world.bakery.pk, reason="Rien", by=alice, now=NOON)
    entries(world).filter(seq=3).delete()
    Chain.objects.filter(pk=world.bakery.pk).update(mark="")
    watching.watch(NOON)
    assert kept(world).torn_at == NOON
    accept(company_id=world.bakery.pk, reason="Sauvegarde abîmée", by=alice, now=NOON)
    verdict: Verdict = verify(world.bakery.pk)
    assert verdict.whole
    assert [(one.kind, one.first) for one in verdict.known] == [("missing", 3)]
    watching.watch(NOON + timedelta(days=1))
    assert kept(world).torn_at is None
    write(world, 2)
    put(world, 8, who="Denis")
    assert found(world) == [("changed", 8, 8)]


def test_nobody_accepts_by_hand(world: World) -> None:
    """Not even right after a gap, where the entry before cannot be held against it."""
    write(world, 6)
    entries(world).filter(seq=3).delete()
    forged = forge(world, 4, verb="audit:chain:accepted", room="audit", facts={"before": "0" * 64})
    kept_link = entries(world).get(seq=4).link
    for link in (kept_link, chain.linked("0" * 64, 4, chain.rest_of(forged))):
        put(
            world,
            4,
            verb=forged.verb,
            room="audit",
            facts=forged.facts,
            label=forged.label,
            salt=forged.salt,
            sealed=forged.sealed,
            link=link,
        )
        assert ("missing", 3, 3) in found(world) or not verify(world.bakery.pk).whole


def test_a_journal_that_stood_before_is_chained_in_the_order_it_was_written(world: World) -> None:
    write(world, 3)
    write(world, 2, company_id=world.elsewhere.pk, at_noon={"ü": [1, "«"]})
    record("people:seals:rotated", by=HOUSE, now=NOON, company_id=None, label="")
    write(world, 1)
    Chain.objects.all().delete()
    Entry.objects.update(salt="", sealed="", link="")
    migration = importlib.import_module("parvis.migrations.0012_chain")
    migration.link(apps, SimpleNamespace(connection=connection))
    assert list(entries(world).order_by("pk").values_list("seq", flat=True)) == [1, 2, 3, 4]
    for at in (world.bakery.pk, world.elsewhere.pk, chain.HOUSE):
        assert verify(at).whole
    write(world, 1)
    assert (verify(world.bakery.pk).whole, verify(world.bakery.pk).count) == (True, 5)


# ---- together


@pytest.mark.django_db(transaction=True)
def test_two_who_write_at_once_into_two_chains_never_wait_for_each_other_for_ever(world: World) -> None:
    """Each writes into the chains in another order; a transaction locks them in one."""
    start = threading.Barrier(4)
    faults: list[BaseException] = []

    def many(chains: list[int | None]) -> None:
        start.wait()
        try:
            for number in range(15):
                with writing():
                    for company_id in chains:
                        record("posts:post:written", by=HOUSE, now=NOON, company_id=company_id, object_id=number)
        except BaseException as error:
            faults.append(error)
        finally:
            hang_up()

    own: list[int | None] = [world.bakery.pk, world.elsewhere.pk, None]
    tasks: list[Callable[[], None]] = [lambda n=n: many(own if n % 2 else own[::-1]) for n in range(4)]  # type: ignore[misc]
    threads = [threading.Thread(target=task) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    for at in (world.bakery.pk, world.elsewhere.pk, chain.HOUSE):
        verdict = verify(at)
        assert verdict.whole
        assert verdict.count == 60
    assert connection.in_atomic_block is False
