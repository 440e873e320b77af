"""Les codes of Instagram: a picture first, a caption that begins well, few hashtags, no address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from parvis.networks.codes import shapes
from parvis.networks.codes.draft import Draft
from parvis.networks.codes.reading import listed
from parvis.networks.codes.rule import Both, Hit, Severity, Source, Unchecked, rule

_HERE = ("instagram",)
_API = Source(
    "Instagram Platform, content publishing; Postiz, its Instagram provider",
    "https://developers.facebook.com/docs/instagram-platform/content-publishing",
)
_TRYPOST = Source("TryPost, useMediaRules.ts and ContentType.php", "https://github.com/trypost-it/trypost")
_CUT = Source("fr.accio.com, the limits of Instagram captions", "https://fr.accio.com")
_FIVE = Source(
    "blogdumoderateur.com, Instagram limits hashtags to five",
    "https://www.blogdumoderateur.com/instagram-limite-hashtags-5-par-publication/",
)
_AYRSHARE = Source("Ayrshare, Instagram", "https://www.ayrshare.com/integration/instagram/")
_RHYTHM = Source("Metricool 2023 (accounts under 2 000 followers); Agorapulse France 2022", "https://www.strategies.fr")
_HEARSAY = Source("Habits of community managers, which no source confirms", verified=False)


@rule(
    "IG01",
    "instagram-no-medium",
    Severity.ERROR,
    says=Both("Instagram takes no post without a picture or a video.", "Instagram n’accepte aucun post sans image ni vidéo."),
    why=Both("A text alone is refused.", "Un texte seul est refusé."),
    cure=Both("Add a photograph or a video.", "Ajoutez une photo ou une vidéo."),
    source=_API,
    networks=_HERE,
)
def IG01(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A text on its own, or with a document only."""
    if draft.spec.needs and not draft.images and not draft.videos:
        yield Hit()


@rule(
    "IG02",
    "instagram-too-long",
    Severity.ERROR,
    says=Both("%(count)s characters: Instagram takes %(most)s.", "%(count)s caractères : Instagram en accepte %(most)s."),
    why=Both("A longer caption is refused.", "Une légende plus longue est refusée."),
    cure=Both("Shorten it; put the rest in a comment.", "Raccourcissez ; mettez la suite en commentaire."),
    source=_API,
    networks=_HERE,
    hard=True,
)
def IG02(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """The limit of a caption."""
    yield from shapes.too_long(draft)


@rule(
    "IG03",
    "instagram-late-subject",
    Severity.WARNING,
    says=Both("The first %(visible)s characters say almost nothing.", "Les %(visible)s premiers caractères ne disent presque rien."),
    why=Both(
        "Instagram cuts the caption there: the rest is read only by those who press “more”.",
        "Instagram coupe la légende à cet endroit : la suite n’est lue que si l’on appuie sur « plus ».",
    ),
    cure=Both("Put the news first, mentions and hashtags last.", "Mettez la nouvelle au début, les mentions et les mots-dièse à la fin."),
    source=_CUT,
    networks=_HERE,
    limits={"visible": 125},
)
def IG03(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """Fewer than three words before the cut of a longer caption."""
    if shapes.late_substance(draft, limits["visible"]):
        yield Hit((0, limits["visible"]), facts={"visible": limits["visible"]})


@rule(
    "IG04",
    "instagram-hashtags",
    Severity.ERROR,
    says=Both("%(count)s hashtags: Instagram takes %(most)s.", "%(count)s mots-dièse : Instagram en accepte %(most)s."),
    why=Both("Since December 2025 a post may have five hashtags.", "Depuis décembre 2025, un post a droit à cinq mots-dièse."),
    cure=Both("Keep five: your town, your trade, what is shown.", "Gardez-en cinq : votre ville, votre métier, ce qu’on voit."),
    source=_FIVE,
    networks=_HERE,
)
def IG04(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """More hashtags than Instagram takes."""
    if draft.spec.hashtags:
        yield from shapes.many_hashtags(draft, draft.spec.hashtags.value)


_GENERIC = listed("""
love instagood instagram insta instadaily instamood instalike instapic instaphoto instacool igers igersfrance photooftheday picoftheday
bestoftheday like likes like4like likeforlike likeforlikes likesforlike l4l follow followme follow4follow followforfollow f4f followback
beautiful happy cute amazing smile fun tbt nofilter explore explorepage viral trending fyp goodvibes mood lifestyle foodporn photo
picture pictures
""")


@rule(
    "IG05",
    "instagram-generic-hashtag",
    Severity.TIP,
    says=Both("“%(found)s” brings nobody to you.", "« %(found)s » ne vous amène personne."),
    why=Both(
        "Millions of posts have it: yours is lost in a second, and you have only five.",
        "Des millions de posts le portent : le vôtre y disparaît en une seconde, et vous n’en avez que cinq.",
    ),
    cure=Both("Choose one that says who and where: #BoulangerieNantes.", "Choisissez-en un qui dit qui et où : #BoulangerieNantes."),
    source=_FIVE,
    networks=_HERE,
)
def IG05(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Hashtags that are everybody's."""
    yield from shapes.hashtags_among(draft, _GENERIC)


@rule(
    "IG06",
    "instagram-link",
    Severity.WARNING,
    says=Both("Nobody can press this address on Instagram.", "Sur Instagram, on ne peut pas appuyer sur cette adresse."),
    why=Both(
        "Addresses in a caption are plain text there: who wants to go has to type it.",
        "Dans une légende, une adresse n’est que du texte : pour y aller, il faut la recopier.",
    ),
    cure=Both("Put the link on your profile and say “link in bio”.", "Mettez le lien sur votre profil et écrivez « lien en bio »."),
    source=_AYRSHARE,
    networks=_HERE,
)
def IG06(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Addresses in the caption of a post. A name of a site that is easy to type (boulangerie-lenoir.fr) is a tip."""
    if draft.spec.links_clickable or draft.form == "story":
        return
    for url in draft.reading.urls:
        if not shapes.host(url.text).endswith(_OFFICIAL):
            yield Hit(url.span)
    for bare in draft.reading.bare_urls:
        name, _, path = bare.text.partition("/")
        if name.endswith(_OFFICIAL):
            continue
        if name.rpartition(".")[2] in _ENDINGS:
            yield Hit(bare.span, mild=not path)


# Some advertisements must name these: they are there to be read, not clicked.
_OFFICIAL = ("gouv.fr", "service-public.fr")
# What ends a site's name for sure: « demain.venez », where a space was forgotten, is no address.
_ENDINGS = frozenset(
    ("fr", "com", "net", "org", "eu", "bzh", "paris", "alsace", "corsica", "re", "be", "ch", "io", "shop", "coop", "pro", "ly")
)


@rule(
    "IG07",
    "instagram-shape",
    Severity.ERROR,
    says=Both(
        "%(width)s × %(height)s pixels: Instagram refuses this shape.", "%(width)s × %(height)s pixels : Instagram refuse cette forme."
    ),
    why=Both(
        "A tool may send pictures from 4:5 (upright) to 1.91:1 (lying). A telephone's upright photograph is a little too tall.",
        "Un outil peut envoyer des images du 4:5 (debout) au 1,91:1 (couché). La photo verticale d’un téléphone est un peu trop haute.",
    ),
    cure=Both("Crop it: 1080 × 1350 pixels is the best shape.", "Recadrez-la : 1080 × 1350 pixels est la meilleure forme."),
    source=Source("Postiz, its Instagram provider; 75secondes.fr, sizes of 2026", "https://github.com/gitroomhq/postiz-app"),
    networks=_HERE,
    hard=True,
)
def IG07(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Pictures of a post whose known shape is refused."""
    if draft.form == "post" and draft.spec.images.ratio:
        yield from shapes.ratio_outside(draft.images, *draft.spec.images.ratio)


@rule(
    "IG08",
    "instagram-many-media",
    Severity.ERROR,
    says=Both("%(count)s pictures and videos: Instagram takes %(most)s.", "%(count)s images et vidéos : Instagram en accepte %(most)s."),
    why=Both("A carousel has ten pictures or videos at most.", "Un carrousel contient dix images ou vidéos au plus."),
    cure=Both("Keep the best ten.", "Gardez les dix meilleures."),
    source=_API,
    networks=_HERE,
    hard=True,
)
def IG08(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """More media than a carousel takes."""
    most = draft.spec.images.most
    if len(draft.media) > most:
        yield Hit(medium=most, facts={"count": len(draft.media), "most": most})


UPRIGHT = (0.5, 0.6)


@rule(
    "IG09",
    "instagram-medium-refused",
    Severity.ERROR,
    says=Both("%(size)s MB: Instagram takes %(most)s.", "%(size)s Mo : Instagram en accepte %(most)s."),
    why=Both(
        "A picture is a JPEG of 8 MB at most; a video lasts from 3 seconds to 15 minutes. Others are refused.",
        "Une image est un JPEG de 8 Mo au plus ; une vidéo dure de 3 secondes à 15 minutes. Le reste est refusé.",
    ),
    cure=Both("Export a lighter file, or cut the video.", "Exportez un fichier plus léger, ou coupez la vidéo."),
    source=_TRYPOST,
    networks=_HERE,
)
def IG09(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Media over the limits of the Spec, which are the platform's own and go before what tools enforce. A reel lying down is a tip."""
    images, videos, rule = draft.images, draft.videos, draft.spec.videos
    yield from shapes.media_over(images, draft.spec.images.bytes)
    for number, medium in images:
        if medium.mime and medium.mime not in draft.spec.images.types:
            yield Hit(medium=number, facts={"found": medium.mime.rpartition("/")[2].upper()}, says=_OTHER_TYPE)
    if rule is None or not videos:
        return
    yield from shapes.media_over(videos, rule.bytes)
    for number, medium in videos:
        if 0 < rule.seconds < medium.seconds:
            yield Hit(medium=number, facts={"minutes": round(medium.seconds / 60), "most": round(rule.seconds / 60)}, says=_LASTS)
        elif 0 < medium.seconds < rule.least:
            yield Hit(medium=number, facts={"least": round(rule.least)}, says=_TOO_SHORT)
    if draft.form == "short":
        for hit in shapes.ratio_outside(videos, *UPRIGHT):
            yield Hit(medium=hit.medium, facts=hit.facts, mild=True, says=_LYING)


_OTHER_TYPE = Both("%(found)s: Instagram takes JPEG only.", "%(found)s : Instagram n’accepte que le JPEG.")
_LASTS = Both(
    "This video lasts %(minutes)s min: Instagram takes %(most)s.", "Cette vidéo dure %(minutes)s min : Instagram en accepte %(most)s."
)
_TOO_SHORT = Both("A video lasts %(least)s seconds at least.", "Une vidéo dure au moins %(least)s secondes.")
_LYING = Both(
    "%(width)s × %(height)s pixels: a reel is upright, 1080 × 1920.", "%(width)s × %(height)s pixels : un réel est vertical, 1080 × 1920."
)


@rule(
    "IG12",
    "instagram-mentions",
    Severity.WARNING,
    says=Both("%(count)s accounts are named: %(most)s are enough.", "%(count)s comptes sont cités : %(most)s suffisent."),
    why=Both(
        "Several publishing tools refuse more, and naming many accounts looks like canvassing.",
        "Plusieurs outils de publication en refusent davantage, et citer beaucoup de comptes ressemble à du démarchage.",
    ),
    cure=Both(
        "Name those who took part; tag the others on the picture.", "Citez ceux qui ont pris part ; identifiez les autres sur la photo."
    ),
    source=_AYRSHARE,
    networks=_HERE,
    limits={"most": 3},
)
def IG12(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """More than `most` mentions."""
    yield from shapes.many_mentions(draft, limits["most"])


@rule(
    "IG14",
    "instagram-rhythm",
    Severity.TIP,
    says=Both(
        "%(count)s posts on that day, this one included: %(most)s are enough.",
        "%(count)s posts ce jour-là, celui-ci compris : %(most)s suffisent.",
    ),
    why=Both(
        "Small accounts post twice a week, and one reel. More tires those who follow you.",
        "Les petits comptes publient deux posts et un réel par semaine. Au-delà, vos abonnés se lassent.",
    ),
    cure=Both("Keep this one for a quieter day, or for a story.", "Gardez celui-ci pour un jour plus calme, ou pour une story."),
    source=_RHYTHM,
    networks=_HERE,
    limits={"day": 2, "week": 6},
)
def IG14(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """One post more than `day` in its day, or than `week` in seven days (twice the habit). Stories are not counted."""
    if draft.form != "story":
        of_day = list(shapes.crowded(draft, day=limits["day"]))
        yield from of_day or (Hit(facts=hit.facts, says=_IN_A_WEEK) for hit in shapes.crowded(draft, week=limits["week"]))


_IN_A_WEEK = Both(
    "%(count)s posts in seven days, this one included: %(most)s are plenty.",
    "%(count)s posts en sept jours, celui-ci compris : %(most)s, c’est déjà beaucoup.",
)


@rule(
    "IG16",
    "instagram-one-block",
    Severity.TIP,
    says=Both("%(count)s characters in one block.", "%(count)s caractères d’un seul bloc."),
    why=Both(
        "On a telephone a block without a break puts people off, and the first line is the one that is seen.",
        "Sur un téléphone, un bloc sans respiration décourage, et c’est la première ligne qu’on voit.",
    ),
    cure=Both("Put the first sentence alone, then an empty line.", "Laissez la première phrase seule, puis une ligne vide."),
    source=_HEARSAY,
    networks=_HERE,
    limits={"most": 400},
)
def IG16(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """A caption of more than `most` characters without any line break before its hashtags."""
    if len(draft.text) <= limits["most"] or not draft.reading.words:
        return
    first, last = draft.reading.words[0].start, draft.reading.words[-1].end
    if last - first > limits["most"] and "\n" not in draft.text[first:last]:
        yield Hit((first, last), facts={"count": last - first})


@rule(
    "IG19",
    "instagram-daily",
    Severity.ERROR,
    says=Both("%(count)s posts in 24 hours: Instagram takes %(most)s.", "%(count)s posts en 24 heures : Instagram en accepte %(most)s."),
    why=Both("Instagram refuses what a tool sends beyond that.", "Au-delà, Instagram refuse ce qu’un outil envoie."),
    cure=Both("Choose another day.", "Choisissez un autre jour."),
    source=_AYRSHARE,
    networks=_HERE,
)
def IG19(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """One post more than the platform takes from a tool in a day."""
    if draft.spec.daily and (count := 1 + len(shapes.around(draft, shapes.DAY))) > draft.spec.daily.value:
        yield Hit(facts={"count": count, "most": draft.spec.daily.value})


UNCHECKED = (
    Unchecked(
        "IG10",
        Both("The subject of a reel’s cover stands in the middle.", "Le sujet de la couverture d’un réel est au centre."),
        Both(
            "The rules do not look into pictures: your eye sees it at once.",
            "Les règles ne regardent pas dans les images : votre œil le voit tout de suite.",
        ),
    ),
    Unchecked(
        "IG11",
        Both("Each picture has a description.", "Chaque image a une description."),
        Both("The rules A03 and A04 say it for all networks.", "Les règles A03 et A04 le disent pour tous les réseaux."),
    ),
    Unchecked(
        "IG13",
        Both("A paid partnership says so.", "Un partenariat payé est annoncé."),
        Both("The rule LAW01 says it for all networks.", "La règle LAW01 le dit pour tous les réseaux."),
    ),
    Unchecked(
        "IG15",
        Both("Carousels and photographs often do better than reels.", "Carrousels et photos font souvent mieux que les réels."),
        Both(
            "It is an average of large accounts: no post is wrong for it.",
            "C’est une moyenne de gros comptes : aucun post n’a tort pour autant.",
        ),
    ),
    Unchecked(
        "IG17",
        Both("The top and the bottom of a story stay empty.", "Le haut et le bas d’une story restent vides."),
        Both("The rules do not look into pictures.", "Les règles ne regardent pas dans les images."),
    ),
    Unchecked(
        "IG18",
        Both("The place is tagged.", "Le lieu est indiqué."),
        Both("It is chosen on Instagram, not in the text.", "Il se choisit dans Instagram, pas dans le texte."),
    ),
)

RULES = (IG01, IG02, IG03, IG04, IG05, IG06, IG07, IG08, IG09, IG12, IG14, IG16, IG19)
