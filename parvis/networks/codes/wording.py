"""Words: their spelling, and the company's choice about inclusive writing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import regex

from parvis.networks.codes.draft import Draft
from parvis.networks.codes.rule import Both, Fix, Hit, Severity, Source, rule
from parvis.networks.codes.spelling import known, meant

SHORT, LONG = 4, 25
# To look for what a word was meant to be is dear; a text with more unknown words is not prose.
MOST_UNKNOWN = 80
_PIECES = regex.compile(r"[\p{L}\p{M}-]++")


@rule(
    "T10",
    "spelling",
    Severity.TIP,
    says=Both("“%(found)s” is not in the dictionary: “%(right)s”?", "« %(found)s » n’est pas au dictionnaire : « %(right)s » ?"),
    why=Both(
        "A slip is noticed before the message, and misspelt posts may be refused by Google Business.",
        "On remarque la faute avant le message, et Google Business peut refuser un texte mal orthographié.",
    ),
    cure=Both(
        "Correct it, or add it to the company’s own words.",
        "Corrigez, ou ajoutez-le au vocabulaire de l’entreprise.",
    ),
    source=Source("French Hunspell dictionary « classique » 7.0, grammalecte.net (MPL 2.0)", "https://grammalecte.net"),
    limits={"most": 10},
    shared=True,
)
def T10(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """Words in small letters that no dictionary knows and that are one slip away from one it knows: at most `most` of them.

    A word that resembles no other is a name, a brand or a trade's own, and is left alone.
    """
    if not draft.reading.french:
        return
    own = {word.lower() for word in draft.profile.words}
    said = looked_up = 0
    for word in draft.reading.words:
        for piece in _PIECES.finditer(word.text):
            text = piece[0]
            if (
                not SHORT <= len(text) <= LONG
                or not text.islower()
                or "·" in word.text
                or text in own
                or word.text.lower() in own
                or known(text)
            ):
                continue
            right, looked_up = meant(text), looked_up + 1
            if right:
                said += 1
                yield Hit((word.start + piece.start(), word.start + piece.end()), facts={"found": text, "right": right})
            if said >= limits["most"] or looked_up >= MOST_UNKNOWN:
                return


_DOTTED = regex.compile(
    r"(?<!\p{L})(?P<stem>\p{L}{2,}+)(?P<sign>[·•‧.(-])(?P<end>ère|ere|trice|rice|euse|esse|ne|le|te|ve|fe|se|"
    r"e)(?P<close>\)?)(?P<more>(?:[·•‧.-]?s)?)(?![\p{L}\d])"
)
_SIGNS = frozenset("·•‧.(-")


@rule(
    "A08",
    "inclusive-writing",
    Severity.TIP,
    says=Both("“%(found)s” is hard to read aloud.", "« %(found)s » se lit mal à voix haute."),
    why=Both(
        "A screen reader may say “middle dot” or break the word; others hold to this writing: the company chooses.",
        "Un lecteur d’écran peut dire « point médian » ou casser le mot ; d’autres tiennent à cette écriture : l’entreprise choisit.",
    ),
    cure=Both(
        "Name both, or choose a word that has one form: “la clientèle”, “l’équipe”.",
        "Nommez les deux, ou choisissez un mot épicène : « la clientèle », « l’équipe ».",
    ),
    source=Source("adilade.fr; komitid.fr; lunatopia.fr (which disagree)", "https://adilade.fr"),
    shared=True,
)
def A08(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Forms with a middle dot, a full stop or brackets, where the company prefers none or plain words. "any" says nothing."""
    if draft.profile.inclusive == "any" or not draft.reading.french:
        return
    text = draft.reading.masked
    if not any(sign in text for sign in "·•‧.("):
        return
    for m in _DOTTED.finditer(text):
        if m["sign"] == "-" or (m["sign"] == "(") != bool(m["close"]) or (m["sign"] == "." and len(m["stem"]) < SHORT):
            continue
        both = _both(m) if draft.profile.inclusive == "plain" else ""
        facts = {"found": m[0], "right": both}
        yield Hit(m.span(), facts=facts, says=_NAMED if both else None if draft.profile.inclusive == "plain" else _NOT_OURS)


_NAMED = Both("“%(found)s”: write “%(right)s”.", "« %(found)s » : écrivez « %(right)s ».")
_NOT_OURS = Both("The company writes without “%(found)s”.", "L’entreprise n’écrit pas « %(found)s ».")


def _both(m: regex.Match[str]) -> str:
    """Return « clientes et clients » for « client·e·s », or "" where the feminine is not the masculine with an « e »."""
    if m["end"] not in ("e", "ne", "le", "te"):
        return ""
    plural = "s" if m["more"] else ""
    return f"{m['stem']}{m['end']}{plural} {'et' if plural else 'ou'} {m['stem']}{plural}"


_ORDER = regex.compile(
    r"(?:^|[.!?…,;:]\s*+|\n[^\S\n]*+|\p{So}\uFE0F?\s*+|\b(?:et|ou|alors|donc|puis|vite)\s)(?P<verb>\p{L}{2,20}ez|faites|"
    r"dites)(?P<space> )(?P<who>vous|nous|moi)(?=\s*+(?:[.,!?…;:\n]|$|\p{So}|(?:en|sur|à|au|dès|par|pour|dans|avant|vite|plaisir|tous|ici|"
    r"maintenant|une?|le|la|les|votre|vos|avec)\b))",
    regex.IGNORECASE,
)
_NOT_ORDERS = frozenset(
    ("chez", "assez", "nez", "avez", "êtes", "pouvez", "voulez", "devez", "savez", "allez", "serez", "aurez", "étiez", "aviez")
)


@rule(
    "T12",
    "imperative-hyphen",
    Severity.TIP,
    says=Both("“%(found)s” takes a hyphen: “%(right)s”.", "« %(found)s » prend un trait d’union : « %(right)s »."),
    why=Both(
        "After an order, French ties the pronoun to the verb with a hyphen.",
        "Après un impératif, le français lie le pronom au verbe par un trait d’union.",
    ),
    cure=Both("Put the hyphen.", "Mettez le trait d’union."),
    source=Source("Académie française, Dire, ne pas dire", "https://www.academie-francaise.fr"),
    shared=True,
    fixes=True,
)
def T12(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """An order followed by its pronoun: « contactez nous », « abonnez vous », where a verb does not follow."""
    if not draft.reading.french or ("ez " not in draft.text and "tes " not in draft.text):
        return
    for m in _ORDER.finditer(draft.reading.masked):
        if m["verb"].lower() in _NOT_ORDERS:
            continue
        found = f"{m['verb']} {m['who']}"
        facts = {"found": found, "right": found.replace(" ", "-")}
        yield Hit((m.start("verb"), m.end("who")), fix=Fix(*m.span("space"), "-"), facts=facts)


_BARE_A = regex.compile(
    r"(?:\b(?:bonne? (?:journée|semaine|soirée|chance|année|fête|dégustation|rentrée)|bonjour|bonsoir|merci|grâce|jusqu['’]|salut|face|"
    r"quant|prêts?|suite|rendez-vous|réservez|\d{1,2} ?h(?:\d\d)?) ?|(?<=^|[\s(]))\b(?P<a>a)"
    r"(?= (?:tous|toutes|vous|nos|notre|vos)\b| \d| partir d| bient[oô]t\b| emporter\b| louer\b| vendre\b| l['’]adresse\b| demain\b|"
    r" domicile\b| très (?:vite|bientôt)\b| tout à l['’]heure\b)",
    regex.IGNORECASE,
)


@rule(
    "T13",
    "bare-a",
    Severity.TIP,
    says=Both("“a” is a verb here; the preposition is “à”.", "Ici, « a » est un verbe ; la préposition s’écrit « à »."),
    why=Both(
        "Without its accent it is the verb “avoir”: “il a”.",
        "Sans accent, c’est le verbe avoir : « il a ».",
    ),
    cure=Both("Write “à”.", "Écrivez « à »."),
    source=Source("Académie française, Dire, ne pas dire", "https://www.academie-francaise.fr"),
    shared=True,
    fixes=True,
)
def T13(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """« a partir de », « merci a tous », « 12h a 14h »: an « a » that cannot be the verb."""
    if not draft.reading.french or " a " not in draft.reading.folded:
        return
    for m in _BARE_A.finditer(draft.reading.masked):
        certain = m.start("a") > m.start() or draft.text[m.end("a") + 1 : m.end("a") + 7].casefold() in _CERTAIN
        if m["a"] == "a" and certain:
            yield Hit(m.span("a"), fix=Fix(*m.span("a"), "à"))


_CERTAIN = frozenset(("partir", "bientô", "biento", "emport", "l’adre", "l'adre", "domici"))


RULES = (T10, T12, T13, A08)
