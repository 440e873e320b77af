"""The codes of Mastodon: the limits of its servers, and the manners of those who read there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import regex

from parvis.networks.codes import shapes
from parvis.networks.codes.draft import Draft
from parvis.networks.codes.reading import Token, listed, meets
from parvis.networks.codes.rule import Both, Hit, Severity, Source, Unchecked, rule

_DOCS = Source("Mastodon documentation, posting", "https://docs.joinmastodon.org/user/posting/")
_JOIN = Source("joinfediverse.wiki, manners of the Fediverse", "https://joinfediverse.wiki")
_THREAD = Source("mastodawn.com, advice to those who arrive", "https://mastodawn.com")
_HERE = ("mastodon",)


@rule(
    "MA01",
    "mastodon-too-long",
    Severity.ERROR,
    says=Both("%(count)s signs: this server takes %(most)s.", "%(count)s signes : ce serveur en prend %(most)s."),
    why=Both("The server refuses a longer post whole.", "Le serveur refuse en entier un post plus long."),
    cure=Both("Shorten it, or cut it into a thread.", "Raccourcissez, ou coupez-le en plusieurs posts qui se suivent."),
    source=_DOCS,
    networks=_HERE,
    hard=True,
)
def MA01(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A text over the server's own limit, 500 where it told none; only an address can count for more than it has."""
    if len(draft.text) > draft.spec.texts[0].most or "//" in draft.text:
        yield from shapes.too_long(draft)


_BROKEN = regex.compile(
    r"(?<![\w/:.])(?:https?(?:;//|:/(?!/)|//|:[ \u00a0\u202f]//)|(?:htpps?|htttps?|hhttps?|ttps?)://)\w[^\s«»]*", regex.IGNORECASE
)
# « M.le » or « node.js » are no addresses: only endings that companies of here use are looked at.
_ENDING = regex.compile(r"^www\.|\.(?:fr|com|net|org|eu|bzh|alsace|corsica|paris|shop|info|be|ch|lu|re)(?:/|$)", regex.IGNORECASE)


@rule(
    "MA02",
    "mastodon-address",
    Severity.ERROR,
    says=Both("“%(found)s” is mistyped: nobody can open it.", "« %(found)s » est mal tapé : personne ne pourra l’ouvrir."),
    why=Both(
        "Mastodon makes an address clickable only where it begins with http:// or https://.",
        "Mastodon ne rend une adresse cliquable que si elle commence par http:// ou https://.",
    ),
    cure=Both("Write it whole: https://…", "Écrivez-la en entier : https://…"),
    source=_DOCS,
    networks=_HERE,
)
def MA02(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A mistyped beginning of an address; as a tip, an address without its beginning."""
    text = draft.text
    broken = [m.span() for m in _BROKEN.finditer(text)] if "//" in text or ":/" in text else []
    for start, end in broken:
        yield Hit((start, end), facts={"found": text[start:end]})
    for link in draft.reading.bare_urls:
        if _ENDING.search(link.text) and not meets(broken, link.start, link.start + 1):
            yield Hit(link.span, mild=True, facts={"found": link.text}, says=_NO_SCHEME)


_NO_SCHEME = Both("Without https://, “%(found)s” cannot be clicked.", "Sans https://, « %(found)s » n’est pas cliquable.")


@rule(
    "MA03",
    "mastodon-shortener",
    Severity.WARNING,
    says=Both("%(found)s hides where this link leads.", "%(found)s cache où mène ce lien."),
    why=Both(
        "Mastodon advises against it, and it saves nothing: every address counts 23 signs.",
        "Mastodon le déconseille, et l’on n’y gagne rien : toute adresse compte 23 signes.",
    ),
    cure=Both("Put the full address.", "Mettez l’adresse complète."),
    source=_DOCS,
    networks=_HERE,
)
def MA03(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """An address made short by a service."""
    return shapes.shortened(draft)


MOST_VIDEO = 99 * 1024 * 1024


@rule(
    "MA05",
    "mastodon-media",
    Severity.ERROR,
    says=Both("%(count)s pictures: this server takes %(most)s.", "%(count)s images : ce serveur en prend %(most)s."),
    why=Both(
        "A post there carries up to four pictures, or one video, never both.",
        "Un post y porte jusqu’à quatre images, ou une vidéo, jamais les deux.",
    ),
    cure=Both("Keep the best pictures, or the video alone.", "Gardez les meilleures images, ou la vidéo seule."),
    source=_DOCS,
    networks=_HERE,
    hard=True,
)
def MA05(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Too many pictures, a video beside something else or too heavy; a heavy picture, made lighter, is a tip."""
    most, images, videos = draft.spec.images, draft.images, draft.videos
    if len(images) > most.most:
        yield Hit(medium=images[most.most][0], facts={"count": len(images), "most": most.most})
    for hit in shapes.media_over(images, most.bytes):
        yield replace(hit, mild=True, says=_HEAVY)
    if videos and (len(videos) > 1 or images):
        yield Hit(medium=videos[-1][0], says=_ALONE)
    for hit in shapes.media_over(videos, MOST_VIDEO):
        yield replace(hit, says=_HEAVY_VIDEO)


_HEAVY = Both(
    "This picture weighs %(size)s MB and this server takes %(most)s: it will have to be made lighter.",
    "Cette image pèse %(size)s Mo et ce serveur en prend %(most)s : il faudra l’alléger.",
)
_HEAVY_VIDEO = Both(
    "This video weighs %(size)s MB: most servers take %(most)s.",
    "Cette vidéo pèse %(size)s Mo : la plupart des serveurs en prennent %(most)s.",
)
_ALONE = Both("A video goes alone on Mastodon.", "Sur Mastodon, une vidéo part seule.")


@rule(
    "MA06",
    "mastodon-video-alt",
    Severity.WARNING,
    says=Both("A video without a description.", "Une vidéo sans description."),
    why=Both(
        "On Mastodon every medium is described, videos too: many readers do not share what is not.",
        "Sur Mastodon, tout se décrit, les vidéos aussi : beaucoup de lecteurs ne partagent pas ce qui ne l’est pas.",
    ),
    cure=Both("Say in a sentence what the video shows.", "Dites en une phrase ce que montre la vidéo."),
    source=_JOIN,
    networks=_HERE,
)
def MA06(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Videos without a description; A03 and A04 look at the pictures."""
    for number, video in draft.videos:
        if not video.alt.strip() and not video.decorative:
            yield Hit(medium=number)


@rule(
    "MA07",
    "mastodon-no-hashtag",
    Severity.WARNING,
    says=Both("No hashtag: this post can hardly be found.", "Aucun mot-dièse : ce post sera difficile à trouver."),
    why=Both(
        "Mastodon recommends nothing by itself: people find posts by their hashtags.",
        "Mastodon ne recommande rien de lui-même : on y trouve les posts par leurs mots-dièse.",
    ),
    cure=Both(
        "Add two or three at the end, each word with a capital: #PainAuLevain #Nantes.",
        "Ajoutez-en deux ou trois à la fin, une majuscule à chaque mot : #PainAuLevain #Nantes.",
    ),
    source=_JOIN,
    networks=_HERE,
    limits={"words": 20},
)
def MA07(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """A text of `words` words or more without a hashtag, as a tip. A01 looks at the capitals."""
    if draft.parts == 1 and not draft.reading.hashtags and len(draft.reading.words) >= limits["words"]:
        yield Hit(mild=True)


@rule(
    "MA08",
    "mastodon-digit-hashtag",
    Severity.ERROR,
    says=Both("“%(found)s” is not a hashtag: it has no letter.", "« %(found)s » n’est pas un mot-dièse : il n’a aucune lettre."),
    why=Both("On Mastodon a hashtag cannot be made of digits alone.", "Sur Mastodon, un mot-dièse ne peut pas être fait que de chiffres."),
    cure=Both("Add a word: #Noël2026.", "Ajoutez un mot : #Noël2026."),
    source=_DOCS,
    networks=_HERE,
)
def MA08(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A year, or digits next to another hashtag. « Le gâteau #1 » or « commande #4512 » is no hashtag to anybody."""
    tags = draft.reading.hashtags
    for number, tag in enumerate(tags):
        if tag.text[1:].isdigit() and (_YEAR.fullmatch(tag.text) or _beside(draft.text, tags, number)):
            yield Hit(tag.span, facts={"found": tag.text})


_YEAR = regex.compile(r"[#＃](?:19|20)\d\d")


def _beside(text: str, tags: list[Token], number: int) -> bool:
    """Tell whether another hashtag, with letters, stands just before or after this one."""
    before, after = tags[max(0, number - 1) : number], tags[number + 1 : number + 2]
    pairs = [(other, tags[number]) for other in before] + [(tags[number], other) for other in after]
    return any(
        not text[left.end : right.start].strip() and not (left.text[1:].isdigit() and right.text[1:].isdigit()) for left, right in pairs
    )


_HARD_WORDS = listed(
    "suicide suicides viol viols attentat attentats inceste féminicide féminicides automutilation cadavre cadavres torture anorexie"
)
_HARD_PHRASES = regex.compile(
    r"\bames sensibles\b|\b(?:peut|peuvent|pourrait|pourraient) choquer\b|\b(?:images?|photos?) (?:difficile|choquante)s?\b"
)


@rule(
    "MA10",
    "mastodon-content-warning",
    Severity.TIP,
    says=Both("A sensitive subject: has this post a content warning?", "Un sujet sensible : ce post a-t-il un avertissement ?"),
    why=Both(
        "On Mastodon such a text is folded behind a line that names its subject, and everybody chooses to open it.",
        "Sur Mastodon, un tel texte se replie derrière une ligne qui annonce le sujet, et chacun choisit de l’ouvrir.",
    ),
    cure=Both("Write the subject in the field of the content warning.", "Écrivez le sujet dans le champ de l’avertissement."),
    source=_THREAD,
    networks=_HERE,
)
def MA10(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Words of violence and death, or a text that says itself that it may shock."""
    reading = draft.reading
    found = _HARD_PHRASES.search(reading.folded)
    if found or reading.said(_HARD_WORDS):
        yield Hit(found.span() if found else None)


_ELSEWHERE = ("@x.com", "@twitter.com", "@instagram.com", "@facebook.com", "@tiktok.com", "@linkedin.com", ".bsky.social")
_REPEATED = regex.compile(r"(?<!\w)RT @\w")


@rule(
    "MA12",
    "mastodon-foreign-names",
    Severity.WARNING,
    says=Both("“%(found)s” comes from another network.", "« %(found)s » vient d’un autre réseau."),
    why=Both(
        "A copied post is recognised at once: these names lead to nobody here.",
        "On reconnaît tout de suite un post recopié : ici, ces noms ne mènent à personne.",
    ),
    cure=Both(
        "Write the name in words, or the account here: @name@server.",
        "Écrivez le nom en toutes lettres, ou le compte d’ici : @nom@serveur.",
    ),
    source=_JOIN,
    networks=_HERE,
)
def MA12(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A handle of another network, or « RT @ »; as a tip, a name without its server, which may be a neighbour's."""
    again = _REPEATED.search(draft.text) if "RT @" in draft.text else None
    if again:
        yield Hit(again.span(), facts={"found": "RT @"})
    for mention in draft.reading.mentions:
        if mention.text.lower().endswith(_ELSEWHERE):
            yield Hit(mention.span, facts={"found": mention.text})
        elif "@" not in mention.text[1:] and not mention.text[1].isdigit() and not again:
            yield Hit(mention.span, mild=True, facts={"found": mention.text}, says=_NO_SERVER)


_NO_SERVER = Both(
    "“%(found)s” has no server: it leads to somebody of your own server, or to nobody.",
    "« %(found)s » n’a pas de serveur : il mène à quelqu’un du vôtre, ou à personne.",
)
_CLOSED = ("facebook.com", "fb.com", "fb.me", "instagram.com", "tiktok.com", "linkedin.com", "x.com", "twitter.com", "snapchat.com")


@rule(
    "MA13",
    "mastodon-link-elsewhere",
    Severity.TIP,
    says=Both("This post only sends people to another network.", "Ce post ne fait qu’envoyer vers un autre réseau."),
    why=Both(
        "Many readers here have no account there, and see a closed door.",
        "Beaucoup de lecteurs d’ici n’ont pas de compte là-bas, et trouvent porte close.",
    ),
    cure=Both("Tell the news here, with a picture; the link may follow.", "Donnez la nouvelle ici, avec une image ; le lien peut suivre."),
    source=_JOIN,
    networks=_HERE,
    limits={"words": 20},
)
def MA13(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """Only links to closed networks, in a text of fewer than `words` words and without a picture."""
    urls = draft.reading.urls
    if not urls or draft.media or draft.parts > 1 or len(draft.reading.words) >= limits["words"]:
        return
    hosts = [shapes.host(url.text) for url in urls]
    if all(host in _CLOSED or host.endswith(tuple(f".{name}" for name in _CLOSED)) for host in hosts):
        yield Hit(urls[0].span)


UNCHECKED = (
    Unchecked(
        "MA04",
        Both("Of a mention only the name counts, not the server.", "D’une mention, seul le nom compte, pas le serveur."),
        Both("Parvis counts it so; there is nothing to correct.", "Parvis compte ainsi ; il n’y a rien à corriger."),
    ),
    Unchecked(
        "MA09",
        Both("Few emojis.", "Peu d’émojis."),
        Both("Rule A06 says it for all networks.", "La règle A06 le dit pour tous les réseaux."),
    ),
    Unchecked(
        "MA11",
        Both("Answers and series are published quietly.", "Les réponses et les séries se publient discrètement."),
        Both(
            "Visibility is no part of a draft: Parvis publishes for everybody.",
            "La visibilité n’est pas dans le brouillon : Parvis publie pour tout le monde.",
        ),
    ),
    Unchecked(
        "MA14",
        Both("The language of the post is told.", "La langue du post est indiquée."),
        Both("Parvis sends it with every post.", "Parvis l’envoie avec chaque post."),
    ),
    Unchecked(
        "MA15",
        Both(
            "The server’s rules on companies are read before joining.",
            "On lit les règles du serveur sur les entreprises avant de s’inscrire.",
        ),
        Both(
            "It is done once, before the first post; no post shows it.",
            "Cela se fait une fois, avant le premier post ; aucun post ne le montre.",
        ),
    ),
    Unchecked(
        "MA16",
        Both("A poll has four short options at most.", "Un sondage a quatre choix courts au plus."),
        Both("Parvis sends no polls.", "Parvis n’envoie pas de sondages."),
    ),
)

RULES = (MA01, MA02, MA03, MA05, MA06, MA07, MA08, MA10, MA12, MA13)
