"""In which language a text is, told by its small words: enough not to correct English as French."""

from __future__ import annotations

from parvis.core import late

_WORD = late.compile(r"[\p{L}·]+")
FRENCH = """
le la les un une des du de et est en au aux ce cette ces son sa ses nos notre vos votre mes mon ma pour par sur avec sans dans que qui
quoi dont où ne pas plus je tu il elle nous vous ils elles on se si mais ou donc car chez tout tous toute toutes très bien ici jusqu dès
être avoir avez avons sont était c d l n s j qu à fait
"""
ENGLISH = """
the a an and of to in is are was were be been it its this that these those for with on at from by as you your our we they he she his her
their my i not but or if so do does did have has had will would can could should about more all what when where who how just us up out no
into than then there here
"""
SPANISH = """
el la los las un una unos del de y o es en al a con por para que no se su sus nuestra nuestro nuestros nuestras muy más pero como está están
esta este desde hoy los días aquí también ya le les lo
"""
GERMAN = """
der die das und ist ein eine einen einem mit für auf von zu zum zur im in den dem nicht wir sie ihr ihre unser unsere unseren auch bei
am um ab bis seit oder aber als wie wird werden können bitte heute noch nur mehr
"""
ITALIAN = """
il lo la i gli le un una di e ed è in con per che non si ci vi su suo nostra nostro nostri molto più ma come del della dei delle nel
nella dal dalla al alle agli ogni abbiamo siamo da o anche oggi l d c s n
"""
_LISTS = {"fr": FRENCH, "en": ENGLISH, "es": SPANISH, "de": GERMAN, "it": ITALIAN}
_ALL = [word for words in _LISTS.values() for word in set(words.split())]
# A word that two languages share tells nothing, and a bare letter may be what inclusive writing adds: « apprenti(e) ».
_NOTHING = frozenset("abcdefghijklmnopqrstuvwxyz")
SMALL = {name: frozenset(word for word in words.split() if _ALL.count(word) == 1) - _NOTHING for name, words in _LISTS.items()}
# Signs of one language alone.
_SURE = {"¿": "es", "¡": "es", "ñ": "es", "ß": "de"}
ENOUGH = 2


def told(text: str, declared: str) -> str:
    """Return the language of a text, or `declared` where its small words do not tell clearly."""
    if not text.isascii():
        for sign, name in _SURE.items():
            if sign in text:
                return name
    words = [word.lower() for word in _WORD.findall(text)]
    counts = {name: sum(1 for word in words if word in small) for name, small in SMALL.items()}
    best = max(counts, key=lambda name: counts[name])
    if best == declared or counts[best] < ENOUGH or counts[best] < 2 * counts.get(declared, 0):
        return declared
    return best
