"""The codes of LinkedIn: what suits a page or a profile there, where people are at work when they read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from math import ceil

import regex

from parvis.networks.codes import shapes
from parvis.networks.codes.draft import Draft
from parvis.networks.codes.reading import Token
from parvis.networks.codes.rule import Both, Hit, Severity, Source, Unchecked, rule

_HERE = ("linkedin",)
_LENGTH = Source("linkedin.com/help; magicpost.in; brightbean-studio, social_accounts/models.py", "https://magicpost.in")
_FOLD = Source("ligo.ertiqah.com, where LinkedIn cuts a text (210 to 220 characters on a computer)", "https://it.ligo.ertiqah.com")
_SWEET = Source("ligo.ertiqah.com; magicpost.in, lengths that work on LinkedIn", "https://magicpost.in")
_TAGS = Source("intotheminds.com, 4.99 million posts (2021); btob-leaders.com", "https://www.intotheminds.com")
_SPAM = Source("btob-leaders.com, what LinkedIn takes for spam", "https://btob-leaders.com")
_STUDY = Source("Richard van der Blom’s yearly study (2021-22), told by xavierdegraux.be", "https://xavierdegraux.be")
_PICTURES = Source("magicpost.in; emarketinglicious.fr, sizes of pictures", "https://magicpost.in")
_CAROUSEL = Source("Postiz, its LinkedIn provider; magicpost.in, carousels", "https://github.com/gitroomhq/postiz-app")
_API = Source("ayrshare.com/docs, LinkedIn", "https://www.ayrshare.com/docs")
_AIRY = Source("focuspeaking.fr, laying out a post", "https://focuspeaking.fr")
_RHYTHM = Source("btob-leaders.com; Metricool 2023; Agorapulse 2022 in strategies.fr", "https://btob-leaders.com")
_HOURS = Source("Agorapulse 2022, in strategies.fr", "https://www.strategies.fr")
_VIDEO = Source("TryPost, useMediaRules.ts", "https://github.com/trypost-it/trypost")


@rule(
    "LI01",
    "linkedin-too-long",
    Severity.ERROR,
    says=Both("%(count)s characters: LinkedIn takes %(most)s.", "%(count)s caractères : LinkedIn en accepte %(most)s."),
    why=Both(
        "LinkedIn refuses a longer text. Signs such as # @ ( ) count double, because they are sent with another sign before them.",
        "LinkedIn refuse un texte plus long. Les signes comme # @ ( ) comptent double, car ils sont envoyés précédés d’un autre signe.",
    ),
    cure=Both("Shorten it, or keep a part for another post.", "Raccourcissez, ou gardez une partie pour un autre post."),
    source=_LENGTH,
    networks=_HERE,
    hard=True,
)
def LI01(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A text over the limit, reserved signs counted as they are sent."""
    yield from shapes.too_long(draft)


@rule(
    "LI02",
    "linkedin-hook",
    Severity.WARNING,
    says=Both("The first %(visible)s characters say almost nothing.", "Les %(visible)s premiers caractères ne disent presque rien."),
    why=Both(
        "LinkedIn shows two or three lines, then “see more”: without a subject in them nobody opens the rest.",
        "LinkedIn montre deux ou trois lignes, puis « voir plus » : sans sujet dans ces lignes, personne n’ouvre la suite.",
    ),
    cure=Both("Begin with the fact; put hashtags and addresses at the end.", "Commencez par le fait ; mots-dièse et adresses à la fin."),
    source=_FOLD,
    networks=_HERE,
    limits={"desktop": 210, "mobile": 140},
)
def LI02(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """A beginning made of hashtags, addresses, signs or a greeting. The figure for telephones is not confirmed: then it is a tip."""
    for name in ("desktop", "mobile"):
        if shapes.late_substance(draft, limits[name]):
            yield Hit((0, limits[name]), facts={"visible": limits[name]}, mild=name == "mobile")
            return


@rule(
    "LI03",
    "linkedin-length",
    Severity.TIP,
    says=Both(
        "%(count)s characters is long: %(most)s are enough to explain something.",
        "%(count)s caractères, c’est long : %(most)s suffisent pour expliquer quelque chose.",
    ),
    why=Both(
        "Explanations work best between 1,200 and 2,000 characters, stories between 400 and 600, questions between 150 and 300.",
        "Sur LinkedIn, une explication marche mieux entre 1 200 et 2 000 caractères, une histoire entre 400 et 600, une question entre "
        "150 et 300.",
    ),
    cure=Both("Tell one thing only, with an example.", "Ne racontez qu’une chose, avec un exemple."),
    source=_SWEET,
    networks=_HERE,
    limits={"least": 150, "most": 2000},
)
def LI03(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """Longer than what works best (what is too long to leave is another rule's), or very short without asking anything."""
    count = len(draft.text.strip())
    if count > limits["most"]:
        if all(limit.count(draft.text) <= limit.most for limit in draft.spec.texts):
            yield Hit(facts={"count": count, "most": limits["most"]})
    elif 0 < count < limits["least"] and not draft.media and not draft.reading.urls and not shapes.asks(draft):
        yield Hit(facts={"count": count, "least": limits["least"]}, says=_SHORT)


_SHORT = Both(
    "%(count)s characters is short for LinkedIn: tell how, or why.",
    "%(count)s caractères, c’est court pour LinkedIn : racontez comment, ou pourquoi.",
)


@rule(
    "LI04",
    "linkedin-hashtags",
    Severity.WARNING,
    says=Both("%(count)s hashtags: more than %(most)s look like spam.", "%(count)s mots-dièse : plus de %(most)s font penser à du spam."),
    why=Both(
        "Three or so file the post under its subjects; a heap of them looks like advertising, and LinkedIn shows it less.",
        "Trois environ rangent le post dans ses sujets ; un tas fait penser à une réclame, et LinkedIn le montre moins.",
    ),
    cure=Both("Keep about three: the trade, the subject, the town.", "Gardez-en environ trois : le métier, le sujet, la ville."),
    source=_TAGS,
    networks=_HERE,
    limits={"least": 1, "most": 10},
)
def LI04(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """Far too many hashtags; or none, which is only a tip: newer studies give them less weight."""
    yield from shapes.many_hashtags(draft, limits["most"])
    if len(draft.reading.hashtags) < limits["least"] and draft.reading.words and not shapes.grave(draft):
        yield Hit(says=_NO_TAG, mild=True)


_NO_TAG = Both("No hashtag: about three help people find the post.", "Aucun mot-dièse : environ trois aident à trouver le post.")


@rule(
    "LI05",
    "linkedin-mentions",
    Severity.WARNING,
    says=Both("%(count)s people are mentioned: keep to %(most)s.", "%(count)s personnes sont mentionnées : tenez-vous-en à %(most)s."),
    why=Both(
        "Each person is called; where many do not answer, LinkedIn takes the post for spam.",
        "Chaque personne est prévenue ; si beaucoup ne réagissent pas, LinkedIn prend le post pour du spam.",
    ),
    cure=Both("Mention only those who will answer.", "Ne mentionnez que ceux qui vont répondre."),
    source=_SPAM,
    networks=_HERE,
    limits={"most": 5},
)
def LI05(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """Too many mentions."""
    yield from shapes.many_mentions(draft, limits["most"])


_ENDS = (".fr", ".com", ".net", ".org", ".eu", ".bzh")


@rule(
    "LI06",
    "linkedin-link",
    Severity.TIP,
    says=Both("A link that leaves LinkedIn.", "Un lien qui fait quitter LinkedIn."),
    why=Both(
        "LinkedIn prefers that people stay: a yearly study found posts with a link shown half as much, less still with several.",
        "LinkedIn préfère qu’on reste : une étude annuelle a vu les posts avec un lien montrés deux fois moins, et moins encore avec "
        "plusieurs.",
    ),
    cure=Both("Put the link in the first comment, and say so in the text.", "Mettez le lien en premier commentaire, et dites-le."),
    source=_STUDY,
    networks=_HERE,
    limits={"most": 0},
)
def LI06(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """More outgoing links than `most`."""
    found = _outside(draft)
    if len(found) > limits["most"]:
        yield Hit(found[0].span, facts={"count": len(found)}, says=_LINKS if len(found) > 1 else None)


_LINKS = Both("%(count)s links that leave LinkedIn.", "%(count)s liens qui font quitter LinkedIn.")


def _outside(draft: Draft) -> list[Token]:
    bare = [t for t in draft.reading.bare_urls if t.text.startswith("www.") or shapes.host(t.text).endswith(_ENDS)]
    found = sorted([*draft.reading.urls, *bare], key=lambda t: t.start)
    return [t for t in found if not f".{shapes.host(t.text)}".endswith(".linkedin.com")]


@rule(
    "LI07",
    "linkedin-picture",
    Severity.WARNING,
    says=Both("%(size)s MB: LinkedIn takes %(most)s MB a picture.", "%(size)s Mo : LinkedIn accepte %(most)s Mo par image."),
    why=Both(
        "A single picture is shown best square (1200 × 1200), wide (1200 × 628) or upright (1080 × 1350); otherwise its edges are cut.",
        "Une image seule s’affiche le mieux carrée (1200 × 1200), large (1200 × 628) ou debout (1080 × 1350) ; sinon ses bords "
        "sont rognés.",
    ),
    cure=Both("Crop it to one of these shapes.", "Recadrez-la à l’un de ces formats."),
    source=_PICTURES,
    networks=_HERE,
    limits={"tall": 80, "wide": 191},
)
def LI07(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """Pictures too heavy; a single one of a shape that LinkedIn shows badly, as a tip. Shapes in hundredths."""
    images = draft.images
    yield from shapes.media_over(images, draft.spec.images.bytes)
    if len(images) != 1 or len(draft.media) != 1:
        return
    for hit in shapes.ratio_outside(images, limits["tall"] / 100, limits["wide"] / 100):
        yield replace(hit, says=_SHAPE, mild=True)


_SHAPE = Both(
    "%(width)s × %(height)s: LinkedIn may cut off the edges of this picture.",
    "%(width)s × %(height)s : LinkedIn risque de rogner les bords de cette image.",
)


@rule(
    "LI08",
    "linkedin-carousel",
    Severity.ERROR,
    says=Both("Pictures, a video or a document: one kind in a post.", "Des images, une vidéo ou un document : une seule sorte par post."),
    why=Both(
        "LinkedIn refuses a mixture, and more than 100 MB or 300 pages. One turns the pages of a carousel up to some 25.",
        "LinkedIn refuse les mélanges, et plus de 100 Mo ou 300 pages. Un carrousel se feuillette jusqu’à 25 pages environ.",
    ),
    cure=Both("Keep one kind; make the carousel of a PDF.", "Gardez une seule sorte ; faites le carrousel d’un PDF."),
    source=_CAROUSEL,
    networks=_HERE,
    limits={"least": 8, "most": 25},
)
def LI08(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """Kinds that cannot go together, documents that LinkedIn refuses; a number of pages that tires, or disappoints, as a tip."""
    if len(draft.media) > 1 and len(kinds := {medium.kind for medium in draft.media}) > 1:
        odd = "document" if "document" in kinds else "video"
        yield Hit(medium=next(n for n, medium in enumerate(draft.media) if medium.kind == odd))
    papers = [(n, medium) for n, medium in enumerate(draft.media) if medium.kind == "document"]
    rule = draft.spec.documents
    if not papers or rule is None:
        return
    for hit in shapes.media_over(papers, rule.bytes):
        yield replace(hit, says=_HEAVY)
    for number, paper in papers:
        facts = {"count": paper.pages, "least": limits["least"], "most": limits["most"]}
        if 0 < rule.pages < paper.pages:
            yield Hit(medium=number, facts={"count": paper.pages, "most": rule.pages}, says=_PAGES)
        elif paper.pages and not limits["least"] <= paper.pages <= limits["most"]:
            yield Hit(medium=number, facts=facts, says=_READ, mild=True)


_HEAVY = Both("%(size)s MB: LinkedIn takes documents of %(most)s MB.", "%(size)s Mo : LinkedIn accepte des documents de %(most)s Mo.")
_PAGES = Both("%(count)s pages: LinkedIn takes %(most)s.", "%(count)s pages : LinkedIn en accepte %(most)s.")
_READ = Both(
    "Pages: %(count)s. A carousel is read best with %(least)s to %(most)s.",
    "Pages : %(count)s. Un carrousel se lit le mieux avec %(least)s à %(most)s pages.",
)

_FILE = regex.compile(r"\S+\.(?:pdf|pptx?|docx?|odp|odt)|[^\s_]*+_\S*+", regex.IGNORECASE)


@rule(
    "LI09",
    "linkedin-document-title",
    Severity.TIP,
    says=Both("The document has no title.", "Le document n’a pas de titre."),
    why=Both(
        "The title stands above the document, and is what a screen reader says of it.",
        "Le titre s’affiche au-dessus du document, et c’est ce qu’un lecteur d’écran en dit.",
    ),
    cure=Both("Give it a title that says what one learns in it.", "Donnez-lui un titre qui dit ce qu’on y apprend."),
    source=_API,
    networks=_HERE,
)
def LI09(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Documents without a title, with a file's name for a title, or with one that is too long."""
    rule = draft.spec.documents
    for number, medium in enumerate(draft.media):
        if medium.kind != "document":
            continue
        title = (medium.title or draft.title).strip()
        if not title:
            yield Hit(medium=number)
        elif rule and 0 < rule.title < len(title):
            yield Hit(medium=number, facts={"count": len(title), "most": rule.title}, says=_LONG_TITLE)
        elif _FILE.fullmatch(title):
            yield Hit(medium=number, facts={"found": title}, says=_FILE_TITLE)


_LONG_TITLE = Both(
    "The document’s title has %(count)s characters: LinkedIn takes %(most)s.",
    "Le titre du document a %(count)s caractères : LinkedIn en accepte %(most)s.",
)
_FILE_TITLE = Both("“%(found)s” is a file’s name.", "« %(found)s » est un nom de fichier.")


@rule(
    "LI10",
    "linkedin-described-in-text",
    Severity.WARNING,
    says=Both("The text does not tell what the video or the document shows.", "Le texte ne dit pas ce que montre la vidéo ou le document."),
    why=Both(
        "On LinkedIn only pictures can have a description: who does not see a video or a document has the text alone.",
        "Sur LinkedIn, seules les images peuvent avoir une description : qui ne voit pas la vidéo ou le document n’a que le texte.",
    ),
    cure=Both("Say in a sentence or two what is seen and said there.", "Dites en une ou deux phrases ce qu’on y voit et ce qui s’y dit."),
    source=_API,
    networks=_HERE,
    limits={"words": 6},
)
def LI10(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """A video or a document under a text of fewer than `words` words. Descriptions of pictures are a common rule's."""
    number = next((n for n, medium in enumerate(draft.media) if medium.kind != "image" and not medium.decorative), None)
    if number is not None and len(draft.reading.words) < limits["words"]:
        yield Hit(medium=number)


@rule(
    "LI11",
    "linkedin-paragraphs",
    Severity.TIP,
    says=Both("This paragraph is longer than three lines.", "Ce paragraphe fait plus de trois lignes."),
    why=Both(
        "On a screen a block of text is skipped; short paragraphs are read.",
        "À l’écran, on saute un pavé de texte ; on lit des paragraphes courts.",
    ),
    cure=Both("Cut it, and leave an empty line between.", "Coupez-le, et laissez une ligne vide entre les deux."),
    source=_AIRY,
    networks=_HERE,
    limits={"line": 100},
)
def LI11(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """The first paragraph of more than three lines of `line` characters; or two long ones without an empty line between them."""
    if len(draft.text) <= 2 * limits["line"]:
        return
    before = 0
    for line in draft.reading.lines:
        size = len(line.text.strip())
        if size > 3 * limits["line"]:
            yield Hit(line.span)
            return
        if size > limits["line"] and before > limits["line"]:
            yield Hit(line.span, says=_NO_GAP)
            return
        before = size


_NO_GAP = Both("No empty line between these two paragraphs.", "Pas de ligne vide entre ces deux paragraphes.")


@rule(
    "LI14",
    "linkedin-rhythm",
    Severity.WARNING,
    says=Both("Another post leaves within %(hours)s hours of this one.", "Un autre post part à moins de %(hours)s heures de celui-ci."),
    why=Both(
        "Two posts that are close take readers from each other; small pages publish two or three a week, and that is enough.",
        "Deux posts rapprochés se prennent leurs lecteurs ; les petites pages en publient deux ou trois par semaine, et c’est assez.",
    ),
    cure=Both("Move one of them to another day.", "Déplacez l’un des deux à un autre jour."),
    source=_RHYTHM,
    networks=_HERE,
    limits={"hours": 3, "day": 1},
)
def LI14(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """Another post within `hours`; or more than `day` in the day, as a tip."""
    at, apart = draft.context.at, timedelta(hours=limits["hours"])
    if at is None:
        return
    if any(abs(past.at - at) < apart for past in shapes.around(draft, apart, apart)):
        yield Hit(facts={"hours": limits["hours"]})
        return
    for hit in shapes.crowded(draft, day=limits["day"]):
        yield replace(hit, says=_A_DAY, mild=True)


_A_DAY = Both("%(count)s posts that day: LinkedIn likes %(most)s.", "%(count)s posts ce jour-là : sur LinkedIn, tenez-vous-en à %(most)s.")
SATURDAY = 5


@rule(
    "LI15",
    "linkedin-hour",
    Severity.TIP,
    says=Both("It leaves outside the morning.", "Il part en dehors de la matinée."),
    why=Both(
        "People open LinkedIn at work: posts of the morning, on working days, are read most.",
        "On ouvre LinkedIn au travail : les posts du matin, en semaine, sont les plus lus.",
    ),
    cure=Both("Choose a morning from Monday to Friday.", "Choisissez un matin, du lundi au vendredi."),
    source=_HOURS,
    networks=_HERE,
    limits={"from": 7, "to": 12},
)
def LI15(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """A departure at the week-end, or before `from` or after `to` o'clock."""
    at = draft.context.at
    if at is None:
        return
    if at.weekday() >= SATURDAY:
        yield Hit(says=_WEEKEND)
    elif not limits["from"] * 60 <= at.hour * 60 + at.minute <= limits["to"] * 60:
        yield Hit()


_WEEKEND = Both("It leaves at the week-end.", "Il part le week-end.")
_POST = regex.compile(r"https?://(?:\w+\.)?linkedin\.com/(?:posts|feed/update|pulse)/", regex.IGNORECASE)


@rule(
    "LI17",
    "linkedin-bare-share",
    Severity.TIP,
    says=Both("Somebody’s post is shared without a word of yours.", "Le post d’un autre est partagé sans un mot de vous."),
    why=Both(
        "A bare share is hardly shown; what people want is your view.",
        "Un partage nu n’est presque pas montré ; ce qui intéresse, c’est votre avis.",
    ),
    cure=Both("Say in two sentences why you share it.", "Dites en deux phrases pourquoi vous le partagez."),
    source=_STUDY,
    networks=_HERE,
    limits={"words": 8},
)
def LI17(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """The address of a post of LinkedIn with fewer than `words` words around it."""
    link = next((url for url in draft.reading.urls if _POST.match(url.text)), None)
    if link and len(draft.reading.words) < limits["words"]:
        yield Hit(link.span)


@rule(
    "LI18",
    "linkedin-video",
    Severity.WARNING,
    says=Both("%(count)s minutes: LinkedIn takes videos of %(most)s.", "%(count)s minutes : LinkedIn accepte des vidéos de %(most)s."),
    why=Both(
        "LinkedIn takes videos from 3 seconds to 30 minutes, and a short one is watched to its end.",
        "LinkedIn accepte les vidéos de 3 secondes à 30 minutes, et on regarde une courte jusqu’au bout.",
    ),
    cure=Both("Cut it: one idea, one minute.", "Coupez-la : une idée, une minute."),
    source=_VIDEO,
    networks=_HERE,
)
def LI18(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Videos too long or too short. Subtitles are a common rule's."""
    rule = draft.spec.videos
    if rule is None:
        return
    for number, medium in draft.videos:
        if 0 < rule.seconds < medium.seconds:
            yield Hit(medium=number, facts={"count": ceil(medium.seconds / 60), "most": int(rule.seconds // 60)})
        elif 0 < medium.seconds < rule.least:
            yield Hit(medium=number, facts={"least": int(rule.least)}, says=_BRIEF)


_BRIEF = Both("LinkedIn takes videos of at least %(least)s seconds.", "LinkedIn accepte les vidéos d’au moins %(least)s secondes.")


@rule(
    "LI19",
    "linkedin-daily",
    Severity.ERROR,
    says=Both("%(count)s posts that day: LinkedIn takes %(most)s.", "%(count)s posts ce jour-là : LinkedIn en accepte %(most)s."),
    why=Both("LinkedIn refuses the posts beyond.", "LinkedIn refuse les posts suivants."),
    cure=Both("Move it to another day.", "Déplacez-le à un autre jour."),
    source=_API,
    networks=_HERE,
)
def LI19(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """More posts in a day than the network takes."""
    if draft.spec.daily:
        yield from shapes.crowded(draft, day=int(draft.spec.daily.value))


RULES = (LI01, LI02, LI03, LI04, LI05, LI06, LI07, LI08, LI09, LI10, LI11, LI14, LI15, LI17, LI18, LI19)

UNCHECKED = (
    Unchecked(
        "LI12",
        Both("No letters that only look bold.", "Pas de fausses lettres grasses."),
        Both("The common rule A07 says it on every network.", "La règle commune A07 le dit sur tous les réseaux."),
    ),
    Unchecked(
        "LI13",
        Both("“vous” by default.", "« Vous » par défaut."),
        Both(
            "The common rule C04 keeps the company’s form of address, which is “vous” unless it chose otherwise.",
            "La règle commune C04 veille à la forme d’adresse de l’entreprise, qui est « vous » sauf si elle en a choisi une autre.",
        ),
    ),
    Unchecked(
        "LI16",
        Both(
            "People and know-how rather than advertising; no ready-made “celebrate an occasion”.",
            "Les gens et le savoir-faire plutôt que la réclame ; pas de « célébrer une occasion » tout fait.",
        ),
        Both(
            "The share of advertising is counted by the common rule C05; LinkedIn’s ready-made cards are made on its own site.",
            "La part de réclame est comptée par la règle commune C05 ; les cartes toutes faites de LinkedIn se font sur son propre site.",
        ),
    ),
)
