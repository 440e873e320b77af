"""The codes of Google Business: what its moderation refuses, and what serves on a map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

import regex

from parvis.networks.codes import shapes
from parvis.networks.codes.draft import Draft, Medium
from parvis.networks.codes.reading import Token, folded, listed, meets
from parvis.networks.codes.rule import Both, Hit, Severity, Source, Unchecked, rule

_TOOLS = Source("Postiz; docs.zernio.com, Google Business", "https://docs.zernio.com/platforms/google-business")
_AYR = Source("Ayrshare, Google Business Profile", "https://www.ayrshare.com/integration/google-business-profile")
_LATE = Source("docs.getlate.dev, Google Business", "https://docs.getlate.dev")
_POLICY = Source("Google policy of 1 December 2021, as trustsafetyinstitute.com has it", "https://trustsafetyinstitute.com")
_REGULATED = Source("localviking.com, posts that Google rejects", "https://localviking.com")
_RHYTHM = Source("docs.zernio.com; omnimetrics.ca (March 2026)", "https://omnimetrics.ca")
_HEARSAY = Source("Usage on Google Business, which nobody has confirmed", verified=False)
_HERE = ("google_business",)


@rule(
    "GB01",
    "google-too-long",
    Severity.ERROR,
    says=Both("%(count)s signs: Google takes %(most)s.", "%(count)s signes : Google en prend %(most)s."),
    why=Both("Google refuses a longer post whole.", "Google refuse en entier un post plus long."),
    cure=Both("Shorten it: three sentences are enough on a map.", "Raccourcissez : sur une carte, trois phrases suffisent."),
    source=_TOOLS,
    networks=_HERE,
    hard=True,
)
def GB01(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A text over 1500 characters."""
    if len(draft.text) > draft.spec.texts[0].most:
        yield from shapes.too_long(draft)


_FREE = regex.compile(r"(?<![\w.,/-])0[ \u00a0\u202f]?8\d{2}(?:[ .\u00a0\u202f]?\d{3}){2}(?![\w/-])")


@rule(
    "GB02",
    "google-phone",
    Severity.ERROR,
    says=Both("A telephone number stands in the text.", "Un numéro de téléphone est dans le texte."),
    why=Both(
        "Google rejects posts with a telephone number, even your own.",
        "Google rejette les posts qui contiennent un numéro de téléphone, même le vôtre.",
    ),
    cure=Both(
        "Take it off: your page shows it already, and the “Call” button dials it.",
        "Enlevez-le : votre fiche l’affiche déjà, et le bouton « Appeler » le compose.",
    ),
    source=_AYR,
    networks=_HERE,
)
def GB02(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Every telephone number, the company's own too."""
    if "0" not in draft.text and "+" not in draft.text:
        return
    found = shapes.phones(draft)
    for span in found:
        yield Hit(span)
    for m in _FREE.finditer(draft.reading.masked):
        if not meets(found, *m.span()):
            yield Hit(m.span())


REFUSED_SIDE = 250


@rule(
    "GB03",
    "google-picture",
    Severity.ERROR,
    says=Both("%(count)s pictures: Google takes one.", "%(count)s images : Google en prend une."),
    why=Both(
        "A post there shows one picture, cut to 4:3; a small one is refused or looks poor, and no video can be sent.",
        "Un post y montre une seule image, coupée au format 4:3 ; trop petite, elle est refusée ou se voit mal. Aucune vidéo ne passe.",
    ),
    cure=Both("Choose one picture, 1200 by 900 pixels.", "Choisissez une seule image, de 1200 sur 900 pixels."),
    source=_TOOLS,
    networks=_HERE,
    limits={"width": 400, "height": 300},
)
def GB03(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """More than one picture, a video, a picture that is too small; as tips: a small, heavy, upright or very wide one."""
    most, images = draft.spec.images, draft.images
    if len(images) > most.most:
        yield Hit(medium=images[most.most][0], facts={"count": len(images)})
    for number, _video in draft.videos:
        yield Hit(medium=number, says=_NO_VIDEO)
    for number, image in images:
        hit = _small(number, image, limits)
        if hit:
            yield hit
    for hit in shapes.media_over(images, most.bytes):
        yield replace(hit, mild=True, says=_HEAVY)
    for hit in shapes.ratio_outside(images, 1.0, 16 / 9):
        yield replace(hit, mild=True, says=_CUT)


def _small(number: int, image: Medium, limits: Mapping[str, int]) -> Hit | None:
    if not image.width or not image.height:
        return None
    facts = {"width": image.width, "height": image.height}
    if image.width < REFUSED_SIDE or image.height < REFUSED_SIDE:
        return Hit(medium=number, facts=facts, says=_TOO_SMALL)
    if image.width < limits["width"] or image.height < limits["height"]:
        return Hit(medium=number, facts=facts, says=_SMALL, mild=True)
    return None


_NO_VIDEO = Both("Google takes no video here.", "Google ne prend pas de vidéo ici.")
_TOO_SMALL = Both(
    "This picture is too small: %(width)s by %(height)s pixels.", "Cette image est trop petite : %(width)s sur %(height)s pixels."
)
_SMALL = Both(
    "This picture is a little small: %(width)s by %(height)s pixels.", "Cette image est un peu petite : %(width)s sur %(height)s pixels."
)
_HEAVY = Both(
    "This picture weighs %(size)s MB and Google takes %(most)s: it will have to be made lighter.",
    "Cette image pèse %(size)s Mo et Google en prend %(most)s : il faudra l’alléger.",
)
_CUT = Both("Google will cut this picture to four by three.", "Google coupera cette image au format 4:3.")


@rule(
    "GB04",
    "google-event-title",
    Severity.ERROR,
    says=Both("This event or offer has no title.", "Cet événement ou cette offre n’a pas de titre."),
    why=Both(
        "Google refuses an event or an offer without a title and without its first and last day.",
        "Google refuse un événement ou une offre sans titre, ou sans jour de début et de fin.",
    ),
    cure=Both(
        "Give it a short title: “Open day at the workshop”. Give both days as well.",
        "Donnez un titre court : « Portes ouvertes à l’atelier », et les deux jours.",
    ),
    source=_TOOLS,
    networks=_HERE,
)
def GB04(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """An event or an offer without a title, or with one that is too long. Its days are no part of a draft."""
    if draft.form not in ("event", "offer"):
        return
    rule_of_title = draft.spec.title
    if not draft.title.strip():
        yield Hit()
    elif rule_of_title and rule_of_title.count(draft.title) > rule_of_title.most:
        yield Hit(facts={"most": rule_of_title.most}, says=_LONG_TITLE)


_LONG_TITLE = Both("The title is longer than %(most)s signs.", "Le titre dépasse %(most)s signes.")


@rule(
    "GB05",
    "google-button",
    Severity.TIP,
    says=Both("An address in the text cannot be clicked here.", "Ici, une adresse dans le texte n’est pas cliquable."),
    why=Both(
        "Google has a button for it under the post: “Book”, “Order”, “Learn more”.",
        "Google a un bouton pour cela sous le post : « Réserver », « Commander », « En savoir plus ».",
    ),
    cure=Both("Take the address out of the text and put it on the button.", "Sortez l’adresse du texte et mettez-la sur le bouton."),
    source=_LATE,
    networks=_HERE,
)
def GB05(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """An address in the text. Which button was chosen is no part of a draft."""
    if draft.reading.urls:
        yield Hit(draft.reading.urls[0].span)


# Three stars are a hotel's; a word of capitals spaced out is nobody's.
_GIMMICK = regex.compile(
    r"[~*=•►▶➤➜◆◇■□●○✦✧✪✿❀♪♫^¤]{3,}+|[★☆]{6,}+|[\u2460-\u24FF\u2500-\u259F]{3,}+"
    r"|(?<![\p{L}\p{N}'’.]|(?<![\p{L}\p{N}'’.])\p{Lu} )\p{Lu}(?: \p{Lu}){4,}+(?![\p{L}\p{N}'’.])"
)


@rule(
    "GB06",
    "google-gimmicks",
    Severity.WARNING,
    says=Both("“%(found)s” is decoration: Google may refuse the post.", "« %(found)s » fait décoration : Google peut refuser le post."),
    why=Both(
        "Google refuses signs used to catch the eye, capitals, misspellings, and pictures that are blurred or bought.",
        "Google refuse les signes qui servent à attirer l’œil, les capitales, les fautes, et les images floues ou achetées.",
    ),
    cure=Both("Write it in plain words.", "Dites-le avec des mots simples."),
    source=_POLICY,
    networks=_HERE,
)
def GB06(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Rows of decorative signs, or a word spelled out in spaced capitals. T07 and T08 look at capitals and repeated punctuation."""
    found = _GIMMICK.search(draft.reading.masked)
    if found:
        yield Hit(found.span(), facts={"found": found[0]})


_GOODS = listed("""
vin vins bière bières champagne champagnes crémant crémants cidre cidres whisky whiskys whiskies rhum rhums gin gins vodka vodkas cocktail
cocktails spiritueux pastis cognac armagnac calvados liqueur liqueurs cuvée cuvées prosecco spritz cigarette cigarettes cigare cigares
e-cigarette e-cigarettes vapoteuse vapoteuses e-liquide e-liquides puff puffs cbd cannabis munition munitions
""")
_IN_A_DISH = frozenset(("au", "aux", "sans"))


@rule(
    "GB08",
    "google-regulated",
    Severity.WARNING,
    says=Both("Alcohol or tobacco is the subject (“%(found)s”).", "L’alcool ou le tabac en est le sujet (« %(found)s »)."),
    why=Both(
        "Google refuses posts about goods the law restricts: alcohol, tobacco, weapons. Whoever sells them may speak of the rest.",
        "Google refuse les posts sur des produits réglementés : alcool, tabac, armes. Qui en vend peut parler du reste.",
    ),
    cure=Both(
        "Speak of the place, the evening, the people, the dishes.",
        "Parlez du lieu, de la soirée, des gens, des plats.",
    ),
    source=_REGULATED,
    networks=_HERE,
    limits={"least": 2},
)
def GB08(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """At least `least` words of regulated goods; just as many is a light case. « Coq au vin » and « sans alcool » do not count."""
    if not draft.reading.said(_GOODS):
        return
    found = [word for number, word in enumerate(draft.reading.words) if folded(word.text) in _GOODS and not _cooked(draft, number)]
    if found and len(found) >= limits["least"]:
        yield Hit(found[0].span, facts={"found": found[0].text}, mild=len(found) == limits["least"])


def _cooked(draft: Draft, number: int) -> bool:
    """Tell whether this word is what a dish is made with: « au vin », « à la bière », « sans gin »."""
    before: list[Token] = draft.reading.words[max(0, number - 2) : number]
    words = [folded(word.text) for word in before]
    return bool(words) and (words[-1] in _IN_A_DISH or words == ["a", "la"])


@rule(
    "GB09",
    "google-beginning",
    Severity.TIP,
    says=Both("The first %(visible)s signs say nothing yet.", "Les %(visible)s premiers signes ne disent encore rien."),
    why=Both(
        "On the map people see about that much, and the rest after a tap.",
        "Sur la carte, on voit à peu près cela, et la suite après un appui.",
    ),
    cure=Both("Begin with what is new.", "Commencez par la nouvelle."),
    source=_HEARSAY,
    networks=_HERE,
    limits={"visible": 100},
)
def GB09(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """Nothing but a greeting, signs or an address in what is seen at once."""
    if shapes.late_substance(draft, limits["visible"]):
        yield Hit((0, limits["visible"]), facts={"visible": limits["visible"]})


@rule(
    "GB10",
    "google-hashtags",
    Severity.TIP,
    says=Both("Hashtags do nothing on Google.", "Les mots-dièse ne servent à rien sur Google."),
    why=Both("Nobody can click them, and they take room.", "Personne ne peut cliquer dessus, et ils prennent de la place."),
    cure=Both("Take them off, or turn them into words.", "Enlevez-les, ou faites-en des mots."),
    source=_HEARSAY,
    networks=_HERE,
    limits={"most": 0},
)
def GB10(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """More hashtags than `most`; « le gâteau #1 » is none."""
    tags = [tag for tag in draft.reading.hashtags if not tag.text[1:].isdigit()]
    if len(tags) > limits["most"]:
        yield Hit(tags[limits["most"]].span)


@rule(
    "GB11",
    "google-weekly",
    Severity.TIP,
    says=Both("Nothing left here in the %(days)s days before this post.", "Rien n’est parti ici dans les %(days)s jours avant ce post."),
    why=Both(
        "Posts leave the front of your page after about a week: without a new one it looks asleep.",
        "Un post quitte le devant de votre fiche au bout d’une semaine environ : sans nouveau post, elle semble endormie.",
    ),
    cure=Both("Plan one a week, even a short one.", "Prévoyez-en un par semaine, même court."),
    source=_RHYTHM,
    networks=_HERE,
    limits={"days": 7},
)
def GB11(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """No post in the `days` days before this one, where there was one earlier."""
    at = draft.context.at
    history = draft.context.history.get(draft.network, ())
    if at is None or not any(past.at < at for past in history):
        return
    if not shapes.around(draft, timedelta(days=min(limits["days"], shapes.FAR), hours=12)):
        yield Hit(facts={"days": limits["days"]})


@rule(
    "GB13",
    "google-duplicate",
    Severity.WARNING,
    says=Both("This very text was already posted here.", "Ce texte a déjà été publié ici."),
    why=Both("Google may refuse a text it has seen already.", "Google peut refuser un texte qu’il a déjà vu."),
    cure=Both("Change the first sentence, or tell what is new since.", "Changez la première phrase, ou dites ce qu’il y a de neuf."),
    source=_AYR,
    networks=_HERE,
)
def GB13(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """The same words as another post of this page, blanks apart. C06 looks at the other networks."""
    history = draft.context.history.get(draft.network, ())
    words = draft.text.split() if history else []
    if words and any(past.text.split() == words for past in history if past.text[:1] == words[0][0] or past.text[:1].isspace()):
        yield Hit()


UNCHECKED = (
    Unchecked(
        "GB07",
        Both("A post speaks of the business alone, without politics.", "Un post ne parle que de l’établissement, sans politique."),
        Both(
            "No list of words tells an opinion from news without accusing honest posts.",
            "Aucune liste de mots ne distingue une opinion d’une nouvelle sans accuser des posts honnêtes.",
        ),
    ),
    Unchecked(
        "GB12",
        Both("The description of the page holds no price and no offer.", "La description de la fiche ne contient ni prix ni promotion."),
        Both("Parvis writes posts, not the description.", "Parvis écrit des posts, pas la description."),
    ),
    Unchecked(
        "GB14",
        Both("Every review is answered within two days.", "On répond à chaque avis en deux jours."),
        Both("It is about answers, not about a post.", "Cela concerne les réponses, pas un post."),
    ),
    Unchecked(
        "GB15",
        Both("The town is named once.", "La ville est nommée une fois."),
        Both("The profile does not tell the town.", "Le profil de l’entreprise ne dit pas sa ville."),
    ),
)

RULES = (GB01, GB02, GB03, GB04, GB05, GB06, GB08, GB09, GB10, GB11, GB13)
