"""Every code of the family's errors leads from the stand-in's own body to its class, its sentence and its cure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator

import pytest

from parvis.core.http import Answer
from parvis.networks.contract import Disconnected, NotSent, Refused, Unknown
from parvis.networks.facts import Parcel
from parvis.networks.meta import failure, said
from parvis.networks.meta_errors import CODES, SUBCODES, Trouble
from sandbox import Town
from sandbox.bells import packed as webhook
from sandbox.graph import signed
from tests.contract.benches import Bench
from tests.contract.conftest import connected

PAIRS = [(code, 0, meant) for code, meant in CODES.items()] + [(100, subcode, meant) for subcode, meant in SUBCODES.items()]
CLASSES = {"wait": NotSent, "passing": Unknown, "dead": Disconnected, "twin": (Unknown, Refused), "refused": Refused}


@pytest.fixture
def bench(town: Town) -> Iterator[Bench]:
    yield from connected("facebook", town)


@pytest.fixture
def gallery(town: Town) -> Iterator[Bench]:
    yield from connected("instagram", town)


def refused(bench: Bench, code: int, subcode: int) -> Exception:
    ready = bench.ready(bench.says("Bonjour."))
    bench.stand.settings(refuses=[["POST /*/feed", code, subcode]])
    with pytest.raises((NotSent, Refused, Unknown)) as caught:
        bench.line().commit(ready, bench.new_key())
    assert bench.posts() == []
    return caught.value


@pytest.mark.parametrize(("code", "subcode", "meant"), PAIRS, ids=[f"{code}-{subcode}" for code, subcode, _ in PAIRS])
def test_a_code_means_what_the_table_says(bench: Bench, code: int, subcode: int, meant: Trouble) -> None:
    problem = refused(bench, code, subcode)
    assert isinstance(problem, CLASSES[meant.kind])
    if isinstance(problem, Refused) and meant.kind == "refused":
        assert (problem.reason.text, problem.cure.text) == (meant.why, meant.cure)
    if isinstance(problem, NotSent):
        assert problem.why.text == meant.why


@pytest.mark.parametrize("subcode", [code for code in SUBCODES if 2_207_000 <= code < 2_208_000])
def test_a_code_of_containers_means_what_the_table_says(gallery: Bench, subcode: int) -> None:
    meant = SUBCODES[subcode]
    gallery.stand.settings(refuses=[["POST /*/media", 100, subcode]])
    with pytest.raises((NotSent, Refused)) as caught:
        gallery.ready(gallery.says("Bonjour."))
    problem = caught.value
    assert isinstance(problem, CLASSES[meant.kind])
    assert (problem.reason if isinstance(problem, Refused) else problem.why).text == meant.why


def test_every_trouble_has_its_cure() -> None:
    for meant in [*CODES.values(), *SUBCODES.values()]:
        assert meant.why
        assert bool(meant.cure) == (meant.kind == "refused")


@pytest.mark.parametrize("code", [200, 210, 230, 299])
def test_a_missing_permission_says_to_tick_it(bench: Bench, code: int) -> None:
    problem = refused(bench, code, 0)
    assert isinstance(problem, Disconnected if code == 210 else Refused)


def test_a_code_that_nobody_knows_is_shown_in_the_networks_own_words(bench: Bench) -> None:
    problem = refused(bench, 4242, 0)
    assert isinstance(problem, Refused)
    assert "A person is told why (code 4242, 0)." in str(problem.reason)


@pytest.mark.parametrize("status", [400, 401, 403])
def test_the_status_of_a_dead_token_does_not_matter(bench: Bench, status: int) -> None:
    bench.stand.settings(token_status=status)
    bench.stand.arm("token_revoked", "any")
    with pytest.raises(Disconnected):
        bench.send(Parcel("Bonjour."))


@pytest.mark.parametrize("status", [400, 403])
def test_the_status_of_a_limit_does_not_matter(bench: Bench, status: int) -> None:
    bench.stand.settings(throttle_status=status)
    bench.stand.arm("rate_limited", reset=600)
    with pytest.raises(NotSent) as caught:
        bench.send(Parcel("Bonjour."))
    assert caught.value.again_at is not None


def test_a_version_that_is_no_longer_served_says_who_must_act(bench: Bench) -> None:
    bench.stand.settings(sunset=["v26.0"])
    with pytest.raises(Refused, match="no longer serves") as caught:
        bench.send(Parcel("Bonjour."))
    assert "newer version" in str(caught.value.cure)


def test_a_link_that_cannot_be_read_is_named(bench: Bench) -> None:
    bench.stand.settings(refuses=[["POST /*/feed", 1609005, 0]])
    with pytest.raises(Refused, match="behind the link"):
        bench.send(Parcel("Bonjour."))


@pytest.mark.parametrize("body", [b"<html>502 Bad Gateway</html>", b"", b"null", b"[]", b'{"error": 5}', b'{"error": {"code": "x"}}'])
def test_a_body_that_is_no_answer_proves_nothing_on_a_commit(body: bytes) -> None:
    answer = Answer(502, {}, body, "https://graph.example/x")
    assert isinstance(failure(answer, commit=True), Unknown)
    assert isinstance(failure(answer, commit=False), NotSent)
    assert "<" not in said(answer)


def test_a_webhook_is_signed_over_its_escaped_form() -> None:
    body = webhook({"object": "page", "entry": [{"text": "Été 🥖"}]})
    assert b"\\u00c9t\\u00e9 \\ud83e\\udd56" in body
    expected = hmac.new(b"secret", body, hashlib.sha256).hexdigest()
    assert signed(body, "secret") == f"sha256={expected}"
