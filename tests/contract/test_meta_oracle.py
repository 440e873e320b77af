"""Every request of ours to this family uses calls, parameters and values that the vendor's own client has; so do the stand-ins' answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import pytest

from parvis.networks.contract import Doorbell, Wires
from parvis.networks.facts import COMMENT, Card, Parcel
from sandbox import Town
from sandbox.graph import Asked, asked_in
from tests.contract.benches import LONG_AGO, Bench
from tests.contract.conftest import connected
from tests.contract.hearings import Hearing
from tests.contract.meta_schema import ANYWHERE, MORE, edges_of, fields_of, there

pytestmark = pytest.mark.skipif(not there(), reason="the vendor's client is not installed")

# What is no node: the code flow, the bytes of videos, pages of the web.
APART = re.compile(
    r"/(v\d+\.\d+/)?(dialog/|oauth/|debug_token|access_token|refresh_access_token|video-upload/|ig-api-upload/|files/|pages/|p/|me)"
)
# Known gap: the list of a person's pages names only its own parameters, and media of accounts can be asked for by moment.
KINDS = {
    "named": "PagePost",
    "posts": "PagePost",
    "pages": "Page",
    "videos": "AdVideo",
    "photos": "Photo",
    "comments": "Comment",
    "people": "User",
}
OWN_KINDS = {"accounts": "IGUser", "media": "IGMedia", "containers": "ShadowIGMediaBuilder", "comments": "IGComment", "pages": "Page"}
# Edges that are read as fields of their node.
AS_FIELDS = {
    "PagePost": {"attachments", "comments"},
    "IGMedia": {"children", "comments"},
    "IGComment": {"replies"},
    "Page": {"picture", "tasks"},
}
AS_FIELDS["User"], AS_FIELDS["UnifiedThread"] = {"picture"}, {"messages"}
# What stands under others is read through the account.
SHADOWS = {"mentioned_media": "IGMedia", "mentioned_comment": "IGComment"}


@pytest.fixture
def pages(town: Town) -> Iterator[Bench]:
    yield from connected("facebook", town)


@pytest.fixture
def gallery(town: Town) -> Iterator[Bench]:
    yield from connected("instagram", town)


def everything_on_a_page(bench: Bench) -> None:
    upright = bench.video(3.0, width=540, height=960)
    first = bench.send(Parcel("Bonjour.", pictures=(bench.picture(1, "Un pain"), bench.picture(2))))
    bench.send(Parcel("À lire.", card=Card("https://lenoir.example/", "Lenoir"), paid=True, details={"sponsor": "42"}))
    bench.send(Parcel("Merci.", form=COMMENT), after=first)
    film = bench.send(Parcel("La fournée.", title="Matin", video=replace(upright, cover=bench.picture(3)), ai=True))
    bench.send(Parcel("Le geste.", title="Geste", form="reel", video=upright, ai=True))
    bench.send(Parcel("", form="story", video=upright))
    story = Parcel("", form="story", pictures=(bench.picture(4),))
    bench.send(story)
    for parcel in (Parcel("Bonjour."), story, Parcel("La fournée.", video=upright), Parcel("Merci.", form=COMMENT)):
        bench.look(parcel, bench.new_key(), LONG_AGO)
    bench.line().edit(first, Parcel("Bonsoir."))
    bench.line().edit(film, Parcel("La fournée de midi."))
    listened(bench)
    bench.line().delete(first)
    visited(bench)


def everything_in_a_gallery(bench: Bench) -> None:
    film = bench.video(3.0, width=360, height=640)
    first = bench.send(Parcel("La semaine.", pictures=(bench.picture(1, "Un pain"), bench.picture(2)), video=film, ai=True, paid=True))
    bench.send(Parcel("Chaud.", pictures=(bench.picture(1, "Un pain"),)))
    bench.send(Parcel("Le geste.", video=replace(film, cover=bench.picture(3))))
    bench.send(Parcel("", form="story", pictures=(bench.picture(4),)))
    bench.send(Parcel("Merci.", form=COMMENT), after=first)
    for parcel in (Parcel("Merci.", form=COMMENT), Parcel("Chaud.", pictures=(bench.picture(1),)), Parcel("", form="story", video=film)):
        bench.look(parcel, bench.new_key(), LONG_AGO)
    listened(bench)
    bench.line().delete(first)
    visited(bench)


def listened(bench: Bench) -> None:
    """Read and answer a comment and a message, and do to the comment whatever may be done."""
    hearing = Hearing(bench)
    theirs, said, late = (hearing.wrote("comment", "Il en reste ?"), hearing.message("Bonjour"), hearing.message("Allô", "Paul Martin"))
    taken_off = hearing.comment(theirs, "Moi aussi")
    named = hearing.mention("Le meilleur pain")
    hearing.cursors["named"] = {"told": [named_under(bench), named]}
    hearing.read()
    if "answer" in hearing.ear.abilities["mention"]:
        bench.send(hearing.answer(hearing.held[named], "Merci !"))
    for name in (theirs, said, late):
        parcel = hearing.answer(hearing.held[name], "Oui.", late=name == late)
        bench.send(parcel)
        bench.look(parcel, bench.new_key(), LONG_AGO)
    hearing.ear.hide(hearing.held[theirs], True)
    for liked in (True, False):
        if "like" in hearing.ear.abilities["comment"]:
            hearing.ear.like(hearing.held[theirs], liked)
    bench.stand.remove_comment(taken_off)
    hearing.read()
    assert hearing.gone == {taken_off}


def named_under(bench: Bench) -> str:
    """Name the account in a comment under somebody else's publication; return what a webhook says of it."""
    return f"178400:{bench.stand.mention('lenoir', 'Zoé Petit', '@lenoir bravo', where='178400')['id']}"


def visited(bench: Bench) -> None:
    wires = Wires(bench.http, bench.purse, bench.files.__getitem__, doorbell=Doorbell("http://127.0.0.1:1/hooks/here", "word"))
    bench.network.door.visit(bench.account, wires)
    assert [bench.stand.requests(f"{method} */subscriptions") for method in ("GET", "POST")]
    bench.network.door.readiness(bench.account, wires)


def kind_of(bench: Bench, name: str) -> str:
    kinds = KINDS if bench.key == "facebook" else OWN_KINDS
    if name in bench.stand.state["conversations"]:
        return "UnifiedThread"
    if name in bench.stand.state["apps"]:
        return "Application"
    # A comment that its author took off was looked for once more.
    return next((kind for held, kind in kinds.items() if name in bench.stand.state[held]), kinds["comments"])


def unknown_in(bench: Bench, seen: dict[str, Any], gone: dict[str, str]) -> list[str]:
    """Return what a recorded request holds that the vendor's client does not know."""
    name, _, edge = re.sub(r"^/v\d+\.\d+/", "", seen["path"]).partition("/")
    kind = gone.get(name) or kind_of(bench, name)
    call = f"{seen['method']} /{edge}"
    known = edges_of(kind).get(call)
    if known is None:
        return [f"{kind}: no {call}"]
    given = {name: values[-1] for name, values in parse_qs(seen["query"]).items()} | (seen["given"] or {})
    wrong = []
    for parameter, value in given.items():
        plain = parameter.partition("[")[0]
        if plain not in known.parameters.keys() | ANYWHERE | MORE.get(call, frozenset()):
            wrong.append(f"{kind} {call}: {parameter}")
        values = known.values.get(f"{plain}_enum") or known.values.get(_item(known.parameters.get(plain, "")))
        # The guides write the values of `platform` in small letters, the client in capitals.
        if values and not {value.upper()} <= values and not {*value.split(",")} <= values:
            wrong.append(f"{kind} {call}: {parameter}={value}")
    return wrong + [f"{kind} {call}: the field {one}" for one in asked_of(kind, edge, str(given.get("fields", "")))]


def _item(kind: str) -> str:
    """Return what a list holds, of any other kind itself."""
    return kind.removeprefix("list<").removesuffix(">")


def asked_of(kind: str, edge: str, fields: str) -> list[str]:
    """Return the fields that were asked for and that the node (or what its edge lists) does not have."""
    commented = "IGComment" if kind == "IGMedia" else "Comment"
    told = "IGMedia" if kind == "IGUser" else "Stories"
    listed = {
        "published_posts": "PagePost",
        "feed": "PagePost",
        "comments": commented,
        "stories": told,
        "media": "IGMedia",
        "replies": "IGComment",
    }
    listed |= {"conversations": "UnifiedThread", "tagged": "PagePost", "tags": "IGMedia"}
    if edge in ("messages", "subscriptions"):
        return []  # the client has no node of messages; the fields of a subscription are what is told
    listed["content_publishing_limit"] = "ContentPublishingLimitResponse"
    node = listed.get(edge, kind) if edge else kind
    return [name for one in asked_in(fields) for name in _unknown(one, node)]


def _unknown(one: Asked, node: str) -> list[str]:
    """Return a field that a node does not have, or those that the things named through it do not have."""
    if shadow := SHADOWS.get(one.name):
        return [name for inner in one.inside for name in _unknown(inner, shadow)]
    return [] if one.name in fields_of(node) | AS_FIELDS.get(node, set()) else [one.name]


def wrong_requests(bench: Bench) -> list[str]:
    nodes = [seen for seen in bench.stand.requests() if not APART.match(seen["path"])]
    taken_off = {re.sub(r"^/v\d+\.\d+/", "", seen["path"]) for seen in nodes if seen["method"] == "DELETE"}
    gone = dict.fromkeys(taken_off, "PagePost" if bench.key == "facebook" else "IGMedia")
    gone |= {seen["path"].split("/")[2]: gone[name] for name in taken_off for seen in nodes if name in seen["path"]}
    assert len(nodes) > 15
    return sorted({wrong for seen in nodes for wrong in unknown_in(bench, seen, gone)})


def test_what_is_asked_of_pages_is_what_the_vendors_client_knows(pages: Bench) -> None:
    everything_on_a_page(pages)
    assert wrong_requests(pages) == []


def test_what_is_asked_of_accounts_is_what_the_vendors_client_knows(gallery: Bench) -> None:
    everything_in_a_gallery(gallery)
    assert wrong_requests(gallery) == []


def test_the_answers_about_pages_hold_known_fields(pages: Bench) -> None:
    everything_on_a_page(pages)
    for held, kind in KINDS.items():
        for name in pages.stand.state[held]:
            known = fields_of(kind) | AS_FIELDS.get(kind, set())
            assert not pages.stand.view_of(name).keys() - known, kind
    story = next(one for one in pages.stand.state["posts"].values() if one["form"] == "story")
    assert not pages.stand.media._story_view(story).keys() - fields_of("Stories")


def test_the_answers_about_accounts_hold_known_fields(gallery: Bench) -> None:
    everything_in_a_gallery(gallery)
    stand = gallery.stand
    only_here = fields_of("IGUserForIGOnlyAPI") | fields_of("IGUser")
    assert not stand.account_view(next(iter(stand.state["accounts"].values()))).keys() - only_here
    for media in stand.state["media"].values():
        assert not stand.media_view(media).keys() - fields_of("IGMedia") - AS_FIELDS["IGMedia"]
    for comment in stand.state["comments"].values():
        assert not stand.inbox.view(comment).keys() - fields_of("IGComment") - AS_FIELDS["IGComment"]
    name = next(iter(stand.state["containers"]))
    shown = gallery.http.call(
        "GET",
        f"{stand.url}/v26.0/{name}",
        params={"fields": "id,status,status_code,video_status", "access_token": gallery.purse.tokens["access"]},
    )
    assert json.loads(shown.body).keys() <= fields_of("ShadowIGMediaBuilder")


def test_the_check_sees_what_is_wrong(pages: Bench) -> None:
    pages.send(Parcel("Bonjour."))
    page = pages.account.remote_id
    seen = {"path": f"/v26.0/{page}/feed", "method": "POST", "query": "", "given": {"message": "x", "colour": "blue"}}
    assert unknown_in(pages, seen, {}) == ["Page POST /feed: colour"]
    assert unknown_in(pages, {**seen, "path": f"/v26.0/{page}/poems"}, {}) == ["Page: no POST /poems"]
    wrong = {**seen, "path": f"/v26.0/{page}/video_reels", "given": {"upload_phase": "begin"}}
    assert unknown_in(pages, wrong, {}) == ["Page POST /video_reels: upload_phase=begin"]
    assert asked_of("Page", "published_posts", "id,poem") == ["poem"]
