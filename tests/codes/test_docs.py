"""Every rule has its page, drawn from the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from parvis.cli.main import main
from parvis.cli.rules import FOLDER, pages
from parvis.networks.codes.catalogue import RULES, UNCHECKED

HERE = Path(__file__).parents[2]


def test_the_pages_of_the_rules_are_those_of_today() -> None:
    kept = {page.name: page.read_text(encoding="utf-8") for page in (HERE / FOLDER).glob("*.md")}
    assert kept == pages(), "run: parvis rules --write"


def test_every_rule_is_explained_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    for language in ("fr", "en"):
        for rule in RULES:
            assert main(["rules", rule.id.lower(), "--say", language]) == 0
            told = capsys.readouterr().out
            assert rule.why.within(language, rule.limits) in told
            assert rule.source.name in told


def test_the_list_names_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--say", "en"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [rule.id for rule in RULES]


def test_a_code_that_is_no_rule_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", UNCHECKED[0].id, "--say", "en"]) == 2
    assert UNCHECKED[0].why.en in capsys.readouterr().err
    assert main(["rules", "ZZ99"]) == 2
    assert "ZZ99" in capsys.readouterr().err
