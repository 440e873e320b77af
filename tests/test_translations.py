"""Both languages are whole, and set as a printer would; a string that nobody translated stops the build."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import translation

from parvis.web import catalogues, typography

CODE = """from django.utils.translation import gettext, ngettext
from parvis.core.say import Say, gettext_noop

def words(count):
    gettext("Nothing is lost.")
    Say(gettext_noop("%(name)s waits."), {"name": "x"})
    return ngettext("%(count)s day", "%(count)s days", count)
"""
PAGE = """{% load i18n %}<p title="{% translate "It's here" %}">{% translate "Gone" context "delivery" %}</p>
{% blocktranslate trimmed with name=company.name %}
  Hello {{ name }}
{% endblocktranslate %}{% include "x.html" with label=_("A label") %}"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Return a small house with words of every kind, all of them translated."""
    (tmp_path / "words.py").write_text(CODE)
    (tmp_path / "page.html").write_text(PAGE)
    catalogues.extract(tmp_path, tmp_path / "locale")
    french = catalogues.path_of("fr", locale=tmp_path / "locale")
    said = french.read_text()
    for english, words in {
        'msgid "Nothing is lost."': "Rien n’est perdu.",
        'msgid "%(name)s waits."': "%(name)s attend.",
        'msgid "It\'s here"': "C’est là",
        'msgid "Gone"': "Partie",
        'msgid "Hello %(name)s"': "Bonjour %(name)s",
        'msgid "A label"': "Une étiquette",
    }.items():
        assert english in said
        said = said.replace(f'{english}\nmsgstr ""', f'{english}\nmsgstr "{words}"')
    said = said.replace('msgstr[0] ""', 'msgstr[0] "%(count)s jour"').replace('msgstr[1] ""', 'msgstr[1] "%(count)s jours"')
    french.write_text(said)
    return tmp_path


def complaints(house: Path) -> list[str]:
    return catalogues.complaints(house, house / "locale")


def change(house: Path, before: str, after: str, language: str = "fr") -> None:
    path = catalogues.path_of(language, locale=house / "locale")
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after))


def test_both_catalogues_are_complete_and_well_set() -> None:
    assert catalogues.complaints() == []


def test_a_house_whose_words_are_all_there_has_no_complaint(house: Path) -> None:
    assert complaints(house) == []


def test_a_new_string_in_the_code_is_missed_in_both_languages(house: Path) -> None:
    (house / "words.py").write_text(CODE + '\nNEW = gettext("A new sentence.")\n')
    assert [line.partition("(")[0] for line in complaints(house)] == ["en: missing: 'A new sentence.' ", "fr: missing: 'A new sentence.' "]


def test_a_new_string_in_a_template_is_missed(house: Path) -> None:
    (house / "page.html").write_text(PAGE + '{% translate "Another" %}')
    assert any("fr: missing: 'Another'" in line for line in complaints(house))


def test_extracting_gives_english_its_typography_and_leaves_french_to_a_person(house: Path) -> None:
    (house / "words.py").write_text(CODE + '\nNEW = gettext("Don\'t wait...")\n')
    catalogues.extract(house, house / "locale")
    assert [line.partition("(")[0] for line in complaints(house)] == ['fr: missing: "Don\'t wait..." ']
    assert "Don’t wait…" in catalogues.path_of("en", locale=house / "locale").read_text()
    assert "Rien n’est perdu." in catalogues.path_of("fr", locale=house / "locale").read_text()


def test_what_left_the_code_must_leave_the_catalogues(house: Path) -> None:
    (house / "page.html").unlink()
    assert any(line == "fr: not in the code any more: 'Gone'" for line in complaints(house))


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("%(name)s attend.", "Il attend.", "places differ"),
        ("%(count)s jours", "%(n)s jours", "places differ"),
        ("Rien n’est perdu.", "Rien n'est perdu.", "straight"),
        ("Rien n’est perdu.", "Perdu ?", "no-break"),
        ("Rien n’est perdu.", "Voici : rien", "no-break"),
        ("Rien n’est perdu.", "Le « pain »", "no-break"),
        ("Rien n’est perdu.", "Rien...", "three points"),
        ("Rien n’est perdu.", "Votre post est là.", "French shops"),
        ("Rien n’est perdu.", "Le Feed", "French shops"),
        ('msgid "Gone"\nmsgstr', '#, fuzzy\nmsgid "Gone"\nmsgstr', "fuzzy"),
    ],
)
def test_bad_french_is_named(house: Path, before: str, after: str, why: str) -> None:
    if "fuzzy" in after:
        before, after = 'msgctxt "delivery"', '#, fuzzy\nmsgctxt "delivery"'
    change(house, before, after)
    assert [line for line in complaints(house) if why in line]


def test_addresses_hours_and_tags_are_not_text() -> None:
    assert list(typography.faults('Voir <a href="https://a.example/b?c=d">l’adresse</a>\u00a0: https://a.example/?x=1', "fr")) == []


def test_a_catalogue_is_compiled_when_it_changed_and_only_then(house: Path) -> None:
    assert catalogues.compile_stale(house / "locale") == ["fr", "en"]
    assert catalogues.compile_stale(house / "locale") == []
    change(house, "Rien n’est perdu.", "Tout est là.")
    assert catalogues.compile_stale(house / "locale") == ["fr"]


def test_french_is_what_a_french_reader_gets() -> None:
    with translation.override("fr"):
        assert translation.gettext("Today") == "Aujourd’hui"
