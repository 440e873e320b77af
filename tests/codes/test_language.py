"""English is not corrected as French: the language of a text is told by its small words, and doubt keeps what was declared."""

from __future__ import annotations

import pytest

from parvis.networks.codes.language import told
from parvis.networks.codes.reading import Reading
from tests.codes.cases import Case

TEXTS = {
    "fr": (
        "Le pain de seigle est de retour ce samedi, venez le goûter avec nous.",
        "Nous cherchons un apprenti pour la rentrée, au fournil comme à la boutique.",
        "La façade de la rue Haute est finie et le soleil aussi.",
        "Une question sur votre bail ? On en parle jeudi dans notre cabinet.",
        "Notre atelier ouvre ses portes aux familles et aux curieux du quartier.",
        "Ce soir, on joue, on mange et on refait le monde avec les voisins.",
    ),
    "en": (
        "Our rye loaf is back this Saturday, come and taste it with us.",
        "We are looking for an apprentice for the new year, in the bakery and in the shop.",
        "The front of the house is done, and so is the sun for this week.",
        "Have you read your lease? We will talk about it on Thursday at our office.",
        "The workshop opens its doors to families and to the curious of the area.",
    ),
    "de": (
        "Unser Roggenbrot ist am Samstag wieder da, und wir freuen uns auf Sie.",
        "Wir suchen eine Auszubildende für die Bäckerei und für den Laden.",
        "Die Fassade ist fertig und das Wetter ist auch auf unser Seite mit.",
    ),
    "es": (
        "El pan de centeno vuelve el sábado para los vecinos del barrio.",
        "Buscamos una persona para la tienda y para el obrador en enero.",
        "La fachada está lista y los andamios se van con el sol de hoy.",
    ),
    "it": (
        "Il pane di segale torna sabato e non vediamo i vicini per gli assaggi con gioia.",
        "Cerchiamo una persona per il forno e per il negozio, con molto entusiasmo ma non da soli.",
        "La facciata è pronta e il sole del mattino non manca, come si vede nel video.",
    ),
}
SHORT = ("Brunch", "Ouvert dimanche", "OK", "", "12:30", "#PainFrais https://exemple.fr", "Merci !", "Happy new year")


@pytest.mark.parametrize(("language", "text"), [(language, text) for language, texts in TEXTS.items() for text in texts])
def test_a_sentence_tells_its_language_whatever_was_declared(language: str, text: str) -> None:
    assert told(text, "fr") == language
    assert told(text, "en") == language


@pytest.mark.parametrize("text", SHORT)
def test_a_text_too_short_to_tell_keeps_the_language_that_was_declared(text: str) -> None:
    for declared in ("fr", "en", "de"):
        assert Reading(text, declared).tongue == declared


@pytest.mark.parametrize("text", [text for language, texts in TEXTS.items() if language != "fr" for text in texts])
def test_no_other_language_is_corrected_as_french(text: str) -> None:
    french = {"T01", "T03", "T04", "T06", "T10", "T12", "T13", "A08", "A11", "C02", "C04", "C07", "LAW07"}
    exclaimed = f'{text[:-1]}! "Yes", 25€: {text}'
    assert not {finding.rule.id for finding in Case(exclaimed).findings()} & french
