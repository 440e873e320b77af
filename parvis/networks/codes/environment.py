"""Green claims: what may not be said, and what needs a proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import regex

from parvis.networks.codes.draft import Draft
from parvis.networks.codes.rule import Both, Hit, Severity, Source, rule

_BANNED = regex.compile(
    r"\bbiodegradables?\b|\b(?:respectueu(?:x|ses?)|ami(?:e|s|es)?|bon(?:ne|s|nes)?|bienveillante?s?) (?:pour|de|d'|envers|avec) (?:l'|"
    r"la |notre )?(?:environnement|planete|nature)\b|\brespecte(?:nt)? (?:l'environnement|la planete|la nature)\b"
)
_CARBON = regex.compile(
    r"\b(?:neutres? en carbone|neutralite carbone|zero carbone|carbone neutre|carbone zero|100[ \u00a0\u202f]?% compensee?s?|"
    r"entierement compensee?s?|climatiquement neutres?|empreinte carbone nulle|zero emission)\b"
)
_GENERIC = regex.compile(
    r"\b(?:eco-?responsables?|ecofriendly|eco-friendly|ecolos?|sans impact|zero impact|planete friendly|"
    r"(?<!transition )(?<!planification )(?<!prime )(?<!bonus )(?<!urgence )(?<!crise )(?<!ministere de la transition )(?<!genie )"
    r"(?<!ingenierie )(?<!restauration )(?<!continuite )(?<!continuites )(?<!corridor )(?<!corridors )(?<!niche )ecologiques?)\b"
)
_PROOF = regex.compile(
    r"\b(?:ecolabel|ecocert|label|certifie|norme|iso 14|ademe|acv|analyse de cycle|bilan carbone|rapport|etiquette)\w*+|\bcov\b|\ba\+(?!\w)"
)
# What is asked, or said not to be so, is no claim.
_DENIED = regex.compile(
    r"\b(?:n'(?!hesit|attend|oubli)|ne (?!manqu|rat|tard|cherch|pass))[^,;:]{0,40}$|"
    r"\b(?:sans|ni|jamais|pas)(?: (?:encore|vraiment|tout a fait|une?|de|d'|totalement))? ?$"
)
_ASKED = regex.compile(r"[^.!?\n]{0,40}\?|[ \u00a0»\"]{0,3}(?:ne |n'|pas )")
APPLIES = date(2026, 9, 27)


@rule(
    "LAW15",
    "green-banned",
    Severity.WARNING,
    says=Both("“%(found)s” may not be said of a product.", "« %(found)s » ne peut pas se dire d’un produit."),
    why=Both(
        "“Biodégradable”, “respectueux de l’environnement” and the like are forbidden on a product or its packaging (C. env., art. "
        "L541-9-1).",
        "« Biodégradable », « respectueux de l’environnement » et leurs équivalents sont interdits sur un produit ou son emballage (C. "
        "env., art. L541-9-1).",
    ),
    cure=Both(
        "Say the fact: recycled at 80 %, repaired here, made at 12 km.", "Dites le fait : recyclé à 80 %, réparé ici, fabriqué à 12 km."
    ),
    source=Source(
        "Code de l’environnement, art. L541-9-1; valhor.fr", "https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000041555687"
    ),
    shared=True,
)
def LAW15(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Claims that no product may make; what is asked or denied is none."""
    plain = draft.reading.folded
    if "biodegr" in plain or "respect" in plain or "planete" in plain or "environnement" in plain:
        yield from _claims(draft, _BANNED)


@rule(
    "LAW16",
    "carbon-neutral",
    Severity.WARNING,
    says=Both("“%(found)s” needs a published report.", "« %(found)s » demande un rapport publié."),
    why=Both(
        "To call a product or a service carbon neutral is forbidden in advertising unless a yearly report is linked (C. env., art. "
        "L229-68): 20 000 to 100 000 €.",
        "Dire neutre en carbone un produit ou un service est interdit en publicité sans rapport annuel en lien (C. env., art. L229-68) : "
        "20 000 à 100 000 €.",
    ),
    cure=Both(
        "Link the report, or say what was cut and by how much.", "Mettez le lien du rapport, ou dites ce qui a été réduit, et de combien."
    ),
    source=Source("Code de l’environnement, art. L229-68", "https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000043974936"),
    shared=True,
)
def LAW16(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Carbon neutrality without the link of a report."""
    plain = draft.reading.folded
    if ("carbone" in plain or "compens" in plain or "climatiq" in plain or "emission" in plain) and not (
        draft.reading.urls and "rapport" in plain
    ):
        yield from _claims(draft, _CARBON)


@rule(
    "LAW17",
    "green-vague",
    Severity.WARNING,
    says=Both("“%(found)s” is vague without a proof beside it.", "« %(found)s » est vague sans preuve à côté."),
    why=Both(
        "A general green claim without a recognised proof is deceptive (dir. (UE) 2024/825, applicable since 27 September 2026; its "
        "French text was not read).",
        "Une allégation générale sans preuve reconnue est trompeuse (dir. (UE) 2024/825, applicable depuis le 27 septembre 2026 ; son "
        "texte français n’a pas été lu).",
    ),
    cure=Both("Name the label, the figure or the page that proves it.", "Nommez le label, le chiffre ou la page qui le prouve."),
    source=Source("Directive (EU) 2024/825; senat.fr, r25-300", "https://eur-lex.europa.eu/eli/dir/2024/825/oj"),
    shared=True,
)
def LAW17(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """General claims with no label or study named; a tip for a day before the directive applies."""
    plain = draft.reading.folded
    if ("eco" in plain or "impact" in plain) and not _PROOF.search(plain):
        at = draft.context.at
        yield from _claims(draft, _GENERIC, mild=at is not None and at.date() < APPLIES)


def _claims(draft: Draft, pattern: regex.Pattern[str], *, mild: bool = False) -> Iterator[Hit]:
    plain = draft.reading.folded
    for found in pattern.finditer(plain):
        before = _ENDS.split(plain[max(0, found.start() - 60) : found.start()])[-1]
        if not (draft.reading.shielded(*found.span()) or _DENIED.search(before) or _ASKED.match(plain, found.end())):
            yield Hit(found.span(), facts={"found": draft.text[slice(*found.span())]}, mild=mild)
            return


_ENDS = regex.compile(r"[.!?\n]")


RULES = (LAW15, LAW16, LAW17)
