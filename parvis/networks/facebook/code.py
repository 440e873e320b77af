"""Les codes of Facebook: what a company's page there takes, and what its readers stop for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import regex

from parvis.networks.codes import shapes
from parvis.networks.codes.draft import Draft
from parvis.networks.codes.reading import listed
from parvis.networks.codes.rule import Both, Hit, Severity, Source, Unchecked, rule

_HERE = ("facebook",)
_POSTIZ = Source("Postiz, its Facebook provider", "https://github.com/gitroomhq/postiz-app")
_TRYPOST = Source("TryPost, useMediaRules.ts and ContentType.php", "https://github.com/trypost-it/trypost")
_LENGTH = Source("facelift-bbt.com (2026); paperblog.fr, after Buffer", "https://facelift-bbt.com")
_PICTURE = Source("Agorapulse, agencies and social networks in 2022", "https://www.agorapulse.com/fr/blog/")
_CONTEST = Source("laiko.fr, contests on Facebook and Instagram", "https://laiko.fr")
_RHYTHM = Source("Metricool 2023 (accounts under 2 000 followers); Agorapulse France 2022", "https://www.strategies.fr")
_HOURS = Source(
    "meltwater.com/fr (2026); Agorapulse France 2022", "https://www.meltwater.com/fr/blog/quand-publier-sur-les-reseaux-sociaux3"
)
_HEARSAY = Source("Habits of community managers, which no source confirms", verified=False)
_OURS = Source("A choice of Parvis, which every company may change")


@rule(
    "FB01",
    "facebook-too-long",
    Severity.ERROR,
    says=Both("%(count)s characters: Facebook takes %(most)s.", "%(count)s caractères : Facebook en accepte %(most)s."),
    why=Both("A longer text is refused.", "Un texte plus long est refusé."),
    cure=Both("Shorten it, or link the page that has it all.", "Raccourcissez, ou mettez le lien de la page qui dit tout."),
    source=_POSTIZ,
    networks=_HERE,
    hard=True,
)
def FB01(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """The limit of Facebook. No text has more graphemes than code points, which are counted at once."""
    if len(draft.text) > draft.spec.texts[0].most:
        yield from shapes.too_long(draft)


@rule(
    "FB02",
    "facebook-short-beginning",
    Severity.TIP,
    says=Both("The first sentence has %(count)s characters.", "La première phrase fait %(count)s caractères."),
    why=Both(
        "On Facebook, posts of 40 to 80 characters get the most answers. A longer one works if its first sentence is short.",
        "Sur Facebook, les posts de 40 à 80 caractères font le plus réagir. Un post plus long marche si sa première phrase est courte.",
    ),
    cure=Both(
        "Begin with a sentence of fewer than 80 characters, and say the rest after it.",
        "Commencez par une phrase de moins de 80 caractères, et dites le reste ensuite.",
    ),
    source=_LENGTH,
    networks=_HERE,
    limits={"most": 120},
)
def FB02(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """A text of more than `most` characters whose first sentence alone (a greeting not counted) is longer than that.

    Most good posts are longer than the sweet spot: only those that do not begin with something short are told.
    """
    if len(draft.text) <= limits["most"] or not draft.reading.words or shapes.grave(draft):
        return
    sentences = draft.reading.sentences[1 if shapes.greeting(draft) else 0 :]
    if sentences and sentences[0].end - sentences[0].start > limits["most"]:
        yield Hit(sentences[0].span, facts={"count": sentences[0].end - sentences[0].start})


@rule(
    "FB03",
    "facebook-late-subject",
    Severity.TIP,
    says=Both("The first %(visible)s characters say almost nothing.", "Les %(visible)s premiers caractères ne disent presque rien."),
    why=Both(
        "A telephone shows about that much, then “See more”: few people press it.",
        "Un téléphone n’en montre guère plus, puis « Voir plus » : peu de gens appuient.",
    ),
    cure=Both("Put the news first, links and hashtags last.", "Mettez la nouvelle au début, les liens et les mots-dièse à la fin."),
    source=_HEARSAY,
    networks=_HERE,
    limits={"visible": 125},
)
def FB03(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """Fewer than three words in what a telephone shows of a longer text."""
    if shapes.late_substance(draft, limits["visible"]):
        yield Hit((0, limits["visible"]), facts={"visible": limits["visible"]})


@rule(
    "FB04",
    "facebook-no-picture",
    Severity.TIP,
    says=Both("No picture goes with this post.", "Aucune image n’accompagne ce post."),
    why=Both(
        "In France three Facebook posts out of four have a picture: a text alone goes by unseen.",
        "En France, trois posts Facebook sur quatre ont une image : un texte seul passe inaperçu.",
    ),
    cure=Both(
        "Add a photograph, even a simple one: a gesture, a product, a face.",
        "Ajoutez une photo, même simple : un geste, un produit, un visage.",
    ),
    source=_PICTURE,
    networks=_HERE,
)
def FB04(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A text without a medium nor a link, whose card would show a picture."""
    reading = draft.reading
    if draft.form != "post" or draft.media or reading.urls or reading.bare_urls:
        return
    if reading.words and not shapes.grave(draft):
        yield Hit()


@rule(
    "FB05",
    "facebook-picture",
    Severity.ERROR,
    says=Both("This picture weighs %(size)s MB: Facebook takes %(most)s.", "Cette image pèse %(size)s Mo : Facebook en accepte %(most)s."),
    why=Both(
        "A picture that is too heavy or of another kind is refused, and one that is very tall or very wide is cropped.",
        "Une image trop lourde ou d’un autre format est refusée, et une image très haute ou très large est rognée.",
    ),
    cure=Both(
        "A JPEG or PNG under 4 MB, of 1080 × 1350, 1080 × 1080 or 1200 × 630 pixels.",
        "Un JPEG ou un PNG de moins de 4 Mo, en 1080 × 1350, 1080 × 1080 ou 1200 × 630 pixels.",
    ),
    source=Source("Postiz, its Facebook provider; emarketinglicious.fr, sizes of 2025", "https://github.com/gitroomhq/postiz-app"),
    networks=_HERE,
    limits={"tall": 75, "wide": 191},
)
def FB05(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """Pictures too heavy or of another type. A shape outside `tall` and `wide` (width by height, in hundredths) is a tip.

    Three by four, which telephones make, is let through: Facebook crops a few lines of it.
    """
    images = draft.images
    yield from shapes.media_over(images, draft.spec.images.bytes)
    for number, medium in images:
        if medium.mime and medium.mime not in draft.spec.images.types:
            yield Hit(medium=number, facts={"found": medium.mime.rpartition("/")[2].upper()}, says=_OTHER_TYPE)
    if draft.form == "post":
        for hit in shapes.ratio_outside(images, limits["tall"] / 100, limits["wide"] / 100):
            yield Hit(medium=hit.medium, facts=hit.facts, mild=True, says=_CROPPED)


_OTHER_TYPE = Both("%(found)s: Facebook takes JPEG and PNG.", "%(found)s : Facebook accepte le JPEG et le PNG.")
_CROPPED = Both(
    "%(width)s × %(height)s pixels: Facebook will crop this picture.", "%(width)s × %(height)s pixels : Facebook va rogner cette image."
)


@rule(
    "FB06",
    "facebook-many-pictures",
    Severity.ERROR,
    says=Both("%(count)s pictures: Facebook takes %(most)s in one post.", "%(count)s images : Facebook en accepte %(most)s par post."),
    why=Both("The others would be refused.", "Les suivantes seraient refusées."),
    cure=Both("Keep the best, or make two posts.", "Gardez les meilleures, ou faites deux posts."),
    source=_TRYPOST,
    networks=_HERE,
    hard=True,
)
def FB06(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """More pictures than a publishing tool may send."""
    images, most = draft.images, draft.spec.images.most
    if len(images) > most:
        yield Hit(medium=images[most][0], facts={"count": len(images), "most": most})


@rule(
    "FB07",
    "facebook-reel",
    Severity.ERROR,
    says=Both("This video lasts %(seconds)s s: at most %(most)s s here.", "Cette vidéo dure %(seconds)s s : ici, %(most)s s au plus."),
    why=Both(
        "A reel lasts 90 seconds at most and stands upright (9:16); a video in a story lasts 60.",
        "Un réel dure 90 secondes au plus et se tient debout (9:16) ; une vidéo de story, 60.",
    ),
    cure=Both("Cut it, or publish it as an ordinary video.", "Coupez-la, ou publiez-la comme vidéo ordinaire."),
    source=_TRYPOST,
    networks=_HERE,
    limits={"story": 60},
)
def FB07(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """A short video or a story that is too long; a short video that is not upright."""
    rule = draft.spec.videos
    if rule is None or draft.form not in ("short", "story"):
        return
    most = rule.short if draft.form == "short" else limits["story"]
    for number, medium in draft.videos:
        if 0 < most < medium.seconds:
            yield Hit(medium=number, facts={"seconds": round(medium.seconds), "most": round(most)})
    if draft.form == "short" and rule.ratio:
        for hit in shapes.ratio_outside(draft.videos, *rule.ratio):
            yield Hit(medium=hit.medium, facts=hit.facts, says=_NOT_UPRIGHT)


_NOT_UPRIGHT = Both(
    "%(width)s × %(height)s pixels: a reel is upright, 1080 × 1920.", "%(width)s × %(height)s pixels : un réel est vertical, 1080 × 1920."
)


@rule(
    "FB08",
    "facebook-hashtags",
    Severity.TIP,
    says=Both("%(count)s hashtags: %(most)s are enough on Facebook.", "%(count)s mots-dièse : %(most)s suffisent sur Facebook."),
    why=Both("Few people search by hashtag there, and many hide the text.", "On y cherche peu par mot-dièse, et trop cachent le texte."),
    cure=Both("Keep your town, your trade, the event.", "Gardez votre ville, votre métier, l’événement."),
    source=_HEARSAY,
    networks=_HERE,
    limits={"most": 3},
)
def FB08(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """More than `most` hashtags."""
    yield from shapes.many_hashtags(draft, limits["most"])


_TRACKED = regex.compile(r"[?&](?:fbclid|gclid|msclkid|igshid|igsh|mibextid|mc_[ce]id|utm_[a-z]+)=", regex.IGNORECASE)


@rule(
    "FB09",
    "facebook-tracking-link",
    Severity.TIP,
    says=Both("This address drags tracking signs along.", "Cette adresse traîne des codes de suivi."),
    why=Both(
        "A long address full of codes looks doubtful in a text, and some codes name whoever copied it.",
        "Une longue adresse pleine de codes inquiète dans un texte, et certains codes trahissent qui l’a copiée.",
    ),
    cure=Both(
        "Take away what begins with utm_ or fbclid, or attach the address as the post’s link.",
        "Retirez ce qui commence par utm_ ou fbclid, ou joignez l’adresse comme lien du post.",
    ),
    source=_HEARSAY,
    networks=_HERE,
)
def FB09(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Links with the parameters that trackers add. Whether a page has a preview is not looked at: the rules open no connection."""
    if "=" not in draft.text:
        return
    for url in draft.reading.urls:
        if _TRACKED.search(url.text):
            yield Hit(url.span)


@rule(
    "FB10",
    "facebook-bait",
    Severity.TIP,
    says=Both("This asks for a like or a share, not for an answer.", "Cela demande un « j’aime » ou un partage, pas une réponse."),
    why=Both(
        "Facebook shows posts that beg for reactions to fewer people.",
        "Facebook montre moins les posts qui réclament des réactions.",
    ),
    cure=Both("Ask a true question: “Which loaf for Sunday?”", "Posez une vraie question : « Quel pain pour dimanche ? »"),
    source=_HEARSAY,
    networks=_HERE,
)
def FB10(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """« Like si… », « partage si… ». That a post asks nothing is C03’s to say."""
    if draft.reading.said(_BAIT_WORDS):
        yield from shapes.bait(draft)


# What every bait has one of.
_BAIT_WORDS = listed("si gagner gagne gagnez rt retweet follow like likes")


# Both are looked for in a text without accents. A village's « concours », which nobody plays on the network, is left alone.
_PLAYED = regex.compile(
    r"\b(?:jeu[- ]concours|grand jeu|tirages? au sort|tent(?:ez|er|e) (?:de gagner|votre chance|ta chance)"
    r"|(?:pour|a) gagner\b(?! (?:du|de la|en|un temps|des heures))|concours (?:photo|facebook))"
)
_PLAYED_WORDS = listed("concours jeu-concours jeu tirage tirages gagner chance")
_SHARE = regex.compile(
    r"\bpartage[zr]?\b[^.!?\n]{0,40}?\b(?:sur (?:votre|ton|vos) (?:profil|mur|journal|page|fil|story)"
    r"|en (?:story|public|mode public)|publiquement"
    r"|(?:ce|le|notre|cette|la) (?:post|publication|jeu|jeu-concours|concours|statut)\b)|\bpartagez(?=\s*(?:[!,;.]|et\b|puis\b|$))",
    regex.MULTILINE,
)
_TAG_FRIENDS = regex.compile(
    r"\b(?:identifi|tagu?|tagg|mentionn)(?:e|ez|er)\b[^.!?\n]{0,30}?\b(?:ami(?:e|s|es)?|personnes?|copains?|copines?|proches?|collegues?)\b"
)
_FREE = regex.compile(
    r"facultati|obligatoire|obligation|si vous (?:le )?(?:souhaitez|voulez)|inutile|besoin|\bni |\bne |\bn'|hesitez|libre|pouvez"
)


@rule(
    "FB11",
    "facebook-contest",
    Severity.ERROR,
    says=Both("A contest may not ask people to share on their profile.", "Un jeu ne peut pas demander de partager sur son profil."),
    why=Both(
        "Facebook forbids both: to make people share on their profile, and to make them tag friends. It may delete the post or the page.",
        "Facebook interdit les deux : faire partager sur son profil et faire identifier des amis. Il peut retirer le post, voire la page.",
    ),
    cure=Both("Ask for a comment or an answer to a question instead.", "Demandez plutôt un commentaire, ou la réponse à une question."),
    source=_CONTEST,
    networks=_HERE,
)
def FB11(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A contest that is entered by sharing or by tagging friends. Its rules, and that Facebook has no part in it, are LAW05’s to ask."""
    if not draft.reading.said(_PLAYED_WORDS) or not _PLAYED.search(draft.reading.folded):
        return
    for pattern, says in ((_SHARE, None), (_TAG_FRIENDS, _TAGS)):
        for found in pattern.finditer(draft.reading.folded):
            if not _FREE.search(_line(draft, *found.span())):
                yield Hit(found.span(), says=says)
                break


_TAGS = Both("A contest may not ask people to tag their friends.", "Un jeu ne peut pas demander d’identifier ses amis.")


def _line(draft: Draft, start: int, end: int) -> str:
    """Return the line around a place, without capitals or accents."""
    text = draft.reading.folded
    after = text.find("\n", end)
    return text[text.rfind("\n", 0, start) + 1 : after if after >= 0 else len(text)]


@rule(
    "FB12",
    "facebook-rhythm",
    Severity.TIP,
    says=Both(
        "%(count)s posts on that day, this one included: %(most)s are enough.",
        "%(count)s posts ce jour-là, celui-ci compris : %(most)s suffisent.",
    ),
    why=Both(
        "Small pages post two or three times a week. More tires those who follow you, and each post is seen less.",
        "Les petites pages publient deux ou trois fois par semaine. Au-delà, vos abonnés se lassent et chaque post est moins vu.",
    ),
    cure=Both("Keep this one for a quieter day.", "Gardez celui-ci pour un jour plus calme."),
    source=_RHYTHM,
    networks=_HERE,
    limits={"day": 2, "week": 6},
)
def FB12(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """One post more than `day` in its day, or than `week` in seven days (twice the habit: a menu of each working day passes)."""
    of_day = list(shapes.crowded(draft, day=limits["day"]))
    yield from of_day or (Hit(facts=hit.facts, says=_IN_A_WEEK) for hit in shapes.crowded(draft, week=limits["week"]))


_IN_A_WEEK = Both(
    "%(count)s posts in seven days, this one included: %(most)s are plenty.",
    "%(count)s posts en sept jours, celui-ci compris : %(most)s, c’est déjà beaucoup.",
)


@rule(
    "FB13",
    "facebook-hour",
    Severity.TIP,
    says=Both("At %(hour)s:00 almost nobody is there.", "À %(hour)s h, presque personne n’est là."),
    why=Both(
        "In France people read Facebook from noon to 3 p.m. above all, and at week-ends. Your own figures know better.",
        "En France, on lit Facebook surtout de 12 h à 15 h, et le week-end. Vos propres chiffres en savent plus.",
    ),
    cure=Both("Choose noon, or the end of the afternoon.", "Choisissez plutôt midi, ou la fin d’après-midi."),
    source=_HOURS,
    networks=_HERE,
    limits={"first": 6, "last": 22},
)
def FB13(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """An hour before `first` or from `last` on. Sources disagree on the best hour and not on the night: only the night is told."""
    at = draft.context.at
    if at is not None and not limits["first"] <= at.hour < limits["last"]:
        yield Hit(facts={"hour": at.hour})


_EVENTS = listed(
    "inauguration vernissage concert conférence dégustation brocante braderie kermesse webinaire loto portes-ouvertes ouvertes"
)
_EVENT = regex.compile(
    r"\b(?:inauguration|vernissage|concert|conference|degustation|brocante|braderie|kermesse|webinaire|loto|portes[- ]ouvertes)\b"
)
_INVITED = regex.compile(r"\b(?:venez|rendez-vous|vous attend|vous attendons|inscrivez|reservez|ne manquez pas|rejoignez)\b")
_WHEN = regex.compile(
    r"\d|\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|demain|aujourd'hui|ce (?:soir|matin|midi|week-end)|cet apres-midi"
    r"|week-?end|jours?|soirs?|semaine|mois|bientot|date|quand|horaires?|heures?|saison|annee|ete|hiver|printemps|automne|noel"
    r"|prochaine?s?|sur rendez-vous|janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)\b"
)
_WHERE = regex.compile(
    r"\b(?:rue|place|avenue|boulevard|quai|chemin|route|allee|impasse|cours|salle|halle|halles|parking|mairie|eglise|boutique|magasin"
    r"|atelier|domaine|caveau|chai|ferme|librairie|galerie|cabinet|entrepot|usine|showroom|adresse|en ligne|visio"
    r"|chez|ici|zone|parc|jardin)\b|\b\d{5}\b"
)


@rule(
    "FB14",
    "facebook-event",
    Severity.TIP,
    says=Both("You invite people, and no date stands in the text.", "Vous invitez, et aucune date n’est dans le texte."),
    why=Both(
        "The date on the poster cannot be searched, copied nor heard. Without it people mean to come, and forget.",
        "La date sur l’affiche ne se cherche pas, ne se copie pas, ne s’entend pas. Sans elle, on veut venir et on oublie.",
    ),
    cure=Both("Write the day, the hour and the place.", "Écrivez le jour, l’heure et le lieu."),
    source=_OURS,
    networks=_HERE,
)
def FB14(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """An invitation to an event without any word of time; in an event’s own text, without any word of place either."""
    reading = draft.reading
    own = draft.form == "event"
    if not reading.french or not reading.words or not (own or reading.said(_EVENTS)) or reading.urls:
        return
    found = _EVENT.search(reading.folded)
    if (own or (found and _INVITED.search(reading.folded))) and not _WHEN.search(reading.folded):
        yield Hit(found.span() if found else None)
    elif own and not _WHERE.search(reading.folded) and not _TOWN.search(draft.text):
        yield Hit(says=Both("This event does not say where.", "Cet événement ne dit pas où."))


_TOWN = regex.compile(r"\b(?:à|au|aux) (?:la |l’|l')?\p{Lu}\p{L}+")


@rule(
    "FB15",
    "facebook-emoji",
    Severity.TIP,
    says=Both("%(count)s emojis: %(most)s are enough.", "%(count)s émojis : %(most)s suffisent."),
    why=Both(
        "Each is read aloud to those who listen, and too many look like an advertisement.",
        "Chacun est lu à voix haute à qui écoute, et trop d’émojis sentent la publicité.",
    ),
    cure=Both("Keep those that say something.", "Gardez ceux qui disent quelque chose."),
    source=Source("Ipedis; quatrehistoires.fr, emojis and links", "https://quatrehistoires.fr"),
    networks=_HERE,
    limits={"most": 3, "common": 5},
)
def FB15(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """More than `most` emojis. Above `common`, and for those that begin lines, A06 speaks for all networks."""
    emoji = draft.reading.emoji
    if limits["most"] < len(emoji) <= max(limits["common"], limits["most"]):
        yield Hit(emoji[limits["most"]].span, facts={"count": len(emoji), "most": limits["most"]})


@rule(
    "FB16",
    "facebook-video",
    Severity.ERROR,
    says=Both("This video weighs %(size)s MB: Facebook takes %(most)s.", "Cette vidéo pèse %(size)s Mo : Facebook en accepte %(most)s."),
    why=Both("A longer or heavier video is refused.", "Une vidéo plus longue ou plus lourde est refusée."),
    cure=Both("Cut it, or export it in a smaller size.", "Coupez-la, ou exportez-la dans une taille plus petite."),
    source=_TRYPOST,
    networks=_HERE,
)
def FB16(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Videos over the limits of the Spec. Their subtitles are A05’s to ask, and the time of a reel or a story is FB07’s."""
    rule = draft.spec.videos
    if rule is None:
        return
    yield from shapes.media_over(draft.videos, rule.bytes)
    for number, medium in draft.videos if draft.form == "post" else ():
        if 0 < rule.seconds < medium.seconds:
            yield Hit(medium=number, facts={"minutes": round(medium.seconds / 60), "most": round(rule.seconds / 60)}, says=_LASTS)


_LASTS = Both(
    "This video lasts %(minutes)s min: Facebook takes %(most)s.", "Cette vidéo dure %(minutes)s min : Facebook en accepte %(most)s."
)

UNCHECKED = (
    Unchecked(
        "FB17",
        Both("Somebody answers during the day that follows.", "Quelqu’un répond dans les 24 heures qui suivent."),
        Both("A post does not tell who will be on duty.", "Un post ne dit pas qui sera là pour répondre."),
    ),
)

RULES = (FB01, FB02, FB03, FB04, FB05, FB06, FB07, FB08, FB09, FB10, FB11, FB12, FB13, FB14, FB15, FB16)
