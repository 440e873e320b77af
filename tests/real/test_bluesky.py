"""The same journeys against a real Bluesky PDS, read back by a client that is not ours."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from typing import Any

import httpx
import pytest
from django.conf import settings
from PIL import Image

from parvis.channels import queries, rounds
from parvis.channels.models import Channel, State
from parvis.channels.tokens import Keeper, connector
from parvis.core import clock
from parvis.networks.contract import Absent, Connector, Ready, Receipt, Refused, Unknown
from parvis.networks.facts import Card, Parcel, Picture
from tests.real.conftest import Someone, connect, connected
from tests.real.lossy import between
from tests.world import World

pytestmark = pytest.mark.django_db


def drawn(colour: str, side: int = 640) -> tuple[Picture, bytes]:
    kept = io.BytesIO()
    Image.new("RGB", (side, side * 3 // 4), colour).save(kept, "JPEG")
    body = kept.getvalue()
    return Picture(hashlib.sha256(body).hexdigest(), "image/jpeg", side, side * 3 // 4, len(body), f"Une boîte {colour}"), body


def wire(channel: Channel, *bodies: bytes) -> Connector:
    found = {hashlib.sha256(body).hexdigest(): body for body in bodies}
    return connector(channel, found.__getitem__)[0]


def ready(line: Connector, parcel: Parcel, after: Receipt | None = None) -> Ready:
    made = line.prepare(parcel, {}, after)
    assert isinstance(made, Ready)
    return made


def new_key(channel: Channel) -> str:
    return queries.network_of(channel).new_key(clock.now())


# ---- connecting


def test_an_owner_connects_with_an_app_password_on_the_page(world: World, lenoir: Someone) -> None:
    channel = connected(world, lenoir)
    assert (channel.remote_id, channel.handle, channel.base) == (lenoir.did, lenoir.handle, lenoir.server.pds)
    assert channel.state == State.ALIVE
    assert lenoir.app_password not in str(Keeper(channel.pk).current())


def test_a_wrong_password_is_said_and_what_was_typed_stays(world: World, lenoir: Someone) -> None:
    answer = connect(world, lenoir, "aaaa-bbbb-cccc-dddd")
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert lenoir.handle in shown
    assert "aaaa-bbbb-cccc-dddd" not in shown
    assert not Channel.objects.exists()


def test_a_handle_that_does_not_exist_is_said(world: World, lenoir: Someone) -> None:
    answer = connect(world, replace(lenoir, handle="nobody-here.test"))
    assert "nobody-here.test" in answer.content.decode()
    assert not Channel.objects.exists()


def test_the_health_round_finds_the_account_well_and_later_gone(world: World, lenoir: Someone) -> None:
    channel = connected(world, lenoir)
    assert rounds.visit_due(clock.now()).well == 1
    lenoir.do("com.atproto.server.revokeAppPassword", {"name": "Parvis"})
    tokens = dict(Keeper(channel.pk).current())
    # The server lets an access token live out its two hours; a broken one shows what it will say then.
    Channel.objects.update(tokens=seal({**tokens, "access": "broken"}), visit_at=clock.now())
    assert rounds.visit_due(clock.now()).dead == 1
    channel.refresh_from_db()
    assert channel.state == State.DEAD
    assert channel.why_dead


def test_a_stale_token_is_renewed_on_the_way_and_kept(world: World, lenoir: Someone) -> None:
    channel = connected(world, lenoir)
    before = dict(Keeper(channel.pk).current())
    Channel.objects.update(tokens=seal({**before, "access": "broken"}))
    channel.refresh_from_db()
    line = wire(channel)
    line.commit(ready(line, Parcel("Bonjour")), new_key(channel))
    assert Keeper(channel.pk).current()["access"] != "broken"
    assert Keeper(channel.pk).current()["refresh"] != before["refresh"]
    assert [r.value.text for r in lenoir.records()] == ["Bonjour"]


def seal(tokens: dict[str, Any]) -> str:
    return str(settings.KEYS.seal(tokens))


# ---- publishing


def test_a_post_with_pictures_is_read_back_as_it_was_meant(world: World, lenoir: Someone) -> None:
    channel = connected(world, lenoir)
    (blue, blue_body), (red, red_body) = drawn("blue"), drawn("red", 320)
    line = wire(channel, blue_body, red_body)
    text = "Nos bûches 🎄 sont là : https://lenoir.example/bûches #Noël"
    parcel = Parcel(text, pictures=(blue, red))
    receipt = line.commit(ready(line, parcel), new_key(channel))

    (record,) = lenoir.records()
    post = record.value
    assert record.uri == receipt.remote_id
    assert (post.text, post.langs) == (text, ["fr"])
    assert [image.alt for image in post.embed.images] == ["Une boîte blue", "Une boîte red"]
    assert [image.image.size for image in post.embed.images] == [len(blue_body), len(red_body)]
    raw = text.encode()
    named = {raw[f.index.byte_start : f.index.byte_end].decode() for f in post.facets}
    assert named == {"https://lenoir.example/bûches", "#Noël"}
    blob = post.embed.images[0].image.ref.link
    got = httpx.get(f"{lenoir.server.pds}/xrpc/com.atproto.sync.getBlob", params={"did": lenoir.did, "cid": blob})
    assert got.content == blue_body


def test_a_link_card_is_read_back(world: World, lenoir: Someone) -> None:
    channel = connected(world, lenoir)
    thumb, body = drawn("green")
    line = wire(channel, body)
    card = Card("https://lenoir.example/", "Boulangerie Lenoir", "Le pain", thumb)
    line.commit(ready(line, Parcel("Voyez", card=card)), new_key(channel))
    external = lenoir.records()[0].value.embed.external
    assert (external.uri, external.title, external.thumb.size) == (card.url, card.title, len(body))


def test_the_same_key_again_makes_no_second_post(world: World, lenoir: Someone) -> None:
    channel = connected(world, lenoir)
    line, key, parcel = wire(channel), new_key(channel), Parcel("Une seule fois")
    first = line.commit(ready(line, parcel), key)
    again = wire(channel)
    assert again.commit(ready(again, parcel), key) == first
    assert len(lenoir.records()) == 1


def test_another_text_at_the_same_key_is_refused_and_changes_nothing(world: World, lenoir: Someone) -> None:
    channel = connected(world, lenoir)
    line, key = wire(channel), new_key(channel)
    line.commit(ready(line, Parcel("Le premier")), key)
    with pytest.raises(Refused):
        line.commit(ready(line, Parcel("Le second")), key)
    assert [r.value.text for r in lenoir.records()] == ["Le premier"]


def test_a_thread_hangs_together(world: World, lenoir: Someone) -> None:
    channel = connected(world, lenoir)
    line = wire(channel)
    after = None
    for text in ("Un", "Deux", "Trois"):
        after = line.commit(ready(line, Parcel(text), after), new_key(channel))
    one, two, three = lenoir.records()
    assert [r.value.text for r in (one, two, three)] == ["Un", "Deux", "Trois"]
    assert two.value.reply.parent.uri == two.value.reply.root.uri == one.uri
    assert (three.value.reply.parent.uri, three.value.reply.root.uri) == (two.uri, one.uri)


def test_too_long_a_text_is_refused_by_the_server_and_nothing_is_there(world: World, lenoir: Someone) -> None:
    channel = connected(world, lenoir)
    line = wire(channel)
    with pytest.raises(Refused):
        line.commit(ready(line, Parcel("é" * 301)), new_key(channel))
    assert lenoir.records() == []


def test_what_is_deleted_is_gone_and_deleting_twice_is_no_error(world: World, lenoir: Someone) -> None:
    channel = connected(world, lenoir)
    line, key, parcel = wire(channel), new_key(channel), Parcel("Pas longtemps")
    receipt = line.commit(ready(line, parcel), key)
    line.delete(receipt)
    line.delete(receipt)
    assert lenoir.records() == []
    assert isinstance(line.look(parcel, key, clock.now(), frozenset()), Absent)


# ---- when the line breaks


def test_an_answer_lost_after_the_commit_ends_in_exactly_one_post(world: World, lenoir: Someone) -> None:
    with between(lenoir.server.pds) as line_out:
        channel = connected(world, lenoir, base=line_out.url)
        line, key, parcel = wire(channel), new_key(channel), Parcel("Exactement une fois")
        line_out.lose_answer("putRecord")
        with pytest.raises(Unknown):
            line.commit(ready(line, parcel), key)
        found = line.look(parcel, key, clock.now(), frozenset())
        assert isinstance(found, Receipt)
        again = line.commit(ready(line, parcel), key)
    (record,) = lenoir.records()
    assert record.uri == found.remote_id == again.remote_id


def test_a_request_lost_before_the_server_saw_it_ends_in_exactly_one_post(world: World, lenoir: Someone) -> None:
    with between(lenoir.server.pds) as line_out:
        channel = connected(world, lenoir, base=line_out.url)
        line, key, parcel = wire(channel), new_key(channel), Parcel("Exactement une fois")
        line_out.lose_request("putRecord")
        with pytest.raises(Unknown):
            line.commit(ready(line, parcel), key)
        assert isinstance(line.look(parcel, key, clock.now(), frozenset()), Absent)
        line.commit(ready(line, parcel), key)
    assert len(lenoir.records()) == 1


def test_an_answer_lost_while_tokens_were_renewed_costs_nothing(world: World, lenoir: Someone) -> None:
    with between(lenoir.server.pds) as line_out:
        channel = connected(world, lenoir, base=line_out.url)
        Channel.objects.update(tokens=seal({**Keeper(channel.pk).current(), "access": "broken"}))
        line_out.lose_answer("refreshSession")
        assert rounds.visit_due(clock.now()).unreachable == 1
        Channel.objects.update(visit_at=clock.now())
        assert rounds.visit_due(clock.now()).well == 1
    assert Channel.objects.get().state == State.ALIVE
