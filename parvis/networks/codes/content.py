"""What makes a post worth stopping for: a beginning, one thing to do, a question, one voice, dates that are right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import regex

from parvis.networks.codes import shapes
from parvis.networks.codes.calendar import feasts, public_holidays
from parvis.networks.codes.draft import Draft
from parvis.networks.codes.reading import Token, folded, listed, meets
from parvis.networks.codes.rule import Both, Hit, Severity, Source, Unchecked, rule

_OURS = Source("A choice of Parvis, which every company may change")
_ADVICE = Source("freelance-sandra-doucet.fr, editorial lines", "https://freelance-sandra-doucet.fr")
_STUDY = Source("Bpifrance Le Lab, PME-ETI et réseaux sociaux (2018)", "https://bpifrance-lelab.fr")
_VOICE = Source("effetspapillon.be; delphineneimon.com, tu or vous", "https://effetspapillon.be")
_EACH = Source("onlyso.fr; academie.tylio.com", "https://onlyso.fr")
_REVIEW = Source("CNIL; Code civil, art. 9", "https://www.cnil.fr")
_LINKS = Source("quatrehistoires.fr; Mastodon documentation, posting", "https://github.com/mastodon/documentation")


@rule(
    "C01",
    "hook",
    Severity.WARNING,
    says=Both("The first words do not say what it is about.", "Les premiers mots ne disent pas de quoi il s’agit."),
    why=Both(
        "Networks show the first line and hide the rest: people stop for a subject, not for a greeting, a hashtag or an address.",
        "Les réseaux montrent la première ligne et cachent la suite : on s’arrête pour un sujet, pas pour un bonjour, un mot-dièse ou une "
        "adresse.",
    ),
    cure=Both(
        "Begin with what is new, for whom, and what it changes: “The rye loaf is back on Saturday.”",
        "Commencez par la nouvelle, pour qui, et ce que cela change : « Le pain de seigle revient samedi. »",
    ),
    source=_OURS,
    shared=True,
)
def C01(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A text that begins with a mere greeting, a hashtag or an address."""
    reading = draft.reading
    if not draft.text.strip() or draft.part > 0:
        return
    start = len(draft.text) - len(draft.text.lstrip())
    first = next((token for token in [*reading.hashtags, *reading.urls] if token.start == start), None)
    if first and reading.words:
        yield Hit(first.span, says=_LINK_FIRST if "//" in first.text else _TAG_FIRST)
    elif shapes.greeting(draft) and len(reading.sentences) > 1:
        yield Hit(reading.sentences[0].span, says=_GREETS)


_TAG_FIRST = Both("The text begins with a hashtag.", "Le texte commence par un mot-dièse.")
_LINK_FIRST = Both("The text begins with an address.", "Le texte commence par une adresse.")
_GREETS = Both("The first line only greets.", "La première ligne ne fait que saluer.")

_CALLS = listed("""
réservez appelez venez écrivez commentez découvrez inscrivez contactez passez commandez téléchargez cliquez visitez rejoignez profitez
demandez dites partagez postulez abonnez goûtez essayez testez suivez regardez lisez envoyez racontez répondez votez poussez consultez
achetez offrez notez retrouvez participez prenez retenez proposez posez montrez donnez choisissez comparez craquez
réserve appelle viens écris commente découvre inscris contacte commande télécharge clique rejoins profite dis partage postule goûte essaie
teste regarde raconte réponds vote achète
""")
_INVITES = regex.compile(
    r"\b(?:a vos agendas|on vous attend|vous attendons|lien en bio|en commentaire|sur rendez-vous|rendez-vous (?:le|ce|a|au|samedi|"
    r"dimanche|lundi|mardi|mercredi|jeudi|vendredi|demain)|sur reservation|reservations? (?:au|sur|par)|bienvenue|a bientot|devis gratuit|"
    r"renseignements|inscriptions?|contact|prevenez|apportez|comptez|mettez|pensez|gardez|n'oubliez|attendez)\b"
    r"|(?<=[.!?…\n:] )\p{L}{3,20}ez\b|\p{L}{3,20}ez-(?:nous|moi|le|la|les|vous)\b"
)
# Hours, a date, a price, a street: who wants to come knows how.
_PRACTICAL = regex.compile(
    r"\b\d{1,2} ?h\b|\b\d{1,2}h\d\d|\d ?€"
    r"|\b\d{1,2} (?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)"
    r"|\b\d+ (?:bis |ter )?(?:rue|place|avenue|quai|route|boulevard|chemin|impasse)\b"
)


@rule(
    "C02",
    "one-call",
    Severity.TIP,
    says=Both("Nothing says what to do now.", "Rien ne dit quoi faire maintenant."),
    why=Both(
        "A reader who is interested does the one thing that is asked; with nothing asked nothing happens, with many asked neither.",
        "Qui s’intéresse fait la chose qu’on lui demande ; sans rien il ne fait rien, avec trop non plus.",
    ),
    cure=Both("Ask for one thing: book, call, come, answer.", "Demandez une seule chose : réserver, appeler, venir, répondre."),
    source=_ADVICE,
    limits={"most": 3, "words": 15},
    shared=True,
)
def C02(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """No invitation in a text of more than `words` words, or more than `most` different ones."""
    reading = draft.reading
    if not reading.french or len(reading.words) < limits["words"] or draft.part + 1 < draft.parts:
        return
    calls = reading.word_set & _CALLS
    if len(calls) > limits["most"]:
        yield Hit(facts={"count": len(calls)}, says=_TOO_MANY)
    elif not calls and not _invites(draft):
        yield Hit()


_TOO_MANY = Both("%(count)s things are asked at once.", "%(count)s choses sont demandées à la fois.")


def _invites(draft: Draft) -> bool:
    """Tell whether a text calls in its own way: a question, an address, an hour, a price; or whether nothing should be asked."""
    reading = draft.reading
    if shapes.asks(draft) or reading.urls or reading.bare_urls or reading.mails or shapes.grave(draft):
        return True
    plain = reading.folded
    return bool(_INVITES.search(plain) or _PRACTICAL.search(plain) or shapes.phones(draft))


PAST_ENOUGH = 5


@rule(
    "C03",
    "ask-something",
    Severity.TIP,
    says=Both("Your last %(count)s posts asked nothing of anybody.", "Vos %(count)s derniers posts n’ont rien demandé à personne."),
    why=Both(
        "Only one company in five talks with its customers on the networks: a question is the simplest beginning.",
        "Une entreprise sur cinq seulement dialogue avec ses clients sur les réseaux : une question est le plus simple début.",
    ),
    cure=Both("End with a question that is easy to answer.", "Finissez par une question à laquelle il est facile de répondre."),
    source=_STUDY,
    limits={"posts": PAST_ENOUGH},
)
def C03(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """No question here nor in the last `posts` posts on this network."""
    past = draft.context.history.get(draft.network, ())
    if draft.context.at is None or len(past) < limits["posts"]:
        return
    before = sorted((one for one in past if one.at < draft.context.at), key=lambda one: one.at)[-limits["posts"] :]
    if len(before) == limits["posts"] and not any("?" in one.text for one in before) and not shapes.asks(draft):
        yield Hit(facts={"count": len(before)})


_TU = frozenset(("tu", "toi", "te", "tes", "ta", "ton"))
# « le ton de la conversation » is a noun.
_A_NOUN = frozenset(("le", "un", "du", "au", "ce", "de", "quel", "bon", "meme", "son", "donne", "sur"))
_TO_ONE = regex.compile(
    r"\b(?:bravo|merci|anniversaire|retraite|felicitations?|fiere?s?|bienvenue|bon courage|hommage|papa|maman|bon vent)\b"
)
_VOUS = frozenset(("vous", "votre", "vos"))


@rule(
    "C04",
    "tu-or-vous",
    Severity.WARNING,
    says=Both("“tu” and “vous” are mixed.", "« tu » et « vous » sont mélangés."),
    why=Both(
        "Either suits some readers; both at once suit nobody, and a company keeps one voice.",
        "L’un ou l’autre convient selon le public ; les deux à la fois ne conviennent à personne, et une entreprise garde une seule voix.",
    ),
    cure=Both("Keep the form of address of the company.", "Gardez la forme d’adresse de l’entreprise."),
    source=_VOICE,
    shared=True,
)
def C04(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """« tu » and « vous » in one text, or not the company's form. What is quoted is not looked at."""
    reading = draft.reading
    if not reading.french or not (reading.said(_TU | _VOUS) or "t'" in reading.folded):
        return
    tu, vous = _first(draft, _TU), _first(draft, _VOUS)
    if tu and _TO_ONE.search(draft.reading.folded):
        # « Bravo Manon, fière de toi » speaks to one person before all the others.
        return
    if tu and vous:
        yield Hit(max(tu, vous, key=lambda token: token.start).span)
    elif tu and draft.profile.address == "vous":
        yield Hit(tu.span, says=Both("The company says “vous”.", "L’entreprise dit « vous »."))
    elif vous and draft.profile.address == "tu":
        yield Hit(vous.span, says=Both("The company says “tu”.", "L’entreprise dit « tu »."))


def _first(draft: Draft, forms: frozenset[str]) -> Token | None:
    before = ""
    for word in draft.reading.words:
        plain, last = folded(word.text), before
        before = plain
        if plain == "ton" and (last in _A_NOUN or draft.reading.folded.startswith(" sur ton", word.end)):
            continue
        if plain in forms or (forms is _TU and plain.startswith("t'") and plain != "t'inquiete"):
            if not meets(draft.reading.quoted, word.start, word.start + 1):
                return word
        elif "-" in plain and plain.split("-")[-1] in forms and plain != "rendez-vous" and not plain.endswith("-t"):
            return word
    return None


_PROMO_WORDS = listed(
    "promo promotion promotions remise remises rabais réduction réductions soldes offre offres destockage liquidation ristourne"
)
_PROMO_SIGN = regex.compile(
    r"-\s?\d{1,2}[\u00a0\u202f ]?%|\b\d+[\u00a0\u202f ]?% (?:de )?(?:remise|reduction|rabais)|\bprix (?:casses?|barres?|reduits?)"
)


def promotional(text: str) -> bool:
    """Tell whether a text sells: a price cut, an offer, a code."""
    plain = folded(text)
    return _PROMO_SIGN.search(plain) is not None or any(word in _PROMO_WORDS for word in regex.findall(r"\p{L}+", plain))


def _sells(draft: Draft) -> bool:
    return draft.reading.said(_PROMO_WORDS) or ("%" in draft.text and _PROMO_SIGN.search(draft.reading.folded) is not None)


@rule(
    "C05",
    "too-many-offers",
    Severity.TIP,
    says=Both("%(count)s of your last %(of)s posts are offers.", "%(count)s de vos %(of)s derniers posts sont des offres."),
    why=Both(
        "An account that only sells is unfollowed; four posts out of five may teach, show or amuse.",
        "Un compte qui ne fait que vendre n’est plus suivi ; quatre posts sur cinq peuvent apprendre, montrer ou amuser.",
    ),
    cure=Both(
        "Show work, people, an idea; keep the offer for later.", "Montrez un geste, une personne, une idée ; gardez l’offre pour plus tard."
    ),
    source=_ADVICE,
    limits={"share": 20, "of": 10},
)
def C05(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """An offer that makes offers more than `share` percent of the last `of` posts (five at least are needed to tell)."""
    past = draft.context.history.get(draft.network, ())
    if draft.context.at is None or len(past) < PAST_ENOUGH or not _sells(draft):
        return
    before = sorted((one for one in past if one.at < draft.context.at), key=lambda one: one.at)[-(limits["of"] - 1) :]
    count = 1 + sum(1 for one in before if promotional(one.text))
    if len(before) >= PAST_ENOUGH - 1 and 100 * count > limits["share"] * (len(before) + 1):
        yield Hit(facts={"count": count, "of": len(before) + 1})


# Networks whose codes are near enough for one text: short, in the flow, with a community that reads words.
_KIN = frozenset(("bluesky", "mastodon", "x"))


@rule(
    "C06",
    "same-everywhere",
    Severity.WARNING,
    says=Both("%(count)s networks get the same text.", "%(count)s réseaux reçoivent le même texte."),
    why=Both(
        "Each network has its codes, and who follows you on two of them sees a copy.",
        "Chaque réseau a ses codes, et qui vous suit sur deux d’entre eux voit une copie.",
    ),
    cure=Both(
        "Change at least the first line and the hashtags for each network.",
        "Changez au moins la première ligne et les mots-dièse pour chaque réseau.",
    ),
    source=_EACH,
    shared=True,
)
def C06(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """The same text for networks of different kinds; the short ones may share one."""
    same = " ".join(draft.text.split())
    if not same or len(draft.context.texts) < 2 or draft.part > 0:
        return
    others = {network for network, text in draft.context.texts.items() if text == draft.text or " ".join(text.split()) == same}
    if len(others) > 1 and not others <= _KIN:
        yield Hit(facts={"count": len(others)})


_MONTHS = "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre".split()  # noqa: SIM905
_DAYS = "lundi mardi mercredi jeudi vendredi samedi dimanche".split()  # noqa: SIM905
_DATE = regex.compile(
    rf"\b(?:(?P<day>{'|'.join(_DAYS)}) )?(?P<n>[12]?\d|3[01]|1er) (?P<month>{'|'.join(_MONTHS)})(?: (?P<year>[12]\d{3}))?\b"
)
_COMING = regex.compile(
    r"\b(?:venez|reservez|inscri|rendez-vous|jusqu'?au?|a partir d|prochain|vous attend|aura lieu|ouvrira|vous accueill|a ne pas manquer|"
    r"des le)"
)
_GONE = regex.compile(
    r"\b(?:derniere?|etait|etaient|a eu lieu|retour\b[^.!?\n]{0,20}\bsur|de retour|ferme le|merci|avons|ont ete|fut|souvenir|depuis|"
    r"fonde|cree)"
)
_UNTIL = regex.compile(r"[^.!?\n]{0,6}\b(?:au|jusqu'au)\b")


@rule(
    "C07",
    "dates",
    Severity.WARNING,
    says=Both("This date is not a %(day)s.", "Cette date ne tombe pas un %(day)s."),
    why=Both(
        "A wrong date costs a journey to a customer and an apology to you.",
        "Une date fausse coûte un déplacement au client et des excuses à vous.",
    ),
    cure=Both("Check the date.", "Vérifiez la date."),
    source=_OURS,
    shared=True,
)
def C07(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A weekday that does not go with its date, or an invitation to a day that is past when the post leaves."""
    at = draft.context.at
    if at is None or not draft.reading.french or not any(sign.isdigit() for sign in draft.text):
        return
    plain = draft.reading.folded
    dates = list(_DATE.finditer(plain))
    invites = bool(dates) and _COMING.search(plain) is not None and not _GONE.search(plain)
    for m in dates:
        days = [found for year in _years(m["year"], at.year) if (found := _day(year, m)) and (m["year"] or _near(found, at.date()))]
        if m["day"] and days and not any(_DAYS[day.weekday()] == m["day"] for day in days):
            yield Hit(m.span(), facts={"day": m["day"]})
        elif days and (feast := _feast(draft, m)) and not any(feasts(day.year)[feast] == day for day in days):
            right = min((feasts(day.year)[feast] for day in days), key=lambda day: abs(day - at.date()))
            yield Hit(m.span(), facts={"right": f"{right.day} {_MONTHS_SAID[right.month - 1]}", "en": f"{right:%d/%m}"}, says=_FEAST_IS)
        elif invites and not _runs(plain, m) and _is_past([day for day in days if m["day"] in (None, _DAYS[day.weekday()])], at.date()):
            yield Hit(m.span(), says=Both("This day is past when the post leaves.", "Ce jour est passé quand le post partira."))


_FEASTS = regex.compile(r"\bfete des (?P<who>meres|mamans|peres|papas|grands?-meres)\b")
_WHO = {"meres": "meres", "mamans": "meres", "peres": "peres", "papas": "peres"}
_MONTHS_SAID = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()  # noqa: SIM905
_FEAST_IS = Both("This feast falls on %(en)s.", "Cette fête tombe le %(right)s.")


def _feast(draft: Draft, m: regex.Match[str]) -> str:
    """Return the feast that a date is given for: one named shortly before it, or "" ."""
    found = _FEASTS.search(draft.reading.folded, max(0, m.start() - 40), m.start())
    return _WHO.get(found["who"], "grands-meres") if found else ""


def _near(day: date, today: date) -> bool:
    """Tell whether a date without its year can mean this day: half a year back, most of a year ahead."""
    return timedelta(days=-180) < day - today < timedelta(days=300)


def _runs(plain: str, m: regex.Match[str]) -> bool:
    """Tell whether a date begins a span of days (« du 1er juin au 31 août »), or is of another time than ours."""
    near = max(0, m.start() - NEAR)
    before = plain[near : m.start()].rstrip()
    begins = before.endswith((" du", "depuis le", "des le")) or (near == 0 and before.strip() == "du")
    return bool(begins and _UNTIL.match(plain, m.end())) or bool(m["year"] and int(m["year"]) < LONG_AGO)


NEAR, LONG_AGO = 60, 2020


def _years(told: str | None, year: int) -> list[int]:
    return [int(told)] if told else [year - 1, year, year + 1]


def _day(year: int, m: regex.Match[str]) -> date | None:
    number = 1 if m["n"] == "1er" else int(m["n"])
    try:
        return date(year, _MONTHS.index(m["month"]) + 1, number)
    except ValueError:
        return None


def _is_past(days: list[date], today: date) -> bool:
    """Tell whether the day that is meant, the nearest one, is past."""
    if not days:
        return False
    nearest = min(days, key=lambda day: abs((day - today).days))
    return nearest < today and (today - nearest).days < 150


_CUSTOMER = regex.compile(
    r"\b(?i:client|cliente|patient|patiente|chez|merci à|merci a|félicitations à)[ \u00a0](?:M\.|MM\.|Mme|Mlle|Monsieur|"
    r"Madame)[ \u00a0]\p{Lu}[\p{L}-]+|\b(?i:notre|nos|un|une|ma|mon) (?:client|cliente|clients|patient|patiente|"
    r"patients)[ \u00a0,]+\p{Lu}\p{Ll}+[ \u00a0]\p{Lu}[\p{L}-]+"
)


@rule(
    "C08",
    "personal-data",
    Severity.WARNING,
    says=Both("A customer is named.", "Un client est nommé."),
    why=Both(
        "A name, a telephone number or a mail address belong to a person: on a network they stay, and are copied.",
        "Un nom, un téléphone ou une adresse mail sont à une personne : sur un réseau, ils restent et se recopient.",
    ),
    cure=Both(
        "Ask for a written yes, or say “a customer of Nantes”.",
        "Demandez un accord écrit, ou dites « une cliente de Nantes ».",
    ),
    source=_REVIEW,
    shared=True,
)
def C08(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A customer's name; a telephone number or an address that is not the company's own (a tip where the company told none)."""
    own = regex.sub(r"\D", "", draft.profile.phone)[-9:]
    for start, end in shapes.phones(draft):
        if _NUMBERED.search(draft.text, max(0, start - 14), start):
            continue
        if regex.sub(r"\D", "", draft.text[start:end])[-9:] != own:
            yield Hit((start, end), mild=not own, says=_WHOSE_PHONE)
    house = shapes.host(draft.profile.site)
    for mail in draft.reading.mails:
        if not house or mail.text.rpartition("@")[2].lower() != house:
            yield Hit(mail.span, mild=not house, says=_WHOSE_MAIL)
    if draft.reading.said(_PEOPLE):
        for m in _CUSTOMER.finditer(draft.reading.prose):
            yield Hit(m.span(), mild=not folded(m[0]).startswith(_SURELY))


_SURELY = ("client", "patient", "notre", "nos", "un", "ma", "mon")
_NUMBERED = regex.compile(r"(?i:n°|réf\.?|dossier|contrat|siret|siren)\s*:?\s*$")
_PEOPLE = listed("client cliente clients patient patiente patients chez merci félicitations")
_WHOSE_PHONE = Both("Is this number your own?", "Ce numéro est-il bien celui de l’entreprise ?")
_WHOSE_MAIL = Both("Is this mail address your own?", "Cette adresse mail est-elle bien celle de l’entreprise ?")


@rule(
    "C10",
    "links",
    Severity.TIP,
    says=Both("This link is not safe: http.", "Ce lien n’est pas sûr : http."),
    why=Both(
        "Telephones warn of http pages, and a shortened link hides where it leads.",
        "Les téléphones signalent les pages en http, et un lien raccourci cache où il mène.",
    ),
    cure=Both("Use the full address, with https.", "Mettez l’adresse complète, en https."),
    source=_LINKS,
    shared=True,
)
def C10(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Addresses in http, or made short by a service. Whether a page answers is not looked at: the rules open no connection."""
    for url in draft.reading.urls:
        if url.text.lower().startswith("http://"):
            yield Hit(url.span)
    for hit in shapes.shortened(draft):
        yield Hit(hit.span, facts=hit.facts, says=_SHORT)


_SHORT = Both("%(found)s hides where this link leads.", "%(found)s cache où mène ce lien.")


_ON_HOLIDAY = Both("This offer leaves on a public holiday: %(name)s.", "Cette offre part un jour férié : %(name)s.")


@rule(
    "C11",
    "holiday",
    Severity.TIP,
    says=Both("This offer leaves on a public holiday.", "Cette offre part un jour férié."),
    why=Both(
        "On some days an offer jars, on the 11th of November above all, and fewer people are there to answer.",
        "Certains jours, une offre détonne, le 11 novembre surtout, et il y a moins de monde pour répondre.",
    ),
    cure=Both("Choose the day before or after.", "Choisissez la veille ou le lendemain."),
    source=_OURS,
    shared=True,
)
def C11(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """An offer on a public holiday of the company's place."""
    at = draft.context.at
    if at is None or not _sells(draft):
        return
    name = public_holidays(at.year, draft.profile.department).get(at.date())
    if name:
        yield Hit(says=Both(_ON_HOLIDAY.en % {"name": name.en}, _ON_HOLIDAY.fr % {"name": name.fr}))


@rule(
    "C12",
    "silence",
    Severity.TIP,
    says=Both("Nothing left here for %(count)s days before this one.", "Rien n’est parti ici depuis %(count)s jours avant celui-ci."),
    why=Both(
        "An account that is silent for weeks looks closed, to people and to networks.",
        "Un compte muet pendant des semaines semble fermé, aux gens comme aux réseaux.",
    ),
    cure=Both("Plan a second post in the same week.", "Prévoyez un deuxième post dans la même semaine."),
    source=_OURS,
    limits={"days": 14},
)
def C12(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """More than `days` days since the last post on this network. Two posts on one pillar are seen by the calendar, which knows pillars."""
    at = draft.context.at
    before = [past.at for past in draft.context.history.get(draft.network, ()) if at and past.at < at]
    if at and before and at - max(before) > timedelta(days=min(limits["days"], shapes.FAR)):
        yield Hit(facts={"count": (at - max(before)).days})


UNCHECKED = (
    Unchecked(
        "C09",
        Both("The law of advertising.", "Le droit de la publicité."),
        Both("The rules LAW01 and following say it, article by article.", "Les règles LAW01 et suivantes le disent, article par article."),
    ),
)

RULES = (C01, C02, C03, C04, C05, C06, C07, C08, C10, C11, C12)
