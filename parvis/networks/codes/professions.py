"""Professions with rules of their own, and what must not be told of people."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping

import regex

from parvis.networks.codes.draft import Draft
from parvis.networks.codes.profile import TRADES
from parvis.networks.codes.reading import folded, listed
from parvis.networks.codes.rule import Both, Hit, Severity, Source, rule

_RIN = Source("Règlement intérieur national de la profession d’avocat, art. 10; vade-mecum of October 2023", "https://www.cnb.avocat.fr")
_PRAISE = regex.compile(
    r"\bavis (?:clients?|google)\b|\btemoignages?(?: \w++){0,3}? clients?\b|\bclients?(?: \w++){0,3}? temoignages?\b|\b(?:ils|"
    r"elles) nous (?:recommandent|font confiance)\b|\bnos clients (?:disent|temoignent|parlent)|(?:★|⭐️?){3,}|\b5 etoiles\b|"
    r"\brecommandee? par nos clients\b"
)
_BOAST = regex.compile(
    r"\b(?:meilleure?s? (?:avocate?s?|cabinets?|notaires?|etudes?|de la (?:ville|region))|moins chere?s? que|le maximum pour (?:ses|nos|"
    r"vos) clients|(?<!lot )(?<!chambre )(?<!annexe )(?:numero|n°)[ \u00a0]?1 (?:en|du|de|des|a|dans|sur)\b|le seul cabinet|"
    r"100[ \u00a0\u202f]?% de (?:reussite|succes)|resultats? garantis?|gain de cause garanti|victoire assuree|(?<ours>incontournables?|"
    r"meilleure?s? (?:de (?!la |le |l'|soi|ses? |son |sa |ce|chaque|tou)|d[ue] )\p{L}++))\b"
)
# « Incontournable » is said of many things; here, of the firm.
_OURS = regex.compile(r"\b(?:cabinet|etude|avocate?s?|nous|notre|nos)\b")
_CLIENT = regex.compile(
    r"\b(?i:notre|nos|mon|ma|mes) (?i:clients?|clientes?)(?:[ \u00a0]\p{Ll}[\p{L}.’']*){0,3}+[ \u00a0](?:M\.[ \u00a0])?\p{Lu}[\p{L}&.-]+|"
    r"(?<called>\b(?:Mr|M\.|Mme|Mlle)[ \u00a0]\p{Lu}\p{Ll}+)"
)
# Somebody of the firm, of the history of law or of a published ruling may be named.
_NO_CLIENT = regex.compile(
    r"\bbienvenue|\brejoi(?:nt|gnent)|\bnotre (?:nouvel(?:le)? )?(?:clerc|collaborat|associe|comptable|consoeur|confrere|equipe|stagiaire|"
    r"apprenti|assistant)|\bministre|\blois?\b|\b(?:l'|d')accueil|\baccueille|\bvous recoit|\bsecretari?at|\bstandard\b|\bmaire\b|"
    r"\bdeputee?\b|\bpresidente?\b|\bbatonnier|\bprofesseure?\b|\bconference|\bsimone veil\b|\bhommage|\b1[89]\d\d\b"
)
_RULING = regex.compile(
    r"\bcour (?:de cassation|de justice|europeenne|des comptes)|\bconseil (?:d'etat|constitutionnel)|\barrets? (?!de |maladie|du )|\bc/"
)
_GAIN = regex.compile(
    r"\bclient|\b(?:a|ont) (?:obtenu|touche|gagne|recu|economise)|\bindemni|\bgain de cause|\bvictoire|\d[ \u00a0\u202f]?€"
)


@rule(
    "LAW20",
    "profession-praise",
    Severity.WARNING,
    says=Both(
        "A regulated profession does not advertise with what clients say.",
        "Une profession réglementée ne fait pas sa publicité avec les avis de ses clients.",
    ),
    why=Both(
        "The profession's rules forbid client reviews as advertising, comparison, and promises of result (RIN, art. 10).",
        "Les règles de la profession excluent les avis de clients comme publicité, la comparaison et la promesse de résultat (RIN, art. "
        "10).",
    ),
    cure=Both("Explain a point of law, or tell the life of the firm.", "Expliquez un point de droit, ou racontez la vie du cabinet."),
    source=_RIN,
    trades=("lawyer", "regulated"),
    shared=True,
)
def LAW20(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Reviews, comparisons and promises in a lawyer's post."""
    found = _PRAISE.search(draft.reading.folded)
    if found:
        yield Hit(found.span())
    for boast in _BOAST.finditer(draft.reading.folded):
        if not boast["ours"] or _OURS.search(_around(draft, boast.start())):
            yield Hit(boast.span(), says=_BOASTS)
            return


def _around(draft: Draft, at: int) -> str:
    """Return the sentence that holds a place, to `NEAR` signs of it at most, without capitals or accents."""
    sentences = draft.reading.sentences
    number = bisect_right(sentences, at, key=lambda sentence: sentence.start) - 1
    sentence = sentences[number] if number >= 0 else None
    return draft.reading.folded[max(sentence.start, at - NEAR) : min(sentence.end, at + NEAR)] if sentence else ""


NEAR = 300


_BOASTS = Both(
    "A regulated profession neither compares nor promises.", "Une profession réglementée ne se compare pas et ne promet pas de résultat."
)


@rule(
    "LAW21",
    "profession-secrecy",
    Severity.WARNING,
    says=Both("A client of the firm is named.", "Un client du cabinet est nommé."),
    why=Both(
        "Professional secrecy covers the very name of a client (RIN, art. 2 and 10).",
        "Le secret professionnel couvre jusqu’au nom du client (RIN, art. 2 et 10).",
    ),
    cure=Both("Speak of the question of law, not of the case.", "Parlez de la question de droit, pas de l’affaire."),
    source=_RIN,
    trades=("lawyer", "regulated"),
    shared=True,
)
def LAW21(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """« Notre client, la société … »; somebody called by name is a tip, unless what they gained is told."""
    if "client" not in draft.reading.folded and "M" not in draft.text:
        return
    published = bool(_RULING.search(draft.reading.folded))
    for found in _CLIENT.finditer(draft.reading.prose):
        # « M. » ends a sentence for those who count full stops: what is read is what stands near.
        near = draft.reading.folded[max(0, found.start() - NEAR) : found.end() + NEAR]
        if not found["called"]:
            yield Hit(found.span())
        elif not (published or _NO_CLIENT.search(near)):
            yield Hit(found.span(), mild=not _GAIN.search(near))


NEAR = 100


_CURES = regex.compile(
    r"(?<!\bne )(?<!\bmedecin )\b(?:guerit|guerissent|guerison|soigne(?:nt)?|anti-?cancer|brule-?graisses?|detox|renforce(?:nt)? (?:l'|"
    r"votre |les )?(?:immunite|systeme immunitaire|defenses)|perdre \d+ ?k(?:g|ilos?)|miraculeu(?:x|se)s?|"
    r"sans effets? secondaires?)\b(?! (?:la presentation|l'accueil|les details|ses|sa|son|leurs?|nos|vos|les finitions|chaque))"
)
# Practitioners do cure; what they sell does not.
_SOLD_FOR_HEALTH = regex.compile(r"\b(?:gels?|huiles?|tisanes?|infusions?|complements?|gelules?|cremes?|sirops?|baumes?)\b")


@rule(
    "LAW22",
    "health-claim",
    Severity.TIP,
    says=Both("“%(found)s” promises health.", "« %(found)s » promet la santé."),
    why=Both(
        "A health claim for food, care or beauty needs an authorised wording (règl. (CE) n° 1924/2006; C. conso., art. L121-4).",
        "Une promesse de santé pour un aliment, un soin ou un cosmétique suppose une formule autorisée (règl. (CE) n° 1924/2006 ; C. "
        "conso., art. L121-4).",
    ),
    cure=Both("Say what it is and how it is made.", "Dites ce que c’est et comment c’est fait."),
    source=Source("Regulation (EC) 1924/2006", "https://eur-lex.europa.eu/eli/reg/2006/1924/oj", verified=False),
    trades=tuple(trade for trade in TRADES if trade not in ("lawyer", "construction", "industry", "estate")),
    shared=True,
)
def LAW22(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Words that cure; for a health profession, where a product stands in the same sentence."""
    for found in _CURES.finditer(draft.reading.folded):
        if draft.profile.trade != "health" or _SOLD_FOR_HEALTH.search(_around(draft, found.start())):
            yield Hit(found.span(), facts={"found": draft.text[slice(*found.span())]})
            return


_BEFORE_AFTER = regex.compile(
    r"\bavant[ /\u00a0-]+apres\b(?! (?:la |le |l'|les |une? |chaque |votre |vos )(?:seance|repas|effort|sport|operation|intervention|"
    r"consultation|rendez-vous|exercice|coucher|nuit|accouchement|grossesse|naissance|course|match|marche|ecole))|"
    r"\btemoignages? (?:de )?patient|\bavis (?:de )?patients?|\bpromos? |\bpromotions? (?!de la |de l'|20\d\d|du |des )|\bremises? (?!en |"
    r"a |au|des |de cles)|\boffres? (?!de (?:soins?|reeducation|services?|sante|stage)|d'emploi|d'ecoute|complete|une? |des |la |le |du |"
    r"aux? )"
)


@rule(
    "LAW23",
    "health-profession",
    Severity.TIP,
    says=Both("A health profession informs; it does not advertise.", "Une profession de santé informe ; elle ne fait pas de réclame."),
    why=Both(
        "Practitioners may tell what they do, without testimonies of patients, comparison or offers (CSP, art. R4127-13 and R4127-19-1).",
        "Les praticiens peuvent dire ce qu’ils font, sans témoignage de patient, comparaison ni offre (CSP, art. R4127-13 et R4127-19-1).",
    ),
    cure=Both("Give advice that is useful to all.", "Donnez un conseil utile à tous."),
    source=Source("Code de la santé publique, art. R4127-13 and R4127-19-1", "https://www.legifrance.gouv.fr", verified=False),
    trades=("health",),
    shared=True,
)
def LAW23(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Before and after, testimonies and offers of a health profession."""
    found = _BEFORE_AFTER.search(draft.reading.folded)
    if found:
        yield Hit(found.span())


_ILLNESS = listed("cancer dépression burn-out burnout enceinte grossesse hospitalisé hospitalisée handicap handicapé handicapée malade "
"maladie "
                  "opéré opérée diabétique séropositif chimio leucémie")  # fmt: skip
_ILL = (
    r"(?<!contre le )(?<!contre la )(?<!sur le )(?<!sur la )(?<!risques? de )\b(?:cancer|depression|burn-?out|enceinte|hospitalisee?|"
    r"handicapee?|malade|operee?|diabetique|chimio|leucemie)\b(?! (?:d'amour|de rire|de jalousie|d'envie|de joie|de bonheur))"
)
_PERSON = r"(?:client|cliente|patient|patiente|salariee?|collegue|apprentie?|employee?|collaborat(?:eur|rice))s?\b[^.!?\n]{0,80}?"
# « Un salarié malade prévient sous 48 h » is a rule for all; « un client malade nous a écrit » is somebody.
_WHO = regex.compile(
    rf"\b(?:notre|nos|mon|ma|votre (?!salarie|employe|apprenti|collab|collegue)) ?{_PERSON}{_ILL}|"
    rf"\bune? {_PERSON}{_ILL}(?=[^.!?\n]{{0,40}}(?: nous | m')(?:a|ont|avait)\b)"
)
_QUOTED = regex.compile(r"«[^«»]{0,400}+»|“[^“”]{0,400}+”|\"[^\"\n]{0,400}+\"")


@rule(
    "LAW24",
    "health-data",
    Severity.WARNING,
    says=Both("This tells the health of a person.", "Ceci dit la santé d’une personne."),
    why=Both(
        "Health data are told by nobody but the person, with an explicit yes (GDPR, art. 9).",
        "Les données de santé ne se disent pas à la place de la personne : il faut son accord explicite (RGPD, art. 9).",
    ),
    cure=Both("Leave it out, or ask for a written yes.", "Retirez-le, ou demandez un accord écrit."),
    source=Source("Regulation (EU) 2016/679, art. 9", "https://eur-lex.europa.eu/eli/reg/2016/679/oj"),
    shared=True,
)
def LAW24(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """An illness, a pregnancy or a handicap of a customer, a patient or a member of the staff, unless they say it themselves."""
    if draft.reading.said(_ILLNESS):
        plain = _QUOTED.sub(lambda quote: " " * len(quote[0]), draft.reading.folded)
        for found in _WHO.finditer(plain):
            yield Hit(found.span())


_CHILDREN = regex.compile(
    r"(?<!\b(?:livres?|albums?|jeux|jeu|jouets?|vetements?|menus?|coin|dessins?|chambres?|lits?|sieges?|velos?|chaussures?|chaises?|rayon|"
    r"section|aire|mains?|parc|tables?) (?:d'|pour |pour les |des ))\b(?:enfants?|eleves|ecoliers|la classe de|collegiens|bambins|"
    r"petits gourmands|apprentis mineurs|mineurs)\b(?![^.!?\n]{0,20}\b(?:de dos|de loin)\b)"
)


@rule(
    "LAW25",
    "image-right",
    Severity.TIP,
    says=Both("Are there children on the picture?", "Y a-t-il des enfants sur l’image ?"),
    why=Both(
        "A picture of a person needs a written yes for taking and for showing, for a place and a time; for a child, that of the parents "
        "(C. civ., art. 9).",
        "Montrer une personne demande un accord écrit, pour la prise et pour la diffusion, sur un support et une durée ; pour un enfant, "
        "celui des parents (C. civ., art. 9).",
    ),
    cure=Both(
        "Record the consent with the picture, or show hands and backs.", "Enregistrez l’autorisation avec l’image, ou montrez mains et dos."
    ),
    source=Source(
        "Code civil, art. 9; pourlebureau.com; opus-numerica.com", "https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000006419288"
    ),
    shared=True,
)
def LAW25(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A picture whose description, or where it has none whose text, names children."""
    for number, medium in enumerate(draft.media):
        if _CHILDREN.search(folded(medium.alt) if medium.alt else draft.reading.folded):
            yield Hit(medium=number)
            return


_HIRES = regex.compile(
    r"(?<!\ba )(?<!\bont )(?<!\bai )(?<!\bavons )(?<!\bete )(?<!\best )(?<!\bsont )\b(?:recrut(?:e|ons|ent|ement)|embauch(?:e|ons))\b|"
    r"(?:\b(?:on|nous|je) |^|[.!?\n] ?)(?:re)?cherch(?:e|ons) (?!des? (?:nouveaux )?(?:clients?|modeles?)|a |ici|dans)|"
    r"\b(?:re)?cherche(?:nt)? (?:(?:une?|des|son|sa|deux) )?(?:jeunes? |bonne? |future? )?(?:serveu|vendeu|coiffeu|apprenti|commis|"
    r"cuisini|chef|boulang|patiss|secretaire|hotesse|esthetici|plombi|soudeu|technici|comptable|assistant|commercia|chauffeu|ouvri|macon|"
    r"electrici|reception|barm|plongeu|collaborat|clerc|saisonni|femme de)|\boffres? d'emploi\b|\bposte (?:de |d'|a pourvoir|ouvert)|"
    r"\bcandidat(?:e|ure)?s?\b|\b(?:cdi|cdd|alternance)\b"
)
# The rules of hiring explained to others: an aid, a contract, what an employer may do.
_EXPLAINED = regex.compile(
    r"\b(?:aides? (?:a|pour)|primes? (?:a|de|pour)|exonerations?|employeurs?|reforme|vous (?:embauchez|recrutez|cherchez)|code du travail|"
    r"loi|discrimin\w++)\b"
)
_LEARNS = regex.compile(r"\b(?:apprenti\w*+|alternan\w++|contrats? pro\w*+|stages?|stagiaires?|service civique)\b")
_YEARS = regex.compile(
    r"(?<!depuis )\b(?:de )?moins de [2-6]\d ans\b(?! d')|\bentre [1-6]\d et [2-6]\d ans\b(?! d')|\bagee?s? de \d\d a \d\d ans\b|"
    r"\bage (?:maxi\w*+|limite|ideal|souhaite)|\blimite d'age\b|(?<young>\bjeunes?(?: (?!equipe|entreprise|societe|maison|cabinet|marque|"
    r"clientele|public|pousse|diplome)\p{L}++){0,2}?(?: et|,)? (?:dynamiques?|motivee?s?)\b)|\bjeune (?:homme|femme|fille|garcon)\b"
)
_TEAM = regex.compile(r"\b(?:equipe|entreprise|societe|ambiance|maison|cabinet|clientele|marque|cadre|structure)\b[^.!?\n]{0,25}$")
_LOOKS = regex.compile(
    r"\b(?:bonne|belle|excellente) presentation\b(?! (?:de|du)s?\b)|\bpresentation (?:soignee|impeccable|irreprochable)\b(?! (?:de|"
    r"du)s?\b)|\bphysique agreable\b|(?<!\b(?:etablissement|gite|logement|chambre|salle|espace|local|hotel|bureau)s? )\bnon[- ]fumeu(?:r|"
    r"se)s?\b|\bsans (?:tatouages?|piercings?)\b|\bjolie? (?:minois|sourire|fille)\b"
)
_WOMEN = regex.compile(
    r"\b(?:serveuse|vendeuse|coiffeuse|caissiere|estheticienne|hotesse|patissiere|boulangere|cuisiniere|infirmiere|aide-soignante|"
    r"couturiere|secretaire femme|femme de (?:menage|chambre))s?\b|\b(?:un homme|une femme)\b"
)
# « Élodie, serveuse, vous accueille » is nobody's offer: the job is what is looked for, or its contract follows.
_ASKED = regex.compile(
    r"\b(?:recrut(?:e|ons|ement)|(?:re)?cherch(?:e|ons)|embauch(?:e|ons)|postes?|offre d'emploi)\b(?:[^.!?\n]*(?:\b(?:une|des|deux|trois|"
    r"\d|de|notre|sa|future|nouvelle|jeune|ou|et)|[:–-]))?[ \u00a0]?$"
)
_TERMS = regex.compile(r"[^.!?\n]{0,30}\b(?:en cdi|en cdd|cdi|cdd|mi-temps|temps (?:plein|partiel)|\d\d ?h\b(?! ?\d))")
_BOTH_SEXES = regex.compile(
    r"\b[hfm] ?[/-] ?[hfm]\b|\b(?:homme (?:ou|et|/) ?femme|femme (?:ou|et|/) ?homme)\b|\btous (?:les )?(?:genres|profils)\b"
)


@rule(
    "LAW26",
    "job-offer",
    Severity.TIP,
    says=Both("“%(found)s” in a job offer.", "« %(found)s » dans une offre d’emploi."),
    why=Both(
        "An offer chooses neither by age, nor by sex, nor by looks (C. trav., art. L1132-1, L1142-1, L5331-2), save where a text says so.",
        "Une offre ne choisit ni l’âge, ni le sexe, ni l’apparence (C. trav., art. L1132-1, L1142-1 et L5331-2), sauf exception prévue "
        "par un texte.",
    ),
    cure=Both(
        "Say what is to be done and what must be known, with “F/H” after the job.",
        "Dites ce qu’il y a à faire et ce qu’il faut savoir, avec « F/H » après le métier.",
    ),
    source=Source(
        "Code du travail, art. L1132-1, L1142-1 and L5331-2",
        "https://www.legifrance.gouv.fr",
        verified=False,
    ),
    shared=True,
)
def LAW26(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A text that hires by age, sex or looks. An age is let through where somebody is to learn; a masculine alone is not remarked."""
    plain = draft.reading.folded
    if not any(word in plain for word in _HIRING) or not draft.reading.french or not _HIRES.search(plain) or _EXPLAINED.search(plain):
        return
    found = _LOOKS.search(plain) or _of_an_age(plain) or _of_one_sex(plain)
    if found and not draft.reading.shielded(*found.span()):
        yield Hit(found.span(), facts={"found": draft.text[slice(*found.span())]})


_HIRING = ("recrut", "cherch", "embauch", "emploi", "poste", "candidat", "cdi", "cdd", "alternance")


def _of_an_age(plain: str) -> regex.Match[str] | None:
    """Return the age asked for; a team may be young, and so may somebody who is to learn."""
    if _LEARNS.search(plain):
        return None
    return next((one for one in _YEARS.finditer(plain) if not (one["young"] and _TEAM.search(plain[: one.start()][-60:]))), None)


def _of_one_sex(plain: str) -> regex.Match[str] | None:
    """Return the job that is offered to women alone, or to men: the other form, « F/H » or the like stands nowhere."""
    if _BOTH_SEXES.search(plain):
        return None
    for found in _WOMEN.finditer(plain):
        other = found[0].removesuffix("s").replace("euse", "eur").replace("iere", "ier").replace("ienne", "ien").replace("hotesse", "hote")
        other = other.replace("angere", "anger").replace("soignante", "soignant")
        alone = other == found[0].removesuffix("s") or not regex.search(rf"\b{regex.escape(other)}s?(?!\p{{L}})", plain)
        if alone and (_ASKED.search(plain[max(0, found.start() - 60) : found.start()]) or _TERMS.match(plain, found.end())):
            return found
    return None


RULES = (LAW20, LAW21, LAW22, LAW23, LAW24, LAW25, LAW26)
