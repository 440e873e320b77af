"""Pictures are kept once, described, agreed to, and nothing is lost by a slip."""

from __future__ import annotations

import io
import os
import threading
from datetime import date, timedelta

import pytest
from django.db import connection

from parvis.audit.models import Entry
from parvis.channels.models import Channel
from parvis.cli.main import main as cli
from parvis.media import commands, files, queries
from parvis.media.models import Asset
from parvis.people.permissions import NotAllowed
from parvis.publishing.models import Delivery
from tests.pictures import jpeg, shades
from tests.world import NOON, World, build

DAY = date(2026, 12, 15)


def take(world: World, name: str = "buche.jpg", side: int = 60, **more: object) -> Asset:
    who = {"by": world.actor(world.bob), "now": NOON, **more}
    return commands.take_in(company=world.bakery, file=io.BytesIO(jpeg(shades(side, 40))), name=name, **who)


def test_the_same_content_sent_twice_is_one_picture(world: World) -> None:
    assert take(world).pk == take(world, "copie de buche.jpg").pk
    assert Asset.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_send_the_same_at_once_get_the_same_picture() -> None:
    world = build()
    got: list[int] = []

    def send() -> None:
        try:
            got.append(take(world).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 4
    assert len(set(got)) == 1


def test_a_removed_picture_that_is_sent_again_comes_back(world: World) -> None:
    asset = take(world)
    commands.remove(asset=asset, by=world.actor(world.bob), now=NOON)
    assert queries.shelf(world.bakery, on=DAY).assets == []
    assert take(world).removed_at is None


def test_removing_can_be_undone(world: World) -> None:
    asset = take(world)
    commands.remove(asset=asset, by=world.actor(world.bob), now=NOON)
    assert queries.trouble(asset, DAY)
    assert [a.pk for a in queries.shelf(world.bakery, which="removed", on=DAY).assets] == [asset.pk]
    commands.restore(asset=asset, by=world.actor(world.bob), now=NOON)
    assert queries.trouble(asset, DAY) == []


def test_a_name_is_shown_but_leads_nowhere(world: World) -> None:
    assert take(world, "C:\\Users\\lenoir\\..\\Noël\u202e 2026.jpg").name == "Noël 2026.jpg"
    assert take(world, "../../etc/passwd", side=61).name == "passwd"
    assert take(world, "\0", side=62).name == "file"


def test_a_reader_and_a_stranger_may_not(world: World) -> None:
    asset = take(world)
    for user in (world.remi, world.denis):
        by = world.actor(user)
        with pytest.raises(NotAllowed):
            take(world, by=by)
        with pytest.raises(NotAllowed):
            commands.describe(asset=asset, alt="x", decorative=False, by=by, now=NOON)
        with pytest.raises(NotAllowed):
            commands.say_people(asset=asset, shown=True, by=by, now=NOON)
        with pytest.raises(NotAllowed):
            commands.note_consent(asset=asset, person="X", given_on=DAY, ends_on=None, note="", by=by, now=NOON)
        with pytest.raises(NotAllowed):
            commands.remove(asset=asset, by=by, now=NOON)


def test_every_change_is_in_the_journal(world: World) -> None:
    asset, by = take(world), world.actor(world.bob)
    commands.describe(asset=asset, alt="Une bûche", decorative=False, by=by, now=NOON)
    consent = commands.note_consent(asset=asset, person="Marcel", given_on=DAY, ends_on=None, note="", by=by, now=NOON)
    commands.withdraw_consent(consent=consent, on=DAY, by=by, now=NOON)
    commands.remove(asset=asset, by=by, now=NOON)
    verbs = list(Entry.objects.filter(company_id=world.bakery.pk).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["media:asset:taken", "media:asset:described", "media:consent:noted", "media:consent:withdrawn", "media:asset:removed"]
    assert "Marcel" not in str(list(Entry.objects.values_list("facts", flat=True)))


def test_a_description_wins_over_its_waiver(world: World) -> None:
    asset, by = take(world), world.actor(world.bob)
    assert queries.undescribed(asset)
    commands.describe(asset=asset, alt="  ", decorative=True, by=by, now=NOON)
    assert not queries.undescribed(asset)
    commands.describe(asset=asset, alt=" Une bûche ", decorative=True, by=by, now=NOON)
    assert (asset.alt, asset.decorative) == ("Une bûche", False)


def test_somebody_to_be_recognised_needs_an_agreement_that_holds_on_the_day(world: World) -> None:
    asset, by = take(world), world.actor(world.bob)
    assert queries.trouble(asset, DAY) == []
    commands.say_people(asset=asset, shown=True, by=by, now=NOON)
    assert "no agreement" in str(queries.trouble(asset, DAY)[0])
    commands.note_consent(asset=asset, person="Marcel", given_on=DAY - timedelta(9), ends_on=DAY, note="papier", by=by, now=NOON)
    assert queries.trouble(asset, DAY) == []
    assert "ends on 15/12/2026" in str(queries.trouble(asset, DAY + timedelta(1))[0])
    assert "only begins" in str(queries.trouble(asset, DAY - timedelta(10))[0])
    renewed = commands.note_consent(asset=asset, person="Marcel", given_on=DAY, ends_on=None, note="", by=by, now=NOON)
    assert queries.trouble(asset, DAY + timedelta(1)) == []
    commands.withdraw_consent(consent=renewed, on=DAY, by=by, now=NOON)
    assert "took back" in str(queries.trouble(asset, DAY + timedelta(1))[0])
    commands.reinstate_consent(consent=renewed, by=by, now=NOON)
    assert queries.trouble(asset, DAY + timedelta(1)) == []


def test_an_agreement_taken_back_takes_the_earlier_ones_with_it(world: World) -> None:
    asset, by = take(world), world.actor(world.bob)
    commands.note_consent(asset=asset, person="Marcel", given_on=DAY - timedelta(9), ends_on=None, note="", by=by, now=NOON)
    later = commands.note_consent(asset=asset, person="Marcel", given_on=DAY, ends_on=None, note="", by=by, now=NOON)
    commands.withdraw_consent(consent=later, on=DAY, by=by, now=NOON)
    assert "took back" in str(queries.trouble(asset, DAY)[0])
    commands.note_consent(asset=asset, person="Marcel", given_on=DAY, ends_on=None, note="", by=by, now=NOON)
    assert queries.trouble(asset, DAY) == []


def test_one_persons_agreement_is_not_anothers(world: World) -> None:
    asset, by = take(world), world.actor(world.bob)
    commands.note_consent(asset=asset, person="Marcel", given_on=DAY, ends_on=None, note="", by=by, now=NOON)
    commands.note_consent(asset=asset, person="Léa", given_on=DAY, ends_on=DAY, note="", by=by, now=NOON)
    assert [s.facts["person"] for s in queries.trouble(asset, DAY + timedelta(1))] == ["Léa"]


def test_dates_in_the_wrong_order_are_refused_with_a_sentence(world: World) -> None:
    asset, by = take(world), world.actor(world.bob)
    with pytest.raises(commands.Unclear, match="before it was given"):
        commands.note_consent(asset=asset, person="Marcel", given_on=DAY, ends_on=DAY - timedelta(1), note="", by=by, now=NOON)
    with pytest.raises(commands.Unclear, match="name of the person"):
        commands.note_consent(asset=asset, person=" ", given_on=DAY, ends_on=None, note="", by=by, now=NOON)


def test_the_shelf_is_walked_to_its_end_without_a_gap(world: World) -> None:
    for n in range(7):
        take(world, side=50 + n, now=NOON + timedelta(minutes=n // 2))
    seen: list[int] = []
    after = ""
    while True:
        page = queries.shelf(world.bakery, after=after, on=DAY, most=3)
        seen += [a.pk for a in page.assets]
        after = page.next
        if not after:
            break
    assert seen == sorted(Asset.objects.values_list("pk", flat=True), reverse=True)
    for broken in ("x", "~", "2026-12-11~1", "2026-12-11T12:00:00+00:00~x", "2026-12-11T12:00:00+00:00~" + "9" * 40):
        assert queries.shelf(world.bakery, after=broken, on=DAY).assets


def test_the_shelf_finds_what_is_undescribed_and_what_ends_soon(world: World) -> None:
    by = world.actor(world.bob)
    bare, said, ending = take(world), take(world, side=61), take(world, side=62)
    for asset in (said, ending):
        commands.describe(asset=asset, alt="Une bûche", decorative=False, by=by, now=NOON)
    commands.note_consent(asset=ending, person="Léa", given_on=DAY, ends_on=DAY + timedelta(5), note="", by=by, now=NOON)
    commands.note_consent(asset=said, person="Léa", given_on=DAY, ends_on=DAY + timedelta(500), note="", by=by, now=NOON)
    assert [a.pk for a in queries.shelf(world.bakery, which="undescribed", on=DAY).assets] == [bare.pk]
    assert [a.pk for a in queries.shelf(world.bakery, which="ending", on=DAY).assets] == [ending.pk]


def test_only_old_files_that_nothing_names_are_swept(world: World) -> None:
    asset = take(world, side=900)
    young, old, avatar = files.keep(b"young"), files.keep(b"old"), files.keep(b"avatar")
    long_ago = (NOON - timedelta(days=3)).timestamp()
    for digest in (asset.digest, old, avatar):
        os.utime(files.path(digest), (long_ago, long_ago))
    os.utime(files.path(young), (NOON.timestamp(), NOON.timestamp()))
    commands.sweep(used_elsewhere=frozenset({avatar}), now=NOON)
    assert [files.exists(d) for d in (asset.digest, young, avatar, old)] == [True, True, True, False]


def test_a_picture_of_another_company_is_not_served(world: World) -> None:
    asset = take(world, side=900)
    assert queries.served(world.elsewhere, asset.digest, "full") is None
    small = queries.served(world.bakery, asset.digest, "small")
    assert small is not None
    assert small.digest != asset.digest
    assert queries.served(world.elsewhere, small.digest, "full") is None
    assert queries.served(world.bakery, small.digest, "full") == small


def test_the_sweep_spares_the_avatars(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    avatar, old = files.keep(b"an avatar"), files.keep(b"nobody's")
    for digest in (avatar, old):
        os.utime(files.path(digest), (0, 0))
    Channel.objects.create(
        company=world.bakery, network="fake", base="x", remote_id="1", handle="x", avatar=avatar, connected_at=NOON, visit_at=NOON
    )
    assert cli(["sweep"]) == 0
    assert "files deleted" in capsys.readouterr().out
    assert [files.exists(d) for d in (avatar, old)] == [True, False]


def test_the_sweep_spares_what_waits_to_leave(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Captions that were taken off a video since it was sealed still leave with it."""
    digest = files.keep(b"WEBVTT\n\n")
    captions = {"digest": digest, "language": "fr", "mime": "text/vtt", "size": 8}
    film = {"digest": "0" * 64, "mime": "video/mp4", "width": 1, "height": 1, "size": 1, "seconds": 1, "captions": [captions]}
    sealed = {"text": "", "language": "fr", "pictures": [], "warning": "", "card": None, "video": film}
    where = {"network": "fake", "base": "https://x.test", "remote_id": "1", "handle": "lenoir"}
    channel = Channel.objects.create(company=world.bakery, **where, connected_at=NOON, visit_at=NOON)
    hours = {"due_at": NOON, "ready_at": NOON, "created_at": NOON}
    Delivery.objects.create(company=world.bakery, channel=channel, subject="a", parcel=sealed, digest="1" * 64, **hours)
    os.utime(files.path(digest), (1, 1))
    assert cli(["sweep"]) == 0
    assert files.exists(digest)
    Delivery.objects.update(state="cancelled")
    assert cli(["sweep"]) == 0
    assert not files.exists(digest)
