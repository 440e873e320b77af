"""The codes of Bluesky: what it refuses, what it leaves dead in a text, and what its readers like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import regex

from parvis.core.text import graphemes
from parvis.networks.bluesky.spec import MOST_TAG, SPEC
from parvis.networks.codes import shapes
from parvis.networks.codes.draft import Draft
from parvis.networks.codes.rule import Both, Hit, Severity, Source, Unchecked, rule

_LEXICONS = Source("Bluesky, lexicons of the AT Protocol", "https://github.com/bluesky-social/atproto/tree/main/lexicons")
_HEARSAY = Source("Usage on Bluesky, which nobody has confirmed", verified=False)
_HERE = ("bluesky",)


@rule(
    "BS01",
    "bluesky-too-long",
    Severity.ERROR,
    says=Both("%(count)s signs: Bluesky takes %(most)s.", "%(count)s signes : Bluesky en prend %(most)s."),
    why=Both("Bluesky refuses a longer post whole.", "Bluesky refuse en entier un post plus long."),
    cure=Both("Shorten it, or cut it into a thread.", "Raccourcissez, ou coupez-le en plusieurs posts qui se suivent."),
    source=_LEXICONS,
    networks=_HERE,
    hard=True,
)
def BS01(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A text over 300 graphemes, or over 3000 bytes; as many characters as that can be neither."""
    if len(draft.text) > SPEC.texts[0].most:
        yield from shapes.too_long(draft)


MOST_VIDEO = 300_000_000


@rule(
    "BS02",
    "bluesky-media",
    Severity.ERROR,
    says=Both("%(count)s pictures: Bluesky takes %(most)s.", "%(count)s images : Bluesky en prend %(most)s."),
    why=Both(
        "A post there carries up to four pictures, or one video in mp4, never both.",
        "Un post y porte jusqu’à quatre images, ou une vidéo en mp4, jamais les deux.",
    ),
    cure=Both("Keep the best pictures, or the video alone.", "Gardez les meilleures images, ou la vidéo seule."),
    source=_LEXICONS,
    networks=_HERE,
    hard=True,
)
def BS02(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Too many pictures, a video beside something else, a video that is too heavy or no mp4; a heavy picture, made lighter, is a tip."""
    most, images, videos = draft.spec.images, draft.images, draft.videos
    if len(images) > most.most:
        yield Hit(medium=images[most.most][0], facts={"count": len(images), "most": most.most})
    for hit in shapes.media_over(images, most.bytes):
        yield replace(hit, mild=True, says=_HEAVY)
    if not videos:
        return
    if len(videos) > 1 or images:
        yield Hit(medium=videos[-1][0], says=_ALONE)
    for hit in shapes.media_over(videos, MOST_VIDEO):
        yield replace(hit, says=_HEAVY_VIDEO)
    for number, video in videos:
        if video.mime and video.mime != "video/mp4":
            yield Hit(medium=number, says=_MP4)


_HEAVY = Both(
    "This picture weighs %(size)s MB and Bluesky takes %(most)s: it will have to be made lighter.",
    "Cette image pèse %(size)s Mo et Bluesky en prend %(most)s : il faudra l’alléger.",
)
_HEAVY_VIDEO = Both("This video weighs %(size)s MB: Bluesky takes %(most)s.", "Cette vidéo pèse %(size)s Mo : Bluesky en prend %(most)s.")
_ALONE = Both("A video goes alone on Bluesky.", "Sur Bluesky, une vidéo part seule.")
_MP4 = Both("Bluesky takes videos in mp4 only.", "Bluesky ne prend que les vidéos en mp4.")

# « M.le » or « node.js » are no addresses: only endings that companies of here use are looked at.
_ENDING = regex.compile(r"^www\.|\.(?:fr|com|net|org|eu|bzh|alsace|corsica|paris|shop|info|be|ch|lu|re)(?:/|$)", regex.IGNORECASE)


@rule(
    "BS05",
    "bluesky-dead-text",
    Severity.ERROR,
    says=Both(
        "This hashtag is longer than %(most)s signs: it will not work.", "Ce mot-dièse dépasse %(most)s signes : il ne marchera pas."
    ),
    why=Both(
        "Bluesky makes nothing clickable by itself: an address, a name or a hashtag that cannot be recognised stays plain text.",
        "Bluesky ne rend rien cliquable de lui-même : une adresse, un nom ou un mot-dièse qu’on ne peut pas reconnaître reste du texte.",
    ),
    cure=Both(
        "Write the address with https://, and the whole name: @bakery.bsky.social.",
        "Écrivez l’adresse avec https:// et le nom en entier : @boulangerie.bsky.social.",
    ),
    source=_LEXICONS,
    networks=_HERE,
)
def BS05(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A hashtag over the limit; as a tip, an address without its scheme or a mention that is no handle of Bluesky."""
    reading = draft.reading
    for tag in reading.hashtags:
        if len(tag.text) > MOST_TAG.value and graphemes(tag.text) - 1 > MOST_TAG.value:
            yield Hit(tag.span, facts={"most": MOST_TAG.value})
    for mention in reading.mentions:
        name = mention.text[1:]
        if not name[0].isdigit() and ("." not in name or "@" in name):
            yield Hit(mention.span, mild=True, facts={"found": mention.text}, says=_NO_HANDLE)
    for link in reading.bare_urls:
        if _ENDING.search(link.text):
            yield Hit(link.span, mild=True, facts={"found": link.text}, says=_NO_SCHEME)


_NO_HANDLE = Both("“%(found)s” leads to nobody on Bluesky.", "« %(found)s » ne mène à personne sur Bluesky.")
_NO_SCHEME = Both("Without https://, “%(found)s” cannot be clicked.", "Sans https://, « %(found)s » n’est pas cliquable.")


@rule(
    "BS06",
    "bluesky-extra-tags",
    Severity.ERROR,
    says=Both("%(count)s extra tags: Bluesky takes %(most)s.", "%(count)s étiquettes : Bluesky en prend %(most)s."),
    why=Both(
        "Beside the text, a post carries up to 8 tags of 64 signs each.",
        "À côté du texte, un post porte jusqu’à 8 étiquettes de 64 signes chacune.",
    ),
    cure=Both("Keep the ones your customers would search for.", "Gardez celles que vos clients chercheraient."),
    source=_LEXICONS,
    networks=_HERE,
)
def BS06(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """More than eight tags beside the text, or one that is too long."""
    if len(draft.tags) > MOST_TAGS:
        yield Hit(facts={"count": len(draft.tags), "most": MOST_TAGS})
    for tag in draft.tags:
        if graphemes(tag) > MOST_TAG.value:
            yield Hit(facts={"found": tag, "most": MOST_TAG.value}, says=_LONG_TAG)
            return


MOST_TAGS = 8
_LONG_TAG = Both("The tag “%(found)s” is longer than %(most)s signs.", "L’étiquette « %(found)s » dépasse %(most)s signes.")


@rule(
    "BS08",
    "bluesky-hashtags",
    Severity.TIP,
    says=Both("%(count)s hashtags: %(most)s are enough on Bluesky.", "%(count)s mots-dièse : sur Bluesky, %(most)s suffisent."),
    why=Both(
        "Every one takes room in 300 signs, and a row of them looks like an advertisement.",
        "Chacun prend de la place dans 300 signes, et une rangée de mots-dièse ressemble à une réclame.",
    ),
    cure=Both("Keep one to three: your trade, your town.", "Gardez-en un à trois : votre métier, votre ville."),
    source=_HEARSAY,
    networks=_HERE,
    limits={"most": 3},
)
def BS08(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """More hashtags than `most`."""
    return shapes.many_hashtags(draft, limits["most"])


_SHOCKING = regex.compile(
    r"\bames sensibles\b|\b(?:image|photo|video|scene)s? (?:difficile|choquante|violente|explicite)s?\b"
    r"|\b(?:peut|peuvent|pourrait|pourraient) choquer\b|\bphotos? de nus?\b|\bnus? artistiques?\b"
)


@rule(
    "BS10",
    "bluesky-cover-pictures",
    Severity.WARNING,
    says=Both("The text says that the pictures may shock.", "Le texte dit que les images peuvent choquer."),
    why=Both(
        "With a content warning the pictures are covered, and everybody chooses to look or not.",
        "Avec un avertissement, les images sont couvertes, et chacun choisit de les regarder ou non.",
    ),
    cure=Both("Give the post a content warning.", "Donnez au post un avertissement."),
    source=_LEXICONS,
    networks=_HERE,
)
def BS10(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Pictures that the text itself calls hard to look at, without a warning as first line. What they show cannot be seen here."""
    if draft.media and not draft.text.startswith("\N{WARNING SIGN}"):
        found = _SHOCKING.search(draft.reading.folded)
        if found:
            yield Hit(found.span())


@rule(
    "BS11",
    "bluesky-bait",
    Severity.TIP,
    says=Both("Likes or shares are asked for in exchange.", "On demande des « j’aime » ou des partages en échange."),
    why=Both(
        "Bluesky is a place of conversation: asked for a like, its readers go away; asked for an opinion, they answer.",
        "Bluesky est un lieu de conversation : on y fuit les demandes de « j’aime », on y répond aux vraies questions.",
    ),
    cure=Both("Ask a question, then answer those who reply.", "Posez une question, puis répondez à ceux qui répondent."),
    source=_HEARSAY,
    networks=_HERE,
)
def BS11(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """« Like si tu aimes », « RT pour gagner »."""
    return shapes.bait(draft)


UNCHECKED = (
    Unchecked(
        "BS03",
        Both("Every picture has a description.", "Chaque image a une description."),
        Both("Rule A03 says it for all networks.", "La règle A03 le dit pour tous les réseaux."),
    ),
    Unchecked(
        "BS04",
        Both("The language of the post is told.", "La langue du post est indiquée."),
        Both("Parvis sends it with every post.", "Parvis l’envoie avec chaque post."),
    ),
    Unchecked(
        "BS07",
        Both("The proportions of a picture are told.", "Les proportions de l’image sont indiquées."),
        Both("Parvis sends them with every picture.", "Parvis les envoie avec chaque image."),
    ),
    Unchecked(
        "BS09",
        Both("A video has subtitles.", "Une vidéo a des sous-titres."),
        Both("Rule A05 says it for all networks.", "La règle A05 le dit pour tous les réseaux."),
    ),
    Unchecked(
        "BS12",
        Both(
            "The card of a link has a title, a description and a light picture.",
            "La carte d’un lien a un titre, un texte et une image légère.",
        ),
        Both(
            "Parvis makes the card from the page itself and makes its picture light enough.",
            "Parvis fait la carte d’après la page et allège son image.",
        ),
    ),
    Unchecked(
        "BS13",
        Both("The parts of a thread answer one another.", "Les posts d’une suite se répondent."),
        Both("Parvis ties each part to the one before.", "Parvis rattache chaque post au précédent."),
    ),
    Unchecked(
        "BS14",
        Both(
            "The account bears the company’s own domain (@bakery.fr).",
            "Le compte porte le nom de domaine de l’entreprise (@entreprise.fr).",
        ),
        Both(
            "It is chosen once in Bluesky’s settings; no post shows it.",
            "Cela se choisit une fois, dans Bluesky ; aucun post ne le montre.",
        ),
    ),
)

RULES = (BS01, BS02, BS05, BS06, BS08, BS10, BS11)
