"""Drink: the loi Évin on a company's own posts, which are advertising."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping

import regex

from parvis.networks.codes.draft import Draft
from parvis.networks.codes.reading import listed
from parvis.networks.codes.rule import Both, Hit, Severity, Source, rule

_EVIN = Source(
    "Code de la santé publique, art. L3323-2 and L3323-4", "https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000031927610"
)
SELLERS = ("bar", "restaurant", "wine_shop")
_DRINKS = listed("""
vin vins bière bières beaujolais champagne champagnes cocktail cocktails apéro apéros apéritif whisky whiskies rhum rhums gin vodka pastis
cidre cidres prosecco spritz crémant liqueur liqueurs digestif mojito ipa pinte pintes muscadet chablis sancerre bourgogne bordeaux cognac
armagnac calvados tequila sangria kir magnum cuvée cuvées primeur vigneron vignerons alcool shot shots verre verres saint-émilion
pomerol médoc sauternes vouvray pommard meursault rhône
""")
_NAMED = regex.compile(
    r"\b(?:(?:verres?|bouteilles?|degustations?|magnums?) (?:de |d'|des )(?:bon |grand )?(?:rouge|blanc|rose|bourgogne|bordeaux)|"
    r"(?:degustations?|accords?|cartes?|foires?|selections?|soirees?) (?:aux |de |d'|des )(?:bons |grands )?(?:vins?|bieres?|champagnes?|"
    r"cocktails?|rhums?|whisky)|vins?|bieres?|beaujolais|champagnes?|cocktails?|aperos?|aperitifs?|whisk(?:y|ies)|rhums?|gin|vodka|"
    r"pastis|cidres?|prosecco|spritz|cremant|liqueurs?|digestifs?|mojitos?|ipa|pintes?|muscadet|chablis|sancerre|saint-emilion|pomerol|"
    r"medoc|sauternes|vouvray|pommard|meursault|cotes? du rhone|shots?|l'alcool|cognac|armagnac|calvados|tequila|sangria|kir|cuvees?)\b"
    r"(?![- ](?:sans alcool|dinatoires?|ardenne|d'honneur|cuit|n'est pas|de (?:crevettes|fruits|vitamines|legumes|couleurs)|d'avocat|"
    r"d'agrumes))(?![^.!?\n]{0,20}\?[ \u00a0\u202f]?non\b)"
)
# What stands just before a drink that is eaten, named after, refused, smelt or seen, and never poured.
_NOT_POURED = regex.compile(
    r"(?:\b(?:au|aux|a la|a l'|sauce|vinaigre de|creme de|marchand de|confit de|gelee de|fond de)(?: ?(?:vieux|bon|grand|petit))? ?|"
    r"\b(?:reductions?|marinades?|poche?es?|flambee?s?|marinee?s?|deglacee?s?|mijotee?s?|braisee?s?|imbibee?s?)[^.!?\n]{0,12}|"
    r"\b(?:bars?|verres?|caves?|casiers?) a |\broutes? des |\b(?:pas|ni|plus|jamais) (?:de |d'|du )|\bsans |\boublier (?:le |la )|"
    r"\b(?:notes?|aromes?|parfums?|saveurs?) (?:de |d')[^.!?\n]{0,40}|\b(?:systeme|appareil|troubles?|confort|tube|problemes?|transit) |"
    r"\b(?:balayage|blonde?|roux|rousse|robe|collants?|levres|teinte|couleur|nuance|vernis|beige|meches?|satin|velours|cuir|pull) )$"
)
_PLACES = listed("champagne chablis sancerre saint-émilion pomerol médoc sauternes vouvray pommard meursault cognac armagnac calvados")
_THERE = regex.compile(
    r"\b(?:a|en|pleine|plein|dans le|(?:toute?|coeur|ville|chateau|rue|place|gare|mairie|region|pays|vignoble|departement|office|"
    r"marathon|presqu'ile|cote) (?:le|la|du|de|d')) ?$"
)
_POURED = regex.compile(r"\b(?:verres?|bouteilles?|coupes?|flutes?|caisses?|magnums?) (?:de |d'|du )$")
# Other things are so called: they need a drink beside them.
_LOOSE = regex.compile(r"cocktails?|cuvees?|shots?|l'alcool")
_SERVED = regex.compile(
    r"\b(?:verres?|coupes?|bouteilles?|pintes?|shots?|chopes?|magnums?|carafes?|pichets?|degust\w++|gout(?:er|ez|ons)|boire|buvez|"
    r"trinqu\w++|offert\w*+|offr\w++|compris|servie?s?|servons|savour\w++|sirot\w++|debouch\w++|arrivee?s?|nouveau|nouvelle|promo\w*+|"
    r"foires?|aperos?|a volonte)\b|\d ?(?:€|euros?|cl\b|%)"
)
_INVITED = regex.compile(r"\b(?:vignerons?|brasseurs?|brasserie|soirees?|accords?|selections?|venez|decouvr\w++|pour (?:nos|les|feter))\b")
_OURS = regex.compile(r"\b(?:notre|nos)(?: \w++)? $")
_HIRES = regex.compile(r"\b(?:recrut\w++|(?:on|nous) (?:re)?cherch\w++|cdd|cdi|embauch\w++|candidatures?)\b")
_UNPOURED_BY = {
    "health": regex.compile(r"digestifs?|ipa|l'alcool"),
    "industry": regex.compile(r"l'alcool"),
    "services": regex.compile(r"l'alcool"),
}
_CLAUSE = regex.compile(r"[,;:.!?\n]")
_MENTION = "abus d'alcool est dangereux"
_SOFT = regex.compile(r"\b(?:sans|pas d'|zero|ni) ?alcool\b|\bmocktails?\b|\bvirgin\b|\b0[.,]0 ?%|\bdry january\b")
_SAYS = Both("A drink without “%(mention)s”.", "Une boisson alcoolisée sans « %(mention)s ».")
_FACTS = {"mention": "L’abus d’alcool est dangereux pour la santé"}
_WHY = Both(
    "A company's post that promotes a drink is advertising: it must carry that warning, and speak only of what the drink is, where it "
    "comes from and how it is made and served (CSP, art. L3323-4). Fines up to 75 000 € are cited.",
    "Un post d’entreprise qui met en avant un alcool est une publicité : il porte cet avertissement et ne parle que de ce qu’est la "
    "boisson, de son origine, de sa fabrication et de son service (CSP, art. L3323-4). Des amendes jusqu’à 75 000 € sont citées.",
)
_CURE = Both(
    "Add at the end: “L’abus d’alcool est dangereux pour la santé, à consommer avec modération.”",
    "Ajoutez à la fin : « L’abus d’alcool est dangereux pour la santé, à consommer avec modération. »",
)


def _drinks(draft: Draft) -> list[tuple[tuple[int, int], bool]]:
    """Return where a drink is spoken of as a drink, and whether it is served, sold or given there."""
    return draft.reading.kept(f"drinks {draft.profile.trade}", lambda _masked: _poured(draft))


def _poured(draft: Draft) -> list[tuple[tuple[int, int], bool]]:
    plain, trade = draft.reading.folded, draft.profile.trade
    if not draft.reading.said(_DRINKS) or _SOFT.search(plain):
        return []
    found = [one for one in _NAMED.finditer(plain) if _is_drink(draft, one)]
    loose = _LOOSE if trade not in SELLERS else None if trade == "wine_shop" else _CUVEE
    firm = [one for one in found if not (loose and loose.fullmatch(one[0])) and not _is_place(draft, one)]
    if not firm:
        # « Un verre de Cognac » needs no second drink.
        found = [one for one in found if _POURED.search(plain[max(0, one.start() - 15) : one.start()])]
    hires = _HIRES.search(plain) is not None
    served = [(one.span(), _is_served(plain, one, trade, hires=hires)) for one in found]
    return [one for one in served if one[1]] if hires or trade not in SELLERS else served


_CUVEE = regex.compile(r"cuvees?")


def _is_drink(draft: Draft, named: regex.Match[str]) -> bool:
    before = draft.reading.folded[max(0, named.start() - 60) : named.start()]
    by_trade = _UNPOURED_BY.get(draft.profile.trade)
    if (by_trade and by_trade.fullmatch(named[0])) or _NOT_POURED.search(before):
        return False
    return not (named[0] in _PLACES and _THERE.search(before))


def _is_place(draft: Draft, named: regex.Match[str]) -> bool:
    """A name with its capital is the town's, except for those who sell what comes from there."""
    sold = draft.profile.trade in ("bar", "wine_shop")
    return not sold and named[0] in _PLACES and draft.text[named.start()].isupper()


def _is_served(plain: str, named: regex.Match[str], trade: str, *, hires: bool) -> bool:
    """A bar and a cellar name a drink to sell it; at others a verb, a glass or a price stands in the same clause, or it is theirs."""
    if trade in ("bar", "wine_shop"):
        return not hires
    before, after = _CLAUSE.split(plain[max(0, named.start() - 60) : named.start()])[-1], plain[named.end() : named.end() + 60]
    clause = before + named[0] + _CLAUSE.split(after)[0]
    return bool(_SERVED.search(clause) or _OURS.search(before) or (trade not in SELLERS and _INVITED.search(clause)))


def _unwarned(draft: Draft, *, served: bool, mild: bool = False) -> Iterator[Hit]:
    if _MENTION not in draft.reading.folded:
        spans = sorted(_drinks(draft), key=lambda drink: not drink[1])
        if spans and spans[0][1] is served:
            yield Hit(spans[0][0], facts=_FACTS, mild=mild)


@rule(
    "LAW10",
    "evin-warning",
    Severity.ERROR,
    says=_SAYS,
    why=_WHY,
    cure=_CURE,
    source=_EVIN,
    trades=SELLERS,
    shared=True,
)
def LAW10(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """For those who sell it: a drink is sold, served or given and the warning is not there. Sauces and « baba au rhum » are food."""
    yield from _unwarned(draft, served=True)


@rule(
    "LAW11",
    "evin-warning-others",
    Severity.WARNING,
    says=_SAYS,
    why=_WHY,
    cure=_CURE,
    source=_EVIN,
    shared=True,
)
def LAW11(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """The same for the other trades, for whom a drink is seldom what is sold; and for sellers where it is named only."""
    trade = draft.profile.trade
    yield from _unwarned(draft, served=trade not in SELLERS, mild=trade in ("other", "services", "construction", "health"))


_YOUTH = regex.compile(
    r"\b(?:etudiante?s?|lyceens?|ados?|sportifs?|sport|marathon|bon pour (?:la sante|le coeur|le moral)|"
    r"vertus?|sans moderation|a volonte|illimitee?s?|ivresse|bourres?|cuites?|gueule de bois|se lacher)\b"
)
# A match on the screen, the year's baccalaureate and young people may stand in a post of a bar: not beside the glass.
_BESIDE = regex.compile(r"\b(?:jeunes(?! (?:vignes|vins|pousses|plants))|bac(?! a )|match|foot|rugby)\b")
NEAR = 60


@rule(
    "LAW12",
    "evin-context",
    Severity.WARNING,
    says=Both("Drink next to “%(found)s”.", "De l’alcool à côté de « %(found)s »."),
    why=Both(
        "A drink may not be advertised with youth, sport, health or excess: only its own qualities may be told (CSP, art. L3323-2 and "
        "L3323-4).",
        "L’alcool ne se promeut ni avec la jeunesse, ni avec le sport, la santé ou l’excès : seules ses qualités propres peuvent être "
        "dites (CSP, art. L3323-2 et L3323-4).",
    ),
    cure=Both("Speak of the drink alone, or of the evening alone.", "Parlez de la boisson seule, ou de la soirée seule."),
    source=_EVIN,
    shared=True,
)
def LAW12(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A drink and youth, sport, health or excess in one sentence or the next."""
    spans = [span for span, _ in _drinks(draft)]
    if not spans:
        return
    plain = draft.reading.folded.replace("dangereux pour la sante", " " * len("dangereux pour la sante"))
    starts = [sentence.start for sentence in draft.reading.sentences]
    where = [bisect_right(starts, start) for start, _ in spans]
    for found in _YOUTH.finditer(plain):
        if any(abs(bisect_right(starts, found.start()) - place) <= 1 for place in where):
            yield Hit(found.span(), facts={"found": draft.text[slice(*found.span())]})
            return
    for found in _BESIDE.finditer(plain):
        if any(start - NEAR <= found.end() and found.start() <= end + NEAR for start, end in spans):
            yield Hit(found.span(), facts={"found": draft.text[slice(*found.span())]})
            return


RULES = (LAW10, LAW11, LAW12)
