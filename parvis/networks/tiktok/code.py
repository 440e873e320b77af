"""The codes of TikTok: a medium that fits, few hashtags, an upright and short video, words as one speaks them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import regex

from parvis.networks.codes import shapes
from parvis.networks.codes.draft import Draft
from parvis.networks.codes.reading import folded, listed
from parvis.networks.codes.rule import Both, Hit, Severity, Source, Unchecked, rule

_TOOLS = Source("docs.zernio.com, TikTok; Postiz", "https://docs.zernio.com/platforms/tiktok")
_AYR = Source("Ayrshare, TikTok", "https://www.ayrshare.com/docs/apis/post/social-networks/tiktok")
_FIVE = Source("adresseip.com, five hashtags a post (2025)", "https://adresseip.com/tiktok-limite-desormais-le-nombre-de-hashtags")
_TAGS = Source("curivue.com, hashtags of TikTok", "https://curivue.com")
_FORMAT = Source("seobykit.com, formats of TikTok", "https://seobykit.com")
_LENGTH = Source("seobykit.com; TikTok’s own figures of 2021, as Buffer gives them", "https://seobykit.com")
_LABELS = Source("Buffer, TikTok’s own fields", "https://developers.buffer.com")
_VOICE = Source("delphineneimon.com, tu or vous", "https://delphineneimon.com")
_RHYTHM = Source("Socialinsider, 70 million posts (2024–2025)", "https://optimixed.com")
_HEARSAY = Source("Usage on TikTok, which nobody has confirmed", verified=False)
_HERE = ("tiktok",)


@rule(
    "TT01",
    "tiktok-medium",
    Severity.ERROR,
    says=Both("There is neither a video nor a photograph.", "Il n’y a ni vidéo ni photo."),
    why=Both(
        "TikTok takes one video, or photographs, never both and never words alone.",
        "TikTok prend une vidéo, ou des photos, jamais les deux, jamais un texte seul.",
    ),
    cure=Both("Add a video or photographs; keep one kind.", "Ajoutez une vidéo ou des photos ; gardez un seul genre."),
    source=_TOOLS,
    networks=_HERE,
)
def TT01(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """No picture nor video, both, or several videos."""
    images, videos = draft.images, draft.videos
    if not images and not videos:
        yield Hit()
    elif images and videos:
        yield Hit(medium=images[0][0], says=_MIXED)
    elif len(videos) > 1:
        yield Hit(medium=videos[1][0], says=_ONE)


_MIXED = Both("A video and photographs cannot go together.", "Une vidéo et des photos ne peuvent pas partir ensemble.")
_ONE = Both("TikTok takes one video at a time.", "TikTok prend une seule vidéo à la fois.")

PHOTO_TEXT = 4000


@rule(
    "TT02",
    "tiktok-too-long",
    Severity.ERROR,
    says=Both("%(count)s signs: TikTok takes %(most)s.", "%(count)s signes : TikTok en prend %(most)s."),
    why=Both(
        "A video’s caption takes 2200 signs, that of photographs 4000 and their title 90.",
        "La légende d’une vidéo prend 2 200 signes, celle de photos 4 000 et leur titre 90.",
    ),
    cure=Both("Shorten it: on TikTok one watches.", "Raccourcissez : sur TikTok, on regarde plus qu’on ne lit."),
    source=_TOOLS,
    networks=_HERE,
    hard=True,
)
def TT02(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A caption over 2200 UTF-16 units; with photographs, over 4000, or a title over 90."""
    title = draft.spec.title
    if not draft.images or draft.videos:
        yield from shapes.too_long(draft)
        return
    if len(draft.text) > PHOTO_TEXT // 2:
        longer = tuple(replace(limit, most=max(limit.most, PHOTO_TEXT)) for limit in draft.spec.texts)
        yield from shapes.too_long(replace(draft, spec=replace(draft.spec, texts=longer)))
    if title and title.count(draft.title) > title.most:
        yield Hit(facts={"count": title.count(draft.title), "most": title.most}, says=_TITLE)


_TITLE = Both("Title: %(count)s signs, TikTok takes %(most)s.", "Titre : %(count)s signes, TikTok en prend %(most)s.")


@rule(
    "TT03",
    "tiktok-hashtags",
    Severity.ERROR,
    says=Both("%(count)s hashtags: TikTok takes %(most)s.", "%(count)s mots-dièse : TikTok en prend %(most)s."),
    why=Both("Since 2025 TikTok takes five in a post.", "Depuis 2025, TikTok en accepte cinq par post."),
    cure=Both("Keep the ones that say the trade, the subject and the town.", "Gardez ceux qui disent le métier, le sujet et la ville."),
    source=_FIVE,
    networks=_HERE,
)
def TT03(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """More hashtags than the network takes."""
    if draft.spec.hashtags:
        yield from shapes.many_hashtags(draft, int(draft.spec.hashtags.value))


_EMPTY_TAGS = listed("""
foryou foryoupage foryourpage fyp fypage fypシ fypシ゚viral fy pourtoi pourtoii pourtoipage pagepourtoi viral virale viralvideo videovirale
videoviral viraltiktok tiktokviral goviral trend trends trending tendance tendances tiktok tiktokfrance tiktokfr xyzbca explore explorepage
percer perce abonnetoi likeforlike follow followme
""")


@rule(
    "TT04",
    "tiktok-empty-hashtags",
    Severity.TIP,
    says=Both("“%(found)s” says nothing of your video.", "« %(found)s » ne dit rien de votre vidéo."),
    why=Both(
        "Everybody writes these hashtags, nobody searches for them: TikTok learns neither your trade nor your town from them.",
        "Tout le monde met ces mots-dièse et personne ne les cherche : TikTok n’y apprend ni votre métier ni votre ville.",
    ),
    cure=Both(
        "Name the trade, the subject, the town: #Boulangerie #PainAuLevain #Nantes.",
        "Dites le métier, le sujet, la ville : #Boulangerie #PainAuLevain #Nantes.",
    ),
    source=_TAGS,
    networks=_HERE,
    limits={"most": 1},
)
def TT04(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """Hashtags of which all are empty ones, or more than `most` are."""
    tags = draft.reading.hashtags
    empty = list(shapes.hashtags_among(draft, _EMPTY_TAGS)) if tags else []
    if empty and (len(empty) == len(tags) or len(empty) > limits["most"]):
        yield empty[0]


@rule(
    "TT06",
    "tiktok-upright",
    Severity.WARNING,
    says=Both(
        "This video is not upright: %(width)s by %(height)s pixels.",
        "Cette vidéo n’est pas au format vertical : %(width)s sur %(height)s pixels.",
    ),
    why=Both(
        "TikTok fills the telephone, nine by sixteen: another shape is small between two bands, and few stay.",
        "TikTok remplit le téléphone, en 9:16 : une autre forme se voit en petit entre deux bandes, et l’on passe.",
    ),
    cure=Both("Film with the telephone upright, in 1080 by 1920.", "Filmez téléphone debout, en 1080 sur 1920."),
    source=_FORMAT,
    networks=_HERE,
    limits={"width": 720, "advised": 1080},
)
def TT06(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """A video whose known size is not nine by sixteen, or less than `width` wide; as a tip, less than `advised`."""
    shape = draft.spec.videos.ratio if draft.spec.videos else None
    for number, video in draft.videos:
        facts = {"width": video.width, "height": video.height}
        if shape and any(shapes.ratio_outside([(number, video)], *shape)):
            yield Hit(medium=number, facts=facts)
        elif video.height and 0 < video.width < limits["advised"]:
            yield Hit(medium=number, facts=facts, says=_SMALL, mild=video.width >= limits["width"])


_SMALL = Both("This video is small: %(width)s by %(height)s pixels.", "Cette vidéo est petite : %(width)s sur %(height)s pixels.")


@rule(
    "TT07",
    "tiktok-length",
    Severity.TIP,
    says=Both(
        "%(count)s seconds: between %(least)s and %(most)s is better.", "%(count)s secondes : entre %(least)s et %(most)s, c’est mieux."
    ),
    why=Both(
        "A video that is watched to its end is shown to more people. TikTok’s own best were of 24 to 31 seconds.",
        "Une vidéo regardée jusqu’au bout est montrée à plus de monde. Les meilleures, selon TikTok, font de 24 à 31 secondes.",
    ),
    cure=Both("One gesture, one idea; cut what comes before it.", "Un geste, une idée ; coupez ce qui vient avant."),
    source=_LENGTH,
    networks=_HERE,
    limits={"least": 15, "most": 60},
)
def TT07(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """A video shorter than `least` seconds or longer than `most`. What the network refuses is TT08's."""
    most = draft.spec.videos
    for number, video in draft.videos:
        if most and most.least <= video.seconds <= most.seconds and not limits["least"] <= round(video.seconds) <= limits["most"]:
            yield Hit(medium=number, facts={"count": round(video.seconds), "least": limits["least"], "most": limits["most"]})


@rule(
    "TT08",
    "tiktok-media",
    Severity.ERROR,
    says=Both("%(count)s photographs: TikTok takes %(most)s.", "%(count)s photos : TikTok en prend %(most)s."),
    why=Both(
        "TikTok takes up to 35 photographs, or a video of 3 seconds to 10 minutes and 4 GB.",
        "TikTok prend jusqu’à 35 photos, ou une vidéo de 3 secondes à 10 minutes et de 4 Go.",
    ),
    cure=Both("Keep the best photographs, or cut the video.", "Gardez les meilleures photos, ou coupez la vidéo."),
    source=_TOOLS,
    networks=_HERE,
)
def TT08(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Too many photographs, a video too short, too long or too heavy."""
    most, images = draft.spec.videos, draft.images
    if len(images) > draft.spec.images.most:
        yield Hit(medium=images[draft.spec.images.most][0], facts={"count": len(images), "most": draft.spec.images.most})
    for number, video in draft.videos:
        if most is None:
            return
        if 0 < video.seconds < most.least:
            yield Hit(medium=number, says=_BRIEF, facts={"least": int(most.least)})
        elif video.seconds > most.seconds:
            yield Hit(medium=number, says=_LONG, facts={"most": int(most.seconds // 60)})
        elif video.size > most.bytes:
            yield Hit(medium=number, says=_HEAVY, facts={"size": shapes.megabytes(video.size), "most": shapes.megabytes(most.bytes)})


_BRIEF = Both("A video lasts %(least)s seconds at least.", "Une vidéo dure au moins %(least)s secondes.")
_LONG = Both("A video lasts %(most)s minutes at most.", "Une vidéo dure au plus %(most)s minutes.")
_HEAVY = Both("This video weighs %(size)s MB: TikTok takes %(most)s.", "Cette vidéo pèse %(size)s Mo : TikTok en prend %(most)s.")

_PAID = regex.compile(
    r"\bcollaborations? commerciales?\b|\bpartenariats? (?:remunere|commercial|paye|sponsorise)|\b(?:contenu|post|video) sponsorise"
    r"|#(?:publicite|sponsorisee?|collaborationcommerciale|partenariatremunere|partenariatcommercial|sponsored)\b"
)
_MACHINE = regex.compile(
    r"\b(?:videos?|images?|visuels?|voix|clips?|films?|scenes?|photos?|plans?|animations?|avatars?) (?:\p{L}+ ){0,3}?"
    r"(?:generee?s?|cree?e?s?|realisee?s?|faite?s?|animee?s?|retouchee?s?|modifiee?s?|produite?s?) (?:\p{L}+ )?(?:par|avec|grace a) "
    r"(?:une |l')?(?:ia|intelligence artificielle|midjourney|sora|veo|runway|heygen|synthesia|chatgpt|dall-e)\b"
    r"|\bvoix (?:de synthese|synthetique|ia|clonee)\b|\bavatars? ia\b"
    r"|#(?:madewithai|aigenerated|genereparia|imageia|videoia|aivideo|aiart)\b"
)
_DENIES = regex.compile(r"\b(?:non|pas|aucune?|jamais|sans|ni|comment|reconnaitre|reperer|detecter|distinguer)\b")
_HINTS = listed("""
collaboration collaborations partenariat partenariats sponsorisé sponsorisée ia intelligence midjourney sora veo runway heygen synthesia
chatgpt dall-e synthèse synthétique clonée
""")
BEFORE = 45


@rule(
    "TT10",
    "tiktok-labels",
    Severity.WARNING,
    says=Both(
        "The text says that this post is paid for, and the post is not marked so.",
        "Le texte dit que ce post est payé, et le post n’est pas marqué comme tel.",
    ),
    why=Both(
        "TikTok wants its own mark on what is commercial or made by an AI; without it, fewer people see the post, or none.",
        "TikTok veut sa propre mention sur ce qui est commercial ou fait par une IA : sans elle, il montre moins le post, ou le retire.",
    ),
    cure=Both(
        "Mark the post as paid, or as made by a machine: TikTok shows the mention itself.",
        "Indiquez que le post est payé, ou fait par une machine : TikTok affiche lui-même la mention.",
    ),
    source=_LABELS,
    networks=_HERE,
)
def TT10(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A text that tells of a payment or of an AI where the draft is not marked. LAW01 and LAW02 say the other way round."""
    reading, context = draft.reading, draft.context
    if not (reading.hashtags or reading.said(_HINTS)):
        return
    for pattern, told, says in ((_PAID, context.partnership, None), (_MACHINE, context.synthetic, _BY_MACHINE)):
        found = None if told else pattern.search(reading.folded)
        if found and not _DENIES.search(reading.folded, max(0, found.start() - BEFORE), found.end()):
            yield Hit(found.span(), says=says)


_BY_MACHINE = Both(
    "The text speaks of pictures or a voice made by an AI, and the post is not marked so.",
    "Le texte parle d’images ou d’une voix faites par une IA, et le post n’est pas marqué comme tel.",
)

_MUSIC = regex.compile(
    r"(?<!\b(?:de|la|en|et) )\b(?:musiques?|chansons?|morceaux?|sons?)[ \u00a0\u202f]*:"
    r"|\bsur (?:l'air|(?:la|une|le) (?:musique|chanson|morceau|tube|son)) d(?:e\b|')"
)
_RIGHTS = regex.compile(
    r"\b(?:licences?|libres? de droits?|droits?|sacem|creative commons|domaine public|bibliotheque (?:commerciale|audio|musicale)"
    r"|son original|sons? originaux|compose\w*|autorisation|accord|jou(?:e|ee|es|ees) par)\b"
)


@rule(
    "TT11",
    "tiktok-music",
    Severity.TIP,
    says=Both("May a company use this music?", "Une entreprise a-t-elle le droit d’utiliser cette musique ?"),
    why=Both(
        "The songs of the moment are for private accounts: in a company’s video TikTok may cut the sound.",
        "Les chansons du moment sont pour les particuliers : dans la vidéo d’une entreprise, TikTok peut couper le son.",
    ),
    cure=Both(
        "Take music from TikTok’s commercial library, or the sounds of the workshop.",
        "Prenez une musique de la bibliothèque commerciale de TikTok, ou les bruits de l’atelier.",
    ),
    source=_HEARSAY,
    networks=_HERE,
)
def TT11(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A song that is named without a word on its rights. What is heard in the video is not looked at."""
    plain = draft.reading.folded
    found = _MUSIC.search(plain)
    if found and not _RIGHTS.search(plain):
        yield Hit(found.span())


_GLUED = regex.compile(r"(?<=[\p{L}\p{N})»%€])[ \t\u00a0\u202f]*+\n\s*+(?=[\p{L}\p{N}«])")


@rule(
    "TT12",
    "tiktok-lines",
    Severity.TIP,
    says=Both("These two lines will run together.", "Ces deux lignes vont se coller."),
    why=Both(
        "TikTok drops the line breaks of what an application sends it: nothing then parts a line from the next.",
        "TikTok enlève les retours à la ligne de ce qu’une application lui envoie : rien ne sépare plus une ligne de la suivante.",
    ),
    cure=Both("End every line with a full stop.", "Finissez chaque ligne par un point."),
    source=_AYR,
    networks=_HERE,
)
def TT12(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A line that ends without a sign and goes on with words. A list of hashtags may follow."""
    if "\n" in draft.text:
        found = _GLUED.search(draft.text)
        if found:
            yield Hit((found.start() - 1, found.end() + 1))


@rule(
    "TT14",
    "tiktok-daily",
    Severity.ERROR,
    says=Both("%(count)s posts that day: TikTok takes %(most)s.", "%(count)s posts ce jour-là : TikTok en accepte %(most)s."),
    why=Both("TikTok refuses what an application sends beyond.", "TikTok refuse ce qu’une application envoie de plus."),
    cure=Both("Move it to another day.", "Déplacez-le à un autre jour."),
    source=_AYR,
    networks=_HERE,
)
def TT14(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """More posts in a day than the network takes."""
    if draft.spec.daily:
        yield from shapes.crowded(draft, day=int(draft.spec.daily.value))


_STIFF = regex.compile(
    r"\b(?:nous )?avons (?:le plaisir|l'honneur|le regret) de\b|\bveuillez\b|\bmesdames,? (?:et )?messieurs\b|\bmadame, monsieur\b"
    r"|\bnous (?:vous prions|vous informons)\b|\b(?:a|reste\w*) (?:a )?votre (?:entiere )?disposition\b|\bcordialement\b"
    r"|\bsalutations distinguees\b|\bchers clients\b|\bchere clientele\b|\baimable clientele\b"
)
_STIFF_WORDS = listed("""
plaisir honneur regret veuillez mesdames madame prions informons disposition cordialement salutations chers chère aimable
""")
_VOUS = frozenset(("vous", "votre", "vos"))
_TU = frozenset(("tu", "toi", "t", "te", "tes", "ta", "ton"))
_MANY = regex.compile(
    r"\bvous (?:tous|toutes|deux|etes (?:nombreu|plusieurs|\d)|plait\b)|\b(?:a|bonjour) (?:tous|toutes)\b|«[^»]*\b(?:vous|votre|vos)\b"
)


@rule(
    "TT15",
    "tiktok-tone",
    Severity.TIP,
    says=Both("“%(found)s” sounds like a letter.", "« %(found)s » sent la lettre officielle."),
    why=Both(
        "On TikTok a person speaks to a person, face to the camera: one watches those who speak as they do in the shop.",
        "Sur TikTok, quelqu’un parle à quelqu’un, face caméra : on regarde ceux qui parlent comme dans leur boutique.",
    ),
    cure=Both("Say it aloud as to a customer you know, then write that.", "Dites-le à voix haute, comme à un habitué, puis écrivez cela."),
    source=_VOICE,
    networks=_HERE,
)
def TT15(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """The words of a letter; or « vous » to one reader where the company says either form."""
    reading = draft.reading
    if not reading.french:
        return
    found = _STIFF.search(reading.folded) if reading.said(_STIFF_WORDS) else None
    if found:
        yield Hit(found.span(), facts={"found": draft.text[slice(*found.span())]})
    elif draft.profile.address == "any" and reading.said(_VOUS) and not reading.said(_TU) and not _MANY.search(reading.folded):
        first = next(word for word in reading.words if not _VOUS.isdisjoint(folded(word.text).split("'")))
        yield Hit(first.span, says=_SAY_TU)


_SAY_TU = Both("On TikTok “tu” is more usual.", "Sur TikTok, on se tutoie plus volontiers.")


@rule(
    "TT16",
    "tiktok-rhythm",
    Severity.TIP,
    says=Both("%(count)s posts in seven days: one or two are enough.", "%(count)s posts en sept jours : un ou deux suffisent."),
    why=Both(
        "Big brands publish about five a week, with people paid for it. A small company keeps its pace with one or two.",
        "Les grandes marques en publient environ cinq par semaine, et paient pour cela. À un ou deux, on tient dans la durée.",
    ),
    cure=Both("Keep some for the weeks to come.", "Gardez-en pour les semaines à venir."),
    source=_RHYTHM,
    networks=_HERE,
    limits={"week": 5},
)
def TT16(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """More than `week` posts in seven days."""
    return shapes.crowded(draft, week=limits["week"])


UNCHECKED = (
    Unchecked(
        "TT05",
        Both("The first three seconds make people stay.", "Les trois premières secondes donnent envie de rester."),
        Both(
            "Parvis does not watch the video; rule C01 reads the first words of the caption.",
            "Parvis ne regarde pas la vidéo ; la règle C01 lit les premiers mots de la légende.",
        ),
    ),
    Unchecked(
        "TT09",
        Both("The words are written on the screen.", "Les paroles sont écrites à l’écran."),
        Both("Rule A05 says it for all networks.", "La règle A05 le dit pour tous les réseaux."),
    ),
    Unchecked(
        "TT13",
        Both(
            "The person agrees to the departure and chooses who will see the post.",
            "La personne donne son accord au départ et choisit qui verra le post.",
        ),
        Both(
            "TikTok gives the list of choices at the departure; no draft holds it.",
            "TikTok donne la liste des choix au moment du départ ; aucun brouillon ne la contient.",
        ),
    ),
)

RULES = (TT01, TT02, TT03, TT04, TT06, TT07, TT08, TT10, TT11, TT12, TT14, TT15, TT16)
