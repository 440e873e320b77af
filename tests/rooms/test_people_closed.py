"""A house that is closed to strangers: its first person, and the invited."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from parvis.core import clock
from parvis.people import invitations
from parvis.people.models import Role, User
from tests.world import World

NEW = {"email": "nouvelle@example.test", "password1": "une-phrase-longue-et-neuve"}


@pytest.fixture(autouse=True)
def closed(settings: Any) -> None:
    settings.OPEN_SIGNUP = False


def known() -> bool:
    return User.objects.filter(email=NEW["email"]).exists()


def test_the_first_person_of_a_closed_house_gets_in(db: None) -> None:
    Client().post("/accounts/signup/", NEW)
    assert known()


def test_a_stranger_does_not(world: World) -> None:
    page = Client().post("/accounts/signup/", NEW)
    assert not known()
    assert "invitation" in page.content.decode()
    Client().post("/accounts/signup/", {**NEW, "next": "/join/nothing/"})
    assert not known()


def test_the_invited_do(world: World) -> None:
    invitation = invitations.invite(
        company=world.bakery, email=NEW["email"], role=Role.EDITOR, by=world.actor(world.alice), now=clock.now()
    )
    link = f"/join/{invitations.token_of(invitation)}/"
    assert Client().get("/accounts/signup/", {"next": link}).status_code == 200
    Client().post("/accounts/signup/", {**NEW, "next": link})
    assert known()
