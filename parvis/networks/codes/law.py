"""Commerce and the law: cautions with the article's reference, never legal advice. Drink, nature and professions have their own packs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

import regex

from parvis.networks.codes.calendar import UNSURE, next_sales, on_sale
from parvis.networks.codes.draft import Draft
from parvis.networks.codes.reading import listed
from parvis.networks.codes.rule import Both, Hit, Severity, Source, Unchecked, rule

_INFLUENCE = Source(
    "Loi n° 2023-451, art. 5, and ordonnance of 6 November 2024", "https://www.legifrance.gouv.fr/jorf/id/JORFTEXT000047663185"
)
_MENTION = regex.compile(
    r"\bpublicite\b|\bcollaborations? commerciales?\b|\bpartenariat (?:remunere|commercial|sponsorise)|#(?:pub|publicite|sponsorise|"
    r"collaborationcommerciale|partenariatremunere|ad|sponsored)\b|\bsponsorisee?\b|\bcontenu sponsorise"
)
_HINTS = regex.compile(
    r"\b(?:merci a la marque|en collaboration avec|en partenariat avec la marque|offerts? par la marque|avec (?:mon|le) code promo)\b|"
    r"\bmon code\b"
)


@rule(
    "LAW01",
    "paid-partnership",
    Severity.ERROR,
    says=Both("A paid partnership that does not say so.", "Un partenariat payé qui ne le dit pas."),
    why=Both(
        "What is published in exchange for money or a gift must say “Publicité” or “Collaboration commerciale”, clearly and throughout "
        "(loi n° 2023-451, art. 5). The brand answers for it with the person it pays.",
        "Ce qui est publié contre de l’argent ou un cadeau doit porter « Publicité » ou « Collaboration commerciale », de façon claire et "
        "lisible pendant toute la promotion (loi n° 2023-451, art. 5). L’annonceur en répond avec la personne payée.",
    ),
    cure=Both(
        "Write “Collaboration commerciale” at the beginning, and on the picture or the video.",
        "Écrivez « Collaboration commerciale » au début, et sur l’image ou la vidéo.",
    ),
    source=_INFLUENCE,
    shared=True,
)
def LAW01(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A post said to be paid for without the mention; where the words alone suggest it, a tip."""
    plain = draft.reading.folded
    if draft.context.partnership:
        if not _MENTION.search(plain):
            yield Hit()
    elif draft.reading.said(_HINT_WORDS) and not _MENTION.search(plain):
        found = _HINTS.search(plain)
        if found:
            yield Hit(found.span(), mild=True, says=Both("Is somebody paying for this post?", "Quelqu’un paie-t-il pour ce post ?"))


_HINT_WORDS = listed("marque collaboration code")
_VIRTUAL = regex.compile(
    r"\bimages? (?:virtuelles?|retouchees?)\b|\b(?:genere|cree|creee|realise|retouche)e?s? (?:par|avec) (?:une |l')?(?:ia\b|intelligence)|"
    r"#ia\b"
)


@rule(
    "LAW02",
    "made-by-machine",
    Severity.WARNING,
    says=Both(
        "A picture made or altered by a machine, and nothing says so.", "Une image faite ou retouchée par une machine, et rien ne le dit."
    ),
    why=Both(
        "A face or a body that is retouched or made by an AI in a paid post must say “Images retouchées” or “Images virtuelles” (loi n° "
        "2023-451, art. 5); a picture that could be taken for a real scene must be declared (AI Act, art. 50).",
        "Dans un post payé, un visage ou une silhouette retouchés ou faits par une IA portent « Images retouchées » ou « Images "
        "virtuelles » (loi n° 2023-451, art. 5) ; une image qui passerait pour une scène réelle doit être déclarée (règlement IA, art. "
        "50).",
    ),
    cure=Both("Add “Images virtuelles”, and tick the network’s own box.", "Ajoutez « Images virtuelles » et cochez la case du réseau."),
    source=Source("Loi n° 2023-451, art. 5; Regulation (EU) 2024/1689, art. 50", "https://eur-lex.europa.eu/eli/reg/2024/1689/oj"),
    shared=True,
)
def LAW02(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Pictures said to be made or altered by a machine, in a text that does not tell."""
    if draft.context.synthetic and draft.media and not _VIRTUAL.search(draft.reading.folded):
        yield Hit()


# « Le solde » in the singular is money that is owed; « soldé » keeps its accent, which a folded text has lost.
_SALES = regex.compile(
    r"\bsoldes\b|\ben solde\b|\b(?:grande?|super) solde\b|(?<!\bse )(?<!\bse sont )(?<!\bs'est )(?<!\bcompte )\bsoldee?s?\b(?! (?:par|"
    r"de tout compte|du|bancaire))"
)
_NOT_SALES = regex.compile(
    r"\bsoldes? (?:(?:de|du|des) (?:compte|tout|conge|rtt|cong)|bancaires?|intermediaires?|migratoires?|naturels?|comptables?|debiteurs?|"
    r"crediteurs?|restants?|a payer)|\b(?:pas|jamais|sans|ni|hors)(?: de| des| les)? soldes\b"
)
_ANNOUNCES = regex.compile(r"\b(?:commence|demarre|debut|arrive|bientot|a partir d|des le|rendez-vous|avant les|j-\d|prochain|prepar|ouvr)")
AHEAD = timedelta(days=28)


@rule(
    "LAW03",
    "sales-period",
    Severity.ERROR,
    says=Both("“%(found)s” outside the legal sales.", "« %(found)s » hors des soldes légaux."),
    why=Both(
        "The word is kept for the legal periods (C. com., art. L310-3 and L310-5): its use outside them may cost 15 000 €.",
        "Le mot est réservé aux périodes légales (C. com., art. L310-3 et L310-5) : l’employer en dehors peut coûter 15 000 €.",
    ),
    cure=Both(
        "Say “offer”, “promotion” or “private sale”; or choose a date in the sales.",
        "Dites « offre », « promotion » ou « vente privée » ; ou choisissez une date pendant les soldes.",
    ),
    source=Source("Code de commerce, art. L310-3 and L310-5", "https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000038612831"),
    shared=True,
)
def LAW03(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """« Soldes » on a day outside the sales of the company's place; an announcement in the weeks before is let through.

    Without a date, or where a place's own dates are not sure, it only advises.
    """
    if "sold" not in draft.reading.folded or _NOT_SALES.search(draft.reading.folded):
        return
    found = next((one for one in _SALES.finditer(draft.reading.folded) if draft.text[slice(*one.span())].lower() != "solde"), None)
    if not found or draft.reading.shielded(*found.span()):
        return
    at, profile = draft.context.at, draft.profile
    facts = {"found": draft.text[slice(*found.span())]}
    if at is None:
        yield Hit(found.span(), facts=facts, mild=True, says=_WHEN)
        return
    day = at.date()
    if on_sale(day, profile.department, profile.periods):
        return
    coming = next_sales(day, profile.department, profile.periods)
    if coming.first - day <= AHEAD and _ANNOUNCES.search(draft.reading.folded):
        return
    unsure = profile.department in UNSURE and not profile.periods
    yield Hit(found.span(), facts=facts, mild=unsure)


_WHEN = Both("“%(found)s” may only be said during the legal sales.", "« %(found)s » ne se dit que pendant les soldes légaux.")

# A dash and a space at the head of a line are a bullet, not a minus.
_CUT = regex.compile(
    r"(?<percent>(?<![\d\p{L}])(?:[-–−]|(?<!^[ \t]*)[-–−][ \u00a0\u202f])\d{1,2}[ \u00a0\u202f]?%)|"
    r"\b\d{1,2}[ \u00a0\u202f]?% (?:(?:de )?(?:reduction|rabais|remise(?! (?:aux normes|au propre|a (?:niveau|neuf|plat|jour)|en (?:etat|"
    r"forme|service|cause|question|conformite|culture)|des (?:prix|cles|diplomes))))|(?:de )?moins cher(?! que))|\bprix (?:barres?|"
    r"casses?|sacrifies?)\b|\bmoitie prix\b|\b\d{1,3}[ \u00a0\u202f]?(?:€|euros?) de (?:remise|reduction)\b",
    regex.MULTILINE,
)
# A percentage that falls is a price where one of these words is near, and where nothing measured is.
_SOLD = regex.compile(
    r"\b(?:promo\w*+|remises?|soldes?|offres?|offerte?s?|rabais|code|black friday|destockage|liquidation|braderie|ventes? privees?)\b"
)
_ON_SALE = regex.compile(
    r"\b(?:prix|reductions?|tarifs?|tout le)\b|€|\bsur (?:nos|notre|les|la|vos|votre|ta|ton|tes|tout|toute|tous|toutes|une?|des|"
    r"le (?:rayon|site|stock|magasin|linge|mobilier|materiel|menu|deuxieme|second|2e))\b|\bsur l'"
)
_MEASURED = (
    r"(?:consommation|dechets|rebuts|energie|electricite|gaz|emissions?|co2|carbone|facture|chiffre d'affaires|masse salariale|"
    r"absenteisme|accidents?|demissions?|pertes?|gaspillage|plastique)"
)
_MEASURED_BEFORE = regex.compile(rf"\b{_MEASURED}\b")
_MEASURED_AFTER = regex.compile(
    rf"[ \u00a0](?:(?:de |d'|du |des |sur (?:la |les |l'|votre |vos |notre |nos )?|en )(?:{_MEASURED}|eau(?! de)|temps|bruit)|en moins)\b"
)
BESIDE = 40
_PRIOR = regex.compile(
    r"\bau lieu d|\bprix (?:d'origine|de reference|anterieur|initial|habituel|le plus bas)|\bplus bas prix|\bsoit \d|\bavant\s?:|"
    r"\bexclusivement pour les (?:nouveaux|abonnes)|\bhors promotion\b"
)
_PRICE = regex.compile(r"\d[ \u00a0\u202f]?(?:€|euros?\b)")


@rule(
    "LAW04",
    "prior-price",
    Severity.WARNING,
    says=Both("A price cut without the price before.", "Une baisse de prix sans le prix d’avant."),
    why=Both(
        "An announced cut shows the lowest price of the last 30 days (C. conso., art. L112-1-1), save for what spoils quickly.",
        "Une baisse annoncée indique le prix le plus bas des 30 derniers jours (C. conso., art. L112-1-1), sauf produits périssables.",
    ),
    cure=Both("Give both: “14 € au lieu de 20 €”, or link the page that shows them.", "Donnez les deux : « 14 € au lieu de 20 € »."),
    source=Source("Code de la consommation, art. L112-1-1", "https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000044549583"),
    shared=True,
)
def LAW04(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A percentage or a sum off, or a struck price, in a text that gives neither the prior price nor two prices."""
    plain = draft.reading.folded
    if not (("%" in plain or "€" in plain or "euro" in plain or "prix" in plain) and draft.reading.french):
        return
    found = next((one for one in _CUT.finditer(plain) if _is_price(plain, one)), None)
    if found and not _PRIOR.search(plain) and len(_PRICE.findall(plain)) < 2:
        yield Hit(found.span())


def _is_price(plain: str, cut: regex.Match[str]) -> bool:
    """Tell whether what falls is a price: consumption, sales figures and the like fall too."""
    before, after = plain[max(0, cut.start() - BESIDE) : cut.start()], plain[cut.end() : cut.end() + BESIDE]
    if not cut["percent"]:
        return True
    if _MEASURED_AFTER.match(after) or (before.endswith("(") and after.startswith(")")):
        return False
    if _SOLD.search(before) or _SOLD.search(after):
        return True
    return not _MEASURED_BEFORE.search(before) and bool(_ON_SALE.search(before) or _ON_SALE.search(after))


_CONTEST = regex.compile(
    r"\b(?:jeu[- ]concours|grand jeu(?! (?:de |plein))|tirages? au sort(?! des (?:equipes|poules|matchs|doublettes|tables))|"
    r"tentez (?:de gagner|votre chance)|notre concours|concours (?:photo|instagram|facebook|de noel)|(?<won>(?:a|pour) gagner|"
    r"gagnez)(?! (?:du |de l'|de la |en |aussi|l[ea] (?:sommet|refuge|temps|heure)|une? (?:heure|minute|jour)))\b)"
)
_PRIZE = regex.compile(
    r"\b(?:lots?|cadeaux?|bons?|(?:une?|des|vos|deux|trois|\d) places?|paniers?|tirage|sejours?|concours|repas|diner|nuits?|week-end|"
    r"carte cadeau|iphone|tablette|console|tele\w*+|velo|abonnements?|produits?|coffrets?)\b|\d ?(?:€|euros?)(?! (?:par|de moins|d'eco|"
    r"sur))"
)
_AT_A_TABLE = regex.compile(
    r"\b(?:belote|petanque|loto|tarot|doublettes?|jeu de boules|concours de boules|quine|tirages? au sort des (?:equipes|poules|matchs))\b"
)
_CONTEST_WORDS = listed("concours tirage gagner gagnez gagne jeu jeu-concours jeux chance")
_RELEASED = r"\b(?:ni|pas) (?:gere|organise|sponsorise|associe|affilie)|\bdegage"
_PARTS = (
    (regex.compile(r"\breglement|\bconditions\b|https?://"), Both("the rules", "le règlement")),
    (regex.compile(r"\bjusqu'?(?:au|a)\b|\bdu \d|\bavant le\b|\bfin du jeu|\bcloture|\ble \d{1,2} "), Both("the dates", "les dates")),
    (regex.compile(r"\bgratuit|\bsans (?:obligation d')?achat"), Both("that it is free", "la gratuité")),
    (regex.compile(_RELEASED), Both("that the network has no part in it", "que le réseau n’y est pour rien")),
)


@rule(
    "LAW05",
    "contest",
    Severity.WARNING,
    says=Both("A contest that does not say: %(missing)s.", "Un jeu-concours qui ne dit pas : %(missing)s."),
    why=Both(
        "A contest is free, its rules and dates are clear, the prizes have a value, and networks ask that they be left out of it (C. "
        "conso., art. L121-20).",
        "Un jeu est gratuit, son règlement et ses dates sont clairs, ses lots ont une valeur, et les réseaux demandent d’être mis hors de "
        "cause (C. conso., art. L121-20).",
    ),
    cure=Both(
        "Give the dates, the prize, the link to the rules, and say that the network neither runs nor sponsors it.",
        "Donnez les dates, le lot, le lien du règlement, et dites que le réseau ne gère ni ne parraine le jeu.",
    ),
    source=Source("Code de la consommation, art. L121-20; laiko.fr; mahasela-avocat.fr", "https://laiko.fr"),
    shared=True,
)
def LAW05(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A contest without its rules, its dates, its being free, or the network's release. One of them forgotten is a tip.

    A village's games at its tables (belote, loto, pétanque) have another law.
    """
    if not draft.reading.french or not draft.reading.said(_CONTEST_WORDS):
        return
    plain = draft.reading.folded
    found = next((one for one in _CONTEST.finditer(plain) if not one["won"] or _is_prize(plain, one)), None)
    if found and "jeu-concours" not in plain and "jeu concours" not in plain and _AT_A_TABLE.search(plain):
        return
    missing = [what for pattern, what in _PARTS if not pattern.search(plain)] if found else []
    if found and missing:
        says = Both(
            _CONTEST_SAYS.en % {"missing": ", ".join(what.en for what in missing)},
            _CONTEST_SAYS.fr % {"missing": ", ".join(what.fr for what in missing)},
        )
        yield Hit(found.span(), mild=len(missing) < 2, says=says)


def _is_prize(plain: str, won: regex.Match[str]) -> bool:
    return bool(_PRIZE.search(plain, won.end(), won.end() + 60) or "concours" in plain[max(0, won.start() - 60) : won.start()])


_CONTEST_SAYS = Both("A contest that does not say: %(missing)s.", "Un jeu-concours qui ne dit pas : %(missing)s.")

_VERIFIED = regex.compile(r"\bavis (?:clients? )?(?:verifies?|certifies?|authentiques?)\b")
_STARS = regex.compile(r"(?:★|⭐️?){3,}|\b5/5\b|\b5 etoiles\b")


@rule(
    "LAW06",
    "reviews",
    Severity.WARNING,
    says=Both("“%(found)s” needs a proof.", "« %(found)s » demande une preuve."),
    why=Both(
        "To say that reviews are real without having checked, to change one or to write one oneself is a deceptive practice (C. conso., "
        "art. L121-4, 27° and 28°).",
        "Dire que des avis sont vrais sans l’avoir vérifié, en modifier un ou en écrire un soi-même est une pratique trompeuse (C. "
        "conso., art. L121-4, 27° et 28°).",
    ),
    cure=Both(
        "Quote the review as it is, say “extrait” if it is cut, and where it can be read.",
        "Citez l’avis tel quel, dites « extrait » s’il est coupé, et où le lire.",
    ),
    source=Source(
        "Code de la consommation, art. L121-4 and L111-7-2", "https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000044563123"
    ),
    shared=True,
)
def LAW06(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Reviews said to be verified; where one is quoted with its stars, a tip."""
    plain = draft.reading.folded
    if "avis" not in plain and "★" not in plain and "⭐" not in plain:
        return
    found = _VERIFIED.search(plain)
    if found:
        yield Hit(found.span(), facts={"found": draft.text[slice(*found.span())]})
    elif "«" in draft.text and "extrait" not in plain and (stars := _STARS.search(plain)):
        yield Hit(stars.span(), mild=True, says=Both("A review that is quoted stays word for word.", "Un avis cité reste mot pour mot."))


_ENGLISH = listed("new must sale best now off free deal shopping today only weekend black-friday must-have discount buy save limited")
_ENGLISH_PHRASE = regex.compile(
    r"\b(?:must[- ]have|best[- ]seller|black week|limited edition|new collection|shop now|save the date|early bird|made with love|"
    r"coming soon|last minute|save up|buy now|free delivery|happy hour)\b|\b(?:sale|new|now|off)\b(?=\s*!)"
)
_TRANSLATED = regex.compile(r"\(|\*|=")


@rule(
    "LAW07",
    "french-language",
    Severity.TIP,
    says=Both("“%(found)s” without its French.", "« %(found)s » sans son équivalent français."),
    why=Both(
        "Advertising in France is in French; foreign words are translated, as easy to read (loi Toubon n° 94-665, art. 2).",
        "En France la publicité est en français ; les mots étrangers sont traduits, aussi lisiblement (loi Toubon n° 94-665, art. 2).",
    ),
    cure=Both("Say it in French, or add the translation.", "Dites-le en français, ou ajoutez la traduction."),
    source=Source("Loi n° 94-665, art. 2; ARPP, recommendation on the French language", "https://www.arpp.org"),
    shared=True,
)
def LAW07(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """English words of shops in a French text, unless their translation follows."""
    if not draft.reading.french or not (draft.reading.said(_ENGLISH) or "-" in draft.text or "happy" in draft.reading.folded):
        return
    for found in _ENGLISH_PHRASE.finditer(draft.reading.folded):
        if not draft.reading.shielded(*found.span()) and not _TRANSLATED.match(draft.text[found.end() : found.end() + 2].strip()):
            yield Hit(found.span(), facts={"found": draft.text[slice(*found.span())]})
            return


_UNTAXED = regex.compile(r"\d[ \u00a0\u202f]?(?:€|euros?)[ \u00a0\u202f]?(?:\(? ?ht\b|h\.t\.|hors[ -]taxes?\b)")
_PRIVATE = regex.compile(r"\b(?:(?:aux|pour (?:les|des)|les|des|chez|entre|tarifs?|offres?|special) particuliers|particuliers[ \u00a0]?:)")
_NOT_PRIVATE = regex.compile(r"\b(?:pas|hors|ni|jamais|non)(?: \w++){0,3}? particuliers")
_TRADING = regex.compile(
    r"\b(?:pros?|professionnel\w*+|entreprises?|seminaires?|revendeurs?|grossistes?|b2b|btob|cse|collectivites?|restaurateurs?|traiteurs?|"
    r"associations?|ecoles?|mairies?)\b"
)
PUBLIC = ("bakery", "restaurant", "bar", "shop", "beauty", "wine_shop", "tourism")


@rule(
    "LAW27",
    "price-without-tax",
    Severity.TIP,
    says=Both("“%(found)s”: a price without tax, for the public.", "« %(found)s » : un prix hors taxes, pour des particuliers."),
    why=Both(
        "What is told to a private customer is the sum to pay, all taxes included (C. conso., art. L112-1; arrêté of 3 December 1987).",
        "Ce qu’on annonce à un particulier est la somme à payer, toutes taxes comprises (C. conso., art. L112-1 ; arrêté du 3 décembre "
        "1987).",
    ),
    cure=Both("Give the price with its tax, “TTC”.", "Donnez le prix TTC."),
    source=Source(
        "Code de la consommation, art. L112-1; arrêté of 3 December 1987",
        "https://www.legifrance.gouv.fr",
        verified=False,
    ),
    shared=True,
)
def LAW27(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A price « HT » and none « TTC », where private customers are named, or by a trade that sells to them and names no company."""
    plain = draft.reading.folded
    if "ht" not in plain and "hors" not in plain and "h.t" not in plain:
        return
    found = _UNTAXED.search(plain)
    if not found or "ttc" in plain or "toutes taxes" in plain or _NOT_PRIVATE.search(plain):
        return
    if _PRIVATE.search(plain) or (draft.profile.trade in PUBLIC and not _TRADING.search(plain)):
        yield Hit(found.span(), facts={"found": draft.text[slice(*found.span())]})


UNCHECKED = (
    Unchecked(
        "LAW30",
        Both("The legal notice of the page.", "Les mentions légales de la page."),
        Both(
            "It stands on the page's profile, not in a post: the company's settings ask for its address.",
            "Elles sont sur le profil de la page, pas dans un post : les réglages de l’entreprise en demandent l’adresse.",
        ),
    ),
    Unchecked(
        "LAW31",
        Both("The written contract with an influencer.", "Le contrat écrit avec un influenceur."),
        Both("A post does not show it, and its threshold is not confirmed.", "Un post ne le montre pas, et son seuil n’est pas confirmé."),
    ),
    Unchecked(
        "LAW32",
        Both(
            "The mentions of credit, cars, property and food.",
            "Les mentions du crédit, de l’automobile, de l’immobilier et de l’alimentation.",
        ),
        Both(
            "Their wording was not confirmed: a wrong mention is worse than none.",
            "Leur texte exact n’a pas été vérifié : une mention fausse est pire que rien.",
        ),
    ),
    Unchecked(
        "LAW33",
        Both("The right of reply.", "Le droit de réponse."),
        Both("It is asked by a person after publication.", "Une personne le demande après la publication."),
    ),
)

RULES = (LAW01, LAW02, LAW03, LAW04, LAW05, LAW06, LAW07, LAW27)
