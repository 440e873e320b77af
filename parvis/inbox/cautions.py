"""What in a message asks for care before anybody answers: an allergy, somebody taken ill, the law, data about oneself. By its words alone.

A caution never stops an answer, and says which words made it. It is asked for where it is shown, so that old messages have it too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from parvis.networks.codes.reading import folded

MOST = 3_000
# Phrases without accents; `*` stands for any ending.
WORDS = {
    "allergy": (
        "allerg*", "anaphyla*", "intoleran*", "sans gluten", "coeliaque*", "cœliaque*", "celiac*", "coeliac*", "gluten free",
        "sans lactose", "lactose free", "sans arachide*", "arachide*", "cacahuete*", "fruits a coque", "sans noix", "sans noisette*",
        "sans oeuf*", "sans œuf*", "sans soja", "sans lait", "traces de gluten", "traces de noix", "traces de lait", "trace de gluten",
        "epipen", "peanut*", "nut free",
    ),
    "health": (
        "intoxi*", "empoisonn*", "malade*", "vomi*", "diarrhee*", "hopital", "urgences", "hospitalis*", "infection*", "brulure*",
        "me suis brule*", "s est brule*", "blesse*", "blessure*", "reaction cutanee", "salmonel*", "food poisoning", "made me sick",
        "got sick", "morceau de verre", "bout de verre", "bout de plastique", "bout de metal",
    ),
    "law": (
        "avocat*", "mise en demeure", "mettre en demeure", "tribunal", "en justice", "porter plainte", "porte plainte", "deposer plainte",
        "depose plainte", "huissier*", "dgccrf", "signalconso", "signal conso", "repression des fraudes", "conciliateur*", "mediateur*",
        "poursuites", "ufc que choisir", "60 millions de consommateurs", "diffamation", "lawyer*", "legal action", "small claims",
    ),
    "data": (
        "rgpd", "gdpr", "cnil", "mes donnees", "donnees personnelles", "droit d acces", "droit a l oubli", "droit a l effacement",
        "effacer mes", "effacez mes", "supprimer mes infos", "supprimez mes", "supprimer mon compte", "my data", "personal data",
        "delete my data",
    ),
}  # fmt: skip
# What these words mean where they ask for no care: « un malade de vos croissants », « un toast à l’avocat ».
SPARED = ("malade de vos", "malades de vos", "salade d avocat", "avocat crevette", "toast a l avocat", "toasts a l avocat")


@dataclass(frozen=True, slots=True)
class Caution:
    """One thing to be careful of (`what`: allergy, health, law or data), and the words that say so, as they were written, each once."""

    what: str
    words: tuple[str, ...]


def cautions(messages: Iterable[str]) -> list[Caution]:
    """Return what asks for care in these messages, in the order of `WORDS`."""
    found: dict[str, dict[str, None]] = {}
    for text in messages:
        for what, words in _met(text[:MOST]):
            found.setdefault(what, {})[words] = None
    return [Caution(what, tuple(found[what])) for what in WORDS if what in found]


def _met(text: str) -> Iterable[tuple[str, str]]:
    plain = _plain(text)
    for spared in SPARED:
        plain = plain.replace(spared, " " * len(spared))
    for what, pattern in _patterns().items():
        for place in pattern.finditer(plain):
            yield what, " ".join(text[place.start() : place.end()].split())


def _plain(text: str) -> str:
    """Return a text without accents and capitals, each sign where it was."""
    return re.sub(r"[^\wœ]", " ", folded(text))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Compile the phrases when the first message is looked at."""
    return {what: re.compile(rf"(?<!\w)(?:{'|'.join(map(_pattern, phrases))})(?!\w)") for what, phrases in WORDS.items()}


def _pattern(phrase: str) -> str:
    words = [re.escape(word).replace(r"\*", r"\w*+") for word in phrase.split()]
    return r"\s++".join(words)
