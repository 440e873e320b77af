"""Examples of Google Business's codes."""

from __future__ import annotations

from datetime import UTC, datetime

from parvis.networks.codes.draft import Medium, Past
from tests.codes.cases import Case, Examples

PHOTO = Medium(mime="image/jpeg", width=1200, height=900, size=800_000, alt="La vitrine de la boulangerie")
UPRIGHT = Medium(mime="image/jpeg", width=1200, height=1600, size=800_000, alt="La façade refaite")
NEWS = "Le pain de seigle est de retour chaque samedi à la boulangerie de la rue Haute."
LONG = "La façade de la maison Morel est terminée\u00a0: enduit à la chaux, pierres apparentes autour des fenêtres, volets repeints. "
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


def _after(*days: tuple[int, str]) -> dict[str, tuple[Past, ...]]:
    return {"google_business": tuple(Past(datetime(2026, 11, day, 9, tzinfo=UTC), text) for day, text in days)}


EXAMPLES = {
    "GB01": Examples(trips=(LONG * 14, "é" * 1501, NEWS * 20), silent=(LONG, "é" * 1500, NEWS, "")),
    "GB02": Examples(
        trips=(
            "Réservez votre bûche au 02 40 12 34 56 avant le 20.",
            "Un devis\u202f? 06.12.34.56.78, du lundi au vendredi.",
            "Notre standard, +33 2 40 12 34 56, répond jusqu’à 18\u00a0h.",
            "Appelez le 0 800 123 456 pour une panne de chaudière.",
        ),
        silent=(
            "Réservez votre bûche avant le 20, avec le bouton «\u00a0Appeler\u00a0».",
            "Ouvert de 08:00 à 12:30, 44000 Nantes, du 01/12 au 24/12.",
            "Siret 123 456 789 00012, TVA FR40123456789.",
            "Plus de 10 800 clients nous ont fait confiance depuis 2004.",
        ),
    ),
    "GB03": Examples(
        trips=(
            Case(NEWS, media=(PHOTO, PHOTO)),
            Case(NEWS, media=(Medium(kind="video", mime="video/mp4"),)),
            Case(NEWS, media=(Medium(width=200, height=200),)),
            Case(NEWS, media=(Medium(width=380, height=285),)),
            Case(NEWS, media=(UPRIGHT,)),
            Case(NEWS, media=(Medium(width=4000, height=3000, size=7_000_000),)),
        ),
        silent=(
            Case(NEWS, media=(PHOTO,)),
            Case(NEWS, media=(Medium(),)),
            Case(NEWS, media=(Medium(width=1080, height=1080, size=500_000),)),
            NEWS,
        ),
    ),
    "GB04": Examples(
        trips=(
            Case("Venez visiter l’atelier samedi de 10\u00a0h à 18\u00a0h.", form="event"),
            Case("Une tarte achetée, un café offert jusqu’à dimanche.", form="offer", title="  "),
            Case("Venez visiter l’atelier samedi.", form="event", title="Portes ouvertes " * 5),
        ),
        silent=(
            Case("Venez visiter l’atelier samedi.", form="event", title="Portes ouvertes à l’atelier"),
            Case("Une tarte achetée, un café offert jusqu’à dimanche.", form="offer", title="Le café du dimanche"),
            NEWS,
        ),
    ),
    "GB05": Examples(
        trips=(
            "Commandez votre bûche sur https://boulangerie-lenoir.fr/buches avant le 20.",
            "Prenez rendez-vous\u00a0: https://cabinet-morel.fr/rendez-vous",
            "Toute la carte\u00a0: http://auberge-roux.fr",
        ),
        silent=(NEWS, "Commandez votre bûche avec le bouton ci-dessous.", "Écrivez à bonjour@cabinet-morel.fr pour un rendez-vous."),
    ),
    "GB06": Examples(
        trips=(
            "~*~*~ Les soldes commencent mercredi ~*~*~",
            "►►► Nouvelle carte d’automne à l’auberge",
            "P R O M O sur les volets jusqu’à samedi.",
            "Le menu du jour\n••••••••\nBlanquette et riz",
        ),
        silent=(
            NEWS,
            "Notre hôtel ★★★ rouvre ses chambres côté jardin.",
            "À la carte\u00a0:\n• une soupe\n• une tarte\n---\nOuvert le midi.",
            "Classe A+++ pour ce lave-linge, à 499\u00a0€*, en magasin.",
            "S.A.R.L. Roux, plan A B C selon le chantier.",
        ),
    ),
    "GB08": Examples(
        trips=(
            "Dégustation de vins samedi\u00a0: trois cuvées de la maison et un crémant.",
            "Nos bières pression et nos cocktails vous attendent dès 18\u00a0h.",
            "Cigarettes, cigares, e-liquides\u00a0: tout est en boutique.",
        ),
        silent=(
            "Au menu de midi\u00a0: coq au vin et pain à la bière.",
            "Un cocktail sans alcool offert pour deux menus.",
            "Notre cave voûtée du XVIIe siècle se visite dimanche.",
            NEWS,
        ),
    ),
    "GB09": Examples(
        trips=(
            "Bonjour à toutes et à tous\u202f! " + "✨ " * 50 + "La bûche au marron est arrivée en vitrine.",
            "https://boulangerie-lenoir.fr/" + "produits/" * 9 + " La bûche au marron est arrivée en vitrine.",
            "Bonjour\u202f!\n" + ". " * 60 + "Le nouveau vitrail est posé.",
        ),
        silent=(LONG, NEWS, "Bonjour\u202f! " + LONG),
    ),
    "GB10": Examples(
        trips=(
            NEWS + " #Boulangerie #Nantes",
            "La façade est finie. #Ravalement",
            "#SoldesDHiver dès mercredi dans toute la boutique.",
        ),
        silent=(NEWS, "Le gâteau #1 de la vitrine reste le flan.", "La façade est finie, enduite à la chaux."),
    ),
    "GB11": Examples(
        trips=(
            Case(NEWS, at=AT, history=_after((10, "La galette est là."))),
            Case(NEWS, at=AT, history=_after((1, "La galette est là."), (15, "Fermé lundi."))),
            Case(LONG, at=AT, history=_after((3, "Le mur est remonté."))),
        ),
        silent=(
            Case(NEWS, at=AT, history=_after((17, "La galette est là."))),
            Case(NEWS, at=AT),
            Case(NEWS, history=_after((1, "La galette est là."))),
            Case(NEWS, at=AT, history=_after((28, "Le marché de Noël."))),
        ),
    ),
    "GB13": Examples(
        trips=(
            Case(NEWS, at=AT, history=_after((17, NEWS))),
            Case(NEWS, history=_after((3, "Fermé lundi."), (10, NEWS + "\n"))),
            Case(LONG, at=AT, history=_after((10, "\n" + LONG.replace(" ", "  ", 2)))),
        ),
        silent=(
            Case(NEWS, at=AT, history=_after((17, "Le pain d’épeautre est de retour."))),
            Case(NEWS, at=AT, history={"facebook": (Past(AT, NEWS),)}),
            Case("", at=AT, history=_after((17, ""))),
            NEWS,
        ),
    ),
}
