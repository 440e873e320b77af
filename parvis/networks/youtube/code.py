"""The codes of YouTube: a title that is read whole, a description that says the subject first, a video that is ready."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

import regex

from parvis.networks.codes import shapes
from parvis.networks.codes.draft import Draft, Medium
from parvis.networks.codes.reading import HASHTAG, WORD, Token, folded
from parvis.networks.codes.rule import Both, Hit, Severity, Source, Unchecked, rule
from parvis.networks.codes.typography import ACRONYMS, LOUD_WORD

_API = Source("YouTube Data API, videos", "https://developers.google.com/youtube/v3/docs/videos")
_TITLES = Source("lettercounter.org; utilhq.pages.dev, titles", "https://lettercounter.org")
_FIRST_LINES = Source("lettercounter.org; typecount.com, descriptions", "https://typecount.com")
_TAGS = Source("lettercounter.org; pl.ccm.net, hashtags above the title", "https://pl.ccm.net")
_SHORTS = Source("Trypost, media rules; YouTube Help, three-minute Shorts", "https://support.google.com/youtube/answer/15424877")
_LABEL = Source("kinesso.co.uk, AI labels of the networks (April 2025)", "https://kinesso.co.uk")
_RHYTHM = Source("Agorapulse, 3.3 million posts in France (2022)", "https://www.strategies.fr")
_OURS = Source("A choice of Parvis, which every company may change")
_HEARSAY = Source("Usage on YouTube, which nobody has confirmed", verified=False)
_code = partial(rule, networks=("youtube",))


def _links(draft: Draft) -> list[Token]:
    return sorted([*draft.reading.urls, *draft.reading.bare_urls], key=lambda link: link.start)


@_code(
    "YT01",
    "youtube-title",
    Severity.ERROR,
    says=Both("%(count)s signs: a title takes %(most)s.", "%(count)s signes : un titre en prend %(most)s."),
    why=Both(
        "YouTube refuses the video otherwise, or nobody can name it.",
        "Sinon YouTube refuse la vidéo, et personne ne sait de quoi elle parle.",
    ),
    cure=Both("Say what one sees: “Laying a parquet floor”.", "Dites ce qu’on y voit : « Poser un parquet, étape par étape »."),
    source=_API,
)
def YT01(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A title over 100 signs, with < or >, or missing where the draft shows that it was asked for (a Short, tags, blanks)."""
    title, most = draft.title, draft.spec.title
    if not title.strip():
        if title or draft.tags or draft.form == "short":
            yield Hit(says=_NO_TITLE)
    elif most and most.count(title) > most.most:
        yield Hit(facts={"count": most.count(title), "most": most.most})
    elif "<" in title or ">" in title:
        yield Hit(says=_SIGN)


_NO_TITLE = Both("This video has no title.", "Cette vidéo n’a pas de titre.")
_SIGN = Both("YouTube refuses < and > in a title.", "YouTube refuse les signes < et > dans un titre.")

_FILLER = regex.compile(
    r"\W*+(?:(?:(?:nouvelle |notre |la )?video|vlog|episode|ep|saison|partie|replay|en direct|live)\s*+(?:n°|no\b|#|\d|[:|,.!–—-])"
    r"|(?:bonjour|bonsoir|salut|hello|coucou)\b|bienvenue (?:a|au|aux|chez|dans|sur)\b)"
)


@_code(
    "YT02",
    "youtube-title-beginning",
    Severity.WARNING,
    says=Both("The subject comes too late in the title.", "Le sujet arrive trop tard dans le titre."),
    why=Both("Search cuts a title at 60 to 70 signs, telephones earlier.", "La recherche coupe à 60 ou 70 signes, le téléphone avant."),
    cure=Both("Begin with the words a customer would type.", "Commencez par les mots que taperait un client."),
    source=_TITLES,
    limits={"visible": 60, "most": 70},
)
def YT02(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """A title of more than `visible` signs that begins with a greeting or an episode; as a tip, one of more than `most`."""
    size = len(draft.title)
    if size > limits["visible"] and _FILLER.match(folded(draft.title)):
        yield Hit()
    elif size > limits["most"]:
        yield Hit(mild=True, facts={"seen": draft.title[: limits["visible"]].rsplit(" ", 1)[0]}, says=_CUT)


_CUT = Both("The title will be cut: “%(seen)s…”.", "Le titre sera coupé : « %(seen)s… ».")


@_code(
    "YT03",
    "youtube-too-long",
    Severity.ERROR,
    says=Both("%(count)s bytes: YouTube takes %(most)s.", "%(count)s octets (un accent en vaut deux) : YouTube en prend %(most)s."),
    why=Both("YouTube refuses a longer description whole.", "YouTube refuse en entier une description plus longue."),
    cure=Both("Shorten it, and link to a page.", "Raccourcissez, et mettez le lien d’une page."),
    source=_API,
    hard=True,
)
def YT03(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A description over 5000 bytes."""
    return shapes.too_long(draft)


_BOILERPLATE = regex.compile(
    r"\W*+(?:abonne[zs]?[- ](?:vous|toi)|(?:pensez a|n'oubliez pas de|n'hesitez pas a) (?:vous abonner|liker|aimer|activer|mettre un)"
    r"|likez|activez la cloche|(?:suivez|retrouvez)[- ]nous sur (?:facebook|instagram|tiktok|linkedin|les reseaux))"
)


@_code(
    "YT04",
    "youtube-first-lines",
    Severity.WARNING,
    says=Both("The first %(visible)s signs do not tell the subject.", "Les %(visible)s premiers signes ne disent pas le sujet."),
    why=Both("Two or three lines are seen; the rest is behind “more”.", "On voit deux ou trois lignes ; la suite est derrière « plus »."),
    cure=Both("First line: the subject and your link.", "En première ligne : le sujet et votre lien."),
    source=_FIRST_LINES,
    limits={"visible": 157},
)
def YT04(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """Greetings, addresses or « abonnez-vous » before the subject; as a tip, a first link hidden behind « plus »."""
    visible = limits["visible"]
    if len(draft.text) <= visible or draft.form == "short":
        return
    if shapes.late_substance(draft, visible):
        yield Hit((0, visible), facts={"visible": visible})
    elif found := _BOILERPLATE.match(draft.reading.folded):
        yield Hit(found.span(), says=_SUBSCRIBE)
    else:
        links = _links(draft)
        if links and links[0].start >= visible and "//" in links[0].text:
            yield Hit(links[0].span, mild=True, says=_HIDDEN)


_SUBSCRIBE = Both("It begins by asking for a subscription.", "Elle commence par demander un abonnement, pas par le sujet.")
_HIDDEN = Both("This first link is hidden behind “more”.", "Ce premier lien est caché derrière « plus ».")


@_code(
    "YT05",
    "youtube-tags",
    Severity.ERROR,
    says=Both("Keywords: %(count)s signs, YouTube takes %(most)s.", "Mots-clés : %(count)s signes en tout, YouTube en prend %(most)s."),
    why=Both("YouTube counts the commas, and two more for a blank.", "YouTube compte les virgules, et deux de plus s’il y a une espace."),
    cure=Both("Keep the ten keywords your customers type.", "Gardez la dizaine de mots-clés que tapent vos clients."),
    source=_API,
)
def YT05(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Tags over 500 signs together, counted as the API counts them: with their commas, and quotation marks around blanks."""
    most = draft.spec.tags
    if draft.tags and most:
        count = most.count(",".join(f'"{tag}"' if " " in tag else tag for tag in draft.tags))
        if count > most.most:
            yield Hit(facts={"count": count, "most": most.most})


@_code(
    "YT06",
    "youtube-hashtags",
    Severity.WARNING,
    says=Both("%(count)s hashtags: %(most)s at most.", "%(count)s mots-dièse : %(most)s au plus."),
    why=Both(
        "Three are seen above the title; a long row is ignored.", "Trois se voient au-dessus du titre ; une longue rangée est ignorée."
    ),
    cure=Both("Put first: trade, subject, town.", "Mettez d’abord : métier, sujet, ville."),
    source=_TAGS,
    limits={"most": 15},
)
def YT06(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """More hashtags than `most`, those of the title included."""
    most, tags = limits["most"], draft.reading.hashtags
    above = len(HASHTAG.findall(draft.title)) if "#" in draft.title else 0
    if above + len(tags) > most:
        first = max(0, most - above)
        yield Hit(tags[first].span if first < len(tags) else None, facts={"count": above + len(tags), "most": most})


@_code(
    "YT07",
    "youtube-thumbnail",
    Severity.TIP,
    says=Both(
        "%(width)s by %(height)s pixels: 1280 by 720 are better.",
        "Cette miniature fait %(width)s sur %(height)s pixels : il en faut 1280 sur 720.",
    ),
    why=Both("It makes people click; a small one looks blurred.", "C’est la miniature qui fait cliquer ; trop petite, elle est floue."),
    cure=Both("Sixteen by nine, under 2 MB, with a few big words.", "Au format 16:9, moins de 2 Mo, avec quelques gros mots."),
    source=_HEARSAY,
    limits={"width": 1280},
)
def YT07(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """A thumbnail that is small, not sixteen by nine, or heavy. A Short has none of its own. Whether its words are big is not seen."""
    if draft.form == "short":
        return
    for number, image in draft.images:
        shape = shapes.ratio(image)
        if shape and (image.width < limits["width"] or abs(shape - 16 / 9) > 0.01):
            yield Hit(medium=number, facts={"width": image.width, "height": image.height})
        else:
            yield from (replace(hit, says=_HEAVY) for hit in shapes.media_over([(number, image)], draft.spec.images.bytes))


_HEAVY = Both("It weighs %(size)s MB: YouTube takes %(most)s.", "Cette miniature pèse %(size)s Mo : YouTube en prend %(most)s.")


@_code(
    "YT08",
    "youtube-video",
    Severity.ERROR,
    says=Both("There is no video.", "Il n’y a pas de vidéo."),
    why=Both("YouTube takes one video; a Short is upright and brief.", "YouTube prend une vidéo ; un Short est vertical et court."),
    cure=Both("For a Short, hold the telephone upright, under a minute.", "Pour un Short, téléphone debout, moins d’une minute."),
    source=_SHORTS,
    limits={"longest": 180},
)
def YT08(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """No video, several, one over the limits, or a Short that is wide or lasts over `longest` seconds.

    A Short that is not nine by sixteen, or lasts over a minute, is a light case: YouTube takes it.
    """
    videos = draft.videos
    if not videos:
        yield Hit()
        return
    if len(videos) > 1:
        yield Hit(medium=videos[1][0], says=_ONE)
    number, video = videos[0]
    facts = {"count": round(video.seconds), "most": limits["longest"]}
    found = next((one for one in _unfit(draft, video, limits["longest"]) if one[0]), None)
    if found:
        yield Hit(medium=number, facts=facts, says=found[1], mild=found[2])


def _unfit(draft: Draft, video: Medium, longest: int) -> Iterator[tuple[bool, Both, bool]]:
    """Yield what may be wrong with a video, the gravest first: whether it is, what is said, and whether it is a light case."""
    most, shape = draft.spec.videos, shapes.ratio(video)
    if most:
        yield video.size > most.bytes or video.seconds > most.seconds, _TOO_BIG, False
    if most and draft.form == "short":
        yield shape > 1.01, _LYING, False
        yield video.seconds > longest, _TOO_LONG, False
        yield most.ratio is not None and shape > most.ratio[1] + 0.01, _BANDS, True
        yield video.seconds > most.short, _LONG, True


_ONE = Both("YouTube takes one video at a time.", "YouTube prend une seule vidéo à la fois.")
_TOO_BIG = Both("This video exceeds 12 hours or 256 GB.", "Cette vidéo dépasse 12 heures ou 256 Go.")
_LYING = Both("A Short stands upright, this video lies.", "Un Short est vertical, et cette vidéo est couchée.")
_TOO_LONG = Both("%(count)s seconds: a Short takes %(most)s.", "%(count)s secondes : au-delà de %(most)s, ce n’est plus un Short.")
_BANDS = Both("This Short is not nine by sixteen: it will have bands.", "Ce Short n’est pas au format 9:16 : il aura des bandes.")
_LONG = Both("%(count)s seconds: beyond 60, a song may block it.", "%(count)s secondes : au-delà de 60, une chanson peut le bloquer.")

_STAMP = regex.compile(r"^[^\w\n]*+(?:(?P<h>\d{1,2}):)?(?P<m>\d{1,2}):(?P<s>[0-5]\d)(?![\d:])", regex.MULTILINE)
_CHAPTERS = frozenset(("chapitre", "chapitres", "sommaire", "minutage", "timecode", "timecodes", "chapters", "timestamps"))
QUARTER = 15
SHORTEST = 10


@_code(
    "YT10",
    "youtube-chapters",
    Severity.TIP,
    says=Both("%(count)s chapters: at least %(least)s are needed.", "%(count)s chapitres : il en faut au moins %(least)s."),
    why=Both("YouTube makes chapters of a list from 00:00.", "YouTube fait des chapitres d’une liste qui part de 00:00."),
    cure=Both("One line each: “00:00 The dough”.", "Une ligne par chapitre : « 00:00 La pâte », « 02:10 Le pétrissage »."),
    source=_HEARSAY,
    limits={"least": 3, "long": 600},
)
def YT10(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """A list of chapters that YouTube would not read; or none for a video of `long` seconds. Hours of a programme are no chapters."""
    if draft.form == "short":
        return
    found = list(_STAMP.finditer(draft.text)) if ":" in draft.text else []
    length = max((video.seconds for _, video in draft.videos), default=0)
    if not found:
        if length >= limits["long"] and draft.text.strip():
            yield Hit(facts={"minutes": int(length // 60)}, says=_WITHOUT)
        return
    times = [3600 * int(m["h"] or 0) + 60 * int(m["m"]) + int(m["s"]) for m in found]
    if not _is_list(draft, times, length):
        return
    if times[0]:
        yield Hit(found[0].span(), says=_FROM_ZERO)
    elif len(times) < limits["least"]:
        yield Hit(found[0].span(), facts={"count": len(times), "least": limits["least"]})
    else:
        late = next((n for n in range(1, len(times)) if times[n] < times[n - 1] + SHORTEST), 0)
        if late:
            yield Hit(found[late].span(), says=_ORDER)


def _is_list(draft: Draft, times: list[int], length: float) -> bool:
    """Tell whether these are places in the video, not hours of a day: « 10:00 Ouverture du marché »."""
    if not times[0] or draft.reading.said(_CHAPTERS):
        return True
    return len(times) > 1 and max(times) <= length and any(time % QUARTER for time in times)


_WITHOUT = Both("%(minutes)s minutes without chapters.", "%(minutes)s minutes sans chapitres : difficile d’y retrouver un passage.")
_FROM_ZERO = Both("The first chapter is not at 00:00.", "Le premier chapitre n’est pas à 00:00.")
_ORDER = Both("Ten seconds at least after the one before.", "Ce chapitre doit venir dix secondes au moins après le précédent.")

_BAIT = regex.compile(
    r"\bn'allez (?:pas|jamais) (?:y |le |en )?(?:croire|revenir)\b|\b(?:va|vont) vous (?:choquer|etonner|surprendre|scotcher|bluffer)\b"
    r"|\bincroyable mais vrai\b|\bpersonne ne (?:vous )?(?:dit|dira|parle|en parle)\b|\b(?:ca|cela) tourne (?:tres )?mal\b"
    r"|\bce qui se passe ensuite\b|\bla suite va\b|\ble secret (?:que|qu'on)\b|\b(?:on|ils) (?:nous|vous) (?:cache|ment)\w*"
    r"|\bregardez avant\b|\bavant (?:la )?suppression\b|\byou won't believe\b|\bgone wrong\b|\bputaclic\b"
)
_SHOUT = regex.compile(r"!{2,}|\?{2,}|[!?]{3,}|[\U0001F631\U0001F6A8\u203C\u2049]{2,}")


@_code(
    "YT11",
    "youtube-title-tone",
    Severity.WARNING,
    says=Both("The title shouts: %(count)s words in capitals.", "Le titre crie : %(count)s mots en capitales."),
    why=Both("People click once, leave, and YouTube shows it less.", "On clique une fois, on s’en va, et YouTube la montre moins."),
    cure=Both("Say what it shows: “Three mistakes with roses”.", "Dites ce qu’on voit : « Trois erreurs en taillant un rosier »."),
    source=_TITLES,
    limits={"most": 1},
)
def YT11(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """A title with more than `most` words in capitals, or one that baits; as a tip, signs in a row."""
    title = draft.title
    if not title:
        return
    known = ACRONYMS | {word.upper() for word in draft.profile.words}
    loud = sum(1 for word in WORD.findall(title) if len(word) >= LOUD_WORD and word.isupper() and word.isalpha() and word not in known)
    if loud > limits["most"]:
        yield Hit(facts={"count": loud})
    elif _BAIT.search(folded(title)):
        yield Hit(says=_BAITS)
    elif _SHOUT.search(title):
        yield Hit(mild=True, says=_SIGNS)


_BAITS = Both("The title promises a surprise instead of a subject.", "Le titre promet une surprise au lieu d’un sujet.")
_SIGNS = Both("Signs in a row in the title: one is enough.", "Plusieurs signes de suite dans le titre : un seul suffit.")


@_code(
    "YT12",
    "youtube-contact",
    Severity.TIP,
    says=Both("Nothing says how to find you.", "Rien ne dit comment vous trouver."),
    why=Both("Videos are found years later: one looks for your site.", "On trouve une vidéo des années après : on y cherche votre site."),
    cure=Both("End with your site, its legal notice, a telephone number.", "Finissez par votre site, ses mentions légales, un téléphone."),
    source=_OURS,
    limits={"words": 8},
)
def YT12(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """A description of at least `words` words without any link or contact, or without the company's site where it is known."""
    reading = draft.reading
    if draft.form == "short" or len(reading.words) < limits["words"]:
        return
    links, house = _links(draft), shapes.host(draft.profile.site)
    if house:
        if not any(host == house or host.endswith(f".{house}") for host in (shapes.host(link.text) for link in links)):
            yield Hit(facts={"found": house}, says=_SITE)
    elif not links and not reading.mails and not shapes.phones(draft) and not _STREET.search(reading.folded):
        yield Hit()


_STREET = regex.compile(r"\b\d{1,4} (?:bis |ter )?(?:rue|place|avenue|quai|route|boulevard|chemin|impasse|allee)\b")
_SITE = Both("The link of your site is missing: %(found)s.", "Il manque le lien de votre site : %(found)s.")

_MUSIC = regex.compile(
    r"(?<!\b(?:de|la|en|et) )\b(?:musiques?|chansons?|morceaux?|bande[- ](?:son|originale))[ \u00a0\u202f]*(?::|de fond\b|d'ambiance\b)"
    r"|\bsur (?:l'air|(?:la|une|le) (?:musique|chanson|morceau|tube)) d(?:e\b|')"
)
_RIGHTS = regex.compile(
    r"\b(?:licences?|libres? de droits?|droits?|sacem|creative commons|cc[- ]by|domaine public|bibliotheque audio|audio library"
    r"|epidemic sound|artlist|musicbed|uppbeat|compose\w*|autorisation|accord|royalty|jou(?:e|ee|es|ees) par)\b"
)


@_code(
    "YT13",
    "youtube-music",
    Severity.TIP,
    says=Both("Do you have the right to use this music?", "Avez-vous le droit d’utiliser cette musique ?"),
    why=Both("YouTube knows songs: it may block or mute the video.", "YouTube reconnaît les chansons : il peut bloquer la vidéo."),
    cure=Both("Take it from YouTube’s library; name its licence.", "Prenez-la dans la bibliothèque de YouTube ; citez sa licence."),
    source=_HEARSAY,
)
def YT13(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Music that is credited without a word on its rights. What is heard in the video is not looked at."""
    plain = draft.reading.folded
    if "musiqu" in plain or "chanson" in plain or "morceau" in plain or "bande" in plain or "sur l" in plain:
        found = _MUSIC.search(plain)
        if found and not _RIGHTS.search(plain):
            yield Hit(found.span())


_MACHINE = regex.compile(
    r"\b(?:videos?|images?|visuels?|voix|clips?|films?|scenes?|photos?|plans?|animations?|avatars?) (?:\p{L}+ ){0,3}?"
    r"(?:generee?s?|cree?e?s?|realisee?s?|faite?s?|animee?s?|retouchee?s?|modifiee?s?|produite?s?) (?:\p{L}+ )?(?:par|avec|grace a) "
    r"(?:une |l')?(?:ia|intelligence artificielle|midjourney|sora|veo|runway|heygen|synthesia|chatgpt|dall-e)\b"
    r"|\bvoix (?:de synthese|synthetique|ia|clonee)\b|\bavatars? ia\b"
    r"|#(?:madewithai|aigenerated|genereparia|imageia|videoia|aivideo|aiart)\b"
)
_DENIES = regex.compile(r"\b(?:non|pas|aucune?|jamais|sans|ni|comment|reconnaitre|reperer|detecter|distinguer)\b")
_TOOLS = frozenset("ia intelligence midjourney sora veo runway heygen synthesia chatgpt dall-e synthese synthetique clonee".split())  # noqa: SIM905
BEFORE = 45


@_code(
    "YT14",
    "youtube-synthetic",
    Severity.WARNING,
    says=Both(
        "The text speaks of an AI’s pictures or voice; the post is not marked so.",
        "Le texte parle d’images ou d’une voix faites par une IA, et le post n’est pas marqué comme tel.",
    ),
    why=Both("YouTube wants it declared, and may take the video off.", "YouTube veut qu’on le déclare, et peut retirer la vidéo."),
    cure=Both("Mark the post: YouTube adds its label.", "Indiquez-le dans le post : YouTube affiche alors son étiquette."),
    source=_LABEL,
)
def YT14(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A text that tells of an AI's pictures or voice where the draft is not marked. LAW02 says the other way round."""
    reading = draft.reading
    if draft.context.synthetic or not (reading.hashtags or reading.said(_TOOLS)):
        return
    plain = reading.folded
    found = _MACHINE.search(plain)
    if found and not _DENIES.search(plain, max(0, found.start() - BEFORE), found.end()):
        yield Hit(found.span())


@_code(
    "YT15",
    "youtube-rhythm",
    Severity.TIP,
    says=Both("%(count)s videos in a month: one or two are enough.", "%(count)s vidéos en un mois : une ou deux bonnes suffisent."),
    why=Both("Professionals make about six: prefer one with care.", "Les professionnels en font environ six : mieux vaut une soignée."),
    cure=Both("Keep this one for next month.", "Gardez celle-ci pour le mois prochain."),
    source=_RHYTHM,
    limits={"month": 6},
)
def YT15(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """More than `month` videos in thirty days, this one included."""
    count = 1 + len(shapes.around(draft, timedelta(days=30)))
    if count > limits["month"]:
        yield Hit(facts={"count": count})


@_code(
    "YT16",
    "youtube-language",
    Severity.TIP,
    says=Both("The description is not in the language of the post.", "La description n’est pas dans la langue du post."),
    why=Both("YouTube chooses its public and its subtitles by it.", "YouTube s’en sert pour choisir le public et les sous-titres."),
    cure=Both("Choose the language of the video.", "Choisissez la langue parlée dans la vidéo."),
    source=_HEARSAY,
)
def YT16(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A text that shows itself clearly to be in another language than the declared one."""
    if draft.reading.tongue != draft.reading.language:
        yield Hit()


UNCHECKED = (
    Unchecked(
        "YT09",
        Both("A video has subtitles in its language.", "Une vidéo a des sous-titres dans sa langue."),
        Both("Rule A05 says it for all networks.", "La règle A05 le dit pour tous les réseaux."),
    ),
    Unchecked(
        "YT17",
        Both("An unaudited application publishes in private.", "Une application non validée publie en privé."),
        Both("It hangs on the application’s file at Google.", "Cela dépend du dossier de l’application chez Google."),
    ),
)

RULES = (YT01, YT02, YT03, YT04, YT05, YT06, YT07, YT08, YT10, YT11, YT12, YT13, YT14, YT15, YT16)
