"""X held against what it publishes: its own client (PyPI xdk, made from its OpenAPI description) knows every call and every answer.

Beside it stand: the doors of OAuth, which that description leaves out, and the older names of fields, which X still answers with.
"""

from __future__ import annotations

import ast
import base64
import importlib
import inspect
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import regex
from pydantic import BaseModel

from parvis.core import clock
from parvis.core.http import Answer, Client
from parvis.networks.contract import Receipt
from parvis.networks.facts import COMMENT, Captions, Parcel
from sandbox import Town
from tests.contract.benches import BACK, HERE, OUR_APP, Bench, said_yes
from tests.contract.hearings import Hearing
from tests.contract.test_x_media import gif
from tests.films import mp4
from tests.pictures import png, shades

GROUPS = ("posts", "media", "users", "direct_messages")
DOORS = {("GET", "/i/oauth2/authorize"), ("POST", "/2/oauth2/token")}
# X answers with these, though its description names them otherwise or not at all.
OLDER = {"edit_history_tweet_ids", "error"}
HELLO = Parcel("Chaud à 7 h : https://boulangerie-lenoir.fr/pain & plus.")


@dataclass(frozen=True)
class Call:
    """One call as the official client makes it."""

    method: str
    path: str
    params: frozenset[str]
    values: dict[str, frozenset[str]]
    body: type[BaseModel] | None
    answer: type[BaseModel]

    def fits(self, method: str, path: str) -> bool:
        shape = regex.sub(r"\\\{\w+\\\}", "[^/]+", regex.escape(self.path))
        return method == self.method and regex.fullmatch(shape, path) is not None


@cache
def published() -> tuple[Call, ...]:
    """Return every call of the official client, read from its source."""
    return tuple(call for group in GROUPS for call in _calls(group))


def _calls(group: str) -> Iterator[Call]:
    module, models = importlib.import_module(f"xdk.{group}.client"), importlib.import_module(f"xdk.{group}.models")
    (client,) = [node for node in ast.parse(inspect.getsource(module)).body if isinstance(node, ast.ClassDef)]
    for made in client.body:
        # Two of them hand over bytes; nothing here asks for those.
        if isinstance(made, ast.FunctionDef) and made.name != "__init__" and ast.unparse(made.returns or made) != "bytes":
            yield _call(made, models)


def _call(made: ast.FunctionDef, models: Any) -> Call:
    nodes = [*ast.walk(made)]
    path = next(node.value for node in nodes if isinstance(node, ast.Constant) and str(node.value).startswith("/2/"))
    verbs = [node.attr for node in nodes if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self.client.session"]
    verb = next(attr for attr in verbs if attr in ("get", "post", "put", "delete"))
    params = {
        str(ast.literal_eval(node.slice))
        for node in nodes
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) in ("params", "page_params") and isinstance(node.slice, ast.Constant)
    }
    values = {}
    for argument in made.args.args:
        literal = regex.search(r"Literal\[(.*?)\]", ast.unparse(argument.annotation) if argument.annotation else "", regex.DOTALL)
        if literal:
            values[regex.sub(r"_fields$", ".fields", argument.arg)] = frozenset(ast.literal_eval(f"[{literal[1]}]"))
    body = next((ast.unparse(one.annotation) for one in made.args.args if one.arg == "body" and one.annotation), "")
    name = regex.sub(r"^(Optional|Iterator)\[(.*)\]$", r"\2", ast.unparse(made.returns) if made.returns else "")
    asked = getattr(models, regex.sub(r"^Optional\[(.*)\]$", r"\1", body)) if body else None
    return Call(verb.upper(), str(path), frozenset(params), values, asked, getattr(models, name))


def unknown(found: Any) -> set[str]:
    """Return the names in a read answer that the description does not know."""
    if isinstance(found, BaseModel):
        inner = [getattr(found, name) for name in type(found).model_fields]
        return set(found.model_extra or {}) | {name for value in inner for name in unknown(value)}
    return {name for value in found for name in unknown(value)} if isinstance(found, list) else set()


class Heard(Client):
    """A client that remembers every exchange."""

    def __init__(self) -> None:
        super().__init__(HERE, seconds=5)
        self.heard: list[tuple[str, str, Answer]] = []

    def call(self, method: str, url: str, **more: Any) -> Answer:
        answer = super().call(method, url, **more)
        asked = "&".join(f"{name}={value}" for name, value in (more.get("params") or {}).items())
        self.heard.append((method, f"{url}?{asked}", answer))
        return answer


@dataclass
class Day:
    """A day in the life of an account, and what was said in it."""

    bench: Bench
    http: Heard = field(default_factory=Heard)
    seen: list[dict[str, Any]] = field(default_factory=list)

    def live(self) -> None:
        bench, began = self.bench, clock.now()
        bench.http = self.http
        bench.connect()
        bench.stand.settings(media_polls=2)
        bench.stand.advance(7300)
        first = bench.send(
            replace(HELLO, ai=True, paid=True, details={"reply_settings": "verified"}, pictures=(bench.picture(1, "Un pain"),))
        )
        second = bench.send(Parcel("La suite.", pictures=(gif(bench, "Animé"),)), after=first)
        bench.send(Parcel("Réservez.", form=COMMENT), after=first)
        bench.send(Parcel("Lequel ?", form="poll", details={"option1": "Noix", "option2": "Seigle"}))
        track = b"WEBVTT\n"
        bench.files["t" * 64] = track
        video = replace(bench.video(weight=5_000_000), alt="Un film", captions=(Captions("t" * 64, "fr", "text/vtt", len(track)),))
        bench.send(Parcel("Un film.", video=video))
        for parcel in (HELLO, Parcel("Rien.")):
            bench.look(parcel, "k", began)
        bench.stand.settings(partial=True)
        bench.look(HELLO, "k", began)
        bench.line().delete(second)
        bench.line().delete(Receipt("12345"))
        self.listen()
        assert bench.wires is not None
        bench.network.door.visit(bench.account, bench.wires)
        bench.network.door.readiness(bench.account, bench.wires)

    def listen(self) -> None:
        bench, hearing = self.bench, Hearing(self.bench)
        bench.stand.settings(partial=False)
        comment = hearing.comment(hearing.publish("Écoutez.").remote_id, "Il en reste ?")
        hearing.mention("Le meilleur pain")
        answer, began = hearing.answer(hearing.heard(comment), "Oui."), clock.now()
        bench.send(answer)
        bench.look(answer, "k", began)
        private = hearing.answer(hearing.heard(hearing.message("Bonjour")), "Bonjour Madame.")
        bench.send(private)
        bench.look(private, "k", began)
        hearing.ear.hide(hearing.held[comment], True)
        bench.stand.remove_comment(comment)
        hearing.read()
        assert hearing.gone == {comment}


@pytest.fixture(scope="module")
def day(standing: Town) -> Iterator[Day]:
    day = Day(Bench("x", standing))
    day.live()
    day.seen = standing.x.requests()
    standing.reset()
    yield day
    day.http.close()


def test_every_call_is_one_that_x_publishes(day: Day) -> None:
    made = {(call["method"], call["path"]) for call in day.seen} - DOORS
    strange = [one for one in made if not any(call.fits(*one) for call in published())]
    assert strange == []
    assert len({call.path for call in published() for one in made if call.fits(*one)}) >= 12


def test_every_parameter_and_every_value_is_one_that_x_publishes(day: Day) -> None:
    for seen in day.seen:
        call = next((call for call in published() if call.fits(seen["method"], seen["path"])), None)
        if call is None:
            continue
        for name, (value,) in parse_qs(seen["query"]).items():
            assert name in call.params, f"{call.path}: {name}"
            if name in call.values:
                assert set(value.split(",")) <= call.values[name], f"{call.path}: {name}={value}"


def test_every_body_is_one_that_x_publishes(day: Day) -> None:
    checked = 0
    for seen in day.seen:
        call = next((call for call in published() if call.fits(seen["method"], seen["path"])), None)
        if call is None or seen["given"] is None:
            continue
        assert call.body is not None, call.path
        read = call.body.model_validate(seen["given"])
        assert unknown(read) == set(), call.path
        checked += 1
    assert checked >= 10


def test_every_answer_of_the_stand_in_is_one_that_x_publishes(day: Day) -> None:
    checked = set()
    for method, url, answer in day.http.heard:
        call = next((call for call in published() if call.fits(method, urlsplit(url).path)), None)
        if call is None or not answer.ok:
            continue
        read = call.answer.model_validate_json(answer.body)
        assert unknown(read) <= OLDER, f"{call.path}: {unknown(read)}"
        checked.add((call.method, call.path))
    assert len(checked) >= 12


@pytest.mark.parametrize("path", ["/2/tweets/1/liking_users", "/2/users/1/followers", "/1.1/statuses/update.json", "/2/media/upload/1"])
def test_what_is_not_built_is_not_answered(day: Day, path: str) -> None:
    assert day.http.call("GET", f"{day.bench.stand.url}{path}").status == 404


def test_the_doors_are_those_of_the_official_client() -> None:
    source = inspect.getsource(importlib.import_module("xdk.oauth2_auth"))
    assert "/2/oauth2/token" in source
    assert "https://x.com/i" in source
    assert "/oauth2/authorize" in source


# ---- a client that nobody here wrote


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_official_client_speaks_to_the_stand_in(x: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    from xdk import Client as Official
    from xdk.media.models import AppendUploadRequest, CreateMetadataRequest, InitializeUploadRequest, UploadRequest
    from xdk.posts.models import CreateRequest

    official: Any = Official(
        base_url=x.stand.url, authorization_base_url=f"{x.stand.url}/i", redirect_uri=BACK,
        scope=["tweet.read", "tweet.write", "users.read", "media.write", "offline.access"], **OUR_APP,
    )  # fmt: skip
    official.exchange_code(said_yes(x, official.get_authorization_url(state="the state")))
    assert official.users.get_me(user_fields=["protected"]).data.username == "lenoir"
    official.refresh_token()

    picture = _base64(png(shades(64, 48)))
    uploaded = official.media.upload(UploadRequest(media=picture, media_category="tweet_image")).data
    official.media.create_metadata(CreateMetadataRequest.model_validate({"id": uploaded.id, "metadata": {"alt_text": {"text": "Un pain"}}}))
    made = official.posts.create(CreateRequest.model_validate({"text": "Un pain.", "media": {"media_ids": [uploaded.id]}})).data

    film = mp4()
    begun = official.media.initialize_upload(
        InitializeUploadRequest(media_type="video/mp4", total_bytes=len(film), media_category="tweet_video")
    ).data
    for number, start in enumerate(range(0, len(film), 3000)):
        part = _base64(film[start : start + 3000])
        official.media.append_upload(begun.id, AppendUploadRequest(media=part, segment_index=number))
    official.media.finalize_upload(begun.id)
    assert official.media.get_upload_status(begun.id, command="STATUS").data.id == begun.id
    official.posts.create(CreateRequest.model_validate({"text": "Un film.", "media": {"media_ids": [begun.id]},
                                                        "reply": {"in_reply_to_tweet_id": made.id}}))  # fmt: skip

    page = next(iter(official.users.get_posts(x.account.remote_id, max_results=5, post_fields=["created_at", "attachments"])))
    assert [post["id"] if isinstance(post, dict) else post.id for post in page.data][-1] == made.id
    assert official.posts.delete(made.id).data.deleted is True
    assert [post["text"] for post in x.posts()] == ["Un film."]
    assert x.posts()[0]["video"]["seconds"] == pytest.approx(1, abs=0.2)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_official_client_reads_what_the_public_wrote(x: Bench) -> None:
    from xdk import Client as Official
    from xdk.direct_messages.models import CreateByParticipantIdRequest
    from xdk.posts.models import HideReplyRequest

    official: Any = Official(base_url=x.stand.url, access_token=x.stand.add_account("lenoir"))
    post = x.stand.add_post("lenoir", "Ouvert : lenoir.fr #pain @chocolat $PAIN <b>")
    said = x.stand.comment(post["id"], "Mme Le Goff", "Vous en gardez deux ?")
    x.stand.message("lenoir", "Mme Le Goff", "Bonjour")
    me = official.users.get_me(user_fields=["public_metrics", "protected"]).data
    assert me.public_metrics.post_count == 1
    assert official.users.get_by_id("1").data is None
    wanted = {"post_fields": ["entities", "public_metrics", "conversation_id"], "expansions": ["author_id", "referenced_posts"]}
    found = official.posts.get_by_ids([post["id"], "99"], **wanted)
    assert [found.errors[0].resource_id, found.includes.users[0].username] == ["99", "lenoir"]
    marks = found.data[0].entities
    assert [marks.hashtags[0].tag, marks.mentions[0].username, marks.cashtags[0].tag] == ["pain", "chocolat", "PAIN"]
    shown = found.data[0].text
    assert [shown[mark.start : mark.end] for mark in (marks.hashtags[0], marks.urls[0])] == ["#pain", marks.urls[0].url]
    for page in (
        official.users.get_mentions(me.id, **wanted),
        official.posts.search_recent(query=f"conversation_id:{post['id']} -from:lenoir"),
    ):
        assert [one.id for one in next(iter(page)).data] == [said["id"]]
    assert official.posts.hide_reply(said["id"], HideReplyRequest(hidden=True)).data.hidden is True
    (message,) = next(iter(official.direct_messages.get_events(dm_event_fields=["sender_id"]))).data
    assert message.text == "Bonjour"
    sent = official.direct_messages.create_by_participant_id(message.sender_id, CreateByParticipantIdRequest(text="Bonjour Madame"))
    assert sent.data.dm_event_id
    assert x.stand.money.spent()["calls"]["message"] == 1


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_a_body_that_x_does_not_know_would_be_seen() -> None:
    call = next(call for call in published() if call.fits("POST", "/2/tweets"))
    assert call.body is not None
    assert unknown(call.body.model_validate(json.loads('{"text": "a", "colour": "red", "media": {"media_ids": [], "size": 3}}'))) == {
        "colour",
        "size",
    }
