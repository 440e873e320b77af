"""What is Bluesky's own in listening: the app password's rights, its schemas, its threads, words cut short on screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

import pytest
from lexrpc.base import Base

from parvis.core import clock
from parvis.networks.bluesky.heard import words_of
from parvis.networks.contract import Absent, Refused, Unknown
from tests.contract.benches import Bench
from tests.contract.hearings import Hearing

CALLS = {
    "app.bsky.notification.listNotifications", "app.bsky.feed.getPosts", "app.bsky.feed.getPostThread", "com.atproto.repo.listRecords",
    "com.atproto.repo.putRecord", "chat.bsky.convo.listConvos", "chat.bsky.convo.getMessages", "chat.bsky.convo.sendMessage",
}  # fmt: skip
FIGURES = {"limit", "depth", "parentHeight"}


def test_every_call_obeys_the_networks_own_lexicons(bluesky: Bench) -> None:
    hearing = Hearing(bluesky)
    first = hearing.comment(hearing.publish().remote_id, "Il en reste ?")
    nested, mention, message = hearing.comment(first, "Oui"), hearing.mention("Bravo"), hearing.message("Bonjour")
    heard = hearing.read()
    for name in (nested, mention, message):
        bluesky.send(hearing.answer(heard[name], "Merci, voir https://lenoir.example/a"))
    hearing.ear.like(heard[mention], True)
    hearing.ear.hide(heard[first], True)
    hearing.restarted().read()
    lexicons, called = Base(), set()
    for seen in bluesky.stand.requests("* /xrpc/*"):
        name = seen["path"].removeprefix("/xrpc/")
        called.add(name)
        if name not in CALLS:
            continue
        if seen["method"] == "GET":
            lexicons.validate(name, "parameters", _asked(seen["query"]))
        else:
            lexicons.validate(name, "input", seen["given"])
    assert called >= CALLS
    likes = bluesky.stand.records(bluesky.account.remote_id, "app.bsky.feed.like").values()
    for one in likes:
        lexicons.validate("app.bsky.feed.like", "record", one["value"])
    gates = bluesky.stand.records(bluesky.account.remote_id, "app.bsky.feed.threadgate").values()
    for one in gates:
        lexicons.validate("app.bsky.feed.threadgate", "record", one["value"])
    assert (len(likes), len(gates)) == (1, 1)


def _asked(query: str) -> Mapping[str, Any]:
    found = {name: values if name in {"reasons", "uris"} else values[-1] for name, values in parse_qs(query).items()}
    return {name: int(value) if name in FIGURES else value for name, value in found.items()}  # type: ignore[arg-type]


def test_an_app_password_without_messages_reads_the_rest_and_says_so(bluesky: Bench) -> None:
    bluesky.stand.settings(direct_messages=False)
    hearing = Hearing(bluesky)
    name = hearing.mention("Bravo")
    with pytest.raises(Refused) as refused:
        hearing.ear.gather("messages", {}, [], clock.now())
    assert "app password" in str(refused.value.cure)
    assert name in {one.remote_id for one in hearing.ear.gather("named", {}, [], clock.now()).heard}
    assert bluesky.wires is not None
    checks = {one.key: one.level for one in bluesky.network.door.readiness(bluesky.account, bluesky.wires)}
    assert checks == {"publish": "good", "messages": "limited"}
    assert bluesky.purse.renewals == 0


def test_an_answer_stands_under_the_root_of_its_thread(bluesky: Bench) -> None:
    hearing = Hearing(bluesky)
    post = hearing.publish()
    nested = hearing.comment(hearing.comment(post.remote_id, "Il en reste ?"), "Moi aussi", "Paul")
    receipt = bluesky.send(hearing.answer(hearing.heard(nested), "Oui."))
    key = receipt.remote_id.rpartition("/")[2]
    reply = bluesky.stand.records(bluesky.account.remote_id, "app.bsky.feed.post")[key]["value"]["reply"]
    assert (reply["root"]["uri"], reply["parent"]["uri"]) == (post.remote_id, nested)


def test_an_answer_to_what_is_gone_is_refused_before_it_leaves(bluesky: Bench) -> None:
    hearing = Hearing(bluesky)
    one = hearing.heard(hearing.mention("Bravo"))
    bluesky.stand.remove_comment(one.remote_id)
    with pytest.raises(Refused):
        bluesky.send(hearing.answer(one, "Merci."))


def test_the_same_message_sent_before_by_hand_is_not_taken_for_ours(bluesky: Bench) -> None:
    hearing = Hearing(bluesky)
    theirs = hearing.heard(hearing.message("Bonjour"))
    began, parcel = clock.now(), hearing.answer(theirs, "Oui, bien sûr.")
    bluesky.send(parcel)  # by hand, a moment ago
    ready = bluesky.ready(parcel)
    bluesky.stand.arm("reject_before_commit", "POST /xrpc/chat.bsky.convo.sendMessage")
    with pytest.raises(Unknown):
        bluesky.line().commit(ready, "")
    assert bluesky.look(parcel, "", began) == Absent()


def test_hiding_one_comment_leaves_the_others_and_who_may_answer_alone(bluesky: Bench) -> None:
    hearing = Hearing(bluesky)
    post = hearing.publish()
    one, two = (hearing.comment(post.remote_id, text) for text in ("Arnaque", "Bravo"))
    gates = bluesky.stand.records(bluesky.account.remote_id, "app.bsky.feed.threadgate")
    heard = hearing.read()
    hearing.ear.hide(heard[one], True)
    gates[post.remote_id.rpartition("/")[2]]["value"]["allow"] = [{"$type": "app.bsky.feed.threadgate#mentionRule"}]
    hearing.ear.hide(heard[two], True)
    hearing.ear.hide(heard[one], False)
    heard = hearing.read()
    assert (heard[one].hidden, heard[two].hidden) == (False, True)
    assert [gate["value"]["allow"] for gate in gates.values()] == [[{"$type": "app.bsky.feed.threadgate#mentionRule"}]]


def test_a_like_is_taken_back_wherever_it_was_given(bluesky: Bench) -> None:
    hearing = Hearing(bluesky)
    one = hearing.heard(hearing.mention("Bravo"))
    hearing.ear.like(one, True)
    hearing.ear.like(one, False)
    hearing.ear.like(one, False)
    assert not bluesky.stand.records(bluesky.account.remote_id, "app.bsky.feed.like")


def test_a_quote_is_a_mention(bluesky: Bench) -> None:
    hearing = Hearing(bluesky)
    post = hearing.publish()
    embed = {"$type": "app.bsky.embed.record", "record": {"uri": post.refs["uri"], "cid": post.refs["cid"]}}
    handle = bluesky.stand.inbox.passer_by("Zoé")
    name = bluesky.stand.add_post(handle, "Regardez ça", record={"embed": embed})["id"]
    assert hearing.heard(name).kind == "mention"


def test_a_picture_comes_along_with_its_description(bluesky: Bench) -> None:
    hearing = Hearing(bluesky)
    picture, handle = bluesky.picture(1), bluesky.stand.inbox.passer_by("Zoé")
    name = bluesky.stand.add_post(handle, "@lenoir.test Regardez", pictures=[(bluesky.files[picture.digest], "Un pain brûlé")])["id"]
    assert [(one.kind, one.name) for one in hearing.heard(name).attached] == [("picture", "Un pain brûlé")]


def test_an_address_that_was_cut_short_is_read_whole() -> None:
    link = {"$type": "app.bsky.richtext.facet#link", "uri": "https://lenoir.example/le/pain"}
    text = "Été : lenoir.example/le…"
    place = {"byteStart": len("Été : ".encode()), "byteEnd": len(text.encode())}
    assert words_of({"text": text, "facets": [{"index": place, "features": [link]}]}) == "Été : https://lenoir.example/le/pain"
    assert words_of({"text": text, "facets": [{"index": {"byteStart": "x"}}, None, {}]}) == text
