"""The mistakes of grammar that everybody sees in a post, and only those that are sure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product

import regex

from parvis.networks.codes.draft import Draft
from parvis.networks.codes.reading import Reading, folded, meets
from parvis.networks.codes.rule import Both, Fix, Hit, Severity, Source, rule
from parvis.networks.codes.spelling import known

# A line a mistake: what is written > what is meant. In [a b] stands one word of several, "a=b" where its right form differs; $1 and $2
# say it again. « ^ »: at the start of a sentence. « $ »: before its end or a comma. « !a,b »: not after these. « = »: in small letters.
_SURE = """
malgrés > malgré
parmis > parmi
hormi > hormis
quelque soit [le son mon ton un ce] > quel que soit $1
quelque soit [la sa ma ta une cette] > quelle que soit $1
quelque soit [votre notre leur l'heure l'âge l'occasion] > quel (ou quelle) que soit $1
[quelque quelques] soient > quels (ou quelles) que soient
quelque [jours places semaines heures minutes photos idées exemples tables conseils images mots nouveautés pièces chambres] > quelques $1
quelques [chose part] > quelque $1
comme même $ > quand même
[c'est est a avons ai] comme même > $1 quand même
sa [va fait vaut sent sera vous y s'est] > ça $1
sa c'est > ça, c'est
comme sa $ > comme ça
=!le,du,de,notre,son,votre,un,ce ca [va fait sent sera vous y] > ça $1
=comme ca > comme ça
se [soir matin midi week-end weekend mois lundi mardi mercredi jeudi vendredi samedi dimanche printemps] > ce $1
se week end > ce week-end
se [qui que qu'il qu'on qu'ils qu'elle] > ce $1
^ se sont [les nos des vos mes] > ce sont $1
^ se sera [l'occasion le la un une] > ce sera $1
[ces ses] [bientôt gratuit reparti demain aujourd'hui] > c'est $2
[ces ses] parti $ > c'est parti
^ s'est [la l'heure l'occasion l'été parti une] > c'est $1
[cet ce] [semaine saison année soirée journée rentrée matinée] > cette $2
[cette ce] [été hiver automne] > cet $2
ce après-midi > cet après-midi
cet [soir matin midi week-end mois lundi mardi mercredi jeudi vendredi samedi dimanche printemps] > ce $1
cette [week-end soir matin midi samedi dimanche printemps] > ce $1
d'ou > d'où
!un,une [moment jour endroit lieu] ou [vous nous on ils elles j'ai j'étais] > $1 où $2
partout ou [vous nous on ils elles il] > partout où $1
=la ou [vous nous on ils elles il] > là où $1
sur place où à > sur place ou à
oui où non > oui ou non
[lundi mardi mercredi jeudi vendredi samedi] où [mardi mercredi jeudi vendredi samedi dimanche] > $1 ou $2
[sucré sucrée salé salée thé café mail téléphone] où [salé salée sucré sucrée café chocolat téléphone mail] > $1 ou $2
par [téléphone mail sms] où par > par $1 ou par
des [que qu'il qu'on qu'elle qu'ils le la les maintenant demain aujourd'hui] > dès $1
des [l'ouverture l'arrivée l'aube votre cet cette ce] > dès $1
des à présent > dès à présent
[ouvert ouverte ouverts disponible disponibles réservez venez commandez] dés [le lundi mardi mercredi jeudi vendredi samedi] > $1 dès $2
^ dés [que le la l'ouverture maintenant demain lundi mardi mercredi jeudi vendredi samedi] > dès $1
dés [maintenant demain aujourd'hui] > dès $1
sur tout [n'oubliez n'hésitez n'attendez] > surtout $1
sur tout ne [ratez manquez tardez changez] > surtout ne $1
bonne [appétit anniversaire week-end weekend courage réveillon noël] > bon $1
bon [année journée soirée dégustation chance fête semaine rentrée route lecture nuit continuation] > bonne $1
[bon bonne] vacances > bonnes vacances
[bonne bon] fêtes > bonnes fêtes
[joyeux joyeuse] fêtes > joyeuses fêtes
joyeuses fête > joyeuses fêtes
[joyeuse joyeuses] [noël anniversaire] > joyeux $2
[meilleur meilleure meilleures] vœux > meilleurs vœux
meilleurs vœu > meilleurs vœux
[belle bonne] été > bel été
bel [journée soirée année fête semaine] > belle $1
^ un grande merci > un grand merci
tout les [jours matins soirs midis lundis mardis mercredis jeudis vendredis samedis dimanches ans mois clients enfants] > tous les $1
tout les [produits goûts participants week-ends âges budgets prix plats vins pains amis gens autres deux horaires cas styles] > tous les $1
toute les > toutes les
tous les [jour=jours soir=soirs matin=matins samedi=samedis dimanche=dimanches lundi=lundis mardi=mardis] > tous les $1
tous les [mercredi=mercredis jeudi=jeudis vendredi=vendredis week-end=week-ends] > tous les $1
toutes les [semaine=semaines heure=heures année=années] > toutes les $1
[toute toutes] le monde > tout le monde
!avons,avez,ont,a,nous,vous,ils,elles,on tous le [monde mois stock magasin personnel village] > tout le $1
tout la [journée semaine famille carte boutique saison gamme collection soirée matinée nuit région] > toute la $1
tout l'équipe > toute l'équipe
toute l'été > tout l'été
tout ceux > tous ceux
[toute tous tout] celles > toutes celles
!c'est,est,était,avant,après,malgré,que,sont,pas,sur,du,le,par tout [nos vos mes] > tous $1
toute [nos vos mes] > toutes $1
touts [les nos vos ceux] > tous $1
[bonjour bonsoir merci journée soirée week-end fêtes semaine] à tout $ > $1 à tous
[nous on je vous] leurs [avons avez ai a fait faisons donne donnons souhaitons proposons offrons disons] > $1 leur $2
[nos vos des ces leurs] [client=clients produit=produits horaire=horaires ami=amis agenda=agendas commande=commandes] > $1 $2
[nos vos des ces leurs] [artisan=artisans collaborateur=collaborateurs véhicule=véhicules gâteau=gâteaux] > $1 $2
au [alentours environs horaires clients enfants gourmands amateurs] > aux $1
chaque [jours=jour semaines=semaine années=année matins=matin soirs=soir midis=midi samedis=samedi clients=client] > chaque $1
^ cher [clients clientes amis amies voisins] > chers $1
[nouvelle nouvelles nouveau] horaires > nouveaux horaires
horaires exceptionnelles > horaires exceptionnels
!de,à [nouveau nouvel] [collection carte recette équipe boutique adresse gamme saison vitrine] > nouvelle $2
!de,à [nouveau nouvelle] [arrivage atelier espace emplacement] > nouvel $2
[nouvelle nouvel] [site produit menu magasin local catalogue] > nouveau $2
quel [belle bonne joie fierté équipe chance émotion ambiance aventure surprise soirée journée réussite énergie] > quelle $1
quelle [plaisir bonheur succès honneur moment week-end beau bon régal] > quel $1
portes ouverte > portes ouvertes
les [bienvenu bienvenue] $ > les bienvenus
[n'hésiter n'hésité n'hésitait] pas > n'hésitez pas
[n'oublier n'oublié] pas > n'oubliez pas
[n'attender n'attendé] pas > n'attendez pas
n'hésitez pas a > n'hésitez pas à
!à vous [faite=faites dite=dites] > vous $1
^ [faite-vous=faites-vous faite-nous=faites-nous] > $1
^ faite [confiance appel attention découvrir passer] > faites $1
on vous [attends=attend dis=dit prépares=prépare proposes=propose souhaites=souhaite remercies=remercie] > on vous $1
on vous [fais=fait mets=met prends=prend accueilles=accueille espères=espère] > on vous $1
on [attends=attend prends=prend vends=vend fais=fait mets=met peux=peut veux=veut vois=voit sais=sait dois=doit] > on $1
on [reviens=revient viens=vient ouvres=ouvre fermes=ferme prépares=prépare proposes=propose souhaites=souhaite] > on $1
on [espères=espère adores=adore aimes=aime recrutes=recrute cherches=cherche] > on $1
on peu [le la les vous nous y en pas tout aussi être avoir faire] > on peut $1
on t'attends > on t'attend
je vous [souhaites=souhaite proposes=propose remercies=remercie invites=invite présentes=présente accueilles=accueille] > je vous $1
je [souhaites=souhaite proposes=propose remercies=remercie espères=espère cherches=cherche aimes=aime prépares=prépare] > je $1
je vous attend > je vous attends
j'attend > j'attends
je [prend=prends vend=vends attend=attends] > je $1
je fait > je fais
je [peut=peux veut=veux] > je $1
[équipe l'équipe surprise boutique] vous [attends=attend proposes=propose accueilles=accueille souhaites=souhaite] > $1 vous $2
^ nous seront [ouvert ouverts fermé fermés présent présents heureux ravis absents là en au à sur de disponibles] > nous serons $1
!chez,avec,à,pour,sans,de,par,vers nous vous [attendront=attendrons accueilleront=accueillerons proposeront=proposerons] > nous vous $1
!chez,avec,à,pour,sans,de,par,vers nous vous [attendez=attendons proposez=proposons souhaitez=souhaitons] > nous vous $1
!chez,avec,à,pour,sans,de,par,vers nous vous [accueillez=accueillons remerciez=remercions invitez=invitons] > nous vous $1
!chez,avec,à,pour,sans,de,par,vers nous vous [attendent=attendons proposent=proposons souhaitent=souhaitons] > nous vous $1
!chez,avec,à,pour,sans,de,par,vers nous vous [accueillent=accueillons remercient=remercions invitent=invitons] > nous vous $1
^ nous vous [souhaiter=souhaitons proposer=proposons présenter=présentons informer=informons remercier=remercions] > nous vous $1
^ nous somme [ouvert ouverts fermé fermés ravis heureux là en à prêts fiers désolés situés présents] > nous sommes $1
^ vous [trouverai=trouverez pourrai=pourrez serai=serez aurai=aurez découvrirai=découvrirez] > vous $1
[ils elles] on [eu été fait mis pris tout aussi bien choisi besoin] > $1 ont $2
on à [des pas bien mis fait eu hâte besoin déjà encore] > on a $1
il y à > il y a
à été [créé créée fait faite mis mise élu élue choisi choisie ouvert ouverte rénové rénovée réalisé réalisée] > a été $1
[avons avez ai ont avoir j'ai a] crée > $1 créé
[a ont avons avez] été crée > $1 été créé (ou créée)
quand à [moi toi lui elle nous vous eux elles] $ > quant à $1
un peut [de plus moins d'histoire] > un peu $1
au plutôt > au plus tôt
peut importe > peu importe
tout d'abords > tout d'abord
[savoir bien encore] d'avantage > $1 davantage
[est es suis sommes êtes sont était étaient] entrain [de d'être] > $1 en train $2
^ en faite > en fait
[mais car] en faite > $1 en fait
bien sur $ > bien sûr
^ bien sur [que qu'il qu'on] > bien sûr $1
à coté > à côté
=[juste est sommes situé située] a coté > $1 à côté
=a coté [de chez] > à côté $1
[de du] coté [de des du nos] > $1 côté $2
du coté $ > du côté
[mis mettre mettons met] de coté > $1 de côté
!les,des,nos,aux,vos,ces prés de chez > près de chez
jusqu'a [la le ce demain samedi dimanche vendredi lundi mardi mercredi jeudi minuit midi épuisement] > jusqu'à $1
!sa,la,cette,le,ce,de,un,mon [grâce merci bravo félicitations] a [la l'équipe ceux celles chacun eux elle lui toute un] > $1 à $2
[sommes restons reste est sont] a votre > $1 à votre
à bien tôt > à bientôt
^ toute fois $ > toutefois
depuis long temps > depuis longtemps
!dès,des,alors lors que > lorsque
!dès,des lors [qu'il=lorsqu'il qu'on=lorsqu'on qu'ils=lorsqu'ils] > $1
aujourd hui > aujourd'hui
week end > week-end
[cet l'après les bon bonne une] après midi > $1 après-midi
l'après midi > l'après-midi
grand mère > grand-mère
[prenez prendre sur un vos des votre] rendez vous > $1 rendez-vous
vis à vis > vis-à-vis
c'est à dire que > c'est-à-dire que
^ est ce [que qu'il qu'on] > est-ce $1
qu'est ce [que qui qu'on qu'il] > qu'est-ce $1
y a t il > y a-t-il
^ peut être [que qu'il qu'on] > peut-être $1
[celui celle ceux celles] [ci là] > $1-$2
ci [dessous dessus joint jointe contre après] > ci-$1
si [dessous dessus] > ci-$1
là bas > là-bas
une demi heure > une demi-heure
au [dessus dessous delà] > au-$1
par dessus > par-dessus
en avant première > en avant-première
[ce cette cet] [jour soir moment époque fois année] la $ > $1 $2-là
d'ici la $ > d'ici là
[on nous] [est sommes] la $ > $1 $2 là
[plats plat vente pizzas ou repas menus] à [emporté emportés emportée emportées] > $1 à emporter
[dans de à sur pour avec toute] la la > $1 la
!but,l'objectif,objectif,l'idée [est sera] [fermer=fermé arriver=arrivé terminer=terminé annuler=annulé] > $1 $2 (ou $2e)
[sont seront] [fermer=fermés arriver=arrivés terminer=terminés annuler=annulés] > $1 $2
"""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Verbs in -er that posts use most, without their ending; and those that are sure after « pour », « venez », « si vous ».
_VERBS = _set("""
réserv command profit gagn particip dégust contact consult rencontr test essay visit trouv demand pass propos partag récupér fêt commenc
termin travaill prépar pens déplac téléphon appel ajout organis achet admir célébr écout regard laiss envoy inform annonc présent accept
chang install cherch mang retrouv aid post accompagn cuisin réalis fabriqu cré goût gout rest coup rentr montr donn aim
""")
_VISITS = _set("goût gout dégust fêt test essay profit partag rencontr visit écout admir récupér célébr consult particip achet")
_MEANT = _set("profit goût gout dégust particip contact command consult commenc récupér rencontr")
_WISHES = _set("souhait cherch aim désir hésit pens préfér rêv")
# « vous avez goûter », « ils ont manger » may be a meal that lost its article.
_MEALS = _set("goût mang")
_CAN = (
    r"(?:vous (?:pouvez|pourrez|devez|devrez|allez|souhaitez)|nous (?:pouvons|pourrons|devons|allons|souhaitons)|"
    r"on (?:va|peut|pourra|doit)|il faut)(?: (?:nous|vous|me|lui|leur|en|y))?$"
)
_TO = (
    r"(?:hésitez pas à|pensez à|oubliez pas de|plaisir de|joie de|hâte de|merci de|afin de|(?:heureux|heureuse|ravis?|ravie|fiers?|fière|"
    r"contents?|impatients?) de)(?: (?:nous|vous|me|lui|leur|en|y))?$"
)
_HAVE = r"(?:nous avons|vous avez|(?:ils|elles|qui) ont|j'ai|\bavoir|\bon a)(?: (?:bien|déjà|aussi|enfin|tous|toutes|toujours|beaucoup))?$"
# What stands before a verb, its wrong ending, the right one, and for which verbs it is sure.
_ENDINGS = tuple(
    (regex.compile(before), wrong, right, verbs)
    for before, wrong, right, verbs in (
        (rf"\b{_CAN}", "é", "er", _VERBS),
        (rf"\b{_TO}", "é", "er", _VERBS),
        (r"\b(?:pour|sans)$", "é", "er", _MEANT),
        (r"\bvenez$", "é", "er", _VISITS),
        (rf"(?<!\b(?:si|quand|que|où|là|lorsque|dont|comme|quoi) )\b{_CAN}", "ez", "er", _VERBS),
        (rf"\b{_TO}", "ez", "er", _VERBS),
        (r"(?<!à côté |près |autour |loin )\b(?:pour|sans|de|à)$", "ez", "er", _VERBS),
        (r"\bvenez$", "ez", "er", _VISITS),
        (rf"\b{_HAVE}", "er", "é", _VERBS - _MEALS),
        (r"(?<!\b(?:si|quand|que|où|dont|ce|comme) )\b(?:nous avons|vous avez|on a|j'ai|ils ont)$", "ez", "é", _VERBS),
        (r"(?<!\bmême )\bsi vous$", "er", "ez", _WISHES),
        (r"\| vous$", "é", "ez", _WISHES | frozenset(("profit", "trouv"))),
    )
)
# A word twice is a slip for these; « nous nous », « vous vous », « très très », « bien bien » are not.
_TWICE = _set("le les de du des un et à au aux dans avec pour par sur notre votre nos vos ce a on mais chez ou cette ces en")
_MAY_TWICE = {"un": frozenset(("numéro", "par", "chacun", "l'un")), "en": frozenset(("tout",))}
_ELIDED = frozenset(("on", "il", "ils", "elles", "un"))
_FRENCH_QUOTE = regex.compile(r"«[^«»]{1,600}+»|“[^“”]{1,600}+”")
LONGEST = 4


@dataclass(frozen=True, slots=True)
class _Slip:
    """A mistake of one to some words: `words` as written, `right`, and where it counts."""

    words: tuple[str, ...]
    right: str
    first: bool = False
    last: bool = False
    small: bool = False
    after: frozenset[str] = frozenset()


@cache
def _slips() -> dict[str, tuple[_Slip, ...]]:
    """Return the sure mistakes by their first word, read from the table once."""
    found: dict[str, list[_Slip]] = {}
    for line in _SURE.strip().splitlines():
        wrong, right = line.split(" > ")
        small = wrong.startswith("=")
        after: frozenset[str] = frozenset()
        wrong = wrong.removeprefix("=")
        if wrong.startswith("!"):
            told, wrong = wrong[1:].split(" ", 1)
            after = frozenset(told.split(","))
        first, last = wrong.startswith("^ "), wrong.endswith(" $")
        wrong = wrong.removeprefix("^ ").removesuffix(" $")
        parts = [part.strip("[]").split() if part.startswith("[") else [part] for part in regex.findall(r"\[[^\]]*\]|\S+", wrong)]
        listed = [n for n, part in enumerate(regex.findall(r"\[[^\]]*\]|\S+", wrong)) if part.startswith("[")]
        for chosen in product(*parts):
            meant = right
            for number, at in enumerate(listed, 1):
                meant = meant.replace(f"${number}", chosen[at].rpartition("=")[2])
            words = tuple(word.partition("=")[0] for word in chosen)
            found.setdefault(words[0], []).append(_Slip(words, meant, first, last, small, after))
    return {word: tuple(slips) for word, slips in found.items()}


@rule(
    "T14",
    "grammar",
    Severity.TIP,
    says=Both("“%(found)s”: rather “%(right)s”.", "« %(found)s » : plutôt « %(right)s »."),
    why=Both(
        "Everybody sees this mistake, and remembers it longer than the message.",
        "Cette faute-là, tout le monde la voit, et on la retient mieux que le message.",
    ),
    cure=Both("Correct it before it leaves.", "Corrigez avant le départ."),
    source=Source("Académie française, Dire, ne pas dire", "https://www.academie-francaise.fr"),
    limits={"most": 5},
    shared=True,
    fixes=True,
)
def T14(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """Mistakes that no context makes right, at most `most` of them; what is quoted is left as it was said.

    A fix is proposed only where the cure changes accents, spaces or hyphens.
    """
    reading = draft.reading
    if not reading.french or not reading.words:
        return
    quoted = [m.span() for m in _FRENCH_QUOTE.finditer(reading.text)] if "«" in reading.text or "“" in reading.text else []
    said, at = 0, 0
    for start, end, right in sorted(_found(reading)):
        if said >= limits["most"]:
            return
        found = reading.text[start:end]
        if start < at or meets(quoted, start, start + 1) or not draft.profile.words.isdisjoint(found.split()):
            continue
        said, at = said + 1, end
        fix = Fix(start, end, right) if _letters(found) == _letters(right) else None
        yield Hit((start, end), fix=fix, facts={"found": found, "right": right})


def _letters(text: str) -> str:
    return regex.sub(r"[^\p{L}\p{N}]", "", folded(text))


def _found(reading: Reading) -> Iterator[tuple[int, int, str]]:
    """Yield the place of each mistake and what is meant, cased as it was written."""
    words, table = reading.words, _slips()
    plain = [word.text.lower().replace("’", "'") for word in words]
    for n, word in enumerate(words):
        starts = [(plain[n], word.start)]
        tail = plain[n].rpartition("'")[2]
        if tail in _ELIDED and tail != plain[n]:
            starts.append((tail, word.end - len(tail)))
        for key, start in starts:
            for slip in table.get(key, ()):
                end = n + len(slip.words)
                if (
                    tuple(plain[n + 1 : end]) == slip.words[1:]
                    and _holds(reading, n, end, slip)
                    and (start == word.start or not slip.first)
                ):
                    yield start, words[end - 1].end, _cased(reading.text[start : words[end - 1].end], slip.right)
        if n and plain[n] == plain[n - 1] and plain[n] in _TWICE and _is_twice(reading, plain, n):
            yield words[n - 1].start, word.end, words[n - 1].text
        if plain[n].endswith(("é", "ez", "er")) and word.text.islower():
            right = _ending(reading, plain, n)
            if right:
                yield words[n - 1].start, word.end, f"{words[n - 1].text} {right}"


def _together(reading: Reading, first: int, end: int) -> bool:
    """Tell whether one plain space stands between each of these words and the next."""
    words = reading.words
    return all(reading.masked[words[n].end : words[n + 1].start] in (" ", "\u00a0") for n in range(first, end - 1))


def _holds(reading: Reading, first: int, end: int, slip: _Slip) -> bool:
    """Tell whether these words, which are those of a mistake, stand as it wants them: in one sentence, and in no name."""
    words, text = reading.words[first:end], reading.masked
    if not _together(reading, first, end) or any(len(word.text) > 1 and word.text.isupper() for word in words):
        return False
    if any(not word.text[0].islower() and word.text != "Noël" for word in (words if slip.small else words[1:])):
        return False
    if len(words) == 1 and words[0].text.islower() and not known(words[0].text):
        # T10 says it.
        return False
    if _GOES_ON.match(text, words[-1].end) or (slip.last and not _ENDS.match(text, words[-1].end)):
        return False
    before = reading.words[first - 1].text.lower().replace("’", "'") if first else ""
    return before not in slip.after and (not slip.first or _begins(text, words[0].start))


# « client(e)s », « client.e.s », « client/cliente ».
_GOES_ON = regex.compile(r"[(/·•\ufffc-]|\.\p{L}")
_ENDS = regex.compile(r"[ \u00a0\u202f]*+(?:[.,!?…;:)\n]|$|\p{So})")


def _begins(text: str, at: int) -> bool:
    """Tell whether a sentence or a line begins there."""
    before = text[max(0, at - 6) : at].rstrip(" \u00a0\u202f\ufe0f")
    return not before or not (before[-1].isalnum() or before[-1] in ",;:'’\"«»(-/\ufffc")


def _cased(found: str, right: str) -> str:
    """Return what is meant with the capitals and the apostrophes of what was written."""
    own = {word.lower(): word for word in found.split()}
    right = right if "'" in found else right.replace("'", "’")
    text = " ".join(own.get(word, word) for word in right.split(" "))
    return text[0].upper() + text[1:] if found[0].isupper() else text


def _is_twice(reading: Reading, plain: list[str], n: int) -> bool:
    """Tell whether the word `n`, which repeats the one before, is there by mistake: not thrice, which is a style, nor in a name."""
    words = reading.words
    around = (plain[n - 2] if n > 1 else "", plain[n + 1] if n + 1 < len(plain) else "")
    if not words[n].text.islower() or not _together(reading, n - 1, n + 1) or plain[n] in around:
        return False
    return around[0] not in _MAY_TWICE.get(plain[n], ())


def _ending(reading: Reading, plain: list[str], n: int) -> str:
    """Return the verb `n` with its right ending, or "" where it is right or nothing is sure."""
    word = plain[n]
    if not n or not any(word.endswith(wrong) and word[: -len(wrong)] in verbs for _, wrong, _, verbs in _ENDINGS):
        return ""
    first = n
    while first and n - first < LONGEST and _together(reading, first - 1, first + 1):
        first -= 1
    if first == n:
        return ""
    before = ("| " if _begins(reading.masked, reading.words[first].start) else "") + " ".join(plain[first:n])
    for head, wrong, right, verbs in _ENDINGS:
        stem = word[: -len(wrong)]
        if word.endswith(wrong) and stem in verbs and head.search(before):
            return stem + right
    return ""


RULES = (T14,)
