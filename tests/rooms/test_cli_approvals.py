"""`parvis approvals`: what waits for a yes, on the command line."""

from __future__ import annotations

import pytest

from parvis.cli.main import main
from tests.rooms.agreement import outside, proposed
from tests.world import World

pytestmark = pytest.mark.django_db


def test_what_waits_is_listed_with_its_hour_in_the_companys_time(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    outside(world)
    proposed(world, "La bûche est là.")
    assert main(["approvals", "lenoir"]) == 0
    line = capsys.readouterr().out
    assert "2026-12-12 13:00" in line
    assert "La bûche est là." in line


def test_a_company_that_is_not_there_is_said(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["approvals", "nowhere"]) == 1
    assert "nowhere" in capsys.readouterr().err
