"""The shell around every page: what it promises to whoever reads, with or without a script."""

from __future__ import annotations

import pytest
from django.test import Client

from parvis.people.models import Company
from tests.world import World


@pytest.fixture
def alice(world: World, client: Client) -> Client:
    client.force_login(world.alice)
    return client


def test_the_page_names_itself_its_company_and_the_house(alice: Client) -> None:
    assert "<title>Aujourd’hui · Boulangerie Lenoir · Parvis</title>" in alice.get("/c/lenoir/").content.decode()


def test_the_language_is_the_readers_and_the_page_says_so(alice: Client) -> None:
    assert '<html lang="fr">' in alice.get("/c/lenoir/").content.decode()
    answer = alice.post("/-/language", {"language": "en", "next": "/c/lenoir/"})
    assert (answer.status_code, answer["Location"]) == (303, "/c/lenoir/")
    assert '<html lang="en">' in alice.get("/c/lenoir/").content.decode()


def test_the_colours_asked_for_are_there_before_the_first_paint(alice: Client) -> None:
    assert "data-theme" not in alice.get("/c/lenoir/").content.decode()
    alice.post("/-/theme", {"theme": "dark", "next": "/c/lenoir/"})
    assert 'data-theme="dark"' in alice.get("/c/lenoir/").content.decode()
    alice.post("/-/theme", {"theme": "", "next": "/c/lenoir/"})
    assert "data-theme" not in alice.get("/c/lenoir/").content.decode()


def test_a_choice_never_leads_to_another_site(client: Client) -> None:
    assert client.post("/-/theme", {"theme": "dark", "next": "https://example.org/"})["Location"] == "/"
    assert client.post("/-/language", {"language": "en", "next": "//example.org/"})["Location"] == "/"


def test_what_is_not_a_theme_or_a_language_is_not_kept(client: Client) -> None:
    client.post("/-/theme", {"theme": '"><script>'})
    client.post("/-/language", {"language": "xx"})
    assert not client.cookies.get("theme") or not client.cookies["theme"].value
    assert "django_language" not in client.cookies


def test_a_stranger_finds_no_shell(world: World, client: Client) -> None:
    client.force_login(world.denis)
    assert client.get("/c/lenoir/").status_code == 404


def test_hours_are_those_of_the_company(alice: Client, world: World) -> None:
    Company.objects.filter(pk=world.bakery.pk).update(timezone="Pacific/Noumea")
    assert alice.get("/c/lenoir/").status_code == 200
