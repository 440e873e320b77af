"""No text makes the linter fail or hang: shapes on which a careless pattern takes the square of its length, or stumbles."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from parvis.networks.codes.draft import Context
from parvis.networks.codes.linter import drafts, lint_all
from parvis.networks.codes.profile import Profile
from parvis.networks.facts_of import SPECS

LONG = 20_000
# What opens the door of rules that look for a word before anything else.
DOORS = (
    "\nVous, toi, notre cliente, un verre de vin, un concours, la planète, le carbone, l’avis « extrait ★, -20 %, ce soir, bonne année, "
    'contactez nous, merci a tous, le 12 mars, https://a.fr/a @lea #pain lea@a.fr `x` 🥖 “ " Etes'
)
_DICE = random.Random(63_206)
_LETTERS = "aeéèêrstlniouqzkdpmcv"


def _drawn(signs: str, sizes: tuple[int, int], between: str) -> str:
    return "".join("".join(_DICE.choices(signs, k=_DICE.randint(*sizes))) + between for _ in range(LONG // sizes[0]))


REPEATED = (
    "a ", "a.", "#a", " #a", "#dela", "#de#la ", "@a", "a@a.", "a@a.fr http://a ", "http://a", "http://a(", "http://a.fr/ a ",
    "www.", "www.a-", "a-", "-a.com", "a.com?", "https://a_b.com.", "1 ", "1.", "100 ", "1 000,", "0612345678 ", "25000 € ",
    "lundi 12 mars ", "Venez le 9 janvier. ", "« ", "«", "»", "“", '"a ', "« “a” ", "((", "[a](", "`a", "```a", ":aa: ", "a: :",
    "a!»", "?!", "..", ".. ", "…. ", "etc..", "A B ", "A b", "\n", "\n\t\n", " \n", "\t", "\u00a0 ", "\u202f,", "\r\n", "\u2028",
    "\0", "\ud800", "\u0301", "e\u0301\u0323", "\u0627\u202e", "\u200d", "🇫", "🇫🇷", "👩🏽\u200d🍳", "👨\u0301\u200d", "1️⃣", "𝐀",
    "Ａ 𝐀 ", "ⓐ", "de la ", "ETE A ", "l’", "M. Aa ", "tu « vous ", "Faites vous\n", "gin ", "cidres ", "meilleur de ",
    "notre cliente a ", "partage ", "Bonne année ", "Joyeux Noël à tous ", "ce soir demain, jeudi ", "client·e·s ",
)  # fmt: skip
WHOLE = {
    "a letter and its marks, out of order": "é" + "\u0323\u0301\u0327" * LONG,
    "spaced capitals that end badly": "A" + " B" * LONG,
    "one word": "a" * LONG,
    "spaces and an end": "Faites vous" + " " * (LONG - 20) + "!",
    "spaces between guillemets": "«" + " " * (LONG - 2) + "»",
    "a host without end": "https://a_b" + ".com.a_b" * LONG,
    "a name without end": "www." + "a-" * LONG,
    "brackets in an address": "https://a" + "(b)" * 6000 + "(",
    "unknown words": _drawn(_LETTERS, (4, 25), " "),
    "unknown words with hyphens": _drawn(_LETTERS, (4, 12), "-"),
    "capitals": _drawn(_LETTERS.upper(), (4, 9), " "),
    "numbers": _drawn("0123456789", (1, 5), " "),
    "hashtags": _drawn("delamaison", (7, 60), " #"),
    "punctuation": _drawn("«»“”\"'’!?:;,. \n\u00a0a1A@#/-_.()[]*`\\", (1, 1), ""),
    "addresses": _drawn("a.@#:/-_ ", (1, 1), ""),
    "figures": _drawn("0123456789 .,€%-/h:", (1, 1), ""),
    "every sign in turn": "".join(map(chr, range(32, LONG))),
    "signs of every plane": "".join(chr(_DICE.randrange(0x110000)) for _ in range(LONG)),
}
SHAPES = {ascii(unit): unit * (LONG // len(unit) + 1) for unit in REPEATED} | WHOLE


@pytest.mark.parametrize("shape", SHAPES)
def test_no_shape_makes_the_linter_fail_or_hang(shape: str) -> None:
    text = SHAPES[shape][: LONG - len(DOORS)] + DOORS
    context = Context(at=datetime(2026, 3, 11, 22, tzinfo=UTC), profile=Profile(trade="bar", inclusive="plain"))
    findings = lint_all(drafts(text, SPECS.values(), context))
    assert set(findings) == set(SPECS)
    for finding in {id(one.hit): one for found in findings.values() for one in found}.values():
        places = [finding.hit.span, finding.hit.fix and (finding.hit.fix.start, finding.hit.fix.end)]
        assert all(0 <= place[0] <= place[1] <= len(text) for place in places if place), finding.rule.id
